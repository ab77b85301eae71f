"""KML and GPX as Google Earth and a GPS write them."""

from __future__ import annotations

import pytest
import shapely

from geo.intake.sites import UnusableFileError, layers_of, open_sites
from tests.support import intake_shapes as made
from tests.support.intake_shapes import EAST, NORTH, SOUTH, WEST

POLYGON = made.kml_polygon()
MODEL = (
    "<Model><Location><longitude>11</longitude><latitude>60</latitude></Location>"
    "<Link><href>hus.dae</href></Link></Model>"
)
BOX = "<LatLonBox><north>60</north><south>59.9</south><east>11</east><west>10.9</west></LatLonBox>"
OVERLAY = f"<GroundOverlay><name>Flyfoto</name><Icon><href>a.png</href></Icon>{BOX}</GroundOverlay>"
LINK = (
    "<NetworkLink><name>Planer</name><Link><href>http://127.0.0.1:9/a</href></Link></NetworkLink>"
)
TRACK = (
    "<gx:Track><when>2020-01-01T00:00:00Z</when><when>2020-01-01T00:00:01Z</when>"
    f"<gx:coord>{WEST} {SOUTH} 1</gx:coord><gx:coord>{EAST} {SOUTH} 1</gx:coord></gx:Track>"
)


def read(text, name="a.kml", **more):
    return open_sites(text.encode(), name, **more)


def told(sites):
    return [(one.msgid, dict(one.parts)) for one in sites.attrs["assumptions"]]


def area_of(*shapes):
    return read(made.kml(made.placemark("A", "".join(shapes)))).area.item()


def test_all_rings_of_one_inner_boundary_are_holes():
    one = made.kml_ring(11.041, 59.971, 11.042, 59.972)
    other = made.kml_ring(11.045, 59.975, 11.047, 59.977)
    holes = [area_of(made.kml_polygon(ring=ring)) for ring in (one, other)]
    whole = area_of(POLYGON)
    assert area_of(made.kml_polygon(one + other)) == pytest.approx(whole - sum(holes), abs=0.01)
    assert area_of(made.kml_polygon(one, other)) == pytest.approx(whole - sum(holes), abs=0.01)


@pytest.mark.parametrize("nested", ["{0}{1}", "<MultiGeometry>{0}</MultiGeometry>{1}"])
def test_geometries_within_each_other_are_one_site(nested):
    east = made.kml_polygon(ring=made.kml_ring(EAST + 0.01, SOUTH, EAST + 0.02, NORTH))
    both = f"<MultiGeometry>{nested.format(POLYGON, east)}</MultiGeometry>"
    assert area_of(both) == pytest.approx(area_of(POLYGON) + area_of(east), abs=0.01)


def test_a_point_beside_an_area_is_told():
    point = f"<Point><coordinates>{WEST},{SOUTH}</coordinates></Point>"
    both = f"<MultiGeometry>{POLYGON}{point}</MultiGeometry>"
    sites = read(made.kml(made.placemark("A", both)))
    assert sites.area.item() == pytest.approx(area_of(POLYGON))
    assert told(sites) == [("finding.beside_areas", {"points": 1, "lines": 0, "areas": 1})]


@pytest.mark.parametrize(
    ("other", "notes"),
    [
        (OVERLAY, [("finding.kml_overlay", {"name": "Flyfoto"})]),
        (LINK, [("finding.kml_link", {"name": "Planer"})]),
        (
            made.placemark("Hus", MODEL),
            [("finding.kml_model", {"name": "Hus"})],
        ),
        (
            made.placemark("Hus", f"<MultiGeometry>{MODEL}</MultiGeometry>"),
            [("finding.kml_model", {"name": "Hus"})],
        ),
    ],
)
def test_what_is_no_outline_is_named_and_the_rest_is_read(other, notes):
    sites = read(made.kml(other, made.placemark("A", POLYGON)))
    assert sites["name"].tolist() == ["A"]
    assert sites.area.item() == pytest.approx(area_of(POLYGON))
    assert told(sites) == notes


@pytest.mark.parametrize(
    ("alone", "msgid"), [(OVERLAY, "finding.kml_overlay"), (LINK, "finding.kml_link")]
)
def test_a_file_of_nothing_that_is_read_says_what_it_holds(alone, msgid):
    with pytest.raises(UnusableFileError) as raised:
        read(made.kml(alone))
    assert raised.value.finding.msgid == msgid


@pytest.mark.parametrize("track", [TRACK, f"<gx:MultiTrack>{TRACK}</gx:MultiTrack>"])
def test_a_track_is_a_line(track):
    sites = read(made.kml(made.placemark("Tur", track), made.placemark("A", POLYGON)))
    assert sites.geometry.iloc[0].length > 500
    assert sites["name"].tolist() == ["Tur", "A"]


def test_mending_keeps_names_and_data_of_placemarks():
    data = '<ExtendedData><Data name="jobs"><value>12</value></Data></ExtendedData>'
    mark = f"<Placemark><name>Blåbær &amp; co</name>{data}{POLYGON}</Placemark>"
    sites = read(made.kml(OVERLAY, mark))
    assert sites[["name", "jobs"]].to_numpy().tolist() == [["Blåbær & co", 12]]


# GPX.

CORNERS = [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)]


def trail(*places, name="Befaring"):
    points = made.gpx_points("trkpt", *places)
    return f"<trk><name>{name}</name><trkseg>{points}</trkseg></trk>"


def test_a_track_of_gpx_is_one_site_and_its_points_are_none():
    sites = read(made.gpx(trail(*CORNERS)), "a.gpx")
    assert sites.geom_type.tolist() == ["MultiLineString"]
    assert told(sites) == []


def test_a_closed_track_is_the_area_in_it():
    sites = read(made.gpx(trail(*CORNERS, CORNERS[0])), "a.gpx")
    assert sites.area.item() == pytest.approx(area_of(POLYGON), rel=1e-6)
    assert [msgid for msgid, _ in told(sites)] == ["finding.line_closed"]


def test_a_route_is_a_line_and_each_track_a_site():
    route = f"<rte><name>R</name>{made.gpx_points('rtept', *CORNERS)}</rte>"
    content = made.gpx(route + trail(*CORNERS) + trail(*CORNERS, name="To")).encode()
    names = {layer.name: layer.features for layer in layers_of(content, "a.gpx")}
    assert names == {"waypoints": 0, "routes": 1, "tracks": 2}
    assert len(open_sites(content, "a.gpx", layer="tracks")) == 2
    assert isinstance(open_sites(content, "a.gpx").geometry.item(), shapely.LineString)


def test_waypoints_are_sites():
    sites = read(made.gpx(made.gpx_points("wpt", *CORNERS)), "a.gpx")
    assert len(sites) == 4
    assert told(sites) == []


@pytest.mark.parametrize("nested", ["{}", "<MultiGeometry>{}{}</MultiGeometry>"])
def test_a_model_alone_is_told_once_for_each_and_not_as_missing(nested):
    models = nested.format(MODEL, MODEL)
    sites = read(made.kml(made.placemark("Hus", models) + made.placemark("A", POLYGON)))
    count = models.count("<Model>")
    assert told(sites) == [("finding.kml_model", {"name": "Hus"})] * count
    assert sites["name"].tolist() == ["A"]


def test_what_has_no_name_is_called_by_its_kind():
    sites = read(made.kml(LINK.replace("<name>Planer</name>", "") + made.placemark("A", POLYGON)))
    assert told(sites) == [("finding.kml_link", {"name": "NetworkLink"})]
