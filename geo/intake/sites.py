"""Files from the user: sites and growth areas in any format, in EPSG:25832."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.intake.contents import Layer
from geo.intake.job import Limits
from geo.intake.opening import UnusableFileError, layers_of, opened
from geo.intake.shapes import closed_lines, wkb
from geo.intake.site_columns import (
    AREA_COLUMNS,
    SITE_COLUMNS,
    recognise,
    tell_unused,
    typed,
)
from geo.intake.systems.projection import GUESSED, Hints, bring_home
from geo.intake.tables.positions import BLANK
from geo.schema import layers as schema
from geo.schema.coercion import to_flag, to_text
from geo.schema.findings import ROW_REMARKS, Report
from geo.schema.validation import clean_geometry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry


__all__ = [
    "Layer",
    "Limits",
    "UnusableFileError",
    "guessed",
    "layers_of",
    "open_sites",
    "read_areas",
    "read_layer",
]

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
    return _finish(typed(frame, report), report)


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


def read_layer(  # noqa: PLR0913  # what a reader may overrule, each by its name
    source: Path | str | bytes,
    name: str | None = None,
    *,
    layer: str | None = None,
    crs: str | None = None,
    swap: bool = False,
    near: BaseGeometry | None = None,
    placeless: bool = False,
    limits: Limits | None = None,
) -> GeoDataFrame:
    """
    Read a layer of a file as it is, its columns and geometries unchecked.

    Takes and raises as `open_sites` does. Where a feature may be `placeless`, a row without a
    position is kept without a geometry, and so are all rows of a table without coordinates.

    Returns
    -------
    GeoDataFrame
        EPSG:25832; what was assumed of the file is in ``attrs["assumptions"]``. Its index is the
        row's number in the file less one, so that what is said later names the same row.
    """
    hints = Hints(crs=crs, swap=swap, near=near)
    frame, shown = _load(source, name, layer, hints, limits, placeless=placeless)
    rows = Report(shown, pd.Series(None, index=frame.index, dtype=object))
    unplaced = frame.attrs.pop("unplaced")
    if placeless:
        unplaced = {row: why for row, why in unplaced.items() if why[0] != BLANK}
    _tell_unplaced(unplaced, rows)
    if len(unplaced) == len(frame):
        raise UnusableFileError(finding=rows.findings[0])
    frame.attrs["assumptions"] += rows.findings
    return frame.drop(index=list(unplaced))


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
    *,
    placeless: bool = False,
) -> tuple[GeoDataFrame, str]:
    """Read a layer and bring it to EPSG:25832; what was assumed is in ``attrs["assumptions"]``."""
    with (
        warnings.catch_warnings(),
        opened(source, name, limits or Limits.from_environment()) as file,
    ):
        warnings.simplefilter("ignore")  # what libraries remark on a file is no news to a planner
        frame = file.read(layer, placeless=placeless)
        unplaced, axes = frame.attrs.get("unplaced", {}), frame.attrs.get("axes", ())
        shown = file.job.shown
        if frame.empty:
            raise file.nothing()
        frame, lost = wkb.without_null_island(frame)
        remarks = [*frame.attrs.get(ROW_REMARKS, []), *lost]
        known = replace(
            hints,
            by_default=file.in_degrees_by_default,
            columns=file.in_columns,
            each=file.systems,
        )
        frame, notes = bring_home(frame, shown, known)
    frame.attrs = {
        "assumptions": [*file.notes, *notes],
        "unplaced": unplaced,
        "axes": axes,
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
    chosen = recognise(frame.columns, filled, columns)
    given_columns, axes = frame, frame.attrs["axes"]
    frame = frame.rename(columns=chosen)
    rows = pd.Series([str(row) for row in range(1, len(frame) + 1)], index=frame.index, dtype="str")
    given = to_text(frame[id_column]) if id_column in frame else rows.mask(rows.notna())
    frame[id_column] = ids = given.fillna(rows)
    # What has no name in a table is named by its row, as a person finds it there.
    report = Report(shown, given if frame.attrs["in_rows"] else ids)
    report.findings += notes
    tell_unused(given_columns, chosen, columns, report, axes)
    report.repeated(ids, id_column)
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
