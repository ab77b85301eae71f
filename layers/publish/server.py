"""pygeoapi started on a socket of ours, with its configuration and OpenAPI document."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import socket
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import NotInstalledError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CONFIG: Final = "PYGEOAPI_CONFIG"
_OPENAPI: Final = "PYGEOAPI_OPENAPI"
# pygeoapi's HTML writes values from the data unescaped into a script, where «</script>» ends it;
# and it fetches styles and maps from public networks. The pages are readable without either.
_GUARD: Final = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; "
            b"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_BACKLOG: Final = 128
_ONE_AT_A_TIME: Final = threading.Lock()  # the two files are named by the environment
_TAKEN: Final = {errno.EADDRINUSE, errno.EACCES}  # EACCES: Windows, and ports below 1024


def require_pygeoapi() -> None:
    """
    Check that pygeoapi is here, before anything takes time.

    Raises
    ------
    NotInstalledError
        If it is not installed.
    """
    if importlib.util.find_spec("pygeoapi") is None:
        raise NotInstalledError("error.api_missing")


def listen(host: str, port: int) -> socket.socket:
    """
    Take the address and listen there, so that nobody else can between the check and the start.

    Raises
    ------
    ParameterError
        As `take`.
    """
    taken = take(host, port)
    with _closed_on_error(taken, host, port):
        taken.listen(_BACKLOG)
    return taken


def take(host: str, port: int) -> socket.socket:
    """
    Take the address without listening there yet: who comes too early is turned away at once.

    Raises
    ------
    ParameterError
        If something else listens there, or we may not. If the machine has no such address.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        taken = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ParameterError("error.api_address", host=host) from error
    with _closed_on_error(taken, host, port):
        if os.name == "posix":  # there: only past connections are passed over, not a listener
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    return taken


def in_words(error: OSError, host: str, port: int) -> ParameterError:
    """Return the sentence for an address that cannot be had."""
    if error.errno in _TAKEN:
        return ParameterError("error.port_taken", port=str(port))
    return ParameterError("error.api_address", host=host)


@contextmanager
def _closed_on_error(taken: socket.socket, host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        taken.close()
        raise in_words(error, host, port) from error


def serve(app: ASGIApp, taken: socket.socket) -> None:
    """
    Serve an application until interrupted, on a socket that was taken.

    Parameters
    ----------
    app
        Answers requests.
    taken
        The socket to listen on.
    """
    import uvicorn  # noqa: PLC0415  # not needed to say that something is wrong

    settings = uvicorn.Config(
        _guarded(app), log_level="warning", access_log=False, server_header=False, lifespan="off"
    )
    uvicorn.Server(settings).run(sockets=[taken])


def _guarded(app: ASGIApp) -> ASGIApp:
    """Add to every reply what keeps a browser from running or fetching what a text asks for."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_GUARD]
            await send(message)

        await app(scope, receive, send_guarded)

    return guarded


def application(config: Mapping[str, Any]) -> ASGIApp:
    """
    Make pygeoapi's web application, with all collections read.

    Its module makes one as it is imported, from two files, and then no more. So each application
    gets that module anew, beside the ones that are answering.
    """
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="publish-") as folder:
        paths = {name: str(Path(folder) / f"{name}.json") for name in (_CONFIG, _OPENAPI)}
        os.environ.update(paths)
        # JSON is YAML with every text in quotes: there pygeoapi leaves a «${NAME}» in a pack's
        # text alone, instead of filling in this process's environment.
        Path(paths[_CONFIG]).write_text(json.dumps(config), encoding="utf-8")

        from pygeoapi.openapi import get_oas  # noqa: PLC0415  # `make serve-api` installs it

        document = json.dumps(get_oas(dict(config)), default=str)
        Path(paths[_OPENAPI]).write_text(document, encoding="utf-8")

        found = importlib.util.find_spec("pygeoapi.starlette_app")
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)  # reads the files: see above
    app: Any = module.APP
    app.debug = False  # a fault must not show the reader our source
    return app  # type: ignore[no-any-return]  # pygeoapi publishes no types
