"""What a file is about: one area's outline, areas that are new, some of a layer, or all of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.geometry.crs import own_shapes, union_of
from geo.pack.candidate import (
    LOOKED_UP,
    ZONES_GONE,
    Candidate,
    Extent,
    Nature,
    checked,
    joined,
)
from geo.schema import layers as schema
from geo.schema.coercion import COERCIONS, quote, to_text
from geo.schema.findings import Finding, Report
from geo.schema.validation import clean_geometry

if TYPE_CHECKING:
    from collections.abc import Collection

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.pack.read import Pack

ALIKE: Final = 0.5  # A: of an outline, that another covers; else it is of no part of that, or new
MOST_GUESSED: Final = 200  # A: areas of a file that are looked for one by one
SAME_OUTLINE: Final = 0.005  # A: of an outline; what differs by less was drawn from the other
# Columns that tell of the outline: who drew it, and how well its place is known.
OF_THE_OUTLINE: Final = ("source", "anchor_accuracy_m", "anchor_accuracy")
_FLAGS: Final = ("illustrative", "synthetic")


class Story(StrEnum):
    """What a reader wants to do with a file."""

    ONE = "one"
    ADD = "add"
    SAME_ID = "same_id"
    SAME_KIND = "same_kind"
    ALL = "all"

    @property
    def extent(self) -> Extent:
        """What gives way: an outline that is replaced or new has an id of its own."""
        whole = {Story.ALL: Extent.ALL, Story.SAME_KIND: Extent.SAME_KIND}
        return whole.get(self, Extent.SAME_ID)


@dataclass(frozen=True)
class Guess:
    """Which area of the layer a file is about: by its ``name``, its ``id``, or an ``overlap``."""

    feature: str
    by: str


@dataclass(frozen=True)
class Difference:
    """What the file says of an area in one column, other than what is said of it now."""

    column: str
    now: Any
    given: Any


def possible(layer: str, pack: Pack) -> list[Story]:
    """Return what can be done with a file for a layer; a layer that is not there is only made."""
    if not pack.has(layer):
        return [Story.ALL]
    if layer in LOOKED_UP:
        return [Story.ONE, Story.ADD, Story.SAME_ID, Story.ALL]
    known = schema.LAYERS[layer]
    stories = [Story.SAME_ID] if known.id_column else []
    stories += [Story.SAME_KIND] if "kind" in known.columns.columns else []
    return [Story.ALL, *stories]


def likely(layer: str, mapped: GeoDataFrame, pack: Pack) -> Story:
    """
    Guess what a file is about; of areas all only where it has each of them under another id.

    Replaced by id, areas keep what the file says nothing of.

    Parameters
    ----------
    mapped
        From `geo.pack.mapping.apply`.
    """
    if layer not in LOOKED_UP or not pack.has(layer):
        return Story.ALL
    old = pack.layer(layer)
    if len(mapped) > MOST_GUESSED:
        return Story.SAME_ID
    each = [guessed(layer, mapped.iloc[[row]], old) for row in range(len(mapped))]
    given = {one.feature for one in each if one is not None}
    one = len(given) == 1 and None not in each
    # Which of them is the outline, or all as one, is asked.
    if one or (len(given) <= 1 and _together(layer, mapped, old)):
        return Story.ONE
    here = set(old[str(schema.LAYERS[layer].id_column)].astype("str"))
    if here == given and any(guess is not None and guess.by == "overlap" for guess in each):
        return Story.ALL  # that they are the same is not said by an id: which go is asked
    # What is said of several areas stays with `filled`, also where the file has each of them.
    return Story.SAME_ID if given else Story.ADD


def _together(layer: str, mapped: GeoDataFrame, old: GeoDataFrame) -> bool:
    """Tell whether features are parts of one area: it has half of each, and they half of it."""
    whole = guessed(layer, mapped, old)
    if whole is None:
        return False
    column = str(schema.LAYERS[layer].id_column)
    outline = union_of(old[old[column].astype("str") == whole.feature])
    shapes = own_shapes(mapped[mapped.geometry.notna()])
    inside = shapely.area(shapely.intersection(shapes, outline))
    return bool((inside >= ALIKE * shapely.area(shapes)).all())


def guessed(layer: str, mapped: GeoDataFrame, old: GeoDataFrame) -> Guess | None:
    """Return the area that a file is about; None where nothing tells."""
    column = str(schema.LAYERS[layer].id_column)
    ids = old[column].astype("str")
    for by, name in (("name", "name"), ("id", column)):
        if name in mapped and name in old:
            given = to_text(mapped[name]).dropna().str.strip().str.casefold()
            found = ids[old[name].astype("str").str.strip().str.casefold().isin(given)]
            if len(set(found)) == 1:
                return Guess(str(found.iloc[0]), by)
    shape = union_of(mapped[mapped.geometry.notna()])
    if not shape.area:
        return None
    theirs = own_shapes(old)
    shared = shapely.area(shapely.intersection(theirs, shape))
    best = int(shared.argmax())
    enough = shared[best] >= ALIKE * theirs[best].area
    return Guess(str(ids.iloc[best]), "overlap") if enough else None


def filled(layer: str, mapped: GeoDataFrame, pack: Pack) -> GeoDataFrame:
    """
    Return a file's areas with what is said of those of the same id now, where the file is silent.

    What the file leaves blank is no answer. Marks and what tells of the outline are not kept: the
    outline is another.

    Parameters
    ----------
    mapped
        From `geo.pack.mapping.apply`, with the layer's ids.
    """
    column = str(schema.LAYERS[layer].id_column)
    if layer not in LOOKED_UP or not pack.has(layer) or column not in mapped:
        return mapped
    old = pack.layer(layer)
    said = old.assign(**{column: old[column].astype("str")}).drop_duplicates(column)
    said = said.set_index(column)
    ids = to_text(mapped[column])
    found = mapped
    for name in said:
        if name in {"geometry", *_FLAGS, *OF_THE_OUTLINE}:
            continue
        kept = ids.map(said[name])
        if name in mapped:
            given = mapped[name]
            blank = to_text(given).isna()
            kept = given.astype(object).where(~blank, kept.astype(object))
        elif kept.isna().all():
            continue
        found = found.assign(**{str(name): kept})
    return found


def leaving(new: Candidate, pack: Pack) -> list[str]:
    """
    Name what is in the layer now and would not be there any more, a feature each.

    By the name where features have one, else by the id; empty text where they have neither.
    """
    if new.frame is None or not pack.has(new.layer):
        return []
    old, column = pack.layer(new.layer), schema.LAYERS[new.layer].id_column
    if column is None:
        was, becomes = (list(one.geometry.to_wkb()) for one in (old, new.frame))
    else:
        was, becomes = (list(one[column].astype("str")) for one in (old, new.frame))
    there, named = Counter(becomes), old["name"] if "name" in old else pd.Series(was)
    gone = []
    for key, name in zip(was, to_text(named), strict=True):
        if there[key]:
            there[key] -= 1
        else:
            gone.append(name if isinstance(name, str) else str(key) if column else "")
    return gone


def differing(layer: str, mapped: GeoDataFrame, old: GeoDataFrame) -> list[Difference]:
    """
    Return what a file says of an area, of which `old` is the row, that is not said of it now.

    What the file leaves blank is no answer, and where several of its features say different
    things, none of them is. Id, marks and what tells of the outline are not up for choice.
    """
    known = schema.LAYERS[layer].columns.columns
    column = schema.LAYERS[layer].id_column
    found = []
    for name in mapped:
        if name in {column, "geometry", *_FLAGS, *OF_THE_OUTLINE}:
            continue
        given = mapped[name]
        kind = known[name].metadata["dtype"] if name in known else "str"
        values = COERCIONS[kind](given).dropna()
        if len(set(values)) != 1:
            continue
        now = old[name].iloc[0] if name in old else None
        if pd.isna(now) or str(now).strip() != str(values.iloc[0]).strip():
            found.append(Difference(str(name), None if pd.isna(now) else now, values.iloc[0]))
    return found


def reshaped(
    layer: str,
    mapped: GeoDataFrame,
    old: GeoDataFrame,
    pack: Pack,
    nature: Nature,
    *,
    source: str,
    take: Collection[Difference] = (),
) -> Candidate:
    """
    Give an area that is there another outline; the rest of it stays.

    Parameters
    ----------
    mapped
        Features of the file that are the new outline together, from `geo.pack.mapping.apply`; what
        is in ``attrs["assumptions"]`` is told.
    old
        The area's row.
    source
        Of the outline, where the file names none.
    take
        What the file says that goes before what is said now.

    Returns
    -------
    Candidate
        The whole layer.
    """
    known, column = schema.LAYERS[layer], str(schema.LAYERS[layer].id_column)
    report = Report(layer, pd.Series(None, index=mapped.index, dtype=object))
    clean = clean_geometry(mapped[["geometry"]], known.geometry, report)
    found = (*mapped.attrs.get("assumptions", ()), *report.findings)
    if clean.empty:
        rows = {one.feature: _row(one) for one in report.findings if one.feature is not None}
        return Candidate(layer, None, found, rows)
    one = clean.index[:1]
    told = {name: _told(mapped, name) for name in OF_THE_OUTLINE if name in old}
    told = {name: None if pd.isna(value) else value for name, value in told.items()}
    told["source"] = told.get("source") or source
    told |= {difference.column: difference.given for difference in take}
    marks = {name: nature.value == name or _says_so(mapped, name) for name in _FLAGS if name in old}
    shape = shapely.union_all(clean.geometry.to_numpy())
    plain = pd.DataFrame(old.drop(columns="geometry").iloc[:1]).set_index(one)
    frame = gpd.GeoDataFrame(plain.assign(**told, **marks), geometry=[shape], crs=schema.CRS)
    new = joined(checked(layer, frame, pack, nature, list(found)), pack, Extent.SAME_ID)
    if not any(difference.column == "name" for difference in take):
        return new
    return with_names(new, pack, {str(old[column].iloc[0])})


def added(new: Candidate, pack: Pack) -> Candidate:
    """Return a candidate for the whole layer, with new areas beside those that are there."""
    if new.frame is None:
        return new
    column = str(schema.LAYERS[new.layer].id_column)
    ids = new.frame[column].astype("str")
    here = set(pack.layer(new.layer)[column].astype("str")) if pack.has(new.layer) else set()
    taken = [
        Finding(new.layer, quote(one), "finding.id_taken", "error") for one in ids[ids.isin(here)]
    ]
    if taken:
        # Zones that stay are not gone.
        told = [one for one in new.findings if one.msgid not in ZONES_GONE]
        return replace(new, findings=(*taken, *told))
    return with_names(joined(new, pack, Extent.SAME_ID), pack, set(ids))


def with_names(new: Candidate, pack: Pack, ids: Collection[str]) -> Candidate:
    """Return the candidate with an error for each of these areas that bears another's name."""
    if new.frame is None or "name" not in new.frame or not pack.has(new.layer):
        return new
    column = str(schema.LAYERS[new.layer].id_column)
    mine = new.frame[column].astype("str").isin(list(ids))
    names = new.frame["name"].astype("str").str.strip().str.casefold()
    taken = new.frame[mine & names.isin(names[~mine])]
    clashes = [
        Finding(new.layer, quote(one), "finding.name_taken", "error", {"name": quote(name)})
        for one, name in zip(taken[column], taken["name"], strict=True)
    ]
    return replace(new, findings=(*clashes, *new.findings))


