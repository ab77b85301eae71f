"""The history of the register: what each entry changed, and undo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.register.fields import FIELDS
from layers.app.texts import t
from layers.register.listing import choose
from layers.register.unsaved import FORMS
from layers.widgets import entry_history
from layers.widgets import site_words as words
from layers.widgets.entry_history import Historian

if TYPE_CHECKING:
    from geo.register.store import Register
    from layers.app.shell import View


def of_site(view: View, register: Register, site_id: str, *, may_write: bool) -> None:
    """Show the entries of one site, newest first, and let the newest be undone."""
    historian = Historian(
        fields=[name for name in FIELDS if name != "site_id"],
        shown=partial(words.value, view),
        undo=lambda seq, author, reason: register.undo(seq, author=author, reason=reason),
        forms=FORMS,
    )
    historian.of_one(register.history(site_id), may_write=may_write, gone=t("register.gone"))


def latest(register: Register) -> None:
    """Show the newest entries of the whole register; picking one opens its site."""
    entries = register.history(limit=entry_history.MOST)

    def pick(place: int) -> None:
        choose(entries[place].site_id)
        st.rerun()

    names = [str(entry.values["name"]) for entry in entries]
    entry_history.latest(entries, t("register.site"), names, pick, key="register_history")
