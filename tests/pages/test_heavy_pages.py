"""Pages whose work is heavy: as others, but that it is done in a process and may be stopped."""

from __future__ import annotations

import json
import logging
import pickle
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

from geo.land.basis import LandBasis
from geo.land.rules import ReserveRules
from geo.pack.location import EMBEDDED, current
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from layers.app import cache, login
from layers.app.heavy import waiting, work
from layers.app.heavy.job import HeavyJob, Work, only
from layers.app.heavy.outcome import Parts
from layers.app.heavy.pool import Pool
from layers.app.login_rules import Access, Mode
from layers.catalogue import downloads
from layers.errors import HeavyWorkError
from layers.maps import plots
from layers.reserve import choices
from tests import PATIENCE_S
from tests.pages.test_data_page import fill, larger_zones, press, tab, uploading
from tests.pages.test_pages import opened, words
from tests.support import heavy_tasks

CACHES = (cache._land, cache._large_land, cache._sums, cache._hits, cache._context, cache._surveyed)
STOPPED = "Utregningen er avbrutt. Ingenting av det halvferdige er tatt vare på."
AGAIN = "Start igjen"
UNDONE = "Det du ba om, ble avbrutt. Alt er som før."


def forget():
    for one in CACHES:
        one.clear()


@pytest.fixture(scope="module")
def pack():
    return read_pack(DEFAULT_PACK)


@pytest.fixture(scope="module")
def _processes():
    made = Pool(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting, "pool", lambda: made)
        yield
    made.close()


@pytest.fixture
def heavy(monkeypatch, _processes):
    """Everything is heavy, and nothing has been worked out before."""
    monkeypatch.setattr(work, "HEAVY_PLOTS", 1)
    monkeypatch.setattr(work, "HEAVY_SITES", 2)
    forget()
    yield
    forget()


@pytest.fixture
def plain():
    """What the pages show where the server does the work itself."""

    def shown(page, **query):
        forget()
        found = said(opened(page, **query))
        forget()
        return found

    return shown


def said(app):
    assert not app.exception
    return [metric.value for metric in app.metric], words(app)


def again(app):
    return next((one for one in app.button if one.label == AGAIN), None)


@pytest.mark.usefixtures("heavy")
@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("reserve", {}),
        ("reserve", {"zone": "corridor", "buffer": "20"}),
        ("search", {}),
        ("screening", {"way": "plot", "plot": "37/84"}),
        ("layers", {"layer": "reserve_zones"}),
    ],
)
def test_a_page_shows_the_same_where_its_work_is_heavy(plain, monkeypatch, page, query):
    with monkeypatch.context() as light:
        light.setattr(work, "HEAVY_PLOTS", 10**9)
        expected = plain(page, **query)
    assert said(opened(page, **query)) == expected


def test_the_embedded_pack_starts_no_process(monkeypatch):
    monkeypatch.setattr(waiting, "pool", lambda: pytest.fail("a process was asked for"))
    forget()
    for page in ("overview", "reserve", "search"):
        assert not opened(page).exception


@pytest.mark.usefixtures("heavy")
def test_work_that_the_reader_stopped_is_not_begun_until_they_say_so(pack):
    app = opened("reserve")
    app.session_state["heavy_stopped"] = work.land_account(
        pack, ReserveRules(building_buffer_m=30), measured=False
    ).key
    app.slider(key="buffer").set_value(30).run()
    assert STOPPED in words(app)
    assert not app.metric
    assert not app.error
    again(app).click().run()
    assert STOPPED not in words(app)
    assert len(app.metric) > 0
    assert again(app) is None


@pytest.mark.usefixtures("heavy")
def test_other_work_is_done_after_one_was_stopped(pack):
    app = opened("reserve")
    app.session_state["heavy_stopped"] = work.land_account(
        pack, ReserveRules(building_buffer_m=30), measured=False
    ).key
    app.slider(key="buffer").set_value(31).run()
    assert STOPPED not in words(app)
    assert len(app.metric) > 0


@pytest.mark.usefixtures("heavy")
@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        (heavy_tasks.die, "prosessen som regnet, ble borte før den var ferdig"),
        (heavy_tasks.fail, "avbrutt av en feil i programmet"),
    ],
)
def test_a_process_that_is_lost_is_a_sentence_and_a_button(monkeypatch, caplog, task, sentence):
    with monkeypatch.context() as broken, caplog.at_level(logging.CRITICAL):
        broken.setattr(work, "land_account", lambda *_, **__: Work("broken", task, (), list))
        app = opened("reserve")
    assert not app.exception
    assert sentence in words(app)
    assert "secret" not in words(app)
    again(app).click().run()
    assert sentence not in words(app)
    assert len(app.metric) > 0


