"""A file's columns made into a layer's: guessed from official names, and changed by a person."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import FileError
from geo.i18n import to_choose
from geo.schema import layers as schema
from geo.schema.coercion import quote, to_text
from geo.schema.dates import to_date
from geo.schema.kinds import CONSTRAINT_KIND
from geo.schema.text import find, slug, spell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from pandas import Series

NAMES: Final = Path(__file__).parent / "official_names.toml"
_YES_NO: Final = ("true", "false")
DATES: Final = frozenset({"adopted"})  # extras that are dates; the schema knows the others' types


class Way(StrEnum):
    """
    How a column of the layer comes about.

    From a column of the file; as one value for all; from two columns with a slash between
    (gnr/bnr); or as the id that the feature of this name already has, else one made of the name.
    """

    COLUMN = "column"
    CONSTANT = "constant"
    JOINED = "joined"
    BY_NAME = "by_name"


@dataclass(frozen=True)
class Source:
    """
    Where one column's values come from.

    Attributes
    ----------
    columns
        Of the file; two of them for `Way.JOINED`, none for `Way.CONSTANT`.
    value
        The constant.
    codes
        What the file's values stand for: (value in the file, our code).
    """

    way: Way
    columns: tuple[str, ...] = ()
    value: str | None = None
    codes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def column(cls, name: str) -> Source:
        """From one column of the file."""
        return cls(Way.COLUMN, (name,))

    @classmethod
    def constant(cls, value: str) -> Source:
        """One value for all."""
        return cls(Way.CONSTANT, value=value)


def targets(layer: str) -> list[str]:
    """Return the columns that a layer can be given: the schema's, then extras that are of use."""
    known = list(schema.LAYERS[layer].columns.columns)
    return known + [name for name in _official()["names"].get(layer, {}) if name not in known]


def is_required(layer: str, column: str) -> bool:
    """Whether the layer cannot do without the column."""
    columns = schema.LAYERS[layer].columns.columns
    return column in columns and bool(columns[column].required)


def allowed(layer: str, column: str) -> tuple[str, ...] | None:
    """Return the only values that a column may have, as text; None where it may have any."""
    columns = schema.LAYERS[layer].columns.columns
    if column not in columns:
        return tuple(_official()["codes"].get(layer, {}).get(column, ())) or None
    rule = columns[column]
    if rule.metadata["dtype"] == "bool":
        return _YES_NO
    for check in rule.checks:
        values = check.statistics.get("allowed_values")
        if values:
            return tuple(str(value) for value in values)
    return None


def guess(
    layer: str, frame: GeoDataFrame, existing: GeoDataFrame | None = None
) -> dict[str, Source]:
    """
    Guess where each of a layer's columns comes from, by its official names.

    A column of the file is used once. An id that the file has not is found by the name, and so is
    one that says nothing to the layer as it is (`existing`) where the names do: other layers refer
    to the ids that were there before.
    """
    plain = {_bare(name): str(name) for name in reversed([*frame.columns]) if name != "geometry"}
    found: dict[str, Source] = {}
    taken: set[str] = set()
    for target in targets(layer):
        pairs = _official()["joined"].get(layer, {}).get(target, [])
        names = _official()["names"].get(layer, {}).get(target, [])
        free = [bare for bare in plain if plain[bare] not in taken]
        column = find(free, names)
        pair = next((both for both in pairs if all(one in plain for one in both)), None)
        # gnr and bnr say what a plot is called better than a number without meaning.
        if pair and (column is None or column in {"teigid", "lokalid"}):
            found[target] = Source(Way.JOINED, tuple(plain[one] for one in pair))
        elif column is not None:
            found[target] = Source.column(plain[column])
            taken.add(plain[column])
    column_of_id = schema.LAYERS[layer].id_column
    if column_of_id and column_of_id != "seq" and "name" in found:
        by_name = Source(Way.BY_NAME, found["name"].columns)
        if column_of_id not in found or (
            existing is not None
            and not _shared(frame, found[column_of_id], existing, column_of_id)
            and _shared(frame, by_name, existing, "name")
        ):
            found[column_of_id] = by_name
    return found


def _shared(frame: GeoDataFrame, source: Source, existing: GeoDataFrame, column: str) -> bool:
    if column not in existing or len(source.columns) != 1:
        return False
    given = to_text(frame[source.columns[0]]).dropna().str.casefold()
    return bool(given.isin(existing[column].astype("str").str.casefold()).any())


