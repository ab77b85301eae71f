"""One small service of every type that the catalogue knows, and a catalogue that names them."""

from __future__ import annotations

import json

from tests.support import world
from tests.support.hostile import Reply, esri, gml

FLOOD, SHAPES = "17 Flomsone 200", world.boxes(1)
CAPABILITIES = """<?xml version="1.0"?>
<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs/2.0" version="2.0.0">
<wfs:FeatureTypeList>
<wfs:FeatureType><wfs:Name>{name}</wfs:Name>
<wfs:DefaultCRS>urn:ogc:def:crs:EPSG::{epsg}</wfs:DefaultCRS>
<wfs:OtherCRS>http://www.opengis.net/def/crs/EPSG/0/4258</wfs:OtherCRS></wfs:FeatureType>
<wfs:FeatureType><wfs:Name>app:Annet</wfs:Name></wfs:FeatureType>
</wfs:FeatureTypeList></wfs:WFS_Capabilities>"""
SCHEMA = """<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:app="http://skjema.test/Teig">
<xs:element name="Teig" type="app:TeigType"/>
<xs:complexType name="FellesType"><xs:complexContent><xs:extension base="gml:AbstractFeatureType">
<xs:sequence><xs:element name="oppdateringsdato" type="xs:date"/></xs:sequence>
</xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="TeigType"><xs:complexContent><xs:extension base="app:FellesType">
<xs:sequence><xs:element name="omrade"/>{columns}
<xs:element name="matrikkelenhet" type="app:EnhetPropertyType"/></xs:sequence>
</xs:extension></xs:complexContent></xs:complexType>
<xs:element name="Enhet" type="app:EnhetType"/>
<xs:complexType name="EnhetPropertyType"><xs:sequence><xs:element ref="app:Enhet"/></xs:sequence>
</xs:complexType>
<xs:complexType name="EnhetType"><xs:sequence><xs:element name="gardsnummer"/></xs:sequence>
</xs:complexType></xs:schema>"""


class Answering:
    """All of them on one host, each under its own name; a test changes what is wrong."""

    def __init__(self):
        self.wfs_name = "app:Teig"
        self.wfs_epsg = 25832
        self.wfs_columns = ("kommunenummer", "matrikkelnummerTekst")
        self.instead = {}  # service → what it answers in place of what it should

    def __call__(self, asked):
        service = asked.path.split("/")[1]
        if service in self.instead:
            reply = self.instead[service]
            return reply(asked) if callable(reply) else reply
        return getattr(self, service)(asked)

    def kommuneinfo(self, asked):
        if f"/kommuner/{world.NUMBER}" not in asked.path:
            return Reply(b'{"message": "Ingen kommune"}', status=404)
        about = {"kommunenummer": world.NUMBER, "kommunenavnNorsk": world.NAME}
        if not asked.path.endswith("/omrade"):
            return json.dumps(about)
        crs = {"type": "name", "properties": {"name": f"EPSG:{asked.query['utkoordsys']}"}}
        return json.dumps({**about, "omrade": {**world.OUTLINE.__geo_interface__, "crs": crs}})

    def wfs(self, asked):
        request = asked.query["request"]
        if request == "GetCapabilities":
            return CAPABILITIES.format(name=self.wfs_name, epsg=self.wfs_epsg)
        if request == "DescribeFeatureType":
            columns = "".join(f'<xs:element name="{one}"/>' for one in self.wfs_columns)
            return SCHEMA.format(columns=columns)
        srs = f"urn:ogc:def:crs:EPSG::{self.wfs_epsg}"
        page = gml(SHAPES, matched=1, srs=srs)
        for gone in {"kommunenummer", "matrikkelnummerTekst"} - set(self.wfs_columns):
            page = page.replace(f"app:{gone}>", "app:annet>")
        return page

    def arcgis(self, asked):
        if asked.path.endswith("/query"):
            return json.dumps(esri(SHAPES, [1], lokalId="F1", oppdatert=1_700_000_000_000))
        if asked.path.endswith("/17"):
            fields = [{"name": name} for name in ("OBJECTID", "lokalId", "oppdatert")]
            return json.dumps(
                {
                    "id": 17,
                    "name": "Flomsone 200",
                    "type": "Feature Layer",
                    "capabilities": "Map,Query,Data",
                    "fields": fields,
                    "extent": {"spatialReference": {"wkid": 25833}},
                    "editingInfo": {"lastEditDate": 1_760_000_000_000},
                }
            )
        if asked.path.rstrip("/").endswith("/arcgis"):
            layers = [{"id": 17, "name": "Flomsone 200"}, {"id": 21, "name": "Flomsone klima"}]
            return json.dumps({"layers": layers})
        return json.dumps({"error": {"code": 400, "message": "Invalid layer"}})

    def ogcapi(self, asked):
        if asked.path.endswith("/items"):
            point = {"type": "Point", "coordinates": [11.03, 59.95]}
            properties = {
                "kulturminneId": "700-1",
                "plan": {"planid": 7, "kommune": {"nummer": 301}},
                "endret": "2026-03-04T10:00:00Z",
            }
            feature = {"type": "Feature", "id": "a", "geometry": point, "properties": properties}
            return json.dumps({"type": "FeatureCollection", "features": [feature]})
        about = {"id": "enkeltminner", "crs": ["http://www.opengis.net/def/crs/EPSG/0/25832"]}
        if asked.path.endswith("/collections"):
            return json.dumps({"collections": [about, {"id": "sikringssoner"}]})
        if asked.path.endswith("/enkeltminner"):
            return json.dumps(about)
        return Reply(b'{"code": "NotFound", "description": "no such collection"}', status=404)

    def overpass(self, asked):
        assert asked.query["data"].startswith("[out:json][timeout:10];")
        stamp = {"timestamp_osm_base": "2026-11-28T05:00:00Z"}
        return json.dumps({"version": 0.6, "osm3s": stamp, "elements": []})

    def entur(self, _):
        location = {"longitude": 11.05, "latitude": 59.95}
        stop = {"id": "NSR:1", "name": {"value": "Å"}, "centroid": {"location": location}}
        return json.dumps([stop])

    def brreg(self, asked):
        assert asked.query["size"] == "1"
        unit = {"organisasjonsnummer": "1", "beliggenhetsadresse": {"kommunenummer": "0301"}}
        return json.dumps({"_embedded": {"underenheter": [unit]}, "page": {"totalElements": 9}})

    def api(self, asked):
        """What Geonorge can be asked to make ready."""
        if asked.path.endswith("/capabilities/uuid-1"):
            links = [
                {"rel": f"http://rel.geonorge.no/download/{name}", "href": f"/api/codelists/{name}"}
                for name in ("format", "projection")
            ]
            return json.dumps({"supportsAreaSelection": True, "_links": links})
        if asked.path.endswith("/format"):
            return json.dumps([{"name": "GML"}, {"name": "GPX "}])
        return json.dumps([{"code": "25832"}, {"code": "25833"}])


