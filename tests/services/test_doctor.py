"""`python -m layers.build doctor`: every type of service, well and ill."""

from __future__ import annotations

import datetime as dt
import json
import threading
from pathlib import Path

import pytest

from layers import build
from layers.sources.doctor import checkup as checkups
from layers.sources.doctor import run as doctor_run
from tests.services.test_hostile_wfs import self_signed
from tests.support import world
from tests.support.answering import CATALOGUE, Answering
from tests.support.hostile import Reply, gml, playing
from tests.support.official import PASSWORD, USER, catalogue, entries, official
from tests.support.ports import free_port

PAGE = "<!DOCTYPE html><html><body>Logg inn på gjestenettet</body></html>"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"planer_{world.NUMBER}.gml").write_text("x", encoding="utf-8")


@pytest.fixture
def services():
    answering = Answering()
    with playing(answering) as (url, asked):
        answering.url = url
        answering.asked = asked
        yield answering


@pytest.fixture
def check(services, tmp_path, capsys):
    """Run the command, and return its exit code, what it printed, and the entries by their id."""

    def run(*more, change=lambda text: text, number=world.NUMBER):
        text = change(CATALOGUE.format(url=services.url))
        (tmp_path / "tjenester.toml").write_text(text, encoding="utf-8")
        chosen = ["--municipality", number] if number else []
        code = build.main(["doctor", *chosen, "--services", "tjenester.toml", *more])
        run.printed = capsys.readouterr()
        kept = checkups.last()
        return code, run.printed.out, {one.id: one for one in kept.services} if kept else {}

    return run


def advice(one):
    return " ".join(each.say("nb") for each in one.advice)


# Well


def test_all_services_that_are_as_the_catalogue_has_them_are_in_order(check):
    code, out, found = check()
    assert {one.id: one.verdict for one in found.values() if one.verdict != "ok"} == {
        "soner": "not_asked"
    }
    assert code == 0
    assert "Alle 9 tjenestene som et bygg trenger, kan brukes." in out
    assert f"Kommune: {world.NUMBER} {world.NAME}" in out


def test_each_type_of_service_tells_its_layer_columns_system_and_newest_date(check):
    _, _, found = check()
    told = {one.id: (one.found, one.columns, one.ours, one.newest) for one in found.values()}
    changed = dt.datetime.fromtimestamp(
        Path(f"planer_{world.NUMBER}.gml").stat().st_mtime, dt.UTC
    ).date()
    assert told == {
        "kommuneinfo": (world.NAME, ("kommunenummer", "kommunenavn"), True, ""),
        "teig": (
            "app:Teig",
            ("matrikkelnummerTekst", "kommunenummer", "oppdateringsdato"),
            True,
            "",
        ),
        "flom": ("17 Flomsone 200", ("lokalId",), True, "2025-10-09"),
        "kulturminner": (
            "enkeltminner",
            ("kulturminneId", "plan.kommune.nummer", "endret"),
            True,
            "2026-03-04",
        ),
        "bygg": ("OpenStreetMap", None, None, "2026-11-28"),
        "stopp": ("StopPlace", ("id", "name"), None, ""),
        "bedrifter": ("underenheter", ("organisasjonsnummer",), None, ""),
        "bestilling": ("GML 25832", None, True, ""),
        "fil": (f"planer_{world.NUMBER}.gml", None, None, changed.isoformat()),
        "soner": ("", None, None, ""),
    }
    assert found["kulturminner"].newest_of_one
    assert not found["flom"].newest_of_one
    assert found["teig"].systems == (4258, 25832)


def test_features_are_asked_for_in_the_municipality(check, services):
    check()
    asked = [one.query for one in services.asked]
    west, south = world.WEST, world.SOUTH
    boxes = [one["bbox"] for one in asked if one.get("request") == "GetFeature"]
    assert boxes == [
        f"{west}.00,{south}.00,{west + 3000}.00,{south + 3000}.00,urn:ogc:def:crs:EPSG::25832"
    ]
    envelopes = [json.loads(one["geometry"]) for one in asked if "geometry" in one]
    assert [(one["xmin"], one["ymax"]) for one in envelopes] == [(west, south + 3000)]
    assert [one["kommunenummer"] for one in asked if "kommunenummer" in one] == [world.NUMBER]


