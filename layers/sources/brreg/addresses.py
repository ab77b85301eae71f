"""
Places of addresses by Kartverket's address service, in few questions.

A postal number's official addresses come a thousand at a time, and ours are looked up among them:
some tens of questions for a municipality instead of thousands. What is not found there (firms have
postal numbers of their own) is asked for one by one, as long as there is time. Nothing is guessed:
the service's own fuzzy search gives other houses than the one asked for.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx
import shapely

from layers.errors import ServiceError
from layers.sources import answers_check
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layers.sources.http import Transport
    from layers.sources.services import Service

CRS: Final = "EPSG:4258"  # the service's own, unless asked for another
PAGE: Final = 1000  # addresses in one answer, the most that the service gives
DEEPEST: Final = 10_000  # the service gives no address beyond
# A: how long to ask for addresses, seconds; then the rest has no known place, and is counted so.
PATIENCE_S: Final = 180.0
_SAME_M: Final = 5  # decimals of a degree: a metre, within which two points are one place
# What stands on a line of an address without being where something is.
_NO_PLACE: Final = re.compile(r"^(?:c/o|v/|att:?|pb\.?|postboks|p\.?o\.? ?box)\b", re.IGNORECASE)
_LETTER: Final = re.compile(r"(?<=\d)\s+(?=[a-zæøå]$)")


@dataclass(frozen=True)
class Address:
    """Lines as a register has them, and a postal number; either may be empty."""

    postal_number: str
    lines: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The lines that may be a street and a number, as they are compared."""
        kept = (_key(line) for line in self.lines if not _NO_PLACE.match(line.strip()))
        return tuple(key for key in kept if any(sign.isdigit() for sign in key))


@dataclass(frozen=True)
class Found:
    """
    Where addresses are.

    Attributes
    ----------
    points
        In `CRS`; None for an address that is not found, or that is at several places.
    error, unasked
        Why not all were asked for, and how many different addresses were not.
    """

    points: tuple[shapely.Point | None, ...]
    error: ServiceError | None = None
    unasked: int = 0


@dataclass
class _Gazetteer:
    """Official addresses that are known by now: postal number and text → places."""

    service: Service
    number: str
    transport: Transport
    places: dict[tuple[str, str], set[tuple[float, float]]] = field(default_factory=dict)
    deadline: float = field(default_factory=lambda: time.monotonic() + PATIENCE_S)

    def point(self, address: Address) -> shapely.Point | None:
        """Return the one place of an address, whichever of its lines says it."""
        own = {(address.postal_number, key) for key in address.keys}
        elsewhere = {("", key) for key in address.keys}
        for keys in (own, elsewhere):
            known = set().union(*(self.places.get(key, set()) for key in keys))
            if known:
                return shapely.Point(next(iter(known))) if len(known) == 1 else None
        return None

    def require_time(self) -> None:
        """Stop where time is up."""
        if time.monotonic() > self.deadline:
            raise ServiceError("error.addresses_time", seconds=PATIENCE_S)

    def list_postal(self, postal_number: str) -> None:
        """Learn all addresses of a postal number."""
        received, page = 0, 0
        while received < DEEPEST:
            self.require_time()
            rows, count = self._ask({"postnummer": postal_number, "side": str(page)})
            for key, place in rows:
                self.places.setdefault((postal_number, key), set()).add(place)
            received, page = received + len(rows), page + 1
            if not rows or received >= count:
                return

    def ask_for(self, key: str) -> None:
        """Learn where in the municipality an address is, whatever its postal number."""
        self.require_time()
        rows, _ = self._ask({"adressetekst": key, "side": "0"})
        self.places[("", key)] = {place for found, place in rows if found == key}

    def _ask(self, params: dict[str, str]) -> tuple[list[tuple[str, tuple[float, float]]], int]:
        host = httpx.URL(self.service.addresses).host

        def read(body: bytes) -> tuple[list[tuple[str, tuple[float, float]]], int]:
            document = answers_check.json_of(body, host)
            try:
                return (
                    [_place(one) for one in document["adresser"]],
                    int(document["metadata"]["totaltAntallTreff"]),
                )
            except (KeyError, TypeError, ValueError) as error:
                shown = f"{type(error).__name__}: {error}"
                raise ServiceError("error.service_reply", host=host, shown=shown) from error

        asked = {"kommunenummer": self.number, **params, "treffPerSide": str(PAGE)}
        return read(self.transport.get(self.service, Request(self.service.addresses, asked), read))


def find(wanted: Sequence[Address], service: Service, number: str, transport: Transport) -> Found:
    """
    Find addresses in a municipality, in its order; whatever fails leaves the rest without a place.

    Parameters
    ----------
    wanted
        May hold one address several times: it is asked for once.
    service
        Its `addresses` is where to ask.
    number
        Of the municipality: the service covers the country, and street names recur.
    """
    known = _Gazetteer(service, number, transport)
    try:
        for postal_number in _most_wanted(wanted):
            known.list_postal(postal_number)
        for key in _not_found(wanted, known):
            known.ask_for(key)
    except ServiceError as error:
        unasked = len(_not_found(wanted, known))
        return Found(tuple(known.point(one) for one in wanted), error, unasked)
    return Found(tuple(known.point(one) for one in wanted))


def _most_wanted(wanted: Iterable[Address]) -> list[str]:
    counted = Counter(one.postal_number for one in wanted if one.keys and one.postal_number)
    return [name for name, _ in counted.most_common()]


def _not_found(wanted: Iterable[Address], known: _Gazetteer) -> list[str]:
    """Return lines of addresses without any place so far that were not asked for by themselves."""
    return list(
        dict.fromkeys(
            key
            for one in wanted
            if not any((one.postal_number, line) in known.places for line in one.keys)
            for key in one.keys
            if ("", key) not in known.places
        )
    )


def _place(row: dict[str, Any]) -> tuple[str, tuple[float, float]]:
    spot = row["representasjonspunkt"]
    lon, lat = (round(float(spot[name]), _SAME_M) for name in ("lon", "lat"))
    return _key(str(row["adressetekst"])), (lon, lat)


def _key(line: str) -> str:
    """Write an address as it is compared: «Storgata 12 B, 3. etg.» and «STORGATA 12B» are one."""
    said = " ".join(line.partition(",")[0].casefold().split())
    return _LETTER.sub("", said)
