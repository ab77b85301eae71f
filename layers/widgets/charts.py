"""
Charts as Vega-Lite specifications: the gauge of the 90 % rule, bars, and a line.

Written as plain dictionaries for ``st.vega_lite_chart``: building the same through Altair's
classes took half of a rerun's time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from layers.app import style, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.growth.rule import RuleResult

    Spec = dict[str, Any]

# Pixels; two gauges stand side by side in a column of a laptop's screen.
_GAUGE_SIZE: Final = {"width": 192, "height": 128}
_CENTRE: Final = {"x": {"value": 96}, "y": {"value": 94}}
_INNER, _OUTER = 62, 86
# Of the hatching: the share that a stripe and the gap after it take, and how strong the gap is.
_STRIPE: Final = 0.02
_TINT: Final = 0.2
_HALF_CIRCLE: Final = {"domain": [0, 1], "range": [-math.pi / 2, math.pi / 2]}

# Of every chart: no frame, no axis lines. Vega names each mark and axis in English for a screen
# reader («Y-axis for a discrete scale with …»); a chart's own description says it in words.
BARE: Final = {
    "view": {"stroke": None},
    "axis": {"domain": False, "grid": False, "ticks": False, "aria": False},
    "legend": {"aria": False},
    "mark": {"aria": False},
}


def gauge(result: RuleResult, *, of: str = "") -> Spec:
    """
    Half a circle from 0 to 100 %: the share, or the range that it may lie in, and the target.

    Solid as far as the share reaches however the jobs fall out, hatched where it may reach; grey
    where the rule cannot be decided. `of` says how many cases are in the sums.
    """
    colour = style.VERDICT_COLOURS[result.verdict]
    layers = [_arcs([(0, 1)], _INNER, _OUTER, style.TRACK)]
    low, high = result.share_low, result.share_high
    if low is not None and high is not None:
        layers += [
            _arcs([(0, low)], _INNER, _OUTER, colour),
            _arcs([(low, high)], _INNER, _OUTER, colour, opacity=_TINT),
            _arcs(_stripes(low, high), _INNER, _OUTER, colour),
        ]
    tick = result.target
    layers.append(
        _arcs([(max(0, tick - 0.005), min(1, tick + 0.005))], _INNER - 5, _OUTER + 8, style.INK)
    )
    share = "–" if result.share is None else texts.pct_span(low, high)
    layers += [
        _text(share, dy=-16, size=22 if "–" in share else 26, colour=style.INK),
        _text(t(f"verdict.{result.verdict}"), dy=10, size=14, colour=colour),
        _text(of, dy=27, size=11, colour=style.MUTED, weight="normal"),
    ]
    return {
        **_GAUGE_SIZE,
        # Vega puts this in the picture's aria-label: a screen reader says what the eye sees.
        "description": _spoken(result, of),
        "layer": layers,
        "config": BARE,
        "padding": {"left": 2, "top": 2, "right": 2, "bottom": 2},
        "background": "transparent",
    }


def _stripes(low: float, high: float) -> list[tuple[float, float]]:
    """Cut an interval into stripes: Vega has no pattern to fill an arc with."""
    count = math.ceil((high - low) / _STRIPE)
    begins = [low + place * _STRIPE for place in range(count)]
    return [(begin, min(begin + _STRIPE / 2, high)) for begin in begins]


def bars(values: Sequence[Mapping[str, Any]], *, unit: str) -> Spec:
    """
    Horizontal bars of `value` by `label`, numbers at their ends, in the order given.

    A value may have a word `before` its number («drøye»).
    """
    amounts = [float(row["value"]) for row in values]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    room = 0.45 * (high - low)  # for the number beside the longest bar
    rows = [
        {
            "label": row["label"],
            "value": value,
            "end": max(value, 0),
            "shown": " ".join(filter(None, (row.get("before"), _written(value, unit)))),
        }
        for row, value in zip(values, amounts, strict=True)
    ]
    label = {"field": "label", "type": "nominal", "sort": None, "title": None}
    domain = {"domain": [low, high + room], "nice": False}
    tooltip = [{"field": "label", "title": " "}, {"field": "shown", "title": "  "}]
    return {
        "data": {"values": rows},
        "description": spoken((row["label"], row["shown"]) for row in rows),
        "height": 36 * len(rows),
        "encoding": {
            "y": {**label, "axis": {"labelLimit": 220}},
            "tooltip": tooltip,
        },
        "layer": [
            {
                "mark": {
                    "type": "bar",
                    "height": 18,
                    "cornerRadiusEnd": 2,
                    "color": style.PRIMARY,
                },
                "encoding": {
                    "x": {
                        "field": "value",
                        "type": "quantitative",
                        "axis": None,
                        "scale": domain,
                    }
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "color": style.INK},
                "encoding": {
                    "x": {"field": "end", "type": "quantitative", "axis": None},
                    "text": {"field": "shown", "type": "nominal"},
                },
            },
        ],
        "config": BARE,
    }


def line(values: Sequence[Mapping[str, Any]], *, unit: str) -> Spec:
    """Dashed line of `value` over `year`, each point with its number."""
    rows = [
        {
            "year": int(row["year"]),
            "value": float(row["value"]),
            "shown": _written(row["value"], unit),
        }
        for row in values
    ]
    amounts = [float(row["value"]) for row in values]
    span = max(amounts) - min(amounts)
    return {
        "data": {"values": rows},
        "description": spoken((row["year"], row["shown"]) for row in rows),
        "height": 150,
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "title": None,
                "axis": {"format": "d", "values": [row["year"] for row in rows]},
                "scale": {
                    "domain": [rows[0]["year"], rows[-1]["year"]],
                    "nice": False,
                    "padding": 45,
                },
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": None,
                "scale": {
                    "domain": [min(amounts) - 0.4 * span, max(amounts) + 0.5 * span],
                    "nice": False,
                },
            },
        },
        "layer": [
            {"mark": {"type": "line", "color": style.PRIMARY, "strokeDash": [5, 4]}},
            {
                "mark": {
                    "type": "point",
                    "color": style.PRIMARY,
                    "filled": True,
                    "size": 70,
                    "opacity": 1,
                }
            },
            {
                "mark": {"type": "text", "dy": -14, "color": style.INK},
                "encoding": {"text": {"field": "shown", "type": "nominal"}},
            },
        ],
        "config": BARE,
    }


def spoken(values: Iterable[tuple[object, object]]) -> str:
    """Say what a chart shows, for a screen reader: each name with its figure."""
    return "; ".join(f"{name}: {shown}" for name, shown in values) + "."


def _spoken(result: RuleResult, of: str) -> str:
    known = result.share is not None
    said = t(
        "gauge.spoken" if known else "gauge.spoken_unknown",
        share=texts.pct_span(result.share_low, result.share_high),
        target=texts.pct(result.target),
        verdict=t(f"verdict.{result.verdict}"),
    )
    return f"{said} {t('gauge.spoken_of', of=of)}" if of else said


def _arcs(
    spans: Sequence[tuple[float, float]],
    inner: float,
    outer: float,
    colour: str,
    *,
    opacity: float = 1,
) -> Spec:
    return {
        "data": {"values": [{"start": start, "end": end} for start, end in spans]},
        "mark": {
            "type": "arc",
            "innerRadius": inner,
            "outerRadius": outer,
            "color": colour,
            "opacity": opacity,
            "tooltip": None,
        },
        "encoding": {
            "theta": {
                "field": "start",
                "type": "quantitative",
                "scale": _HALF_CIRCLE,
                "stack": None,
            },
            "theta2": {"field": "end"},
            **_CENTRE,
        },
    }


def _text(text: str, *, dy: float, size: int, colour: str, weight: str = "bold") -> Spec:
    mark = {"type": "text", "dy": dy, "fontSize": size, "color": colour, "fontWeight": weight}
    return {
        "data": {"values": [{"text": text}]},
        "mark": {**mark, "tooltip": None},
        "encoding": {"text": {"field": "text", "type": "nominal"}, **_CENTRE},
    }


def _written(value: float, unit: str) -> str:
    decimals = 0 if float(value).is_integer() else 1
    return f"{texts.num(value, decimals)}\N{NO-BREAK SPACE}{unit}".strip()
