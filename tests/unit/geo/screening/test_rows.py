"""The table of figures: the same value in JSON and in files, and each name in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.i18n import LANGUAGES, Amount, texts
from geo.report.content import figures
from geo.screening.present import columns, document, paragraph
from geo.screening.rows import FIGURES, cell, plainly
from tests.support.sites import CLEAR, LAYERS, at, land, screened, spot

GAP = "\N{NO-BREAK SPACE}"
OTHERWISE = {"rule_before", "rule_after", "zones", "jobs", "municipalities"}  # told in full there


@pytest.mark.parametrize("place", [CLEAR, at(7970, 500), at(-9000, 0), spot(100, 100)])
def test_json_and_files_hold_the_values_of_the_table(place):
    context = land()
    screening = screened(place, on=context, jobs=300.0)
    said = document(screening)
    written = columns([screening], context).iloc[0]
    for row in FIGURES.keys() & said.keys() - OTHERWISE:
        assert said[row] == FIGURES[row].value(screening)
    for row in FIGURES.keys() & set(written.index):
        value = FIGURES[row].value(screening)
        assert written[row] == value or (value is None and pd.isna(written[row]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_in_the_table_is_a_text(language):
    asked = {text for row in FIGURES.values() for text in (row.text, row.compared, row.unknown)}
    assert asked - {""} - set(texts(language)) == set()


def test_what_is_not_known_is_said_to_be_unknown_and_never_zero():
    bare = land(projects=None, growth_areas=None, stations=None, context=None, zones=None)
    screening = screened(spot(100, 100), on=bare)
    unknown = [row for row, figure in FIGURES.items() if figure.value(screening) is None]
    assert len(unknown) > 10
    assert {cell(screening, row).say("nb") for row in unknown} == {"ukjent"}


@pytest.mark.parametrize(
    ("amount", "said", "plain"),
    [
        (Amount(40.0, "daa"), "40 m²", f"0,0{GAP}daa"),
        (Amount(0.997, "percent"), f"99,7{GAP}%", f"100{GAP}%"),
        (Amount(1200.0, "kilometres"), f"1,2{GAP}km", f"1,2{GAP}km"),
        (Amount(None, "percent"), "ukjent", "ukjent"),
    ],
)
def test_a_table_writes_a_figure_more_plainly_than_a_sentence(amount, said, plain):
    assert (amount.say("nb"), plainly(amount, "nb")) == (said, plain)


@pytest.mark.parametrize(
    ("language", "sentence", "row"),
    [
        ("nb", "Nærmeste stasjon er uten navn, 500 m i luftlinje", "uten navn: 500 m i luftlinje"),
        (
            "en",
            "The nearest station is unnamed, 500 m in a straight line",
            "unnamed: 500 m straight",
        ),
    ],
)
def test_a_station_without_a_name_is_told_as_such(language, sentence, row):
    """Entur has stops without one: their names leave no hole in a sentence."""
    nameless = LAYERS["stations"].assign(name=[None])
    on = land(stations=nameless)
    found = screened(at(450, 400), on=on)  # its lower side lies 500 m from the station
    assert document(found)["nearest_station"]["name"] is None
    assert columns([found], on)["station"].isna().all()
    assert sentence in paragraph(found, language).replace(GAP, " ")
    cells = [one for line in figures(found, on, language) for one in line.values()]
    assert any(row in one.replace(GAP, " ") for one in cells)


def test_a_key_figure_of_a_sketched_layer_says_so_beside_its_value():
    on = land(manifest={"growth_areas": {"illustrative": True}})
    rows = figures(screened(at(450, 400), on=on), on, "nb")
    noted = {row["label"]: row["note"] for row in rows if row["note"]}
    assert noted == {
        "I vekstområder som teller": "illustrativ avgrensning",
        "Med regionale områder": "illustrativ avgrensning",
    }
