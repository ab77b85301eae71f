"""Which hit the reader looks at: the one picked in the table or on the map, else the best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_PICKED: Final = "search_picked"


def pick(hit: str) -> None:
    """Remember the hit that was picked."""
    st.session_state[_PICKED] = hit


def chosen(hits: GeoDataFrame) -> bool:
    """Tell whether the reader picked one of these hits."""
    return bool((hits["id"] == st.session_state.get(_PICKED)).any())


def place(hits: GeoDataFrame) -> int:
    """Return the position of the hit that is looked at."""
    mine = (hits["id"] == st.session_state.get(_PICKED)).to_numpy()
    return int(mine.argmax()) if mine.any() else 0
