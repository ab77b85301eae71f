"""The small readers and judges of the check of services."""

from __future__ import annotations

import pytest

from layers.errors import ServiceError
from layers.sources.doctor import judge, secrets
from layers.sources.doctor.observation import Observation, day, epsg, flat
from layers.sources.services import Service


def service(**changes):
    told = {"id": "x", "layer": "parcels", "type": "wfs", "url": "http://x.test", "source": "X"}
    return Service(**{**told, "constants": {"synthetic": False}, "keep": "all", **changes})


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("urn:ogc:def:crs:EPSG::25832", (25832,)),
        ("urn:ogc:def:crs:EPSG:6.9:4258", (4258,)),
        ("http://www.opengis.net/def/crs/EPSG/0/25833", (25833,)),
        ("http://www.opengis.net/gml/srs/epsg.xml#25832", (25832,)),
        ("EPSG:4326", (4326,)),
        (["epsg:25833", "EPSG:25832", "x"], (25832, 25833)),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", ()),
        (None, ()),
    ],
)
def test_reference_systems_are_read_in_all_their_forms(written, codes):
    assert epsg(written) == codes


@pytest.mark.parametrize(
    ("said", "date"),
    [
        (1_760_000_000_000, "2025-10-09"),
        ("1760000000000", "2025-10-09"),
        ("2026-03-04T10:00:00Z", "2026-03-04"),
        ("2026-03", "2026-03"),
        (20260304, ""),
        ("i går", ""),
        (None, ""),
        (True, ""),
        (float("nan"), ""),
    ],
)
def test_dates_are_read_as_services_write_them(said, date):
    assert day(said) == date


def test_members_inside_members_are_named_by_their_path():
    found = dict(flat({"A": {"b": 1, "C": {"d": None}}, "e": [{"f": 2}]}))
    assert set(found) == {"a", "a.b", "a.c", "a.c.d", "e", "e.f"}
    assert found["a.b"] == 1


def test_members_without_end_end():
    deep = {}
    for _ in range(10_000):
        deep = {"a": deep}
    assert len(list(flat(deep))) < 10


def test_columns_are_found_in_any_case_and_one_of_several_is_enough():
    one = service(columns={"parcel_id": ("mangler", "{Gnr}/{bnr}")})
    seen = Observation(found="x", fields=frozenset({"gnr", "bnr"}))
    assert judge.columns(one, seen) == (("{Gnr}/{bnr}",), (), ())
    seen = Observation(found="x", fields=frozenset({"gnr"}))
    assert judge.columns(one, seen) == ((), ("mangler / {Gnr}/{bnr}",), ())
    assert judge.columns(one, Observation(found="x")) == (None, (), ())


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("lokalId", True),  # steps on the way may be left out, as a build has it
        ("identifikasjon.lokalId", True),
        ("identifikasjon|Identifikasjon|lokalId", True),
        ("Identifikasjon", True),
        ("arealplanId.lokalId", False),
        ("lokal", False),
    ],
)
def test_a_nested_column_is_found_by_its_path(name, there):
    one = service(columns={"parcel_id": name})
    fields = frozenset({"identifikasjon", "identifikasjon.identifikasjon"})
    fields |= {"identifikasjon.identifikasjon.lokalid"}
    found, needed, _ = judge.columns(one, Observation(found="x", fields=fields))
    assert (found, needed) == (((name,), ()) if there else ((), (name,)))


def test_a_column_that_is_only_not_seen_is_no_fault():
    one = service(columns={"parcel_id": "nr"})
    unsure = Observation(found="x", fields=frozenset({"a"}), complete=False)
    assert [(a.msgid, a.fault) for a in judge.of_observation(one, unsure)] == [
        ("doctor.column_unseen", False)
    ]
    sure = Observation(found="x", fields=frozenset({"a"}))
    assert [(a.msgid, a.fault) for a in judge.of_observation(one, sure)] == [
        ("doctor.column", True)
    ]


def test_the_columns_of_a_rule_are_needed():
    rule = "status = 'a AND b' AND NOT (\"grad 2\" IN (1, 2) OR plan.nr IS NULL)"
    one = service(where=rule)
    needed = judge.columns(one, Observation(found="x", fields=frozenset()))[1]
    assert needed == ("status", "grad 2", "plan.nr")


def test_an_error_without_advice_of_its_own_points_to_the_reason():
    error = ServiceError("error.service_empty", source="X", name="Y")
    assert judge.of_error(service(), error, "x.test").msgid == "doctor.own"


def test_secrets_are_hidden_and_the_rest_is_kept(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://dom%5Ckari:passord1@mellom.test:8080")
    monkeypatch.setenv("NAERINGSAREAL_NAP_PASSWORD", "passord2")
    one = service(headers={"X-Key": "passord3"}, params={"token": "passord4", "where": "a = 1"})
    text = "passord1 passord2 passord3 passord4 a = 1 http://x.test/y?z=passord5 /home/kari/data"
    said = secrets.hidden(text, secrets.known_to([one]))
    assert said == "… … … … a = 1 http://x.test/y?… /home/…/data"


def test_a_reason_is_one_bounded_line():
    said = secrets.hidden("a\n\x1b[31m" * 500)
    assert len(said) == secrets.MAX_REASON
    assert said.isprintable()
