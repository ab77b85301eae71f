"""Figures in sentences: the unit that fits, and never 0 for something or for what is unknown."""

from __future__ import annotations

import pytest

from geo.i18n import Amount


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Amount(0.0, "daa"), "0,0 daa"),
        (Amount(0.2, "daa"), "1 m²"),  # something is not nothing
        (Amount(49.0, "daa"), "49 m²"),
        (Amount(50.0, "daa"), "0,1 daa"),
        (Amount(2_650.0, "daa"), "2,6 daa"),
        (Amount(None, "daa"), "ukjent"),
        (Amount(float("nan"), "daa"), "ukjent"),
        (Amount(4_668.0, "floor_area"), "4 668 m² BRA"),
        (Amount(None, "floor_area"), "ukjent"),
        (Amount(4_668.0, "square_metres"), "4 668 m²"),
        (Amount(None, "square_metres"), "ukjent"),
    ],
)
def test_a_figure_is_said_in_the_unit_that_fits(amount, said):
    assert amount.say("nb").replace("\N{NO-BREAK SPACE}", " ") == said
