"""ArcGIS, Overpass, OGC API, registers and files: whole or not at all."""

from __future__ import annotations

import json

import pytest

from layers.sources.sifting.tally import Tally
from tests.services.conftest import service
from tests.services.test_tally import built
from tests.support import world
from tests.support.hostile import Reply, arcgis, esri, playing

FLOODS = world.floods()


def finds(ask, answer, kind="arcgis", **changes):
    settings = {"name": 17, "page_size": 10, **changes}
    policy = settings.pop("policy", {})
    with playing(answer) as (url, asked):
        part = ask(service(f"{url}/MapServer", kind, "constraints", **settings), **policy)
    return part, asked


def test_all_features_of_an_arcgis_layer_come(ask):
    part, _ = finds(ask, arcgis(FLOODS))
    assert part.error is None
    assert len(part.frame) == world.FLOODS
    assert part.frame.geometry.area.sum() == pytest.approx(world.FLOODS * 3600)
    assert set(part.frame["kind"]) == {"flood"}
    assert ask.progress[-1] == (23, 23)


def test_a_layer_that_gives_fewer_than_asked_for_is_asked_for_less(ask):
    part, _ = finds(ask, arcgis(FLOODS, at_most=4))
    assert len(part.frame) == world.FLOODS
    assert part.frame["constraint_id"].nunique() == world.FLOODS


def test_a_batch_that_is_as_large_as_the_layer_gives_is_whole(ask):
    """Some servers mark it as cut, which it is not."""
    part, _ = finds(ask, arcgis(FLOODS, at_most=10), page_size=10)
    assert part.error is None
    assert len(part.frame) == world.FLOODS


def test_a_mark_of_byte_order_before_an_answer_is_no_fault(ask):
    well = arcgis(FLOODS)
    part, _ = finds(ask, lambda asked: b"\xef\xbb\xbf" + well(asked).encode())
    assert part.error is None
    assert len(part.frame) == world.FLOODS


def test_a_layer_is_found_by_its_name(ask):
    part, asked = finds(ask, arcgis(FLOODS, layers=((3, "Flomsone"),)), name="Flomsone")
    assert len(part.frame) == world.FLOODS
    assert asked[-1].path == "/MapServer/3/query"


def test_a_layer_that_has_another_name_now_is_told_with_those_there_are(ask):
    part, _ = finds(ask, arcgis(FLOODS, layers=((3, "Nytt navn"),)), name="Flomsone")
    assert "Nytt navn" in part.error.say("nb")


def test_a_fault_in_http_200_is_said(ask):
    fault = json.dumps({"error": {"code": 400, "message": "Invalid query", "details": ["Nei"]}})
    part, asked = finds(ask, lambda _: fault)
    assert "Invalid query Nei" in part.error.say("nb")
    assert len(asked) == 1


def test_a_fault_of_the_servers_own_in_http_200_is_asked_again(ask):
    fault = json.dumps({"error": {"code": 504, "message": "Timeout"}})
    honest = arcgis(FLOODS)
    part, _ = finds(ask, lambda asked: fault if asked.again == 0 else honest(asked))
    assert len(part.frame) == world.FLOODS


def test_fewer_ids_than_the_count_is_no_layer(ask):
    honest = arcgis(FLOODS)

    def answer(asked):
        if asked.query.get("returncountonly"):
            return json.dumps({"count": 40})
        return honest(asked)

    part, _ = finds(ask, answer)
    assert "23 av 40" in part.error.say("nb")


def test_a_feature_that_is_counted_but_never_comes_is_no_layer(ask):
    honest = arcgis(FLOODS)

    def answer(asked):
        ids = [one for one in asked.query.get("objectids", "").split(",") if one and one != "7"]
        if "objectids" in asked.query:
            return json.dumps(esri([FLOODS[int(one) - 1] for one in ids], map(int, ids)))
        return honest(asked)

    part, _ = finds(ask, answer)
    assert part.frame is None
    assert part.error.code == "error.service_incomplete"


