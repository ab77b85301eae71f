"""
Sites screened on a pack from answers in the services' real form: what is found, clear, not mapped.

Coordinates are metres east and north of the municipality's corner.
"""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.jobs import read_norms
from geo.screening.context import context_of
from geo.screening.screen import screen
from tests.support import world

# Sites of 20 × 20 m: the corner to the south-west, and the answer for each kind that is asked.
SITES = {
    # In the 200-year flood with climate and in no other: the trap of layer 17 alone.
    "climate": ((530, 130), {"flood": "overlap"}),
    # Mapped, and nothing found; what nobody maps is never clear.
    "free": (
        (600, 300),
        {
            "flood": "clear",
            "quick_clay": "clear",
            "nature": "clear",
            "heritage": "not_mapped",
            "farmland": "not_mapped",
            "contaminated_ground": "not_mapped",
            "noise": "not_mapped",
        },
    ),
    # Zones that were removed, and that were investigated without danger, raise no light.
    "removed": ((420, 620), {"quick_clay": "clear"}),
    "harmless": ((560, 620), {"quick_clay": "clear"}),
    "investigated": ((710, 620), {"quick_clay": "clear"}),
    "status unknown": ((860, 620), {"quick_clay": "overlap"}),
    "quick clay": ((120, 620), {"quick_clay": "overlap"}),
    "awareness": ((120, 820), {"quick_clay": "overlap"}),
    "protected": ((1150, 150), {"nature": "overlap"}),
    "nature type": ((1510, 110), {"nature": "overlap"}),
    # Not systematically surveyed, without a value, with a number that has no name.
    "not surveyed": ((1800, 500), {"nature": "not_mapped", "flood": "not_mapped"}),
    "no value": ((300, 1300), {"nature": "not_mapped"}),
    "a number": ((1800, 1800), {"nature": "not_mapped"}),
    "removed monument": ((1205, 605), {"heritage": "not_mapped"}),
    "monument": ((1105, 605), {"heritage": "overlap"}),
    "point": ((1305, 605), {"heritage": "overlap"}),
    "agriculture": ((1210, 1210), {"farmland": "overlap"}),
    "forest": ((1500, 1200), {"farmland": "not_mapped"}),
    "contaminated": ((1805, 105), {"contaminated_ground": "overlap"}),
    "red zone": ((200, 2330), {"noise": "overlap"}),
    # In the 1000-year flood with climate, and no more often.
    "seldom": ((320, 320), {"flood": "clear"}),
    "200 years": ((230, 230), {"flood": "overlap"}),
}


@pytest.fixture(scope="module")
def context(official_build):
    pack, _, _ = official_build
    return context_of(pack, pack.layer("projects"), read_norms())


@pytest.fixture(scope="module")
def sites():
    corners = [(world.WEST + x, world.SOUTH + y) for (x, y), _ in SITES.values()]
    shapes = [shapely.box(x, y, x + 20, y + 20) for x, y in corners]
    return gpd.GeoDataFrame({"name": list(SITES)}, geometry=shapes, crs=world.CRS)


def answers(context, sites):
    found = screen(context, sites, with_remedies=False)
    return {name: one.constraints for name, one in zip(SITES, found, strict=True)}


def test_sites_are_answered_for_kind_by_kind(context, sites):
    found = answers(context, sites)
    expected = {name: said for name, (_, said) in SITES.items()}
    assert {
        name: {kind: found[name][kind].status for kind in said} for name, said in expected.items()
    } == expected


def test_severity_and_area_of_an_overlap(context, sites):
    found = answers(context, sites)
    assert found["protected"]["nature"].severity == "exclude"
    assert found["nature type"]["nature"].severity == "assess"
    assert found["agriculture"]["farmland"].severity == "assess"
    # 20 × 20 m on the map; the projection's scale here is 0.9998 at most.
    assert found["climate"]["flood"].m2 == pytest.approx(400, rel=1e-3)
    assert found["climate"]["flood"].source == "NVE, flomsone 200-årsflom med klimapåslag"


@pytest.mark.parametrize(
    ("flood_class", "expected"),
    [
        # The site in the 200-year flood lies beyond those of 20 years, and is clear for F1.
        ("F1", {"climate": "clear", "200 years": "clear", "seldom": "clear"}),
        ("F2", {"climate": "overlap", "200 years": "overlap", "seldom": "clear"}),
        # Nothing is mapped up to 1000 years: F3 has finds, and is never clear.
        ("F3", {"climate": "overlap", "seldom": "overlap", "free": "not_mapped"}),
    ],
)
def test_the_safety_class_of_the_building_decides_which_floods_count(
    context, sites, flood_class, expected
):
    found = answers(context.for_class(flood_class), sites)
    assert {name: found[name]["flood"].status for name in expected} == expected
