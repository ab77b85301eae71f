"""Files from the user: sites and growth areas in any format, in EPSG:25832."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import i18n
from geo.errors import JobsError
from geo.intake.job import Limits
from geo.intake.opening import Layer, UnusableFileError, layers_of, opened
from geo.intake.shapes import closed_lines, wkb
from geo.intake.systems.projection import GUESSED, Hints, bring_home
from geo.intake.tables.headings import EAST, NORTH
from geo.schema import layers as schema
from geo.schema.coercion import quote, to_flag, to_number, to_text
from geo.schema.findings import ROW_REMARKS, Report
from geo.schema.text import bare, find, spell
from geo.schema.validation import clean_geometry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import Series
    from shapely.geometry.base import BaseGeometry


__all__ = [
    "AREA_COLUMNS",
    "EAST",
    "NORTH",
    "SITE_COLUMNS",
    "Layer",
    "Limits",
    "UnusableFileError",
    "guessed",
    "layers_of",
    "open_sites",
    "read_areas",
    "read_layer",
]

SITE_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "id": ("id", "site_id", "project_id", "prosjekt_id", "lokalid"),
    "name": (
        *("name", "navn", "prosjektnavn", "prosjekt", "tittel"),
        *("plannavn", "feltnavn", "feltbetegnelse", "navn_på_tomt", "tomtenavn"),
    ),
    "jobs": (
        *("jobs", "arbeidsplasser", "antall_arbeidsplasser", "ansatte", "antall_ansatte"),
        "employees",
    ),
    "jobs_low": ("jobs_low", "arbeidsplasser_lav", "arbeidsplasser_min"),
    "jobs_high": ("jobs_high", "arbeidsplasser_høy", "arbeidsplasser_hoy", "arbeidsplasser_maks"),
    "gross_area_m2": (
        *("gross_area_m2", "bra", "bra_m2", "m2_bra", "bruksareal", "gulvareal"),
        "bruksarealtotalt",
    ),
    "business_type": ("business_type", "type", "virksomhetstype", "næringstype", "naeringstype"),
    "zone_id": ("zone_id", "sone"),
    "site_area_m2": ("site_area_m2", "tomteareal_m2", "tomteareal"),
    "area_kind": ("area_kind", "arealtype"),
}
AREA_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "area_id": ("area_id", "id"),
    "name": ("name", "navn"),
    "counts": ("counts", "teller", "medregnet"),
    "category": ("category", "kategori", "type"),
}
_NUMBERS: Final = ("jobs_low", "jobs", "jobs_high", "gross_area_m2", "site_area_m2")
_FULL_TIME: Final = frozenset({"årsverk", "aarsverk", "arsverk"})  # which are not jobs
_TEXTS: Final = ("business_type", "zone_id", "area_kind")

_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MULTIPOINT: Final = frozenset({"MultiPoint"})
_ANY_SHAPE: Final = schema.POINT | _MULTIPOINT | schema.LINE | schema.POLYGON


def open_sites(  # what a reader may overrule, each by its name
    source: Path | str | bytes,
    name: str | None = None,
    *,
    layer: str | None = None,
    crs: str | None = None,
    swap: bool = False,
    near: BaseGeometry | None = None,
    limits: Limits | None = None,
) -> GeoDataFrame:
    """
    Read sites from a file of any kind, however hostile.

    Parameters
    ----------
    source
        The file, or what stands in it.
    name
        What people call it; its ending tells tables of text from other texts.
    layer
        One of `layers_of`; by default the first with areas, else the first with points.
    crs, swap
        Overrule the file: its reference system ("25833"), and which axis comes first.
    near
        Where sites are expected (EPSG:25832): decides between systems that the numbers fit.
    limits
        What the file may hold and cost; by default as the environment says.

    Returns
    -------
    GeoDataFrame
        EPSG:25832, RangeIndex, the file's columns with the known ones under our names and types
        (`id` always, as text; the others where the file has them). ``attrs["assumptions"]`` is
        the list of `Finding` that a reader must be told of: what was assumed, repaired, left out.

    Raises
    ------
    FileError
        If there is nothing to read, it cannot be read, or it is more than the limits allow.
    UnusableFileError
        If none of the features can be used.
    CrsError, ParameterError
        If the coordinates' reference system is neither given nor to be seen from their size.
    JobsError
        If a site's numbers make no sense.
    """
    hints = Hints(crs=crs, swap=swap, near=near)
    frame, shown = _load(source, name, layer, hints, limits)
    frame, report = _prepare(
        frame, shown, SITE_COLUMNS, id_column="id", allowed=_ANY_SHAPE, outlines=True
    )
    for column in _NUMBERS:
        if column in frame:
            frame[column] = _numbers(frame[column], column, report)
    for column in _TEXTS:
        if column in frame:
            frame[column] = to_text(frame[column])
    if "area_kind" in frame:
        frame["area_kind"] = _area_kinds(frame["area_kind"], report)
    _require_sense(frame)
    return _finish(frame, report)


def read_areas(  # what a reader may overrule, each by its name
    source: Path | str | bytes,
    name: str | None = None,
    *,
    layer: str | None = None,
    crs: str | None = None,
    swap: bool = False,
    near: BaseGeometry | None = None,
    limits: Limits | None = None,
) -> GeoDataFrame:
    """
    Read growth areas: polygons with `area_id` and, where the file has them, `counts` and `name`.

    Takes, returns and raises as `open_sites` does; `counts` is bool, and false where it cannot be
    read.
    """
    frame, shown = _load(source, name, layer, Hints(crs=crs, swap=swap, near=near), limits)
    allowed = schema.POLYGON
    frame, report = _prepare(frame, shown, AREA_COLUMNS, id_column="area_id", allowed=allowed)
    if "counts" in frame:
        counts = to_flag(frame["counts"])
        unknown = frame.index[counts.isna()]
        parts = {"column": "counts", "default": "false"}
        report.rows("finding.flag_unknown", "warning", unknown, **parts)
        frame["counts"] = counts.fillna(value=False).astype(bool)
    return _finish(frame, report)


def read_layer(  # what a reader may overrule, each by its name
    source: Path | str | bytes,
    name: str | None = None,
    *,
    layer: str | None = None,
    crs: str | None = None,
    swap: bool = False,
    near: BaseGeometry | None = None,
    limits: Limits | None = None,
) -> GeoDataFrame:
    """
    Read a layer of a file as it is, its columns and geometries unchecked.

    Takes and raises as `open_sites` does.

    Returns
    -------
    GeoDataFrame
        EPSG:25832; what was assumed of the file is in ``attrs["assumptions"]``.
    """
    frame, shown = _load(source, name, layer, Hints(crs=crs, swap=swap, near=near), limits)
    rows = Report(shown, pd.Series(None, index=frame.index, dtype=object))
    unplaced = frame.attrs.pop("unplaced")
    _tell_unplaced(unplaced, rows)
    if len(unplaced) == len(frame):
        raise UnusableFileError(finding=rows.findings[0])
    frame.attrs["assumptions"] += rows.findings
    return frame.drop(index=list(unplaced)).reset_index(drop=True)


def guessed(frame: GeoDataFrame) -> bool:
    """Tell whether the reference system or the order of the axes was guessed when it was read."""
    return any(one.msgid in GUESSED for one in frame.attrs.get("assumptions", []))


def _finish(frame: GeoDataFrame, report: Report) -> GeoDataFrame:
    frame = frame.reset_index(drop=True)
    frame.attrs = {"assumptions": report.findings}
    return frame


def _load(
    source: Path | str | bytes,
    name: str | None,
    layer: str | None,
    hints: Hints,
    limits: Limits | None,
) -> tuple[GeoDataFrame, str]:
    """Read a layer and bring it to EPSG:25832; what was assumed is in ``attrs["assumptions"]``."""
    with (
        warnings.catch_warnings(),
        opened(source, name, limits or Limits.from_environment()) as file,
    ):
        warnings.simplefilter("ignore")  # what libraries remark on a file is no news to a planner
        frame = file.read(layer, hints.near)
        unplaced = frame.attrs.get("unplaced", {})
        shown = file.job.shown
        if frame.empty:
            raise file.nothing()
        frame, lost = wkb.without_null_island(frame)
        remarks = [*frame.attrs.get(ROW_REMARKS, []), *lost]
        # Where rows say different systems, each is home already, and no one system holds for all.
        at_home = frame.attrs.get("at_home", False)
        known = replace(
            Hints(near=hints.near) if at_home else hints,
            by_default=file.in_degrees_by_default,
            columns=file.in_columns,
            each=None if at_home else file.systems,
        )
        frame, notes = bring_home(frame, shown, known)
    frame.attrs = {
        "assumptions": [*file.notes, *notes],
        "unplaced": unplaced,
        "in_rows": file.in_columns,
        ROW_REMARKS: remarks,
    }
    return frame, shown


def _prepare(
    frame: GeoDataFrame,
    shown: str,
    columns: Mapping[str, Sequence[str]],
    *,
    id_column: str,
    allowed: frozenset[str],
    outlines: bool = False,
) -> tuple[GeoDataFrame, Report]:
    notes, unplaced = frame.attrs["assumptions"], frame.attrs["unplaced"]
    filled = [name for name in frame.columns if name != "geometry" and frame[name].notna().any()]
    chosen = _recognise(frame.columns, filled, columns)
    unused = [name for name in filled if name not in chosen and name not in columns]
    frame = frame.rename(columns=chosen)
    rows = pd.Series([str(row) for row in range(1, len(frame) + 1)], index=frame.index, dtype="str")
    given = to_text(frame[id_column]) if id_column in frame else rows.mask(rows.notna())
    frame[id_column] = ids = given.fillna(rows)
    # What has no name in a table is named by its row, as a person finds it there.
    report = Report(shown, given if frame.attrs["in_rows"] else ids)
    report.findings += notes
    _tell_unused(unused, columns, report)
    twice = frame.index[ids.duplicated()]
    report.rows("finding.duplicate_id", "warning", twice, column=id_column)
    _tell_unplaced(unplaced, report)
    frame = frame.drop(index=list(unplaced))
    frame = closed_lines.as_areas(frame, report) if outlines else frame
    frame = clean_geometry(frame, allowed, report)
    if frame.empty:
        finding = next(found for found in report.findings if found.severity == "error")
        raise UnusableFileError(finding=finding)
    return frame.copy(), report


def _tell_unplaced(
    unplaced: Mapping[int, tuple[str, Mapping[str, object]]], report: Report
) -> None:
    """Name the rows of a table that have no place, each with its row and its reason."""
    for msgid in dict.fromkeys(msgid for msgid, _ in unplaced.values()):
        parts = pd.DataFrame.from_dict(
            {row: {**own, "at": row + 1} for row, (said, own) in unplaced.items() if said == msgid},
            orient="index",
        )
        report.rows(msgid, "error", parts.index, **{str(name): parts[name] for name in parts})


def _tell_unused(
    unused: Sequence[str], columns: Mapping[str, Sequence[str]], report: Report
) -> None:
    """Name columns that look like one of our numbers and are not, for what stands behind it."""
    known = {word: name for name in _NUMBERS for word in columns.get(name, ())}
    for column in unused:
        name = re.split(r"_?[(\[]", bare(column), maxsplit=1)[0]
        if "jobs" in columns and _FULL_TIME & set(re.findall(r"[^\W_]+", spell(column))):
            report.layer_wide("finding.column_full_time", "warning", column=quote(column))
        elif name in known and name != spell(column):
            parts = {"column": quote(column), "name": known[name]}
            report.layer_wide("finding.column_unused", "warning", **parts)


def _recognise(
    given: Sequence[str], filled: Sequence[str], wanted: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Tell which of the given columns stand for the wanted ones: {given: wanted}."""
    given = [column for column in given if column != "geometry"]
    taken: dict[str, str] = {}
    for name, synonyms in wanted.items():
        # Formats have columns of their own, such as KML's id, that nobody has filled in.
        column = find(filled, synonyms) or find(given, synonyms)
        if name in _NUMBERS and (column is None or column not in filled):
            plain = {bare(one): one for one in sorted(filled, key=_year)}
            column = plain.get(find(plain, synonyms) or "", column)
        if column is not None and column not in taken:
            taken[column] = name
    # A column that already bears a wanted name but is not the one chosen steps aside.
    shadowed = {c: f"{c}_" for c in given if c in taken.values() and taken.get(c) != c}
    return {c: n for c, n in (shadowed | taken).items() if c != n}


