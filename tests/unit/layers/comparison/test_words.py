"""How measures, sets of parameters and places are written."""

from __future__ import annotations

import numpy as np
import pytest

from geo.comparison.measures import MEASURES
from layers.comparison import words
from tests.support import compared


def spaced(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("name", "least", "most", "said"),
    [
        ("reserve_m2", 4_300.0, 45_400.0, "4,3–45,4 daa"),
        ("reserve_m2", 99_000.0, 1_200_000.0, "99,0–1 200 daa"),
        ("share", 0.46, 0.83, "46–83 %"),
        ("share", 0.831, 0.832, "83 %"),
        ("densification_bra_m2", 317.0, 66_000.0, "317–66 000 m² BRA"),
        ("reserve_m2_per_job", 3.2, 40.0, "3,2–40 m²"),
        ("reserve_m2", 5_000.0, 5_000.0, "5,0 daa"),
    ],
)
def test_a_span_has_its_unit_once(name, least, most, said):
    assert spaced(words.span_of(MEASURES[name], least, most)) == said


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("min_part_m2=3000", {"min_part_m2": 3000.0}, "Minste del 3 000 m²"),
        ("max_utilisation=0.85", {"max_utilisation": 0.85}, "Fortetting under 85 %"),
        ("target=0.875", {"target": 0.875}, "Mål 87,5 %"),
        (
            "building_buffer_m=10, target=0.8",
            {"building_buffer_m": 10.0, "target": 0.8},
            "Buffer 10 m, Mål 80 %",
        ),
        ("building_buffer_m=10", {"building_buffer_m": 15.0}, "building_buffer_m=10"),
        ("building_buffer_m=10", {"building_buffer_m": None}, "building_buffer_m=10"),
        ("standard", {}, "standard"),
        ("a=b", {}, "a=b"),
        ("=", {}, "="),
        ("building_buffer_m=nan", {"building_buffer_m": None}, "building_buffer_m=nan"),
    ],
)
def test_a_set_is_called_in_words_by_what_it_holds(name, changed, said):
    summary = compared.summary(compared.row(parameter_set=name, **changed))
    assert spaced(words.named_sets(summary)[name]) == said


def test_two_sets_are_never_called_the_same():
    names = ("Buffer 10\N{NO-BREAK SPACE}m", "building_buffer_m=10")
    rows = [compared.row(parameter_set=name, building_buffer_m=10.0) for name in names]
    assert words.named_sets(compared.summary(*rows)) == dict(zip(names, names, strict=True))


@pytest.mark.parametrize(
    ("best", "worst", "known", "said"),
    [
        (2, 5, 3, "2–5"),
        (2, 2, 3, "2"),
        (2, 5, 1, "2–5 (1 av 3 sett)"),
        (np.nan, np.nan, 0, "ukjent"),
    ],
)
def test_a_place_by_all_sets_says_by_how_many(best, worst, known, said):
    assert words.place_by_sets({"best": best, "worst": worst, "known": known}, 3) == said
