"""What browsers are told about what the app may load, and who may show it in a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAPS: Final = "https://cache.kartverket.no"  # that of layers.maps.leaflet.KARTVERKET

# Streamlit styles its elements, and starts our one script, within the page; Vega makes functions of
# its formulas, and a map's frame runs the script that the server sends it. So neither can be
# forbidden. What can: any script, style or picture from elsewhere but Kartverket's maps.
_POLICY: Final = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    f"img-src 'self' data: blob: {MAPS}",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)


class SafeHeaders:
    """
    Adds the headers to every answer that has none of its own.

    Parameters
    ----------
    app
        What answers.
    frame_ancestors
        Who may show the app in a frame, as the header has it: ``'self'``, ``'none'``, or addresses
        such as ``https://intranett.kommunen.no``.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str) -> None:
        self._app = app
        policy = "; ".join([*_POLICY, f"frame-ancestors {frame_ancestors}"])
        self._headers = (
            (b"content-security-policy", policy.encode("latin-1")),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), payment=(), usb=()"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers."""

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [one for one in self._headers if one[0] not in there]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, send_safe)


class ShortNames:
    """
    Answers 404 where a part of the path is longer than any file's name.

    The system refuses to look for such a file, which the app would take for a fault of its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, but for names that are too long."""
        parts = scope["path"].split("/") if scope["type"] == "http" else ()
        if any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts):
            await PlainTextResponse("Not Found", _NOT_FOUND)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class MadeFiles:
    """
    Answers for the files that the app has made: map tiles, scripts of maps, colours of plots.

    Their names are hashes of what is in them, so a browser need not ask for one twice. Where there
    is nothing to draw no tile is written: that is answered by an empty one, since a browser would
    take 404 for a fault and fill its log with it; and not kept, for the tiles of a pack that has
    not been shown for long are cut anew when it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, but for tiles that are missing."""
        if scope["type"] != "http" or _MADE not in scope["path"]:
            await self._app(scope, receive, send)
            return
        tile = scope["path"].endswith(".pbf")
        missing = False

        async def send_made(message: Message) -> None:
            nonlocal missing
            if message["type"] == "http.response.start":
                missing = tile and message["status"] == _NOT_FOUND
                if missing:
                    message = {"type": message["type"], "status": 200, "headers": _EMPTY}
                elif message["status"] in _FOUND:
                    message["headers"] = [*message["headers"], _KEEP]
                await send(message)
            elif not missing:
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": b""})

        await self._app(scope, receive, send_made)


_MADE: Final = "/app/static/made/"
_FOUND: Final = frozenset({200, 206, 304})
_NOT_FOUND: Final = 404
_LONGEST_NAME: Final = 255  # bytes: Linux' and Windows' own limit
_KEEP: Final = (b"cache-control", b"public, max-age=31536000, immutable")
_EMPTY: Final = (
    (b"content-type", b"application/x-protobuf"),
    (b"content-length", b"0"),
    (b"cache-control", b"no-store"),
)
