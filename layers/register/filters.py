"""What a reader asks of sites; all of it lives in the address, so that a link is the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.register import filters
from geo.register.fields import AVAILABILITIES, LEVELS, OWNER_TYPES
from layers.app import address, texts
from layers.app.texts import t, zone_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layers.app.shell import View

# Wish → its parameter in the address.
PARAMETERS: Final = {
    "zones": "zone",
    "readiness": "ready",
    "availability": "free",
    "owner_types": "owner",
    "min_daa": "daa",
    "min_mw": "mw",
}
_NUMBER_PX: Final = 140  # two beside each other on a phone


def wishes(view: View) -> filters.SiteWishes:
    """Let the reader say what a site must be, and return it."""
    zones = zone_names(view.pack)
    with st.container(horizontal=True, vertical_alignment="bottom", key="register_filters"):
        ready = _several("readiness", LEVELS, lambda one: texts.term("readiness", one))
        least = {name: _least(name) for name in ("min_daa", "min_mw")}
        free = _several("availability", AVAILABILITIES, lambda one: texts.term("availability", one))
        inside = _several("zones", tuple(zones), lambda one: zones[one])
        owners = _several("owner_types", OWNER_TYPES, lambda one: texts.term("owner_type", one))
    return filters.SiteWishes(
        zones=inside, readiness=ready, availability=free, owner_types=owners, **least
    )


def _several(name: str, choices: Sequence[str], written: Callable[[str], str]) -> tuple[str, ...]:
    parameter = PARAMETERS[name]
    asked = address.several(parameter)
    address.refuse_others(parameter, asked, choices)
    key = f"register_{name}"
    chosen = st.multiselect(
        t(f"register.filter_{name}"),
        choices,
        default=address.begin_with(key, choices, asked),
        format_func=written,
        placeholder=t("register.filter_any"),
        key=key,
        width=250,
    )
    address.keep(parameter, list(chosen) or None)
    return tuple(chosen)


def _least(name: str) -> float | None:
    parameter, key = PARAMETERS[name], f"register_{name}"
    found: float | None = st.number_input(
        t(f"register.filter_{name}"),
        min_value=0.0,
        value=address.begin(key, address.read(parameter, address.amount, None)),
        step=5.0,
        format="%g",
        placeholder=t("search.no_matter"),
        key=key,
        width=_NUMBER_PX,
    )
    address.keep(parameter, found)
    return found
