"""Enhetsregisteret's local units (underenheter) of a municipality, each with its place if known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import httpx

from geo.jobs_today import BAND
from geo.schema.findings import Finding
from layers.errors import ServiceError
from layers.sources import answers_check
from layers.sources.brreg import addresses
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

    Progress = Callable[[int, int | None], None]
    Unit = dict[str, Any]

# The register answers no question beyond this row: (page + 1) × size.
DEEPEST: Final = 10_000
_ANY: Final = ""
# Codes of industry begin with a division, 00 where none is told. A longer beginning is a narrower
# question: 68, 68.2, 68.20, 68.209.
_DIVISIONS: Final = tuple(f"{number:02d}" for number in range(100))
_LONGEST: Final = len("68.209")
# A: how far from the door an address's point may lie, metres. The register does not say.
ACCURACY_M: Final = 50.0


def fetch(service: Service, place: Place, transport: Transport, progress: Progress) -> GeoDataFrame:
    """
    Fetch the units whose place of business is in the municipality.

    The register searches by several addresses of a unit, so that each unit's own place of business
    is looked at again here. Names are not taken: of sole proprietors they are a person's, and the
    register tells the form of the owner alone; the organisation number leads to the name.

    Returns
    -------
    GeoDataFrame
        A row for each unit, without a geometry where its address is not found. Beside the
        register's own columns `employees_low` and `employees_high`: no number of one to four is
        told, and without any registered there are none. ``attrs["assumptions"]`` says so where
        the register of addresses could not be asked to the end.

    Raises
    ------
    ServiceError
        If the units cannot all be had.
    """
    units = _units(service, place, transport, progress)
    here = [
        one for one in units if _of(one, "beliggenhetsadresse", "kommunenummer") == place.number
    ]
    found = addresses.find([_address(one) for one in here], service, place.number, transport)
    points = gpd.GeoSeries(list(found.points), crs=addresses.CRS)
    frame = gpd.GeoDataFrame([_row(one) for one in here], geometry=points, crs=addresses.CRS)
    if len(frame):
        frame["noyaktighet_m"] = frame.geometry.notna().map({True: ACCURACY_M, False: None})
    if found.error is not None:
        parts = {"count": found.unasked, "reason": found.error}
        note = Finding(service.source, None, "finding.addresses_unasked", "warning", parts)
        frame.attrs["assumptions"] = [note]
    return frame


def _units(service: Service, place: Place, transport: Transport, progress: Progress) -> list[Unit]:
    """Return all units that the register finds, each once."""
    found: dict[str, Unit] = {}
    expected = _count(service, place, transport, _ANY)
    for part in _parts(service, place, transport, expected):
        for unit in part:
            found[str(unit.get("organisasjonsnummer"))] = unit
        progress(len(found), expected)
    if len(found) != expected:
        raise ServiceError(
            "error.service_incomplete",
            source=service.source,
            received=len(found),
            expected=expected,
        )
    return list(found.values())


def _parts(
    service: Service, place: Place, transport: Transport, expected: int
) -> Iterator[list[Unit]]:
    """Give pages of a question that is answered to its end, or of several narrower ones."""
    asked = [(_ANY, expected)]
    while asked:
        code, count = asked.pop(0)
        if count <= DEEPEST or len(code) >= _LONGEST:
            size = min(service.page_size, DEEPEST)
            for page in range(min(-(-count // size), DEEPEST // size)):
                yield _page(service, place, transport, code, page)[0]
            continue
        for narrower in _narrower(code):
            held = _count(service, place, transport, narrower)
            if held:
                asked.append((narrower, held))


def _narrower(code: str) -> list[str]:
    if code == _ANY:
        return list(_DIVISIONS)
    dot = "" if "." in code else "."
    return [f"{code}{dot}{digit}" for digit in range(10)]


def _count(service: Service, place: Place, transport: Transport, code: str) -> int:
    return _page(service, place, transport, code, 0)[1]


def _page(
    service: Service, place: Place, transport: Transport, code: str, page: int
) -> tuple[list[Unit], int]:
    host = httpx.URL(service.url).host

    def read(body: bytes) -> tuple[list[Unit], int]:
        document = answers_check.json_of(body, host)
        try:
            units = document.get("_embedded", {}).get("underenheter", [])
            count = int(document["page"]["totalElements"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            shown = f"{type(error).__name__}: {error}"
            raise ServiceError("error.service_reply", host=host, shown=shown) from error
        if not (isinstance(units, list) and all(isinstance(one, dict) for one in units)):
            raise ServiceError("error.service_reply", host=host, shown=str(units)[:80])
        return units, count

    params = {
        "kommunenummer": place.number,
        "size": str(min(service.page_size, DEEPEST)),
        "page": str(page),
        **({"naeringskode": code} if code else {}),
        **service.params,
    }
    return read(transport.get(service, Request(service.url, params), read))


def _of(unit: Unit, *path: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    found: Any = unit
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _address(unit: Unit) -> addresses.Address:
    if unit.get("harRegistrertAntallAnsatte") is False:
        return addresses.Address("", ())  # without employees its place says nothing of jobs
    lines = _of(unit, "beliggenhetsadresse", "adresse")
    lines = lines if isinstance(lines, list) else [lines]
    number = _of(unit, "beliggenhetsadresse", "postnummer")
    return addresses.Address(
        postal_number=str(number or ""), lines=tuple(str(line) for line in lines if line)
    )


def _row(unit: Unit) -> dict[str, Any]:
    registered, number = unit.get("harRegistrertAntallAnsatte"), unit.get("antallAnsatte")
    number = number if isinstance(number, int) and not isinstance(number, bool) else None
    low: float | None = None
    high: float | None = None
    if registered is False:  # nobody is registered, so nobody is employed
        number = 0
    elif registered is True:  # registered, and where no number is told it is one to four
        low, high = BAND
    if number is not None:
        low = high = float(number)
    return {
        "organisasjonsnummer": str(unit.get("organisasjonsnummer")),
        "naeringskode": _of(unit, "naeringskode1", "kode"),
        "antallAnsatte": number,
        "harRegistrertAntallAnsatte": None if registered is None else str(registered).lower(),
        "employees_low": low,
        "employees_high": high,
        "kommunenummer": _of(unit, "beliggenhetsadresse", "kommunenummer"),
        "nedleggelsesdato": unit.get("nedleggelsesdato"),
        "registreringsdatoAntallAnsatteNAVAaregisteret": unit.get(
            "registreringsdatoAntallAnsatteNAVAaregisteret"
        ),
    }
