"""All services asked at once, and all that is known when the time is up."""

from __future__ import annotations

import datetime as dt
import queue
import threading
import time
from collections import defaultdict
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from geo.errors import NaeringsarealError
from geo.schema.coercion import quote
from layers.errors import ServiceError
from layers.sources.answers import NoAnswers
from layers.sources.doctor import judge, maps, registers, secrets
from layers.sources.doctor.asking import Shared, SharedTransport, brief
from layers.sources.doctor.checkup import Advice, AskedAddress, Checkup, Diagnosis
from layers.sources.doctor.observation import Inquiry, Observation
from layers.sources.doctor.wfs import wfs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from layers.sources.municipality import Place
    from layers.sources.services import Catalogue, Kind, Policy, Service

LIMIT_S: Final = 50.0  # for all of it: an answer within a minute
_PLACE_S: Final = 12.0  # «A»: longer for the municipality, and the rest is asked without its box
_UNASKED: Final = "none"  # the type of what no program can ask
_PLACE: Final = "kommuneinfo"
_WHY: Final = {"account": "doctor.account", "own": "doctor.own_data"}

PROBES: Final[Mapping[Kind, Callable[[Inquiry], Observation]]] = {
    "wfs": wfs,
    "ogcapi": maps.ogcapi,
    "arcgis": maps.arcgis,
    "overpass": registers.overpass,
    "file": registers.file,
    "geonorge": registers.geonorge,
    "entur": registers.entur,
    "brreg": registers.brreg,
}


@dataclass(frozen=True)
class _Answer:
    """What came of one address."""

    address: AskedAddress
    advice: tuple[Advice, ...] = ()
    seen: Observation | None = None


@dataclass
class _Check:
    """One check under way; its threads outlive it where a service does not answer in time."""

    policy: Policy
    store: NoAnswers
    number: str | None
    language: str
    places: int  # addresses that may still tell where the municipality is
    hidden: frozenset[str]  # what no reason may hold
    shared: Shared = field(default_factory=Shared)
    place: Future[Place | None] = field(default_factory=Future)
    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: queue.SimpleQueue[tuple[int, int, _Answer]] = field(default_factory=queue.SimpleQueue)

    def where(self) -> Place | None:
        """Wait for the municipality, but not for ever."""
        try:
            return self.place.result(timeout=_PLACE_S)
        except NotYet:
            return None

    def tell_place(self, place: Place | None) -> None:
        """Take in what one of the addresses says of it: the first that knows decides."""
        with self.lock:
            self.places -= 1
            done = self.place.done()
            if not done and (self.number is None or place is not None or self.places <= 0):
                self.place.set_result(place if self.number is not None else None)

    def ask(self, entry: int, at: int, service: Service) -> None:
        """Ask one address, and put what came of it in the queue."""
        transport = SharedTransport(self.policy, self.store, self.shared)
        place = None
        try:
            inquiry = Inquiry(service, transport, self.number, self.where)
            if service.type == _PLACE:
                seen, place = registers.kommuneinfo(inquiry)
            else:
                seen = PROBES[service.type](inquiry)
            answer = self._answered(service, transport, seen)
        except NaeringsarealError as error:
            answer = self._failed(service, transport, error)
        except Exception as error:  # noqa: BLE001  # nonsense from one service must not end the check
            shown = quote(f"{type(error).__name__}: {error}")
            fault = ServiceError("error.service_reply", host=_host(service), shown=shown)
            answer = self._failed(service, transport, fault)
        finally:
            transport.close()
        if service.type == _PLACE:
            self.tell_place(place)
        self.answers.put((entry, at, answer))

    def _answered(self, service: Service, transport: SharedTransport, seen: Observation) -> _Answer:
        address = AskedAddress(
            host=_host(service), answered="ok", seconds=_tenths(transport.slowest_s)
        )
        return _Answer(address, judge.of_observation(service, seen), seen)

    def _failed(
        self, service: Service, transport: SharedTransport, error: NaeringsarealError
    ) -> _Answer:
        host = _host(service)
        said = [error.say(self.language)]
        if error.__cause__ is not None:  # what the machine says, for whoever mends it
            said.append(f"({quote(f'{type(error.__cause__).__name__}: {error.__cause__}')})")
        address = AskedAddress(
            host=host,
            answered="refused" if judge.refused(error) else "silent",
            seconds=_tenths(transport.slowest_s),
            reason=secrets.hidden(" ".join(said), self.hidden),
        )
        return _Answer(address, (judge.of_error(service, error, host),))


