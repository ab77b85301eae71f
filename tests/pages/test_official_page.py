"""Official data on the page: asked for, followed, stopped and continued, seen, put into use."""

from __future__ import annotations

import time

import pytest

from geo.pack.candidate import Nature, candidate
from geo.pack.location import EMBEDDED, current
from geo.pack.mapping import guess
from geo.pack.replace import About, save
from geo.pack.versions import Signature, VersionStore
from layers.app import login
from layers.app.login_rules import Access, Mode
from layers.own_data.official import tab as official
from layers.own_data.official.job import Fetches, FetchState
from tests import PATIENCE_S
from tests.pages.test_data_page import cell, press, tab
from tests.pages.test_pages import opened, spaced, words
from tests.services.test_build import SERVICES, Country
from tests.support import world
from tests.support.countries import town
from tests.support.hostile import playing
from tests.support.reading import embedded

TAB = "Hent offisielle data"


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


@pytest.fixture
def fetches(monkeypatch):
    """The fetches of a server of the test's own, none of which outlives it."""
    of_server = Fetches(most_running=2)
    monkeypatch.setattr(official, "FETCHES", of_server)
    yield of_server
    of_server.close()


@pytest.fixture
def country(tmp_path, monkeypatch, desk, fetches):  # noqa: ARG001  # who works, and where
    services = Country()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with playing(services) as (url, asked):
        file = tmp_path / "tjenester.toml"
        file.write_text(SERVICES.format(url=url), encoding="utf-8")
        monkeypatch.setenv("NAERINGSAREAL_SERVICES", str(file))
        services.asked, services.file = asked, file
        yield services


@pytest.fixture
def old(country):  # noqa: ARG001  # the pack belongs to the services' municipality
    return town()


def page():
    return tab(opened("data"), TAB)


def only(fetches):
    (fetch,) = fetches._all.values()
    return fetch


def chosen(app, *layers, number=None):
    if number is not None:
        app.text_input(key="official_municipality").set_value(number).run()
    app.multiselect(key="official_layers").set_value(list(layers)).run()
    return app


def ended(app, fetches):
    """The page once the fetch has ended."""
    assert only(fetches).wait(PATIENCE_S)
    app.run()
    assert not app.exception
    return app


def fetched(app, fetches, *layers, number=None):
    press(chosen(app, *layers, number=number), "Hent")
    return ended(app, fetches)


def count(app, layer, column):
    return float(cell(app, layer, column))


def until(holds):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def tables(app):
    """All text in the tables that stand in full."""
    return spaced("\n".join(table.value.to_csv() for table in app.table))


def buttons(app):
    return [button.label for button in app.button]


@pytest.mark.usefixtures("old")
def test_the_choices_are_what_the_services_give_and_the_rest_is_listed_with_the_reason():
    app = page()
    assert not app.exception
    assert app.text_input(key="official_municipality").value == world.NUMBER
    # Coverage comes with its finds, and is no choice of its own.
    assert app.multiselect(key="official_layers").value == [
        *("municipality", "parcels", "constraints", "stations")
    ]
    said = tables(app)
    assert "Kartverket, teig" in said
    assert "1 (syntetisk)" in said
    assert 'planformål,"Vektordata krever konto' in said
    assert 'næringsområder,"Dette er kommunens eget' in said
    assert "bygninger,Tjenestekatalogen har ingen tjeneste" in said


