"""``python -m layers.publish``: serve the pack and its results as OGC API Features."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo import i18n, settings
from geo.cli.runtime import Parser, UsageError, language_of, write_utf8
from geo.errors import NaeringsarealError
from layers.publish import server

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

FAILURE: Final = 2
PORT: Final = 5000  # pygeoapi's own
LOOPBACK: Final = "127.0.0.1"
_HIGHEST_PORT: Final = 65_535
_OWN: Final = frozenset({LOOPBACK, "localhost", "::1"})
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, not bound to


def main(argv: Sequence[str] | None = None) -> int:
    """Publish, and return the exit code: 0, or 2 with one sentence on standard error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = language_of(arguments)
    write_utf8()
    try:
        public = settings.load().public
        language = language_of(arguments)
        _publish(_parser(language).parse_args(arguments), language, public=public)
    except KeyboardInterrupt:
        return 0
    except NaeringsarealError as error:
        print(error.say(language), file=sys.stderr)
        return FAILURE
    except Exception:  # noqa: BLE001  # the contract: one sentence and no traceback
        print(i18n.say("error.unexpected", language), file=sys.stderr)
        return FAILURE
    return 0


def _publish(options: Namespace, language: str, *, public: bool) -> None:
    def tell(msgid: str, **parts: object) -> None:
        print(i18n.say(msgid, language, **parts), flush=True)

    if not 1 <= options.port <= _HIGHEST_PORT:
        raise UsageError("publish.port", value=str(options.port))
    server.require_pygeoapi()
    # These know pygeoapi, which may not be here.
    from layers.publish.edition import EditionMaker  # noqa: PLC0415
    from layers.publish.following import FollowingService  # noqa: PLC0415

    with server.listen(options.host, options.port) as taken:
        url = (options.url or _address(options.host, options.port)).rstrip("/")
        named = Path(options.pack) if options.pack else None
        place = (options.host, options.port)
        maker = EditionMaker(named, bind=place, url=url, public=public)
        first = maker.make()
        pack, selected = first.pack, first.selected
        for result, layer in selected.missing.items():
            names = {"result": result, "layer": layer}
            words = {key: i18n.say(f"layer.{name}", language) for key, name in names.items()}
            tell("publish.left_out", **words)
        if selected.ledger_error:
            tell("publish.ledger_error", reason=selected.ledger_error)
        shown = len(selected.collections)
        tell("publish.serves", count=shown, name=pack.name, id=pack.sha256[:8], url=url)
        if public:
            tell("publish.public")
        elif options.host not in _OWN:
            tell("publish.open")
        tell("publish.follows")
        service, stop = FollowingService(maker, first, tell), threading.Event()
        follower = threading.Thread(target=service.follow, args=(stop,), daemon=True)
        follower.start()
        try:
            server.serve(service, taken)
        finally:
            stop.set()


def _address(host: str, port: int) -> str:
    """Return the address that links carry; «all addresses» is not one, so the machine's name."""
    name = socket.gethostname() if host in _EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _parser(language: str) -> Parser:
    def text(name: str) -> str:
        return i18n.say(name, language)

    parser = Parser(
        prog="python -m layers.publish", description=text("publish.help"), language=language
    )
    parser.add_argument(
        "--port", metavar="X", type=int, default=PORT, help=text("publish.help_port")
    )
    parser.add_argument("--host", metavar="URL", default=LOOPBACK, help=text("publish.help_host"))
    parser.add_argument("--url", metavar="URL", help=text("publish.help_url"))
    parser.add_argument("--pack", metavar="DIR", help=text("cli.help_pack_dir"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=text("cli.help_lang"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
