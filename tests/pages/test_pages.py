"""Each page runs from top to bottom, in both languages, on good packs and bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from layers.app import shell
from tests import PATIENCE_S
from tests.support.packs import changed_pack

pytestmark = pytest.mark.usefixtures("reads_only")

ROOT = Path(__file__).parents[2]
FILES = {page: file for page, (file, _) in shell.PAGES.items()}
TITLES = {
    "overview": ("Næringsareal og 90 %-regelen", "Business land and the 90% rule"),
    "zones": ("Næringsområder", "Business zones"),
    "corridor": (
        "Korridoren Lørenskog–Ahus–Lillestrøm–Kjeller",
        "The corridor Lørenskog–Ahus–Lillestrøm–Kjeller",
    ),
    "reserve": (
        "Ledig areal og fortettingspotensial",
        "Vacant land and densification potential",
    ),
    "rule": ("90 %-regelen over tid", "The 90% rule over time"),
    "projects": ("Prosjekter", "Projects"),
    "screening": ("Vurder en tomt", "Screen a site"),
    "search": ("Finn en tomt", "Find a site"),
    "register": ("Tomteregister", "Site register"),
    "strategy": (
        "Strategi for bærekraftig næringsutvikling 2022–2030",
        "Strategy for sustainable business development 2022–2030",
    ),
    "compare": ("Sammenlign kommuner", "Compare municipalities"),
    "report": ("Rapport", "Report"),
    "layers": ("Kartlag", "Layers"),
    "data": ("Egne data", "Your own data"),
    "method": ("Metode, kilder og datastatus", "Method, sources and state of the data"),
    "help": ("Hjelp og ordliste", "Help and glossary"),
    "accessibility": ("Tilgjengelighetserklæring", "Accessibility statement"),
}


def opened(page, **query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    if page != "overview":
        app.switch_page(FILES[page])
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def words(app):
    parts = [
        *app.markdown,
        *app.caption,
        *app.info,
        *app.warning,
        *app.error,
        *app.header,
        *app.subheader,
    ]
    return spaced("\n".join(str(part.value) for part in parts))


def spaced(text):
    """The text with ordinary spaces, as one types them."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("page", FILES)
def test_a_page_opens_in_norwegian(page):
    app = opened(page)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == TITLES[page][0]


@pytest.mark.parametrize("page", FILES)
def test_a_page_opens_in_english_by_its_address(page):
    app = opened(page, lang="en")
    assert not app.exception
    assert app.title[0].value == TITLES[page][1]


def test_an_unknown_language_in_the_address_is_passed_over():
    assert opened("overview", lang="xx").title[0].value == TITLES["overview"][0]


def test_the_switch_turns_the_page_english_and_the_address_remembers():
    app = opened("overview")
    app.segmented_control(key="language_choice").set_value("en").run()
    assert app.title[0].value == TITLES["overview"][1]
    assert app.query_params["lang"] == "en"


def test_the_overview_says_the_verdict_the_range_and_what_it_does_not_know():
    # Known: 4 500 at Kjeller; 9 000 m² / 17.5 + 5 000 m² / 25.5 at Strømmen; 18 900 m² / 65.5 in
    # the town. Estimated: 227 inside and 2 893 outside, so 2 893 − 5 726 / 9 are too many.
    app = opened("overview")
    text = words(app)
    assert "Det kan ikke avgjøres om regelen er oppfylt: 4 av 13 saker er uten tall" in text
    assert "er det **2 257** for mange utenfor; **20 309** nye innenfor" in text
    assert "**Kjente tall:** 4 av 13 saker, 100 % innenfor. **Anslag:** 5 saker til." in text
    assert "- **Fetsund sentrum områderegulering**, 400 daa, Fetsund sentrum, innenfor" in text
    assert "utbyggers tall, analyse fra 2020; forventet år: ukjent" in text
    assert "Illustrativ avgrensning" in text
    spoken = [spaced(json.loads(one.proto.spec)["description"]) for one in gauges(app)]
    assert spoken == [
        f"{share} av nye arbeidsplasser kommer i vekstområdene. Målet er 90 %. "
        "Kan ikke avgjøres. Regnet med: 9 av 13 saker."
        for share in ("46–83 %", "51–88 %")
    ]


def gauges(app):
    return app.get("vega_lite_chart")[:2]


def test_adopted_cases_only_leaves_kjeller_out_and_the_address_says_so():
    app = opened("overview")
    app.segmented_control[0].set_value(True).run()
    assert not app.exception
    # 999 known and 227 estimated inside, 1 862 outside; none of what is open lies inside.
    said = "Regelen er ikke oppfylt med 5 av 6 saker regnet med"
    assert said in words(app)
    assert app.query_params["adopted"] == "1"
    assert said in words(opened("overview", adopted="1"))


