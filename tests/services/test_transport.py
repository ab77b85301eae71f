"""How services are asked: where, by which method, with which account, and for how long."""

from __future__ import annotations

import base64
import json
import logging
import time

import httpx
import pytest

from layers.errors import ServiceError
from layers.sources import fetch, report
from layers.sources.answers import AnswerStore
from layers.sources.http import Request, Transport, identity
from layers.sources.services import Policy
from tests.services.conftest import FAST, service
from tests.support import world
from tests.support.hostile import Reply, arcgis, esri, gml, playing, wfs
from tests.support.ports import free_port

PLOTS = world.boxes(12)
FLOODS = world.floods(9)
GONE = Reply(b"not here", status=404)
PASSWORD = "hemmelig-pære"  # noqa: S105  # of an account that is made up
TOKEN = base64.b64encode(f"kari:{PASSWORD}".encode()).decode()


def elsewhere(url):
    """The same server by another host name."""
    return url.replace("127.0.0.1", "localhost")


@pytest.fixture
def transport(tmp_path):
    opened = Transport(Policy(**FAST), AnswerStore(tmp_path / "svar", 24))
    yield opened
    opened.close()


@pytest.fixture
def sent(monkeypatch):
    """All requests that were sent, or tried to be."""
    requests = []
    send = httpx.Client.send

    def watching(self, request, **options):
        requests.append(request)
        return send(self, request, **options)

    monkeypatch.setattr(httpx.Client, "send", watching)
    return requests


@pytest.fixture
def account(monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PLANDATA_USER", "kari")
    monkeypatch.setenv("NAERINGSAREAL_PLANDATA_PASSWORD", PASSWORD)


# Other addresses


def faulty(_):
    return "<ExceptionReport><ExceptionText>Feil</ExceptionText></ExceptionReport>"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (lambda _: GONE, "HTTP 404"),
        (lambda _: Reply(b"oh no", status=500), "HTTP 500"),
        (faulty, "feilmelding"),
        (lambda _: "<html>Velkommen</html>", "noe annet enn kartdata"),
    ],
    ids=["status", "failing", "fault", "page"],
)
def test_where_the_first_address_fails_the_second_gives_the_layer(ask, broken, reason):
    with playing(broken) as (first, _), playing(wfs(PLOTS)) as (second, _):
        part = ask(service(first, fallbacks=(elsewhere(second),)))
    assert part.error is None
    assert len(part.frame) == 12
    assert part.service.url == elsewhere(second)
    (note,) = part.notes
    said = note.say("nb")
    assert said.startswith("Prøvetjeneste er hentet fra localhost, fordi 127.0.0.1 ikke ga laget: ")
    assert reason in said
    assert "localhost" in note.say("en")


def test_the_report_has_the_address_that_answered(ask):
    with playing(lambda _: GONE) as (first, _), playing(wfs(PLOTS)) as (second, _):
        part = ask(service(first, fallbacks=(second,)))
    document = report._part(part, "nb")
    assert document["url"] == second
    assert document["reason"] is None
    assert "HTTP 404" in document["notes"][0]


def test_a_layer_that_the_first_address_lacks_comes_from_the_next(ask):
    other = arcgis(FLOODS, layers=((3, "Noe annet"),))
    honest = arcgis(FLOODS, layers=((7, "Flomsone"),))
    with playing(other) as (first, _), playing(honest) as (second, asked):
        one = service(first, "arcgis", "constraints", name="Flomsone", fallbacks=(second,))
        part = ask(one)
    assert len(part.frame) == 9
    assert asked[-1].path == "/7/query"
    assert "Noe annet" in part.notes[0].say("nb")


def test_addresses_are_tried_in_order_and_no_further_than_needed(ask):
    with (
        playing(lambda _: GONE) as (first, asked_first),
        playing(wfs(PLOTS)) as (second, asked_second),
        playing(wfs(PLOTS[:3])) as (third, asked_third),
    ):
        part = ask(service(first, fallbacks=(second, third)))
    assert len(part.frame) == 12
    assert len(asked_first) == 1
    assert asked_second
    assert not asked_third


def test_an_address_that_works_is_the_only_one_that_is_asked(ask):
    with playing(wfs(PLOTS)) as (first, _), playing(wfs(PLOTS)) as (second, asked_second):
        part = ask(service(first, fallbacks=(second,)))
    assert part.service.url == first
    assert part.notes == ()
    assert not asked_second


