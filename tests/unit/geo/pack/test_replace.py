"""A new layer: what blocks it, what is warned of, what it changes, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from geo.indicators import key_figures
from geo.pack.candidate import Extent, Nature, candidate, joined
from geo.pack.diff import compare, compare_layer
from geo.pack.location import EMBEDDED, read_current
from geo.pack.mapping import guess
from geo.pack.read import read_pack
from geo.pack.replace import About, save, with_layer
from geo.pack.versions import Signature, VersionStore
from geo.workspace import Workspace
from tests.support.errors import raising
from tests.support.ownpacks import EAST, TOWN, WEST, X, Y, own_pack
from tests.support.rows import rows
from tests.support.shapes import square

ABOUT = About("Kommuneplanen", "CC BY 4.0", "2026", "1 m")
BY = Signature("Kari", "Vedtatt", EMBEDDED, ("zones",))
HALF = shapely.box(X, Y, X + 100, Y + 200)  # half of Øst


@pytest.fixture
def pack(tmp_path):
    return own_pack(tmp_path / "kilde")


def zones_file(*shapes, **columns):
    shapes = shapes or (HALF, WEST)
    usual = {"områdenavn": ["Øst", "Vest"][: len(shapes)], "abc_klasse": "B"}
    return rows(*shapes, **(usual | columns))


def made(pack, frame, *, layer="zones", nature=Nature.OWN, **more):
    existing = pack.layer(layer) if pack.has(layer) else None
    return candidate(layer, frame, guess(layer, frame, existing) | more, pack, nature)


def said(new):
    return [(one.severity, one.msgid.removeprefix("finding.")) for one in new.findings]


def figures_of(pack):
    return key_figures(pack, pack.layer("projects"), Workspace.of(pack).usual_land)


# What is wrong with a file


def test_a_good_file_has_no_errors_and_keeps_the_ids(pack):
    new = made(pack, zones_file())
    assert new.errors == ()
    assert new.frame["zone_id"].tolist() == ["ost", "vest"]
    assert new.frame["abc"].tolist() == ["B", "B"]
    assert not new.frame["illustrative"].any()


def test_a_required_column_that_is_missing_is_an_error(pack):
    new = made(pack, rows(HALF, foo="x"))
    assert [one.parts["column"] for one in new.errors] == ["zone_id", "name"]
    with raising("error.layer_not_valid", match="zone_id"):
        new.require_valid()


def test_points_cannot_become_zones(pack):
    new = made(pack, zones_file(HALF.centroid, WEST))
    assert ("error", "geometry_type") in said(new)
    assert new.rows[new.errors[0].feature] == 1


def test_two_zones_with_one_id_are_an_error_with_the_row(pack):
    new = made(pack, zones_file(HALF, WEST, områdenavn="Øst"))
    assert [(one.msgid, one.feature) for one in new.errors] == [("finding.duplicate_id", "ost")]
    assert new.rows["ost"] == 2


def test_an_id_may_be_used_twice_where_a_property_has_several_parcels(pack):
    new = made(pack, rows(HALF, WEST, matrikkelnummertekst="1/1"), layer="parcels")
    assert new.errors == ()


def test_a_broken_and_an_empty_shape_are_told_with_row_and_reason(pack):
    bow = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    new = made(pack, zones_file(bow, None))
    assert ("warning", "geometry_repaired") in said(new)
    assert ("error", "geometry_missing") in said(new)
    assert [new.rows[one.feature] for one in new.findings if one.feature] == [2, 1]


def test_a_layer_far_from_the_municipality_is_warned_of(pack):
    new = made(pack, zones_file(square(X + 50_000, Y), square(X + 51_000, Y)))
    assert ("warning", "not_in_municipality") in said(new)
    assert new.errors == ()


def test_projects_whose_zone_would_be_gone_are_counted(pack):
    new = made(pack, zones_file(HALF, WEST, områdenavn=["Øst", "Ny"]))
    gone = next(one for one in new.findings if one.msgid == "finding.zones_gone_projects")
    assert gone.parts == {"count": 1, "zones": "vest"}


def test_a_layer_that_no_pack_has_is_refused(pack):
    with raising("error.unknown_layer", match="husnr"):
        candidate("husnr", zones_file(), {}, pack, Nature.OWN)


FILES = {
    "municipality": rows(TOWN, kommunenummer=301, kommunenavn="Prøve"),
    "zones": rows(EAST, navn="Øst"),
    "growth_areas": rows(EAST, navn="Vekst", teller="ja"),
    "parcels": rows(EAST, gardsnummer=1, bruksnummer=2),
    "plan_areas": rows(TOWN, planid="0012", arealformål=1300, arealst="Framtidig"),
    "buildings": rows(EAST, byggnr=123456789, antalletasjer=2),
    "constraints": rows(EAST, lokalid="a", arealtype=21, virkning="vurder"),
    "constraint_coverage": rows(TOWN, type="flom"),
    "stations": rows(EAST.centroid, id="NSR:1", navn="Stasjon"),
    "projects": rows(EAST, id="p", navn="P", virkning="teller", arbeidsplasser=10),
    "corridor_nodes": rows(EAST.centroid, WEST.centroid, rekkefølge=[1, 2], navn="N"),
    "context": rows(shapely.LineString([(X, Y), (X + 500, Y)]), type="elv", navn="Nitelva"),
    "places": rows(EAST.centroid, id="s", navn="Sted", type="sted"),
}


@pytest.mark.parametrize("layer", FILES)
def test_a_file_with_official_names_becomes_each_layer(pack, layer):
    new = made(pack, FILES[layer], layer=layer)
    assert new.errors == ()
    assert len(new.frame) == len(FILES[layer])
    version = save(VersionStore(), pack, new, ABOUT, BY, replaces=None)
    read = VersionStore().read(version.id)
    change = compare_layer(layer, new.frame, read.layer(layer))
    assert (change.same, change.unchanged) == (True, len(FILES[layer]))
    assert (read.info(layer).source, read.info(layer).own) == ("Kommuneplanen", True)


# What changes


def test_key_figures_are_those_worked_out_by_hand(pack):
    # 200 m · 200 m and 100 m · 100 m, all vacant; 80 of 100 jobs lie in the growth area.
    before = figures_of(pack)
    assert before.values["zones"] == 2
    assert before.values["zones_area_m2"] == pytest.approx(50_000)
    assert before.values["growth_area_m2"] == pytest.approx(40_000)
    assert before.values["reserve_m2"] == pytest.approx(50_000)
    assert before.values["densification_bra_m2"] == pytest.approx(0)
    assert before.values["rule_share"] == pytest.approx(0.8)
    after = figures_of(with_layer(pack, made(pack, zones_file()), ABOUT))
    assert after.values["zones_area_m2"] == pytest.approx(30_000)
    assert after.values["reserve_m2"] == pytest.approx(30_000)
    assert after.zones["reserve_m2"].to_dict() == pytest.approx({"ost": 20_000, "vest": 10_000})
    assert after.zones["reserve_m2"].sum() == pytest.approx(after.values["reserve_m2"])


def test_new_growth_areas_move_the_rule(pack):
    both = rows(EAST, WEST, navn=["a", "b"], teller=["ja", "ja"])
    new = made(pack, both, layer="growth_areas")
    assert figures_of(with_layer(pack, new, ABOUT)).values["rule_share"] == pytest.approx(1.0)


def test_what_cannot_be_worked_out_is_unknown_and_never_zero(tmp_path):
    pack = own_pack(tmp_path / "p", parcels=None, growth_areas=None)
    values = key_figures(pack, pack.layer("projects"), Workspace.of(pack).usual_land).values
    assert values["zones_area_m2"] == pytest.approx(50_000)
    for name in ("reserve_m2", "densification_bra_m2", "rule_share", "growth_area_m2"):
        assert values[name] is None


def test_zones_that_do_not_sum_to_the_municipality_are_refused_with_both_sums(pack):
    one = replace(pack, layers={**pack.layers, "zones": pack.layer("zones").iloc[:1]})
    with raising("error.parts_not_whole", match="Ledig areal") as caught:
        key_figures(one, None, Workspace.of(pack).land())
    assert caught.value.parts["parts"] == pytest.approx(one.layer("zones").area.sum())
    assert caught.value.parts["whole"] == pytest.approx(50_000)


def test_features_are_compared_by_id_and_the_parts_are_the_whole():
    before = rows(EAST, WEST, HALF, zone_id=["a", "b", "c"], name=["A", "B", "C"])
    after = rows(HALF, WEST, EAST, EAST, zone_id=["c", "b", "d", "e"], name=["C", "X", "D", "E"])
    change = compare_layer("zones", before, after)
    # a is gone, b has another name, c is as it was, d and e are new.
    counts = (change.added, change.removed, change.changed, change.unchanged)
    assert counts == (2, 1, 1, 1)
    assert (change.before.features, change.after.features) == (3, 4)
    assert change.before.area_m2 == pytest.approx(70_000)
    assert change.after.area_m2 == pytest.approx(110_000)
    assert not change.same


def test_order_columns_and_the_way_a_shape_is_written_are_no_change():
    before = rows(EAST, WEST, zone_id=["a", "b"], name="N")
    turned = shapely.MultiPolygon([shapely.Polygon([*reversed(EAST.exterior.coords)])])
    after = rows(WEST, turned, name="N", zone_id=["b", "a"], extra=None)
    change = compare_layer("zones", before, after)
    assert change.same
    assert change.before.sha256 == change.after.sha256


def test_of_features_with_one_id_a_changed_one_is_one_out_and_one_in():
    before = rows(EAST, WEST, parcel_id="1/1")
    after = rows(EAST, HALF, parcel_id="1/1")
    change = compare_layer("parcels", before, after)
    assert (change.added, change.removed, change.changed, change.unchanged) == (1, 1, 0, 1)


def test_a_layer_that_was_not_there_is_all_new():
    change = compare_layer("zones", None, rows(EAST, zone_id="a"))
    assert (change.before, change.added, change.same) == (None, 1, False)


def test_a_saved_layer_changes_that_layer_alone_and_going_back_gives_the_same_figures(pack):
    store = VersionStore()
    plots = made(pack, FILES["parcels"], layer="parcels")
    first = save(store, pack, plots, ABOUT, BY, replaces=EMBEDDED)
    one = read_current()
    before = figures_of(one)
    second = save(store, one, made(one, zones_file()), ABOUT, BY, replaces=first.id)
    two = read_current()
    assert [change.layer for change in compare(one, two) if not change.same] == ["zones"]
    assert (two.directory / "strategy.toml").read_text(encoding="utf-8") == 'a = "b"\n'
    assert figures_of(two).values != before.values
    store.activate(first.id, author="Ola")
    back = read_current()
    assert back.sha256 == one.sha256
    assert figures_of(back).values == before.values
    figures = figures_of(back).zones
    assert figures.equals(before.zones)
    assert {version.id for version in store.versions()} == {first.id, second.id}


def test_the_same_content_with_another_badge_is_another_pack(pack):
    versions = [
        save(
            VersionStore(),
            pack,
            made(pack, FILES["buildings"], layer="buildings", nature=nature),
            About("x", nature=nature),
            BY,
            replaces=None,
        )
        for nature in (Nature.OWN, Nature.SYNTHETIC)
    ]
    read = [VersionStore().read(one.id) for one in versions]
    assert [one.badges("buildings") for one in read] == [frozenset(), {"synthetic"}]


# Badges


def test_an_own_layer_has_no_badge_but_figures_keep_those_of_their_other_layers(pack):
    assert pack.badges("zones") == {"illustrative"}
    after = with_layer(pack, made(pack, zones_file()), ABOUT)
    assert after.badges("zones") == frozenset()
    assert after.badges("zones", "parcels") == {"synthetic"}
    assert after.badges("zones", "growth_areas") == {"illustrative"}


@pytest.mark.parametrize("nature", [Nature.ILLUSTRATIVE, Nature.SYNTHETIC])
def test_a_sketch_and_made_up_data_say_so(pack, nature):
    new = made(pack, zones_file(), nature=nature)
    after = with_layer(pack, new, About("x", nature=nature))
    assert after.badges("zones") == {nature.value}


def test_what_the_file_says_of_itself_is_not_unsaid(pack):
    new = made(pack, zones_file(illustrative=[True, False]))
    assert with_layer(pack, new, ABOUT).badges("zones") == {"illustrative"}


def test_one_edited_zone_takes_its_badge_alone(pack):
    new = joined(made(pack, zones_file(HALF)), pack, Extent.SAME_ID)
    assert "zones_gone_projects" not in str(said(new))  # Vest is still there
    after = with_layer(pack, new, ABOUT, Extent.SAME_ID)
    zones = after.layer("zones").set_index("zone_id")
    assert zones["illustrative"].to_dict() == {"ost": False, "vest": True}
    assert zones.loc["ost"].geometry.equals(HALF)
    assert after.badges("zones") == {"illustrative"}
    assert after.info("zones").source == "Prøve; Kommuneplanen"


def test_a_new_kind_of_constraint_leaves_the_others_alone(pack):
    file = rows(EAST, lokalid="x", type="flom", virkning="utelukker")
    new = joined(made(pack, file, layer="constraints"), pack, Extent.SAME_KIND)
    assert sorted(zip(new.frame["constraint_id"], new.frame["kind"], strict=True)) == [
        ("n", "nature"),
        ("x", "flood"),
    ]


def test_nothing_is_written_before_it_is_saved(pack):
    with_layer(pack, made(pack, zones_file()), ABOUT)
    assert VersionStore().versions() == []
    assert read_pack(pack.directory).sha256 == pack.sha256


def test_what_else_is_said_of_the_same_layer_makes_another_pack(pack):
    new = made(pack, zones_file())
    packs = [with_layer(pack, new, ABOUT, extent) for extent in (Extent.ALL, Extent.SAME_ID)]
    assert packs[0].sha256 != packs[1].sha256
