"""
Write a municipality's layers as partitions that workers read by themselves.

`write` is called once for each municipality, and `finish` when all are there.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.distribute import layout
from geo.distribute.cells import cell_of, cells
from geo.distribute.layout import Contents, Municipality, Partition
from geo.errors import PackError
from geo.formats import atomic
from geo.schema.coercion import quote
from geo.schema.layers import CRS, MUNICIPALITY_NO, POLYGON
from geo.schema.manifest import BADGES, LayerInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats
    from geo.pack.read import Pack

PLOTS: Final = 10_000  # A: a partition of these takes a worker seconds and some 200 MB
# Features that a reader takes or leaves together: few enough to leave most of a file alone.
_ROWS: Final = 2_000
_SIMPLER_M: Final = 100.0  # A: an outline of a municipality on a map of a county needs no more
_WATER_KINDS: Final = ("lake", "river")


@dataclass(frozen=True, kw_only=True)
class People:
    """What a municipality's figures are compared by, and as of when; None where nobody has said."""

    inhabitants: int | None = None
    inhabitants_date: str | None = None
    jobs_today: int | None = None
    jobs_today_date: str | None = None


NOBODY_COUNTED: Final = People()


def write(  # noqa: PLR0913  # what a municipality is
    folder: Path,
    municipality_no: str,
    name: str | None,
    layers: Mapping[str, gpd.GeoDataFrame],
    facts: Mapping[str, LayerInfo],
    *,
    people: People = NOBODY_COUNTED,
    outline: BaseGeometry | None = None,
    plots: int = PLOTS,
) -> Municipality:
    """
    Write a municipality's layers as partitions, in place of those that are there.

    Parameters
    ----------
    folder
        Made if it is not there.
    municipality_no, name
        Four digits, and the name for people.
    layers
        Of `geo.distribute.layout.LAYERS`, those that the municipality has, with the columns of
        `geo.schema.layers` in EPSG:25832. A layer that is not given is not known; one without
        features says that there are none.
    facts
        Where each layer is from. A layer with a synthetic or illustrative feature is that as a
        whole, whatever is said here.
    people
        Inhabitants and jobs today.
    outline
        Of the municipality, EPSG:25832.
    plots
        How many plots a partition has at most.

    Raises
    ------
    PackError
        If a layer is in another reference system, or the number is none: files are named by it.
    """
    if not re.fullmatch(MUNICIPALITY_NO, municipality_no):
        raise PackError("error.distribute_municipality_no", number=quote(municipality_no))
    given = {one: _numbered(one, layers[one]) for one in layout.LAYERS if one in layers}
    places = {one: _points(frame) for one, frame in given.items()}
    boxes = _cells(given, places, plots)
    there = {one: cell_of(points, boxes) for one, points in places.items()}
    _remove(folder, municipality_no)
    partitions = []
    for number, cell in enumerate(boxes):
        named = f"{municipality_no}-{number:03}"
        extents = {}
        for layer, frame in given.items():
            rows = np.flatnonzero(there[layer] == number)
            if rows.size:
                part = frame.iloc[rows].assign(**{layout.NUMBER: municipality_no})
                extents[layer] = write_layer(layout.file_of(folder, layer, named), part)
        partitions.append(Partition(named, cell, extents))
    known = {one: _info(facts.get(one, LayerInfo()), frame) for one, frame in given.items()}
    found = Municipality(municipality_no, name, known, tuple(partitions))
    (folder / layout.FACTS).mkdir(parents=True, exist_ok=True)
    layout.write_facts(folder, found)
    # Last: by its row a municipality is known to be whole.
    _write_row(folder, found, people, outline)
    return found


def written(folder: Path) -> list[str]:
    """Return the numbers of the municipalities that lie in a folder."""
    return sorted(one.stem for one in (folder / layout.FACTS).glob("*.parquet"))


def _remove(folder: Path, municipality_no: str) -> None:
    """Remove a municipality, of which other partitions may be written than there were."""
    facts = folder / layout.FACTS
    for path in (facts / f"{municipality_no}.parquet", facts / f"{municipality_no}.json"):
        path.unlink(missing_ok=True)
    for layer in layout.LAYERS:
        for path in (folder / layer).glob(f"{municipality_no}-*.parquet"):
            path.unlink()


def write_pack(
    folder: Path, pack: Pack, *, people: People = NOBODY_COUNTED, plots: int = PLOTS
) -> Municipality:
    """
    Write a pack's layers as partitions.

    Raises
    ------
    PackError
        If the pack does not say which municipality it is of.
    """
    if pack.municipality_no is None:
        raise PackError("error.pack_without_municipality", path=str(pack.directory))
    layers = {name: pack.layer(name) for name in layout.LAYERS if pack.has(name)}
    facts = {name: pack.info(name) for name in layers}
    named = pack.municipality["name"] if pack.has("municipality") else pd.Series(dtype=object)
    return write(
        folder,
        pack.municipality_no,
        str(named.iloc[0]) if len(named) else pack.name,
        layers,
        facts,
        people=people,
        outline=pack.place(),
        plots=plots,
    )


