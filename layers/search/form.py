"""What a planner wishes of a site; all of it lives in the address, so that a link is the search."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.errors import CriteriaError, NaeringsarealError
from geo.register.fields import LEVELS
from geo.schema import layers as schema
from geo.screening.flood import FLOOD_CLASSES
from geo.search import criteria
from layers.app import address, cache, texts
from layers.app.texts import t, zone_names

if TYPE_CHECKING:
    from layers.app.shell import View

ADDRESS = "wish"
USUAL: Final = criteria.Criteria(min_daa=10.0, cut=True)
_BEGUN: Final = "search_begun"
_TURN: Final = "search_turn"  # how often the wish was changed from outside the form
_NUMBER_PX: Final = 140  # two beside each other on a phone
_DISTANCES: Final = ("straight", "road")
# Fields whose name is not that of the criterion.
_FIELDS: Final = {
    "max_station_m": "max_station",
    "max_road_m": "max_road",
    "min_bra_m2": "min_bra",
    "rectangle_m": "rectangle_a",
    "readiness": "site_readiness",
}
_GROWTH: Final = ("any", "prefer", "only")


def form(view: View) -> criteria.Criteria:
    """
    Show the criteria and return the wish; a link that makes no sense begins from the usual.

    What is asked for most stands first, with the button beside it; the rest is put away.
    """
    begun = _asked()
    with st.form("search_form"):
        chosen = _first(view, begun)
        with st.expander(t("search.more_wishes"), icon=":material/tune:"):
            chosen |= _more(begun)
            st.form_submit_button(t("search.go"), key="search_go_below", icon=":material/search:")
    try:
        wish = replace(begun, **chosen)
    except CriteriaError as error:
        # The reader knows a criterion by what its field is called.
        name = t(f"search.{_FIELDS.get(str(error.parts['name']), error.parts['name'])}")
        st.error(
            texts.plain(t("search.wish_refused", name=name, value=error.parts["value"])),
            icon=":material/error:",
        )
        st.stop()
    address.keep(ADDRESS, wish.as_json(), "{}")
    return wish


def change(wish: criteria.Criteria) -> None:
    """Put another wish into the form; to be called before the page is asked anew."""
    st.session_state[_BEGUN] = wish
    st.session_state[_TURN] = _turn() + 1


def _turn() -> int:
    turn: int = st.session_state.get(_TURN, 0)
    return turn


def _key(name: str) -> str:
    # Another wish needs other widgets: those on the page keep what was typed into them.
    return f"search_{name}.{_turn()}"


def _first(view: View, begun: criteria.Criteria) -> dict[str, Any]:
    names = zone_names(view.pack)
    with st.container(horizontal=True, vertical_alignment="bottom", key="search_first"):
        least = _number("min_daa", begun.min_daa, 5.0)
        station = _number("max_station", begun.max_station_m, 100.0)
        distance = st.segmented_control(
            t("search.distance"),
            _DISTANCES,
            default=_DISTANCES[begun.along_roads],
            format_func=lambda one: t(f"search.distance_{one}"),
            key=_key("distance"),
            help=t("search.distance_help"),
        )
        zones = st.multiselect(
            t("search.zones"),
            list(names),
            default=[zone for zone in begun.zones if zone in names],
            format_func=lambda zone: names[zone],
            placeholder=t("search.all_zones"),
            key=_key("zones"),
        )
        kind = _business(begun)
        st.form_submit_button(
            t("search.go"), key="search_go", type="primary", icon=":material/search:"
        )
    return {
        "min_daa": least,
        "max_station_m": station,
        "along_roads": distance == "road",
        "zones": tuple(zones),
        "business_type": kind,
    }


def _more(begun: criteria.Criteria) -> dict[str, Any]:
    sides = begun.rectangle_m or (None, None)
    with st.container(horizontal=True, vertical_alignment="bottom", key="search_sizes"):
        most = _number("max_daa", begun.max_daa, 5.0)
        target = _number("target_daa", begun.target_daa, 5.0, help=t("search.target_help"))
        long = _number("rectangle_a", sides[0], 10.0)
        short = _number("rectangle_b", sides[1], 10.0)
        road = _number("max_road", begun.max_road_m, 100.0)
        floor = _number("min_bra", begun.min_bra_m2, 500.0)
        power = _number("min_mw", begun.min_mw, 5.0, help=t("search.min_mw_help"))
    left, right = st.columns(2)
    with left:
        cut = st.checkbox(
            t("search.cut"), value=begun.cut, key=_key("cut"), help=t("search.cut_help")
        )
        unplanned = _checkbox("unplanned", value=begun.unplanned)
        built = _checkbox("densification", value=begun.densification)
        corridor = _checkbox("corridor_only", value=begun.corridor_only)
        growth: criteria.Growth = st.radio(
            t("search.growth"),
            _GROWTH,
            index=_GROWTH.index(begun.growth),
            format_func=lambda one: t(f"search.growth_{one}"),
            horizontal=True,
            key=_key("growth"),
        )
    with right:
        avoid = st.multiselect(
            t("search.avoid"),
            schema.CONSTRAINT_KINDS,
            default=list(begun.avoid),
            format_func=lambda one: t(f"constraint.{one}"),
            placeholder=t("search.avoid_none"),
            key=_key("avoid"),
        )
        flood_class = st.radio(
            t("screen.flood_class"),
            tuple(FLOOD_CLASSES),
            index=tuple(FLOOD_CLASSES).index(begun.flood_class),
            format_func=lambda one: t(f"screen.flood_class_{one}"),
            horizontal=True,
            help=t("screen.flood_class_help"),
            key=_key("flood_class"),
        )
        accept = _checkbox("accept_unknown", value=begun.accept_unknown)
        listed = _checkbox("registered", value=begun.registered)
        ready = st.multiselect(
            t("search.site_readiness"),
            LEVELS,
            default=list(begun.readiness),
            format_func=lambda one: t(f"readiness.{one}"),
            placeholder=t("search.no_matter"),
            key=_key("readiness"),
        )
    return {
        "max_daa": most,
        "target_daa": target,
        "rectangle_m": (long, short) if long and short else None,
        "max_road_m": road,
        "min_bra_m2": floor,
        "cut": cut,
        "unplanned": unplanned,
        "densification": built,
        "corridor_only": corridor,
        "growth": growth,
        "avoid": tuple(avoid),
        "flood_class": flood_class,
        "accept_unknown": accept,
        "registered": listed,
        "readiness": tuple(ready),
        "min_mw": power,
    }


def _asked() -> criteria.Criteria:
    run = get_script_run_ctx(suppress_warning=True)
    if getattr(run, "is_history_navigation", False) and address.text(ADDRESS):
        # Back to another wish: the form follows.
        st.session_state.pop(_BEGUN, None)
        st.session_state[_TURN] = _turn() + 1
    if _BEGUN in st.session_state:
        begun: criteria.Criteria = st.session_state[_BEGUN]
        return begun
    written = address.text(ADDRESS)
    begun = USUAL
    if written:
        try:
            begun = criteria.from_json(written)
        except NaeringsarealError as error:
            st.warning(texts.plain(error.say(texts.language())), icon=":material/help:")
    # The form's widgets keep what is typed; this is only where they began.
    st.session_state[_BEGUN] = begun
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
        key=_key("business"),
    )
    return kind


def _checkbox(name: str, *, value: bool) -> bool:
    return st.checkbox(t(f"search.{name}"), value=value, key=_key(name))


def _number(
    name: str,
    value: float | None,
    step: float,
    help: str | None = None,  # noqa: A002  # Streamlit's own name
) -> float | None:
    found: float | None = st.number_input(
        t(f"search.{name}"),
        min_value=0.0,
        value=value,
        step=step,
        format="%g",
        placeholder=t("search.no_matter"),
        help=help,
        key=_key(name),
        width=_NUMBER_PX,
    )
    return found
