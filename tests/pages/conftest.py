"""What pages make has a folder of its own, and what they have opened is closed with its test."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from functools import cache as once

import pytest

from geo.ledger import tables
from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.ledger.entries import EntryKind
from geo.pack.read import DEFAULT_PACK
from layers.app import cache
from layers.maps import offline, tiles
from tests.support import apptest
from tests.support.packs import changed_pack


@pytest.fixture(scope="session", autouse=True)
def _made_elsewhere(tmp_path_factory):
    """Maps and tiles of the tests' many packs would crowd out those that a server is showing."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offline, "MAPS", folder / "maps")
        patch.setattr(tiles, "TILES", folder / "tiles")
        yield


@pytest.fixture(scope="session", autouse=True)
def _lean():
    with apptest.lean():
        yield


@pytest.fixture(scope="session")
def pack_without(tmp_path_factory):
    """Folder of the embedded pack without some layers, written once: none may change it."""

    @once
    def written(drop):
        return changed_pack(tmp_path_factory.mktemp("without") / "pack", drop=drop)

    return written


@pytest.fixture(autouse=True)
def _ledgers_are_closed(ledger_file):  # noqa: ARG001  # before its folder may go
    """The pages share their ledgers by a cache, which would keep them open after the last test."""
    yield
    cache.ledger.clear()
    cache._ledger.clear()


@pytest.fixture(scope="session")
def _ledgers_of_readers(tmp_path_factory):
    return tmp_path_factory.mktemp("readers")


@pytest.fixture
def reads_only(_ledgers_of_readers, _ledgers_are_closed, monkeypatch):
    """
    Have the ledger of all tests that only read: pages keep what they work out by the ledger's name.

    A ledger begins with its pack's projects, so each pack has one; the function that is given tells
    which pack is in use. One that is written to fails the test that did it.
    """
    paths = []

    def of(directory):
        name = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
        paths.append(_ledgers_of_readers / f"{name}.sqlite")
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"sqlite:///{paths[-1]}")

    of(DEFAULT_PACK)
    yield of
    for path in filter(lambda one: one.exists(), paths):
        assert written_in(path) == {}, "only readers share a ledger"


def written_in(path):
    """How many rows somebody wrote in each table of a ledger, beside those that it began with."""
    found = {}
    with closing(sqlite3.connect(path)) as file:
        for name, table in tables.metadata.tables.items():
            begun = f" WHERE kind != '{EntryKind.SEEDED}'" if "kind" in table.columns else ""
            (count,) = file.execute(f"SELECT count(*) FROM {name}{begun}").fetchone()  # noqa: S608  # our own names
            if count:
                found[name] = count
    return found


@pytest.fixture
def use_pack(request, tmp_path, monkeypatch, pack_without):
    """Put a changed copy of the embedded pack into use."""

    def use(*, drop=(), change=None, real=()):
        if drop and not change and not real:
            directory = pack_without(drop)
        else:
            directory = changed_pack(tmp_path / "pack", drop=drop, change=change, real=real)
        monkeypatch.setenv("NAERINGSAREAL_PACK", str(directory))
        if "reads_only" in request.fixturenames:
            request.getfixturevalue("reads_only")(directory)
        return directory

    return use
