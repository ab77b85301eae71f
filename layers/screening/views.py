"""What the screening found: light, reasons, map, figures, constraints, the rule, the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.i18n import Remark
from geo.schema import layers as schema
from geo.screening import rows, screen
from geo.screening.model import Light
from geo.screening.rows import FIGURES, cell, grid_way, light_remark, name
from geo.screening.rule_words import home_remark
from layers.app import badges, cache, explain, texts
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.screening import demonstration, registered
from layers.widgets import sentences, tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.growth.rule import RuleResult
    from geo.i18n import Amount, Clauses
    from geo.screening.model import Reason, Screening
    from layers.app.map_script import MapScript
    from layers.app.shell import View


AROUND_M: Final = 150  # what the map shows beside a site


def show(view: View, screening: Screening) -> None:
    """Show the site on the map, with what would better it."""
    site = gpd.GeoDataFrame(geometry=[screening.geometry], crs=schema.CRS)
    around = site.assign(geometry=site.buffer(AROUND_M if screening.area_m2 else 4 * AROUND_M))

    def draw() -> MapScript:
        leaflet_map = maps.ground(view, around)
        if view.pack.has("constraints") and not _made_up(view, "constraints"):
            constraints = view.pack.layer("constraints")
            near = constraints.cx[slice(*_span(around, 0)), slice(*_span(around, 1))]
            for severity in schema.SEVERITIES:
                shapes = near[near["severity"] == severity]
                kind = f"constraint_{severity}"
                leaflet.shapes(shapes, kind, name=t(f"legend.{kind}")).add_to(leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_screened"))

    key = ("screened", screening.geometry.wkb_hex, view.version.pack_sha256, texts.language())
    moving = folium.FeatureGroup(name="moving", control=False)
    leaflet.shapes(site, "drawn", radius=8).add_to(moving)
    better = next((one.geometry for one in screening.remedies if one.geometry is not None), None)
    if better is not None:
        outline = gpd.GeoDataFrame(geometry=[better], crs=schema.CRS)
        leaflet.shapes(outline, "better_outline").add_to(moving)
    leaflet.show(cache.map_script(key, draw), key="screened_map", height=430, moving=moving)


def _made_up(view: View, layer: str) -> bool:
    return "synthetic" in view.pack.badges(layer)


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


def light(screening: Screening) -> str:
    """Markdown of the light, with its picture and word."""
    colour, icon = LIGHTS[screening.light]
    return f":{colour}-badge[{icon} {_sentence(_said(cell(screening, 'verdict')))}]"


def _sentence(text: str) -> str:
    return texts.plain(text[:1].upper() + text[1:])


def one(view: View, screening: Screening) -> None:
    """Show everything about one site."""
    called = texts.plain(screening.name or t("screen.unnamed", id=screening.id))
    st.header(called, anchor="site")
    registered.enter(view, screening)
    words, picture = st.columns([6, 6], gap="large")
    with words:
        st.markdown(f"### {light(screening)}")
        for reason in screening.verdict.reasons:
            _lit(reason.light, _sentence(_said(reason)))
        _sensitivity(screening)
        explain.beside("screen_verdict")
        _figures(view, screening)
    with picture:
        show(view, screening)
        _badges(screening)
    st.subheader(t("screen.constraints"))
    _constraints(screening)
    explain.beside("screen_constraints")
    st.subheader(t("screen.rule"))
    _rule(view, screening)
    explain.beside("screen_rule")
    registered.show(view, screening)
    if screening.remedies:
        st.subheader(t("screen.remedies"))
        for remedy in screening.remedies:
            _lit(remedy.light, texts.plain(_said(remedy.remark)))
    _unknown(screening)
    demonstration.show(view, screening)


def many(screenings: Sequence[Screening]) -> int:
    """Show a table of all sites; returns the place of the one to show in full."""
    st.header(t("screen.count", count=len(screenings)), anchor="sites")
    counts = pd.Series([screening.light for screening in screenings]).value_counts()
    st.markdown(
        " ".join(
            f":{LIGHTS[Light(str(value))][0]}-badge[{LIGHTS[Light(str(value))][1]}"
            f" {_said(light_remark(Light(str(value))))}: {count}]"
            for value, count in counts.items()
        )
    )
    table = pd.DataFrame(
        {
            t("screen.site"): [name(screening) for screening in screenings],
            t("screen.light"): [_said(cell(screening, "verdict")) for screening in screenings],
            t("table.area_daa"): _numbers(screenings, "area_m2") / 1000,
            t("table.growth_share"): _numbers(screenings, "growth_share"),
            t("screen.station"): _numbers(screenings, "station_m"),
            t("table.jobs"): _numbers(screenings, "jobs"),
            t("screen.jobs_known_by"): [_known_by(screening) for screening in screenings],
            t("screen.heaviest"): [
                _said(screening.verdict.reasons[0]) if screening.verdict.reasons else ""
                for screening in screenings
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
    explain.beside(
        *("screen_verdict", "screen_area", "screen_growth_share", "screen_station", "screen_jobs")
    )
    return min(int(st.session_state.get("screen_site", 0)), len(screenings) - 1)


def compare(screenings: Sequence[Screening]) -> None:
    """Let the reader choose up to five sites and see them side by side."""
    names = {place: f"{place + 1}: {name(site)}" for place, site in enumerate(screenings)}
    chosen = st.multiselect(
        t("screen.compare"),
        list(names),
        format_func=lambda place: names[place],
        max_selections=screen.MAX_COMPARED,
        placeholder=t("screen.compare_choose"),
        key="screen_compare",
    )
    if len(chosen) > 1:
        table = screen.compare([screenings[place] for place in chosen], texts.language())
        tables.lines(table.reset_index(names=t("screen.measure")))


def _figures(view: View, screening: Screening) -> None:
    left, right = st.columns(2)
    area = _plainly(screening, "area_m2")
    explain.metric(left, _name("area_m2"), area, figure="screen_area")
    regional = _plainly(screening, "growth_share_regional")
    explain.metric(
        right,
        t("table.growth_share"),
        _plainly(screening, "growth_share"),
        figure="screen_growth_share",
        help=t("zone.growth_share_help", regional=regional),
    )
    basis = t(f"jobs_basis.{screening.jobs.basis}")
    explain.metric(left, _name("jobs"), _jobs(screening), figure="screen_jobs", help=basis)
    if screening.jobs.mid is not None:
        left.caption(_status(screening))
    # The reason has no room in so large a figure: it is in the help, and among what is not known.
    outside = rows.outside_data(screening, "station_m")
    station = t("unknown") if outside else _metres(screening, "station_m")
    way = _station_help(screening)
    explain.metric(right, _name("station_m"), station, figure="screen_station", help=way)
    lines = [
        (_name("zones"), _zones(view, screening)),
        (t("screen.plan"), _plans(screening)),
        (t("screen.abc"), _said(screening.abc.reason)),
        (t("share.reserve_m2"), _said(cell(screening, "reserve_m2"))),
        (t("reserve.densification"), _plainly(screening, "densification_bra_m2")),
        (_name("corridor_share"), _plainly(screening, "corridor_share")),
        (_name("road_m"), _road(screening)),
        (_name("grid_m"), _said(grid_way(screening))),
    ]
    tables.lines(pd.DataFrame(lines, columns=[t("screen.measure"), t("projects.value")]))
    explain.beside("screen_measures")


def _constraints(screening: Screening) -> None:
    said = [
        {
            t("screen.kind"): _said(row.kind),
            t("screen.answer"): _said(row.status)
            + (f": {_said(row.overlap)}" if row.overlap.value else ""),
            t("screen.severity"): _said(row.severity) if row.severity else "",
            t("screen.details"): _said(row.details) if row.details else "",
            t("screen.mapped"): rows.plainly(row.mapped, texts.language()),
            t("table.source"): row.source or "",
        }
        for row in rows.constraints(screening)
    ]
    table = pd.DataFrame(said)
    told = [column for column in table if any(table[column])]  # no room for what nothing is said of
    tables.lines(table[told])


def _rule(view: View, screening: Screening) -> None:
    variants, where = rows.rule(screening), home_remark(screening)
    if where is not None:
        st.caption(_said(where))
    if not variants:
        if not screening.elsewhere:
            st.caption(t("screen.rule_unknown"))
        return
    if screening.rule_left_out:
        st.caption(t("screen.rule_left_out"))
    names = sentences.variants(view.pack.layer("growth_areas"), view.pack.directory)
    for variant, (before, after) in zip(names, variants.values(), strict=True):
        if screening.unmoved:  # how much room there is, is no matter of this site's
            said = _said(Remark("screen.rule_same", {"share": rows.share_range(before)}))
            st.markdown(f"{variant}: **{said}** · {t(f'verdict.{before.verdict.value}')}")
            continue
        st.markdown(
            f"{variant}: **{_range(before)} → {_range(after)}** · "
            f"{t(f'verdict.{before.verdict.value}')} → {t(f'verdict.{after.verdict.value}')}"
        )
        st.caption(sentences.room(after))
    if screening.rule_open:
        lines = [f"- {texts.plain(_said(one))}" for one in screening.rule_open]
        st.markdown("\n".join([t("screen.rule_open", count=len(lines)), "", *lines]))


def _range(result: RuleResult) -> str:
    """Write a share with its range, where it has one: it is no surer than that."""
    return _said(rows.share_range(result))


def _sensitivity(screening: Screening) -> None:
    for flip in screening.sensitivity.flips:
        _lit(Light.UNCERTAIN, texts.plain(_said(flip.remark)))
    held = screening.sensitivity
    # That «unknown» holds would be read as a comfort.
    if screening.light != Light.UNKNOWN and not held.uncertain and not held.untested:
        st.caption(t("screen.robust"))


def _lit(light: Light, line: str) -> None:
    colour, icon = LIGHTS[light]
    st.markdown(f":{colour}[{icon}] {line}")


def _unknown(screening: Screening) -> None:
    said = [_said(remark) for remark in screening.unknown]
    rests = [_said(remark) for remark in screening.assumptions]
    with st.expander(t("screen.rests_on"), icon=":material/info:"):
        for line in (*said, *rests):
            st.markdown(f"- {texts.plain(line)}")


def _badges(screening: Screening) -> None:
    badges.show(screening.badges)


def _zones(view: View, screening: Screening) -> str:
    if screening.zones is None:
        return _said(cell(screening, "zones"))
    named = (
        (texts.of_pack(zone.name, view.pack.directory), zone.share) for zone in screening.zones
    )
    return ", ".join(f"{name} ({texts.pct(share)})" for name, share in named) or t("screen.no_zone")


def _plans(screening: Screening) -> str:
    if screening.plans is None:
        return _said(cell(screening, "land_use_codes"))
    return ", ".join(
        f"{plan.land_use_code} {plan.plan_id} ({texts.pct(plan.share)})"
        for plan in screening.plans[:4]
    ) or t("screen.no_plan")


def _jobs(screening: Screening) -> str:
    jobs = screening.jobs
    if jobs.mid is None:
        return t("unknown")
    said = texts.num(jobs.mid)
    return said if jobs.low == jobs.high else f"{said} ({texts.span(jobs.low, jobs.high)})"


def _status(screening: Screening) -> str:
    """Say whether the jobs are what somebody has said, or our estimate and of what."""
    return t(f"jobs_status.{screening.jobs.basis}")


def _known_by(screening: Screening) -> str:
    """Write the status of the jobs in the column before, and their range where they have one."""
    jobs = screening.jobs
    if jobs.mid is None or jobs.low == jobs.high:
        return _status(screening)
    return f"{_status(screening)}, {texts.span(jobs.low, jobs.high)}"


def _station_help(screening: Screening) -> str | None:
    station = screening.station
    if station is None:
        outside = rows.outside_data(screening, "station_m")
        return _said(cell(screening, "station_m")) if outside else None
    name = station.name or t("screen.no_name")
    if station.network_m is not None:
        said = {"name": name, "network": station.network_m}
        if screening.roads_sketched:
            return t("screen.station_help_sketched", **said)
        return t("screen.station_help", **said)
    reason = _said(station.reason) if station.reason else ""
    return texts.plain(f"{name}. {reason}")


def _road(screening: Screening) -> str:
    if screening.road is None:
        return _said(cell(screening, "road_m"))
    return f"{screening.road.name or t('unknown')}: {_metres(screening, 'road_m')}"


def _metres(screening: Screening, row: str) -> str:
    metres = FIGURES[row].value(screening)
    return _said(cell(screening, row)) if metres is None else f"{texts.num(metres)} m"


def _name(row: str) -> str:
    return t(FIGURES[row].text)


def _plainly(screening: Screening, row: str) -> str:
    return rows.plainly(cell(screening, row), texts.language())


def _said(words: Amount | Clauses | Remark | Reason) -> str:
    return words.say(texts.language())


def _numbers(screenings: Sequence[Screening], row: str) -> pd.Series:
    return pd.Series([FIGURES[row].value(one) for one in screenings], dtype=float)
