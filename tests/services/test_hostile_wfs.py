"""A WFS that misbehaves in each way that has been seen: never half a layer, always a sentence."""

from __future__ import annotations

import re
import ssl
import time
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import pytest
import shapely
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from shapely import box

from layers import errors
from layers.sources.sifting.tally import Tally
from tests.services.conftest import service
from tests.support import hostile, world
from tests.support.hostile import Reply, gml, playing, wfs

PLOTS = world.boxes(30)


def plots(ask, answer, page_size=10, **changes):
    policy = changes.pop("policy", {})
    with playing(answer) as (url, asked):
        part = ask(service(f"{url}/wfs", page_size=page_size, **changes), **policy)
    return part, asked


def failing(times, reply, honest=None):
    """Answer each request badly so many times, then well."""
    honest = honest or wfs(PLOTS)
    return lambda asked: reply if asked.again < times else honest(asked)


def test_replies_that_are_capped_without_a_word_are_put_together(ask):
    part, _ = plots(ask, wfs(PLOTS, cap=7))
    assert len(part.frame) == 30


def test_fewer_than_the_hits_is_no_layer_at_all(ask):
    part, _ = plots(ask, wfs(PLOTS, hits=31))
    assert part.frame is None
    assert part.error.code == "error.service_incomplete"
    assert "30 av 31" in part.error.say("nb")


def test_more_than_the_hits_is_no_layer_either(ask):
    part, _ = plots(ask, wfs(PLOTS, hits=29))
    assert part.error.code == "error.service_incomplete"


@pytest.mark.parametrize(
    ("matched", "code"), [(30, "error.service_incomplete"), ("unknown", "error.service_repeated")]
)
def test_a_server_that_gives_the_first_page_for_ever_is_found_out(ask, matched, code):
    part, asked = plots(ask, lambda _: gml(PLOTS[:10], matched=matched))
    assert part.frame is None
    assert part.error.code == code
    assert len(asked) < 10


def test_a_server_that_dies_in_the_middle_of_a_page_is_asked_for_it_again(ask):
    page = wfs(PLOTS)

    def answer(asked):
        dies = asked.query.get("startindex") == "10" and asked.again == 0
        return Reply(page(asked), cut=900) if dies else page(asked)

    part, asked = plots(ask, answer)
    assert len(part.frame) == 30
    assert [one.query.get("startindex") for one in asked].count("10") == 2


def test_a_document_that_ends_early_is_not_taken_for_a_page(ask):
    part, _ = plots(ask, lambda asked: Reply(wfs(PLOTS)(asked)[:-40]))
    assert part.error.code == "error.service_cut"


def test_a_server_that_asks_us_to_wait_is_waited_for(ask):
    busy = Reply(status=429, headers={"Retry-After": "1"})
    began = time.monotonic()
    part, _ = plots(ask, lambda asked: busy if asked.number == 0 else wfs(PLOTS)(asked))
    assert len(part.frame) == 30
    assert time.monotonic() - began >= 1.0


def test_a_wait_that_is_too_long_is_said_at_once(ask):
    part, asked = plots(ask, failing(9, Reply(status=503, headers={"Retry-After": "3600"})))
    assert part.error.code == "error.service_wait"
    assert len(asked) == 1


def test_a_server_that_fails_twice_and_then_works_gives_all(ask):
    part, _ = plots(ask, failing(2, Reply(b"oh no", status=500)))
    assert len(part.frame) == 30


def test_a_server_that_goes_on_failing_is_given_up(ask):
    part, asked = plots(ask, failing(9, Reply(b"oh no", status=500)))
    assert "HTTP 500" in part.error.say("nb")
    assert len(asked) == 3


def test_a_refusal_is_not_asked_again(ask):
    part, asked = plots(ask, failing(9, Reply(b"", status=403)))
    assert "HTTP 403" in part.error.say("nb")
    assert len(asked) == 1


EXCEPTION = (
    '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" '
    'version="2.0.0"><ows:Exception exceptionCode="InvalidParameterValue"><ows:ExceptionText>'
    "Laget er i ferie &lt;b&gt;</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)


def test_a_fault_that_comes_with_http_200_is_said_as_a_fault(ask):
    part, asked = plots(ask, lambda _: EXCEPTION)
    assert isinstance(part.error, errors.ServiceExceptionError)
    assert "Laget er i ferie" in part.error.say("nb")
    assert len(asked) == 1


def test_a_refusal_is_said_in_the_servers_own_words(ask):
    part, asked = plots(ask, lambda _: Reply(EXCEPTION, status=400))
    assert "(HTTP 400: Laget er i ferie" in part.error.say("nb")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><html><body>Logg inn</body></html>", b"", b"\x00\x01", b"{}", b"<a/>"],
)
def test_what_is_no_data_is_said_to_be_none(ask, body):
    part, _ = plots(ask, lambda _: body)
    assert part.error.code == "error.service_reply"


