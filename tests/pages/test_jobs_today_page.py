"""Jobs today on the pages: figures worked out by hand, the band, and what is said without data."""

from __future__ import annotations

import pandas as pd
import pytest
from shapely import Point

from tests.pages.test_pages import opened, spaced, words
from tests.support.explained import help_of
from tests.support.firms import firms, nodes
from tests.support.ownpacks import X, Y, own_pack
from tests.support.rows import rows


@pytest.fixture
def town(tmp_path, monkeypatch):
    """The small pack with businesses, put into use."""
    pack = own_pack(tmp_path / "own", businesses=firms(), corridor_nodes=nodes())
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(pack.directory))
    return pack


def metric(app, label):
    return next(spaced(one.value) for one in app.metric if one.label == label)


def tables(app):
    return [one.value for one in app.dataframe]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("zone", "jobs", "count", "per_daa"),
    # 41 to 44 on 40 daa, and 10 on 10 daa.
    [("ost", "41–44 + ukjent", "3", "1,0–1,1 + ukjent"), ("vest", "10", "1", "1,0")],
)
def test_a_zone_shows_jobs_businesses_and_density(zone, jobs, count, per_daa):
    app = opened("zones", zone=zone)
    assert not app.exception
    assert metric(app, "Arbeidsplasser") == jobs
    assert metric(app, "Bedrifter med ansatte") == count
    assert metric(app, "Arbeidsplasser per daa") == per_daa
    assert "uten kjent sted, som ikke er med her: 1, med 7 arbeidsplasser" in words(app)


@pytest.mark.usefixtures("town")
def test_a_zone_shows_industries_and_no_number_under_five():
    app = opened("zones", zone="ost")
    found = next(one for one in tables(app) if "Næring" in one)
    assert found["Næring"].tolist() == [
        "Industri",
        "Informasjon og kommunikasjon",
        "Ukjent næring",
    ]
    assert found["Arb.pl. i dag"].tolist() == ["40", "1–4", "ukjent"]
    assert "ukjent antall ansatte, som ikke er med i arbeidsplassene: 1" in words(app)


@pytest.mark.usefixtures("town")
def test_the_corridor_shows_what_lies_in_it():
    app = opened("corridor")
    assert not app.exception
    assert metric(app, "Arbeidsplasser") == "41–44 + ukjent"
    assert "Tallene gjelder den delen av korridoren" not in words(app)


def test_of_a_corridor_across_the_border_only_the_own_part_is_reckoned(tmp_path, monkeypatch):
    # A belt of 1000 m from 500 m west of the town's middle, eastwards across its border at 5000 m.
    beyond = rows(Point(X + 100, Y), Point(X + 9900, Y), seq=[1, 2], name=["A", "B"])
    afar = firms().iloc[[0]].assign(business_id="6", employees=500.0)
    afar = afar.set_geometry([Point(X + 7000, Y)], crs=afar.crs)
    pack = own_pack(tmp_path / "own", businesses=pd.concat([firms(), afar]), corridor_nodes=beyond)
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(pack.directory))
    app = opened("corridor")
    assert not app.exception
    assert metric(app, "Arbeidsplasser") == "41–44 + ukjent"
    assert metric(app, "Arbeidsplasser per daa") == "0,0 + ukjent"  # 44 on 5 300 daa
    # 4 900 m of the belt and a half circle in the town; 9 800 m and two half circles in all.
    assert "som ligger i Prøvebygd (50 %)" in spaced(words(app))


@pytest.mark.usefixtures("town")
def test_the_rule_sets_the_share_today_beside_that_of_the_new():
    app = opened("rule")
    assert not app.exception
    # Inside 41 to 44, outside 10, 7 nobody knows where: 41/58 to 51/61. New: 80 of 100.
    assert "teller: 71–84 % i dag, og 80 % av de nye" in words(app)


@pytest.mark.usefixtures("town")
def test_the_overview_has_a_column_for_them():
    found = next(one for one in tables(opened("overview")) if "Arb.pl. i dag" in one)
    assert found["Arb.pl. i dag"].tolist() == ["41–44 + ukjent", "10"]


@pytest.mark.usefixtures("town")
def test_english():
    app = opened("zones", zone="ost", lang="en")
    assert not app.exception
    assert metric(app, "Jobs") == "41–44 + unknown"


