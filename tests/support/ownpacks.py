"""A small pack whose figures can be worked out in the head, and a file for each of its layers."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import shapely

from geo.pack.read import read_pack
from geo.pack.write import Imprint, write_pack
from tests.support.rows import rows
from tests.support.shapes import square

X, Y = 614_000.0, 6_647_000.0
TOWN = shapely.box(X - 5000, Y - 5000, X + 5000, Y + 5000)
EAST = square(X, Y, side=200)
WEST = square(X - 1000, Y, side=100)


def layers():
    """Two zones of 40 and 10 daa with one plot each, all of it vacant; one of them counts."""
    far = square(X + 3000, Y, side=20)
    return {
        "municipality": rows(TOWN, municipality_no="3205", name="Prøvebygd"),
        "zones": rows(
            EAST,
            WEST,
            zone_id=["ost", "vest"],
            name=["Øst", "Vest"],
            zone_type="lokal",
            abc=["A", "C"],
            business_profile="kontor",
            illustrative=True,
        ),
        "growth_areas": rows(EAST, area_id="v", name="Vekst", counts=True, illustrative=True),
        "parcels": rows(EAST, WEST, parcel_id=["1/1", "1/2"], synthetic=True),
        "plan_areas": rows(
            TOWN,
            plan_id="p",
            land_use_code="1300",
            land_use_status=1,
            utilisation_type=18,
            utilisation_value=100.0,
            max_floors=3.0,
        ),
        "buildings": rows(far, building_id="b", floors=1.0, gross_area_m2=400.0),
        "constraints": rows(
            far.buffer(5),
            far,
            constraint_id=["f", "n"],
            kind=["flood", "nature"],
            severity="assess",
        ),
        "projects": rows(
            EAST.centroid,
            WEST.centroid,
            project_id=["p", "q"],
            name=["P", "Q"],
            zone_id=["ost", "vest"],
            jobs=[80.0, 20.0],
            jobs_low=[80.0, 20.0],
            jobs_high=[80.0, 20.0],
            effect="counts",
        ),
    }


def own_pack(folder, **changed):
    """Write the pack, with `changed` layers instead of its own (None: without), and read it."""
    if changed:
        _write(folder, **changed)
        return read_pack(folder)
    # The same layers give the same bytes, and most tests ask for these.
    content, pack = _unchanged()
    folder.mkdir(parents=True, exist_ok=True)
    for name, written in content.items():
        (folder / name).write_bytes(written)
    frames = {name: frame.copy() for name, frame in pack.layers.items()}
    return replace(pack, directory=folder, layers=MappingProxyType(frames))


@cache
def _unchanged():
    """Return the files of the pack as it is, and the pack that is read from them."""
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder))
        content = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
        return content, read_pack(Path(folder))


def _write(folder, **changed):
    made = {name: frame for name, frame in (layers() | changed).items() if frame is not None}
    about = {name: {"source": "Prøve", "synthetic": False} for name in made}
    marked = {"parcels": "synthetic", "zones": "illustrative"}
    for name in marked.keys() & about.keys():
        about[name] |= {marked[name]: True}
    write_pack(folder, made, Imprint("Prøvebygd", "3205", "2026-01-02", about))
    (folder / "strategy.toml").write_text('a = "b"\n', encoding="utf-8")
