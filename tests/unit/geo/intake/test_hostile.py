"""Files that mean harm or are broken: one sentence, soon, and nothing left behind."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import stat
import struct
import subprocess
import sys
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geo import errors
from geo.errors import NaeringsarealError
from geo.intake import worker
from geo.intake.sites import Limits, UnusableFileError, open_sites
from tests.support import sitefiles
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square
from tests.support.sitefiles import X, Y
from tests.support.spreadsheets import compound, ods, xls

pytestmark = pytest.mark.usefixtures("scratch")

# Seconds: `Limits.seconds`, and as much again as a busy machine may need. What does not end never
# makes it.
DEADLINE = 60.0


def refused(error, source, name, **options):
    """The sentence that a file is refused with, in time."""
    begun = time.monotonic()
    with raising(error) as raised:
        open_sites(source, name, **options)
    assert time.monotonic() - begun < DEADLINE
    assert isinstance(raised.value, NaeringsarealError)
    for language in ("nb", "en"):
        sentence = raised.value.say(language)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert "Traceback" not in sentence
    return raised.value.say("nb")


def zipped(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return buffer.getvalue()


def geojson(count=1):
    point = {"type": "Point", "coordinates": [11.05, 59.95]}
    feature = {"type": "Feature", "properties": {}, "geometry": point}
    return json.dumps({"type": "FeatureCollection", "features": [feature] * count}).encode()


@pytest.fixture
def bait():
    """A server that nobody may ask; gives its address and what was asked of it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_GET  # noqa: N815  # the name is the library's

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


# Archives


def test_a_zip_that_says_it_is_too_large_is_not_unpacked():
    bomb = zipped({"a.geojson": b" " * 201_000_000})
    assert len(bomb) < 300_000
    assert "200 MB" in refused("error.archive_too_large", bomb, "a.zip")


def test_a_zip_that_is_packed_too_tightly_is_not_unpacked():
    refused("error.archive_ratio", zipped({"a.geojson": b" " * 50_000_000}), "a.zip")


def test_a_zip_that_lies_about_its_size_is_not_unpacked_further():
    # The sizes in the directory are set to 10 bytes; what is packed is fifty million.
    bomb = bytearray(zipped({"a.geojson": b" " * 50_000_000}))
    at = bomb.rindex(b"PK\x01\x02")
    struct.pack_into("<I", bomb, at + 24, 10)
    refused("error.file_unreadable", bytes(bomb), "a.zip")


def test_what_comes_out_of_a_zip_is_counted_too():
    content = zipped({"a.gpkg": bytes(range(256)) * 8000, "b.gpkg": bytes(range(256)) * 8000})
    limits = Limits(unpacked_megabytes=3)
    refused("error.archive_too_large", content, "a.zip", limits=limits)


def test_zips_within_zips_are_not_followed():
    inner = zipped({"a.geojson": geojson()})
    refused("error.archive_nothing", zipped({"b.zip": inner, "c.geojson": inner}), "a.zip")


@pytest.mark.parametrize(
    "name", ["../a.geojson", "m/../../a.geojson", "/etc/a.geojson", "C:\\a.json", "..\\a.json"]
)
def test_a_zip_that_leads_out_of_its_folder_is_refused(name, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    refused("error.archive_unsafe", zipped({name: geojson()}), "a.zip")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_a_zip_is_refused():
    member = zipfile.ZipInfo("a.geojson")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "/etc/passwd")
    refused("error.archive_unsafe", buffer.getvalue(), "a.zip")


