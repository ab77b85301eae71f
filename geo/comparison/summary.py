"""A summary of many municipalities, read and checked: what it says, and what it does not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import shapely

from geo.comparison import fields
from geo.errors import FileError
from geo.growth.rule import TARGET_SHARE, Verdict
from geo.intake.job import Limits
from geo.intake.opening import opened
from geo.land import rules
from geo.schema import layers as schema
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

# The embedded example: a county that is not there, as `data.comparison` makes it.
EXAMPLE: Final = Path(__file__).parents[2] / "data" / "comparison" / "summary"

_USUAL: Final = dict(
    zip(
        fields.PARAMETERS,
        (
            *(rules.BUILDING_BUFFER_M, rules.MIN_PART_M2, rules.MIN_WIDTH_M),
            *(rules.MAX_UTILISATION, TARGET_SHARE),
        ),
        strict=True,
    )
)
_VERDICTS: Final = ("verdict", "verdict_with_estimates")
_TEXT: Final = (
    *fields.KEYS,
    *("name", "county_no", *_VERDICTS, "inhabitants_date", "jobs_today_date"),
    *("status", "reason", "synthetic_layers", "illustrative_layers", "missing_layers"),
)
_NUMBERS: Final = tuple(
    name
    for name in fields.MUNICIPALITY_COLUMNS
    if name not in (*_TEXT, "constraints_mapped", "geometry")
)
_SHARES: Final = ("share", "share_low", "share_high")
_FIGURES: Final = (*fields.LAND, *fields.RULE)
_NUMBER_LENGTH: Final = 4  # of a municipality, whose leading zero a table may have lost
# All sets stand side by side on a page: more is neither read by anyone nor sent in time.
_MOST_SETS: Final = 50
_MOST_MUNICIPALITIES: Final = 1000
_LEAST_M2: Final = 10_000.0  # A: a smaller outline is of no municipality, as degrees read as metres
_LONGEST: Final = 200  # of any text: a sentence
# Parts may miss their whole by this: a square metre, or a millionth of what is summed.
_ROUNDING: Final = 1.0
_RELATIVE: Final = 1e-6


@dataclass(frozen=True)
class Summary:
    """
    Municipalities side by side, for one or several sets of parameters.

    Attributes
    ----------
    rows
        One a municipality and set, in the file's order, with all of
        `fields.MUNICIPALITY_COLUMNS` and `fault`: why a row contradicts itself, else None. Areas
        in m², NaN and None unknown; outlines in EPSG:25832. A row whose `status` is unknown, or
        that has a fault, has no figures.
    lacking
        Columns that the file does not have.
    source, licence
        As the run that made it says; None where it is silent.
    digest
        Short name of the content.
    example
        Whether it is the county that we have made up.
    """

    rows: GeoDataFrame
    lacking: tuple[str, ...]
    source: str | None
    licence: str | None
    digest: str
    example: bool = False

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """Names of the sets of parameters, in the file's order."""
        return tuple(self.rows["parameter_set"].unique())

    @cached_property
    def parameters(self) -> Mapping[str, DataFrame]:
        """Of each set the parameters of all its rows, which are those of the set if it is one."""
        columns = pd.DataFrame(self.rows[["parameter_set", *fields.PARAMETERS]])
        parts = columns.groupby("parameter_set", sort=False)
        return {str(name): part for name, part in parts}

    @cached_property
    def usual(self) -> str:
        """Name of the set with the parameters that a land account has usually; else the first."""
        rows = pd.concat([one.iloc[:1] for one in self.parameters.values()])
        same = (rows[[*_USUAL]] == pd.Series(_USUAL)).all(axis=1)
        return str(rows["parameter_set"][same].iloc[0]) if same.any() else self.sets[0]

    def of_set(self, name: str) -> GeoDataFrame:
        """Return the rows of one set, by `municipality_no`."""
        rows = self.rows[self.rows["parameter_set"] == name]
        return rows.set_index("municipality_no", drop=False).sort_index()

    def badges(self) -> tuple[str, ...]:
        """Return the badges that any of the figures carries."""
        rows = self.rows
        made_up = self.example or rows["synthetic_layers"].notna().any()
        drawn = rows["illustrative_layers"].notna().any()
        return (*(["synthetic"] if made_up else []), *(["illustrative"] if drawn else []))


def read(folder: Path) -> Summary:
    """
    Read the summary that `python -m geo distribute` left in a folder.

    Raises
    ------
    FileError
        If there is none, or it cannot be read, is of another format, or contradicts itself in a
        way that leaves no telling which row is which (`of_table`).
    """
    path = folder / fields.MUNICIPALITIES
    shown = quote(path)
    try:
        content = path.read_bytes()
    except OSError:
        raise FileError("error.comparison_none", path=quote(folder)) from None
    run = _run(folder / fields.RUN)
    try:
        table = _parquet(path)
    except (
        *(pa.ArrowException, shapely.errors.ShapelyError, OSError),
        *(ValueError, KeyError, TypeError, AttributeError),  # of geopandas, for its own metadata
    ):
        raise FileError("error.comparison_parquet", path=shown) from None
    example = folder.resolve() == EXAMPLE.resolve()
    return of_table(table, shown, run=run, digest=_digest(content), example=example)


