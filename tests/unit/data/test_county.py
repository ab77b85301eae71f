"""The invented county looks like one, is marked as such, and lies where no municipality does."""

import geopandas as gpd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from data.comparison import county
from data.comparison.layers import generate
from data.facts import SOURCES, UTM_32N
from geo.schema.validation import check_layer


@pytest.fixture(scope="module")
def described():
    return county.read()


@pytest.fixture(scope="module")
def outlines(described):
    return county.outlines(described)


@pytest.fixture(scope="module")
def generated(described, outlines):
    """Layers of each municipality by its number."""
    pairs = zip(described, outlines.geometry, strict=True)
    return {one.municipality_no: generate(one, outline) for one, outline in pairs}


def test_twelve_municipalities_have_numbers_of_a_county_that_does_not_exist(described):
    assert [one.municipality_no for one in described] == [str(no) for no in range(9901, 9913)]


def test_outlines_share_their_borders_and_fill_the_island(outlines):
    shapes = outlines.geometry
    assert shapes.is_valid.all()
    assert set(shapes.geom_type) == {"Polygon"}
    whole = shapes.union_all()
    assert whole.area == pytest.approx(shapes.area.sum(), abs=1)
    assert len(shapely.get_parts(whole)) == 1
    assert shapely.get_num_interior_rings(whole) == 0


def test_the_island_lies_far_from_the_municipality_of_the_pack(outlines):
    known = gpd.read_file(SOURCES / "kommuner.geojson").to_crs(UTM_32N)
    assert known.distance(outlines.union_all()).min() > 300_000


def test_each_municipality_has_its_zones_and_constraints_within_its_outline(outlines, generated):
    for outline, layers in zip(outlines.geometry, generated.values(), strict=True):
        assert layers["zones"].within(outline).all()
        assert layers["municipality"].geometry.item().equals(outline)
        assert "constraints" not in layers or layers["constraints"].within(outline).all()


def test_a_layer_is_missing_where_the_county_says_so_and_nowhere_else(described, generated):
    every = set().union(*generated.values())
    for one in described:
        assert every - set(generated[one.municipality_no]) == one.without
    assert {no for no, layers in generated.items() if "constraints" not in layers} == {"9904"}
    assert {no for no, layers in generated.items() if "projects" not in layers} == {"9907"}


def test_somebody_lacks_inhabitants_and_one_is_broken_on_purpose(described):
    assert [one.municipality_no for one in described if one.inhabitants is None] == ["9909"]
    assert [one.municipality_no for one in described if one.broken] == ["9912"]


def test_nothing_is_wrong_with_a_layer_but_that_some_projects_have_no_figures(generated):
    found = [
        (name, finding.msgid)
        for layers in generated.values()
        for name, frame in layers.items()
        for finding in check_layer(name, frame)[1]
    ]
    assert set(found) == {("projects", "finding.jobs_unknown")}


def test_every_plot_is_marked_as_made_up(generated):
    assert all(layers["parcels"]["synthetic"].all() for layers in generated.values())


def test_as_many_projects_lie_in_the_growth_area_that_counts_as_the_county_says(
    described, generated
):
    for one in described:
        layers = generated[one.municipality_no]
        if "projects" not in layers:
            continue
        areas = layers["growth_areas"]
        counted = areas.loc[areas["counts"]].union_all()
        assert layers["projects"].within(counted).sum() == round(one.inside * one.projects)


def test_two_generations_are_the_same(described, outlines, generated):
    again = generate(described[0], outlines.geometry.iloc[0])
    for name, frame in generated["9901"].items():
        assert_frame_equal(again[name], frame)
