"""The log: a line for each event, as text or as JSON, without anything that names a person."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from geo.settings import Settings

log: Final = structlog.get_logger("naeringsareal")

# Libraries that tell of their usual work.
_QUIET: Final = (
    *("alembic", "asyncio", "fontTools", "httpcore", "httpx", "PIL", "pyogrio", "uvicorn"),
    "watchdog",
)
# Tells of each request with the visitor's address and what is asked for: `RequestLog` does without.
_NEVER: Final = "uvicorn.access"
LONGEST_PATH: Final = 200  # characters of it in the log
# The path of an upload names the session and the file.
_SESSION: Final = re.compile(r"(/_stcore/upload_file/).*", re.DOTALL)
# Warn of everything that is warmed or checked, since no page is under way then.
_MUTE: Final = (
    "streamlit.runtime.scriptrunner_utils.script_run_context",
    "streamlit.runtime.caching.cache_data_api",
)


def begin(settings: Settings) -> None:
    """Send what this program and its libraries have to say to standard error, in one form."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _of_this_process,
    ]
    form: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _without_traceback], processors=[_plain, form]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # What Python itself would write beside the log: warnings, which are for developers and may
    # quote a file, and errors that nobody waits for, with all that they say.
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").propagate = False
    logging.getLogger("py.warnings").addHandler(logging.NullHandler())
    threading.excepthook = lambda met: _unexpected("thread failed", met.exc_value)
    sys.unraisablehook = lambda met: _unexpected("not raised", met.exc_value)


def refuse(said: str, code: str) -> None:
    """Write an entry of a log in JSON that may not have begun, since a setting is wrong."""
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    entry = {"event": said, "code": code, "level": "error", "timestamp": at, "process": os.getpid()}
    sys.stderr.write(f"{json.dumps(entry, ensure_ascii=False)}\n")
    sys.stderr.flush()


def _unexpected(event: str, error: BaseException | None) -> None:
    if error is not None:
        log.error(event, **where(error))


def take_over() -> None:
    """Let the loggers that Streamlit and uvicorn have made speak through ours."""
    for name in [*logging.root.manager.loggerDict]:
        if name.startswith(("streamlit", "uvicorn")):
            logging.getLogger(name).handlers = []
            logging.getLogger(name).propagate = True
    for name in _QUIET:  # uvicorn has set its own to another level
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger(_NEVER).propagate = False
    for name in _MUTE:
        logging.getLogger(name).setLevel(logging.ERROR)


def _of_this_process(
    _: object, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    event["process"] = os.getpid()  # several write into one log
    return event


def _plain(_: object, __: str, event: Mapping[str, Any]) -> dict[str, Any]:
    # What a library says may quote what came over the wire: it must not begin a line of its own.
    return {
        name: _one_line(value) if isinstance(value, str) else value
        for name, value in event.items()
        if not name.startswith("_")
    }


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _without_traceback(
    _: object, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    # What an exception says may quote a file or a name: where it came from is enough to find it.
    info = event.pop("exc_info", None) or getattr(event.get("_record"), "exc_info", None)
    if isinstance(info, tuple) and info[1] is not None:
        event.update(where(info[1]))
    record = event.get("_record")
    if record is not None:
        record.exc_info = record.exc_text = None
        if record.name == "asyncio":  # the lines after the first quote the error
            event["event"] = str(event["event"]).partition("\n")[0]
    return event


def where(error: BaseException) -> dict[str, str]:
    """Return the kind of an error and the line that raised it, and nothing that it says."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return {"kind": type(error).__name__, "at": at}


def failed(error: BaseException) -> str:
    """Log that a page failed, and return the number that its reader is given to report it by."""
    number = uuid.uuid4().hex[:8]
    log.error("page failed", number=number, **where(error))
    return number


class RequestLog:
    """
    A line for each request: method, path without query, status and time.

    Queries hold what somebody is looking for, and addresses who: neither is kept, nor is a
    session's id, by which it could be taken over. Files that come
    in hundreds (tiles, scripts) are told at the level of debugging.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, and log it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        begun, status = time.monotonic(), 0

        async def send_noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            took = round(time.monotonic() - begun, 3)
            if scope["type"] == "websocket":
                log.info("session closed", seconds=took)
            else:
                path = _SESSION.sub(r"\1…", scope["path"])[:LONGEST_PATH]
                level = logging.DEBUG if _is_file(path) else logging.INFO
                log.log(level, "request", method=scope["method"], path=path, status=status, s=took)


def _is_file(path: str) -> bool:
    return any(part in path for part in ("/static/", "/component", "/_stcore/", "/media/"))
