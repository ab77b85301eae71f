"""A new layer on its way into use: what it changes, what is said of it, and the new version."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import NaeringsarealError
from geo.pack.candidate import Nature
from geo.pack.location import PACK_VARIABLE, version_at
from geo.pack.replace import About, save, with_layer
from geo.pack.versions import Signature, VersionStore
from layers.app import cache, login, texts
from layers.app.texts import t
from layers.own_data import preview, state

if TYPE_CHECKING:
    from geo.pack.candidate import Candidate, Extent
    from layers.app.shell import View


def keep(
    view: View,
    new: Candidate,
    *,
    nature: Nature,
    extent: Extent,
    key: tuple[object, ...],
    source: str,
    drawn: bool = False,
) -> None:
    """
    Show what a valid layer changes, and let those who may put it into use.

    `key` names the layer and everything that it depends on; `source` is what is proposed for it.
    What is `drawn` comes from no file.
    """
    seen = cache.draft(
        ("with", *key), lambda: with_layer(view.pack, new, About(source, nature=nature), extent)
    )
    st.subheader(t("data.preview"))
    preview.show(view, view.pack, seen, layer=new.layer, key="data_preview")
    st.subheader(t("data.activate"))
    if not writable(view):
        return
    with st.form("data_about", border=True):
        left, right = st.columns(2)
        asked = {
            "source": left.text_input(t("table.source"), value=source, max_chars=300),
            "licence": right.text_input(t("table.licence"), max_chars=300),
            "date": left.text_input(
                t("table.date"), max_chars=40, placeholder=t("data.date_example")
            ),
            "accuracy": right.text_input(
                t("data.accuracy"), max_chars=200, placeholder=t("data.accuracy_example")
            ),
        }
        reason = st.text_input(t("data.reason"), max_chars=500, help=t("data.reason_help"))
        own_zone = drawn and nature is Nature.OWN
        says = "data.nature_own_drawn" if own_zone else f"data.nature_{nature.value}_says"
        st.caption(t(says))
        pressed = st.form_submit_button(
            t("data.put_into_use"), type="primary", icon=":material/published_with_changes:"
        )
    if pressed:
        about = {name: value.strip() for name, value in asked.items()}
        _save(view, new, About(nature=nature, **about), extent, reason)


def writable(view: View) -> bool:
    """Tell whether the reader may put anything into use, and say why not."""
    who = login.who()
    if not who.may_write:
        st.info(texts.plain(who.why_not(texts.language())) or t("data.read_only"))
        return False
    if named := os.environ.get(PACK_VARIABLE):
        said = t("data.locked", variable=PACK_VARIABLE, pack=named)
        st.info(texts.plain(said), icon=":material/lock:")
        return False
    try:
        chosen = VersionStore().choice().version
    except NaeringsarealError:
        chosen = None
    if chosen != version_at(view.pack.directory):
        # The one that was chosen is damaged: what is shown took its place for want of it.
        st.info(t("data.choose_first"), icon=":material/history:")
        return False
    return True


def _save(view: View, new: Candidate, about: About, extent: Extent, reason: str) -> None:
    try:
        author = login.require_writer().author
        # What the preview was worked out from; not what has been put into use since.
        parent = version_at(view.pack.directory)
        signature = Signature(author, reason, parent, (new.layer,))
        with st.spinner(t("data.writing")):
            made = save(
                VersionStore(), view.pack, new, about, signature, extent=extent, replaces=parent
            )
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return
    said = t("data.in_use", layer=t(f"layer.{new.layer}"), version=made.id)
    finished(said)


def finished(said: str) -> None:
    """Begin anew on the new pack, and say what has been done."""
    state.announce(said)
    st.session_state["data_round"] = st.session_state.get("data_round", 0) + 1
    st.rerun()
