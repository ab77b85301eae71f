"""The official services on this machine: each in its own protocol, from a form that is a file."""

from __future__ import annotations

import base64
import json
import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyproj
import shapely

from geo.pack.read import read_pack
from layers import build
from layers.sources import services
from layers.sources.doctor.registers import LIGHT
from tests.support import enhetsregisteret, world
from tests.support.hostile import Reply, playing

FORMS = Path(__file__).parents[1] / "services" / "forms"
USER, PASSWORD = "prøve", "hemmelig:ord"  # made up, for a server of our own
NAMED = 900  # number of an ArcGIS layer that the catalogue knows by name
_MEMBER = re.compile(r"<wfs:member>.*?</wfs:member>", re.DOTALL)
_SILENT_LIMIT = 500


def read_forms():
    """Return the forms as text, by the entry's id."""
    return {path.stem: path.read_text(encoding="utf-8") for path in FORMS.iterdir()}


def entries():
    """Return the entries of the built-in catalogue that a build asks."""
    return [one for one in services.read().services if one.layer and one.type != "none"]


def catalogue(url, **pages):
    """
    Return the built-in catalogue as text, with every host behind this one and no waiting.

    `pages` are page sizes by entry (with _ for -).
    """
    text = services.BUILT_IN.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(per_second|hosts|backoff_s|attempts) = .*\n", "", text)
    text = text.replace("[policy]\n", "[policy]\nattempts = 2\nbackoff_s = 0.01\n")
    text = text.replace("[[services]]\n", "[[services]]\nper_second = 100000\n")
    for name, size in pages.items():
        entry = f'id = "{name.replace("_", "-")}"\n'
        head, found, rest = text.partition(entry)
        body, mark, after = rest.partition("[[services]]")
        body = re.sub(r"(?m)^page_size = .*\n", "", body)
        text = f"{head}page_size = {size}\n{found}{body}{mark}{after}"
    return "extends = false\n" + re.sub(r"https?://", f"{url}/", text)


