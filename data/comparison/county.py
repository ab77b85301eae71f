"""The county's municipalities: what county.toml says of each, and outlines that fill an island."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from data.facts import UTM_32N
from data.synthetic.seeds import generator

DESCRIBED: Final = Path(__file__).parent / "county.toml"

KM: Final = 1000.0
COAST_M: Final = 9_000.0  # from the outermost middles of municipalities to the sea, on average
ROUGH: Final = 0.25  # of it: how much the coast goes in and out
COAST_CORNERS: Final = 90
BORDER_STEP_M: Final = 2_500.0  # a border has a bend this often
BORDER_BEND_M: Final = 450.0


@dataclass(frozen=True)
class Described:
    """What county.toml says of one municipality; None is what nobody has said."""

    municipality_no: str
    name: str
    at: tuple[float, float]  # EPSG:25832
    inhabitants: int | None
    jobs_today: int | None
    zones: tuple[str, ...]
    radius_m: float
    inside: float
    projects: int
    without: frozenset[str]
    broken: bool


def read() -> list[Described]:
    """Read county.toml; the municipalities by number."""
    content = tomllib.loads(DESCRIBED.read_text(encoding="utf-8"))
    east, north = content["corner"]
    return [
        _described(number, values, (east, north))
        for number, values in sorted(content["municipalities"].items())
    ]


def _described(number: str, values: dict[str, Any], corner: tuple[float, float]) -> Described:
    x, y = values["at"]
    return Described(
        municipality_no=number,
        name=values["name"],
        at=(corner[0] + x * KM, corner[1] + y * KM),
        inhabitants=values.get("inhabitants"),
        jobs_today=values.get("jobs_today"),
        zones=tuple(values["zones"]),
        radius_m=values["radius_m"],
        inside=values["inside"],
        projects=values["projects"],
        without=frozenset(values.get("without", ())),
        broken=values.get("broken", False),
    )


def figures_date() -> str:
    """Return the day of inhabitants and jobs, as a date in ISO form."""
    said: str = tomllib.loads(DESCRIBED.read_text(encoding="utf-8"))["figures_date"]
    return said


def outlines(municipalities: list[Described]) -> gpd.GeoDataFrame:
    """
    Divide an island between the municipalities, each with the land nearest to its middle.

    Returns
    -------
    GeoDataFrame
        municipality_no, name and geometry (polygons in EPSG:25832 that share their borders, in
        whole metres), in the order of `municipalities`.
    """
    middles = shapely.points([one.at for one in municipalities])
    island = _island(shapely.MultiPoint(middles))
    cells = shapely.voronoi_polygons(shapely.MultiPoint(middles), extend_to=island, ordered=True)
    # Noded once and bent as lines, so that both sides of a border stay the same line.
    lines = shapely.union_all(
        [*(cell.boundary.intersection(island) for cell in cells.geoms), island.boundary],
        grid_size=1.0,
    )
    bent = shapely.transform(shapely.segmentize(lines, BORDER_STEP_M), _bend)
    noded = shapely.union_all(shapely.get_parts(bent), grid_size=1.0)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))
    tree = shapely.STRtree(faces)
    own = [int(tree.query(middle, predicate="within")[0]) for middle in middles]
    return gpd.GeoDataFrame(
        {
            "municipality_no": [one.municipality_no for one in municipalities],
            "name": [one.name for one in municipalities],
        },
        geometry=faces[own],
        crs=UTM_32N,
    )


def _island(middles: shapely.MultiPoint) -> shapely.Polygon:
    rng = generator("county", "coast")
    shore = middles.convex_hull.buffer(COAST_M).exterior
    around = np.arange(COAST_CORNERS) / COAST_CORNERS
    points = shapely.get_coordinates(shapely.line_interpolate_point(shore, around, normalized=True))
    # A moving mean of noise, so that bays are wider than one corner.
    noise = np.convolve(rng.normal(size=COAST_CORNERS + 2), np.ones(3) / 3, mode="valid")
    out = points - shapely.get_coordinates(middles.centroid)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    return shapely.Polygon(points + out * (noise * ROUGH * COAST_M)[:, np.newaxis])


def _bend(xy: np.ndarray) -> np.ndarray:
    # A shift that depends on the place alone moves what two outlines share alike.
    x, y = xy[:, 0] / KM, xy[:, 1] / KM
    shift = np.column_stack([np.sin(1.3 * y + 0.4 * x), np.sin(1.1 * x - 0.7 * y)])
    return np.round(xy + BORDER_BEND_M * shift)
