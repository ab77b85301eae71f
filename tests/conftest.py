"""Every test has a ledger and versions of the pack of its own: none touches the reader's."""

from __future__ import annotations

import pytest

from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.versions import place


@pytest.fixture(autouse=True)
def ledger_file(tmp_path, monkeypatch):
    path = tmp_path / "own" / "ledger.sqlite"
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"sqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def versions_home(tmp_path, monkeypatch):
    path = tmp_path / "own" / "packs"
    monkeypatch.setenv(place.ENVIRONMENT_VARIABLE, str(path))
    return path
