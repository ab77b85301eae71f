"""A row that says no system in a file where others do is judged alone, by its own numbers."""

from __future__ import annotations

import json

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo.i18n import LANGUAGES
from geo.intake.sites import open_sites
from geo.intake.systems.crs import DEGREES, SELDOM, USUAL, ranks, reading
from tests.support.errors import raising

NEAR = shapely.box(600_000, 6_630_000, 630_000, 6_670_000)  # Lillestrøm, roughly
SPOT = (614_196, 6_647_966)

# What a row's cells are, and where it is by them; None where it is left out, and then why.
SILENT = {
    "utm32": ("614196", "6647966", SPOT),
    "swapped": ("6647966", "614196", SPOT),
    "degrees": ("11.0444", "59.9535", (614_180, 6_647_996)),
    "utm33": ("278700", "6655000", (613_542, 6_650_110)),
    "webmercator": ("1230000", "8386000", (614_505, 6_646_305)),
    "far": ("569500", "7034000", (569_500, 7_034_000)),  # Trondheim, where none is expected
    "nothing": ("5", "5", "finding.system_missing"),
    "svalbard": ("15.6", "78.2", "finding.islands_afar"),
    "blank": ("", "", "finding.position_blank"),
    "half": ("614196", "", "finding.position_blank"),
    "no_number": ("vest", "6647966", "finding.position_unreadable"),
}
TOLD = {
    "A": ("614196", "6647966", "25832"),
    "B": ("278700", "6655000", "25833"),
    "C": ("1230000", "8386000", "3857"),
    "D": ("11.05", "59.95", "4326"),
    "X": ("1", "2", "99999"),
}


def read(names, between=";"):
    """Where each row was read, and why each other was not, by the row's name."""
    lines = ["id;øst;nord;epsg" if between == ";" else "id;koordinater;epsg"]
    for name in names:
        x, y, epsg = TOLD[name] if name in TOLD else (*SILENT[name][:2], "")
        lines.append(f"{name};{x}{between}{y};{epsg}")
    sites = open_sites("\n".join(lines).encode(), "a.csv", near=NEAR)
    placed = {one.id: (one.geometry.x, one.geometry.y) for one in sites.itertuples()}
    said = {name: [] for name in names}
    for one in sites.attrs["assumptions"]:
        row = one.parts.get("row")
        said[names[int(row) - 2] if row else one.feature].append(one)
    return placed, said


@st.composite
def lists(draw):
    silent = draw(st.permutations(list(SILENT)))[: draw(st.integers(1, len(SILENT)))]
    told = draw(st.permutations(list(TOLD)))[: draw(st.integers(1, len(TOLD)))]
    return draw(st.permutations([*silent, *told]))


@settings(max_examples=40)
@given(lists(), st.sampled_from([";", " "]))
@example(["A", "degrees", "utm32", "utm33"], ";")
@example(["A", "degrees", "nothing"], ";")
@example(["A", "B", "C", "D", "utm32", "nothing"], ";")
@example(["C", "degrees"], " ")
@example(["B", "degrees", "nothing", "utm32"], " ")
def test_neither_order_nor_neighbours_decide_whether_a_row_is_read_nor_where(names, between):
    if between == " ":  # in one cell there is no half of a position
        names = [name for name in names if name not in {"half", "no_number"}]
    if not set(names) - {"X", "nothing", "svalbard", "blank", "half", "no_number"}:
        return  # a file of which nothing can be read is refused
    placed, said = read(names, between)
    for name in set(names) & set(SILENT):
        where, told = SILENT[name][2], [one.msgid for one in said[name]]
        if isinstance(where, str):
            assert name not in placed
            assert told == [where]
        else:
            assert placed[name] == pytest.approx(where, abs=1)
            assert "finding.system_assumed" in told
            assert {one.severity for one in said[name]} == {"warning"}


@pytest.mark.parametrize("name", SILENT)
def test_what_is_said_of_a_row_is_the_same_among_any_others(name):
    (_, alone), (_, among) = read(["A", name]), read([*list(SILENT)[::-1], *TOLD])
    said = [[(one.msgid, one.parts.get("crs")) for one in said[name]] for said in (alone, among)]
    assert said[0] == said[1]


