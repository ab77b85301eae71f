"""
A server that is stopped in the middle of a write and started again.

All is as before the write or as after it, what was left is swept away, and nothing is locked.
"""

from __future__ import annotations

import os
import shutil
import time

import pytest

from geo.backup.restore import check
from geo.backup.save import BackupPlaces, backup
from geo.ledger.store import Ledger
from geo.pack.location import EMBEDDED
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from layers.maps import tiles
from tests.support import killing
from tests.support.backups import everything, filled, filled_ledger, ledger_rows, silent
from tests.support.killing import BATCH, spread
from tests.support.ledgers import BY, ledger_url, postgres, postgres_url, sqlite_url
from tests.support.ownpacks import own_pack

__all__ = ["ledger_url", "postgres", "postgres_url"]
DAY_OLD = time.time() - 90_000


@pytest.fixture(scope="module")
def killer():
    with killing.killer() as running:
        yield running


@pytest.fixture(autouse=True)
def _killed_indeed(request, killer):
    yield
    assert "killer" not in request.fixturenames or killer.most_were_killed()


def made_old(folder):
    """What a killed program left, as it is a day later."""
    found = list(folder.glob(".draft-*"))
    for path in found:
        os.utime(path, (DAY_OLD, DAY_OLD))
    return found


def is_whole(url, confirmed):
    """Whether a ledger holds batches only, at least those confirmed; how many entries it has."""
    rows = ledger_rows(url).get("ledger_entries", [])
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    reasons = {}
    for row in rows:
        reasons.setdefault(row["reason"], []).append(row["seq"])
    assert {len(one) for one in reasons.values()} <= {BATCH}
    assert confirmed <= len(reasons)
    return len(rows)


def test_a_write_to_the_ledger_is_there_whole_or_not_at_all(killer, ledger_url):
    moments = killer.whole(killing.write, ledger_url, "0")
    moments = killer.whole(killing.write, ledger_url, "1")  # now that the ledger is there
    assert moments > 8
    done = 2
    for at in spread(moments, 9):
        killer.kill(killing.write, ledger_url, f"drept {at}", at=at)
        before = is_whole(ledger_url, done)
        killer.whole(killing.write, ledger_url, f"etter {at}")  # nobody is kept out
        assert is_whole(ledger_url, done + 1) == before + BATCH
        done += 1


def test_a_ledger_that_was_being_made_is_made_the_next_time(killer, tmp_path):
    def url(at):
        return sqlite_url(tmp_path / f"{at}" / "ledger.sqlite")

    for at in spread(killer.whole(killing.write, url(0), "0"), 14):
        killer.kill(killing.write, url(at), "drept", at=at)
        killer.whole(killing.write, url(at), "etter")
        assert is_whole(url(at), 1) in {BATCH, 2 * BATCH}


def test_a_ledger_on_a_server_that_was_being_made_is_made_the_next_time(killer, postgres_url):
    for at in (3, 9, 15, 21):
        killer.kill(killing.write, postgres_url, f"drept {at}", at=at)
        is_whole(postgres_url, 0)
    killer.whole(killing.write, postgres_url, "etter")
    is_whole(postgres_url, 1)


def test_a_version_of_the_pack_is_there_whole_or_not_at_all(killer, tmp_path):
    own_pack(tmp_path / "kilde")
    store = VersionStore(tmp_path / "packs")
    moments = killer.whole(killing.add, store.home, tmp_path / "kilde", EMBEDDED)
    assert moments > 12
    for at in spread(moments, 9):
        known, used = {one.id for one in store.versions()}, store.choice().version
        killer.kill(killing.add, store.home, tmp_path / "kilde", used, at=at)
        now = store.versions()
        assert [one for one in now if one.fault is not None] == []
        new = {one.id for one in now} - known
        assert len(new) <= 1
        assert store.choice().version in {used, *new}
        assert store.read(store.choice().version).name == "Prøvebygd"
    left = made_old(store.home / "versions") + made_old(store.home)
    assert left
    store.add(  # nobody is kept out, and what was left is swept away
        lambda draft: copy_pack(tmp_path / "kilde", draft),
        Signature("Kari", "Etter"),
        replaces=store.choice().version,
    )
    assert not any(path.exists() for path in left)