def test_a_zip_with_a_password_is_told_as_such():
    content = bytearray(zipped({"a.geojson": geojson()}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    refused("error.archive_locked", bytes(content), "a.zip")


def test_a_zip_with_too_many_files_is_refused():
    members = {f"{number}.geojson": b"{}" for number in range(1001)}
    refused("error.archive_members", zipped(members), "a.zip")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (zipped({}), "error.archive_nothing"),
        (zipped({"les meg.md": b"hei"}), "error.archive_nothing"),
        (zipped({"a.sos": b".HODE\n..TEGNSETT UTF-8\n"}), "error.file_empty"),
        (zipped({"a.sos": b"noe annet"}), "error.sosi_nothing"),
        (b"Rar!\x1a\x07\x00" + b"\x00" * 50, "error.archive_kind"),
        (b"7z\xbc\xaf\x27\x1c" + b"\x00" * 50, "error.archive_kind"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\x00" * 600, "error.file_unreadable"),
        (compound("WordDocument", b"x"), "error.file_unreadable"),
        (compound("EncryptedPackage", b"x"), "error.workbook_locked"),
        (xls(Ark=[["navn"]], password=True), "error.workbook_locked"),
        (ods(Ark=[["navn"]], password=True), "error.workbook_locked"),
        (zipped({"a.geojson": geojson()})[:-40], "error.file_unreadable"),
    ],
)
def test_an_archive_without_anything_to_read_says_why(content, error):
    refused(error, content, "a.zip")


# XML

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize("ending", ["gml", "kml", "xml", "gpx"])
@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_are_read(ending, doctype, encoding):
    text = f'<?xml version="1.0"?>{doctype}<kml><Document><name>&l9;&e;</name></Document></kml>'
    error = "error.xml_entities" if encoding == "utf-8" else NaeringsarealError
    refused(error, text.encode(encoding), f"a.{ending}")


def test_entities_in_a_workbook_are_refused_too():
    sheet = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'
    members = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet}
    refused("error.xml_entities", zipped(members), "a.xlsx")


@pytest.mark.parametrize("entity", ["&l9;", "&e;"])
def test_entities_in_a_workbook_of_libreoffice_are_not_read(entity):
    doctype = f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    content = ods(Ark=[["navn", "øst", "nord"], [entity, X, Y]], doctype=doctype)
    refused("error.file_unreadable", content, "a.ods")


@pytest.mark.parametrize("last", ["XFD1048576", "BH1048576"])
def test_a_workbook_whose_cells_lie_too_far_apart_is_told_as_too_demanding(last):
    book = openpyxl.Workbook()
    book.active.append(["navn", "øst", "nord"])
    book.active[last] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    refused("error.file_too_demanding", buffer.getvalue(), "a.xlsx")


def test_a_prologue_without_end_is_no_xml():
    refused("error.file_unreadable", b"<!--" + b"x" * 5_000_000, "a.gml")


# Files that lead to other files, or to the network


def gml_with_schema(address):
    schema = f"urn:a {address}/wfs?SERVICE=WFS&amp;REQUEST=DescribeFeatureType&amp;TYPENAME=a:Tomt"
    return f"""<?xml version="1.0"?>
    <wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:a="urn:a"
    xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{schema}">
    <gml:featureMember><a:Tomt fid="Tomt.1"><a:flate><gml:Point srsName="EPSG:25832">
    <gml:coordinates>{X},{Y}</gml:coordinates></gml:Point></a:flate>
    <a:ved xlink:href="{address}/annet.gml"/></a:Tomt></gml:featureMember>
    </wfs:FeatureCollection>""".encode()


def test_the_bait_would_be_taken_by_gdal_as_it_comes(bait, tmp_path):
    address, asked = bait
    (tmp_path / "a.gml").write_bytes(gml_with_schema(address))
    pyogrio.list_layers(tmp_path / "a.gml")
    assert asked


def test_a_schema_is_not_fetched(bait):
    address, asked = bait
    assert open_sites(gml_with_schema(address), "a.gml").geometry.item() == shapely.Point(X, Y)
    assert asked == []


