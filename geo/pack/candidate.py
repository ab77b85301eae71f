"""A file's features made into a layer of the pack, and everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geo.errors import FileError, ParameterError
from geo.geometry.crs import union_of
from geo.i18n import to_choose
from geo.pack.mapping import DATES, allowed, apply, targets
from geo.schema import layers as schema
from geo.schema.coercion import quote, to_text
from geo.schema.findings import Finding, unread
from geo.schema.validation import check_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.pack.mapping import Source
    from geo.pack.read import Pack

# Layers that are looked up by their id: there one id for two features gives wrong figures.
LOOKED_UP: Final = frozenset({"zones", "growth_areas"})
_REFER_TO_ZONES: Final = ("projects", "places")
ZONES_GONE: Final = tuple(f"finding.zones_gone_{other}" for other in _REFER_TO_ZONES)
_MOST_NAMED: Final = 10


class Nature(StrEnum):
    """What kind of data a layer is: the municipality's own, a sketch, or made up."""

    OWN = "own"
    ILLUSTRATIVE = "illustrative"
    SYNTHETIC = "synthetic"


class Extent(StrEnum):
    """What gives way to the new features: all, those with the same id, or with the same kind."""

    ALL = "all"
    SAME_ID = "same_id"
    SAME_KIND = "same_kind"