def examine(
    catalogue: Catalogue,
    number: str | None,
    language: str,
    *,
    limit_s: float = LIMIT_S,
) -> Checkup:
    """
    Ask every service of the catalogue for its description and one feature, all at once.

    Parameters
    ----------
    number
        Of the municipality whose box is asked in; None to ask without one.
    language
        Of the reasons why a service does not answer.
    limit_s
        When it ends, whoever has not answered by then.
    """
    began = time.monotonic()
    services = catalogue.services
    addresses = {at: _addresses(one) for at, one in enumerate(services) if _is_asked(one)}
    check = _Check(
        brief(catalogue.policy),
        NoAnswers(),
        number,
        language,
        sum(len(some) for some in addresses.values() if some[0].type == _PLACE),
        secrets.known_to(services),
    )
    if not check.places or number is None:
        check.place.set_result(None)
    waiting = {(entry, at) for entry, some in addresses.items() for at in range(len(some))}
    # The municipality first: the others wait for its box.
    for entry, at in sorted(waiting, key=lambda one: addresses[one[0]][0].type != _PLACE):
        arguments = (entry, at, addresses[entry][at])
        # A thread that waits for a service must not keep the program from ending.
        threading.Thread(target=check.ask, args=arguments, daemon=True).start()
    answers: dict[int, dict[int, _Answer]] = defaultdict(dict)
    while waiting and (left := began + limit_s - time.monotonic()) > 0:
        try:
            entry, at, answer = check.answers.get(timeout=left)
        except queue.Empty:
            break
        answers[entry][at] = answer
        waiting.discard((entry, at))
    for entry, at in waiting:
        answers[entry][at] = _unfinished(addresses[entry][at], limit_s, language)
    place = check.place.result() if check.place.done() else None
    return Checkup(
        at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        municipality=number or "",
        name="" if place is None else place.name,
        seconds=round(time.monotonic() - began, 1),
        services=tuple(
            _diagnosis(one, [answers[at][n] for n in sorted(answers[at])])
            for at, one in enumerate(services)
        ),
    )


def _is_asked(service: Service) -> bool:
    known = service.type == _PLACE or service.type in PROBES
    return known and bool(service.url) and judge.of_settings(service) is None


def _addresses(service: Service) -> list[Service]:
    """Return the service once for each of its addresses, each on its own."""
    every = (service.url, *service.fallbacks)
    hosts = tuple(dict.fromkeys([*service.hosts, *(httpx.URL(one).host for one in every)]))
    changes = {"fallbacks": (), "hosts": hosts, "read_s": None, "total_s": None}
    return [service.model_copy(update={**changes, "url": one}) for one in every]


def _unfinished(service: Service, limit_s: float, language: str) -> _Answer:
    host, seconds = _host(service), round(limit_s)
    advice = Advice(msgid="doctor.unfinished", parts={"host": host, "seconds": seconds})
    return _Answer(
        AskedAddress(host=host, answered="silent", reason=advice.say(language)), (advice,)
    )


def _diagnosis(service: Service, answers: Sequence[_Answer]) -> Diagnosis:
    entry = Diagnosis(
        id=service.id,
        source=service.source,
        type=service.type,
        layer=service.layer,
        used=service.layer is not None and service.type != _UNASKED,
        addresses=tuple(one.address for one in answers),
        verdict="not_asked",
    )
    if not answers:
        why = judge.of_settings(service) or _why_not(service)
        verdict = "fault" if why.fault and entry.used else entry.verdict
        return entry.model_copy(update={"verdict": verdict, "advice": (why,)})
    heard = [one for one in answers if one.seen is not None]
    best = next((one for one in heard if not _faults(one)), next(iter(heard), None))
    if best is None:
        said = [advice for one in answers for advice in one.advice]
        seen = Observation()
    else:
        before = answers[: answers.index(best)]
        silent = [one.address.host for one in before]
        said = [*best.advice, *(_instead(host) for host in silent)]
        seen = best.seen or Observation()
    wrong = any(advice.fault for advice in said) and entry.used
    there, needed, others = judge.columns(service, seen)
    return entry.model_copy(
        update={
            "verdict": "fault" if wrong else "remark" if said else "ok",
            "found": seen.found,
            "columns": there,
            "missing": needed,
            "missing_optional": others,
            "ours": seen.ours,
            "systems": seen.systems,
            "newest": seen.newest,
            "newest_of_one": seen.newest_of_one and bool(seen.newest),
            "advice": tuple(one for at, one in enumerate(said) if one not in said[:at]),
        }
    )


def _instead(host: str) -> Advice:
    return Advice(msgid="doctor.fallback", parts={"host": host}, fault=False)


def _faults(answer: _Answer) -> bool:
    return any(advice.fault for advice in answer.advice)


def _why_not(service: Service) -> Advice:
    if service.type != _UNASKED and not service.url:
        return Advice(msgid="doctor.no_address")
    return Advice(msgid=_WHY.get(service.why, "doctor.unasked"), fault=False)


def _host(service: Service) -> str:
    """Return where a service is, without its path; of a file, that."""
    return httpx.URL(service.url).host or Path(service.url).name


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
