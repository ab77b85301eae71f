"""The published service follows the version in use and the list of projects, by HTTP."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from geo.ledger.store import Ledger
from geo.pack.location import EMBEDDED
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from layers.catalogue import service_panel
from layers.publish.following import BEHIND_HEADER, LEDGER_HEADER, PACK_HEADER
from tests.support import reading
from tests.support.ledgers import BY, sqlite_url
from tests.support.ownpacks import own_pack
from tests.support.published import following

FOLLOWS_S = 60  # on a machine that does much else; tests/speed/following.py says how long


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The service over the versions in a folder of its own, of a small pack; and what it said."""
    folder = tmp_path_factory.mktemp("following")
    own_pack(folder / "pakke")
    store = VersionStore(folder / "packs")
    store.add(lambda draft: copy_pack(folder / "pakke", draft), _by("Første"), replaces=EMBEDDED)
    with following(folder, store.home, sqlite_url(folder / "ledger.sqlite")) as running:
        yield running


def _by(reason):
    return Signature("Kari", reason)


def activated(store, folder, reason, **changed):
    own_pack(folder, **changed)
    in_use = store.choice().version
    return store.add(lambda draft: copy_pack(folder, draft), _by(reason), replaces=in_use)


def within_patience(look, wanted):
    end = time.monotonic() + FOLLOWS_S
    while (found := look()) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.1)


def get(service, path):
    reply = service.client.get(path, params={"f": "json"})
    assert reply.status_code == 200, reply.text
    return reply


def names(service):
    return {one["id"] for one in get(service, "/collections").json()["collections"]}


def projects(service):
    reply = get(service, "/collections/projects_rule/items")
    found = [one["properties"]["name"] for one in reply.json()["features"]]
    return sorted(found), int(reply.headers[LEDGER_HEADER])


def test_an_entry_of_the_ledger_is_published_and_so_is_its_undoing(service):
    before = projects(service)
    assert before == (["P", "Q"], 0)
    ledger = Ledger.open(service.ledger, "3205")
    try:
        added = ledger.add({"name": "Ny fabrikk", "effect": "counts", "jobs": 5.0}, None, **BY)
        within_patience(lambda: projects(service), (["Ny fabrikk"], added.seq))
        undone = ledger.undo(added.seq, **BY)
        within_patience(lambda: projects(service), ([], undone.seq))
    finally:
        ledger.close()


def test_another_version_brings_other_collections_and_counts(service, tmp_path):
    made = activated(service.store, tmp_path / "annen", "Uten bygninger", buildings=None)
    within_patience(lambda: "buildings" in names(service), wanted=False)
    landing = get(service, "/")
    assert made.sha256 in landing.json()["description"]
    assert landing.headers[PACK_HEADER] == made.sha256
    assert service_panel.state(service.address, made.sha256) == "running"
    service.store.activate(EMBEDDED, author="Ola")
    plots = len(reading.embedded().layer("parcels"))

    def count():
        reply = get(service, "/collections/parcels/items?limit=1")
        return reply.json()["numberMatched"]

    within_patience(count, plots)
    # No more than what is published lies on the disk, and it is asked for from memory.
    assert len([*service.cache.iterdir()]) == 1


def test_a_pack_that_cannot_be_read_leaves_the_last_in_use_and_says_so(service, tmp_path):
    good = activated(service.store, tmp_path / "god", "God")
    within_patience(lambda: get(service, "/").headers[PACK_HEADER], good.sha256)
    assert BEHIND_HEADER not in get(service, "/").headers
    bad = activated(service.store, tmp_path / "ødelagt", "Ødelagt", buildings=None)
    gpkg = service.store.directory(bad.id) / "pack.gpkg"
    gpkg.write_bytes(gpkg.read_bytes()[:3000])
    code = "error.version_unusable"
    within_patience(lambda: get(service, "/").headers.get(BEHIND_HEADER), code)
    assert get(service, "/").headers[PACK_HEADER] == good.sha256
    assert "buildings" in names(service)
    assert service_panel.state(service.address, bad.sha256) == "behind"
    (service.store.home / "active.toml").write_text("[", encoding="utf-8")
    code = "error.version_choice"
    within_patience(lambda: get(service, "/").headers.get(BEHIND_HEADER), code)
    service.store.activate(good.id, author="Kari")
    within_patience(lambda: get(service, "/").headers.get(BEHIND_HEADER), None)
    said = service.said.read_text(encoding="utf-8")
    assert said.count(f"«{bad.id}»") == 1  # not once a second
    assert "Det nye kan ikke publiseres, så det forrige blir stående." in said
    assert "Traceback" not in said


def test_while_it_changes_nobody_gets_an_error_or_half_of_each(service, tmp_path):
    """Readers go on asking while versions change: each answer is whole, of the pack it names."""
    own = activated(service.store, tmp_path / "egen", "Egen")
    within_patience(lambda: get(service, "/").headers[PACK_HEADER], own.sha256)
    embedded = reading.embedded().sha256
    counts = {own.sha256: 2, embedded: len(reading.embedded().layer("parcels"))}
    done, seen = threading.Event(), []

    def read(_):
        with httpx.Client(base_url=service.address, trust_env=False, timeout=60) as client:
            while not done.is_set():
                reply = client.get("/collections/parcels/items", params={"f": "json", "limit": 3})
                assert reply.status_code == 200, reply.text
                said = {one["properties"]["pack_sha256"] for one in reply.json()["features"]}
                count = reply.json()["numberMatched"]
                seen.append((reply.headers[PACK_HEADER], said, count))

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read, number) for number in range(3)]
        try:
            for version, sha256 in ((EMBEDDED, embedded), (own.id, own.sha256)):
                service.store.activate(version, author="Kari")
                within_patience(lambda: get(service, "/").headers[PACK_HEADER], sha256)
        finally:
            done.set()
        for reader in readers:
            reader.result()
    assert {header for header, _, _ in seen} == counts.keys()
    assert all(said == {header} for header, said, _ in seen)
    assert all(counts[header] == count for header, _, count in seen)
    assert os.path.isdir(service.cache)  # noqa: PTH112  # as simple as can be
