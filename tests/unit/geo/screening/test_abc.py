"""The right business in the right place."""

from __future__ import annotations

import pytest

from geo.jobs import read_norms
from geo.screening.abc import BUSINESS_CLASS, abc_fit


@pytest.mark.parametrize(
    ("business", "place", "station_m", "fit", "why"),
    [
        ("kontor", "A", 400, "fits", "screen.abc_fits"),
        ("kontor", "A", 500, "fits", "screen.abc_fits"),
        ("kontor", "A", 501, "fits", "screen.abc_fits_walk"),
        ("kontor", "A", 1001, "does_not_fit", "screen.abc_far"),
        ("kontor", "C", 100, "does_not_fit", "screen.abc_opposite"),
        ("lager", "A", 100, "does_not_fit", "screen.abc_opposite"),
        ("lager", "B", 9000, "fits", "screen.abc_fits"),
        ("lager", "C", None, "fits", "screen.abc_fits"),
        ("fou", "A", 9000, "fits", "screen.abc_fits"),
        ("Lett industri", "C", None, "fits", "screen.abc_fits"),
        ("kontor", "A", None, "unknown", "screen.abc_no_station"),
        ("kontor", None, 400, "unknown", "screen.abc_no_place"),
        ("kontor", None, 1001, "does_not_fit", "screen.abc_far"),
        ("gartneri", "A", 400, "unknown", "screen.abc_type_unknown"),
        (None, "A", 400, "unknown", "screen.abc_no_type"),
    ],
)
def test_a_business_fits_its_place(business, place, station_m, fit, why):
    found = abc_fit(business, place, station_m)
    assert (found.fit, found.reason.msgid) == (fit, why)
    for language in ("nb", "en"):
        assert "{" not in found.reason.say(language)


def test_every_type_of_business_that_has_a_norm_has_a_class():
    assert set(BUSINESS_CLASS) == set(read_norms())


def test_types_with_fewer_square_metres_per_job_are_no_less_central():
    norms = read_norms()
    # Industry is C for the land that it takes, whatever its floor area.
    by_area = sorted(
        (norms[name].middle, letter)
        for name, letter in BUSINESS_CLASS.items()
        if name not in {"industri", "industri_lager"}
    )
    letters = [letter for _, letter in by_area]
    assert letters == sorted(letters)