def uploaded(content: bytes, name: str, limits: Limits | None = None) -> Summary:
    """
    Read a summary that somebody has sent, in a process of its own.

    Raises
    ------
    FileError
        If it is too much, broken or no summary.
    """
    try:
        with opened(content, name, limits or Limits.from_environment()) as file:
            table = file.table()
    except FileError as error:
        if error.code != "error.file_unreadable":  # which names formats that are none of these
            raise
        raise FileError("error.comparison_parquet", path=quote(name)) from error
    if not isinstance(table, gpd.GeoDataFrame) and "geometry" in table:
        table = table.drop(columns="geometry")
    return of_table(table, quote(name), run={}, digest=_digest(content))


def of_table(
    table: DataFrame,
    shown: str,
    *,
    run: Mapping[str, Any],
    digest: str,
    example: bool = False,
) -> Summary:
    """
    Check a table of municipalities, and make it whole.

    Parameters
    ----------
    table
        With any of `fields.MUNICIPALITY_COLUMNS`, of which `fields.KEYS` must be there.
    shown
        What the file is called to people.
    run
        What `fields.RUN` holds.

    Raises
    ------
    FileError
        If a key is lacking or empty, a municipality stands twice in a set, there is no row, there
        are more sets or municipalities than can be compared, or a number is none, negative or
        infinite.
    """
    for key in fields.KEYS:
        if key not in table:
            raise FileError("error.comparison_column", path=shown, column=key)
    if table.empty:
        raise FileError("error.comparison_empty", path=shown)
    lacking = tuple(one for one in fields.MUNICIPALITY_COLUMNS if one not in table)
    rows = pd.DataFrame(index=pd.RangeIndex(len(table)))
    for name in _TEXT:
        rows[name] = _texts(table, name)
    numbers = [one and one.zfill(_NUMBER_LENGTH) for one in rows["municipality_no"]]
    rows["municipality_no"] = pd.Series(numbers, dtype=object)
    _check_keys(rows, shown)
    rows["name"] = rows["name"].fillna(rows["municipality_no"])
    for name in _NUMBERS:
        rows[name] = _numbers(table, name, rows, shown)
    rows["constraints_mapped"] = _flags(table, "constraints_mapped")
    for name in _VERDICTS:
        rows[name] = rows[name].where(rows[name].isin(set(Verdict)), None)
    if "verdict_with_estimates" in lacking:
        # Of what is known alone, which what is in no sum could turn.
        sure = rows["not_estimable"] == 0
        open_ = rows["verdict"].where(rows["verdict"].isna(), Verdict.UNDECIDED.value)
        rows["verdict_with_estimates"] = rows["verdict"].where(sure, open_)
    rows["fault"] = _faults(rows)
    unknown = rows["fault"].notna()
    if "status" not in lacking:
        unknown |= rows["status"] != fields.COMPLETE
    for name in _FIGURES:
        rows[name] = rows[name].where(~unknown, None if name in _VERDICTS else np.nan)
    placed = gpd.GeoDataFrame(rows, geometry=_outlines(table), crs=schema.CRS)
    source, licence = (_said(run, name) for name in ("source", "licence"))
    return Summary(placed, lacking, source, licence, digest, example)


def _check_keys(rows: DataFrame, shown: str) -> None:
    """Check that each row tells whose it is and of which set, and is the only one of these."""
    for key in fields.KEYS:
        if rows[key].isna().any():
            raise FileError("error.comparison_key", path=shown, column=key)
    sets, numbers = (rows[key].nunique() for key in ("parameter_set", "municipality_no"))
    if sets > _MOST_SETS or numbers > _MOST_MUNICIPALITIES:
        raise FileError(
            "error.comparison_many",
            path=shown,
            sets=sets,
            municipalities=numbers,
            most_sets=_MOST_SETS,
            most=_MOST_MUNICIPALITIES,
        )
    twice = rows.duplicated(list(fields.KEYS))
    if twice.any():
        first = rows[twice].iloc[0]
        raise FileError(
            "error.comparison_twice",
            path=shown,
            number=quote(first["municipality_no"]),
            set=quote(first["parameter_set"]),
        )


