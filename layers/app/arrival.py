"""A link that leads to a heading arrives there, also where what is above it grows meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

SCRIPT: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
# Of containers with a script in them, which take no room, also while Streamlit gets it.
UNSEEN: Final = "unseen"
AT_HEADING: Final = f"{UNSEEN}_arrival"


def at_heading() -> None:
    """Bring the heading that the address names into view, once the page is at rest."""
    with st.container(key=AT_HEADING):
        st.html(f"<script>{SCRIPT}</script>", unsafe_allow_javascript=True)
