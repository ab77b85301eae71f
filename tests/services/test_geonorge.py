"""Geonorge's downloads in the form of Geonorge.NedlastingApi: ordered, waited for, unpacked."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.services.conftest import service
from tests.support import world
from tests.support.hostile import Reply, gml, playing

UUID = "74340c24-1c8a-4454-b813-bfe498e80f16"
REL = "http://rel.geonorge.no/download"
PLOTS = world.boxes(12)
CODESPACE = "http://www.opengis.net/def/crs/EPSG/0"


def zipped(shapes, first=0):
    """A municipality's file as Geonorge packs it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        name = f"Basisdata_{world.NUMBER}_25832_MatrikkelenEiendomskartTeig_GML.gml"
        archive.writestr(name, gml(shapes, matched=len(shapes), first=first))
    return packed.getvalue()


class Downloads:
    """Geonorge on this machine; what is changed on it is how it misbehaves."""

    def __init__(self):
        self.role = None
        self.format = "GML "
        self.number = world.NUMBER
        self.kind = "kommune"
        self.statuses = []  # of the order, each time that it is asked for; then ready
        self.empty = 0  # times that the order names no file yet
        self.files = [zipped(PLOTS)]
        self.link_host = None
        self.file_host = None
        self.expired = set()  # numbers of orders whose links no longer hold
        self.expiry = 410
        self.broken = False
        self.orders = []

    def __call__(self, asked):
        path = asked.path.removeprefix("/api/")
        here = f"http://{asked.header('Host')}"
        if path == f"capabilities/{UUID}":
            return json.dumps(self.about(here))
        if path == f"codelists/area/{UUID}":
            return json.dumps(self.areas())
        if path == "order" and asked.method == "POST":
            self.orders.append((json.loads(asked.body), asked.header("Authorization")))
            return json.dumps(self.receipt(here, len(self.orders)))
        if path.startswith("order/ref-"):
            return json.dumps(self.receipt(here, int(path.rpartition("-")[2])))
        if path.startswith("download/order/"):
            return self.file(path)
        return Reply(b"", status=404)

    def file(self, path):
        _, _, number, file = path.split("/")
        if self.broken:
            return Reply(b"oh no", status=500)
        if int(number) in self.expired:
            return Reply(b"", status=self.expiry)
        return self.files[int(file)]

    def about(self, here):
        links = {
            "area": f"codelists/area/{UUID}",
            "projection": f"codelists/projection/{UUID}",
            "format": f"codelists/format/{UUID}",
            "order": "order",
        }
        host = self.link_host or here
        return {
            "supportsProjectionSelection": True,
            "supportsFormatSelection": True,
            "supportsPolygonSelection": False,
            "supportsAreaSelection": True,
            "accessConstraintRequiredRole": self.role,
            "distributedBy": "Geonorge",
            "_links": [
                {"href": f"{host}/api/{path}", "rel": f"{REL}/{rel}"} for rel, path in links.items()
            ],
        }

    def areas(self):
        formats = [{"name": "PostGIS"}, {"name": self.format}]
        projections = [
            {
                "code": code,
                "name": f"EUREF89 UTM sone {code[-2:]}, 2d",
                "codespace": f"{CODESPACE}/{code}",
                "formats": formats,
            }
            for code in ("25833", "25832")
        ]
        inside = {"projections": projections, "formats": formats}
        return [
            {"type": "landsdekkende", "name": "Hele landet", "code": "0000", **inside},
            {"type": "fylke", "name": "Oslo", "code": "03", **inside},
            {"type": self.kind, "name": world.NAME, "code": self.number, **inside},
        ]

    def receipt(self, here, number):
        if self.empty:
            self.empty -= 1
            return {"referenceNumber": f"ref-{number}", "files": []}
        status = self.statuses.pop(0) if self.statuses else "ReadyForDownload"
        host = self.file_host or here
        files = [
            {
                "downloadUrl": f"{host}/api/download/order/{number}/{n}",
                "name": f"Basisdata_{self.number}_25832_MatrikkelenEiendomskartTeig_GML.zip",
                "status": status,
                "format": self.format,
            }
            for n in range(len(self.files))
        ]
        return {"referenceNumber": f"ref-{number}", "email": "", "files": files}


def plots(ask, url, policy=None, **changes):
    order = {"metadata_uuid": UUID, **changes.pop("order", {})}
    settings = {"name": "Teig", "keep": "number", "order": order, **changes}
    return ask(service(url, "geonorge", **settings), **(policy or {}))


