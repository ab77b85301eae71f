"""What the page of own data shows of the last check of the official services."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from layers.sources.doctor import checkup as checkups
from layers.sources.doctor.checkup import Advice, AskedAddress, Checkup, Diagnosis
from tests.pages.test_pages import opened, words

COMMAND = "python -m layers.build doctor --municipality 3205"
HOSTILE = '<script>alert(1)</script> **fet** =1+1 "\u202e'


def service(name, verdict="ok", **changes):
    address = AskedAddress(host="wfs.test", answered="ok", seconds=1.24)
    told = {"id": name, "source": name, "type": "wfs", "layer": "parcels", "verdict": verdict}
    return Diagnosis(**{**told, "addresses": (address,), **changes})


def kept(*services):
    at = dt.datetime(2026, 11, 29, 11, 5, tzinfo=dt.UTC)
    found = Checkup(at=at, municipality="3205", name="Lillestrøm", seconds=8, services=services)
    checkups.keep(found)


def shown(app):
    return next(one.value for one in app.dataframe if "Svar" in one.value)


def code(app):
    return [one.value for one in app.code]


def test_before_the_first_check_the_page_tells_how_to_make_it():
    app = opened("data")
    assert not app.exception
    assert "Ikke kjørt på denne maskinen" in words(app)
    assert COMMAND in code(app)
    assert not any("Svar" in one.value for one in app.dataframe)


def test_the_last_check_is_shown_with_its_day_place_and_advice_what_is_wrong_first():
    gone = Advice(msgid="doctor.layer_renamed", parts={"wanted": "app:Teig", "now": "app:Teiger"})
    kept(
        service("NVE", columns=("a", "b"), missing_optional=("c",), ours=True, found="17 Flom"),
        service("Kommunen", "not_asked", addresses=(), layer="zones", used=False),
        service("Kartverket", "fault", advice=(gone,)),
        service("Entur", newest="2026-03-04", newest_of_one=True, layer=None, used=False),
    )
    app = opened("data")
    assert not app.exception
    said = words(app)
    assert "Sist kjørt 29.11.2026 12:05. Kommune: 3205 Lillestrøm." in said
    assert "Feil ved 1 av de 2 tjenestene som et bygg trenger" in app.warning[0].value
    advised = next(one.value for one in app.table if "Råd" in one.value)
    assert advised.to_dict("records") == [
        {
            "Tjeneste": "Kartverket",
            "Tilstand": "feil",
            "Råd": "Laget heter nå «app\\:Teiger», ikke «app\\:Teig»\\: rett name i tjenestefilen.",
        }
    ]
    table = shown(app).set_index("Tjeneste")
    assert list(table.index) == ["Kartverket", "NVE", "Entur", "Kommunen"]
    assert table.loc["NVE"].to_dict() == {
        "Lag": "eiendomsteiger",
        "Tilstand": "i orden",
        "Svar": "ok, 1,2 s",
        "Lag hos tjenesten": "17 Flom",
        "Kolonner": "2 av 3",
        "Gir koordinatsystemet": "ja",
        "Nyeste dato": "ukjent",
    }
    assert table.loc["Entur", "Nyeste dato"] == "2026-03-04 (ett objekt)"
    assert table.loc["Entur", "Lag"] == "ikke i datapakken"
    assert set(table.loc["Kommunen"].drop(["Lag", "Tilstand"])) == {"–"}
    assert COMMAND in code(app)


def test_services_with_one_and_the_same_advice_share_a_row():
    closed = Advice(msgid="doctor.firewall", parts={"host": "kart.test"})
    gone = Advice(msgid="doctor.firewall", parts={"host": "wfs.test"})
    names = [f"Flom {n}" for n in range(6)]
    kept(*[service(name, "fault", advice=(closed,)) for name in names])
    advised = next(one.value for one in opened("data").table if "Råd" in one.value)
    assert advised["Tjeneste"].tolist() == ["; ".join(names)]
    kept(
        service("Teig", "fault", advice=(gone,)),
        *[service(name, "fault", advice=(closed,)) for name in names],
        service("Støy", "remark", advice=(closed,)),
    )
    advised = next(one.value for one in opened("data").table if "Råd" in one.value)
    assert advised["Tjeneste"].tolist() == ["Teig", "; ".join(names), "Støy"]


def test_a_municipality_whose_name_nobody_told_is_its_number():
    at = dt.datetime(2026, 11, 29, 11, 5, tzinfo=dt.UTC)
    checkups.keep(
        Checkup(at=at, municipality="3205", name="", seconds=8, services=(service("NVE"),))
    )
    assert "Kommune: 3205." in words(opened("data"))


def test_a_check_without_faults_is_said_to_be_well():
    kept(service("NVE"))
    app = opened("data")
    assert app.success[0].value == "Den ene tjenesten som et bygg trenger, kan brukes."
    assert not any("Råd" in one.value for one in app.table)


def test_the_check_can_be_read_in_english():
    gone = Advice(msgid="doctor.firewall", parts={"host": "wfs.test"})
    silent = AskedAddress(host="wfs.test", answered="silent", reason="wfs.test svarer ikke")
    kept(service("NVE", "fault", advice=(gone,), addresses=(silent,)), service("Entur"))
    app = opened("data", lang="en")
    assert not app.exception
    advised = next(one.value for one in app.table if "Advice" in one.value)
    assert "have IT open for wfs.test" in advised["Advice"].iloc[0]
    assert "Faults at 1 of the 2 services" in app.warning[0].value


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 5000])
def test_a_damaged_file_is_one_sentence_and_the_page_is_there(content, versions_home):
    versions_home.mkdir(parents=True, exist_ok=True)
    (versions_home / checkups.FILE).write_bytes(content)
    app = opened("data")
    assert not app.exception
    assert [one.value for one in app.warning if "skadet" in one.value]
    assert COMMAND in code(app)
    assert "Lag" in app.dataframe[0].value


def test_hostile_text_in_the_file_stays_text(versions_home):
    advice = Advice(msgid="doctor.layer_renamed", parts={"wanted": HOSTILE, "now": HOSTILE})
    kept(service(HOSTILE, "fault", advice=(advice,), found=HOSTILE))
    path = versions_home / checkups.FILE
    said = json.loads(path.read_text(encoding="utf-8"))
    said |= {"municipality": HOSTILE, "name": HOSTILE}
    said["services"][0]["layer"] = HOSTILE
    path.write_text(json.dumps(said), encoding="utf-8")
    app = opened("data")
    assert not app.exception
    assert "<script>" not in words(app).replace("\\<script\\>", "")
