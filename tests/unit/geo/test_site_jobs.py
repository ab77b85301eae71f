"""Jobs of sites in arrays are the jobs of the ledger's projects, error for error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import JobsError
from geo.jobs import complete_jobs, given_jobs, read_norms
from geo.site_jobs import site_jobs
from tests.support.errors import raising

NORMS = read_norms()
COLUMNS = ("jobs_low", "jobs", "jobs_high")

number = st.none() | st.floats(0, 5000)
kinds = st.sampled_from([None, "lager", " Lett Industri", "handel-plasskrevende", "gartneri"])
ordered = st.tuples(number, number, number).map(
    lambda three: [None if one is None else one for one in _sorted(three)]
)


def _sorted(three):
    known = iter(sorted(one for one in three if one is not None))
    return [None if one is None else next(known) for one in three]


def frame(rows):
    table = pd.DataFrame(rows, columns=[*COLUMNS, "gross_area_m2", "business_type"])
    numbers = dict.fromkeys([*COLUMNS, "gross_area_m2"], float)
    return table.astype({**numbers, "business_type": "str"})


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(ordered, number, kinds), min_size=1, max_size=6))
def test_arrays_and_frames_agree(wanted):
    rows = frame([(*jobs, area, kind) for jobs, area, kind in wanted])
    try:
        expected = complete_jobs(rows, NORMS)
        checked = given_jobs(expected)
    except JobsError as error:
        assert error.code in {"error.jobs_interval", "error.negative_jobs"}  # noqa: PT017
        with raising(error.code):
            site_jobs(rows, NORMS, np.full(len(rows), np.nan))
        return
    found = site_jobs(rows, NORMS, np.full(len(rows), np.nan))
    for name in COLUMNS:
        np.testing.assert_allclose(found[name], checked[name], rtol=1e-12)
    assert found["basis"].tolist() == expected["basis"].tolist()


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ((None, -1, None, None, None), "error.negative_jobs"),
        ((3, 2, 4, None, None), "error.jobs_interval"),
        ((1, 2, 1, None, None), "error.jobs_interval"),
        ((None, None, None, -5, "lager"), "error.negative_area"),
    ],
)
def test_what_makes_no_sense_is_refused_as_elsewhere(row, error):
    rows = frame([(None, 1, None, None, None), row]).assign(id=["en", "to"])
    with raising(error, match="to"):
        site_jobs(rows, NORMS, np.full(2, np.nan))


def test_an_endless_number_is_not_known():
    rows = frame([(None, np.inf, None, None, None)])
    found = site_jobs(rows, NORMS, np.full(1, np.nan))
    assert np.isnan(found["jobs"][0])
    assert found["basis"].tolist() == ["unknown"]


def test_a_utilisation_is_for_sites_of_which_nothing_else_is_known():
    rows = frame(
        [(None, 5, None, None, "lager"), (None, None, None, 950, "lager"), (*[None] * 4, "lager")]
    )
    found = site_jobs(rows, NORMS, np.full(3, 10_000.0), 0.95)
    assert found["jobs_low"].tolist() == pytest.approx([5, 10, 100])
    assert found["basis"].tolist() == ["given", "floor_area", "utilisation"]
