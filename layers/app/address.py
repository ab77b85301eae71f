"""A reader's choices kept in the page's address, so that a link shows what its sender saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_Choice = TypeVar("_Choice")

_DIGITS: Final = 18  # of any number that a limit may be


def text(key: str) -> str | None:
    """Return what the address says under a key, as it stands there."""
    return st.query_params.get(key)


def several(key: str) -> list[str]:
    """Return all that the address says under a key that may stand there more than once."""
    return st.query_params.get_all(key)


def read(key: str, parse: Callable[[str], _Choice | None], default: _Choice) -> _Choice:
    """
    Return the choice that the address names.

    Parameters
    ----------
    parse
        Makes the choice of its text; None or a ValueError where the text is nonsense.
    default
        The choice where the address has none, or nonsense.
    """
    written = text(key)
    try:
        chosen = None if written is None else parse(written)
    except ValueError:
        return default
    return default if chosen is None else chosen


def one_of(names: Iterable[str]) -> Callable[[str], str | None]:
    """Return what parses one of these names."""
    return {name: name for name in names}.get


def whole(least: int, most: int) -> Callable[[str], int | None]:
    """Return what parses a whole number, and takes the nearest limit for one beyond it."""

    def parse(written: str) -> int | None:
        if not (written.isascii() and written.isdigit()):
            return None
        # Python reads no more than some thousand digits, and raises an error.
        if len(written.lstrip("0")) > _DIGITS:
            return most
        return min(max(int(written[-_DIGITS:]), least), most)

    return parse


def begin(widget: str, value: _Choice) -> _Choice:
    """
    Return the value that a widget begins from: `value`, and the same as long as it is on the page.

    To be given to the widget as its own first value, not set by its key: a page that is asked anew
    before the browser has drawn the widget would then begin from the first of its choices, and the
    reader's link would be lost without a word.
    """
    begun = f"{widget}.begun"
    if widget not in st.session_state or begun not in st.session_state:
        st.session_state[begun] = value
    begins: _Choice = st.session_state[begun]
    return begins


def begin_at(widget: str, choices: Sequence[_Choice], value: _Choice) -> int:
    """Return the place of what `begin` gives among the choices; the first where it is gone."""
    begun = begin(widget, value)
    return choices.index(begun) if begun in choices else 0


def begin_with(widget: str, choices: Sequence[_Choice], values: Sequence[_Choice]) -> list[_Choice]:
    """Return what `begin` gives of several values, without those that are no choices any more."""
    return [one for one in begin(widget, values) if one in choices]


def keep(key: str, value: object, default: object = None) -> None:
    """
    Write a choice into the address, unless it is the default: a short link says what was changed.

    Parameters
    ----------
    value
        None takes it out of the address; a list stands there as often as it has parts.
    default
        None where every choice is to be seen.
    """
    written = _spelled(value)
    if written is None or written == _spelled(default):
        st.query_params.pop(key, None)
        return
    there = st.query_params.get_all(key)
    # Each writing sends the browser the whole address, which may be long.
    if there != (written if isinstance(written, list) else [written]):
        st.query_params[key] = written


def _spelled(value: object) -> str | list[str] | None:
    if value is None or isinstance(value, list):
        return value
    # As people write it: in an address, 1e+06 has a space for its plus.
    return f"{value:.15g}" if isinstance(value, float) else str(value)
