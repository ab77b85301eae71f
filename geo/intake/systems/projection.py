"""Features brought to EPSG:25832 by the system that their file says, or that their numbers fit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from pyproj import CRS

from geo.errors import CrsError
from geo.intake.systems.crs import (
    DEGREES,
    HERE,
    IN_NORWAY,
    NOWHERE,
    WEB_MERCATOR,
    chosen,
    flat,
    is_afar,
    is_ntm,
    named,
    ranks,
    reading,
    readings,
)
from geo.intake.systems.silent import each_by_itself
from geo.intake.systems.steps import places_of, projected, swapped, told_of_rows
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series
    from shapely.geometry.base import BaseGeometry

    from geo.intake.systems.crs import Reading

OWN_SYSTEMS: Final = "own_systems"  # in a frame's attrs: {label: system}
_HALF_TURN, _QUARTER_TURN = 180, 90
_ASKED: Final = 25  # places that have a say in which system a file is in
_DOUBTED: Final = 200  # places that are asked whether they are in another system than the rest


@dataclass(frozen=True)
class Hints:
    """
    What is known of a file's system beside what the frame says.

    Attributes
    ----------
    crs, swap
        What a person says it is; then nothing is assumed.
    near
        Where sites are expected, EPSG:25832.
    by_default
        Whether the file is in degrees only because it does not say otherwise.
    columns
        Whether positions stand in columns, so that it is columns that are named if swapped.
    each
        What each feature says that it is in, as `geo.intake.systems.declared.code` has it; null
        for one that says nothing.
    unknown
        A name that the file gives its system, and that stands for none that is known.
    """

    crs: str | None = None
    swap: bool = False
    near: BaseGeometry | None = None
    by_default: bool = False
    columns: bool = False
    each: Series | None = None
    unknown: str | None = None


def bring_home(frame: GeoDataFrame, shown: str, hints: Hints) -> tuple[GeoDataFrame, list[Finding]]:
    """
    Bring a frame to EPSG:25832, saying what had to be assumed.

    Parameters
    ----------
    frame
        In the system that its file says, or in none; ``attrs[OWN_SYSTEMS]`` has those of rows whose
        cells say their own.
    shown
        The file's name in a message.

    Returns
    -------
    GeoDataFrame, list of Finding
        With the index of the frame. Named and left out is a feature in a system of its own that
        is not known, and one that is in another system than what was assumed for all.

    Raises
    ------
    CrsError
        If the numbers fit no system that is tried, or no feature's system is known.
    ParameterError
        If a person chose a system that does not exist.
    """
    own = frame.attrs.get(OWN_SYSTEMS)
    if own:
        hints = _heeding(hints, pd.Series(own, dtype="str").reindex(frame.index))
    if hints.swap:
        frame = swapped(frame)
    if hints.crs is not None:
        return projected(frame, chosen(hints.crs), shown), []
    if hints.each is None:
        return _whole(frame, shown, hints)
    said = hints.each.reindex(frame.index)
    names = list(said.unique())
    if len(names) > 1:
        return _by_feature(frame, said, shown, hints)
    name = None if pd.isna(names[0]) else str(names[0])
    return _whole(*_declared(frame, name, hints, shown))


def _heeding(hints: Hints, own: Series) -> Hints:
    """Let what stands in a cell go before what a column, or a person, says of the row."""
    others = hints.each if hints.crs is None else chosen(hints.crs).to_string()
    each = own if others is None else own.where(own.notna(), others)
    return replace(hints, crs=None, swap=False, each=each)


def _declared(
    frame: GeoDataFrame, name: str | None, hints: Hints, shown: str
) -> tuple[GeoDataFrame, str, Hints]:
    """Give a frame the system of this name, if it is known."""
    hints = replace(hints, each=None)
    if name is None:
        return frame, shown, hints
    crs = named(name)
    hints = replace(hints, by_default=False, unknown=None if crs is not None else name)
    return frame.set_crs(crs, allow_override=True), shown, hints


def _by_feature(
    frame: GeoDataFrame, said: Series, shown: str, hints: Hints
) -> tuple[GeoDataFrame, list[Finding]]:
    """Bring features home system by system, and leave out those whose system is not known."""
    shapes = np.empty(len(frame), dtype=object)
    lost = np.zeros(len(frame), dtype=bool)
    notes: list[Finding] = []
    for name in said.unique():
        silent = pd.isna(name)
        mine = (said.isna() if silent else said == name).to_numpy(dtype=bool)
        rows = frame.index[mine]
        if not silent and named(name) is None:
            lost |= mine
            notes += told_of_rows(shown, "finding.system_unknown", rows, system=quote(name))
            continue
        try:
            if silent:
                part, told = each_by_itself(frame[mine], shown, hints.near)
            else:
                part, told = _whole(*_declared(frame[mine], name, hints, f"{shown} ({name})"))
        except CrsError:
            lost |= mine
            notes += told_of_rows(shown, "finding.system_unfit", rows, system=quote(name))
            continue
        notes += told
        here = mine & frame.index.isin(part.index)
        lost |= mine & ~here
        shapes[here] = part.geometry.to_numpy()
    if lost.all():
        first = said.dropna().iloc[0]
        raise CrsError("error.systems_unknown", layer=shown, system=quote(first))
    home = frame.set_crs(None, allow_override=True).set_geometry(shapes)
    return home[~lost].set_crs(schema.CRS), notes


def _whole(frame: GeoDataFrame, shown: str, hints: Hints) -> tuple[GeoDataFrame, list[Finding]]:
    """Bring features of one system home."""
    said = None if frame.crs is None else flat(frame.crs)
    places = places_of(frame)
    # Without a single position there is nothing to doubt; each feature is named further on.
    if places.empty or (said is not None and hints.swap):
        return projected(frame, said or CRS(schema.CRS), shown), []
    # Only degrees can be there by default; another system must have been named.
    hints = replace(hints, by_default=hints.by_default and (said is None or said.is_geographic))
    asked = places.iloc[:: -(-len(places) // _ASKED)]
    # One place that fits is enough: the others may be astray, and are named on their own.
    if said is not None and not hints.by_default and _fits(said, asked, hints.near):
        return projected(frame, said, shown), []
    return _assumed(frame, places, _typical(asked, hints.near), shown, hints)


def _assumed(
    frame: GeoDataFrame, places: DataFrame, typical: tuple[float, float], shown: str, hints: Hints
) -> tuple[GeoDataFrame, list[Finding]]:
    """Bring features home whose file says no system, or one in which none is where it should be."""
    said = None if frame.crs is None else flat(frame.crs)
    x, y = typical
    as_said = None if said is None else reading(said, x, y, hints.near, swap=False)
    others = readings(x, y, hints.near)
    if said is not None and not hints.by_default:
        # Axes are written in the other order more often than a system is named wrongly.
        turned = reading(said, x, y, hints.near, swap=True)
        others = sorted([*([turned] if turned.fits else []), *others], key=lambda one: one.rank)
    best = _best(as_said, others)
    # Svalbard's numbers in UTM are often a place on the mainland in Web Mercator.
    if best is not None and best.rank != HERE:
        if said is not None and as_said is not None and as_said.is_afar:
            best = as_said
        elif best.crs == WEB_MERCATOR and is_afar(x, y):
            best = None
    if best is None and (said is None or hints.by_default):
        return projected(frame, _nowhere(x, y, said, shown, hints), shown), []
    strays: list[Finding] = []
    if best is not None and (said is None or hints.by_default or best is not as_said):
        frame, strays = _without_strays(frame, places, best, shown, hints)
    if said is not None and (best is None or best is as_said):
        return projected(frame, said, shown), strays
    assert best is not None  # or it was raised or returned above
    frame = swapped(frame) if best.swapped else frame
    notes = _notes(best, others, said, shown, hints)
    return projected(frame, CRS(best.crs), shown), [*notes, *strays]


def _fits(said: CRS, places: DataFrame, near: BaseGeometry | None) -> bool:
    """Whether one of the places is where sites are expected, else on the mainland, as it is."""
    sure = IN_NORWAY if near is None else HERE
    return any(reading(said, x, y, near, swap=False).rank <= sure for x, y in places.to_numpy())


def _typical(places: DataFrame, near: BaseGeometry | None) -> tuple[float, float]:
    """Return a place that is read as most of the others are; of equals, the one that fits best."""
    best = [next(iter(readings(x, y, near)), None) for x, y in places.to_numpy()]
    ways = Counter((one.crs, one.swapped) for one in best if one is not None)

    def fit(at: int) -> tuple[int, int]:
        one = best[at]
        return (0, NOWHERE) if one is None else (-ways[one.crs, one.swapped], one.rank)

    x, y = places.iloc[min(range(len(best)), key=fit)]
    return float(x), float(y)


def _without_strays(
    frame: GeoDataFrame, places: DataFrame, best: Reading, shown: str, hints: Hints
) -> tuple[GeoDataFrame, list[Finding]]:
    """Leave out features that are in another system than the one that was assumed for all."""
    sure = IN_NORWAY if hints.near is None else HERE
    notes: list[Finding] = []
    lost: list[int] = []
    fits = ranks(best.crs, places.to_numpy(), hints.near, swap=best.swapped) <= sure
    for row, x, y in places[~fits].iloc[:_DOUBTED].itertuples():
        others = readings(x, y, hints.near)
        # One with its axes swapped is named further on.
        turned = reading(best.crs, x, y, hints.near, swap=not best.swapped)
        if others and others[0].rank <= sure and turned.rank > others[0].rank:
            lost.append(row)
            notes += told_of_rows(
                *(shown, "finding.system_stray", pd.Index([row])),
                used=best.crs,
                system=others[0].crs,
            )
    return frame.drop(index=lost), notes


def _best(as_said: Reading | None, others: Sequence[Reading]) -> Reading | None:
    """Take the file's word unless another reading fits clearly better."""
    other = others[0] if others else None
    if as_said is None or as_said.rank == NOWHERE:
        return other
    if other is not None and other.rank < as_said.rank:
        return other
    return as_said


