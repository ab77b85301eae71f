"""All versions of the pack: who made them and why, what differs, and which one is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.pack.diff import compare
from geo.pack.location import EMBEDDED, version_at
from geo.pack.versions import Version, VersionStore
from layers.app import cache, login, texts
from layers.app.texts import NORWAY, t
from layers.errors import HeavyWorkError
from layers.own_data import keep, preview, working
from layers.widgets import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.pack.read import Pack
    from layers.app.shell import View


def show(view: View) -> None:
    """Show the versions; compare one with the pack in use, or go back to it."""
    store = VersionStore()
    found = store.versions()
    shown = version_at(view.pack.directory)
    names = {one.id: _name(one) for one in found} | {EMBEDDED: t("data.embedded")}
    _table(found, names, shown)
    st.caption(t("data.kept_in", folder=texts.plain(str(store.home))))
    others = [one for one in names if one != _chosen(store)]
    if not others:
        st.info(t("data.no_versions"), icon=":material/info:")
        return
    picked = st.selectbox(
        t("data.compare_with"), others, format_func=lambda one: names[one], key="data_version"
    )
    try:
        other = cache.version_pack(picked)
    except HeavyWorkError:
        raise  # which the page says, with a way to begin again
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return
    st.header(t("data.compare"))
    st.caption(t("data.compare_help"))
    changes = working.worked_out(
        view,
        ("changes", view.pack.sha256, other.sha256),
        t("heavy.compare"),
        compare,
        *(view.pack, other),
        features=preview.most(view.pack, other),
    )
    preview.changes(changes, key="data_changes")
    preview.figures(view, view.pack, other, key="data_versions")
    preview.zones(view, view.pack, other, key="data_versions")
    _go_to(view, store, picked, names, other)


def _chosen(store: VersionStore) -> str | None:
    """Return what is to be in use; what is shown is another pack where that is damaged."""
    try:
        return store.choice().version
    except NaeringsarealError:
        return None


def _table(found: list[Version], names: Mapping[str, str], shown: str) -> None:
    rows = [
        {
            t("data.version"): one.id,
            t("data.made"): _time(one),
            t("data.author"): one.author,
            t("data.reason"): one.reason,
            t("data.layers"): ", ".join(t(f"layer.{layer}") for layer in one.layers),
            t("data.parent"): t("data.embedded") if one.parent == EMBEDDED else one.parent,
            t("table.state"): _state(one, shown),
        }
        for one in found
    ]
    own = Version(EMBEDDED)
    first = dict.fromkeys(rows[0], "") if rows else {}
    first |= {t("data.version"): names[EMBEDDED], t("table.state"): _state(own, shown)}
    rows.append(first)
    tables.plain(pd.DataFrame(rows), len(rows), key="data_version_table")


def _go_to(
    view: View, store: VersionStore, picked: str, names: Mapping[str, str], other: Pack
) -> None:
    if not login.who().may_write:
        keep.writable(view)
        return
    moved = keep.another_pack(view, "data.versions")
    pressed = st.button(
        t("data.use_version", version=texts.plain(names[picked])),
        type="primary",
        icon=":material/history:",
        key="data_use",
    )
    if pressed and moved:
        st.error(t("data.moved"), icon=":material/sync_problem:")
    elif pressed:
        try:
            # Read a moment ago, and shown above.
            store.activate(picked, author=login.require_writer().author, read=other)
        except NaeringsarealError as error:
            st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
            return
        keep.finished(t("data.used", version=texts.plain(names[picked])))


def _state(one: Version, shown: str) -> str:
    if one.id == shown:
        return t("data.state_shown")
    return t("data.state_damaged") if one.fault else t("data.state_kept")


def _time(one: Version) -> str:
    return "" if one.at is None else f"{one.at.astimezone(NORWAY):%d.%m.%Y %H:%M}"


def _name(one: Version) -> str:
    return f"{_time(one)} {one.reason}".strip() or one.id