def test_the_same_question_is_asked_once_and_nothing_is_reused_from_before(check, services):
    def again(text):
        entry = text[
            text.index('[[services]]\nid = "bygg"') : text.index('[[services]]\nid = "stopp"')
        ]
        return text + entry.replace('id = "bygg"', 'id = "veger"')

    _, _, found = check(change=again)
    assert found["veger"].verdict == found["bygg"].verdict == "ok"
    assert sum(one.path == "/overpass" for one in services.asked) == 1
    check()
    assert sum(one.path == "/overpass" for one in services.asked) == 2


def test_an_entry_that_is_in_no_layer_is_asked_but_no_reason_to_fail(check, services):
    services.instead["arcgis"] = Reply(b"", status=500)

    def unused(text):
        return text.replace('layer = "constraints"\ntype = "arcgis"', 'type = "arcgis"').replace(
            'constraint_id = ["lokalId", "OBJECTID"]', ""
        )

    code, _, found = check(change=unused)
    assert (code, found["flom"].verdict, found["flom"].used) == (0, "remark", False)
    assert "har en feil hos seg selv" in advice(found["flom"])


def test_the_catalogues_own_entries_are_well_in_their_real_form(tmp_path, monkeypatch, capsys):
    for part, value in (("USER", USER), ("PASSWORD", PASSWORD)):
        monkeypatch.setenv(f"NAERINGSAREAL_NORGE_DIGITALT_{part}", value)
    with official() as country:
        (tmp_path / "alle.toml").write_text(catalogue(country.url), encoding="utf-8")
        arguments = ["--municipality", world.NUMBER, "--services", "alle.toml"]
        code = build.main(["doctor", *arguments])
    out = capsys.readouterr().out
    found = checkups.last().services
    assert [(one.id, advice(one)) for one in found if one.verdict == "fault"] == []
    assert code == 0, out
    asked = [one for one in found if one.used]
    assert {one.id for one in asked} == {one.id for one in entries()}
    assert all(one.found for one in asked)


# Ill


def test_a_layer_that_was_renamed_is_named_by_its_new_name(check, services):
    services.wfs_name = "app:Teiger"
    code, out, found = check()
    assert code == 1
    assert found["teig"].found == ""
    assert "Laget heter nå «app:Teiger», ikke «app:Teig»: rett name i tjenestefilen." in out


def test_a_name_without_its_prefix_is_the_layer_where_the_service_takes_it(check, services):
    services.wfs_name = "norstoy:Teig"
    _, _, found = check()
    assert (found["teig"].verdict, found["teig"].found) == ("ok", "norstoy:Teig")
    well = services.wfs

    def strict(asked):
        if asked.query.get("typenames") == "app:Teig":
            return Reply(b"", status=400)
        return well(asked)

    services.instead["wfs"] = strict
    _, _, found = check()
    assert "Laget heter nå «norstoy:Teig»" in advice(found["teig"])


def test_a_layer_by_another_number_is_told_with_those_that_there_are(check):
    code, _, found = check(change=lambda text: text.replace("name = 17", "name = 3"))
    assert (code, found["flom"].verdict) == (1, "fault")
    assert "«3» finnes ikke hos tjenesten (den har 17 Flomsone 200, 21 Flomsone klima)" in advice(
        found["flom"]
    )


def test_a_layer_of_arcgis_can_be_found_by_its_name(check):
    _, _, found = check(change=lambda text: text.replace("name = 17", 'name = "Flomsone 200"'))
    assert (found["flom"].verdict, found["flom"].found) == ("ok", "17 Flomsone 200")


def test_a_group_of_layers_is_no_layer(check, services):
    well = services.arcgis

    def group(asked):
        if not asked.path.endswith("/17"):
            return well(asked)
        return json.dumps({"id": 17, "name": "Flomsoner", "type": "Group Layer"})

    services.instead["arcgis"] = group
    _, _, found = check()
    assert found["flom"].verdict == "fault"
    assert "«Group Layer»" in advice(found["flom"])