def _nowhere(x: float, y: float, said: CRS | None, shown: str, hints: Hints) -> CRS:
    """
    Return how to read numbers that are nowhere on the mainland, if that is plain.

    It is for degrees, and for places on Svalbard; each feature is told of further on.

    Raises
    ------
    CrsError
        If it is not plain: the reader is asked.
    """
    in_degrees = abs(x) <= _HALF_TURN and abs(y) <= _QUARTER_TURN
    if said is not None and in_degrees:
        return said
    if hints.unknown is None and is_afar(x, y):
        return CRS(DEGREES if in_degrees else schema.CRS)
    numbers = {"x": f"{x:.6g}" if in_degrees else f"{x:.0f}"}
    numbers["y"] = f"{y:.6g}" if in_degrees else f"{y:.0f}"
    if hints.unknown is not None:
        raise CrsError("error.crs_unknown", layer=shown, system=quote(hints.unknown), **numbers)
    if is_ntm(x, y):
        raise CrsError("error.crs_ntm", layer=shown, **numbers)
    raise CrsError("error.crs_ask", layer=shown, **numbers)


# What is said of a file that names no system.
_UNSAID: Final = frozenset(
    {"finding.assumed_degrees", "finding.assumed_utm32", "finding.assumed_crs"}
)
# What is said where the reference system or the order of the axes was guessed.
GUESSED: Final = _UNSAID | {
    *("finding.assumed_instead", "finding.assumed_axes", "finding.assumed_flipped"),
    *("finding.assumed_of_several", "finding.assumed_for_unknown", "finding.system_assumed"),
}


