"""
What a town hall meets: nginx from deploy/, two workers, a sub-path, PostgreSQL and a login.

The tests share the servers; the last stops them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import time

import psycopg

from geo.ledger.database import _ADVISORY_LOCK
from geo.ledger.store import Ledger
from geo.pack.read import DEFAULT_PACK
from geo.pack.versions import EMBEDDED, Signature, VersionStore
from geo.pack.write import copy_pack
from tests import PATIENCE_S
from tests.browser.conftest import IDLE, map_frame, settled
from tests.browser.test_login import SIDEBAR, log_in, sidebar
from tests.serve.townhall import ADDRESS, DRAIN_S, HOST, listens, until
from tests.support.ledgers import plain_url

SEEN_S = 5  # in which what one worker has done is seen at the other


def open_page(page, name=""):
    page.goto(f"{ADDRESS}/{name}")
    page.wait_for_selector("h1")
    settled(page)


def tiles(town):
    return [one for one in town.requests() if one[1].endswith(".pbf")]


def test_map_and_tiles_are_drawn_and_nothing_fails(visitor, town):
    page = visitor()
    page.goto(f"http://{HOST}/areal")  # as somebody types it
    page.wait_for_url(f"{ADDRESS}/")
    map_frame(page)
    settled(page)
    open_page(page, "reserve?zone=kjeller")
    map_frame(page)
    until(lambda: page.wait_for_timeout(100) or tiles(town))
    settled(page)
    assert page.faults == []  # what the policy of content forbids is an error on the console too
    assert not [one for one in town.requests() if int(one[2]) >= 500]


def test_what_is_for_the_operator_is_closed_to_visitors(town):
    for name in ("healthz", "readyz", "_stcore/metrics"):
        assert town.get(f"/areal/{name}").status_code == 404


def test_files_come_packed_and_the_browser_may_keep_tiles(town):
    script = town.get("/areal/app/static/vendor/leaflet/leaflet.js")
    assert script.headers["content-encoding"] == "gzip"
    address, tile = next(
        (path, tile) for _, path, *_ in tiles(town) if (tile := town.get(path)).content
    )
    assert "immutable" in tile.headers["cache-control"]
    gone = town.get(re.sub(r"\d+/\d+\.pbf$", "1/1.pbf", address))
    assert (gone.status_code, gone.content) == (200, b"")
    assert gone.headers["cache-control"] == "no-store"


def test_another_name_than_the_servers_gets_no_page(town):
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Host": "ond.example.no",
        "Origin": "https://ond.example.no",
    }
    assert town.get("/areal/_stcore/stream", headers=upgrade).status_code == 403


def test_one_browser_stays_with_one_worker_and_several_are_spread(visitor, town):
    used = []
    while len(set(used)) < 2:
        assert len(used) < 20
        before = len(town.requests())
        page = visitor()
        open_page(page)
        page.reload()
        page.wait_for_selector("h1")
        settled(page)
        page.context.close()
        time.sleep(0.3)  # until nginx has noted the end of the websocket
        asked = {worker for _, path, _, worker in town.requests()[before:] if worker != "-"}
        assert len(asked) == 1
        used += asked


def test_the_cookie_of_the_worker_is_no_scripts_business(visitor):
    page = visitor()
    open_page(page)
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "areal_worker"]
    assert cookie["httpOnly"]
    assert cookie["secure"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["path"] == "/areal/"
    assert cookie["expires"] == -1


def test_a_layer_is_the_same_file_as_without_nginx(visitor, town, tmp_path):
    files = []
    plain = f"http://{HOST}:{town.workers[0]}/areal"
    for address in (ADDRESS, plain):
        page = visitor()
        page.goto(f"{address}/layers?layer=zones")
        page.wait_for_selector("h1")
        settled(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Last ned zones.geojson").click()
        files.append(tmp_path / f"{len(files)}.geojson")
        download.value.save_as(files[-1])
    assert files[0].read_bytes() == files[1].read_bytes()
    assert json.loads(files[0].read_bytes())["features"]


def test_a_file_of_a_hundred_megabytes_goes_through_and_is_read(visitor, tmp_path):
    ring = [[618_000, 6_649_000], [618_100, 6_649_000], [618_100, 6_649_100], [618_000, 6_649_000]]
    site = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"name": "Stor fil"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    file = tmp_path / "stor.geojson"
    file.write_text(json.dumps(site) + " " * 100_000_000, encoding="utf-8")
    page = visitor()
    open_page(page, "screening?way=file")
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector("text=Stor fil")
    settled(page)
    assert page.faults == []


def test_a_planner_logs_in_and_out_below_the_path(visitor):
    page = visitor()
    open_page(page)
    log_in(page, "kari")
    assert page.url.startswith(f"{ADDRESS}/")
    open_page(page, "reserve")
    assert "Innlogget som Kari Nordmann" in sidebar(page, "Logg ut")
    settled(page)
    page.get_by_role("button", name="Logg ut").click()
    assert "Kari" not in sidebar(page, "Logg inn for å lagre endringer")


def add_project(page, name):
    page.goto(f"{ADDRESS}/projects?new=1")
    page.wait_for_selector("text=Begrunnelse")
    settled(page)
    page.get_by_label("Navn", exact=True).fill(name)
    page.get_by_label("Begrunnelse").first.fill("Ny sak")
    page.get_by_role("button", name="Legg til prosjektet").click()


def changes(page):
    """How many changes the list of projects has, as a page says it."""
    return int(re.search(r"etter endring nr\. (\d+)", sidebar(page, "prosjektlisten"))[1])


def next_click(page, name):
    page.locator(f"{SIDEBAR} a", has_text=name).first.click()
    page.wait_for_selector(IDLE)


def test_what_is_done_at_one_worker_is_seen_at_the_other(visitor):
    writer, reader = visitor(0), visitor(1)
    open_page(writer)
    log_in(writer, "kari")
    open_page(reader, "projects")
    before = changes(reader)
    add_project(writer, "Prøve ved siden av")
    writer.wait_for_function("() => location.search.includes('project=')")
    time.sleep(SEEN_S)
    next_click(reader, "Oversikt")
    assert changes(reader) == before + 1


def test_a_version_put_into_use_is_seen_by_all_workers(visitor, town):
    readers = [visitor(0), visitor(1)]
    for page in readers:
        open_page(page)
    store = VersionStore(town.folder / "packs")

    def renamed(folder):
        copy_pack(DEFAULT_PACK, folder)
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        assert 'name = "Lillestrøm"' in text
        manifest.write_text(
            text.replace('name = "Lillestrøm"', 'name = "Andre utgave"'), encoding="utf-8"
        )

    store.add(renamed, Signature("Kari", "Ny utgave", EMBEDDED, ("zones",)), replaces=EMBEDDED)
    time.sleep(SEEN_S)
    for page in readers:
        next_click(page, "Metode")
        sidebar(page, "Andre utgave")
    store.activate(EMBEDDED, author="Kari")


def test_the_server_is_renewed_under_an_open_page_and_nobody_is_turned_away(visitor, town):
    pages = [visitor(0), visitor(1)]
    for page in pages:
        open_page(page, "reserve")
        map_frame(page)
    before = len(town.requests())
    old = [town.pid_at(0), town.pid_at(1)]
    renewed = len(town.events("replaced"))
    town.process.send_signal(signal.SIGHUP)
    statuses = set()

    def done():
        statuses.add(town.get("/areal/_stcore/health").status_code)
        return len(town.events("replaced")) == renewed + 2

    until(done)
    until(lambda: not any(alive(pid) for pid in old))
    for page in pages:
        settled(page)
        next_click(page, "Korridor")  # the page has found its way back by itself
        page.wait_for_selector("h1 >> text=Korridoren")
    assert statuses == {200}
    assert not [one for one in town.requests()[before:] if int(one[2]) >= 500]


def alive(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_the_visitors_of_a_worker_that_is_killed_are_served_by_the_other(visitor, town):
    page = visitor(0)
    open_page(page)
    started = len(town.events("worker started"))
    killed = town.pid_at(0)
    before = len(town.requests())
    os.kill(killed, signal.SIGKILL)
    next_click_when_back(page)
    answered = [one for one in town.requests()[before:] if one[3] != "-"]
    assert answered[-1][3].endswith(str(town.workers[1]))
    assert not [one for one in answered if int(one[2]) >= 500]
    until(lambda: len(town.events("worker started")) == started + 1)


def next_click_when_back(page):
    page.wait_for_timeout(1000)
    settled(page)
    next_click(page, "Korridor")
    page.wait_for_selector("h1 >> text=Korridoren")


def test_what_is_being_written_when_the_server_is_stopped_is_kept(visitor, town):
    page = visitor(1)
    open_page(page)
    log_in(page, "kari")
    with psycopg.connect(plain_url(town.ledger), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        add_project(page, "Skrevet i siste liten")
        waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        until(lambda: other.execute(waiting).fetchall())
        town.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        until(lambda: not listens(town.workers[1]))
        time.sleep(1)  # in which a worker that would not wait would be gone
        assert town.process.poll() is None
        other.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
        assert town.process.wait(PATIENCE_S) == 0
    assert time.monotonic() - begun < DRAIN_S + 2
    assert not town.events("worker killed")
    with contextlib.closing(Ledger.open(town.ledger, "3205")) as ledger:
        assert "Skrevet i siste liten" in set(ledger.projects()["name"])