@pytest.mark.usefixtures("country")
def test_from_choice_by_way_of_preview_to_a_version_with_official_layers(old, fetches):
    app = fetched(page(), fetches, "municipality", "parcels", "constraints", "stations")
    assert not app.error
    assert f"{world.NAME} ({world.NUMBER}): 5 lag er hentet." in words(app)
    assert count(app, "eiendomsteiger", "Objekter etter") == 30
    assert count(app, "hensyn og båndlegging", "Fjernet") == 2
    assert count(app, "kartlagt område for hensyn", "Objekter etter") == 1
    assert count(app, "kommuner", "Objekter etter") == 2  # the neighbour stays
    assert "Var kjent før, men er ikke med i det som er hentet: natur" in words(app)
    assert "hentet 30" in tables(app)
    assert current() == old.id  # nothing yet
    press(app, "Ta i bruk som ny versjon")
    assert not app.error
    made = VersionStore().versions()[0]
    assert current() == made.id
    assert (made.author, made.parent) == ("Kari", old.id)
    assert made.reason.startswith("Offisielle data hentet 20")
    assert made.layers == (
        *("municipality", "parcels", "constraints", "constraint_coverage", "stations"),
    )
    pack = VersionStore().read(made.id)
    assert {name: len(frame) for name, frame in pack.layers.items()} == {
        "municipality": 2,
        "zones": 1,
        "parcels": 30,
        "constraints": 23,
        "constraint_coverage": 1,
        "stations": 1,
    }
    about = pack.info("parcels")
    assert (about.source, about.licence, about.synthetic) == (
        *("Kartverket, teig", "CC BY 4.0"),
        False,
    )
    assert pack.info("zones").source == "Gammel kilde"
    assert pack.info("municipality").source == "Kartverket, kommuneinfo; Gammel kilde"
    assert pack.name == "Gamlebygd"
    assert (pack.directory / "strategy.toml").exists()
    # The next one begins anew.
    assert fetches._all == {}
    assert "Hent" in buttons(page())


@pytest.mark.usefixtures("country", "old")
def test_layers_that_are_not_chosen_stay_as_they_are(fetches):
    app = fetched(page(), fetches, "stations")
    press(app, "Ta i bruk som ny versjon")
    made = VersionStore().versions()[0]
    assert made.layers == ("stations",)
    pack = VersionStore().read(made.id)
    assert list(pack.layer("parcels")["parcel_id"]) == ["9/9"]
    assert sorted(pack.layer("municipality")["name"]) == ["Gamlebygd", "Naboen"]
    assert "synthetic" in pack.badges("parcels")


@pytest.mark.usefixtures("old")
def test_a_fetch_is_stopped_at_once_and_continued_with_what_was_missing(country, fetches):
    country.drip_s = 0.05  # each page of plots takes seconds
    app = press(chosen(page(), "parcels", "stations"), "Hent")
    assert not app.exception
    fetch = only(fetches)
    until(lambda: any(one.done == 10 for one in fetch.asked))
    app.run()
    assert "10 av 30 objekter" in tables(app)
    before = time.monotonic()
    press(app, "Stopp")
    assert fetch.wait(0)
    assert time.monotonic() - before < PATIENCE_S
    assert fetch.state is FetchState.STOPPED
    assert "Stoppet: 1 av 3 tjenester er ferdige." in words(app)
    assert "Ta i bruk som ny versjon" not in buttons(app)
    country.drip_s = 0.0
    first = [(one.path, one.query) for one in country.asked]
    press(app, "Fortsett")
    app = ended(app, fetches)
    later = [(one.path, one.query) for one in country.asked[len(first) :]]
    assert not any("kommuneinfo" in path for path, _ in later)
    starts = [query.get("startindex") for path, query in later if path.startswith("/teig")]
    assert starts == ["10", "20", "30"]
    assert count(app, "eiendomsteiger", "Objekter etter") == 30


def test_a_fetch_is_found_again_by_its_address_and_by_nobody_else(
    country, old, fetches, monkeypatch
):
    del old
    country.drip_s = 0.05
    app = press(chosen(page(), "parcels"), "Hent")
    key = app.query_params["fetch"]
    again = tab(opened("data", fetch=key), TAB)  # the browser has loaded the page anew
    assert "Stopp" in buttons(again)
    other = page()  # another session
    assert "Hent" in buttons(other)
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.PROVIDER, may_write=True, author="Ola", name="Ola")
    )
    assert "Stopp" not in buttons(tab(opened("data", fetch=key), TAB))
    assert only(fetches).running


@pytest.mark.usefixtures("old")
def test_a_server_fetches_for_so_many_at_once(country):
    country.drip_s = 0.05
    apps = [press(chosen(page(), "parcels"), "Hent") for _ in range(3)]
    assert ["Stopp" in buttons(app) for app in apps] == [True, True, False]
    assert "Det hentes allerede data 2 steder" in apps[2].error[0].value


