"""Overpass's rules of 2026: who asks, how long, and how to behave when it has enough to do."""

from __future__ import annotations

import re

import httpx
import pytest
import tenacity

from layers.sources import fetch
from layers.sources.answers import AnswerStore
from layers.sources.http import Transport, identity, transport
from layers.sources.services import Policy
from tests.services.conftest import FAST, service
from tests.services.test_other_services import BUILDINGS, osm
from tests.support import world
from tests.support.hostile import Reply, playing, wfs

BUSY = Reply(status=429)
CONTACT = "gis@kommune.example"


@pytest.fixture(autouse=True)
def _nobody(monkeypatch):
    """Whoever runs the tests may have said who they are."""
    monkeypatch.delenv("NAERINGSAREAL_CONTACT", raising=False)


@pytest.fixture
def contact(_nobody, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_CONTACT", CONTACT)


@pytest.fixture
def opened(tmp_path):
    """Transports of a policy, closed afterwards."""
    transports = []

    def open_one(**policy):
        store = AnswerStore(tmp_path / "svar", 24)
        transports.append(Transport(Policy(**{**FAST, **policy}), store))
        return transports[-1]

    yield open_one
    for one in transports:
        one.close()


class Clock:
    """Time that passes only in sleep, which is written down."""

    def __init__(self):
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)

    def monotonic(self):
        return 1000.0 + sum(self.slept)

    def time(self):
        return self.monotonic()


@pytest.fixture
def clock(monkeypatch):
    """No test sleeps for half a minute."""
    made = Clock()
    monkeypatch.setattr(transport, "time", made)
    monkeypatch.setattr(tenacity.nap, "time", made)
    return made


def buildings(url, **changes):
    return service(url, "overpass", **{**BUILDINGS, **changes})


# Who asks


@pytest.mark.usefixtures("contact")
def test_the_contact_is_said_in_the_programs_own_name(ask):
    with playing(lambda _: osm()) as (url, asked):
        part = ask(buildings(url))
    assert asked[0].header("User-Agent") == f"Naeringsareal/1 (+{CONTACT})"
    assert part.notes == ()


def test_the_contact_may_stand_in_the_policy(ask):
    with playing(lambda _: osm()) as (url, asked):
        part = ask(buildings(url), contact="https://kommune.example/kart")
    assert asked[0].header("User-Agent") == "Naeringsareal/1 (+https://kommune.example/kart)"
    assert part.notes == ()


@pytest.mark.usefixtures("contact")
def test_the_environment_goes_before_the_policy(ask):
    with playing(lambda _: osm()) as (url, asked):
        ask(buildings(url), contact="https://kommune.example/kart")
    assert asked[0].header("User-Agent") == f"Naeringsareal/1 (+{CONTACT})"


@pytest.mark.parametrize(
    ("said", "header"),
    [
        ("gis@lillestrøm.example", "gis@lillestr%C3%B8m.example"),
        ("gis@a.example)\r\nX-Ond: ja", "gis@a.example%29%0D%0AX-Ond: ja"),
        ("  gis@a.example ", "gis@a.example"),
    ],
)
def test_a_contact_that_a_header_cannot_hold_is_escaped(ask, said, header):
    with playing(lambda _: osm()) as (url, asked):
        part = ask(buildings(url), contact=said)
    assert part.error is None
    assert asked[0].header("User-Agent") == f"Naeringsareal/1 (+{header})"
    assert asked[0].header("X-Ond") is None


@pytest.mark.usefixtures("contact")
def test_other_services_are_told_the_contact_too(ask):
    with playing(wfs(world.boxes(3))) as (url, asked):
        ask(service(url))
    assert {one.header("User-Agent") for one in asked} == {f"Naeringsareal/1 (+{CONTACT})"}


def test_without_a_contact_the_program_is_named_and_it_is_said_once_what_is_missing(opened, place):
    one = opened()
    with playing(lambda _: osm()) as (url, asked):
        parts = [
            fetch.fetch(buildings(url, query=query), place, one, lambda *_: None)
            for query in ('way["building"]({bbox});', 'way["highway"]({bbox});')
        ]
    assert [len(part.frame) for part in parts] == [2, 2]
    assert {one.header("User-Agent") for one in asked} == {identity.AGENT} == {"Naeringsareal/1"}
    assert [len(part.notes) for part in parts] == [1, 0]
    for language in ("nb", "en"):
        assert "NAERINGSAREAL_CONTACT" in parts[0].notes[0].say(language)


def test_what_is_missing_is_said_although_the_first_question_failed(ask):
    with playing(lambda _: Reply(b"", status=406)) as (url, _):
        part = ask(buildings(url))
    assert part.frame is None
    assert [note.msgid for note in part.notes] == ["finding.contact_missing"]


