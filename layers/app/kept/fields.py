"""What stands in the fields of a page, held while its reader looks at another page."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import streamlit as st

_HELD: Final = "kept_fields"
_SIMPLE: Final = (str, int, float, bool, Enum)
BUTTON: Final = ".away"  # how a button's key ends: Streamlit lets nobody press it


def hold(*prefixes: str) -> None:
    """
    Bring back what stood in the fields whose keys begin so, and remember what stands there now.

    Streamlit forgets a field with the page. To be called before the fields are drawn.
    """
    held = st.session_state.setdefault(_HELD, {}).setdefault(prefixes, {})
    now = {
        key: st.session_state[key]
        for key in map(str, st.session_state)
        if key.startswith(prefixes) and not key.endswith(BUTTON)
    }
    for key in held.keys() - now.keys():
        st.session_state[key] = held[key]
    held |= {key: value for key, value in now.items() if _simple(value)}


def _simple(value: Any) -> bool:  # noqa: ANN401  # whatever a session holds
    if isinstance(value, list):
        return all(isinstance(one, _SIMPLE) for one in value)
    return value is None or isinstance(value, _SIMPLE)
