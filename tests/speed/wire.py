"""Bytes as they pass over the wire, compressed as they are: a proxy on loopback that counts."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from urllib.parse import urlsplit

STREAM = b"/_stcore/stream"  # Streamlit's websocket
CHUNK = 65_536


class Wire:
    """Passes everything between a browser and the server; `received` counts the websocket's."""

    def __init__(self, address):
        self._target = urlsplit(address)
        self.received = 0

    async def serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        there, back = await asyncio.open_connection(self._target.hostname, self._target.port)
        is_websocket = STREAM in head.split(b"\r\n", 1)[0]
        back.write(head)
        # Cancelled at the end: a browser may still hold its connection.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(
                self._pass(reader, back, counted=False),
                self._pass(there, writer, counted=is_websocket),
            )
        writer.close()

    async def _pass(self, source, sink, *, counted):
        while part := await source.read(CHUNK):
            if counted:
                self.received += len(part)
            sink.write(part)
            await sink.drain()
        sink.close()


@contextlib.contextmanager
def counted(address):
    """Yield a Wire and the address at which it passes on to `address`."""
    wire = Wire(address)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()  # of its own: Playwright's own loop runs in the caller's thread
    opening = asyncio.start_server(wire.serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result()
    try:
        yield wire, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _end():
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
