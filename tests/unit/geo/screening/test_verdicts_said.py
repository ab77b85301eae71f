"""Wherever geo says a verdict, a case without a figure leaves it undecided and is named."""

from __future__ import annotations

import io
import json

import pypdf
import pytest
from shapely import Point

from geo.growth.account import account
from geo.growth.calculation import Parameters, calculate
from geo.growth.projects import prepared
from geo.growth.terms import Terms
from geo.growth.timeline import by_year, compare
from geo.report.write import report_bytes
from geo.screening.context import context_of
from geo.screening.present import as_bytes, document, paragraph
from geo.screening.screen import compare as side_by_side
from geo.screening.screen import screen
from tests.support.projects import AREAS, EAST, INSIDE, NORMS, NORTH, ledger, project
from tests.support.shapes import frame, square
from tests.support.sites import pack

# 900 known inside: fulfilled, if it were not for one outside of which nothing is known.
LISTED = ledger(
    project(INSIDE, 900, year=2026),
    project(Point(EAST - 5000, NORTH)) | {"name": "Ukjentgård"},
)
SITE = frame(square(EAST - 2000, NORTH, side=100), id=["s"], name=["Stedet"], jobs=[5.0])
CONTEXT = context_of(pack(), LISTED, NORMS)


def judged(terms=None):
    return account(prepared(LISTED, AREAS, NORMS), terms or Terms())


def screened():
    return screen(CONTEXT, SITE, with_remedies=False)


def calculated():
    return calculate(LISTED, AREAS, NORMS, Parameters())


def pdf():
    read = pypdf.PdfReader(io.BytesIO(report_bytes(screened(), CONTEXT, "nb")))
    return " ".join(" ".join(page.extract_text().split()) for page in read.pages)


def over_time():
    return by_year(prepared(LISTED, AREAS, NORMS)).table["verdict"].tolist()


def scenarios():
    return compare([("a", judged())])["verdict"].tolist()


def filed():
    (feature,) = json.loads(as_bytes(screened(), CONTEXT, ".geojson"))["features"]
    return feature["properties"]["text"].lower()


# What each place says, and whether it has room to name the case.
PLACES = {
    "the account": (lambda: [one.verdict.value for one in judged()], False),
    "the account, known figures alone": (
        lambda: [one.verdict.value for one in judged(Terms(estimates=False))],
        False,
    ),
    "with_estimates of the command line": (
        lambda: [judged().as_dict()["with_estimates"], judged().as_dict()["not_estimable"]],
        True,
    ),
    "over time": (over_time, False),
    "scenarios side by side": (scenarios, False),
    "a saved calculation": (
        lambda: [calculated()["with_estimates"], calculated()["not_estimable"]],
        True,
    ),
    "a screening as document": (
        lambda: [
            document(screened()[0])["rule_after"],
            document(screened()[0])["rule_before"],
            document(screened()[0])["rule_open"],
        ],
        True,
    ),
    "the text for the case file": (lambda: paragraph(screened()[0]).lower(), True),
    "the report": (lambda: pdf().lower(), True),
    "a file of screenings": (filed, True),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_case_without_a_figure_leaves_the_verdict_undecided(place):
    said, names = PLACES[place]
    told = json.dumps(said(), ensure_ascii=False)
    assert "kan ikke avgjøres" in told
    # The word may stand where it is said that it cannot be decided, and nowhere else.
    rest = told.lower().replace("om regelen er oppfylt med stedet, kan ikke avgjøres", "")
    assert "oppfylt" not in rest
    if names:
        assert "ukjentgård" in told.lower()


def test_the_light_of_a_site_is_unknown_while_the_rule_is():
    (found,) = screened()
    (rule,) = (one for one in found.verdict.reasons if one.remark.msgid == "screen.rule_undecided")
    assert rule.light.value == "ukjent"
    assert "ukjent" in side_by_side([found], "nb").to_string()
