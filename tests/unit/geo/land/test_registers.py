"""Built land and buildings of official registers, held against figures worked out by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from geo.land import registers

CRS = 25832
X, Y = 613_000, 6_647_000
SCALE = 1.0008  # areas on the ground are some 0.08 % larger than in the projection here


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def at(x, y, width, height):
    return box(X + x, Y + y, X + x + width, Y + y + height)


ZONES = frame([at(0, 0, 1000, 1000), at(1000, 0, 1000, 1000), at(5000, 0, 10, 10)])


def built(**changes):
    # 200 × 100 in the first zone and 300 × 100 across the border, half of the first again; homes.
    shapes = [at(0, 0, 200, 100), at(100, 0, 100, 100), at(900, 500, 300, 100), at(0, 800, 50, 50)]
    kinds = ["Naering", "næring ", "NAERING", "Bolig"]
    return frame(shapes, **{"land_id": list("abcd"), "built_type": kinds, **changes})


def test_built_business_land_is_counted_once_in_each_zone():
    found = registers.built_business_m2(ZONES, built())
    assert found.index.equals(ZONES.index)
    assert found[0] == pytest.approx((200 * 100 + 100 * 100) * SCALE, rel=1e-3)
    assert found[1] == pytest.approx(200 * 100 * SCALE, rel=1e-3)
    assert found[2] == 0


def test_without_the_layer_built_land_is_unknown_and_not_none():
    assert registers.built_business_m2(ZONES, None).isna().all()


def test_land_of_unknown_use_is_not_business_land():
    nothing = built(built_type=pd.Series([None] * 4, dtype="str"))
    assert (registers.built_business_m2(ZONES, nothing) == 0).all()


PARTS = frame(
    [at(0, 0, 100, 100), at(100, 0, 100, 100), at(400, 0, 100, 100)],
    parcel_id=["1/1", "1/2", "1/3"],
    area_m2=[10_000.0, 10_000.0, 10_000.0],
)
PARTS.index = [7, 3, 5]


def points(**statuses):
    places = {"inside": (50, 50), "border": (100, 50), "second": (150, 50), "away": (300, 50)}
    shapes = [Point(X + places[name][0], Y + places[name][1]) for name in statuses]
    return frame(shapes, building_status=pd.Series(list(statuses.values()), dtype="str"))


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        *(("IG", "permits"), (" ra ", "permits"), ("TB", "standing"), ("FA", "standing")),
        *(("BR", None), ("ZZ", "status_unknown"), (None, "status_unknown")),
    ],
)
def test_a_building_is_counted_by_its_status(status, counted):
    found = registers.points_on(PARTS, points(inside=status))
    expected = {name: int(name == counted) for name in registers.ON_PARTS}
    assert found.loc[7].to_dict() == expected
    assert (found.loc[[3, 5]] == 0).all(axis=None)


def test_a_building_on_the_border_of_two_parts_is_one():
    found = registers.points_on(PARTS, points(border="IG"))
    assert found["permits"].sum() == 1


def test_without_the_layer_the_counts_are_unknown_and_nothing_is_told():
    assert registers.points_on(PARTS, None).isna().all(axis=None)
    assert registers.told(PARTS, None) == ()


def test_what_is_told_has_the_count_and_the_land_of_the_parts():
    found = registers.told(PARTS, points(inside="IG", second="RA", border="TB", away="IG"))
    said = {one.msgid: one.say() for one in found}
    assert set(said) == {"finding.vacant_permits", "finding.vacant_standing"}
    assert "2 bygninger med tillatelse" in said["finding.vacant_permits"]
    assert "20,0\u00a0daa" in said["finding.vacant_permits"]
    assert "1 bygning som står" in said["finding.vacant_standing"]
    assert "10,0\u00a0daa" in said["finding.vacant_standing"]


def test_every_status_stands_in_one_set():
    sets = (registers.PERMITTED, registers.STANDING, registers.GONE)
    assert len(registers.STATUSES) == len(set(registers.STATUSES)) == sum(map(len, sets))
    assert np.all([status == status.upper() for status in registers.STATUSES])
