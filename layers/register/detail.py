"""One site: what is known of it, how ready it is and why, what stays inside and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.register.public import public_sites
from layers.app import explain, login, shell, texts
from layers.app.kept import tabs as kept_tabs
from layers.app.texts import t
from layers.register import begun, data, edit, history, listing
from layers.register.unsaved import FORMS
from layers.widgets import entries
from layers.widgets import site_words as words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

    from layers.app.shell import View
    from layers.register.listing import SiteList


OPEN: Final = "site_open"  # what a site opens in
# What a business asks of a site, in the order that it is told.
_TOLD: Final = (
    *("zone_id", "availability", "owner_type", "power_text", "water_text", "water_date"),
    *("access", "contact_office", "public_text", "origin", "origin_ref"),
)
_IF_KNOWN: Final = ("water_date", "origin_ref")  # of which to say «unknown» tells nothing


def saved() -> None:
    """Say once that a site was saved."""
    name = entries.just_saved(FORMS)
    if name is not None:
        st.toast(t("projects.saved", name=texts.plain(name)), icon=":material/check:")


def read_only(view: View) -> None:
    """Say why nothing can be changed here, where it cannot."""
    if data.may_write(view):
        return
    if data.book(view) is not None:
        reason = login.who().why_not(texts.language())
        st.info(texts.plain(reason), icon=":material/lock:")
    if FORMS.waiting():
        st.info(t("form.waiting"), icon=":material/edit_note:")


def begin(*, there: bool, may_write: bool) -> None:
    """Say how the first sites come into an empty register, or that there is none to be read."""
    if not there:
        st.info(t("register.no_book"), icon=":material/help:")
        return
    st.info(t("register.empty" if may_write else "register.empty_reader"), icon=":material/info:")
    if may_write:
        with st.container(horizontal=True):
            for page in ("reserve", "search", "screening"):
                shell.lead_to(page, t(f"page.{page}.link"))


def begin_new() -> None:
    """Open the form of a new site."""
    entries.forget(FORMS)
    listing.choose(None)
    begun.begin()


def show(view: View, what: SiteList, site_id: str) -> None:
    """Show the chosen site: what is known of it, its form for those who may write, its history."""
    row = what.sites[what.sites["site_id"] == site_id]
    register, may_write = data.book(view), data.may_write(view)
    _heading(row, site_id)
    tabs = {"facts": t("projects.facts")}
    if may_write and not row.empty:
        tabs["edit"] = t("projects.edit")
    if register is not None:
        tabs["history"] = t("projects.history")
    one = kept_tabs.show(tabs, key="site_tabs")
    with one["facts"]:
        if row.empty:
            st.warning(t("register.gone"), icon=":material/help:")
        elif one["facts"].open:
            _facts(view, row)
    if register is None:
        return
    if "edit" in one and one["edit"].open:
        with one["edit"]:
            edit.existing(view, register, row)
    if one["history"].open:
        with one["history"]:
            history.of_site(view, register, site_id, may_write=may_write)


def _heading(row: GeoDataFrame, site_id: str) -> None:
    """Name the chosen site, with the ways on from it and a way to close it."""
    name = site_id if row.empty else str(row["name"].iloc[0])
    st.header(texts.plain(name))
    with st.container(horizontal=True, gap="small"):
        may_screen = shell.is_open("screening") and not row.empty
        if may_screen and st.button(t("register.screen"), icon=":material/fact_check:"):
            shell.open_drawn(row.explode(index_parts=False))
        st.button(
            t("projects.close"),
            icon=":material/close:",
            key="register_close",
            on_click=listing.choose,
            args=(None,),
        )


def _facts(view: View, row: GeoDataFrame) -> None:
    site = row.iloc[0]
    left, middle, right = st.columns(3)
    area, power = texts.daa(site["area_m2"]), words.power(site)
    explain.metric(left, t("register.area"), area, figure="site_area")
    explain.metric(middle, t("register.power_name"), power, figure="site_power")
    ready = words.value(view, "readiness", site["readiness"])
    explain.metric(right, t("register.readiness"), _sentence(ready), figure="site_readiness")
    said, beside = st.columns([7, 5], gap="large")
    with said:
        told = [name for name in _TOLD if name not in _IF_KNOWN or pd.notna(site[name])]
        words.facts(view, {name: site[name] for name in told})
        explain.beside("site_power", key="site_facts")
    with beside:
        _ready(view, site)
        if "internal_note" in site:
            _internal(site)
        if "published" in site:
            _outside(view, row)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ready(view: View, site: Series) -> None:
    """Say how ready the site is, how that came about, and what the rule says of it."""
    st.subheader(t("register.readiness"))
    st.markdown(f"**{texts.plain(_sentence(words.readiness(site)))}**")
    if "readiness_reason" in site and site["readiness_by"] == "hand":
        reason = texts.plain(str(site["readiness_reason"]))
        rule = words.value(view, "readiness", site["readiness_rule"])
        st.markdown(t("register.set_because", reason=reason))
        st.markdown(t("register.rule_says", readiness=rule))
    for remark in site.get("readiness_remarks", ()):
        st.markdown(f"- {texts.plain(remark.say(texts.language()))}")
    explain.beside("site_readiness", key="site_ready")


def _internal(site: Series) -> None:
    with st.container(border=True, key="register_internal"):
        st.markdown(f"**:material/lock: {t('register.internal')}**")
        note = site["internal_note"]
        st.markdown("–" if pd.isna(note) else texts.plain(str(note)))


def _outside(view: View, row: GeoDataFrame) -> None:
    """Show what somebody outside sees of the site, if anything."""
    shown = public_sites(row)
    if shown.empty:
        st.caption(f":material/visibility_off: {t('register.unpublished')}")
        return
    with st.expander(t("register.preview"), icon=":material/visibility:"):
        words.facts(view, shown.drop(columns=["geometry", "site_id"]).iloc[0])
