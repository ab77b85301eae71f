"""The history of the list: every entry with time, name and reason, what it changed, and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.ledger.entries import EntryKind
from geo.ledger.fields import VALUES
from layers.app import login, texts
from layers.app.texts import NORWAY, t
from layers.projects.edit import forget, shown
from layers.projects.form import label
from layers.projects.listing import choose
from layers.widgets import tables

if TYPE_CHECKING:
    from geo.ledger.entries import Entry
    from geo.ledger.store import Ledger
    from geo.pack.read import Pack

MOST: Final = 200  # entries of the whole list on screen; the download has all


def of_project(ledger: Ledger, project_id: str, *, may_write: bool) -> None:
    """Show the entries of one project, newest first, and let the newest be undone."""
    entries = ledger.history(project_id)
    if not entries:
        st.info(t("projects.gone"), icon=":material/help:")
        return
    rows = [
        {
            t("history.at"): when(entry),
            t("history.author"): author(entry),
            t("history.kind"): t(f"history.kind_{entry.kind.value}"),
            t("history.change"): changes(before, entry),
            t("history.reason"): reason(entry),
        }
        for entry, before in zip(entries, [*entries[1:], None], strict=True)
    ]
    tables.plain(pd.DataFrame(rows), len(rows))
    if may_write and len(entries) > 1:
        _undo(ledger, entries[0])


def latest(ledger: Ledger, pack: Pack) -> None:
    """Show the newest entries of the whole list; picking one opens its project."""
    entries = ledger.history(limit=MOST)
    if not entries:
        st.info(t("history.none"), icon=":material/info:")
        return
    table = pd.DataFrame(
        {
            t("history.at"): [when(entry) for entry in entries],
            t("table.project"): [
                texts.of_pack(entry.values["name"], pack.directory) for entry in entries
            ],
            t("history.author"): [author(entry) for entry in entries],
            t("history.kind"): [t(f"history.kind_{entry.kind.value}") for entry in entries],
            t("history.reason"): [reason(entry) for entry in entries],
        }
    )

    def pick(place: int) -> None:
        choose(entries[place].project_id)
        st.rerun()

    tables.show(table, {}, key="history_table", on_select=pick)


def author(entry: Entry) -> str:
    """Who made an entry; the first ones are the program's, and it is named in the language."""
    seeded = entry.kind is EntryKind.SEEDED
    return texts.again("ledger.seed_author", entry.author) if seeded else entry.author


def reason(entry: Entry) -> str:
    """Why an entry was made, as `author`."""
    seeded = entry.kind is EntryKind.SEEDED
    return texts.again("ledger.seed_reason", entry.reason) if seeded else entry.reason


def when(entry: Entry) -> str:
    """Time of an entry as clocks in Norway show it."""
    return entry.at.astimezone(NORWAY).strftime("%d.%m.%Y %H:%M")


def changes(before: Entry | None, entry: Entry) -> str:
    """What an entry changed, in words: field, old → new."""
    if entry.removed or entry.kind is EntryKind.RESTORED or before is None:
        return ""
    parts = [
        f"{label(name)}: {shown(name, before.values[name])} → {shown(name, entry.values[name])}"
        for name in VALUES
        if before.values[name] != entry.values[name]
    ]
    if (before.geometry is None) != (entry.geometry is None) or (
        before.geometry is not None
        and entry.geometry is not None
        and not before.geometry.equals_exact(entry.geometry)
    ):
        parts.append(t("history.place_changed"))
    return "; ".join(parts)


def _undo(ledger: Ledger, entry: Entry) -> None:
    with st.expander(t("history.undo"), icon=":material/undo:"):
        st.caption(t("history.undo_help", at=when(entry), author=texts.plain(author(entry))))
        given = st.text_input(label("reason"), key=f"undo.{entry.seq}")
        if not st.button(t("history.undo_button"), key=f"undo_button.{entry.seq}"):
            return
        try:
            ledger.undo(entry.seq, author=login.require_writer().author, reason=given)
        except NaeringsarealError as error:
            st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
            return
        forget(entry.project_id)
        st.rerun()
