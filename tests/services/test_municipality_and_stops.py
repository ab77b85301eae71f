"""Kommuneinfo in each system that it may answer in, and Entur's stops with what they may lack."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

from layers.errors import ServiceError
from layers.sources import fetch, registers
from layers.sources.answers import AnswerStore
from layers.sources.http import Transport
from layers.sources.services import Policy
from tests.services.conftest import FAST, service
from tests.services.test_other_services import stop
from tests.support import world
from tests.support.hostile import Reply, playing

COLUMNS = {"municipality_no": "kommunenummer", "name": "kommunenavn"}


@pytest.fixture
def transport(tmp_path):
    opened = Transport(Policy(**FAST), AnswerStore(tmp_path / "svar", 24))
    yield opened
    opened.close()


# Kommuneinfo


def outline(epsg, *, swap=False):
    shape = gpd.GeoSeries([world.OUTLINE], crs=25832).to_crs(epsg).iloc[0]
    return shapely.transform(shape, lambda xy: xy[:, ::-1]) if swap else shape


class Kommuneinfo:
    """Gives the outline in the systems it knows; what it says of itself may be less than true."""

    def __init__(self, *, known=(4258, 4326, 25833), gives=None, says=True, box=True, swap=False):
        self.known, self.gives, self.says, self.box, self.swap = known, gives, says, box, swap

    def __call__(self, asked):
        about = {"kommunenummer": world.NUMBER, "kommunenavnNorsk": world.NAME}
        if not asked.path.endswith("/omrade"):
            if self.box:
                turned = self.box == "north-east"
                envelope = shapely.box(*outline(4258, swap=turned).bounds)
                about["avgrensningsboks"] = envelope.__geo_interface__
            return json.dumps(about)
        wanted = int(asked.query["utkoordsys"])
        if wanted not in self.known:
            return Reply(b'{"message": "utkoordsys"}', status=400)
        given = self.gives or wanted
        area = {**outline(given, swap=self.swap).__geo_interface__}
        if self.says:
            area["crs"] = {"type": "name", "properties": {"name": f"EPSG:{given}"}}
        return json.dumps({**about, "omrade": area})


def find(transport, answer):
    with playing(answer) as (url, asked):
        one = service(url, "kommuneinfo", "municipality", columns=COLUMNS)
        place, _ = fetch.find_place(one, world.NUMBER, transport)
    systems = [query for query in (one.query.get("utkoordsys") for one in asked) if query]
    return place, systems


def assert_there(place):
    assert place.name == world.NAME
    off = place.shape.symmetric_difference(world.OUTLINE).area
    assert off == pytest.approx(0, abs=0.001 * world.OUTLINE.area)


def test_ours_is_asked_for_first(transport):
    place, systems = find(transport, Kommuneinfo(known=(25832,)))
    assert_there(place)
    assert systems == ["25832"]


@pytest.mark.parametrize(
    ("known", "asked"), [((4258,), ["25832", "4258"]), ((25833,), ["25832", "4258", "25833"])]
)
def test_where_ours_is_refused_another_is_asked_for(transport, known, asked):
    place, systems = find(transport, Kommuneinfo(known=known))
    assert_there(place)
    assert systems == asked


def test_where_all_are_refused_the_service_says_so(transport):
    with pytest.raises(ServiceError) as caught:
        find(transport, Kommuneinfo(known=()))
    assert caught.value.code == "error.service_status"
    assert "HTTP 400" in caught.value.say("nb")


@pytest.mark.parametrize("says", [True, False], ids=["said", "unsaid"])
@pytest.mark.parametrize("swap", [False, True], ids=["east-north", "north-east"])
@pytest.mark.parametrize("gives", [4258, 4326, 25832])
def test_an_outline_lands_in_its_place_whatever_it_comes_in(transport, gives, swap, says):
    place, systems = find(transport, Kommuneinfo(known=(25832,), gives=gives, says=says, swap=swap))
    assert_there(place)
    assert systems == ["25832"]


def test_another_zone_than_was_asked_for_is_taken_where_it_is_said(transport):
    place, systems = find(transport, Kommuneinfo(known=(25832,), gives=25833))
    assert_there(place)
    assert systems == ["25832"]


@pytest.mark.parametrize("box", ["east-north", "north-east"])
def test_another_zone_without_a_word_is_found_out_by_the_registers_own_box(transport, box):
    answer = Kommuneinfo(known=(25832, 25833), gives=25833, says=False, box=box)
    place, systems = find(transport, answer)
    assert_there(place)
    assert systems == ["25832", "4258", "25833"]


def test_an_outline_elsewhere_in_every_system_is_not_taken(transport):
    class Elsewhere(Kommuneinfo):
        def __call__(self, asked):
            document = json.loads(super().__call__(asked))
            if "omrade" in document:
                far = shapely.box(500_000, 7_000_000, 503_000, 7_003_000)
                crs = {"type": "name", "properties": {"name": "EPSG:25832"}}
                document["omrade"] = {**far.__geo_interface__, "crs": crs}
            return json.dumps(document)

    with pytest.raises(ServiceError) as caught:
        find(transport, Elsewhere(known=(25832, 4258, 25833)))
    assert caught.value.code == "error.service_misplaced"
    assert world.NAME in caught.value.say("nb")


def test_without_a_box_the_outlines_own_word_is_taken(transport):
    place, systems = find(transport, Kommuneinfo(known=(25832,), box=False))
    assert_there(place)
    assert systems == ["25832"]


@pytest.mark.parametrize("box", [{"type": "Polygon"}, "nei", {"type": "Point", "coordinates": []}])
def test_a_box_that_is_nonsense_is_no_box(transport, box):
    class Nonsense(Kommuneinfo):
        def __call__(self, asked):
            return json.dumps({**json.loads(super().__call__(asked)), "avgrensningsboks": box})

    place, _ = find(transport, Nonsense(known=(25832,)))
    assert_there(place)


# Stops


def stations(ask, rows, page_size=100, **changes):
    def answer(asked):
        start = int(asked.query["skip"])
        return json.dumps(rows[start : start + page_size])

    settings = {
        "keep": "near",
        "margin_m": 5000,
        "page_size": page_size,
        "columns": {"station_id": "id", "name": "name"},
        **changes,
    }
    with playing(answer) as (url, _):
        return ask(service(url, "entur", "stations", **settings))


def nameless(number, lon, lat, **members):
    row = stop(number, lon, lat)
    del row["name"]
    return {**row, **members}


HERE = (11.05, 59.95)
FAR = (5.3, 60.4)


def test_a_stop_without_a_name_is_kept_and_counted(ask):
    rows = [stop(1, *HERE), nameless(2, *HERE), stop(3, *HERE)]
    part = stations(ask, rows)
    assert part.error is None
    assert len(part.frame) == 3
    named = dict(zip(part.frame["station_id"], part.frame["name"], strict=True))
    assert named["NSR:StopPlace:1"] == "Stasjon 1"
    assert named["NSR:StopPlace:2"] is None or named["NSR:StopPlace:2"] != named["NSR:StopPlace:2"]
    (note,) = part.notes
    assert note.say("nb").startswith("1 stoppested fra Prøvetjeneste mangler navn")


@pytest.mark.parametrize("page_size", [100, 1], ids=["one-page", "pages"])
def test_a_stop_without_a_name_takes_its_parents(ask, page_size):
    child = nameless(2, *HERE, parentSiteRef={"ref": "NSR:StopPlace:1", "version": "4"})
    part = stations(ask, [child, stop(1, *HERE)], page_size)
    assert list(part.frame["name"]) == ["Stasjon 1", "Stasjon 1"]
    assert part.notes == ()


def test_a_parent_that_is_not_in_the_answer_gives_no_name(ask):
    child = nameless(2, *HERE, parentSiteRef={"ref": "NSR:StopPlace:9"})
    part = stations(ask, [child, stop(1, *HERE)])
    assert part.frame["name"].notna().tolist() == [False, True]
    assert [note.msgid for note in part.notes] == ["finding.stops_nameless"]


def test_stops_without_names_far_from_here_are_no_news(ask):
    part = stations(ask, [stop(1, *HERE), nameless(2, *FAR)])
    assert len(part.frame) == 1
    assert part.notes == ()


BAD_PLACES = {
    "none": None,
    "empty": {},
    "text": {"location": "her"},
    "half": {"location": {"longitude": 11.05}},
    "words": {"location": {"longitude": "øst", "latitude": "nord"}},
    "nan": {"location": {"longitude": float("nan"), "latitude": 59.95}},
    "beyond": {"location": {"longitude": 613_000, "latitude": 6_647_000}},
}


@pytest.fixture
def raw(transport, place):
    """What the client gives, before it is sifted."""

    def run(rows):
        def answer(asked):
            return json.dumps(rows if asked.query["skip"] == "0" else [])

        with playing(answer) as (url, _):
            one = service(url, "entur", "stations", keep="near", margin_m=5000)
            return registers.stops(one, place, transport, lambda *_: None)

    return run


@pytest.mark.parametrize("centroid", BAD_PLACES.values(), ids=BAD_PLACES)
def test_a_stop_without_a_usable_place_has_none_and_the_others_theirs(raw, centroid):
    frame = raw([stop(1, *HERE), {**stop(2, *HERE), "centroid": centroid}, stop(3, *FAR)])
    assert list(frame["id"]) == [f"NSR:StopPlace:{n}" for n in (1, 2, 3)]
    assert frame.geometry.isna().tolist() == [False, True, False]
    assert frame.geometry.iloc[0].coords[0] == HERE


@pytest.mark.parametrize("row", [None, "stopp", 7, [], {}, {"id": None}], ids=str)
def test_a_row_that_is_no_stop_is_given_as_one_without_a_place(raw, row):
    frame = raw([stop(1, *HERE), row])
    assert len(frame) == 2
    assert frame.geometry.isna().tolist() == [False, True]
    assert frame["id"].notna().tolist() == [True, False]


@pytest.mark.parametrize("name", ["", "  ", None, {"value": None}, {"value": ""}, {"value": ["x"]}])
def test_a_name_that_says_nothing_is_no_name(raw, name):
    frame = raw([{**stop(1, *HERE), "name": name}, stop(2, *HERE)])
    assert frame["name"].notna().tolist() == [False, True]


def test_one_stop_without_a_place_does_not_lose_the_layer(ask):
    lost = {**stop(2, *HERE), "centroid": None}
    part = stations(ask, [stop(1, *HERE), lost, stop(3, *HERE)])
    assert part.error is None
    assert {"NSR:StopPlace:1", "NSR:StopPlace:3"} <= set(part.frame["station_id"])
