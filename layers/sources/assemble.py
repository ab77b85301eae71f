"""
A pack's layers fetched from the services: what could be had is checked, the rest is listed.

Nothing is made up where a service is down, and nothing half is used: a service that did not give
all that it has gives nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geo.errors import NaeringsarealError, ParameterError
from geo.i18n import Remark, to_choose
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.validation import check_layer
from layers.errors import BuildError, ServiceError, ServiceUnusableError
from layers.sources import fetch
from layers.sources.fetch import Part
from layers.sources.sifting import account

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.schema.findings import Finding
    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Catalogue, Service
    from layers.sources.sifting.tally import Tally

_DIGITS: Final = 4
_MUNICIPALITY: Final = "municipality"
_FINDS, _COVERAGE = "constraints", "constraint_coverage"
_CLIMATE: Final = "climate"


@dataclass(frozen=True, eq=False)
class Built:
    """
    One layer of the pack, or why it is not there.

    Attributes
    ----------
    frame
        As it was written; None where the layer is missing.
    parts
        What each of its services gave.
    findings
        What the check of the layer had to say.
    why
        The catalogue's word for why no service gives it; empty where one does.
    """

    layer: str
    frame: GeoDataFrame | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = field(default=())
    why: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What was built: for which municipality, each layer, and where it lies (None for nowhere)."""

    place: Place
    layers: tuple[Built, ...]
    directory: Path | None
    day: str


def require_number(number: str, catalogue: Catalogue) -> str:
    """
    Return a municipality's number as it is written, if it is one of today's.

    Raises
    ------
    ParameterError
        If it is not four digits. If another number has taken its place.
    """
    number = number.strip()
    if not (number.isascii() and number.isdigit() and len(number) == _DIGITS):
        raise ParameterError("error.municipality_number", value=quote(number))
    if number in catalogue.renumbered:
        raise ParameterError(
            "error.municipality_renumbered", number=number, new=catalogue.renumbered[number]
        )
    return number


def collect(
    catalogue: Catalogue,
    number: str,
    transport: Transport,
    only: Sequence[str],
    progress: Callable[[Service, int, int | None], None],
    ended: Callable[[Part], None] = lambda _: None,
) -> tuple[Place, tuple[Built, ...]]:
    """
    Ask the services for the layers of a pack, and check what they give.

    Parameters
    ----------
    only
        Layers to fetch beside the municipality; all where empty.
    progress
        Called with a service, the features that have come, and those that will, where known.
    ended
        Called with what a service gave, when it has been asked to the end.

    Raises
    ------
    ParameterError
        If `only` names what is no layer.
    NaeringsarealError
        If the municipality itself cannot be had: nothing else can be asked for without it.
    """
    for layer in only:
        if layer not in schema.LAYERS:
            raise ParameterError(
                "error.unknown_layer",
                layer=quote(layer),
                known=to_choose(schema.LAYERS, "layer.{}"),
            )
    place, part = _find_place(catalogue, number, transport, progress)
    ended(part)
    parts: dict[str, list[Part]] = {_MUNICIPALITY: [part]}
    wanted = [name for name in schema.LAYERS if not only or name in only]
    for layer in wanted:
        for service in catalogue.of(layer):
            if layer != _MUNICIPALITY and service.type != "none":
                progress(service, 0, None)
                one = fetch.fetch(
                    service,
                    place,
                    transport,
                    partial(progress, service),
                )
                parts.setdefault(layer, []).append(one)
                ended(one)
    names = list(dict.fromkeys([_MUNICIPALITY, *wanted]))
    built: dict[str, Built] = {}
    for name in sorted(names, key=_COVERAGE.__eq__):  # its finds first
        if name == _COVERAGE and name in parts:
            finds = built[_FINDS].parts if _FINDS in built else ()
            parts[name] = _without_unfounded(parts[name], finds)
        built[name] = _assemble(name, parts.get(name, ()), catalogue)
    return place, tuple(built[name] for name in names)


def _find_place(
    catalogue: Catalogue,
    number: str,
    transport: Transport,
    progress: Callable[[Service, int, int | None], None],
) -> tuple[Place, Part]:
    failure: NaeringsarealError = BuildError("error.build_nothing")
    for service in catalogue.of(_MUNICIPALITY):
        progress(service, 0, None)
        try:
            return fetch.find_place(service, number, transport)
        except NaeringsarealError as error:
            failure = error
    raise failure