def test_the_system_that_a_row_is_read_in_is_told_and_that_it_is_turned():
    _, said = read(["A", "utm33", "swapped"])
    assert [one.parts["crs"] for one in said["utm33"]] == ["EPSG:25833"]
    assert [one.msgid for one in said["swapped"]] == [
        "finding.system_assumed",
        "finding.system_swapped",
    ]
    for language in LANGUAGES:
        assert "EPSG:25833" in said["utm33"][0].say(language)
        assert "4" in said["swapped"][1].say(language)


def test_a_row_whose_numbers_fit_several_systems_alike_says_so():
    text = "øst;nord;epsg\n614196;6647966;25832\n300000;6650000;\n"
    sites = open_sites(text.encode(), "a.csv")  # nothing says where it is expected
    several = [
        one for one in sites.attrs["assumptions"] if one.msgid == "finding.system_of_several"
    ]
    assert [(one.parts["crs"], one.parts["others"]) for one in several] == [
        ("EPSG:25832", "EPSG:25833")
    ]


def test_many_rows_are_counted():
    lines = ["614196;6647966;25832", *["614196;6647966;"] * 60, *["5;5;"] * 60]
    sites = open_sites("\n".join(["øst;nord;epsg", *lines]).encode(), "a.csv", near=NEAR)
    assert len(sites) == 61
    told = [one.msgid for one in sites.attrs["assumptions"]]
    assert told.count("finding.system_assumed") == told.count("finding.system_missing") == 50
    assert told.count("finding.more") == 2


def test_a_file_of_which_no_row_can_be_read_is_refused():
    with raising("error.systems_unknown"):
        open_sites(b"x;y;epsg\n1;2;99999\n5;5;\n", "a.csv", near=NEAR)


def test_a_silent_feature_of_a_map_is_judged_alone_too():
    def feature(name, x, y, crs=None):
        shape = {"type": "Point", "coordinates": [x, y]}
        shape |= {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
        return {"type": "Feature", "properties": {"id": name}, "geometry": shape}

    features = [
        feature("a", *SPOT, "EPSG:25832"),
        feature("b", 11.0444, 59.9535),
        feature("c", *SPOT),
        feature("d", 5, 5),
    ]
    for some in (features, features[::-1], [features[0], features[3], features[1]]):
        text = json.dumps({"type": "FeatureCollection", "features": some})
        sites = open_sites(text.encode(), "a.geojson", near=NEAR)
        wanted = [one["properties"]["id"] for one in some if one is not features[3]]
        assert list(sites["id"]) == wanted
        assert all(one.distance(shapely.Point(SPOT)) < 500 for one in sites.geometry)
        (lost,) = [one for one in sites.attrs["assumptions"] if one.severity == "error"]
        assert lost.msgid == "finding.system_missing"


@settings(max_examples=40)
@given(st.floats(4, 32), st.floats(57, 72), st.sampled_from([DEGREES, *USUAL, *SELDOM]))
def test_whole_columns_are_ranked_as_each_pair_of_numbers_is(east, north, crs):
    x, y = Transformer.from_crs(DEGREES, crs, always_xy=True).transform(east, north)
    for way in USUAL:
        for swap in (False, True):
            for near in (None, NEAR):
                (rank,) = ranks(way, shapely.get_coordinates(shapely.Point(x, y)), near, swap=swap)
                assert rank == reading(way, x, y, near, swap=swap).rank


def test_a_cell_s_own_system_goes_before_a_column_s_and_what_a_person_says():
    text = "id;koordinater;epsg\na;UTM33 278700 6655000;25832\nb;614196 6647966;25832\n"
    for options in ({}, {"crs": "25832"}, {"near": NEAR}):
        sites = open_sites(text.encode(), "a.csv", **options)
        assert [round(one.x) for one in sites.geometry] == [613_542, 614_196]


def test_degrees_among_metres_in_one_column_are_told_apart_though_nothing_is_said():
    text = "id;koordinater\na;278700 6655000\nb;59.9535, 11.0444\n"
    sites = open_sites(text.encode(), "a.csv", near=NEAR)
    assert [round(one.x) for one in sites.geometry] == [613_542, 614_180]
    chosen = open_sites(text.encode(), "a.csv", crs="25833")
    assert [round(one.x) for one in chosen.geometry] == [613_542, 614_180]