@pytest.mark.usefixtures("town")
def test_the_layer_says_how_many_are_not_on_its_map():
    app = opened("layers", layer="businesses")
    assert not app.exception
    assert "Uten kjent sted, og derfor ikke på kartet: 1" in words(app)
    assert "- Antall: 5" in words(app)
    labels = [one.proto.label for one in app.get("download_button")]
    assert "Last ned businesses.geojson" in labels
    assert not app.dataframe[-1].value["Betydning"].str.contains("ikke beskrevet").any()


@pytest.mark.parametrize("page", ["zones", "corridor", "rule"])
def test_without_businesses_one_line_says_so_and_how_they_come(page):
    app = opened(page)
    assert not app.exception
    said = [one.value for one in app.caption if "Arbeidsplasser i dag: mangler" in one.value]
    assert len(said) == 1
    assert "Enhetsregisteret" in said[0] or "offisielle tjenestene" in said[0]
    assert "Arbeidsplasser per daa" not in [one.label for one in app.metric]


def test_made_up_businesses_carry_the_badge(tmp_path, monkeypatch):
    pack = own_pack(tmp_path / "own", businesses=firms().assign(synthetic=True))
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(pack.directory))
    app = opened("zones", zone="ost")
    assert not app.exception
    assert pack.badges("businesses") == {"synthetic"}
    before = own_pack(tmp_path / "ekte", businesses=firms())
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(before.directory))
    real = opened("zones", zone="ost")
    assert badged(app) == badged(real) + 1


def badged(app):
    return sum('badge badge-synthetic"' in str(one.value) for one in app.markdown)


def test_a_businesses_layer_without_any_place_still_counts(tmp_path, monkeypatch):
    frame = firms()
    frame.geometry = [None] * len(frame)
    pack = own_pack(tmp_path / "own", businesses=frame)
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(pack.directory))
    app = opened("zones", zone="ost")
    assert not app.exception
    for label in ("Arbeidsplasser", "Bedrifter med ansatte", "Arbeidsplasser per daa"):
        assert metric(app, label) == "ukjent"
    overview = next(one for one in tables(opened("overview")) if "Arb.pl. i dag" in one)
    assert overview["Arb.pl. i dag"].tolist() == ["ukjent", "ukjent"]
    assert "teller: ukjent i dag" in words(opened("rule"))
    assert "ikke er med her: 5, med 58–61 + ukjent arbeidsplasser" in words(app)
    layers = opened("layers", layer="businesses")
    assert not layers.exception
    assert "Ingen av de 5 objektene har et kjent sted" in words(layers)


@pytest.mark.usefixtures("town")
def test_a_table_without_coordinates_goes_in_as_unknown_places():
    app = opened("data")
    app.session_state["data_tabs"] = "Last opp et lag"
    app.run()
    app.selectbox(key="data_layer").set_value("businesses").run()
    table = b"orgnr;ansatte;adresse\n11;40;Storgata 1\n12;;Storgata 2\n"
    app.file_uploader[0].set_value(("bedrifter.csv", table, "text/csv"))
    app.run()
    assert not app.exception
    assert "2 objekter kan tas i bruk" in words(app)
    assert not app.error


def test_the_nearest_station_may_be_without_a_name(tmp_path, monkeypatch):
    nameless = rows(Point(X, Y + 500), Point(X, Y + 900), station_id=["a", "b"], name=[None, "B"])
    pack = own_pack(tmp_path / "own", stations=nameless)
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(pack.directory))
    app = opened("zones", zone="ost")
    assert not app.exception
    assert "uten navn, i luftlinje fra områdets omriss." in help_of(app, "zone_station")


def test_a_plan_case_that_names_no_zone_is_told_where_it_lies(tmp_path, monkeypatch):
    """Official started plans name none: the page said that there is no case in the zone."""
    plans = own_pack(tmp_path / "før").layer("projects").assign(zone_id=[None, "vest"])
    pack = own_pack(tmp_path / "own", projects=plans)
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(pack.directory))
    east, west = (words(opened("zones", zone=zone)) for zone in ("ost", "vest"))
    told = "helt eller delvis i området uten å være ført på det, og ikke er med i tallene"
    assert f"{told} for området: 1." in east
    assert "Ingen publiserte plansaker" not in east
    assert told not in west
    assert "ikke er med i tallene for områdene: 1." in words(opened("overview"))
