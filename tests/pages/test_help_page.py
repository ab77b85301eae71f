"""The page of help: five questions with links that lead to their answers, and the words."""

from __future__ import annotations

import json
import re

import pytest

from geo import i18n
from layers.help import glossary, guide
from tests.pages.test_pages import FILES, opened, spaced, words
from tests.support.reading import embedded


def links(app):
    return {one.proto.label: one.proto for one in app.get("page_link")}


def test_the_overview_asks_five_questions_at_the_first_visit():
    app = opened("overview")
    said = spaced(words(app))
    assert "Ny her? Fem spørsmål verktøyet svarer på" in said
    asked = [spaced(one.said) for one in guide.questions(embedded())]
    assert asked == [
        "Hvor mye ledig areal er det på Heia?",
        "Holder 90 %-regelen til 2030?",
        "Kan det bygges på denne tomten?",
        "Hvor er det 40 dekar nær en stasjon?",
        "Hvordan bytter jeg omrisset til Berger?",
    ]
    assert set(asked) <= {spaced(label) for label in links(app)}


def test_closed_it_is_gone_and_leaves_no_room_and_can_come_back():
    app = opened("overview")
    app.button(key="guide_close").click().run()
    assert not app.exception
    assert "Ny her?" not in words(app)
    assert [one for one in app.button if one.key == "guide_close"] == []
    scripts = [one.proto.body for one in app.get("html") if guide.COOKIE in one.proto.body]
    assert len(scripts) == 1
    assert "Max-Age=31536000" in scripts[0]
    app.run()
    assert not [one for one in app.get("html") if guide.COOKIE in one.proto.body]
    app.switch_page(FILES["help"]).run()
    app.button(key="guide_again").click().run()
    assert "Max-Age=0" in next(
        one.proto.body for one in app.get("html") if "document.cookie" in one.proto.body
    )
    app.switch_page("app.py").run()
    assert "Ny her?" in words(app)


@pytest.mark.parametrize("cookie", ["closed", "open", "", "closed; x", "<script>"])
def test_only_the_cookie_as_it_was_written_closes_it(cookie, monkeypatch):
    monkeypatch.setattr(
        type(guide.st.context), "cookies", property(lambda _: {guide.COOKIE: cookie})
    )
    assert ("Ny her?" in words(opened("overview"))) == (cookie != "closed")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_question_leads_to_a_page_that_opens_with_what_it_asks(language):
    for one in guide.questions(embedded()):
        app = opened(one.page, lang=language, **one.asked)
        assert not app.exception
        assert not app.error
        assert not app.warning
    wish = next(one.asked["wish"] for one in guide.questions(embedded()) if one.name == "search")
    assert json.loads(wish) == {"max_station_m": 1000.0, "min_daa": 40.0}


def test_a_pack_without_those_zones_is_asked_of_its_own(use_pack):
    use_pack(change={"zones": lambda frame: frame.assign(zone_id=frame["zone_id"] + "_x")})
    labels = [spaced(label) for label in links(opened("overview"))]
    assert any(re.fullmatch(r"Hvor mye ledig areal er det på .+\?", one) for one in labels)


def test_a_pack_without_zones_is_asked_of_none(use_pack):
    use_pack(drop=("zones",))
    app = opened("help")
    assert not app.exception
    assert "Hvor mye ledig næringsareal er det?" in links(app)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_term_has_a_name_of_its_own_and_a_meaning(language):
    said = i18n.texts(language)
    terms = {term: name for group in glossary.groups().values() for term, name in group.items()}
    assert [one for one in terms if not said.get(f"glossary.{one}.text")] == []
    names = [said[name] for name in terms.values()]
    assert sorted(names) == sorted(set(names))
    told = {one.split(".")[1] for one in said if re.fullmatch(r"glossary\.\w+\.(text|name)", one)}
    assert told == set(terms)
    assert all(said.get(f"glossary.{group}") for group in glossary.groups())


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_glossary_has_the_words_that_a_reader_meets(language):
    app = opened("help", lang=language)
    assert not app.exception
    said = words(app)
    for word in ("BRA", "BYA", "KDP", "ABC", "F1, F2", "EPSG:25832", "daa", "90"):
        assert word in said
    if language == "nb":
        for word in (
            *("Ledig areal", "Fortettingspotensial", "Prioritert vekstområde", "Hensynssone"),
            *("Aktsomhetsområde for kvikkleire", "Faresone", "Områderegulering", "Korridoren"),
            *("Illustrativ avgrensning", "Syntetiske data", "Anslag og antakelse", "Utnytting"),
            *("Sammenstilling", "Parametersett", "Rangering", "Plass i settene", "Følsomhet"),
            *("Andel nye arbeidsplasser i vekstområder", "Oppdiktet fylke"),
        ):
            assert f"#### {word}" in said
