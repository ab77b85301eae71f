"""The list of projects: which state of it is shown, its table, its map, and what is chosen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import folium
import pandas as pd
import streamlit as st

from geo.errors import MissingLayerError
from geo.ledger.fields import STATUSES
from layers.app import address, cache, explain, texts
from layers.app.texts import NORWAY, t, zone_names
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.projects.unsaved import FORMS
from layers.widgets import entries, tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from streamlit.delta_generator import DeltaGenerator

    from layers.app.map_script import MapScript
    from layers.app.shell import View

UNKNOWN: Final = "?"  # a status that is none of STATUSES
_EARLIEST: Final = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Listed:
    """
    What the page shows: the state of the list, and what of it the filter lets through.

    `projects` is as `geo.ledger.history.state`, with jobs known or estimated (`basis` tells
    which); `day` is None for the list as it is now.
    """

    view: View
    day: dt.date | None
    projects: GeoDataFrame
    shown: GeoDataFrame


def listed(view: View) -> Listed:
    """Let the reader choose a day and statuses; returns the list as it was then."""
    left, right = st.columns([7, 3])
    day = _day(right) if view.book.ledger else None
    projects = _state(view, day)
    known = projects["status"].where(projects["status"].isin(STATUSES), UNKNOWN)
    there = [status for status in (*STATUSES, UNKNOWN) if (known == status).any()]
    chosen = left.pills(
        t("projects.filter"),
        there,
        selection_mode="multi",
        format_func=lambda status: (
            t("unknown") if status == UNKNOWN else texts.term("status", status)
        ),
        key="projects_statuses",
    )
    shown = projects[known.isin(list(chosen))] if chosen else projects
    return Listed(view, day, projects, shown)


def _day(column: DeltaGenerator) -> dt.date | None:
    today = dt.datetime.now(NORWAY).date()

    def parse(written: str) -> dt.date | None:
        asked = dt.date.fromisoformat(written)
        return asked if _EARLIEST <= asked < today else None

    day: dt.date | None = column.date_input(
        t("projects.as_of"),
        value=address.begin("projects_day", address.read("at", parse, None)),
        max_value=today,
        min_value=_EARLIEST,
        format="DD.MM.YYYY",
        key="projects_day",
        help=t("projects.as_of_help"),
    )
    past = None if day is None or day >= today else day
    address.keep("at", past)
    return past


def _state(view: View, day: dt.date | None) -> GeoDataFrame:
    ledger = view.book.ledger
    if day is None or ledger is None:
        projects = view.workspace.estimated
        if projects is None:
            raise MissingLayerError("error.missing_layer", layer="projects")
        return projects
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=NORWAY)
    projects = ledger.projects(midnight.astimezone(dt.UTC))
    return view.workspace.with_estimates(projects)


def chosen() -> str | None:
    """Return the project that the address names."""
    return address.text("project")


def choose(project_id: str | None) -> None:
    """Write the chosen project into the address, or take it out."""
    address.keep("project", project_id)
    if project_id is not None:
        # A project that is opened anew is shown as it is now.
        entries.anew(FORMS, project_id)


def table(what: Listed) -> None:
    """Show the projects; picking a row chooses one."""
    rows, pack = what.shown, what.view.pack
    if rows.empty:
        st.info(t("projects.none"), icon=":material/info:")
        return
    zones = zone_names(what.view.pack)
    shown = pd.DataFrame(
        {
            t("table.project"): [texts.of_pack(name, pack.directory) for name in rows["name"]],
            # With the name, what a phone shows whole.
            t("table.jobs_span"): [
                texts.span(low, high)
                for low, high in zip(rows["jobs_low"], rows["jobs_high"], strict=True)
            ],
            t("table.status"): [texts.term("status", status) for status in rows["status"]],
            t("table.basis"): tables.basis(rows),
            t("table.effect"): [texts.term("effect", effect) for effect in rows["effect"]],
            t("table.year"): [
                t("unknown") if pd.isna(year) else str(int(year)) for year in rows["year"]
            ],
            t("table.zone"): [
                zones.get(str(zone), t("unknown") if pd.isna(zone) else str(zone))
                for zone in rows["zone_id"]
            ],
            t("table.jobs_source"): [
                texts.of_pack(source, pack.directory) if isinstance(source, str) else "–"
                for source in rows["jobs_source"]
            ],
        }
    )

    def pick(place: int) -> None:
        choose(str(rows["project_id"].iloc[place]))
        st.rerun()

    tables.show(shown, {}, key="projects_table", on_select=pick)
    explain.beside("project_figures")


def map_of(what: Listed, project_id: str | None) -> None:
    """Show where the projects are; a click chooses one."""
    view = what.view
    placed = maps.placed(what.shown)

    def draw() -> MapScript:
        leaflet_map = maps.ground(view, placed)
        maps.add_projects(view.pack, placed, leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_projects"))

    key = maps.key_of(view, "projects", what.day, *placed["project_id"], frame=placed)
    moving = folium.FeatureGroup(name="moving", control=False)
    one = placed[placed["project_id"] == project_id]
    if not one.empty:
        leaflet.shapes(one, "project_selected", radius=11).add_to(moving)

    def click(kind: str, clicked: str) -> None:
        if kind == "project":
            choose(clicked)
            st.rerun()

    leaflet.show(
        cache.map_script(key, draw), key="projects_map", height=460, moving=moving, on_click=click
    )
    lacking = len(what.shown) - len(placed)
    if lacking:
        st.caption(t("projects.without_place", count=lacking))
