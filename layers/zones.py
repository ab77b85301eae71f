"""What a zone's profile shows beside its map: choice of zone, words, key figures, plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo import indicators
from geo.errors import MissingLayerError
from geo.land.table import LAYERS, demonstration_for
from layers.app import address, cache, explain, shell, strategy, texts
from layers.app.heavy import work
from layers.app.texts import t
from layers.errors import HeavyWorkError
from layers.widgets import places, sentences
from layers.widgets import vacancy as vacant_land

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import Series
    from streamlit.delta_generator import DeltaGenerator

    from geo.pack.read import Pack
    from layers.app.shell import View


def choose(pack: Pack) -> GeoDataFrame:
    """
    Let the reader choose a zone; the choice lives in the address (?zone=berger).

    Returns the chosen row of the pack's zones, as a frame. An address with a zone that the pack
    does not hold is answered with a sentence and the first zone.
    """
    zones = pack.layer("zones").sort_values("name")
    names = texts.labels(dict(zip(zones["zone_id"], zones["name"], strict=True)), pack.directory)
    asked = address.text("zone")
    if asked is not None and asked not in names:
        st.warning(t("zone.not_found"), icon=":material/help:")
    # A link or a click on another page leads here: it overrides what the box was left with.
    begun = address.begin_at("zone_choice", list(names), asked)
    chosen = st.selectbox(
        t("zone.choose"),
        list(names),
        index=begun,
        format_func=names.__getitem__,
        key="zone_choice",
    )
    address.keep("zone", chosen)
    return zones[zones["zone_id"] == chosen]


def name(pack: Pack, zone: GeoDataFrame) -> str:
    """Return the zone's name, safe to write as markdown."""
    return texts.plain(texts.of_pack(zone["name"].iloc[0], pack.directory))


def description(zone: GeoDataFrame) -> str:
    """What kind of zone it is, and which business fits there."""
    row = zone.iloc[0]
    kind = texts.plain(texts.term("zone_type", row["zone_type"]))  # any code of a pack's own
    return kind if pd.isna(row["abc"]) else f"{kind} · {texts.term('abc', row['abc'])}"


def status_text(pack: Pack, zone: GeoDataFrame) -> str:
    """What the strategy says about the zone."""
    return texts.plain(texts.of_pack(zone["status_text"].iloc[0], pack.directory)) or t(
        "zone.no_status_text"
    )


def status_chapter(pack: Pack, zone: GeoDataFrame) -> None:
    """Write the chapter of the strategy in which the words stand, where the pack tells it."""
    named = zone.iloc[0].get("status_chapter")
    if isinstance(named, str) and named:
        st.caption(t("strategy.chapter", chapter=texts.plain(texts.of_pack(named, pack.directory))))


def named_places(pack: Pack, zone: GeoDataFrame) -> None:
    """Tell of the places and actors of the zone that the strategy names."""
    plan = strategy.read(pack)
    if plan is None:
        return
    st.header(t("zone.places"))
    if not pack.has("places"):
        st.info(t("page.missing_layer", layer=t("layer.places")), icon=":material/help:")
    shown = places.named(pack, plan)
    shown = shown[shown["zone_id"] == str(zone["zone_id"].iloc[0])]
    if shown.empty:
        st.info(t("zone.no_places"), icon=":material/info:")
    places.of_zone(shown)


def cases(view: View, zone: GeoDataFrame) -> GeoDataFrame | None:
    """Plan cases of the zone; None where the pack has no projects at all."""
    projects = view.workspace.estimated
    if projects is None:
        return None
    return projects[projects["zone_id"] == zone["zone_id"].iloc[0]]


def unassigned(view: View, zone: GeoDataFrame | None = None) -> str:
    """
    Tell of plan cases that name no zone of the pack, and so are in no zone's figures.

    With a zone, those that lie in it, wholly or partly. Nothing where there are none.
    """
    projects = view.workspace.estimated
    if projects is None:
        return ""
    alone = projects[~projects["zone_id"].isin(view.pack.layer("zones")["zone_id"])]
    if zone is not None:
        alone = alone[alone.geometry.intersects(zone.geometry.iloc[0])]
    text = "zone.cases_unassigned" if zone is None else "zone.cases_unassigned_here"
    return t(text, count=len(alone)) if len(alone) else ""


