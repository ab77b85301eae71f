"""Rules of the catalogue hold for every kind of service, and those of the service are sent."""

from __future__ import annotations

import json

import pytest

from layers import build
from layers.sources.sifting.tally import Tally
from tests.services.conftest import service
from tests.services.test_other_services import BUILDINGS, collection, osm, stop
from tests.support import world
from tests.support.hostile import arcgis, gml, playing, wfs

FLOODS = world.floods(4)
CURRENT = [1, 2, None, 1]


def finds(ask, answer, kind="arcgis", **changes):
    with playing(answer) as (url, asked):
        return ask(service(f"{url}/s", kind, "constraints", **{"name": 0, **changes})), asked


def test_removed_zones_are_left_out_and_one_of_unknown_status_is_kept_and_told(ask):
    answer = arcgis(FLOODS, statusskredomr=CURRENT)
    part, _ = finds(ask, answer, where=("StatusSkredOmr = 1",))
    assert part.error is None
    assert part.tally == Tally(
        fetched=4, filtered={"StatusSkredOmr = 1": 1}, outside=0, unsure=1, kept=3
    )
    assert list(part.frame["constraint_id"].astype(int)) == [1, 3, 4]
    (note,) = part.notes
    assert "1 objekt er beholdt uten at det er kjent" in note.say("nb")
    assert "StatusSkredOmr = 1" in note.say("nb")


def test_each_rule_counts_what_the_ones_before_it_left(ask):
    answer = arcgis(FLOODS, status=CURRENT, faregrad=["Ingen", "Ingen", "Lav", "Høy"])
    rules = ("status = 1", "faregrad <> 'Ingen'")
    part, _ = finds(ask, answer, where=rules)
    assert part.tally.filtered == {"status = 1": 1, "faregrad <> 'Ingen'": 1}
    assert part.tally.kept == len(part.frame) == 2


def test_all_filtered_away_is_an_answer_for_constraints(ask):
    part, _ = finds(ask, arcgis(FLOODS, status=[2, 2, 2, 2]), where=("status = 1",))
    assert part.error is None
    assert part.frame.empty
    assert part.tally == Tally(fetched=4, filtered={"status = 1": 4})


def test_all_filtered_away_is_no_layer_of_plots_and_says_what_became_of_them(ask):
    with playing(wfs(world.boxes(3))) as (url, _):
        part = ask(service(url, where=("kommunenummer <> '0301'",)))
    assert part.frame is None
    assert "hentet 3 · filtrert 3 (kommunenummer <> '0301')" in part.error.say("nb")


def test_a_rule_on_a_column_that_is_not_there_is_never_passed_over(ask):
    part, _ = finds(ask, arcgis(FLOODS, navn="Å"), where=("statusskredomr = 1",))
    assert part.frame is None
    assert part.error.code == "error.service_rule"
    assert "«statusskredomr»" in part.error.say("nb")
    assert "OBJECTID, navn" in part.error.say("nb")


def test_a_rule_on_a_column_is_no_fault_where_there_are_no_features_to_have_it(ask):
    part, _ = finds(ask, arcgis([]), where=("statusskredomr = 1",))
    assert part.error is None
    assert part.frame.empty


def test_a_rule_on_a_wfs(ask):
    with playing(wfs(world.boxes(12))) as (url, _):
        one = service(url, page_size=5, where=("matrikkelnummertekst LIKE '1/1%'",))
        part = ask(one)
    assert list(part.frame["parcel_id"]) == ["1/1", "1/10", "1/11"]


def test_a_rule_on_a_member_inside_others_of_an_ogc_api(ask):
    def answer(asked):
        document = json.loads(collection(range(3) if not asked.query.get("offset") else []))
        for n, one in enumerate(document["features"]):
            one["properties"]["arealplanId"] = {"kommunenummer": ["0301", "3222", None][n]}
        return json.dumps(document)

    rule = "arealplanId.kommunenummer = '0301'"
    part, _ = finds(ask, answer, "ogcapi", name="k", where=(rule,))
    assert part.error is None
    assert list(part.frame["constraint_id"]) == ["K0", "K2"]
    assert (part.tally.filtered, part.tally.unsure) == ({rule: 1}, 1)