def leading_elsewhere(address, victim):
    """Files that GDAL as it comes would follow, to the network or to a file beside."""
    vrt = f"""<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{victim}</SrcDataSource>
    <SrcLayer>hemmelig</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""
    pipeline = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline ! read {victim} ! write --of stream a",
    }
    return {
        "a.vrt": vrt,
        "a.gml": vrt,
        "a.xml": f"<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>",
        "b.xml": "<WFS_Capabilities><a/></WFS_Capabilities>",
        "a.json": json.dumps(pipeline),
        "a.geojson": f"/vsicurl/{address}/a.geojson",
        "a.csv": f"/vsicurl/{address}/a.csv",
        "a.txt": f"WFS:{address}/wfs",
        "a.tab": f'!table\n!version 300\nOpen Table "{victim}"\n',
        "a.kml": "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><NetworkLink><Link><href>"
        f"{address}/a.kml</href></Link></NetworkLink></Document></kml>",
    }


@pytest.mark.parametrize("name", leading_elsewhere("", ""))
def test_no_file_leads_to_the_network_or_to_another_file(name, bait, tmp_path):
    address, asked = bait
    victim = tmp_path / "hemmelig.gpkg"
    rows(square(X, Y)).to_file(victim)
    text = leading_elsewhere(address, victim)[name]
    refused(NaeringsarealError, text.encode(), name)
    refused(NaeringsarealError, zipped({name: text}), "a.zip")
    assert asked == []


def test_gdal_is_left_with_formats_that_lead_nowhere():
    assert "OGR_VRT" in pyogrio.list_drivers()
    skipped = worker._environment()["GDAL_SKIP"].split(",")
    assert {"OGR_VRT", "GDALG", "WFS", "OAPIF", "SQLite", "HTTP", "CSV"} <= set(skipped)
    assert {"GPKG", "GML"}.isdisjoint(skipped)


def test_a_reader_is_told_no_secret(monkeypatch):
    secret = "hemmelig-7351"  # noqa: S105  # of this test
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", f"postgresql://kart:{secret}@db/areal")
    for name in (
        "PGPASSWORD",
        "STREAMLIT_SERVER_COOKIE_SECRET",
        "AWS_SECRET_ACCESS_KEY",
        "API_KEY",
    ):
        monkeypatch.setenv(name, secret)
    worker._environment.cache_clear()
    try:
        told = worker._environment()
    finally:
        worker._environment.cache_clear()
    assert secret not in str(told)
    assert told["PATH"] == os.environ["PATH"]


def test_a_path_of_gdals_own_is_no_file(bait):
    address, asked = bait
    refused("error.file_missing", f"/vsicurl/{address}/a.geojson", None)
    assert asked == []


def with_view(path, name, select):
    """Add a view to a GeoPackage, as a layer."""
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE VIEW {name} AS {select}")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES (?, 'features', ?, 25832)",
            (name, name),
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', 25832, 0, 0)", (name,)
        )
    database.close()


def test_sql_in_a_geopackage_stays_where_it_is(tmp_path):
    path = tmp_path / "a.gpkg"
    target = tmp_path / "skrevet.txt"
    rows(square(X, Y), name="A").to_file(path, layer="tomter")
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TRIGGER t AFTER INSERT ON tomter BEGIN DELETE FROM gpkg_contents; END"
        )
    database.close()
    for name, call in (("v1", "load_extension('/tmp/x.so')"), ("v2", f"writefile('{target}', 1)")):
        with_view(path, name, ", ".join(["SELECT fid", "geom", f"{call} AS b FROM tomter"]))
    before = path.read_bytes()
    assert open_sites(path)["name"].tolist() == ["A"]
    refused("error.layer_not_in_file", path, None, layer="v1")
    refused("error.layer_not_in_file", path, None, layer="v2")
    assert not target.exists()
    assert path.read_bytes() == before


def test_sql_that_goes_to_the_network_is_refused(bait, tmp_path):
    address, asked = bait
    path = tmp_path / "a.gpkg"
    rows(square(X, Y), name="A").to_file(path, layer="tomter")
    call = f"ogr_geocode('{address}')"
    with_view(path, "v", ", ".join(["SELECT fid", "geom", f"{call} AS b FROM tomter"]))
    refused("error.file_unreadable", path, None)
    assert asked == []


# Too much


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.gpkg"
    with path.open("wb") as file:
        file.truncate(200_000_000_000)  # takes no room on the disk, and cannot be read in time
    said = refused("error.file_too_large", path, None).replace("\N{NO-BREAK SPACE}", " ")
    assert "200 000 MB, og grensen er 50 MB" in said


def test_six_million_vertices_are_refused(tmp_path):
    circle = shapely.Point(X, Y).buffer(400, quad_segs=25_000)
    rows(*[circle] * 110).to_file(tmp_path / "a.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    limits = Limits(megabytes=100)
    said = refused("error.too_many_vertices", tmp_path / "a.fgb", None, limits=limits)
    assert "5\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000" in said


def test_six_million_vertices_in_text_are_refused():
    ring = ", ".join(["1 2"] * 6_000_000)
    text = f'id;wkt\na;"POLYGON (({ring}))"\n'
    refused("error.too_many_vertices", text.encode(), "a.csv")


def test_more_features_than_the_limit_are_refused():
    refused("error.too_many_features", geojson(11), "a.json", limits=Limits(features=10))
    assert len(open_sites(geojson(10), "a.json", limits=Limits(features=10))) == 10
    text = "lon,lat\n" + "11.05,59.95\n" * 11
    refused("error.too_many_features", text.encode(), "a.csv", limits=Limits(features=10))


def test_a_hundred_thousand_columns_are_refused():
    names = ",".join(f"k{number}" for number in range(100_000))
    refused("error.too_many_columns", f"lon,lat,{names}\n11,59\n".encode(), "a.csv")
    properties = {f"k{number}": number for number in range(100_000)}
    point = {"type": "Point", "coordinates": [11.05, 59.95]}
    feature = {"type": "Feature", "properties": properties, "geometry": point}
    # GDAL may need longer than it gets to make so many.
    error = ("error.too_many_columns", "error.file_too_demanding")
    refused(error, json.dumps(feature).encode(), "a.json")


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    path = tmp_path / "a.gpkg"
    rows(square(X, Y)).to_file(path, layer="tomter")
    with_view(
        path,
        "v",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
        " SELECT 1 AS fid, geom, (SELECT max(n) FROM r) AS n FROM tomter",
    )
    limits = Limits(seconds=2)
    said = refused("error.file_too_demanding", path, None, layer="v", limits=limits)
    assert "2 sekunder" in said
    assert_others_are_unaffected()


@pytest.mark.skipif(sys.platform == "win32", reason="no way to make a process wait")
def test_a_busy_machine_is_no_reason_to_refuse_a_file(monkeypatch):
    """A reader that does not get to work for longer than it may work."""
    asked = worker._Reader.ask

    def held_up(self, request, seconds):
        os.kill(self._process.pid, signal.SIGSTOP)
        threading.Timer(1.2, os.kill, (self._process.pid, signal.SIGCONT)).start()
        return asked(self, request, seconds)

    monkeypatch.setattr(worker._Reader, "ask", held_up)
    point = {"type": "Point", "coordinates": [11.05, 59.95]}
    feature = {"type": "Feature", "properties": {}, "geometry": point}
    found = open_sites(json.dumps(feature).encode(), "a.json", limits=Limits(seconds=1))
    assert len(found) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on memory but on Linux")
def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path):
    path = tmp_path / "a.gpkg"
    rows(square(X, Y)).to_file(path, layer="tomter")
    with_view(path, "v", "SELECT fid, geom, zeroblob(1000000000) AS n FROM tomter")
    refused("error.file_too_demanding", path, None, layer="v")
    assert kilobytes_to_read(path, "v") < 1_050_000
    assert_others_are_unaffected()


def kilobytes_to_read(path, layer):
    """
    Return the most memory that any process took which a program started to read a file.

    That program has to be a small one of its own: Linux counts a process as being as large as the
    one that started it, and the one that runs all tests is larger than any reader.
    """
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", READ, path, layer], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


READ = """
import contextlib, resource, sys
from geo.errors import NaeringsarealError
from geo.intake import worker
from geo.intake.sites import open_sites
with contextlib.suppress(NaeringsarealError):
    open_sites(sys.argv[1], None, layer=sys.argv[2])
