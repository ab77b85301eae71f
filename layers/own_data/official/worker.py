"""
The services asked in a process of its own: ended at any moment, it leaves nothing half made.

It takes a `FetchOrder` as a line of JSON on standard input, tells how far it is as lines of JSON on
standard output, and puts a pack and its report into the folder that it is given. It ends when its
standard input does: the server that it works for is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import NaeringsarealError
from geo.i18n import LANGUAGES
from layers.sources import assemble, install
from layers.sources import services as catalogues
from layers.sources.answers import AnswerStore
from layers.sources.http import Transport
from layers.sources.report import counted_of, document_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layers.sources.assemble import Outcome
    from layers.sources.fetch import Part
    from layers.sources.services import Service

    Tell = Callable[..., None]

PACK: Final = "pack"  # in the folder: what came, as a pack
REPORTS: Final = "reports.json"  # beside it: what became of each layer, by language
COUNTED: Final = "counted"  # in it: what became of each service's features, in words
_EVERY_S: Final = 0.3  # between two words on how far one service is


@dataclass(frozen=True)
class FetchOrder:
    """
    What is to be fetched.

    Attributes
    ----------
    number
        Of the municipality, four digits.
    layers
        Of `geo.schema.layers.LAYERS`; at least one.
    services
        Path of a file of services; empty for the built-in catalogue alone.
    answers
        Folder where answers are kept, and used again by the next order.
    folder
        Where the result goes; exists.
    """

    number: str
    layers: tuple[str, ...]
    services: str
    answers: str
    folder: str

    def written(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self))


def words(error: NaeringsarealError) -> dict[str, str]:
    """Return what an error says, by language."""
    return {language: error.say(language) for language in LANGUAGES}


def main() -> int:
    """Fetch what is ordered; exit 0 with a pack, 2 with a sentence on why there is none."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    try:
        _fetch(FetchOrder(**{**order, "layers": tuple(order["layers"])}))
    except NaeringsarealError as error:
        _tell("failed", reason=words(error))
        return 2
    _tell("finished")
    return 0


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(1)


def _tell(event: str, **parts: Any) -> None:  # noqa: ANN401  # whatever JSON can hold
    sys.stdout.write(json.dumps({"event": event, **parts}) + "\n")
    sys.stdout.flush()


def _fetch(order: FetchOrder) -> None:
    catalogue = catalogues.read(Path(order.services) if order.services else None)
    store = AnswerStore(Path(order.answers), catalogue.policy.max_age_h)
    transport = Transport(catalogue.policy, store)
    try:
        place, layers = assemble.collect(
            catalogue, order.number, transport, order.layers, _Progress().tell, _ended
        )
    finally:
        transport.close()
    _tell("writing")
    folder = Path(order.folder)
    outcome = install.publish(place, layers, folder / PACK, lambda made: _dumps(_reports(made)))
    (folder / REPORTS).write_text(_dumps(_reports(outcome)), encoding="utf-8")


def _reports(outcome: Outcome) -> Mapping[str, Any]:
    parts = [part for built in outcome.layers for part in built.parts]
    return {
        language: {
            **document_of(outcome, language),
            COUNTED: {part.service.id: counted_of(part, language) for part in parts},
        }
        for language in LANGUAGES
    }


def _dumps(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


class _Progress:
    def __init__(self) -> None:
        self._last = 0.0

    def tell(self, service: Service, done: int, total: int | None) -> None:
        """Say how far a service is, a few times a second."""
        now = time.monotonic()
        if done > 0 and done != total and now - self._last < _EVERY_S:
            return
        self._last = now
        _tell("asked", service=service.id, done=done, total=total)


def _ended(part: Part) -> None:
    kept = None if part.frame is None else len(part.frame)
    reason = None if part.error is None else words(part.error)
    _tell("ended", service=part.service.id, kept=kept, reason=reason)


if __name__ == "__main__":
    sys.exit(main())