def _notes(
    best: Reading, others: Sequence[Reading], said: CRS | None, shown: str, hints: Hints
) -> list[Finding]:
    def note(msgid: str, **parts: object) -> Finding:
        return Finding(shown, None, msgid, "warning", parts)

    found = []
    named_so = said is not None and said.equals(CRS(best.crs), ignore_axis_order=True)
    if said is not None and not hints.by_default:
        if not named_so:
            found.append(note("finding.assumed_instead", declared=quote(said.name), crs=best.crs))
    elif hints.unknown is not None:
        system = quote(hints.unknown)
        found.append(note("finding.assumed_for_unknown", declared=system, crs=best.crs))
    elif best.crs == DEGREES:
        found += [] if said is not None else [note("finding.assumed_degrees")]
    elif best.crs == schema.CRS:
        found.append(note("finding.assumed_utm32"))
    else:
        found.append(note("finding.assumed_crs", crs=best.crs))
    if best.swapped:
        found.append(note("finding.assumed_axes" if hints.columns else "finding.assumed_flipped"))
    rivals = [one.crs for one in others if one.rank == best.rank and one.crs != best.crs]
    # Of systems that fit as well, it is in the one that the file names.
    if rivals and (hints.by_default or not named_so):
        found.append(note("finding.assumed_of_several", crs=best.crs, others=", ".join(rivals)))
    return found