def test_a_collection_that_is_gone_is_told_with_those_that_there_are(check):
    _, _, found = check(change=lambda text: text.replace("enkeltminner", "lokaliteter"))
    assert found["kulturminner"].verdict == "fault"
    assert "enkeltminner, sikringssoner" in advice(found["kulturminner"])


def test_a_needed_column_that_is_gone_is_a_fault(check, services):
    services.wfs_columns = ("matrikkelnummerTekst",)  # the plots of which municipality?
    code, _, found = check()
    assert (code, found["teig"].missing) == (1, ("kommunenummer",))
    assert "Kolonnen kommunenummer finnes ikke" in advice(found["teig"])


def test_of_several_columns_in_order_one_is_enough_also_a_nested_one(check, services):
    services.wfs_columns = ("kommunenummer",)
    nested = "{matrikkelenhet.gardsnummer}"
    _, _, found = check(change=lambda text: text.replace("{gardsnummer}/{bruksnummer}", nested))
    assert found["teig"].columns == (nested, "kommunenummer", "oppdateringsdato")
    assert found["teig"].verdict == "ok"
    _, _, found = check()
    assert found["teig"].missing == ("matrikkelnummerTekst / {gardsnummer}/{bruksnummer}",)


def test_a_column_that_a_pack_can_do_without_is_a_remark(check):
    code, _, found = check(change=lambda text: text.replace("plan.kommune.nummer", "vernetype"))
    one = found["kulturminner"]
    assert (code, one.verdict, one.missing_optional) == (0, "remark", ("vernetype",))


def test_a_column_that_a_rule_looks_at_must_be_there(check):
    def ruled(text):
        rule = 'where = ["lokalId <> \'x\' AND statusskredomr = 1"]\nsource = "NVE, flomsoner"'
        return text.replace('source = "NVE, flomsoner"', rule)

    code, _, found = check(change=ruled)
    assert (code, found["flom"].missing) == (1, ("statusskredomr",))
    assert found["flom"].columns == ("lokalId",) * 2


def test_a_service_without_our_system_is_a_fault(check, services):
    services.wfs_epsg = 4326
    code, _, found = check()
    assert (code, found["teig"].ours) == (1, False)
    assert "gir ikke koordinatsystemet den blir spurt i (den har 4258, 4326)" in advice(
        found["teig"]
    )


def test_a_format_that_cannot_be_ordered_is_a_fault(check):
    _, _, found = check(change=lambda text: text.replace('"GML"', '"FGDB"'))
    assert "Formatet «FGDB» kan ikke bestilles (det finnes GML, GPX)" in advice(found["bestilling"])


def test_a_dataset_that_needs_an_account_is_a_fault(check, services):
    about = {"accessConstraintRequiredRole": "nd", "_links": []}
    services.instead["api"] = json.dumps(about)
    code, _, found = check()
    assert (code, found["bestilling"].verdict) == (1, "fault")
    assert "krever innlogging" in advice(found["bestilling"])


def test_businesses_need_the_register_of_addresses_for_their_places(check, services):
    services.instead["adresser"] = json.dumps({"adresser": [{}]})

    def placed(text):
        return text.replace(
            'type = "brreg"', f'type = "brreg"\naddresses = "{services.url}/adresser"'
        )

    _, _, found = check(change=placed)
    assert found["bedrifter"].verdict == "ok"
    services.instead["adresser"] = Reply(b"", status=500)
    code, _, found = check(change=placed)
    assert (code, found["bedrifter"].verdict) == (0, "remark")
    assert "så bedriftene får ikke sted" in advice(found["bedrifter"])


