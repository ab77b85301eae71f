"""The printed map: a round scale, the subject in the middle, and what is drawn around it."""

from __future__ import annotations

import io

import numpy as np
import pytest
import shapely
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geo.report.frame import Frame, Size
from geo.report.labels import Label
from geo.report.map import DETAIL_SCALE, Layout, map_svg
from geo.report.marks import bar_length
from geo.report.typesetting import png
from tests.support.rows import rows
from tests.support.sites import CLEAR, LAYERS, at, barred, pack, spot


def around(shape, width=174.0, height=100.0):
    return Frame.around(shape, Size(width, height))


def drawn(site, of):
    return map_svg(of, site, {"drawn": [site]}, "nb", layout=Layout(clear=site))


def words(svg):
    return [
        one.text for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def share_of(picture, colour):
    """Share of a picture's pixels that are nearly of a colour."""
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    return (np.abs(pixels - colour).max(axis=2) < 12).mean()


def test_a_site_stands_in_the_middle_of_its_map():
    # 1 000 m high, so at least 1 900 m are shown on 100 mm: 1:20 000.
    frame = around(at(0, 0, side=1000))
    assert frame.scale == 20_000
    assert frame.on_paper(np.array([[600_500.0, 6_650_500.0]])).tolist() == [[87, 50]]


def test_a_metre_has_its_length_on_paper_and_north_is_up():
    frame = around(at(0, 0, side=1000))
    south, north = frame.on_paper(np.array([[600_000.0, 6_650_000.0], [600_000.0, 6_651_000.0]]))
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
    assert bar_length(most) == pytest.approx(length)


def test_the_legend_names_what_is_in_the_frame_and_nothing_else():
    kinds = drawn(CLEAR, pack()).kinds
    # The frame ends 25 m south of the zone: station and road lie farther south.
    assert kinds == ("municipality", "growth_area", "zone_outline", "drawn")
    south = drawn(at(450, 0), pack()).kinds
    assert set(south) - set(kinds) == {"road", "station"}
    assert drawn(at(500_000, 500_000), pack()).kinds == ("drawn",)


def test_the_map_says_in_words_what_it_shows_and_at_which_scale():
    said = drawn(CLEAR, pack()).alt("Gården", "nb")
    assert said == (
        "Kart i målestokk 1:7\N{NO-BREAK SPACE}500 over Gården. På kartet: stedet, områdets "
        "avgrensning, prioritert vekstområde, kommunen."
    )


def test_constraints_are_told_apart_by_what_they_do():
    flood, clay = at(450, 300, side=40), at(490, 300, side=40)
    kinds = {"kind": "flood", "severity": ["assess", "exclude"]}
    found = drawn(CLEAR, pack(constraints=barred(flood, clay, **kinds)))
    assert {"constraint_assess", "constraint_exclude"} < set(found.kinds)
    assert found.svg.count(b"<pattern") == 1  # the one that bars building is hatched too


def test_made_up_layers_are_not_drawn():
    flood = barred(at(450, 300, side=40))
    plots = rows(at(450, 300), parcel_id="1/1", synthetic=True)
    made_up = {name: {"synthetic": True} for name in ("constraints", "buildings")}
    found = drawn(CLEAR, pack(made_up, constraints=flood, parcels=plots))
    assert found.svg == drawn(CLEAR, pack()).svg


def test_plots_are_drawn_where_they_can_be_told_apart():
    plots = rows(at(450, 300), parcel_id="1/1", synthetic=False)
    assert "parcel" in drawn(CLEAR, pack(parcels=plots)).kinds
    wide = at(0, 0, side=2 * DETAIL_SCALE)
    assert around(wide).scale > DETAIL_SCALE
    assert "parcel" not in drawn(wide, pack(parcels=plots)).kinds


def test_the_site_is_always_in_front():
    assert drawn(CLEAR, pack()).kinds[-1] == "drawn"


def test_a_zone_is_drawn_with_what_is_vacant_in_it():
    zone, part = LAYERS["zones"].geometry[0], at(100, 100, side=200)
    front = {"zone_outline": [zone], "plot_reserve": [part], "project": [spot(800, 800)]}
    labels = [Label("Del 1", part)]
    found = map_svg(pack(), zone, front, "nb", layout=Layout(surroundings=1.2, labels=labels))
    assert found.kinds[-3:] == ("zone_outline", "plot_reserve", "project")
    assert found.dots == {"project", "station"}
    assert {"Del 1", "Byen"} < set(words(found.svg))


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
    found = drawn(site, pack())
    assert found.kinds[-1] == "drawn"
    assert len(found.svg) < 20_000  # corners too fine for print are left out


def test_the_picture_shows_the_site_in_its_colour():
    # At 1:7 500 the site is 13.3 mm of 174 × 100, less half its outline, 0.48 mm, on each side; a
    # fifth of its colour lies on what is below.
    plain = drawn(CLEAR, pack(growth_areas=None, zones=None))
    picture = png(plain.svg, width_px=870)
    assert Image.open(io.BytesIO(picture)).size == (870, 500)
    expected = (100 / 7.5 - 0.48) ** 2 / (174 * 100)
    pink = np.array([242, 207, 223])
    assert share_of(picture, pink) == pytest.approx(expected, rel=0.02)


def test_a_hostile_name_is_text_on_the_map_and_nothing_else():
    zones = LAYERS["zones"].assign(name=["</svg><script>x</script>", "&amp; \x00 \ue000", "😀"])
    svg = drawn(at(900, 900, side=2000), pack(zones=zones)).svg
    assert {"</svg><script>x</script>", "&amp; ☐", "☐"} <= set(words(svg))
    assert b"href" not in svg


def test_drawing_leaves_the_packs_own_shapes_unprepared():
    of = pack()
    drawn(CLEAR, of)
    for name in of.layers:
        assert not shapely.is_prepared(of.layer(name).geometry.to_numpy()).any()
