"""Plan areas: neighbouring blocks with their streets, and a few newer plans on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.synthetic.seeds import generator

if TYPE_CHECKING:
    from numpy.random import Generator
    from shapely import Polygon

    from data.synthetic.plots import Layout
    from data.synthetic.profiles import Profile

GRID_M: Final = 0.01
CURVE_STEP_M: Final = 40.0
LENGTH_TO_DEPTH: Final = 1.6
SMALL_SHARE: Final = 0.2  # a plan area below this share of the usual size joins a neighbour
FUTURE_FROM_VACANCY: Final = 0.45
NEWER_NEIGHBOURS: Final = 5
NEWER_MARGIN_M: Final = 6.5
ROAD_HALF_WIDTH_M: Final = 9.0
MISSING_VALUE_SHARE: Final = 0.08
MISSING_FLOORS_SHARE: Final = 0.10
STEP_PERCENT: Final = 5  # plans state utilisation in round numbers
LIFT: Final = 1.2  # a newer plan allows more than those that it lies on

BYA_PERCENT, BRA_PERCENT = 16, 18  # utnyttingstype in the SOSI standard for plans
ROAD: Final = "2010"
EXISTING, FUTURE, FURTHER = "1", "2", "3"


@dataclass(frozen=True)
class Plan:
    """One plan area; geometry in the map's coordinates, values as in the layer plan_areas."""

    plan_id: str
    geometry: Polygon
    land_use_code: str
    land_use_status: str
    utilisation_type: int | None
    utilisation_value: float | None
    max_floors: int | None
    adopted: int


def plan(zone_id: str, layout: Layout, profile: Profile, vacant: list[bool]) -> list[Plan]:
    """Plan areas of one zone, older ones first; those together cover the zone exactly."""
    rng = generator(zone_id, "plans")
    faces = _faces(layout, profile)
    share = _vacant_share(faces, layout, vacant)
    codes = _spread(profile.land_use, len(faces), rng)
    plans = []
    for number, (face, code, free) in enumerate(zip(faces, codes, share, strict=True), start=1):
        status = _status(free, rng)
        adopted = int(rng.integers(2012, 2022) if status == FUTURE else rng.integers(1986, 2019))
        geometry = layout.frame.to_map(face)
        values = _utilisation(profile, rng)
        purpose = code
        if profile.large_site and layout.large_site and face.contains(layout.large_site.centroid):
            purpose = profile.large_site.land_use
        plan_id = f"{profile.gnr}-{number:02d}"
        plans.append(Plan(plan_id, geometry, purpose, status, *values, adopted))
    for number in range(1, profile.newer_plans + 1):
        plan_id = f"{profile.gnr}-N{number}"
        plans.append(_newer(plan_id, number, layout, profile, rng))
    return plans


