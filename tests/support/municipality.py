"""A made-up municipality where all overlaps that can, to be cut along lines through plots."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity

from geo.schema.manifest import LayerInfo
from tests.support.rows import rows
from tests.support.shapes import square

EAST, NORTH = 600_000.0, 6_640_000.0
STEP = 90.0
FACTS = {"parcels": LayerInfo(source="Tegnet", synthetic=True), "zones": LayerInfo(source="Tegnet")}


def layers(seed, *, east=0.0, across=6, along=5):
    """
    Return the layers of a municipality: plots in rows and what lies on them, by chance.

    One plan covers all and newer ones lie on it; there are leaseholds, buildings on borders and in
    the data twice, land on no plot, in no zone and under water, a zone of housing, and one without
    plots.
    """
    rng = np.random.default_rng(seed)
    x0, y0 = EAST + east, NORTH
    width, height = across * STEP, along * STEP
    everything = shapely.box(x0, y0, x0 + width, y0 + height)
    plots = []
    for i in range(across):
        for j in range(along):
            if rng.random() < 0.12:
                continue  # land on no plot
            low = rng.uniform(-3, 3, 2)
            size = rng.uniform(70, 96, 2)  # some reach into the next
            at = np.array([x0 + i * STEP, y0 + j * STEP]) + low
            plots.append(affinity.rotate(shapely.box(*at, *(at + size)), rng.uniform(-4, 4)))
    plots += [shapely.buffer(one.centroid, rng.uniform(8, 50), quad_segs=3) for one in plots[::6]]
    plots.append(plots[3])  # the same polygon again
    points = rng.uniform((x0, y0), (x0 + width, y0 + height), (90, 2))
    houses = [
        affinity.rotate(shapely.box(x, y, x + a, y + b), turn)
        for (x, y), (a, b), turn in zip(
            points, rng.uniform(4, 40, (90, 2)), rng.uniform(0, 90, 90), strict=True
        )
    ]
    twice = [affinity.translate(one, *rng.uniform(-1, 1, 2)) for one in houses[::4]]
    houses += twice
    floors = rng.integers(1, 5, len(houses)).astype(float)
    floors[rng.random(len(houses)) < 0.2] = np.nan
    newer = [
        affinity.rotate(shapely.box(x, y, x + 150, y + 110), 20)
        for x, y in rng.uniform((x0, y0), (x0 + width, y0 + height), (6, 2))
    ]
    round_places = [
        shapely.buffer(shapely.Point(*at), rng.uniform(10, 60), quad_segs=4)
        for at in rng.uniform((x0, y0), (x0 + width, y0 + height), (12, 2))
    ]
    middle = x0 + width * 0.55
    zones = [
        shapely.box(x0 + 20, y0 + 20, middle, y0 + height - 5),
        shapely.box(middle - 30, y0, x0 + width - 60, y0 + height),  # it holds what both cover
        square(x0 + width - 50, y0, side=45),  # housing alone
        square(x0 - 400, y0, side=80),  # in no plan
    ]
    housing = square(x0 + width - 55, y0 - 5, side=60)
    return {
        "parcels": rows(*plots, parcel_id=[f"1/{n}" for n in range(len(plots))], synthetic=True),
        "plan_areas": rows(
            everything,
            *newer,
            housing,
            plan_id=[f"p{n}" for n in range(len(newer) + 2)],
            land_use_code=["1300", "1300", "1110", "1350", "1300", "1340", "1300", "1110"],
            land_use_status="1",
            utilisation_type=[18, 16, 18, 13, 18, 16, 1, 18],
            utilisation_value=[120.0, 40.0, 80.0, 900.0, None, 30.0, 80.0, 20.0],
            max_floors=[3.0, 2.0, None, 4.0, 2.0, None, 3.0, 2.0],
            adopted=["1990", *(f"20{n:02}-05-01" for n in range(10, 16)), "2024"],
        ),
        "zones": rows(
            *zones,
            zone_id=["a", "b", "housing", "far"],
            name=["A", "B", "C", "D"],
            illustrative=False,
        ),
        "growth_areas": rows(
            shapely.box(x0, y0, x0 + width / 3, y0 + height),
            shapely.box(x0, y0, x0 + width, y0 + 100),
            shapely.box(x0 + width / 2, y0, x0 + width, y0 + height),
            area_id=["g1", "g2", "g3"],
            name=["G1", "G2", "G3"],
            counts=[True, True, False],
            illustrative=False,
        ),
        "buildings": rows(
            *houses,
            building_id=[str(n) for n in range(len(houses))],
            floors=floors,
            gross_area_m2=np.where(rng.random(len(houses)) < 0.5, 500.0, np.nan),
        ),
        "constraints": rows(
            *round_places[:6],
            constraint_id=[f"c{n}" for n in range(6)],
            kind="flood",
            severity=["exclude", "exclude", "assess", "exclude", "exclude", "assess"],
        ),
        "context": rows(*round_places[6:9], name="Vann", kind="lake"),
        "projects": rows(
            *[square(*at, side=80) for at in ((x0, y0), (middle, y0 + 200), (x0 + 200, y0 + 300))],
            shapely.Point(x0 + width - 10, y0 + height - 10),
            project_id=["1", "2", "3", "4"],
            name=["En", "To", "Tre", "Fire"],
            zone_id=["a", "b", "a", None],
            jobs_low=[90.0, 40.0, None, 5.0],
            jobs=[100.0, 50.0, None, 10.0],
            jobs_high=[110.0, 70.0, None, 20.0],
            effect=["counts", "planned", "counts", "none"],
            year=[2030, 2031, 2032, 2033],
        ),
    }