def test_nothing_in_our_system_but_something_in_degrees_is_no_empty_layer(ask):
    def answer(asked):
        if asked.query.get("returnidsonly"):
            return json.dumps({"objectIds": None})
        return json.dumps({"count": 5 if asked.query["insr"] == "4326" else 0})

    part, _ = finds(ask, answer)
    assert part.error.code == "error.service_system"


def test_a_column_that_is_no_longer_there_is_told_with_those_there_are(ask):
    part, _ = finds(ask, arcgis(FLOODS, navn="Å"), columns={"constraint_id": "lokalId"})
    assert part.error.code == "error.service_column"
    assert "«lokalId» (har: OBJECTID, navn" in part.error.say("nb")


def test_a_layer_is_found_by_its_name_in_any_case_and_by_a_number_in_quotes(ask):
    layers = ((2, "Flomsone 20"), (3, "Flomsone"))
    for name in ("FLOMSONE", " flomsone ", "3"):
        part, asked = finds(ask, arcgis(FLOODS, layers=layers), name=name)
        assert len(part.frame) == world.FLOODS
        assert asked[-1].path == "/MapServer/3/query"


def test_a_name_of_two_layers_is_not_guessed_between(ask):
    part, _ = finds(ask, arcgis(FLOODS, layers=((2, "Sone"), (3, "Sone"))), name="sone")
    assert "Sone (2), Sone (3)" in part.error.say("nb")


def test_two_features_of_one_number_are_both_kept_and_told(ask):
    # A joined table gives a zone once for each of its rows.
    def answer(asked):
        if asked.query.get("returncountonly"):
            return json.dumps({"count": 3})
        if asked.query.get("returnidsonly"):
            return json.dumps({"objectIdFieldName": "objectid", "objectIds": [1, 1, 2]})
        document = esri(FLOODS[:3], [1, 1, 2], skredomrid="S")
        document["features"][1]["attributes"]["skredomrid"] = "T"
        return json.dumps(document)

    part, _ = finds(ask, answer)
    assert part.error is None
    assert part.tally == Tally(fetched=3, kept=3)
    assert [note.msgid for note in part.notes] == ["finding.service_twins"]


def test_numbers_are_ids_without_decimals(ask):
    numbers = [101.0, None, *range(103, 124)]
    columns = {"constraint_id": ("skredomrid", "OBJECTID")}
    part, _ = finds(ask, arcgis(FLOODS, skredomrid=numbers), columns=columns)
    assert list(part.frame["constraint_id"])[:3] == ["101", "2", "103"]


# Overpass


def osm(count=None, remark="", ways=2):
    """Buildings of 0.0005 × 0.0002 degrees in the municipality, as Overpass sends them."""
    nodes, drawn = [], []
    for way in range(ways):
        lon, lat = 11.03 + way / 1000, 59.95
        corners = [
            (lon, lat),
            (lon + 0.0005, lat),
            (lon + 0.0005, lat + 0.0002),
            (lon, lat + 0.0002),
        ]
        refs = [way * 10 + n for n in range(1, 5)]
        nodes += [
            f'<node id="{ref}" lat="{y}" lon="{x}"/>'
            for ref, (x, y) in zip(refs, corners, strict=True)
        ]
        ring = "".join(f'<nd ref="{ref}"/>' for ref in [*refs, refs[0]])
        tags = '<tag k="building" v="industrial"/><tag k="building:levels" v="2"/>'
        drawn.append(f'<way id="{900 + way}">{ring}{tags}</way>')
    number = ways if count is None else count
    counted = f'<count id="0"><tag k="ways" v="{number}"/><tag k="relations" v="0"/></count>'
    return (
        f'<?xml version="1.0"?><osm version="0.6">{counted}{"".join(nodes)}{"".join(drawn)}'
        f"{remark}</osm>"
    )


BUILDINGS = {
    "layer": "buildings",
    "name": "multipolygons",
    "query": 'way["building"]({bbox});',
    "constants": {},
    "columns": {
        "building_id": "osm_type_id",
        "building_type": "building",
        "floors": "building:levels",
    },
}


