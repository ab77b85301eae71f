"""The app as an ASGI application: Streamlit's own, with what a server beside it needs."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.middleware import Middleware
from streamlit import config
from streamlit.starlette import App

from layers.app.login_rules import is_loopback
from layers.serve import health, logs
from layers.serve.headers import EmptyTiles, SafeHeaders, ShortNames

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from geo.settings import Settings

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")  # what a browser here calls this machine
SCRIPT: Final = Path(__file__).parents[2] / "app.py"


def streamlit_options(settings: Settings) -> dict[str, str]:
    """Return what Streamlit is to be told, by the names that it has in the environment."""
    options = {
        "STREAMLIT_SERVER_PORT": str(settings.port),
        "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": str(settings.upload_megabytes),
    }
    if settings.address:
        options["STREAMLIT_SERVER_ADDRESS"] = settings.address
    if settings.base_path:
        options["STREAMLIT_SERVER_BASE_URL_PATH"] = settings.base_path.strip("/")
    hosts = settings.hosts or _hosts_of(settings.address)
    if hosts:
        options["STREAMLIT_SERVER_ALLOWED_HOSTS"] = hosts
    return options


def _hosts_of(address: str) -> str:
    # A page from elsewhere whose name is made to resolve to this machine (DNS rebinding) could read
    # all that the user of a desk may read.
    listening = address or config.get_option("server.address")
    return ",".join(LOOPBACK) if is_loopback(listening) else ""


def make(settings: Settings, warm: Callable[[], None]) -> App:
    """
    Return the application.

    Parameters
    ----------
    settings
        What `geo.settings.load` gave.
    warm
        Called once in a thread, after Streamlit's caches are there and before the first request is
        answered.
    """
    os.environ.update(streamlit_options(settings))
    # Streamlit reads the environment once, and has been asked something before.
    config.get_config_options(force_reparse=True)

    @asynccontextmanager
    async def lifespan(_: App) -> AsyncIterator[None]:
        import anyio.to_thread  # noqa: PLC0415  # with the server

        await anyio.to_thread.run_sync(warm)
        yield

    return App(
        SCRIPT,
        lifespan=lifespan,
        routes=health.routes(settings.base_path.strip("/")),
        middleware=[
            Middleware(logs.RequestLog),
            Middleware(SafeHeaders, frame_ancestors=settings.frame_ancestors),
            Middleware(ShortNames),
            Middleware(EmptyTiles),
        ],
        on_script_error=_say_failed,
    )


def _say_failed(error: Exception) -> bool:
    import streamlit as st  # noqa: PLC0415

    from layers.app.texts import t  # noqa: PLC0415  # imported in one place: layers.whole

    st.error(t("page.failed", number=logs.failed(error)), icon=":material/error:")
    return True
