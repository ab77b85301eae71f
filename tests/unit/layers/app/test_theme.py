"""Our colours can be read on both grounds: limits and arithmetic are WCAG's."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from layers.app import shell, style, theme

CONFIG = tomllib.loads(Path(".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
TEXT, SHAPE = 4.5, 3.0
WORDS = [style.INK, style.MUTED, style.PRIMARY, style.GOOD, style.BAD]


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def faded(text, ground, strength=0.6):
    """What Streamlit paints captions with: six tenths of the text's colour on the ground."""
    parts = (
        strength * int(text[place : place + 2], 16)
        + (1 - strength) * int(ground[place : place + 2], 16)
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def test_the_arithmetic_is_wcags():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the known near miss


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_the_grounds_are_streamlits(kind):
    given = CONFIG[kind]
    assert (given["backgroundColor"], given["secondaryBackgroundColor"]) == theme.GROUNDS[kind]


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_texts_of_streamlits_can_be_read_even_faded(kind):
    for ground in theme.GROUNDS[kind]:
        assert contrast(faded(CONFIG[kind]["textColor"], ground), ground) >= TEXT


@pytest.mark.parametrize("colour", WORDS)
def test_words_of_ours_can_be_read_in_both_themes(colour):
    assert contrast(colour, theme.GROUNDS["light"][0]) >= TEXT
    for ground in theme.GROUNDS["dark"]:
        assert contrast(theme.DARK[colour], ground) >= TEXT


def test_what_charts_are_drawn_with_stands_out_on_the_dark_ground():
    drawn = {*style.SHARE_COLOURS.values(), *style.VERDICT_COLOURS.values(), style.OUTSIDE}
    drawn |= {style.INSIDE, style.UNSURE, *style.LINE_COLOURS}
    ground = theme.GROUNDS["dark"][0]
    weak = {one for one in drawn if contrast(theme.DARK.get(one, one), ground) < SHAPE}
    assert weak == set()


@pytest.mark.parametrize("badge", style.BADGE_COLOURS)
def test_badges_can_be_read_in_both_themes(badge):
    assert contrast(*style.BADGE_COLOURS[badge]) >= TEXT
    assert contrast(*theme.DARK_BADGES[badge]) >= TEXT


def test_a_colour_follows_the_theme_and_an_old_browser_has_the_light_one():
    assert theme.both(style.INK) == f"light-dark({style.INK}, {theme.DARK[style.INK]})"
    assert theme.both("#123456") == "#123456"
    assert theme.background("#123456") == "background:#123456;background:#123456"


def test_no_colour_of_the_pages_own_style_is_for_one_theme_alone():
    """Each colour in the style sheet follows the theme, or is a variable that does."""
    sheet = re.sub(r"light-dark\([^()]*\)|\[(?:fill|stroke)=[^]]*\]", "", shell.CSS)
    sheet = re.sub(r":root \{[^}]*\}", "", sheet)
    sheet = re.sub(r"\.badge-\w+ \{[^}]*\}", "", sheet)  # overruled by those of the theme
    assert re.findall(r"#[0-9a-f]{3,8}\b", sheet) == []