def _year(column: str) -> str:
    """Year in a heading, so that the newest column can be the one that counts."""
    return max(_YEAR.findall(column), default="")


def _numbers(values: Series, column: str, report: Report) -> Series:
    numbers = to_number(values)
    report.unread(column, values, numbers)
    return numbers


def _area_kinds(values: Series, report: Report) -> Series:
    """Codes of `schema.AREA_KINDS` for the words that people have for them; else null."""
    words = {
        said.casefold(): code
        for code in schema.AREA_KINDS
        for said in (code, *(i18n.say(f"area_kind.{code}", one) for one in i18n.LANGUAGES))
    }
    codes = values.str.strip().str.casefold().map(words)
    lost = values.notna() & codes.isna()
    parts = {"column": "area_kind", "value": values[lost].map(quote)}
    report.rows(schema.VALUE_UNKNOWN, "warning", lost[lost].index, **parts)
    return codes.astype("str").where(codes.notna(), None)


def _require_sense(frame: GeoDataFrame) -> None:
    for column in set(_NUMBERS) & set(frame.columns):
        wrong = frame[frame[column] < 0]
        if not wrong.empty:
            first, shown = wrong.iloc[0], f"{wrong[column].iloc[0]:g}"
            if column == "site_area_m2":
                raise JobsError("error.negative_site_area", site=quote(first["id"]), area=shown)
            if column == "gross_area_m2":
                raise JobsError("error.negative_area", site=quote(first["id"]), area=shown)
            raise JobsError("error.negative_jobs", site=quote(first["id"]), jobs=shown)
    jobs = frame.reindex(columns=list(schema.JOBS)).astype("float64")
    wrong = frame[~schema.jobs_in_order(jobs)]
    if not wrong.empty:
        raise JobsError("error.jobs_interval", site=quote(wrong["id"].iloc[0]))
