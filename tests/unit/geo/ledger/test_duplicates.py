"""What to think twice about before saving, with distances and areas worked out by hand."""

from __future__ import annotations

import time

import pytest
import shapely
from hypothesis import given

from geo.i18n import LANGUAGES
from geo.ledger.duplicates import NAME_RATIO, Doubt, alike, plain_name, warnings
from geo.ledger.fields import STATUSES
from tests.support.exchanging import entries, state, words
from tests.support.shapes import square

X, Y = 620_000, 6_650_000
POINT, AREA = shapely.Point(X, Y), square(X, Y)


def doubts(values, place, *others, **more):
    return [(one.doubt, one.project_id) for one in warnings(values, place, state(*others), **more)]


# Names


@pytest.mark.parametrize(
    "other",
    [
        "Sørumsand næringspark",
        "SØRUMSAND NÆRINGSPARK",
        "Soerumsand naeringspark",
        "Sorumsand næringspark",
        "«Sørumsand» – næringspark!",
        "  Sørumsand\u00a0næringspark",
    ],
)
def test_the_ways_of_writing_one_name_are_one_name(other):
    assert plain_name(other) == plain_name("Sørumsand næringspark")


def test_letters_that_make_another_name_stay():
    assert plain_name("Ås") == plain_name("Aas") == plain_name("A\u030as") == "as"
    assert plain_name("Ås") != plain_name("Øs")
    assert plain_name("قسم") != ""
    assert plain_name("!?") == ""


def test_names_are_alike_from_a_ratio_of_85_per_cent():
    # difflib: 2 · matching characters / all characters. 17 of 20 characters each: 34 / 40 = 0.85.
    assert NAME_RATIO == 0.85
    name = "abcdefghijklmnopqrst"
    assert alike(name, ["abcdefghijklmnopq123", "abcdefghijklmnop1234"]) == [0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Berger næringspark", "Berger næringspark 2", True),
        ("Berger næringspark", "Berger Naeringspark.", True),
        ("Berger nord", "Berger sør", True),  # 9 of 11 and of 10 characters: 18 / 21 = 0.857
        ("Berger nord", "Berger vest", False),
        ("Hvam", "Heia", False),
        ("", "", False),
        ("!!!", "???", False),
    ],
)
def test_names_that_people_would_confuse_are_alike(one, other, expected):
    assert (alike(one, [other]) == [0]) is expected


@given(words, words)
def test_two_names_are_alike_whichever_comes_first(one, other):
    assert alike(one, [other]) == alike(other, [one])


@given(words.filter(plain_name))
def test_a_name_is_like_itself(name):
    assert alike(name, ["Heia", name])[-1] == 1


# Duplicates


def test_the_same_case_number_is_told_of_wherever_the_other_is():
    values = {"name": "Hvam", "case_ref": "PLAN-20/00831"}
    other = {"name": "Noe annet", "case_ref": "plan–20 / 00831"}
    assert doubts(values, None, other, {"case_ref": "21/1"}, {}) == [(Doubt.SAME_CASE, "p0")]


def test_no_case_number_is_nobodys():
    assert doubts({"name": "Hvam", "case_ref": None}, None, {"case_ref": None}) == []
    assert doubts({"name": "Hvam"}, None, {"case_ref": None}) == []


def test_a_like_name_is_told_of_within_five_hundred_metres():
    near, far = shapely.Point(X + 300, Y + 400), shapely.Point(X + 300, Y + 400.01)
    others = [{"name": "Hvam øst", "place": place} for place in (near, far, None)]
    (found,) = warnings({"name": "Hvam Øst"}, POINT, state(*others))
    assert (found.doubt, found.project_id, found.distance_m) == (Doubt.NAME_NEAR, "p0", 500)
    assert "500 m" in found.say("nb")


def test_a_like_name_in_the_same_zone_is_told_of_without_a_place():
    others = [{"name": "Hvam", "zone_id": zone} for zone in ("hvam", "berger", None)]
    assert doubts({"name": "Hvam", "zone_id": "hvam"}, None, *others) == [(Doubt.NAME_ZONE, "p0")]
    assert doubts({"name": "Hvam", "zone_id": None}, None, *others) == []


