"""
A reader who has left gives back what was held for them: files, results, and the session itself.

Streamlit keeps a session for two minutes, lest a short break in the network lose what was done.
After that it forgets the session without closing it: what the session held stays until another
comes or goes, and until Python has searched for rings of objects, which a server with a frozen heap
seldom does (`layers.serve.warm`). An upload of 100 MB could stay for hours.
"""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from typing import TYPE_CHECKING, Final

from layers.app.heavy import under_way
from layers.serve import logs

if TYPE_CHECKING:
    from streamlit.runtime import Runtime
    from streamlit.runtime.app_session import AppSession

EVERY_S: Final = 10.0
DRAFTS_EVERY_S: Final = 3600.0
# A search holds up every page, some tenths of a second where much has been shown; but on a server
# that is never at rest it must come some time.
PATIENCE_S: Final = 60.0


class Leavers:
    """The sessions of a server, and which of them have gone for good. For the server's own loop."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._seen: dict[str, weakref.ref[AppSession]] = {}
        self._wanted: float | None = None  # since when a search is

    def sweep(self) -> int:
        """Close the sessions whose time is up, and return how many that were."""
        sessions = self._runtime._session_mgr  # noqa: SLF001  # it tells nobody
        storage = sessions._session_storage._cache  # type: ignore[attr-defined]  # noqa: SLF001
        storage.expire()
        here = {one.session.id: one.session for one in sessions.list_sessions()}
        gone = [of for name, of in self._seen.items() if name not in here]
        self._seen = {name: weakref.ref(session) for name, session in here.items()}
        for of in gone:
            session = of()
            if session is not None:
                _close(session)
        files = self._runtime.uploaded_file_mgr
        for name in set(files.file_storage) - set(here):  # type: ignore[attr-defined]
            files.remove_session_files(name)  # came whole only when its reader had gone
        now = time.monotonic()
        if gone and self._wanted is None:
            self._wanted = now
        # The rest of a session is rings. Nobody waits for the search while no page is under way.
        if self._wanted is not None and (not under_way.pages() or now - self._wanted > PATIENCE_S):
            gc.collect()
            self._wanted = None
        return len(gone)


def _close(session: AppSession) -> None:
    try:
        session.shutdown()  # no more than once, whoever asks
        session.session_state.clear()
    except Exception:  # noqa: BLE001  # what one session held must not keep the others'
        logs.log.warning("session_kept", exc_info=True)


async def sweep_drafts() -> None:
    """Remove the drafts whose time is up, also where nobody begins another."""
    import anyio.to_thread  # noqa: PLC0415  # with the server

    from layers.app.kept import store  # noqa: PLC0415  # imported in one place: layers.whole

    while True:
        await anyio.to_thread.run_sync(store.sweep)
        await asyncio.sleep(DRAFTS_EVERY_S)


async def watch(runtime: Runtime) -> None:
    """Close sessions whose time is up, for as long as the server runs."""
    leavers = Leavers(runtime)
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            if count := leavers.sweep():
                logs.log.info("sessions_closed", count=count)
        except (AttributeError, RuntimeError):  # another version of Streamlit keeps them elsewhere
            logs.log.warning("sessions_kept", exc_info=True)
            return
