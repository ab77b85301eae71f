"""Two server processes on one list of projects and one folder of packs: each sees the other's."""

from __future__ import annotations

import contextlib
import json
import subprocess

import pytest

from geo.backup.restore import restore
from geo.backup.save import BackupPlaces, backup
from geo.growth.terms import Terms
from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.ledger.store import Ledger
from geo.pack.location import EMBEDDED, VERSIONS_VARIABLE, read_current
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from geo.workspace import Workspace
from tests.support.backups import silent
from tests.support.ledgers import BY, ledger_url, postgres, postgres_url, program
from tests.support.ownpacks import EAST, WEST, own_pack

__all__ = ["ledger_url", "postgres", "postgres_url"]

# A page's run, again and again, in a process of its own: what it shows is told each time.
PAGE = """
import json
import streamlit as st
from layers.app import cache, ledger, norms
pack, fault = cache.current_pack()
book = ledger.look(pack)
version = cache.DataVersion(pack.sha256, norms.overrides(), book.at, book.register_at)
account = cache.growth_account(pack, version, adopted_only=False, estimates=True)
zones = cache.zone_figures(pack, version)
st.code(json.dumps({
    "pack": pack.sha256,
    "fault": None if fault is None else fault.code,
    "error": None if book.error is None else book.error.code,
    "seq": book.head.seq,
    "names": sorted(cache.workspace(pack, version).listed.frame["name"]),
    "rule": account.counted.as_dict(),
    "zones": zones.drop(columns="geometry", errors="ignore").to_json(),
}))
"""
SERVER = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_string(sys.argv[1], default_timeout=300)
for line in sys.stdin:
    app.run()
    assert not app.exception, app.exception[0]
    print(app.code[0].value, flush=True)
"""


@pytest.fixture
def places(tmp_path, monkeypatch, ledger_url):
    """A shared ledger, and a folder with a version of a small pack in use."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, ledger_url)
    monkeypatch.setenv(VERSIONS_VARIABLE, str(tmp_path / "packs"))
    own_pack(tmp_path / "pakke")
    VersionStore().add(
        lambda draft: copy_pack(tmp_path / "pakke", draft),
        Signature("Kari", "Første"),
        replaces=EMBEDDED,
    )
    return BackupPlaces(ledger_url, tmp_path / "packs")


@pytest.fixture
def servers(places):  # noqa: ARG001  # they take them from the environment
    with contextlib.ExitStack() as stack:
        both = [stack.enter_context(program(SERVER, PAGE, stdin=subprocess.PIPE)) for _ in range(2)]
        yield both
        for one in both:
            one.stdin.close()


def seen(servers):
    """What both show at their next run: the same, and what is worked out anew without a cache."""
    for one in servers:
        one.stdin.write("\n")
        one.stdin.flush()
    lines = [one.stdout.readline() for one in servers]
    assert all(lines), [one.stderr.read() for one in servers if one.poll() is not None]
    first, second = (json.loads(line) for line in lines)
    assert first == second
    assert (first["fault"], first["error"]) == (None, None)
    pack = read_current()
    fresh = Workspace.of(pack, BackupPlaces().ledger)
    truth = fresh.rule(Terms(adopted_only=False, estimates=True)).counted.as_dict()
    assert (first["pack"], first["rule"]) == (pack.sha256, json.loads(json.dumps(truth)))
    return first


def test_each_sees_at_its_next_run_what_the_other_has_changed(servers, places, tmp_path):
    first = seen(servers)
    assert (first["names"], first["seq"]) == (["P", "Q"], 2)  # begun by one of them, once
    assert first["rule"]["jobs_total"] == 100

    # An entry, a change, and its undoing.
    ledger = Ledger.open(places.ledger, "3205")
    backup(tmp_path / "kopi.zip", places, silent)
    inside = EAST.representative_point()
    ledger.add({"name": "R", "effect": "counts", "jobs": 50}, inside, **BY)
    assert seen(servers)["rule"]["jobs_total"] == 150
    changed = ledger.change("r", {"jobs": 70}, base_revision=1, geometry=WEST.centroid, **BY)
    assert seen(servers)["rule"]["jobs_outside"] == 90
    ledger.undo(changed.seq, **BY)
    assert seen(servers)["rule"]["jobs_outside"] == 20

    # Another version of the pack, and the first again.
    used = VersionStore().choice().version
    wide = own_pack(tmp_path / "vid").layer("growth_areas")
    wide = wide.set_geometry(wide.buffer(2000))
    own_pack(tmp_path / "vid", growth_areas=wide)
    made = VersionStore().add(
        lambda draft: copy_pack(tmp_path / "vid", draft), Signature("Ola", "Vid"), replaces=used
    )
    now = seen(servers)
    assert (now["pack"], now["rule"]["share"]) == (made.sha256, 1)
    VersionStore().activate(used, author="Ola")
    assert seen(servers)["pack"] == first["pack"]

    # A backup that is restored, and goes on otherwise: the same numbers mean other entries.
    before = seen(servers)
    restore(tmp_path / "kopi.zip", places, silent, replace=True)
    assert seen(servers) == first
    for jobs in (1, 2, 3):
        ledger.add({"name": "S", "effect": "counts", "jobs": jobs}, inside, **BY)
    now = seen(servers)
    assert now["seq"] == before["seq"]
    assert now["names"] == ["P", "Q", "S", "S", "S"]
    assert now["rule"]["jobs_total"] == 106
    ledger.close()
