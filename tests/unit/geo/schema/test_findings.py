"""What several findings say of a feature each is said once, with the features listed."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.schema.findings import Finding, Report, gathered
from tests.support.rows import rows
from tests.support.shapes import square


def unreadable(feature, *, value="x", layer="parcels", **parts):
    told = {"column": "jobs", "value": value} | parts
    return Finding(layer, feature, "finding.value_unreadable", "warning", told)


def said(*findings, language="nb"):
    return [one.say(language) for one in gathered(findings)]


def test_the_same_of_several_is_one_sentence_that_names_them():
    one, two, three = (unreadable(name) for name in "abc")
    (text,) = said(one, two, three)
    assert text == one.say("nb") + " Det samme gjelder 2 til: «b», «c»."
    (text,) = said(one, two, three, language="en")
    assert text == one.say("en") + " The same applies to 2 more: “b”, “c”."


@pytest.mark.parametrize(
    "other",
    [
        unreadable("b", value="y"),
        unreadable("b", layer="zones"),
        Finding("parcels", "b", "finding.value_missing", "warning", {"column": "jobs"}),
    ],
)
def test_what_differs_is_said_by_itself(other):
    assert said(unreadable("a"), other) == [unreadable("a").say("nb"), other.say("nb")]


def test_order_is_that_of_the_first_of_each():
    texts = said(unreadable("a"), unreadable("b", value="y"), unreadable("c"))
    assert [("«c»" in text, "«y»" in text) for text in texts] == [(True, False), (False, True)]


def test_rows_without_a_name_are_listed_by_row():
    report = Report("plan", pd.Series([None, None, None], dtype=object))
    report.rows("finding.geometry_missing", "error", [0, 1, 2])
    (text,) = said(*report.findings)
    assert text.endswith("Det samme gjelder 2 til: rad 2, rad 3.")


def test_rows_of_a_table_without_a_place_are_listed_by_row():
    report = Report("plan", pd.Series(["A", "B"]))
    at = pd.Series([1, 2])
    report.rows("finding.position_blank", "error", [0, 1], at=at, column="x")
    (text,) = said(*report.findings)
    assert text.endswith("Det samme gjelder 1 til: rad 2.")


def test_objects_of_sosi_are_one_fault_whatever_line_they_stand_on():
    faults = [
        Finding("a.sos", f"FLATE {n}", "finding.sosi_no_border", "error", {"line": n * 10})
        for n in (1, 2)
    ]
    (text,) = said(*faults)
    assert text.endswith("Det samme gjelder 1 til: «FLATE 2».")


def test_the_first_ten_are_named_and_all_are_counted():
    (text,) = said(*(unreadable(f"n{number}") for number in range(13)))
    assert "Det samme gjelder 12 til" in text
    assert "«n10» …" in text
    assert "n11" not in text


def test_findings_of_no_feature_stay_as_they_are():
    wide = [Finding("a", None, "finding.more", "warning", {"count": 3})] * 2
    assert gathered(wide) == wide


def test_an_id_that_many_features_have_is_told_once_with_how_many():
    report = Report("plan", pd.Series(["a"] * 4 + ["b", "c", "c"]))
    frame = rows(*[square(0, 0)] * 7, id=["a"] * 4 + ["b", "c", "c"])
    report.repeated(frame["id"].astype("str"), "id")
    assert [(one.feature, one.parts["count"]) for one in report.findings] == [("a", 4), ("c", 2)]
    assert "er brukt på 4 objekter" in report.findings[0].say("nb")
