"""Databases to be backed up and restored to, for these tests."""

from __future__ import annotations

import contextlib

import pytest

from geo.backup.save import backup
from tests.support.backups import filled, silent
from tests.support.ledgers import database, ledger_url, postgres, postgres_url, sqlite_url

__all__ = ["ledger_url", "postgres", "postgres_url"]


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Places that are filled, in SQLite, and never written to again."""
    folder = tmp_path_factory.mktemp("original")
    return filled(sqlite_url(folder / "ledger.sqlite"), folder)


@pytest.fixture(scope="module")
def saved(original, tmp_path_factory):
    """A backup of them."""
    out = tmp_path_factory.mktemp("saved") / "kopi.zip"
    backup(out, original, silent)
    return out


@pytest.fixture
def new_database(tmp_path, request):
    """Make addresses where there is no ledger yet, of either kind."""
    with contextlib.ExitStack() as stack:

        def make(kind):
            if kind == "sqlite":
                return sqlite_url(tmp_path / "ny" / "ledger.sqlite")
            return stack.enter_context(database(request.getfixturevalue("postgres")))

        yield make
