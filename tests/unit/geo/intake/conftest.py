"""A scratch disk of each test's own, on which nothing may be left."""

from __future__ import annotations

import tempfile

import pytest


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Where temporary files go for now; the test fails if any is left there."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []
