"""What a map is made of, as SVG: surfaces, lines and dots, words, the scale bar and the arrow."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from geo import i18n
from geo.report import typeface
from geo.styles import INK, PAPER, Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo.report.frame import Frame

    Rings = Iterable[NDArray[np.float64]]

UNITS: Final = 100  # of a drawing in a millimetre: whole numbers, finer than print
LABEL_SIZE: Final = 2.5  # mm, as are those below
LINE: Final = 1.2 * LABEL_SIZE
DOT: Final = 1.3
SYMBOL: Final = (6.0, 3.0)

# Told apart by more than how strongly they are filled: what bars building is hatched.
HATCHED: Final = frozenset({"constraint_exclude", "class.båndlagt"})

_MM_PER_PIXEL: Final = 0.19  # of the styles' line widths: print shows finer lines than a screen
_BAR_STEPS: Final = (1.0, 2.0, 5.0)
_HATCH: Final = 1.1  # between two lines


def drawing(width: float, height: float, marks: Iterable[str]) -> bytes:
    """Return marks as an SVG file of a size in millimetres."""
    box = f"0 0 {_units(width)} {_units(height)}"
    size = f'width="{width:g}mm" height="{height:g}mm" viewBox="{box}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(marks)}</svg>'.encode()


def surfaces(shapes: Iterable[Rings], kind: str, style: Style) -> str:
    """Draw surfaces, each with its rings (mm), in one style."""
    # A hole stays a hole whichever way it runs.
    paths = "".join(f'<path d="{_path(rings, closed=True)}"/>' for rings in shapes)
    if not paths:
        return ""
    drawn = f'<g {_stroke(style)} {_fill(style)} fill-rule="evenodd">{paths}</g>'
    if kind in HATCHED:
        drawn += f'{_hatch(kind, style)}<g fill="url(#{_pattern(kind)})">{paths}</g>'
    return drawn


def lines(shapes: Rings, style: Style) -> str:
    """Draw lines (mm) in one style."""
    path = _path(shapes, closed=False)
    return f'<path {_stroke(style)} fill="none" d="{path}"/>' if path else ""


def dots(middles: NDArray[np.float64], style: Style) -> str:
    """Draw full dots in one style."""
    radius = _units(DOT)
    drawn = "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for x, y in _whole(middles))
    return f"<g {_stroke(style)} {_fill(style)}>{drawn}</g>" if drawn else ""


def rectangle(corner: tuple[float, float], width: float, height: float, look: str) -> str:
    """Draw a rectangle with attributes of SVG."""
    x, y = map(_units, corner)
    return f'<rect x="{x}" y="{y}" width="{_units(width)}" height="{_units(height)}" {look}/>'


def words(
    place: tuple[float, float],
    rows: Iterable[str],
    *,
    size: float = LABEL_SIZE,
    heavy: bool = False,
    anchor: str = "middle",
) -> str:
    """Write rows of printable text below each other; `place` is the middle of the first's top."""
    x, y = place
    look = (
        f'font-family="{typeface.FAMILY}" font-size="{_units(size)}" text-anchor="{anchor}" '
        f'font-weight="{600 if heavy else 400}" fill="{INK}" stroke="{PAPER}" '
        f'stroke-width="{_units(0.7)}" stroke-linejoin="round" paint-order="stroke"'
    )
    drawn = "".join(
        f'<text x="{_units(x)}" y="{_units(y + (number * 1.2 + 0.95) * size)}">{escape(row)}</text>'
        for number, row in enumerate(rows)
    )
    return f"<g {look}>{drawn}</g>"


def north_arrow(frame: Frame) -> str:
    """Draw an arrow to the north in the upper right corner."""
    x, y = frame.width - 6.0, 3.0
    back = rectangle((x - 3.5, y - 1.5), 7, 11.5, f'fill="{PAPER}" fill-opacity="0.8"')
    arrow = np.array([[x, y], [x + 2, y + 6], [x, y + 4.6], [x - 2, y + 6]])
    style = Style(PAPER, INK, weight=1, fill_opacity=1.0)
    return back + surfaces([[arrow]], "", style) + words((x, y + 5.9), ["N"], size=3, heavy=True)