def test_known_figures_only_are_chosen_on_the_overview_and_stay_in_the_address():
    app = opened("overview")
    app.segmented_control(key="rule_estimates").set_value(False).run()
    # 5 328 / 9, by the lowest of what is known.
    assert "Tåler inntil **591** arbeidsplasser utenfor" in words(app)
    assert app.query_params["estimates"] == "0"
    assert "Tåler inntil **591** arbeidsplasser utenfor" in words(opened("overview", estimates="0"))


def test_own_norms_move_the_figure_and_the_page_says_so():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.session_state["norm_overrides"] = (("handel", 9.0, 9.0, 0.25, 0.6),)
    app.run()
    # 9 000 m² / 9 = 1 000 in the shops rather than 514: 6 212 inside, 2 893 − 6 212 / 9.
    assert "er det **2 203** for mange utenfor" in words(app)
    assert "tall som du har endret på metodesiden" in words(app)


DEMONSTRATION = "Demonstrasjonsdata: viser metoden, ikke Lillestrøm"


@pytest.mark.parametrize(
    ("page", "asked"),
    [("zones", {"zone": "heia"}), ("search", {}), ("layers", {"layer": "reserve_zones"})],
)
def test_figures_of_made_up_plots_are_said_once_to_show_the_method_alone(page, asked):
    assert words(opened(page, **asked)).count(DEMONSTRATION) == 1


@pytest.mark.parametrize("page", ["overview", "corridor", "rule", "strategy"])
def test_pages_without_such_figures_do_not_say_so(page):
    assert "Demonstrasjonsdata" not in words(opened(page))


def test_the_method_page_says_what_was_put_in_and_that_retail_is_sales_area():
    app = opened("method")
    text = words(app)
    assert text.count(DEMONSTRATION) == 1
    assert "Andelen ledig i hvert område er satt av oss som inndata, ikke målt." in text
    assert "Normene for handel gjelder **salgsareal**" in text
    (norms,) = (one.value for one in app.dataframe if "Målt som" in one.value.columns)
    assert set(norms.loc[norms["Virksomhet"].str.contains("andel"), "Målt som"]) == {"salgsareal"}


def test_badges_say_what_they_mean():
    text = words(opened("overview"))
    assert '<button type="button" class="badge badge-illustrative">' in text
    assert 'role="tooltip">Omrisset er tegnet for hånd og ikke vedtatt.' in text
    assert 'role="tooltip">The outline is drawn by hand and not adopted.' in words(
        opened("overview", lang="en")
    )


def test_own_utilisation_moves_what_is_estimated_by_it():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.session_state["norm_overrides"] = (("industri_lager", 36.0, 95.0, 0.1, 0.1),)
    app.run()
    # Bjørkemoen: 287 000 × 0.1 / 65.5 = 438 rather than 1 862; 1 469 − 5 726 / 9.
    assert "er det **833** for mange utenfor" in words(app)


def test_the_address_opens_a_zone():
    app = opened("zones", zone="heia")
    assert not app.exception
    assert app.header[0].value == "Heia"
    assert "Ingen publiserte plansaker" in words(app)


def test_an_unknown_zone_in_the_address_is_said():
    app = opened("zones", zone="atlantis")
    assert not app.exception
    assert "ikke finnes i datapakken" in words(app)


def test_choosing_a_zone_writes_it_into_the_address():
    app = opened("zones", zone="heia")
    app.selectbox(key="zone_choice").set_value("berger").run()
    assert app.header[0].value == "Berger"
    assert app.query_params["zone"] == "berger"


def test_the_address_sets_the_corridors_width():
    app = opened("corridor", width="2000")
    assert app.slider(key="corridor_width").value == 2000
    assert "13 500" in words(app)


@pytest.mark.parametrize("width", ["abc", "-5", "999999", "٣"])
def test_a_width_that_makes_no_sense_is_brought_into_range(width):
    app = opened("corridor", width=width)
    assert not app.exception
    assert 500 <= app.slider(key="corridor_width").value <= 3000


@pytest.mark.parametrize("page", FILES)
@pytest.mark.parametrize(
    "missing",
    [
        ("zones",),
        ("growth_areas",),
        ("projects",),
        ("municipality",),
        ("stations",),
        ("corridor_nodes",),
        ("context", "places", "parcels", "buildings"),
        ("plan_areas",),
        ("constraints", "constraint_coverage"),
    ],
    ids=",".join,
)
def test_a_page_goes_on_without_a_layer(page, missing, use_pack):
    use_pack(drop=missing)
    app = opened(page)
    assert not app.exception
    assert app.title[0].value == TITLES[page][0]


