"""What the page of vacant land shows beside its map: totals, zones, what each parameter moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isclose
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo import jobs
from geo.land.pieces import PIECE_AREAS
from geo.land.table import LAYERS, demonstration_for
from geo.report import words
from geo.report.words import rounded
from layers.app import cache, explain, style, texts
from layers.app.texts import t
from layers.reserve import charts
from layers.reserve.choices import ALL, CORRIDOR, SLIDERS, next_rules, with_values
from layers.widgets import tables, vacancy

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.land.account import LandAccount
    from geo.land.rules import ReserveRules
    from layers.app.shell import View

_M2_IN_DAA: Final = 1000


@dataclass(frozen=True)
class Seen:
    """The account of the chosen area: `whole` of the municipality, `account` cut to the area."""

    view: View
    area: str
    whole: LandAccount
    account: LandAccount
    total: pd.Series
    jobs: pd.DataFrame

    @property
    def is_measured(self) -> bool:
        """Whether the balance is a finding: each part was measured on its own."""
        return self.whole.elsewhere is not None


def seen(
    view: View,
    rules: ReserveRules,
    area: str,
    *,
    measured: bool = False,
    tick: Callable[[], None] | None = None,
) -> Seen:
    """
    Compute the account with these rules, and what of it concerns the chosen area.

    It need not be `measured` on its own to be shown, but to be called checked; `tick` as in
    `layers.app.cache.land_account`.
    """
    asked = (view.pack, view.version.pack_sha256, rules)
    whole = cache.land_account(*asked, measured=measured, tick=tick)
    account = whole
    if area == CORRIDOR:
        account = cache.corridor_account(*asked, measured=measured, tick=tick)
    room = account.jobs(norm_table(view))
    if area in (ALL, CORRIDOR):
        return Seen(view, area, whole, account, account.total(), room)
    of_zone: Any = account.by_zone().loc[area]
    return Seen(view, area, whole, account, of_zone, room.loc[[area]])


def look_ahead(view: View, rules: ReserveRules) -> None:
    """Have the figures ready for the slider's next step; to be called when the page is done."""
    following = next_rules(rules)
    if following is not None:
        cache.land_ahead(view.pack, view.version.pack_sha256, following)


def norm_table(view: View) -> pd.DataFrame:
    """Norms in use as the account wants them: index business type, columns low and high."""
    return jobs.norm_table(view.workspace.norms)


def assumed(rules: ReserveRules) -> list[tuple[str, str]]:
    """Write the assumptions that an account is made with, in the sliders' units."""
    values = ((slider, getattr(rules, slider.rule)) for slider in SLIDERS)
    return [
        (t(f"reserve.rule_{slider.rule}"), texts.num(round(value * slider.scale)))
        for slider, value in values
    ]


def badges(view: View) -> None:
    """Say what the account rests on."""
    view.badges(*LAYERS)


def headline(what: Seen) -> None:
    """The two numbers of the area, with the jobs that each has room for; never added up."""
    total, room = what.total, what.jobs.sum(min_count=1)
    jobs = None
    if not _no_job_totals(what):
        unknown = {"reserve": total["unknown_reserve_m2"], "densification": total["unknown_plots"]}
        jobs = {
            kind: _and_unknown(
                texts.span(*(rounded(room[f"{kind}_jobs_{end}"]) for end in ("low", "high"))),
                unknown[kind],
            )
            for kind in vacancy.KINDS
        }
    vacancy.show(vacancy.values(total), jobs, given=partial(assumed, what.whole.rules))


def remarks(what: Seen) -> None:
    """Say what the two numbers rest on, and what is not in them."""
    if demonstration_for(what.view.pack) is not None:
        st.caption(
            t("reserve.inputs") + (f" {t('reserve.no_job_totals')}" if _no_job_totals(what) else "")
        )
    vacancy.remarks(what.total)


def _no_job_totals(what: Seen) -> bool:
    # Made-up plots say nothing of how many jobs the municipality has room for.
    return what.area in (ALL, CORRIDOR) and demonstration_for(what.view.pack) is not None


def _and_unknown(span: str, unknown: float) -> str:
    return words.and_unknown(span, unknown, texts.language())