def test_a_municipality_is_ordered_and_unpacked(ask):
    geonorge = Downloads()
    with playing(geonorge) as (url, asked):
        part = plots(ask, url)
    assert part.error is None, part.error
    assert len(part.frame) == 12
    assert part.frame.geometry.area.sum() == pytest.approx(12 * 28 * 28)
    assert list(part.frame["parcel_id"][:2]) == ["1/0", "1/1"]
    assert part.service.url == url
    assert ask.progress[-1] == (12, 12)
    projection = {"code": "25832", "name": "EUREF89 UTM sone 32, 2d"}
    line = {
        "metadataUuid": UUID,
        "areas": [{"code": world.NUMBER, "name": world.NAME, "type": "kommune"}],
        "projections": [{**projection, "codespace": f"{CODESPACE}/25832"}],
        "formats": [{"name": "GML "}],
    }
    assert geonorge.orders == [({"email": "", "orderLines": [line]}, None)]
    assert [one.method for one in asked] == ["GET", "GET", "POST", "GET"]


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [("GML ", "GML"), ("GML", "gml "), (" G M L", "GML"), ("GML 3.2.1", "GML")],
)
def test_a_format_is_found_whatever_its_blanks_and_case_and_ordered_as_it_is_called(
    ask, offered, wanted
):
    geonorge = Downloads()
    geonorge.format = offered
    with playing(geonorge) as (url, _):
        part = plots(ask, url, order={"format": wanted})
    assert len(part.frame) == 12
    assert geonorge.orders[0][0]["orderLines"][0]["formats"] == [{"name": offered}]


@pytest.mark.parametrize(
    ("order", "given", "known"),
    [
        ({"format": "SOSI"}, "«SOSI»", "PostGIS, GML"),
        ({"projection": "25835"}, "«25835»", "25833, 25832"),
    ],
)
def test_what_is_not_offered_is_said_with_what_is(ask, order, given, known):
    geonorge = Downloads()
    with playing(geonorge) as (url, _):
        part = plots(ask, url, order=order)
    assert part.error.code == "error.download_choice"
    assert given in part.error.say("nb")
    assert known in part.error.say("nb")
    assert geonorge.orders == []


@pytest.mark.parametrize(("number", "kind"), [("3222", "kommune"), (world.NUMBER, "bydel")])
def test_a_municipality_that_is_not_among_the_areas_is_said(ask, number, kind):
    geonorge = Downloads()
    geonorge.number, geonorge.kind = number, kind
    with playing(geonorge) as (url, _):
        part = plots(ask, url)
    assert part.error.code == "error.download_area"
    assert f"kommune {world.NUMBER} (deles ut for: landsdekkende, fylke" in part.error.say("nb")
    assert geonorge.orders == []


def test_an_order_is_asked_after_until_its_files_are_ready(ask):
    geonorge = Downloads()
    geonorge.empty = 1
    geonorge.statuses = ["WaitingForProcessing", "WaitingForProcessing"]
    with playing(geonorge) as (url, asked):
        part = plots(ask, url)
    assert len(part.frame) == 12
    assert [one.path for one in asked].count("/api/order/ref-1") == 3
    assert len(geonorge.orders) == 1


def test_an_order_that_is_not_ready_in_time_is_gone_on_with_the_next_time(ask):
    geonorge = Downloads()
    geonorge.statuses = ["WaitingForProcessing"] * 1000
    with playing(geonorge) as (url, _):
        late = plots(ask, url, total_s=1.0)
        geonorge.statuses = []
        part = plots(ask, url)
    assert late.error.code == "error.download_slow"
    assert "1 sekund." in late.error.say("nb")
    assert len(part.frame) == 12
    assert len(geonorge.orders) == 1


def test_an_order_that_cannot_be_made_is_said_and_not_waited_for(ask):
    geonorge = Downloads()
    geonorge.statuses = ["WaitingForProcessing", "Error"]
    with playing(geonorge) as (url, asked):
        part = plots(ask, url)
    assert part.error.code == "error.download_failed"
    assert asked[-1].path == "/api/order/ref-1"


def test_a_dataset_that_needs_an_account_is_not_ordered_without(ask):
    geonorge = Downloads()
    geonorge.role = "nd.filnedlasting"
    with playing(geonorge) as (url, _):
        part = plots(ask, url)
    assert part.error.code == "error.download_restricted"
    assert "Norge digitalt" in part.error.say("nb")
    assert geonorge.orders == []


