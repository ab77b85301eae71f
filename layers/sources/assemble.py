"""
A pack's layers fetched from the services: what could be had is checked, the rest is listed.

Nothing is made up where a service is down, and nothing half is used: a service that did not give
all that it has gives nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geo.errors import NaeringsarealError, ParameterError
from geo.i18n import to_choose
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.validation import check_layer
from layers.errors import BuildError, ServiceError, ServiceUnusableError
from layers.sources import fetch
from layers.sources.fetch import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.schema.findings import Finding
    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Catalogue, Service

_DIGITS: Final = 4
_MUNICIPALITY: Final = "municipality"


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
    parts = _without_unfounded_coverage(parts)
    names = dict.fromkeys([_MUNICIPALITY, *wanted])
    return place, tuple(_assemble(name, parts.get(name, ()), catalogue) for name in names)


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


def _without_unfounded_coverage(parts: Mapping[str, list[Part]]) -> dict[str, list[Part]]:
    """
    Leave out what says that a kind was mapped where a service of that kind's finds failed.

    With the mapped area but without the finds, a site in a flood zone would be called clear.
    """
    failed = {
        part.service.constraint_kind: part.error
        for part in parts.get("constraints", ())
        if part.error is not None
    }
    asked = {part.service.constraint_kind for part in parts.get("constraints", ())}

    def founded(part: Part) -> Part:
        kind = part.service.constraint_kind
        if part.frame is None or (kind in asked and kind not in failed):
            return part
        unfounded = ServiceError("error.service_coverage")
        return Part(part.service, received=part.received, error=unfounded)

    coverage = [founded(part) for part in parts.get("constraint_coverage", ())]
    return {**parts, **({"constraint_coverage": coverage} if coverage else {})}


def _assemble(layer: str, parts: Sequence[Part], catalogue: Catalogue) -> Built:
    why = next((s.why for s in catalogue.of(layer) if s.type == "none" and s.why), "none")
    frames = [part.frame for part in parts if part.frame is not None]
    if not frames:
        return Built(layer, None, tuple(parts), why="" if parts else why)
    whole = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=schema.CRS)
    usable, findings = check_layer(layer, whole)
    if usable is None:
        first = next(found for found in findings if found.severity == "error")
        parts = [
            part
            if part.error
            else Part(
                part.service, received=part.received, error=ServiceUnusableError(finding=first)
            )
            for part in parts
        ]
    return Built(layer, usable, tuple(parts), tuple(findings))
