"""Limits are settings."""

from __future__ import annotations

import pytest

from geo.errors import NaeringsarealError
from geo.intake.sites import Limits, open_sites
from tests.support.errors import raising

CSV = b"lon,lat\n11.05,59.95\n"


def test_without_settings_the_limits_are_the_defaults():
    assert Limits.from_environment({}) == Limits()
    assert Limits.from_environment({"NAERINGSAREAL_LIMIT_SECONDS": " "}) == Limits()


def test_a_setting_changes_its_limit_and_no_other():
    changed = Limits.from_environment({"NAERINGSAREAL_LIMIT_FEATURES": "5000"})
    assert changed == Limits(features=5000)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "mye", "٣"])
def test_a_setting_that_is_no_whole_number_is_refused_by_its_name(text):
    with raising("error.limit_setting", match="NAERINGSAREAL_LIMIT_SECONDS"):
        Limits.from_environment({"NAERINGSAREAL_LIMIT_SECONDS": text})


def test_reading_keeps_to_the_settings(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(CSV + b"11.05,59.95\n" * 100_000)
    monkeypatch.setenv("NAERINGSAREAL_LIMIT_MEGABYTES", "1")
    with raising("error.file_too_large", match="grensen er 1 MB"):
        open_sites(path)
    monkeypatch.setenv("NAERINGSAREAL_LIMIT_MEGABYTES", "feil")
    with pytest.raises(NaeringsarealError, match="NAERINGSAREAL_LIMIT_MEGABYTES"):
        open_sites(CSV, "a.csv")