@pytest.fixture
def account(monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_GEONORGE_USER", "kari")
    monkeypatch.setenv("NAERINGSAREAL_GEONORGE_PASSWORD", "hemmelig")


@pytest.mark.usefixtures("account")
def test_a_dataset_that_needs_an_account_is_ordered_with_it(ask):
    geonorge = Downloads()
    geonorge.role = "nd.filnedlasting"
    with playing(geonorge) as (url, _):
        part = plots(ask, url, login="geonorge")
    assert len(part.frame) == 12
    assert geonorge.orders[0][1] == "Basic a2FyaTpoZW1tZWxpZw=="  # kari:hemmelig


@pytest.mark.usefixtures("account")
def test_files_on_another_host_must_be_listed_and_get_no_account(ask):
    geonorge, files = Downloads(), Downloads()
    with playing(files) as (there, asked_there), playing(geonorge) as (url, _):
        geonorge.file_host = there.replace("127.0.0.1", "localhost")
        refused = plots(ask, url, login="geonorge")
        assert not asked_there
        part = plots(ask, url, login="geonorge", hosts=("localhost",))
    assert refused.error.code == "error.service_redirect"
    assert "localhost" in refused.error.say("nb")
    assert len(part.frame) == 12
    assert [one.header("Authorization") for one in asked_there] == [None]


def test_lists_on_another_host_must_be_listed_too(ask):
    geonorge = Downloads()
    geonorge.link_host = "http://ond.example"
    with playing(geonorge) as (url, asked):
        part = plots(ask, url)
    assert part.error.code == "error.service_redirect"
    assert len(asked) == 1


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_link_that_has_expired_is_ordered_anew_once(ask, status):
    geonorge = Downloads()
    geonorge.expired, geonorge.expiry = {1}, status
    with playing(geonorge) as (url, _):
        part = plots(ask, url)
    assert part.error is None, part.error
    assert len(part.frame) == 12
    assert len(geonorge.orders) == 2


def test_links_that_never_hold_are_no_reason_to_order_for_ever(ask):
    geonorge = Downloads()
    geonorge.expired = {1, 2, 3}
    with playing(geonorge) as (url, _):
        part = plots(ask, url)
    assert part.error.code == "error.service_status"
    assert "HTTP 410" in part.error.say("nb")
    assert len(geonorge.orders) == 2


def test_an_interrupted_build_goes_on_with_its_order(ask):
    geonorge = Downloads()
    geonorge.broken = True
    with playing(geonorge) as (url, _):
        interrupted = plots(ask, url)
        geonorge.broken = False
        part = plots(ask, url)
    assert interrupted.error.code == "error.service_status"
    assert len(part.frame) == 12
    assert len(geonorge.orders) == 1


def test_what_was_fetched_is_not_fetched_anew(ask):
    geonorge = Downloads()
    with playing(geonorge) as (url, asked):
        plots(ask, url)
        before = len(asked)
        again = plots(ask, url)
    assert len(again.frame) == 12
    assert len(asked) == before


def test_a_file_that_cannot_be_read_is_said_and_not_kept(ask):
    geonorge = Downloads()
    geonorge.files = [b"<html>Velkommen</html>"]
    with playing(geonorge) as (url, _):
        broken = plots(ask, url)
        geonorge.files = [zipped(PLOTS)]
        part = plots(ask, url)
    assert broken.frame is None
    assert broken.error.code.startswith("error.")
    assert len(part.frame) == 12


def test_an_order_of_several_files_is_put_together(ask):
    geonorge = Downloads()
    geonorge.files = [zipped(PLOTS[:5]), zipped(PLOTS[5:], first=5)]
    with playing(geonorge) as (url, _):
        part = plots(ask, url)
    assert len(part.frame) == 12
    assert part.frame["parcel_id"].is_unique


def test_an_entry_without_an_order_says_so(ask):
    with playing(Downloads()) as (url, asked):
        part = ask(service(url, "geonorge"))
    assert part.error.code == "error.service_order"
    assert not asked


def test_another_address_is_ordered_from_where_the_first_is_down(ask):
    with (
        playing(lambda _: Reply(b"", status=500)) as (first, _),
        playing(Downloads()) as (other, _),
    ):
        part = plots(ask, first, fallbacks=(other,))
    assert len(part.frame) == 12
    assert part.service.url == other
