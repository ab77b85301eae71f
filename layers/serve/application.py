"""The app as an ASGI application: Streamlit's own, with what a server beside it needs."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir
from streamlit.runtime import get_instance
from streamlit.starlette import App

from layers.serve import health, leaving, logs
from layers.serve.first_paint import FirstPaint
from layers.serve.headers import MadeFiles, SafeHeaders, ShortNames
from layers.serve.public import OnlyReading
from layers.serve.told import SCRIPT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from geo.settings import Settings


def make(settings: Settings, warm: Callable[[], None]) -> App:
    """
    Return the application; `told.tell` comes before it.

    Parameters
    ----------
    settings
        What `geo.settings.load` gave.
    warm
        Called once in a thread, after Streamlit's caches are there and before the first request is
        answered.
    """

    @asynccontextmanager
    async def lifespan(_: App) -> AsyncIterator[None]:
        import anyio.to_thread  # noqa: PLC0415  # with the server

        await anyio.to_thread.run_sync(warm)
        watching = [asyncio.create_task(leaving.watch(get_instance()))]
        if not settings.public:  # which leaves alone what others have begun
            watching.append(asyncio.create_task(leaving.sweep_drafts()))
        yield
        for task in watching:
            task.cancel()

    base_path = settings.base_path.strip("/")
    return App(
        SCRIPT,
        lifespan=lifespan,
        routes=health.routes(base_path, public=settings.public),
        middleware=[
            Middleware(logs.RequestLog),
            Middleware(SafeHeaders, frame_ancestors=settings.frame_ancestors),
            Middleware(ShortNames),
            *([Middleware(OnlyReading, base_path=base_path)] if settings.public else []),
            Middleware(MadeFiles),
            Middleware(FirstPaint, style=_style, folder=Path(get_static_dir(), "static", "js")),
        ],
        on_script_error=_say_failed,
    )


def _style() -> str:
    from layers.app import shell  # noqa: PLC0415  # imported in one place: layers.whole
    from layers.help import guide  # noqa: PLC0415  # as above
    from layers.maps import frame  # noqa: PLC0415  # as above

    return shell.CSS + guide.CSS + frame.CSS


def _say_failed(error: Exception) -> bool:
    import streamlit as st  # noqa: PLC0415

    from layers.app.texts import t  # noqa: PLC0415  # imported in one place: layers.whole

    st.error(t("page.failed", number=logs.failed(error)), icon=":material/error:")
    return True