worker.close_idle()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def assert_others_are_unaffected():
    assert len(open_sites(geojson(), "a.json")) == 1


def test_several_files_at_once_do_not_wait_for_a_slow_one():
    slow = b'{"type": "FeatureCollection", "features": [' + b"[" * 40_000_000
    done = []

    def read_slowly():
        with pytest.raises(NaeringsarealError):
            open_sites(slow, "a.json")
        done.append("slow")

    thread = threading.Thread(target=read_slowly)
    thread.start()
    assert_others_are_unaffected()
    done.append("quick")
    thread.join()
    assert set(done) == {"slow", "quick"}


# Geometries and values


def test_numbers_that_are_no_numbers_are_no_positions():
    text = f"id;øst;nord\na;nan;{Y}\nb;inf;{Y}\nc;{X};1e999\nd;{X};{Y}\n"
    assert open_sites(text.encode(), "a.csv")["id"].tolist() == ["d"]
    wkt = f'id;wkt\na;"POINT (nan {Y})"\nb;"POINT (inf {Y})"\nc;"POINT ({X} {Y})"\nd;"tull"\n'
    assert open_sites(wkt.encode(), "a.csv")["id"].tolist() == ["c"]
    shapes = [shapely.Point(X, float("nan")), shapely.Point(float("inf"), Y), shapely.Point(X, Y)]
    for suffix in (".gpkg", ".fgb"):
        ids = [shape.wkt for shape in shapes]
        buffer = io.BytesIO()
        rows(*shapes, id=ids).to_file(
            buffer, driver={".gpkg": "GPKG", ".fgb": "FlatGeobuf"}[suffix]
        )
        assert open_sites(buffer.getvalue(), "a")["id"].tolist() == ids[2:]
    for number in (b"NaN", b"Infinity", b"1e999"):
        refused(NaeringsarealError, geojson().replace(b"59.95", number), "a.json")