def test_what_needs_a_missing_layer_says_that_data_are_missing(use_pack):
    use_pack(drop=("growth_areas",))
    text = words(opened("overview"))
    assert "Mangler datagrunnlag: laget «vekstområder»" in text
    assert "100 %" not in text


def test_a_pack_straight_from_the_services_shows_its_municipality(use_pack):
    use_pack(drop=("zones", "growth_areas", "projects", "corridor_nodes", "places", "plan_areas"))
    app = opened("overview")
    assert not app.exception
    assert [info.value.split("«")[1].split("»")[0] for info in app.info] == [
        "plansaker",
        "næringsområder",  # for the table: the map is there without them
    ]
    legend = next(
        mark.proto.body for mark in app.get("html") if 'class="legend"' in mark.proto.body
    )
    assert "Kommunen" in legend
    assert "Næringsområde" not in legend


@pytest.mark.parametrize("page", FILES)
def test_a_folder_without_a_pack_gets_one_sentence(page, tmp_path, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(tmp_path / "nowhere"))
    app = opened(page)
    assert not app.exception
    assert len(app.error) == 1
    assert "nowhere" in app.error[0].value


def test_errors_of_the_pack_name_layer_and_feature_on_every_page(use_pack):
    def negative(projects):
        return projects.assign(jobs=projects["jobs"].where(projects["jobs"].isna(), -5.0))

    use_pack(change={"projects": negative})
    for page in FILES:
        app = opened(page)
        said = "\n".join(text.value for text in app.text)
        assert "plansaker" in said or "projects" in said
        assert "kjeller-kdp" in said
    # Without Kjeller 1 226 inside: 2 893 − 1 226 / 9.
    assert "er det **2 757** for mange utenfor" in words(opened("overview"))


def test_a_self_crossing_zone_is_repaired_and_named(use_pack):
    def bow_tie(zones):
        crossing = shapely.Polygon([(0, 0), (500, 500), (500, 0), (0, 500)])
        moved = shapely.transform(crossing, lambda xy: np.add(xy, (613_000, 6_650_000)))
        heia = zones["zone_id"] == "heia"
        return zones.assign(geometry=zones.geometry.where(~heia, moved))

    use_pack(change={"zones": bow_tie})
    said = "\n".join(text.value for text in opened("method").text)
    assert "heia" in said
    app = opened("zones", zone="heia")
    assert not app.exception
    area = next(metric for metric in app.metric if metric.label == "Areal")
    assert spaced(area.value) == "125 daa"


def test_zones_of_the_same_name_are_told_apart(use_pack):
    use_pack(change={"zones": lambda zones: zones.assign(name="Like")})
    box = opened("zones", zone="heia").selectbox(key="zone_choice")
    assert "Like (heia)" in box.options
    assert len(set(box.options)) == 11


def test_hostile_names_are_shown_as_text(use_pack):
    hostile = "<script>alert(1)</script> **fet** [x](javascript:alert(1))"
    use_pack(change={"zones": lambda zones: zones.assign(name=hostile, status_text=hostile)})
    app = opened("zones", zone="heia")
    assert not app.exception
    assert "**fet**" not in app.header[0].value
    assert r"\*\*fet\*\*" in app.header[0].value


@pytest.fixture(scope="module")
def untranslated(tmp_path_factory):
    """A pack of its own, so that no page shows what was made from the embedded one."""
    directory = changed_pack(tmp_path_factory.mktemp("untranslated") / "pack")
    (directory / "en.po").write_bytes(b"\xff\xfe")
    return directory


@pytest.mark.parametrize("page", FILES)
def test_translations_that_cannot_be_read_stop_no_page(page, untranslated, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(untranslated))
    app = opened(page, lang="en")
    assert not app.exception
    if page == "method":
        said = [text.value for text in app.text]
        assert any("“en.po” of translations cannot be read" in remark for remark in said)


def test_a_strategy_that_cannot_be_read_is_said(use_pack):
    directory = use_pack()
    (directory / "strategy.toml").write_text("title = ", encoding="utf-8")
    app = opened("strategy")
    assert not app.exception
    assert "strategy.toml" in words(app)
    # What is wrong in it is said in words of the file.
    (directory / "strategy.toml").write_text('["**7351**"]\n' * 2, encoding="utf-8")
    app = opened("strategy")
    assert "\\*\\*7351" in app.error[0].value


def test_a_pack_without_a_strategy_says_so(use_pack):
    (use_pack() / "strategy.toml").unlink()
    assert "Datapakken har ingen strategi" in words(opened("strategy"))