def scale_bar(frame: Frame, language: str) -> str:
    """Draw a bar of a round length in the lower left corner."""
    metres = bar_length(frame.width / 4 * frame.scale / 1000)
    length = metres * 1000 / frame.scale
    x, y = 4.0, frame.height - 4
    said, unit = i18n.number(metres, language), "m"
    if metres >= 1000:  # noqa: PLR2004  # a kilometre
        said, unit = i18n.number(metres / 1000, language), "km"
    back = rectangle((x - 1.5, y - 5.0), length + 15, 6.5, f'fill="{PAPER}" fill-opacity="0.8"')
    look = f'stroke="{INK}" stroke-width="{_units(0.2)}"'
    half = length / 2
    bar = rectangle((x, y - 1), half, 1, f'{look} fill="{INK}"')
    bar += rectangle((x + half, y - 1), half, 1, f'{look} fill="{PAPER}"')
    ends = words((x, y - 4.3), ["0"], anchor="start")
    ends += words((x + length, y - 4.3), [f"{said}\N{NO-BREAK SPACE}{unit}"], anchor="start")
    return back + bar + ends


def symbol_svg(kind: str, style: Style, *, dot: bool = False) -> bytes:
    """Return a legend's symbol in a style: a dot, a line or a surface."""
    width, height = SYMBOL
    edge = style.weight * _MM_PER_PIXEL / 2 + 0.1
    middle = height / 2
    if dot:
        drawn = dots(np.array([[width / 2, middle]]), style)
    elif style.fill is None:
        drawn = lines([np.array([[0, middle], [width, middle]])], style)
    else:
        low, right = height - edge, width - edge
        ring = np.array([[edge, edge], [right, edge], [right, low], [edge, low]])
        drawn = surfaces([[ring]], kind, style)
    return drawing(width, height, [drawn])


def bar_length(most: float) -> float:
    """Return the longest round length (1, 2 or 5 times a power of ten) within so many metres."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in _BAR_STEPS if step * power <= most)


def _path(shapes: Rings, *, closed: bool) -> str:
    """Return lines as the data of an SVG path, in whole steps from point to point."""
    parts = []
    for shape in shapes:
        points = np.rint(shape * UNITS).astype(int)
        steps = np.diff(points, axis=0)
        moved = steps[steps.any(axis=1)].tolist() or [[0, 0]]
        start = " ".join(map(str, points[0].tolist()))
        parts.append(f"M{start}l" + " ".join(f"{x} {y}" for x, y in moved) + "z" * closed)
    return "".join(parts)


def _stroke(style: Style) -> str:
    width = max(1, _units(style.weight * _MM_PER_PIXEL))
    said = f'stroke="{style.stroke}" stroke-width="{width}" stroke-linejoin="round"'
    if style.dash:
        dash = " ".join(str(_units(float(n) * _MM_PER_PIXEL)) for n in style.dash.split())
        said += f' stroke-dasharray="{dash}"'
    return said


def _fill(style: Style) -> str:
    if style.fill is None:
        return 'fill="none"'
    return f'fill="{style.fill}" fill-opacity="{style.fill_opacity:g}"'


def _pattern(kind: str) -> str:
    return "hatch" if kind == "constraint_exclude" else "hatch-barred"


def _hatch(kind: str, style: Style) -> str:
    side, width = _units(_HATCH), _units(style.weight * _MM_PER_PIXEL * 0.8)
    line = f'<path d="M0 0V{side}" stroke="{style.stroke}" stroke-width="{2 * width}"/>'
    return (
        f'<pattern id="{_pattern(kind)}" width="{side}" height="{side}" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">{line}</pattern>'
    )


def _whole(positions: NDArray[np.float64]) -> list[list[int]]:
    whole: list[list[int]] = np.rint(positions * UNITS).astype(int).tolist()
    return whole


def _units(millimetres: float) -> int:
    return round(millimetres * UNITS)
