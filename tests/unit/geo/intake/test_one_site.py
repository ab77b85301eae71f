"""One and the same site in every format, system and spelling gives one and the same answer."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake.sites import guessed, open_sites
from tests.support import onesite
from tests.support.onesite import HEADINGS, ID, JOBS, NAME, NEAR, SITE

# Straight lines of 200 m in one system bend by a millimetre or two in another: less than 0.5 m² of
# 20 000. A metre of SOSI's unit is the coarsest that anybody keeps.
EXACT_M2 = 0.5
_FEW = settings(max_examples=30, deadline=None)
headings = st.sampled_from(HEADINGS)


def assert_same(content, *, sure, near=NEAR, apart_m2=EXACT_M2):
    name, data = content
    sites = open_sites(data, name, near=near)
    told = [finding.say() for finding in sites.attrs["assumptions"]]
    assert sites["id"].tolist() == [ID], told
    assert sites["name"].tolist() == [NAME]
    assert sites["jobs"].tolist() == [JOBS]
    assert shapely.symmetric_difference(sites.geometry.iloc[0], SITE).area < apart_m2, told
    assert guessed(sites) is not sure, told
    assert not [one for one in sites.attrs["assumptions"] if one.severity == "error"], told


@pytest.mark.filterwarnings("ignore:Field .* of type Integer64:RuntimeWarning")
@_FEW
@given(
    ending=st.sampled_from(onesite.GDAL_ENDINGS), epsg=st.sampled_from(onesite.SYSTEMS), of=headings
)
def test_what_gdal_writes(ending, epsg, of):
    if not onesite.can_say(ending, epsg):
        epsg = 25833
    if ending == "shp":  # its names have ten letters
        of = {one: name[:10] for one, name in of.items()}
    if ending in {"mif", "gml", "gdb"}:  # whose names have no spaces
        of = {one: name.replace(" ", "_").replace("-", "_") for one, name in of.items()}
    assert_same(onesite.by_gdal(ending, epsg, of), sure=True)


@_FEW
@given(epsg=st.sampled_from(onesite.SYSTEMS), of=headings)
def test_geoparquet(epsg, of):
    assert_same(onesite.parquet(epsg, of), sure=True)


@given(of=headings)
@settings(max_examples=5, deadline=None)
def test_kml(of):
    assert_same(onesite.kml(of), sure=True)


@_FEW
@given(
    epsg=st.sampled_from(onesite.METRES),
    of=headings,
    way=st.sampled_from(["member", "short", "string", "geometry"]),
)
def test_geojson_that_names_its_system_somewhere(epsg, of, way):
    assert_same(onesite.geojson(epsg, of, way=way), sure=True)


@_FEW
@given(of=headings, way=st.sampled_from(["plain", "sequence", "lines", "feature_id"]))
def test_geojson_in_degrees(of, way):
    assert_same(onesite.geojson(4326, of, way=way), sure=True)


@_FEW
@given(
    epsg=st.sampled_from((25832, 25833, 25835)),
    of=headings,
    way=st.sampled_from(["plain", "sequence", "lines", "feature_id"]),
)
def test_geojson_that_names_none_is_told_by_its_numbers(epsg, of, way):
    assert_same(onesite.geojson(epsg, of, way=way), sure=False)


_delimiters = st.sampled_from([";", ",", "\t", "|"])
_encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
_above = st.sampled_from(
    [(), ("",), ("Tomter for næring",), ("Tomter for næring", ""), ("", "", "Oversikt 2026", "")]
)


@_FEW
@given(
    epsg=st.sampled_from(onesite.SYSTEMS),
    of=headings,
    how=st.sampled_from(["ewkt", "column"]),
    delimiter=_delimiters,
    encoding=_encodings,
    above=_above,
)
def test_a_table_of_wkt_that_names_its_system(epsg, of, how, delimiter, encoding, above):
    wkt = shapely.to_wkt(onesite.shape_in(epsg), rounding_precision=-1)
    columns = onesite.facts(of)
    ewkt = {"WKT": f"SRID={epsg};{wkt}"}
    columns |= ewkt if how == "ewkt" else {"EPSG-kode": str(epsg), "wkt": wkt}
    given_ = onesite.table(columns, delimiter=delimiter, encoding=encoding, above=above)
    assert_same(given_, sure=True)


@_FEW
@given(
    epsg=st.sampled_from(onesite.TOLD_BY_NUMBERS),
    of=headings,
    delimiter=_delimiters,
    encoding=_encodings,
    above=_above,
)
def test_a_table_of_wkt_that_names_none(epsg, of, delimiter, encoding, above):
    wkt = shapely.to_wkt(onesite.shape_in(epsg), rounding_precision=-1)
    columns = onesite.facts(of) | {"geometri": wkt}
    given_ = onesite.table(columns, delimiter=delimiter, encoding=encoding, above=above)
    assert_same(given_, sure=False)


@_FEW
@given(epsg=st.sampled_from(onesite.SYSTEMS), of=headings, above=_above)
def test_a_workbook_of_wkt(epsg, of, above):
    wkt = shapely.to_wkt(onesite.shape_in(epsg), rounding_precision=-1)
    columns = onesite.facts(of) | {"geom": f"SRID={epsg};{wkt}"}
    columns[of["jobs"]] = JOBS  # a number, as Excel keeps it
    assert_same(onesite.workbook(columns, above=above), sure=True)


@_FEW
@given(
    epsg=st.sampled_from(onesite.SOSI_SYSTEMS),
    unit=st.sampled_from(["0.001", "0.01", "0.1"]),
    origin=st.booleans(),
    charset=st.sampled_from(["UTF-8", "ISO8859-1", "ISO8859-10"]),
    reverse=st.booleans(),
    shared=st.booleans(),
)
def test_sosi(epsg, unit, origin, charset, reverse, shared):
    given_ = onesite.sosi(
        epsg, unit=unit, origin=origin, charset=charset, reverse=reverse, shared=shared
    )
    # Corners are rounded to the unit along 600 m of border.
    assert_same(given_, sure=True, apart_m2=EXACT_M2 + 600 * float(unit))


# A point, in two columns or in one, as people write numbers.
POINT = SITE.centroid
_NORTH_EAST = (
    ("Nord", "Øst"),
    ("north", "east"),
    ("Y", "X"),
    ("NORD (UTM32)", "ØST (UTM32)"),
    ("Northing", "Easting"),
)


def spaced(number, sign):
    whole, _, part = f"{number:.1f}".partition(".")
    groups = f"{int(whole):,}".replace(",", sign)
    return groups if part == "0" else f"{groups},{part}"


@_FEW
@given(
    names=st.sampled_from(_NORTH_EAST),
    sign=st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "."]),
    of=headings,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    above=_above,
    swapped=st.booleans(),
)
def test_a_point_in_two_columns(names, sign, of, encoding, above, swapped):
    north, east = names
    cells = [(north, spaced(POINT.y, sign)), (east, spaced(POINT.x, sign))]
    columns = onesite.facts(of) | dict(cells[::-1] if swapped else cells)
    name, data = onesite.table(columns, encoding=encoding, above=above)
    assert_point(name, data)


@_FEW
@given(
    text=st.sampled_from(
        [
            "6649950 N 613900 Ø",
            "UTM32 N 6649950 Ø 613900",
            "6 649 950 / 613 900",
            "N 6649950 Ø 613900 (UTM 32)",
            "32V 613900 6649950",
            "{dms}",
            "{degrees}",
        ]
    ),
    heading=st.sampled_from(["Koordinater", "koordinat", "Posisjon"]),
    of=headings,
    above=_above,
)
def test_a_point_in_one_column(text, heading, of, above):
    point = onesite.shape_in(4326, POINT)
    text = text.format(
        dms=f"{dms(point.y)}N {dms(point.x)}Ø", degrees=f"{point.y:.7f}, {point.x:.7f}"
    )
    name, data = onesite.table(onesite.facts(of) | {heading: text}, above=above)
    assert_point(name, data)


def dms(angle):
    degrees, rest = divmod(angle * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{int(degrees)}°{int(minutes)}'{seconds:.3f}\""


@_FEW
@given(
    of=headings, sign=st.sampled_from([".", ","]), degree=st.sampled_from(["", "°"]), above=_above
)
def test_a_point_in_degrees(of, sign, degree, above):
    point = onesite.shape_in(4326, POINT)
    lat, lon = (f"{one:.7f}".replace(".", sign) + degree for one in (point.y, point.x))
    columns = onesite.facts(of) | {"Breddegrad": lat, "Lengdegrad": lon}
    assert_point(*onesite.table(columns, above=above))


def assert_point(name, data):
    sites = open_sites(data, name, near=NEAR)
    told = [finding.say() for finding in sites.attrs["assumptions"]]
    assert sites["id"].tolist() == [ID], told
    assert sites["jobs"].tolist() == [JOBS], told
    assert sites.geometry.iloc[0].distance(POINT) < 0.1, told
