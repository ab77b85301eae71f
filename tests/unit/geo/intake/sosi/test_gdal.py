"""GDAL's own SOSI driver, which Debian's gdal-bin has, makes the same areas of the same files."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import subprocess
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.intake.sites import open_sites
from tests.support.sosi import EAST, NORTH, document, flate, item

REAL = Path(__file__).parents[6] / "shared" / "real" / "sosi"

needs_gdal = pytest.mark.skipif(
    shutil.which("ogr2ogr") is None and not os.environ.get("CI"),
    reason="ogr2ogr (gdal-bin) is not here",
)
# Strokes of ours lie within a millimetre of an arc, GDAL's within two centimetres.
ARC_M = 0.02
# GDAL asks for the area of the file.
AROUND = (
    f"..SOSI-NIVÅ 4\n..OMRÅDE\n...MIN-NØ {NORTH - 500} {EAST - 500}\n"
    f"...MAX-NØ {NORTH + 900} {EAST + 900}\n"
)


def gdal_areas(path, epsg=25832):
    """The areas that GDAL's driver reads, in EPSG:25832."""
    ogr2ogr = shutil.which("ogr2ogr")
    assert ogr2ogr is not None
    options = ["-f", "GeoJSON", "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=6"]
    done = subprocess.run(  # noqa: S603  # a fixed program
        [ogr2ogr, *options, "/vsistdout/", str(path), "polygons"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    features = json.loads(done.stdout)["features"]
    shapes = [shapely.geometry.shape(one["geometry"]) for one in features]
    return gpd.GeoSeries(shapes, crs=epsg).to_crs(25832)


def assert_same(sites, areas, tolerance):
    assert len(sites) == len(areas)
    for own, theirs in zip(sites.geometry, areas, strict=True):
        assert own.symmetric_difference(theirs).area <= tolerance(own)


def town(chance):
    """A grid of areas whose common borders wind, are arcs or straight, and run either way."""
    across, side = chance.randint(1, 4), 100
    curves, numbers = [], {}

    def border(x1, y1, x2, y2):
        number = len(curves) + 1
        middle = ((x1 + x2) / 2 + chance.uniform(-20, 20), (y1 + y2) / 2 + chance.uniform(-20, 20))
        points = [(x1, y1), middle, (x2, y2)]
        if chance.random() < 0.3:
            points = [points[0], points[2]]
        turned = chance.random() < 0.5
        element = "BUEP" if len(points) == 3 and chance.random() < 0.3 else "KURVE"
        curves.append(item(element, number, *(points[::-1] if turned else points)))
        return -number if turned else number

    for row in range(across + 1):
        for column in range(across + 1):
            x, y = column * side, row * side
            if column < across:
                numbers[row, column, "x"] = border(x, y, x + side, y)
            if row < across:
                numbers[row, column, "y"] = border(x, y, x, y + side)
    areas = []
    for row in range(across):
        for column in range(across):
            ring = [
                numbers[row, column, "x"],
                numbers[row, column + 1, "y"],
                -numbers[row + 1, column, "x"],
                -numbers[row, column, "y"],
            ]
            refs = " ".join(f":{number}" for number in ring)
            if chance.random() < 0.5:
                x, y = column * side + 40, row * side + 40
                island = len(curves) + 1
                corners = [(x, y), (x + 9, y), (x + 9, y + 9), (x, y)]
                curves.append(item("KURVE", island, *corners))
                refs += f" (:{island})"
            areas.append(refs)
    first = 1000
    return [*curves, *(flate(first + n, refs) for n, refs in enumerate(areas))]


@needs_gdal
@pytest.mark.parametrize("seed", range(12))
def test_gdal_makes_the_same_areas_of_a_made_up_town(tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311  # the same towns every time
    path = tmp_path / "by.sos"
    text = document(AROUND, *town(chance), charset="ISO8859-10")
    path.write_bytes(text.encode("iso8859_10"))
    sites = open_sites(path, layer="Areal")
    apart = ARC_M if ".BUEP" in text else 0
    assert_same(sites, gdal_areas(path), lambda one: one.length * apart)
    side = math.sqrt(len(sites)) * 100
    assert sites.union_all().intersects(shapely.box(EAST, NORTH, EAST + side, NORTH + side))


@needs_gdal
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize(
    ("name", "count", "area"),
    [("naturvernomraade-latin1.sos", 17, 16_446_456), ("flatetest.sos", 1, 44.11)],
)
def test_gdal_makes_the_same_areas_of_real_files(tmp_path, name, count, area):
    # GDAL reads a file only in the character set that its header names.
    text = (REAL / name).read_bytes()
    text = text.replace(b"TEGNSETT UTF-8", b"TEGNSETT ISO8859-10")
    if b"\xc3\x98" in text:
        text = text.decode("utf-8").encode("iso8859_10")
    path = tmp_path / name
    path.write_bytes(text)
    theirs = gdal_areas(path, 25835)
    assert len(theirs) == count
    assert theirs.to_crs(25835).area.sum() == pytest.approx(area, rel=1e-4)
    sites = open_sites(REAL / name)
    assert_same(sites, theirs, lambda _: 0.01)
