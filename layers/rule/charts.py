"""Charts of the 90 % rule over time: jobs and share, and several scenarios against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.growth.rule import Verdict
from layers.app import style, texts
from layers.app.texts import t
from layers.widgets.charts import BARE, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pandas import DataFrame

    Spec = dict[str, Any]

_HEIGHT: Final = 280
# Verdicts that the sums alone do not decide: their share must not look sure.
_LEFT_OPEN: Final = frozenset({Verdict.UNDECIDED, Verdict.UNKNOWN})
_SHAPES: Final = ("circle", "square", "triangle-up", "diamond")


def times(table: DataFrame) -> list[str]:
    """Write the times of `geo.growth.timeline.Timeline.table`: years, or periods."""
    if "from_year" not in table:
        return [str(year) for year in table.index]
    ends = zip(table["from_year"], table["to_year"], strict=True)
    return [_period(*(None if pd.isna(year) else int(year) for year in pair)) for pair in ends]


def over_time(table: DataFrame, suffix: str, target: float) -> Spec:
    """
    Jobs inside and outside as bars, the share with its interval and the target as lines.

    Where what is in no sum leaves the verdict open, the share's point is hollow and says so.

    Parameters
    ----------
    table
        As `geo.growth.timeline.Timeline.table`.
    suffix
        Which variant: empty, or ``_regional``.
    target
        0–1.
    """
    labels = times(table)
    x = _time_axis(labels)
    sides = {"inside": style.INSIDE, "outside": style.OUTSIDE}
    jobs = [
        {
            "time": label,
            "part": t(f"rule.{side}"),
            "value": float(number),
            "order": order,
            "shown": texts.num(number),
        }
        for order, side in enumerate(sides)
        for label, number in zip(labels, table[f"jobs_{side}{suffix}"], strict=True)
    ]
    rows = _shares(table, labels, suffix)
    parts = [t(f"rule.{side}") for side in sides]
    bars = {
        "data": {"values": jobs},
        "mark": {"type": "bar", "opacity": 0.55},
        "encoding": {
            "x": x,
            "y": {
                "field": "value",
                "type": "quantitative",
                "stack": "zero",
                "title": t("rule.jobs_axis"),
                "axis": {"labelExpr": _thousands(), "tickCount": 5, "titleColor": style.MUTED},
            },
            "color": {
                "field": "part",
                "type": "nominal",
                "scale": {"domain": parts, "range": list(sides.values())},
                "legend": {"orient": "top", "title": None, "symbolType": "square"},
            },
            "order": {"field": "order", "type": "quantitative"},
            "tooltip": _tooltip("time", "part", "shown"),
        },
    }
    shares = {
        "data": {"values": rows},
        "layer": [
            _mark(x, {"type": "area", "color": style.INK, "opacity": 0.12}, "low", "high"),
            _mark(x, {"type": "line", "color": style.INK, "strokeWidth": 2}, "share"),
            *_points(x, {"color": style.INK, "size": 36}, {"color": style.MUTED}),
            _target(target),
        ],
    }
    return {
        "height": _HEIGHT,
        "description": _spoken(
            rows, {t(f"rule.{side}"): _jobs(table, side, suffix) for side in sides}
        ),
        "layer": [bars, shares],
        "resolve": {"scale": {"y": "independent"}},
        "config": BARE,
    }


def compared(tables: Sequence[tuple[str, DataFrame]], suffix: str, target: float) -> Spec:
    """
    Lines of the share over time, one for each scenario, told apart by colour and shape.

    A point is hollow, and says so, where what is in no sum leaves the verdict open.
    `tables` holds a name and a `geo.growth.timeline.Timeline.table` each, four at most.
    """
    labels = sorted({label for _, table in tables for label in times(table)}, key=_in_order(tables))
    names = [name for name, _ in tables]
    rows = [
        row | {"name": name}
        for name, table in tables
        for row in _shares(table, times(table), suffix)
    ]
    told = {
        "color": _told(names, list(style.LINE_COLOURS)),
        "shape": _told(names, list(_SHAPES)),
        "tooltip": _tooltip("name", "time", "shown"),
    }
    x = _time_axis(labels)
    line = _mark(x, {"type": "line", "strokeWidth": 2}, "share")
    line["encoding"] |= {"color": told["color"]}
    points = _points(x, {"size": 60, "opacity": 1}, {})
    for one in points:
        one["encoding"] |= told
    return {
        "data": {"values": rows},
        "description": spoken((f"{row['name']}, {row['time']}", row["shown"]) for row in rows),
        "height": _HEIGHT,
        "layer": [line, *points, _target(target)],
        "config": BARE,
    }


def _told(names: list[str], marks: list[str]) -> Spec:
    return {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": names, "range": marks[: len(names)]},
        "legend": {"orient": "top", "title": None, "labelLimit": 220},
    }


def _in_order(tables: Sequence[tuple[str, DataFrame]]) -> Callable[[str], int] | None:
    # Periods are the same in all; years may begin and end apart, and sort as text.
    periods = [label for _, table in tables for label in times(table) if "from_year" in table]
    return periods.index if periods else None


def _shares(table: DataFrame, labels: Sequence[str], suffix: str) -> list[dict[str, Any]]:
    columns = (table[f"share{end}{suffix}"] for end in ("", "_low", "_high"))
    rows: list[dict[str, Any]] = []
    verdicts = table[f"verdict{suffix}"]
    for label, verdict, *cells in zip(labels, verdicts, *columns, strict=True):
        share, low, high = (None if pd.isna(cell) else float(cell) for cell in cells)
        shown = _written(share, low, high)
        if left_open := verdict in _LEFT_OPEN:
            shown = f"{shown} · {t(f'verdict.{verdict}')}"
        row = {"time": label, "share": share, "low": low, "high": high, "shown": shown}
        rows.append(row | {"open": left_open})
    return rows


def _points(x: Spec, mark: Spec, left_open: Spec) -> list[Spec]:
    """Points of the shares: solid, and hollow where the verdict is left open."""
    solid = _mark(x, {"type": "point", "filled": True} | mark, "share")
    hollow = _mark(
        x, {"type": "point", "filled": False, "fill": "white"} | mark | left_open, "share"
    )
    return [
        solid | {"transform": [{"filter": "!datum.open"}]},
        hollow | {"transform": [{"filter": "datum.open"}]},
    ]


def _mark(x: Spec, mark: Spec, field: str, other: str | None = None) -> Spec:
    y: Spec = {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "title": t("rule.share_axis"),
        "axis": {"labelExpr": _percent(), "tickCount": 5, "titleColor": style.MUTED},
    }
    encoding: Spec = {"x": x, "y": y, "tooltip": _tooltip("time", "shown")}
    if other is not None:
        encoding["y2"] = {"field": other}
    return {"mark": mark, "encoding": encoding}


def _target(target: float) -> Spec:
    shown = texts.pct(target)
    return {
        "data": {"values": [{"target": target, "shown": t("rule.target_line", target=shown)}]},
        "mark": {"type": "rule", "color": style.GOOD, "strokeDash": [6, 4], "strokeWidth": 1.5},
        "encoding": {
            "y": {"field": "target", "type": "quantitative", "scale": {"domain": [0, 1]}},
            "tooltip": [{"field": "shown", "title": " "}],
        },
    }


def _time_axis(labels: Sequence[str]) -> Spec:
    return {
        "field": "time",
        "type": "ordinal",
        "scale": {"domain": list(labels)},
        "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": "greedy"},
    }


def _tooltip(*fields: str) -> list[Spec]:
    # Titles that differ and show nothing: Vega drops the second of two that are equal.
    return [{"field": field, "title": " " * (place + 1)} for place, field in enumerate(fields)]


def _thousands() -> str:
    gap = "," if texts.language() == "en" else "\N{NO-BREAK SPACE}"
    return f"replace(format(datum.value, ',.0f'), /,/g, '{gap}')"


def _percent() -> str:
    gap = "" if texts.language() == "en" else "\N{NO-BREAK SPACE}"
    return f"format(100 * datum.value, '.0f') + '{gap}%'"


def _period(first: int | None, last: int | None) -> str:
    if first is None:
        return t("rule.period_all") if last is None else t("rule.period_until", year=str(last + 1))
    if last is None:
        return t("rule.period_since", year=str(first))
    return f"{first}–{last}" if first != last else str(first)


def _written(share: float | None, low: float | None, high: float | None) -> str:
    written = texts.pct(share, 1)
    if share is None or low == high:
        return written
    ends = {"low": texts.pct(low, 1), "high": texts.pct(high, 1)}
    return f"{written} ({t('gauge.interval', **ends)})"


def figures(table: DataFrame, suffix: str) -> DataFrame:
    """
    Return what `over_time` draws as a table in words: a row for each time.

    Parameters
    ----------
    table
        As `geo.growth.timeline.Timeline.table`.
    suffix
        Which variant: empty, or ``_regional``.
    """
    rows = _shares(table, times(table), suffix)
    return pd.DataFrame(
        {
            t("rule.chart_time"): [row["time"] for row in rows],
            t("rule.share_axis"): [row["shown"] for row in rows],
            **{t(f"rule.{side}"): _jobs(table, side, suffix) for side in ("inside", "outside")},
        }
    )


def figures_compared(tables: Sequence[tuple[str, DataFrame]], suffix: str) -> DataFrame:
    """Return what `compared` draws as a table in words: a row for each time and scenario."""
    rows = [
        {
            t("rule.chart_time"): row["time"],
            t("rule.chart_scenario"): name,
            t("rule.share_axis"): row["shown"],
        }
        for name, table in tables
        for row in _shares(table, times(table), suffix)
    ]
    return pd.DataFrame(rows)


def _jobs(table: DataFrame, side: str, suffix: str) -> list[str]:
    return [texts.num(jobs) for jobs in table[f"jobs_{side}{suffix}"]]


def _spoken(rows: Sequence[Mapping[str, Any]], jobs: Mapping[str, Sequence[str]]) -> str:
    beside = zip(*jobs.values(), strict=True)
    said = "; ".join(
        f"{row['time']}: {row['shown']}, "
        + ", ".join(f"{name.lower()} {number}" for name, number in zip(jobs, numbers, strict=True))
        for row, numbers in zip(rows, beside, strict=True)
    )
    return f"{t('rule.share_axis')}. {t('rule.jobs_axis')}. {said}."