@dataclass(frozen=True)
class Candidate:
    """
    A layer that could take a layer's place.

    Attributes
    ----------
    layer
        One of `schema.LAYERS`.
    frame
        As `geo.schema.validation.check_layer` returns it; None where it cannot be used.
    findings
        All that was found, errors first.
    rows
        Row of the file, as a person counts them there, by the feature's name in a finding: in a
        table the headings are a row as well.
    """

    layer: str
    frame: GeoDataFrame | None
    findings: tuple[Finding, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps it from being put into use."""
        return tuple(found for found in self.findings if found.severity == "error")

    def require_valid(self) -> GeoDataFrame:
        """
        Return the frame.

        Raises
        ------
        FileError
            If there are errors.
        """
        if self.frame is None or self.errors:
            errors = self.errors or self.findings
            raise FileError(
                "error.layer_not_valid", layer=self.layer, first=errors[0], count=len(errors)
            )
        return self.frame


def candidate(
    layer: str,
    frame: GeoDataFrame,
    mapping: Mapping[str, Source],
    pack: Pack,
    nature: Nature,
    *,
    complete: Callable[[GeoDataFrame], GeoDataFrame] | None = None,
) -> Candidate:
    """
    Make a layer of a file, and find out what is wrong with it.

    Parameters
    ----------
    frame
        From `geo.intake.sites.read_layer`.
    mapping
        Where each column comes from.
    pack
        That the layer is meant for.
    nature
        Whether it is a sketch or made up. What the file itself says of a feature is kept.
    complete
        Adds to what the file says of the layer's features, before it is checked.

    Raises
    ------
    ParameterError
        If there is no such layer.
    FileError
        If the mapping names a column that is not there.
    """
    require_layer(layer)
    existing = pack.layer(layer) if pack.has(layer) else None
    mapped = apply(layer, frame, mapping, existing)
    notes = [*frame.attrs.get("assumptions", []), *_unread(layer, frame, mapping, mapped)]
    whole = mapped if complete is None else complete(mapped)
    return checked(layer, whole, pack, nature, notes)


def _unread(
    layer: str, frame: GeoDataFrame, mapping: Mapping[str, Source], mapped: GeoDataFrame
) -> list[Finding]:
    """Say so where an extra column holds a date or a code that cannot be read."""
    known = schema.LAYERS[layer].columns.columns
    found = []
    for name in [one for one in mapping if one not in known and one in mapped]:
        values, codes = to_text(mapped[name]), allowed(layer, name)
        if name in DATES and mapping[name].columns:
            given = to_text(frame[mapping[name].columns[0]])
            found.append(unread(layer, f"finding.{name}_unreadable", given[values.isna()].dropna()))
        elif codes is not None:
            lost = values[~values.isin(codes)].dropna()
            found.append(unread(layer, f"finding.{name}_unreadable", lost))
    return [one for one in found if one is not None]


def require_layer(layer: str) -> None:
    """
    Make sure that a layer is one of the schema's.

    Raises
    ------
    ParameterError
        If it is not.
    """
    if layer not in schema.LAYERS:
        raise ParameterError(
            "error.unknown_layer", layer=quote(layer), known=to_choose(schema.LAYERS, "layer.{}")
        )


def checked(
    layer: str,
    mapped: GeoDataFrame,
    pack: Pack,
    nature: Nature,
    notes: list[Finding] | None = None,
) -> Candidate:
    """
    Return a candidate from a frame that has the layer's columns.

    The frame's index is that of `geo.intake.sites.read_layer`: the row in the file less one.
    """
    flags = {"illustrative", "synthetic"} & set(targets(layer))
    for flag in flags:
        if nature.value == flag or flag not in mapped:
            mapped = mapped.assign(**{flag: nature.value == flag})
    rows = _rows(layer, mapped)
    usable, findings = check_layer(layer, mapped, rows_of_file=True)
    found = [*(notes or []), *findings]
    if layer in LOOKED_UP:
        found = [
            replace(one, severity="error") if one.msgid == "finding.duplicate_id" else one
            for one in found
        ]
    if usable is not None:
        found += _about_the_place(layer, usable, pack)
        found += _orphans(layer, usable, pack)
    found.sort(key=lambda one: one.severity != "error")
    return Candidate(layer, usable, tuple(found), rows)


def joined(new: Candidate, pack: Pack, extent: Extent) -> Candidate:
    """Return a candidate for the whole layer: the new features and the old ones that remain."""
    if new.frame is None or extent is Extent.ALL or not pack.has(new.layer):
        return new
    old = pack.layer(new.layer)
    column = schema.LAYERS[new.layer].id_column if extent is Extent.SAME_ID else "kind"
    if column not in old or column not in new.frame:
        return new
    kept = old[~old[column].astype("str").isin(new.frame[column].astype("str"))]
    both = pd.concat([kept, new.frame], ignore_index=True) if len(kept) else new.frame
    whole = gpd.GeoDataFrame(both, geometry="geometry", crs=schema.CRS)
    usable, findings = check_layer(new.layer, whole)
    # Of the old features everything has been said before; of the new ones as well.
    known = {(one.msgid, one.feature) for one in new.findings}
    more = [one for one in findings if one.severity == "error"]
    told = [one for one in new.findings if one.msgid not in ZONES_GONE]  # they may be among the old
    told += [one for one in more if (one.msgid, one.feature) not in known]
    told += [] if usable is None else _orphans(new.layer, usable, pack)
    return replace(new, frame=usable, findings=tuple(told))


def _rows(layer: str, frame: GeoDataFrame) -> dict[str, int]:
    column = schema.LAYERS[layer].id_column
    rows = {f"rad {label + 1}": int(label) + 1 for label in frame.index}
    if column in frame:
        for label, name in zip(frame.index, to_text(frame[column]), strict=True):
            if isinstance(name, str):
                # Of two with one id, the second is the one too many.
                rows[quote(name)] = int(label) + 1
    return rows


def _about_the_place(layer: str, frame: GeoDataFrame, pack: Pack) -> list[Finding]:
    """Say so where nothing of the layer lies in the municipality."""
    if layer == "municipality" or not pack.has("municipality") or pack.municipality.empty:
        return []
    if frame.geometry.isna().all():
        return []  # no place is said, and that is told already
    inside = frame.geometry.intersects(union_of(pack.municipality)).any()
    return [] if inside else [Finding(layer, None, "finding.not_in_municipality", "warning")]


def _orphans(layer: str, frame: GeoDataFrame, pack: Pack) -> list[Finding]:
    """Say so where other layers name a zone that would be gone."""
    if layer != "zones":
        return []
    here = set(frame["zone_id"].astype("str"))
    found = []
    for other in _REFER_TO_ZONES:
        if not pack.has(other):
            continue
        named = pack.layer(other)["zone_id"].dropna().astype("str")
        gone = sorted(set(named[~named.isin(here)]))
        if gone:
            shown = ", ".join(quote(one) for one in gone[:_MOST_NAMED])
            parts = {"count": int((~named.isin(here)).sum()), "zones": shown}
            found.append(Finding(layer, None, f"finding.zones_gone_{other}", "warning", parts))
    return found