def test_no_feature_in_the_box_leaves_columns_that_are_not_described_unknown(check, services):
    well = services.ogcapi

    def empty(asked):
        if asked.path.endswith("/items"):
            return json.dumps({"type": "FeatureCollection", "features": []})
        return well(asked)

    services.instead["ogcapi"] = empty
    _, out, found = check()
    assert (found["kulturminner"].verdict, found["kulturminner"].columns) == ("remark", None)
    assert "så kolonnene er ikke prøvd" in advice(found["kulturminner"])
    services.instead["ogcapi"] = lambda asked: (
        empty(asked) if "bbox" in asked.query else well(asked)
    )
    _, _, found = check()  # one elsewhere shows the same columns
    assert found["kulturminner"].verdict == "ok"
    assert "ukjent" in out


def test_a_schema_that_cannot_be_had_leaves_the_feature_to_tell(check, services):
    well = services.wfs

    def silent(asked):
        if asked.query["request"] == "DescribeFeatureType":
            return Reply(b"", status=400)
        return well(asked)

    services.instead["wfs"] = silent
    _, _, found = check()
    assert found["teig"].columns == ("matrikkelnummerTekst", "kommunenummer")
    assert found["teig"].missing_optional == ("oppdateringsdato",)


@pytest.mark.parametrize(
    ("reply", "answered", "said"),
    [
        (Reply(PAGE), "refused", "er en nettside, ikke data: åpne en nettleser og logg inn"),
        (Reply(b"", status=401), "refused", "krever innlogging: sett login for tjenesten"),
        (Reply(b"", status=404), "refused", "Adressen finnes ikke lenger hos 127.0.0.1"),
        (Reply(b"", status=406), "refused", "sett NAERINGSAREAL_CONTACT"),
        (Reply(b"", status=407), "refused", "sett den i HTTPS_PROXY"),
        (Reply(b"", status=502), "refused", "har en feil hos seg selv"),
        (Reply(b"", status=503), "refused", "har for mye å gjøre"),
        (Reply(b"", status=418), "refused", "se grunnen i filen fra sjekken"),
        (Reply(b"5"), "refused", "svarer med noe annet"),
        (Reply(b'[{"id": "NSR'), "refused", "ble brutt"),
        (
            Reply(b"", status=302, headers={"Location": "http://localhost:1/x"}),
            "refused",
            "viser videre til http://localhost: føy den til under hosts",
        ),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_what_is_wrong_is_told_with_what_to_do(check, services, reply, answered, said):
    services.instead["entur"] = reply
    code, _, found = check()
    assert (code, found["stopp"].verdict) == (1, "fault")
    assert found["stopp"].addresses[0].answered == answered
    assert said in advice(found["stopp"])
    assert {one.verdict for one in found.values()} == {"ok", "not_asked", "fault"}


def test_a_fault_of_the_service_is_told_in_its_own_words(check, services):
    fault = {"error": {"code": 498, "message": "Invalid \x1b[31m token"}}
    services.instead["arcgis"] = json.dumps(fault)
    _, _, found = check()
    assert "Invalid [31m token" in found["flom"].addresses[0].reason


def test_overpass_that_refuses_wants_to_know_who_asks(check, services):
    services.instead["overpass"] = Reply(b"", status=403)
    _, _, found = check()
    assert "sett NAERINGSAREAL_CONTACT" in advice(found["bygg"])


def test_a_closed_port_is_the_firewall_and_its_host_is_listed(check, services):
    port = free_port()
    closed = f"http://127.0.0.2:{port}/entur"
    code, out, found = check(change=lambda text: text.replace(f"{services.url}/entur", closed))
    assert (code, found["stopp"].addresses[0].answered) == (1, "silent")
    assert "Får ikke kontakt med 127.0.0.2" in advice(found["stopp"])
    assert "Fikk ikke svar fra: 127.0.0.2" in out


def test_a_certificate_that_is_not_trusted_is_told_with_its_setting(check, services, tmp_path):
    with playing(services, self_signed(tmp_path)) as (url, _):
        secure = url.replace("http://", "https://")
        _, _, found = check(
            change=lambda text: text.replace(f"{services.url}/entur", f"{secure}/entur")
        )
    assert "sett SSL_CERT_FILE" in advice(found["stopp"])


def test_what_does_not_answer_in_time_is_told_and_the_rest_is_there(check, services, monkeypatch):
    over = threading.Event()
    services.instead["entur"] = lambda _: over.wait(60) and "[]"
    # Long enough for the others on a busy machine: nothing but the silent one waits for it.
    monkeypatch.setattr(doctor_run.examine, "__kwdefaults__", {"limit_s": 10.0})
    try:
        code, _, found = check()
    finally:
        over.set()
    assert code == 1
    assert found["stopp"].addresses[0].answered == "silent"
    assert "hadde ikke svart da sjekken ble avsluttet etter 10 sekunder" in advice(found["stopp"])
    assert found["flom"].verdict == "ok"


def test_a_fallback_that_answers_is_used_and_the_address_that_does_not_is_told(check, services):
    closed = f"http://127.0.0.2:{free_port()}/arcgis"

    def moved(text):
        old, new = f'url = "{services.url}/arcgis"', f'url = "{closed}"'
        return text.replace(old, f'{new}\nfallbacks = ["{services.url}/arcgis"]')

    code, _, found = check(change=moved)
    one = found["flom"]
    assert (code, one.verdict, one.found) == (0, "remark", "17 Flomsone 200")
    assert [each.answered for each in one.addresses] == ["silent", "ok"]
    assert one.answering.host == "127.0.0.1"
    assert "127.0.0.2 kunne ikke brukes, men en annen adresse for det samme svarer." in advice(one)


def test_a_fallback_that_is_down_is_no_news_where_the_first_answers(check, services):
    closed = f"http://127.0.0.2:{free_port()}/arcgis"

    def doubled(text):
        own = f'url = "{services.url}/arcgis"'
        return text.replace(own, f'{own}\nfallbacks = ["{closed}"]')

    _, _, found = check(change=doubled)
    assert [each.answered for each in found["flom"].addresses] == ["ok", "silent"]
    assert found["flom"].verdict == "ok"


def test_without_the_municipality_the_rest_is_asked_without_its_box(check, services):
    services.instead["kommuneinfo"] = Reply(b"", status=500)
    code, out, found = check()
    assert (code, found["kommuneinfo"].verdict) == (1, "fault")
    assert found["teig"].verdict == found["flom"].verdict == "ok"
    assert not any("bbox" in one.query for one in services.asked)
    assert f"Kommune: {world.NUMBER}." in out


def test_an_account_that_is_not_accepted_is_told_with_its_settings(check, services, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_ENTUR_USER", "kari-nordmann")
    monkeypatch.setenv("NAERINGSAREAL_ENTUR_PASSWORD", "hemmelig-passord")
    services.instead["entur"] = Reply(b"", status=401)
    login = 'type = "entur"\nlogin = "entur"'
    code, _, found = check(change=lambda text: text.replace('type = "entur"', login))
    assert (code, found["stopp"].verdict) == (1, "fault")
    assert "kontroller NAERINGSAREAL_ENTUR_USER" in advice(found["stopp"])
    services.instead.clear()
    _, _, found = check(change=lambda text: text.replace('type = "entur"', login))
    assert found["stopp"].verdict == "ok"


def test_an_account_that_is_not_set_is_asked_for_and_the_service_is_not(check, services):
    def closed(text):
        return text.replace('type = "entur"', 'type = "entur"\nlogin = "entur"')

    code, out, found = check(change=closed)
    assert (code, found["stopp"].verdict) == (0, "not_asked")
    assert "Alle 8 tjenestene som et bygg trenger" in out
    assert "sett NAERINGSAREAL_ENTUR_USER og NAERINGSAREAL_ENTUR_PASSWORD" in advice(found["stopp"])
    assert not any(one.path == "/entur" for one in services.asked)


def test_a_file_that_is_not_there_is_a_fault(check, tmp_path):
    (tmp_path / f"planer_{world.NUMBER}.gml").unlink()
    code, _, found = check()
    assert code == 1
    assert f"Filen «planer_{world.NUMBER}.gml» finnes ikke" in advice(found["fil"])


def test_a_file_on_the_net_is_there_however_large_it_is(check, services):
    services.instead["fil"] = Reply(b"x" * 2_000_000)

    def on_the_net(text):
        return text.replace('url = "planer_', f'url = "{services.url}/fil/planer_')

    _, _, found = check(change=on_the_net)
    assert (found["fil"].verdict, found["fil"].found) == ("ok", f"planer_{world.NUMBER}.gml")


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"null", b"[]", b"{}", b"[[1]]", b"<a/>", b'{"features": [3], "fields": [3]}', b"\xff"],
)
def test_nonsense_is_never_well_and_never_ends_the_check(check, services, nonsense):
    names = {"wfs": "teig", "arcgis": "flom", "ogcapi": "kulturminner", "entur": "stopp"}
    names |= {"brreg": "bedrifter", "overpass": "bygg", "api": "bestilling"}
    services.instead = dict.fromkeys(names, Reply(nonsense))
    code, _, found = check()
    assert (code, found["kommuneinfo"].verdict, found["fil"].verdict) == (1, "ok", "ok")
    told = {service: found[entry] for service, entry in names.items()}
    if nonsense == b"[]":  # an honest answer of a register without stops
        assert told.pop("entur").verdict == "remark"
    assert {service: one.verdict for service, one in told.items()} == dict.fromkeys(told, "fault")


# What is written


def test_the_table_can_be_read_and_holds_what_is_wrong_first(check, services):
    services.wfs_name = "app:Eiendom"
    _, out, _ = check()
    lines = out.splitlines()
    assert max(map(len, lines)) <= 120
    head = next(at for at, line in enumerate(lines) if line.startswith("TILSTAND"))
    assert lines[head + 1].split()[:2] == ["feil", "teig"]
    flood = next(line for line in lines if " flom " in line)
    assert "17 Flomsone 200" in flood
    assert "1 av 1" in flood
    assert flood.endswith("2025-10-09")
    assert "Riksantikvaren, kulturminner · 127.0.0.1" in out
    assert "2026-03-04 (ett objekt)" in out
    assert out.count("Spørres ikke: dette er kommunens eget") == 1


def test_json_is_one_document_and_nothing_else(check, services, tmp_path):
    services.wfs_name = "app:Teiger"
    code, out, _ = check("--json")
    document = json.loads(out)
    assert code == 1
    assert (document["municipality"], document["wrong"]) == (world.NUMBER, 1)
    by_id = {one["id"]: one for one in document["services"]}
    assert by_id["teig"]["advice"][0]["code"] == "doctor.layer_renamed"
    assert by_id["flom"]["addresses"][0]["answered"] == "ok"
    assert set(document["program"]) == {
        *("version", "catalogue", "python", "platform", "proxy", "ssl_cert_file")
    }
    assert list(tmp_path.glob("doctor-*")) == []


def test_the_file_to_send_holds_the_reasons_and_where_it_is_is_said(check, services, tmp_path):
    services.instead["entur"] = Reply(b"", status=418)
    _, out, _ = check()
    (written,) = tmp_path.glob(f"doctor-{world.NUMBER}-????-??-??.txt")
    assert f"Alt står i «{written.name}»" in out
    text = written.read_text(encoding="utf-8")
    assert "HTTP 418" in text
    assert "Python 3." in text
    check("--out", "sjekk.txt", "--json")
    assert (tmp_path / "sjekk.txt").exists()


def test_nothing_that_is_sent_holds_a_secret(check, services, tmp_path, monkeypatch):
    secrets = ["hemmelig-passord", "kari-nordmann", "nøkkel-123", "mellom:tjener-ord", "token-abc"]
    monkeypatch.setenv("NAERINGSAREAL_NAP_USER", secrets[1])
    monkeypatch.setenv("NAERINGSAREAL_NAP_PASSWORD", secrets[0])
    monkeypatch.setenv("HTTPS_PROXY", f"http://{secrets[3]}@127.0.0.1:1")
    echo = f"{' '.join(secrets)} http://a:b-c@vert/x?key=token-abc /home/kari/x C:\\Users\\kari\\x"
    fault = json.dumps({"error": {"code": 498, "message": echo[:70], "details": [echo[70:]]}})
    services.instead["arcgis"] = fault

    def keyed(text):
        headers = f'headers = {{ "X-Key" = "{secrets[2]}" }}\nparams = {{ token = "{secrets[4]}" }}'
        old = f"{services.url}/brreg"
        return text.replace("name = 17", f"name = 17\n{headers}").replace(
            old, old.replace("http://", "http://bruker:ord-9@")
        )

    _, out, _ = check(change=keyed)
    (written,) = tmp_path.glob("doctor-*.txt")
    text = written.read_text(encoding="utf-8") + out + checkups._path().read_text(encoding="utf-8")
    assert "Mellomtjener satt: ja" in text
    for secret in (*secrets, "ord-9", "/home/kari", "Users\\kari", str(tmp_path), "b-c@"):
        assert secret not in text


def test_the_check_is_told_in_english(check):
    _, out, _ = check("--lang", "en")
    assert "All 9 services that a build needs can be used." in out
    assert "not asked" in out


def test_without_a_municipality_that_of_the_pack_in_use_is_asked_about(check, services):
    services.instead["kommuneinfo"] = Reply(b"", status=404)
    _, out, _ = check(number=None)
    assert "Kommune: 3205" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--municipality", "32"], "«32» er ikke et kommunenummer"),
        (["--services", "mangler.toml"], "«mangler.toml»"),
        (["--nope"], "--nope"),
        (["--lang", "fr"], "fr"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(arguments, said, capsys):
    assert build.main(["doctor", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err.splitlines()[-1]


def test_a_file_that_cannot_be_written_is_told_after_the_table(check):
    code, out, _ = check("--out", "finnes/ikke/sjekk.txt")
    assert code == 2
    assert "kan brukes" in out
    assert "sjekk.txt" in check.printed.err


def test_the_check_needs_no_room_on_the_disk_for_answers(check, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "finnes-ikke"))
    code, out, _ = check("--json")
    assert code == 0
    assert json.loads(out)["wrong"] == 0


def test_the_build_knows_the_check_and_still_needs_a_municipality(capsys):
    assert build.main([]) == 2
    assert "--municipality" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        build.main(["--help"])
    assert "python -m layers.build doctor" in " ".join(capsys.readouterr().out.split())


# What is kept


def test_what_is_kept_is_read_back_and_replaced(check):
    assert checkups.last() is None
    check()
    first = checkups.last()
    assert first.municipality == world.NUMBER
    check()
    assert checkups.last().at >= first.at


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"\xff\xfe", b'{"at": 1}', b"[" * 5000],
)
def test_a_damaged_result_is_one_sentence(check, content):
    check()
    checkups._path().write_bytes(content)
    with pytest.raises(checkups.BuildError) as caught:
        checkups.last()
    assert caught.value.code == "error.checkup_damaged"


def test_what_was_kept_can_say_nothing_but_our_own_texts(check, services):
    services.wfs_name = "app:Teiger"
    check()
    path = checkups._path()
    text = path.read_text(encoding="utf-8")
    for changed in ("build.pack", "doctor.no_such", "doctor.layer_gone"):
        path.write_text(text.replace("doctor.layer_renamed", changed), encoding="utf-8")
        with pytest.raises(checkups.BuildError):
            checkups.last()


def test_a_number_that_a_service_does_not_have_features_of_is_no_fault(check, services):
    services.instead["brreg"] = json.dumps({"page": {"totalElements": 0}})
    code, _, found = check()
    assert (code, found["bedrifter"].verdict) == (0, "remark")


def test_a_page_of_nothing_with_a_schema_is_well(check, services):
    well = services.wfs

    def empty(asked):
        return gml([], matched=0) if asked.query["request"] == "GetFeature" else well(asked)

    services.instead["wfs"] = empty
    _, _, found = check()
    assert (found["teig"].verdict, found["teig"].ours) == ("ok", True)