@pytest.mark.parametrize("levels", [50, 50_000])
def test_collections_within_collections_bring_nothing_down(levels, tmp_path):
    deep = "GEOMETRYCOLLECTION (" * levels + f"POINT ({X} {Y})" + ")" * levels
    table = f'id;wkt\na;"{deep}"\n'.encode()
    if levels == 50:
        assert open_sites(table, "a.csv").geometry.item() == shapely.Point(X, Y)
    else:
        refused(UnusableFileError, table, "a.csv")
    rows(shapely.Point(X, Y)).to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    wkb = struct.pack("<BII", 1, 7, 1) * levels + shapely.to_wkb(shapely.Point(X, Y))
    at = table.column_names.index("geometry")
    table = table.set_column(at, "geometry", pa.array([wkb], pa.binary()))
    pq.write_table(table, tmp_path / "a.parquet")
    refused(errors.FileError, tmp_path / "a.parquet", None)
    assert_others_are_unaffected()


def test_values_with_markup_and_formulas_stay_as_they_are(tmp_path):
    value, name = "=HYPERLINK('x')<script>alert(1)</script>", "<img src=x onerror=alert(1)>"
    rows(square(X, Y), **{name: value, "geometry_": "a"}).to_file(tmp_path / "a.gpkg")
    sites = open_sites(tmp_path / "a.gpkg")
    assert sites[name].tolist() == [value]
    assert sites["geometry_"].tolist() == ["a"]


def test_a_column_called_as_the_geometry_is_steps_aside():
    feature = json.loads(geojson())["features"][0] | {"properties": {"geometry": "nei", "id": "a"}}
    sites = open_sites(json.dumps(feature).encode(), "a.json")
    assert sites["geometry_"].tolist() == ["nei"]
    assert sites.geom_type.tolist() == ["Point"]


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.gpkg", "error.file_empty"),
        (b"", "a", "error.file_empty"),
        (b"\x00" * 1000, "a.gml", "error.file_unreadable"),
        (b"<html><body>hei</body></html>", "a.gml", "error.file_unreadable"),
        (b"<gml", "a.gml", "error.file_unreadable"),
        (b"%PDF-1.7\n", "a.geojson", "error.file_unreadable"),
        (b"{", "a.geojson", "error.file_unreadable"),
        (b"{}", "a.geojson", "error.file_unreadable"),
        (b'{"a": ' * 100_000, "a.geojson", "error.file_unreadable"),
        (b".HODE\n..TEGNSETT UTF-8\n", "a.txt", "error.file_empty"),
        (b"noe annet", "a.sos", "error.sosi_nothing"),
        (b"a;b\n1;2\n", "a.csv", "error.coordinate_columns"),
        (b"\xff\xfe\x00", "a.csv", "error.file_empty"),
        (b"SQLite format 3\x00" + b"\x00" * 5000, "a.gpkg", "error.file_unreadable"),
    ],
)
def test_broken_files_are_told_as_such(content, name, error):
    refused(error, content, name)


@pytest.mark.filterwarnings("ignore:Field jobs of type Integer64:RuntimeWarning")
@pytest.mark.parametrize("ending", sitefiles.DRIVERS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_a_sentence_or_what_is_left_of_it(tmp_path, ending, share):
    path = sitefiles.written(tmp_path, ending)
    content = path.read_bytes()
    try:
        left, said = len(open_sites(content[: int(len(content) * share)], path.name)), "."
    except NaeringsarealError as error:
        left, said = 1, error.say("nb")
    assert 0 < left <= 2
    assert said.endswith(".")
    assert "\n" not in said
