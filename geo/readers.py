"""Files from the user: sites and growth areas in any format, in EPSG:25832."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
from pyproj.exceptions import ProjError

from geo import schema
from geo.coercion import quote, to_flag, to_number, to_text
from geo.drivers import open_table
from geo.errors import (
    CoordinateColumnsError,
    CrsMissingError,
    FileEmptyError,
    FileMissingError,
    FileUnreadableError,
    JobsIntervalError,
    NegativeAreaError,
    NegativeJobsError,
    UnusableFileError,
)
from geo.findings import Finding, Report
from geo.validation import clean_geometry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

# What people call the columns, first choice first. Case, spaces and hyphens do not matter, nor
# does a shapefile's limit of ten letters.
EAST: Final = ("lon", "lengdegrad", "longitude", "lng", "øst", "ost", "east", "easting", "x")
_DEGREES: Final = ("lon", "lengdegrad", "lng")  # names that leave no doubt about the system
NORTH: Final = ("lat", "breddegrad", "latitude", "nord", "north", "northing", "y")
SITE_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "id": ("id", "site_id", "project_id", "prosjekt_id"),
    "name": ("name", "navn", "prosjektnavn", "prosjekt", "tittel"),
    "jobs": ("jobs", "arbeidsplasser", "antall_arbeidsplasser", "ansatte", "employees"),
    "jobs_low": ("jobs_low", "arbeidsplasser_lav", "arbeidsplasser_min"),
    "jobs_high": ("jobs_high", "arbeidsplasser_høy", "arbeidsplasser_hoy", "arbeidsplasser_maks"),
    "gross_area_m2": ("gross_area_m2", "bra", "bra_m2", "m2_bra", "bruksareal", "gulvareal"),
    "business_type": ("business_type", "type", "virksomhetstype", "næringstype", "naeringstype"),
}
AREA_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "area_id": ("area_id", "id"),
    "name": ("name", "navn"),
    "counts": ("counts", "teller", "medregnet"),
    "category": ("category", "kategori", "type"),
}
_NUMBERS: Final = ("jobs_low", "jobs", "jobs_high", "gross_area_m2")

_SHAPEFILE_NAME: Final = 10
_MAX_LONGITUDE, _MAX_LATITUDE = 180.0, 90.0
_MULTIPOINT: Final = frozenset({"MultiPoint"})
_ANY_SHAPE: Final = schema.POINT | _MULTIPOINT | schema.LINE | schema.POLYGON


def read_sites(path: Path | str) -> GeoDataFrame:
    """
    Read sites for the rule and the screening.

    Returns
    -------
    GeoDataFrame
        EPSG:25832, RangeIndex, the file's columns with the known ones under our names and types
        (`id` always, as text; the others where the file has them). ``attrs["assumptions"]`` is
        the list of `Finding` that a reader must be told of: what was assumed, repaired, left out.

    Raises
    ------
    FileMissingError, FileUnreadableError, FileEmptyError, CoordinateColumnsError
        If there is nothing to read.
    UnusableFileError
        If none of the features can be used.
    CrsMissingError
        If the coordinates' reference system is neither given nor to be seen from their size.
    NegativeJobsError, NegativeAreaError, JobsIntervalError
        If a site's numbers make no sense.
    """
    frame, report = _read(Path(path), SITE_COLUMNS, id_column="id", allowed=_ANY_SHAPE)
    for column in _NUMBERS:
        if column in frame:
            frame[column] = _numbers(frame[column], column, report)
    if "business_type" in frame:
        frame["business_type"] = to_text(frame["business_type"])
    _require_sense(frame)
    return _finish(frame, report)


def read_areas(path: Path | str) -> GeoDataFrame:
    """
    Read growth areas: polygons with `area_id` and, where the file has them, `counts` and `name`.

    Returns and raises as `read_sites` does; `counts` is bool, and false where it cannot be read.
    """
    frame, report = _read(Path(path), AREA_COLUMNS, id_column="area_id", allowed=schema.POLYGON)
    if "counts" in frame:
        counts = to_flag(frame["counts"])
        unknown = frame.index[counts.isna()]
        parts = {"column": "counts", "default": "false"}
        report.rows("finding.flag_unknown", "warning", unknown, **parts)
        frame["counts"] = counts.fillna(value=False).astype(bool)
    return _finish(frame, report)


def _finish(frame: GeoDataFrame, report: Report) -> GeoDataFrame:
    frame = frame.reset_index(drop=True)
    frame.attrs["assumptions"] = report.findings
    return frame


def _read(
    path: Path, columns: Mapping[str, Sequence[str]], *, id_column: str, allowed: frozenset[str]
) -> tuple[GeoDataFrame, Report]:
    notes: list[Finding] = []
    if not path.exists():
        raise FileMissingError(path=quote(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on a file are no news to a planner
            table = open_table(path, notes)
    except Exception as error:  # a broken file fails in as many ways as there are formats
        raise FileUnreadableError(path=quote(path)) from error
    if table.empty:
        raise FileEmptyError(path=quote(path))
    frame = _locate(table.reset_index(drop=True), path, notes)
    frame = frame.rename(columns=_recognise(frame.columns, columns))
    rows = pd.Series([str(row + 1) for row in frame.index], index=frame.index, dtype="str")
    ids = to_text(frame[id_column]).fillna(rows) if id_column in frame else rows
    frame[id_column] = ids
    report = Report(quote(path.name), ids)
    report.findings += notes
    twice = frame.index[ids.duplicated()]
    report.rows("finding.duplicate_id", "warning", twice, column=id_column)
    frame = clean_geometry(frame, allowed, report)
    if frame.empty:
        finding = next(found for found in report.findings if found.severity == "error")
        raise UnusableFileError(finding=finding)
    return frame.copy(), report


def _recognise(given: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Which of the given columns stand for the wanted ones: {given: wanted}."""
    taken: dict[str, str] = {}
    for name, synonyms in wanted.items():
        column = _find(given, synonyms)
        if column is not None and column not in taken:
            taken[column] = name
    # A column that already bears a wanted name but is not the one chosen steps aside.
    shadowed = {c: f"{c}_" for c in given if c in taken.values() and taken.get(c) != c}
    return {c: n for c, n in (shadowed | taken).items() if c != n}


