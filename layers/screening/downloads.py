"""The screening taken along: the text for the case file, the PDF and the figures as a file."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.report import write
from geo.screening import present
from geo.screening.present import paragraph
from layers.app import cache, texts
from layers.app.texts import NORWAY, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.screening.model import Screening
    from layers.app.shell import View


def text(view: View, screening: Screening) -> None:
    """Show the paragraph for the case file, with a button that copies it."""
    st.subheader(t("screen.text"), anchor="report")
    st.caption(t("screen.calculation", id=view.workspace.screening_id(screening)))
    st.code(paragraph(screening, texts.language()), language=None, wrap_lines=True)


def downloads(view: View, screenings: Sequence[Screening], place: int) -> None:
    """Offer the PDF of one site, and all sites with their figures as GeoJSON."""
    pdf, geojson = st.columns(2)
    today, language = datetime.now(NORWAY).date(), texts.language()
    pdf.download_button(
        t("screen.pdf"),
        data=partial(_pdf, view, screenings[place], texts.language()),
        file_name=present.file_name([screenings[place]], today, ".pdf", language),
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        on_click="ignore",
    )
    geojson.download_button(
        t("screen.geojson"),
        data=partial(_geojson, view, screenings, language),
        file_name=present.file_name(screenings, today, ".geojson", language),
        mime="application/geo+json",
        icon=":material/map:",
        on_click="ignore",
    )


def _pdf(view: View, screening: Screening, language: str) -> bytes:
    context = cache.context(view.pack, view.version, screening.flood_class)
    return write.report_bytes(
        [screening],
        context,
        language,
        calculation_id=view.workspace.screening_id(screening),
        at=datetime.now(NORWAY),
    )


def _geojson(view: View, screenings: Sequence[Screening], language: str) -> bytes:
    context = cache.context(view.pack, view.version, screenings[0].flood_class)
    return present.as_bytes(screenings, context, ".geojson", language)
