"""How estimates of jobs were made, and the sums that the rule's answer is made of."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.growth.estimates import ESTIMATED, KNOWN, SITE_AREA
from geo.jobs import FLOOR_AREA, business_key
from layers.app import cache, explain, texts
from layers.app.texts import t
from layers.rule import data, views
from layers.widgets import answer, html_tables, sentences, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geo.growth.account import RuleAccount
    from geo.growth.rule import RuleResult
    from geo.jobs import Norm
    from layers.app.shell import View
    from layers.rule.data import Choices

_SORTED_BY_VALUE: Final = 100  # rows; a longer table that sorts by value takes too long to make
_SIDES: Final = tuple(
    f"jobs_{side}{end}" for side in ("inside", "outside") for end in ("_low", "", "_high")
)


def show(view: View, choices: Choices) -> None:
    """Show each estimate's figures, and the sums, so that the range can be made by hand."""
    account = data.account(view, choices.terms)
    with_them = data.account(view, replace(choices.terms, estimates=True))
    rows = with_them.projects.drop(with_them.unknown)
    if rows.empty:
        st.caption(t("estimates.none"))
        return
    st.caption(t("estimates.lead"))
    _cases(view, choices, rows)
    if not choices.terms.estimates and len(with_them.estimated):
        st.caption(t("estimates.left_out"))
    _sums(view, account)
    explain.beside("rule_groups", "rule_share", given=partial(answer.chosen, account.terms))
    if account.counted.some_undated:
        st.caption(t("estimates.undated", count=len(account.without_year)))
    views.badges(view)


def _cases(view: View, choices: Choices, rows: DataFrame) -> None:
    formats: dict[str, Callable[[Any], str]] = {
        t("estimates.area_m2"): texts.num,
        t("estimates.jobs"): texts.num,
        t("table.inside"): views.share,
        t("estimates.inside_regional"): views.share,
    }

    def written() -> DataFrame:
        # What a figure was not made of is not unknown.
        table = _table(view, rows)
        return table.assign(
            **{
                name: ["–" if pd.isna(one) else write(one) for one in table[name]]
                for name, write in formats.items()
            }
        )

    if len(rows) <= _SORTED_BY_VALUE:
        tables.show(_table(view, rows), formats, key="rule_estimates", missing="–")
        return
    # A long list is written once for each state of it and choice; it sorts as it is written.
    key = ("estimate cases", texts.language(), choices.terms, view.version)
    tables.plain(cache.answer(key, written), len(rows), key="rule_estimates", missing="–")


def _table(view: View, rows: DataFrame) -> DataFrame:
    """Return a line for each case, with the figures that its jobs are made of."""
    norms, english = view.workspace.norms, texts.language() == "en"
    rows = rows.assign(last=rows["basis"].isin(ESTIMATED)).sort_values(["last", "name"])
    figures = _floor_area(rows, data.applied(view).projects.loc[rows.index], norms)

    def label(name: object) -> str:
        if not isinstance(name, str):
            return t("estimate.any_type")
        return norms[name].label_en if english else norms[name].label

    used = figures["area_m2"].notna()
    shown: dict[str, Any] = {
        t("table.project"): [texts.of_pack(name, view.pack.directory) for name in rows["name"]],
        t("estimates.jobs_span"): _spans(figures, "jobs"),
        t("estimates.jobs"): figures["jobs"],
        t("table.known_by"): [
            sentences.known_by(row, view.pack) for row in rows.to_dict("records")
        ],
        t("table.norm_used"): [
            label(name) if given else "–" for name, given in zip(figures["norm"], used, strict=True)
        ],
        t("estimates.area_m2"): figures["area_m2"].astype(float),
        t("estimates.utilisation"): _spans(figures, "utilisation", 2),
        t("estimates.m2_per_job"): _spans(figures, "m2_per_job"),
        t("table.inside"): rows["share_inside"],
        t("estimates.inside_regional"): rows["share_inside_regional"],
    }
    return pd.DataFrame(shown)


