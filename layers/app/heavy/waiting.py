"""Waiting for heavy work: how far it is, a button that stops it, and what is said then."""

from __future__ import annotations

import contextlib
import time
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import streamlit as st
from streamlit.errors import StreamlitDuplicateElementKey
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import in_cached_function

from layers.app import texts
from layers.app.heavy.pool import Pool, processes
from layers.app.texts import t
from layers.errors import HeavyWorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from streamlit.delta_generator import DeltaGenerator

    from layers.app.heavy.job import HeavyJob, Work

T = TypeVar("T")

QUIET_S: Final = 0.3  # what takes no longer is not spoken of
TICK_S: Final = 0.25  # between two looks; at each, Streamlit lets go a session that has moved on
_STOPPED: Final = "heavy_stopped"
_KEY: Final = "heavy"
# Where a page shows that it waits, and that it waited in vain: at the same place always, so that
# nothing below it moves, and what is said there goes as soon as the page begins anew.
_BAR: Final[ContextVar[DeltaGenerator | None]] = ContextVar("bar", default=None)
_SAID: Final[ContextVar[DeltaGenerator | None]] = ContextVar("said", default=None)
CSS: Final = f"""
  .st-key-{_KEY} {{position: sticky; top: 3.6rem; z-index: 100; background: var(--ground);}}
  .st-key-{_KEY}_bar {{position: absolute; inset: 0 0 auto; background: var(--ground);
    box-shadow: 0 4px 12px rgb(0 0 0 / 15%);}}
"""


class _AbsentError(Exception):
    """Nothing is cached."""


@cache
def pool() -> Pool:
    """Return the server's processes; they are started with the first work."""
    return Pool(processes())


def place() -> None:
    """Set aside where this page shows that it waits; to be called once a run."""
    with st.container(key=_KEY):
        _BAR.set(st.empty())
        _SAID.set(st.empty())


def result(work: Work[T], kept: Callable[[Callable[[], T]], T], says: str) -> T:
    """
    Return a result that is kept, else have it worked out in a process and wait for it.

    Parameters
    ----------
    work
        What to do, and its key.
    kept
        A cached function of one way to make what it lacks.
    says
        What is being done, for the reader.

    Raises
    ------
    HeavyWorkError
        If the reader stopped it, or its process was lost.
    NaeringsarealError
        What the work itself raises.
    """
    try:
        return kept(_absent)
    except _AbsentError:
        pass
    seen = _is_seen()
    if seen and st.session_state.get(_STOPPED) == work.key:
        raise HeavyWorkError("error.heavy_stopped")
    with pool().asked(work) as job:
        if not seen:
            job.wait()
        elif not job.wait(QUIET_S):
            _show(job, says)
        return kept(job.value)


def say(error: HeavyWorkError) -> None:
    """Say that heavy work came to no end, with a button that starts it again."""
    said = _SAID.get() or st.empty()
    _SAID.set(None)  # another part of the page that lacks work says so where it stands
    # One button is enough for both.
    with said.container(), contextlib.suppress(StreamlitDuplicateElementKey):
        st.warning(texts.plain(error.say(texts.language())), icon=":material/stop_circle:")
        st.button(t("heavy.again"), icon=":material/refresh:", key=f"{_KEY}_again", on_click=_again)


def _absent() -> NoReturn:
    raise _AbsentError


def _is_seen() -> bool:
    """Whether there is a page to show anything on: not for downloads, nor inside a cache."""
    return get_script_run_ctx(suppress_warning=True) is not None and not in_cached_function.get()


def _show(job: HeavyJob[T], says: str) -> None:
    there = _BAR.get() or st.empty()
    began = time.monotonic()
    try:
        # It lies over the page and moves nothing: the reader may be about to press what is there.
        with there.container(border=True, key=f"{_KEY}_bar"):
            bar = st.empty()
            st.button(
                t("heavy.stop"),
                icon=":material/stop_circle:",
                key=f"{_KEY}_stop_{hash(job.work.key)}",
                on_click=_stop,
                args=(job.work.key,),
            )
        while True:
            bar.progress(job.share or 0.0, text=_said(job, says, time.monotonic() - began))
            if job.wait(TICK_S):
                return
    finally:
        there.empty()


def _said(job: HeavyJob[T], says: str, seconds: float) -> str:
    if job.ahead:
        return t("heavy.ahead", count=job.ahead)
    waited, share = t("heavy.seconds", count=int(seconds)), job.share
    return f"{says} {waited}" if share is None else f"{says} {texts.pct(share)}, {waited}"


def _stop(key: Hashable) -> None:
    st.session_state[_STOPPED] = key


def _again() -> None:
    st.session_state.pop(_STOPPED, None)
