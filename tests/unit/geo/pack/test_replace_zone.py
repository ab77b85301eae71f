"""One outline in place of another: guessed, measured, cut; what follows; by figures of the head."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import FileError
from geo.pack.candidate import Extent, Nature, candidate
from geo.pack.mapping import apply, guess
from geo.pack.replace import About, Replacement, save_changes, with_layer
from geo.pack.stories import (
    Story,
    added,
    differing,
    filled,
    guessed,
    leaving,
    likely,
    possible,
    reshaped,
    same_outline,
    with_source,
)
from geo.pack.versions import Signature, VersionStore
from geo.pack.zone_effects import Fate, affected, changed_zones
from geo.pack.zone_swap import Cut, settled, swap
from tests.support.ownpacks import EAST, TOWN, WEST, X, Y, own_pack
from tests.support.rows import rows
from tests.support.shapes import square


@pytest.fixture
def pack(tmp_path):
    """Øst is a square of 200 m, Vest one of 100 m, a kilometre to the west of it."""
    return own_pack(tmp_path / "pack")


def mapped(frame, pack, layer="zones"):
    existing = pack.layer(layer)
    return apply(layer, frame, guess(layer, frame, existing), existing)


def zones(**shapes):
    return rows(*shapes.values(), zone_id=list(shapes), name=list(shapes))


# What a file is about


@pytest.mark.parametrize(
    ("frame", "feature", "by"),
    [
        (rows(square(X + 2000, Y), navn=" VEST "), "vest", "name"),
        (rows(square(X + 2000, Y), sone_id="ost"), "ost", "id"),
        (rows(square(X + 50, Y, side=200)), "ost", "overlap"),  # 150 of 200 m
        (rows(square(X + 20, Y + 20, side=150)), "ost", "overlap"),  # wholly inside, 56 %
        (rows(EAST.buffer(500)), "ost", "overlap"),  # wholly around
        (rows(square(X + 100, Y, side=200)), "ost", "overlap"),  # half, to the metre
    ],
)
def test_the_area_is_guessed_and_it_is_said_by_what(pack, frame, feature, by):
    found = guessed("zones", mapped(frame, pack), pack.layer("zones"))
    assert (found.feature, found.by) == (feature, by)
    assert likely("zones", mapped(frame, pack), pack) is Story.ONE


@pytest.mark.parametrize(
    "shape",
    [
        square(X + 101, Y, side=200),
        square(X + 3000, Y),
        shapely.Point(X + 50, Y + 50),
        square(X + 20, Y + 20, side=50),  # Øst would lose all but 6 %
    ],
)
def test_what_is_of_no_area_is_a_new_one(pack, shape):
    frame = mapped(rows(shape), pack)
    assert guessed("zones", frame, pack.layer("zones")) is None
    assert likely("zones", frame, pack) is Story.ADD


def test_what_the_file_says_nothing_of_stays_with_the_areas_that_get_other_outlines(pack):
    frame = rows(
        *(square(X + 3000 * n, Y) for n in range(3)),
        navn=["Øst", "Vest", "Nord"],
        abc_klasse=["B", None, None],
    )
    keeps = partial(filled, "zones", pack=pack)
    new = candidate(
        "zones", frame, guess("zones", frame, pack.layer("zones")), pack, Nature.OWN, complete=keeps
    )
    assert new.errors == ()
    # Of what neither the file nor the pack says, it is told.
    assert {one.parts["column"] for one in new.findings} == {"status_text", "source"}
    got = new.frame.set_index("zone_id")
    assert got["abc"].dropna().to_dict() == {"ost": "B", "vest": "C"}
    assert got["zone_type"].dropna().to_dict() == {"ost": "lokal", "vest": "lokal"}
    assert not got["illustrative"].any()  # another outline is not the sketch any more


def test_parts_of_an_area_are_its_outline_together(pack):
    def story(*shapes):
        return likely("zones", mapped(rows(*shapes), pack), pack)

    halves = [shapely.box(X + n, Y, X + n + 100, Y + 200) for n in (0, 100)]
    assert story(*halves) is Story.ONE
    assert story(shapely.box(X, Y, X + 30, Y + 200), shapely.box(X + 30, Y, X + 60, Y + 200)) is (
        Story.ADD  # 60 of 200 m
    )
    assert story(*halves, square(X + 3000, Y)) is not Story.ONE


def test_no_area_is_guessed_away(pack):
    def story(*names):
        frame = rows(*(square(X + 3000, Y + 500 * n) for n in range(len(names))), navn=list(names))
        return likely("zones", mapped(frame, pack), pack)

    assert story("Øst", "Vest") is Story.SAME_ID
    assert story("Øst", "Vest", "Nord") is Story.SAME_ID
    assert likely("zones", mapped(rows(EAST, WEST), pack), pack) is Story.ALL  # by place alone
    assert story("Øst", "Nord") is Story.SAME_ID
    assert story("Øst", "Øst") is Story.ONE
    assert story("Sør", "Nord") is Story.ADD


def test_what_can_be_done_depends_on_the_layer(pack):
    assert possible("zones", pack) == [Story.ONE, Story.ADD, Story.SAME_ID, Story.ALL]
    assert possible("parcels", pack) == [Story.ALL, Story.SAME_ID]
    assert possible("constraints", pack) == [Story.ALL, Story.SAME_ID, Story.SAME_KIND]
    assert possible("stations", pack) == [Story.ALL]  # there are none


def test_what_would_be_gone_is_named_a_feature_each(pack, tmp_path):
    def new(layer, frame):
        return candidate(layer, frame, guess(layer, frame), pack, Nature.OWN)

    one = new("zones", rows(EAST, sone_id="ost", navn="Øst"))
    assert leaving(one, pack) == ["Vest"]
    assert leaving(new("parcels", rows(EAST, gnr=["1"], bnr=["2"])), pack) == ["1/1"]
    assert leaving(new("stations", rows(EAST.centroid, navn="Stasjon")), pack) == []
    # Of a plot of two parts one is not all of it.
    parts = rows(EAST, WEST, parcel_id="1/1")
    two = own_pack(tmp_path / "two", parcels=parts)
    assert leaving(new("parcels", rows(EAST, gnr=["1"], bnr=["1"])), two) == ["1/1"]


# One outline


def given(pack, frame, zone="ost", **options):
    layer = pack.layer("zones")
    old = layer[layer["zone_id"] == zone]
    options = {"source": "Plan"} | options
    return reshaped("zones", mapped(frame, pack), old, pack, Nature.OWN, **options)


def test_all_but_the_outline_stays(pack):
    shape = square(X + 50, Y, side=200)
    new = given(pack, rows(shape, navn="Noe annet", abc="B"))
    assert not new.errors
    frame = new.frame.set_index("zone_id")
    assert sorted(frame.index) == ["ost", "vest"]
    assert frame.geometry["ost"].equals(shape)
    assert frame.geometry["vest"].equals(WEST)
    kept = frame.loc["ost", ["name", "abc", "zone_type", "business_profile"]].tolist()
    assert kept == ["Øst", "A", "lokal", "kontor"]
    assert (frame.loc["ost", "source"], bool(frame.loc["ost", "illustrative"])) == ("Plan", False)
    assert frame.loc["vest", "illustrative"]


def test_what_the_file_says_otherwise_is_listed_and_taken_where_chosen(pack):
    frame = rows(EAST.buffer(5), navn="Øst", abc="c", type="tettsted", beskrivelse=None)
    layer = pack.layer("zones")
    found = differing("zones", mapped(frame, pack), layer[layer["zone_id"] == "ost"])
    assert [(one.column, one.now, one.given) for one in found] == [
        ("zone_type", "lokal", "tettsted"),
        ("abc", "A", "C"),
    ]
    new = given(pack, frame, take=[one for one in found if one.column == "abc"])
    zone = new.frame.set_index("zone_id").loc["ost"]
    assert (zone["abc"], zone["zone_type"]) == ("C", "lokal")


def test_features_that_say_different_things_say_nothing(pack):
    frame = rows(EAST, square(X + 200, Y), abc=["B", "C"], type="tettsted")
    layer = pack.layer("zones")
    found = differing("zones", mapped(frame, pack), layer[layer["zone_id"] == "ost"])
    assert [one.column for one in found] == ["zone_type"]


def test_several_features_become_one_outline(pack):
    frame = rows(square(X, Y), square(X + 100, Y))
    shape = given(pack, frame).frame.set_index("zone_id").geometry["ost"]
    assert shape.equals(shapely.box(X, Y, X + 200, Y + 100))


@pytest.mark.parametrize(
    ("shape", "msgid"),
    [
        (shapely.Point(X, Y), "finding.geometry_type"),
        (shapely.LineString([(X, Y), (X + 10, Y)]), "finding.geometry_type"),
        (shapely.Polygon(), "finding.geometry_missing"),
        (None, "finding.geometry_missing"),
    ],
)
def test_what_is_no_outline_is_an_error(pack, shape, msgid):
    new = given(pack, rows(shape, EAST.buffer(5)).iloc[:1])
    assert msgid in {one.msgid for one in new.errors}
    assert new.frame is None
    for language in ("nb", "en"):
        assert new.errors[0].say(language).endswith(".")


def test_an_outline_that_crosses_itself_is_repaired_and_it_is_said(pack):
    tie = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    new = given(pack, rows(tie))
    assert "finding.geometry_repaired" in {one.msgid for one in new.findings}
    assert new.frame.set_index("zone_id").geometry["ost"].area == pytest.approx(5000)


def test_an_outline_elsewhere_is_said_to_be_outside(pack):
    new = given(pack, rows(square(X + 20_000, Y)))
    assert "finding.not_in_municipality" in {one.msgid for one in new.findings}
    found = swap(new.frame, {"ost"}, pack.layer("zones"), pack.municipality)
    assert found.outside_m2 == pytest.approx(10_000)


def test_a_name_that_another_area_has_is_refused(pack):
    frame = rows(EAST.buffer(5), navn="vest ")
    layer = pack.layer("zones")
    take = differing("zones", mapped(frame, pack), layer[layer["zone_id"] == "ost"])
    assert [one.msgid for one in given(pack, frame, take=take).errors] == ["finding.name_taken"]
    assert not given(pack, frame).errors


def new_area(pack, **columns):
    frame = rows(square(X, Y + 1000), **columns)
    mapping = guess("zones", frame)
    return added(candidate("zones", frame, mapping, pack, Nature.OWN), pack)


def test_a_new_area_stands_beside_the_others_and_takes_nobodys_id_or_name(pack):
    new = new_area(pack, navn="Nord")
    assert not new.errors
    assert sorted(new.frame["zone_id"]) == ["nord", "ost", "vest"]
    by_id = new_area(pack, navn="Nord", zone_id="vest")
    assert [one.msgid for one in by_id.errors] == ["finding.id_taken"]
    assert not [one for one in by_id.findings if "gone" in one.msgid]
    by_name = new_area(pack, navn="Vest", zone_id="nord")
    assert [one.msgid for one in by_name.errors] == ["finding.name_taken"]


def test_two_areas_of_one_id_are_refused(pack):
    frame = rows(square(X, Y + 1000), square(X, Y + 2000), navn=["N", "M"], zone_id="n")
    new = added(candidate("zones", frame, guess("zones", frame), pack, Nature.OWN), pack)
    assert "finding.duplicate_id" in {one.msgid for one in new.errors}


def test_the_source_that_was_proposed_gives_way_to_the_one_that_is_written(pack):
    new = with_source(given(pack, rows(EAST.buffer(5))), {"ost"}, "Plan", "Kommuneplanen")
    source = new.frame.set_index("zone_id")["source"]
    assert source["ost"] == "Kommuneplanen"
    assert source["vest"] != "Kommuneplanen"
    named = given(pack, rows(EAST.buffer(5), kilde="Matrikkelen"))
    named = with_source(named, {"ost"}, "Plan", "Kommuneplanen")
    assert named.frame.set_index("zone_id")["source"]["ost"] == "Matrikkelen"


# Among its neighbours


def test_the_outline_against_itself_adds_up():
    old = zones(a=square(0 + X, Y, side=200))
    found = swap(zones(a=square(X + 50, Y, side=200)), {"a"}, old)
    move = found.moves[0]
    assert (move.given_m2, move.before_m2) == (40_000, 40_000)
    assert (move.kept_m2, move.added_m2, move.gone_m2) == (30_000, 10_000, 10_000)
    assert not move.same
    assert found.outside_m2 is None
    assert swap(old, {"a"}, old).moves[0].same
    assert swap(old, {"a"}, None).moves[0].before_m2 is None


def test_an_overlap_is_measured_from_either_side():
    # 50 m of the new one's 200 m reach into the neighbour, whose side is 100 m.
    whole = zones(new=square(X, Y, side=200), other=square(X + 150, Y), far=square(X + 900, Y))
    found = swap(whole, {"new"}, None)
    (one,) = found.overlaps
    assert (one.zone_id, one.other_id, one.area_m2) == ("new", "other", 5000)
    assert (one.share, one.other_share) == (0.125, 0.5)
    assert not one.sliver
    assert not one.inside


@pytest.mark.parametrize(("width", "sliver"), [(1.9, True), (2.1, False)])
def test_a_border_drawn_twice_is_a_sliver(width, sliver):
    whole = zones(new=square(X, Y, side=5000), other=square(X + 5000 - width, Y, side=5000))
    found = swap(whole, {"new"}, None)
    assert found.overlaps[0].sliver is sliver
    assert found.slivers_only is sliver


def test_neighbours_that_touch_do_not_overlap():
    whole = zones(new=square(X, Y), other=square(X + 100, Y))
    assert swap(whole, {"new"}, None).overlaps == ()


def test_new_ones_among_themselves_are_told_apart():
    whole = zones(a=square(X, Y), b=square(X + 50, Y))
    found = swap(whole, {"a", "b"}, None)
    assert found.overlaps == ()
    assert [one.area_m2 for one in found.among] == [5000]


@pytest.mark.parametrize(
    ("how", "left"),
    [(Cut.NEW, {"new": 35_000, "other": 10_000}), (Cut.OTHERS, {"new": 40_000, "other": 5000})],
)
def test_who_gives_way_loses_what_is_shared_and_no_more(how, left):
    whole = zones(new=square(X, Y, side=200), other=square(X + 150, Y), far=square(X + 900, Y))
    frame = settled(whole, swap(whole, {"new"}, None), how).set_index("zone_id")
    assert frame.area.to_dict() == pytest.approx(left | {"far": 10_000})
    assert swap(frame.reset_index(), {"new"}, None).overlaps == ()


def test_neighbours_that_share_land_already_are_cut_off_once():
    whole = zones(new=square(X, Y), one=square(X + 50, Y), two=square(X + 50, Y))
    frame = settled(whole, swap(whole, {"new"}, None), Cut.NEW)
    assert frame.area.iloc[0] == pytest.approx(5000)


def test_an_outline_inside_another_is_not_cut_to_nothing():
    whole = zones(new=square(X + 10, Y + 10, side=50), other=square(X, Y))
    found = swap(whole, {"new"}, None)
    assert found.overlaps[0].inside
    with pytest.raises(FileError, match="ingenting igjen"):
        settled(whole, found, Cut.NEW)
    frame = settled(whole, found, Cut.OTHERS)
    assert frame.area.to_list() == pytest.approx([2500, 7500])


def test_a_neighbour_inside_the_new_outline_is_not_cut_to_nothing():
    whole = zones(new=square(X, Y), other=square(X + 10, Y + 10, side=50))
    with pytest.raises(FileError, match="other"):
        settled(whole, swap(whole, {"new"}, None), Cut.OTHERS)


def test_areas_are_those_of_the_ground_far_to_the_east():
    """At 28° east the plane is 1.04 % too large (geo.geometry.scale)."""
    east = gpd.GeoSeries.from_xy([28.0], [70.5], crs=4326).to_crs(25832).iloc[0]
    whole = zones(
        new=square(east.x, east.y, side=1000), other=square(east.x + 500, east.y, side=1000)
    )
    found = swap(whole, {"new"}, None)
    assert found.moves[0].given_m2 == pytest.approx(1e6 / 1.0104, rel=0.001)
    assert found.overlaps[0].area_m2 == pytest.approx(found.moves[0].given_m2 / 2)


# What follows


def projects(**spots):
    names = list(spots)
    return rows(
        *(shapely.Point(X + x, Y + 50) if x is not None else None for x, _ in spots.values()),
        name=names,
        zone_id=[zone for _, zone in spots.values()],
        accuracy_m=[10.0] * len(names),
    )


def test_projects_are_followed_over_the_border():
    before = zones(a=square(X, Y, side=200), b=square(X + 1000, Y))
    after = zones(a=square(X + 100, Y, side=200), b=square(X + 1000, Y))
    placed = projects(
        stays=(150, "a"),
        leaves=(50, "a"),
        was_out=(900, "a"),
        nobody=(250, None),
        others=(260, "b"),
        unplaced=(None, "a"),
        gone_zone=(270, "x"),
        elsewhere=(1050, "b"),
    )
    assert changed_zones(before, after) == ["a"]
    found = {one.name: one for one in affected(before, after, placed, "projects")}
    assert {name: one.effect for name, one in found.items()} == {
        "stays": Fate.INSIDE,
        "leaves": Fate.OUTSIDE,
        "was_out": Fate.OUTSIDE_BEFORE,
        "nobody": Fate.UNNAMED,
        "others": Fate.OTHERS,
        "unplaced": Fate.NO_PLACE,
        "gone_zone": Fate.OTHERS,
    }
    assert [found[name].belongs_to for name in ("nobody", "others", "gone_zone")] == [
        None,
        "b",
        "x",
    ]


def test_a_new_area_and_one_that_goes_name_their_projects():
    before, after = zones(a=square(X, Y)), zones(b=square(X + 100, Y))
    placed = projects(left=(50, "a"), met=(150, None))
    found = {
        one.name: (one.zone, one.effect) for one in affected(before, after, placed, "projects")
    }
    assert found == {"met": ("b", Fate.UNNAMED), "left": ("a", Fate.GONE)}
    assert len(affected(None, after, placed, "projects")) == 1


def test_a_project_nearer_to_the_border_than_its_accuracy_is_doubtful():
    before, after = zones(a=square(X, Y)), zones(a=square(X, Y, side=90))
    placed = projects(near=(95, "a"), far=(45, "a"))
    found = {one.name: one.doubtful for one in affected(before, after, placed, "projects")}
    assert found == {"near": True, "far": False}
    unknown = placed.assign(accuracy_m=np.nan)
    assert not any(one.doubtful for one in affected(before, after, unknown, "projects"))


def test_the_same_outline_is_told_from_another():
    assert same_outline(EAST, EAST.buffer(0.1))
    assert not same_outline(EAST, EAST.buffer(5))


def test_a_growth_area_goes_with_its_zone_in_one_version(pack, tmp_path):
    shape = square(X + 50, Y, side=200)
    new, about = given(pack, rows(shape)), About("Plan")
    areas = pack.layer("growth_areas")
    twin = reshaped("growth_areas", rows(shape), areas.iloc[[0]], pack, Nature.OWN, source="Plan")
    changes = [Replacement(new, about, Extent.SAME_ID), Replacement(twin, about)]
    store = VersionStore(tmp_path / "store")
    layers = tuple(one.new.layer for one in changes)
    version = save_changes(
        store, pack, changes, Signature("Kari", "Vedtak", layers=layers), replaces=None
    )
    read = store.read(version.id)
    assert read.layer("growth_areas").geometry.iloc[0].equals(shape)
    assert bool(read.layer("growth_areas")["counts"].iloc[0])
    assert read.layer("growth_areas")["name"].iloc[0] == "Vekst"
    assert read.info("growth_areas").own
    assert read.info("zones").own
    seen = with_layer(with_layer(pack, new, about, Extent.SAME_ID), twin, about, Extent.SAME_ID)
    assert seen.sha256 != with_layer(pack, new, about, Extent.SAME_ID).sha256
    assert TOWN.contains(shape)
