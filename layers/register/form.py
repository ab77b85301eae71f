"""A site's fields as a form: what a business asks for, what stays inside, what is shown outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.register.fields import AVAILABILITIES, LEVELS, MAX_POWER_MW, OWNER_TYPES
from geo.register.public import public_sites
from geo.schema.text import TEXT
from layers.app import texts
from layers.app.texts import t, zone_names
from layers.widgets import site_words as words
from layers.widgets.form_fields import Fields, Filled, sent, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import Series

    from layers.app.kept.forms import Form
    from layers.app.shell import View

_HELPED: Final = (  # fields whose help is a text
    *("availability", "readiness_set", "readiness_reason", "owner_type", "power_mw"),
    *("power_date", "power_text", "water_text", "access", "contact_office", "public_text"),
    *("published",),
)


def fill(
    view: View,
    start: Series | None,
    form: Form,
    origin: Mapping[str, Any],
    *,
    new: bool = False,
) -> Filled | None:
    """
    Show the form of a site and return it when it is sent.

    Parameters
    ----------
    start
        The site in the register; of a new one what it begins from, None for nothing.
    origin
        What is not asked in the form, and shown outside as well: where the outline is from.
    """
    _fields(view, start, form, origin, new=new)
    return sent(form)


@st.fragment
def _fields(
    view: View, start: Series | None, form: Form, origin: Mapping[str, Any], *, new: bool
) -> None:
    fields = Fields(start, form, _HELPED)
    zones = zone_names(view.pack)
    values: dict[str, Any] = {"name": fields.line("name", example="register.name_example")}
    left, right = st.columns(2)
    values["zone_id"] = fields.select(left, "zone_id", [*zones], text_of(start, "zone_id"), zones)
    now = text_of(start, "availability") or AVAILABILITIES[0]
    values["availability"] = fields.select(right, "availability", AVAILABILITIES, now)
    left, right = st.columns(2)
    values["owner_type"] = fields.select(
        left, "owner_type", OWNER_TYPES, text_of(start, "owner_type")
    )
    values["contact_office"] = fields.line(
        "contact_office", example="register.office_example", column=right
    )
    left, right = st.columns(2)
    values["power_mw"] = fields.number(left, "power_mw", most=MAX_POWER_MW)
    values["power_date"] = fields.day(right, "power_date")
    values["power_text"] = fields.area("power_text", example="register.power_example")
    left, right = st.columns([2, 1])
    values["water_text"] = fields.line("water_text", kind=TEXT, column=left)
    values["water_date"] = fields.day(right, "water_date")
    values["access"] = fields.line("access", kind=TEXT, example="register.access_example")
    left, right = st.columns([1, 2])
    values["readiness_set"] = fields.select(
        left,
        "readiness_set",
        LEVELS,
        text_of(start, "readiness_set"),
        {level: texts.term("readiness", level) for level in LEVELS},
        placeholder=t("register.by_the_rule"),
    )
    values["readiness_reason"] = fields.line("readiness_reason", kind=TEXT, column=right)
    values["public_text"] = fields.area("public_text")
    values["published"] = fields.switch("published")
    _preview(view, values | {name: one for name, one in origin.items() if pd.notna(one)})
    with st.container(border=True, key="register_internal_form"):
        st.markdown(f"**:material/lock: {t('register.internal')}**")
        values["internal_note"] = fields.area("internal_note")
    send = t("register.add" if new else "form.save")
    fields.end(values, send, example="register.reason_example")


def _preview(view: View, values: dict[str, Any]) -> None:
    """Show what somebody outside will see of what stands in the form."""
    with st.expander(t("register.preview"), icon=":material/visibility:"):
        st.caption(t("register.preview_help" if values["published"] else "register.preview_off"))
        one = gpd.GeoDataFrame([values | {"published": True}], geometry=[None])
        words.facts(view, public_sites(one).drop(columns="geometry").iloc[0])
