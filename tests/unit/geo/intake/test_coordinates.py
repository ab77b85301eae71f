"""Coordinates as people write them; the truth is one place, worked out with pyproj's figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from geo.errors import NaeringsarealError
from geo.intake import coordinates
from geo.intake.coordinates import parse, parse_all
from tests.support.errors import raising

HERE = Point(614_505, 6_647_616)  # 59.95° N 11.05° E
IN_33 = "279433 6652428"  # the same place in zone 33


def notes(position):
    return [finding.msgid for finding in position.assumptions]


@pytest.mark.parametrize(
    "text",
    [
        "59.95, 11.05",
        "59,95 11,05",
        "59,95; 11,05",
        "59,95, 11,05",
        "59.95,11.05",
        " (59.95 / 11.05) ",
        "lat 59.95 lon 11.05",
        "59.95N 11.05E",
        "11.05° Ø, 59.95° N",
        "59°57'N 11°3'Ø",
        "N 59°57′ E 11°3′",
        "N59°57'00\" E11°03'00\"",
        "59° 57' 0,0'' N 11° 3' 0,0'' Ø",
        "59 grader 57' nord 11 grader 3' øst",
    ],
)
def test_degrees_in_many_spellings(text):
    position = parse(text)
    assert position.point.distance(HERE) < 1
    assert position.crs == "EPSG:4326"
    assert notes(position) == []


@pytest.mark.parametrize("text", ["11.05 59.95", "11,05; 59,95", "EPSG:4326 11.05, 59.95"])
def test_a_longitude_that_comes_first_is_told(text):
    position = parse(text)
    assert position.point.distance(HERE) < 1
    assert notes(position) == ["finding.position_east_first"]


NBSP, THIN, UNSEEN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}"


@pytest.mark.parametrize(
    "text",
    [
        *("59.95°N 11.05°E", "59.95° N, 11.05° E", "59.95°, 11.05°", "N 59.95° E 11.05°"),
        *(
            "59° 57' 0\" N 11° 3' 0\" Ø",
            "59°57′0″N 11°3′0″E",
            "59º57'N 11º3'Ø",
            "59° 57.0' N 11° 3.0' E",
        ),
        *("59 57 0 11 3 0", "59 57 00 N 11 03 00 E", "N59 57 0,0 E11 3 0,0", "59 57 N 11 3 E"),
        *("59,95,11,05", "59.950, 11.050", "59,950 11,050", "59.95 | 11.05", "59.95\t11.05"),
        *(f"{UNSEEN}59.95,{NBSP}11.05\ufeff", "Koordinater: 59.95, 11.05", "WGS84: 59.95, 11.05"),
        *("lat=59.95&lon=11.05", "POINT(11.05 59.95)", "EPSG:4326 59.95 11.05", "59.95 N 11.05"),
    ],
)
def test_degrees_as_they_are_pasted(text):
    position = parse(text)
    assert position.point.distance(HERE) < 1
    assert position.crs == "EPSG:4326"


@pytest.mark.parametrize(
    "text",
    [
        *("UTM32 N 6647616 Ø 614505", "UTM32 Ø 614505 N 6647616", "UTM32 N 6647616 E 614505"),
        *("UTM32N 6647616 614505", "UTM32N 614505 6647616", "UTM32N 6647616N 614505Ø"),
        *("UTM 32 N 614505 6647616", "UTM 32 V 614505 6647616", "UTM32V 614505 6647616"),
        *("N 6647616 Ø 614505 (UTM 32)", "(UTM 32) 6647616N 614505Ø", "32N 614505 6647616"),
        *("614505 Ø 6647616 N UTM32", "614505Ø 6647616N sone 32", "Sone 32 N 6647616 Ø 614505"),
        *("EUREF89 UTM32 N 6647616 Ø 614505", "EUREF89 UTM sone 32N Nord 6647616 Øst 614505"),
        *("EPSG:25832: 614505, 6647616", "EPSG:32632 614505 6647616", "UTM-32 614505 6647616"),
        *("UTM33 N 6652428 Ø 279433", "UTM 33 Ø: 279433 N: 6652428", "6652428N 279433E (UTM33)"),
    ],
)
def test_a_zone_with_labels_leaves_nothing_to_assume(text):
    position = parse(text)
    assert position.point.distance(HERE) < 2
    assert notes(position) == []


@pytest.mark.parametrize(
    "text",
    [
        *("6647616 N 614505 Ø", "6647616N, 614505Ø", "6647616 Ø 614505", "N:6647616, E:614505"),
        *("6.647.616 / 614.505", "614.505 6.647.616", "614.505,6.647.616", "614.505,0 6.647.616,0"),
        *("6,647,616.00 614,505.00", "6'647'616 614'505", "6647616,50 614505,25"),
        *(f"6{NBSP}647{NBSP}616 614{THIN}505", "6 647 616 / 614 505", "6647616\n614505"),
    ],
)
def test_metres_as_they_are_pasted(text):
    position = parse(text)
    assert position.point.distance(HERE) < 2
    assert notes(position) == ["finding.position_read"]


@pytest.mark.parametrize(
    "text",
    [
        *("6.649.90 613.800", "12.34.56, 11.05", "59 77 0 N 11 3 0 E", "UTM32", "UTM32 N 6647616"),
        *("59°57' 11.05", "6647616 N 614505 Ø 12", "N 59.95 S 11.05 Ø 3"),
    ],
)
def test_what_only_looks_like_coordinates_is_refused(text):
    with raising("error.position_text"):
        parse(text)


def test_several_places_stand_on_a_line_each():
    for lines in ("59.95, 11.05\n59.96, 11.06", "59,95; 11,05\r\n59,96; 11,06\r\n"):
        found = parse_all(lines)
        assert [round(one.point.distance(HERE), -2) for one in found] == [0, 1200]
    assert len(parse_all("6647616\n614505\n")) == 1  # one pair


def test_several_places_stand_with_a_semicolon_between():
    found = parse_all("59.955, 11.05; 32V 614196 6647966;")
    assert [one.crs for one in found] == ["EPSG:4326", "EPSG:25832"]
    assert len(parse_all("59.955; 11.05")) == 1  # one pair
    with raising("error.position_text", match="hei"):
        parse_all("59.955, 11.05; hei")
    with raising("error.too_many_positions", match="100"):
        parse_all("59.955, 11.05;" * 101)


def test_lines_of_several_places_are_counted_together():
    full = "\n".join([";".join(["59.955, 11.05"] * 10)] * 10)
    assert len(parse_all(full)) == 100
    with raising("error.too_many_positions", match="100"):
        parse_all(f"{full}\n59.955, 11.05")


def test_ten_thousand_places_are_refused_before_one_is_read(monkeypatch):
    monkeypatch.setattr(coordinates, "parse", None)
    with raising("error.too_many_positions", match="100"):
        parse_all("\n".join([";".join(["59.955, 11.05"] * 100)] * 100))


def test_minutes_and_seconds_are_sixtieths():
    # 59° 57' 30" = 59.958333…°: 1/120 degree of latitude, about 928 m, further north.
    position = parse("59°57'30\" N 11°3' Ø")
    assert position.point.y - HERE.y == pytest.approx(928, abs=2)


@pytest.mark.parametrize(
    "text",
    [
        "614505 6647616",
        "6647616 614505",
        "614 505 6 647 616",
        "6 647 616, 614 505",
        "614505,6647616",
        "614505,0; 6647616,0",
        "N 6647616 Ø 614505",
        "Nord: 6647616 Øst: 614505",
        "X=6647616 Y=614505",
        "32V 614505 6647616",
        "UTM 32 614505 6647616",
        "UTM sone 32V: 614505, 6647616",
        "EPSG:25832 614505 6647616",
        f"33V {IN_33}",
        f"UTM33 {IN_33}",
        f"EUREF89 UTM-sone 33 {IN_33}",
    ],
)
def test_utm_in_many_spellings(text):
    assert parse(text).point.distance(HERE) < 2


def test_a_named_zone_leaves_nothing_to_assume():
    assert notes(parse("32V 614505 6647616")) == []
    assert notes(parse("614505 6647616")) == ["finding.position_read"]


def test_numbers_that_fit_two_zones_are_told_as_such_unless_one_is_near():
    alone = parse(IN_33)
    assert alone.crs == "EPSG:25832"
    assert notes(alone) == ["finding.position_of_several"]
    assert "EPSG:25833" in alone.assumptions[0].say("en")
    near = parse(IN_33, near=Point(600_000, 6_640_000))
    assert near.crs == "EPSG:25833"
    assert near.point.distance(HERE) < 2
    assert notes(near) == ["finding.position_read"]


def test_of_two_readings_far_away_the_nearer_is_taken():
    assert parse(IN_33, near=Point(700_000, 6_900_000)).crs == "EPSG:25833"
    assert parse(IN_33, near=Point(250_000, 6_900_000)).crs == "EPSG:25832"


@pytest.mark.parametrize(
    "text",
    [
        *("", "hei", "59.95", "1 2 3", "59.95 N 11.05 N", "nan inf", "1e5 2e6", "59°77'N 11°3'Ø"),
        *("32V NM 10000 40000", "<b>59.95</b> 11.05", "9" * 5000, "100 100", "59.95 abc 11.05"),
    ],
)
def test_what_is_no_pair_of_coordinates_is_refused(text):
    with raising("error.position_text"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["40.7, -74.0", "59.95 S 11.05 E", "59.95 N 11.05 V", "100.5 100.5", "32V 5 5"]
)
def test_what_is_not_in_norway_is_refused(text):
    with raising("error.position_outside"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["78.2 15.6", "15.6 78.2", "78.2 N 15.6 Ø", "33X 514000 8681000", "8681000 514000", "71 -8.5"],
)
def test_svalbard_and_jan_mayen_are_not_said_to_be_abroad(text):
    with raising("error.position_afar"):
        parse(text)


@given(st.floats(58.5, 70), st.floats(6, 11), st.sampled_from([", ", "; ", " "]), st.booleans())
def test_any_place_in_degrees_is_found_in_either_order(lat, lon, between, swap):
    numbers = [f"{lat:.5f}", f"{lon:.5f}"][:: -1 if swap else 1]
    with_points = parse(between.join(numbers))
    with_commas = parse(between.join(numbers).replace(".", ","))
    assert with_points.crs == "EPSG:4326"
    assert with_points.point == with_commas.point


STYLES = {
    "plain": lambda number: f"{number:.0f}",
    "decimals": lambda number: f"{number:.2f}",
    "comma": lambda number: f"{number:.2f}".replace(".", ","),
    "points": lambda number: f"{number:,.0f}".replace(",", "."),
    "points and comma": lambda number: f"{number:,.1f}".translate(str.maketrans(".,", ",.")),
    "blanks": lambda number: f"{number:,.0f}".replace(",", NBSP),
}


@given(
    st.integers(200_000, 800_000),
    st.integers(6_500_000, 7_800_000),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(
        ["UTM32 N {n} Ø {e}", "UTM32 Ø {e} N {n}", "{n}N {e}Ø (UTM 32)", "32V {e} / {n}"]
    ),
)
def test_any_place_in_metres_is_found_however_its_numbers_are_written(east, north, style, form):
    write = STYLES[style]
    position = parse(form.format(e=write(east), n=write(north)))
    assert position.point.distance(Point(east, north)) < 1


@given(st.text(alphabet="0123456789.,;:°'\"NSØEV utm/-", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_place_or_a_sentence(text):
    try:
        found, said = parse(text).point.is_valid, "."
    except NaeringsarealError as error:
        found, said = True, error.say("nb")
    assert found
    assert said.endswith(".")