def with_source(new: Candidate, ids: Collection[str], proposed: str, source: str) -> Candidate:
    """Return the candidate with `source` on these areas in place of the one `proposed`."""
    if new.frame is None or "source" not in new.frame or not source:
        return new
    frame = new.frame.copy()
    column = str(schema.LAYERS[new.layer].id_column)
    mine = frame[column].astype("str").isin(list(ids)) & (frame["source"].astype("str") == proposed)
    frame.loc[mine, "source"] = source
    return replace(new, frame=frame)


def same_outline(shape: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two outlines are of the same land, but for what rounding changes."""
    apart = shapely.symmetric_difference(shape, other).area
    return bool(apart <= SAME_OUTLINE * max(shape.area, other.area))


def _told(mapped: GeoDataFrame, name: str) -> Any:  # noqa: ANN401  # whatever the file holds
    """Return the one value of a column of the file; None where there is none or several."""
    values = mapped[name].dropna() if name in mapped else pd.Series(dtype=object)
    return values.iloc[0] if len(set(values)) == 1 else None


def _says_so(mapped: GeoDataFrame, flag: str) -> bool:
    return flag in mapped and bool(COERCIONS["bool"](mapped[flag]).fillna(value=False).any())


def _row(found: Finding) -> int:
    return int(str(found.parts.get("row", 0)))
