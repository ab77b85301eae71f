"""The screening taken along: the text for the case file, the PDF and the figures as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.report import write
from geo.screening import present
from geo.screening.present import paragraph
from layers.app import cache, texts
from layers.app.heavy import takeouts, work
from layers.app.texts import NORWAY, t
from layers.widgets import handover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.formats.write import File
    from geo.screening.model import Screening
    from layers.app.heavy.job import Work
    from layers.app.shell import View

AT_ONCE: Final = work.HEAVY_SITES  # sites that are written while the reader's click waits


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
    named = present.file_name(screenings, today, ".geojson", language)
    if len(screenings) > AT_ONCE:
        with geojson:
            _many(view, screenings, named)
        return
    geojson.download_button(
        t("screen.geojson"),
        data=partial(_geojson, view, screenings, language),
        file_name=named,
        mime="application/geo+json",
        icon=":material/map:",
        on_click="ignore",
    )


def _many(view: View, screenings: Sequence[Screening], named: str) -> None:
    """Offer so many sites that putting them in words takes long, in two steps."""
    language = texts.language()

    def make() -> Work[File]:
        context = cache.context(view.pack, view.version, screenings[0].flood_class)
        origin = present.provenance(context, screenings, language)
        return takeouts.screened(screenings, named, origin, context.crs, language)

    about = (_These(screenings), view.version, language, named)
    heavy = work.is_heavy(view.pack, len(screenings) * work.HEAVY_PLOTS // work.HEAVY_SITES)
    handover.stepwise(make, about, heavy=heavy, key="screen_geojson", label=t("screen.geojson"))


@dataclass(frozen=True, eq=False)
class _These:
    """Screenings as a part of a key: those very ones, which it keeps from being forgotten."""

    found: Sequence[Screening]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and self.found is other.found

    def __hash__(self) -> int:
        return id(self.found)


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