def test_a_service_that_fails_is_named_and_its_layer_stays(country, old, fetches):
    del old
    country.broken = {"teig"}
    app = fetched(page(), fetches, "parcels", "stations")
    assert "1 tjeneste ga ikke data." in words(app)
    said = tables(app)
    assert "HTTP 500" in said
    assert "Laget kom ikke, og blir stående" in said
    assert cell(app, "eiendomsteiger", "Objekter etter") is None
    country.broken = set()
    press(app, "Spør om det som mangler en gang til")
    app = ended(app, fetches)
    assert count(app, "eiendomsteiger", "Objekter etter") == 30
    assert [one.path for one in country.asked].count("/stopp/stop-places") <= 2


def test_finds_that_fail_leave_both_them_and_their_coverage(country, old, fetches):
    country.broken = {"flom"}
    app = fetched(page(), fetches, "constraints", "stations")
    assert cell(app, "hensyn og båndlegging", "Objekter etter") is None
    press(app, "Ta i bruk som ny versjon")
    pack = VersionStore().read(VersionStore().versions()[0].id)
    assert sorted(pack.layer("constraints")["kind"]) == ["flood", "nature"]
    assert sorted(pack.layer("constraint_coverage")["kind"]) == ["flood", "nature"]
    assert pack.has("stations")
    assert old.id != current()


@pytest.mark.usefixtures("old")
def test_coverage_that_fails_takes_the_old_coverage_along(country, fetches):
    # Beside the new finds, it would call land clear where nobody has said that it was mapped.
    country.broken = {"dekning"}
    app = fetched(page(), fetches, "constraints")
    assert "er svaret «ukjent» og ikke «fritt»" in words(app)
    press(app, "Ta i bruk som ny versjon")
    pack = VersionStore().read(VersionStore().versions()[0].id)
    assert len(pack.layer("constraints")) == 23
    assert not pack.has("constraint_coverage")


def test_without_the_internet_each_service_says_why_and_nothing_changes(country, old, fetches):
    country.broken = {"teig", "stopp"}
    app = fetched(page(), fetches, "parcels", "stations")
    assert "Ingen av lagene kom." in app.error[0].value
    assert "Ta i bruk som ny versjon" not in buttons(app)
    country.broken = {"kommuneinfo"}
    press(app, "Forkast og velg på nytt")
    for file in (country.file.parent / "cache").rglob("services/*"):
        file.unlink()
    app = fetched(app, fetches, "parcels")
    assert "Det ble ingen data: " in app.error[0].value
    assert "HTTP 500" in app.error[0].value
    assert "Ingenting er endret" in app.error[0].value
    assert "Prøv igjen" in buttons(app)
    assert current() == old.id


@pytest.mark.usefixtures("country")
def test_another_municipality_becomes_a_whole_new_pack_when_the_reader_says_so(fetches):
    app = page()  # on the embedded pack
    app.text_input(key="official_municipality").set_value(world.NUMBER).run()
    assert "0301 er en annen kommune enn Lillestrøm" in words(app)
    app = fetched(app, fetches, "parcels", "constraints")
    features = sum(map(len, embedded().layers.values()))
    grouped = f"{features:,}".replace(",", " ")
    assert f"13 lag med {grouped} objekter går ut av bruk" in words(app)
    assert "Mangler i den nye datapakken: næringsområder" in words(app)
    press(app, "Ta i bruk som ny versjon")
    assert "Bekreft først" in app.error[0].value
    assert current() == EMBEDDED
    app.checkbox(key="official_agreed").check()
    press(app, "Ta i bruk som ny versjon")
    pack = VersionStore().read(current())
    assert (pack.name, pack.municipality_no) == (world.NAME, world.NUMBER)
    assert set(pack.layers) == {"municipality", "parcels", "constraints", "constraint_coverage"}
    assert not (pack.directory / "strategy.toml").exists()
    for name in ("overview", "data", "reserve", "method"):
        assert not opened(name).exception


