"""Tabs that stay open in another language and after another page: known by name, not by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from layers.app import address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit.elements.lib.mutable_tab_container import TabContainer


@dataclass(frozen=True)
class _Seen:
    """Tabs as they were last drawn: their words, which they began from, and which was open."""

    labels: tuple[str, ...]
    begun: str
    opened: str


def show(
    labels: Mapping[str, str], *, key: str, default: str | None = None, parameter: str | None = None
) -> dict[str, TabContainer]:
    """
    Show tabs of which the server draws the open one; returns each by its name.

    Parameters
    ----------
    labels
        Name → what stands on the tab.
    default
        The tab to begin with, the first where there is none.
    parameter
        Where the address names the open tab.
    """
    names, words = list(labels), tuple(labels.values())
    first = default or names[0]
    seen: _Seen | None = st.session_state.get(key + ".seen")
    now = st.session_state.get(key)
    opened = seen.opened if seen is not None else first
    for known in [words] + ([seen.labels] if seen is not None else []):
        if now in known and len(known) == len(names):
            opened = names[known.index(now)]
            break
    begun = seen.begun if seen is not None and seen.labels == words and now is not None else opened
    if parameter is not None:
        back = address.moved(key)
        asked = address.read(parameter, address.one_of(names), None) if address.news(key) else None
        if asked is not None or back:
            opened = asked or first
            if now is None:
                begun = opened
            else:
                st.session_state[key] = labels[opened]
    drawn = st.tabs(words, default=labels[begun], key=key, on_change="rerun")
    found = dict(zip(names, drawn, strict=True))
    opened = next((name for name, one in found.items() if one.open), opened)
    st.session_state[key + ".seen"] = _Seen(words, begun, opened)
    if parameter is not None:
        address.keep(parameter, opened, first)
    return found
