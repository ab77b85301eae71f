"""One process that serves the app, from the first import to the last page that is under way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

import uvicorn
from streamlit import config

from layers.app.heavy import under_way
from layers.publish.server import in_words
from layers.serve import application, logs, warm
from layers.serve.process import BEAT_S

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import FrameType

    from geo.settings import Settings

_PING_S: Final = 30  # Streamlit's own
MEGABYTE: Final = 1_000_000


def serve(
    settings: Settings,
    taken: socket.socket,
    tell: Callable[..., None],
    opened: Callable[[], None],
    alive: Callable[[], None],
) -> None:
    """
    Serve until SIGTERM or SIGINT, and then finish the pages that are under way.

    Parameters
    ----------
    settings
        Of the server.
    taken
        The socket, bound and not yet listening: nobody is let in before all is warm.
    tell
        Called with a text's id and its parts at each step of the start.
    opened
        Called once the port is open.
    alive
        Called every few seconds from then on, as long as requests are answered.
    """
    taken.set_inheritable(False)  # a program that outlives us must not hold the port
    app = application.make(settings, lambda: warm.begin(tell))
    server = _Server(
        uvicorn.Config(
            app,
            # As Streamlit starts it, but for the log, which is ours.
            ws="websockets-sansio",
            ws_ping_interval=_PING_S,
            ws_ping_timeout=_PING_S,
            ws_max_size=int(config.get_option("server.maxMessageSize")) * MEGABYTE,
            ws_per_message_deflate=bool(config.get_option("server.enableWebsocketCompression")),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=settings.drain_seconds,
        ),
        opened,
        alive,
    )
    logs.take_over()
    # uvicorn stops at the first signal and raises it again when it has: by then it is obeyed.
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: None)
    server.run(sockets=[taken])
    if server.refused is not None:
        raise in_words(server.refused, *taken.getsockname()[:2])
    _finish(server.told_to_stop + settings.drain_seconds)
    if not server.started:
        sys.exit(2)


class _Server(uvicorn.Server):
    def __init__(
        self,
        settings: uvicorn.Config,
        opened: Callable[[], None],
        alive: Callable[[], None],
    ) -> None:
        super().__init__(settings)
        self._opened = opened
        self._alive = alive
        self._beats: asyncio.Task[None] | None = None
        self.told_to_stop = float("inf")
        self.refused: OSError | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except OSError as error:  # somebody else has begun to listen there while we got warm
            self.refused, self.should_exit = error, True
            await self.lifespan.shutdown()
        if self.started:
            self._opened()
            self._beats = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            self._alive()
            await asyncio.sleep(BEAT_S)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.started:  # nothing is under way; a thread that warms cannot be told to stop
            logs.log.info("stopped", pages_left=0)
            os._exit(0)
        self.told_to_stop = min(self.told_to_stop, time.monotonic())
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._beats is not None:
            self._beats.cancel()
        await super().shutdown(sockets)


def _finish(end: float) -> None:
    """Wait for the pages that are under way: one of them may be writing."""
    for page in under_way.pages():
        page.join(min(threading.TIMEOUT_MAX, max(0.0, end - time.monotonic())))
    logs.log.info("stopped", pages_left=len(under_way.pages()))


def end_with_parent() -> None:
    """Stop as by SIGTERM when standard input ends: whoever watches over this process is gone."""

    def watch() -> None:
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
