"""Jobs from floor area: the norms, the arithmetic and what is done with what is not known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.jobs import (
    Norm,
    business_key,
    complete_jobs,
    given_jobs,
    jobs_from_area,
    read_norms,
    site_jobs,
    with_overrides,
)
from tests.support.errors import raising
from tests.support.shapes import frame

SPANS = {
    "kontor": (23, 28),
    "lett_industri": (47, 60),
    "industri": (36, 80),
    "lager": (70, 95),
    "handel": (15, 20),
    "handel_plasskrevende": (90, 90),
    "fou": (25, 40),
    "industri_lager": (36, 95),
}


@pytest.fixture(scope="module")
def norms():
    return read_norms()


def from_area(area, business_type, norms):
    return jobs_from_area(pd.Series([area]), pd.Series([business_type]), norms).iloc[0].to_dict()


# The norms


def test_the_norms_are_those_of_the_sources(norms):
    assert {name: (norm.low, norm.high) for name, norm in norms.items()} == SPANS


def test_only_office_and_warehouse_are_read_in_a_source(norms):
    assert {name for name, norm in norms.items() if norm.mark == "S"} == {"kontor", "lager"}
    assert {norm.mark for norm in norms.values()} == {"S", "A"}


def test_british_figures_say_that_they_are_not_bra(norms):
    british = [norm for norm in norms.values() if "UK" in norm.source]
    assert {norm.business_type for norm in british} == {
        "lett_industri",
        "lager",
        "handel",
        "handel_plasskrevende",
    }
    assert {norm.business_type: norm.basis for norm in british} == {
        "lett_industri": "NIA/GEA",
        "lager": "NIA/GEA",
        "handel": "salgsareal",
        "handel_plasskrevende": "salgsareal",
    }


def test_retail_says_that_its_square_metres_are_sales_area(norms):
    # 15–20 m² a job is denser than offices (23–28): of sales area, not of all floor area.
    for name in ("handel", "handel_plasskrevende"):
        assert norms[name].source.endswith("m² er salgsareal, ikke BRA")
        assert norms[name].source_en.endswith("m² are sales area, not BRA")


def test_every_norm_has_its_texts_in_both_languages(norms):
    for norm in norms.values():
        assert all((norm.label, norm.label_en, norm.source, norm.source_en))


@pytest.mark.parametrize(
    ("low", "high"), [(0, 10), (-5, 10), (20, 10), (10, math.inf), (math.nan, 10), (10, math.nan)]
)
def test_a_norm_that_is_no_positive_ordered_interval_is_refused(norms, low, high):
    with raising("error.norm") as caught:
        with_overrides(norms, {"kontor": (low, high)})
    assert caught.value.parts == {
        "business_type": "kontor",
        "low": f"{low:g}",
        "high": f"{high:g}",
    }


def test_norms_can_be_read_from_another_file(tmp_path):
    path = tmp_path / "norms.toml"
    path.write_text(
        '[verksted]\nlabel = "Verksted"\nlabel_en = "Workshop"\nlow = 50\nhigh = 70\n'
        'basis = "BRA"\nmark = "A"\nsource = "Vår"\nsource_en = "Ours"\n',
        encoding="utf-8",
    )
    norm = read_norms(path)["verksted"]
    assert isinstance(norm, Norm)
    assert (norm.middle, norm.year) == (60, None)


def test_an_edited_norm_is_an_assumption_without_a_source(norms):
    edited = with_overrides(norms, {"kontor": (15, 20)})["kontor"]
    assert (edited.low, edited.high, edited.mark, edited.basis) == (15, 20, "A", "BRA")
    assert (edited.source, edited.year) == ("", None)
    assert edited.label == "Kontor"


def test_editing_leaves_the_other_norms_and_the_original_alone(norms):
    edited = with_overrides(norms, {"kontor": (15, 20)})
    assert edited["lager"] == norms["lager"]
    assert norms["kontor"].low == 23


def test_an_override_that_changes_nothing_keeps_the_source(norms):
    assert with_overrides(norms, {"kontor": (23, 28)}) == norms


def test_an_override_of_an_unknown_type_is_refused(norms):
    with raising("error.unknown_business_type", match=r"«romfart».*kontor, lett_industri"):
        with_overrides(norms, {"romfart": (1, 2)})


# From floor area


def test_the_widest_norm_gives_the_fewest_jobs(norms):
    # 9 000 m² of warehouse: by 95, by 82.5 (halfway between 70 and 95) and by 70 m² per job.
    assert from_area(9000, "lager", norms) == pytest.approx(
        {"jobs_low": 9000 / 95, "jobs": 9000 / 82.5, "jobs_high": 9000 / 70}
    )


def test_a_norm_of_one_figure_gives_one_number(norms):
    assert from_area(900, "handel_plasskrevende", norms) == {
        "jobs_low": 10,
        "jobs": 10,
        "jobs_high": 10,
    }


def test_no_floor_area_holds_no_jobs(norms):
    assert set(from_area(0, "kontor", norms).values()) == {0}


@pytest.mark.parametrize(
    ("area", "business_type"), [(np.nan, "kontor"), (500, None), (500, "romfart"), (500, "nan")]
)
def test_an_unknown_area_or_type_gives_unknown_jobs(norms, area, business_type):
    assert np.isnan(list(from_area(area, business_type, norms).values())).all()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Kontor", "kontor"),
        (" Lett industri ", "lett_industri"),
        ("FoU", "fou"),
        ("Industri/lager", "industri_lager"),
    ],
)
def test_a_type_may_be_written_as_people_write_it(norms, written, key):
    assert from_area(600, written, norms) == from_area(600, key, norms)


def test_a_negative_area_is_refused(norms):
    with raising("error.negative_area") as caught:
        jobs_from_area(
            pd.Series([1, -2.5], ["a", "b"]), pd.Series(["kontor"] * 2, ["a", "b"]), norms
        )
    assert caught.value.parts == {"site": "b", "area": "-2.5"}


# Completing


def completed(norms, **columns):
    rows = len(next(iter(columns.values())))
    return complete_jobs(frame(*[Point(0, 0)] * rows, **columns), norms)


def test_given_jobs_win_over_floor_area(norms):
    row = completed(norms, jobs=[40], gross_area_m2=[9000], business_type=["lager"]).iloc[0]
    assert row.to_dict() == {"jobs_low": 40, "jobs": 40, "jobs_high": 40, "basis": "given"}


def test_given_bounds_are_kept(norms):
    row = completed(norms, jobs=[40], jobs_low=[30], jobs_high=[None]).iloc[0]
    assert row.to_dict() == {"jobs_low": 30, "jobs": 40, "jobs_high": 40, "basis": "given"}


def test_given_bounds_without_a_middle_give_the_middle(norms):
    row = completed(norms, jobs_low=[30], jobs_high=[50]).iloc[0]
    assert row.to_dict() == {"jobs_low": 30, "jobs": 40, "jobs_high": 50, "basis": "given"}


def test_zero_given_jobs_are_given(norms):
    row = completed(norms, jobs=[0], gross_area_m2=[9000], business_type=["lager"]).iloc[0]
    assert (row["jobs"], row["basis"]) == (0, "given")


def test_jobs_that_are_not_given_come_from_floor_area(norms):
    row = completed(
        norms, jobs=[None], gross_area_m2=[900], business_type=["handel_plasskrevende"]
    ).iloc[0]
    assert row.to_dict() == {"jobs_low": 10, "jobs": 10, "jobs_high": 10, "basis": "floor_area"}


def test_one_bound_alone_does_not_mix_with_floor_area(norms):
    row = completed(
        norms, jobs_low=[3], gross_area_m2=[900], business_type=["handel_plasskrevende"]
    ).iloc[0]
    assert row.to_dict() == {"jobs_low": 10, "jobs": 10, "jobs_high": 10, "basis": "floor_area"}


def test_what_is_not_known_stays_unknown(norms):
    table = completed(norms, gross_area_m2=[900, None], business_type=[None, "kontor"])
    assert table["basis"].tolist() == ["unknown", "unknown"]
    assert table[["jobs_low", "jobs", "jobs_high"]].isna().all(axis=None)


def test_sites_that_say_nothing_are_unknown(norms):
    table = completed(norms, name=["a"])
    assert list(table) == ["jobs_low", "jobs", "jobs_high", "basis"]
    assert table["basis"].tolist() == ["unknown"]


def test_no_sites_give_an_empty_table(norms):
    assert complete_jobs(frame(), norms).empty


def test_the_table_carries_the_index_of_the_sites(norms):
    sites = frame(Point(0, 0), Point(0, 0), jobs=[1, None]).set_axis(["b", "a"])
    assert complete_jobs(sites, norms)["basis"].to_dict() == {"b": "given", "a": "unknown"}


def test_a_negative_floor_area_is_refused_and_the_site_is_named(norms):
    with raising("error.negative_area") as caught:
        completed(norms, project_id=["x"], gross_area_m2=[-1], business_type=["kontor"])
    assert caught.value.parts == {"site": "x", "area": "-1"}


# Sites to be screened

COLUMNS = ("jobs_low", "jobs", "jobs_high")


def sites_of(rows):
    table = pd.DataFrame(rows, columns=[*COLUMNS, "gross_area_m2", "business_type"])
    numbers = dict.fromkeys([*COLUMNS, "gross_area_m2"], float)
    return table.astype({**numbers, "business_type": "str"})


def by_hand(row, norms):
    """Jobs of one site and how they are known, as the domain says it."""
    low, middle, high, area, kind = row
    if middle is None and low is not None and high is not None:
        middle = (low + high) / 2
    if middle is not None:
        ends = (middle if end is None else end for end in (low, middle, high))
        return [*ends], "given"
    norm = norms.get(business_key(kind))
    if area is None or norm is None:
        return [math.nan] * 3, "unknown"
    return [area / norm.high, area / ((norm.low + norm.high) / 2), area / norm.low], "floor_area"


number = st.none() | st.floats(0, 5000)
kinds = st.sampled_from([None, "lager", " Lett Industri", "handel-plasskrevende", "gartneri"])


@st.composite
def ordered(draw):
    three = draw(st.tuples(number, number, number))
    known = iter(sorted(one for one in three if one is not None))
    return [None if one is None else next(known) for one in three]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(ordered(), number, kinds), min_size=1, max_size=6))
def test_jobs_are_those_of_the_arithmetic(norms, wanted):
    rows = [(*jobs, area, kind) for jobs, area, kind in wanted]
    expected = [by_hand(row, norms) for row in rows]
    completed = complete_jobs(sites_of(rows), norms)
    found = site_jobs(sites_of(rows), norms)
    for table in (completed, pd.DataFrame(found)):
        assert table[[*COLUMNS]].to_numpy() == pytest.approx(
            np.array([jobs for jobs, _ in expected]), nan_ok=True
        )
        assert table["basis"].tolist() == [basis for _, basis in expected]


@pytest.mark.parametrize(
    ("row", "error", "parts"),
    [
        ((None, -1, None, None, None), "error.negative_jobs", {"jobs": "-1"}),
        ((3, 2, 4, None, None), "error.jobs_interval", {}),
        ((1, 2, 1, None, None), "error.jobs_interval", {}),
        ((None, None, None, -5, "lager"), "error.negative_area", {"area": "-5"}),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_site_is_named(norms, row, error, parts):
    sites = sites_of([(None, 1, None, None, None), row]).assign(id=["en", "to"])
    for work in (site_jobs, lambda *given: given_jobs(complete_jobs(*given).join(sites["id"]))):
        with raising(error) as caught:
            work(sites, norms)
        assert caught.value.parts == {"site": "to"} | parts


def test_given_jobs_need_their_column():
    with raising("error.missing_column"):
        given_jobs(frame(Point(0, 0)))


def test_jobs_without_a_middle_are_not_given():
    table = given_jobs(sites_of([(5, None, 9, None, None), (None, 7, 9, None, None)]))
    assert table.loc[0].isna().all()
    assert table.loc[1].to_dict() == {"jobs_low": 7, "jobs": 7, "jobs_high": 9}


def test_an_endless_number_is_not_known(norms):
    found = site_jobs(sites_of([(None, math.inf, None, None, None)]), norms)
    assert math.isnan(found["jobs"][0])
    assert found["basis"].tolist() == ["unknown"]


def test_an_expected_floor_area_is_for_sites_of_which_nothing_else_is_known(norms):
    known = [(None, 5, None, None, "lager"), (None, None, None, 950, "lager")]
    sites = sites_of([*known, (*[None] * 4, "lager")])
    found = site_jobs(sites, norms, np.full(3, 9_500.0))
    assert found["jobs_low"].tolist() == pytest.approx([5, 10, 100])
    assert found["basis"].tolist() == ["given", "floor_area", "utilisation"]
