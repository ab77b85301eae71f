"""Sentences on the rule: by which figures room and want are reckoned, and what is not known."""

from __future__ import annotations

import pytest

from layers.widgets import sentences
from tests.pages.test_pages import spaced
from tests.unit.layers.widgets.test_gauge import result


def said(*sides, **others):
    return spaced(sentences.room(result(*sides, **others)))


def test_room_without_an_interval():
    # 900 / 9 = 100, less the 40 that come outside.
    assert said((900,) * 3, (40,) * 3) == (
        "Det er rom for **60** arbeidsplasser til utenfor før andelen faller under 90 %."
    )


def test_room_with_an_interval_is_by_the_middle_and_says_the_worst_case():
    # 90 to 110 by the lowest and the highest, 100 by the middle.
    assert said((810, 900, 990), (0,) * 3) == (
        "Midt i spennet er det rom for **100** til utenfor før andelen faller under 90 %; "
        "i verste fall **90**."
    )


def test_a_fulfilled_sum_that_something_could_lower_says_what_it_bears_in_the_worst_case():
    assert said((810, 900, 990), (0, 0, 5), could_lower=True) == (
        "Tåler inntil **85** arbeidsplasser utenfor fra sakene uten tall "
        "før andelen faller under 90 %."
    )


def test_the_want_is_by_the_middle_of_the_interval():
    # 200 − 900 / 9 = 100 too many, and 9 × 200 − 900 = 900.
    assert said((900,) * 3, (200,) * 3).startswith("Det er **100** for mange utenfor. **900** nye")
    assert said((800, 900, 950), (200,) * 3).startswith(
        "Midt i spennet er det **100** for mange utenfor; **900** nye innenfor"
    )


@pytest.mark.parametrize("open_", [{"could_raise": True}, {"nothing_known": True}])
def test_nothing_known_is_not_said_to_be_nothing(open_):
    nothing = (0, 0, 0)
    known = "Ingen av sakene kan regnes med, så det finnes ingen andel."
    assert said(nothing, nothing, **open_) == known
    assert said(nothing, nothing) == "Uten nye arbeidsplasser er det ingenting å vurdere."
