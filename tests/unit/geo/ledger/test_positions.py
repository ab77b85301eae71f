"""Lists whose positions stand as they do in files of sites: placed, or refused row by row."""

from __future__ import annotations

import pytest
import shapely
from pyproj import Transformer

from geo.i18n import LANGUAGES
from geo.intake.systems.projection import Hints
from geo.ledger.diff import read_changes
from tests.support.exchanging import state, workbook
from tests.support.shapes import square

X, Y = 620_000, 6_650_000
EMPTY = state().iloc[:0]
NEAR = square(X - 5000, Y - 5000, side=10_000)
EAST, NORTH = (
    round(one) for one in Transformer.from_crs(25832, 25833, always_xy=True).transform(X, Y)
)


def as_csv(*rows):
    return "\n".join(";".join("" if one is None else str(one) for one in row) for row in rows)


def proposed(ending, *rows, before=EMPTY, **hints):
    content = workbook(*rows) if ending == ".xlsx" else as_csv(*rows).encode()
    return read_changes(content, ending, before, hints=Hints(near=NEAR, **hints))


def told(proposal):
    return {note.msgid: note for note in proposal.notes}


def at(place, x=X, y=Y):
    return place is not None and place.distance(shapely.Point(x, y)) < 1


both = pytest.mark.parametrize("ending", [".csv", ".xlsx"])


@both
@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["koordinater"], [f"{X}, {Y}"]),
        (["Koordinater (UTM33)"], [f"{EAST} {NORTH}"]),
        (["Nord (UTM32)", "Øst (UTM32)"], [Y, X]),
        (["Nord (UTM33)", "Øst (UTM33)"], [NORTH, EAST]),
        (["n", "ø"], [Y, X]),
        (["Nord", "ø"], [Y, X]),
        (["X (nord)", "Y (øst)"], [Y, X]),
        (["the_geom"], [f"POINT ({X} {Y})"]),
    ],
)
def test_a_list_is_placed_by_the_headings_that_sites_are_placed_by(ending, headings, cells):
    proposal = proposed(ending, ["navn", *headings], ["Hvam", *cells])
    (added,) = proposal.added
    assert added.values["name"] == "Hvam"
    assert at(added.place)
    assert "import.columns_ignored" not in told(proposal)


@both
def test_a_row_whose_position_cannot_be_read_is_refused_by_its_number(ending):
    headings = ["navn", "Nord (UTM32)", "Øst (UTM32)"]
    bad, half, blank = ["B", "tull", X], ["C", Y, None], ["D", None, None]
    proposal = proposed(ending, headings, ["A", Y, X], bad, half, blank)
    assert [(one.row, one.error.code) for one in proposal.refused] == [
        (3, "error.import_position"),
        (4, "error.import_position_half"),
    ]
    for language in LANGUAGES:
        unread, missing = (one.say(language) for one in proposal.refused)
        assert "tull" in unread
        assert "Nord (UTM32)" in unread
        assert "Øst (UTM32)" in missing
        assert "Nord (UTM32)" not in missing
    placed, unplaced = proposal.added
    assert at(placed.place)
    assert (unplaced.values["name"], unplaced.place) == ("D", None)


@both
def test_a_cell_with_no_coordinates_in_it_is_refused_by_its_number(ending):
    proposal = proposed(
        ending, ["navn", "koordinater"], ["A", f"{X}, {Y}"], ["B", "ved kirken"], ["C", None]
    )
    ((row, code),) = [(one.row, one.error.code) for one in proposal.refused]
    assert (row, code) == (3, "error.import_position")
    assert [one.values["name"] for one in proposal.added] == ["A", "C"]


@both
def test_a_point_inside_an_area_leaves_it_and_one_elsewhere_moves_it(ending):
    before = state({"place": square(X, Y)}, {"place": square(X, Y)}, {"place": square(X, Y)})
    proposal = proposed(
        ending,
        ["id", "navn", "koordinater"],
        ["p0", "Prosjekt 0", f"{X + 50}, {Y + 50}"],
        ["p1", "Prosjekt 1", f"{X - 500}, {Y}"],
        ["p2", "Prosjekt 2", "ukjent sted"],
        before=before,
    )
    assert proposal.unchanged == ("p0",)
    (changed,) = proposal.changed
    assert changed.project_id == "p1"
    assert at(changed.place.new, X - 500)
    assert [one.project_id for one in proposal.refused] == ["p2"]
    assert proposal.missing == ()


@both
@pytest.mark.parametrize("headings", [("øst", "nord"), ("Ø", "N"), ("East (m)", "North (m)")])
def test_each_row_is_in_the_system_that_its_column_says(ending, headings):
    proposal = proposed(
        ending,
        ["navn", *headings, "epsg", "farge"],
        ["A", X, Y, 25832, "rød"],
        ["B", EAST, NORTH, 25833, "blå"],
        ["C", X, Y, 99999, "grå"],
    )
    assert [one.values["name"] for one in proposal.added] == ["A", "B"]
    assert all(at(one.place) for one in proposal.added)
    assert [(one.row, one.error.code) for one in proposal.refused] == [
        (4, "error.import_row_system")
    ]
    assert told(proposal)["import.columns_ignored"].parts["columns"] == "farge"


@both
def test_rows_between_empty_ones_keep_their_own_system(ending):
    proposal = proposed(
        ending,
        ["navn", "øst", "nord", "epsg", "farge"],
        [None, None, None, 25832, "rød"],
        ["B", EAST, NORTH, 25833, "blå"],
    )
    (added,) = proposal.added
    assert at(added.place)


@both
def test_a_column_of_systems_that_a_person_overrules_is_said_to_be_unread(ending):
    rows = ["navn", "øst", "nord", "epsg"], ["A", EAST, NORTH, 25832]
    proposal = proposed(ending, *rows, crs="25833")
    assert at(proposal.added[0].place)
    assert told(proposal)["import.columns_ignored"].parts["columns"] == "epsg"


@both
def test_wkt_in_a_workbook_too_is_in_the_system_that_its_row_says(ending):
    rows = ["navn", "wkt", "epsg"], ["A", f"POINT ({EAST} {NORTH})", 25833]
    proposal = proposed(ending, *rows)
    assert at(proposal.added[0].place)
    assert "import.columns_ignored" not in told(proposal)


def test_a_whole_number_too_large_for_any_map_refuses_its_row():
    headings = ["navn", "n", "ø"]
    proposal = proposed(".xlsx", headings, ["A", Y, X], ["B", 10**30, X], ["C", Y, X])
    assert [one.values["name"] for one in proposal.added] == ["A", "C"]
    assert [one.row for one in proposal.refused] == [3]
