"""Every test has a ledger of its own: none touches the one on the reader's desk."""

from __future__ import annotations

import pytest

from geo.ledger.database import ENVIRONMENT_VARIABLE


@pytest.fixture(autouse=True)
def ledger_file(tmp_path, monkeypatch):
    path = tmp_path / "own" / "ledger.sqlite"
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"sqlite:///{path}")
    return path
