"""The same two sites in every format, written by us or by ogr2ogr."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pyogrio
import pytest
import shapely

from tests.support.rows import rows
from tests.support.shapes import square

X, Y = 614_196.0, 6_647_965.0  # Lillestrøm stasjon
SQUARES = (square(X, Y), square(X + 500, Y, side=50))
COLUMNS = {"id": ["007", "b"], "name": ["Blåbær", "<b>=1+1</b>"], "jobs": [5, 12]}

# Ending → GDAL's name of the format, and the options that make it whole.
DRIVERS = {
    ".geojson": ("GeoJSON", {}),
    ".gpkg": ("GPKG", {}),
    ".shp": ("ESRI Shapefile", {"ENCODING": "UTF-8"}),
    ".fgb": ("FlatGeobuf", {"SPATIAL_INDEX": "NO"}),  # an index puts the features in another order
    ".gml": ("GML", {"FORMAT": "GML3.2"}),
    ".kml": ("LIBKML", {}),
    ".gdb": ("OpenFileGDB", {}),
    ".mif": ("MapInfo File", {"FORMAT": "MIF"}),
}
IN_DEGREES = {".kml"}
OGR2OGR = shutil.which("ogr2ogr")

needs_ogr2ogr = pytest.mark.skipif(OGR2OGR is None, reason="ogr2ogr (gdal-bin) is not here")


def sites():
    return rows(*SQUARES, **COLUMNS)


def zipped(folder, target):
    """Zip what lies in a folder, and return the zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sorted(folder.rglob("*")):
            if member.is_file():
                archive.write(member, member.relative_to(folder))
    return target


def whole(path):
    """One file to upload: a format of several files is zipped."""
    if path.suffix in {".shp", ".gdb", ".mif"}:
        return zipped(path.parent, path.parent.parent / f"{path.stem}{path.suffix}.zip")
    return path


def written(folder, ending, frame=None):
    """Write the sites with the GDAL that comes with pyogrio."""
    driver, options = DRIVERS[ending]
    frame = sites() if frame is None else frame
    frame = frame.to_crs(4326) if ending in IN_DEGREES else frame
    home = Path(tempfile.mkdtemp(dir=folder))
    path = home / f"tomter{ending}"
    given = {k: v for k, v in options.items() if k != "FORMAT" or ending != ".mif"}
    pyogrio.write_dataframe(frame, path, driver=driver, **given)
    return whole(path)


def converted(folder, ending):
    """Write the sites with Debian's ogr2ogr."""
    driver, options = DRIVERS[ending]
    source = Path(tempfile.mkdtemp(dir=folder)) / "kilde.gpkg"
    sites().to_file(source)
    home = Path(tempfile.mkdtemp(dir=folder))
    path = home / f"tomter{ending}"
    side = [part for name, value in options.items() for part in ("-lco", f"{name}={value}")]
    if ending == ".gml":
        side = ["-dsco", "FORMAT=GML3.2"]
    elif ending == ".mif":
        side = ["-dsco", "FORMAT=MIF"]
    degrees = ["-t_srs", "EPSG:4326"] if ending in IN_DEGREES else []
    subprocess.run(  # noqa: S603  # the tool itself, on files of ours
        [OGR2OGR, "-f", driver, *degrees, *side, str(path), str(source)],
        check=True,
        capture_output=True,
    )
    return whole(path)


def wkt_table():
    lines = [
        f'{one};{name};{jobs};"{shapely.to_wkt(shape, rounding_precision=-1)}"'
        for one, name, jobs, shape in zip(*COLUMNS.values(), SQUARES, strict=True)
    ]
    return "\n".join(["id;navn;arbeidsplasser;WKT", *lines]) + "\n"