def test_one_other_project_is_one_duplicate():
    both = {"name": "Hvam", "zone_id": "hvam", "case_ref": "20/1", "place": POINT}
    assert doubts(both, POINT, both) == [(Doubt.SAME_CASE, "p0")]


def test_a_project_is_no_duplicate_of_itself():
    own = {"name": "Hvam", "zone_id": "hvam", "case_ref": "20/1", "place": AREA}
    assert doubts(own, AREA, own, own_id="p0") == []


def test_rejected_and_removed_projects_are_duplicates_and_called_so():
    values = {"name": "Hvam", "zone_id": "hvam", "place": AREA}
    rejected = values | {"status": "avslått"}
    removed = entries(state(values | {"project_id": "borte"}))
    found = warnings(values, AREA, state(rejected), removed=removed)
    assert [(one.doubt, one.project_id, one.standing) for one in found] == [
        (Doubt.NAME_NEAR, "p0", "avslått"),
        (Doubt.NAME_NEAR, "borte", "removed"),
    ]
    assert "(avslått)" in found[0].say("nb")
    assert "(removed)" in found[1].say("en")


def test_of_the_removed_ones_only_those_alike_are_told_of():
    ways = [
        {"name": "Hvam", "zone_id": "hvam"},
        {"name": "Noe annet", "case_ref": "20/1"},
        {"name": "Noe annet", "zone_id": "hvam"},
        {"name": "Hvam", "place": shapely.Point(X + 501, Y)},
    ]
    values = {"name": "Hvam", "zone_id": "hvam", "case_ref": "20/1"}
    found = warnings(values, POINT, state(), removed=entries(state(*ways))[::-1])
    assert [(one.doubt, one.project_id) for one in found] == [
        (Doubt.NAME_ZONE, "p0"),
        (Doubt.SAME_CASE, "p1"),
    ]


# The same land


def test_two_areas_that_share_a_quarter_are_told_of_with_square_metres_and_share():
    # 100 m · 100 m against 200 m · 200 m, sharing 50 m · 50 m: 2 500 m², a quarter of the smaller.
    other = {"name": "Heia", "place": square(X + 50, Y + 50, side=200), "status": "vedtatt"}
    (found,) = warnings({"name": "Hvam"}, AREA, state(other))
    assert (found.doubt, found.area_m2, found.share) == (Doubt.OVERLAP, 2500, 0.25)
    for language, said in (("nb", "25\u00a0%"), ("en", "25%")):
        assert said in found.say(language)
    (same,) = warnings({"name": "Heia"}, other["place"], state({"name": "Hvam", "place": AREA}))
    assert (same.area_m2, same.share) == (2500, 0.25)


@pytest.mark.parametrize(("shift", "told"), [(98.9, True), (99.1, False), (100, False)])
def test_one_per_cent_of_the_smaller_area_is_how_outlines_are_drawn(shift, told):
    # 100 m wide: a shift of 98.9 m leaves a strip of 1.1 m, 1.1 % of the area.
    found = doubts({"name": "Hvam"}, AREA, {"name": "Heia", "place": square(X + shift, Y)})
    assert found == ([(Doubt.OVERLAP, "p0")] if told else [])


def test_the_largest_overlap_comes_first():
    others = [{"name": f"Heia {n}", "place": square(X + n, Y)} for n in (60, 20, 40)]
    assert doubts({"name": "Hvam"}, AREA, *others) == [
        (Doubt.OVERLAP, "p1"),
        (Doubt.OVERLAP, "p2"),
        (Doubt.OVERLAP, "p0"),
    ]


