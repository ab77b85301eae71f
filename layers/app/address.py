"""
A reader's choices kept in the page's address, so that a link shows what its sender saw.

A widget begins from the address, and then has its own value, which is written there. Where the
reader goes back or forward among what the browser has seen, it is the address that is right, and
the widgets follow it.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  # the type of a context variable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_Choice = TypeVar("_Choice")

_DIGITS: Final = 18  # of any number that a limit may be
_LARGEST: Final = 1e12  # of any amount
_MEMORY: Final = "address"
_OWN: Final = frozenset({"lang"})  # of every page, and written by itself
# What is to be called when a part of the link turns out to be in vain.
_SAY: Final[ContextVar[Callable[[], None] | None]] = ContextVar("say", default=None)


@dataclass(frozen=True)
class InVain:
    """
    What a link asked for that there is not, and what is shown for it.

    `used` is None where that is what the page shows without a link.
    """

    key: str
    asked: str
    used: object = None


@dataclass
class _Memory:
    """
    What a session knows of its addresses.

    Attributes
    ----------
    page
        The page that is shown.
    moves
        How often the reader has gone back or forward: each widget follows each of them once.
    arrivals
        How often an address was not this page's own doing: by a link, or by going back.
    left
        Page → the choices that stood in its address when it was last shown.
    begun, followed
        Widget → what it began from; which of the moves that was.
    heard
        Who has been told of which arrival.
    refused
        Parameter → what of the link could not be used, and what was written in its place.
    """

    page: str = ""
    moves: int = 0
    arrivals: int = 0
    left: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    begun: dict[str, Any] = field(default_factory=dict)
    followed: dict[str, int] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    refused: dict[str, tuple[InVain, str | list[str] | None, bool]] = field(default_factory=dict)


def arrive(page: str) -> bool:
    """Begin a page's run; tells whether the reader has gone back or forward to it."""
    memory = _memory()
    run = get_script_run_ctx(suppress_warning=True)
    moved = bool(getattr(run, "is_history_navigation", False))
    other = page != memory.page
    memory.moves += moved
    if moved or other:
        memory.arrivals += 1
        memory.page = page
        memory.refused.clear()
        _leave(memory)
    return moved


def news(of: str) -> bool:
    """Tell once for each address that a link or the browser brought that it is to be heeded."""
    memory = _memory()
    new = memory.heard.get(of) != memory.arrivals
    memory.heard[of] = memory.arrivals
    return new


def moved(of: str) -> bool:
    """Tell once for each step back or forward that it was made."""
    memory = _memory()
    of = f"{of}.moved"
    new = memory.heard.get(of, 0) != memory.moves
    memory.heard[of] = memory.moves
    return new


def follow() -> None:
    """Let the widgets of the page follow its address, which is about to be another."""
    memory = _memory()
    memory.moves += 1
    memory.arrivals += 1


def left(page: str) -> Mapping[str, list[str]]:
    """Return the choices that a page was left with: a link there leads back to them."""
    memory = _memory()
    return {} if page == memory.page else memory.left.get(page, {})


def refuse_others(key: str, asked: Iterable[str], choices: Iterable[str]) -> None:
    """Remember the first of several that the address names and that is none of the choices."""
    known = set(choices)
    unknown = next((one for one in asked if one not in known), None)
    if unknown is not None:
        refuse(key, unknown)


def when_refused(say: Callable[[], None]) -> None:
    """Name what this run calls when there is more to say of the link."""
    _SAY.set(say)


def refused() -> list[InVain]:
    """Return what the link that led here asked for in vain, until the reader chooses anew."""
    return [one for one, _, _ in _memory().refused.values()]


def refuse(key: str, asked: str, used: object = None) -> None:
    """Remember that what the address says under a key cannot be shown."""
    of_link = _memory().refused
    if key not in of_link:
        of_link[key] = (InVain(key, asked, used), None, False)
        if say := _SAY.get():
            say()


def _memory() -> _Memory:
    found = st.session_state.get(_MEMORY)
    if found is None:
        found = st.session_state[_MEMORY] = _Memory()
    memory: _Memory = found
    return memory


def _leave(memory: _Memory) -> None:
    """Remember what now stands in the address."""
    params = st.query_params
    memory.left[memory.page] = {key: params.get_all(key) for key in params if key not in _OWN}


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
    if written is None:
        return default
    try:
        chosen = parse(written)
    except ValueError:
        chosen = None
    if chosen is None:
        number = isinstance(default, int | float) and not isinstance(default, bool)
        refuse(key, written, default if number else None)
        return default
    if isinstance(chosen, int) and not isinstance(chosen, bool) and written != str(chosen):
        refuse(key, written, chosen)  # the nearest limit: not what was asked for
    return chosen


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


def amount(written: str) -> float | None:
    """Parse a number of something; None where it is no number of people, m² or MW."""
    value = float(written)
    return value if 0 <= value < _LARGEST else None


def begin(widget: str, value: _Choice) -> _Choice:
    """
    Return the value that a widget begins from: `value`, and the same as long as it is on the page.

    To be given to the widget as its own first value, not set by its key: a page that is asked anew
    before the browser has drawn the widget would then begin from the first of its choices, and the
    reader's link would be lost without a word. Where the reader has gone back or forward, a widget
    that is on the page is set to `value` too, once.
    """
    memory = _memory()
    there = widget in st.session_state
    if there and memory.followed.get(widget, memory.moves) != memory.moves:
        st.session_state[widget] = value
        there = False
    if not there or widget not in memory.begun:
        memory.begun[widget] = value
    memory.followed[widget] = memory.moves
    begins: _Choice = memory.begun[widget]
    return begins


def begin_at(widget: str, choices: Sequence[_Choice], value: _Choice) -> int:
    """Return the place of what `begin` gives among the choices; the first where it is gone."""
    begun = begin(widget, value if value in choices else choices[0])
    return choices.index(begun) if begun in choices else 0


def begin_with(widget: str, choices: Sequence[_Choice], values: Sequence[_Choice]) -> list[_Choice]:
    """Return what `begin` gives of several values, without those that are no choices any more."""
    there = [one for one in values if one in choices]
    return [one for one in begin(widget, there) if one in choices]


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
    _settle(key, written)
    there = st.query_params.get_all(key)
    if written is None or written == _spelled(default):
        if there:
            st.query_params.pop(key, None)
            _leave(_memory())
        return
    # Each writing sends the browser the whole address, which may be long.
    if there != (written if isinstance(written, list) else [written]):
        st.query_params[key] = written
        _leave(_memory())


def _settle(key: str, written: str | list[str] | None) -> None:
    """Forget what a link asked for in vain as soon as the reader has chosen something else."""
    refused = _memory().refused
    if key in refused:
        one, instead, known = refused[key]
        if not known:
            refused[key] = (one, written, True)
        elif instead != written:
            del refused[key]
            if say := _SAY.get():
                say()


def _spelled(value: object) -> str | list[str] | None:
    if value is None or isinstance(value, list):
        return value
    # As people write it: in an address, 1e+06 has a space for its plus.
    return f"{value:.15g}" if isinstance(value, float) else str(value)
