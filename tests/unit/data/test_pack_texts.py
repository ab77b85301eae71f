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


def test_places_have_their_point_in_the_pack_or_say_why_they_have_none(strategy, layers):
    placed = set(layers["places"]["place_id"])
    told = {place["place_id"]: place.get("placing") for place in strategy["places"]}
    assert {place_id for place_id, why in told.items() if not why} <= placed
    assert {place_id for place_id, why in told.items() if why} & placed == set()
    assert len(told) == 38


def test_no_place_is_there_that_the_strategy_does_not_name(strategy, layers):
    named = {place["place_id"] for place in strategy["places"]}
    assert set(layers["places"]["place_id"]) - named == set()


def test_the_words_of_every_zone_name_their_chapter(layers):
    assert layers["zones"]["status_chapter"].str.startswith("Næringsutvikling i Lillestrøm").all()
