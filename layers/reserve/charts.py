"""Charts of the land account: where land went, a plot's steps, what each parameter moves."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any, Final

from layers.app import style, theme
from layers.widgets.charts import BARE, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Spec = dict[str, Any]

# Every bar is named, also beside a map on a small laptop, where Vega would leave every other out.
_NARROW: Final = {"labelAngle": 0, "labelLimit": 110, "labelFontSize": 9, "labelOverlap": False}
NEW_LINE: Final = "|"  # where a label of the tornado may be broken
_BESIDE: Final = "padding-left:.3rem;line-height:16px;white-space:nowrap"  # what follows a bar


def stacked(rows: Sequence[Mapping[str, Any]], *, colours: Mapping[str, str]) -> str:
    """
    HTML of horizontal bars that show how a whole falls into parts.

    Each row has `label` (of the bar), `part` (named in the legend), `value` and `shown` (the value
    as it is to be read, and said aloud). What is unknown (NaN) is written after the bar: nothing
    drawn would be read as 0. `colours` gives the parts in their order. Plain HTML, so
    that the page need not load a chart library before its map.
    """
    bars: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        bars.setdefault(str(row["label"]), []).append(row)
    totals = (sum(row["value"] for row in bar if _known(row)) for bar in bars.values())
    longest = max(totals, default=0) or 1
    order = list(colours)
    lines = []
    for label, bar in bars.items():
        parts = sorted(bar, key=lambda row: order.index(row["part"]))
        said = ", ".join(f"{row['part']} {row['shown']}" for row in parts)
        pieces = "".join(
            f'<span style="width:{100 * row["value"] / longest:.3f}%;'
            f'{theme.background(colours[row["part"]])}" '
            f'title="{_text(row["part"], row["shown"])}"></span>'
            for row in parts
            if _known(row)
        )
        pieces += "".join(
            f'<em style="{_BESIDE}">{_text(row["part"] + ":", row["shown"])}</em>'
            for row in parts
            if not _known(row)
        )
        lines.append(
            f'<div class="bar-label">{_text(label)}</div>'
            f'<div class="bar" role="img" aria-label="{_text(label + ":", said)}">{pieces}</div>'
        )
    legend = "".join(
        f'<span><i style="{theme.background(colour)}"></i>{_text(part)}</span>'
        for part, colour in colours.items()
    )
    return f'<div class="bar-legend">{legend}</div><div class="bars">{"".join(lines)}</div>'


def _known(row: Mapping[str, Any]) -> bool:
    return not math.isnan(row["value"])


def _text(*words: object) -> str:
    return html.escape(" ".join(str(word) for word in words))


def waterfall(steps: Sequence[Mapping[str, Any]]) -> Spec:
    """
    Bars that step from a whole down to what is left.

    Each step has `label`, `start`, `end`, `colour` and `shown`.
    """
    label = {"field": "label", "type": "nominal", "sort": None, "title": None}
    most = max(max(step["start"], step["end"]) for step in steps)
    # Room above the highest bar for its number.
    height = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 1.15 * most or 1]}}
    return {
        "data": {"values": [{**step, "top": max(step["start"], step["end"])} for step in steps]},
        "description": spoken((step["label"], step["shown"]) for step in steps),
        "height": 190,
        "encoding": {
            "x": {**label, "axis": _NARROW},
            "tooltip": [{"field": "label", "title": " "}, {"field": "shown", "title": "  "}],
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadius": 1},
                "encoding": {
                    "y": {"field": "start", **height},
                    "y2": {"field": "end"},
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                },
            },
            {
                "mark": {"type": "text", "dy": -8, "color": style.INK},
                "encoding": {
                    "y": {"field": "top", **height},
                    "text": {"field": "shown", "type": "nominal"},
                },
            },
        ],
        "config": BARE,
    }


def tornado(rows: Sequence[Mapping[str, Any]], *, base: float, base_shown: str, none: str) -> Spec:
    """
    Bars around the total of today: how far each parameter moves it.

    Each row has `label` (with `NEW_LINE` where a line may end), `low` and `high` (the totals at
    both ends), `low_shown`, `high_shown`; the widest stands on top. `none` is written where a
    parameter moves nothing.
    """
    ordered = sorted(rows, key=lambda row: -abs(row["high"] - row["low"]))
    ends = [
        {"label": row["label"], "from": base, "to": row[end], "shown": row[f"{end}_shown"]}
        for row in ordered
        for end in ("low", "high")
    ]
    values = [base, *(end["to"] for end in ends)]
    still = [
        {"label": row["label"], "base": base, "shown": none}
        for row in ordered
        if row["low"] == base == row["high"]
    ]
    # Room beside the bars for their numbers, on a phone as well.
    room = 0.8 * (max(values) - min(values)) or 1.0
    scale = {"domain": [min(values) - room, max(values) + room], "nice": False, "zero": False}
    x = {"type": "quantitative", "axis": None, "scale": scale}
    return {
        "data": {"values": ends},
        "description": spoken(
            (
                row["label"].replace(NEW_LINE, " "),
                none
                if row["low"] == base == row["high"]
                else f"{row['low_shown']} – {row['high_shown']}",
            )
            for row in ordered
        ),
        "height": 38 * len(ordered) + 20,
        "encoding": {
            "y": {
                "field": "label",
                "type": "nominal",
                "sort": [row["label"] for row in ordered],
                "title": None,
                "axis": {"labelLimit": 200, "labelExpr": f"split(datum.label, '{NEW_LINE}')"},
            },
            "tooltip": [{"field": "label", "title": " "}, {"field": "shown", "title": "  "}],
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": 16, "color": style.PRIMARY, "opacity": 0.75},
                "encoding": {"x": {"field": "from", **x}, "x2": {"field": "to"}},
            },
            *(
                {
                    "transform": [{"filter": f"datum.to {sign} datum.from"}],
                    "mark": {"type": "text", "align": align, "dx": dx, "color": style.INK},
                    "encoding": {
                        "x": {"field": "to", **x},
                        "text": {"field": "shown", "type": "nominal"},
                    },
                }
                for sign, align, dx in (("<", "right", -5), (">", "left", 5))
            ),
            {
                "data": {"values": still},
                "mark": {"type": "text", "align": "left", "dx": 5, "color": style.MUTED},
                "encoding": {
                    "x": {"field": "base", **x},
                    "text": {"field": "shown", "type": "nominal"},
                },
            },
            {
                "data": {"values": [{"base": base, "shown": base_shown}]},
                "mark": {"type": "rule", "color": style.INK},
                "encoding": {
                    "x": {"field": "base", **x},
                    "y": {"value": 0},
                    "y2": {"value": "height"},
                    "tooltip": {"field": "shown"},
                },
            },
        ],
        "config": BARE,
    }
