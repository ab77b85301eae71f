"""
Builds the embedded data pack: ``python -m data.build [--output DIR]``.

Two builds of the same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from data import facts, manifest
from data.synthetic import constraints, town
from geo.pack.write import write_pack

if TYPE_CHECKING:
    import geopandas as gpd

DEFAULT_OUTPUT: Final = Path(__file__).parent / "lillestrom"
COPIED: Final = ("strategy.toml", "en.po")

AREA_KM2: Final = 457.0  # Strategi for bærekraftig næringsutvikling 2022–2030
AREA_TOLERANCE_KM2: Final = 1.0

# The order in the file, and so its bytes.
LAYERS: Final = (
    "municipality",
    "zones",
    "growth_areas",
    "parcels",
    "plan_areas",
    "buildings",
    "constraints",
    "constraint_coverage",
    "stations",
    "projects",
    "corridor_nodes",
    "context",
    "places",
)


class BoundaryError(ValueError):
    """The municipality's polygon does not have the municipality's area."""


def layers() -> dict[str, gpd.GeoDataFrame]:
    """All layers of the pack, EPSG:25832, in the order of the file."""
    municipality = facts.municipality()
    own = municipality.loc[municipality["municipality_no"] == manifest.MUNICIPALITY_NO]
    check_area(float(own.geometry.area.sum()))
    zones = facts.zones()
    context = facts.context()
    grown = town.grow(zones)
    found = {
        "municipality": municipality,
        "zones": zones,
        "growth_areas": facts.growth_areas(),
        "stations": facts.stations(),
        "projects": facts.projects(),
        "corridor_nodes": facts.corridor_nodes(),
        "context": context,
        "places": facts.places(),
        **grown,
        **constraints.constrain(zones, context, grown["buildings"], own.geometry.item()),
    }
    return {name: found[name] for name in LAYERS}


def check_area(area_m2: float) -> None:
    """
    Compare the municipality's area with the strategy's 457 km².

    Raises
    ------
    BoundaryError
        If it is more than 1 km² away: then the boundary is not Lillestrøm's.
    """
    area_km2 = area_m2 / 1e6
    if abs(area_km2 - AREA_KM2) > AREA_TOLERANCE_KM2:
        msg = f"The municipality's polygon is {area_km2:.1f} km², not {AREA_KM2:.0f} ± 1 km²"
        raise BoundaryError(msg)


def build(output: Path) -> None:
    """Write pack.gpkg, manifest.toml, strategy.toml and en.po to the folder `output`."""
    write_pack(output, layers(), manifest.imprint())
    for name in COPIED:
        shutil.copyfile(facts.SOURCES / name, output / name)


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT)
    output = parser.parse_args().output
    build(output)
    print(f"{output}: {(output / 'pack.gpkg').stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
