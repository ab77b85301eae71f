"""Every text of the pack has its English, and the strategy's file has the parts of its page."""

import tomllib

import pytest
from babel.messages.pofile import read_po

from data import translatable


@pytest.fixture(scope="session")
def catalogue(fresh):
    with (fresh / "en.po").open("rb") as file:
        found = read_po(file, abort_invalid=True)
    return {message.id: message.string for message in found if message.id}


@pytest.fixture(scope="session")
def strategy(fresh):
    return tomllib.loads((fresh / "strategy.toml").read_text(encoding="utf-8"))


def test_every_norwegian_text_has_an_english_one(fresh, catalogue):
    assert [text for text in translatable.texts(fresh) if not catalogue.get(text)] == []


def test_no_translation_is_left_over(fresh, catalogue):
    assert set(catalogue) == set(translatable.texts(fresh))


def test_five_focus_areas_with_the_un_goals_of_the_strategy(strategy):
    goals = {area["number"]: area["un_goals"] for area in strategy["focus_areas"]}
    assert goals == {1: [3, 7, 13], 2: [8, 9], 3: [8, 11], 4: [11], 5: [9, 17]}


def test_every_part_of_the_strategy_names_its_source(strategy):
    for part in ("goals", "focus_areas", "figures", "places"):
        assert all(item["source"] == strategy["source"] for item in strategy[part]), part


def test_figures_are_those_of_the_strategy(strategy):
    figures = {item["figure_id"]: item["values"] for item in strategy["figures"]}
    assert [value["value"] for value in figures["value-creation-per-employee"]] == [650000, 692000]
    years = {value["year"]: value["value"] for value in figures["population"]}
    assert years == {2022: 89000, 2030: 94000, 2050: 105000}
    assert [value["value"] for value in figures["commuting"]] == [25000, 30000]


def test_places_the_strategy_names_are_in_the_pack(strategy, layers):
    named = {place["place_id"] for place in strategy["places"]}
    assert named <= set(layers["places"]["place_id"])
