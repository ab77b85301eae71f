"""Questions asked by many threads: each question once, and no host faster than it allows."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final

import httpx

from layers.errors import ServiceError
from layers.sources.http import Request, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.sources.answers import AnswerStore
    from layers.sources.services import Policy, Service

# «A»: within a minute in all, a service is asked three or four questions one after another.
CONNECT_S: Final = 6.0
READ_S: Final = 15.0
TOTAL_S: Final = 20.0
_PAGES: Final = (b"<!doctype html", b"<html")


def brief(policy: Policy) -> Policy:
    """Return the catalogue's patience cut short: one attempt, and no long waits."""
    return policy.model_copy(
        update={
            "attempts": 1,
            "longest_wait_s": 1.0,
            "connect_s": min(policy.connect_s, CONNECT_S),
            "read_s": min(policy.read_s, READ_S),
            "total_s": min(policy.total_s, TOTAL_S),
        }
    )


class Shared:
    """What the threads of one check have in common: answers, and when a host may be asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, Future[tuple[bytes, float]]] = {}
        self._next: dict[str, float] = {}

    def claim(self, key: str) -> tuple[Future[tuple[bytes, float]], bool]:
        """Return where an answer will be, and whether it is for the caller to get it."""
        with self._lock:
            first = key not in self._answers
            return self._answers.setdefault(key, Future()), first

    def pace(self, url: str, per_second: float, *, first: bool) -> None:
        """Wait until it is our turn to ask a host; what the others wait for goes `first`."""
        where = httpx.URL(url).netloc.decode()
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(where, now))
            self._next[where] = turn + 1 / per_second
        time.sleep(0.0 if first else max(0.0, turn - now))


class SharedTransport(Transport):
    """
    A thread's own transport, which shares answers and pace with those of the other threads.

    Attributes
    ----------
    slowest_s
        The longest that an answer took, without the wait for our turn; None before the first.
    """

    def __init__(self, policy: Policy, store: AnswerStore, shared: Shared) -> None:
        super().__init__(policy, store)
        self._shared = shared
        self._keys = store.key
        self.slowest_s: float | None = None

    def get(
        self, service: Service, request: Request, check: Callable[[bytes], Any] | None = None
    ) -> bytes:
        """
        Return an answer, another thread's where it has asked the same.

        Raises
        ------
        ServiceError
            If there is none to be had; also where a page for people comes in place of data, as
            networks send that want a login of their own.
        """
        form = str(httpx.QueryParams(request.form or {}))
        key = self._keys(service.login, request.url, request.params, form)
        answer, mine = self._shared.claim(key)
        if mine:
            first = service.type == "kommuneinfo"
            self._shared.pace(request.url, service.per_second, first=first)
            began = time.monotonic()
            try:
                body = super().get(service, request, _require_no_page(request.url))
            except BaseException as error:  # the others wait for it, whatever it is
                answer.set_exception(error)
                raise
            answer.set_result((body, time.monotonic() - began))
        body, seconds = answer.result()
        self.slowest_s = max(seconds, self.slowest_s or 0.0)
        if check is not None:
            check(body)
        return body


def _require_no_page(url: str) -> Callable[[bytes], None]:
    def check(body: bytes) -> None:
        if body.lstrip()[:20].lower().startswith(_PAGES):
            raise ServiceError("error.service_page", host=httpx.URL(url).host)

    return check
