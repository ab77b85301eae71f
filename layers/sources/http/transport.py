"""
One answer from a service, whole or not at all: patient with faults that pass, quick with others.

Faults that pass (no connection, HTTP 429 and 5xx, an answer cut off) are asked again with growing
waits and jitter (tenacity), and never sooner than the service says (Retry-After). No answer is
used that has not been looked through by who asked for it.
"""

from __future__ import annotations

import email.utils
import json
import math
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from layers.errors import ServiceError, ServiceStatusError
from layers.sources import answers_check
from layers.sources.http import identity, trust

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.schema.findings import Finding
    from layers.sources.answers import AnswerStore
    from layers.sources.services import Policy, Service

MEGABYTE: Final = 1_000_000
MAX_REDIRECTS: Final = 5
_FAULT_BYTES: Final = 100_000  # of an answer that is not 200, for what it says
# The codes that Retry-After goes with (RFC 6585, 4; RFC 9110, 10.2.3).
_TOO_MANY, _UNAVAILABLE = 429, 503
_FIRST_OTHER: Final = 300  # than success
_SEE_OTHER: Final = 303
_REFUSED: Final = frozenset({401, 403})
_TIMED_OUT: Final = 408
_SERVERS_FAULT: Final = 500
# A service with several addresses is asked so often at each of them at least. A.
_FEWEST_ATTEMPTS: Final = 2


