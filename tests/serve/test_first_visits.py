"""Twelve first visits to twelve pages at once; `make first-visits` does so twenty times."""

from __future__ import annotations

import pytest

from tests.speed.first_visits import first_visits


@pytest.mark.parametrize("warm", [True, False], ids=["layers.serve", "streamlit run"])
def test_a_fresh_server_answers_twelve_first_visits_at_once(warm):
    errors, _ = first_visits(warm=warm)
    assert errors == []
