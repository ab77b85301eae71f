"""A project's fields as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.ledger import fields
from geo.schema import layers as schema
from geo.schema.text import TEXT
from layers.app import cache, texts
from layers.app.texts import t, zone_names
from layers.widgets.form_fields import Fields, Filled, label, sent, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import Series
    from streamlit.delta_generator import DeltaGenerator

    from layers.app.kept.forms import Form
    from layers.app.shell import View

AUTOMATIC: Final = "auto"  # the effect follows from the status
# Step of each number's buttons.
_STEPS: Final = {"gross_area_m2": 100.0, "site_area_m2": 1000.0, "accuracy_m": 50.0}
_AREAS: Final = ("gross_area_m2", "site_area_m2")
_JOBS: Final = ("jobs_low", "jobs", "jobs_high", "jobs_lost")
_HELPED: Final = (  # fields whose help is a text
    *("gross_area_m2", "site_area_m2", "jobs_lost", "jobs_source", "area_kind", "year"),
)


def fill(view: View, row: Series | None, form: Form) -> Filled | None:
    """
    Show the form of a project, or of a new one, and return it when it is sent.

    What is typed is remembered from field to field, and a change of one runs the form alone anew.

    Parameters
    ----------
    row
        The project in the ledger; None for a new one.
    """
    _fields(view, row, form)
    return sent(form)


@st.fragment
def _fields(view: View, row: Series | None, form: Form) -> None:
    shown = Fields(row, form, _HELPED)
    values: dict[str, Any] = {"name": shown.line("name")}
    values |= _choices(view, shown)
    values |= _numbers(_AREAS, shown)
    values |= _area_kind_and_year(shown)
    values |= _numbers(_JOBS, shown)
    left, right = st.columns(2)
    values["jobs_source"] = shown.line(
        "jobs_source", example="form.jobs_source_example", column=left
    )
    values |= _numbers(("accuracy_m",), shown, places=[right])
    left, right = st.columns(2)
    values["source"] = shown.line("source", kind=TEXT, column=left)
    values["case_ref"] = shown.line("case_ref", column=right)
    values["note"] = shown.area("note")
    send = t("form.save" if row is not None else "form.add")
    shown.end(values, send, example="form.reason_example")


def _choices(view: View, shown: Fields) -> dict[str, Any]:
    columns = [*st.columns(2), *st.columns(2)]
    row = shown.row
    now = text_of(row, "status") or (fields.IDEA if row is None else "")
    status = shown.select(columns[0], "status", fields.STATUSES, now)
    effect = text_of(row, "effect")
    follows = row is None or effect == fields.EFFECT_OF_STATUS.get(now or None)
    effects = [AUTOMATIC, *schema.EFFECTS]
    chosen = columns[1].selectbox(
        label("effect"),
        effects,
        index=shown.begun_choice("effect", effects, AUTOMATIC if follows else effect) or 0,
        format_func=lambda name: (
            t("form.effect_auto") if name == AUTOMATIC else texts.term("effect", name)
        ),
        key=f"{shown.form.key}.effect",
        help=t("form.effect_help"),
    )
    zones = zone_names(view.pack)
    norms = cache.standard_norms()
    english = texts.language() == "en"
    labels = {name: norm.label_en if english else norm.label for name, norm in norms.items()}
    zone, kind = text_of(row, "zone_id"), text_of(row, "business_type")
    return {
        "status": status,
        "effect": fields.EFFECT_OF_STATUS[status] if chosen == AUTOMATIC else chosen,
        "zone_id": shown.select(columns[2], "zone_id", [*zones], zone, zones),
        "business_type": shown.select(columns[3], "business_type", [*labels], kind, labels),
    }


def _area_kind_and_year(shown: Fields) -> dict[str, Any]:
    left, right = st.columns(2)
    present = text_of(shown.row, "area_kind")
    kind = shown.select(left, "area_kind", schema.AREA_KINDS, present)
    first, last = fields.FIRST_YEAR, fields.LAST_YEAR
    year = shown.number(right, "year", least=first, most=last, whole=True)
    return {"area_kind": kind, "year": year}


def _numbers(
    names: tuple[str, ...], shown: Fields, places: Sequence[DeltaGenerator] | None = None
) -> dict[str, Any]:
    # In pairs: room for the numbers between the buttons.
    columns = places or [column for _ in names[::2] for column in st.columns(2)]
    return {
        name: shown.number(column, name, _STEPS.get(name, 1.0))
        for column, name in zip(columns, names, strict=True)
    }
