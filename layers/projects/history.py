"""The history of the list of projects: what each entry changed, and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.ledger.fields import VALUES
from layers.app import texts
from layers.app.texts import t
from layers.projects.edit import shown
from layers.projects.listing import choose
from layers.projects.unsaved import FORMS
from layers.widgets import entry_history
from layers.widgets.entry_history import Historian

if TYPE_CHECKING:
    from geo.ledger.store import Ledger
    from geo.pack.read import Pack


def of_project(ledger: Ledger, project_id: str, *, may_write: bool) -> None:
    """Show the entries of one project, newest first, and let the newest be undone."""
    historian = Historian(
        fields=VALUES,
        shown=shown,
        undo=lambda seq, author, reason: ledger.undo(seq, author=author, reason=reason),
        forms=FORMS,
    )
    entries = ledger.history(project_id)
    historian.of_one(entries, may_write=may_write, gone=t("projects.gone"))


def latest(ledger: Ledger, pack: Pack) -> None:
    """Show the newest entries of the whole list; picking one opens its project."""
    entries = ledger.history(limit=entry_history.MOST)

    def pick(place: int) -> None:
        choose(entries[place].project_id)
        st.rerun()

    names = [texts.of_pack(entry.values["name"], pack.directory) for entry in entries]
    entry_history.latest(entries, t("table.project"), names, pick, key="history_table")
