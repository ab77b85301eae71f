"""What is wrong with a pack: every layer made usable, and every change to it named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely
from pyproj.exceptions import ProjError

from geo.schema import layers as schema
from geo.schema.coercion import COERCIONS, quote
from geo.schema.findings import ROW_REMARKS, Finding, Report, RowRemark, Severity
from geo.schema.mixed import merged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

__all__ = ["Finding", "check_layer", "check_manifest", "clean_geometry"]

MANIFEST: Final = "manifest.toml"

_NO_AREA_M2: Final = 0.01

_SEVERITIES: Final[Mapping[str, Severity]] = {
    schema.VALUE_UNKNOWN: "warning",
    schema.CODE_MALFORMED: "warning",
    schema.NEGATIVE: "error",
    schema.NEGATIVE_JOBS: "error",
    schema.JOBS_ORDER: "error",
    schema.MUNICIPALITY_NO_MALFORMED: "error",
}


def check_layer(
    name: str,
    frame: Any,  # noqa: ANN401  # with a geometry or without
    *,
    rows_of_file: bool = False,
) -> tuple[GeoDataFrame | None, list[Finding]]:
    """
    Return what can be used of a layer, and everything that was found on the way.

    Parameters
    ----------
    name
        One of `schema.LAYERS`.
    frame
        The layer as it was read, in any reference system; it is not changed.
    rows_of_file
        Whether the index is each row's number in its file less one, which findings then name;
        else rows are counted as they come.

    Returns
    -------
    GeoDataFrame or None
        EPSG:25832, two dimensions, valid geometries, RangeIndex, the schema's columns in their
        types and the extra ones as they came; None where the layer must be treated as missing.
    list of Finding
    """
    layer = schema.LAYERS[name]
    wanted = layer.columns.columns
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        return None, [Finding(name, None, "finding.no_geometry", "error")]
    if not rows_of_file:
        frame = frame.reset_index(drop=True)
    if frame.active_geometry_name != "geometry":
        frame = frame.rename_geometry("geometry")
    has_ids = layer.id_column in frame.columns
    ids = COERCIONS["str"](frame[layer.id_column]) if has_ids else pd.Series(None, frame.index)
    report = Report(name, ids)

    missing = [column for column in wanted if column not in frame.columns]
    required = [column for column in missing if wanted[column].required]
    for column in required:
        report.layer_wide("finding.column_required", "error", column=column)
    projected = _project(frame, report)
    if projected is None or required:
        return None, report.findings
    frame = _fill(projected, missing, wanted, report)
    frame = _coerce(frame, missing, wanted, report)
    frame = _name(frame, layer, report)
    frame = _placed(frame, layer, report)
    frame = _check_values(frame, layer.columns, report)
    if name == "projects":
        _find_unknown_jobs(frame, report)
    if frame.empty and not layer.may_be_empty:
        report.layer_wide("finding.layer_empty", "error")
        return None, report.findings
    return frame.reset_index(drop=True), report.findings


def _project(frame: GeoDataFrame, report: Report) -> GeoDataFrame | None:
    crs = frame.crs
    if crs is not None and crs.is_compound:  # EPSG:5972 is 25832 with a height system
        crs = crs.sub_crs_list[0]
    # GeoPackage's srs_id −1 and 0 stand for "undefined"; GDAL gives them these names.
    if crs is None or crs.name.startswith(("Undefined", "Unknown")):
        report.layer_wide("finding.crs_missing", "error")
        return None
    frame = frame.set_crs(crs, allow_override=True)
    if crs.equals(schema.CRS, ignore_axis_order=True):
        return frame.set_crs(schema.CRS, allow_override=True)
    try:
        projected = frame.to_crs(schema.CRS)
    except ProjError:
        report.layer_wide("finding.crs_unusable", "error", crs=quote(crs.name))
        return None
    report.layer_wide("finding.reprojected", "warning", crs=quote(crs.name))
    return projected


def _fill(
    frame: GeoDataFrame, missing: list[str], wanted: Mapping[str, Any], report: Report
) -> GeoDataFrame:
    for column in missing:
        default = wanted[column].default
        if wanted[column].metadata["extra"]:
            continue
        if default is None:
            report.layer_wide("finding.column_missing", "warning", column=column)
        else:
            parts = {"column": column, "default": str(default).lower()}
            report.layer_wide("finding.column_default", "warning", **parts)
    return frame.assign(**{column: wanted[column].default for column in missing})


def _coerce(
    frame: GeoDataFrame, filled: list[str], wanted: Mapping[str, Any], report: Report
) -> GeoDataFrame:
    coerced = {}
    for column, rule in wanted.items():
        before = frame[column]
        after = COERCIONS[rule.metadata["dtype"]](before)
        if rule.default is None:
            report.unread(column, before, after)
        else:
            shown = {"column": column, "default": str(rule.default).lower()}
            unknown = after.isna() & (column not in filled)
            report.rows("finding.flag_unknown", "warning", unknown[unknown].index, **shown)
            after = after.fillna(rule.default).astype(bool)
        coerced[column] = after
    return frame.assign(**coerced)


def _name(frame: GeoDataFrame, layer: schema.LayerSchema, report: Report) -> GeoDataFrame:
    column = layer.id_column
    if column is None:
        return frame
    ids = frame[column]
    if column == "municipality_no":
        short = ids.str.fullmatch(r"\d{1,3}").fillna(value=False).astype(bool)
        repaired = ids.where(~short, ids.str.zfill(4))
        shown = {"value": ids[short], "repaired": repaired[short]}
        report.rows("finding.leading_zero", "warning", ids[short].index, **shown)
        frame = frame.assign(municipality_no=repaired)
    unnamed = ids.isna()
    report.rows("finding.id_missing", "warning", ids[unnamed].index, column=column)
    if layer.unique:
        report.repeated(ids[~unnamed], column)
    if unnamed.any() and str(ids.dtype) == "str" and column != "municipality_no":
        rows = pd.Series([f"rad {i + 1}" for i in ids.index], index=ids.index, dtype="str")
        frame = frame.assign(**{column: ids.where(~unnamed, rows)})
    return frame


def _placed(frame: GeoDataFrame, layer: schema.LayerSchema, report: Report) -> GeoDataFrame:
    """Return the features with a usable place, and those without one where the layer keeps them."""
    if not layer.may_lack_place:
        return clean_geometry(frame, layer.geometry, report)
    remarks: list[RowRemark] = frame.attrs.get(ROW_REMARKS, [])
    absent = (frame.geometry.isna() | frame.geometry.is_empty) & ~frame.index.isin(
        [one.row for one in remarks if one.severity == "error"]
    )
    sound = clean_geometry(frame[~absent], layer.geometry, report)
    if not absent.any():
        return sound
    parts = {"count": int(absent.sum()), "whole": len(frame)}
    report.layer_wide("finding.place_unknown", "warning", **parts)
    whole = frame.loc[frame.index[absent].union(sound.index)]
    places = gpd.GeoSeries(None, index=whole.index, crs=schema.CRS)
    places.loc[sound.index] = sound.geometry
    return whole.set_geometry(places)


def clean_geometry(frame: GeoDataFrame, allowed: frozenset[str], report: Report) -> GeoDataFrame:
    """
    Return the features with a usable geometry of the allowed types, repaired where need be.

    `frame` is in EPSG:25832 and indexed as the ids of `report`, which learns of what was done; what
    a reader had to say of its rows is in ``attrs[ROW_REMARKS]``.
    """
    remarks: list[RowRemark] = frame.attrs.get(ROW_REMARKS, [])
    absent = frame.geometry.isna() | frame.geometry.is_empty
    explained = frame.index.isin([one.row for one in remarks if one.severity == "error"])
    report.rows("finding.geometry_missing", "error", frame.index[absent & ~explained])
    report.remarks(remarks)
    frame = merged(frame[~absent], allowed, report)
    frame = frame.set_geometry(_singles(shapely.force_2d(frame.geometry.array)), crs=schema.CRS)

    frame = _leave_out_misplaced(frame, report)
    types = frame.geom_type
    wrong = ~types.isin(allowed)
    report.rows("finding.geometry_type", "error", frame.index[wrong], type=types[wrong])
    frame = frame[~wrong]

    invalid = ~frame.is_valid
    if not invalid.any():
        return frame
    before = frame.geometry[invalid]
    after = before.make_valid(method="structure", keep_collapsed=False)
    gone = after.is_empty
    areas = {"before_m2": before.area, "after_m2": after.area}
    told = ~gone & ~_lie_together(before, after)
    report.rows("finding.geometry_repaired", "warning", after.index[told], **areas)
    report.rows("finding.geometry_collapsed", "error", after.index[gone])
    geometry = frame.geometry.copy()
    geometry[invalid] = after
    return frame.set_geometry(geometry).drop(index=after.index[gone])


def _lie_together(before: Any, after: Any) -> Any:  # noqa: ANN401  # GeoSeries in, Series out
    """Tell which areas are invalid only because parts of them that are sound share a border."""
    parts, owner = shapely.get_parts(before.array, return_index=True)
    sound = np.ones(len(before), dtype=bool)
    sound[owner[~shapely.is_valid(parts)]] = False
    return sound & ((before.area - after.area).abs() < _NO_AREA_M2)


def _singles(geometries: Any) -> Any:  # noqa: ANN401  # an array of geometries, as shapely has them
    """Take the point out of a multipoint that holds only one: programs write either."""
    lone = (shapely.get_type_id(geometries) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(geometries) == 1
    )
    return np.where(lone, shapely.get_geometry(geometries, 0), geometries)


def _leave_out_misplaced(frame: GeoDataFrame, report: Report) -> GeoDataFrame:
    positions, owner = shapely.get_coordinates(frame.geometry.array, return_index=True)
    finite = np.ones(len(frame), dtype=bool)
    finite[owner[~np.isfinite(positions).all(axis=1)]] = False
    west, south, east, north = shapely.bounds(frame.geometry.array).reshape(-1, 4).T

    def within(a: Any, b: Any, low: float, high: float) -> Any:  # noqa: ANN401  # arrays of numbers
        return (a >= low) & (b <= high)

    x, y = (schema.MIN_X, schema.MAX_X), (schema.MIN_Y, schema.MAX_Y)
    inside = finite & within(west, east, *x) & within(south, north, *y)
    swapped = ~inside & finite & within(south, north, *x) & within(west, east, *y)
    degrees = ~inside & finite & within(west, east, -180, 180) & within(south, north, -90, 90)
    afar = (
        ~inside
        & finite
        & np.any(
            [
                within(west, east, left, right) & within(south, north, low, high)
                for left, low, right, high in schema.ISLANDS_AFAR
            ],
            axis=0,
        )
    )
    elsewhere = ~inside & ~swapped & ~degrees & ~afar
    report.rows("finding.axes_swapped", "error", frame.index[swapped])
    report.rows("finding.degrees", "error", frame.index[degrees])
    report.rows("finding.islands_afar", "error", frame.index[afar])
    report.rows("finding.outside_norway", "error", frame.index[elsewhere])
    return frame[inside]


def _check_values(frame: GeoDataFrame, columns: Any, report: Report) -> GeoDataFrame:  # noqa: ANN401  # pandera's
    try:
        columns.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return frame
    frame = frame.copy()
    for (msgid, column), case in cases.groupby(["check", "column"], sort=False):
        rows = case["index"].astype(int)
        if msgid == "not_nullable":
            if column not in schema.ID_COLUMNS:
                report.rows("finding.value_missing", "warning", rows, column=column)
        elif msgid == schema.JOBS_ORDER:
            if column == "jobs":  # pandera names every column for a check of the whole row
                shown = {name: frame.loc[rows, name] for name in schema.JOBS}
                report.rows(msgid, "error", rows, **shown)
                frame.loc[rows, ["jobs_low", "jobs_high"]] = np.nan
        else:
            shown = {"column": column, "value": frame.loc[rows, column].map(quote)}
            report.rows(str(msgid), _SEVERITIES[msgid], rows, **shown)
            frame.loc[rows, column] = None
    return frame


def _find_unknown_jobs(frame: GeoDataFrame, report: Report) -> None:
    """Name projects whose jobs neither stand in the data nor follow from a floor area."""
    interval = frame["jobs_low"].notna() & frame["jobs_high"].notna()
    from_area = frame["gross_area_m2"].notna() & frame["business_type"].notna()
    known = frame["jobs"].notna() | interval | from_area
    unknown = ~known & (frame["effect"] != "none")
    report.rows("finding.jobs_unknown", "warning", frame.index[unknown])


def check_manifest(
    manifest: Mapping[str, object], counts: Mapping[str, int], *, sha256: str
) -> list[Finding]:
    """
    Compare a pack's manifest with its file.

    Parameters
    ----------
    manifest
        manifest.toml as parsed; empty where there is none.
    counts
        Number of features by layer, as they stand in the file.
    sha256
        Of the file.
    """
    absent = [
        name for name, layer in schema.LAYERS.items() if layer.expected and name not in counts
    ]
    found = [_warn(name, f"finding.missing_{name}") for name in absent]
    found += [_warn(name, "finding.layer_unknown") for name in counts if name not in schema.LAYERS]
    if not manifest:
        return [*found, _warn(MANIFEST, "finding.manifest_missing")]

    number = manifest.get("municipality_no")
    if not (isinstance(number, str) and re.fullmatch(schema.MUNICIPALITY_NO, number)):
        found.append(_warn(MANIFEST, "finding.manifest_municipality_no", value=quote(number)))
    if "sha256" in manifest and str(manifest["sha256"]).lower() != sha256:
        found.append(_warn(MANIFEST, "finding.sha256_differs"))
    entries = manifest.get("layers")
    entries = entries if isinstance(entries, dict) else {}
    for name, count in counts.items():
        entry = entries.get(name)
        if not isinstance(entry, dict) or not entry.get("source"):
            found.append(_warn(name, "finding.source_unknown"))
        elif entry.get("features", count) != count:
            listed = quote(entry["features"])
            found.append(_warn(name, "finding.count_differs", listed=listed, count=count))
    absent = [name for name in entries if name not in counts]
    return found + [_warn(name, "finding.layer_not_in_file") for name in absent]


def _warn(layer: str, msgid: str, **parts: object) -> Finding:
    return Finding(quote(layer), None, msgid, "warning", parts)
