"""Writing to the list of projects: its form, what to think about before, and how it is saved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.ledger import duplicates
from geo.ledger.entries import Keep
from geo.schema.layers import POINT, POLYGON
from layers.app import address, login, texts
from layers.app.kept.forms import NEW, Form
from layers.app.ledger import current_state
from layers.app.texts import t
from layers.maps import place
from layers.projects import form, listing
from layers.projects.unsaved import FORMS
from layers.widgets.entries import Desk, Pending

if TYPE_CHECKING:
    from pandas import DataFrame

    from geo.ledger.entries import Entry
    from geo.ledger.store import Ledger
    from layers.app.shell import View

_WAYS: Final = (place.DRAWN, place.ZONE, place.FILE, place.NOWHERE)


def new(view: View, ledger: Ledger) -> None:
    """Show the form of a new project."""
    st.header(t("projects.new"))
    _form(view, _desk(view, ledger), None, None)


def existing(view: View, ledger: Ledger, project_id: str) -> None:
    """Show the form of a project that is there."""
    state = current_state(view.pack, view.version.ledger, ledger)
    row = state[state["project_id"] == project_id]
    if row.empty:
        st.warning(t("projects.gone"), icon=":material/help:")
        return
    desk = _desk(view, ledger)
    base, before = desk.begin(project_id, int(row["revision"].iloc[0]), row)
    _form(view, desk, base, before)
    desk.removal(project_id, base, title=t("projects.remove"), help=t("projects.remove_help"))


def _form(view: View, desk: Desk, base: int | None, before: DataFrame | None) -> None:
    row = None if before is None else before.iloc[0]
    one = Form(NEW if row is None else str(row["project_id"]), FORMS, base or 0)
    where, words = st.columns([5, 7], gap="large")  # in a narrow window the form comes last
    with where:
        geometry = place.chooser(view, before, one, ways=_WAYS, allowed=POINT | POLYGON)
    with words:
        filled = form.fill(view, row, one)
    if filled:
        desk.send(Pending(one.of, base, filled.values, geometry, filled.reason))
    desk.settle(one.of)


def _desk(view: View, ledger: Ledger) -> Desk:
    return Desk(
        forms=FORMS,
        save=partial(_save, ledger),
        remove=lambda of, base, author, reason: ledger.remove(
            of, base_revision=base, author=author, reason=reason
        ),
        choose=_choose,
        shown=shown,
        warnings=partial(_warnings, view, ledger),
    )


def _choose(project_id: str | None) -> None:
    listing.choose(project_id)
    address.keep("new", None)


def _save(ledger: Ledger, pending: Pending) -> tuple[str, str]:
    author = login.require_writer().author
    signed = {"author": author, "reason": pending.reason}
    if pending.base is None:
        geometry = None if isinstance(pending.geometry, Keep) else pending.geometry
        entry = ledger.add(pending.values, geometry, **signed)
    else:
        entry = ledger.change(
            pending.of,
            pending.values,
            base_revision=pending.base,
            geometry=pending.geometry,
            **signed,
        )
    return entry.project_id, str(entry.values["name"])


def _warnings(view: View, ledger: Ledger, pending: Pending) -> list[duplicates.Warning]:
    state = current_state(view.pack, view.version.ledger, ledger)
    geometry = pending.geometry
    if isinstance(geometry, Keep):
        own = state[state["project_id"] == pending.of]
        geometry = None if own.empty else own.geometry.iloc[0]
    inside = view.pack.municipality.geometry.union_all() if view.pack.has("municipality") else None
    return duplicates.warnings(
        pending.values,
        geometry,
        state,
        own_id=pending.of or None,
        removed=_removed(ledger),
        municipality=inside,
    )


def _removed(ledger: Ledger) -> list[Entry]:
    newest = {entry.project_id: entry for entry in reversed(ledger.history())}
    return [entry for entry in newest.values() if entry.removed]


def shown(name: str, value: object) -> str:
    """Write a field's value for people."""
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return t("unknown")
    if name in {"status", "effect"}:
        return texts.term(name, value)
    if isinstance(value, int | float):
        return str(int(value)) if name == "year" else texts.num(value)
    return str(value)
