"""What is published: every layer of the pack, and the results that the app shows openly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo import i18n
from geo.catalogue import entries, results, selection
from geo.catalogue.public import public_pack, public_projects, published_sites
from geo.catalogue.results import Product
from geo.errors import NaeringsarealError
from geo.ledger.database import default_url, exists
from geo.lists import ProjectList, ledger_projects, register_sites
from geo.workspace import REGISTER, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.formats.provenance import Provenance
    from geo.land.account import LandAccount
    from geo.land.rules import ReserveRules
    from geo.pack.read import Pack

# What every feature says of where it comes from.
_SAID: Final = ("source", "licence", "synthetic", "illustrative", "pack_sha256")
_MULTI: Final = (
    ("Polygon", "MultiPolygon", shapely.multipolygons),
    ("LineString", "MultiLineString", shapely.multilinestrings),
)


@dataclass(frozen=True)
class Collection(Product):
    """
    One collection of the service: a layer or result under its name.

    Its `frame` carries the provenance, `badge` and `pack_sha256` on every feature; the columns of
    the layer keep their names and values.
    """

    def title(self, language: str) -> str:
        """Return its name for people, with a capital letter."""
        return selection.title(self.name, language)

    def description(self, pack: Pack, language: str) -> str:
        """Say source, licence, date, badges, parameters and the pack's version."""
        said = selection.said(self.provenance, pack, language)
        if self.ledger_seq:
            said = replace(said, source=_ledger_source(self.ledger_seq, language))
        version = i18n.say(
            "publish.pack", language, name=pack.name, built=pack.built or "–", sha256=pack.sha256
        )
        parts = [
            i18n.of_pack(self.note, pack.directory, language),
            said.describe(language),
            self.provenance.parameters or "",
            version,
        ]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Selection:
    """
    Everything that can be published of a pack.

    Attributes
    ----------
    collections
        The pack's layers in its own order, then the results.
    missing
        Results left out: name → the layer that the pack lacks.
    ledger_error
        Why the ledger could not be read; the projects are then the pack's own.
    ledger_seq
        Number of the ledger's newest entry; 0 where the projects are the pack's own.
    """

    collections: tuple[Collection, ...]
    missing: Mapping[str, str]
    ledger_error: NaeringsarealError | None
    ledger_seq: int = 0


def select(
    pack: Pack,
    lands: Callable[[ReserveRules], LandAccount] | None = None,
    *,
    public: bool = False,
) -> Selection:
    """
    Return what is published of a pack, and what is not.

    `lands` gives the pack's land account, for one who keeps it longer. With `public`, there is
    nothing that not everyone may read (`geo.catalogue.public`), and the ledger is only read.
    """
    pack = public_pack(pack) if public else pack
    error, listed, sites = None, None, None
    try:
        listed = _ledger_projects(pack, public=public)
        sites = _published_sites(pack, public=public)
    except NaeringsarealError as reason:
        error = reason
    lists = None if listed is None else lambda: listed
    workspace = Workspace(pack=pack, lists=lists, lands=lands, registers=lambda: sites)
    found = [_collection(made) for _, made in results.everything(workspace)]
    missing = {
        one.name: layer
        for one in entries.entries()
        if one.is_result and (layer := one.missing(workspace)) not in {None, REGISTER}
    }
    return Selection(tuple(found), missing, error, 0 if listed is None else listed.seq)


def _collection(one: Product) -> Collection:
    marked = _marked(one.frame, one.provenance)
    return Collection(one.name, marked, one.provenance, one.note, one.ledger_seq)


def _ledger_source(seq: int, language: str) -> str:
    return i18n.say("publish.ledger", language, seq=str(seq))


def _ledger_projects(pack: Pack, *, public: bool) -> ProjectList | None:
    """Return the ledger's projects as everyone may read them; None where there are no entries."""
    if not exists(default_url()):
        return None
    listed = ledger_projects(default_url(), pack.municipality_no, read_only=public)
    if listed is None or public:
        return None if listed is None else public_projects(listed)
    known = [name for name in results.PUBLIC if name in listed.frame]
    return replace(listed, frame=listed.frame[[*known, "geometry"]])


def _published_sites(pack: Pack, *, public: bool) -> GeoDataFrame | None:
    """Return the register's sites that everyone may see; nothing else is held by who publishes."""
    if not exists(default_url()):
        return None
    return published_sites(register_sites(default_url(), pack.municipality_no, read_only=public))


def _marked(frame: GeoDataFrame, origin: Provenance) -> GeoDataFrame:
    """Let every feature say what it rests on; a layer's own column of the same name stays."""
    # The rest is long, and the same for all: the collection's description has it.
    said = {k: v for k, v in origin.members().items() if k in _SAID and k not in frame}
    marks = [name for name in ("illustrative", "synthetic") if getattr(origin, name)]
    words = ", ".join(i18n.say(f"cli.mark_{name}") for name in marks)
    missing = pd.Series(None, index=frame.index, dtype="str")
    columns = {
        name: missing if value is None else pd.Series(value, index=frame.index)
        for name, value in ({"badge": words or None} | said).items()
    }
    return _of_one_kind(frame.assign(**columns).reset_index(drop=True))


def _of_one_kind(frame: GeoDataFrame) -> GeoDataFrame:
    """Make single shapes multi where a layer has both: a GIS gives a layer one geometry type."""
    kinds = set(frame.geom_type.dropna())
    for single, several, gather in _MULTI:
        if kinds == {single, several}:
            shapes = frame.geometry.to_numpy().copy()
            rows = (frame.geom_type == single).to_numpy()
            shapes[rows] = gather(shapes[rows, np.newaxis])
            return frame.set_geometry(shapes, crs=frame.crs)
    return frame
