"""Charts as SVG: bars as long as their figures, what is unknown without one, names as text."""

from __future__ import annotations

import math

import pytest
from lxml import etree

from geo.report.account.charts import Bar, Line, beside, over_years, stacked
from tests.support import nasty

SVG = "{http://www.w3.org/2000/svg}"
PARTS = {"Bebygd": "#111111", "Ledig": "#222222"}


def bars(svg, colour):
    """Widths of the bars of a colour, below the legend."""
    found = [one for one in etree.fromstring(svg).iter(f"{SVG}rect") if one.get("fill") == colour]
    return [float(one.get("width")) for one in found if float(one.get("y", 0)) > 40]


def said(svg):
    return [one.text for one in etree.fromstring(svg).iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_figures():
    rows = [
        Bar(name="Øst", values=[30, 10], said="40"),
        Bar(name="Vest", values=[20, 0], said="20"),
    ]
    svg = stacked(rows, PARTS, "syntetisk")
    first, second = bars(svg, "#111111")
    (vacant,) = bars(svg, "#222222")
    assert first == pytest.approx(3 * vacant, rel=0.01)
    assert second == pytest.approx(2 * vacant, rel=0.01)
    assert {"Øst", "Vest", "40", "20", "Bebygd", "Ledig", "syntetisk"} == set(said(svg))


def test_what_is_unknown_has_words_and_no_bar():
    rows = [
        Bar(name="Øst", values=[math.nan], said="ukjent"),
        Bar(name="Vest", values=[1], said="1"),
    ]
    svg = stacked(rows, {"Ledig": "#222222"}, "")
    assert len(bars(svg, "#222222")) == 1
    assert "ukjent" in said(svg)
    assert not bars(stacked([], {"Ledig": "#222222"}, ""), "#222222")


def test_two_kinds_of_figures_have_a_scale_each():
    land, floor = ([Bar(name="Øst", values=[n], said=str(n))] for n in (10, 1_000_000))
    svg = beside(land, floor, ("Ledig", "Fortetting"), ("#111111", "#222222"), "")
    assert bars(svg, "#111111") == bars(svg, "#222222")


def test_a_share_over_time_has_a_point_for_each_year_with_a_share():
    points = {2026: (0.4, 0.5, 0.6), 2027: (math.nan,) * 3, 2028: (0.9, 0.9, 0.9)}
    line = Line(name="Teller", colour="#333333", points=points)
    root = etree.fromstring(over_years([line], 0.9, {0.0: "0 %", 1.0: "100 %"}, "anslag"))
    heights = [float(one.get("cy")) for one in root.iter(f"{SVG}circle")]
    assert len(heights) == 2
    target = next(one for one in root.iter(f"{SVG}line") if one.get("stroke-dasharray"))
    assert heights[1] == pytest.approx(float(target.get("y1")))
    assert heights[0] > heights[1]  # half is further down than nine tenths


def test_a_hostile_name_is_text():
    svg = stacked([Bar(name=f"{nasty.HTML}\x00", values=[1, 1], said="1")], PARTS, "")
    assert any("<img" in one for one in said(svg))