def test_putting_a_version_into_use_is_done_or_not(killer, tmp_path):
    own_pack(tmp_path / "kilde")
    store = VersionStore(tmp_path / "packs")
    killer.whole(killing.add, store.home, tmp_path / "kilde", EMBEDDED)
    version = store.choice().version
    moments = killer.whole(killing.activate, store.home, version)
    for at in spread(moments, 5):
        store.activate(EMBEDDED, author="Ola")
        killer.kill(killing.activate, store.home, version, at=at)
        assert store.choice().version in {EMBEDDED, version}
    store.activate(version, author="Ola")
    assert store.choice().version == version


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_tiles_are_cut_whole_or_not_at_all(killer, tmp_path, monkeypatch):
    own_pack(tmp_path / "kilde")
    whole = tmp_path / "hel"
    moments = killer.whole(killing.cut, whole, tmp_path / "kilde")
    wanted = files(next(whole.iterdir()))
    assert wanted
    folder = tmp_path / "fliser"
    monkeypatch.setattr(tiles, "TILES", folder)
    for at in spread(moments, 5):
        killer.kill(killing.cut, folder, tmp_path / "kilde", at=at)
        for path in folder.glob("[!.]*"):
            assert files(path) == wanted
            shutil.rmtree(path)
    left = made_old(folder)
    assert left
    killer.whole(killing.cut, folder, tmp_path / "kilde")
    assert [files(path) for path in folder.iterdir()] == [wanted]


def test_a_backup_is_there_whole_or_the_one_before_it(killer, tmp_path):
    places = filled(sqlite_url(tmp_path / "ledger.sqlite"), tmp_path)
    out = tmp_path / "kopier" / "kopi.zip"
    out.parent.mkdir()
    moments = killer.whole(killing.save, out, places.ledger, places.packs)
    assert moments > 20
    for at in spread(moments, 10):
        killer.kill(killing.save, out, places.ledger, places.packs, at=at)
        assert check(out, silent).ledger.head == 8
    left = made_old(out.parent)
    assert left
    killer.whole(killing.save, out, places.ledger, places.packs)
    assert [path.name for path in out.parent.iterdir()] == ["kopi.zip"]


def test_a_restoring_that_was_stopped_leaves_the_old_or_the_new(killer, ledger_url, tmp_path):
    original = filled(sqlite_url(tmp_path / "en.sqlite"), tmp_path)
    backup(tmp_path / "kopi.zip", original, silent)
    wanted = everything(original)
    after = BackupPlaces(ledger_url, tmp_path / "packs-2")
    filled_ledger(ledger_url)
    ledger = Ledger.open(ledger_url, "3205")
    ledger.add({"name": "Eldre"}, None, **BY)
    ledger.close()
    old = tmp_path / "gammel.zip"
    backup(old, after, silent)
    before = everything(after)
    assert before["rows"] != wanted["rows"]
    arguments = (tmp_path / "kopi.zip", after.ledger, after.packs)
    moments = killer.whole(killing.put_back, *arguments)
    assert moments > 40
    for at in spread(moments, 8):
        shutil.rmtree(after.packs, ignore_errors=True)
        killer.whole(killing.put_back, old, after.ledger, after.packs)
        killer.kill(killing.put_back, *arguments, at=at)
        now = everything(after)
        assert now["rows"] in (before["rows"], wanted["rows"])
        assert now["choice"] in (before["choice"], wanted["choice"])
        assert all(wanted["versions"][name] == content for name, content in now["versions"].items())
    killer.whole(killing.put_back, *arguments)  # the same again makes it whole
    assert everything(after) == wanted