def _without_unfounded(mapped: Sequence[Part], finds: Sequence[Part]) -> list[Part]:
    """
    Leave out what says that a kind was mapped where not all of that kind's finds are there.

    With the mapped area but without the finds, a site in a flood zone would be called clear. So
    every service of the kind that was asked must have given all that it has, and none of it have
    been dropped. Of flood that is mapped up to an interval (`Service.recurrence_years`), finds of
    longer intervals may be missing; finds of its own interval must have been asked for, and not
    only without what the climate adds: that zone is wider. Nor may a rule of the catalogue have
    taken all of a service's finds: then a value that it asks for may have got another meaning.

    Parameters
    ----------
    mapped, finds
        What the services of ``constraint_coverage`` and of ``constraints`` gave, the finds after
        the check of their layer.
    """
    return [_founded(part, finds) for part in mapped]


def _founded(part: Part, finds: Sequence[Part]) -> Part:
    why = None if part.frame is None else _unfounded(part.service, finds)
    if why is None:
        return part
    tally = part.tally and part.tally.without_kept(Remark("build.dropped_coverage"))
    return Part(part.service, tally=tally, error=why)


def _unfounded(mapped: Service, finds: Sequence[Part]) -> NaeringsarealError | None:
    """Say why a service's mapped area says too much; None where it does not."""
    concerned = [find for find in finds if _may_hold(find.service, mapped)]
    if any(find.error is not None for find in concerned):
        return ServiceError("error.service_coverage")
    lost = sum(find.tally.lost for find in concerned if find.tally is not None)
    if lost:
        return ServiceError("error.service_coverage_dropped", count=lost)
    sieved = sum(_all_filtered(find.tally) for find in concerned if find.tally is not None)
    if sieved:
        return ServiceError("error.service_coverage_filtered", count=sieved)
    own = [find.service for find in concerned if _is_of_interval(find.service, mapped)]
    if not own:
        return ServiceError("error.service_coverage_alone")
    if all(service.constants.get(_CLIMATE) == "no" for service in own):
        return ServiceError("error.service_coverage_climate")
    return None


def _all_filtered(tally: Tally) -> int:
    """Return how many finds rules left out, where they left none at all; else 0."""
    filtered = sum(tally.filtered.values())
    return filtered if filtered and filtered == tally.fetched else 0


def _may_hold(find: Service, mapped: Service) -> bool:
    """Whether what a service of finds does not give makes the mapped area say too much."""
    ours, theirs = _kinds(mapped), _kinds(find)
    if ours is not None and theirs is not None and not ours & theirs:
        return False
    longest, own = mapped.recurrence_years, find.recurrence_years
    return longest is None or own is None or own <= longest


def _is_of_interval(find: Service, mapped: Service) -> bool:
    longest = mapped.recurrence_years
    return longest is None or find.recurrence_years in {None, longest}


def _kinds(service: Service) -> frozenset[str] | None:
    """Kinds that a service's features may be of; None where that is not known."""
    if service.constraint_kind is not None:
        return frozenset({service.constraint_kind})
    codes = service.codes.get("kind")
    return None if codes is None else frozenset(map(str, codes.values()))


def _assemble(layer: str, parts: Sequence[Part], catalogue: Catalogue) -> Built:
    why = next((s.why for s in catalogue.of(layer) if s.type == "none" and s.why), "none")
    given = [part.frame for part in parts if part.frame is not None]
    if not given:
        return Built(layer, None, tuple(parts), why="" if parts else why)
    whole = account.numbered(gpd.GeoDataFrame(pd.concat(given, ignore_index=True), crs=schema.CRS))
    usable, findings = check_layer(layer, whole)
    left = whole.iloc[:0] if usable is None else usable
    counted: list[Part] = []
    start = 0
    for part in parts:
        one = part
        if part.frame is not None and part.tally is not None and part.marks is not None:
            rows = whole.iloc[start : start + len(part.frame)]
            start += len(part.frame)
            tally = account.after_check(layer, rows, left, part.tally, part.marks)
            one = replace(part, tally=tally)
        counted.append(one)
    if usable is None:
        first = next(found for found in findings if found.severity == "error")
        unusable = ServiceUnusableError(finding=first)
        counted = [
            part if part.error else Part(part.service, tally=part.tally, error=unusable)
            for part in counted
        ]
        return Built(layer, None, tuple(counted), tuple(findings))
    return Built(layer, usable.drop(columns=account.ROW), tuple(counted), tuple(findings))
