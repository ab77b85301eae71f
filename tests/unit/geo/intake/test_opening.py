"""Every format, written by us and by ogr2ogr, reads to the same sites."""

from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
import pytest
import shapely

from geo.intake.sites import layers_of, open_sites
from tests.support import sitefiles
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.sitefiles import COLUMNS, SQUARES, X, Y

# ogr2ogr of Debian writes a file geodatabase only where it is built for it.
CONVERTED = [ending for ending in sitefiles.DRIVERS if ending != ".gdb"]


def notes(frame):
    return [finding.msgid for finding in frame.attrs["assumptions"]]


def assert_same(sites, *, ids=True):
    wanted = {name: values for name, values in COLUMNS.items() if ids or name != "id"}
    assert {name: sites[name].tolist() for name in wanted} == wanted
    assert sites.crs.to_epsg() == 25832
    # KML is in degrees; back again, that costs less than a millimetre.
    apart = [a.symmetric_difference(b).area for a, b in zip(sites.geometry, SQUARES, strict=True)]
    assert max(apart) < 1e-3
    assert notes(sites) == []


@pytest.mark.filterwarnings("ignore:Field jobs of type Integer64:RuntimeWarning")
@pytest.mark.parametrize("ending", sitefiles.DRIVERS)
def test_what_we_write_reads_the_same_in_every_format(tmp_path, ending):
    path = sitefiles.written(tmp_path, ending)
    assert_same(open_sites(path))
    assert_same(open_sites(path.read_bytes(), path.name))


@sitefiles.needs_ogr2ogr
@pytest.mark.parametrize("ending", CONVERTED)
def test_what_ogr2ogr_writes_reads_the_same_in_every_format(tmp_path, ending):
    # A placemark of KML has an id of its own, which ogr2ogr makes up.
    assert_same(open_sites(sitefiles.converted(tmp_path, ending)), ids=ending != ".kml")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("ending", [".geojson", ".kml", ".gml"])
def test_a_text_in_utf16_reads_the_same(tmp_path, ending, zipped, codec):
    text = sitefiles.written(tmp_path, ending).read_text(encoding="utf-8")
    content = re.sub("(?i)utf-8", "UTF-16", text).encode(codec)
    name = f"a{ending}"
    if zipped:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, content)
        content, name = held.getvalue(), "a.zip"
    assert_same(open_sites(content, name))


def test_geoparquet_reads_the_same(tmp_path):
    sitefiles.sites().to_parquet(tmp_path / "a.parquet")
    assert_same(open_sites(tmp_path / "a.parquet"))


def test_geoparquet_that_says_nothing_is_in_degrees(tmp_path):
    frame = sitefiles.sites().to_crs("OGC:CRS84")
    frame.to_parquet(tmp_path / "a.parquet")
    assert_same(open_sites(tmp_path / "a.parquet"))


def test_a_zipped_kml_is_a_kmz(tmp_path):
    kml = sitefiles.written(tmp_path, ".kml")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(kml, "doc.kml")
    assert_same(open_sites(tmp_path / "a.kmz"))


@pytest.mark.parametrize("system", ["", "SRID=25832;"])
def test_a_table_with_wkt(system):
    text = sitefiles.wkt_table().replace('"POLYGON', f'"{system}POLYGON')
    sites = open_sites(text.encode(), "a.csv")
    assert [one.equals(other) for one, other in zip(sites.geometry, SQUARES, strict=True)]
    assert notes(sites) == ([] if system else ["finding.assumed_utm32"])
    assert layers_of(text.encode(), "a.csv")[0].kinds == ("Polygon",)


