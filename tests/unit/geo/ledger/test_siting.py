"""Where a file puts its projects, and whether that is somewhere else than before."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.ledger.diff import read_changes
from geo.ledger.export import xlsx_bytes
from geo.ledger.siting import same_place
from tests.support.exchanging import ORIGIN, cell, edited, geopackage, state, workbook
from tests.support.shapes import frame, square

X, Y = 620_000, 6_650_000
POINT, AREA = shapely.Point(X, Y), square(X, Y)
STATE = state({"place": POINT}, {"place": AREA}, {})


def proposed(*rows):
    return read_changes(workbook(*rows), ".xlsx", STATE)


def moved(*rows):
    """New place of the only project that changes, and in nothing else."""
    proposal = proposed(*rows)
    assert proposal.refused == ()
    (changed,) = proposal.changed
    assert changed.fields == ()
    return changed.place


def after_edit(change):
    return read_changes(edited(xlsx_bytes(STATE, [], ORIGIN), change), ".xlsx", STATE)


# How far


def test_a_point_that_moves_three_east_and_four_north_has_moved_five_metres():
    place = moved(["id", "øst", "nord"], ["p0", X + 3, Y + 4])
    assert (place.old, place.new) == (POINT, shapely.Point(X + 3, Y + 4))
    assert (place.moved_m, place.area_change_m2) == (5, 0)


def test_an_area_that_grows_by_ten_metres_in_the_east_is_a_thousand_square_metres_larger():
    place = moved(["id", "wkt"], ["p1", shapely.box(X, Y, X + 110, Y + 100).wkt])
    assert (place.moved_m, place.area_change_m2) == (10, 1000)


def test_a_place_that_appears_or_goes_has_not_moved():
    appears = moved(["id", "øst", "nord"], ["p2", X, Y])
    goes = moved(["id", "øst", "nord"], ["p0", None, None])
    assert (appears.old, goes.new) == (None, None)
    assert {appears.moved_m, goes.moved_m, appears.area_change_m2, goes.area_change_m2} == {None}


# Coordinates


@pytest.mark.parametrize("given", [(X, Y), (f"{X},0", f"{Y}"), (Y, X), (X + 0.004, Y - 0.004)])
def test_the_same_point_in_any_spelling_is_no_change(given):
    assert proposed(["id", "øst", "nord"], ["p0", *given]).unchanged == ("p0",)


def test_degrees_are_transformed_and_told_of():
    lon, lat = gpd.GeoSeries([POINT], crs=25832).to_crs(4326).iloc[0].coords[0]
    proposal = proposed(["id", "lengdegrad", "breddegrad"], ["p0", lon, lat])
    assert proposal.unchanged == ("p0",)
    assert "finding.assumed_degrees" in {one.msgid for one in proposal.notes}


def test_a_point_inside_an_area_leaves_the_area_as_it_is():
    assert proposed(["id", "øst", "nord"], ["p1", X + 10, Y + 10]).unchanged == ("p1",)
    outside = moved(["id", "øst", "nord"], ["p1", X - 10, Y])
    assert outside.new == shapely.Point(X - 10, Y)


@pytest.mark.parametrize("given", [(X, None), (None, Y), ("her", Y), (X, "nan"), (1e300, Y)])
def test_half_a_position_is_refused(given):
    (refused,) = proposed(["id", "øst", "nord"], ["p0", *given]).refused
    assert refused.error.code == "error.import_coordinates"


@pytest.mark.parametrize("given", [(X, Y + 5_000_000), (0, 0), (-5e6, Y)])
def test_a_position_outside_norway_is_refused(given):
    (refused,) = proposed(["id", "øst", "nord"], ["p0", *given]).refused
    assert refused.error.code == "error.place"


# WKT


@pytest.mark.parametrize(
    "text",
    [
        "POINT (620000 6650000)",
        " point(620000 6650000)",
        "POINT Z (620000 6650000 130)",
        "MULTIPOINT (620000 6650000)",
    ],
)
def test_a_place_may_be_written_in_any_way_that_wkt_allows(text):
    assert proposed(["id", "wkt"], ["p0", text]).unchanged == ("p0",)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Berger", "error.import_wkt"),
        ("POINT (620000)", "error.import_wkt"),
        ("POLYGON ((0 0, 1 1))", "error.import_wkt"),
        (12, "error.import_wkt"),
        ("LINESTRING (620000 6650000, 620001 6650001)", "error.import_wkt"),
        ("GEOMETRYCOLLECTION (" * 1000, "error.import_wkt"),
        ("POINT EMPTY", "error.place"),
        ("POINT (11.05 59.95)", "error.place"),
        ("MULTIPOINT (620000 6650000, 620001 6650001)", "error.place"),
    ],
)
def test_what_is_no_place_is_refused(text, error):
    (refused,) = proposed(["id", "wkt"], ["p0", text]).refused
    assert refused.error.code == error


def test_only_the_row_with_the_odd_place_is_refused():
    proposal = proposed(["id", "wkt"], ["p0", "POINT (0 0)"], ["p1", None], ["p2", POINT.wkt])
    assert [one.project_id for one in proposal.refused] == ["p0"]
    assert [(one.project_id, one.place.new) for one in proposal.changed] == [
        ("p1", None),
        ("p2", POINT),
    ]


def test_an_outline_that_crosses_itself_is_repaired_and_told_of():
    bow_tie = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    proposal = proposed(["id", "wkt"], ["p2", bow_tie.wkt])
    assert proposal.changed[0].place.new.area == pytest.approx(5_000)  # two of 100 · 50 / 2
    assert "finding.geometry_repaired" in {one.msgid for one in proposal.notes}


# Both, as in our own workbook


def test_a_point_follows_the_coordinates_that_were_edited():
    def edit(sheet):
        cell(sheet, "øst (m)", 2).value = X + 30

    (changed,) = after_edit(edit).changed
    assert changed.place.new == shapely.Point(X + 30, Y)


def test_a_place_follows_the_wkt_that_was_edited():
    def edit(sheet):
        cell(sheet, "sted (WKT)", 2).value = f"POINT ({X} {Y + 40})"
        cell(sheet, "sted (WKT)", 3).value = square(X + 500, Y).wkt

    proposal = after_edit(edit)
    assert [one.place.moved_m for one in proposal.changed] == [40, 500]


def test_two_places_in_one_row_are_refused():
    def edit(sheet):
        cell(sheet, "øst (m)", 3).value = X + 5_000
        cell(sheet, "sted (WKT)", 2).value = f"POINT ({X} {Y + 40})"
        cell(sheet, "øst (m)", 2).value = X + 30

    proposal = after_edit(edit)
    assert [one.error.code for one in proposal.refused] == [
        "error.import_contradiction",
        "error.import_contradiction",
    ]


def test_emptied_cells_take_the_place_away_and_a_new_row_gets_one():
    def edit(sheet):
        for heading in ("øst (m)", "nord (m)", "sted (WKT)"):
            cell(sheet, heading, 3).value = None
        cell(sheet, "navn", 5).value = "Ny"
        cell(sheet, "øst (m)", 5).value = X
        cell(sheet, "nord (m)", 5).value = Y

    proposal = after_edit(edit)
    assert [(one.project_id, one.place.new) for one in proposal.changed] == [("p1", None)]
    assert [one.place for one in proposal.added] == [POINT]


# Shapes


def test_a_layer_that_another_program_has_saved_is_the_same():
    layer = frame(POINT, AREA, id=["p0", "p1"], crs=25832)
    wrapped = layer.set_geometry([shapely.MultiPoint([POINT]), shapely.MultiPolygon([AREA])])
    for one in (layer, wrapped, layer.to_crs(4326), wrapped.to_crs(32633)):
        proposal = read_changes(geopackage(one), ".gpkg", STATE)
        assert proposal.unchanged == ("p0", "p1")


def test_a_feature_without_a_shape_takes_the_place_away():
    layer = frame(POINT, None, id=["p0", "p1"])
    (changed,) = read_changes(geopackage(layer), ".gpkg", STATE).changed
    assert (changed.project_id, changed.place.new) == ("p1", None)


def test_the_same_outline_from_another_corner_or_the_other_way_round_is_the_same():
    corners = list(AREA.exterior.coords)[:-1]
    turned = shapely.Polygon(corners[2:] + corners[:2])
    assert same_place(AREA, turned)
    assert same_place(AREA, turned.reverse())
    assert not same_place(AREA, square(X + 0.01, Y))
    assert not same_place(AREA, None)
    assert same_place(None, None)
