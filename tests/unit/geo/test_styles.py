"""What is drawn can be told from what lies beside it, by WCAG's own formula."""

from __future__ import annotations

from itertools import combinations

import pytest

from geo.styles import BADGE_COLOURS, CLASS_COLOURS, OUTSIDE_LAND, PAPER, STYLES

ENOUGH = 3.0  # WCAG 2.1, 1.4.11: parts of a picture that are needed to understand it
CONTEXT = {"neighbour"}  # see the comment in geo.styles


def channels(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def over(colour, opacity, ground):
    """A colour that is laid on a ground of one colour, or on one already laid."""
    below = channels(ground) if isinstance(ground, str) else ground
    return [opacity * a + (1 - opacity) * b for a, b in zip(channels(colour), below, strict=True)]


def luminance(colour):
    """Relative luminance, WCAG 2.1."""

    def linear(value):
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, channels(colour) if isinstance(colour, str) else colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def fill_on(kind, ground):
    drawn = STYLES[kind]
    return over(drawn.fill, drawn.fill_opacity, ground)


GROUNDS = {
    "outside": channels(OUTSIDE_LAND),
    "municipality": fill_on("municipality", OUTSIDE_LAND),
    "lake": fill_on("lake", OUTSIDE_LAND),
    "paper": channels(PAPER),
}


def test_the_formula_gives_what_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WebAIM's example


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("kind", [one for one in STYLES if one not in CONTEXT])
def test_a_fill_or_its_outline_is_told_from_what_it_lies_on(kind, ground):
    if kind == "lake" and ground == "lake":
        return
    drawn = STYLES[kind]
    seen = [contrast(drawn.stroke, GROUNDS[ground])]
    if drawn.fill:
        seen.append(contrast(fill_on(kind, GROUNDS[ground]), GROUNDS[ground]))
    assert max(seen) >= ENOUGH


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_border_between_two_classes_is_told_from_both(ground):
    for name in CLASS_COLOURS:
        kind = f"class.{name}"
        assert contrast(STYLES[kind].stroke, fill_on(kind, GROUNDS[ground])) >= ENOUGH


@pytest.mark.parametrize("over_kind", ["zone", "growth_area"])
def test_a_regional_area_is_seen_on_a_zone_and_is_no_growth_area(over_kind):
    regional, growth = STYLES["regional_area"], STYLES["growth_area"]
    below = fill_on(over_kind, GROUNDS["municipality"])
    assert contrast(regional.stroke, below) >= ENOUGH
    # Without colour, as in a black and white print.
    assert regional.dash
    assert not growth.dash
    assert regional.fill is None


# Machado, Oliveira, Fernandes 2009, of the full strength; on linear values.
SIGHTS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def lab(linear):
    """CIELAB of linear sRGB, white D65."""
    red, green, blue = linear
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


@pytest.mark.parametrize("sight", SIGHTS)
def test_classes_stay_apart_for_colour_blind_readers(sight):
    def seen(kind):
        values = [
            v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4
            for v in (one / 255 for one in fill_on(kind, GROUNDS["municipality"]))
        ]
        return lab(
            [
                min(1, max(0, sum(a * b for a, b in zip(row, values, strict=True))))
                for row in SIGHTS[sight]
            ]
        )

    for one, other in combinations(CLASS_COLOURS, 2):
        apart = sum(
            (a - b) ** 2 for a, b in zip(seen(f"class.{one}"), seen(f"class.{other}"), strict=True)
        )
        assert apart**0.5 > 10, (one, other)  # 2.3 is the least that is noticed side by side


@pytest.mark.parametrize("badge", BADGE_COLOURS)
def test_a_badges_words_are_read_on_its_ground(badge):
    ground, words = BADGE_COLOURS[badge]
    assert contrast(ground, words) >= 4.5
