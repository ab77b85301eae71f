"""The page of the strategy, and what zones and corridor say of it: all told, and filtered."""

from __future__ import annotations

import tomllib

import pytest

from geo.pack.read import DEFAULT_PACK
from tests.pages.test_pages import opened, spaced, words
from tests.support import html_tables

pytestmark = pytest.mark.usefixtures("reads_only")

PLACES = 38
UNPLACED = 12


@pytest.fixture(scope="module")
def told():
    return tomllib.loads((DEFAULT_PACK / "strategy.toml").read_text(encoding="utf-8"))


def read(app):
    """Everything the page writes, without the escapes of markdown."""
    return words(app).replace("\\", "")


def names(app):
    return app.dataframe[0].value["Navn"].tolist()


def test_the_page_shows_every_statement_goal_area_and_strategy(told):
    text = read(opened("strategy"))
    for part in ("vision", "goals", "land_use", "focus_areas", "background", "implementation"):
        for item in told[part]:
            assert item["title"] in text
            assert item["text"] in text
    for area in told["focus_areas"]:
        for strategy in area["strategies"]:
            assert f"**{strategy['letter']}) {strategy['title']}**" in text
            for point in strategy["points"]:
                assert point in text


def test_every_figure_is_shown_with_reservation_year_and_chapter():
    app = opened("strategy")
    shown = {spaced(metric.label): spaced(metric.value) for metric in app.metric}
    assert shown["Arbeidsplasser"] == "over 40 000"
    assert shown["Bedrifter"] == "drøye 11 000"
    assert shown["Verdiskaping"] == "rundt 20 mrd. kr"
    assert shown["Innkjøp"] == "om lag 2 mrd. kr"
    assert shown["Med internasjonal bakgrunn"] == "ca. 600"
    assert shown["I landet"] == "nr. 119"
    assert shown["I Viken fylke"] == "nr. 32"
    assert shown["Av sysselsettingen (2014)"] == "4,3 %"
    assert shown["Fastlandseksport (2030)"] == "+50 %"
    text = read(app)
    assert "**Kommune-NM (2021)**" in text
    assert "Kapittel: Innsatsområde 5, Næringsvennlig kommune" in text


def test_the_page_is_whole_in_english():
    text = read(opened("strategy", lang="en"))
    assert "Focus area 5, Business-friendly municipality" in text
    for norwegian in ("Innsatsområde", "arbeidsplass", "Kapittel", "Strategien"):
        assert norwegian not in text


def test_all_places_and_actors_are_listed_with_those_that_have_no_point():
    app = opened("strategy")
    assert len(names(app)) == PLACES
    assert f"Viser {PLACES} steder og aktører. {UNPLACED} står bare i tabellen" in read(app)
    table = app.dataframe[0].value.set_index("Navn")
    assert table.loc["Thermo Fisher", "Plassering"] == "Strategien oppgir ikke hvor."
    assert table.loc["Thermo Fisher", "Område"] == "–"
    assert table.loc["Energihuset", "Kategori"] == "næringsbygg, planlagt"
    assert table.loc["Pon Equipment", "Område"] == "Berger"


def test_the_list_is_filtered_by_category_and_zone_and_the_address_remembers():
    app = opened("strategy")
    app.multiselect(key="places_kinds").set_value(["company"]).run()
    app.multiselect(key="places_zones").set_value(["berger", "sorumsand"]).run()
    assert not app.exception
    assert names(app) == ["RainPower", "Pon Equipment"]
    assert app.query_params["kind"] == "company"
    assert app.query_params["zone"] == ["berger", "sorumsand"]


def test_the_address_filters_and_what_it_does_not_know_is_passed_over():
    app = opened("strategy", kind=["planned", "tull"])
    assert not app.exception
    assert names(app) == [
        *("OsloMet, Campus Romerike", "Universitetet i Oslo, nye studieplasser"),
        *("Energihuset", "Byscene ved Nova Spektrum", "Badeland på Strømmen"),
    ]


def test_a_choice_without_points_shows_the_table_alone():
    app = opened("strategy", kind="company", zone="none")
    assert not app.exception
    # Auto-Maskin has the point of Skjetten, which is no zone.
    assert names(app) == ["Auto-Maskin", "Thermo Fisher", "Bergman Diagnostica", "Aidee"]
    app = opened("strategy", kind="network", zone="none")
    assert not app.exception
    assert names(app) == ["Romerike Helsehub", "Scale Up", "Tømmerruta", "Visit Greater Oslo"]


def test_without_the_layer_the_unplaced_are_still_listed(use_pack):
    use_pack(drop=("places",))
    app = opened("strategy")
    assert "Mangler datagrunnlag" in words(app)
    assert len(names(app)) == UNPLACED


def test_a_name_that_is_a_formula_or_markup_does_nothing(use_pack):
    hostile = "=1+1 **x** <b>"
    use_pack(change={"places": lambda frame: frame.assign(name=hostile)})
    assert "'=1+1 **x** <b>" in names(opened("strategy"))
    text = words(opened("zones", zone="kjeller"))
    assert "**x**" not in text
    assert "<b>" not in text.replace("\\<b", "")


def test_a_strategy_of_an_older_make_is_shown_as_it_is(use_pack):
    older = (
        'title = "Plan"\nsource = "S"\nnote = "N"\n'
        '[[goals]]\ntitle = "Mål"\ntext = "Tekst"\n'
        '[[focus_areas]]\nnumber = 1\ntitle = "Klima"\nun_goals = [13]\n'
        'text = "Om"\nstrategies = ["Fortette."]\n'
        '[[figures]]\ntitle = "Tall"\nunit = "antall"\nkind = "number"\n'
        'values = [{ label = "Ett", value = 7 }]\n'
        '[[places]]\nplace_id = "ahus"\ntext = "Sykehuset."\n'
    )
    (use_pack() / "strategy.toml").write_text(older, encoding="utf-8")
    app = opened("strategy")
    assert not app.exception
    assert "Fortette" in read(app)
    assert names(app) == ["Akershus universitetssykehus (Ahus)"]


def test_a_zone_tells_of_its_places_and_the_chapters():
    text = read(opened("zones", zone="kjeller"))
    assert "**Solenergiklyngen** · nettverk, klynge eller gründermiljø" in text
    assert "sier ikke hvor den holder til" in text
    assert "**Kjeller flyplass** · kultur og kulturarv" in text
    assert "**Infinitum**" not in text
    assert "Kapittel: Næringsutvikling i Lillestrøm kommune · Innsatsområde 1" in text


def test_a_zone_of_which_the_strategy_names_no_place_says_so():
    assert "nevner ingen enkelte steder eller aktører her" in read(opened("zones", zone="heia"))


def test_the_corridor_says_where_a_point_is_too_rough_to_tell():
    tables = html_tables.of_page(opened("corridor"))
    told = next(one for one in tables if "Institusjon" in one.columns)
    table = told.set_index("Institusjon")["I korridoren"]
    # Ahus is a node of the axis, known to 150 m of the corridor's 500 m to each side.
    assert table["Akershus universitetssykehus (Ahus)"] == "ja"
    assert table["OsloMet, Campus Romerike"] == "ja, usikkert"
    assert table["Business Sørumsand"] == "nei"
