"""Tables on the pages: numbers in the reader's language, sorted by their value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import streamlit as st

from layers.app import texts
from layers.app.texts import t
from layers.widgets import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.pack.read import Pack


ALL_SHOWN: Final = 20  # rows; a longer table scrolls in itself
SCROLLED_PX: Final = 440
FEW_TALL: Final = 6  # the same of rows with long texts
SCROLLED_TALL_PX: Final = 720
NARROW_PX: Final = 90
_FRAME_PX: Final = 3  # around a table, both sides
ROW_PX: Final = 35
TALL_PX: Final = 112  # of a row with long texts: six lines

cells.use()


def show(
    table: DataFrame,
    formats: Mapping[str, Callable[[Any], str]],
    *,
    key: str,
    on_select: Callable[[int], None] | None = None,
    missing: str | None = None,
    widths: Mapping[str, int] | None = None,
    tall: bool = True,
) -> None:
    """
    Show a table whose cells sort by value and read as `formats` writes them.

    An empty cell is unknown, or `missing` where that is meant. `on_select` gets the position in
    `table` of the row that the reader picked. Where
    `widths` of columns are given, in pixels, long texts go over several lines; not unless `tall`.
    """
    # pandas gives it a new name with every run, and a table of other bytes is sent again.
    written = table.style.set_uuid("table").format(dict(formats))
    if on_select is None:
        plain(written, len(table), key=key, missing=missing)
        return
    event = st.dataframe(
        written,
        hide_index=True,
        height=_height(len(table), tall=tall and bool(widths)),
        key=key,
        placeholder=missing or t("unknown"),
        row_height=TALL_PX if widths and tall else None,
        column_config={
            column: st.column_config.Column(width=width) for column, width in (widths or {}).items()
        },
        on_select="rerun",
        selection_mode="single-row",
    )
    picked = event.selection.rows[0] if event.selection.rows else None
    before = st.session_state.get(f"{key}.picked")
    # A row stays picked over reruns: only a new choice counts, lest it undo a click on the map.
    st.session_state[f"{key}.picked"] = picked
    if picked is not None and picked != before:
        on_select(picked)


def plain(
    table: Any,  # noqa: ANN401  # a DataFrame or a Styler
    rows: int,
    *,
    key: str | None = None,
    narrow: Sequence[str] = (),
    missing: str | None = None,
    headings: Mapping[str, str] | None = None,
) -> None:
    """
    Show a table of so many rows that is only read.

    `narrow` columns leave room for the rest. `headings` are what a reader calls columns that come
    from a file; what the file calls them is told where the heading is pointed at.
    """
    st.dataframe(
        table,
        hide_index=True,
        height=_height(rows),
        key=key,
        placeholder=missing or t("unknown"),
        column_config={
            **{column: st.column_config.Column(width=NARROW_PX) for column in narrow},
            **{
                column: st.column_config.Column(heading, help=f"`{column}`")
                for column, heading in (headings or {}).items()
                if heading != column
            },
        },
    )


def lines(table: DataFrame) -> None:
    """Show a small table of text in full: long cells go over several lines, also on a phone."""
    escaped = table.map(lambda cell: texts.plain(str(cell)))
    st.table(escaped.rename(columns=texts.plain), border="horizontal", hide_index=True)


def height(rows: int, row_px: int = ROW_PX) -> Literal["content"] | int:
    """Return the height of a table whose rows are all seen: told, it has its room at once."""
    return ROW_PX + rows * row_px + _FRAME_PX if rows else "content"


def _height(rows: int, *, tall: bool = False) -> Literal["content"] | int:
    if tall:
        return height(rows, TALL_PX) if rows <= FEW_TALL else SCROLLED_TALL_PX
    return height(rows) if rows <= ALL_SHOWN else SCROLLED_PX


def zones(pack: Pack, figures: DataFrame, on_select: Callable[[str], None]) -> None:
    """Table of all zones; picking a row opens the zone."""
    frame = pack.layer("zones")
    columns = {
        t("table.zone"): frame["name"].astype(str),
        t("table.area_daa"): figures["area_m2"] / 1000,
        t("table.growth_share"): figures["growth_share"],
        t("table.jobs_known"): _spans(figures["jobs_low"], figures["jobs_high"]),
        t("table.jobs_estimated"): _spans(figures["estimated_low"], figures["estimated_high"]),
        t("table.projects_unknown"): figures["projects_unknown"],
        t("table.zone_type"): [texts.term("zone_type", kind) for kind in frame["zone_type"]],
        t("table.abc"): frame["abc"].fillna(t("unknown")),
        t("table.station"): figures["station_m"] / 1000,
        t("table.projects"): figures["projects"],
    }
    if pack.has("businesses"):
        columns[t("table.jobs_today")] = [texts.jobs_today(row) for _, row in figures.iterrows()]
    formats: dict[str, Callable[[Any], str]] = {
        t("table.area_daa"): daa_number,
        t("table.growth_share"): lambda share: texts.pct(None if pd.isna(share) else share),
        t("table.station"): lambda km: texts.num(km, 1),
        t("table.projects"): texts.num,
        t("table.projects_unknown"): texts.num,
    }
    show(
        pd.DataFrame(columns),
        formats,
        key="zones_table",
        on_select=lambda row: on_select(str(frame["zone_id"].iloc[row])),
    )


def _spans(low: Series, high: Series) -> list[str]:
    """Write intervals; a dash where there is none, for no case is neither 0 jobs nor unknown."""
    ends = zip(low, high, strict=True)
    return ["–" if pd.isna(first) else texts.span(first, last) for first, last in ends]


def projects(pack: Pack, frame: GeoDataFrame, *, key: str) -> None:
    """Table of plan cases with their figures, how these came about, and the source."""

    def column(name: str) -> Sequence[object]:
        return list(frame[name]) if name in frame else [None] * len(frame)

    low, high = frame["jobs_low"], frame["jobs_high"]
    columns = {
        t("table.project"): [texts.of_pack(name, pack.directory) for name in frame["name"]],
        t("table.jobs_span"): [texts.span(a, b) for a, b in zip(low, high, strict=True)],
        t("table.status"): [texts.term("status", status) for status in frame["status"]],
        t("table.year"): [texts.t("unknown") if pd.isna(y) else str(int(y)) for y in frame["year"]],
        t("table.basis"): basis(frame),
        t("table.effect"): [texts.term("effect", effect) for effect in frame["effect"]],
        t("table.jobs_source"): [
            texts.of_pack(source, pack.directory) if isinstance(source, str) else "–"
            for source in column("jobs_source")
        ],
        t("table.site_daa"): frame["site_area_m2"].astype(float) / 1000,
        t("table.area_kind"): [texts.term("area_kind", kind) for kind in column("area_kind")],
        t("table.floor_m2"): frame["gross_area_m2"].astype(float),
        t("table.accuracy"): frame["accuracy_m"].astype(float),
    }
    if "source" in frame:
        columns[t("table.source")] = frame["source"].fillna(t("unknown")).astype(str)
    else:  # everyone is told neither where a case is from, nor whom its figure is from
        del columns[t("table.jobs_source")]
    formats: dict[str, Callable[[Any], str]] = {
        t("table.site_daa"): daa_number,
        t("table.floor_m2"): texts.num,
        t("table.accuracy"): lambda metres: f"± {texts.num(metres)} m",
    }
    show(pd.DataFrame(columns), formats, key=key)


def basis(frame: DataFrame) -> list[str]:
    """Say of each project how its jobs are known, else why they are neither known nor estimated."""
    return [
        t(f"why_not.{why}") if isinstance(why, str) else texts.term("basis", how)
        for how, why in zip(frame["basis"], frame["why_not"], strict=True)
    ]


def daa_number(area_daa: float) -> str:
    """Write dekar as the domain does, without the unit, which stands in the column's heading."""
    return texts.daa(area_daa * 1000).removesuffix("\N{NO-BREAK SPACE}daa")