@pytest.mark.usefixtures("heavy")
def test_a_setting_that_is_no_number_is_said(monkeypatch):
    cache.settings_loaded()  # which refuse it as well, but have been read by then
    monkeypatch.setenv("NAERINGSAREAL_HEAVY_PROCESSES", "mange")
    app = opened("reserve")
    assert not app.exception
    assert "er «mange», men må være et helt tall fra 0 til 64" in words(app)


@pytest.mark.usefixtures("heavy")
def test_an_upload_of_many_sites_is_screened_in_a_process(monkeypatch):
    asked = []
    real = work.screened
    monkeypatch.setattr(work, "screened", lambda *args: asked.append(args) or real(*args))
    app = opened("screening", way="file")
    square = [[11.05, 59.95], [11.06, 59.95], [11.06, 59.96], [11.05, 59.96], [11.05, 59.95]]
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"Tomt {number}", "type": "kontor"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, y + number / 500] for x, y in square]],
            },
        }
        for number in range(3)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    app.file_uploader[0].upload("steder.geojson", content)
    app.run()
    assert not app.exception
    assert len(asked) == 1
    assert "Tomt 0" in words(app)
    app.run()
    assert len(asked) == 1  # kept by the session


def moved(ring, north):
    return [[x, y + north] for x, y in ring]


class _Waiting:
    """A job that stands so."""

    def __init__(self, ahead=0, share=None):
        self.ahead = ahead
        self.share = share


@pytest.mark.parametrize(
    ("job", "sentence"),
    [
        (_Waiting(ahead=1), "Venter i kø: 1 regnestykke foran."),
        (_Waiting(ahead=2), "Venter i kø: 2 regnestykker foran."),
        (_Waiting(), "Regner … 12 sekunder"),
        (_Waiting(share=0.5), "Regner … 50 %, 12 sekunder"),
    ],
)
def test_a_page_says_what_it_waits_for(job, sentence):
    assert waiting._said(job, "Regner …", 12.3).replace("\N{NO-BREAK SPACE}", " ") == sentence


@pytest.mark.usefixtures("heavy")
def test_what_is_asked_for_outside_a_page_waits_without_one(pack):
    found = []
    rules = ReserveRules(building_buffer_m=25)
    asking = threading.Thread(
        target=lambda: found.append(cache.land_account(pack, pack.sha256, rules))
    )
    asking.start()
    asking.join(PATIENCE_S)
    assert found[0].rules == rules
    assert cache.land_account(pack, pack.sha256, rules) is found[0]


@pytest.mark.usefixtures("heavy")
def test_nothing_half_made_is_kept_of_work_that_was_lost(monkeypatch, pack, caplog):
    rules = ReserveRules(building_buffer_m=26)
    with monkeypatch.context() as broken, caplog.at_level(logging.CRITICAL):
        broken.setattr(
            work, "land_account", lambda *_, **__: Work("lost", heavy_tasks.die, (), list)
        )
        with pytest.raises(HeavyWorkError):
            cache.land_account(pack, pack.sha256, rules)
    assert cache.land_account(pack, pack.sha256, rules).rules == rules


@pytest.fixture
def stopping(monkeypatch):
    """Have the reader stop the work whose key begins so, as soon as its bar is shown."""
    stopped = []

    def show(job, _says):
        if job.work.key[0] in stopped:
            st.rerun()
        job.wait()

    monkeypatch.setattr(waiting, "QUIET_S", 0.0)
    monkeypatch.setattr(waiting, "_show", show)
    return stopped


def ready(app):
    """The page of own data, with all said that a version needs."""
    fill(app, "Kilde", "Kommuneplanen 2026")
    fill(app, "Begrunnelse", "Vedtatt")
    return app


@pytest.mark.usefixtures("heavy")
def test_a_layer_is_put_into_use_by_a_process_or_stopped_without_a_trace(monkeypatch, stopping):
    writer = Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    monkeypatch.setattr(login, "who", lambda: writer)
    app = uploading(larger_zones())
    stopping.append("filled")
    press(ready(app), "Ta i bruk som ny versjon")
    assert not app.exception
    assert not app.error
    assert UNDONE in words(app)
    store = VersionStore()
    assert (store.versions(), current()) == ([], EMBEDDED)
    assert [path for path in store.home.rglob("*") if path.is_file()] == []
    stopping.clear()
    assert UNDONE not in words(app.run())
    expected = []
    monkeypatch.setattr(plots, "expect", expected.append)
    press(ready(app), "Ta i bruk som ny versjon")
    assert not app.exception
    (made,) = store.versions()
    assert [one.directory for one in expected] == [store.directory(made.id)]
    assert (current(), made.reason) == (made.id, "Vedtatt")
    # What was written is what is shown, and it was read before it was in use.
    monkeypatch.setattr(cache.location, "read_at", lambda _: pytest.fail("read once more"))
    assert not opened("overview").exception