def test_entities_are_never_expanded(ask):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + gml(PLOTS, matched=30)[38:]
    part, _ = plots(ask, lambda _: bomb)
    assert part.error.code == "error.service_reply"


def test_nothing_in_our_system_but_something_in_degrees_is_no_empty_layer(ask):
    def answer(asked):
        theirs = "4258" in asked.query["srsname"]
        return gml([], matched=30 if theirs else 0)

    part, _ = plots(ask, answer)
    assert part.error.code == "error.service_system"
    assert "30 objekter" in part.error.say("nb")


def test_a_server_that_does_not_know_degrees_may_have_nothing(ask):
    def answer(asked):
        return EXCEPTION if "4258" in asked.query["srsname"] else gml([], matched=0)

    constants = {"kind": "flood", "severity": "assess"}
    part, _ = plots(ask, answer, layer="constraints", columns={}, constants=constants)
    assert part.error is None
    assert part.frame.empty


def test_nothing_at_all_is_an_answer_for_constraints_and_none_for_plots(ask):
    part, _ = plots(ask, wfs([]))
    assert part.error.code == "error.service_empty"
    part, _ = plots(
        ask,
        wfs([]),
        layer="constraints",
        columns={},
        constants={"kind": "flood", "severity": "assess"},
    )
    assert part.error is None
    assert len(part.frame) == 0


def test_swapped_axes_are_put_right_and_said(ask):
    def swapped(shape, srs):
        return hostile.polygon(shape, srs, swap=True)

    def page(shapes, **settings):
        return gml(shapes, geometry=swapped, **settings)

    part, _ = plots(ask, wfs(PLOTS, page=page))
    assert part.error is None
    assert shapely.union_all(PLOTS).equals(part.frame.union_all())
    assert [note.msgid for note in part.notes] == ["finding.assumed_flipped"]


def test_data_of_another_place_are_refused(ask):
    part, _ = plots(
        ask, wfs([box(200_000 + i, 7_000_000, 200_001 + i, 7_000_001) for i in range(30)])
    )
    assert part.error.code == "error.service_misplaced"


ARC = (
    '<gml:Polygon srsName="{srs}" srsDimension="3"><gml:exterior><gml:Ring><gml:curveMember>'
    "<gml:Curve><gml:segments><gml:Arc><gml:posList>{x0} {y} 5 {x1} {top} 5 {x2} {y} 5"
    "</gml:posList></gml:Arc><gml:LineStringSegment><gml:posList>{x2} {y} 5 {x0} {y} 5"
    "</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember>"
    "</gml:Ring></gml:exterior></gml:Polygon>"
)


def test_curves_are_made_straight_and_heights_dropped(ask):
    def half_circle(shape, srs):
        x, y = shape.bounds[:2]
        return ARC.format(srs=srs, x0=x, x1=x + 10, x2=x + 20, y=y, top=y + 10)

    def page(shapes, **settings):
        return gml(shapes, geometry=half_circle, **settings)

    part, _ = plots(ask, wfs(PLOTS, page=page))
    assert not part.frame.has_z.any()
    # A half circle of radius 10 m is 157.08 m².
    assert part.frame.geometry.area.to_numpy() == pytest.approx(157.08, rel=0.01)


@pytest.mark.parametrize("point_last", [True, False])
def test_the_outline_of_a_plot_is_read_wherever_its_point_stands(ask, point_last):
    def both(shape, srs):
        x, y = shape.bounds[:2]
        point = (
            f'</app:omrade><app:representasjonspunkt a="1"><gml:Point srsName="{srs}"><gml:pos>'
            f"{x} {y}</gml:pos></gml:Point></app:representasjonspunkt><app:omrade>"
        )
        outline = hostile.polygon(shape, srs)
        return outline + point if point_last else point + outline

    def page(shapes, **settings):
        return gml(shapes, geometry=both, **settings)

    part, _ = plots(ask, wfs(PLOTS, page=page), leave_out=("representasjonspunkt",))
    assert shapely.union_all(PLOTS).equals(part.frame.union_all())