@pytest.mark.usefixtures("country", "old")
def test_a_neighbour_can_be_named():
    app = page()
    app.text_input(key="official_municipality").set_value("naboen").run()
    assert "3222 er en annen kommune enn Gamlebygd" in words(app)


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("301", "«301» er ikke et kommunenummer."),
        ("3030", "Kommunenummer 3030 gjelder ikke lenger. Bruk 3205."),
        ("<b>*", "er ikke et kommunenummer."),
    ],
)
def test_a_number_that_is_none_is_said_in_one_sentence(written, sentence):
    app = page()
    app.text_input(key="official_municipality").set_value(written).run()
    assert sentence in app.error[0].value
    assert app.button(key="official_fetch").disabled


@pytest.mark.usefixtures("old")
def test_without_layers_nothing_is_asked(country):
    app = press(chosen(page()), "Hent")
    assert app.error[0].value == "Velg minst ett lag."
    assert country.asked == []


@pytest.mark.usefixtures("country")
def test_another_version_that_came_meanwhile_is_not_overwritten(old, fetches, monkeypatch):
    app = fetched(page(), fetches, "stations")
    seen = VersionStore().read(old.id)
    app.run()
    from layers.own_data.official import outcome  # noqa: PLC0415

    def meanwhile():
        store = VersionStore()
        if store.choice().version == old.id:
            store.activate(EMBEDDED, author="Ola")
        return Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")

    monkeypatch.setattr(outcome.login, "require_writer", meanwhile)
    press(app, "Ta i bruk som ny versjon")
    assert "tatt i bruk" in app.error[0].value
    assert current() == EMBEDDED
    assert len(VersionStore().versions()) == 1
    assert seen.has("parcels")


@pytest.mark.usefixtures("country", "old")
def test_a_pack_that_the_environment_names_is_looked_at_but_not_changed(fetches, monkeypatch):
    version = VersionStore().directory(current())
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(version))
    app = fetched(page(), fetches, "stations")
    assert "Miljøvariabelen NAERINGSAREAL\\_PACK" in words(app)
    assert "Ta i bruk som ny versjon" not in buttons(app)


@pytest.mark.usefixtures("old")
def test_a_reader_sees_what_can_be_had_but_asks_nobody(country, monkeypatch):
    monkeypatch.setattr(login, "who", lambda: Access(mode=Mode.PROVIDER))
    app = page()
    assert not app.exception
    assert "Hent" not in buttons(app)
    assert country.asked == []


@pytest.mark.usefixtures("country", "old")
def test_a_file_of_services_that_is_none_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_SERVICES", "finnes-ikke.toml")
    app = page()
    assert not app.exception
    assert "finnes-ikke.toml" in app.error[0].value


@pytest.mark.usefixtures("country", "old")
def test_the_tab_speaks_english():
    app = tab(opened("data", lang="en"), "Fetch official data")
    assert not app.exception
    assert "Here the official services are asked directly." in words(app)
    assert app.multiselect(key="official_layers").label == "Layers to fetch"


@pytest.mark.usefixtures("country", "old")
def test_a_fetch_that_is_gone_is_not_gone_without_a_word():
    app = opened("data", fetch="hentet-for-omstart")
    assert not app.exception
    assert "Hentingen finnes ikke lenger" in words(app)
    assert "Hent" in buttons(app)
    assert "Hentingen finnes ikke lenger" not in words(page())


@pytest.mark.usefixtures("country")
def test_layers_of_the_municipality_s_own_are_named_before_they_give_way(old, fetches):
    pack = VersionStore().read(old.id)
    frame = pack.layer("parcels").iloc[:3]
    own = candidate("parcels", frame, guess("parcels", frame), pack, Nature.OWN)
    by = Signature("Kari", "Egne", old.id, ("parcels",))
    save(VersionStore(), pack, own, About("Eget arkiv"), by, replaces=old.id)
    app = fetched(page(), fetches, "parcels", "stations")
    said = next(one.value for one in app.warning if "Lagt inn av kommunen selv" in one.value)
    assert "eiendomsteiger" in said
    assert "togstasjoner" not in said
