"""The fields of an entry in a list as a form: what is typed stays, and is sent by one button."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.schema.text import LIMITS, LINE, TEXT
from layers.app import texts
from layers.app.kept import leaving, store
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pandas import Series
    from streamlit.delta_generator import DeltaGenerator

    from layers.app.kept.forms import Form


_EARLIEST: Final = dt.date(1990, 1, 1)


@dataclass(frozen=True)
class Filled:
    """What was sent: the values of all fields, and why."""

    values: Mapping[str, Any]
    reason: str


def label(name: str) -> str:
    """Return a field's name as a heading."""
    word = t(f"field.{name}")
    return word[:1].upper() + word[1:]


def sent(form: Form) -> Filled | None:
    """Return what was sent of a form, once."""
    found: Filled | None = st.session_state.pop(f"{form.key}.sent", None)
    return found


class Fields:
    """
    The fields of one form; each begins from what was typed before, else what the list has.

    Parameters
    ----------
    row
        The entry in the list; None for a new one.
    form
        Tells the widgets of one entry and revision from those of another: what is typed stays
        while others change the list.
    helped
        Fields whose help is the text ``form.NAME_help``.
    """

    def __init__(self, row: Series | None, form: Form, helped: Collection[str] = ()) -> None:
        self.row = row
        self.form = form
        self.helped = frozenset(helped)
        self.first: dict[str, Any] = {}  # what the list has, by field

    def line(
        self,
        name: str,
        *,
        kind: str = LINE,
        example: str | None = None,
        column: DeltaGenerator | None = None,
    ) -> str:
        """Show a field for a text of one line."""
        typed = (column or st).text_input(
            label(name),
            value=self._begun_text(name, kind),
            max_chars=LIMITS[kind],
            key=self._key(name),
            help=self._help(name),
            placeholder=None if example is None else t(example),
        )
        return str(typed or "")

    def area(
        self,
        name: str,
        height: int = 80,
        *,
        example: str | None = None,
        column: DeltaGenerator | None = None,
    ) -> str:
        """Show a field for a text of several lines."""
        typed = (column or st).text_area(
            label(name),
            value=self._begun_text(name, TEXT),
            max_chars=LIMITS[TEXT],
            key=self._key(name),
            height=height,
            help=self._help(name),
            placeholder=None if example is None else t(example),
        )
        return str(typed or "")

    def select(
        self,
        column: DeltaGenerator,
        name: str,
        known: Sequence[str],
        present: str = "",
        labels: Mapping[str, str] | None = None,
        *,
        placeholder: str | None = None,
    ) -> str | None:
        """
        Show a choice of one; a value that is none of the known ones stays: opening loses nothing.

        Parameters
        ----------
        present
            What the list has; none where it is empty.
        labels
            What each is called; by default the terms of the field.
        """
        choices = [*known] if present in ("", *known) else [present, *known]

        def written(value: str) -> str:
            return texts.term(name, value) if labels is None else labels.get(value, value)

        chosen: str | None = column.selectbox(
            label(name),
            choices,
            index=self.begun_choice(name, choices, present or None),
            format_func=written,
            placeholder=placeholder or t("unknown"),
            key=self._key(name),
            help=self._help(name),
        )
        return chosen

    def number(
        self,
        column: DeltaGenerator,
        name: str,
        step: float = 1.0,
        *,
        least: float = 0.0,
        most: float | None = None,
        whole: bool = False,
    ) -> Any:  # noqa: ANN401  # int or float
        """Show a field for a number that may be unknown."""
        kind = int if whole else float
        self.first[name] = _number(self.row, name, kind)

        def fits(value: object) -> bool:
            if value is None:
                return True
            number = isinstance(value, kind) and not isinstance(value, bool)
            return number and value >= least and (most is None or value <= most)  # type: ignore[operator]  # a number, by the line above

        return column.number_input(
            label(name),
            min_value=kind(least),
            max_value=None if most is None else kind(most),
            value=self.form.begun(name, self.first[name], fits),
            step=kind(step),
            format="%d" if whole else "%g",
            placeholder=t("unknown"),
            key=self._key(name),
            help=self._help(name),
        )

    def day(self, column: DeltaGenerator, name: str) -> str | None:
        """Show a field for a day that may be unknown; returns it as ISO 8601."""
        self.first[name] = text_of(self.row, name) or None
        begun = self.form.begun(name, self.first[name], _is_day)
        day = column.date_input(
            label(name),
            value=None if begun is None else dt.date.fromisoformat(begun),
            min_value=_EARLIEST,
            max_value=dt.datetime.now(texts.NORWAY).date(),
            format="DD.MM.YYYY",
            key=self._key(name),
            help=self._help(name),
        )
        return None if day is None else day.isoformat()

    def switch(self, name: str) -> bool:
        """Show a field that is on or off."""
        self.first[name] = self.row is not None and bool(self.row[name])
        return st.toggle(
            label(name),
            value=self.form.begun(name, self.first[name], lambda value: isinstance(value, bool)),
            key=self._key(name),
            help=self._help(name),
        )

    def begun_choice(self, name: str, choices: Sequence[str], first: str | None) -> int | None:
        """Return the place of one of the choices; None where nothing is chosen."""
        self.first[name] = first
        begun = self.form.begun(name, first, lambda value: value is None or value in choices)
        return None if begun is None else choices.index(begun)

    def end(self, values: Mapping[str, Any], send: str, *, example: str) -> None:
        """Ask for the reason, and show the buttons that send the form and give it up."""
        reason = st.text_input(
            label("reason"),
            value=self._begun_text("reason", LINE),
            max_chars=LIMITS[LINE],
            key=self._key("reason"),
            placeholder=t(example),
        )
        form, first = self.form, self.first
        form.note({name: _told(st.session_state[self._key(name)]) for name in first}, first)
        left, away = st.columns([3, 2], vertical_alignment="center")
        sends = left.button(send, type="primary", icon=":material/save:", key=self._key("send"))
        if form.changed:
            st.caption(t("form.unsaved", hours=store.HOURS) if form.kept else t("form.unkept"))
            if not form.kept:
                leaving.would_lose()
            if away.button(t("form.discard"), icon=":material/undo:", key=self._key("discard")):
                form.forms.drop(form.of)
                st.rerun()
        if sends:
            st.session_state[f"{form.key}.sent"] = Filled(values, reason)
            st.rerun()

    def _begun_text(self, name: str, kind: str) -> str:
        """Return a text of no more signs than the field has room for."""
        first = text_of(self.row, name) if name != "reason" else ""
        self.first[name] = first
        return self.form.begun(
            name,
            first,
            lambda value: isinstance(value, str) and len(value) <= LIMITS[kind],
        )

    def _key(self, name: str) -> str:
        return f"{self.form.key}.{name}"

    def _help(self, name: str) -> str | None:
        return t(f"form.{name}_help") if name in self.helped else None


def text_of(row: Series | None, name: str) -> str:
    """Return a text of an entry; empty where there is none."""
    value = None if row is None else row[name]
    return "" if pd.isna(value) else str(value)


def _told(value: Any) -> Any:  # noqa: ANN401  # what a widget holds
    """Return a value as a draft and a list hold it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _is_day(value: object) -> bool:
    if value is None:
        return True
    try:
        day = dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return _EARLIEST <= day <= dt.datetime.now(texts.NORWAY).date()


def _number(row: Series | None, name: str, kind: type) -> Any:  # noqa: ANN401  # int or float
    value = None if row is None else row[name]
    return None if pd.isna(value) else kind(value)