def apply(
    layer: str,
    frame: GeoDataFrame,
    mapping: Mapping[str, Source],
    existing: GeoDataFrame | None = None,
) -> GeoDataFrame:
    """
    Return a frame with the layer's columns alone, unchecked.

    Parameters
    ----------
    frame
        As it was read.
    existing
        The layer as it is, for the ids of `Way.BY_NAME`.

    Raises
    ------
    FileError
        If the mapping names a column that is not there.
    """
    columns: dict[str, Series] = {}
    known = targets(layer)
    for target, source in mapping.items():
        if target not in known:
            raise FileError(
                "error.mapping_target",
                column=quote(target),
                layer=layer,
                known=to_choose(known, "column.{}"),
            )
        for column in source.columns:
            if column not in frame or column == "geometry":
                here = ", ".join(quote(name) for name in frame.columns if name != "geometry")
                raise FileError("error.column_not_in_file", given=quote(column), known=here)
        values = _values(frame, source, layer, existing)
        columns[target] = _coded(values, layer, target, source)
    ordered = {target: columns[target] for target in known if target in columns}
    for name in DATES & set(ordered):
        ordered[name] = to_date(ordered[name])
    made: GeoDataFrame = frame[["geometry"]].assign(**ordered)
    return made[[*ordered, "geometry"]]


def unknown_values(layer: str, target: str, values: Series, source: Source) -> list[str]:
    """Values of a file that stand for none of a column's codes, the most frequent first."""
    codes = allowed(layer, target)
    if codes is None:
        return []
    counted = to_text(_coded(to_text(values), layer, target, source)).value_counts()
    return [str(value) for value in counted.index if str(value).lower() not in _accepted(codes)]


def _accepted(codes: tuple[str, ...]) -> set[str]:
    extra = {"1", "0", "ja", "nei", "sann", "usann", "yes", "no"} if codes == _YES_NO else set()
    return {code.lower() for code in codes} | extra


def _values(
    frame: GeoDataFrame, source: Source, layer: str, existing: GeoDataFrame | None
) -> Series:
    if source.way is Way.CONSTANT:
        return pd.Series([source.value] * len(frame), index=frame.index, dtype="str")
    first: pd.Series = frame[source.columns[0]]
    if source.way is Way.JOINED:
        parts = [to_text(frame[column]) for column in source.columns]
        # Unknown where one of them is.
        return parts[0].str.cat(parts[1:], sep="/")  # type: ignore[arg-type]  # columns
    if source.way is Way.BY_NAME:
        column = schema.LAYERS[layer].id_column
        ids: dict[str, str] = {}
        if existing is not None and "name" in existing and column in existing:
            names = existing["name"].astype("str").str.strip().str.casefold()
            ids = dict(zip(names, existing[column].astype("str"), strict=True))
        text = to_text(first)
        named = text.map(lambda name: ids.get(name.casefold(), slug(name)), na_action="ignore")
        return named.astype("str")
    return first


def _coded(values: Series, layer: str, target: str, source: Source) -> Series:
    """Write our codes for the values that the file uses."""
    codes = allowed(layer, target)
    if codes is None or codes == _YES_NO:
        return _translated(values, dict(source.codes)) if source.codes else values
    table = {code.lower(): code for code in codes}
    for code, official in _official()["codes"].get(layer, {}).get(target, {}).items():
        table |= dict.fromkeys(official, code)
    return _translated(values, table | {value.lower(): code for value, code in source.codes})


def _translated(values: Series, table: Mapping[str, str]) -> Series:
    text = to_text(values)
    lower = {value.lower(): code for value, code in table.items()}
    return text.str.lower().map(lower).where(lambda found: found.notna(), text).astype("str")


def _bare(column: object) -> str:
    """A column's name without the path that a flattened GML has in front of it."""
    return spell(column).rpartition(".")[2].rpartition("|")[2]


@cache
def _official() -> Mapping[str, Any]:
    official = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    kinds = {kind: row.words for kind, row in CONSTRAINT_KIND.items()}
    for layer in ("constraints", "constraint_coverage"):
        official["codes"].setdefault(layer, {})["kind"] = kinds
    return MappingProxyType(official)