def _run(path: Path) -> dict[str, Any]:
    """Read how the summary came about; nothing where nobody has said."""
    if not path.is_file():
        return {}
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise FileError("error.comparison_run", path=quote(path)) from None
    if not isinstance(run, dict):
        raise FileError("error.comparison_run", path=quote(path))
    if run.get("format", fields.FORMAT) != fields.FORMAT:
        raise FileError(
            "error.comparison_format",
            path=quote(path),
            format=quote(run["format"]),
            known=fields.FORMAT,
        )
    return run


def _parquet(path: Path) -> DataFrame:
    try:
        table: DataFrame = gpd.read_parquet(path)
    except ValueError as error:
        if "geo metadata" not in str(error):
            raise
        table = pd.read_parquet(path)
    return table


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _said(run: Mapping[str, Any], name: str) -> str | None:
    said = run.get(name)
    return said if isinstance(said, str) and said else None


def _texts(table: DataFrame, name: str) -> Series:
    """Return a column as texts, None where it is empty or lacking."""
    if name not in table:
        return pd.Series([None] * len(table), dtype=object)
    given = table[name]
    if given.dtype == object:  # of any kinds, which may be equal and read otherwise, as 1 and True
        return pd.Series([_text(one) for one in given], dtype=object)
    # Each is read once: fifty sets say the same of a municipality, down to its name.
    at, different = pd.factorize(given)
    read = np.array([*map(_text, different), None], dtype=object)  # the last where it is empty, -1
    return pd.Series(read[at], dtype=object)


def _text(value: Any) -> str | None:  # noqa: ANN401  # a cell of any file
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:_LONGEST] or None


def _numbers(table: DataFrame, name: str, rows: DataFrame, shown: str) -> Series:
    """Return a column as numbers, NaN where it is empty or lacking."""
    if name not in table:
        return pd.Series(np.nan, index=rows.index)
    given = table[name].reset_index(drop=True)
    if _is_number(given):
        missing = given.isna()
        numbers = pd.Series(given.to_numpy(dtype=float, na_value=np.nan))
    else:
        given = pd.Series(list(given), dtype=object)
        missing = given.map(lambda one: _text(one) is None)
        numbers = pd.to_numeric(given.where(~missing, None), errors="coerce").astype(float)
    wrong = (numbers.isna() & ~missing) | np.isinf(numbers)
    if name != "balance_error_m2":  # a difference
        wrong |= numbers < 0
    if name in _SHARES:
        wrong |= numbers > 1
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise FileError(
            "error.comparison_value",
            path=shown,
            column=name,
            value=quote(given.iloc[at]),
            number=quote(rows["municipality_no"].iloc[at]),
        )
    return numbers


def _is_number(column: Series) -> bool:
    kinds = pd.api.types
    return kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column)


def _flags(table: DataFrame, name: str) -> Series:
    """Return a column as True, False and None, which is unknown."""
    known = {"true": True, "1": True, "false": False, "0": False}
    return pd.Series([known.get((one or "").lower()) for one in _texts(table, name)], dtype=object)


def _faults(rows: DataFrame) -> Series:
    """
    Say of each row which of its figures cannot all be right, by the end of a text's id.

    parts: what the business land went to is not the whole of it. growth: more reserve in growth
    areas than there is. jobs: those inside and outside are not all, or the share is not theirs.
    """
    parts = rows[["built_m2", "excluded_m2", "dropped_m2", "reserve_m2"]].sum(axis=1, skipna=False)
    jobs = rows["jobs_inside"] + rows["jobs_outside"]
    share = rows["jobs_inside"] / jobs.where(jobs > 0)
    found = pd.Series(None, index=rows.index, dtype=object)
    wrong = {
        "parts": ~_near(parts, rows["gross_m2"]),
        "growth": rows["reserve_in_growth_m2"] > rows["reserve_m2"] + _ROUNDING,
        "jobs": ~_near(jobs, rows["jobs_total"]) | ((share - rows["share"]).abs() > _RELATIVE),
    }
    for name, rows_wrong in wrong.items():
        found[rows_wrong] = name
    return found


def _near(one: Series, other: Series) -> Series:
    """Tell whether two figures are the same but for rounding; true where one is unknown."""
    room = np.maximum(_ROUNDING, _RELATIVE * other.abs())
    return ~((one - other).abs() > room)


def _outlines(table: DataFrame) -> Any:  # noqa: ANN401  # an array of geometries
    """Return outlines in EPSG:25832; None for what is no such area, or lies nowhere."""
    if not isinstance(table, gpd.GeoDataFrame) or table.crs is None:
        return np.full(len(table), None, dtype=object)
    shapes = shapely.force_2d(table.geometry.to_crs(schema.CRS).to_numpy())
    areas = np.isin(shapely.get_type_id(shapes), [3, 6]) & ~shapely.is_empty(shapes)
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    large = shapely.area(shapes) >= _LEAST_M2
    return np.where(areas & finite & large, shapes, None)
