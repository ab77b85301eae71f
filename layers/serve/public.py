"""What a public server answers: its pages and what they are made of, and no request that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # has no types
from starlette.responses import PlainTextResponse
from streamlit.proto.BackMsg_pb2 import BackMsg

from layers.app.static_files import OPEN, STATIC
from layers.serve.told import SCRIPT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's own addresses of a page; what else lies there takes uploads, counts visitors, or lets
# programs in.
_CORE: Final = frozenset({"stream", "health", "host-config"})
# The frontend, the one component that maps are, and what pages offer to be taken away.
_FOLDERS: Final = ("static/", "component/streamlit_folium.st_folium/", "media/")
_FILES: Final = frozenset({"favicon.png", "manifest.json", "healthz", "readyz"})
_APP: Final = f"app/{STATIC.name}"
_APP_FOLDERS: Final = (
    f"{_APP}/vendor/",
    f"{_APP}/{OPEN.relative_to(STATIC).as_posix()}/",
)
# What a browser says of a page that is read. Others tell of the program's own files, forget what is
# kept for all, or ask for a place to upload to.
_HEARD: Final = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
# Of what it asks for beside a run: a file that the page offers, and more rows of a table on it.
_OPERATION: Final = "backend_operation_request"
_ASKED: Final = frozenset({"deferred_file", "dataframe_chunk"})
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_FOUND, _NOT_ALLOWED = 404, 405


class OnlyReading:
    """
    Answers 404 for all that a reader of public pages has no use for, and 405 for what would write.

    What is not known here is closed: also what another version of Streamlit brings.

    Parameters
    ----------
    app
        What answers.
    base_path
        The path below which the app lies, without slashes around it.
    """

    def __init__(self, app: ASGIApp, base_path: str) -> None:
        self._app = app
        self._base = f"/{base_path}/" if base_path else "/"
        # A page that this server does not have is answered too, with a sentence.
        self._pages = frozenset(
            one.stem.partition("_")[2] for one in (SCRIPT.parent / "pages").glob("*_*.py")
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, if it is a reader who asks."""
        if scope["type"] == "http":
            status = self._refusal(scope)
            if status:
                said = "Not Found" if status == _NOT_FOUND else "Method Not Allowed"
                await PlainTextResponse(said, status)(scope, receive, send)
                return
        elif scope["type"] == "websocket":
            receive = _heard_from(receive)
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> int:
        path = str(scope["path"])
        if scope["method"] not in _READS:
            return _NOT_ALLOWED
        if ".." in path.replace("\\", "/").split("/"):
            return _NOT_FOUND  # from a folder that is open to one that is not
        if path == self._base.rstrip("/"):
            return 0  # without the slash at its end
        has = path.startswith(self._base) and self._has(path[len(self._base) :])
        return 0 if has else _NOT_FOUND

    def _has(self, path: str) -> bool:
        if path.startswith("_stcore/"):
            return path.removeprefix("_stcore/") in _CORE
        if path.startswith((*_FOLDERS, *_APP_FOLDERS)):
            return True
        return path.rstrip("/") in {"", *self._pages, *_FILES}


def _heard_from(receive: Receive) -> Receive:
    """Pass on what a reader's browser says, and nothing else that comes by a websocket."""

    async def heard() -> Message:
        while True:
            message = await receive()
            said = message.get("bytes")
            if message["type"] != "websocket.receive" or said is None or _is_heard(said):
                return message

    return heard


def _is_heard(said: bytes) -> bool:
    try:
        message = BackMsg.FromString(said)
    except DecodeError:
        return True  # the app ends such a connection
    kind = message.WhichOneof("type")
    if kind == _OPERATION:
        return message.backend_operation_request.WhichOneof("payload") in _ASKED
    return kind in _HEARD