class Official:
    """
    All services of the catalogue.

    Attributes
    ----------
    forms
        What they hold, by entry.
    down
        Hosts that answer with a fault.
    moved
        Hosts that answer a POST with a 302 to another path.
    broken
        Entries that fail.
    overlapping
        Entries whose pages begin with the last feature of the page before.
    """

    def __init__(self, forms=None):
        self.forms = forms or read_forms()
        self.down = set()
        self.moved = set()
        self.broken = set()
        self.overlapping = set()
        self.url = ""
        self._split = {}
        self._routes = [
            (urlsplit(url).netloc + urlsplit(url).path.rstrip("/"), one)
            for one in services.read().services
            if one.id in self.forms
            for url in (one.url, *one.fallbacks, getattr(one, "addresses", ""))
            if url
        ]

    def __call__(self, asked):
        path = asked.path.lstrip("/")
        host = path.partition("/")[0]
        if host in self.down:
            return Reply(json.dumps({"error": {"code": 500, "message": "not started"}}), status=500)
        if host in self.moved and "objectids" in asked.query:
            if not path.endswith("/moved"):
                return Reply(status=302, headers={"Location": f"{asked.path}/moved"})
            path = path.removesuffix("/moved")
        for route, one in self._routes:
            rest = path[len(route) :] if path.startswith(route) else None
            if rest is not None and (not rest or rest.startswith("/")):
                reply = getattr(self, f"_{one.type}")(one, rest.strip("/"), asked)
                if reply is not None:
                    return Reply(b"oh no", status=500) if one.id in self.broken else reply
        return Reply(b"no such service", status=404)

    def _arcgis(self, one, rest, asked):
        number = NAMED if isinstance(one.name, str) else one.name
        if not rest:
            return self._arcgis_layers(one)
        if rest.split("/")[0] != str(number):
            return None
        form = self._parsed(one)
        about = {name: form[name] for name in ("geometryType", "spatialReference", "fields")}
        oid = next(field["name"] for field in form["fields"] if field["type"].endswith("OID"))
        if not rest.endswith("query"):
            about = {"id": number, "name": one.id, "maxRecordCount": 1000, **about}
        else:
            about = self._arcgis_query(form["features"], oid, about, asked.query)
        return json.dumps(about)

    def _arcgis_layers(self, one):
        names = {
            other.name
            for other in services.read().services
            if other.url == one.url and isinstance(other.name, str)
        }
        return json.dumps({"layers": [{"id": NAMED, "name": name} for name in names]})

    def _arcgis_query(self, features, oid, about, query):
        ids = [feature["attributes"][oid] for feature in features]
        if query.get("returncountonly") == "true":
            return {"count": len(ids)}
        if query.get("returnidsonly") == "true":
            return {"objectIdFieldName": oid, "objectIds": ids or None}
        wanted = {int(n) for n in query.get("objectids", "").split(",") if n}
        if not wanted and "resultrecordcount" not in query:
            return {"error": {"code": 400, "message": "Invalid or missing input"}}
        pairs = zip(features, ids, strict=True)
        taken = [feature for feature, n in pairs if n in wanted or not wanted]
        return {"objectIdFieldName": oid, **about, "features": taken}

    def _parsed(self, one):
        if one.id not in self._split:
            self._split[one.id] = json.loads(self.forms[one.id])
        return self._split[one.id]

    def _wfs(self, one, rest, asked):
        query = asked.query
        if rest or query.get("request") == "GetCapabilities":
            return None if rest else self._capabilities(one)
        if query.get("typenames") != one.name:
            return None
        if one.id not in self._split:
            form = self.forms[one.id]
            head = form[: form.index("<wfs:member>")]
            self._split[one.id] = (head, _MEMBER.findall(form))
        head, members = self._split[one.id]
        hidden = one.id in self.overlapping  # such a server does not tell how many there are
        start, count = int(query.get("startindex", 0)), int(query.get("count", 10**6))
        taken = self._slice(one, members, start, count)
        if query.get("resulttype") == "hits":
            taken = []
        matched = "unknown" if hidden else len(members)
        head = re.sub(r'numberMatched="\d+"', f'numberMatched="{matched}"', head)
        head = re.sub(r'numberReturned="\d+"', f'numberReturned="{len(taken)}"', head)
        return f"{head}{''.join(taken)}</wfs:FeatureCollection>"

    def _capabilities(self, one):
        others = [
            other.name
            for other in services.read().services
            if other.type == "wfs" and other.url == one.url
        ]
        listed = "".join(
            f"<FeatureType><Name>{name}</Name><DefaultCRS>urn:ogc:def:crs:EPSG::25832</DefaultCRS>"
            "</FeatureType>"
            for name in others
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><wfs:WFS_Capabilities version="2.0.0" '
            'xmlns="http://www.opengis.net/wfs/2.0" xmlns:wfs="http://www.opengis.net/wfs/2.0">'
            f"<FeatureTypeList>{listed}</FeatureTypeList></wfs:WFS_Capabilities>"
        )

    def _ogcapi(self, one, rest, asked):
        if one.login:
            proof = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if asked.headers.get("Authorization") != f"Basic {proof}":
                return Reply(b'{"message": "Norge digitalt"}', status=401)
        if rest == f"collections/{one.name}":
            return json.dumps(
                {"id": one.name, "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]}
            )
        if rest != f"collections/{one.name}/items":
            return None
        everything = self._parsed(one)["features"]
        limit = min(int(asked.query.get("limit", 10)), _SILENT_LIMIT)
        start = int(asked.query.get("offset", 0))
        taken = self._slice(one, everything, start, limit)
        links = []
        if start + limit < len(everything):
            query = urlencode({**asked.query, "offset": start + limit, "limit": limit})
            links = [{"rel": "next", "href": f"{self.url}{asked.path}?{query}"}]
        document = {"type": "FeatureCollection", "features": taken, "links": links}
        return json.dumps({**document, "numberMatched": len(everything)})

    def _slice(self, one, everything, start, count):
        if start >= len(everything):
            return []
        first = start - 1 if start and one.id in self.overlapping else start
        return everything[first : first + count]

    def _overpass(self, one, _, asked):
        if asked.query.get("data") == LIGHT:
            return json.dumps({"osm3s": {"timestamp_osm_base": "2026-11-28T05:00:00Z"}})
        head = one.query.partition("(")[0]
        return self.forms[one.id] if head in asked.query.get("data", "") else None

    def _brreg(self, one, _, asked):
        form = json.loads(self.forms[one.id])
        if asked.path.endswith("/underenheter"):
            return enhetsregisteret.register(form["underenheter"])(asked)
        return enhetsregisteret.gazetteer(form["adresser"])(asked)

    def _entur(self, one, _, asked):
        stops = json.loads(self.forms[one.id])
        start, count = int(asked.query.get("skip", 0)), int(asked.query.get("count", 10))
        return json.dumps(stops[start : start + count])

    def _kommuneinfo(self, one, rest, asked):
        form = json.loads(self.forms[one.id])
        if rest.split("/")[:2] != ["kommuner", form["kommunenummer"]]:
            return Reply(b'{"message": "Ingen kommune"}', status=404)
        area = form.pop("omrade")
        if not rest.endswith("/omrade"):
            return json.dumps(form)
        system = asked.query["utkoordsys"]
        if system == "25832":  # unseen there
            return Reply(b'{"message": "utkoordsys st\xc3\xb8ttes ikke"}', status=400)
        change = pyproj.Transformer.from_crs(25832, int(system), always_xy=True).transform
        shape = shapely.transform(shapely.geometry.shape(area), change, interleaved=False)
        crs = {"type": "name", "properties": {"name": f"EPSG:{system}"}}
        return json.dumps({**form, "omrade": {**shape.__geo_interface__, "crs": crs}})


@contextmanager
def official(forms=None):
    """Serve the forms for as long as the block lasts; gives the services."""
    country = Official(forms)
    with playing(country) as (url, asked):
        country.url, country.asked = url, asked
        yield country


def build_pack(country, folder, *more, **pages):
    """Build a pack from the services; gives it, and what the report says of each entry."""
    (folder / "tjenester.toml").write_text(catalogue(country.url, **pages), encoding="utf-8")
    command = ["--municipality", world.NUMBER, "--services", str(folder / "tjenester.toml")]
    command += ["--work", str(folder / "svar"), "--out", str(folder / "pakke"), *more]
    assert build.main(command) == 0
    report = json.loads((folder / "pakke" / "report.json").read_text(encoding="utf-8"))
    told = {one["id"]: one for layer in report["layers"] for one in layer["services"]}
    return read_pack(folder / "pakke"), told
