"""A server that misbehaves as a test tells it to, and the documents that it answers with."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from tests.support.servers import serving


@dataclass
class Asked:
    """A request: its path, parameters in lower case, and its number, from 0."""

    path: str
    query: dict
    number: int
    again: int = 0  # how often the same was asked before
    headers: dict = field(default_factory=dict)


@dataclass
class Reply:
    """An answer: `cut` ends the connection after so many bytes, `pause_s` waits between bytes."""

    body: bytes | str = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    cut: int | None = None
    pause_s: float = 0.0


class _Handler(BaseHTTPRequestHandler):
    answer = None
    asked: list

    def do_GET(self):
        self._do(urlsplit(self.path).query)

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        self._do(self.rfile.read(length).decode())

    def _do(self, query):
        path = urlsplit(self.path).path
        params = {key.lower(): value for key, value in parse_qsl(query, keep_blank_values=True)}
        again = sum(one.path == path and one.query == params for one in self.asked)
        asked = Asked(path, params, len(self.asked), again, dict(self.headers))
        self.asked.append(asked)
        reply = type(self).answer(asked)
        reply = reply if isinstance(reply, Reply) else Reply(reply)
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            if reply.pause_s:
                for start in range(0, len(body), 50):
                    self.wfile.write(body[start : start + 50])
                    self.wfile.flush()
                    time.sleep(reply.pause_s)
            else:
                self.wfile.write(body[: reply.cut])
        except OSError:  # the client has had enough
            pass
        self.close_connection = True


@contextmanager
def playing(answer, context=None):
    """Serve what `answer` says; gives the address and the list of what was asked."""
    asked = []
    with serving(_Handler, answer=staticmethod(answer), asked=asked, context=context) as url:
        yield url, asked


def gml(shapes, *, matched, first=0, srs="urn:ogc:def:crs:EPSG::25832", extra="", geometry=None):
    """A page of plots as a WFS gives it; `geometry` makes a shape's GML."""
    members = "".join(
        f'<wfs:member><app:Teig gml:id="Teig.{first + n}"><app:omrade>'
        f"{(geometry or polygon)(shape, srs)}</app:omrade>"
        f"<app:kommunenummer>0301</app:kommunenummer>"
        f"<app:matrikkelnummerTekst>1/{first + n}</app:matrikkelnummerTekst>"
        "</app:Teig></wfs:member>"
        for n, shape in enumerate(shapes)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection '
        'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" '
        'xmlns:app="http://skjema.test/Teig" '
        f'numberMatched="{matched}" numberReturned="{len(shapes)}">{extra}{members}'
        "</wfs:FeatureCollection>"
    )


def polygon(shape, srs, *, swap=False):
    ring = " ".join(f"{y} {x}" if swap else f"{x} {y}" for x, y in shape.exterior.coords)
    return (
        f'<gml:Polygon srsName="{srs}"><gml:exterior><gml:LinearRing><gml:posList>{ring}'
        "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
    )


def wfs(shapes, *, hits=None, cap=None, page=gml):
    """An honest WFS, but for what is said: `hits` that it claims, `cap` of each reply."""

    def answer(asked):
        if asked.query.get("resulttype") == "hits":
            return page([], matched=len(shapes) if hits is None else hits)
        start = int(asked.query.get("startindex", 0))
        count = min(int(asked.query.get("count", 10)), cap or 10**6)
        matched = "unknown" if hits is not None or cap else len(shapes)
        return page(shapes[start : start + count], matched=matched, first=start)

    return answer


def _type(value):
    values = value if isinstance(value, list) else [value]
    numbers = all(one is None or isinstance(one, int | float) for one in values)
    return "esriFieldTypeDouble" if numbers else "esriFieldTypeString"


def esri(shapes, ids, **columns):
    """What ArcGIS answers to a query for features; a list has a value for each OBJECTID from 1."""

    def own(one):
        return {
            name: value[one - 1] if isinstance(value, list) else value
            for name, value in columns.items()
        }

    features = [
        {
            "attributes": {"OBJECTID": one, **own(one)},
            "geometry": {"rings": [[list(point) for point in shape.exterior.coords]]},
        }
        for one, shape in zip(ids, shapes, strict=True)
    ]
    fields = [{"name": "OBJECTID", "type": "esriFieldTypeOID"}]
    fields += [{"name": name, "type": _type(value)} for name, value in columns.items()]
    return {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 25832},
        "fields": fields,
        "features": features,
    }


def arcgis(shapes, *, at_most=1000, layers=(), **columns):
    """An ArcGIS layer that gives at most so many features a reply."""

    def answer(asked):
        query = asked.query
        if not asked.path.endswith("/query"):
            return json.dumps({"layers": [{"id": n, "name": name} for n, name in layers]})
        if query.get("returncountonly") == "true":
            return json.dumps({"count": len(shapes)})
        if query.get("returnidsonly") == "true":
            ids = list(range(1, len(shapes) + 1)) or None
            return json.dumps({"objectIdFieldName": "OBJECTID", "objectIds": ids})
        ids = [int(one) for one in query["objectids"].split(",")][:at_most]
        document = esri([shapes[one - 1] for one in ids], ids, **columns)
        if len(ids) == at_most:
            document["exceededTransferLimit"] = True
        return json.dumps(document)

    return answer
