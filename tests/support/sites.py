"""A small municipality for the screening, in which every figure can be worked out in the head."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import shapely

from geo.jobs import read_norms
from geo.pack.read import Pack
from geo.schema.layers import CONSTRAINT_KINDS
from geo.schema.manifest import LayerInfo
from geo.screening.context import context_of
from geo.screening.screen import screen
from tests.support.projects import AREAS, EAST, INSIDE, NORTH, OUTSIDE, ledger, project
from tests.support.rows import rows

NORMS = read_norms()


def at(x, y, *, side=100.0, height=None):
    """Rectangle with its lower left corner x metres east and y north of the centre's corner."""
    height = side if height is None else height
    return shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + height)


def spot(x, y):
    return shapely.Point(EAST + x, NORTH + y)


OWN = at(-2000, -2000, side=10_000)
NEIGHBOUR = at(8000, -2000, side=10_000)
# Zones of a square kilometre: A in the growth area that counts, C and B outside, all with plans.
LAYERS = {
    "municipality": rows(OWN, NEIGHBOUR, municipality_no=["3205", "3209"], name=["Vår", "Nabo"]),
    "zones": rows(
        *(at(x, 0, side=1000) for x in (0, 2000, 4000)),
        zone_id=["a", "c", "b"],
        name=["Byen", "Skogen", "Midten"],
        abc=["A", "C", "B"],
    ),
    "growth_areas": AREAS.assign(name="Vekst"),
    "plan_areas": rows(
        *(at(x, 0, side=1000) for x in (0, 2000, 4000)),
        plan_id=["p-a", "p-c", "p-b"],
        land_use_code=["1300", "1300", "1110"],
    ),
    "constraints": rows(constraint_id=[], kind=[], severity=[], source=[]),
    "constraint_coverage": rows(*[OWN] * len(CONSTRAINT_KINDS), kind=list(CONSTRAINT_KINDS)),
    "stations": rows(spot(500, -100), station_id="s", name="Sentrum stasjon"),
    "context": rows(
        shapely.LineString([spot(-1000, -100), spot(9000, -100)]), name="E6", kind="road"
    ),
    "corridor_nodes": rows(spot(0, 500), spot(1000, 500), seq=[1, 2], name=["x", "y"]),
    "buildings": rows(building_id=[], floors=[], gross_area_m2=[]),
}
# 900 new jobs inside, 60 outside: 93.75 %, and room for 40 more outside.
TOWN = (project(INSIDE, 900), project(OUTSIDE, 60))
CLEAR = at(450, 300)  # in the middle of zone A, 400 m from the station


def pack(manifest=None, **layers):
    """The small municipality with some layers changed; None leaves one out."""
    there = {name: frame for name, frame in (LAYERS | layers).items() if frame is not None}
    return Pack(
        directory=Path(),
        name="Prøve",
        municipality_no="3205",
        built=None,
        sha256="0" * 64,
        layers=MappingProxyType(there),
        manifest=MappingProxyType({k: LayerInfo(**v) for k, v in (manifest or {}).items()}),
        findings=(),
    )


def land(*, projects=TOWN, account=None, manifest=None, accuracy=None, **layers):
    """The same, made ready for screening; projects is a tuple of `project`, or None."""
    state = None if projects is None else ledger(*projects)
    made = pack(manifest, **layers)
    return context_of(made, state, NORMS, account, border_accuracy_m=accuracy)


def barred(*shapes, kind="flood", severity="exclude", source="NVE"):
    count = range(len(shapes))
    return rows(
        *shapes,
        constraint_id=[f"c{n}" for n in count],
        kind=kind,
        severity=severity,
        source=source,
    )


def site(shape, **columns):
    return rows(shape, **({"id": "1"} | columns))


def screened(shape, *, on=None, remedies=True, utilisation=None, **columns):
    """Screen one site on the ground given, else on the small municipality as it is."""
    found = screen(
        land() if on is None else on,
        site(shape, **columns),
        with_remedies=remedies,
        utilisation=utilisation,
    )
    assert len(found) == 1
    return found[0]


def codes(found, light=None):
    """Ids of the reasons, all or those of one light."""
    return [
        one.remark.msgid for one in found.verdict.reasons if light is None or one.light == light
    ]
