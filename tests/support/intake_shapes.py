"""Texts of small files in the formats that say shapes in words: GML, KML, GPX, GeoJSON."""

from __future__ import annotations

import json

# The corner of a rectangle of 200 by 100 m in EPSG:25832, and the middle of a circle of 100 m.
X, Y = 613_800, 6_649_900
POSITIONS = f"{X} {Y} {X + 200} {Y} {X + 200} {Y + 100} {X} {Y + 100} {X} {Y}"
_SRS = 'srsName="urn:ogc:def:crs:EPSG::25832"'
_IN_SPACE = f"{X} {Y} 1 {X + 200} {Y} 2 {X + 200} {Y + 100} 3 {X} {Y} 1"

# A rectangle in degrees whose sides are not worked out: it is compared with itself.
WEST, SOUTH, EAST, NORTH = 11.04, 59.97, 11.05, 59.98


def gml(*features):
    """(class, id, geometry) of each feature."""
    members = "".join(
        f'<gml:featureMember><a:{kind} gml:id="{one}"><a:navn>{one}</a:navn>'
        f"<a:omrade>{shape}</a:omrade></a:{kind}></gml:featureMember>"
        for kind, one, shape in features
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gml:FeatureCollection gml:id="c" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="http://example.no/a">'
        f"{members}</gml:FeatureCollection>"
    )


def gml_ring(positions=POSITIONS, *, dimension=2):
    return (
        f'<gml:LinearRing><gml:posList srsDimension="{dimension}">{positions}</gml:posList>'
        "</gml:LinearRing>"
    )


def gml_polygon(positions=POSITIONS, *, element="Polygon", srs=_SRS):
    ring = gml_ring(positions)
    return f"<gml:{element} {srs}><gml:exterior>{ring}</gml:exterior></gml:{element}>"


def gml_curved(segments):
    """A polygon whose ring is a curve of several segments."""
    return (
        f'<gml:Polygon gml:id="p" {_SRS}><gml:exterior><gml:Ring><gml:curveMember>'
        f'<gml:Curve gml:id="k"><gml:segments>{segments}</gml:segments></gml:Curve>'
        "</gml:curveMember></gml:Ring></gml:exterior></gml:Polygon>"
    )


def gml_patches(*positions):
    patches = "".join(gml_polygon(one, element="PolygonPatch", srs="") for one in positions)
    return f'<gml:Surface gml:id="s" {_SRS}><gml:patches>{patches}</gml:patches></gml:Surface>'


_FACE = f"<gml:exterior>{gml_ring(_IN_SPACE, dimension=3)}</gml:exterior>"
_OF = f'gml:id="t" {_SRS} srsDimension="3"'
TIN = (
    f"<gml:TriangulatedSurface {_OF}><gml:patches><gml:Triangle>{_FACE}</gml:Triangle>"
    "</gml:patches></gml:TriangulatedSurface>"
)
SOLID = (
    f"<gml:Solid {_OF}><gml:exterior><gml:Shell><gml:surfaceMember><gml:Polygon>{_FACE}"
    "</gml:Polygon></gml:surfaceMember></gml:Shell></gml:exterior></gml:Solid>"
)


def kml(*placed):
    body = "".join(placed)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2" '
        'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>Tomter</name>'
        f"{body}</Document></kml>"
    )


def placemark(name, shape):
    return f"<Placemark><name>{name}</name>{shape}</Placemark>"


def kml_ring(west=WEST, south=SOUTH, east=EAST, north=NORTH):
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    places = " ".join(f"{x!r},{y!r},0" for x, y in corners)
    return f"<LinearRing><coordinates>{places}</coordinates></LinearRing>"


def kml_polygon(*holes, ring=None):
    """`holes` are the insides of the inner boundaries, each with its rings."""
    inner = "".join(f"<innerBoundaryIs>{rings}</innerBoundaryIs>" for rings in holes)
    outer = f"<outerBoundaryIs>{ring or kml_ring()}</outerBoundaryIs>"
    return f"<Polygon>{outer}{inner}</Polygon>"


def gpx(body):
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="x" '
        f'xmlns="http://www.topografix.com/GPX/1/1">{body}</gpx>'
    )


def gpx_points(tag, *places):
    return "".join(f'<{tag} lat="{lat}" lon="{lon}"/>' for lon, lat in places)


def feature(number=None, geometry=None, **properties):
    """A GeoJSON feature, with an id beside its properties if it is given one."""
    corners = [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH), (WEST, SOUTH)]
    shape = geometry or {"type": "Polygon", "coordinates": [corners]}
    one = {"type": "Feature", "properties": properties, "geometry": shape}
    return one if number is None else one | {"id": number}


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})