def _faces(layout: Layout, profile: Profile) -> list[Polygon]:
    rows_together = max(
        1, round(np.sqrt(profile.plan_m2 / LENGTH_TO_DEPTH) / profile.block_depth_m)
    )
    length = profile.plan_m2 / (rows_together * profile.block_depth_m)
    start = layout.outline.bounds[0]
    groups: dict[tuple[int, int], list[Polygon]] = {}
    for cell in layout.cells:
        place = (cell.row // rows_together, int((cell.box.centroid.x - start) // length))
        groups.setdefault(place, []).append(cell.box)
    areas = [shapely.union_all(boxes).intersection(layout.outline) for boxes in groups.values()]
    if layout.large_site is not None:
        site = layout.large_site.buffer(profile.street_m / 2, join_style="mitre")
        areas = [*(area.difference(site) for area in areas), site.intersection(layout.outline)]
    # Noded first and then cut into short pieces, so that both sides of a border bend alike.
    borders = shapely.union_all([area.boundary for area in areas], grid_size=GRID_M)
    pieces = shapely.segmentize(shapely.get_parts(borders), CURVE_STEP_M)
    faces = list(shapely.get_parts(shapely.polygonize(pieces)))
    inside = [face for face in faces if layout.outline.contains(face.representative_point())]
    merged = _without_small(inside, SMALL_SHARE * profile.plan_m2)
    return sorted(merged, key=lambda face: (round(face.centroid.y), round(face.centroid.x)))


def _without_small(faces: list[Polygon], smallest_m2: float) -> list[Polygon]:
    faces = sorted(faces, key=lambda face: face.area, reverse=True)
    while len(faces) > 1 and faces[-1].area < smallest_m2:
        small = faces.pop()
        shared = shapely.length(shapely.intersection(faces, small.boundary))
        neighbour = int(shared.argmax())
        faces[neighbour] = shapely.union(faces[neighbour], small, grid_size=GRID_M)
        faces.sort(key=lambda face: face.area, reverse=True)
    return faces


def _vacant_share(faces: list[Polygon], layout: Layout, vacant: list[bool]) -> list[float]:
    tree = shapely.STRtree(shapely.point_on_surface(layout.plots))
    face_of, plot_of = tree.query(faces, predicate="contains")
    area = shapely.area(layout.plots)
    free = area * np.array(vacant)
    shares = []
    for number in range(len(faces)):
        plots = plot_of[face_of == number]
        total = area[plots].sum()
        shares.append(float(free[plots].sum() / total) if total else 0.0)
    return shares


def _spread(weights: dict[str, float], count: int, rng: Generator) -> list[str]:
    # Shares by quota rather than by chance: a zone has so few plan areas that chance would
    # leave out its main purpose now and then.
    codes, shares = list(weights), np.array(list(weights.values()))
    ends = np.cumsum(shares / shares.sum())
    places = (np.arange(count) + 0.5) / count
    drawn = [codes[int(np.searchsorted(ends, place))] for place in places]
    return [drawn[place] for place in rng.permutation(count)]


def _status(vacant_share: float, rng: Generator) -> str:
    if vacant_share >= FUTURE_FROM_VACANCY:
        return FUTURE
    return FURTHER if rng.random() < 0.12 else EXISTING  # noqa: PLR2004  # our assumption


def _utilisation(
    profile: Profile, rng: Generator, lift: float = 1.0
) -> tuple[int | None, float | None, int | None]:
    kind = rng.choice(profile.utilisation)
    bra, bya = _percent(profile.bra, rng), _percent(profile.bya, rng)
    floors = None
    if rng.random() >= MISSING_FLOORS_SHARE:
        floors = int(rng.integers(profile.plan_floors[0], profile.plan_floors[1] + 1))
    if kind == "none":
        return None, None, floors
    known = rng.random() >= MISSING_VALUE_SHARE
    if kind == "bya":
        return BYA_PERCENT, float(bya) if known else None, floors
    return BRA_PERCENT, round(bra * lift) + 0.0 if known else None, floors


def _percent(between: tuple[int, int], rng: Generator) -> int:
    low, high = between
    return int(rng.integers(low // STEP_PERCENT, high // STEP_PERCENT + 1)) * STEP_PERCENT


def _newer(plan_id: str, number: int, layout: Layout, profile: Profile, rng: Generator) -> Plan:
    adopted = int(rng.integers(2020, 2026))
    values = _utilisation(profile, rng, lift=LIFT)
    if number == 2:  # noqa: PLR2004  # a zone's second newer plan is a road, so no business
        geometry = layout.frame.to_map(_road(layout, rng))
        return Plan(plan_id, geometry, ROAD, FUTURE, None, None, None, adopted)
    code = str(rng.choice([code for code in profile.land_use if code != "1110"]))
    geometry = layout.frame.to_map(_cluster(layout, rng))
    return Plan(plan_id, geometry, code, FURTHER, *values, adopted)


def _cluster(layout: Layout, rng: Generator) -> Polygon:
    ordinary = [plot for plot, large in zip(layout.plots, layout.large, strict=True) if not large]
    middle = ordinary[int(rng.integers(len(ordinary)))]
    distance = shapely.distance(ordinary, middle.centroid)
    near = [ordinary[place] for place in np.argsort(distance, kind="stable")[:NEWER_NEIGHBOURS]]
    grown = shapely.union_all(near).buffer(NEWER_MARGIN_M, join_style="mitre")
    whole = max(shapely.get_parts(grown.intersection(layout.outline)), key=shapely.area)
    return shapely.Polygon(whole.exterior)


def _road(layout: Layout, rng: Generator) -> Polygon:
    # A street between two rows of blocks is widened: it runs straight through, past all buildings.
    x0, _, x1, _ = layout.outline.bounds
    between = sorted({cell.box.bounds[1] for cell in layout.cells})[1:]
    middle = float(rng.choice(between[len(between) // 3 : -(len(between) // 3) or None]))
    strip = shapely.box(x0, middle - ROAD_HALF_WIDTH_M, x1, middle + ROAD_HALF_WIDTH_M)
    inside = shapely.get_parts(strip.intersection(layout.outline))
    return shapely.segmentize(max(inside, key=shapely.area), CURVE_STEP_M)
