"""
The service while pack and list of projects change: the next edition is made beside the one in use.

Requests that have begun end with the edition that they began with. What cannot be published leaves
the last edition in use, and every answer says so. Since pages of one collection are asked for one
by one, every answer also says which pack and which entry of the ledger it is made from.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Final

from geo.errors import NaeringsarealError
from geo.i18n import Remark
from layers.publish import provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Receive, Scope, Send

    from layers.publish.edition import Edition, EditionMaker, PublishedState

LOOK_S: Final = 1.0  # between two looks; a change is out within five seconds
RETRY_S: Final = 10.0  # until what could not be published is tried again, unchanged as it is
PACK_HEADER: Final = "x-naeringsareal-pack"
LEDGER_HEADER: Final = "x-naeringsareal-ledger"
BEHIND_HEADER: Final = "x-naeringsareal-behind"


class FollowingService:
    """
    A web application that answers with the newest edition that could be made.

    Parameters
    ----------
    maker
        Makes editions.
    first
        The one to begin with.
    tell
        Says a text by its id, with parts, to whoever runs the service.
    """

    def __init__(self, maker: EditionMaker, first: Edition, tell: Callable[..., None]) -> None:
        self._maker, self._tell = maker, tell
        self._current = first
        self._behind: str | None = None  # code of what keeps the newest from being published
        self._failed: PublishedState | None = None
        self._wait_s = 0.0
        self._lock = threading.Lock()
        self._asked: Counter[int] = Counter()  # requests under way, by edition
        self._old: list[Edition] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with self._lock:
            edition, behind = self._current, self._behind
            self._asked[id(edition)] += 1
        said = {PACK_HEADER: edition.pack.sha256, LEDGER_HEADER: str(edition.selected.ledger_seq)}
        if behind is not None:
            said[BEHIND_HEADER] = behind
        headers = [(name.encode(), value.encode()) for name, value in said.items()]

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        try:
            await edition.app(scope, receive, send_marked)
        finally:
            with self._lock:
                self._asked[id(edition)] -= 1
            self._let_go()

    def follow(self, stop: threading.Event) -> None:
        """Look for changes until `stop` is set."""
        while not stop.wait(LOOK_S):
            self.look()

    def look(self) -> None:
        """Look once, and publish what has changed."""
        state = None
        try:
            state = self._maker.state(self._current.pack.municipality_no)
            if state == self._current.state:
                self._behind, self._failed = None, None
                return
            self._wait_s -= LOOK_S
            if state == self._failed and self._wait_s > 0:
                return
            self._publish(state)
        except NaeringsarealError as error:
            self._stay(state, error)
        except Exception:  # noqa: BLE001  # whatever it is, those who read go on reading
            self._stay(state, Remark("error.unexpected"))

    def _publish(self, state: PublishedState) -> None:
        if state.ledger_error is not None:
            raise state.ledger_error
        edition = self._maker.make()
        if edition.selected.ledger_error is not None:
            raise edition.selected.ledger_error
        with self._lock:
            self._old.append(self._current)
            self._current, self._behind, self._failed = edition, None, None
        self._let_go()
        self._tell(
            "publish.renewed",
            count=len(edition.selected.collections),
            name=edition.pack.name,
            id=edition.pack.sha256[:8],
            seq=str(edition.selected.ledger_seq),
        )

    def _stay(self, state: PublishedState | None, reason: NaeringsarealError | Remark) -> None:
        code = reason.code if isinstance(reason, NaeringsarealError) else reason.msgid
        known = self._behind == code and state == self._failed
        self._behind, self._failed, self._wait_s = code, state, RETRY_S
        if not known:  # said once, not every time it is tried
            self._tell("publish.kept", reason=reason)

    def _let_go(self) -> None:
        """Give back the memory of editions that nobody is asking any more."""
        with self._lock:
            gone = [one for one in self._old if not self._asked[id(one)]]
            self._old = [one for one in self._old if self._asked[id(one)]]
            for one in gone:
                del self._asked[id(one)]
            used = {one.place for one in (self._current, *self._old)}
            for place in {one.place for one in gone} - used:
                provider.release(place)
