"""The system that a file names is heard wherever it stands, and at each feature."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS, Transformer

from geo.geometry.crs import union_of
from geo.intake.sites import open_sites
from geo.intake.systems.declared import code
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

SITE = shapely.box(613_800, 6_649_900, 614_000, 6_650_000)
OTHER = shapely.box(614_100, 6_649_900, 614_200, 6_650_000)
NEAR = square(605_000, 6_640_000, side=20_000)


def moved(shape, crs):
    turn = Transformer.from_crs(25832, crs, always_xy=True).transform
    return shapely.transform(shape, turn, interleaved=False)


def msgids(sites):
    return [one.msgid for one in sites.attrs["assumptions"]]


def assert_same(sites, *shapes):
    assert len(sites) == len(shapes)
    for found, shape in zip(sites.geometry, shapes, strict=True):
        assert found.symmetric_difference(shape).area < 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("EPSG:25833", "EPSG:25833"),
        ("epsg 25833", "EPSG:25833"),
        ("urn:ogc:def:crs:EPSG::25833", "EPSG:25833"),
        ("urn:ogc:def:crs:EPSG:6.9:25833", "EPSG:25833"),
        ("urn:ogc:def:crs,crs:EPSG::25833,crs:EPSG::5941", "EPSG:25833"),
        ("http://www.opengis.net/def/crs/EPSG/0/25833", "EPSG:25833"),
        ("http://www.opengis.net/gml/srs/epsg.xml#25833", "EPSG:25833"),
        ("http://spatialreference.org/ref/epsg/25833/proj4/", "EPSG:25833"),
        ("25833", "EPSG:25833"),
        ("25833.0", "EPSG:25833"),
        ("EUREF89 UTM sone 33", "EPSG:25833"),
        ("ETRS89 / UTM zone 33N", "EPSG:25833"),
        ("UTM33", "EPSG:25833"),
        ("33", "EPSG:25833"),
        ("33V", "EPSG:25833"),
        ("WGS 84 / UTM zone 33N", "EPSG:32633"),
        ("22", "EPSG:25832"),
        ("NTM sone 10", "EPSG:5110"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
        ("WGS84", "EPSG:4326"),
        ("EUREF89", "EPSG:4258"),
        ("lokalt nett", "lokalt nett"),
    ],
)
def test_a_system_is_known_by_whatever_name_people_have_for_it(text, meant):
    assert code(text) == meant
    assert code(code(text)) == meant


def feature(shape, **more):
    return {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)} | more


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:25833",
        25833,
        "urn:ogc:def:crs:EPSG::25833",
        {"type": "name", "properties": {"name": "EPSG:25833"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}},
        {"type": "EPSG", "properties": {"code": 25833}},
        {"type": "link", "properties": {"href": "http://spatialreference.org/ref/epsg/25833/"}},
        {"properties": {"name": "UTM33"}},
    ],
)
@pytest.mark.parametrize("where", ["collection", "feature", "geometry", "behind"])
def test_a_system_is_heard_wherever_a_geojson_names_it(crs, where):
    shape = moved(SITE, 25833)
    one = feature(shape)
    if where == "feature":
        one["crs"] = crs
    elif where == "geometry":
        one["geometry"] = {**one["geometry"], "crs": crs}
    content = collection(one, **({"crs": crs} if where in {"collection", "behind"} else {}))
    if where == "collection":  # before the features, as GDAL writes it
        content = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [one]}).encode()
    sites = open_sites(content, "a.geojson", near=NEAR)
    assert_same(sites, SITE)
    assert msgids(sites) == []


def test_features_that_name_systems_of_their_own_are_read_each_in_its_own():
    content = collection(
        feature(moved(SITE, 25833), crs="EPSG:25833"), feature(moved(OTHER, 25835), crs=25835)
    )
    sites = open_sites(content, "a.geojson", near=NEAR)
    assert_same(sites, SITE, OTHER)
    assert msgids(sites) == []


def test_a_column_called_crs_is_no_system_of_a_geojson():
    one = feature(moved(SITE, 4326))
    one["properties"] = {"note": {"crs": "EPSG:25833"}}
    sites = open_sites(collection(one), "a.geojson", near=NEAR)
    assert_same(sites, SITE)


def test_a_name_that_no_system_has_is_told_as_such_and_not_as_missing():
    content = collection(feature(SITE), crs="EPSG:99999")
    sites = open_sites(content, "a.geojson", near=NEAR)
    assert_same(sites, SITE)
    (told,) = sites.attrs["assumptions"]
    assert "99999" in told.say("nb")
    assert "sier ikke" not in told.say("nb")
    nowhere = collection(feature(square(500, 500)), crs="EPSG:99999")
    with raising("error.crs_unknown", match="EPSG:99999.*--crs"):
        open_sites(nowhere, "a.geojson", near=NEAR)


def gml(*shapes):
    """A GML of plots, each a list of numbers in the order of its system, with a name for that."""
    members = "".join(
        f'<gml:featureMember><app:Tomt gml:id="t{n}"><app:omrade>'
        f'<gml:Polygon gml:id="p{n}" srsName="{name}" srsDimension="{size}"><gml:exterior>'
        f"<gml:LinearRing><gml:posList>{' '.join(map(repr, numbers))}</gml:posList>"
        "</gml:LinearRing></gml:exterior></gml:Polygon></app:omrade></app:Tomt></gml:featureMember>"
        for n, (name, size, numbers) in enumerate(shapes)
    )
    return (
        '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" '
        f'xmlns:app="http://example.no/app" gml:id="c">{members}</gml:FeatureCollection>'
    ).encode()


def plot(shape, epsg, size=2, *, north_first=False):
    corners = moved(shape, CRS.from_epsg(epsg).to_2d()).exterior.coords
    pairs = [(y, x) if north_first else (x, y) for x, y in corners]
    numbers = [number for pair in pairs for number in (*pair, *(12.5,) * (size - 2))]
    return f"urn:ogc:def:crs:EPSG::{epsg}", size, numbers


# UTM and NTM with heights of NN2000 and of NN54, for which GDAL has codes that pyproj lacks.
HEIGHTS = (5971, 5972, 5973, 5974, 5975, 5976, 6171, 6172, 6173, 6174, 6175, 6176)
NTM_HEIGHTS = (5945, 5950, 5951, 5970, 6145, 6150, 6151, 6170)


@pytest.mark.parametrize("epsg", HEIGHTS)
def test_a_utm_zone_with_heights_in_gml_is_its_zone_and_nothing_is_doubted(epsg):
    sites = open_sites(gml(plot(SITE, epsg, 3)), "a.gml", near=NEAR)
    assert_same(sites, SITE)
    assert msgids(sites) == []


@pytest.mark.parametrize("epsg", NTM_HEIGHTS)
def test_an_ntm_zone_with_heights_in_gml_is_its_zone_and_nothing_is_doubted(epsg):
    sites = open_sites(gml(plot(SITE, epsg, 3, north_first=True)), "a.gml", near=NEAR)
    assert_same(sites, SITE)
    assert msgids(sites) == []


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "geojson", "gml"])
@pytest.mark.parametrize("epsg", [5973, 6173])
def test_a_system_with_heights_is_known_in_other_formats(ending, epsg, tmp_path):
    path = tmp_path / f"a.{ending}"
    rows(moved(SITE, 25833), crs=epsg).to_file(path)
    sites = open_sites(path, near=NEAR)
    assert_same(sites, SITE)
    assert msgids(sites) == []


def test_several_systems_in_one_gml_are_read_feature_by_feature():
    content = gml(plot(SITE, 25832), plot(OTHER, 25833), plot(SITE, 5975, 3))
    sites = open_sites(content, "a.gml", near=NEAR)
    assert_same(sites, SITE, OTHER, SITE)
    assert sites.area.round().tolist() == [20_000, 10_000, 20_000]
    assert msgids(sites) == []


@pytest.mark.parametrize("heading", ["EPSG-kode", "epsg", "SRID", "Koordinatsystem", "UTM-sone"])
def test_a_column_says_row_by_row_which_system_a_table_is_in(heading):
    points = [moved(SITE.centroid, 25832), moved(OTHER.centroid, 25833)]
    zones = ["32", "33"] if heading == "UTM-sone" else ["25832", "EPSG:25833"]
    lines = [f"{p.x};{p.y};{zone}" for p, zone in zip(points, zones, strict=True)]
    text = "\n".join([f"øst;nord;{heading}", *lines])
    sites = open_sites(text.encode(), "a.csv", near=NEAR)
    assert [round(one.x) for one in sites.geometry] == [613_900, 614_150]
    assert [round(one.y) for one in sites.geometry] == [6_649_950, 6_649_950]
    assert msgids(sites) == []


def test_ewkt_says_row_by_row_which_system_it_is_in():
    one, other = moved(SITE, 25833), moved(OTHER, 4326)
    text = f'navn;wkt\na;"SRID=25833;{one.wkt}"\nb;"SRID=4326;{other.wkt}"\n'
    sites = open_sites(text.encode(), "a.csv", near=NEAR)
    assert_same(sites, SITE, OTHER)


def test_a_row_in_a_system_that_is_not_known_is_named_and_left_out_and_the_rest_is_read():
    text = "øst;nord;epsg\n613900;6649950;25832\n1;2;99999\n614150;6649950;25832\n"
    sites = open_sites(text.encode(), "a.csv", near=NEAR)
    assert [round(one.x) for one in sites.geometry] == [613_900, 614_150]
    (lost,) = sites.attrs["assumptions"]
    assert (lost.msgid, lost.severity) == ("finding.system_unknown", "error")
    assert "rad 3" in lost.say("nb")  # of the file, as Excel numbers it
    assert "EPSG:99999" in lost.say("nb")
    both = "øst;nord;epsg\n1;2;99998\n1;2;99999\n"
    with raising("error.systems_unknown", match="99998"):
        open_sites(both.encode(), "a.csv", near=NEAR)


def test_a_row_without_a_system_among_others_is_read_by_its_numbers_and_told():
    text = "øst;nord;epsg\n613900;6649950;25832\n614150;6649950;\n"
    sites = open_sites(text.encode(), "a.csv", near=NEAR)
    assert [round(one.x) for one in sites.geometry] == [613_900, 614_150]
    (told,) = sites.attrs["assumptions"]
    assert (told.msgid, told.parts["row"]) == ("finding.system_assumed", "3")


def test_a_row_without_a_system_that_fits_nothing_is_named_and_left_out():
    text = "øst;nord;epsg\n613900;6649950;25832\n500;500;\n"
    sites = open_sites(text.encode(), "a.csv", near=NEAR)
    assert [round(one.x) for one in sites.geometry] == [613_900]
    (told,) = sites.attrs["assumptions"]
    assert (told.msgid, told.parts["row"]) == ("finding.system_missing", "3")


def test_what_a_person_says_goes_before_what_a_file_says():
    content = collection(feature(moved(SITE, 25833)), crs="EPSG:25832")
    assert_same(open_sites(content, "a.geojson", crs="25833"), SITE)


def test_a_projection_file_that_cannot_be_read_is_not_called_missing(tmp_path):
    rows(SITE).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").write_text("HVA SOM HELST")
    sites = open_sites(tmp_path / "a.shp", near=NEAR)
    assert_same(sites, SITE)
    assert "HVA SOM HELST" in sites.attrs["assumptions"][0].say("nb")


@pytest.mark.parametrize("crs", [25832, 25833, 25835])
@pytest.mark.parametrize("place", [(30.05, 69.727), (31.107, 70.370), (23.68, 70.66), (7.05, 58.0)])
def test_a_municipality_anywhere_on_the_mainland_is_read_by_its_numbers(place, crs):
    here = moved(
        shapely.Point(Transformer.from_crs(4326, 25832, always_xy=True).transform(*place)), 25832
    )
    near = union_of(gpd.GeoDataFrame(geometry=[here.buffer(5000)], crs=25832))
    spot = moved(here, crs)
    sites = open_sites(f"x,y\n{spot.x},{spot.y}\n".encode(), "a.csv", near=near)
    assert sites.geometry.item().distance(here) < 0.01


@pytest.mark.parametrize("epsg", [5110, 5111, 5130])
def test_ntm_is_read_by_where_the_municipality_is(epsg):
    place = {5110: (10.6, 59.9), 5111: (11.4, 59.95), 5130: (30.4, 69.7)}[epsg]
    here = shapely.Point(Transformer.from_crs(4326, 25832, always_xy=True).transform(*place))
    spot = moved(here, epsg)
    content = f"x,y\n{spot.x},{spot.y}\n".encode()
    sites = open_sites(content, "a.csv", near=here.buffer(9000))
    assert sites.geometry.item().distance(here) < 0.01
    assert "finding.assumed_crs" in msgids(sites)
    with raising("error.crs_ntm"):
        open_sites(content, "a.csv")


@pytest.mark.parametrize("place", [(15.6, 78.2), (19.0, 74.4), (-8.5, 71.0)])
@pytest.mark.parametrize("epsg", [None, 4326, 25833])
def test_svalbard_and_jan_mayen_are_named_and_not_called_another_country(place, epsg):
    spot = Transformer.from_crs(4326, epsg or 4326, always_xy=True).transform(*place)
    content = collection(feature(shapely.Point(spot)), **({"crs": f"EPSG:{epsg}"} if epsg else {}))
    with raising("finding.islands_afar", match="utenfor Norges fastland"):
        open_sites(content, "a.geojson", near=NEAR)


def test_a_place_abroad_is_called_outside_norway_and_not_without_a_system():
    content = collection(feature(shapely.Point(2.35, 48.85)))
    with raising("finding.outside_norway", match="utenfor Norge"):
        open_sites(content, "a.geojson", near=NEAR)
