"""How the figures are read: what every page has in common."""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo.schema.manifest import BADGES
from layers.app import badges, cache
from layers.app.texts import t

SECTIONS: Final = ("questions", "reading", "sharing", "glossary")
# Of a public server, which takes in nothing of its readers and has no files for them.
PUBLIC: Final = ("reading", "glossary")


def sections() -> tuple[str, ...]:
    """Return what the page has: a heading's address, and the end of the text that it is."""
    return PUBLIC if cache.is_public() else SECTIONS


def contents() -> None:
    """Links to the sections of the page, which is long."""
    st.markdown(" · ".join(f"[{t(f'help.{name}')}](#{name})" for name in sections()))


def figures() -> None:
    """Tell of ranges, of what is unknown, of the button beside a figure, and of the badges."""
    st.markdown(t("help.reading_text"))
    badges.show(BADGES)
    for badge in BADGES:
        st.caption(f"**{t(f'badge.{badge}')}:** {t(f'badge_meaning.{badge}')}")