def test_a_service_that_is_no_overpass_is_not_said_to_miss_a_contact(ask):
    with playing(wfs(world.boxes(3))) as (url, _):
        assert ask(service(url)).notes == ()


@pytest.mark.usefixtures("contact")
def test_a_refusal_of_whom_it_does_not_know_says_how_to_make_oneself_known(ask):
    with playing(lambda _: Reply(b"<html>Not Acceptable</html>", status=406)) as (url, asked):
        part = ask(buildings(url))
    assert part.error.code == "error.service_anonymous"
    assert "NAERINGSAREAL_CONTACT" in part.error.say("nb")
    assert len(asked) == 1


def test_the_same_refusal_by_another_service_is_no_word_about_contacts(ask):
    with playing(lambda _: Reply(b"", status=406)) as (url, _):
        part = ask(service(url))
    assert part.error.code == "error.service_status"


# How long


@pytest.mark.parametrize(
    ("settings", "policy", "query_s", "read_s"),
    [
        ({}, {"read_s": 60, "total_s": 300}, 180, 195),
        ({}, {"read_s": 600, "total_s": 900}, 180, 600),
        ({"read_s": 100}, {"read_s": 60, "total_s": 300}, 85, 100),
        ({"read_s": 500, "total_s": 60}, {"read_s": 60, "total_s": 300}, 45, 60),
        ({}, {"read_s": 2, "total_s": 5}, 2, 5),
        ({}, {"read_s": 0.1, "total_s": 0.5}, 1, 2),
    ],
)
def test_the_query_never_takes_longer_than_it_is_waited_for(
    ask, monkeypatch, settings, policy, query_s, read_s
):
    limits = []
    send = httpx.Client.send

    def watching(self, request, **options):
        limits.append(request.extensions["timeout"]["read"])
        return send(self, request, **options)

    monkeypatch.setattr(httpx.Client, "send", watching)
    with playing(lambda _: osm()) as (url, asked):
        part = ask(buildings(url, **settings), **policy)
    assert part.error is None
    assert re.search(r"\[timeout:(\d+)\]", asked[0].query["data"])[1] == str(query_s)
    assert limits == [read_s]
    assert query_s < read_s


# When it has enough to do


def test_after_429_it_is_left_alone_for_half_a_minute(ask, clock):
    with playing(lambda asked: BUSY if asked.again == 0 else osm()) as (url, asked):
        part = ask(buildings(url), longest_wait_s=120)
    assert len(part.frame) == 2
    assert len(asked) == 2
    assert 30 <= sum(clock.slept) < 31


@pytest.mark.parametrize(("said", "waited"), [("5", 30), ("60", 60)])
def test_it_may_ask_for_a_longer_wait_but_not_for_a_shorter(ask, clock, said, waited):
    busy = Reply(status=429, headers={"Retry-After": said})
    with playing(lambda asked: busy if asked.again == 0 else osm()) as (url, _):
        part = ask(buildings(url), longest_wait_s=120)
    assert len(part.frame) == 2
    assert waited <= sum(clock.slept) < waited + 1


def test_the_wait_is_no_longer_than_the_policy_has_it(ask, clock):
    with playing(lambda asked: BUSY if asked.again == 0 else osm()) as (url, _):
        part = ask(buildings(url), longest_wait_s=3)
    assert len(part.frame) == 2
    assert 3 <= sum(clock.slept) < 4


def test_the_next_question_waits_too_after_the_last_attempt(opened, place, clock):
    one = opened(longest_wait_s=120, attempts=1)
    busy = iter([True, False])
    with playing(lambda _: BUSY if next(busy) else osm()) as (url, _):
        first = fetch.fetch(buildings(url), place, one, lambda *_: None)
        assert first.error.code == "error.service_busy"
        assert sum(clock.slept) == 0
        second = fetch.fetch(buildings(url), place, one, lambda *_: None)
    assert len(second.frame) == 2
    assert 30 <= sum(clock.slept) < 31


def test_another_service_is_asked_again_as_soon_as_the_policy_has_it(ask, clock):
    honest = wfs(world.boxes(3))
    with playing(lambda asked: BUSY if asked.number == 0 else honest(asked)) as (url, _):
        part = ask(service(url), longest_wait_s=1)
    assert len(part.frame) == 3
    assert sum(clock.slept) < 3


@pytest.mark.usefixtures("clock")
def test_another_overpass_answers_where_the_first_is_busy(ask):
    with playing(lambda _: BUSY) as (first, _), playing(lambda _: osm()) as (second, _):
        other = second.replace("127.0.0.1", "localhost")
        part = ask(buildings(first, fallbacks=(other,)), longest_wait_s=120)
    assert len(part.frame) == 2
    assert part.service.url == other
    assert "for mye å gjøre" in part.notes[0].say("nb")
