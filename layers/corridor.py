"""What the corridor page shows beside its map: width, coverage, institutions, projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.schema.layers import KNOWLEDGE_KINDS
from geo.transport import corridor
from layers.app import address, explain, texts
from layers.app.texts import t
from layers.widgets import html_tables, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack
    from layers.app.cache import CorridorView

WIDEST: Final = int(corridor.MAX_WIDTH_M)
_STEP_M: Final = 100


def choose_width() -> int:
    """Let the reader choose the corridor's width in metres; it lives in the address (?width=)."""
    low, high = int(corridor.MIN_WIDTH_M), WIDEST
    asked = address.read("width", address.whole(low, high), int(corridor.WIDTH_M))
    width = st.slider(
        t("corridor.width"),
        low,
        high,
        value=address.begin("corridor_width", asked),
        step=_STEP_M,
        key="corridor_width",
        format="%d m",
        help=t("corridor.width_help", default=int(corridor.WIDTH_M)),
    )
    address.keep("width", width)
    return int(width)


def metrics(pack: Pack, seen: CorridorView) -> None:
    """Length and area of the corridor, and how the area falls on municipalities."""
    row = seen.outline.iloc[0]
    columns = st.columns([3, 4, 4])

    def width() -> list[tuple[str, str]]:
        return [(t("corridor.width"), texts.num(row["width_m"]))]

    length, area = f"{texts.num(row['length_m'] / 1000, 1)} km", texts.daa(row["area_m2"])
    explain.metric(columns[0], t("corridor.length"), length, figure="corridor_length")
    explain.metric(columns[1], t("corridor.area"), area, figure="corridor_area", given=width)
    own_name = t("corridor.own", name=texts.plain(pack.name))
    if seen.municipality is None:
        explain.metric(columns[2], own_name, t("unknown"), figure="corridor_own", given=width)
        return
    frame = pack.layer("municipality")
    own = seen.municipality.loc[frame["municipality_no"] == pack.municipality_no, "inside_m2"].sum()
    explain.metric(
        columns[2],
        own_name,
        texts.pct(own / row["area_m2"]),
        figure="corridor_own",
        given=width,
        help=t(
            "corridor.own_help",
            parts=", ".join(
                f"{texts.plain(str(name))} {texts.daa(area)}"
                for name, area in zip(frame["name"], seen.municipality["inside_m2"], strict=True)
                if area > 0
            ),
        ),
    )


def institutions(pack: Pack, seen: CorridorView) -> None:
    """Knowledge institutions with their employees, and whether the corridor reaches them."""
    if seen.places is None:
        st.info(t("page.missing_layer", layer=t("layer.places")), icon=":material/help:")
        return
    frame = seen.places[seen.places["kind"].isin(KNOWLEDGE_KINDS)]
    table = pd.DataFrame(
        {
            t("table.institution"): [texts.of_pack(n, pack.directory) for n in frame["name"]],
            t("place.employees"): frame["employees"].astype("Float64").astype(float),
            t("table.in_corridor"): _answers(frame, seen),
            t("table.accuracy"): frame["accuracy_m"].astype(float),
            t("table.note"): [texts.of_pack(note, pack.directory) for note in frame["note"]],
        }
    )
    formats: dict[str, Callable[[Any], str]] = {
        t("place.employees"): texts.num,
        t("table.accuracy"): lambda metres: f"± {texts.num(metres)} m",
    }
    html_tables.show(
        table, formats, caption=t("corridor.institutions"), file="korridor_institusjoner"
    )
    reached = frame.loc[frame["inside"], "employees"].astype("Float64")
    st.caption(
        t(
            "corridor.employees",
            employees=float(reached.sum()) if reached.notna().any() else None,
            unknown=int(reached.isna().sum()),
        )
    )
    explain.beside("corridor_employees")


def _answers(frame: GeoDataFrame, seen: CorridorView) -> list[str]:
    """Say of each place whether it is inside, and of which the point is too rough to be sure."""
    edge = frame.distance(seen.outline.geometry.iloc[0].boundary)
    rough = frame["accuracy_m"].astype(float).to_numpy() >= edge.to_numpy()
    plain = [t("yes") if inside else t("no") for inside in frame["inside"]]
    return [
        t("corridor.roughly", answer=answer) if uncertain else answer
        for answer, uncertain in zip(plain, rough, strict=True)
    ]


def zones(pack: Pack, seen: CorridorView) -> None:
    """How much of each zone lies in the corridor, largest first."""
    if seen.zones is None:
        st.info(t("page.missing_layer", layer=t("layer.zones")), icon=":material/help:")
        return
    covered = seen.zones[seen.zones["inside_m2"] > 0].sort_values("inside_m2", ascending=False)
    if covered.empty:
        st.info(t("corridor.no_zones"), icon=":material/info:")
        return
    names = pack.layer("zones").loc[covered.index, "name"]
    table = pd.DataFrame(
        {
            t("table.zone"): [texts.of_pack(name, pack.directory) for name in names],
            t("table.inside_daa"): covered["inside_m2"] / 1000,
            t("table.area_daa"): covered["area_m2"] / 1000,
            t("table.inside_share"): covered["share"],
        }
    )
    formats: dict[str, Callable[[Any], str]] = {
        t("table.inside_daa"): tables.daa_number,
        t("table.area_daa"): tables.daa_number,
        t("table.inside_share"): texts.pct,
    }
    html_tables.show(table, formats, caption=t("corridor.zones"), file="korridor_omraader")
    explain.beside("corridor_zones")


def projects(pack: Pack, seen: CorridorView) -> None:
    """Plan cases that lie in the corridor."""
    if seen.projects is None:
        st.info(t("page.missing_layer", layer=t("layer.projects")), icon=":material/help:")
        return
    inside = seen.projects[seen.projects["inside"]]
    if inside.empty:
        st.info(t("corridor.no_projects"), icon=":material/info:")
        return
    tables.projects(pack, inside, key="corridor_projects")
    explain.beside("project_figures")