@dataclass(frozen=True)
class Request:
    """
    What is asked of a service.

    Attributes
    ----------
    form, document
        Sent by POST, as a form and as JSON.
    busy_s
        The shortest wait after the service has said that it is asked too often (HTTP 429).
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    document: Mapping[str, Any] | None = None
    busy_s: float = 0.0

    @property
    def method(self) -> str:
        """GET, or POST where there is something to send."""
        return "GET" if self.form is None and self.document is None else "POST"


class Transport:
    """
    Asks services, and remembers what they answered.

    Parameters
    ----------
    policy
        How patient to be.
    store
        Where answers are kept.
    """

    def __init__(self, policy: Policy, store: AnswerStore) -> None:
        self.policy = policy
        self.contact = identity.contact(policy)
        self._store = store
        self._next: dict[str, float] = {}  # host → when it may be asked again
        self._silent: set[str] = set()  # hosts that could not be reached when they were last asked
        self._client = httpx.Client(
            headers={"User-Agent": identity.agent(self.contact)}, verify=trust.trusted()
        )
        self.reused: set[str] = set()  # keys of answers that came from the disk
        self.notes: list[Finding] = []  # on the service that is asked, until they are taken
        self._said: set[str] = set()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def get(
        self, service: Service, request: Request, check: Callable[[bytes], Any] | None = None
    ) -> bytes:
        """
        Return an answer that `check` has nothing against, from the disk or from the service.

        Raises
        ------
        ServiceError
            If there is none to be had.
        """
        return self.kept(request, lambda: self.ask(service, request, check))

    def kept(self, request: Request, make: Callable[[], bytes]) -> bytes:
        """Return the answer to a request from the disk, or make it and keep it there."""
        key = self._key(request)
        answer = self._store.get(key)
        if answer is not None:
            self.reused.add(key)
            return answer
        answer = make()
        self._store.put(key, answer)
        return answer

    def keep(self, request: Request, answer: bytes) -> None:
        """Keep an answer in the place of the one that may be there."""
        self._store.put(self._key(request), answer)

    def drop(self, request: Request) -> None:
        """Forget the answer to a request."""
        self._store.drop(self._key(request))

    def _key(self, request: Request) -> str:
        body = "" if request.form is None else str(httpx.QueryParams(request.form))
        if request.document is not None:
            body = json.dumps(request.document, sort_keys=True)
        return self._store.key(request.method, request.url, request.params, body)

    def note_once(self, note: Finding) -> None:
        """Note what is to be said of all services of a build once."""
        if note.msgid not in self._said:
            self._said.add(note.msgid)
            self.notes.append(note)

    def taken_notes(self) -> tuple[Finding, ...]:
        """Return what was noted since the last time."""
        notes = tuple(dict.fromkeys(self.notes))
        self.notes.clear()
        return notes

    def limits(self, service: Service) -> tuple[float, float]:
        """Return the seconds of silence and for a whole answer that a service is given."""
        return service.read_s or self.policy.read_s, service.total_s or self.policy.total_s

    def forget_reused(self) -> bool:
        """Forget the answers that came from the disk; tell whether there were any."""
        for key in self.reused:
            self._store.drop(key)
        found = bool(self.reused)
        self.reused.clear()
        return found

    def ask(
        self, service: Service, request: Request, check: Callable[[bytes], Any] | None = None
    ) -> bytes:
        """
        Return an answer from the service itself, and keep it nowhere.

        Raises
        ------
        ServiceError
            As of `get`.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts(service, httpx.URL(request.url).host)),
            wait=self._wait,
            retry=retry_if_exception(lambda error: getattr(error, "passing", False)),
            reraise=True,
        )
        return retrying(self._once, service, request, check)

    def _attempts(self, service: Service, host: str) -> int:
        """Share the attempts among a service's addresses; one that was silent gets a single one."""
        most = self.policy.attempts
        if not service.fallbacks:
            return most
        if host in self._silent:
            return 1
        return min(most, max(_FEWEST_ATTEMPTS, math.ceil(most / (1 + len(service.fallbacks)))))

    def _wait(self, state: RetryCallState) -> float:
        own = wait_random_exponential(self.policy.backoff_s, self.policy.longest_wait_s)(state)
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, ServiceError) or error.code != "error.service_busy":
            return own
        said = error.parts["seconds"]
        return max(own, float(said)) if isinstance(said, int | float) else own

    def _once(
        self, service: Service, request: Request, check: Callable[[bytes], Any] | None
    ) -> bytes:
        host = httpx.URL(request.url).host
        try:
            body = self._follow(service, request)
        except httpx.HTTPError as error:
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                self._silent.add(host)
            raise _named(error, host) from error
        self._silent.discard(host)
        if check is not None:
            check(body)
        return body

    def _follow(self, service: Service, request: Request) -> bytes:
        """Follow redirects with the same method and body, where clients usually drop both."""
        first = httpx.URL(request.url)
        asked = self._built(service, request, first.copy_merge_params(request.params))
        self._pace(first.host, service.per_second)  # no part of the service's own time
        deadline = time.monotonic() + self.limits(service)[1]
        for _ in range(MAX_REDIRECTS + 1):
            response = self._client.send(asked, stream=True)
            try:
                if response.next_request is None:
                    self._require_good(service, request, response)
                    limit = service.max_megabytes * MEGABYTE
                    return self._body(response, deadline, limit)
                target = response.next_request.url
            finally:
                response.close()
            identity.require_trusted(service, first, target)
            if response.status_code == _SEE_OTHER and request.method == "POST":
                raise ServiceError("error.service_see_other", host=first.host, target=target.host)
            asked = self._built(service, request, target)
            self._pace(target.host, service.per_second)
        raise ServiceError("error.service_redirect", host=first.host, target=asked.url.host)

    def _built(self, service: Service, request: Request, url: httpx.URL) -> httpx.Request:
        read_s, _ = self.limits(service)
        return self._client.build_request(
            request.method,
            url,
            data=dict(request.form) if request.form is not None else None,
            json=request.document,
            headers=identity.headers(service, url),
            timeout=httpx.Timeout(read_s, connect=self.policy.connect_s),
        )

    def _pace(self, host: str, per_second: float) -> None:
        now = time.monotonic()
        wait = self._next.get(host, now) - now
        if wait > 0:
            time.sleep(wait)
        self._next[host] = max(now, self._next.get(host, now)) + 1 / per_second

    def _require_good(self, service: Service, request: Request, response: httpx.Response) -> None:
        status, host = response.status_code, response.url.host
        if status < _FIRST_OTHER:
            return
        if status in {_TOO_MANY, _UNAVAILABLE}:
            seconds = _retry_after(response.headers.get("Retry-After"))
            if seconds is not None and seconds > self.policy.longest_wait_s:
                raise ServiceError("error.service_wait", host=host, seconds=seconds)
            if status == _TOO_MANY and request.busy_s:
                shortest = min(request.busy_s, self.policy.longest_wait_s)
                seconds = max(shortest, seconds or 0.0)
            if seconds is not None:  # whoever asks the host next waits too
                self._next[host] = max(self._next.get(host, 0.0), time.monotonic() + seconds)
            raise ServiceError(
                "error.service_busy", host=host, status=str(status), seconds=seconds, passing=True
            )
        if status in _REFUSED and service.login and identity.is_own(service, response.url):
            name, _ = identity.variables(service)
            raise ServiceError("error.login_refused", host=host, status=str(status), name=name)
        deadline = time.monotonic() + self.limits(service)[0]
        try:
            said = answers_check.fault_in(self._body(response, deadline, _FAULT_BYTES))
        except ServiceError:
            said = None
        reason = f": {said}" if said else ""
        if status >= _SERVERS_FAULT or status == _TIMED_OUT:
            raise ServiceStatusError(
                "error.service_status", host=host, status=str(status), reason=reason, passing=True
            )
        raise ServiceStatusError(
            "error.service_status", host=host, status=str(status), reason=reason
        )

    def _body(self, response: httpx.Response, deadline: float, limit: int) -> bytes:
        host = response.url.host
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > limit:
                raise ServiceError("error.service_too_large", host=host, limit=limit / MEGABYTE)
            if time.monotonic() > deadline:
                raise ServiceError("error.service_slow", host=host, passing=True)
            parts.append(part)
        return b"".join(parts)


def _named(error: httpx.HTTPError, host: str) -> ServiceError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return ServiceError("error.service_certificate", host=host)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.UnsupportedProtocol):
        return ServiceError("error.service_reply", host=host, shown=str(error))
    if isinstance(error, httpx.TimeoutException):
        return ServiceError("error.service_slow", host=host, passing=True)
    return ServiceError("error.service_unreachable", host=host, passing=True)


def _retry_after(said: str | None) -> float | None:
    """Seconds that a service asks us to wait: it says a number, or a time."""
    if not said:
        return None
    if said.strip().isdigit():
        return float(said)
    try:
        moment = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())
