"""
Export of a large layer in every format, beside GDAL's own GeoJSON in the same run.

Run it from the repository root::

    python -m tests.speed.layers

The layer is the plots of a made-up town. Goal: GeoJSON of 40 000 plots under three seconds. The
baseline is `GeoDataFrame.to_file`, which writes no provenance, codebook or rounding.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from geo.catalogue.codebook import codebook
from geo.formats.content import Content
from geo.formats.provenance import Provenance
from geo.formats.write import FORMATS, export_content
from tests.speed import reserve_pack

GOAL_S = 3.0
TIMES = 3


def best(action):
    """Seconds of the quickest of a few runs."""
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=40_000)
    parcels = reserve_pack.build(parser.parse_args().plots).parcels
    content = Content(
        frame=parcels,
        provenance=Provenance("Kilde", "Lisens", "2026", synthetic=True, pack_sha256="0" * 64),
        codebook=codebook(parcels, "parcels"),
        title="Eiendomsteiger",
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        print(f"{len(parcels)} plots, best of {TIMES}")
        took = {}
        for ending in FORMATS:
            path = folder / f"plots{ending}"
            took[ending] = best(lambda path=path: export_content(content, path))
            print(f"{ending:9} {took[ending]:6.2f} s  {path.stat().st_size / 1e6:6.1f} MB")
        degrees = parcels.to_crs(4326)
        path = folder / "baseline.geojson"
        baseline = best(lambda: degrees.to_file(path, driver="GeoJSON"))
        print(f"GeoDataFrame.to_file {baseline:.2f} s, ratio {baseline / took['.geojson']:.1f}")
    if took[".geojson"] > GOAL_S:
        sys.exit(f"goal: GeoJSON within {GOAL_S:.0f} s")


if __name__ == "__main__":
    main()
