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
from layers.app.texts import t, zone_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import Series
    from streamlit.delta_generator import DeltaGenerator

    from layers.app.shell import View

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


def fill(view: View, row: Series | None, *, key: str) -> Filled | None:
    """
    Show the form of a project, or of a new one, and return it when it is sent.

    Parameters
    ----------
    row
        The project in the ledger; None for a new one.
    key
        Tells the widgets of one project and revision from those of another: what is typed stays
        while others change the list.
    """
    with st.form(f"{key}.form", border=False):
        values: dict[str, Any] = {"name": _line("name", row, key)}
        values |= _choices(view, row, key)
        values |= _numbers(_AREAS, row, key)
        values |= _area_kind_and_year(row, key)
        values |= _numbers(_JOBS, row, key)
        left, right = st.columns(2)
        with left:
            values["jobs_source"] = _line(
                "jobs_source", row, key, helped=True, example="form.jobs_source_example"
            )
        values |= _numbers(("accuracy_m",), row, key, places=[right])
        left, right = st.columns(2)
        with left:
            values["source"] = _line("source", row, key, kind=TEXT)
        with right:
            values["case_ref"] = _line("case_ref", row, key)
        values["note"] = st.text_area(
            label("note"),
            value=_text(row, "note"),
            max_chars=LIMITS[TEXT],
            key=f"{key}.note",
            height=80,
        )
        reason = st.text_input(
            label("reason"),
            max_chars=LIMITS[LINE],
            key=f"{key}.reason",
            placeholder=t("form.reason_example"),
        )
        sent = st.form_submit_button(
            t("form.save" if row is not None else "form.add"),
            type="primary",
            icon=":material/save:",
        )
    return Filled(values, reason) if sent else None


def label(name: str) -> str:
    """Return a field's name as a heading."""
    word = t(f"field.{name}")
    return word[:1].upper() + word[1:]


def _line(
    name: str,
    row: Series | None,
    key: str,
    *,
    kind: str = LINE,
    helped: bool = False,
    example: str | None = None,
) -> str:
    return str(
        st.text_input(
            label(name),
            value=_text(row, name),
            max_chars=LIMITS[kind],
            key=f"{key}.{name}",
            help=t(f"form.{name}_help") if helped else None,
            placeholder=None if example is None else t(example),
        )
        or ""
    )


def _choices(view: View, row: Series | None, key: str) -> dict[str, Any]:
    columns = [*st.columns(2), *st.columns(2)]
    now = _text(row, "status") or (fields.IDEA if row is None else "")
    status = _select(columns[0], "status", list(fields.STATUSES), now, key)
    effect = _text(row, "effect")
    follows = row is None or effect == fields.EFFECT_OF_STATUS.get(now or None)
    chosen = columns[1].selectbox(
        label("effect"),
        [AUTOMATIC, *schema.EFFECTS],
        index=0 if follows else 1 + schema.EFFECTS.index(effect),
        format_func=lambda name: (
            t("form.effect_auto") if name == AUTOMATIC else texts.term("effect", name)
        ),
        key=f"{key}.effect",
        help=t("form.effect_help"),
    )
    zones = zone_names(view.pack)
    norms = cache.standard_norms()
    english = texts.language() == "en"
    labels = {name: norm.label_en if english else norm.label for name, norm in norms.items()}
    return {
        "status": status,
        "effect": fields.EFFECT_OF_STATUS[status] if chosen == AUTOMATIC else chosen,
        "zone_id": _select(columns[2], "zone_id", list(zones), _text(row, "zone_id"), key, zones),
        "business_type": _select(
            columns[3], "business_type", list(labels), _text(row, "business_type"), key, labels
        ),
    }


def _select(
    column: DeltaGenerator,
    name: str,
    known: list[str],
    present: str,
    key: str,
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
        index=choices.index(present) if present else None,
        format_func=written,
        placeholder=t("unknown"),
        key=f"{key}.{name}",
        help=t(f"form.{name}_help") if helped else None,
    )
    return chosen


def _area_kind_and_year(row: Series | None, key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    kind = _select(
        left, "area_kind", list(schema.AREA_KINDS), _text(row, "area_kind"), key, helped=True
    )
    year = right.number_input(
        label("year"),
        min_value=fields.FIRST_YEAR,
        max_value=fields.LAST_YEAR,
        value=_number(row, "year", int),
        step=1,
        format="%d",
        placeholder=t("unknown"),
        key=f"{key}.year",
        help=t("form.year_help"),
    )
    return {"area_kind": kind, "year": year}


def _numbers(
    names: tuple[str, ...],
    row: Series | None,
    key: str,
    places: Sequence[DeltaGenerator] | None = None,
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    # In pairs: room for the numbers between the buttons.
    columns = places or [column for _ in names[::2] for column in st.columns(2)]
    for column, name in zip(columns, names, strict=True):
        values[name] = column.number_input(
            label(name),
            min_value=0.0,
            value=_number(row, name, float),
            step=_STEPS.get(name, 1.0),
            format="%g",
            placeholder=t("unknown"),
            key=f"{key}.{name}",
            help=t(f"form.{name}_help") if name in _HELPED else None,
        )
    return values


def _text(row: Series | None, name: str) -> str:
    value = None if row is None else row[name]
    return "" if pd.isna(value) else str(value)


def _number(row: Series | None, name: str, kind: type) -> Any:  # noqa: ANN401  # int or float
    value = None if row is None else row[name]
    return None if pd.isna(value) else kind(value)
