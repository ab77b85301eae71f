"""One service asked, and what it gave made ready for its layer; or why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import httpx
import pandas as pd

from geo import i18n
from geo.errors import NaeringsarealError
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.findings import Finding
from layers.errors import ServiceAddressesError, ServiceError
from layers.sources import (
    arcgis,
    files,
    geonorge,
    mapping,
    ogcapi,
    overpass,
    paging,
    registers,
    wfs,
)
from layers.sources.brreg import businesses
from layers.sources.municipality import Place, concerned, outline_of, settle
from layers.sources.sifting import circles, rules
from layers.sources.sifting.tally import NAMED, Dropped, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from layers.sources.http import Transport
    from layers.sources.services import Kind, Service

    Progress = Callable[[int, int | None], None]
    Client = Callable[[Service, Place, Transport, Progress], GeoDataFrame]

CLIENTS: Final[Mapping[Kind, Client]] = {
    "wfs": wfs.fetch,
    "ogcapi": ogcapi.fetch,
    "arcgis": arcgis.fetch,
    "overpass": overpass.fetch,
    "file": files.fetch,
    "geonorge": geonorge.fetch,
    "entur": registers.stops,
    "brreg": businesses.fetch,
}
_OVERTAKEN: Final = frozenset({"error.service_incomplete", "error.service_repeated"})
# What another address would not say otherwise.
_FINAL: Final = frozenset({"error.municipality_unknown", "error.login_unset"})


@dataclass(frozen=True, eq=False)
class Part:
    """
    What one service gave.

    Attributes
    ----------
    frame
        EPSG:25832, the pack's columns; None where `error` says why there is nothing.
    tally
        What became of what the service gave; None where it did not give all that it has.
    marks
        For each feature of the frame, whether it is `unsure` or `mended` (`Tally`).
    notes
        What had to be assumed on the way.
    """

    service: Service
    frame: GeoDataFrame | None = None
    tally: Tally | None = None
    marks: DataFrame | None = None
    error: NaeringsarealError | None = None
    notes: tuple[Finding, ...] = field(default=())


def find_place(service: Service, number: str, transport: Transport) -> tuple[Place, Part]:
    """
    Fetch the municipality itself, which all other questions rest on.

    Raises
    ------
    ServiceError
        If there is none by this number.
    NaeringsarealError
        If it cannot be had.
    """
    failed: list[tuple[str, NaeringsarealError]] = []
    transport.notes.clear()
    for one in _addresses(service):
        try:
            place, part = _place_at(one, number, transport)
        except NaeringsarealError as error:
            failed.append((one.url, error))
            if error.code in _FINAL:
                break
            continue
        return place, _answered(part, service, one, transport, failed)
    raise _given_up(service, failed)


def _place_at(service: Service, number: str, transport: Transport) -> tuple[Place, Part]:
    place = Place(number, number, None)  # type: ignore[arg-type]  # nothing asks where
    if service.type == "kommuneinfo":
        raw = registers.municipality(service, number, transport)
        service = service.model_copy(update={"keep": "all"})
    else:
        raw = CLIENTS[service.type](service, place, transport, lambda *_: None)
        service = service.model_copy(update={"keep": "number"})
    part = _sifted(raw, service, place)
    if part.frame is None or part.frame.empty:
        raise part.error or ServiceError("error.service_empty", source=service.source, name=number)
    mapped = part.frame
    named = mapped["name"].dropna() if "name" in mapped else ()
    name = str(next(iter(named), number))
    return Place(number, name, outline_of(mapped)), part


def fetch(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    """
    Ask one service, at one of its addresses after another until one gives the layer.

    A fault of its is a part of the answer, and the rest goes on. The part's service has the address
    that answered, and a note tells of those before it that did not.
    """
    service = service.model_copy(update={"params": service.asked(place.number)})
    failed: list[tuple[str, NaeringsarealError]] = []
    transport.notes.clear()
    for one in _addresses(service):
        part = _ask(one, place, transport, progress)
        if part.error is None:
            return _answered(part, service, one, transport, failed)
        failed.append((one.url, part.error))
        if part.error.code in _FINAL:
            break
    notes = (*transport.taken_notes(), *part.notes)
    return replace(part, service=service, error=_given_up(service, failed), notes=notes)


def _addresses(service: Service) -> list[Service]:
    """Return the service at each of its addresses, the others being its fallbacks there."""
    every = list(dict.fromkeys((service.url, *service.fallbacks)))
    return [
        service.model_copy(
            update={"url": url, "fallbacks": tuple(other for other in every if other != url)}
        )
        for url in every
    ]


def _answered(
    part: Part,
    service: Service,
    at: Service,
    transport: Transport,
    failed: Sequence[tuple[str, NaeringsarealError]],
) -> Part:
    said = [
        Finding(
            str(service.layer),
            None,
            "finding.service_fallback",
            "warning",
            {
                "source": service.source,
                "first": _host(url, service),
                "reason": error,
                "host": _host(at.url, service),
            },
        )
        for url, error in failed
    ]
    service = service.model_copy(update={"url": at.url})
    return replace(part, service=service, notes=(*said, *transport.taken_notes(), *part.notes))


def _given_up(
    service: Service, failed: Sequence[tuple[str, NaeringsarealError]]
) -> NaeringsarealError:
    """Return why there is nothing: the address's own reason, or each one's with its host."""
    _, last = failed[-1]
    if len(failed) == 1 or last.code in _FINAL:
        return last
    reasons = tuple((_host(url, service), error) for url, error in failed)
    return ServiceAddressesError(source=service.source, reasons=reasons)


def _host(url: str, service: Service) -> str:
    """Name an address by its host, and by its path too where another has the same host."""
    hosts = [httpx.URL(one).host for one in {service.url, *service.fallbacks}]
    at = httpx.URL(url)
    return f"{at.host}{at.path}" if hosts.count(at.host) > 1 else at.host or service.id


def _ask(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    part = _attempt(service, place, transport, progress)
    overtaken = part.error is not None and part.error.code in _OVERTAKEN
    if overtaken and transport.forget_reused():
        # Answers from an interrupted build and of today did not go together.
        return _attempt(service, place, transport, progress)
    return part


def _attempt(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    try:
        return _fetch(service, place, transport, progress)
    except NaeringsarealError as error:
        return Part(service, error=error)
    except Exception as error:  # noqa: BLE001  # nonsense from one service must not end the others
        host = httpx.URL(service.url).host or service.id
        shown = quote(f"{type(error).__name__}: {error}")
        return Part(service, error=ServiceError("error.service_reply", host=host, shown=shown))


def _fetch(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    transport.reused.clear()
    return _sifted(CLIENTS[service.type](service, place, transport, progress), service, place)


def _sifted(raw: GeoDataFrame, service: Service, place: Place) -> Part:
    """
    Keep of what a service gave what the catalogue's rules and the municipality leave, and count it.

    Raises
    ------
    ServiceError
        If it lacks a column that is asked for.
    """
    assert service.layer is not None  # those without a layer are not asked
    layer = schema.LAYERS[service.layer]
    settled, notes = settle(raw, service, place if place.shape is not None else None)
    lost = raw.reset_index(drop=True).drop(index=settled.index)
    _require_columns(settled, service)
    sieved = rules.sieve(settled, service.where)
    shaped, radii = circles.widened(settled[sieved.kept], service.radius, layer.geometry)
    here = concerned(shaped, service, place)
    kept = shaped[here]
    rows = kept.index
    unsure = {rule: int(mask[rows].sum()) for rule, mask in sieved.unsure.items()}
    marks = pd.DataFrame(
        {
            "unsure": pd.DataFrame(sieved.unsure, index=settled.index).any(axis=1)[rows],
            "mended": radii[rows].notna(),
        }
    ).reset_index(drop=True)
    tally = Tally(
        fetched=len(raw),
        repeated=raw.attrs.get(paging.REPEATED, 0),
        filtered=sieved.filtered,
        unsure=int(marks["unsure"].sum()),
        outside=int((~here).sum()),
        dropped=_unread(lost, service),
        repaired=int(marks["mended"].sum()),
        kept=len(kept),
    )
    if kept.empty and not layer.may_be_empty:
        return Part(service, tally=tally, error=_nothing(service, place, tally))
    mapped = mapping.to_schema(kept.reset_index(drop=True), service)
    twins = raw.attrs.get(paging.TWINS, 0)
    remarks = _remarks(service, twins, unsure, radii[rows].dropna())
    notes = [*raw.attrs.get("assumptions", ()), *notes, *remarks]
    return Part(service, mapped, tally, marks, notes=tuple(notes))


def _unread(lost: GeoDataFrame, service: Service) -> tuple[Dropped, ...]:
    """Count features that are in a system which is not known or fits none of the others."""
    if lost.empty:
        return ()
    assert service.layer is not None
    column = schema.LAYERS[service.layer].id_column
    mapped = mapping.to_schema(lost, service)
    names = mapped[column].dropna().astype("str")[:NAMED] if column in mapped else ()
    why = i18n.Remark("build.dropped_system")
    return (Dropped(len(lost), why, tuple(quote(name) for name in names)),)


def _require_columns(frame: GeoDataFrame, service: Service) -> None:
    for rule in service.where if len(frame) else ():
        missing = rules.missing(frame, rule)
        if missing:
            raise ServiceError(
                "error.service_rule",
                source=service.source,
                given=missing[0],
                rule=quote(rule),
                known=mapping.listed(frame),
            )


def _nothing(service: Service, place: Place, tally: Tally) -> ServiceError:
    if not tally.fetched:
        return ServiceError("error.service_empty", source=service.source, name=place.name)
    return ServiceError(
        "error.service_none_left", source=service.source, name=place.name, counted=tally
    )


def _remarks(
    service: Service, twins: int, unsure: Mapping[str, int], radii: Series
) -> Iterator[Finding]:
    def note(msgid: str, **parts: object) -> Finding:
        return Finding(service.source, None, msgid, "warning", parts)

    if twins:
        yield note("finding.service_twins", count=twins)
    for rule, count in unsure.items():
        if count:
            yield note("finding.service_unsure", count=count, rule=quote(rule))
    if len(radii):
        ends = dict.fromkeys((radii.min(), radii.max()))
        shown = {
            language: "–".join(i18n.number(end, language, int(end % 1 > 0)) for end in ends)
            for language in i18n.LANGUAGES
        }
        yield note("finding.service_circles", count=len(radii), radius=i18n.Words(**shown))
