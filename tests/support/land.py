"""Small worlds for the land account: one zone of business land, and what stands on it."""

from __future__ import annotations

import shapely

from geo.land.compute import account
from geo.land.rules import ReserveRules
from tests.support.rows import rows

WORLD = shapely.box(-5000, -5000, 5000, 5000)

# Without buffer and part test, areas are those of the squares: the truth can be worked out.
BARE = ReserveRules(building_buffer_m=0, min_part_m2=0, min_width_m=0)


def parcels(*shapes, **columns):
    return rows(*shapes, **({"parcel_id": [f"1/{n}" for n in range(len(shapes))]} | columns))


def plans(*shapes, **columns):
    usual = {
        "plan_id": [f"p{n}" for n in range(len(shapes))],
        "land_use_code": "1300",
        "land_use_status": "1",
        "utilisation_type": 18,
        "utilisation_value": 100.0,
        "max_floors": 3.0,
    }
    return rows(*shapes, **(usual | columns))


def zones(*shapes, **columns):
    return rows(*shapes, **({"zone_id": [f"z{n}" for n in range(len(shapes))]} | columns))


def buildings(*shapes, **columns):
    usual = {"building_id": list(range(len(shapes))), "floors": 1.0, "gross_area_m2": float("nan")}
    return rows(*shapes, **(usual | columns))


def constraints(*shapes, **columns):
    usual = {"constraint_id": list(range(len(shapes))), "kind": "flood", "severity": "exclude"}
    return rows(*shapes, **(usual | columns))


def land(plots, built=None, *, plan=None, zone=None, excluded=(), rules=BARE):
    """Account for plots (shapes or a frame) in one plan and one zone unless told otherwise."""
    return account(
        plots if hasattr(plots, "columns") else parcels(*plots),
        plans(WORLD) if plan is None else plan,
        zones(WORLD) if zone is None else zone,
        buildings() if built is None else built,
        excluded if excluded is None or hasattr(excluded, "columns") else constraints(*excluded),
        rules,
    )