@pytest.mark.parametrize(
    ("x", "inside"), [(X + 50, True), (X, True), (X - 0.01, False)], ids=["in", "border", "out"]
)
def test_a_point_in_an_area_is_told_of_from_both_sides(x, inside):
    point = shapely.Point(x, Y + 50)
    mine = doubts({"name": "Hvam"}, point, {"name": "Heia", "place": AREA})
    theirs = doubts({"name": "Heia"}, AREA, {"name": "Hvam", "place": point})
    assert mine == ([(Doubt.INSIDE, "p0")] if inside else [])
    assert theirs == ([(Doubt.CONTAINS, "p0")] if inside else [])


def test_two_points_share_no_land():
    assert doubts({"name": "Hvam"}, POINT, {"name": "Heia", "place": POINT}) == []


def test_a_rejected_project_takes_no_land():
    other = {"name": "Heia", "place": AREA}
    assert doubts({"name": "Hvam"}, AREA, other | {"status": "avslått"}) == []
    assert doubts({"name": "Hvam", "status": "avslått"}, AREA, other) == []


def test_a_place_that_crosses_itself_is_measured_as_the_ledger_would_repair_it():
    bow_tie = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    (found,) = warnings({"name": "Hvam"}, bow_tie, state({"name": "Heia", "place": AREA}))
    assert found.area_m2 == pytest.approx(5_000)
    assert found.share == pytest.approx(1)


# The municipality


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (POINT, []),
        (AREA, []),
        (shapely.Point(X - 1001, Y), [Doubt.OUTSIDE_POINT]),
        (shapely.Point(X - 1000, Y), []),
        (square(X - 1030, Y), [Doubt.OUTSIDE]),
        (square(X - 1000.9, Y), []),
        (None, []),
    ],
)
def test_a_place_outside_the_municipality_is_told_of(place, expected):
    home = shapely.box(X - 1000, Y - 1000, X + 1000, Y + 1000)
    found = warnings({"name": "Hvam"}, place, state(), municipality=home)
    assert [one.doubt for one in found] == expected
    if expected == [Doubt.OUTSIDE]:
        assert found[0].area_m2 == pytest.approx(3000)  # 30 m of 100 m, 100 m high
        assert found[0].share == pytest.approx(0.3)


# All of them


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("doubt", list(Doubt))
def test_every_warning_is_a_sentence_in_both_languages(doubt, language):
    home = shapely.box(X - 1000, Y - 1000, X + 1000, Y + 1000)
    cases = [
        ({"name": "a", "case_ref": "20/1"}, None, {"name": "b", "case_ref": "20/1"}),
        ({"name": "Hvam"}, POINT, {"name": "Hvam", "place": POINT}),
        ({"name": "Hvam", "zone_id": "z"}, None, {"name": "Hvam", "zone_id": "z"}),
        ({"name": "a"}, AREA, {"name": "b", "place": AREA}),
        ({"name": "a"}, POINT, {"name": "b", "place": AREA}),
        ({"name": "a"}, AREA, {"name": "b", "place": POINT}),
        ({"name": "a"}, square(X + 5000, Y), {}),
        ({"name": "a"}, shapely.Point(X + 5000, Y), {}),
    ]
    found = [
        one
        for values, place, other in cases
        for one in warnings(values, place, state(other), municipality=home)
    ]
    said = {one.doubt: one.say(language) for one in found}
    assert said[doubt].endswith(".")
    assert "None" not in said[doubt]
    assert "{" not in said[doubt]


@pytest.mark.parametrize("status", [None, *STATUSES])
def test_the_other_projects_status_is_said_in_words(status):
    other = {"name": "Hvam", "zone_id": "z", "status": status}
    (found,) = warnings({"name": "Hvam", "zone_id": "z"}, None, state(other))
    assert f"({status or 'ukjent'})" in found.say("nb")


def test_ten_thousand_projects_are_looked_through_in_a_moment():
    others = state(
        *(
            {"name": f"Felt {n}", "zone_id": "z", "place": square(X + 200 * n, Y)}
            for n in range(10_000)
        )
    )
    values = {"name": "Berger næringspark", "zone_id": "z"}
    began = time.process_time()
    assert [one.project_id for one in warnings(values, AREA, others)] == ["p0"]
    assert time.process_time() - began < 3  # 0.3 s on an idle machine
