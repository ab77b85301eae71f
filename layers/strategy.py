"""The pack's strategy.toml: goals, focus areas, key figures and places, as parts of a page."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from layers.app import shell, texts
from layers.app.texts import t
from layers.widgets import charts as drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack

FILE: Final = "strategy.toml"


@dataclass(frozen=True)
class Strategy:
    """The strategy as the pack tells it; its texts are the municipality's language."""

    directory: Path
    content: dict[str, Any]

    def said(self, key: str, of: dict[str, Any] | None = None) -> str:
        """Return a text of the strategy, or of one `of` its parts, in the session's language."""
        return texts.plain(texts.of_pack((of or self.content).get(key), self.directory))

    def parts(self, name: str) -> list[dict[str, Any]]:
        """Return the parts of this name (goals, focus_areas, figures, places), in order."""
        return list(self.content.get(name, []))


def read(pack: Pack) -> Strategy | None:
    """Return the pack's strategy; None where it brings none, or one that is no TOML."""
    path = pack.directory / FILE
    try:
        return Strategy(pack.directory, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        st.error(t("strategy.unreadable", file=FILE, reason=str(error)), icon=":material/error:")
        return None


def goals(plan: Strategy) -> None:
    """Main goals, as a row of cards."""
    for goal, column in _in_columns(plan.parts("goals"), 3):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{plan.said('title', goal)}**")
            st.write(plan.said("text", goal))


def focus_areas(plan: Strategy) -> None:
    """Focus areas with their strategies and the UN goals they serve."""
    for area in plan.parts("focus_areas"):
        with st.container(border=True):
            st.markdown(f"**{area['number']}. {plan.said('title', area)}**")
            badges = (
                f":blue-badge[{number} {t(f'un_goal.{number}')}]" for number in area["un_goals"]
            )
            st.markdown(f"{t('strategy.un_goals')} {' '.join(badges)}")
            st.write(plan.said("text", area))
            lines = (texts.of_pack(line, plan.directory) for line in area["strategies"])
            st.markdown("\n".join(f"- {texts.plain(line)}" for line in lines))


def numbers(plan: Strategy) -> None:
    """Key figures that stand alone, each with its year where the source gives one."""
    figures = [
        (figure, value)
        for figure in plan.parts("figures")
        if figure["kind"] == "number"
        for value in figure["values"]
    ]
    for (figure, value), column in _in_columns(figures, 4):
        unit = _unit(plan, figure)
        decimals = 0 if float(value["value"]).is_integer() else 1
        over = f"{t('strategy.more_than')} " if value.get("more_than") else ""
        # One number alone needs its figure's title («Kommune-NM») rather than its own label.
        alone = len(figure["values"]) == 1
        name = plan.said("title", figure) if alone else plan.said("label", value)
        column.metric(
            name + _year(value),
            f"{over}{texts.num(value['value'], decimals)} {unit}".strip(),
            help=plan.said("note", figure) or None,
            border=True,
        )


def charts(plan: Strategy) -> None:
    """Key figures that compare: commuting, value creation, population."""
    compared = [figure for figure in plan.parts("figures") if figure["kind"] != "number"]
    for figure, column in _in_columns(compared, 2):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{plan.said('title', figure)}**")
            unit = _unit(plan, figure)
            if figure["kind"] == "line":
                chart = drawn.line(figure["values"], unit=unit)
            else:
                rows = [
                    {"label": plan.said("label", value) + _year(value), "value": value["value"]}
                    for value in figure["values"]
                ]
                chart = drawn.bars(rows, unit=unit)
            st.vega_lite_chart(chart, width="stretch")
            st.caption(plan.said("note", figure))


def named_places(pack: Pack, plan: Strategy) -> GeoDataFrame:
    """Rows of the pack's places that the strategy names."""
    frame = pack.layer("places")
    return frame[frame["place_id"].isin([place["place_id"] for place in plan.parts("places")])]


def place_links(pack: Pack, plan: Strategy, named: GeoDataFrame) -> None:
    """Each place with why it is named, and a link to its zone."""
    rows = named.set_index("place_id")
    for place in plan.parts("places"):
        if place["place_id"] not in rows.index:
            continue
        row = rows.loc[place["place_id"]]
        st.markdown(
            f"**{texts.plain(texts.of_pack(row['name'], pack.directory))}** · "
            f"{plan.said('text', place)}"
        )
        if pd.notna(row["zone_id"]):
            st.page_link(
                shell.PAGES["zones"][0],
                label=t("strategy.to_zone", zone=_zone_name(pack, row["zone_id"])),
                icon=":material/arrow_forward:",
                query_params={"zone": row["zone_id"]},
            )


def open_place(named: GeoDataFrame) -> Callable[[str, str], None]:
    """Return what a click on the map does: a place leads to its zone, a zone to itself."""
    zone_of = dict(zip(named["place_id"], named["zone_id"], strict=True))

    def opened(kind: str, clicked: str) -> None:
        zone = zone_of.get(clicked) if kind == "place" else clicked
        if pd.notna(zone):
            shell.open_zone("zone" if kind == "place" else kind, str(zone))

    return opened


def _zone_name(pack: Pack, zone_id: str) -> str:
    if not pack.has("zones"):
        return zone_id
    zones = pack.layer("zones").set_index("zone_id")["name"]
    return texts.plain(texts.of_pack(zones.get(zone_id, zone_id), pack.directory))


def _unit(plan: Strategy, figure: dict[str, Any]) -> str:
    unit = plan.said("unit", figure)
    # A count of things or a rank needs no unit after the number: the label says what is counted.
    return "" if figure["unit"] in {"antall", "plassering"} else unit


def _year(value: dict[str, Any]) -> str:
    return f" ({value['year']})" if "year" in value else ""


def _in_columns(items: list[Any], count: int) -> list[tuple[Any, Any]]:
    pairs = []
    for start in range(0, len(items), count):
        row = items[start : start + count]
        pairs += list(zip(row, st.columns(count), strict=False))
    return pairs
