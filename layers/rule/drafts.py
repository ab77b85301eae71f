"""Scenarios at hand: those that are saved with the list, and those that live in this session."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.growth.scenario import Override, Overrides, from_json
from geo.ledger.fields import NONE
from geo.ledger.scenarios import Scenario, Scenarios
from geo.schema.text import required
from layers.app import cache, login, texts
from layers.app.kept import draft as kept_draft
from layers.rule import data
from layers.rule.data import AS_LISTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

    from layers.app.shell import View

PART: Final = "rule"  # of what is kept for a link
_DRAFTS: Final = "rule_drafts"
_LAID_OUT: Final = "rule_laid_out"

# Columns of the table in which a scenario is edited.
IN, NAME, JOBS, BASIS = "included", "name", "jobs", "basis"
YEAR, STATUS = "year", "status"


@dataclass(frozen=True)
class Draft:
    """
    A scenario as this session has it.

    Attributes
    ----------
    name
        Its name.
    begun
        What it assumed when it was opened.
    overrides
        What it assumes now.
    revision
        The saved revision that it was opened from; 0 where it has not been saved.
    seq
        Newest entry of the list when it was made.
    """

    name: str
    begun: Overrides = AS_LISTED
    overrides: Overrides = AS_LISTED
    revision: int = 0
    seq: int = 0

    @property
    def changed(self) -> bool:
        """Whether something here is not saved."""
        return self.revision == 0 or self.overrides != self.begun


def follow() -> str | None:
    """Take over the drafts that a link brings; returns the one that was being edited."""
    values = kept_draft.opened(PART)
    brought = None if values is None else values.get("drafts")
    if values is None or not isinstance(brought, dict):
        return None
    mine = st.session_state.setdefault(_DRAFTS, {})
    for name, one in brought.items():
        try:
            found = Draft(
                required("scenario", name),
                from_json(str(one["begun"])),
                from_json(str(one["overrides"])),
                int(one["revision"]),
                int(one["seq"]),
            )
        except (NaeringsarealError, KeyError, TypeError, ValueError):
            continue  # of an older program: what cannot be read is not there
        mine[found.name] = found
    edited = values.get("edited")
    return edited if edited in mine else None


def keep_all(edited: str | None) -> None:
    """Keep what is not saved for whoever opens the page's link."""
    mine: dict[str, Draft] = st.session_state.get(_DRAFTS, {})
    unsaved = {
        name: {
            "begun": one.begun.as_json(),
            "overrides": one.overrides.as_json(),
            "revision": one.revision,
            "seq": one.seq,
        }
        for name, one in mine.items()
        if one.changed
    }
    if unsaved:
        kept_draft.put(PART, {"drafts": unsaved, "edited": edited})
    else:
        kept_draft.drop(PART)


def laid_out(draft: Draft, editor: str) -> Overrides:
    """
    Return what the table `editor` is laid out from: edits are laid on it for as long as it lives.

    Where it is drawn anew, after another page or in another language, it begins from all edits.
    """
    of, shown = st.session_state.get(_LAID_OUT, (None, draft.begun))
    begins: Overrides = shown
    if of != editor or editor not in st.session_state:
        begins = draft.overrides
    st.session_state[_LAID_OUT] = (editor, begins)
    return begins


def saved(view: View) -> tuple[Scenario, ...]:
    """
    Return the scenarios that are saved with the list.

    Raises
    ------
    LedgerError
        If the ledger cannot be read.
    """
    store = _store(view)
    return store.list() if store else ()


def at_hand(view: View) -> dict[str, Draft]:
    """
    Return all scenarios by name: this session's own, else as they are saved.

    Raises
    ------
    LedgerError, ParameterError
        If they cannot be read.
    """
    mine: dict[str, Draft] = st.session_state.setdefault(_DRAFTS, {})
    found = {one.name: _opened(one) for one in saved(view)}
    for name in [name for name, draft in mine.items() if not draft.changed]:
        del mine[name]  # as it is saved, or was: the newest is shown
    return dict(sorted((found | mine).items()))


def begin(view: View, name: str) -> Draft:
    """
    Begin a scenario as a copy of the list.

    Raises
    ------
    FieldError
        If the name is blank or cannot be stored.
    """
    at = view.version.ledger
    draft = Draft(required("scenario", name), seq=at.seq if at else 0)
    keep(draft)
    return draft