def finish(folder: Path, *, demonstration: bool = False) -> int:
    """
    Gather what was written of each municipality, after which the folder can be read.

    Parameters
    ----------
    folder
        Where `write` wrote.
    demonstration
        Whether all of it is made up, municipalities too. The 90 % rule is then judged by made-up
        growth areas as well, which is otherwise refused; every figure says that it is synthetic.

    Returns
    -------
    int
        Municipalities in the folder.
    """
    rows = [folder / layout.FACTS / f"{one}.parquet" for one in written(folder)]
    table = pd.concat([gpd.read_parquet(one) for one in rows], ignore_index=True)
    with atomic.draft_file(folder / layout.MUNICIPALITIES) as draft:
        gpd.GeoDataFrame(table, crs=CRS).to_parquet(draft)
    said = {"format": layout.FORMAT, "crs": CRS, "demonstration": demonstration}
    layout.write_json(folder / layout.DATASET, said)
    return len(table)


def write_layer(path: Path, frame: gpd.GeoDataFrame) -> Contents:
    """Write features as GeoParquet, neighbours together, and return their number and place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bounds = shapely.bounds(frame.geometry.to_numpy())
    here = np.isfinite(bounds).all(axis=1)
    if here.all():
        frame = frame.iloc[np.argsort(frame.hilbert_distance().to_numpy(), kind="stable")]
    with atomic.draft_file(path) as draft:
        frame.to_parquet(
            draft,
            index=False,
            write_covering_bbox=True,
            schema_version="1.1.0",
            row_group_size=_ROWS,
            compression="zstd",
        )
    if not here.any():
        return Contents(len(frame), (0.0, 0.0, 0.0, 0.0), 0.0)
    low, high = bounds[here, :2], bounds[here, 2:]
    minx, miny, maxx, maxy = map(float, (*low.min(axis=0), *high.max(axis=0)))
    return Contents(len(frame), (minx, miny, maxx, maxy), float((high - low).max()))


def _numbered(name: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if frame.crs is None or frame.crs != CRS:
        raise PackError("error.distribute_crs", layer=name, crs=CRS)
    # By position: labels may repeat.
    numbered = frame.reset_index(drop=True)
    if numbered.geometry.name != "geometry":
        numbered = numbered.rename_geometry("geometry")
    numbered[layout.ROW] = np.arange(len(frame), dtype=np.int64)
    if name == layout.WATER:
        wet = numbered["kind"].isin(_WATER_KINDS) & numbered.geom_type.isin(POLYGON)
        numbered = numbered[wet]
    return numbered


def _points(frame: gpd.GeoDataFrame) -> Floats:
    """(n, 2) a point in each feature; NaN for one that has no place."""
    shapes = shapely.point_on_surface(frame.geometry.to_numpy())
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)]).astype(np.float64)


def _cells(
    layers: Mapping[str, gpd.GeoDataFrame], places: Mapping[str, Floats], plots: int
) -> list[tuple[float, float, float, float]]:
    """Cut the extent of all that the municipality's land is accounted by."""
    frames = [layers[one] for one in ("parcels", "plan_areas", "zones") if one in layers]
    extents = np.array([frame.total_bounds for frame in frames if len(frame)]).reshape(-1, 4)
    extents = extents[np.isfinite(extents).all(axis=1)]
    if not len(extents):
        return [(0.0, 0.0, 0.0, 0.0)]
    points = places.get("parcels", np.empty((0, 2)))
    minx, miny = map(float, extents[:, :2].min(axis=0))
    maxx, maxy = map(float, extents[:, 2:].max(axis=0))
    return cells(points[np.isfinite(points).all(axis=1)], (minx, miny, maxx, maxy), plots)


def _info(info: LayerInfo, frame: gpd.GeoDataFrame) -> LayerInfo:
    marked: dict[str, Any] = {
        badge: True for badge in BADGES if badge in frame and frame[badge].eq(other=True).any()
    }
    return replace(info, features=len(frame), **marked)


def _write_row(
    folder: Path, municipality: Municipality, people: People, outline: BaseGeometry | None
) -> None:
    row = {layout.NUMBER: municipality.municipality_no, "name": municipality.name, **asdict(people)}
    simple = None if outline is None else shapely.simplify(outline, _SIMPLER_M)
    frame = gpd.GeoDataFrame([row], geometry=[simple], crs=CRS)
    for name in ("inhabitants", "jobs_today"):
        frame[name] = frame[name].astype("Int64")
    for name in ("name", "inhabitants_date", "jobs_today_date"):
        frame[name] = frame[name].astype("str").where(frame[name].notna(), None)
    path = folder / layout.FACTS / f"{municipality.municipality_no}.parquet"
    with atomic.draft_file(path) as draft:
        frame.to_parquet(draft)
