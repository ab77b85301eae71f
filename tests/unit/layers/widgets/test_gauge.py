"""The gauge: solid as far as the share surely reaches, hatched where it may, grey undecided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.growth.rule import RuleResult, Verdict
from layers.app import style
from layers.widgets import charts
from tests.pages.test_pages import spaced


def result(inside, outside, **others):
    ends = ("_low", "", "_high")
    sides = (("inside", inside), ("outside", outside))
    jobs = {
        f"jobs_{side}{end}": n for side, three in sides for end, n in zip(ends, three, strict=True)
    }
    return RuleResult(**jobs, **others)


GREY = style.VERDICT_COLOURS[Verdict.UNDECIDED]

# 80 of 80 + 20 at the worst, 90 of 90 + 10 at the best.
RANGE = result((80, 85, 90), (10, 15, 20))


def arcs(spec, colour):
    layers = [one for one in spec["layer"] if one["mark"].get("color") == colour]
    arcs = [one for one in layers if one["mark"]["type"] == "arc"]
    return [[(row["start"], row["end"]) for row in one["data"]["values"]] for one in arcs]


def written(spec):
    marks = [one for one in spec["layer"] if one["mark"]["type"] == "text"]
    return [spaced(one["data"]["values"][0]["text"]) for one in marks]


def test_the_solid_part_ends_at_the_lowest_share_and_the_hatching_at_the_highest():
    solid, ground, stripes = arcs(charts.gauge(RANGE), style.UNSURE)
    assert solid == [(0, 0.8)]
    assert ground == [(0.8, pytest.approx(0.9))]
    # A stripe of one per cent in every two, from 80 to 90 %.
    assert len(stripes) == 5
    assert [begin for begin, _ in stripes] == pytest.approx([0.8, 0.82, 0.84, 0.86, 0.88])
    assert [end for _, end in stripes] == pytest.approx([0.81, 0.83, 0.85, 0.87, 0.89])


def test_it_says_the_range_the_verdict_and_how_much_is_counted():
    spec = charts.gauge(RANGE, of="9 av 13 saker")
    assert written(spec) == ["80–90 %", "Usikker", "9 av 13 saker"]
    assert spaced(spec["description"]) == (
        "80–90 % av nye arbeidsplasser kommer i vekstområdene. Målet er 90 %. Usikker. "
        "Regnet med: 9 av 13 saker."
    )


def test_one_figure_has_no_hatching():
    spec = charts.gauge(result((95, 95, 95), (5, 5, 5)))
    solid, _, stripes = arcs(spec, style.GOOD)
    assert (solid, stripes) == ([(0, 0.95)], [])
    assert written(spec)[:2] == ["95 %", "Oppfylt"]


def test_what_cannot_be_decided_is_grey_and_says_so():
    spec = charts.gauge(result((100,) * 3, (0,) * 3, could_lower=True))
    assert arcs(spec, GREY)[0] == [(0, 1)]
    assert arcs(spec, style.GOOD) == []
    assert written(spec)[:2] == ["100 %", "Kan ikke avgjøres"]


def test_without_a_known_figure_the_share_is_said_to_be_unknown():
    spec = charts.gauge(result((0,) * 3, (0,) * 3, nothing_known=True))
    assert arcs(spec, GREY) == []
    assert written(spec)[:2] == ["–", "Ukjent"]
    assert spec["description"].startswith("Andelen av nye arbeidsplasser i vekstområdene er ukjent")


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_stripes_stay_within_the_range(one, other):
    low, high = sorted((one, other))
    for begin, end in charts._stripes(low, high):
        assert low <= begin <= end <= high


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_colour(verdict):
    assert style.VERDICT_COLOURS[verdict].startswith("#")


@pytest.mark.parametrize("verdict", [Verdict.UNDECIDED, Verdict.UNKNOWN])
def test_the_grey_of_what_is_not_decided_can_be_read_on_white(verdict):
    # WCAG 2.1, success criterion 1.4.3: at least 4.5 to 1 for small text.
    assert 1.05 / (luminance(style.VERDICT_COLOURS[verdict]) + 0.05) >= 4.5


def luminance(colour):
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
