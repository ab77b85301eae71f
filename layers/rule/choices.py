"""What the reader chooses on the page of the 90 % rule; all of it lives in the address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import ParameterError
from geo.growth.rule import TARGET_SHARE
from geo.growth.share import has_effect
from geo.growth.terms import Terms, require_years
from geo.growth.timeline import HORIZON
from geo.ledger.fields import EFFECT_OF_STATUS, FIRST_YEAR, LAST_YEAR, NONE, STATUSES
from geo.schema.coercion import quote
from layers.app import address, shell, texts
from layers.app.texts import t
from layers.rule import data
from layers.rule.data import CUMULATIVE, PERIOD, TIMES, Choices

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from layers.app.shell import View

# Strategi for bærekraftig næringsutvikling 2022–2030, cut in two; the reader can cut otherwise (A).
PERIODS: Final = (2022, 2026, 2031)
_WRITTEN: Final = ", ".join(map(str, PERIODS))

# Up to which year an answer is asked for most: the strategy's horizon, and two on the way (A).
QUICK_YEARS: Final = (2026, 2028, HORIZON)
_ALL, _OTHER = "all", "other"

_NOTHING: Final = "-"  # stands in the address where no status is chosen


def until() -> int | None:
    """Ask up to which year the rule is to be judged; None for all years."""
    asked = address.read("to", _parse_year, None)
    options = (_ALL, *QUICK_YEARS, _OTHER)
    first = _ALL if asked is None else asked if asked in options else _OTHER
    wide, narrow = st.columns([7, 3], vertical_alignment="bottom")
    chosen = wide.segmented_control(
        t("rule.until"),
        options,
        default=address.begin("rule_until", first),
        format_func=lambda one: t(f"rule.until_{one}") if one in (_ALL, _OTHER) else str(one),
        key="rule_until",
        required=True,
        help=t("rule.until_help"),
    )
    if chosen == _OTHER:
        return _year(narrow, "to")
    year = None if chosen == _ALL else int(chosen)
    address.keep("to", year)
    return year


def choose(view: View, to_year: int | None) -> Choices:
    """
    Show the other choices, and return them all.

    Raises
    ------
    ParameterError
        If the years make no period.
    """
    with st.container(border=True, key="rule_options"):
        left, right = st.columns(2)
        adopted = adopted_only(left)
        estimates = with_estimates(right)
        left, right = st.columns(2)
        net = _one_of(left, "basis", (False, True), {"net": True}, "rule.basis")
        time = _one_of(right, "time", TIMES, {name: name for name in TIMES}, "rule.time")
        wide, first = st.columns([7, 3])
        statuses = _statuses(wide, view)
        from_year = _year(first, "from")
        periods = _periods() if time == PERIOD else PERIODS
        st.caption(t("rule.target_fixed", target=texts.pct(TARGET_SHARE)))
    terms = Terms(
        statuses=statuses,
        adopted_only=adopted,
        net=bool(net),
        from_year=from_year,
        to_year=to_year,
        estimates=estimates,
    )
    return Choices(terms, str(time or CUMULATIVE), periods)


def adopted_only(column: DeltaGenerator) -> bool:
    """Let the reader leave planned projects out."""
    return bool(_one_of(column, "adopted", (False, True), {"1": True}, "rule.adopted"))


def with_estimates(column: DeltaGenerator) -> bool:
    """Let the reader leave estimated jobs out, and see what is known alone."""
    return bool(_one_of(column, "estimates", (True, False), {"0": False}, "rule.estimates"))


def link(label: str) -> None:
    """Lead to the page of the rule, with the choices that both pages have."""
    kept = {name: address.text(name) for name in ("adopted", "estimates")}
    chosen = {name: value for name, value in kept.items() if value is not None}
    shell.lead_to("rule", label, asked=chosen)


def _one_of(
    column: DeltaGenerator,
    key: str,
    choices: tuple[object, ...],
    written: dict[str, object],
    msgid: str,
) -> object:
    default = choices[0]
    chosen = column.segmented_control(
        t(msgid),
        choices,
        default=address.begin(f"rule_{key}", address.read(key, written.get, default)),
        format_func=lambda one: t(f"{msgid}_{one}".lower()),
        key=f"rule_{key}",
        required=True,
        help=t(f"{msgid}_help"),
    )
    spelled = next((word for word, value in written.items() if value == chosen), None)
    address.keep(key, None if chosen == default else spelled)
    return chosen


def _statuses(column: DeltaGenerator, view: View) -> tuple[str, ...] | None:
    frame = data.state(view).frame
    weighing = frame[has_effect(frame, adopted_only=False)]
    there = set(weighing["status"].dropna())
    usual = [one for one in STATUSES if EFFECT_OF_STATUS[one] != NONE or one in there]
    options = [*usual, *sorted(there - set(usual))]
    asked = address.several("status")
    address.refuse_others("status", asked, [*options, _NOTHING])
    known = [one for one in options if one in asked]
    first = known if known or asked == [_NOTHING] else options
    chosen = column.pills(
        t("rule.statuses"),
        options,
        selection_mode="multi",
        default=address.begin_with("rule_status", options, first),
        format_func=lambda status: texts.plain(texts.term("status", status)),  # read as markdown
        key="rule_status",
        help=t("rule.statuses_help"),
    )
    if set(chosen) == set(options):
        address.keep("status", None)
        return None
    address.keep("status", list(chosen) or [_NOTHING])
    without = int(weighing["status"].isna().sum())
    if without:
        column.caption(t("rule.without_status", count=without))
    return tuple(chosen)


def _parse_year(written: str) -> int | None:
    if not re.fullmatch(r"[0-9]{4}", written):
        return None
    return min(max(int(written), FIRST_YEAR), LAST_YEAR)


def _year(column: DeltaGenerator, key: str) -> int | None:
    chosen = column.number_input(
        t(f"rule.{key}"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        step=1,
        format="%d",
        key=f"rule_{key}",
        placeholder=t(f"rule.{key}_open"),
        value=address.begin(f"rule_{key}", address.read(key, _parse_year, None)),
    )
    address.keep(key, chosen)
    return None if chosen is None else int(chosen)


def _periods() -> tuple[int, ...]:
    written = st.text_input(
        t("rule.periods"),
        value=address.begin("rule_periods", address.read("periods", str, _WRITTEN)),
        key="rule_periods",
        max_chars=200,
        help=t("rule.periods_help"),
    )
    address.keep("periods", written, _WRITTEN)
    words = re.findall(r"[^\s,;]+", written)
    if not all(re.fullmatch(r"[0-9]{4}", word) for word in words):
        limits = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
        raise ParameterError("error.period", years=quote(written), **limits)
    years = tuple(int(word) for word in words)
    require_years(years)
    return years