def test_a_redirect_to_another_host_is_refused(ask):
    with playing(wfs(PLOTS)) as (other, _):
        elsewhere = other.replace("127.0.0.1", "localhost")
        sent = Reply(status=302, headers={"Location": f"{elsewhere}/wfs"})
        part, _ = plots(ask, lambda _: sent)
        assert part.error.code == "error.service_redirect"
        assert "localhost" in part.error.say("nb")


def test_a_redirect_to_a_host_that_is_listed_is_followed(ask):
    with playing(wfs(PLOTS)) as (other, asked_there):
        elsewhere = other.replace("127.0.0.1", "localhost")

        def answer(asked):
            query = "&".join(f"{key}={value}" for key, value in asked.query.items())
            return Reply(status=307, headers={"Location": f"{elsewhere}/wfs?{query}"})

        part, _ = plots(ask, answer, hosts=("localhost",))
        assert part.error is None
        assert len(part.frame) == 30
        assert asked_there


def test_a_slow_drip_is_cut_off_at_the_time_limit(ask):
    answer = wfs(PLOTS)
    began = time.monotonic()
    part, _ = plots(
        ask,
        lambda asked: Reply(answer(asked), pause_s=0.05),
        policy={"total_s": 0.3, "attempts": 1},
    )
    assert part.error.code == "error.service_slow"
    assert time.monotonic() - began < 5


def test_an_answer_over_the_size_limit_is_not_taken(ask):
    part, _ = plots(ask, lambda _: b" " * 1_100_000, max_megabytes=1)
    assert part.error.code == "error.service_too_large"


def test_a_server_that_is_not_there_is_said_to_be_none(ask):
    with playing(wfs(PLOTS)) as (url, _):
        pass
    part = ask(service(url))
    assert part.error.code == "error.service_unreachable"


def test_a_certificate_that_cannot_be_trusted_ends_it_at_once(ask, tmp_path):
    asked = []

    def answer(one):
        asked.append(one)
        return wfs(PLOTS)(one)

    with playing(answer, context=self_signed(tmp_path)) as (url, _):
        part = ask(service(url.replace("http:", "https:")))
    assert part.error.code == "error.service_certificate"
    assert "127.0.0.1" in part.error.say("nb")
    assert asked == []


def self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_pages_that_are_there_are_not_asked_for_again(ask):
    honest, broken = wfs(PLOTS), [True]

    def answer(asked):
        bad = broken[0] and asked.query.get("startindex") == "20"
        return Reply(status=403) if bad else honest(asked)

    with playing(answer) as (url, asked):
        one = service(url, page_size=10)
        assert ask(one).frame is None
        broken[0] = False
        before = len(asked)
        assert len(ask(one).frame) == 30
        later = [one.query["startindex"] for one in asked[before:]]
    assert later == ["20", "30"]


def test_old_pages_that_do_not_fit_the_new_ones_are_asked_for_again(ask):
    grown = world.boxes(31)
    shapes = [PLOTS]

    def answer(asked):
        if len(shapes) == 1 and asked.query.get("startindex") == "20":
            return Reply(status=403)
        return wfs(shapes[-1])(asked)

    with playing(answer) as (url, _):
        one = service(url, page_size=10)
        assert ask(one).frame is None
        shapes.append(grown)
        assert len(ask(one).frame) == 31


def test_the_service_is_not_asked_more_often_than_it_may_be(ask):
    began = time.monotonic()
    part, asked = plots(ask, wfs(PLOTS), per_second=20)
    assert len(part.frame) == 30
    assert time.monotonic() - began >= (len(asked) - 1) / 20


def test_pages_that_overlap_are_joined(ask):
    def answer(asked):
        start = int(asked.query.get("startindex", 0))
        if asked.query.get("resulttype") == "hits":
            return gml([], matched=30)
        first = start - start // 10  # each page begins with the last one of the page before
        return gml(PLOTS[first : first + 10], matched=30, first=first)

    part, _ = plots(ask, answer)
    assert part.error is None
    assert part.tally == Tally(fetched=30, repeated=3, kept=30)
    assert part.frame["parcel_id"].is_unique


