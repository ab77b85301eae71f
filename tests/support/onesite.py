"""One and the same site, written in every format, system and spelling that people have."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import shapely
from pyproj import Transformer

from geo.schema.layers import CRS

SITE = shapely.box(613_800, 6_649_900, 614_000, 6_650_000)  # 20 000 m², in Kjeller
NEAR = SITE.buffer(5_000)
ID, NAME, JOBS = "A7", "Blåbærveien 1 & Sønn", 120

DEGREES = (4326, 4258)
# UTM 31 to 36, NTM 10 and 11, and the WGS84 names of UTM, which in Norway are the same ground.
METRES = (25832, 25833, 25835, 25831, 32632, 32633, 5110, 5111)
SYSTEMS = (*METRES, *DEGREES)
# What columns without a system may be in: all that the numbers can tell.
TOLD_BY_NUMBERS = (25832, 25833, 25835, 4326)

# What people call the columns: name, id and jobs.
HEADINGS = (
    {"id": "id", "name": "navn", "jobs": "jobs"},
    {"id": "ID", "name": "Navn", "jobs": "Arbeidsplasser"},
    {"id": "site_id", "name": "NAME", "jobs": "ansatte"},
    {"id": "Prosjekt ID", "name": "Prosjektnavn", "jobs": "Antall arbeidsplasser"},
    {"id": "prosjekt-id", "name": "tittel", "jobs": "EMPLOYEES"},
)

# Ending → GDAL's name of the format, and its options.
_DRIVERS = {
    "geojson": ("GeoJSON", {}),
    "gpkg": ("GPKG", {}),
    "shp": ("ESRI Shapefile", {"ENCODING": "UTF-8"}),
    "fgb": ("FlatGeobuf", {}),
    "gml": ("GML", {"FORMAT": "GML3.2"}),
    "gdb": ("OpenFileGDB", {}),
    "mif": ("MapInfo File", {}),
}
_TOGETHER = {"shp", "gdb", "mif"}  # formats of several files, which are sent in a zip
# What `.prj` and MapInfo cannot name is not the file's fault: systems that every format can say.
_ALL_CAN_SAY = (25832, 25833, 25835, 25831, 4326)
_SOSI_SYSTEMS = {25831: "21", 25832: "22", 25833: "23", 25835: "25", 5110: "110", 5111: "111"}


def shape_in(epsg, shape=SITE):
    """Put a shape in a system, east before north."""
    move = Transformer.from_crs(CRS, epsg, always_xy=True).transform
    return shapely.transform(shape, lambda xy: _columns(move(xy[:, 0], xy[:, 1])))


def _columns(pair):
    return shapely.get_coordinates(shapely.points(*pair))


def frame(epsg, headings, shape=SITE):
    """One row, as geopandas has it."""
    values = {headings["id"]: [ID], headings["name"]: [NAME], headings["jobs"]: [JOBS]}
    return gpd.GeoDataFrame(values, geometry=[shape_in(epsg, shape)], crs=epsg)


def by_gdal(ending, epsg, headings):
    """Return a file's name and content, written by GDAL."""
    driver, options = _DRIVERS[ending]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inn" / f"tomt.{ending}"
        path.parent.mkdir()
        pyogrio.write_dataframe(frame(epsg, headings), path, driver=driver, **options)
        if ending not in _TOGETHER:
            return path.name, path.read_bytes()
        return f"tomt.{ending}.zip", _zipped(path.parent)


def _zipped(folder):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member in sorted(folder.rglob("*")):
            if member.is_file():
                archive.write(member, member.relative_to(folder))
    return content.getvalue()


def parquet(epsg, headings):
    content = io.BytesIO()
    frame(epsg, headings).to_parquet(content)
    return "tomt.parquet", content.getvalue()


