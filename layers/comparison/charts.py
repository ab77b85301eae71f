"""How the figures of municipalities are spread, with the one that is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.comparison import ranking
from layers.app import explain, style
from layers.app.texts import t
from layers.comparison import words
from layers.widgets import charts

if TYPE_CHECKING:
    from layers.comparison.choices import Compared


def spread(what: Compared) -> None:
    """Show each municipality as a stroke on a line, and say where the middle and the ends are."""
    found = ranking.spread(what.places["value"])
    if found is None:
        st.info(t("compare.no_figures"), icon=":material/help:")
        return
    written = {name: words.value(what.measure, one) for name, one in found._asdict().items()}
    st.vega_lite_chart(_strip(what, found.middle, written), width="stretch")
    st.caption(t("compare.spread", **written))
    explain.beside("compare_spread", given=what.given)


def _strip(what: Compared, middle: float, written: dict[str, str]) -> charts.Spec:
    scale = 1000 if what.measure.unit == "daa" else 0.01 if what.measure.unit == "share" else 1
    rows = [
        {
            "label": str(what.rows["name"][number]),
            "value": value / scale,
            "at": 0,
            "shown": words.value(what.measure, value),
            "marked": number == what.chosen,
        }
        for number, value in what.places["value"].dropna().items()
    ]
    axis: dict[str, Any] = {
        "field": "value",
        "type": "quantitative",
        "title": words.heading(what.name),
        "scale": {"zero": False, "nice": True, "padding": 12},
        "axis": {"labelExpr": "replace(datum.label, ',', '\u00a0')", "tickCount": 6},
    }
    marked = {"filter": "datum.marked"}
    tooltip = [{"field": "label", "title": " "}, {"field": "shown", "title": "  "}]
    return {
        "data": {"values": rows},
        "description": charts.spoken(
            [
                *((t(f"compare.spread_{name}"), one) for name, one in written.items()),
                *((row["label"], row["shown"]) for row in rows if row["marked"]),
            ]
        ),
        "height": 190,  # with the axis below it
        "encoding": {"x": axis, "y": _at("at")},
        "layer": [
            {
                "mark": {
                    "type": "rule",
                    "color": style.MUTED,
                    "strokeDash": [4, 3],
                    "strokeWidth": 1.5,
                },
                "data": {"values": [{"value": middle / scale, "foot": -0.8, "head": 0.8}]},
                "encoding": {"y": _at("foot"), "y2": {"field": "head"}},
            },
            {
                "mark": {
                    "type": "tick",
                    "color": style.PRIMARY,
                    "size": 34,
                    "thickness": 3,
                    "opacity": 0.7,
                },
                "encoding": {"tooltip": tooltip},
            },
            {
                "transform": [marked],
                "mark": {"type": "tick", "color": style.OUTSIDE, "size": 52, "thickness": 5},
                "encoding": {"tooltip": tooltip},
            },
            {
                "transform": [marked],
                "mark": {"type": "text", "dy": -44, "color": style.INK, "fontWeight": "bold"},
                "encoding": {"text": {"field": "label", "type": "nominal"}},
            },
        ],
        "config": charts.BARE,
    }


def _at(field: str) -> dict[str, Any]:
    """Place a mark between the foot, -1, and the top, 1, of a chart whose height means nothing."""
    scale = {"domain": [-1, 1], "nice": False}
    return {"field": field, "type": "quantitative", "axis": None, "scale": scale}