def test_an_overlap_that_hides_features_is_no_layer(ask):
    def answer(asked):
        start = int(asked.query.get("startindex", 0))
        if asked.query.get("resulttype") == "hits":
            return gml([], matched=30)
        first = 15 if start == 20 else start  # the order changed between two pages
        return gml(PLOTS[first : first + 10], matched=30, first=first)

    part, _ = plots(ask, answer)
    assert part.error.code == "error.service_incomplete"
    assert "25 av 30" in part.error.say("nb")


def test_two_plots_of_one_name_are_both_kept_and_told(ask):
    def page(shapes, **settings):
        return gml(shapes, **settings).replace('gml:id="Teig.17"', 'gml:id="Teig.3"')

    part, _ = plots(ask, wfs(PLOTS, page=page))
    assert part.tally == Tally(fetched=30, kept=30)
    assert [note.msgid for note in part.notes] == ["finding.service_twins"]


def test_pages_of_an_unknown_number_that_say_they_hold_none_are_read(ask):
    def page(shapes, **settings):
        text = gml(shapes, **{**settings, "matched": "unknown"})
        return re.sub('numberReturned="[0-9]+"', 'numberReturned="0"', text)

    part, _ = plots(ask, wfs(PLOTS, page=page))
    assert part.error is None
    assert len(part.frame) == 30


def nested(inside, *, first):
    """Pages whose plots hold more, before or after their own columns; `inside` makes it."""

    def page(shapes, **settings):
        text = gml(shapes, **settings)
        place = r'(<app:Teig gml:id="Teig\.(\d+)">)' if first else r"(()(?=</app:Teig>))"
        numbers = iter(range(settings.get("first", 0), 10**6))
        return re.sub(place, lambda found: found[1] + inside(next(numbers)), text)

    return wfs(PLOTS, page=page)


@pytest.mark.parametrize("first", [True, False])
def test_what_is_inside_others_is_found_by_its_path_on_every_page(ask, first):
    # GDAL calls the neighbour's number «kommunenummer» too where it comes first, page by page.
    def inside(number):
        if number < 10:
            return ""
        return (
            "<app:nabo><app:Teig2><app:kommunenummer>3222</app:kommunenummer></app:Teig2></app:nabo>"
            "<app:matrikkelenhet><app:Matrikkelenhet><app:nr><app:Nr>"
            f"<app:gardsnummer>{number}</app:gardsnummer><app:bruksnummer>7</app:bruksnummer>"
            "</app:Nr></app:nr></app:Matrikkelenhet></app:matrikkelenhet>"
        )

    columns = {"parcel_id": ("{matrikkelenhet.gardsnummer}/{bruksnummer}", "matrikkelnummerTekst")}
    part, _ = plots(ask, nested(inside, first=first), columns=columns, keep="number")
    assert part.error is None
    expected = [f"1/{n}" if n < 10 else f"{n}/7" for n in range(30)]
    assert list(part.frame["parcel_id"]) == expected
    rule = "nabo.kommunenummer IS NULL OR nabo.kommunenummer <> '3222'"
    part, _ = plots(ask, nested(inside, first=first), where=(rule,))
    assert part.tally.filtered == {rule: 20}


def test_an_empty_value_in_the_first_of_several_columns_takes_the_next(ask):
    def inside(number):
        return f"<app:lokalId>{'' if number % 2 else f'L{number}'}</app:lokalId>"

    columns = {"parcel_id": ("lokalId", "matrikkelnummerTekst")}
    part, _ = plots(ask, nested(inside, first=False), columns=columns)
    assert list(part.frame["parcel_id"][:4]) == ["L0", "1/1", "L2", "1/3"]


@pytest.mark.parametrize("srs", ["urn:ogc:def:crs:EPSG::4326", "EPSG:4326", None])
@pytest.mark.parametrize("east_first", [True, False])
def test_degrees_are_read_whichever_way_round_and_whatever_is_asked_for(ask, srs, east_first):
    # WFS 1.0.0 has east first, and some answer so to any question; the name may say what was asked.
    def degrees(shape, asked_srs):
        (turned,) = gpd.GeoSeries([shape], crs=world.CRS).to_crs(4326)
        return hostile.polygon(turned, srs or asked_srs, swap=not east_first)

    def page(shapes, **settings):
        return gml(shapes, geometry=degrees, **settings)

    part, _ = plots(ask, wfs(PLOTS, page=page))
    assert part.error is None, part.error.say("nb")
    whole = shapely.union_all(PLOTS)
    assert part.frame.union_all().symmetric_difference(whole).area < 1
