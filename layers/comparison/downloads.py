"""The municipalities as files, with their provenance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.comparison import export
from geo.formats import write
from layers.app import texts
from layers.app.texts import t
from layers.widgets import handover

if TYPE_CHECKING:
    from layers.comparison.choices import Compared

_ENDINGS: Final = ("xlsx", "csv", "geojson")


def show(what: Compared) -> None:
    """Offer the municipalities by the chosen set, or by all."""
    every = len(what.summary.sets) > 1 and st.toggle(
        t("compare.every_set", count=len(what.summary.sets)), key="compare_every_set"
    )
    sets = what.summary.sets if every else (what.set,)
    language = texts.language()
    example = "_oppdiktet" if what.summary.example else ""
    for ending, column in zip(_ENDINGS, st.columns(3), strict=True):
        name = f"kommuner{example}.{ending}"
        made = partial(_file, what, sets, language, name)
        shown = f"{name}.zip" if ending == "csv" else name
        mime = write.FORMATS[".zip" if ending == "csv" else f".{ending}"].mime
        with column:
            handover.button(made, shown, mime, key=f"compare_{ending}")


def _file(what: Compared, sets: tuple[str, ...], language: str, name: str) -> bytes:
    return write.as_file(export.content(what.summary, what.name, sets, language), name).data