def kml(headings):
    """KML is in degrees, and has names and descriptions of its own beside extended data."""
    ring = _ring_text(shape_in(4326), "{:.10f},{:.10f}", " ")
    data = "".join(
        f'<Data name="{headings[one]}"><value>{value}</value></Data>'
        for one, value in (("id", ID), ("jobs", JOBS))
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><Placemark><name>{NAME.replace('&', '&amp;')}</name>"
        f"<ExtendedData>{data}</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    )
    return "tomt.kml", text.encode()


def _ring_text(shape, pattern, between):
    return between.join(pattern.format(x, y) for x, y in shapely.get_coordinates(shape))


def geojson(epsg, headings, *, way):
    """GeoJSON by hand: `way` is where the system stands, or how it is written."""
    properties = {headings["id"]: ID, headings["name"]: NAME, headings["jobs"]: JOBS}
    geometry = shapely.geometry.mapping(shape_in(epsg))
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    document = {"type": "FeatureCollection", "features": [feature]}
    named = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}
    if way == "member":
        document["crs"] = named
    elif way == "short":
        document["crs"] = {"type": "name", "properties": {"name": f"EPSG:{epsg}"}}
    elif way == "string":
        document["crs"] = f"EPSG:{epsg}"
    elif way == "geometry":
        feature["geometry"] = {**geometry, "crs": named}
    elif way == "sequence":
        return "tomt.geojsons", b"\x1e" + json.dumps(feature).encode() + b"\n"
    elif way == "lines":
        return "tomt.geojsonl", json.dumps(feature).encode() + b"\n"
    if way == "feature_id":
        feature["id"] = properties.pop(headings["id"])
    return "tomt.geojson", json.dumps(document).encode()


def table(columns, *, delimiter=";", encoding="utf-8-sig", above=(), ending="csv"):
    """A text table of one row: `columns` from heading to cell; `above` are lines before it."""

    def line(cells):
        return delimiter.join(_quoted(cell, delimiter) for cell in cells)

    lines = [*above, line(columns), line(columns.values())]
    return f"tomt.{ending}", ("\r\n".join(lines) + "\r\n").encode(encoding)


def _quoted(cell, delimiter):
    wanted = any(sign in cell for sign in (delimiter, '"', "\n"))
    return '"{}"'.format(cell.replace('"', '""')) if wanted else cell


def workbook(columns, *, above=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (*([one] for one in above), list(columns), list(columns.values())):
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return "tomt.xlsx", content.getvalue()


def facts(headings):
    """Headings and cells of what is known beside the place, as text."""
    return {headings["id"]: ID, headings["name"]: NAME, headings["jobs"]: str(JOBS)}


def sosi(epsg, *, unit="0.01", origin=True, charset="UTF-8", reverse=False, shared=False):
    """
    SOSI with the site as a FLATE; its border one or two curves, forwards or backwards.

    Numbers stand in whole units from an origin, north first.
    """
    encoding = {"UTF-8": "utf-8", "ISO8859-1": "latin-1", "ISO8859-10": "iso8859-10"}[charset]
    ring = shapely.get_coordinates(shapely.get_exterior_ring(shape_in(epsg)))
    north0, east0 = (6_600_000, 600_000) if origin and epsg == 25832 else (0, 0)
    step = float(unit)

    def written(points):
        return [f"{round((y - north0) / step)} {round((x - east0) / step)}" for x, y in points]

    halves = [ring[:3], ring[2:]] if shared else [ring]
    lines = [
        *(".HODE", f"..TEGNSETT {charset}", "..SOSI-VERSJON 4.5", "..SOSI-NIVÅ 4", "..TRANSPAR"),
        *(f"...KOORDSYS {_SOSI_SYSTEMS[epsg]}", f"...ORIGO-NØ {north0} {east0}"),
        f"...ENHET {unit}",
    ]
    for number, half in enumerate(halves, 1):
        points = half[::-1] if reverse else half
        lines += [f".KURVE {number}:", "..OBJTYPE Tomtegrense", "..NØ", *written(points)]
    numbers = range(1, len(halves) + 1)
    # A border that runs the other way round is walked backwards.
    sign = "-" if reverse else ""
    references = " ".join(f":{sign}{number}" for number in numbers)
    lines += [
        *(".FLATE 10:", "..OBJTYPE Tomt", f"..ID {ID}", f'..NAVN "{NAME}"'),
        *(f"..ARBEIDSPLASSER {JOBS}", f"..REF {references}"),
        *("..NØ", *written([(ring[:4, 0].mean(), ring[:4, 1].mean())])),
        ".SLUTT",
    ]
    return "tomt.sos", ("\n".join(lines) + "\n").encode(encoding)


SOSI_SYSTEMS = tuple(_SOSI_SYSTEMS)
GDAL_ENDINGS = tuple(_DRIVERS)


def can_say(ending, epsg):
    """Whether a format has words for a system."""
    return epsg in _ALL_CAN_SAY or ending in {"gpkg", "fgb", "gml"}