def test_where_all_addresses_fail_each_says_why(ask):
    with (
        playing(lambda _: GONE) as (first, _),
        playing(lambda _: Reply(b"", status=410)) as (second, _),
    ):
        part = ask(service(first, fallbacks=(elsewhere(second),)))
    assert part.frame is None
    said = part.error.say("nb")
    assert said.startswith("Ingen av adressene til Prøvetjeneste ga laget. 127.0.0.1: ")
    assert said.index("HTTP 404") < said.index("localhost: ") < said.index("HTTP 410")
    assert part.error.say("en").startswith("None of the addresses of Prøvetjeneste")
    assert part.service.url == first


def test_one_address_alone_gives_its_own_reason(ask):
    with playing(lambda _: GONE) as (url, _):
        part = ask(service(url))
    assert part.error.code == "error.service_status"


def test_the_attempts_are_shared_among_the_addresses(ask):
    failing = Reply(b"oh no", status=500)
    with playing(lambda _: failing) as (first, asked), playing(wfs(PLOTS)) as (second, _):
        part = ask(service(first, fallbacks=(second,)), attempts=6)
    assert len(part.frame) == 12
    assert len(asked) == 3


def test_a_host_that_was_silent_is_asked_once_only_by_the_next_service(transport, place, sent):
    silent = f"http://127.0.0.1:{free_port()}"
    counts = []
    with playing(wfs(PLOTS)) as (second, _):
        for number in (1, 2):
            before = len(sent)
            one = service(silent, id=f"nr-{number}", fallbacks=(elsewhere(second),))
            part = fetch.fetch(one, place, transport, lambda *_: None)
            assert len(part.frame) == 12
            assert "svarer ikke" in part.notes[0].say("nb")
            counts.append(sum(r.url.host == "127.0.0.1" for r in sent[before:]))
    assert counts == [2, 1]


def test_the_municipality_itself_comes_from_the_next_address_too(transport):
    def kommuneinfo(asked):
        about = {"kommunenummer": world.NUMBER, "kommunenavnNorsk": world.NAME}
        if not asked.path.endswith("/omrade"):
            return json.dumps(about)
        crs = {"type": "name", "properties": {"name": "EPSG:25832"}}
        return json.dumps({**about, "omrade": {**world.OUTLINE.__geo_interface__, "crs": crs}})

    columns = {"municipality_no": "kommunenummer", "name": "kommunenavn"}
    with (
        playing(lambda _: Reply(b"", status=410)) as (first, _),
        playing(kommuneinfo) as (other, _),
    ):
        one = service(first, "kommuneinfo", "municipality", columns=columns, fallbacks=(other,))
        place, part = fetch.find_place(one, world.NUMBER, transport)
    assert place.name == world.NAME
    assert part.service.url == other
    assert [note.msgid for note in part.notes] == ["finding.service_fallback"]


def test_a_number_that_no_municipality_has_is_said_as_such(transport):
    with playing(lambda _: GONE) as (first, _), playing(lambda _: GONE) as (other, asked):
        one = service(first, "kommuneinfo", "municipality", fallbacks=(other,))
        with pytest.raises(ServiceError) as caught:
            fetch.find_place(one, "9999", transport)
    assert caught.value.code == "error.municipality_unknown"
    assert not asked


# Redirects


