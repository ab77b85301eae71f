"""What the screening found: light, reasons, map, figures, constraints, the rule, the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.schema import layers as schema
from geo.screening import screen
from geo.screening.model import Light
from geo.screening.present import reserve_remark
from layers.app import cache, texts
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.widgets import legend, sentences, tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.screening.model import Remedy, Screening
    from layers.app.shell import View


AROUND_M: Final = 150  # what the map shows beside a site


def show(view: View, found: Screening) -> None:
    """Show the site on the map, with what would better it."""
    site = gpd.GeoDataFrame(geometry=[found.geometry], crs=schema.CRS)
    around = site.assign(geometry=site.buffer(AROUND_M if found.area_m2 else 4 * AROUND_M))

    def draw() -> str:
        leaflet_map = maps.ground(view, around)
        if view.pack.has("constraints"):
            constraints = view.pack.layer("constraints")
            near = constraints.cx[slice(*_span(around, 0)), slice(*_span(around, 1))]
            for severity in schema.SEVERITIES:
                rows = near[near["severity"] == severity]
                kind = f"constraint_{severity}"
                leaflet.shapes(rows, kind, name=t(f"legend.{kind}")).add_to(leaflet_map)
        return leaflet.script(leaflet_map)

    key = ("screened", found.geometry.wkb_hex, view.version.pack_sha256, texts.language())
    moving = folium.FeatureGroup(name="moving", control=False)
    leaflet.shapes(site, "drawn", radius=8).add_to(moving)
    better = next((one.geometry for one in found.remedies if one.geometry is not None), None)
    if better is not None:
        outline = gpd.GeoDataFrame(geometry=[better], crs=schema.CRS)
        leaflet.shapes(outline, "better_outline").add_to(moving)
    leaflet.show(cache.map_script(key, draw), key="screened_map", height=430, moving=moving)
    legend.show(
        *("drawn", *(["better_outline"] if better is not None else [])),
        *("constraint_exclude", "constraint_assess", "growth_area", "zone_outline", "station"),
    )


def _span(frame: gpd.GeoDataFrame, axis: int) -> tuple[float, float]:
    bounds = frame.total_bounds
    return float(bounds[axis]) - 2000, float(bounds[axis + 2]) + 2000


# Streamlit's colour and icon of each light: never the colour alone.
LIGHTS: Final = {
    Light.GREEN: ("green", ":material/check_circle:"),
    Light.YELLOW: ("orange", ":material/warning:"),
    Light.RED: ("red", ":material/cancel:"),
    Light.UNKNOWN: ("gray", ":material/help:"),
    Light.UNCERTAIN: ("violet", ":material/compare_arrows:"),
}


def light(found: Screening) -> str:
    """Markdown of the light, with its picture and word."""
    colour, icon = LIGHTS[found.light]
    return f":{colour}-badge[{icon} {_sentence(t(f'light.{found.light.name.lower()}'))}]"


def _sentence(text: str) -> str:
    return texts.plain(text[:1].upper() + text[1:])


def one(view: View, found: Screening) -> None:
    """Show everything about one site."""
    st.subheader(texts.plain(found.name or t("screen.unnamed", id=found.id)))
    words, picture = st.columns([6, 6], gap="large")
    with words:
        st.markdown(f"### {light(found)}")
        for reason in found.verdict.reasons:
            colour, icon = LIGHTS[reason.light]
            st.markdown(f":{colour}[{icon}] {_sentence(reason.say(texts.language()))}")
        _sensitivity(found)
        _figures(found)
    with picture:
        show(view, found)
        _badges(found)
    constraints, rule = st.columns(2, gap="large")
    with constraints:
        st.markdown(f"**{t('screen.constraints')}**")
        _constraints(found)
    with rule:
        st.markdown(f"**{t('screen.rule')}**")
        _rule(view, found)
        if found.remedies:
            st.markdown(f"**{t('screen.remedies')}**")
            for remedy in found.remedies:
                _remedy(remedy)
    _unknown(found)


def many(found: Sequence[Screening]) -> int:
    """Show a table of all sites; returns the place of the one to show in full."""
    st.subheader(t("screen.count", count=len(found)))
    counts = pd.Series([one.light for one in found]).value_counts()
    st.markdown(
        " ".join(
            f":{LIGHTS[Light(name)][0]}-badge[{LIGHTS[Light(name)][1]}"
            f" {t(f'light.{Light(name).name.lower()}')}: {count}]"
            for name, count in counts.items()
        )
    )
    table = pd.DataFrame(
        {
            t("screen.site"): [one.name or one.id for one in found],
            t("screen.light"): [t(f"light.{one.light.name.lower()}") for one in found],
            t("table.area_daa"): [_daa(one.area_m2) for one in found],
            t("table.growth_share"): [_number(one.growth_share) for one in found],
            t("screen.station"): [
                _number(one.station.distance_m if one.station else None) for one in found
            ],
            t("table.jobs"): [_number(one.jobs.mid) for one in found],
            t("screen.heaviest"): [
                one.verdict.reasons[0].say(texts.language()) if one.verdict.reasons else ""
                for one in found
            ],
        }
    )
    formats = {
        t("table.area_daa"): tables.daa_number,
        t("table.growth_share"): lambda share: texts.pct(None if pd.isna(share) else share),
        t("screen.station"): texts.num,
        t("table.jobs"): texts.num,
    }

    def pick(place: int) -> None:
        st.session_state["screen_site"] = place

    tables.show(table, formats, key="screen_table", on_select=pick)
    return min(int(st.session_state.get("screen_site", 0)), len(found) - 1)


def compare(found: Sequence[Screening]) -> None:
    """Let the reader choose up to five sites and see them side by side."""
    names = {place: f"{place + 1}: {one.name or one.id}" for place, one in enumerate(found)}
    chosen = st.multiselect(
        t("screen.compare"),
        list(names),
        format_func=lambda place: names[place],
        max_selections=screen.MAX_COMPARED,
        placeholder=t("screen.compare_choose"),
        key="screen_compare",
    )
    if len(chosen) > 1:
        table = screen.compare([found[place] for place in chosen], texts.language())
        tables.lines(table.reset_index(names=t("screen.measure")))


def _figures(found: Screening) -> None:
    left, right = st.columns(2)
    left.metric(t("zone.area"), texts.daa(found.area_m2))
    right.metric(
        t("table.growth_share"),
        texts.pct(found.growth_share),
        help=t("zone.growth_share_help", regional=texts.pct(found.growth_share_regional)),
    )
    left.metric(t("table.jobs"), _jobs(found), help=t(f"jobs_basis.{found.jobs.basis}"))
    right.metric(t("screen.station_m"), _station(found), help=_station_help(found))
    rows = [
        (t("table.zone"), _zones(found)),
        (t("screen.plan"), _plans(found)),
        (t("screen.abc"), found.abc.reason.say(texts.language())),
        (t("share.reserve_m2"), reserve_remark(found).say(texts.language())),
        (
            t("reserve.densification"),
            t("unknown")
            if found.densification_bra_m2 is None
            else f"{texts.num(found.densification_bra_m2)} m² BRA",
        ),
        (t("screen.corridor"), texts.pct(found.corridor_share)),
        (t("screen.road"), _road(found)),
    ]
    tables.lines(pd.DataFrame(rows, columns=[t("screen.measure"), t("projects.value")]))


def _constraints(found: Screening) -> None:
    rows = [
        {
            t("screen.kind"): t(f"constraint.{kind}"),
            t("screen.answer"): _constraint_said(one),
            t("screen.severity"): t(f"severity.{one.severity}") if one.severity else "",
            t("screen.mapped"): texts.pct(one.mapped_share),
            t("table.source"): one.source or "",
        }
        for kind, one in found.constraints.items()
    ]
    tables.lines(pd.DataFrame(rows))


def _constraint_said(one: Any) -> str:  # noqa: ANN401  # a Constraint
    said = t(f"constraint_status.{one.status}")
    if one.status == "overlap" and one.m2:
        return f"{said}: {texts.num(one.m2)} m²"
    return said


def _rule(view: View, found: Screening) -> None:
    if found.rule_before is None or found.rule_after is None:
        st.caption(t("screen.rule_unknown"))
        return
    if found.rule_left_out:
        st.caption(t("screen.rule_left_out"))
    names = sentences.variants(view.pack.layer("growth_areas"), view.pack.directory)
    for name, before, after in zip(names, found.rule_before, found.rule_after, strict=True):
        st.markdown(
            f"{name}: **{texts.pct(before.share, 1)} → {texts.pct(after.share, 1)}** · "
            f"{t(f'verdict.{before.verdict.value}')} → {t(f'verdict.{after.verdict.value}')}"
        )
        st.caption(sentences.room(after))


def _sensitivity(found: Screening) -> None:
    for flip in found.sensitivity.flips:
        colour, icon = LIGHTS[Light.UNCERTAIN]
        st.markdown(f":{colour}[{icon}] {texts.plain(flip.remark.say(texts.language()))}")
    if not found.sensitivity.uncertain and not found.sensitivity.untested:
        st.caption(t("screen.robust"))


def _remedy(remedy: Remedy) -> None:
    colour, icon = LIGHTS[remedy.light]
    st.markdown(f":{colour}[{icon}] {texts.plain(remedy.remark.say(texts.language()))}")


def _unknown(found: Screening) -> None:
    said = [remark.say(texts.language()) for remark in found.unknown]
    rests = [remark.say(texts.language()) for remark in found.assumptions]
    with st.expander(t("screen.rests_on"), icon=":material/info:"):
        for line in (*said, *rests):
            st.markdown(f"- {texts.plain(line)}")


def _badges(found: Screening) -> None:
    marks = {"illustrative": ("orange", "draw"), "synthetic": ("red", "science")}
    st.markdown(
        " ".join(
            f":{marks[name][0]}-badge[:material/{marks[name][1]}: {t(f'badge.{name}')}]"
            for name in found.badges
        )
    )


def _zones(found: Screening) -> str:
    if found.zones is None:
        return t("unknown")
    return ", ".join(f"{zone.name} ({texts.pct(zone.share)})" for zone in found.zones) or t(
        "screen.no_zone"
    )


def _plans(found: Screening) -> str:
    if found.plans is None:
        return t("unknown")
    return ", ".join(
        f"{plan.land_use_code} {plan.plan_id} ({texts.pct(plan.share)})" for plan in found.plans[:4]
    ) or t("screen.no_plan")


def _jobs(found: Screening) -> str:
    jobs = found.jobs
    if jobs.mid is None:
        return t("unknown")
    said = texts.num(jobs.mid)
    return said if jobs.low == jobs.high else f"{said} ({texts.span(jobs.low, jobs.high)})"


def _station(found: Screening) -> str:
    return t("unknown") if found.station is None else f"{texts.num(found.station.distance_m)} m"


def _station_help(found: Screening) -> str | None:
    station = found.station
    if station is None:
        return None
    if station.network_m is not None:
        return t("screen.station_help", name=station.name, network=station.network_m)
    reason = station.reason.say(texts.language()) if station.reason else ""
    return texts.plain(f"{station.name}. {reason}")


def _road(found: Screening) -> str:
    if found.road is None:
        return t("unknown")
    return f"{found.road.name or t('unknown')}: {texts.num(found.road.distance_m)} m"


def _daa(area_m2: float | None) -> float:
    return float("nan") if area_m2 is None else area_m2 / 1000


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
