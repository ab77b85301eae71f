"""What one address shows of itself, and the small readers that the probes share."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx

from layers.errors import ServiceError
from layers.sources import answers_check
from layers.sources.doctor.checkup import Advice
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layers.sources.doctor.asking import SharedTransport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

_EPSG: Final = re.compile(r"EPSG\b.*?(\d{4,6})$|epsg\.xml#(\d{4,6})$", re.IGNORECASE)
_DAY: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")
# A date in milliseconds since 1970 (ArcGIS) lies between 1980 and 2100.
_MILLISECONDS: Final = (315_532_800_000, 4_102_444_800_000)
_DEEPEST: Final = 6  # levels of members inside members that are looked through


@dataclass(frozen=True)
class Inquiry:
    """
    One address of one service, about to be asked.

    Attributes
    ----------
    number
        The municipality's; None where none is named.
    place
        Waits for the municipality; None where it is not to be had.
    """

    service: Service
    transport: SharedTransport
    number: str | None
    place: Callable[[], Place | None]

    @property
    def host(self) -> str:
        """The address's host."""
        return httpx.URL(self.service.url).host

    def json(self, url: str, params: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  # whatever JSON holds
        """
        Ask for a JSON document.

        Raises
        ------
        ServiceError
            If it cannot be had. If it is another thing, or about a fault.
        """
        body = self.transport.get(self.service, Request(url, params or {}))
        return answers_check.json_of(body, httpx.URL(url).host)

    def document(self, url: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Ask for a JSON object, as `json` does."""
        found = self.json(url, params)
        if not isinstance(found, dict):
            raise self.nonsense(found)
        return found

    def nonsense(self, shown: object) -> ServiceError:
        """Return what to raise where an answer is not what it should be."""
        return ServiceError("error.service_reply", host=self.host, shown=str(shown)[:80])


@dataclass(frozen=True)
class Observation:
    """
    What an address showed.

    Attributes
    ----------
    found
        The layer as the service calls it; empty where it is not there.
    offered
        The layers that there are, where the one asked for is not.
    fields
        Columns in lower case, nested ones by dotted path; None where they are not told.
    complete
        Whether a column that is not among them is surely not there.
    systems
        EPSG codes offered.
    ours
        Whether it gives the system that it is asked in; None where that is unknown.
    newest, newest_of_one
        As `Diagnosis` has them.
    """

    found: str = ""
    offered: tuple[str, ...] = ()
    fields: frozenset[str] | None = None
    complete: bool = True
    systems: tuple[int, ...] = ()
    ours: bool | None = None
    newest: str = ""
    newest_of_one: bool = False
    advice: tuple[Advice, ...] = field(default=())


NO_FEATURE: Final = Advice(msgid="doctor.no_feature", fault=False)


def flat(members: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Walk through members inside members: dotted path in lower case, and value."""
    if not isinstance(members, dict) or depth > _DEEPEST:
        return
    for name, value in members.items():
        where = f"{path}.{name}".lower() if path else str(name).lower()
        yield where, value
        inner = value[0] if isinstance(value, list) and value else value
        yield from flat(inner, where, depth + 1)


def epsg(names: object) -> tuple[int, ...]:
    """EPSG codes among names of reference systems, in whatever form they are written."""
    listed = names if isinstance(names, list | tuple | set) else [names]
    found = [_EPSG.search(str(name).strip()) for name in listed]
    codes = {int(one[1] or one[2]) for one in found if one}
    return tuple(sorted(codes))


def day(said: object) -> str:
    """Return a date as ISO has it, from text or milliseconds since 1970; empty where it is none."""
    if isinstance(said, bool) or said is None:
        return ""
    number = float(said) if isinstance(said, int | float) else None
    if number is None and str(said).strip().isdigit():
        number = float(str(said))
    if number is not None and _MILLISECONDS[0] < number < _MILLISECONDS[1]:
        return dt.datetime.fromtimestamp(number / 1000, dt.UTC).date().isoformat()
    found = _DAY.match(str(said).strip())
    return found[0] if found else ""


def dated(service: Service, values: Mapping[str, object]) -> str:
    """Return the date of one feature, by the catalogue's column for it."""
    return day(values.get(service.date_column.lower())) if service.date_column else ""