def posted(asked_there):
    return [one for one in asked_there if one.method == "POST"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_post_stays_a_post_with_its_body_through_a_redirect(ask, status):
    honest = arcgis(FLOODS)

    def answer(asked):
        if asked.method == "POST" and not asked.path.startswith("/ny"):
            return Reply(status=status, headers={"Location": f"/ny{asked.path}"})
        return honest(asked)

    with playing(answer) as (url, asked):
        part = ask(service(url, "arcgis", "constraints", name=17))
    assert part.error is None
    assert len(part.frame) == 9
    old, new = posted(asked)
    assert new.path == f"/ny{old.path}"
    assert new.body == old.body
    assert new.query["objectids"] == "1,2,3,4,5,6,7,8,9"
    assert new.header("Content-Type") == "application/x-www-form-urlencoded"


def test_a_post_that_is_told_to_see_another_address_is_no_layer_and_says_why(ask):
    honest = arcgis(FLOODS)

    def answer(asked):
        moved = Reply(status=303, headers={"Location": "/svar"})
        return moved if asked.method == "POST" else honest(asked)

    with playing(answer) as (url, asked):
        part = ask(service(url, "arcgis", "constraints", name=17))
    assert part.error.code == "error.service_see_other"
    assert "HTTP 303" in part.error.say("nb")
    assert asked[-1].path != "/svar"
    assert len(posted(asked)) == 1


def test_a_redirect_may_go_to_the_host_of_a_fallback(ask):
    with playing(arcgis(FLOODS)) as (other, asked_there):

        def answer(asked):
            if asked.method == "POST":
                target = f"{elsewhere(other)}{asked.path}"
                return Reply(status=302, headers={"Location": target})
            return arcgis(FLOODS)(asked)

        with playing(answer) as (url, _):
            one = service(url, "arcgis", "constraints", name=17, fallbacks=(elsewhere(other),))
            part = ask(one)
    assert len(part.frame) == 9
    assert part.service.url == url
    assert part.notes == ()
    assert len(posted(asked_there)) == 1


def test_a_post_to_a_host_that_is_not_listed_is_not_sent_on(ask):
    with playing(arcgis(FLOODS)) as (other, asked_there):

        def answer(asked):
            if asked.method == "POST":
                target = f"{elsewhere(other)}{asked.path}"
                return Reply(status=307, headers={"Location": target})
            return arcgis(FLOODS)(asked)

        with playing(answer) as (url, _):
            part = ask(service(url, "arcgis", "constraints", name=17))
    assert part.error.code == "error.service_redirect"
    assert not asked_there


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ("https://kart.nve.example/a", True),
        ("https://gammel.nve.example/a", True),
        ("https://speil.example/a", True),
        ("http://kart.nve.example/a", False),
        ("http://speil.example/a", False),
        ("https://kart.nve.example.evil.example/a", False),
        ("https://evil.example/kart.nve.example", False),
    ],
)
def test_only_listed_hosts_are_followed_to_and_never_out_of_encryption(target, allowed):
    one = service(
        "https://kart.nve.example/a",
        hosts=("gammel.nve.example",),
        fallbacks=("https://speil.example/b",),
    )
    first = httpx.URL(one.url)
    if allowed:
        identity.require_trusted(one, first, httpx.URL(target))
        return
    with pytest.raises(ServiceError) as caught:
        identity.require_trusted(one, first, httpx.URL(target))
    assert caught.value.code == "error.service_redirect"


def test_a_redirect_without_an_address_is_no_answer(ask):
    with playing(lambda _: Reply(gml(PLOTS, matched=12), status=302)) as (url, _):
        part = ask(service(url))
    assert part.error.code == "error.service_status"


def test_what_an_address_asks_already_is_not_lost(ask):
    with playing(wfs(PLOTS)) as (url, asked):
        part = ask(service(f"{url}/mapserv?map=teig"))
    assert len(part.frame) == 12
    assert {one.query.get("map") for one in asked} == {"teig"}


# Time limits


def test_a_service_may_be_given_more_time_than_the_others(ask):
    def slow(asked):
        time.sleep(0.5)
        return wfs(PLOTS)(asked)

    with playing(slow) as (url, _):
        hurried = ask(service(url), read_s=0.1, attempts=1)
        patient = ask(service(url, read_s=5.0), read_s=0.1, attempts=1)
    assert hurried.error.code == "error.service_slow"
    assert len(patient.frame) == 12


def test_a_service_may_be_given_less_time_for_a_whole_answer(ask):
    def drip(asked):
        return Reply(wfs(PLOTS)(asked), pause_s=0.05)

    with playing(drip) as (url, _):
        part = ask(service(url, total_s=0.1), attempts=1)
    assert part.error.code == "error.service_slow"


# Accounts


@pytest.mark.usefixtures("account")
def test_an_account_is_sent_by_basic_authentication(ask):
    with playing(wfs(PLOTS)) as (url, asked):
        part = ask(service(url, login="plandata"))
    assert len(part.frame) == 12
    assert {one.header("Authorization") for one in asked} == {f"Basic {TOKEN}"}


@pytest.mark.usefixtures("account")
def test_a_service_without_login_is_told_no_account(ask):
    with playing(wfs(PLOTS)) as (url, asked):
        ask(service(url))
    assert {one.header("Authorization") for one in asked} == {None}


@pytest.mark.parametrize("missing", ["USER", "PASSWORD"])
@pytest.mark.usefixtures("account")
def test_an_account_that_is_not_set_is_asked_for_by_both_names(ask, monkeypatch, missing):
    monkeypatch.delenv(f"NAERINGSAREAL_PLANDATA_{missing}")
    with playing(wfs(PLOTS)) as (url, asked):
        part = ask(service(url, login="plandata", fallbacks=(elsewhere(url),)))
    assert part.error.code == "error.login_unset"
    for language in ("nb", "en"):
        assert "NAERINGSAREAL_PLANDATA_USER" in part.error.say(language)
        assert "NAERINGSAREAL_PLANDATA_PASSWORD" in part.error.say(language)
    assert not asked


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.usefixtures("account")
def test_an_account_that_is_refused_is_said_to_be(ask, status):
    with playing(lambda _: Reply(b"nei", status=status)) as (url, asked):
        part = ask(service(url, login="plandata"))
    assert part.error.code == "error.login_refused"
    assert f"HTTP {status}" in part.error.say("nb")
    assert PASSWORD not in part.error.say("nb")
    assert len(asked) == 1


