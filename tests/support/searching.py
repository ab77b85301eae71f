"""A small world to search in: eight plots of business land, a station, a road, and constraints."""

from __future__ import annotations

from pathlib import Path

import shapely

from geo.jobs import read_norms
from geo.pack.read import Pack
from geo.screening.context import context_of
from geo.search.candidates import candidates
from geo.search.ranking import search
from geo.search.survey import survey
from tests.support.land import land
from tests.support.rows import rows
from tests.support.shapes import square

EAST, NORTH = 610_000.0, 6_650_000.0


def at(x, y, side=100.0):
    return square(EAST + x, NORTH + y, side=side)


# Two zones, west and east. Every plan allows 100 % BRA, but in the plan around plot 4 none is said.
WEST = shapely.box(EAST - 500, NORTH - 500, EAST + 1500, NORTH + 3000)
FAR_EAST = shapely.box(EAST + 1500, NORTH - 500, EAST + 5000, NORTH + 3000)
PLOTS = {
    "1/1": at(0, 0),  # 10 daa; touches 1/2
    "1/2": at(100, 0),
    "1/3": at(200, 100),  # meets 1/2 in a corner only
    "1/4": at(1000, 0),  # the plan says nothing of its utilisation
    "2/1": at(1450, 1000),  # half in each zone
    "2/2": at(2000, 0, side=200),  # 40 daa
    "2/3": at(3000, 0, side=50),  # 2.5 daa
    "2/4": at(4000, 0),  # built: 2 000 of 10 000 m² used
}


def layers(**other):
    """Layers of the pack; a layer that is None is left out."""
    usual = {
        "parcels": rows(*PLOTS.values(), parcel_id=list(PLOTS), synthetic=True),
        "plan_areas": rows(
            shapely.box(EAST - 500, NORTH - 500, EAST + 5000, NORTH + 3000),
            at(990, -10, side=120),
            plan_id=["old", "new"],
            land_use_code="1300",
            land_use_status="1",
            utilisation_type=18,  # %-BRA
            utilisation_value=[100.0, None],
            max_floors=2.0,
            adopted=[2000, 2020],
        ),
        "zones": rows(
            WEST,
            FAR_EAST,
            zone_id=["v", "o"],
            name=["Vestsida", "Østsida"],
            abc=["A", "C"],
            illustrative=True,
        ),
        "buildings": rows(at(4000, 0), building_id=["b"], floors=1.0, gross_area_m2=2000.0),
        "constraints": rows(
            at(2000, 0),
            at(1000, 0, side=10),
            constraint_id=["k1", "k2"],
            kind=["flood", "farmland"],
            severity="assess",
            source="k",
        ),
        # Flood is mapped in the west and in half of 2/2, soil everywhere, clay nowhere.
        "constraint_coverage": rows(
            shapely.union(WEST, at(2000, 0, side=200)),
            shapely.union(WEST, FAR_EAST),
            kind=["flood", "farmland"],
        ),
        "stations": rows(
            shapely.Point(EAST - 400, NORTH + 50), station_id="s", name="Sida stasjon"
        ),
        "context": rows(
            shapely.LineString([(EAST - 500, NORTH - 100), (EAST + 5000, NORTH - 100)]),
            shapely.LineString([(EAST - 500, NORTH + 2000), (EAST + 5000, NORTH + 2000)]),
            name=["Rv. 1", "E6"],
            kind="road",
        ),
        "growth_areas": rows(
            shapely.box(EAST - 500, NORTH - 500, EAST + 150, NORTH + 3000),
            at(2000, 0, side=200),
            area_id=["by", "reg"],
            name=["Byen", "Regionalt"],
            counts=[True, False],
        ),
        "corridor_nodes": rows(
            shapely.Point(EAST, NORTH + 50), shapely.Point(EAST + 300, NORTH + 50), seq=[1, 2]
        ),
    }
    return {name: frame for name, frame in (usual | other).items() if frame is not None}


def pack_of(frames):
    return Pack(
        directory=Path(),
        name="Prøve",
        municipality_no="3205",
        built=None,
        sha256="0" * 64,
        layers=frames,
        manifest={},
        findings=(),
    )


def account_of(frames):
    return land(
        frames["parcels"],
        frames["buildings"],
        plan=frames["plan_areas"],
        zone=frames["zones"],
        excluded=frames.get("constraints"),
    )


def result(wish, *, limit=None, **other):
    """Search the world, with some layers changed."""
    frames = layers(**other)
    base = context_of(pack_of(frames), None, read_norms())
    pieces = candidates(account_of(frames), join=wish.join, densification=wish.densification)
    return search(base, survey(base, pieces), wish, limit=limit)


def ids(found):
    return found.hits["parcel_ids"].tolist()


def relaxed(found):
    return {one.criterion: one for one in found.relaxed}
