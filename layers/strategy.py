"""The strategy as parts of a page: vision, goals, land use, focus areas, figures, background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from layers.app import explain, shell, texts
from layers.app.strategy import Strategy, read
from layers.app.texts import t
from layers.widgets import charts as drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamlit.delta_generator import DeltaGenerator

__all__ = ["contents", "figures", "focus_areas", "header", "read", "statements"]

# A heading's address on the page, and the text that is the heading.
SECTIONS: Final = ("vision", "goals", "land_use", "focus_areas", "figures", "places", "background")

_LEVELS: Final = {"municipal": "blue", "regional": "violet", "national": "gray"}
_OWN_WORD: Final = frozenset({"antall", "plassering"})  # units that the label says already


def contents() -> None:
    """Links to the sections of the page, which is long."""
    st.markdown(" · ".join(f"[{t(f'strategy.{name}')}](#{name})" for name in SECTIONS))


def header(section: str) -> None:
    """Write the heading of one of the `SECTIONS`."""
    st.header(t(f"strategy.{section}"), anchor=section)


def statements(plan: Strategy, part: str, *, columns: int = 3) -> None:
    """Each of a part's statements as a card: what is said, whose it is, and the chapter."""
    for one, column in _cards(plan.parts(part), columns, part):
        with column.container(border=True, height="stretch"):
            number = f"{one['number']}. " if "number" in one else ""
            title = f"**{number}{plan.said('title', one)}**"
            _told(title, plan.said("text", one))
            _origin(plan, one)


def focus_areas(plan: Strategy) -> None:
    """Focus areas with the UN goals they rest on and their strategies, a column each."""
    for area in plan.parts("focus_areas"):
        with st.container(border=True):
            st.subheader(f"{area['number']}. {plan.said('title', area)}", anchor=False)
            goals = " ".join(
                f":blue-badge[{number} {t(f'un_goal.{number}')}]" for number in area["un_goals"]
            )
            about = plan.said("about", area)
            rests_on = f"{about}. {t('strategy.un_goals')} {goals}".removeprefix(". ")
            _told(rests_on, plan.said("text", area))
            for strategy, column in _cards(area["strategies"], 3, f"area_{area['number']}"):
                column.markdown(_strategy(plan, strategy))
            _origin(plan, area)


def figures(plan: Strategy) -> None:
    """Key figures: the municipality's and the region's first, then the country's apart."""
    told = plan.parts("figures")
    national = [one for one in told if one.get("level") == "national"]
    own = [one for one in told if one not in national]
    for name, group in (("own_figures", own), ("national_figures", national)):
        if not group:
            continue
        st.subheader(t(f"strategy.{name}"))
        explain.beside("strategy_figures", key=name)
        numbers = [one for one in group if one["kind"] == "number"]
        for figure, column in _cards(numbers, 3, f"{name}_numbers"):
            with column.container(border=True, height="stretch"):
                _number(plan, figure)
        drawings = [one for one in group if one["kind"] != "number"]
        for figure, column in _cards(drawings, 2, f"{name}_charts"):
            with column.container(border=True, height="stretch"):
                st.markdown(f"**{plan.said('title', figure)}**")
                _chart(plan, figure)
                _measures(plan, figure)


def _told(*paragraphs: str) -> None:
    """
    Write paragraphs as one element.

    Each element is made on its own by the browser, and this page has more of them than any other.
    """
    st.markdown("\n\n".join(paragraphs))


def _cards(items: Sequence[Any], count: int, part: str) -> Iterator[tuple[Any, DeltaGenerator]]:
    """Give each item its column, in rows that wrap where a card would be too narrow to read."""
    with st.container(key=f"cards_{part}"):
        yield from shell.in_columns(items, count)


def _strategy(plan: Strategy, strategy: Any) -> str:  # noqa: ANN401  # a text in older packs
    if not isinstance(strategy, dict):
        return f"- {texts.plain(texts.of_pack(strategy, plan.directory))}"
    points = (texts.plain(texts.of_pack(point, plan.directory)) for point in strategy["points"])
    heading = f"**{strategy['letter']}) {plan.said('title', strategy)}**"
    return "\n".join([heading, "", *(f"- {point}" for point in points)])


def _number(plan: Strategy, figure: dict[str, Any]) -> None:
    values = figure["values"]
    # One number alone is told by its figure's title («Kommune-NM») rather than by its own label.
    alone = len(values) == 1
    title = plan.said("title", figure) + (_year(values[0]) if alone else "")
    st.markdown(f"**{title}**")  # goes over several lines, which the label of a number does not
    for value in values:
        st.metric(
            plan.said("label", value) + _year(value),
            _written(plan, figure, value),
            label_visibility="collapsed" if alone else "visible",
        )
    _measures(plan, figure)


def _chart(plan: Strategy, figure: dict[str, Any]) -> None:
    unit = "" if figure["unit"] in _OWN_WORD else plan.words("unit", figure)
    if figure["kind"] == "line":
        chart = drawn.line(figure["values"], unit=unit)
    else:
        rows = [
            {
                "label": plan.words("label", value) + _year(value),
                "value": value["value"],
                "before": _qualifier(value),
            }
            for value in figure["values"]
        ]
        chart = drawn.bars(rows, unit=unit)
    st.vega_lite_chart(chart, width="stretch")


def _measures(plan: Strategy, figure: dict[str, Any]) -> None:
    said = " ".join(filter(None, (plan.said("measures", figure), plan.said("note", figure))))
    if said:
        st.caption(said)
    _origin(plan, figure)


def _origin(plan: Strategy, item: dict[str, Any]) -> None:
    """Whose a statement or figure is, and the chapter it stands in."""
    level = item.get("level")
    badge = f":{_LEVELS[level]}-badge[{t(f'level.{level}')}] " if level in _LEVELS else ""
    chapter = plan.chapter(item)
    if badge or chapter:
        told = t("strategy.chapter", chapter=texts.plain(chapter)) if chapter else ""
        st.caption(badge + told)


def _written(plan: Strategy, figure: dict[str, Any], value: dict[str, Any]) -> str:
    amount = float(value["value"])
    number = texts.num(amount, 0 if amount.is_integer() else 1)
    if figure["unit"] == "plassering":
        return t("strategy.rank", rank=number)
    if value.get("signed") and amount > 0:
        number = f"+{number}"
    unit = "" if figure["unit"] in _OWN_WORD else plan.said("unit", figure)
    return " ".join(filter(None, (_qualifier(value), number, unit)))


def _qualifier(value: dict[str, Any]) -> str:
    named = value.get("qualifier")
    return texts.term("qualifier", named) if named else ""


def _year(value: dict[str, Any]) -> str:
    return f" ({texts.plain(str(value['year']))})" if "year" in value else ""