@pytest.mark.usefixtures("account")
def test_an_account_is_not_sent_on_to_another_host(ask):
    with playing(wfs(PLOTS)) as (other, asked_there):

        def answer(asked):
            query = "&".join(f"{key}={value}" for key, value in asked.query.items())
            return Reply(status=307, headers={"Location": f"{elsewhere(other)}/wfs?{query}"})

        with playing(answer) as (url, asked):
            part = ask(service(url, login="plandata", hosts=("localhost",)))
    assert len(part.frame) == 12
    assert {one.header("Authorization") for one in asked} == {f"Basic {TOKEN}"}
    assert {one.header("Authorization") for one in asked_there} == {None}


def test_a_secret_header_of_the_catalogue_is_not_sent_on_either(ask):
    with playing(wfs(PLOTS)) as (other, asked_there):
        sent_on = Reply(status=307, headers={"Location": f"{elsewhere(other)}/wfs"})
        headers = {"Authorization": "Bearer hemmelig", "X-Klient": "kommune"}
        with playing(lambda _: sent_on) as (url, asked):
            ask(service(url, hosts=("localhost",), headers=headers))
    assert asked[0].header("Authorization") == "Bearer hemmelig"
    assert asked_there[0].header("Authorization") is None
    assert asked_there[0].header("X-Klient") == "kommune"


@pytest.mark.usefixtures("account")
def test_an_account_goes_to_a_fallback_that_the_entry_lists(ask):
    with playing(lambda _: GONE) as (first, _), playing(wfs(PLOTS)) as (second, asked):
        part = ask(service(first, login="plandata", fallbacks=(elsewhere(second),)))
    assert len(part.frame) == 12
    assert {one.header("Authorization") for one in asked} == {f"Basic {TOKEN}"}


@pytest.mark.usefixtures("account")
def test_an_account_is_not_sent_where_others_can_read_it():
    one = service("http://nap.example/plan", login="plandata")
    with pytest.raises(ServiceError) as caught:
        identity.headers(one, httpx.URL("http://nap.example/plan/1"))
    assert caught.value.code == "error.login_open"
    encrypted = identity.headers(one, httpx.URL("https://nap.example/plan/1"))
    assert encrypted["Authorization"] == f"Basic {TOKEN}"


@pytest.mark.usefixtures("account")
def test_an_account_leaves_no_trace(ask, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with playing(wfs(PLOTS)) as (url, _):
        part = ask(service(url, login="plandata"))
        refused = ask(service(f"{url}/x", login="plandata", name="app:Annet"))
    kept = list((tmp_path / "svar").iterdir())
    assert kept
    traces = [json.dumps(report._part(one, "nb")) + repr(one) for one in (part, refused)]
    traces += [path.name + path.read_text(encoding="utf-8") for path in kept]
    traces.append(caplog.text)
    for trace in traces:
        assert PASSWORD not in trace
        assert TOKEN not in trace
        assert "kari" not in trace


@pytest.mark.usefixtures("account")
def test_the_same_question_has_one_answer_whoever_asks(tmp_path):
    store = AnswerStore(tmp_path / "svar", 24)
    with playing(lambda _: b"svar") as (url, asked):
        for login in ("", "plandata"):
            transport = Transport(Policy(**FAST), store)
            assert transport.get(service(url, login=login), Request(f"{url}/a")) == b"svar"
            transport.close()
    assert len(asked) == 1


def test_documents_are_posted_as_json_and_known_apart(transport):
    with playing(lambda asked: asked.body) as (url, asked):
        one = service(url)
        for number in (1, 2, 1):
            body = transport.get(one, Request(f"{url}/a", document={"nr": number}))
            assert json.loads(body) == {"nr": number}
    assert len(asked) == 2
    assert asked[0].header("Content-Type") == "application/json"


def test_esri_shapes_are_whole_after_a_redirect(ask):
    """The redirected answer is the one that is read, not the page that pointed to it."""

    def answer(asked):
        if asked.method == "POST" and asked.path == "/17/query":
            body = json.dumps(esri(FLOODS[:1], [1]))
            return Reply(body, status=302, headers={"Location": "/18/query"})
        return arcgis(FLOODS)(asked)

    with playing(answer) as (url, _):
        part = ask(service(url, "arcgis", "constraints", name=17))
    assert part.frame.geometry.area.sum() == pytest.approx(9 * 3600)
