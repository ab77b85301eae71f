"""The page that screens a site: every way in, what it answers, and what it says of bad input."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import pairwise

import pytest
from streamlit.elements.widgets.button import ButtonMixin

from geo import i18n
from geo.pack.read import DEFAULT_PACK
from layers.app.texts import NORWAY
from layers.maps import leaflet
from tests.pages.test_pages import opened, spaced, words
from tests.support.explained import help_of
from tests.support.reading import embedded

pytestmark = pytest.mark.usefixtures("reads_only")

PLOT = {"way": "plot", "plot": "909/27", "type": "lager", "bra": "12000"}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(east, north, **properties):
    ring = [[east, north], [east + 0.002, north], [east + 0.002, north + 0.001], [east, north]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def upload(app, name, content):
    app.radio(key="screen_way").set_value("file").run()
    app.file_uploader[0].upload(name, content)
    return app.run()


def test_before_a_site_is_given_the_page_says_what_to_do():
    app = opened("screening")
    assert not app.exception
    assert "Tegn stedet" in words(app)


@pytest.mark.parametrize(
    ("way", "said"),
    [("plot", "gårds- og bruksnummeret"), ("point", "Skriv koordinatene"), ("file", "Velg en fil")],
)
def test_each_way_says_how_it_begins_and_an_error_stands_alone(way, said):
    app = opened("screening")
    app.radio(key="screen_way").set_value(way).run()
    assert said in words(app)
    assert "Tegn stedet" not in words(app)
    if way == "file":
        upload(app, "a.json", b"{")
    else:
        app.text_input(key=f"screen_{way}").set_value("tull").run()
    assert app.error
    assert said not in words(app)
    assert "Tegn stedet" not in words(app)


def test_what_is_said_of_many_features_is_said_once():
    app = opened("screening")
    twice = [feature(11.05, 59.95, id=name) for name in "aabbcc"]
    upload(app, "a.json", collection(*twice))
    (told,) = [one.value for one in app.info if "er brukt på 2 objekter" in one.value]
    assert "«b», «c»." in told
    assert "«a»" in told


def test_a_plot_in_the_address_is_screened():
    app = opened("screening", **PLOT)
    assert not app.exception
    assert "909/27" in [one.value for one in app.header]
    text = words(app)
    assert "lys" in text
    answers = app.table[1].value  # of each kind of constraint: never 0, never clear
    assert answers["Svar"].tolist() == [
        *["ikke vurdert (oppdiktede data)"] * 5,
        *["mangler datagrunnlag"] * 2,  # of which the pack holds nothing, made up or not
    ]
    assert "145 (126–171)" in [metric.value for metric in app.metric]  # 12 000 m² of warehouse
    assert "Illustrativ avgrensning" in text
    assert "Syntetiske data" in text  # the plot itself
    assert app.code[0].value.startswith("«909/27»")
    assert "Omrisset er en oppdiktet tomt" in text


def test_a_site_far_away_moves_no_rule_and_is_near_no_station():
    app = opened("screening")
    far = {"navn": "Kirkenes", "type": "kontor", "bra": 5000}
    upload(app, "langt.geojson", collection(feature(30.05, 69.725, **far)))
    assert not app.exception
    text = words(app)
    assert "ingen av arbeidsplassene der (antall: 196 (179–217)) regnes med" in spaced(text)
    assert text.count("(uendret: utenfor kommunen)") == 2  # with and without the regional areas
    assert "→" not in text
    assert "for mange utenfor" not in text
    station = next(one for one in app.metric if one.label == "Nærmeste stasjon")
    assert station.value == "ukjent"
    said = "ukjent: stedet ligger utenfor området som datapakken dekker"
    assert help_of(app, "screen_station") == said
    assert "Rånåsfoss" not in app.code[0].value
    told = app.table[0].value.set_index("Mål")["Verdi"]
    assert "utenfor området som datapakken dekker" in told["Nærmeste hovedveg"]


def test_along_roads_drawn_by_hand_the_way_is_told_as_a_sketch():  # 1 km along Rv. 22
    app = opened("screening", way="point", point="619939 6645567")
    assert not app.exception
    said = help_of(app, "screen_station")
    assert "Langs vegene i datapakken, som er en håndtegnet skisse," in said
    assert "langs veg (etter en håndtegnet skisse av vegene)" in app.code[0].value


def test_in_english_projects_have_the_names_that_the_pack_gives_them():
    names = embedded().layer("projects")["name"]
    said = i18n.translation(DEFAULT_PACK, "en")
    norwegian = [name for name in names if said.get(name, name) != name]
    assert norwegian
    app = opened("screening", way="point", point="59.955, 11.05", jobs="100", lang="en")
    assert not app.exception
    text = words(app) + app.code[0].value
    assert "Bjerke industrial area" in text
    assert [name for name in norwegian if name in text] == []
    within = opened("screening", way="point", point="59.9694, 11.0389", jobs="100", lang="en")
    labels = [one.label for one in within.radio]
    assert any("municipal sub-plan" in label for label in labels)
    assert "kommunedelplan" not in words(within) + within.code[0].value


def test_made_up_layers_say_nothing_for_or_against_and_are_shown_by_themselves():
    app = opened("screening", **PLOT)
    (light,) = [one.value for one in app.markdown if one.value.startswith("### :")]
    assert "Ukjent" in light
    said = app.code[0].value
    assert "ikke vurdert (oppdiktede data): dyrka mark, flom" in said
    assert (
        "Arealformål i plan, ledig næringsareal og fortetting er ikke vurdert (oppdiktede data)."
    ) in said
    (box,) = [one for one in app.expander if one.label == "I demonstrasjonsdataene"]
    assert "Syntetiske data" in box.markdown[0].value
    held = dict(box.table[0].value.itertuples(index=False))
    assert held["Ledig næringsareal"].endswith("daa")
    assert held["Kulturminner"] == "mangler datagrunnlag"  # not even made up
    outside = spaced(words(app)).replace(spaced(" ".join(one.value for one in box.markdown)), "")
    for clear in ("fritt", "uten konflikt", "kan bygges"):
        assert clear not in outside


def test_files_are_named_by_the_site_and_the_day(monkeypatch):
    named, usual = [], ButtonMixin._download_button

    def offer(self, label, data, file_name=None, *rest, **more):
        named.append(file_name)
        return usual(self, label, data, file_name, *rest, **more)

    monkeypatch.setattr(ButtonMixin, "_download_button", offer)
    before = datetime.now(NORWAY).date()
    opened("screening", **PLOT)
    opened("screening", **PLOT | {"plot": "909/27, 909/28", "lang": "en"})
    days = {before.isoformat(), datetime.now(NORWAY).date().isoformat()}  # midnight may pass
    plain = [re.sub("|".join(days), "DAY", name) for name in named]
    assert plain == [
        *("vurdering-909-27-DAY.pdf", "vurdering-909-27-DAY.geojson"),
        *("assessment-909-27-DAY.pdf", "assessment-2-sites-DAY.geojson"),
    ]


def test_the_safety_class_for_flood_is_chosen_and_kept_in_the_address(use_pack):
    use_pack(real=("constraints", "constraint_coverage"))  # which name no interval
    app = opened("screening", **PLOT)
    choice = app.radio(key="screen_flood")
    assert choice.value == "F2"
    assert "flood" not in app.query_params
    assert "F1: lite personopphold" in choice.help
    assert "sikkerhetsklasse for flom: F2." in app.code[0].value
    choice.set_value("F3").run()
    assert not app.exception
    assert app.query_params["flood"] == "F3"
    assert "sikkerhetsklasse for flom: F3." in app.code[0].value
    assert "F1 og F2, men ikke for F3" in words(app)
    again = opened("screening", **PLOT, flood="F3")
    assert again.radio(key="screen_flood").value == "F3"
    assert opened("screening", **PLOT, flood="F9").radio(key="screen_flood").value == "F2"


def test_without_made_up_layers_there_is_no_box_of_demonstration_data(use_pack):
    use_pack(
        real=("parcels", "plan_areas", "buildings", "constraints", "constraint_coverage"),
        change={"parcels": lambda frame: frame.assign(synthetic=False)},
    )
    app = opened("screening", **PLOT)
    assert not app.exception
    assert not [one for one in app.expander if one.label == "I demonstrasjonsdataene"]
    assert "ikke vurdert" not in app.code[0].value


def test_a_plot_that_is_not_there_is_one_sentence():
    app = opened("screening", way="plot", plot="1/1")
    assert not app.exception
    assert len(app.error) == 1


@pytest.mark.parametrize("text", ["59.955, 11.05", "11.05 59.955", "32V 614500 6647900"])
def test_coordinates_are_recognised(text):
    app = opened("screening", way="point", point=text)
    assert not app.exception
    assert not app.error
    assert "ukjent" in [metric.value for metric in app.metric]  # a point has no area


@pytest.mark.parametrize("text", ["hei", "999 999", "<script>", "59.955"])
def test_coordinates_that_make_no_sense_are_one_sentence(text):
    app = opened("screening", way="point", point=text)
    assert not app.exception
    assert len(app.error) == 1


def test_a_file_of_many_sites_is_a_table_and_one_in_full():
    app = upload(
        opened("screening"),
        "steder.geojson",
        collection(
            feature(11.05, 59.95, navn="Første", arbeidsplasser=100),
            feature(11.25, 60.05, navn="<b>Andre</b>", arbeidsplasser=900),
        ),
    )
    assert not app.exception
    assert "2 steder er vurdert" in [one.value for one in app.header]
    assert list(app.dataframe[0].value["Sted"]) == ["Første", "<b>Andre</b>"]


def test_jobs_are_told_with_their_status_and_range_in_the_table_and_the_large_figure():
    content = collection(
        feature(11.05, 59.95, navn="Sagt", arbeidsplasser=471),
        feature(11.06, 59.95, navn="Regnet", bruksareal=12_000, virksomhet="lager"),
        feature(11.08, 59.95, navn="Intet"),
    )
    app = upload(opened("screening"), "steder.geojson", content)
    assert not app.exception
    shown = app.dataframe[0].value.set_index("Sted")["Arbeidsplasser: status og spenn"]
    assert shown["Sagt"] == "oppgitt"
    assert shown["Regnet"] == "anslag fra gulvareal, 126–171"
    assert shown["Intet"] == "ukjent"
    assert below(app, "471") == "oppgitt"
    assert below(opened("screening", **PLOT), "145 (126–171)") == "anslag fra gulvareal"


def below(app, figure):
    """What stands below a large figure."""
    for column in app.columns:
        shown = list(column.children.values())
        for one, after in pairwise(shown):
            beside = getattr(one, "children", {}).values()  # a figure and its button
            if any(part.type == "metric" and part.value == figure for part in beside):
                return after.value
    return None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tom.geojson", b""),
        ("rot.gpkg", b"SQLite format 3\x00" + b"x" * 300),
        ("feil.zip", b"PK\x03\x04" + b"\x00" * 50),
        ("sosi.sos", b".HODE\n..TEGNSETT UTF-8\n.SLUTT\n"),
    ],
)
def test_a_bad_file_is_one_sentence(name, content):
    app = upload(opened("screening"), name, content)
    assert not app.exception
    assert len(app.error) == 1


def rectangle(east, north):
    ring = [[east, north], [east + 0.001, north], [east + 0.001, north + 0.001], [east, north]]
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def draw(monkeypatch):
    """Let the map answer with these shapes, as if they had been drawn on it."""

    def drawn(*shapes):
        monkeypatch.setattr(leaflet, "draw", lambda *_, **__: list(shapes))

    return drawn


def test_a_drawn_site_has_a_plain_name(draw):
    draw(rectangle(11.05, 59.95))
    app = opened("screening")
    assert not app.exception
    assert "Tegnet tomt" in [one.value for one in app.header]


def test_several_drawn_sites_have_names_with_numbers(draw):
    draw(rectangle(11.05, 59.95), rectangle(11.06, 59.95))
    app = opened("screening")
    assert not app.exception
    assert list(app.dataframe[0].value["Sted"]) == ["Tegnet tomt 1", "Tegnet tomt 2"]
    app.text_input(key="screen_name").set_value("Ny hall").run()
    assert list(app.dataframe[0].value["Sted"]) == ["Ny hall 1", "Ny hall 2"]


def test_what_was_drawn_is_still_there_after_a_look_at_another_way_in(monkeypatch):
    """As the map does: it tells what is on it once that is touched, and None before."""
    scripts = []
    answers = iter([[rectangle(11.05, 59.95)], None, None, None, []])

    def drawn(script, **_):
        scripts.append(script.text)
        return next(answers)

    monkeypatch.setattr(leaflet, "draw", drawn)
    app = opened("screening")
    assert "Tegnet tomt" in [one.value for one in app.header]
    app.radio(key="screen_way").set_value("point").run()
    assert not app.subheader
    app.radio(key="screen_way").set_value("draw").run()
    assert not app.exception
    assert "Tegnet tomt" in [one.value for one in app.header]
    begins = "window.drawnShapes.addLayer(layer);"  # the map begins with what was on it
    assert begins not in scripts[0]
    assert begins in scripts[-1]
    app.radio(key="screen_way").set_value("plot").run()
    app.radio(key="screen_way").set_value("draw").run()
    assert "Tegnet tomt" in [one.value for one in app.header]
    app.run()  # the reader takes it away
    assert not app.subheader


def test_a_drawn_bow_tie_is_repaired_and_told_as_one_in_a_file(draw):
    # Two triangles that meet in the middle: 200 m wide and 100 m high at this latitude, roughly.
    ring = [[11.05, 59.95], [11.054, 59.952], [11.054, 59.95], [11.05, 59.951], [11.05, 59.95]]
    tie = rectangle(0, 0) | {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    draw(tie)
    app = opened("screening")
    assert not app.exception
    (said,) = [one.value for one in app.info if "krysser seg selv" in one.value]
    app = opened("screening", way="file")
    content = json.dumps({"type": "FeatureCollection", "features": [tie]}).encode()
    upload(app, "sløyfe.geojson", content)
    (of_file,) = [one.value for one in app.info if "krysser seg selv" in one.value]
    assert "reparert" in said
    assert re.findall(r"[\d\s\xa0]+ m²", said) == re.findall(r"[\d\s\xa0]+ m²", of_file)
    assert said.replace("Tegnet tomt", "") == of_file.replace("sløyfe.geojson", "")


def test_a_drawn_line_without_area_is_told_and_not_screened(draw):
    ring = [[11.05, 59.95], [11.06, 59.95], [11.05, 59.95], [11.05, 59.95]]
    draw(rectangle(0, 0) | {"geometry": {"type": "Polygon", "coordinates": [ring]}})
    app = opened("screening")
    assert not app.exception
    assert not app.subheader
    assert "ingenting er igjen" in app.error[0].value


def test_several_typed_sites_have_names_with_numbers():
    app = opened("screening", way="point", point="59.955, 11.05; 59.96, 11.06")
    assert not app.exception
    assert list(app.dataframe[0].value["Sted"]) == ["Oppgitt punkt 1", "Oppgitt punkt 2"]


def test_one_typed_site_has_a_plain_name():
    app = opened("screening", way="point", point="59.955; 11.05")
    assert "Oppgitt punkt" in [one.value for one in app.header]


def test_a_point_outside_the_municipality_says_so_in_the_result_and_the_text():
    app = opened("screening", way="point", point="59.91, 10.75")  # Oslo
    assert not app.exception
    assert "ligger i en annen kommune" in words(app)
    assert "annen kommune" in app.code[0].value


def test_the_limits_are_told_before_the_upload():
    app = opened("screening", way="file")
    label = spaced(app.file_uploader[0].label)
    assert "MB" in label
    assert "5 000 objekter" in label
    assert "5,000 features" in opened("screening", way="file", lang="en").file_uploader[0].label


def test_the_choice_of_system_is_open_where_the_file_is_doubtful():
    def is_open(content):
        app = upload(opened("screening"), "steder.geojson", content)
        (box,) = [one for one in app.expander if one.label == "Koordinatsystem"]
        return box.proto.expanded

    swapped = collection(feature(59.95, 11.05))  # north first, against the standard
    assert is_open(swapped)
    assert not is_open(collection(feature(11.05, 59.95)))


def test_the_smaller_outline_is_in_the_legend_only_where_there_is_one(use_pack):
    use_pack(real=("constraints", "constraint_coverage"))

    def named(app):
        bodies = [one.proto.body for one in app.get("html")]
        return [one for one in bodies if 'class="legend"' in one][-1]  # after that of the way in

    smaller = "Omrisset under «Hva skal til»"
    assert smaller in named(
        opened("screening", way="plot", plot="901/17", type="lager", bra="5000")
    )
    without = named(opened("screening", way="plot", plot="901/1", type="lager", bra="5000"))
    assert "Stedet" in without
    assert smaller not in without


def test_without_growth_areas_the_rule_is_unknown_and_the_page_stands(use_pack):
    use_pack(drop=("growth_areas",))
    app = opened("screening", **PLOT)
    assert not app.exception
    assert "Mangler datagrunnlag: vekstområder" in words(app)


def test_up_to_five_sites_stand_side_by_side():
    places = [feature(11.05 + step / 100, 59.95, navn=f"Sted {step}") for step in range(6)]
    app = upload(opened("screening"), "seks.geojson", collection(*places))
    chooser = app.multiselect(key="screen_compare")
    assert chooser.proto.max_selections == 5
    chooser.set_value([0, 1, 2, 3, 4]).run()
    assert not app.exception
    compared = app.table[0].value
    for step in range(5):
        assert any(f"Sted {step}" in str(column) for column in compared.columns)
    assert not any("Sted 5" in str(column) for column in compared.columns)


def test_several_plots_are_screened_at_once_under_their_numbers():
    app = opened("screening", way="plot", plot="909/27, 909/28")
    assert not app.exception
    assert not app.error
    assert app.dataframe[0].value["Sted"].tolist() == ["909/27", "909/28"]
    assert app.query_params["plot"] == "909/27, 909/28"


def test_a_doubtful_reference_system_is_said_and_open_to_be_overruled():
    # UTM numbers in a file that says nothing, so by its standard in degrees.
    ring = [[614_000, 6_648_000], [614_100, 6_648_000], [614_100, 6_648_100], [614_000, 6_648_000]]
    utm = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    app = upload(opened("screening"), "utm.geojson", collection(utm))
    assert not app.exception
    assert "25832" in words(app)
    (choice,) = [one for one in app.expander if one.label.startswith("Koordinatsystem")]
    assert choice.proto.expanded
