"""How the figures are read: what every page has in common."""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo.schema.manifest import BADGES
from layers.app import badges, cache
from layers.app.texts import t

SECTIONS: Final = ("questions", "reading", "sharing", "glossary")


def contents(*, questions: bool) -> None:
    """Links to the sections of the page, which is long; `questions` tells whether any are asked."""
    shown = [name for name in SECTIONS if questions or name != "questions"]
    st.markdown(" · ".join(f"[{t(f'help.{name}')}](#{name})" for name in shown))


def sharing() -> None:
    """Tell how others can see the same, and of files and data of one's own where they are had."""
    st.markdown(t("help.sharing_public" if cache.is_public() else "help.sharing_text"))


def figures() -> None:
    """Tell of ranges, of what is unknown, of the button beside a figure, and of the badges."""
    st.markdown(t("help.reading_text"))
    badges.show(BADGES)
    for badge in BADGES:
        st.caption(f"**{t(f'badge.{badge}')}:** {t(f'badge_meaning.{badge}')}")
