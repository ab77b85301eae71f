"""The history of a list: every entry with time, name and reason, what it changed, and undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.ledger.entries import EntryKind
from layers.app import login, texts
from layers.app.texts import NORWAY, t
from layers.widgets import tables
from layers.widgets.entries import forget, refused
from layers.widgets.form_fields import label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.ledger.entries import Entry
    from layers.app.kept.forms import Forms

MOST: Final = 200  # entries of the whole list on screen; the download has all


@dataclass(frozen=True, kw_only=True)
class Historian:
    """
    How the entries of one list are told.

    Attributes
    ----------
    fields
        Names of what is told of a change, in their order.
    shown
        Writes the value of a field for people.
    undo
        Takes an entry (number) back, with author and reason.
    forms
        Forms of the list: that of the entry begins anew after an undo.
    """

    fields: Sequence[str]
    shown: Callable[[str, object], str]
    undo: Callable[[int, str, str], object]
    forms: Forms

    def of_one(self, entries: Sequence[Entry], *, may_write: bool, gone: str) -> None:
        """Show all entries of one, newest first, and let the newest be undone."""
        if not entries:
            st.info(gone, icon=":material/help:")
            return
        rows = [
            {
                t("history.at"): when(entry),
                t("history.author"): author(entry),
                t("history.kind"): t(f"history.kind_{entry.kind.value}"),
                t("history.change"): self.changes(before, entry),
                t("history.reason"): reason(entry),
            }
            for entry, before in zip(entries, [*entries[1:], None], strict=True)
        ]
        tables.plain(pd.DataFrame(rows), len(rows))
        if may_write and len(entries) > 1:
            self._undo(entries[0])

    def changes(self, before: Entry | None, entry: Entry) -> str:
        """Say what an entry changed: field, old → new."""
        if entry.removed or entry.kind == EntryKind.RESTORED or before is None:
            return ""
        parts = [
            f"{label(name)}: {self.shown(name, before.values[name])}"
            f" → {self.shown(name, entry.values[name])}"
            for name in self.fields
            if before.values[name] != entry.values[name]
        ]
        if (before.geometry is None) != (entry.geometry is None) or (
            before.geometry is not None
            and entry.geometry is not None
            and not before.geometry.equals_exact(entry.geometry)
        ):
            parts.append(t("history.place_changed"))
        return "; ".join(parts)

    def _undo(self, entry: Entry) -> None:
        with st.expander(t("history.undo"), icon=":material/undo:"):
            st.caption(t("history.undo_help", at=when(entry), author=texts.plain(author(entry))))
            given = st.text_input(label("reason"), key=f"undo.{entry.seq}")
            if not st.button(t("history.undo_button"), key=f"undo_button.{entry.seq}"):
                return
            try:
                self.undo(entry.seq, login.require_writer().author, given)
            except NaeringsarealError as error:
                refused(error)
                return
            forget(self.forms, entry.project_id)
            st.rerun()


def latest(
    entries: Sequence[Entry],
    heading: str,
    names: Sequence[str],
    pick: Callable[[int], None],
    key: str,
) -> None:
    """Show the newest entries of a whole list; `pick` gets the place of the one picked."""
    if not entries:
        st.info(t("history.none"), icon=":material/info:")
        return
    table = pd.DataFrame(
        {
            t("history.at"): [when(entry) for entry in entries],
            heading: names,
            t("history.author"): [author(entry) for entry in entries],
            t("history.kind"): [t(f"history.kind_{entry.kind.value}") for entry in entries],
            t("history.reason"): [reason(entry) for entry in entries],
        }
    )
    tables.show(table, {}, key=key, on_select=pick)


def author(entry: Entry) -> str:
    """Who made an entry; the first ones are the program's, and it is named in the language."""
    seeded = entry.kind == EntryKind.SEEDED
    return texts.again("ledger.seed_author", entry.author) if seeded else entry.author


def reason(entry: Entry) -> str:
    """Why an entry was made, as `author`."""
    seeded = entry.kind == EntryKind.SEEDED
    return texts.again("ledger.seed_reason", entry.reason) if seeded else entry.reason


def when(entry: Entry) -> str:
    """Time of an entry as clocks in Norway show it."""
    return entry.at.astimezone(NORWAY).strftime("%d.%m.%Y %H:%M")
