"""The register of sites: found by what a business asks for, kept by several, nothing is lost."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from shapely import unary_union
from shapely.geometry import box

from geo.geometry import link
from geo.register.store import Register
from geo.workspace import Workspace
from layers.app import login, shell
from layers.app.login_rules import Access, Mode
from layers.widgets import onward
from tests.pages.test_explained import unexplained
from tests.pages.test_pages import opened, spaced, words
from tests.pages.test_projects_page import HOSTILE, fill, press
from tests.support.reading import embedded

OFFICE = "Næringsavdelingen"
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def desk(monkeypatch):
    """Someone at a desk of their own; how that is found out is tested with the rules."""
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


@pytest.fixture
def reader(monkeypatch):
    """Someone who may not write."""
    refused = Access(mode=Mode.CLOSED, may_write=False, author="", name="", reason="access.closed")
    monkeypatch.setattr(login, "who", lambda: refused)


@pytest.fixture
def register(ledger_file):
    found = Register.open(f"sqlite:///{ledger_file}", "3205")
    yield found
    found.close()


def outline(zone="heia", side=100.0):
    zones = embedded().layer("zones")
    spot = zones[zones["zone_id"] == zone].geometry.iloc[0].representative_point()
    return box(spot.x, spot.y, spot.x + side, spot.y + side)


def enter(register, name, *, side=100.0, zone="heia", **values):
    given = {"name": name, "zone_id": zone, "availability": "ledig"} | values
    return register.add(given, outline(zone, side), author="Kari", reason="første gang")


@pytest.fixture
def three(register):
    """One with power, one of which nothing is known, one that is sold and small."""
    enter(
        register,
        "Heia nord",
        power_mw=12.0,
        power_date=TODAY.isoformat(),
        owner_type="kommunal",
        published=True,
        internal_note="vil ha 400 kr/m²",
        contact_office=OFFICE,
    )
    enter(register, "Berger øst", zone="berger")
    enter(
        register,
        "Kjeller liten",
        zone="kjeller",
        side=30.0,
        availability="solgt",
        power_mw=2.0,
        power_date="2020-01-15",
        readiness_set="byggeklar",
        readiness_reason="tillatelse gitt",
    )
    return register


def names(app):
    return list(app.dataframe[0].value["Tomt"])


def site_of(register, name):
    state = register.sites()
    return state[state["name"] == name].iloc[0]


@pytest.mark.usefixtures("desk", "register")
def test_an_empty_register_says_how_to_begin():
    app = opened("register")
    assert "Registeret er tomt" in words(app)
    assert any(button.label == "Ny tomt" for button in app.button)
    assert not app.exception


@pytest.mark.usefixtures("desk", "three")
def test_the_list_tells_what_a_business_asks_for():
    app = opened("register")
    listed = app.dataframe[0].value.set_index("Tomt")
    assert list(listed.index) == ["Berger øst", "Heia nord", "Kjeller liten"]
    sold = listed.loc["Kjeller liten"]
    assert sold["Tilgjengelighet"] == "solgt"
    assert sold["Klarhet"] == "byggeklar (satt av kommunen)"
    assert sold["MW oppgitt"] == "15.01.2020, over et år gammelt"
    assert listed.loc["Heia nord", "MW oppgitt"] == TODAY.strftime("%d.%m.%Y")
    assert listed["MW"].isna().tolist() == [True, False, False]
    # 100 m × 100 m on the map, 0.04 % more on the ground.
    assert listed.loc["Heia nord", "Daa"] == pytest.approx(10.0, rel=0.002)
    assert "Viser 3 av 3 tomter" in words(app)


@pytest.mark.usefixtures("desk")
def test_no_figure_stands_without_its_explanation(three):
    for query in ({}, {"entry": site_of(three, "Heia nord")["site_id"]}):
        assert unexplained(opened("register", **query)) == []


@pytest.mark.usefixtures("desk", "three")
def test_a_least_power_leaves_unknown_out_and_says_so():
    app = opened("register", mw="10")
    assert names(app) == ["Heia nord"]
    said = spaced(words(app))
    assert "1 tomt kan passe, men er utelatt fordi noe er ukjent: kraft i MW (1)." in said


@pytest.mark.usefixtures("desk", "three")
def test_filters_come_by_link_and_go_into_the_address():
    app = opened("register", free="solgt", daa="0.5")
    assert names(app) == ["Kjeller liten"]
    app.number_input(key="register_min_daa").set_value(5.0).run()
    assert app.query_params["daa"] == "5"
    assert "Ingen tomter er kjent for å passe" in words(app)


@pytest.mark.parametrize("query", [{"mw": "-3"}, {"mw": "nan"}, {"ready": "klar"}, {"entry": "x"}])
@pytest.mark.usefixtures("desk", "three")
def test_nonsense_in_a_link_does_no_harm(query):
    app = opened("register", **query)
    assert not app.exception
    assert len(names(app)) == 3


@pytest.mark.usefixtures("desk")
def test_a_site_is_added_from_a_plot(register):
    plot = str(embedded().layer("parcels")["parcel_id"].iloc[0])
    app = opened("register", new="1")
    app.text_input(key="new_site.plot").set_value(plot).run()
    fill(app, "Navn", "Ny tomt i nord")
    app.number_input(key="new_site.power_mw").set_value(12.0)
    app.date_input(key="new_site.power_date").set_value(TODAY)
    fill(app, "Begrunnelse", "spurt etter")
    app = press(app, "Legg til tomten")
    site = site_of(register, "Ny tomt i nord")
    assert (site["origin"], site["origin_ref"]) == ("plot", plot)
    assert (site["power_mw"], site["power_date"]) == (12.0, TODAY.isoformat())
    assert app.query_params["entry"] == site["site_id"]
    assert "new" not in app.query_params


@pytest.mark.usefixtures("desk")
def test_power_without_a_date_is_refused_and_nothing_typed_is_lost(register):
    packed = link.pack(link.on_grid([outline()])).text
    app = opened("register", new="1", site=packed, ref="903/12")
    mw = next(field for field in app.number_input if field.label == "Ledig kraft (MW)")
    mw.set_value(12.0)
    fill(app, "Begrunnelse", "spurt etter")
    app = press(app, "Legg til tomten")
    assert "kraft, opplyst dato" in words(app)
    assert register.sites().empty
    name = next(field for field in app.text_input if field.label == "Navn")
    assert name.value == "Heia 903/12"


@pytest.mark.usefixtures("desk")
def test_a_link_brings_outline_zone_name_and_origin(register):
    packed = link.pack(link.on_grid([outline()])).text
    query = {"new": "1", "site": packed, "ref": "903/12", "origin": "part"}
    app = opened("register", **query)
    # Also what the form does not ask about is seen outside.
    assert any("903/12" in one.value.to_numpy() for one in app.table)
    fill(app, "Begrunnelse", "spurt etter")
    app = press(app, "Legg til tomten")
    site = site_of(register, "Heia 903/12")
    assert (site["zone_id"], site["origin"], site["origin_ref"]) == ("heia", "part", "903/12")
    assert site["geometry"].equals_exact(link.on_grid([outline()])[0], 0.02)
    assert not {"new", "site", "ref", "origin"} & set(app.query_params)


@pytest.mark.parametrize("site", ["x", "AAAA", "", "%00"])
@pytest.mark.usefixtures("desk", "register")
def test_an_outline_that_cannot_be_read_is_said(site):
    app = opened("register", new="1", site=site)
    assert not app.exception
    assert "Ny tomt" in [header.value for header in app.header]


@pytest.mark.usefixtures("desk")
def test_two_who_change_the_same_see_each_others(three):
    site_id = site_of(three, "Heia nord")["site_id"]
    app = opened("register", entry=site_id)
    show_tab(app, "Rediger")
    fill(app, "Navn", "Mitt navn")
    three.change(
        site_id, {"name": "Ditt navn"}, base_revision=1, author="Ola", reason="rettet navnet"
    )
    fill(app, "Begrunnelse", "mitt")
    app = press(app, "Lagre endringen")
    assert "endret av Ola" in words(app)
    conflict = next(
        one.value for one in app.dataframe if list(one.value) == ["Felt", "Ditt", "Lagret nå"]
    )
    assert conflict.to_numpy().tolist() == [["Navn", "Mitt navn", "Ditt navn"]]
    assert next(field for field in app.text_input if field.label == "Navn").value == "Mitt navn"
    press(app, "Lagre mitt likevel")
    assert three.sites().set_index("site_id").loc[site_id, "name"] == "Mitt navn"


def show_tab(app, label):
    app.session_state["site_tabs"] = label
    app.run()


@pytest.mark.usefixtures("desk")
def test_a_change_is_undone_from_the_history(three):
    site_id = site_of(three, "Heia nord")["site_id"]
    three.change(site_id, {"power_mw": 99.0}, base_revision=1, author="Ola", reason="tastefeil")
    app = opened("register", entry=site_id)
    show_tab(app, "Historikk")
    assert any("12 → 99" in str(one.value.to_numpy()) for one in app.dataframe)
    app.text_input(key="undo.4").set_value("feil tall")
    press(app, "Angre")
    assert three.sites().set_index("site_id").loc[site_id, "power_mw"] == 12.0


@pytest.mark.usefixtures("desk")
def test_a_site_is_removed_and_brought_back(three):
    site_id = site_of(three, "Berger øst")["site_id"]
    app = opened("register", entry=site_id)
    show_tab(app, "Rediger")
    app.text_input(key=f"remove.{site_id}.1").set_value("solgt videre")
    press(app, "Fjern fra registeret")
    assert "Berger øst" not in set(three.sites()["name"])
    app = opened("register", entry=site_id)
    assert "finnes ikke i registeret nå" in words(app)
    show_tab(app, "Historikk")
    app.text_input(key="undo.4").set_value("angrer")
    press(app, "Angre")
    assert "Berger øst" in set(three.sites()["name"])


@pytest.mark.usefixtures("desk")
def test_the_same_outline_twice_is_warned_of(three):
    packed = link.pack(link.on_grid([outline()])).text
    app = opened("register", new="1", site=packed)
    fill(app, "Navn", "Heia igjen")
    fill(app, "Begrunnelse", "spurt etter")
    app = press(app, "Legg til tomten")
    assert "«Heia nord» i registeret dekker mye av det samme" in words(app)
    assert len(three.sites()) == 3
    press(app, "Lagre likevel")
    assert len(three.sites()) == 4


@pytest.mark.usefixtures("reader")
def test_a_reader_sees_all_and_changes_nothing(three):
    app = opened("register", entry=site_of(three, "Heia nord")["site_id"])
    assert len(names(app)) == 3
    labels = {button.label for button in app.button}
    assert not {"Ny tomt", "Lagre endringen", "Fjern fra registeret", "Angre"} & labels
    assert login.who().why_not("nb")[:20] in words(app)


@pytest.mark.usefixtures("desk")
def test_hostile_text_is_only_text(register):
    enter(register, HOSTILE, internal_note=HOSTILE, access=HOSTILE, public_text=HOSTILE)
    app = opened("register", entry=register.sites()["site_id"].iloc[0])
    assert not app.exception
    said = words(app)
    assert "**fet**" not in said.replace("\\*", "")
    assert "<script>alert" not in "".join(one.value for one in app.markdown if one.allow_html)


@pytest.mark.usefixtures("desk")
def test_internal_notes_stand_apart(three):
    app = opened("register", entry=site_of(three, "Heia nord")["site_id"])
    assert "Internt – vises aldri utenfor" in words(app)
    shown = " ".join(str(one.value.to_numpy()) for one in app.table)
    assert OFFICE in shown  # also in what is shown outside
    assert "400" not in shown
    assert "vil ha 400" in words(app)


@pytest.mark.usefixtures("desk")
def test_another_language(three):
    app = opened("register", lang="en", entry=site_of(three, "Kjeller liten")["site_id"])
    said = words(app)
    assert "Internal – never shown outside" in said
    power = next(one for one in app.metric if one.label == "Power")
    assert spaced(power.value) == "2 MW (15.01.2020, over a year old)"


@pytest.mark.usefixtures("desk")
def test_a_bad_pack_still_shows_the_register(three, use_pack):
    use_pack(drop=("zones", "plan_areas", "constraints", "parcels"))
    app = opened("register", entry=site_of(three, "Heia nord")["site_id"])
    assert not app.exception
    assert len(names(app)) == 3
    app = opened("register", new="1")
    assert not app.exception


@pytest.fixture
def went(monkeypatch):
    """Where buttons lead: the page and what its address says."""
    found = []
    monkeypatch.setattr(
        onward.st, "switch_page", lambda file, query_params: found.append((file, query_params))
    )
    return found


def sent(went):
    ((file, asked),) = went
    assert file == shell.PAGES["register"][0]
    return asked, unary_union(link.unpack(asked["site"]).shapes)


def plot(parcel_id):
    parcels = embedded().layer("parcels")
    return parcels[parcels["parcel_id"] == parcel_id].union_all()


@pytest.mark.usefixtures("desk", "register")
def test_a_vacant_part_goes_into_the_register(went):
    plots = Workspace(pack=embedded()).land().plots
    partly = plots[plots["reserve_m2"].between(2000, 0.8 * plots["gross_m2"])].iloc[0]
    app = opened("reserve", plot=partly["parcel_id"])
    press(app, "Legg i tomteregisteret")
    asked, outline = sent(went)
    assert (asked["new"], asked["ref"], asked["origin"]) == ("1", partly["parcel_id"], "part")
    assert outline.area == pytest.approx(partly["reserve_m2"], rel=0.01)


@pytest.mark.usefixtures("desk")
def test_a_hit_of_a_search_goes_into_the_register_and_is_told_to_be_there(went, register):
    app = opened("search")
    size = app.dataframe[0].value["Daa"].iloc[0]
    press(app, "Legg i tomteregisteret")
    asked, outline = sent(went)
    assert asked["ref"] in words(app)
    assert outline.area / 1000 == pytest.approx(size, rel=0.01)

    given = {
        "name": "Sagtomta",
        "availability": "reservert",
        "power_mw": 12,
        "power_date": "2020-01-15",
    }
    register.add(given, outline, author="Kari", reason="første gang")
    app = opened("search", wish=json.dumps({"registered": True, "min_mw": 12}))
    (told,) = app.dataframe[0].value["I tomteregisteret"]
    assert spaced(told) == "Sagtomta: reservert, ukjent, 12 MW (15.01.2020, over et år gammelt)"


@pytest.mark.usefixtures("desk", "register")
def test_a_screened_site_goes_into_the_register(went):
    app = opened("screening", way="plot", plot="909/27")
    press(app, "Legg i tomteregisteret")
    asked, outline = sent(went)
    assert (asked["ref"], asked["origin"]) == ("909/27", "plot")
    assert outline.area == pytest.approx(plot("909/27").area, rel=0.001)


@pytest.mark.usefixtures("desk", "register", "went")
def test_an_outline_that_does_not_fit_in_a_link_is_told_of(monkeypatch):
    app = opened("screening", way="plot", plot="909/27")
    monkeypatch.setattr("layers.widgets.onward.link.pack", lambda _: None)
    press(app, "Legg i tomteregisteret")
    assert "for mange punkter" in app.toast[0].value


@pytest.mark.usefixtures("reader", "register")
def test_who_may_not_write_is_not_led_there():
    app = opened("screening", way="plot", plot="909/27")
    assert "Legg i tomteregisteret" not in {button.label for button in app.button}


@pytest.mark.usefixtures("desk")
def test_a_screened_site_tells_what_the_register_says(register):
    given = {"name": "Sagtomta", "availability": "solgt", "power_mw": 12.0}
    given |= {"power_date": "2020-01-15"}
    register.add(given, plot("909/27"), author="Kari", reason="første gang")
    app = opened("screening", way="plot", plot="909/27")
    rows = next(one.value for one in app.table if "Tomt" in one.value)
    assert [spaced(one) for one in rows.iloc[0]] == [
        "Sagtomta",
        "ukjent",
        "solgt",
        "12 MW (15.01.2020, over et år gammelt)",
        "100 %",
    ]
