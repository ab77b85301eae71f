"""Colours and line styles for the screen; the printed report draws from the same."""

from __future__ import annotations

from geo.styles import (
    BAD,
    BADGE_COLOURS,
    CLASS_COLOURS,
    GOOD,
    INK,
    INSIDE,
    LIGHT_COLOURS,
    LINE_COLOURS,
    MUTED,
    OUTSIDE,
    OUTSIDE_LAND,
    PAPER,
    PRIMARY,
    SHARE_COLOURS,
    STYLES,
    TRACK,
    UNSURE,
    VERDICT_COLOURS,
    Style,
)

__all__ = [
    "BAD",
    "BADGE_COLOURS",
    "CLASS_COLOURS",
    "GOOD",
    "INK",
    "INSIDE",
    "LIGHT_COLOURS",
    "LINE_COLOURS",
    "MUTED",
    "OUTSIDE",
    "OUTSIDE_LAND",
    "PAPER",
    "PRIMARY",
    "SHARE_COLOURS",
    "STYLES",
    "TRACK",
    "UNSURE",
    "VERDICT_COLOURS",
    "Style",
]
