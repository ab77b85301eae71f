"""The page of the 90 % rule: its choices live in the address, and its figures can be had again."""

from __future__ import annotations

import json
import time

import pytest
from streamlit.testing.v1 import AppTest

from geo.__main__ import main
from geo.ledger.calculations import Calculations
from geo.ledger.scenarios import Scenarios
from geo.ledger.store import Ledger
from layers.rule import saved as rule_saved
from tests import PATIENCE_S
from tests.pages.test_pages import FILES, ROOT, spaced, words
from tests.support import html_tables
from tests.unit.layers.app.test_login import AUTH, KARI, OWN

BY = {"author": "Ola", "reason": "Prøve"}


def opened(*, writer=False, **query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.secrets["auth"], app.secrets["naeringsareal"] = dict(AUTH), dict(OWN)
    app.user = KARI | {"exp": time.time() + 600} if writer else {"is_logged_in": False}
    app.switch_page(FILES["rule"])
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def ledger(ledger_file):
    """The list as it begins from the pack: 5 499 known jobs inside and none outside."""
    opened()
    found = Ledger.open(f"sqlite:///{ledger_file}", "3205")
    yield found
    found.close()


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def begin_scenario(app, name):
    app.text_input(key="rule_new_name").set_value(name)
    next(button for button in app.button if button.label == "Kopier listen").click()
    app.run()
    assert not app.exception
    return app


def untick(app, project_id, revision, seq):
    """Take a project out of the scenario being edited, as a click in the table does."""
    name = app.selectbox(key="rule_edited").value
    editor = next(table for table in app.dataframe if "included" in table.value.columns)
    row = list(editor.value.index).index(project_id)
    edits = {"edited_rows": {row: {"included": False}}, "added_rows": [], "deleted_rows": []}
    app.session_state[f"rule_editor_{name}_{revision}_{seq}_nb"] = edits
    return app.run()


UNDECIDED = "Det kan ikke avgjøres om regelen er oppfylt: 4 av 13 saker er uten tall"


def test_the_answer_stands_on_top_with_both_variants_and_what_is_left_out():
    # Known: 4 500 at Kjeller and 999 in adopted plans, all inside. Estimated: 227 inside, and
    # 567 + 294 + 170 + 1 862 = 2 893 outside, of which Trondheimsveien 187 (567) lies in Berger.
    text = words(opened())
    assert UNDECIDED in text
    # 2 893 − 5 726 / 9, and 9 × 2 893 − 5 726; with Berger 2 326 − 6 293 / 9.
    assert "er det **2 257** for mange utenfor; **20 309** nye innenfor" in text
    assert "er det **1 627** for mange utenfor; **14 643** nye innenfor" in text
    assert "Medregnet Berger og Heia" in text
    assert "**Kjente tall:** 4 av 13 saker, 100 % innenfor. **Anslag:** 5 saker til." in text
    assert (
        "- **Fetsund sentrum områderegulering**, 400 daa, Fetsund sentrum, innenfor: "
        "omregulering av bebygd areal. Kan snu svaret." in text
    )
    assert "- **Hvam områderegulering**, 983 daa, Hvam, utenfor: " in text
    assert "Illustrativ avgrensning" in text


def test_known_figures_alone_say_what_they_bear_and_name_what_is_left_out():
    # The known ones are at least 4 500 + 450 + 179 + 199 = 5 328, all inside: 5 328 / 9 = 591.
    app = opened(estimates="0")
    text = words(app)
    assert "Det kan ikke avgjøres om regelen er oppfylt: 9 av 13 saker er uten tall" in text
    assert text.count("Tåler inntil **591** arbeidsplasser utenfor fra sakene uten tall") == 2
    assert "Vis 5 andre saker som ikke er med" in [one.label for one in app.expander]
    assert "- Trondheimsveien 187" in text
    app.segmented_control(key="rule_estimates").set_value(True).run()
    assert "estimates" not in app.query_params
    assert UNDECIDED in words(app)


def test_the_developers_figure_is_named_where_it_is_most_of_a_sum():
    # 4 500 of 5 726 inside; Bjørkemoen 1 862 of 2 893 outside.
    text = words(opened())
    assert (
        "**Kjeller (kommunedelplan)** alene er 79 % av arbeidsplassene innenfor: 4 500 "
        "(utbyggers tall, analyse fra 2020; forventet år: ukjent)." in text
    )
    assert "**Bjørkemoen, Sørum** alene er 64 % av arbeidsplassene utenfor: 755–4 783" in text


def test_the_range_can_be_made_by_hand_from_the_page():
    app = opened()
    cases = next(one.value for one in app.dataframe if "Utnytting" in one.value.columns)
    moen = cases[cases["Sak"] == "Bjørkemoen, Sørum"].iloc[0]
    assert moen["Areal (m²)"] == 287_000
    parts = ("Utnytting", "m²/arb.pl.", "Arb.pl.", "Regnet som", "Hvor tallet er fra")
    said = [spaced(moen[name]) for name in parts]
    # 287 000 × 0.25 / 95 = 755 and 287 000 × 0.60 / 36 = 4 783.
    assert said == [
        "0,25–0,60",
        "36–95",
        "755–4 783",
        "Industri og lager",
        "anslag fra tomteareal",
    ]
    sums = next(one for one in html_tables.of_page(app) if "Innenfor, lav" in one.columns)
    sums = sums.map(spaced)
    whole = sums[(sums["Vekstområder"] == "Prioriterte vekstområder") & (sums["Tall"] == "Sum")]
    # 5 328 + 97 inside; 943 + 472 + 273 + 4 783 outside.
    assert [whole["Innenfor, lav"].item(), whole["Utenfor, høy"].item()] == ["5 424", "6 472"]
    assert "Lavest 5 424 / (5 424 + 6 472) = **45,6 %**" in words(app)
    # Each part is the sum of its cases.
    rows = sums[sums["Vekstområder"] == "Prioriterte vekstområder"].set_index("Tall")
    assert rows.loc["Sum", "Saker"] == str(len(cases)) == "9"
    estimated = cases[cases["Hvor tallet er fra"].str.startswith("anslag")]
    outside = (estimated["Midt"] * (1 - estimated["Innenfor"])).sum()
    assert rows.loc["Anslag", "Utenfor, midt"] == f"{outside:,.0f}".replace(",", " ")


def test_what_is_chosen_stands_in_the_address_and_the_address_gives_it_again(ledger):
    for name in ("bjorkemoen", "leiraveien-15-17"):
        ledger.change(name, {"year": 2024}, base_revision=1, **BY)
    app = opened()
    app.segmented_control(key="rule_adopted").set_value(True).run()
    app.button_group(key="rule_status").set_value(["vedtatt"]).run()
    app.segmented_control(key="rule_until").set_value("other").run()
    app.number_input(key="rule_to").set_value(2024).run()
    assert not app.exception
    assert app.query_params["adopted"] == "1"
    assert app.query_params["status"] == "vedtatt"
    assert app.query_params["to"] == "2024"
    # Of the adopted, those with a year: 289 inside and 1 862 outside; 1 862 − 288.55 / 9.
    figure = "er det **1 830** for mange utenfor"
    assert figure in words(app)
    assert figure in words(opened(adopted="1", status="vedtatt", to="2024"))


def test_a_year_is_chosen_by_a_click_and_another_by_its_number():
    app = opened()
    app.segmented_control(key="rule_until").set_value(2030).run()
    assert app.query_params["to"] == "2030"
    assert "Til og med 2030: kan ikke avgjøres, med 0 av 13 saker regnet med" in words(app)
    app.segmented_control(key="rule_until").set_value("other").run()
    assert app.number_input(key="rule_to").value == 2030
    app.segmented_control(key="rule_until").set_value("all").run()
    assert "to" not in app.query_params
    assert UNDECIDED in words(app)
    app = opened(to="2027")
    assert app.segmented_control(key="rule_until").value == "other"
    assert app.number_input(key="rule_to").value == 2027
    assert opened(to="2026").segmented_control(key="rule_until").value == 2026


def test_a_case_without_a_year_is_in_no_years_sum_and_the_answer_says_what_it_could_do(ledger):
    whole = words(opened())
    text = words(opened(to="1950"))
    assert "så det er ingenting å tegne" in text
    # 5 726 + 2 893, between 5 424 + 1 288 and 6 359 + 6 472.
    said = "**Uten kjent år:** 13 saker er ikke regnet med, men kan komme i perioden."
    assert f"{said} Arbeidsplasser, der tallet er kjent: 8 619 (6 712–12 831)." in text
    assert "er andelen 0–100 %." in text
    assert "kan ikke avgjøres" in text
    assert "Uten kjent år" not in whole
    # One that comes by then is in the sum, and the others may come or not: 4 500 inside for
    # certain, at worst with 6 472 outside.
    ledger.change("kjeller-kdp", {"year": 2028}, base_revision=1, **BY)
    text = words(opened(to="2030"))
    assert "Til og med 2030: kan ikke avgjøres, med 1 av 13 saker regnet med" in text
    assert "**Uten kjent år:** 12 saker" in text
    assert "er andelen 41–100 %" in text
    # One that comes later is in neither.
    ledger.change("kjeller-kdp", {"year": 2035}, base_revision=2, **BY)
    text = words(opened(to="2030"))
    assert "med 0 av 12 saker regnet med" in text
    assert "4 119 (" in text  # 8 619 − 4 500


def test_years_in_the_wrong_order_get_one_sentence():
    app = opened(**{"from": "2030", "to": "2024"})
    assert [spaced(one.value) for one in app.error] == [
        "Årene 2030 – 2024 kan ikke brukes\\: de må være stigende og ligge mellom 1900 og 2200."
    ]


@pytest.mark.parametrize(
    "query",
    [{"from": "abc", "status": "tull"}, {"time": "x", "basis": "y"}, {"place": "z", "jobs": "-1"}],
)
def test_an_address_that_makes_no_sense_shows_the_whole_list(query):
    assert UNDECIDED in words(opened(**query))


def test_periods_are_cut_where_the_reader_says(ledger):
    ledger.change("leiraveien-15-17", {"year": 2024}, base_revision=1, **BY)
    app = opened(time="period", periods="2020, 2022")
    assert not app.error
    spec = json.loads(app.get("vega_lite_chart")[2].proto.spec)
    times = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert times == ["før 2020", "2020–2021", "fra 2022"]
    assert "kan ikke brukes" in opened(time="period", periods="2022, x").error[0].value


def test_net_figures_leave_out_projects_whose_loss_is_not_known_and_say_so(ledger):
    ledger.change("kjeller-kdp", {"jobs_lost": 500}, base_revision=1, **BY)
    text = words(opened(basis="net"))
    assert "Netto nye arbeidsplasser: 4 000 i vekstområdene" in text
    assert "12 av 13 saker er uten tall" in text
    # Of those 12 cases 4 have no jobs either.
    assert "8 av 13 prosjekter er ikke med i nettotallene" in text
    assert "Tåler inntil **444** arbeidsplasser utenfor" in text  # 4 000 / 9


def test_net_figures_without_a_known_loss_are_unknown_and_not_nothing():
    text = words(opened(basis="net"))
    assert "Ukjent om regelen er oppfylt: 13 av 13 saker mangler tall" in text
    assert "Netto nye arbeidsplasser: ukjent i vekstområdene og ukjent utenfor." in text
    assert "Ingen nye arbeidsplasser" not in text
    assert "Netto nye arbeidsplasser: 0" not in text


SEVEN_HUNDRED = {"jobs_low": "700", "jobs": "700", "jobs_high": "700"}


def test_an_imagined_project_outside_moves_the_range_and_the_want():
    # Lowest 5 424 of 5 424 + 6 472 + 700, highest 6 359 of 6 359 + 1 288 + 700.
    text = words(opened(**SEVEN_HUNDRED))
    said = "**45,6–83,2 % → 43,1–76,2 %** · Kan ikke avgjøres → Kan ikke avgjøres"
    assert said in text
    assert "er det **2 957** for mange utenfor" in text  # 2 257 and 700


def test_an_imagined_project_outside_eats_of_the_room_of_the_known_ones():
    # Known alone, by the middle, 5 499 / 9 = 611 may come outside: 700 are 89 too many.
    text = words(opened(estimates="0", **SEVEN_HUNDRED))
    assert "**100,0 % → 88,4–89,3 %** · Kan ikke avgjøres → " in text
    assert "er det **89** for mange utenfor" in text
    # Berger counts only with the regional areas: (5 328 + 700) / 9.
    text = words(opened(place="berger", estimates="0", **SEVEN_HUNDRED))
    assert "er det **89** for mange utenfor" in text
    assert "Tåler inntil **669** arbeidsplasser" in text


def test_a_scenario_is_made_edited_saved_and_compared(ledger):
    app = begin_scenario(opened(writer=True), "Uten Kjeller")
    seq = ledger.head().seq
    app = untick(app, "kjeller-kdp", 0, seq)
    assert "Prosjekter som er endret fra listen: 1." in words(app)
    press(app, "rule_save")
    (saved,) = Scenarios(ledger.engine, "3205").list()
    assert (saved.name, saved.revision, saved.author) == ("Uten Kjeller", 1, "K*ri [a1]")
    assert saved.overrides["changes"] == {"kjeller-kdp": {"included": False}}

    other = opened(scenario="Uten Kjeller")
    table = next(one.value for one in other.dataframe if "Scenario" in one.value.columns)
    assert list(table["Scenario"]) == ["Listen nå", "Uten Kjeller"]
    jobs = [round(number) for number in table["Nye arbeidsplasser"]]
    assert jobs == [8619, 4119]
    assert list(table["Saker uten tall"]) == [4, 4]
    assert set(table["Regelen"]) == {"Kan ikke avgjøres"}
    # 5 726 / 9 − 2 893 and 1 226 / 9 − 2 893
    assert [round(room) for room in table["Rom utenfor, midt"]] == [-2257, -2757]
    # Lowest 924 of 924 + 6 472, highest 1 859 of 1 859 + 1 288.
    assert [spaced(span) for span in table["Andel, fra–til"]] == ["45,6–83,2 %", "12,5–59,1 %"]


def test_three_scenarios_stand_beside_the_list_in_one_table_and_one_chart(ledger):
    store = Scenarios(ledger.engine, "3205")
    names = ["Uten Kjeller", "Flere på Kjeller", "Som nå"]
    for name, change in zip(names, ({"included": False}, {"jobs": 5000.0}, None), strict=True):
        changes = {"kjeller-kdp": change} if change else {}
        store.save(name, {"changes": changes, "added": []}, author="Ola", ledger_seq=1)
    ledger.change("leiraveien-15-17", {"year": 2024}, base_revision=1, **BY)
    app = opened(scenario=names)
    table = next(one.value for one in app.dataframe if "Scenario" in one.value.columns)
    assert list(table["Scenario"]) == ["Listen nå", *names]
    assert [round(number) for number in table["Nye arbeidsplasser"]] == [8619, 4119, 9119, 8619]
    colours = [
        layer["encoding"]["color"]["scale"]
        for chart in app.get("vega_lite_chart")
        for layer in json.loads(chart.proto.spec)["layer"]
        if layer.get("encoding", {}).get("color", {}).get("field") == "name"
    ]
    assert colours
    for scale in colours:
        assert scale["domain"] == ["Listen nå", *names]
        assert len(set(scale["range"])) == 4


def test_a_scenario_saved_by_somebody_else_meanwhile_is_not_lost(ledger):
    app = begin_scenario(opened(writer=True), "Felles")
    store = Scenarios(ledger.engine, "3205")
    store.save("Felles", {"changes": {}, "added": []}, author="Ola", ledger_seq=1)
    press(app, "rule_save")
    assert "er lagret av Ola etter at du åpnet det" in app.error[0].value
    assert store.list()[0].author == "Ola"
    app.text_input(key="rule_save_as_Felles_0").set_value("Mitt").run()
    press(app, "rule_save")
    assert [one.name for one in store.list()] == ["Felles", "Mitt"]


def test_without_the_right_to_write_a_scenario_lives_in_the_session(ledger):
    app = begin_scenario(opened(), "Mitt eget")
    text = words(app)
    assert "Lenken til siden leder til det i 24 timer" in text
    assert "Logg inn for å lagre endringer" in text
    assert "rule_save" not in {button.key for button in app.button}
    assert Scenarios(ledger.engine, "3205").list() == ()


def test_a_project_that_has_left_the_list_is_told(ledger):
    Scenarios(ledger.engine, "3205").save(
        "Gammelt", {"changes": {"heia": {"jobs": 5.0}}, "added": []}, author="Ola", ledger_seq=1
    )
    app = opened()
    app.selectbox(key="rule_edited").set_value("Gammelt").run()
    assert "endrer 1 prosjekt som ikke lenger er i listen" in words(app)


def test_a_saved_calculation_is_shown_again_and_told_when_the_list_moves_on(ledger, capsys):
    app = press(opened(writer=True, adopted="1"), "rule_keep")
    short = app.query_params["beregning"]
    assert f"Beregning {short}" in [one.value for one in app.header]
    assert "Dagens liste og datapakke gir de samme tallene." in [one.value for one in app.success]

    saved = Calculations(ledger.engine, "3205").get(short)
    assert round(saved.result["gross"]["jobs_inside"]) == 999
    adding = {"name": "Nytt", "jobs": 100, "status": "vedtatt"}
    place = ledger.projects().set_index("project_id").geometry["bjorkemoen"]
    ledger.add(adding, place, **BY)
    text = words(opened(beregning=short))
    assert "Dagens data gir andre tall" in text
    assert "**16,2–71,1 %** · Ikke oppfylt. Midt i spennet 1 226 arbeidsplasser innenfor" in text
    assert "1 sak kan ikke anslås og er ikke med." in text

    assert main(["rule", "--beregning", short, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["beregning"]["same"] is True
    figures = ("gross", "with_regional_areas", "with_estimates", "by_year", "undated")
    assert {key: document[key] for key in figures} == {key: saved.result[key] for key in figures}


def test_a_calculation_that_is_not_there_is_said_and_the_page_goes_on():
    app = opened(beregning="aaaaaaaa")
    assert "ingen lagret beregning med id «aaaaaaaa»" in app.error[0].value
    assert UNDECIDED in words(app)


def test_hostile_names_are_text(ledger):
    hostile = "<script>alert(1)</script> **fet** =1+1 \u202e"
    place = ledger.projects().set_index("project_id").geometry["kjeller-kdp"]
    ledger.add({"name": hostile, "status": "vedtatt"}, place, **BY)
    text = words(opened())
    assert r"\*\*fet\*\*" in text
    assert "**fet**" not in text
    assert "- <script>" not in text


def test_the_table_that_is_downloaded_says_where_it_comes_from_and_runs_no_formula():
    content = {
        "pack_sha256": "ab" * 32,
        "ledger_seq": 7,
        "ledger_at": "2026-01-01T00:00:00+00:00",
        "scenario": "=HYPERLINK()",
        "parameters": {},
    }
    result = {"by_year": [{"year": 2030, "share": 0.5}], "by_year_cumulative": []}
    result |= {"badges": ["illustrative"], "target": 0.9, "net": None}
    identity = {"id": "abcdefgh", "author": "+Kari"}
    made = {"beregning": identity, "content": content, "result": result}
    text = rule_saved._csv(lambda: made).decode("utf-8-sig")
    assert "'=HYPERLINK()" in text
    assert "'+Kari" in text
    assert "abcdefgh" in text
    assert "ab" * 32 in text
    assert "Illustrativ avgrensning" in text
