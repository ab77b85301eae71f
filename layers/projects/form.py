"""A project's fields as a form, and what becomes of it: warnings, saving, and conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.ledger import fields
from geo.schema import layers as schema
from geo.schema.text import LIMITS, LINE, TEXT
from layers.app import cache, texts
from layers.app.kept import leaving, store
from layers.app.texts import t, zone_names
from layers.projects import unsaved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import Series
    from streamlit.delta_generator import DeltaGenerator

    from layers.app.shell import View
    from layers.projects.unsaved import Form

AUTOMATIC: Final = "auto"  # the effect follows from the status
# Step of each number's buttons.
_STEPS: Final = {"gross_area_m2": 100.0, "site_area_m2": 1000.0, "accuracy_m": 50.0}
_AREAS: Final = ("gross_area_m2", "site_area_m2")
_JOBS: Final = ("jobs_low", "jobs", "jobs_high", "jobs_lost")
_HELPED: Final = ("gross_area_m2", "site_area_m2", "jobs_lost")  # fields whose help is a text


@dataclass(frozen=True)
class Filled:
    """What was sent: the values of all fields, and why."""

    values: Mapping[str, Any]
    reason: str


def fill(view: View, row: Series | None, form: Form) -> Filled | None:
    """
    Show the form of a project, or of a new one, and return it when it is sent.

    What is typed is remembered from field to field, and a change of one runs the form alone anew.

    Parameters
    ----------
    row
        The project in the ledger; None for a new one.
    form
        Tells the widgets of one project and revision from those of another: what is typed stays
        while others change the list.
    """
    _fields(view, row, form)
    sent: Filled | None = st.session_state.pop(f"{form.key}.sent", None)
    return sent


@st.fragment
def _fields(view: View, row: Series | None, form: Form) -> None:
    start = _Start(row, form)
    values: dict[str, Any] = {"name": _line("name", start)}
    values |= _choices(view, start)
    values |= _numbers(_AREAS, start)
    values |= _area_kind_and_year(start)
    values |= _numbers(_JOBS, start)
    left, right = st.columns(2)
    with left:
        values["jobs_source"] = _line(
            "jobs_source", start, helped=True, example="form.jobs_source_example"
        )
    values |= _numbers(("accuracy_m",), start, places=[right])
    left, right = st.columns(2)
    with left:
        values["source"] = _line("source", start, kind=TEXT)
    with right:
        values["case_ref"] = _line("case_ref", start)
    values["note"] = st.text_area(
        label("note"),
        value=start.text("note", TEXT),
        max_chars=LIMITS[TEXT],
        key=f"{form.key}.note",
        height=80,
    )
    reason = st.text_input(
        label("reason"),
        value=start.text("reason"),
        max_chars=LIMITS[LINE],
        key=f"{form.key}.reason",
        placeholder=t("form.reason_example"),
    )
    form.note({name: st.session_state[f"{form.key}.{name}"] for name in start.first}, start.first)
    send, away = st.columns([3, 2], vertical_alignment="center")
    sent = send.button(
        t("form.save" if row is not None else "form.add"),
        type="primary",
        icon=":material/save:",
        key=f"{form.key}.send",
    )
    if form.changed:
        st.caption(t("form.unsaved", hours=store.HOURS) if form.kept else t("form.unkept"))
        if not form.kept:
            leaving.would_lose()
        if away.button(t("form.discard"), icon=":material/undo:", key=f"{form.key}.discard"):
            unsaved.drop(form.of)
            st.rerun()
    if sent:
        st.session_state[f"{form.key}.sent"] = Filled(values, reason)
        st.rerun()


class _Start:
    """What fields begin from: what was typed before, else what the ledger has."""

    def __init__(self, row: Series | None, form: Form) -> None:
        self.row = row
        self.form = form
        self.key = form.key
        self.first: dict[str, Any] = {}  # what the ledger has, by field

    def text(self, name: str, kind: str = LINE) -> str:
        """Return a text of no more signs than the field has room for."""
        first = _text(self.row, name) if name != "reason" else ""
        self.first[name] = first
        return self.form.begun(
            name,
            first,
            lambda value: isinstance(value, str) and len(value) <= LIMITS[kind],
        )

    def choice(self, name: str, choices: Sequence[str], first: str | None) -> int | None:
        """Return the place of one of the choices; None where nothing is chosen."""
        self.first[name] = first
        begun = self.form.begun(name, first, lambda value: value is None or value in choices)
        return None if begun is None else choices.index(begun)

    def number(self, name: str, kind: type, least: float, most: float | None = None) -> Any:  # noqa: ANN401  # int or float
        """Return a number of this kind within the limits, or None."""
        self.first[name] = _number(self.row, name, kind)

        def fits(value: object) -> bool:
            if value is None:
                return True
            number = isinstance(value, kind) and not isinstance(value, bool)
            return number and value >= least and (most is None or value <= most)  # type: ignore[operator]  # a number, by the line above

        return self.form.begun(name, self.first[name], fits)


def label(name: str) -> str:
    """Return a field's name as a heading."""
    word = t(f"field.{name}")
    return word[:1].upper() + word[1:]


