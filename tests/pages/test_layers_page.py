"""The page of layers: what it offers of each, cut to an area, and what it says when it cannot."""

from __future__ import annotations

import pytest

from geo.catalogue import entries
from geo.catalogue.codebook import codebook
from geo.catalogue.results import product
from geo.catalogue.selection import within
from geo.workspace import REGISTER
from layers.app import texts
from layers.catalogue import downloads
from layers.catalogue import map as catalogue_map
from layers.catalogue import words as catalogue_words
from tests.pages.test_pages import opened, words
from tests.support import whole_pack
from tests.support.reading import embedded

pytestmark = pytest.mark.usefixtures("reads_only")

NAMES = [entry.name for entry in entries.entries()]


@pytest.fixture(scope="module")
def pack():
    return embedded()


def buttons(app):
    return [one.proto.label for one in app.get("download_button")]


def rows(app):
    return app.dataframe[1].value


# What the embedded pack lacks is tried on a pack that has it (test_jobs_today_page).
@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in {*whole_pack.MORE, REGISTER}]
)
def test_each_layer_and_result_is_explained_and_can_be_taken_out(name):
    app = opened("layers", layer=name)
    assert not app.exception
    assert not app.error
    assert f"Last ned {name}.geojson" in buttons(app)
    said = words(app)
    for label in ("Antall", "Kilde", "Lisens", "Dato"):
        assert f"- {label}: " in said
    book = app.dataframe[-1].value
    assert not book["Betydning"].str.contains("ikke beskrevet").any()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_column_that_the_codebook_explains_has_a_heading_of_words(language, monkeypatch):
    pack = whole_pack.whole_pack()
    monkeypatch.setattr(texts, "language", lambda: language)
    raw = {
        column.name
        for entry in entries.entries()
        for column in codebook(
            product(whole_pack.whole_desk(pack), entry.name).frame, entry.name, language
        )
        if column.meaning is not None and catalogue_words.heading(column.name) == column.name
    }
    assert raw == set()


def test_a_zone_in_the_address_cuts_the_layer_to_what_lies_in_it(pack):
    zones = pack.layer("zones")
    inside = within(pack.layer("projects"), zones[zones["zone_id"] == "kjeller"])
    assert 0 < len(inside) < len(pack.layer("projects"))
    app = opened("layers", layer="projects", area="zone:kjeller")
    assert rows(app)["project_id"].tolist() == inside["project_id"].tolist()
    assert buttons(app)[0] == "Last ned projects_kjeller.geojson"


def test_the_choices_are_in_the_address_and_a_link_gives_them_again():
    app = opened("layers")
    app.selectbox(key="takeout_layer").set_value("stations").run()
    app.selectbox(key="takeout_format").set_value("gpkg").run()
    app.selectbox(key="takeout_crs").set_value("EPSG:25833").run()
    asked = {name: app.query_params[name] for name in ("layer", "format", "crs")}
    assert asked == {"layer": "stations", "format": "gpkg", "crs": "25833"}
    again = opened("layers", **asked)
    assert buttons(again)[0] == "Last ned stations.gpkg"
    assert again.selectbox(key="takeout_crs").value == "EPSG:25833"


def test_geojson_and_kml_have_one_reference_system():
    for ending in ("geojson", "kml"):
        app = opened("layers", format=ending, crs="25833")
        only = app.selectbox(key="takeout_crs_only")
        assert only.disabled
        assert only.value == "EPSG:4326"


def test_a_wider_corridor_takes_more_along_and_is_the_result_itself():
    narrow = opened("layers", layer="parcels", area="corridor:500")
    wide = opened("layers", layer="parcels", area="corridor:3000")
    count = [count_of(app) for app in (narrow, wide)]
    assert 0 < count[0] < count[1]
    itself = opened("layers", layer="corridor", area="corridor:3000")
    assert rows(itself)["width_m"].tolist() == [3000]


def count_of(app):
    line = next(one for one in words(app).splitlines() if one.startswith("- Antall: "))
    return int(line.removeprefix("- Antall: ").replace(" ", ""))


def test_a_drawn_area_is_asked_for_before_anything_is_handed_out():
    app = opened("layers")
    app.segmented_control(key="takeout_way").set_value("drawn").run()
    assert not app.exception
    assert "Tegn området på kartet først" in words(app)
    assert buttons(app) == []


def test_an_area_without_features_says_so(use_pack):
    use_pack(change={"projects": lambda frame: frame.query("zone_id == 'kjeller'")})
    app = opened("layers", layer="projects", area="zone:heia")
    assert not app.exception
    assert "Ingen objekter i dette laget ligger i området" in words(app)


def test_a_layer_that_is_missing_is_said_and_the_rest_works(use_pack):
    use_pack(drop=("plan_areas",))
    app = opened("layers", layer="reserve_plots")
    assert not app.exception
    assert "«planformål» finnes ikke i datapakken" in words(app)
    table = app.dataframe[0].value.set_index("Lag")
    assert table.loc["Planformål", "Tilstand"] == "mangler"
    assert table.loc["Planformål", "Antall"] == "ukjent"
    app.selectbox(key="takeout_layer").set_value("zones").run()
    assert "Last ned zones.geojson" in buttons(app)


def test_the_page_opens_on_the_first_layer_that_is_there(use_pack):
    use_pack(drop=("zones",))
    app = opened("layers")
    assert not app.exception
    chosen = app.selectbox(key="takeout_layer")
    assert chosen.value == NAMES[1]
    assert [option.endswith("(mangler)") for option in chosen.options[:2]] == [True, False]
    assert buttons(app)[0].startswith("Last ned")


def test_a_link_that_makes_no_sense_shows_the_usual():
    app = opened("layers", layer="<script>", area="zone:finnes-ikke", format="exe", crs="abc")
    assert not app.exception
    assert app.selectbox(key="takeout_layer").value == NAMES[0]
    assert app.segmented_control(key="takeout_way").value == "all"
    assert app.selectbox(key="takeout_format").value == "geojson"


def test_a_large_layer_is_made_first_and_then_handed_over(monkeypatch):
    monkeypatch.setattr(downloads, "AT_ONCE", 10)
    app = opened("layers", layer="zones", format="csv")
    assert buttons(app) == []
    app.button(key="takeout_make").click().run()
    assert "zones.csv.zip er klar" in words(app)
    assert buttons(app) == ["Last ned zones.csv.zip"]
    # Another choice makes the file that was made another one's.
    app.selectbox(key="takeout_format").set_value("kml").run()
    assert buttons(app) == []


def test_everything_comes_as_one_geopackage():
    app = opened("layers", area="zone:kjeller")
    app.button(key="takeout_all_make").click().run()
    assert not app.exception
    assert "Last ned naeringsareal_kjeller.gpkg" in buttons(app)


def test_the_map_of_a_large_layer_says_that_it_shows_a_part(monkeypatch):
    monkeypatch.setattr(catalogue_map, "MOST", 100)
    app = opened("layers", layer="buildings")
    assert "Kartet viser 98 av 1 861 objekter" in words(app)  # every nineteenth


def test_hostile_values_are_text(use_pack):
    evil = "<img src=x onerror=alert(1)> **fet** =1+1"
    use_pack(change={"zones": lambda frame: frame.assign(name=evil)})
    app = opened("layers", layer="zones")
    assert not app.exception
    assert rows(app)["name"].iloc[0].startswith("<img")
    assert "<img" not in words(app)
