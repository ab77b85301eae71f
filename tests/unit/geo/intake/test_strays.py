"""One feature that is astray does not decide which system the others are in, nor is it moved."""

from __future__ import annotations

import json

import pytest
import shapely

from geo.intake.sites import open_sites
from tests.support.errors import raising

NEAR = shapely.box(600_000, 6_630_000, 630_000, 6_670_000)  # Lillestrøm, roughly
HOME = (613_900, 6_649_950)
# The middle of Lillestrøm in zone 33, and the same place in zone 32 (pyproj).
IN_33, FROM_33 = (278_000, 6_654_000), (612_936, 6_649_052)


def geojson(*points, epsg=None):
    features = [
        {
            "type": "Feature",
            "properties": {"id": str(number)},
            "geometry": {"type": "Point", "coordinates": point},
        }
        for number, point in enumerate(points)
    ]
    document = {"type": "FeatureCollection", "features": features}
    if epsg:
        document["crs"] = {"type": "name", "properties": {"name": f"EPSG:{epsg}"}}
    return json.dumps(document).encode()


def table(*points):
    return "\n".join(["x;y", *(f"{x};{y}" for x, y in points), ""]).encode()


def told(sites):
    return [one.msgid for one in sites.attrs["assumptions"]]


@pytest.mark.parametrize("astray", [(-50_000, 6_600_000), (514_000, 8_680_000)])
def test_a_file_is_in_the_system_that_it_says_where_one_place_fits(astray):
    for points in ((HOME, astray), (astray, HOME), (HOME, HOME, astray)):
        sites = open_sites(geojson(*points, epsg=25832), "a.geojson", near=NEAR)
        found = [one for one in sites.geometry if one.distance(shapely.Point(HOME)) < 1]
        assert len(found) == points.count(HOME)
        assert "finding.assumed_instead" not in told(sites)


def test_a_true_declaration_holds_though_others_fit_another():
    points = (IN_33, (700_000, 7_700_000), HOME)
    sites = open_sites(geojson(*points, epsg=25833), "a.geojson", near=NEAR)
    assert sites.geometry.iloc[0].distance(shapely.Point(FROM_33)) < 2
    assert told(sites) == []


@pytest.mark.parametrize(
    ("points", "kept", "why"),
    [
        # Which row is in which system is not for us to say: one is read, and the other is named.
        ((HOME, IN_33, HOME), [HOME, HOME], "finding.system_stray"),
        ((HOME, HOME, (11.04, 59.97)), [HOME, HOME], "finding.system_stray"),
        ((HOME, (613_900, 664_995)), [HOME], "finding.outside_norway"),
        ((HOME, HOME[::-1]), [HOME], "finding.axes_swapped"),
    ],
)
def test_what_is_astray_in_a_file_without_a_system_is_named_by_its_row(points, kept, why):
    for content, name in ((table(*points), "a.csv"), (geojson(*points), "a.geojson")):
        sites = open_sites(content, name, near=NEAR)
        assert [(round(one.x), round(one.y)) for one in sites.geometry] == kept
        assert why in told(sites)


def test_two_zones_in_one_table_are_never_read_as_one():
    sites = open_sites(table(IN_33, HOME), "a.csv", near=NEAR)
    assert len(sites) == 1
    assert sites.geometry.iloc[0].distance(NEAR) == 0
    assert "finding.system_stray" in told(sites)


@pytest.mark.parametrize("near", [None, NEAR])
def test_svalbard_is_named_and_not_moved_to_the_mainland(near):
    with raising("finding.islands_afar"):
        open_sites(table((514_000, 8_680_000)), "a.csv", near=near)
