"""
Make one municipality of its partitions: the land account, the 90 % rule, and rows of the summary.

The account is the same class as that of a pack and the rule the same functions as those of
`geo rule`, so what is told of each is the same too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.comparison import fields
from geo.distribute import layout, reading
from geo.distribute.accounting import read_result
from geo.distribute.neighbours import files_of
from geo.errors import NaeringsarealError
from geo.growth.terms import Terms
from geo.land import joining
from geo.land.account import ANSWERS
from geo.land.compute import NEEDS
from geo.pack.read import Pack
from geo.screening.context import as_if_real

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.distribute.crew import Failure
    from geo.distribute.layout import Municipality
    from geo.distribute.parameters import ParameterSet
    from geo.land.account import LandAccount

_PLAIN: tuple[str, ...] = fields.LAND[: fields.LAND.index("outside_zones_m2")]


@dataclass(frozen=True)
class Rows:
    """
    What is found of a municipality.

    `municipalities` has a row a set of parameters, `zones` one a zone too; `failures` are the
    sentences that say why figures are not known, each once.
    """

    municipalities: Sequence[Mapping[str, Any]]
    zones: Sequence[Mapping[str, Any]]
    failures: Sequence[str] = field(default=())


def rows(
    municipality: Municipality,
    results: Sequence[Sequence[str]],
    failures: Sequence[Failure],
    *,
    folder: Path,
    sets: Sequence[ParameterSet],
    demonstration: bool,
    language: str,
) -> Rows:
    """
    Return a municipality's rows of the summary.

    Parameters
    ----------
    municipality
        What is known of it.
    results
        Paths of the results of each of its partitions, in the order of the sets.
    failures
        Why results are not there; with one of them no figure is known.
    folder
        That the partitions are in.
    sets
        Sets of parameters.
    demonstration
        Whether the rule may be judged by made-up growth areas.
    language
        Of the sentences.
    """
    failed = list(dict.fromkeys(one.say(language) for one in failures))
    pack = None
    if not failed:
        try:
            pack = _pack(folder, municipality)
        except NaeringsarealError as error:
            failed = [error.say(language)]
    found: list[Mapping[str, Any]] = []
    of_zones: list[Mapping[str, Any]] = []
    for number, one in enumerate(sets):
        row = _basis(municipality, one, failed)
        if pack is not None and all(pack.has(name) for name in NEEDS):
            parts = [read_result(Path(paths[number]), one.rules) for paths in results]
            zones = pack.layer("zones")
            account = joining.join([part[:2] for part in parts], zones)
            row |= _land(account) | {"reserve_in_growth_m2": _sum([part[2] for part in parts])}
            of_zones += _zones(municipality, one, account, zones)
        if pack is not None:
            row |= _rule(pack, one, demonstration=demonstration)
        found.append(row)
    return Rows(found, of_zones, failed)


def _pack(folder: Path, municipality: Municipality) -> Pack:
    """Read the layers that the rule and the zones' names need, as a pack."""
    small = [name for name in ("zones", "growth_areas", "projects") if name in municipality.layers]
    frames: dict[str, Any] = dict.fromkeys(municipality.layers)
    for name in small:
        frame = reading.read(files_of(folder, municipality, name), name)
        frames[name] = frame.reset_index(drop=True)
    return Pack(
        directory=folder,
        name=municipality.name or municipality.municipality_no,
        municipality_no=municipality.municipality_no,
        built=None,
        sha256="",
        layers=MappingProxyType(frames),
        manifest=MappingProxyType(dict(municipality.layers)),
        findings=(),
    )


def _basis(municipality: Municipality, one: ParameterSet, failed: Sequence[str]) -> dict[str, Any]:
    number = municipality.municipality_no
    missing = [name for name in layout.LAYERS if name not in municipality.layers]
    return {
        "municipality_no": number,
        "parameter_set": one.name,
        "name": municipality.name,
        "county_no": number[:2],
        **one.values(),
        **dict.fromkeys((*fields.LAND, *fields.RULE, "zones_unaccounted")),
        "status": fields.UNKNOWN if failed else fields.COMPLETE,
        "reason": " ".join(failed) or None,
        "constraints_mapped": "constraints" in municipality.layers,
        "synthetic_layers": ",".join(municipality.badged("synthetic")),
        "illustrative_layers": ",".join(municipality.badged("illustrative")),
        "missing_layers": ",".join(missing),
    }


def _land(account: LandAccount) -> dict[str, Any]:
    total = account.total()
    there = account.zones["accounted"]
    if not there.any():  # as in a zone: no plots is not no vacant land
        total[list(ANSWERS)] = math.nan
    return {
        **{name: _number(total[name]) for name in _PLAIN},
        "zones_unaccounted": int((~there).sum()),
        "outside_zones_m2": _number(account.outside_zones_m2),
        "balance_error_m2": account.balance_error_m2,
    }


def _zones(
    municipality: Municipality,
    one: ParameterSet,
    account: LandAccount,
    zones: Any,  # noqa: ANN401  # a frame
) -> list[dict[str, Any]]:
    # A zone may be of several rows.
    names = zones.set_index(zones["zone_id"].astype("str"))
    names = names[~names.index.duplicated()]
    table = account.by_zone()
    return [
        {
            "municipality_no": municipality.municipality_no,
            "parameter_set": one.name,
            "zone_id": str(zone),
            "name": names["name"].get(zone),
            **{name: _number(row.get(name)) for name in fields.LAND[:-3]},
            "balance_error_m2": float(row["balance_error_m2"]),
            "synthetic": bool(row["synthetic"]),
        }
        for zone, row in zip(table.index, table.to_dict("records"), strict=True)
    ]


def _rule(pack: Pack, one: ParameterSet, *, demonstration: bool) -> dict[str, Any]:
    """Return the rule's figures; none where projects or growth areas are not known."""
    if not (pack.has("projects") and pack.has("growth_areas")):
        return {}
    layers = {
        name: pack.layer(name)
        for name in ("projects", "growth_areas", "zones")
        if name in pack.layers
    }
    judged = Pack(**{**vars(pack), "layers": MappingProxyType(layers)})
    if demonstration:
        judged = as_if_real(judged)
    elif "synthetic" in judged.badges("growth_areas"):
        return {}  # no verdict may rest on them
    # The list of projects and its database come with it, which only whoever judges needs.
    from geo.workspace import Workspace  # noqa: PLC0415

    document = Workspace(pack=judged).rule(Terms(target=one.target)).as_dict()
    gross = document["gross"]
    return {name: gross[name] for name in fields.RULE if name in gross} | {
        "verdict_with_estimates": document["with_estimates"]["gross"]["verdict"],
        "not_estimable": len(document["not_estimable"]),
    }


def _sum(values: Sequence[float | None]) -> float | None:
    return None if any(one is None for one in values) else math.fsum(one or 0.0 for one in values)


def _number(value: Any) -> float | None:  # noqa: ANN401  # a number of numpy's or None
    return None if value is None or math.isnan(float(value)) else float(value)