def _spans(figures: DataFrame, name: str, decimals: int = 0) -> list[str]:
    """Write low and high of a figure; a dash where it has no part in the number of jobs."""
    ends = zip(figures[f"{name}_low"], figures[f"{name}_high"], strict=True)
    return ["–" if pd.isna(low) else _span(low, high, decimals) for low, high in ends]


def _span(low: float, high: float, decimals: int) -> str:
    return "–".join(dict.fromkeys(texts.num(end, decimals) for end in (low, high)))


def _floor_area(rows: DataFrame, projects: GeoDataFrame, norms: Mapping[str, Norm]) -> DataFrame:
    """Fill in what known jobs from floor area were made of; floor area has no utilisation."""
    by_floor = rows["basis"] == FLOOR_AREA
    types = [
        business_key(name) if given else None
        for name, given in zip(projects.get("business_type", rows["norm"]), by_floor, strict=True)
    ]
    ends = {
        "m2_per_job_low": [None if name is None else norms[name].low for name in types],
        "m2_per_job_high": [None if name is None else norms[name].high for name in types],
    }
    by_site = rows["basis"] == SITE_AREA
    return rows.assign(
        norm=rows["norm"].where(~by_floor, pd.Series(types, index=rows.index, dtype=object)),
        area_m2=rows["area_m2"].where(~by_floor, projects.get("gross_area_m2", rows["area_m2"])),
        utilisation_low=rows["utilisation_low"].where(by_site),
        utilisation_high=rows["utilisation_high"].where(by_site),
        **{
            name: rows[name].where(~by_floor, pd.Series(found, index=rows.index, dtype=float))
            for name, found in ends.items()
        },
    )


def _sums(view: View, account: RuleAccount) -> None:
    """Show known and estimated jobs on each side, their sum, and the share that they make."""
    st.caption(t("estimates.sums_net" if account.terms.net else "estimates.sums"))
    basis = account.projects.loc[account.in_sums, "basis"]
    counts = {"known": int(basis.isin(KNOWN).sum()), "sum": len(basis)}
    counts["estimated"] = counts["sum"] - counts["known"]
    lines: list[dict[str, Any]] = []
    names = list(views.variants(view))
    for name, whole, known in zip(names, account, account.known, strict=True):
        sums = {"known": _sides(known)}
        if account.terms.estimates:
            total = _sides(whole)
            estimated = {side: total[side] - sums["known"][side] for side in _SIDES}
            sums |= {"estimated": estimated, "sum": total}
        lines += [
            {
                t("estimates.variant"): name,
                t("estimates.part"): t(f"estimates.{part}"),
                t("estimates.cases"): counts[part],
                # What is made of no case is no number, and not 0.
                **{
                    t(f"estimates.{side}"): n if counts[part] else math.nan
                    for side, n in numbers.items()
                },
            }
            for part, numbers in sums.items()
        ]
    formats = {t(f"estimates.{side}"): texts.num for side in _SIDES}
    html_tables.show(
        pd.DataFrame(lines),
        formats,
        caption=t("estimates.sums_table"),
        missing="–",
        ends=[t("estimates.cases")],
        file="sum_arbeidsplasser",
    )
    for name, result in zip(names, account, strict=True):
        if result.share is not None:
            st.markdown(f"**{name}:** {_by_hand(result)}")


def _sides(result: RuleResult) -> dict[str, float]:
    return {side: float(getattr(result, side)) for side in _SIDES}


def _by_hand(result: RuleResult) -> str:
    ends = {"low": ("_low", "_high"), "middle": ("", ""), "high": ("_high", "_low")}
    shares = (result.share_low, result.share, result.share_high)
    said = []
    for (name, (inside, outside)), share in zip(ends.items(), shares, strict=True):
        jobs = [
            texts.num(max(getattr(result, f"jobs_{side}{end}"), 0))
            for side, end in (("inside", inside), ("outside", outside))
        ]
        said.append(
            t(
                f"estimates.by_hand_{name}",
                inside=jobs[0],
                outside=jobs[1],
                share=texts.pct(share, 1),
            )
        )
    return " ".join(said)
