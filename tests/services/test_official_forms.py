"""
The catalogue's own entries against answers in the services' real form: a whole pack.

The forms are small files, made up and written by hand (`tests/services/forms`). Coordinates below
are metres east and north of the municipality's corner, which is a square of 3 km without its corner
to the north-east.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.growth.projects import prepared
from geo.jobs import read_norms
from geo.ledger.fields import STATUSES
from geo.ledger.store import Ledger
from geo.pack.read import read_pack
from layers import build
from layers.sources import services
from tests.services.test_geonorge import Downloads
from tests.support import world
from tests.support.hostile import playing
from tests.support.official import build_pack, catalogue, entries, official, read_forms

ROOT = Path(__file__).parents[2]
RULES = {one.id: one.where for one in entries()}
CURRENT, NOT_NONE, NOT_HARMLESS = RULES["quick-clay-zones"]
KNOWN, SURVEYED = RULES["nature-types-mapped"]

# What becomes of each service's features: fetched, filtered by rule, outside, dropped, kept. All of
# a service that is not here are kept.
COUNTED = {
    # Seven plots, one of which is the neighbour's by its number.
    "teig": (7, {}, 1, 0, 6),
    # One in the corner that is not the municipality's.
    "flood-1000-climate": (2, {}, 1, 0, 1),
    # Replaced, «Ingen», investigated without danger; the neighbour's; two that share an id, and one
    # of which nothing is known.
    "quick-clay-zones": (7, {CURRENT: 1, NOT_NONE: 1, NOT_HARMLESS: 1}, 1, 0, 3),
    # One removed, one without a place; the point is kept.
    "heritage": (6, dict.fromkeys(RULES["heritage"], 1), 0, 1, 4),
    # Forest is left out; the one without a type is kept.
    "farmland-proxy": (3, dict.fromkeys(RULES["farmland-proxy"], 1), 0, 0, 2),
    "noise-airport": (2, {}, 1, 0, 1),
    # One without a value; one not systematic, and one with a number that has no name.
    "nature-types-mapped": (4, {KNOWN: 1, SURVEYED: 2}, 0, 0, 1),
    "started-plans": (4, {}, 1, 0, 3),
    # Pulled down; beyond the border. The one without a status is kept.
    "building-points": (7, dict.fromkeys(RULES["building-points"], 1), 1, 0, 5),
    # Without employees; closed down. The neighbour's is left out by the register's client.
    "businesses": (5, dict.fromkeys(RULES["businesses"], 1), 0, 0, 3),
    # One is in Bergen; the one without a name is kept or dropped by the register's client.
    "stations": (3, {}, 1, 0, 2),
}
ONLY_CONSTRAINTS = ("--only", "constraints", "--only", "constraint_coverage")
UNSURE = {"quick-clay-zones": 1, "heritage": 1, "farmland-proxy": 1, "building-points": 1}
# The quarter to the south-west.
GROWTH = world.frame(
    [shapely.box(world.WEST, world.SOUTH, world.WEST + 1500, world.SOUTH + 1500)],
    area_id=["a"],
    name=["a"],
    counts=[True],
)
REPAIRED = {"heritage": 1}

# m² by what the entry calls its source, from the boxes of the forms: 100 × 100, 120 × 120 …
AREAS = {
    "NVE, flomsone 20-årsflom": 10_000,
    "NVE, flomsone 20-årsflom med klimapåslag": 14_400,
    "NVE, flomsone 200-årsflom": 22_500,
    "NVE, flomsone 200-årsflom med klimapåslag": 40_000 + 10_000,
    "NVE, flomsone 1000-årsflom": 62_500,
    "NVE, flomsone 1000-årsflom med klimapåslag": 90_000,
    "NVE, aktsomhetsområde for flom": 95 * 450,
    "NVE, faresone for kvikkleireskred": 10_000 + 5_000 + 10_000,
    "NVE, aktsomhetsområde for kvikkleireskred": 10_000,
    "Miljødirektoratet, naturvernområde": 40_000,
    "Miljødirektoratet, naturtype med KU-verdi": 20_000,
    # Three of 50 × 50, and a circle of 5 m, which is drawn with corners: 78 of its 78.5.
    "Riksantikvaren, kulturminne": 3 * 2_500 + 78.04,
    "Riksantikvaren, sikringssone om kulturminne": 70 * 70,
    "NIBIO, AR50 (jordbruk, 1:50 000)": 90_000 + 2_500,
    "Miljødirektoratet, forurenset grunn": 2_500 + 5_000,
    "Statens vegvesen, støysone veg": 50_000 + 20_000,
    "Bane NOR, støysone jernbane": 25_000 + 5_000,
    "Avinor, støysone lufthavn": 40_000,
}


@pytest.fixture(scope="module")
def pack(official_build):
    return official_build[0]


@pytest.fixture(scope="module")
def told(official_build):
    return official_build[1]


def test_every_entry_has_a_form_and_every_form_an_entry():
    listed = {one.id for one in services.read().services if one.type != "none"}
    assert {one.id for one in entries()} <= read_forms().keys()
    assert read_forms().keys() <= listed


def test_every_service_answers(told):
    assert told.keys() == {one.id for one in entries()}
    assert {name: one["reason"] for name, one in told.items() if one["reason"]} == {}


def test_the_old_host_answers_for_the_new_one_and_a_302_keeps_the_question(official_build):
    _, told, paths = official_build
    for name in ("flood-200-climate", "quick-clay-zones", "quick-clay-mapped"):
        assert "/nve.geodataonline.no/" in told[name]["url"]
        assert told[name]["notes"]
    assert any(path.startswith("/kart.nve.no/") for path in paths)
    assert any(path.endswith("/vern/MapServer/0/query/moved") for path in paths)


@pytest.mark.parametrize("name", [one.id for one in entries()])
def test_what_became_of_each_feature_is_counted_and_adds_up(told, name):
    tally = told[name]["tally"]
    dropped = sum(one["count"] for one in tally["dropped"])
    filtered = {rule: count for rule, count in tally["filtered"].items() if count}
    found = (tally["fetched"], filtered, tally["outside"], dropped, tally["kept"])
    all_kept = (tally["fetched"], {}, 0, 0, tally["fetched"])
    assert found == COUNTED.get(name, all_kept)
    assert tally["fetched"] == sum(filtered.values()) + tally["outside"] + dropped + tally["kept"]
    assert tally["unsure"] == UNSURE.get(name, 0)
    assert tally["repaired"] == REPAIRED.get(name, 0)


def test_pages_that_overlap_are_joined_and_the_repeated_are_counted(told):
    # Plots in pages of three: 1–3, 3–5, 6–7. Monuments in pages of four: 1–4, 4–6.
    assert told["teig"]["tally"]["repeated"] == 1
    assert told["heritage"]["tally"]["repeated"] == 1


def test_areas_of_constraints_are_those_of_the_boxes(pack):
    constraints = pack.layer("constraints")
    areas = constraints.geometry.area.groupby(constraints["source"]).sum()
    assert areas.index.sort_values().tolist() == sorted(AREAS)
    for source, area in AREAS.items():
        assert areas[source] == pytest.approx(area, abs=0.5), source


def test_every_constraint_has_an_id_of_its_own(pack):
    ids = pack.layer("constraints")["constraint_id"]
    assert ids.notna().all()
    assert ids.is_unique
    assert {"kvikkleire-501-1", "kvikkleire-501-2"} <= set(ids)


def test_a_flood_keeps_its_interval_and_whether_it_is_with_climate(pack):
    floods = pack.layer("constraints").query("recurrence_years.notna()")
    said = set(zip(floods["recurrence_years"], floods["climate"], strict=True))
    assert said == {(years, climate) for years in (20, 200, 1000) for climate in ("no", "yes")}
    coverage = pack.layer("constraint_coverage").set_index("kind")
    assert coverage.loc["flood", "recurrence_years"] == 200
    assert sorted(coverage.index) == ["flood", "nature", "quick_clay"]


def test_what_the_registers_say_of_a_find_is_kept(pack):
    found = pack.layer("constraints").set_index("constraint_id")
    said = ["name", "value", "status"]
    zone = found.loc["kvikkleire-501-1", said].tolist()
    assert zone == ["Prøvebakken", "Høy", "Mulig kvikkleire"]
    assert found.loc["VV00009901", ["name", "status", "severity"]].tolist() == [
        *("Prøvemyra naturreservat", "Naturreservat", "exclude"),
    ]
    assert found.loc["naturtype-21", ["name", "value"]].tolist() == [
        "Rik edelløvskog",
        "Stor verdi",
    ]
    # A monument without a name is called by its art.
    assert found.loc["702-1", ["name", "status"]].tolist() == ["Bautastein", "Automatisk fredet"]
    assert found.loc["704-1", ["name", "status"]].tolist() == ["Låve & <stabbur>", "Ikke fredet"]
    ground = found[found["kind"] == "contaminated_ground"].sort_values("constraint_id")
    assert ground["name"].isna().tolist() == [False, True]
    assert ground["status"].isna().tolist() == [False, True]
    noise = found[found["source"] == "Statens vegvesen, støysone veg"]
    assert sorted(noise["value"]) == ["Gul sone", "Rød sone"]


def test_plots_have_their_numbers_and_their_outlines(pack):
    parcels = pack.layer("parcels").sort_values("parcel_id")
    # The last but one is put together of gnr. and bnr., since its own number is missing.
    assert parcels["parcel_id"].tolist() == ["1/1", "1/2", "1/3", "1/3", "2/7", "2/8"]
    assert parcels.geometry.area.round().tolist() == [10_000, 2_000, 10_000, 4_000, 10_000, 10_000]


def test_plans_are_read_with_an_account(pack):
    plans = pack.layer("plan_areas")
    assert plans["plan_id"].tolist() == ["KP2024", "KP2024", "R-77", "R-77"]
    assert plans["land_use_code"].tolist() == ["1300", "5100", "1340", "1340"]
    assert plans["land_use_status"].tolist()[:2] == [2, 1]
    assert plans["land_use_status"].isna().tolist()[2:] == [True, True]
    # What the base writes in place of a number is unknown.
    assert plans["utilisation_value"].fillna(-1).tolist() == [-1, -1, 40, -1]
    assert plans["utilisation_type"].fillna(-1).tolist() == [-1, -1, 16, -1]


def test_without_an_account_the_report_says_what_to_set(tmp_path, monkeypatch):
    for name in ("USER", "PASSWORD"):
        monkeypatch.delenv(f"NAERINGSAREAL_NORGE_DIGITALT_{name}", raising=False)
    with official() as country:
        pack, told = build_pack(country, tmp_path, "--only", "plan_areas")
    assert not pack.has("plan_areas")
    for name in ("municipal-plans", "regulation-plans"):
        assert "NAERINGSAREAL_NORGE_DIGITALT_USER" in told[name]["reason"]


def test_started_plans_are_projects_whose_jobs_and_year_are_unknown(pack):
    projects = pack.layer("projects").sort_values("project_id")
    assert projects["project_id"].tolist() == [
        *("- (4601)", "2026/02282 (4522)", "2026/02282 (4523)"),
    ]
    assert projects["name"].tolist() == ["Lager på jordet", *["Nedre del av Prøveveien"] * 2]
    assert set(projects["effect"]) == {"planned"}
    assert set(projects["status"]) <= set(STATUSES)
    assert projects["source"].tolist() == [
        "DiBK, planlegging igangsatt, plan 2101",
        *["DiBK, planlegging igangsatt, varslet 2026-08-28"] * 2,
    ]
    unknown = ["jobs", "jobs_low", "jobs_high", "gross_area_m2", "site_area_m2", "year"]
    assert projects[unknown].isna().all(axis=None)
    rows = prepared(pack.layer("projects"), GROWTH, read_norms()).frame
    assert rows["jobs"].isna().all()
    assert rows["why_not"].notna().all()  # not estimable, and counted as such


def test_started_plans_can_be_the_first_projects_of_a_list(pack, tmp_path):
    """Else the list cannot be opened on an official pack, and nothing be saved."""
    plans = pack.layer("projects")
    list_ = Ledger.open(f"sqlite:///{tmp_path / 'liste.sqlite'}", world.NUMBER)
    assert len(list_.seed(plans, author="Prøve", reason="Første")) == len(plans) == 3
    kept = list_.projects()
    assert kept[["status", "effect"]].drop_duplicates().to_numpy().tolist() == [
        ["forslag", "planned"]
    ]
    assert kept["jobs"].isna().all()
    list_.close()


def test_registers_beside_the_agreed_layers(pack):
    land = pack.layer("built_land").sort_values("land_id")
    assert land["land_use"].tolist() == ["Naering", "TransportTelek", "Naering"]
    assert land["built_type"].isna().tolist() == [False, False, True]
    assert land.geometry.area.round().tolist() == [6_000, 2_000, 2_500]
    points = pack.layer("building_points").set_index("building_id").sort_index()
    assert points["building_status"].fillna("?").tolist() == ["IG", "RA", "TB", "?", "GR"]
    assert points["building_type"].tolist() == ["219", "311", "231", "241", "211"]
    grid = pack.layer("grid").sort_values("line_id")
    assert grid["level"].tolist() == ["Regionalnett", "Transmisjonsnett", "Distribusjonsnett"]
    assert grid["voltage_kv"].fillna(-1).tolist() == [132, 420, -1]
    # 3 000 m with a bend of 100 m in the latter half.
    assert grid.geometry.length.iloc[0] == pytest.approx(1500 + np.hypot(1500, 100), abs=0.01)


def test_businesses_have_their_employees_as_far_as_they_are_told(pack):
    firms = pack.layer("businesses").sort_values("business_id")
    assert firms["employees"].fillna(-1).tolist() == [12, -1, 30]
    # No number of one to four is told: a band.
    assert firms[["employees_low", "employees_high"]].iloc[1].tolist() == [1, 4]
    assert firms.geometry.isna().tolist() == [False, False, True]
    # Within a metre, which is how near addresses are held apart.
    place = shapely.Point(world.WEST + 550, world.SOUTH + 150)
    assert firms.geometry.iloc[0].distance(place) < 1


def test_one_stop_without_a_name_does_not_lose_the_others(pack):
    stations = pack.layer("stations")
    assert "Prøve stasjon" in set(stations["name"])
    assert "Langt vekk" not in set(stations["name"])


def test_only_detailed_mapping_says_where_something_has_been_looked_for():
    # An awareness map, a proxy and a register of what is known are no place to say «clear» from.
    coverage = {one.id for one in services.read().of("constraint_coverage")}
    assert coverage == {"flood-mapped", "quick-clay-mapped", "nature-types-mapped"}


def test_the_documents_example_of_an_order_gives_the_plots_of_a_municipality(tmp_path):
    document = (ROOT / "docs/services.md").read_text(encoding="utf-8")
    example = document.partition("### Downloads from Geonorge")[2].partition("```toml\n")[2]
    with official() as country, playing(Downloads()) as (downloads, _):
        text = catalogue(country.url).partition("\n[[services]]\n")
        municipality = text[2].partition("[[services]]")[0]
        example = example.partition("```")[0].replace("https://nedlasting.geonorge.no", downloads)
        own = f"{text[0]}\n[[services]]\n{municipality}{example}"
        (tmp_path / "mine.toml").write_text(own, encoding="utf-8")
        command = ["--municipality", world.NUMBER, "--services", str(tmp_path / "mine.toml")]
        command += ["--work", str(tmp_path / "svar"), "--out", str(tmp_path / "pakke")]
        assert build.main([*command, "--only", "parcels"]) == 0
    # Twelve plots of 28 × 28 m.
    parcels = read_pack(tmp_path / "pakke").layer("parcels")
    assert parcels.geometry.area.round().tolist() == [784] * 12


def test_areas_whose_survey_is_a_number_without_a_name_say_nothing(tmp_path):
    forms = read_forms()
    form = json.loads(forms["nature-types-mapped"])
    for feature in form["features"]:
        feature["attributes"]["Dekningskartverdi"] = 1
    form["fields"][3]["type"] = "esriFieldTypeSmallInteger"
    with official(forms | {"nature-types-mapped": json.dumps(form)}) as country:
        pack, told = build_pack(country, tmp_path, *ONLY_CONSTRAINTS)
    assert told["nature-types-mapped"]["tally"]["filtered"][SURVEYED] == 4
    assert "nature" not in set(pack.layer("constraint_coverage")["kind"])


def test_when_the_zones_with_climate_cannot_be_had_no_land_is_clear_of_flood(tmp_path):
    with official() as country:
        country.broken = {"flood-200-climate"}
        pack, told = build_pack(country, tmp_path, *ONLY_CONSTRAINTS)
    assert told["flood-200-climate"]["reason"]
    assert "flood" not in set(pack.layer("constraint_coverage")["kind"])
