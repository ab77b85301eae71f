"""What if this is approved: one more site, and the rule before and after it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.ledger.fields import MAX_NUMBER
from layers.app import address, cache, explain, texts
from layers.app.texts import t
from layers.rule import data, views
from layers.widgets import answer, sentences

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from geo.growth.rule import RuleResult
    from layers.app.shell import View
    from layers.rule.data import Choices

INSIDE, OUTSIDE = "+", "-"  # no zone's id, where a zone is meant
_JOBS: Final = {"jobs_low": 80.0, "jobs": 100.0, "jobs_high": 120.0}
_MOST: Final = float(min(MAX_NUMBER, 1_000_000))


def show(view: View, choices: Choices) -> None:
    """Ask for a site, and show both variants before and after, with the room that is left."""
    low, middle, high, place = st.columns([2, 2, 2, 4])
    jobs = tuple(
        _number(column, name) for column, name in zip((low, middle, high), _JOBS, strict=True)
    )
    shares = _place(place, view)
    lost = _number(st.container(), "jobs_lost", 0.0) if choices.terms.net else None
    if shares is None:
        st.info(t("whatif.no_place"), icon=":material/help:")
        return
    inside, regional = shares
    three = (jobs[0], jobs[1], jobs[2])
    found = data.imagined(view, choices.terms, three, shares, lost)
    st.caption(t("whatif.inside", share=texts.pct(inside), regional=texts.pct(regional)))
    now = data.account(view, choices.terms)
    for column, name, effect, was in zip(
        st.columns(2), views.variants(view), found, now, strict=True
    ):
        with column:
            st.markdown(f"**{name}**")
            st.markdown(_sentence(was, effect.after))
    explain.beside("rule_whatif", given=partial(answer.chosen, choices.terms))
    for one in now.dominant:
        said = sentences.dominant(one, view.pack)
        st.caption(t("whatif.dominant", said=said))
    views.badges(view)


def _number(column: DeltaGenerator, key: str, default: float | None = None) -> float:
    standard = _JOBS[key] if default is None else default
    asked = address.read(key, _amount, standard)
    chosen = column.number_input(
        t(f"whatif.{key}"),
        min_value=0.0,
        max_value=_MOST,
        value=address.begin(f"rule_{key}", min(asked, _MOST)),
        step=10.0,
        format="%.0f",
        key=f"rule_{key}",
    )
    address.keep(key, chosen, standard)
    return float(chosen)


def _amount(written: str) -> float | None:
    return float(written) if re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", written) else None


def _place(column: DeltaGenerator, view: View) -> tuple[float, float] | None:
    """Let the reader choose a place; returns its shares, None for a zone without a place."""
    zones = view.pack.layer("zones") if view.pack.has("zones") else None
    names: dict[str, str] = {OUTSIDE: t("whatif.outside"), INSIDE: t("whatif.inside_areas")}
    if zones is not None:
        ordered = zones.sort_values("name")
        known = dict(zip(ordered["zone_id"], ordered["name"], strict=True))
        names |= texts.labels(known, view.pack.directory)
    asked = address.read("place", address.one_of(names), OUTSIDE)
    chosen = str(
        column.selectbox(
            t("whatif.place"),
            list(names),
            index=address.begin_at("rule_place", list(names), asked),
            format_func=names.__getitem__,
            key="rule_place",
        )
    )
    address.keep("place", chosen, OUTSIDE)
    if chosen in (OUTSIDE, INSIDE):
        return (1.0, 1.0) if chosen == INSIDE else (0.0, 0.0)
    assert zones is not None, "only a zone's id is neither"
    figures = cache.zone_figures(view.pack, view.version)[zones["zone_id"] == chosen].iloc[0]
    inside, regional = figures["growth_share"], figures["growth_share_regional"]
    if pd.isna(inside) or pd.isna(regional):
        return None
    # The two are measured apart, and may differ by a last digit where they are the same.
    return float(inside), max(float(inside), float(regional))


def _sentence(before: RuleResult, after: RuleResult) -> str:
    heading = t(
        "whatif.change",
        before=_range(before),
        after=_range(after),
        was=t(f"verdict.{before.verdict}"),
        now=t(f"verdict.{after.verdict}"),
    )
    if after.share is None:
        return heading
    return f"{heading}  \n{sentences.room(after)}"


def _range(result: RuleResult) -> str:
    if result.share is None:
        return "–"
    return texts.pct_span(result.share_low, result.share_high, 1)
