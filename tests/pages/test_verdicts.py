"""Wherever a verdict is shown, a case without a figure that could turn it leaves it undecided."""

from __future__ import annotations

import json

import pytest

from geo.ledger.calculations import Calculations
from geo.ledger.store import Ledger
from layers.app import texts
from tests.pages import test_pages as pages
from tests.pages.test_pages import spaced, words
from tests.pages.test_rule_page import begin_scenario, opened, press

KNOWN_INSIDE, UNKNOWN_OUTSIDE = "kjeller-kdp", "bjerke-industriomrade"


def gauges(app):
    """The verdicts that the gauges say aloud."""
    charts = [json.loads(one.proto.spec) for one in app.get("vega_lite_chart")]
    spoken = [one["description"] for one in charts if "90" in one.get("description", "")]
    return [spaced(one).split("Målet er 90 %. ")[1].split(". ")[0] for one in spoken]


def marked(app, mark):
    """The verdicts of the two paragraphs in bold that hold a mark."""
    lines = [spaced(one.value) for one in app.markdown if mark in one.value]
    return [line.split(" · ")[1] for line in lines]


def overview(**query):
    app = pages.opened("overview", **query)
    return app, gauges(app)


def rule(**query):
    app = opened(**query)
    return app, gauges(app)


def what_if():
    app = opened(place="+")
    said = [line.split("  \n")[0].split(" → ") for line in marked(app, " → ")]
    return app, [verdict for pair in said for verdict in pair]


def scenarios():
    app = begin_scenario(opened(), "Prøve")
    table = next(one.value for one in app.dataframe if "Scenario" in one.value.columns)
    return app, [*table["Regelen"], *table["Med regionale, regelen"]]


def saved(**query):
    app = press(opened(writer=True, **query), "rule_keep")
    return app, [line.split(". ")[0] for line in marked(app, " arbeidsplasser innenfor og ")]


# Every place on screen that says a verdict: what is opened, and how many verdicts stand there.
PLACES = {
    "overview": (overview, {}, 2),
    "overview, known figures only": (overview, {"estimates": "0"}, 2),
    "rule": (rule, {}, 2),
    "rule, known figures only": (rule, {"estimates": "0"}, 2),
    "rule, a period": (rule, {"from": "2025", "to": "2030"}, 2),
    "what if": (what_if, {}, 4),
    "scenarios": (scenarios, {}, 4),
    "a saved calculation": (saved, {}, 2),
}
every_place = pytest.mark.parametrize("place", PLACES)


def verdicts_of(place):
    opening, query, count = PLACES[place]
    app, found = opening(**query)
    assert len(found) == count
    return app, set(found)


def listing(*project_ids):
    # With a year, so that they are in the period: what has none is in no period for certain.
    return {
        "projects": lambda found: found[found["project_id"].isin(project_ids)].assign(year=2028)
    }


def everything(app):
    tables = [one.value.to_csv() for one in app.dataframe]
    charts = [one.proto.spec for one in app.get("vega_lite_chart")]
    return "\n".join([words(app), *tables, *charts])


@every_place
def test_an_unknown_case_outside_leaves_the_verdict_undecided(place, use_pack):
    use_pack(change=listing(KNOWN_INSIDE, UNKNOWN_OUTSIDE))
    app, found = verdicts_of(place)
    assert found == {"Kan ikke avgjøres"}
    assert "Oppfylt" not in everything(app)


@every_place
def test_without_it_the_same_place_says_that_the_rule_is_kept(place, use_pack):
    use_pack(change=listing(KNOWN_INSIDE))
    assert verdicts_of(place)[1] == {"Oppfylt"}


def test_known_figures_saved_alone_give_no_verdict_while_a_case_has_none(use_pack):
    use_pack(change=listing(KNOWN_INSIDE, UNKNOWN_OUTSIDE))
    app, found = saved(estimates="0")
    assert found == ["Kjente tall alene, ingen dom over regelen"] * 2
    assert "1 sak har ikke tall på arbeidsplasser og er ikke med." in words(app)
    assert "Oppfylt" not in everything(app)