def _find(given: Sequence[str], synonyms: Sequence[str]) -> str | None:
    spelled = {_spell(column): column for column in reversed(list(given))}
    for synonym in (*synonyms, *(s[:_SHAPEFILE_NAME] for s in synonyms)):
        if synonym in spelled:
            return spelled[synonym]
    return None


def _spell(column: object) -> str:
    return "_".join(str(column).strip().lower().replace("-", " ").split())


def _locate(table: DataFrame, path: Path, notes: list[Finding]) -> GeoDataFrame:
    """Bring a table or frame to EPSG:25832, saying what had to be assumed."""
    if not isinstance(table, gpd.GeoDataFrame):
        table = _points(table, path, notes)
    frame = table.rename_geometry("geometry") if table.geometry.name != "geometry" else table
    crs = frame.crs
    # GeoJSON is in degrees unless it says otherwise; many a file in metres says nothing.
    if crs is None or (crs.is_geographic and not _like_degrees(frame)):
        if _like_degrees(frame):
            frame = frame.set_crs("EPSG:4326", allow_override=True)
            notes.append(_note(path, "finding.assumed_degrees"))
        elif _like_utm32(frame):
            frame = frame.set_crs(schema.CRS, allow_override=True)
            notes.append(_note(path, "finding.assumed_utm32"))
        else:
            raise CrsMissingError(layer=quote(path.name))
    try:
        return frame.to_crs(schema.CRS)
    except ProjError as error:
        raise CrsMissingError(layer=quote(path.name)) from error


def _middle(frame: GeoDataFrame) -> tuple[float, float]:
    # The median, so that one site that is astray is named on its own and does not decide for all.
    west, south, east, north = frame.bounds.median()
    return (west + east) / 2, (south + north) / 2


def _like_degrees(frame: GeoDataFrame) -> bool:
    x, y = _middle(frame)
    return abs(x) <= _MAX_LONGITUDE and abs(y) <= _MAX_LATITUDE


def _like_utm32(frame: GeoDataFrame) -> bool:
    x, y = _middle(frame)
    # Without a single position there is nothing to doubt; each feature is named further on.
    nowhere = pd.isna(x)
    return nowhere or (schema.MIN_X <= x <= schema.MAX_X and schema.MIN_Y <= y <= schema.MAX_Y)


def _note(path: Path, msgid: str, **parts: object) -> Finding:
    return Finding(quote(path.name), None, msgid, "warning", parts)


def _points(table: DataFrame, path: Path, notes: list[Finding]) -> GeoDataFrame:
    found = _find(table.columns, EAST), _find(table.columns, NORTH)
    if None in found:
        raise CoordinateColumnsError(path=quote(path.name))
    east, north = (to_number(table[column]) for column in found)
    # In Norwegian surveying x is north and y is east; Norway's numbers tell which is meant.
    if (east > schema.MIN_Y).any() and (north < schema.MAX_X).any():
        east, north = north, east
        notes.append(_note(path, "finding.assumed_axes"))
    points = gpd.points_from_xy(east, north)
    points[(east.isna() | north.isna()).to_numpy()] = None
    degrees = _spell(found[0]).startswith(_DEGREES)
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326" if degrees else None)


def _numbers(values: Series, column: str, report: Report) -> Series:
    numbers = to_number(values)
    lost = to_text(values).notna() & numbers.isna()
    parts = {"column": column, "value": values[lost].map(quote)}
    report.rows("finding.value_unreadable", "warning", lost[lost].index, **parts)
    return numbers


def _require_sense(frame: GeoDataFrame) -> None:
    for column in set(_NUMBERS) & set(frame.columns):
        wrong = frame[frame[column] < 0]
        if not wrong.empty:
            first, shown = wrong.iloc[0], f"{wrong[column].iloc[0]:g}"
            if column == "gross_area_m2":
                raise NegativeAreaError(site=quote(first["id"]), area=shown)
            raise NegativeJobsError(site=quote(first["id"]), jobs=shown)
    jobs = frame.reindex(columns=list(schema.JOBS)).astype("float64")
    wrong = frame[~schema.jobs_in_order(jobs)]
    if not wrong.empty:
        raise JobsIntervalError(site=quote(wrong["id"].iloc[0]))