def _line(
    name: str,
    start: _Start,
    *,
    kind: str = LINE,
    helped: bool = False,
    example: str | None = None,
) -> str:
    return str(
        st.text_input(
            label(name),
            value=start.text(name, kind),
            max_chars=LIMITS[kind],
            key=f"{start.key}.{name}",
            help=t(f"form.{name}_help") if helped else None,
            placeholder=None if example is None else t(example),
        )
        or ""
    )


def _choices(view: View, start: _Start) -> dict[str, Any]:
    columns = [*st.columns(2), *st.columns(2)]
    row = start.row
    now = _text(row, "status") or (fields.IDEA if row is None else "")
    status = _select(columns[0], "status", list(fields.STATUSES), now, start)
    effect = _text(row, "effect")
    follows = row is None or effect == fields.EFFECT_OF_STATUS.get(now or None)
    effects = [AUTOMATIC, *schema.EFFECTS]
    chosen = columns[1].selectbox(
        label("effect"),
        effects,
        index=start.choice("effect", effects, AUTOMATIC if follows else effect) or 0,
        format_func=lambda name: (
            t("form.effect_auto") if name == AUTOMATIC else texts.term("effect", name)
        ),
        key=f"{start.key}.effect",
        help=t("form.effect_help"),
    )
    zones = zone_names(view.pack)
    norms = cache.standard_norms()
    english = texts.language() == "en"
    labels = {name: norm.label_en if english else norm.label for name, norm in norms.items()}
    zone, kind = _text(row, "zone_id"), _text(row, "business_type")
    return {
        "status": status,
        "effect": fields.EFFECT_OF_STATUS[status] if chosen == AUTOMATIC else chosen,
        "zone_id": _select(columns[2], "zone_id", list(zones), zone, start, zones),
        "business_type": _select(columns[3], "business_type", list(labels), kind, start, labels),
    }


def _select(
    column: DeltaGenerator,
    name: str,
    known: list[str],
    present: str,
    start: _Start,
    labels: Mapping[str, str] | None = None,
    *,
    helped: bool = False,
) -> str | None:
    # A value that is none of the known ones stays a choice: it is not lost by opening the form.
    choices = known if present in ("", *known) else [present, *known]

    def written(value: str) -> str:
        return texts.term(name, value) if labels is None else labels.get(value, value)

    chosen: str | None = column.selectbox(
        label(name),
        choices,
        index=start.choice(name, choices, present or None),
        format_func=written,
        placeholder=t("unknown"),
        key=f"{start.key}.{name}",
        help=t(f"form.{name}_help") if helped else None,
    )
    return chosen


def _area_kind_and_year(start: _Start) -> dict[str, Any]:
    left, right = st.columns(2)
    present = _text(start.row, "area_kind")
    kind = _select(left, "area_kind", list(schema.AREA_KINDS), present, start, helped=True)
    year = right.number_input(
        label("year"),
        min_value=fields.FIRST_YEAR,
        max_value=fields.LAST_YEAR,
        value=start.number("year", int, fields.FIRST_YEAR, fields.LAST_YEAR),
        step=1,
        format="%d",
        placeholder=t("unknown"),
        key=f"{start.key}.year",
        help=t("form.year_help"),
    )
    return {"area_kind": kind, "year": year}


def _numbers(
    names: tuple[str, ...], start: _Start, places: Sequence[DeltaGenerator] | None = None
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    # In pairs: room for the numbers between the buttons.
    columns = places or [column for _ in names[::2] for column in st.columns(2)]
    for column, name in zip(columns, names, strict=True):
        values[name] = column.number_input(
            label(name),
            min_value=0.0,
            value=start.number(name, float, 0.0),
            step=_STEPS.get(name, 1.0),
            format="%g",
            placeholder=t("unknown"),
            key=f"{start.key}.{name}",
            help=t(f"form.{name}_help") if name in _HELPED else None,
        )
    return values


def _text(row: Series | None, name: str) -> str:
    value = None if row is None else row[name]
    return "" if pd.isna(value) else str(value)


def _number(row: Series | None, name: str, kind: type) -> Any:  # noqa: ANN401  # int or float
    value = None if row is None else row[name]
    return None if pd.isna(value) else kind(value)
