"""Scenarios: what is changed, left out and added, and what comes back from a file."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import FieldError, NaeringsarealError
from geo.growth.account import account
from geo.growth.projects import prepared
from geo.growth.scenario import AddedProject, Override, Overrides, apply, from_json
from geo.ledger.fields import STATUSES
from tests.support.errors import raising
from tests.support.projects import (
    AREAS,
    IN_REGIONAL,
    INSIDE,
    NORMS,
    OUTSIDE,
    ledger,
    project,
    some_projects,
)

# A ledger is made for every example, on a machine that may be busy.
few = settings(deadline=None, max_examples=25)

TOWN = ledger(
    project(INSIDE, 900, year=2024, status="vedtatt"),
    project(OUTSIDE, (40, 60, 80), year=2025, status="forslag", effect="planned"),
    project(INSIDE, 300, status="idé", effect="none"),
    project(INSIDE, 70, status="vedtatt", effect="none"),  # adopted without legal effect
)


def jobs_of(overrides, projects=TOWN):
    result = account(prepared(apply(projects, overrides).projects, AREAS, NORMS)).counted
    return result.jobs_inside, result.jobs_outside


def changed(name, **values):
    return Overrides(changes={name: Override(**values)})


def row_of(overrides, name):
    projects = apply(TOWN, overrides).projects
    return projects[projects["project_id"] == name].iloc[0]


# Changing


@few
@given(some_projects())
def test_a_scenario_with_nothing_changed_is_the_ledger(projects):
    rows = ledger(*projects)
    found = apply(rows, Overrides())
    pd.testing.assert_frame_equal(found.projects, rows)
    assert (found.removed, found.overtaken) == ((), ())


@few
@given(some_projects(least=1))
def test_saying_what_is_already_so_changes_no_figure(projects):
    rows = ledger(*projects)
    same = {
        row.project_id: Override(
            jobs=None if pd.isna(row.jobs) else (row.jobs_low, row.jobs, row.jobs_high),
            year=None if pd.isna(row.year) else row.year,
            jobs_lost=None if pd.isna(row.jobs_lost) else row.jobs_lost,
        )
        for row in rows.itertuples()
    }
    found = apply(rows, Overrides(changes=same)).projects
    pd.testing.assert_frame_equal(found, rows)


def test_the_ledger_itself_is_left_alone():
    before = TOWN.copy()
    apply(TOWN, Overrides(changes={"p0": Override(jobs=1)}, added=(ADDED,)))
    pd.testing.assert_frame_equal(TOWN, before)


@pytest.mark.parametrize(
    ("overrides", "inside", "outside"),
    [
        (Overrides(), 900, 60),
        (changed("p0", jobs=100), 100, 60),
        (changed("p1", jobs=(0, 5, 9)), 900, 5),
        (changed("p1", included=False), 900, 0),
        (changed("p2", included=True), 1200, 60),
        (changed("p2", status="forslag"), 1200, 60),
        (changed("p2", status="forslag", included=False), 900, 60),
        (changed("p0", status="avslått"), 0, 60),
        (changed("p3", status="ferdig"), 900, 60),  # still without legal effect: set by hand
        (changed("p0", share_inside=0.25), 225, 735),
    ],
)
def test_a_project_is_what_the_scenario_assumes(overrides, inside, outside):
    assert jobs_of(overrides) == (inside, outside)


def test_one_number_is_certain():
    assert row_of(changed("p1", jobs=7), "p1")[["jobs_low", "jobs_high"]].tolist() == [7, 7]


def test_an_idea_that_is_included_is_planned_and_not_adopted():
    assert row_of(changed("p2", included=True), "p2")["effect"] == "planned"


def test_a_project_with_effect_keeps_it_when_it_is_included():
    assert row_of(changed("p0", included=True), "p0")["effect"] == "counts"


def test_a_new_status_brings_its_effect_and_a_new_year_its_year():
    row = row_of(changed("p1", status="under bygging", year=2031), "p1")
    assert (row["status"], row["effect"], row["year"]) == ("under bygging", "counts", 2031)


def test_a_pack_with_words_of_its_own_can_be_given_a_status():
    words = TOWN.assign(status="utlagt", effect="none")
    assert jobs_of(changed("p0", status="vedtatt"), words) == (900, 0)


def test_losses_can_be_assumed_where_the_layer_has_none():
    bare = TOWN.drop(columns="jobs_lost")
    found = apply(bare, changed("p1", jobs_lost=12)).projects["jobs_lost"]
    assert found.isna().tolist() == [True, False, True, True]


def test_a_share_by_hand_counts_for_both_results_unless_told():
    def shares(**values):
        frame = prepared(apply(TOWN, changed("p1", **values)).projects, AREAS, NORMS).frame
        return frame.loc[1, ["share_inside", "share_inside_regional"]].tolist()

    assert shares(share_inside=0.5) == [0.5, 0.5]
    assert shares(share_inside=0, share_inside_regional=1) == [0, 1]


def test_changes_to_projects_that_are_gone_are_listed():
    found = apply(TOWN, Overrides(changes={"gone": Override(jobs=1), "p0": Override(jobs=1)}))
    assert found.removed == ("gone",)


# Adding

ADDED = AddedProject(project_id="ny", name="Ny tomt", jobs=100, year=2029, place=OUTSIDE.wkt)


def test_an_added_project_counts_as_planned():
    found = apply(TOWN, Overrides(added=(ADDED,))).projects
    assert jobs_of(Overrides(added=(ADDED,))) == (900, 160)
    assert found["effect"].tolist()[-1] == "planned"
    assert found["year"].dtype == "Int64"
    assert found.crs == TOWN.crs


@pytest.mark.parametrize(
    ("fields", "inside", "outside"),
    [
        ({"jobs": 10, "share_inside": 0.5}, 905, 65),
        ({"jobs": 10}, 900, 60),  # no place and no share: not known
        ({"jobs": 10, "place": IN_REGIONAL.wkt, "status": "idé"}, 900, 60),
        (
            {"business_type": "handel_plasskrevende", "gross_area_m2": 900.0, "share_inside": 1},
            910,
            60,
        ),
    ],
)
def test_an_added_project_is_what_is_known_of_it(fields, inside, outside):
    overrides = Overrides(added=(AddedProject(project_id="x", name="X", **fields),))
    assert jobs_of(overrides) == (inside, outside)


def test_a_project_can_be_added_to_an_empty_ledger():
    assert jobs_of(Overrides(added=(ADDED,)), ledger()) == (0, 100)


def test_an_added_project_that_has_come_into_the_ledger_is_not_counted_twice():
    twin = AddedProject(project_id="p0", name="Samme", jobs=900, place=INSIDE.wkt)
    found = apply(TOWN, Overrides(added=(twin, ADDED)))
    assert found.overtaken == ("p0",)
    assert len(found.projects) == 5


@pytest.mark.parametrize(
    "place",
    [
        "POINT (10.9 59.9)",
        "POINT (nan nan)",
        "POINT EMPTY",
        "LINESTRING (0 0, 1 1)",
        "hei",
        "\ud800",
    ],
)
def test_a_place_that_is_none_is_refused_and_the_project_is_named(place):
    with raising("error.scenario_place", match="Ny tomt"):
        AddedProject(project_id="ny", name="Ny tomt", place=place)


# What makes no sense


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"jobs": -1}, FieldError),
        ({"jobs": math.nan, "year": 1}, FieldError),
        ({"jobs": math.inf}, FieldError),
        ({"jobs": (3, 2, 1)}, "error.jobs_interval"),
        ({"jobs_lost": -0.5}, FieldError),
        ({"year": 20300}, FieldError),
        ({"status": "kanskje"}, FieldError),
        ({"share_inside": 1.5}, "error.share_inside"),
        ({"share_inside": 0.5, "share_inside_regional": 0.2}, "error.share_inside"),
        ({"share_inside_regional": 0.2}, "error.share_inside"),
    ],
)
def test_an_assumption_that_makes_no_sense_is_refused(values, error):
    with raising(error):
        Override(**values)


def test_two_added_projects_with_one_id_are_refused():
    with raising("error.scenario_unreadable", match="ny"):
        Overrides(added=(ADDED, ADDED))


# As a file

some_shares = st.floats(0, 1)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
some_jobs = (
    st.none()
    | st.floats(0, 1e6)
    | st.tuples(*[st.floats(0, 1e6)] * 3).map(lambda three: tuple(sorted(three)))
)
common = {
    "jobs": some_jobs,
    "jobs_lost": st.none() | st.floats(0, 1e6),
    "year": st.none() | st.integers(1900, 2200),
    "status": st.none() | st.sampled_from(STATUSES),
    "share_inside": st.none() | some_shares,
}
some_overrides = st.builds(
    Overrides,
    changes=st.dictionaries(
        texts, st.builds(Override, included=st.none() | st.booleans(), **common), max_size=4
    ),
    added=st.lists(
        st.builds(
            AddedProject,
            project_id=st.sampled_from(["x", "å-2", "<b>"]),
            name=st.sampled_from(["=1+1", "Øst"]),
            place=st.sampled_from([None, INSIDE.wkt]),
            **common,
        ),
        max_size=3,
        unique_by=lambda one: one.project_id,
    ).map(tuple),
)


@few
@given(some_overrides)
def test_a_scenario_comes_back_from_its_file(overrides):
    assert from_json(overrides.as_json()) == overrides


@few
@given(some_overrides)
def test_every_scenario_can_be_applied_and_judged(overrides):
    found = apply(TOWN, overrides)
    result = account(prepared(found.projects, AREAS, NORMS)).counted
    assert result.jobs_total >= 0
    assert len(found.projects) == len(TOWN) + len(overrides.added)


def test_equal_scenarios_have_one_text():
    one = Overrides(changes={"a": Override(jobs=1), "b": Override(year=2030)})
    other = Overrides(changes={"b": Override(year=2030), "a": Override(jobs=1)})
    assert one.as_json() == other.as_json()


def with_change(change):
    return json.dumps({"changes": {"p0": change}, "added": []})


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ("null", "JSON"),
        ("[]", "JSON"),
        ('"\ud800"', "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"changes": {"\\ud800": {}}}', "JSON"),
        ('{"extra": 1}', "extra"),
        ('{"changes": []}', "changes"),
        ('{"changes": {"p0": {"jobs": NaN}}}', "p0"),
        ('{"changes": {"p0": {"jobs": 1e999}}}', "p0"),
        (with_change({"jobs": "5"}), "p0"),
        (with_change({"jobs": [1, 2]}), "p0"),
        (with_change({"year": 2030.5}), "year"),
        (with_change({"year": True}), "year"),
        (with_change({"included": "ja"}), "included"),
        (with_change({"__class__": "x"}), "__class__"),
        ('{"added": [{"name": "uten id"}]}', "project_id"),
    ],
)
def test_a_text_that_is_no_scenario_is_refused_and_the_place_is_named(text, where):
    with raising("error.scenario_unreadable") as caught:
        from_json(text)
    assert where in caught.value.parts["where"]


def test_a_text_without_end_is_refused():
    with raising("error.scenario_unreadable"):
        from_json(" " * 10_000_001 + "{}")


@few
@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["changes", "added", "p0", "jobs", "year", "status", "place", "name"]),
        inner,
        max_size=3,
    ),
    max_leaves=12,
))  # fmt: skip
def test_any_text_is_a_scenario_or_one_clear_error(content):
    try:
        found = from_json(json.dumps(content))
    except NaeringsarealError as error:
        said = error.say("nb")
    else:
        said = found.as_json() + "."  # whatever was taken can be written again
    assert said.endswith(".")


def test_a_file_with_a_senseless_figure_names_the_field():
    with pytest.raises(FieldError) as caught:
        from_json(with_change({"year": 99999}))
    assert caught.value.field == "year"
