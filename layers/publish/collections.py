"""What is published: every layer of the pack, and the results that the app shows openly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo import account, growth, jobs, messages, plotfile
from geo.errors import NaeringsarealError
from geo.export import Provenance
from geo.ledger.database import connect, default_url, is_there, path_of
from geo.ledger.store import Ledger
from geo.reserve import ReserveRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from geo.pack import Pack

PLOTS: Final = "reserve_plots"
ZONES: Final = "reserve_zones"
PROJECTS: Final = "projects_rule"

# Why a result is left out: the pack lacks what it needs.
_RESULTS: Final = {
    PLOTS: ("parcels", "plan_areas", "zones", "buildings"),
    ZONES: ("parcels", "plan_areas", "zones", "buildings"),
    PROJECTS: ("projects", "growth_areas"),
}
# Of the ledger, what everyone may read: the project as it is, not who entered it and why.
_PROJECT: Final = (
    *("project_id", "name", "zone_id", "business_type", "gross_area_m2", "site_area_m2"),
    *("jobs_low", "jobs", "jobs_high", "year", "status", "effect", "accuracy_m"),
)
_MULTI: Final = (
    ("Polygon", "MultiPolygon", shapely.multipolygons),
    ("LineString", "MultiLineString", shapely.multilinestrings),
)


@dataclass(frozen=True)
class Collection:
    """
    One collection of the service.

    Attributes
    ----------
    name
        Its id in addresses: the layer's name in the pack, or the result's.
    frame
        EPSG:25832. Every feature carries the provenance, `badge` and `pack_sha256`; the columns
        of the layer keep their names and values.
    provenance
        What is said of the whole, with its badges.
    note
        The pack's own remark on the layer, in Norwegian.
    ledger_seq
        Newest entry of the ledger that it comes from; 0 where it does not.
    """

    name: str
    frame: GeoDataFrame
    provenance: Provenance
    note: str | None = None
    ledger_seq: int = 0

    def title(self, language: str) -> str:
        """Return its name for people, with a capital letter."""
        words = messages.say(f"layer.{self.name}", language)
        return words[:1].upper() + words[1:]

    def description(self, pack: Pack, language: str) -> str:
        """Say source, licence, date, badges, parameters and the pack's version."""
        source = messages.of_pack(self.provenance.source, pack.directory, language)
        if self.ledger_seq:
            source = _ledger_source(self.ledger_seq, language)
        said = replace(
            self.provenance,
            source=source or None,
            licence=messages.of_pack(self.provenance.licence, pack.directory, language) or None,
        )
        version = messages.say(
            "publish.pack", language, name=pack.name, built=pack.built or "–", sha256=pack.sha256
        )
        parts = [
            messages.of_pack(self.note, pack.directory, language),
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
    """

    collections: tuple[Collection, ...]
    missing: Mapping[str, str]
    ledger_error: NaeringsarealError | None


def select(pack: Pack) -> Selection:
    """Return what is published of a pack, and what is not."""
    found = [_layer(pack, name) for name in pack.layers]
    missing = {
        result: next(name for name in needed if not pack.has(name))
        for result, needed in _RESULTS.items()
        if not all(pack.has(name) for name in needed)
    }
    if PLOTS not in missing:
        found += _reserve(pack)
    error = None
    if PROJECTS not in missing:
        try:
            listed = _ledger_projects(pack)
        except NaeringsarealError as reason:
            listed, error = None, reason
        found.append(_projects(pack, listed))
    return Selection(tuple(found), missing, error)


def _layer(pack: Pack, name: str) -> Collection:
    info = pack.info(name)
    origin = Provenance.of(info, pack.badges(name), pack.sha256)
    return Collection(name, _marked(pack.layer(name), origin), origin, info.note)


def _reserve(pack: Pack) -> list[Collection]:
    """Vacant land with the usual parameters, by plot and by zone."""
    rules = ReserveRules()
    norms = jobs.norm_table(jobs.read_norms())
    found = account.of_pack(pack, rules)
    origin = plotfile.provenance(pack, rules, norms)
    zones = pack.layer("zones")
    # As the account has them: of zones that share an id, the first.
    first = zones[~zones["zone_id"].duplicated()].set_index("zone_id")
    table = found.by_zone().drop(columns="business_profile").join(found.jobs(norms))
    by_zone = first[["name", "geometry"]].join(table).rename_axis("zone_id").reset_index()
    return [
        Collection(PLOTS, _marked(plotfile.columns(found, norms), origin), origin),
        Collection(ZONES, _marked(by_zone, origin), origin),
    ]


def _projects(pack: Pack, listed: tuple[GeoDataFrame, int] | None) -> Collection:
    """Projects as the app shows them to all, with their share inside the growth areas."""
    areas, info = pack.layer("growth_areas"), pack.info("projects")
    origin = Provenance.of(info, pack.badges("projects", "growth_areas"), pack.sha256)
    frame, seq = listed or (pack.layer("projects"), 0)
    if seq:
        source = _ledger_source(seq, messages.DEFAULT_LANGUAGE)
        origin = replace(origin, source=source, date=None)
    frame = frame[[*(name for name in _PROJECT if name in frame), "geometry"]]
    frame = frame.assign(**jobs.complete_jobs(frame, jobs.read_norms()))
    frame = frame.assign(
        share_inside=growth.inside_fraction(frame, growth.counted_areas(areas)),
        share_inside_regional=growth.inside_fraction(frame, areas),
    )
    note = None if seq else info.note
    return Collection(PROJECTS, _marked(frame, origin), origin, note, seq)


def _ledger_source(seq: int, language: str) -> str:
    return messages.say("publish.ledger", language, seq=str(seq))


def _ledger_projects(pack: Pack) -> tuple[GeoDataFrame, int] | None:
    """Return the ledger's projects and its newest entry; None where there are no entries."""
    engine = connect(default_url())
    path = path_of(engine.url)
    engine.dispose()
    if path is not None and not is_there(path):
        return None  # to open a ledger creates it, and reading must not
    ledger = Ledger.open(default_url(), pack.municipality_no or "")
    try:
        seq = ledger.head().seq
        return (ledger.projects(seq), seq) if seq else None
    finally:
        ledger.close()


def _marked(frame: GeoDataFrame, origin: Provenance) -> GeoDataFrame:
    """Let every feature say what it rests on; a layer's own column of the same name stays."""
    said = {name: value for name, value in origin.members().items() if name not in frame}
    said.pop("parameters", None)  # long, and the same for all: the description has it
    marks = [name for name in ("illustrative", "synthetic") if getattr(origin, name)]
    words = ", ".join(messages.say(f"cli.mark_{name}") for name in marks)
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