def keep(draft: Draft) -> None:
    """Keep a scenario in this session."""
    st.session_state.setdefault(_DRAFTS, {})[draft.name] = draft


def forget(name: str) -> None:
    """Drop what this session has of a scenario; what is saved stays."""
    st.session_state.setdefault(_DRAFTS, {}).pop(name, None)


def save(view: View, draft: Draft, name: str) -> Scenario:
    """
    Save a scenario over its own revision, or as a new one under another name.

    Raises
    ------
    WriteRefusedError
        If this person may not write.
    ScenarioConflictError, LedgerError
        If somebody else has saved or removed it since, or the name is taken.
    FieldError
        If the name cannot be stored.
    """
    writer = login.require_writer()
    store = _store(view)
    assert store is not None, "there is a list, or nothing to save in"
    name = required("scenario", name)
    done = store.save(
        name,
        json.loads(draft.overrides.as_json()),
        author=writer.author,
        ledger_seq=draft.seq,
        base_revision=draft.revision if name == draft.name else 0,
    )
    forget(draft.name)
    return done


def remove(view: View, draft: Draft) -> None:
    """
    Remove a saved scenario for good, and this session's copy.

    Raises
    ------
    WriteRefusedError, ScenarioConflictError, LedgerError
        As in `save`.
    """
    login.require_writer()
    store = _store(view)
    if store is not None and draft.revision:
        store.remove(draft.name, base_revision=draft.revision)
    forget(draft.name)


def table(view: View, overrides: Overrides) -> DataFrame:
    """
    Return the list's projects as a scenario has them, in the columns that can be edited.

    Not to be changed. Indexed by project_id: included, name, jobs (completed from floor area, else
    the middle of an estimate; NaN unknown), basis, year and status.
    """

    def compute() -> DataFrame:
        frame = data.state(view, overrides).frame.drop_duplicates("id").set_index("id")
        names = data.names(view)
        rows = frame.loc[names.index]
        return pd.DataFrame(
            {
                IN: rows["effect"] != NONE,
                NAME: names,
                JOBS: rows["jobs"].round(2),
                BASIS: [texts.term("basis", basis) for basis in rows["basis"]],
                YEAR: rows["year"],
                STATUS: rows["status"],
            }
        )

    key = ("editor", view.version, texts.language(), view.pack.directory, overrides.as_json())
    return cache.answer(key, compute)


def edited(view: View, begun: Overrides, shown: DataFrame, now: DataFrame) -> Overrides:
    """
    Return a scenario with the edits of a table: `shown` as it was laid out, `now` as it is left.

    A cell that is emptied, or set to what the list has, follows the list again.

    Raises
    ------
    FieldError
        If a value cannot stand in the list.
    """
    listed = table(view, AS_LISTED)
    changes = dict(begun.changes)
    for column in (IN, JOBS, YEAR, STATUS):
        for project_id in shown.index[_differs(shown[column], now[column])]:
            old = changes.get(project_id, Override())
            value = _plain(now.loc[project_id, column])
            if column != IN and value == _plain(listed.loc[project_id, column]):
                value = None
            new: dict[str, Any] = {column: value}
            changes[project_id] = replace(old, **new)
    kept = {name: one for name, one in changes.items() if one != Override()}
    return replace(begun, changes=kept)


def _differs(one: pd.Series, other: pd.Series) -> pd.Series:
    same = one.eq(other).astype("boolean").fillna(value=False) | (one.isna() & other.isna())
    return ~same.astype(bool)


def _plain(value: Any) -> bool | float | int | str | None:  # noqa: ANN401  # a cell
    if pd.isna(value):
        return None
    plain: bool | float | int | str = value.item() if hasattr(value, "item") else value
    return plain


def _opened(one: Scenario) -> Draft:
    overrides = _read(one.overrides)
    return Draft(one.name, overrides, overrides, one.revision, one.ledger_seq)


def _read(overrides: Mapping[str, Any]) -> Overrides:
    return from_json(json.dumps(dict(overrides)))


def _store(view: View) -> Scenarios | None:
    ledger = view.book.ledger
    return Scenarios(ledger.engine, ledger.municipality_no) if ledger else None
