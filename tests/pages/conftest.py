"""What pages make has a folder of its own, and what they have opened is closed with its test."""

from __future__ import annotations

from functools import cache as once

import pytest

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


@pytest.fixture
def use_pack(tmp_path, monkeypatch, pack_without):
    """Put a changed copy of the embedded pack into use."""

    def use(*, drop=(), change=None, real=()):
        if drop and not change and not real:
            directory = pack_without(drop)
        else:
            directory = changed_pack(tmp_path / "pack", drop=drop, change=change, real=real)
        monkeypatch.setenv("NAERINGSAREAL_PACK", str(directory))
        return directory

    return use
