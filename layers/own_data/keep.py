"""A new layer on its way into use: what it changes, what is said of it, and the new version."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import NaeringsarealError
from geo.pack.candidate import Nature
from geo.pack.location import PACK_VARIABLE, version_at
from geo.pack.renewal import COVERAGE
from geo.pack.replace import About, Replacement, with_layer
from geo.pack.searched import unsearched
from geo.pack.stories import leaving, with_source
from geo.pack.versions import Signature, VersionStore
from layers.app import cache, login, texts
from layers.app.heavy import waiting
from layers.app.texts import t
from layers.maps import plots
from layers.own_data import follows, preview, state, working

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.pack.candidate import Candidate, Extent
    from geo.pack.read import Pack
    from layers.app.shell import View

_MOST_NAMED: Final = 12  # of what would be gone


@dataclass(frozen=True)
class Submission:
    """
    A valid layer that a reader wants to put into use.

    Attributes
    ----------
    key
        Names the layer and everything that it depends on.
    source
        What is proposed for its source.
    given
        How many features the file has.
    ids
        Areas whose outline is new, where not all of the layer is.
    drawn
        Whether it comes from no file.
    """

    new: Candidate
    nature: Nature
    extent: Extent
    key: tuple[object, ...]
    source: str
    given: int
    ids: frozenset[str] = frozenset()
    drawn: bool = False


def keep(view: View, one: Submission) -> None:
    """Show what a layer changes, and let those who may put it into use."""
    about = About(one.source, nature=one.nature)
    widget = f"data.keep.{st.session_state['data_round']}"
    also = follows.mirrored(view, one.new, one.ids, about, widget=f"{widget}.{sorted(one.ids)}")

    def becomes() -> Pack:
        pack = with_layer(view.pack, one.new, about, one.extent)
        return pack if also is None else with_layer(pack, also.new, also.about, also.extent)

    seen = cache.draft(("with", also is not None, *one.key), becomes)
    st.header(t("data.preview"))
    preview.show(view, view.pack, seen, layer=one.new.layer, key="data_preview")
    follows.show(view, view.pack, seen, one.new, widget="data_follows")
    st.header(t("data.activate"))
    if not writable(view):
        return
    allowed = _may_leave(view, one, widget=widget)
    with st.form("data_about", border=True):
        left, right = st.columns(2)
        asked = {
            "source": left.text_input(t("table.source"), value=one.source, max_chars=300),
            "licence": right.text_input(t("table.licence"), max_chars=300),
            "date": left.text_input(
                t("table.date"), max_chars=40, placeholder=t("data.date_example")
            ),
            "accuracy": right.text_input(
                t("data.accuracy"), max_chars=200, placeholder=t("data.accuracy_example")
            ),
        }
        reason = st.text_input(t("data.reason"), max_chars=500, help=t("data.reason_help"))
        own_zone = one.drawn and one.nature is Nature.OWN
        says = "data.nature_own_drawn" if own_zone else f"data.nature_{one.nature.value}_says"
        st.caption(t(says))
        pressed = st.form_submit_button(
            t("data.put_into_use"),
            type="primary",
            icon=":material/published_with_changes:",
            disabled=not allowed,
        )
    moved = another_pack(view, widget)
    if pressed and (moved or not allowed):
        # Drawn when it was pressed, the button stood below another pack's figures.
        st.error(t("data.moved"), icon=":material/sync_problem:")
    elif pressed:
        told = About(nature=one.nature, **{name: value.strip() for name, value in asked.items()})
        _save(view, seen, one, told, also, reason)


def _may_leave(view: View, one: Submission, *, widget: str) -> bool:
    """Say in numbers what would be gone from the layer, and have it confirmed."""
    gone = cache.draft(("leaving", *one.key), lambda: leaving(one.new, view.pack))
    if not gone:
        return True
    named = [texts.of_pack(name, view.pack.directory) for name in gone[:_MOST_NAMED] if name]
    listed = ", ".join(named) + (" …" if len(gone) > len(named) > 0 else "")
    said = t(
        "data.leaving",
        given=one.given,
        layer=t(f"layer.{one.new.layer}"),
        there=len(view.pack.layer(one.new.layer)),
    )
    which = t("data.leaving_which", count=len(gone), names=listed or "–")
    st.warning(texts.plain(f"{said} {which}"), icon=":material/delete:")
    return st.checkbox(
        t("data.leaving_yes", count=len(gone)), key=f"{widget}.leaving.{len(gone)}.{one.given}"
    )


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


def another_pack(view: View, key: str) -> bool:
    """
    Tell whether another pack is in use than when this was last drawn; to be asked at each drawing.

    A press of a button is taken up by the pack that is in use then: what its reader saw is not
    what would be written.
    """
    key = f"{key}.base"
    before = st.session_state.get(key)
    st.session_state[key] = view.pack.sha256
    return before not in {None, view.pack.sha256}


def _save(  # what is written, what was shown of it, and what is said of it
    view: View,
    seen: Pack,
    one: Submission,
    about: About,
    also: Replacement | None,
    reason: str,
) -> None:
    try:
        author = login.require_writer().author
        # What the preview was worked out from; not what has been put into use since.
        parent = version_at(view.pack.directory)
        new = with_source(one.new, one.ids, one.source, about.source)
        changes = [Replacement(new, about, one.extent)]
        if also is not None:
            beside = with_source(also.new, _all_ids(also.new), one.source, about.source)
            changes.append(replace(also, new=beside, about=about))
        layers = [each.new.layer for each in changes]
        if unsearched(view.pack, seen):
            layers.append(COVERAGE)
        signature = Signature(author, reason, parent, tuple(dict.fromkeys(layers)))
        made = working.changed(view, changes, signature, parent)
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return
    said = t("data.in_use", layer=t(f"layer.{one.new.layer}"), version=made.id)
    finished(said)


def _all_ids(new: Candidate) -> set[str]:
    return set(new.require_valid()["area_id"].astype("str"))


def finished(said: str, forget: Callable[[], None] | None = None) -> None:
    """Begin anew on the new pack, and say what has been done; `forget` what it was made of."""

    def note() -> None:
        if forget is not None:
            forget()
        state.announce(said)
        st.session_state["data_round"] = st.session_state.get("data_round", 0) + 1

    # Also where Stop was pressed too late: it is in use by now.
    waiting.surely(note)
    plots.expect(cache.current_pack()[0])
    st.rerun()