def metrics(figures: Series) -> None:
    """Key figures of the zone as a small grid."""
    unknown = t("unknown")
    station = figures["station"]
    if pd.isna(station):
        station = t("screen.no_name") if pd.notna(figures["station_m"]) else unknown
    share, regional = figures["growth_share"], figures["growth_share_regional"]
    rows = [
        (
            ("zone_area", t("zone.area"), texts.daa(figures["area_m2"]), None),
            (
                "zone_growth_share",
                t("zone.growth_share"),
                texts.pct(_known(share)),
                t("zone.growth_share_help", regional=texts.pct(_known(regional))),
            ),
        ),
        (
            (
                "zone_jobs",
                t("zone.jobs"),
                texts.planned_jobs(figures),
                t(
                    "zone.jobs_help",
                    known=texts.span(figures["jobs_low"], figures["jobs_high"]),
                    estimated=_estimated(figures),
                    unknown=texts.num(figures["projects_unknown"]),
                    count=texts.num(figures["projects"]),
                ),
            ),
            (
                "zone_station",
                t("zone.station"),
                f"{texts.num(figures['station_m'] / 1000, 1)} km"
                if pd.notna(figures["station_m"])
                else unknown,
                t("zone.station_help", station=texts.plain(station)),
            ),
        ),
    ]
    for row in rows:
        for column, (figure, label, value, particular) in zip(
            st.columns(2, gap="medium"), row, strict=True
        ):
            explain.metric(column, label, value, figure=figure, help=particular)


def vacancy(view: View, zone: GeoDataFrame) -> Callable[[], None]:
    """
    Set aside room for the zone's vacant land and densification, and return what fills it in.

    To be filled in last on the page: where there are many plots, the account may have to be waited
    for. What the figures rest on is said where that is called.
    """
    room = st.container(key="zone_vacancy").empty()
    if not reckoned_at_once(view):
        _vacant(room, dict.fromkeys(vacant_land.KINDS, t("zone.reckoning")), reckoned=False)
    view.badges(*LAYERS)

    def fill() -> None:
        try:
            account = view.workspace.land()
        except (MissingLayerError, HeavyWorkError):
            _vacant(room, dict.fromkeys(vacant_land.KINDS, t("unknown")))
            raise
        total = account.by_zone().loc[zone["zone_id"].iloc[0]]
        _vacant(room, vacant_land.values(total))
        view.demonstration()
        if demonstration_for(view.pack) is not None:
            st.caption(t("reserve.inputs"))
        vacant_land.remarks(total)

    return fill


def reckoned_at_once(view: View) -> bool:
    """Whether the zone's vacant land need not be waited for: then nothing comes later and moves."""
    return not work.plots_are_heavy(view.pack)


def _vacant(room: DeltaGenerator, shown: dict[str, str], *, reckoned: bool = True) -> None:
    with room.container():
        vacant_land.show(shown, reckoned=reckoned)


def to_reserve(view: View, zone: GeoDataFrame) -> None:
    """Lead to the plots of the zone on the page of vacant land."""
    zone_id = str(zone["zone_id"].iloc[0])
    label = t("zone.to_reserve", zone=name(view.pack, zone))
    shell.lead_to("reserve", label, asked={"zone": zone_id})


def official_built(figures: Series) -> None:
    """Write how much of the zone Statistics Norway has as built for business, where it is known."""
    if pd.notna(figures["official_built_m2"]):
        said = f"{t('zone.official_built')}: {texts.daa(figures['official_built_m2'])}"
        st.caption(said, help=t("zone.official_built_help"))
        explain.beside("zone_official_built")


def dominant(pack: Pack, cases: GeoDataFrame | None) -> None:
    """Say where one case is most of the zone's jobs, and what is known of its figure."""
    one = None if cases is None else indicators.dominant(cases)
    if one is not None:
        st.caption(sentences.dominant(one, pack))


def _estimated(figures: Series) -> str:
    if not figures["projects_estimated"]:
        return "–"
    return texts.span(figures["estimated_low"], figures["estimated_high"])


def plots(view: View, zone: GeoDataFrame) -> None:
    """How many plots and buildings the zone has, and how large they are."""
    pack = view.pack
    if not pack.has("parcels"):
        st.info(t("page.missing_layer", layer=t("layer.parcels")), icon=":material/help:")
        return
    figures = cache.plot_figures(
        pack, view.version.pack_sha256, zone_id=str(zone["zone_id"].iloc[0])
    )
    if not figures["count"]:
        st.info(t("zone.no_plots"), icon=":material/info:")
        return
    columns = st.columns(4)
    columns[0].metric(t("zone.plot_count"), texts.num(figures["count"]))
    columns[1].metric(t("zone.plot_area"), texts.daa(figures["area_m2"]))
    columns[2].metric(t("zone.plot_median"), texts.daa(figures["median_m2"]))
    columns[3].metric(
        t("zone.plots_empty"), texts.num(figures["empty"]), help=t("zone.plots_empty_help")
    )
    explain.beside("zone_plots")
    view.badges("parcels", "buildings")


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
