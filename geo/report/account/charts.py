"""Charts of a report, as SVG: where the land went, vacant land beside densification, the share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from geo.report import typeface
from geo.styles import INK, MUTED, TRACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH: Final = 1000
_ROW, _BAR, _NAME, _LETTERS = 30, 18, 240, 28
_HEAD, _TEXT, _SIDE = 46, 17, 150
MOST_BARS: Final = 25  # in one picture; more would not fit a page


@dataclass(frozen=True, kw_only=True)
class Bar:
    """
    A row of a chart.

    Attributes
    ----------
    name
        What it is of.
    values
        One for each part; what is unknown is NaN, and has no bar.
    said
        Written behind it: the figure in words, and what it rests on.
    """

    name: str
    values: Sequence[float]
    said: str


def stacked(bars: Sequence[Bar], parts: Mapping[str, str], mark: str) -> bytes:
    """
    Draw a bar a row, of the parts one after the other.

    `parts` are colours by what they mean; `mark` says what the figures rest on.
    """
    longest = max((_sum(bar.values) for bar in bars), default=0.0)
    room = WIDTH - _NAME - _SIDE
    drawn = [_legend(parts), _note(mark)]
    for at, bar in enumerate(bars):
        y, x = _HEAD + at * _ROW, float(_NAME)
        drawn.append(_label(bar.name, _NAME - 10, y))
        for value, colour in zip(bar.values, parts.values(), strict=True):
            wide = room * value / longest if longest and value > 0 else 0.0
            drawn.append(_box(x, y, wide, colour))
            x += wide
        drawn.append(_write(bar.said, x + 8, y + _BAR - 3, MUTED))
    return _svg(drawn, _HEAD + len(bars) * _ROW)


def beside(
    left: Sequence[Bar],
    right: Sequence[Bar],
    heads: tuple[str, str],
    colours: tuple[str, str],
    mark: str,
) -> bytes:
    """Draw two bars a row, each kind with a scale of its own: two figures that are never added."""
    half = (WIDTH - _NAME) / 2
    drawn = [_note(mark)]
    for side, (bars, head, colour) in enumerate(zip((left, right), heads, colours, strict=True)):
        begin = _NAME + side * half
        longest = max((_sum(bar.values) for bar in bars), default=0.0)
        drawn.append(_write(head, begin, 22, INK, bold=True))
        for at, bar in enumerate(bars):
            y, value = _HEAD + at * _ROW, _sum(bar.values)
            wide = (half - _SIDE) * value / longest if longest else 0.0
            drawn += [_box(begin, y, wide, colour), _line(begin, y, begin, y + _BAR, MUTED)]
            drawn.append(_write(bar.said, begin + wide + 8, y + _BAR - 3, MUTED))
            if not side:
                drawn.append(_label(bar.name, _NAME - 10, y))
    return _svg(drawn, _HEAD + len(left) * _ROW)


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    A line over years: a colour, and in each year the lowest, the middle and the highest (0–1).

    A year without a share has no point (NaN).
    """

    name: str
    colour: str
    points: Mapping[int, tuple[float, float, float]]


def over_years(lines: Sequence[Line], target: float, said: Mapping[float, str], mark: str) -> bytes:
    """Draw shares over time with their intervals, and the target; `said` writes the heights."""
    years = sorted({year for line in lines for year in line.points})
    top, bottom, left = _HEAD, 330, 70
    step = (WIDTH - left - 40) / max(1, len(years) - 1)
    across = {year: left + 10 + at * step for at, year in enumerate(years)}

    def height(share: float) -> float:
        return bottom - (bottom - top) * share

    drawn = [_legend({line.name: line.colour for line in lines}), _note(mark)]
    for share, words in said.items():
        drawn += [
            _line(left, height(share), WIDTH - 20, height(share), TRACK),
            _write(words, left - 8, height(share) + 5, MUTED, anchor="end"),
        ]
    drawn.append(_line(left, height(target), WIDTH - 20, height(target), INK, dash="6 4"))
    drawn += [
        _write(str(year), across[year], bottom + 24, MUTED, anchor="middle") for year in years
    ]
    for shift, line in enumerate(lines):
        known = [(year, ends) for year, ends in sorted(line.points.items()) if not _gap(ends)]
        places = [(across[year] + 4 * shift, ends) for year, ends in known]
        for x, (low, middle, high) in places:
            drawn.append(_line(x, height(low), x, height(high), line.colour, width=2))
            drawn.append(
                f'<circle cx="{x:.1f}" cy="{height(middle):.1f}" r="5" fill="{line.colour}"/>'
            )
        track = " ".join(f"{x:.1f},{height(ends[1]):.1f}" for x, ends in places)
        if len(places) > 1:
            drawn.append(
                f'<polyline points="{track}" fill="none" stroke="{line.colour}" stroke-width="2"/>'
            )
    return _svg(drawn, bottom + 36)


def _gap(ends: tuple[float, float, float]) -> bool:
    return any(math.isnan(one) for one in ends)


def _sum(values: Sequence[float]) -> float:
    return sum(value for value in values if value > 0)


def _svg(drawn: Sequence[str], height: float) -> bytes:
    body = "\n".join(one for one in drawn if one)
    size = f'width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}"'
    ground = f'<rect width="{WIDTH}" height="{height:g}" fill="#ffffff"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{typeface.FAMILY}">'
    return f"{svg}\n{ground}\n{body}\n</svg>\n".encode()


def _legend(parts: Mapping[str, str]) -> str:
    x, drawn = float(_NAME), []
    for name, colour in parts.items():
        drawn += [_box(x, 8, 18, colour), _write(name, x + 24, 22, INK)]
        x += 48 + _wide(name)
    return "\n".join(drawn)


def _note(mark: str) -> str:
    return _write(mark, WIDTH - 4, 22, MUTED, anchor="end") if mark else ""


def _wide(text: str) -> float:
    return len(text) * _TEXT * 0.55


def _label(name: str, x: float, y: float) -> str:
    short = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
    return _write(short, x, y + _BAR - 3, INK, anchor="end")


def _box(x: float, y: float, wide: float, colour: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{_BAR}"'
    return f'<rect {place} fill="{colour}"/>' if wide > 0 else ""


def _line(  # two places and a look
    x: float, y: float, to_x: float, to_y: float, colour: str, *, width: float = 1, dash: str = ""
) -> str:
    look = f'stroke="{colour}" stroke-width="{width:g}"'
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" {look}{dashed}/>'


def _write(
    text: str, x: float, y: float, colour: str, *, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    look = f'font-size="{_TEXT}" fill="{colour}" text-anchor="{anchor}"{weight}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(typeface.printable(text))}</text>'