def ahead(pack, buffer_m):
    """Wait until an account is kept that nobody has asked for."""
    key = ("whole", pack.sha256, ReserveRules(building_buffer_m=buffer_m))
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = waiting.there(cache._land_kept(pack, key, measured=False))
        if found is not None:
            return found
        time.sleep(0.05)
    pytest.fail("it was not reckoned ahead")


@pytest.mark.parametrize("many", [True, False])
def test_a_buffer_that_goes_on_finds_its_next_step_reckoned(request, pack, many):
    if many:
        request.getfixturevalue("heavy")
    forget()
    app = opened("reserve")
    for moved, following in ((20, 21.0), (18, 17.0)):
        app.slider(key="buffer").set_value(moved).run()
        found = ahead(pack, following)
    rules = ReserveRules(building_buffer_m=17.0)
    assert cache.land_account(pack, pack.sha256, rules, measured=False) is found
    expected = LandBasis.of_pack(pack).account(rules, measured=False)
    pd.testing.assert_series_equal(found.total(), expected.total())


@pytest.mark.parametrize("stopping", [False, True])
def test_what_was_stopped_ahead_of_its_asker_is_not_kept(monkeypatch, stopping):
    job = HeavyJob(Work("ahead", heavy_tasks.add, (), only), lambda _: 0)
    job.stopping = stopping
    job.end(Parts((pickle.dumps("made"),)))
    monkeypatch.setattr(waiting, "pool", lambda: SimpleNamespace(spare=lambda _, use: use(job)))
    found = []

    def kept(made):
        found.append(made())
        return found[-1]

    waiting.ahead(job.work, kept)
    assert found == ([] if stopping else ["made"])


@pytest.mark.parametrize("others", [0, 1])
def test_nothing_is_reckoned_ahead_while_another_page_is_made(pack, others):
    forget()
    rules = ReserveRules(building_buffer_m=19.0)
    key = ("whole", pack.sha256, rules)
    end = threading.Event()
    # This reader's page, and others'.
    pages = [
        threading.Thread(target=end.wait, name="ScriptRunner.scriptThread")
        for _ in range(1 + others)
    ]
    for page in pages:
        page.start()
    try:
        cache.land_ahead(pack, pack.sha256, rules)
    finally:
        end.set()
        for page in pages:
            page.join()
    found = waiting.there(cache._land_kept(pack, key, measured=False))
    assert (found is None) == bool(others)


@pytest.mark.parametrize(
    ("moves", "following"),
    [
        ((15,), None),
        ((15, 16), 17),
        ((15, 30), 31),
        ((30, 12), 11),
        ((49, 50), None),
        ((9, 9), None),
    ],
)
def test_the_next_step_is_on_the_way_that_the_buffer_was_moved(monkeypatch, moves, following):
    monkeypatch.setattr(choices.st, "session_state", state := {})
    rules = ReserveRules(min_part_m2=500)
    for moved in moves:
        state["buffer"] = moved
        found = choices.next_rules(replace(rules, building_buffer_m=moved))
    assert found == (following and replace(rules, building_buffer_m=following))


@pytest.mark.usefixtures("heavy")
def test_of_many_plots_few_accounts_are_kept(monkeypatch, pack):
    asked = (pack, pack.sha256, ReserveRules())
    first = cache.land_account(*asked, measured=False)
    for place in range(cache.LARGE_KEPT - 1):
        cache._large_land((place,), object)
    with monkeypatch.context() as kept:
        kept.setattr(work, "land_account", lambda *_, **__: pytest.fail("reckoned once more"))
        assert cache.land_account(*asked, measured=False) is first
    for place in range(cache.LARGE_KEPT):
        cache._large_land((place,), object)
    assert cache.land_account(*asked, measured=False) is not first


@pytest.mark.usefixtures("heavy")
def test_own_data_shows_the_same_where_it_is_checked_and_compared_in_a_process(monkeypatch):
    with monkeypatch.context() as light:
        light.setattr(work, "HEAVY_PLOTS", 10**9)
        expected = said(uploading(larger_zones()))
    monkeypatch.setattr(work, "HEAVY_FILE_BYTES", 1)
    assert said(uploading(larger_zones())) == expected


@pytest.mark.usefixtures("heavy")
def test_a_large_file_may_be_stopped_while_it_is_read_and_read_after_all(monkeypatch):
    monkeypatch.setattr(work, "HEAVY_FILE_BYTES", 1)
    asked = []
    real = waiting.result

    def stopped(job, kept, says):
        asked.append(says)
        if len(asked) == 1:
            raise HeavyWorkError("error.heavy_stopped")
        return real(job, kept, says)

    monkeypatch.setattr(waiting, "result", stopped)
    app = uploading(larger_zones())
    assert STOPPED in words(app)
    assert not app.error
    assert asked[0].startswith("Leser soner.geojson, ")
    again(app).click().run()
    assert STOPPED not in words(app)
    assert "Ta i bruk" in {one.value for one in app.header}


