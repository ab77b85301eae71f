"""
The strategy's file against the document itself, where it lies beside the checkout.

What the document says is written out by hand in `tests/support/strategy_facts.py`, looked up in
the document, and compared with the file: so neither a slip in the file nor one in the list goes
unseen.
"""

import csv
import re
import tomllib
from pathlib import Path

import pytest

from tests.support.strategy_facts import (
    FIGURES,
    FIVE,
    GOAL_WORDS,
    NAMES,
    NATIONAL,
    NOT_TOLD,
    QUALIFIERS,
    SAID,
)

SOURCES = Path("data/sources")
BESIDE = Path("shared") / "strategi" / "strategi.txt"

COPIED_WORDS = 8  # so many words in a row are the document's sentence and not ours


@pytest.fixture(scope="module")
def path(pytestconfig):
    """Where the document is; the test is skipped where it is not at hand."""
    # A second work tree of the repository lies a folder deeper than the first.
    beside = [folder / BESIDE for folder in pytestconfig.rootpath.parents]
    found = [path for path in beside if path.is_file()]
    if not found:
        pytest.skip(f"the strategy's document is not beside the checkout ({BESIDE})")
    return found[0]


@pytest.fixture(scope="module")
def document(path):
    """The document as one line of text."""
    return " ".join(path.read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def lines(path):
    """The document line by line, for its headings."""
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def strategy(pytestconfig):
    path = pytestconfig.rootpath / SOURCES / "strategy.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def placed(pytestconfig):
    return _rows(pytestconfig.rootpath / SOURCES / "places.csv", "place_id")


@pytest.fixture(scope="module")
def zones(pytestconfig):
    return _rows(pytestconfig.rootpath / SOURCES / "zones.csv", "zone_id")


def _rows(path, key):
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


# --- Of the file alone


def test_seven_main_goals_in_order(strategy):
    assert [goal["number"] for goal in strategy["goals"]] == [1, 2, 3, 4, 5, 6, 7]


def test_five_focus_areas_under_their_own_names_with_a_b_c(strategy):
    areas = strategy["focus_areas"]
    assert {area["number"]: area["title"] for area in areas} == FIVE
    for area in areas:
        assert [one["letter"] for one in area["strategies"]] == ["a", "b", "c"]
        assert all(one["points"] for one in area["strategies"])


@pytest.mark.parametrize("figure_id", FIGURES)
def test_a_figure_has_its_values_and_years(figure_id, strategy):
    (figure,) = [one for one in strategy["figures"] if one["figure_id"] == figure_id]
    told = [(value.get("year"), value["value"]) for value in figure["values"]]
    assert told == [(year, value) for _, year, value in FIGURES[figure_id]]
    assert figure["measures"]
    assert (figure["level"] == "national") == (figure_id in NATIONAL)


def test_no_figure_is_without_its_words_in_the_document(strategy):
    assert [
        one["figure_id"] for one in strategy["figures"] if one["figure_id"] not in FIGURES
    ] == []


@pytest.mark.parametrize("figure_id", FIGURES)
def test_a_figure_keeps_the_reservation_of_the_document(figure_id, strategy):
    (figure,) = [one for one in strategy["figures"] if one["figure_id"] == figure_id]
    for (words, _, _), value in zip(FIGURES[figure_id], figure["values"], strict=True):
        said = [name for before, name in QUALIFIERS.items() if words.startswith(f"{before} ")]
        assert [value["qualifier"]] == said if "qualifier" in value else said == [], words


def test_private_services_are_told_as_what_they_are(strategy):
    (figure,) = [one for one in strategy["figures"] if one["figure_id"] == "private-services"]
    assert "private tjenester" in figure["measures"]
    assert "brutto driftsutgifter" in figure["measures"]
    everything = str(strategy)
    assert "private leverandører" not in everything


def test_the_ninety_per_cent_comes_from_the_land_strategy_under_focus_area_five(strategy):
    (topic,) = [one for one in strategy["land_use"] if one["topic_id"] == "ninety-percent"]
    assert "langsiktige arealstrategi" in topic["text"]
    assert topic["chapter"] == "Innsatsområde 5, Næringsvennlig kommune"


def test_the_axis_is_the_regional_plans(strategy):
    (topic,) = [one for one in strategy["land_use"] if one["topic_id"] == "axis"]
    assert topic["level"] == "regional"
    assert "regional plan for areal og transport" in topic["text"]


def test_heia_and_berger_keep_the_shades_of_the_document(strategy, zones):
    (topic,) = [one for one in strategy["land_use"] if one["topic_id"] == "regional-areas"]
    assert "knapt" in topic["text"]
    assert "en del ledig (2022)" in topic["text"]
    assert "knapt" in zones["berger"]["status_text"]
    assert "en del areal fortsatt er ledig (2022)" in zones["heia"]["status_text"]
    assert "noe ledig" not in str(strategy) + str(zones)


def test_every_item_names_a_chapter(strategy, zones):
    for part in (
        *("vision", "goals", "land_use", "focus_areas", "figures"),
        *("background", "implementation", "places"),
    ):
        assert strategy[part], part
        assert [item for item in strategy[part] if not item.get("chapter")] == [], part
    assert all(row["status_chapter"] for row in zones.values())


def test_a_place_has_either_a_point_or_a_reason_for_having_none(strategy, placed):
    for place in strategy["places"]:
        if place["place_id"] in placed:
            assert not {"name", "kind", "zone_id", "placing"} & set(place), place
        else:
            assert place["name"], place
            assert place["kind"], place
            assert place["placing"].startswith("Strategien"), place


def test_where_only_the_town_is_known_the_point_is_uncertain(placed):
    told = [row for row in placed.values() if "punktet er stedsnavnets" in row["note"]]
    assert len(told) > 10
    for row in told:
        assert row["status"] == "uncertain", row["place_id"]
        assert float(row["accuracy_m"]) >= 1000, row["place_id"]


def test_places_of_one_point_belong_to_one_zone(placed):
    zone_of = {}
    for row in placed.values():
        assert zone_of.setdefault((row["lon"], row["lat"]), row["zone_id"]) == row["zone_id"]


# --- Against the document


def test_the_list_of_figures_is_the_documents(document):
    missing = [words for told in FIGURES.values() for words, _, _ in told if words not in document]
    assert missing == []


@pytest.mark.parametrize(("theirs", "ours"), SAID)
def test_what_the_document_says_in_words_is_told(theirs, ours, document, strategy):
    assert theirs in document
    assert ours in str(strategy)


def test_no_number_of_the_document_is_left_out(document, strategy):
    text = re.sub(r"https?://\S+", " ", document)
    # 40 000, 8,2, 2017–2021, 7.10.2020 and 155/20 are one number each.
    found = set(re.findall(r"(?<![\w,])\d{1,3}(?: \d{3})+|\d+(?:[,.:/–]\d+)*", text))
    told = str(strategy) + " ".join(_norwegian(value) for value in _numbers(strategy))
    told += " ".join(words for figure in FIGURES.values() for words, _, _ in figure)
    left = {number for number in found if not re.search(rf"(?<!\d){re.escape(number)}(?!\d)", told)}
    assert left == set(NOT_TOLD)


def _numbers(strategy):
    yield from (value["value"] for one in strategy["figures"] for value in one["values"])
    yield from (goal for area in strategy["focus_areas"] for goal in area["un_goals"])


def _norwegian(value):
    return f" {abs(value):,}".replace(",", " ").replace(".", ",") + " "


def test_the_main_goals_are_the_documents_seven(document, strategy):
    listed = document.split("Hovedmål for Lillestrøm kommunes næringsstrategi er:")[1]
    bullets = listed.split("De direkte effektene")[0].split("•")[1:]
    assert len(bullets) == len(strategy["goals"]) == 7
    for bullet, goal, words in zip(bullets, strategy["goals"], GOAL_WORDS, strict=True):
        ours = f"{goal['title']} {goal['text']}".lower()
        for word in words:
            assert word in bullet.lower(), (bullet, word)
            assert word in ours, (ours, word)


def test_the_focus_areas_are_the_documents(document, lines, strategy):
    assert "valgt ut fem innsatsområder" in document
    for area in strategy["focus_areas"]:
        assert f"{area['number']}. {area['title']}" in lines
        told = re.search(
            rf"Innsatsområde {area['number']} {re.escape(area['title'])} er forankret i "
            r"FNs bærekraftsmål (.*?)\. ?(?:Strategier|$)",
            document,
        )
        assert [int(goal) for goal in re.findall(r"nr\. (\d+)", told[1])] == area["un_goals"]


def test_the_strategies_are_the_documents_by_area_and_letter(lines, strategy):
    starts = [lines.index(f"{number}. {title}") for number, title in FIVE.items()]
    ends = [*starts[1:], lines.index("Implementering")]
    for area, start, end in zip(strategy["focus_areas"], starts, ends, strict=True):
        headings = [line for line in lines[start:end] if re.match(r"[a-cC]\) ", line)]
        ours = [f"{one['letter']}) {one['title']}" for one in area["strategies"]]
        assert [heading[0].lower() + heading[1:] for heading in headings] == ours


def test_every_chapter_is_a_heading_of_the_document(lines, strategy, zones):
    chapters = set()
    for part in strategy.values():
        for item in part if isinstance(part, list) else []:
            named = item["chapter"]
            chapters |= set(named if isinstance(named, list) else [named])
    for row in zones.values():
        chapters |= set(row["status_chapter"].split(" · "))
    for chapter in chapters:
        area = re.fullmatch(r"Innsatsområde (\d), (.+)", chapter)
        if area:
            assert f"{area[1]}. {area[2]}" in lines
        else:
            assert [part for part in chapter.split(", ") if part not in lines] == []


def test_every_place_and_actor_is_named_in_the_document(document, strategy):
    assert {place["place_id"] for place in strategy["places"]} == set(NAMES)
    assert [name for name in NAMES.values() if name not in document] == []


@pytest.mark.parametrize("zone_id", ["berger", "heia"])
def test_berger_and_heia_are_the_regional_plans(zone_id, document, zones):
    assert "Berger og Heia pekt ut som regionale satsingsområder" in document
    assert zones[zone_id]["status_text"].startswith("Regional plan for areal og transport")


def test_eight_zones_have_some_room_for_extension(document, zones):
    listed = re.search(r"I Fetsund sentrum, .*? er det allerede næringsvirksomhet", document)[0]
    names = "Fetsund sentrum, Sørumsand, Frogner, Strømmen, Skedsmokorset, Kjeller, Hvam, Nesa syd"
    assert [name for name in names.split(", ") if name not in listed] == []
    some = {zone_id for zone_id, row in zones.items() if "noe rom for utvid" in row["status_text"]}
    assert some == {
        *("fetsund-sentrum", "sorumsand", "frogner", "strommen"),
        *("skedsmokorset", "kjeller", "hvam", "nesa-syd"),
    }


def test_no_sentence_is_the_documents(document, strategy, zones):
    theirs = _runs(document)
    ours = [*_told(strategy), *(row["status_text"] for row in zones.values())]
    assert len(ours) > 100
    assert [" ".join(run) for text in ours for run in _runs(text) & theirs] == []


def _told(table):
    """Our sentences: not the names, which are the document's own."""
    for key, value in table.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _told(item)
            elif key in {"text", "points", "measures", "note", "placing", "about"}:
                yield item


def _runs(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + COPIED_WORDS]) for at in range(len(words) - COPIED_WORDS + 1)}