def buildings(ask, answer):
    with playing(answer) as (url, asked):
        return ask(service(url, "overpass", **BUILDINGS)), asked


def test_buildings_come_from_overpass_with_their_tags(ask):
    part, asked = buildings(ask, lambda _: osm())
    assert part.error is None
    assert list(part.frame["building_id"]) == ["way/900", "way/901"]
    assert list(part.frame["building_type"]) == ["industrial", "industrial"]
    assert [float(floors) for floors in part.frame["floors"]] == [2, 2]
    # About 28 m by 22 m at 60 degrees north.
    assert part.frame.geometry.area.to_numpy() == pytest.approx(28 * 22.3, rel=0.03)
    assert "59.9" in asked[0].query["data"]


def test_a_remark_about_time_is_a_fault_whatever_came_with_it(ask):
    remark = '<remark> runtime error: Query timed out in "query" at line 1 </remark>'
    part, asked = buildings(ask, lambda _: osm(remark=remark))
    assert part.frame is None
    assert "timed out" in part.error.say("nb")
    assert len(asked) == 3


def test_fewer_buildings_than_overpass_counted_is_no_layer(ask):
    part, _ = buildings(ask, lambda _: osm(count=3))
    assert part.error.code == "error.service_incomplete"


def test_an_answer_without_a_count_is_not_taken_for_none(ask):
    note = "<remark>The server is being moved.</remark>"
    part, _ = buildings(ask, lambda _: f'<?xml version="1.0"?><osm version="0.6">{note}</osm>')
    assert part.error.code == "error.service_reply"
    assert "being moved" in part.error.say("nb")


def test_what_overpass_counted_and_gives_no_shape_is_named_and_dropped(tmp_path):
    """Way 2 and relation 8 do not close; relation 7 has a courtyard, whose lawn is no building."""

    def answer(asked):
        # Members come without tags of their own, as `out skel` has them; else a lawn is a feature.
        assert ".m out skel;.w out body;" in asked.query["data"]
        lon, lat = 11.03, 59.95
        corners = [(0, 0), (0, 1), (1, 1), (1, 0), (2, 0), (2, 3), (5, 3), (5, 0)]
        corners += [(3, 1), (3, 2), (4, 2), (4, 1)]
        nodes = "".join(
            f'<node id="{n}" lon="{lon + x / 5000}" lat="{lat + y / 5000}"/>'
            for n, (x, y) in enumerate(corners, 1)
        )

        def way(number, refs, tags=""):
            inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            return f'<way id="{number}">{inside}{tags}</way>'

        def relation(number, *members):
            inside = "".join(f'<member type="way" ref="{n}" role="{r}"/>' for n, r in members)
            kind = '<tag k="type" v="multipolygon"/>'
            return f'<relation id="{number}">{inside}{kind}{house}</relation>'

        house = '<tag k="building" v="yes"/>'
        return (
            '<?xml version="1.0"?><osm version="0.6"><count id="0"><tag k="ways" v="2"/>'
            f'<tag k="relations" v="2"/></count>{nodes}{way(3, [5, 6, 7, 8, 5])}'
            f"{way(4, [9, 10, 11, 12, 9])}{way(5, [1, 6])}{way(1, [1, 2, 3, 4, 1], house)}"
            f"{way(2, [1, 2, 3], house)}{relation(7, (3, 'outer'), (4, 'inner'))}"
            f"{relation(8, (5, 'outer'))}</osm>"
        )

    with playing(answer) as (url, _):
        layer = built(tmp_path, service(url, "overpass", **BUILDINGS))[1]["buildings"]
    tally = layer.parts[0].tally
    assert (tally.fetched, tally.lost, tally.kept) == (4, 2, 2)
    assert set(tally.dropped[0].names) == {"way/2", "relation/8"}
    assert sorted(layer.frame["building_id"]) == ["7", "way/1"]