def test_net_figures_whose_losses_are_unknown_are_unknown(use_pack):
    use_pack(change=listing(KNOWN_INSIDE))
    app, found = rule(basis="net")
    assert found == ["Ukjent", "Ukjent"]
    assert "Ingen nye arbeidsplasser" not in everything(app)


def test_a_calculation_of_an_older_rule_opens_and_gives_no_verdict(ledger_file):
    app = press(opened(writer=True), "rule_keep")
    ledger = Ledger.open(f"sqlite:///{ledger_file}", "3205")
    store = Calculations(ledger.engine, "3205")
    new = store.get(app.query_params["beregning"])
    result = {k: v for k, v in new.result.items() if k not in ("with_estimates", "estimated")}
    parameters = {"terms": {"net": False}, "norms": new.content["parameters"]["norms"]}
    content = dict(new.content) | {"rule_version": 1, "parameters": parameters}
    old = store.save(content, result | {"rule_version": 1}, author="Ola")
    ledger.close()
    # Then the knowns were the whole answer: 100 %, fulfilled.
    assert result["gross"]["verdict"] == "oppfylt"
    app = opened(beregning=old.id)
    text = words(app)
    assert "**100,0 %** · Kjente tall alene, ingen dom over regelen. " in text
    assert "9 saker har ikke tall på arbeidsplasser og er ikke med." in text
    assert "laget med en eldre utgave av regelen" in text
    assert "Bare kjente tall" in text
    assert "Oppfylt" not in everything(app)
    # Today's figures are those of the page, by the profiles of zones that it did not know of.
    ends = new.result["with_estimates"]["gross"]
    today = texts.pct_span(ends["share_low"], ends["share_high"], 1)
    assert f"Dagens data gir andre tall: {spaced(today)}, og " in text


def test_a_period_that_was_saved_before_undated_cases_were_weighed_gives_no_verdict(ledger_file):
    app = press(opened(writer=True, to="2030"), "rule_keep")
    assert "kan komme i perioden eller ikke" in words(app)
    ledger = Ledger.open(f"sqlite:///{ledger_file}", "3205")
    store = Calculations(ledger.engine, "3205")
    new = store.get(app.query_params["beregning"])
    assert new.result["undated"]["count"]
    old = store.save(dict(new.content) | {"rule_version": 2}, dict(new.result), author="Ola")
    ledger.close()
    text = words(opened(beregning=old.id))
    assert "Kjente tall alene, ingen dom over regelen" in text
    assert "uten kjent år er utelatt, og kunne snudd svaret." in text
    assert "Til og med 2030" in text


def test_where_one_case_is_most_of_a_zone_its_profile_says_whose_figure_it_is():
    app = pages.opened("zones", zone="kjeller")
    found = [spaced(one.value) for one in app.caption if "alene er" in one.value]
    assert len(found) == 1
    assert "alene er 100 % av de nye arbeidsplassene her som har tall: 4 500 " in found[0]
    assert "(utbyggers tall, analyse fra 2020; forventet år: ukjent)." in found[0]
    app = pages.opened("zones", zone="heia")
    assert not any("alene er" in one.value for one in app.caption)


@pytest.mark.parametrize(
    ("place", "begins", "times"),
    # The page says it once of today's list, at its head; the saved one of its own.
    [("a saved calculation", "**", 2), ("what if", "Slik lista står: **", 1)],
)
def test_what_is_most_of_the_jobs_is_said_of_a_saved_calculation_and_of_what_if(
    place, begins, times
):
    app = PLACES[place][0]()[0]
    said = [spaced(one.value) for one in app.caption if "alene er" in one.value]
    found = [one for one in said if one.startswith(begins) and "innenfor" in one]
    assert len(found) == times
    (inside,) = set(found)
    assert inside.endswith(": 4 500 (utbyggers tall, analyse fra 2020; forventet år: ukjent).")
