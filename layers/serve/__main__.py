"""``python -m layers.serve``: the app as a server, warm before its first visitor."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import sys
from typing import TYPE_CHECKING, Final

from geo import i18n, settings
from geo.cli.runtime import LANGUAGE_VARIABLE, Parser, UsageError, language_of, write_utf8
from geo.errors import NaeringsarealError
from geo.ledger.database import connect
from layers.publish.server import take
from layers.serve import logs, notify, told
from layers.serve.process import JSON

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from geo.settings import Settings

FAILURE: Final = 2
# What may be said on the command line, which goes before the environment.
_OPTIONS: Final = ("port", "address", "base_path", "workers")
# Of what is told at the start: what a human should look at.
_WARNINGS: Final = frozenset(
    {"serve.fallback", "serve.no_ledger", "serve.not_warm", "serve.unknown_setting"}
)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve, and return the exit code: 0, or 2 with one sentence on standard error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = language_of(arguments)
    write_utf8()
    try:
        return _serve(_parser(language).parse_args(arguments), arguments, language)
    except KeyboardInterrupt:
        return 0
    except NaeringsarealError as error:
        _refuse(error, arguments, language)
        return FAILURE


def _refuse(error: NaeringsarealError, arguments: Sequence[str], language: str) -> None:
    """Say why it does not start: to whoever sits here, or as an entry of a log that has begun."""
    is_json = JSON in arguments or os.environ.get(settings.variable("log")) == "json"
    if is_json and "--check" not in arguments:
        logs.refuse(error.say(language), error.code)
    else:
        print(error.say(language), file=sys.stderr)


def _serve(options: Namespace, arguments: Sequence[str], language: str) -> int:
    if options.settings:
        os.environ[settings.FILE_VARIABLE] = options.settings
    for name in _OPTIONS:
        if (value := getattr(options, name)) is not None:
            os.environ[settings.variable(name)] = value
    before = dict(os.environ)
    chosen = settings.load()
    language = language if os.environ.get(LANGUAGE_VARIABLE, "") == "" else language_of(arguments)
    tell = _teller(language, as_log=chosen.log == "json" and not options.check)
    logs.begin(chosen)
    if chosen.ledger:
        connect(chosen.ledger)  # nothing is opened; an address that is none is a wrong setting
    told.tell(chosen)
    if options.socket is not None:
        return _watched(chosen, options, tell)
    for name in settings.unknown():
        tell("serve.unknown_setting", name=name)
    if chosen.public and not options.check:
        tell("serve.public")
    if options.check:
        logs.take_over()
        from layers.serve import check  # noqa: PLC0415  # Streamlit's import takes a second

        check.run(tell, public=chosen.public)
        return 0
    return _open(chosen, before, arguments, tell)


def _open(
    chosen: Settings,
    before: dict[str, str],
    arguments: Sequence[str],
    tell: Callable[..., None],
) -> int:
    if chosen.workers and os.name != "posix":
        raise UsageError("serve.workers_here")
    host = _host()
    places = [take(host, chosen.port + place) for place in range(max(1, chosen.workers))]

    def opened() -> None:
        shown = f"[{host}]" if ":" in host else host
        base = chosen.base_path.strip("/")
        notify.tell(notify.READY)
        tell("serve.open", address=f"http://{shown}:{chosen.port}/{base}")

    if chosen.workers:
        from layers.serve.supervise import Supervisor  # noqa: PLC0415  # POSIX alone

        ports = ", ".join(str(place.getsockname()[1]) for place in places)
        tell("serve.supervises", count=chosen.workers, ports=ports)
        drain = chosen.drain_seconds
        said = [*arguments, JSON] if chosen.log == "json" else arguments
        return Supervisor(places, before, said, drain_seconds=drain, opened=opened).run()

    from layers.serve import worker  # noqa: PLC0415  # Streamlit's import takes a second

    worker.serve(chosen, places[0], tell, opened, lambda: notify.tell(notify.ALIVE))
    return 0


def _teller(language: str, *, as_log: bool) -> Callable[..., None]:
    """Return what says how the start goes: a line for people, or an entry of the log."""

    def tell(msgid: str, **parts: object) -> None:
        said = i18n.say(msgid, language, **i18n.in_words(parts))
        if as_log:
            (logs.log.warning if msgid in _WARNINGS else logs.log.info)(said)
        else:
            print(said, file=sys.stderr, flush=True)

    return tell


def _watched(chosen: Settings, options: Namespace, tell: Callable[..., None]) -> int:
    from layers.serve import process, worker  # noqa: PLC0415  # see above

    os.set_inheritable(options.told, False)  # noqa: FBT003  # as the socket

    def say(what: bytes) -> None:
        with contextlib.suppress(OSError):  # who listened is gone, and we are about to stop
            os.write(options.told, what)

    worker.end_with_parent()
    worker.serve(
        chosen,
        socket.socket(fileno=options.socket),
        tell,
        lambda: say(process.READY),
        lambda: say(process.ALIVE),
    )
    return 0


def _host() -> str:
    """Return the address to listen on: what Streamlit was told, else all that the machine has."""
    from streamlit import config  # noqa: PLC0415  # see above

    return str(config.get_option("server.address") or "0.0.0.0")  # noqa: S104


def _parser(language: str) -> Parser:
    def text(name: str) -> str:
        return i18n.say(name, language)

    parser = Parser(
        prog="python -m layers.serve", description=text("serve.help"), language=language
    )
    parser.add_argument("--port", metavar="X", help=text("serve.help_port"))
    parser.add_argument("--address", metavar="URL", help=text("serve.help_address"))
    parser.add_argument("--base-path", metavar="T", help=text("serve.help_base_path"))
    parser.add_argument("--workers", metavar="N", help=text("serve.help_workers"))
    parser.add_argument("--settings", metavar="F", help=text("serve.help_settings"))
    parser.add_argument("--check", action="store_true", help=text("serve.help_check"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=text("cli.help_lang"))
    parser.add_argument(JSON, action="store_true", help=argparse.SUPPRESS)
    for name in ("--socket", "--told"):  # between the process that watches and those that serve
        parser.add_argument(name, type=int, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
