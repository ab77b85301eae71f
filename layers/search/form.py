"""What a planner wishes of a site; all of it lives in the address, so that a link is the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import NaeringsarealError
from geo.schema import layers as schema
from geo.screening.flood import FLOOD_CLASSES
from geo.search import criteria
from layers.app import address, cache, texts
from layers.app.texts import t, zone_names

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from layers.app.shell import View

ADDRESS = "wish"
_M2_TO_DAA = 1000


def form(view: View) -> criteria.Criteria:
    """Show the criteria and return the wish; a link that makes no sense begins from the usual."""
    begun = _asked()
    with st.form("search_form"):
        left, right = st.columns(2)
        with left:
            least, most = st.columns(2)
            min_daa = _number(least, "search.min_daa", begun.min_daa, 5.0)
            max_daa = _number(most, "search.max_daa", begun.max_daa, 5.0)
            a, b = st.columns(2)
            sides = begun.rectangle_m or (None, None)
            long = _number(a, "search.rectangle_a", sides[0], 10.0)
            short = _number(b, "search.rectangle_b", sides[1], 10.0)
            names = zone_names(view.pack)
            zones = st.multiselect(
                t("search.zones"),
                list(names),
                default=[zone for zone in begun.zones if zone in names],
                format_func=lambda zone: names[zone],
                placeholder=t("search.all_zones"),
            )
            station, road = st.columns(2)
            max_station = _number(station, "search.max_station", begun.max_station_m, 100.0)
            max_road = _number(road, "search.max_road", begun.max_road_m, 100.0)
        with right:
            kind = _business(begun)
            min_bra = _number(right, "search.min_bra", begun.min_bra_m2, 500.0)
            avoid = st.multiselect(
                t("search.avoid"),
                schema.CONSTRAINT_KINDS,
                default=list(begun.avoid),
                format_func=lambda one: t(f"constraint.{one}"),
                placeholder=t("search.avoid_none"),
            )
            flood_class = st.radio(
                t("screen.flood_class"),
                tuple(FLOOD_CLASSES),
                index=tuple(FLOOD_CLASSES).index(begun.flood_class),
                format_func=lambda one: t(f"screen.flood_class_{one}"),
                horizontal=True,
                help=t("screen.flood_class_help"),
            )
            accept = st.checkbox(t("search.accept_unknown"), value=begun.accept_unknown)
            growth: criteria.Growth = st.radio(
                t("search.growth"),
                ("any", "prefer", "only"),
                index=("any", "prefer", "only").index(begun.growth),
                format_func=lambda one: t(f"search.growth_{one}"),
                horizontal=True,
            )
            corridor = st.checkbox(t("search.corridor_only"), value=begun.corridor_only)
            built = st.checkbox(t("search.densification"), value=begun.densification)
        st.form_submit_button(t("search.go"), type="primary", icon=":material/search:")
    chosen = criteria.Criteria(
        min_daa=min_daa,
        max_daa=max_daa,
        rectangle_m=(long, short) if long and short else None,
        zones=tuple(zones),
        max_station_m=max_station,
        max_road_m=max_road,
        min_bra_m2=min_bra,
        avoid=tuple(avoid),
        flood_class=flood_class,
        accept_unknown=accept,
        growth=growth,
        corridor_only=corridor,
        business_type=kind,
        densification=built,
        weights=begun.weights,
    )
    address.keep(ADDRESS, chosen.as_json(), "{}")
    return chosen


def _asked() -> criteria.Criteria:
    if "search_begun" in st.session_state:
        begun: criteria.Criteria = st.session_state["search_begun"]
        return begun
    written = address.text(ADDRESS)
    begun = criteria.Criteria(min_daa=10.0)
    if written:
        try:
            begun = criteria.from_json(written)
        except NaeringsarealError as error:
            st.warning(texts.plain(error.say(texts.language())), icon=":material/help:")
    # The form's widgets keep what is typed; this is only where they began.
    st.session_state["search_begun"] = begun
    return begun


def _business(begun: criteria.Criteria) -> str | None:
    norms = cache.standard_norms()
    english = texts.language() == "en"
    labels = {name: norm.label_en if english else norm.label for name, norm in norms.items()}
    known = list(labels)
    kind: str | None = st.selectbox(
        t("table.business_type"),
        known,
        index=known.index(begun.business_type) if begun.business_type in known else None,
        format_func=lambda one: labels[one],
        placeholder=t("search.any_business"),
    )
    return kind


def _number(column: DeltaGenerator, msgid: str, value: float | None, step: float) -> float | None:
    found: float | None = column.number_input(
        t(msgid),
        min_value=0.0,
        value=value,
        step=step,
        format="%g",
        placeholder=t("search.no_matter"),
    )
    return found