def test_overpass_that_is_busy_and_then_is_not_gives_all(ask):
    busy = Reply(status=429)
    part, _ = buildings(ask, lambda asked: busy if asked.again == 0 else osm())
    assert len(part.frame) == 2


# OGC API Features


def collection(ids, *, matched=None, links=()):
    shapes = world.frame(world.floods(40)).to_crs(4326).geometry
    features = [
        {
            "type": "Feature",
            "id": one,
            "properties": {"kulturminneId": f"K{one}"},
            "geometry": shapes[one].__geo_interface__,
        }
        for one in ids
    ]
    document = {"type": "FeatureCollection", "features": features, "links": list(links)}
    return json.dumps(document | ({} if matched is None else {"numberMatched": matched}))


def heritage(ask, answer):
    with playing(answer) as (url, asked):
        return ask(service(url, "ogcapi", "constraints", name="k")), asked


def test_a_server_that_caps_and_gives_no_link_is_asked_for_what_follows(ask):
    def answer(asked):
        start = int(asked.query.get("offset", 0))
        return collection(range(start, min(start + 5, 12)))

    part, _ = heritage(ask, answer)
    assert part.error is None
    assert len(part.frame) == 12


def test_a_server_that_does_not_know_offset_is_believed(ask):
    part, asked = heritage(ask, lambda _: collection(range(5), matched=5))
    assert len(part.frame) == 5
    assert len(asked) == 2


def test_fewer_than_the_number_matched_is_no_layer(ask):
    part, _ = heritage(ask, lambda _: collection(range(5), matched=12))
    assert part.error.code == "error.service_incomplete"


def test_a_link_to_another_host_is_not_followed(ask):
    link = {"rel": "next", "href": "http://localhost:1/items"}
    part, _ = heritage(ask, lambda _: collection(range(5), matched=12, links=[link]))
    assert part.error.code == "error.service_redirect"


def items(ids, **properties):
    """A page whose features have these ids, beside their properties."""
    document = json.loads(collection(range(len(ids))))
    for one, feature in zip(ids, document["features"], strict=True):
        feature["properties"] |= properties
        del feature["id"]
        if one is not None:
            feature["id"] = one
    return document


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([12, 13], ["12", "13"]),
        (["12", 13], ["12", "13"]),
        ([12.0, "b"], ["12", "b"]),
        ([None, 5], [None, "5"]),
    ],
)
def test_ids_may_be_numbers_or_texts_or_missing(ask, ids, expected):
    document = items(ids)
    for one in document["features"]:
        del one["properties"]["kulturminneId"]
    columns = {"constraint_id": "id"}
    with playing(lambda asked: json.dumps(items([]) if "offset" in asked.query else document)) as (
        url,
        _,
    ):
        part = ask(service(url, "ogcapi", "constraints", name="k", columns=columns))
    assert part.error is None, part.error.say("nb")
    found = part.frame["constraint_id"].astype(object)
    assert found.where(found.notna(), None).tolist() == expected


def test_a_property_called_id_is_the_column_and_the_features_own_tells_them_apart(ask):
    pages = {"0": items([1, 2], id="samme"), "2": items([2, 3], id="samme"), "4": items([])}

    def answer(asked):
        start = asked.query.get("offset", "0")
        document = pages[start]
        for one in document["features"]:  # the shape and values follow the id
            number = one["id"]
            one["properties"]["kulturminneId"] = f"K{number}"
            one["geometry"] = json.loads(collection([number]))["features"][0]["geometry"]
        return json.dumps(document)

    with playing(answer) as (url, _):
        part = ask(service(url, "ogcapi", "constraints", name="k"))
    assert part.tally == Tally(fetched=3, repeated=1, kept=3)
    assert list(part.frame["constraint_id"]) == ["K1", "K2", "K3"]


