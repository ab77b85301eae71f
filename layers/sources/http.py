"""
One answer from a service, whole or not at all: patient with faults that pass, quick with others.

Faults that pass (no connection, HTTP 429 and 5xx, an answer cut off) are asked again with growing
waits and jitter (tenacity), and never sooner than the service says (Retry-After). No answer is
used that has not been looked through by who asked for it.
"""

from __future__ import annotations

import email.utils
import ssl
import time
from dataclasses import dataclass, field
from importlib.metadata import version
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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layers.sources.answers import AnswerStore
    from layers.sources.services import Policy, Service

AGENT: Final = f"naeringsareal (python-httpx/{version('httpx')})"
MEGABYTE: Final = 1_000_000
MAX_REDIRECTS: Final = 5
_FAULT_BYTES: Final = 100_000  # of an answer that is not 200, for what it says
_BUSY: Final = frozenset({429, 503})  # the codes that Retry-After goes with (RFC 9110, 10.2.3)
_FIRST_ERROR: Final = 400
_SERVERS_FAULT: Final = 500
_TIMED_OUT: Final = 408


@dataclass(frozen=True)
class Request:
    """What is asked of a service: with `form`, by POST."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None


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
        self._policy = policy
        self._store = store
        self._next: dict[str, float] = {}  # host → when it may be asked again
        self._client = httpx.Client(
            timeout=httpx.Timeout(policy.read_s, connect=policy.connect_s),
            headers={"User-Agent": AGENT},
            follow_redirects=False,
        )
        self.reused: set[str] = set()  # keys of answers that came from the disk

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
        form = "" if request.form is None else httpx.QueryParams(request.form).__str__()
        method = "GET" if request.form is None else "POST"
        key = self._store.key(method, request.url, request.params, form)
        kept = self._store.get(key)
        if kept is not None:
            self.reused.add(key)
            return kept
        answer = self._ask(service, request, check)
        self._store.put(key, answer)
        return answer

    def forget_reused(self) -> bool:
        """Forget the answers that came from the disk; tell whether there were any."""
        for key in self.reused:
            self._store.drop(key)
        found = bool(self.reused)
        self.reused.clear()
        return found

    def _ask(
        self, service: Service, request: Request, check: Callable[[bytes], Any] | None
    ) -> bytes:
        retrying = Retrying(
            stop=stop_after_attempt(self._policy.attempts),
            wait=self._wait,
            retry=retry_if_exception(lambda error: getattr(error, "passing", False)),
            reraise=True,
        )
        return retrying(self._once, service, request, check)

    def _wait(self, state: RetryCallState) -> float:
        own = wait_random_exponential(self._policy.backoff_s, self._policy.longest_wait_s)(state)
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, ServiceError) or error.code != "error.service_busy":
            return own
        said = error.parts["seconds"]
        return max(own, float(said)) if isinstance(said, int | float) else own

    def _once(
        self, service: Service, request: Request, check: Callable[[bytes], Any] | None
    ) -> bytes:
        host = httpx.URL(request.url).host
        asked = self._client.build_request(
            "GET" if request.form is None else "POST",
            request.url,
            params=httpx.QueryParams(request.params) if request.params else None,
            data=dict(request.form) if request.form is not None else None,
            headers=service.headers,
        )
        try:
            body = self._follow(service, asked)
        except httpx.HTTPError as error:
            raise _named(error, host) from error
        if check is not None:
            check(body)
        return body

    def _follow(self, service: Service, asked: httpx.Request) -> bytes:
        first = asked.url
        deadline = time.monotonic() + self._policy.total_s
        for _ in range(MAX_REDIRECTS + 1):
            self._pace(asked.url.host, service.per_second)
            response = self._client.send(asked, stream=True)
            try:
                if response.next_request is None:
                    self._require_good(response)
                    limit = service.max_megabytes * MEGABYTE
                    return self._body(response, deadline, limit)
                asked = response.next_request
            finally:
                response.close()
            trusted = asked.url.host == first.host or asked.url.host in service.hosts
            if not trusted or (first.scheme == "https" and asked.url.scheme != "https"):
                target = f"{asked.url.scheme}://{asked.url.host}"
                raise ServiceError("error.service_redirect", host=first.host, target=target)
        raise ServiceError("error.service_redirect", host=first.host, target=asked.url.host)

    def _pace(self, host: str, per_second: float) -> None:
        now = time.monotonic()
        wait = self._next.get(host, now) - now
        if wait > 0:
            time.sleep(wait)
        self._next[host] = max(now, self._next.get(host, now)) + 1 / per_second

    def _require_good(self, response: httpx.Response) -> None:
        status, host = response.status_code, response.url.host
        if status < _FIRST_ERROR:
            return
        if status in _BUSY:
            seconds = _retry_after(response.headers.get("Retry-After"))
            if seconds is not None and seconds > self._policy.longest_wait_s:
                raise ServiceError("error.service_wait", host=host, seconds=seconds)
            raise ServiceError(
                "error.service_busy", host=host, status=str(status), seconds=seconds, passing=True
            )
        deadline = time.monotonic() + self._policy.read_s
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