def by_zone(what: Seen) -> None:
    """Table and bars of all zones, or of those that the area touches."""
    table = what.account.by_zone()
    table = table[table["gross_m2"] > 0].sort_values("reserve_m2", ascending=False)
    if table.empty:
        st.info(t("reserve.no_plots"), icon=":material/info:")
        return
    zones = what.view.pack.layer("zones").set_index("zone_id")["name"]
    names = [texts.of_pack(zones[zone], what.view.pack.directory) for zone in table.index]
    rows = [
        row
        for name, (_, zone) in zip(names, table.iterrows(), strict=True)
        for row in shares(zone, name)
    ]
    st.html(charts.stacked(rows, colours=share_colours()))
    room = what.account.jobs(norm_table(what.view)).loc[table.index]
    daa = {
        f"table.{name.removesuffix('_m2')}_daa": table[name] / _M2_IN_DAA for name in PIECE_AREAS
    }
    vacant = "table.reserve_daa"
    shown = pd.DataFrame(
        {
            t("table.zone"): names,
            # What the page is about comes first, and the account that leads there after it.
            t(vacant): daa[vacant],
            t("table.reserve_share"): table["reserve_m2"] / table["gross_m2"],
            t("table.reserve_jobs"): list(
                map(_and_unknown, spans(room, "reserve"), table["unknown_reserve_m2"])
            ),
            t("table.densification_m2"): table["densification_bra_m2"],
            t("table.densification_jobs"): list(
                map(_and_unknown, spans(room, "densification"), table["unknown_plots"])
            ),
            t("table.unknown_plots"): table["unknown_plots"],
            **{t(name): values for name, values in daa.items() if name != vacant},
        }
    )
    formats: dict[str, Callable[[Any], str]] = {
        **{t(name): tables.daa_number for name in daa},
        t("table.reserve_share"): texts.pct,
        t("table.densification_m2"): lambda area: texts.num(rounded(area)),
        t("table.unknown_plots"): texts.num,
    }
    tables.show(shown, formats, key="reserve_zones")
    st.caption(t("reserve.norms", norms="; ".join(_norms_of(what))))
    explain.beside(
        *("reserve_account", "reserve_land_jobs", "reserve_densification"),
        given=partial(assumed, what.whole.rules),
        key="reserve_zones",
    )


def _norms_of(what: Seen) -> list[str]:
    """Write the norm of each profile in the zones, and what its square metres are measured as."""
    norms, english = what.view.workspace.norms, texts.language() == "en"
    profiles = dict.fromkeys(what.account.zones["business_profile"].dropna())
    return [
        t(
            "reserve.norm",
            type=texts.plain(norm.label_en if english else norm.label),
            span=texts.span(norm.low, norm.high),
            basis=texts.term("norm_basis", norm.basis),
        )
        for norm in (norms.get(str(profile)) for profile in profiles)
        if norm is not None
    ]


def sensitivity(what: Seen, rules: ReserveRules) -> None:
    """How far each parameter moves the municipality's two totals."""
    st.caption(t("reserve.sensitivity_lead"))
    explain.beside("reserve_sensitivity", given=partial(assumed, what.whole.rules))
    # On demand: eight accounts more would hold up every move of a slider.
    if not st.toggle(t("reserve.sensitivity_start"), key="reserve_sensitivity"):
        return
    now = {slider.rule: getattr(rules, slider.rule) * slider.scale for slider in SLIDERS}
    variants = tuple(
        with_values(now | {slider.rule: end})
        for slider in SLIDERS
        for end in (slider.low, slider.high)
    )
    totals = cache.sensitivity(what.view.pack, what.view.version.pack_sha256, variants)
    base = what.whole.total()
    for column, measure, title, scale in zip(
        st.columns(2),
        ("reserve_m2", "densification_bra_m2"),
        ("reserve.tornado_reserve", "reserve.tornado_densification"),
        (_M2_IN_DAA, 1000),  # short enough for a phone
        strict=True,
    ):
        value = float(base[measure]) / scale
        rows: list[dict[str, Any]] = [
            {
                "label": t(f"reserve.rule_{slider.rule}")
                + charts.NEW_LINE
                + t("reserve.sensitivity_range", low=slider.low, high=slider.high),
                "low": _moved(totals[2 * place][measure] / scale, value),
                "high": _moved(totals[2 * place + 1][measure] / scale, value),
            }
            for place, slider in enumerate(SLIDERS)
        ]
        for row in rows:
            row |= {f"{end}_shown": texts.num(rounded(row[end])) for end in ("low", "high")}
        with column:
            st.markdown(f"**{t(title)}**")
            spec = charts.tornado(
                rows,
                base=value,
                base_shown=texts.num(rounded(value)),
                none=t("reserve.no_effect"),
            )
            st.vega_lite_chart(spec, width="stretch")


def _moved(total: float, base: float) -> float:
    # A parameter that does not matter gives the base itself, not the base and a rounding error.
    return base if isclose(total, base, rel_tol=1e-6) else total


def shares(total: pd.Series, label: str) -> list[dict[str, Any]]:
    """Return a bar of how an area falls into parts, as `charts.stacked` takes it."""
    return [
        {
            "label": label,
            "part": t(f"share.{name}"),
            "value": float(total[name]) / _M2_IN_DAA,
            "shown": texts.daa(total[name]),
        }
        for name in PIECE_AREAS[1:]
        if pd.notna(total[name])
    ]


def share_colours() -> dict[str, str]:
    """Name the colour of each part."""
    return {t(f"share.{name}"): colour for name, colour in style.SHARE_COLOURS.items()}


def spans(room: pd.DataFrame, kind: str) -> list[str]:
    """Write `kind`_jobs_low and _high of each row as a range."""
    ends = zip(room[f"{kind}_jobs_low"], room[f"{kind}_jobs_high"], strict=True)
    return [texts.span(rounded(low), rounded(high)) for low, high in ends]