def test_members_inside_others_are_found_by_path_where_some_lack_them(ask):
    document = items([1, 2, 3])
    first, second, _ = (one["properties"] for one in document["features"])
    first["arealplanId"] = {"planidentifikasjon": 17, "kommune": {"nr": "0301"}}
    second["arealplanId"] = None
    columns = {"constraint_id": ("{arealplanId.kommune.nr}-{arealplanId.planidentifikasjon}", "id")}
    with playing(lambda asked: json.dumps(items([]) if "offset" in asked.query else document)) as (
        url,
        _,
    ):
        part = ask(service(url, "ogcapi", "constraints", name="k", columns=columns))
    assert list(part.frame["constraint_id"]) == ["0301-17", "2", "3"]


@pytest.mark.parametrize("linked", [True, False])
def test_a_limit_that_is_capped_without_a_word_is_found(ask, linked):
    def answer(asked):
        start = int(asked.query.get("offset", 0))
        stop_at = min(start + min(5, int(asked.query["limit"])), 12)
        link = {"rel": "next", "href": f"?limit=500&offset={stop_at}"}
        return collection(range(start, stop_at), links=[link] if linked and stop_at < 12 else [])

    with playing(answer) as (url, asked):
        part = ask(service(url, "ogcapi", "constraints", name="k", page_size=500))
    assert len(part.frame) == 12
    assert len(asked) == 4


def test_links_that_go_in_a_ring_are_judged_by_the_count(ask):
    link = {"rel": "next", "href": "?page=2"}
    part, asked = heritage(ask, lambda _: collection(range(5), matched=5, links=[link]))
    assert len(part.frame) == 5
    assert len(asked) == 2
    part, _ = heritage(ask, lambda _: collection(range(5), links=[link]))
    assert part.error.code == "error.service_repeated"


def test_a_full_page_for_ever_without_a_count_is_no_layer(ask):
    with playing(lambda _: collection(range(5))) as (url, _):
        part = ask(service(url, "ogcapi", "constraints", name="k", page_size=5))
    assert part.error.code == "error.service_repeated"


# Stops and files


def stop(number, lon, lat):
    return {
        "id": f"NSR:StopPlace:{number}",
        "name": {"value": f"Stasjon {number}"},
        "centroid": {"location": {"longitude": lon, "latitude": lat}},
    }


def test_stops_near_the_municipality_are_kept_and_the_client_says_who_it_is(ask):
    stops = [stop(1, 11.05, 59.95), stop(2, 11.06, 59.96), stop(3, 5.3, 60.4)]

    def answer(asked):
        start = int(asked.query["skip"])
        return json.dumps(stops[start : start + 2])

    with playing(answer) as (url, asked):
        part = ask(
            service(
                url,
                "entur",
                "stations",
                keep="near",
                margin_m=5000,
                page_size=2,
                headers={"ET-Client-Name": "kommune-prosjekt"},
                columns={"station_id": "id", "name": "name"},
            )
        )
    assert list(part.frame["name"]) == ["Stasjon 1", "Stasjon 2"]
    assert len(asked) == 3
    named = {name.lower(): value for name, value in asked[0].headers.items()}
    assert named["et-client-name"] == "kommune-prosjekt"


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "zip"])
def test_a_file_is_read_from_disk_and_over_http(ask, tmp_path, ending):
    path = tmp_path / f"teig.{ending}"
    plots = world.teig(20, 0)
    if ending == "zip":
        plots.rename(columns={"navnPåÅsen": "navn"}).to_file(
            f"/vsizip/{path}/teig.geojson", driver="GeoJSON", engine="pyogrio"
        )
    else:
        plots.to_file(path)
    part = ask(service(str(path), "file", keep="number"))
    assert part.error is None, part.error
    assert len(part.frame) == 20
    with playing(lambda _: path.read_bytes()) as (url, _):
        over_http = ask(service(f"{url}/{path.name}", "file", keep="number"))
    assert over_http.frame.geometry.geom_equals(part.frame.geometry).all()


def test_a_file_that_is_not_there_is_said_to_be_missing(ask, tmp_path):
    part = ask(service(str(tmp_path / "finnes-ikke.gpkg"), "file"))
    assert "finnes ikke" in part.error.say("nb")
