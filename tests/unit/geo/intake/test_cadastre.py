"""Plots found by gnr/bnr in its many spellings."""

from __future__ import annotations

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NaeringsarealError
from geo.intake.cadastre import MOST_PLOTS, at, find, find_each
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

IDS = ["12/34", "12/34", "12/345", "112/34", "12/34/5", "3205-13/1/0/0", None]


def parcels():
    return rows(*(square(100.0 * n, 0) for n in range(len(IDS))), parcel_id=IDS)


@pytest.mark.parametrize(
    "text",
    [
        *("12/34", " 12 / 34 ", "12 34", "gnr 12 bnr 34", "Gnr. 12, bnr. 34", "g12 b34", "012/034"),
        *("12/34/0", "12/34/0/0", "3205-12/34/0/0", "3205-12/34", "3205 12/34"),
    ],
)
def test_a_plot_is_all_its_pieces_however_it_is_written(text):
    found = find(text, parcels(), "3205")
    assert found.index.tolist() == [0, 1]
    assert found.area.tolist() == [10_000, 10_000]


def test_a_leasehold_is_not_the_plot_it_lies_on():
    assert find("12/34/5", parcels()).index.tolist() == [4]
    assert find("gnr 12 bnr 34 fnr 5", parcels()).index.tolist() == [4]


def test_the_packs_own_spelling_does_not_matter():
    assert find("13/1", parcels(), "3205").index.tolist() == [5]
    with raising("error.plot_not_found"):
        find("3222-13/1", parcels())


@pytest.mark.parametrize(
    "text", ["", "12", "12/", "/34", "tomta", "12/34/5/6/7", "1" * 100, "-1/2"]
)
def test_what_is_no_gnr_bnr_is_refused(text):
    with raising("error.plot_text"):
        find(text, parcels())


def test_a_plot_that_is_not_there_is_told_by_its_name():
    with raising("error.plot_not_found", match="99/1"):
        find("gnr 99 bnr 1", parcels())
    with raising("error.plot_elsewhere", match=r"12/34 er i kommune 3222.*3205"):
        find("3222-12/34", parcels(), "3205")


def test_a_layer_without_numbers_is_told_as_such():
    with raising("error.missing_column", match="parcel_id"):
        find("12/34", parcels().drop(columns="parcel_id"))


@given(st.text(max_size=40))
def test_any_text_finds_plots_or_is_a_sentence(text):
    try:
        found, said = len(find(text, parcels())), "."
    except NaeringsarealError as error:
        found, said = 1, error.say("nb")
    assert found
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("east", "found"),
    [(50.0, "12/34"), (250.0, "12/345"), (650.0, None), (-50.0, None)],
)
def test_a_place_is_in_the_plot_that_covers_it(east, found):
    # The plots are squares of 100 m from east 0; the seventh has no number.
    plots = parcels()
    plots = plots.assign(geometry=plots.translate(610_000, 6_640_000))
    spot = gpd.GeoSeries.from_xy([610_000 + east], [6_640_050], crs=25832).to_crs(4326)
    assert at(spot.x.item(), spot.y.item(), plots) == found


@pytest.mark.parametrize(
    ("text", "plots"),
    [
        ("12/34, 12/345", [[0, 1], [2]]),
        ("12/345; 3205-12/34 og 112/34", [[2], [0, 1], [3]]),
        ("12/345 + 12/345", [[2]]),  # the same plot twice is one site
        ("12/34", [[0, 1]]),
        ("12, 34", [[0, 1]]),  # one plot in another spelling
        ("gnr 12, bnr 34", [[0, 1]]),
    ],
)
def test_several_plots_are_several_sites_in_their_order(text, plots):
    found = find_each(text, parcels(), "3205")
    assert [rows.index.tolist() for rows in found] == plots


def test_the_plot_that_is_wrong_among_several_is_named():
    with raising("error.plot_not_found", match="99/1"):
        find_each("12/34, 99/1", parcels())
    with raising("error.plot_text"):
        find_each("12/34, hei", parcels())
    with raising("error.too_many_plots", match="fil"):
        find_each(", ".join(["12/34"] * (MOST_PLOTS + 1)), parcels())