@pytest.mark.usefixtures("heavy")
@pytest.mark.parametrize("many", [1, 10**9])
def test_a_file_is_made_on_a_click_or_stopped_and_not_there(monkeypatch, stopping, many):
    monkeypatch.setattr(work, "HEAVY_PLOTS", many)
    monkeypatch.setattr(downloads, "AT_ONCE", 1)
    app = opened("layers", layer="stations", format="csv")
    if many == 1:
        stopping.append("layer")
        app.button(key="takeout_make").click().run()
        assert UNDONE in words(app)
        assert "takeout_made.takeout" not in app.session_state
        stopping.clear()
    app.button(key="takeout_make").click().run()
    assert not app.exception
    assert UNDONE not in words(app)
    assert "stations.csv.zip er klar" in words(app)


@pytest.mark.usefixtures("heavy")
def test_a_version_that_was_compared_is_not_read_once_more_to_be_used(monkeypatch, stopping):
    writer = Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    monkeypatch.setattr(login, "who", lambda: writer)
    press(ready(uploading(larger_zones())), "Ta i bruk som ny versjon")
    monkeypatch.setattr(work, "HEAVY_PACK_BYTES", 1)
    app = tab(opened("data"), "Versjoner")
    assert not app.exception
    monkeypatch.setattr(VersionStore, "read", lambda *_: pytest.fail("read once more"))
    press(app, "Ta i bruk: Datapakken som følger med")
    assert not app.exception
    assert current() == EMBEDDED
    assert stopping == []


@pytest.mark.usefixtures("heavy")
def test_all_layers_are_made_in_the_server_where_nothing_was_reckoned_before(monkeypatch):
    monkeypatch.setattr(work, "HEAVY_PLOTS", 10**9)
    app = opened("layers", layer="stations")
    app.button(key="takeout_all_make").click().run()
    assert not app.exception
    assert "naeringsareal.gpkg er klar" in words(app)


@pytest.fixture
def writer(monkeypatch):
    access = Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    monkeypatch.setattr(login, "who", lambda: access)


@pytest.mark.usefixtures("writer")
def test_what_was_worked_out_of_own_data_is_not_worked_out_at_every_click(monkeypatch):
    made = []
    real = cache.draft

    def draft(key, make):
        return real(key, lambda: made.append(key[0]) or make())

    monkeypatch.setattr(cache, "draft", draft)
    zones = larger_zones()
    app = uploading(zones.assign(geometry=zones.geometry.buffer(7)))  # which no other test has
    assert {"file", "own", "figures", "affected", "leaving"} <= set(made)
    made.clear()
    app.run()
    assert made == []


@pytest.mark.usefixtures("writer")
def test_who_stops_too_late_is_told_that_the_version_is_in_use(monkeypatch):
    real = cache.keep_version

    def late(version, pack):
        real(version, pack)
        here = get_script_run_ctx()
        again = RerunData(query_string=here.query_string, page_script_hash=here.page_script_hash)
        here.script_requests.request_rerun(again)

    monkeypatch.setattr(cache, "keep_version", late)
    app = uploading(larger_zones())
    press(ready(app), "Ta i bruk som ny versjon")
    assert not app.exception
    assert UNDONE not in words(app)
    (made,) = VersionStore().versions()
    assert current() == made.id
    assert any(made.id in one.value for one in app.toast)
    assert "Ta i bruk" not in {one.value for one in app.header}


def test_a_large_version_beside_a_small_one_is_compared_in_a_process(monkeypatch):
    signed = Signature("Kari", "Prøve")
    VersionStore().add(lambda folder: copy_pack(DEFAULT_PACK, folder), signed, replaces=None)
    asked = []
    monkeypatch.setattr(work, "is_heavy", lambda _, features: asked.append(features))
    assert not tab(opened("data"), "Versjoner").exception
    assert asked[0] == max(map(len, read_pack(DEFAULT_PACK).layers.values()))


def test_a_click_that_is_stopped_leaves_what_was_stopped_before_as_it_was(monkeypatch):
    monkeypatch.setattr(waiting.st, "session_state", {waiting._STOPPED: "before"})
    waiting._stop("other")
    assert waiting.st.session_state == {waiting._STOPPED: "other"}
    waiting.st.session_state[waiting._UNDONE] = True
    waiting._stop("click")
    assert waiting.st.session_state[waiting._STOPPED] == "other"
