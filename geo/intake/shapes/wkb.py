"""Geometries in WKB, as readers give them: made, mended where a ring is open, or named."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

import shapely

from geo.intake.shapes import curves
from geo.schema.findings import RowRemark

if TYPE_CHECKING:
    from numpy.typing import NDArray


_HEAD: Final = 5  # bytes before what is a geometry's own


def read(wkb: NDArray[Any]) -> tuple[NDArray[Any], list[RowRemark]]:
    """
    Make geometries of WKB.

    Returns
    -------
    ndarray, list of RowRemark
        None for what cannot be read, and then a remark that says why; a remark too for each
        geometry that had to be mended.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each geometry that cannot be read is named below
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        failed = [at for at in (shapely.is_missing(shapes)).nonzero()[0] if wkb[at]]
        mended = shapely.from_wkb(wkb[failed], on_invalid="fix")
    remarks = []
    for at, shape in zip(failed, mended, strict=True):
        if shape is None:
            remarks.append(_unreadable(int(at), wkb[at]))
            continue
        shapes[at] = shape
        remarks.append(RowRemark(int(at), "finding.ring_closed", "warning"))
    return shapes, remarks


def _unreadable(row: int, wkb: bytes) -> RowRemark:
    kind = curves.IN_SPACE.get(curves.kind_of(wkb)) if len(wkb) >= _HEAD else None
    if kind is None:
        return RowRemark(row, "finding.geometry_unreadable", "error")
    return RowRemark(row, "finding.shape_unreadable", "error", {"type": kind})


def without_null_island(frame: Any) -> tuple[Any, list[RowRemark]]:  # noqa: ANN401  # a GeoDataFrame
    """
    Take the geometry from rows that lie where both axes are 0: numbers that were never filled in.

    They would have a say in which reference system the others are in.
    """
    bounds = shapely.bounds(frame.geometry.array).reshape(-1, 4)
    lost = (bounds == 0.0).all(axis=1)
    if not lost.any():
        return frame, []
    remarks = [RowRemark(row, "finding.null_island", "error") for row in frame.index[lost]]
    return frame.set_geometry(frame.geometry.where(~lost, None)), remarks
