"""Figures of jobs today, worked out by hand."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geo import jobs_today
from geo.jobs_today import FIGURES, UNKNOWN_INDUSTRY

NAN = float("nan")


def firms(*rows):
    """(place, industry, employees, low, high) each."""
    places, codes, numbers, lows, highs = zip(*rows, strict=True)
    columns = {
        "business_id": [str(row) for row in range(len(rows))],
        "industry": list(codes),
        "employees": list(numbers),
        "employees_low": list(lows),
        "employees_high": list(highs),
    }
    frame = gpd.GeoDataFrame(columns, geometry=list(places), crs="EPSG:25832")
    numbers = ["employees", "employees_low", "employees_high"]
    return frame.astype(dict.fromkeys(numbers, "float64") | {"industry": "str"})


def squares():
    """West and east, 100 m each, with a common side at x = 600 100."""
    west, east = (
        box(600_000, 6_650_000, 600_100, 6_650_100),
        box(600_100, 6_650_000, 600_200, 6_650_100),
    )
    return gpd.GeoDataFrame({"zone_id": ["w", "e"]}, geometry=[west, east], crs="EPSG:25832")


WEST, SIDE, EAST = (Point(x, 6_650_050) for x in (600_050, 600_100, 600_150))
AFAR = Point(601_000, 6_650_050)

TOWN = firms(
    (WEST, "25.110", 40, NAN, NAN),
    (WEST, "62.010", NAN, 1, 4),
    (SIDE, "47.110", 10, NAN, NAN),  # on both: counted in the first
    (EAST, "47.110", 3, NAN, NAN),  # a number under five that a file of one's own gives
    (EAST, None, NAN, NAN, NAN),  # nothing known
    (EAST, "68.209", 0, NAN, NAN),  # nobody is employed: no business with employees
    (AFAR, "86.101", 200, NAN, NAN),
    (None, "25.620", 7, NAN, NAN),
    (None, "96.020", NAN, 1, 4),
)


def of(firms_today, unknown, low, high):
    return dict(zip(FIGURES, (firms_today, unknown, low, high), strict=True))


def test_under_five_is_a_band_whatever_is_known():
    ends = jobs_today.bands(TOWN)
    assert ends["low"].tolist() == pytest.approx([40, 1, 10, 1, NAN, 0, 200, 7, 1], nan_ok=True)
    assert ends["high"].tolist() == pytest.approx([40, 4, 10, 4, NAN, 0, 200, 7, 4], nan_ok=True)


@pytest.mark.parametrize(
    ("given", "band"),
    [
        ((NAN, 2, 3), (1, 4)),
        ((NAN, 3, 9), (1, 9)),
        ((NAN, 5, 9), (5, 9)),
        ((NAN, 0, 4), (0, 4)),
        ((NAN, 4, 2), (NAN, NAN)),  # out of order says nothing
        ((NAN, 1, NAN), (NAN, NAN)),
        ((5, 1, 4), (5, 5)),  # a number goes before a band
    ],
)
def test_bands_that_a_file_gives(given, band):
    ends = jobs_today.bands(firms((WEST, "25", *given)))
    assert ends.iloc[0].tolist() == pytest.approx(band, nan_ok=True)


def test_figures_of_the_whole():
    # 8 of 9 have employees; 40 + 1 + 10 + 1 + 200 + 7 + 1 and with 4 in place of each 1.
    assert jobs_today.figures(TOWN) == of(8, 1, 260, 269)


def test_areas_outside_and_unknown_place_are_the_whole():
    found = jobs_today.by_area(TOWN, squares())
    west, east = found.areas.iloc[0], found.areas.iloc[1]
    assert west[list(FIGURES)].to_dict() == of(3, 0, 51, 54)
    assert east[list(FIGURES)].to_dict() == of(2, 1, 1, 4)
    assert found.outside == of(1, 0, 200, 200)
    assert found.unknown == of(2, 0, 8, 11)
    assert found.whole == of(8, 1, 260, 269)
    # 10 000 m² on the map is a little less than 10 daa on the ground (scale 0,9996 to 1,0004).
    assert west["jobs_per_daa_low"] == pytest.approx(5.1, rel=2e-3)
    assert west["jobs_per_daa_high"] == pytest.approx(5.4, rel=2e-3)


def test_only_businesses_without_a_number_leave_jobs_unknown():
    found = jobs_today.by_area(firms((EAST, "25", NAN, NAN, NAN)), squares())
    assert found.areas["jobs_today_low"].tolist() == pytest.approx([0, NAN], nan_ok=True)
    assert found.areas["firms_today"].tolist() == [0, 1]
    assert np.isnan(found.whole["jobs_today_high"])


def test_industries_are_the_same_under_the_old_and_the_new_standard():
    codes = ["01.110", "25.110", "62010", "61.1", "45.200", "44.100", "A", None, "99.000"]
    rows = firms(*((WEST, code, 5, NAN, NAN) for code in codes))
    unknown = UNKNOWN_INDUSTRY
    expected = ["01", "10", "58", "58", "45", unknown, unknown, unknown, "99"]
    assert jobs_today.industries(rows).tolist() == expected


def test_by_industry_most_jobs_first():
    table = jobs_today.by_industry(TOWN)
    assert table.index.tolist() == ["86", "10", "45", "58", "94", "unknown"]
    assert table.loc["10"].to_dict() == of(2, 0, 47, 47)
    assert table.loc["45"].to_dict() == of(2, 0, 11, 14)
    assert table.loc["unknown"].to_dict() == pytest.approx(of(1, 1, NAN, NAN), nan_ok=True)


def test_share_inside_stands_for_whatever_the_unknown_turns_out_to_be():
    share = jobs_today.share_inside(TOWN, squares())
    # Inside 52 to 58, outside 200, 8 to 11 nobody knows where.
    assert share.inside == of(5, 1, 52, 58)
    assert share.low == pytest.approx(52 / (52 + 200 + 11))
    assert share.high == pytest.approx((58 + 11) / (58 + 11 + 200))


def test_share_of_nothing_is_none_and_of_no_areas_is_what_may_be_there():
    none = jobs_today.share_inside(firms((EAST, "25", NAN, NAN, NAN)), squares())
    assert (none.low, none.high) == (None, None)
    without = jobs_today.share_inside(TOWN, squares().iloc[:0])
    assert without.inside == of(0, 0, 0, 0)
    assert without.low == 0


def test_a_side_of_which_no_number_is_known_is_not_0():
    inside = firms((EAST, "25", NAN, NAN, NAN), (AFAR, "25", 40, NAN, NAN))
    outside = firms((EAST, "25", 40, NAN, NAN), (AFAR, "25", NAN, NAN, NAN))
    for frame in (inside, outside):
        share = jobs_today.share_inside(frame, squares())
        assert (share.low, share.high, share.unnumbered) == (None, None, 1)
    assert jobs_today.share_inside(TOWN, squares()).unnumbered == 1


def test_where_no_business_has_a_place_what_an_area_has_is_unknown_and_not_0():
    found = jobs_today.by_area(firms((None, "25", 7, NAN, NAN)), squares())
    assert found.areas.isna().all(axis=None)
    assert np.isnan(list(found.outside.values())).all()
    assert found.unknown == found.whole == of(1, 0, 7, 7)
    assert jobs_today.by_area(TOWN.iloc[:0], squares()).areas["firms_today"].tolist() == [0, 0]


def test_shown_one_by_one_tells_no_number_under_five():
    rows = jobs_today.shown(TOWN)
    numbers = [40, NAN, 10, NAN, NAN, 0, 200, 7, NAN]
    assert rows["employees"].tolist() == pytest.approx(numbers, nan_ok=True)
    assert rows.loc[3, ["employees_low", "employees_high"]].tolist() == [1, 4]


number = st.one_of(st.just(NAN), st.integers(0, 12).map(float))
place = st.one_of(
    st.none(),
    st.tuples(st.integers(-2, 12), st.integers(-2, 12)).map(
        lambda at: Point(600_000 + 20 * at[0], 6_650_000 + 10 * at[1])
    ),
)
code = st.sampled_from([None, "25.110", "47.1", "44", "x"])
town = st.lists(st.tuples(place, code, number, number, number), min_size=1, max_size=25)


@given(town)
def test_parts_are_the_whole_and_no_group_tells_fewer_than_five(rows):
    frame = firms(*rows)
    found = jobs_today.by_area(frame, squares())
    placed = any(where is not None for where, *_ in rows)
    for name in FIGURES:
        parts = [*found.areas[name], found.outside[name], found.unknown[name]]
        assert placed or np.isnan(parts[:-1]).all()
        assert np.nansum(parts) == np.nan_to_num(found.whole[name])
    groups = [*found.areas[list(FIGURES)].to_numpy(), *jobs_today.by_industry(frame).to_numpy()]
    for _, _, low, high in groups:
        assert np.isnan(low) or low <= high
        assert not 0 < high < 4
        assert not (0 < low == high < 5)


@given(town)
def test_the_share_lies_between_its_ends_whatever_is_true(rows):
    frame = firms(*rows)
    share = jobs_today.share_inside(frame, squares())
    ends = jobs_today.bands(frame).dropna()
    low, high = ends["low"], ends["high"]
    where = jobs_today.places(frame.loc[ends.index], squares())
    for truth in (low, high, (low + high) / 2):
        for nowhere in (True, False):
            inside = truth[(where >= 0) | ((where == -2) & nowhere)].sum()
            if share.low is None:  # of a whole side no number is known, or there is nothing
                sides = [share.inside["jobs_today_low"], share.outside["jobs_today_low"]]
                assert np.isnan(sides).any() or low.sum() == 0 == high.sum()
            elif truth.sum() > 0:
                assert share.low - 1e-12 <= inside / truth.sum() <= share.high + 1e-12
