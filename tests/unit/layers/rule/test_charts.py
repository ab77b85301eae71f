"""The rule over time: a share whose verdict is left open does not look like one that is sure."""

from __future__ import annotations

import pytest

from geo.growth.terms import EVERYTHING
from geo.growth.timeline import by_year
from layers.app import style
from layers.rule import charts
from tests.pages.test_pages import spaced
from tests.support.projects import INSIDE, OUTSIDE, project, state

# From 2026 on a case outside that nobody has figures for could turn what is known.
LISTED = (project(INSIDE, 90, year=2024), project(OUTSIDE, None, year=2026))
OPEN, SURE = "100,0 % · Kan ikke avgjøres", "100,0 %"


@pytest.fixture(scope="module")
def table():
    return by_year(state(*LISTED), EVERYTHING, cumulative=True).table


def shown(marks, rows):
    """What each mark draws, by its filter."""
    (solid, hollow) = marks
    assert solid["transform"] == [{"filter": "!datum.open"}]
    assert hollow["transform"] == [{"filter": "datum.open"}]
    return [[spaced(row["shown"]) for row in rows if row["open"] is left] for left in (False, True)]


def points(layers):
    return [one for one in layers if one["mark"]["type"] == "point"]


def test_a_year_whose_verdict_is_left_open_has_a_hollow_grey_point_and_says_so(table):
    spec = charts.over_time(table, "", 0.9)
    shares = spec["layer"][1]
    marks = points(shares["layer"])
    assert shown(marks, shares["data"]["values"]) == [[SURE] * 2, [OPEN] * 5]  # to 2030
    assert [one["mark"]["filled"] for one in marks] == [True, False]
    assert [one["mark"]["color"] for one in marks] == [style.INK, style.MUTED]
    assert spaced(spec["description"]).count("Kan ikke avgjøres") == 5


def test_so_do_scenarios_side_by_side_which_keep_their_colour(table):
    sure = by_year(state(*LISTED[:1]), EVERYTHING, cumulative=True).table
    spec = charts.compared((("Lista", table), ("Prøve", sure)), "", 0.9)
    marks = points(spec["layer"])
    assert shown(marks, spec["data"]["values"]) == [[SURE] * 9, [OPEN] * 5]
    assert [(one["mark"]["filled"], one["mark"].get("fill")) for one in marks] == [
        (True, None),
        (False, "white"),
    ]
    assert all(one["encoding"]["color"]["field"] == "name" for one in marks)
    assert spaced(spec["description"]).count("Kan ikke avgjøres") == 5
