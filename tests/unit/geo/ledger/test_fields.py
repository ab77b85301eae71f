"""What a field may hold, and what is made of it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import FieldError, JobsError
from geo.i18n import LANGUAGES, texts
from geo.ledger import fields
from geo.ledger.fields import cleaned, merged
from geo.schema import layers as schema
from geo.schema.text import signature
from tests.support.errors import raising


def test_the_fields_are_those_of_the_packs_projects_and_three_more():
    ours = set(fields.FIELDS)
    assert set(schema.LAYERS["projects"].columns.columns) <= ours
    assert ours - set(schema.LAYERS["projects"].columns.columns) == {
        "jobs_lost",
        "note",
        "case_ref",
    }


def test_the_types_are_those_of_the_packs_projects():
    theirs = schema.LAYERS["projects"].columns.columns
    for name, column in theirs.items():
        assert fields.DTYPES[fields.FIELDS[name]] == column.metadata["dtype"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_name_on_the_screen(language):
    named = {*fields.FIELDS, "author", "reason", "scenario"}
    assert {name for name in named if f"field.{name}" not in texts(language)} == set()


def test_what_is_not_known_is_none():
    given_values = {"name": "Berger", "jobs": math.nan, "year": pd.NA, "note": " ", "source": None}
    found = cleaned(given_values)
    assert set(found) == set(fields.VALUES)
    assert {name for name, value in found.items() if value is not None} == {"name", "effect"}


@pytest.mark.parametrize("name", ["", "  ", None, math.nan])
def test_a_project_must_have_a_name(name):
    with raising("error.field_missing") as caught:
        cleaned({"name": name})
    assert caught.value.field == "name"


def test_a_name_has_five_hundred_characters_at_most():
    assert cleaned({"name": "a" * 500})["name"] == "a" * 500
    with raising("error.field_too_long", match="501 tegn"):
        cleaned({"name": "a" * 501})


def test_a_note_has_ten_thousand_characters_at_most():
    assert cleaned({"name": "a", "note": "ø" * 10_000})["note"] == "ø" * 10_000
    with raising("error.field_too_long") as caught:
        cleaned({"name": "a", "note": "ø" * 10_001})
    assert caught.value.field == "note"


@pytest.mark.parametrize("value", [-1, -0.001, math.inf, -math.inf, True, "12", 1e13, 10**400, [1]])
@pytest.mark.parametrize("field", ["jobs", "gross_area_m2", "jobs_lost", "accuracy_m"])
def test_a_number_is_finite_and_not_negative(field, value):
    with raising("error.field_number") as caught:
        cleaned({"name": "a", field: value})
    assert caught.value.field == field


@pytest.mark.parametrize("value", [0, 12.5, np.float64(12.5), np.int64(3), -0.0])
def test_numbers_of_every_make_become_floats(value):
    found = cleaned({"name": "a", "jobs": value})["jobs"]
    assert type(found) is float
    assert found == value
    assert math.copysign(1, found) == 1


@pytest.mark.parametrize("year", [1899, 2201, 2027.5, "2027", True, -1, math.inf])
def test_a_year_is_whole_and_within_three_centuries(year):
    with raising("error.field_year"):
        cleaned({"name": "a", "year": year})


@pytest.mark.parametrize("year", [1900, 2200, 2027.0, np.int64(2027)])
def test_years_of_every_make_become_whole_numbers(year):
    found = cleaned({"name": "a", "year": year})["year"]
    assert type(found) is int
    assert found == year


@pytest.mark.parametrize(
    ("low", "jobs", "high"),
    [(3, 2, None), (None, 3, 2), (3, None, 2), (1, 3, 2), (3, 2, 4)],
)
def test_low_middle_and_high_jobs_stand_in_order(low, jobs, high):
    with raising("error.jobs_interval", match="Berger"):
        cleaned({"name": "Berger", "jobs_low": low, "jobs": jobs, "jobs_high": high})


def test_equal_or_missing_jobs_are_in_order():
    assert cleaned({"name": "a", "jobs_low": 2, "jobs": 2, "jobs_high": 2})["jobs_high"] == 2
    assert cleaned({"name": "a", "jobs_low": 2, "jobs_high": 3})["jobs"] is None


@pytest.mark.parametrize("field", ["status", "effect"])
def test_an_unknown_status_or_effect_is_named_with_those_there_are(field):
    with raising("error.field_choice", match="kanskje") as caught:
        cleaned({"name": "a", field: "kanskje"})
    assert caught.value.field == field


def test_a_name_that_is_no_field_is_refused():
    with raising("error.unknown_field", match="ansatte"):
        cleaned({"name": "a", "ansatte": 3})


@pytest.mark.parametrize("value", ["\ud800", "Berger \udfff", 12, ["a"], b"a", {"a": 1}])
def test_what_is_no_text_and_half_a_character_are_refused(value):
    for field in ("zone_id", "note"):
        with raising("error.field_text") as caught:
            cleaned({"name": "a", field: value})
        assert caught.value.field == field


def test_control_characters_go_but_lines_and_tabs_stay_in_free_text():
    found = cleaned({"name": "a\x00b\x1b[31m\x9fc\nd\te\r", "note": "a\x00\r\n\tb\x7f"})
    assert found["name"] == "ab[31mc d e"
    assert found["note"] == "a\n\tb"


def test_a_name_of_nothing_but_control_characters_is_no_name():
    with raising("error.field_missing"):
        cleaned({"name": "\x00\x01\n"})


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=500))
def test_all_other_text_stays_exactly_as_it_is(text):
    expected = text if text.strip() else None
    found = cleaned({"name": "a", "zone_id": text, "note": text})
    assert (found["zone_id"], found["note"]) == (expected, expected)


@given(st.dictionaries(st.sampled_from([*fields.FIELDS]), st.none() | st.text() | st.floats()))
def test_what_has_been_cleaned_is_clean(values):
    try:
        once = cleaned(values)
    except FieldError:
        return
    except JobsError as error:
        assert error.code == "error.jobs_interval"  # noqa: PT017
        return
    assert cleaned(once) == once


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_names_the_field_in_the_readers_language(language):
    with raising("error.field_number") as caught:
        cleaned({"name": "a", "jobs_low": -4.5})
    said = caught.value.say(language)
    assert {"nb": "«arbeidsplasser, lavt»", "en": "“jobs, low”"}[language] in said
    assert "-4.5" in said


# Status and effect


@pytest.mark.parametrize(
    ("status", "effect"),
    [
        ("idé", "none"),
        ("forslag", "planned"),
        ("vedtatt", "counts"),
        ("under bygging", "counts"),
        ("ferdig", "counts"),
        ("avslått", "none"),
        (None, "none"),
    ],
)
def test_the_effect_follows_from_the_status(status, effect):
    assert cleaned({"name": "a", "status": status})["effect"] == effect


def test_an_effect_that_is_given_stands():
    assert cleaned({"name": "a", "status": "vedtatt", "effect": "none"})["effect"] == "none"


def test_a_project_that_moves_on_takes_its_effect_with_it():
    proposed = cleaned({"name": "a", "status": "forslag"})
    assert merged(proposed, {"status": "vedtatt"})["effect"] == "counts"


def test_an_effect_set_by_hand_stays_when_the_project_moves_on():
    without_legal_effect = cleaned({"name": "a", "status": "vedtatt", "effect": "none"})
    assert merged(without_legal_effect, {"status": "under bygging"})["effect"] == "none"


def test_a_rejected_project_counts_for_nothing_even_if_set_by_hand():
    counted = cleaned({"name": "a", "status": "forslag", "effect": "counts"})
    assert merged(counted, {"status": "avslått"})["effect"] == "none"
    kept = merged(counted, {"status": "avslått", "effect": "planned"})
    assert kept["effect"] == "planned"


def test_a_change_of_something_else_leaves_the_effect_alone():
    by_hand = cleaned({"name": "a", "status": "vedtatt", "effect": "none"})
    assert merged(by_hand, {"jobs": 3, "status": "vedtatt"})["effect"] == "none"


# Author and reason


@pytest.mark.parametrize(
    ("author", "reason", "field"),
    [("", "r", "author"), (" ", "r", "author"), ("a", "", "reason"), ("a", "\n", "reason")],
)
def test_nobody_writes_without_a_name_and_a_reason(author, reason, field):
    with raising("error.field_missing") as caught:
        signature(author, reason)
    assert caught.value.field == field


def test_author_and_reason_are_cleaned_as_a_line_and_a_text():
    assert signature("Kari\nPlan\x00", "linje 1\nlinje 2") == ("Kari Plan", "linje 1\nlinje 2")
    with raising("error.field_too_long"):
        signature("a" * 501, "r")
    with raising("error.field_too_long"):
        signature("a", "r" * 10_001)