def test_a_workbook_with_coordinates_in_columns(tmp_path):
    table = pd.DataFrame(
        {"id": ["007", "b"], "Øst": [X, X + 1.5], "Nord": [Y, Y], "BRA": [100, None]}
    )
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"merknad": ["ingen steder her"]}).to_excel(book, sheet_name="Om", index=False)
        table.to_excel(book, sheet_name="Tomter", index=False)
    sites = open_sites(tmp_path / "a.xlsx")
    assert sites["id"].tolist() == ["007", "b"]
    assert sites.geometry.x.tolist() == [X, X + 1.5]
    assert sites["gross_area_m2"].tolist()[0] == 100
    assert sites["gross_area_m2"].isna().tolist() == [False, True]
    assert [layer.name for layer in layers_of(tmp_path / "a.xlsx")] == ["Tomter"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_with_decimal_commas_in_any_encoding(encoding, delimiter):
    lines = ["navn|øst|nord", f"Blåbær|{X:.1f}|{Y:.1f}".replace(".", ",")]
    text = "\r\n".join(lines).replace("|", delimiter)
    (site,) = open_sites(text.encode(encoding), "a.csv").itertuples()
    assert (site.name, site.geometry.x, site.geometry.y) == ("Blåbær", X, Y)


def test_a_shapefile_without_its_index_its_encoding_and_its_system(tmp_path):
    archive = sitefiles.written(tmp_path, ".shp")
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            if not name.endswith((".shx", ".cpg", ".prj")):
                target.writestr(name, source.read(name))
    sites = open_sites(bare)
    assert shapely.equals(sites.geometry.array, SQUARES).all()
    assert notes(sites) == ["finding.assumed_utm32"]


def test_several_shapefiles_in_a_zip_are_layers_to_choose_between(tmp_path):
    folder = tmp_path / "inn"
    for name, shape in (
        ("veier", shapely.LineString([(X, Y), (X + 9, Y)])),
        ("tomter", SQUARES[0]),
    ):
        (folder / name).mkdir(parents=True)
        rows(shape, name=name).to_file(folder / name / f"{name}.shp")
    path = sitefiles.zipped(folder, tmp_path / "a.zip")
    layers = layers_of(path)
    assert [(one.name, one.kinds, one.features) for one in layers] == [
        ("tomter", ("Polygon",), 1),
        ("veier", ("LineString",), 1),
    ]
    assert open_sites(path)["name"].tolist() == ["tomter"]
    assert open_sites(path, layer="veier")["name"].tolist() == ["veier"]
    assert notes(open_sites(path)) == ["finding.layer_chosen"]


def test_areas_go_before_lines_and_tables_when_nobody_chooses(tmp_path):
    path = tmp_path / "a.gpkg"
    rows(shapely.LineString([(X, Y), (X + 9, Y)])).to_file(path, layer="grense")
    rows(shapely.Point(X, Y)).to_file(path, layer="skrift")
    rows(SQUARES[0]).to_file(path, layer="formål")
    sites = open_sites(path)
    assert sites.geom_type.tolist() == ["Polygon"]
    assert sites.attrs["assumptions"][0].parts == {"chosen": "formål"}
    assert notes(sites) == ["finding.layer_preferred"]
    with raising("error.layer_not_in_file", match="grense, skrift, formål"):
        open_sites(path, layer="Formål")


def test_the_name_does_not_decide_what_a_file_is(tmp_path):
    content = sitefiles.written(tmp_path, ".gpkg").read_bytes()
    assert_same(open_sites(content, "tomter.geojson"))
    assert_same(open_sites(content, "tomter"))


def test_a_feature_and_a_bare_geometry_are_files_too():
    point = f'{{"type": "Point", "coordinates": [{X}, {Y}]}}'
    crs = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}'
    feature = f'{{"type": "Feature", {crs}, "properties": {{"navn": "A"}}, "geometry": {point}}}'
    assert open_sites(feature.encode(), "a.json").geometry.item() == shapely.Point(X, Y)
    bare = point.replace("{", f"{{{crs}, ", 1)
    assert notes(open_sites(bare.encode(), "a.json")) == []


def test_arcs_become_strokes_close_to_them():
    curve = f"{X + 50} {Y} {X} {Y + 50} {X - 50} {Y}"  # the northern half of a circle
    gml = f"""<?xml version="1.0" encoding="UTF-8"?>
    <gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="urn:a">
    <gml:featureMember><a:Tomt gml:id="a"><a:kode>0301</a:kode><a:flate>
    <gml:Polygon srsName="http://www.opengis.net/def/crs/EPSG/0/25832"><gml:exterior><gml:Ring>
    <gml:curveMember><gml:Curve><gml:segments><gml:Arc><gml:posList>{curve}</gml:posList></gml:Arc>
    </gml:segments></gml:Curve></gml:curveMember>
    <gml:curveMember><gml:LineString><gml:posList>{X - 50} {Y} {X + 50} {Y}</gml:posList>
    </gml:LineString></gml:curveMember>
    </gml:Ring></gml:exterior></gml:Polygon></a:flate></a:Tomt></gml:featureMember>
    </gml:FeatureCollection>"""
    sites = open_sites(gml.encode(), "a.gml")
    assert sites.area.item() == pytest.approx(3.14159265 * 50**2 / 2, rel=0.002)
    assert sites["kode"].tolist() == ["0301"]


def test_heights_and_measures_are_left_out():
    ring = f"({X} {Y} 7 8, {X + 9} {Y} 7 8, {X} {Y + 9} 7 8, {X} {Y} 7 8)"
    text = f'id;wkt\na;"POLYGON ZM ({ring})"\nb;"POINT Z ({X} {Y} 7)"\n'
    sites = open_sites(text.encode(), "a.csv")
    assert not sites.has_z.any()
    assert sites.area.tolist() == [40.5, 0]


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb", ".shp"])
def test_a_file_without_features_is_told_as_such(tmp_path, ending):
    path = sitefiles.written(tmp_path, ending, sitefiles.sites().iloc[:0])
    with raising("error.file_empty"):
        open_sites(path)


def test_a_zip_with_one_broken_file_gives_the_other_and_says_so(tmp_path):
    gpkg = sitefiles.written(tmp_path, ".gpkg").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("hel.gpkg", gpkg)
        archive.writestr("delt.gpkg", gpkg[:5000])
    assert notes(open_sites(tmp_path / "a.zip")) == ["finding.part_unreadable"]


@pytest.mark.filterwarnings("ignore:Field jobs of type Integer64:RuntimeWarning")
def test_a_folder_is_read_if_it_is_a_file_geodatabase(tmp_path):
    with zipfile.ZipFile(sitefiles.written(tmp_path, ".gdb")) as archive:
        archive.extractall(tmp_path / "ut")
    assert_same(open_sites(tmp_path / "ut" / "tomter.gdb"))
    with raising("error.file_unreadable"):
        open_sites(tmp_path)


@pytest.mark.parametrize(
    ("part", "told"),
    [("LES.txt", []), ("readme.txt", []), ("merknad.txt", ["finding.part_no_table"])],
)
def test_a_text_beside_a_map_is_not_said_to_be_a_broken_part(tmp_path, part, told):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(sitefiles.written(tmp_path, ".geojson"), "tomter.geojson")
        archive.writestr(part, "hei")
    assert notes(open_sites(path)) == told
