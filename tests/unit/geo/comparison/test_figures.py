"""Measures, sums, places, classes and sets of parameters, by hand and by their properties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.comparison import measures, ranking, sensitivity
from geo.comparison.measures import MEASURES
from tests.support import compared

THREE = (
    compared.row("9901", reserve_m2=40_000.0),  # 20 m² an inhabitant, 100 a job
    compared.row("9902", reserve_m2=90_000.0, inhabitants=1_000, jobs_inside=10, jobs_outside=30),
    compared.row("9903", reserve_m2=None, gross_m2=None, jobs_inside=0, jobs_outside=0),
)


def of(*rows, name):
    return compared.summary(*rows).of_set("standard"), MEASURES[name]


def test_a_measure_for_each_is_a_quotient():
    known = measures.values(*of(*THREE, name="reserve_m2_per_inhabitant"))
    assert known.iloc[:2].tolist() == [20, 90]
    assert math.isnan(known.iloc[2])
    by_job = measures.values(*of(*THREE, name="densification_m2_per_job"))
    assert by_job.tolist() == [20, 20, 20]  # 8 000 / 400


@pytest.mark.parametrize("inhabitants", [None, 0])
def test_without_inhabitants_nothing_is_told_for_each(inhabitants):
    rows, measure = of(compared.row(inhabitants=inhabitants), name="reserve_m2_per_inhabitant")
    assert measures.values(rows, measure).isna().all()
    assert math.isnan(measures.total(rows, measure).value)


def test_a_sum_says_whose_figures_are_not_in_it():
    total = measures.total(*of(*THREE, name="reserve_m2"))
    assert total == measures.Total(130_000.0, 2, ("9903",), partly=False, unmapped=False)


@pytest.mark.parametrize(
    ("changed", "name", "told"),
    [
        ({}, "reserve_m2", "whole"),
        ({"zones_unaccounted": 1}, "reserve_m2", "least"),
        ({"status": "unknown"}, "reserve_m2", "least"),
        ({"constraints_mapped": None}, "reserve_m2", "most"),
        ({"constraints_mapped": False, "zones_unaccounted": 1}, "reserve_m2", "open"),
        ({"constraints_mapped": False}, "densification_bra_m2", "whole"),
        ({"constraints_mapped": False}, "reserve_m2_per_inhabitant", "most"),
        ({"status": "unknown"}, "reserve_m2_per_inhabitant", "whole"),
        ({"not_estimable": 1}, "share", "open"),
        ({"constraints_mapped": False}, "reserve_in_growth_share", "open"),
    ],
)
def test_a_sum_is_no_surer_than_what_is_in_it(changed, name, told):
    rows, measure = of(compared.row("9901", **changed), compared.row("9902"), name=name)
    assert measures.total(rows, measure).certainty(measure) == told


def test_a_share_of_all_is_of_the_sums_and_no_mean():
    # (95 + 10 + 0) / (100 + 40 + 0); the mean of 0.95 and 0.25 is 0.6.
    total = measures.total(*of(*THREE, name="share"))
    assert total.value == pytest.approx(105 / 140)
    assert total.unknown == ()  # no new jobs are nothing unknown


def test_a_quotient_of_sums_is_over_those_of_whom_both_are_known():
    rows = [THREE[0], THREE[1] | {"inhabitants": None}]
    total = measures.total(*of(*rows, name="reserve_m2_per_inhabitant"))
    assert total.value == 20
    assert total.unknown == ("9902",)


def test_what_is_unknown_in_part_is_told():
    rows = [compared.row(unknown_plots=3), compared.row("9902")]
    assert measures.total(*of(*rows, name="densification_bra_m2")).partly
    assert not measures.total(*of(*rows, name="reserve_m2")).partly
    empty = [compared.row(zones_unaccounted=1)]
    assert measures.total(*of(*empty, name="reserve_m2")).partly


def test_of_nothing_known_there_is_no_sum():
    rows = [compared.row(status="unknown")]
    total = measures.total(*of(*rows, name="reserve_m2"))
    assert math.isnan(total.value)
    assert total.unknown == ("9901",)


def test_equal_figures_share_a_place_and_the_unknown_may_come_before_all():
    amounts = {"9904": 5.0, "9903": 9.0, "9902": 9.0, "9901": 12.0, "9905": None}
    rows = [compared.row(one, densification_bra_m2=area) for one, area in amounts.items()]
    found = ranking.places(*of(*rows, name="densification_bra_m2"))
    assert found.index.tolist() == ["9901", "9902", "9903", "9904", "9905"]
    assert found["first"].tolist()[:4] == [1, 2, 2, 4]
    assert found["last"].tolist()[:4] == [2, 3, 3, 5]
    assert found.loc["9905"].isna().all()


def test_no_new_jobs_take_no_place_and_threaten_none():
    rows = [compared.row("9901"), compared.row("9902", jobs_inside=0, jobs_outside=0)]
    found = ranking.places(*of(*rows, name="share"))
    assert (found.loc["9901", "first"], found.loc["9901", "last"]) == (1, 1)
    assert found.loc["9902"].isna().all()


def test_classes_hold_about_as_many_each_and_equal_figures_together():
    ten = ranking.classes(pd.Series([10.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, np.nan]))
    assert ten.tolist()[:-1] == [5, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert math.isnan(ten.iloc[-1])
    assert ranking.classes(pd.Series([3.0, 3, 8, np.nan])).tolist()[:3] == [1, 1, 2]
    assert ranking.classes(pd.Series([np.nan])).isna().all()


def test_figures_are_spread_from_least_to_greatest():
    assert ranking.spread(pd.Series([4.0, 1, 2, 3, 5, np.nan])) == (1, 2, 3, 4, 5)
    assert ranking.spread(pd.Series([np.nan])) is None


def test_a_figure_that_may_be_more_or_less_may_have_another_place():
    rows = [
        compared.row("9901", reserve_m2=90_000.0, constraints_mapped=False),  # at most 90
        compared.row("9902", reserve_m2=50_000.0),
        compared.row("9903", reserve_m2=40_000.0, zones_unaccounted=1),  # at least 40
        compared.row("9904", reserve_m2=30_000.0),
        compared.row("9905", reserve_m2=20_000.0, zones_unaccounted=2, constraints_mapped=None),
    ]
    rows, measure = of(*rows, name="reserve_m2")
    assert list(measures.certainty(rows, measure)) == ["most", "whole", "least", "whole", "open"]
    found = ranking.places(rows, measure)
    assert found["place"].tolist() == [1, 2, 3, 4, 5]
    # 9901 may have nothing; 9902 may be passed by all but 9904; 9904 is under 9902 and 9903.
    assert found["first"].tolist() == [1, 1, 1, 3, 1]
    assert found["last"].tolist() == [5, 4, 4, 5, 5]


def test_a_share_has_the_places_of_its_interval():
    rows = [
        compared.row("9901", share_low=0.8, share_high=0.97),
        compared.row("9902", share_low=0.9, share_high=0.95),
        compared.row("9903", share_low=0.5, share_high=0.6, jobs_inside=55, jobs_outside=45),
    ]
    found = ranking.places(*of(*rows, name="share"))
    assert found[["first", "last"]].to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]
    rows[2] |= {"not_estimable": 1}
    found = ranking.places(*of(*rows, name="share"))
    assert found[["first", "last"]].to_numpy().tolist() == [[1, 3], [1, 3], [1, 3]]


@pytest.mark.parametrize("gone", ["zones_unaccounted", "constraints_mapped"])
def test_without_the_column_that_says_so_no_figure_is_the_whole(gone):
    rows = compared.summary(*THREE, drop=(gone,)).of_set("standard")
    said = measures.certainty(rows, MEASURES["reserve_m2"])
    assert list(said[:2]) == ["least" if gone == "zones_unaccounted" else "most"] * 2


SETS = [
    compared.row(number, reserve_m2=area, parameter_set=name)
    for name, areas in {
        "standard": {"9901": 50_000.0, "9902": 40_000.0, "9903": 20_000.0},
        "trangt": {"9901": 30_000.0, "9902": 36_000.0, "9903": None},
    }.items()
    for number, area in areas.items()
]


def test_sets_are_compared_over_those_known_by_both():
    base, tight = sensitivity.by_set(compared.summary(*SETS), MEASURES["reserve_m2"], "standard")
    assert (base.change, base.moved, base.compared) == (0, 0, 3)
    assert tight.total.value == 66_000
    assert tight.total.unknown == ("9903",)
    assert tight.change == pytest.approx(66 / 90 - 1)
    assert (tight.moved, tight.compared) == (2, 2)


def test_every_municipality_by_every_set():
    found = sensitivity.matrix(compared.summary(*SETS), MEASURES["reserve_m2"])
    assert found.loc["9901"].tolist() == [50_000, 30_000]
    assert math.isnan(found.loc["9903", "trangt"])


@pytest.mark.parametrize("name", MEASURES)
def test_the_sum_by_a_set_is_the_sum_of_that_set(name):
    rows = [*SETS, compared.row("9904", jobs_today=None, not_estimable=2), compared.row("9905")]
    summary = compared.summary(*rows)
    for one in sensitivity.by_set(summary, MEASURES[name], "standard"):
        alone = measures.total(summary.of_set(one.name), MEASURES[name])
        assert one.total == alone


def test_places_by_all_sets_are_those_that_a_reader_of_each_sees():
    found = sensitivity.spans(compared.summary(*SETS), MEASURES["reserve_m2"])
    for name in ("standard", "trangt"):
        place = ranking.places(*of_set(name))["place"].reindex(found.index)
        known = place.notna()
        assert (found["best"] <= place)[known].all()
        assert (found["worst"] >= place)[known].all()
    assert found.loc["9901"].tolist() == [30_000, 50_000, 1, 2, 2]
    assert found["known"].tolist() == [2, 2, 1]


def of_set(name):
    return compared.summary(*SETS).of_set(name), MEASURES["reserve_m2"]


AREAS = st.lists(st.none() | st.integers(0, 20).map(lambda n: n * 1000.0), min_size=1, max_size=8)


def towns(areas, name="reserve_m2"):
    """Rows with no more than a measure asks for: they are made hundreds of times."""
    numbers = [f"99{n:02}" for n in range(1, len(areas) + 1)]
    rows = pd.DataFrame(
        {"municipality_no": numbers, "reserve_m2": areas, "inhabitants": 100.0}
        | {"zones_unaccounted": 0, "constraints_mapped": True},
        index=numbers,
    )
    return rows, MEASURES[name]


@given(AREAS, st.randoms())
def test_places_do_not_follow_from_the_order_of_rows(areas, random):
    rows, measure = towns(areas)
    mixed = rows.iloc[random.sample(range(len(rows)), len(rows))]
    pd.testing.assert_frame_equal(
        ranking.places(mixed, measure), ranking.places(rows, measure), check_names=False
    )


@given(AREAS, st.data())
def test_a_figure_that_is_taken_away_only_makes_more_unknown(areas, data):
    gone = data.draw(st.integers(0, len(areas) - 1))
    less = [None if n == gone else area for n, area in enumerate(areas)]
    for name in ("reserve_m2", "reserve_m2_per_inhabitant"):
        before, after = (towns(one, name) for one in (areas, less))
        was, now = (measures.values(*one) for one in (before, after))
        assert now.equals(was.where(now.notna()))
        held, holds = (ranking.places(*one).sort_index() for one in (before, after))
        kept = holds["first"].notna()
        assert (holds["first"] <= held["first"])[kept].all()
        assert (holds["last"] >= held["last"])[kept].all()
        more, fewer = (set(measures.total(*one).unknown) for one in (after, before))
        assert fewer <= more


@given(AREAS)
def test_a_sum_is_of_its_parts_and_an_unknown_is_in_none(areas):
    total = measures.total(*towns(areas))
    known = [area for area in areas if area is not None]
    assert total.counted + len(total.unknown) == len(areas)
    assert (total.value == sum(known)) if known else math.isnan(total.value)


@given(st.lists(st.none() | st.floats(0, 1e9), max_size=30))
def test_a_higher_figure_is_in_no_lower_class(amounts):
    value = pd.Series(amounts, dtype=float)
    found = ranking.classes(value)
    assert found.isna().equals(value.isna())
    assert found.dropna().between(1, ranking.CLASSES).all()
    assert found[value.sort_values().index].dropna().is_monotonic_increasing
