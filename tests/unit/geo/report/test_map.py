"""The printed map: a round scale, the site in the middle, and what is drawn around it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.report.map import DETAIL_SCALE, draw_map
from geo.report.map_marks import Frame, _bar_length
from geo.report.sheet import Sheet
from tests.support.rows import rows
from tests.support.sites import CLEAR, at, barred, pack, spot

AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def around(shape, width=174.0, height=100.0):
    return Frame.around(shape, (18.0, 60.0), width, height)


def drawn(site, of):
    """What the map says it shows, and the document."""
    with Sheet("Prøve", language="nb", made_at=AT) as sheet:
        sheet.add_page()
        kinds = draw_map(sheet, around(site), site, of, "nb")
        return kinds, bytes(sheet.output())


def test_a_site_stands_in_the_middle_of_its_map():
    # 1 000 m high, so at least 1 900 m are shown on 100 mm: 1:20 000.
    frame = around(at(0, 0, side=1000))
    assert frame.scale == 20_000
    centre = frame.on_page(np.array([[600_500.0, 6_650_500.0]]))
    assert centre.tolist() == [[18 + 87, 60 + 50]]


def test_a_metre_has_its_length_on_paper_and_north_is_up():
    frame = around(at(0, 0, side=1000))
    south, north = frame.on_page(np.array([[600_000.0, 6_650_000.0], [600_000.0, 6_651_000.0]]))
    assert (south - north).tolist() == [0, 50]  # 1 000 m at 1:20 000


def test_a_wide_site_is_shown_whole():
    frame = around(at(0, 0, side=5000, height=100))
    assert frame.box().contains(at(0, 0, side=5000, height=100))


def test_a_point_is_shown_with_its_surroundings():
    assert around(spot(0, 0)).scale == 7500  # 700 m on 100 mm, rounded up


@given(
    st.floats(0, 1e6),
    st.floats(6.3e6, 8e6),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.floats(80, 180),
)
def test_every_site_is_inside_its_frame_at_a_scale_of_two_or_three_digits(x, y, w, h, height):
    site = shapely.box(x, y, x + w, y + h)
    frame = around(site, height=height)
    assert frame.box().buffer(1e-6).contains(site)
    assert float(f"{frame.scale:.3g}") == frame.scale


@pytest.mark.parametrize(("most", "length"), [(999, 500), (1000, 1000), (250, 200), (0.3, 0.2)])
def test_the_scale_bar_has_a_round_length(most, length):
    assert _bar_length(most) == pytest.approx(length)


def test_the_legend_names_what_is_in_the_frame_and_nothing_else():
    kinds, _ = drawn(CLEAR, pack())
    # The frame ends 25 m south of the zone: station and road lie farther south.
    assert kinds == ["municipality", "growth_area", "zone_outline", "drawn"]
    south, _ = drawn(at(450, 0), pack())
    assert set(south) - set(kinds) == {"road", "station"}
    far, _ = drawn(at(500_000, 500_000), pack())
    assert far == ["drawn"]


def test_constraints_are_told_apart_by_what_they_do():
    flood, clay = at(450, 300, side=40), at(490, 300, side=40)
    kinds = {"kind": "flood", "severity": ["assess", "exclude"]}
    found, _ = drawn(CLEAR, pack(constraints=barred(flood, clay, **kinds)))
    assert {"constraint_assess", "constraint_exclude"} < set(found)


def test_made_up_layers_are_not_drawn():
    flood = barred(at(450, 300, side=40))
    plots = rows(at(450, 300), parcel_id="1/1", synthetic=True)
    made_up = {name: {"synthetic": True} for name in ("constraints", "buildings")}
    found, _ = drawn(CLEAR, pack(made_up, constraints=flood, parcels=plots))
    assert found == drawn(CLEAR, pack())[0]


def test_plots_are_drawn_where_they_can_be_told_apart():
    plots = rows(at(450, 300), parcel_id="1/1", synthetic=False)
    assert "parcel" in drawn(CLEAR, pack(parcels=plots))[0]
    wide = at(0, 0, side=2 * DETAIL_SCALE)
    assert around(wide).scale > DETAIL_SCALE
    assert "parcel" not in drawn(wide, pack(parcels=plots))[0]


def test_the_site_is_always_in_front():
    assert drawn(CLEAR, pack())[0][-1] == "drawn"


@pytest.mark.parametrize(
    "site",
    [
        spot(500, 300),
        shapely.LineString([spot(0, 0), spot(500, 300)]),
        shapely.MultiPoint([spot(0, 0), spot(500, 300)]),
        shapely.MultiPolygon([at(0, 0), at(300, 300)]),
        shapely.GeometryCollection([at(0, 0), spot(500, 300), shapely.MultiPoint([spot(1, 1)])]),
        at(0, 0).difference(at(40, 40, side=20)),
        spot(0, 0).buffer(300, quad_segs=20_000),
        at(0, 0, side=0.001),
    ],
    ids=["point", "line", "points", "parts", "mixed", "hole", "many corners", "tiny"],
)
def test_any_kind_of_site_is_drawn(site):
    kinds, document = drawn(site, pack())
    assert "drawn" in kinds
    assert len(document) < 100_000  # corners too fine for print are left out


def test_drawing_leaves_the_packs_own_shapes_unprepared():
    of = pack()
    drawn(CLEAR, of)
    for name in of.layers:
        assert not shapely.is_prepared(of.layer(name).geometry.to_numpy()).any()
