"""Waiting for heavy work: how far it is, a button that stops it, and what is said then."""

from __future__ import annotations

import contextlib
import html
import threading
import time
from contextvars import ContextVar
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import streamlit as st
from streamlit.errors import StreamlitDuplicateElementKey
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import in_cached_function

from geo.errors import NaeringsarealError
from layers.app import texts
from layers.app.heavy.pool import Pool, processes
from layers.app.texts import t
from layers.errors import HeavyWorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from streamlit.delta_generator import DeltaGenerator

    from layers.app.heavy.job import HeavyJob, Work

T = TypeVar("T")

QUIET_S: Final = 0.3  # what takes no longer is not spoken of
TICK_S: Final = 0.25  # between two looks; at each, Streamlit lets go a session that has moved on
CALM_S: Final = 0.75  # A: from one move of a slider to the next, at most, of a reader who goes on
_STOPPED: Final = "heavy_stopped"
_UNDONE: Final = "heavy_undone"
_SETTLED_S: Final = 10.0  # until a process that was told to stop has; it is killed in less
_KEY: Final = "heavy"
SPOKEN: Final = "heavy-spoken"
# Where a page shows that it waits, and that it waited in vain: at the same place always, so that
# nothing below it moves, and what is said there goes as soon as the page begins anew.
_BAR: Final[ContextVar[DeltaGenerator | None]] = ContextVar("bar", default=None)
_SAID: Final[ContextVar[DeltaGenerator | None]] = ContextVar("said", default=None)
# One piece of work after another may be waited for in a run, and no two may bear one key.
_NUMBER: Final[ContextVar[Iterator[int] | None]] = ContextVar("number", default=None)
CSS: Final = f"""
  /* Its frame: within that, which is no higher, it could not stay in sight. */
  [data-testid="stLayoutWrapper"]:has(> .st-key-{_KEY}) {{position: sticky; top: 3.6rem;
    z-index: 100; background: var(--ground);}}
  [class*="st-key-{_KEY}_bar"] {{position: absolute; inset: 0 0 auto; background: var(--ground);
    box-shadow: 0 4px 12px rgb(0 0 0 / 15%);}}
  .{SPOKEN} {{position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%);}}
  .stElementContainer:has(> [data-testid="stHtml"] > .{SPOKEN}) {{position: absolute;}}
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
        said = st.empty()
    _SAID.set(said)
    _NUMBER.set(count())
    if st.session_state.pop(_UNDONE, None):
        said.info(t("heavy.undone"), icon=":material/undo:")


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
    found = there(kept)
    if found is not None:
        return found
    seen = _is_seen()
    if seen and st.session_state.get(_STOPPED) == work.key:
        raise HeavyWorkError("error.heavy_stopped")
    with pool().asked(work) as job:
        if not seen:
            job.wait()
        elif not job.wait(QUIET_S):
            _show(job, says)
        return kept(job.value)


def there(kept: Callable[[Callable[[], T]], T]) -> T | None:
    """Return what a cached function keeps, None for nothing."""
    try:
        return kept(_absent)
    except _AbsentError:
        return None


def behind(work: Work[T], kept: Callable[[Callable[[], T]], T], tick: Callable[[], None]) -> T:
    """
    Return a result as `result` does, after what the reader waits for; `tick` is called meanwhile.

    A reader who moves on is let go of where `tick` shows something on the page.

    Raises
    ------
    HeavyWorkError, NaeringsarealError
        As `result`.
    """
    found = there(kept)
    if found is not None:
        return found
    calm(tick)
    with pool().asked(work) as job:
        while not job.wait(TICK_S):
            if _is_seen():
                tick()
        return kept(job.value)


def calm(tick: Callable[[], None]) -> None:
    """
    Give the reader time to go on, before something is begun that they do not wait for.

    What they ask for next then need not wait until that has ended; and their browser, which may be
    on the same machine, has both cores for drawing what is there.
    """
    if _is_seen():
        end = time.monotonic() + CALM_S
        while time.monotonic() < end:
            tick()
            time.sleep(TICK_S)


def ahead(work: Work[T], kept: Callable[[Callable[[], T]], T]) -> None:
    """Have a result made and kept that may be asked for next, if that keeps nobody waiting."""

    def keep(job: HeavyJob[T]) -> None:
        if job.stopping:  # whatever came of it all the same may be half made
            return
        with contextlib.suppress(NaeringsarealError):  # whoever asks is told
            kept(job.value)

    if there(kept) is None:
        pool().spare(work, keep)


def done(work: Work[T], says: str, *, heavy: bool = True) -> T:
    """
    Do what a click asked for, and return what came of it; nothing of it is kept here.

    Stopped, or left for another choice, the page begins anew as if nobody had clicked, and says so.

    Parameters
    ----------
    heavy
        Whether it is done in a process. Else, and where there are none, the server does it, which
        lets go of it wherever the task tells how far it is.

    Raises
    ------
    HeavyWorkError
        If its process was lost.
    NaeringsarealError
        What the work itself raises.
    """
    # Whoever asks the session is let go of where the reader has moved on. So the last question is
    # asked here: what the page then does with the result, it does to the end.
    st.session_state[_UNDONE] = True
    try:
        found = _in_process(work, says) if heavy and processes() else _here(work, says)
    except Exception:
        del st.session_state[_UNDONE]  # which the page says itself
        raise
    del st.session_state[_UNDONE]
    return found


def _in_process(work: Work[T], says: str) -> T:
    with contextlib.ExitStack() as afterwards, pool().asked(work) as job:
        # What it writes to is taken away next: not while its process is still at it.
        afterwards.callback(_settled, job)
        if not job.wait(QUIET_S):
            _show(job, says)
        return job.value()


def _settled(job: HeavyJob[Any]) -> None:
    if job.stopping:
        job.wait(_SETTLED_S)


def _here(work: Work[T], says: str) -> T:
    began, thread = time.monotonic(), threading.get_ident()
    with _bar(work.key, says) as bar:

        def tell(done: int, total: int) -> None:
            # Another thread has no page, and a cached function may show nothing on it.
            if threading.get_ident() == thread and not in_cached_function.get():
                share = min(1.0, done / total) if total else None
                seconds = time.monotonic() - began
                bar.progress(share or 0.0, text=_so_far(says, share, seconds))

        tell(0, 0)
        return work.joined(list(work.task(tell, *work.args)))


def surely(note: Callable[[], None]) -> None:
    """
    Note down in the session what has been done, also for a reader who has moved on meanwhile.

    Parameters
    ----------
    note
        May be called twice: who has moved on is let go of once, and not the second time.
    """
    try:
        note()
    except RerunException:
        note()
        raise


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
    began = time.monotonic()
    with _bar(job.work.key, says) as bar:
        while True:
            bar.progress(job.share or 0.0, text=_said(job, says, time.monotonic() - began))
            if job.wait(TICK_S):
                return


@contextlib.contextmanager
def _bar(key: Hashable, says: str) -> Iterator[DeltaGenerator]:
    """Give the block a place for a bar, with a button that stops the work with this key."""
    there = _BAR.get() or st.empty()
    number = next(_NUMBER.get() or count())
    try:
        # It lies over the page and moves nothing: the reader may be about to press what is there.
        with there.container(border=True, key=f"{_KEY}_bar_{number}"):
            # Told once to who does not see the bar, whose words change with every second.
            st.html(f'<span class="{SPOKEN}">{html.escape(texts.unescaped(says))}</span>')
            bar = st.empty()
            st.button(
                t("heavy.stop"),
                icon=":material/stop_circle:",
                key=f"{_KEY}_stop_{number}",
                on_click=_stop,
                args=(key,),
            )
        yield bar
    finally:
        there.empty()


def _said(job: HeavyJob[T], says: str, seconds: float) -> str:
    if job.ahead:
        return t("heavy.ahead", count=job.ahead)
    return _so_far(says, job.share, seconds)


def _so_far(says: str, share: float | None, seconds: float) -> str:
    waited = t("heavy.seconds", count=int(seconds))
    return f"{says} {waited}" if share is None else f"{says} {texts.pct(share)}, {waited}"


def _stop(key: Hashable) -> None:
    # What a click began does not begin again by itself, and what was stopped before stays so.
    if _UNDONE not in st.session_state:
        st.session_state[_STOPPED] = key


def _again() -> None:
    st.session_state.pop(_STOPPED, None)
