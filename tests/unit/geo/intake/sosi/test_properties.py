"""Properties as columns: groups, quotes, remarks, what goes on and what stands several times."""

from __future__ import annotations

import pytest

from geo.intake.sites import open_sites, read_layer
from geo.schema.coercion import quote
from tests.support.sosi import EAST, NORTH, document, flate, item, opened, square


def table(*told):
    """A layer whose objects have these properties."""
    objects = [flate(number, ":1", told=one) for number, one in enumerate(told, 2)]
    text = document(square(1, 0, 0, 10), *objects)
    return read_layer(text.encode(), "a.sos", layer="Areal")


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("..NAVN Storgata", "Storgata"),
        ('..NAVN "Storgata 4"', "Storgata 4"),
        ("..NAVN\tStorgata   ", "Storgata"),
        ("..NAVN Storgata ! en merknad", "Storgata"),
        ('..NAVN "Storgata! Ja!" ! en merknad', "Storgata! Ja!"),
        ("..NAVN http://a.no/!b", "http://a.no/!b"),
        ('..NAVN "FKB" "3.4 eller eldre"', "FKB 3.4 eller eldre"),
        ("..NAVN 007", "007"),
        ("..NAVN Stor\n! midt i\ngata", "Stor gata"),
        ('..NAVN "Stor\ngata"', "Stor gata"),
        ("..NAVN A\n..NAVN B", "A; B"),
        ("..NAVN <b>=1+1</b>", "<b>=1+1</b>"),
    ],
)
def test_a_value_is_read_without_what_marks_it(told, value):
    assert table(told)["NAVN"].tolist() == [value]


def test_members_of_a_group_are_columns_of_their_own_name():
    frame = table(
        "..IDENT\n...LOKALID abc\n...NAVNEROM NO\n..MATRIKKELNUMMER\n...GNR 0012\n...BNR 3",
        "..IDENT\n...LOKALID def",
    )
    assert frame["LOKALID"].tolist() == ["abc", "def"]
    assert frame["GNR"].tolist()[0] == "0012"
    assert frame["GNR"].isna().tolist() == [False, True]
    assert "IDENT" not in frame


def test_a_name_in_two_groups_is_told_apart():
    frame = table("..KOPIDATA\n...OMRÅDEID 0618\n..ANNET\n...OMRÅDEID 9\n..OMRÅDEID 3205")
    assert frame["OMRÅDEID"].tolist() == ["3205"]
    assert frame["KOPIDATA.OMRÅDEID"].tolist() == ["0618"]
    assert frame["ANNET.OMRÅDEID"].tolist() == ["9"]


def test_groups_in_groups():
    frame = table("..A\n...B\n....C 1\n....D 2\n...E 3\n..F 4")
    assert frame[["C", "D", "E", "F"]].iloc[0].tolist() == ["1", "2", "3", "4"]


def test_what_stands_after_the_coordinates_is_read_too():
    text = document(item("PUNKT", 1, (1, 2)) + "..NAVN Etter\n")
    assert read_layer(text.encode(), "a.sos")["NAVN"].tolist() == ["Etter"]


POINT = (EAST + 1, NORTH + 2)


@pytest.mark.parametrize(
    "rows",
    [
        "..NØ\n664990200 61380100",
        "..NØ 664990200 61380100",
        "..NØ\n  664990200\t61380100   ",
        "..NØH\n664990200 61380100 1234",
        "..NØH 664990200 61380100 -12.5",
        "..NØD\n664990200 61380100 1234",
        "..NØ\n664990200 61380100 ...KP 1",
        "..NØ\n664990200 61380100 ...KP 1 ! knutepunkt",
        "..NØ\n664990200 61380100 ! her",
        "..NØ\n! her\n664990200 61380100\n...KVALITET 82 10",
        "..NØ\n+664990200.0 61380100.00",
        "  ..NØ\n\n664990200 61380100",
    ],
)
def test_a_point_is_read_however_it_is_written(rows):
    text = document(f".PUNKT 1:\n{rows}\n")
    for end in ("\n", "\r\n", "\r"):
        (site,) = open_sites(text.replace("\n", end).encode(), "a.sos").geometry
        assert (site.x, site.y) == POINT


def test_several_points_in_a_line_and_several_lists():
    rows = "..NØ\n664990000 61380000 664990000 61380100\n..NØH\n664990100 61380100 5"
    (site,) = opened(f".KURVE 1:\n{rows}\n").geometry
    assert [(x - EAST, y - NORTH) for x, y in site.coords] == [(0, 0), (1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("PUNKT", "Point"),
        ("SYMBOL", "Point"),
        ("TEKST", "Point"),
        ("SVERM", "MultiPoint"),
        ("KURVE", "LineString"),
        ("LINJE", "LineString"),
    ],
)
def test_each_kind_of_geometry(element, kind):
    sites = opened(item(element, 1, (0, 0), (5, 0), (5, 5)))
    assert sites.geom_type.tolist() == [kind]


@pytest.mark.parametrize(
    "row",
    [
        *("664990000 abc", "664990000", "1 2 3 4 5", "1,5 2", "1-2 3", "1.2.3 4", "- 1", "1 ."),
        *("1e5 2", "NaN 1", "inf 1", "1 2\x003", f"{'9' * 31} 1", "٣ 1", "1 +."),
    ],
)
def test_a_line_that_is_no_coordinates_is_named_and_its_object_left_out(row):
    broken = f".KURVE 3:\n..NØ\n664990000 61380000\n{row}\n664990000 61380100\n"
    sites = opened(item("KURVE", 1, (0, 0), (5, 0)), broken, item("KURVE", 4, (0, 1), (5, 1)))
    assert sites.length.tolist() == [5, 5]
    (note,) = sites.attrs["assumptions"]
    assert note.severity == "error"
    # Seven lines of header, four of the first curve, and the fourth of the broken one.
    assert "KURVE 3 (linje 12)" in note.say("nb")
    assert note.parts["at"] == 15
    if row in {"664990000", "1 2 3 4 5"}:
        assert f"antallet tall på linje 15 ({len(row.split())})" in note.say("nb")
    else:
        assert "på linje 15 er ikke et tall" in note.say("nb")
        assert quote(note.parts["value"]) in quote(row)