def test_a_rule_on_overpass(ask):
    with playing(lambda _: osm()) as (url, _):
        part = ask(service(url, "overpass", where=("building:levels > 2",), **BUILDINGS))
    assert part.error.code == "error.service_none_left"
    with playing(lambda _: osm()) as (url, _):
        part = ask(service(url, "overpass", where=("building:levels = 2",), **BUILDINGS))
    assert len(part.frame) == 2


def test_a_rule_on_stops(ask):
    stops = [stop(1, 11.05, 59.95), stop(2, 11.06, 59.96)]

    def answer(asked):
        return json.dumps(stops if asked.query["skip"] == "0" else [])

    columns = {"station_id": "id", "name": "name"}
    with playing(answer) as (url, _):
        part = ask(
            service(url, "entur", "stations", columns=columns, where=("name <> 'Stasjon 1'",))
        )
    assert list(part.frame["name"]) == ["Stasjon 2"]


def test_a_rule_on_a_file(ask, tmp_path):
    path = tmp_path / "teig.gpkg"
    world.teig(20, 5).to_file(path)
    rule = "kommunenummer = '0301' AND teigid < 1010"
    part = ask(service(str(path), "file", where=(rule,)))
    assert part.tally == Tally(fetched=25, filtered={rule: 15}, kept=10)


# What the service itself is asked to leave out


def test_the_where_of_an_arcgis_layer_goes_with_every_question(ask):
    params = {"where": "kommunenummer = '{number}' AND statusskredomr = 1"}
    part, asked = finds(ask, arcgis(FLOODS), params=params)
    assert len(part.frame) == 4
    sent = {one.query["where"] for one in asked}
    assert sent == {"kommunenummer = '0301' AND statusskredomr = 1"}
    assert len(asked) == 3  # count, ids, features


def test_the_filter_of_a_wfs_goes_with_hits_and_pages_and_takes_the_place_of_the_box(ask):
    with playing(wfs(world.boxes(3))) as (url, asked):
        part = ask(service(url, params={"cql_filter": "kommunenummer='{number}'"}))
    assert len(part.frame) == 3
    assert {one.query["cql_filter"] for one in asked} == {"kommunenummer='0301'"}
    assert not any("bbox" in one.query for one in asked)


def test_other_parameters_of_a_wfs_leave_the_box(ask):
    with playing(wfs(world.boxes(3))) as (url, asked):
        ask(service(url, params={"map": "/plan.map"}))
    assert all(one.query["map"] == "/plan.map" and "bbox" in one.query for one in asked)


def test_the_filter_of_an_ogc_api_goes_with_every_page(ask):
    def answer(asked):
        start = int(asked.query.get("offset", 0))
        return collection(range(start, min(start + 5, 12)))

    part, asked = finds(ask, answer, "ogcapi", name="k", params={"filter": "vernetype='AUT'"})
    assert len(part.frame) == 12
    assert {one.query["filter"] for one in asked} == {"vernetype='AUT'"}


def test_a_service_with_nothing_by_its_own_filter_is_not_asked_in_degrees(ask):
    constants = {"kind": "flood", "severity": "assess"}
    with playing(lambda _: gml([], matched=0)) as (url, asked):
        part = ask(
            service(
                url,
                layer="constraints",
                columns={},
                constants=constants,
                params={"cql_filter": "a=1"},
            )
        )
    assert part.frame.empty
    assert not any("4258" in one.query["srsname"] for one in asked)


# A file of services


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ('"status == 1"', "«status == 1» for tjenesten «prøve» kan ikke leses fra «= 1»"),
        ('["status = 1", "a = "]', "regelen «a =» for tjenesten «prøve» slutter for tidlig"),
        ('"status = 1 or"', "«status = 1 or» for tjenesten «prøve» slutter for tidlig"),
    ],
)
def test_a_rule_that_cannot_be_read_is_said_when_the_file_is(tmp_path, capsys, where, shown):
    (tmp_path / "mine.toml").write_text(
        '[[services]]\nid = "prøve"\nlayer = "parcels"\ntype = "file"\nurl = "p.gpkg"\n'
        f'source = "Vår"\nwhere = {where}\n',
        encoding="utf-8",
    )
    arguments = ["--municipality", world.NUMBER, "--services", str(tmp_path / "mine.toml")]
    assert build.main([*arguments, "--out", str(tmp_path / "pakke")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Tjenestefilen")
    assert shown in err
    assert err.count("\n") == 1