CATALOGUE = """
extends = false
[policy]
attempts = 3
backoff_s = 0.01
[[services]]
id = "kommuneinfo"
layer = "municipality"
type = "kommuneinfo"
url = "{url}/kommuneinfo"
source = "Kartverket, kommuneinfo"
per_second = 1000
[services.columns]
municipality_no = "kommunenummer"
name = "kommunenavn"
[[services]]
id = "teig"
layer = "parcels"
type = "wfs"
url = "{url}/wfs"
name = "app:Teig"
source = "Kartverket, teig"
keep = "number"
per_second = 1000
date_column = "oppdateringsdato"
[services.columns]
parcel_id = ["matrikkelnummerTekst", "{{gardsnummer}}/{{bruksnummer}}"]
[services.constants]
synthetic = false
[[services]]
id = "flom"
layer = "constraints"
type = "arcgis"
url = "{url}/arcgis"
name = 17
source = "NVE, flomsoner"
per_second = 1000
[services.columns]
constraint_id = ["lokalId", "OBJECTID"]
[services.constants]
kind = "flood"
severity = "assess"
source = "NVE"
[[services]]
id = "kulturminner"
layer = "constraints"
type = "ogcapi"
url = "{url}/ogcapi"
name = "enkeltminner"
source = "Riksantikvaren, kulturminner"
per_second = 1000
date_column = "endret"
[services.columns]
constraint_id = ["kulturminneId", "id"]
status = "plan.kommune.nummer"
[services.constants]
kind = "heritage"
severity = "assess"
source = "RA"
[[services]]
id = "bygg"
layer = "buildings"
type = "overpass"
url = "{url}/overpass"
name = "multipolygons"
query = 'way["building"]({{bbox}});'
source = "OpenStreetMap"
per_second = 1000
[services.columns]
building_id = "osm_type_id"
[[services]]
id = "stopp"
layer = "stations"
type = "entur"
url = "{url}/entur"
source = "Entur"
per_second = 1000
[services.columns]
station_id = "id"
name = "name"
[[services]]
id = "bedrifter"
layer = "businesses"
type = "brreg"
url = "{url}/brreg"
source = "Brønnøysundregistrene"
per_second = 1000
[services.columns]
business_id = "organisasjonsnummer"
[[services]]
id = "bestilling"
layer = "building_points"
type = "geonorge"
url = "{url}/api/order"
source = "Geonorge"
per_second = 1000
[services.order]
metadata_uuid = "uuid-1"
format = "GML"
[[services]]
id = "fil"
layer = "plan_areas"
type = "file"
url = "planer_{{number}}.gml"
source = "Planregister"
[[services]]
id = "soner"
layer = "zones"
type = "none"
source = "Kommunen"
why = "own"
"""
