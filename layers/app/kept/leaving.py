"""A question to whoever leaves a page, only where something on it is nowhere else."""

from __future__ import annotations

from typing import Final

import streamlit as st

_MARK: Final = """<style>
[data-testid="stElementContainer"]:has(.would-be-lost) {display: none;}
</style><span class="would-be-lost"></span>"""


def would_lose() -> None:
    """
    Let the browser ask before the page is left, as long as this is on it.

    The page's script finds the mark: layers/app/history.js.
    """
    st.html(_MARK)
