"""How the figures of municipalities are spread, with the one that is marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.comparison import measures, ranking
from layers.app import explain, style, texts
from layers.app.texts import t
from layers.comparison import words
from layers.widgets import charts

_ASIDE: Final = 0.04  # of the axis, beyond the figures
_END: Final = 0.15  # of the axis: as far as a long name reaches from its middle
_MANY: Final = 60  # strokes: more lie over each other

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
    st.caption(" ".join([t("compare.spread", **written), *_told(what)]))
    explain.beside("compare_spread", given=what.given)


def _told(what: Compared) -> list[str]:
    """Say what the marks mean that are not always there, and who has none."""
    known = what.places["value"].notna()
    said = []
    if what.certainty[known.index][known].ne("whole").any():
        said.append(t("compare.spread_hollow"))
    if _own_span(what) is not None:
        name = texts.plain(str(what.rows["name"][what.chosen]))
        said.append(t("compare.spread_sets", name=name, count=len(what.summary.sets)))
    if unknown := int(measures.unknown(what.rows, what.measure).sum()):
        said.append(t("compare.spread_unknown", count=unknown))
    return said


def _own_span(what: Compared) -> tuple[float, float] | None:
    """Return between what the marked municipality's figure lies by all sets, if it is shown."""
    if what.spans is None or what.chosen is None or pd.isna(what.places["value"][what.chosen]):
        return None
    least, most = (float(what.spans[end][what.chosen]) for end in ("least", "most"))
    return (least, most) if most > least else None


def _strip(what: Compared, middle: float, written: dict[str, str]) -> charts.Spec:
    certainty = what.certainty
    scale = 1000 if what.measure.unit == "daa" else 0.01 if what.measure.unit == "share" else 1
    rows = [
        {
            "label": str(what.rows["name"][number]),
            "value": value / scale,
            "at": 0,
            "shown": words.sure(words.value(what.measure, value), certainty[str(number)]),
            "places": " · ".join(what.told_places(str(number))),
            "marked": number == what.chosen,
            "whole": certainty[str(number)] == "whole",
        }
        for number, value in what.places["value"].dropna().items()
    ]
    own = _own_span(what)
    ends = [row["value"] for row in rows] + [one / scale for one in own or ()]
    low, high = _domain(ends, most=100.0 if what.measure.unit == "share" else math.inf)
    thick, clear = (4, 0.8) if len(rows) <= _MANY else (3, 0.5)
    axis: dict[str, Any] = {
        "field": "value",
        "type": "quantitative",
        "title": words.heading(what.name),
        "scale": {"zero": False, "nice": False, "domain": [low, high]},
        "axis": {"labelExpr": "replace(datum.label, ',', '\u00a0')", "tickCount": 6},
    }
    marked = {"filter": "datum.marked"}
    tooltip = [
        {"field": field, "title": " " * blanks}
        for blanks, field in enumerate(("label", "shown", "places"), start=1)
    ]
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
            *([] if own is None else [_by_sets(own, scale)]),
            {
                "mark": {
                    "type": "tick",
                    "color": style.PRIMARY,
                    "size": 34,
                    "thickness": thick,
                    "strokeWidth": 1.2,
                    "opacity": clear,
                },
                "encoding": {
                    "tooltip": tooltip,
                    "fillOpacity": {"condition": {"test": "datum.whole", "value": 1}, "value": 0},
                    "stroke": {"value": style.PRIMARY},
                },
            },
            {
                "transform": [marked],
                "mark": {"type": "tick", "color": style.OUTSIDE, "size": 52, "thickness": 5},
                "encoding": {"tooltip": tooltip},
            },
            {
                "transform": [marked],
                "mark": {
                    "type": "text",
                    "dy": -44,
                    "color": style.INK,
                    "fontWeight": "bold",
                    "align": _towards_middle(rows, low, high),
                },
                "encoding": {"text": {"field": "label", "type": "nominal"}},
            },
        ],
        "config": charts.BARE,
    }


def _domain(values: list[float], *, most: float) -> tuple[float, float]:
    """Return the ends of the axis: a little beyond the figures, and never where none can be."""
    least, greatest = min(values), max(values)
    aside = (greatest - least or greatest or 1.0) * _ASIDE
    return max(0.0, least - aside), min(max(most, greatest), greatest + aside)


def _towards_middle(rows: list[dict[str, Any]], low: float, high: float) -> str:
    """Say to which side a name is written, so that it is not cut off at either end."""
    at = next((row["value"] for row in rows if row["marked"]), low)
    part = (at - low) / (high - low) if high > low else 0.5
    return "left" if part < _END else "right" if part > 1 - _END else "center"


def _by_sets(span: tuple[float, float], scale: float) -> dict[str, Any]:
    least, most = span
    return {
        "mark": {"type": "rule", "color": style.OUTSIDE, "strokeWidth": 3, "opacity": 0.6},
        "data": {"values": [{"value": least / scale, "to": most / scale, "at": 0}]},
        "encoding": {"y": _at("at"), "x2": {"field": "to"}},
    }


def _at(field: str) -> dict[str, Any]:
    """Place a mark between the foot, -1, and the top, 1, of a chart whose height means nothing."""
    scale = {"domain": [-1, 1], "nice": False}
    return {"field": field, "type": "quantitative", "axis": None, "scale": scale}
