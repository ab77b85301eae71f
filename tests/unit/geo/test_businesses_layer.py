"""The layer of businesses on its way in and out: unknown places are kept, and no small number."""

from __future__ import annotations

import json

import pyogrio
import pytest
from shapely import Point

from geo.__main__ import main
from geo.catalogue.results import product
from geo.intake.opening import UnusableFileError
from geo.intake.sites import read_layer
from geo.pack.candidate import Extent, Nature, candidate, joined
from geo.pack.diff import compare_layer
from geo.pack.mapping import guess
from geo.schema.layers import LAYERS
from geo.schema.validation import check_layer
from geo.workspace import Workspace
from tests.support.errors import raising
from tests.support.firms import firms
from tests.support.ownpacks import X, Y, own_pack
from tests.support.rows import rows

TABLE = f"""orgnr;næringskode;ansatte;adresse;øst;nord
1;25.110;40;Storgata 1;{X};{Y}
2;62.010;3;Postboks 4;;
"""
ADDRESSES = "orgnr;ansatte;adresse\n1;40;Storgata 1\n2;;Storgata 2\n"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return own_pack(tmp_path_factory.mktemp("by") / "pack", businesses=firms())


def taken(text, pack):
    frame = read_layer(text.encode(), "bedrifter.csv", near=pack.place(), placeless=True)
    return candidate("businesses", frame, guess("businesses", frame), pack, Nature.OWN)


def test_a_pack_keeps_what_has_no_place(town):
    frame = town.layer("businesses")
    assert frame.geometry.isna().tolist() == [False] * 4 + [True]
    said = [one.say("nb") for one in town.findings if one.msgid == "finding.place_unknown"]
    assert len(said) == 1
    assert "1 av 5 objekter har ikke noe kjent sted" in said[0]


@pytest.mark.parametrize("layer", [name for name in LAYERS if name != "businesses"])
def test_every_other_layer_leaves_it_out_as_before(layer):
    assert not LAYERS[layer].may_lack_place


def test_a_shape_that_cannot_be_used_is_named_and_left_out():
    frame = rows(None, Point(X, Y), Point(5, 60), business_id=["a", "b", "c"])
    usable, findings = check_layer("businesses", frame)
    assert usable["business_id"].tolist() == ["a", "b"]
    assert {one.msgid for one in findings if one.severity == "error"} == {"finding.degrees"}


def test_a_table_with_a_blank_position_keeps_the_row(town):
    new = taken(TABLE, town)
    assert not new.errors
    assert new.frame["business_id"].tolist() == ["1", "2"]
    assert new.frame.geometry.isna().tolist() == [False, True]
    assert new.frame["industry"].tolist() == ["25.110", "62.010"]


def test_a_table_without_coordinates_is_all_unknown_places(town):
    new = taken(ADDRESSES, town)
    assert not new.errors
    assert new.frame.geometry.isna().all()
    assert new.frame["employees"].fillna(-1).tolist() == [40, -1]


def test_for_other_layers_a_blank_position_is_still_an_error(town):
    frame = read_layer(TABLE.encode(), "bedrifter.csv", near=town.place())
    assert len(frame) == 1
    only_blank = "navn;øst;nord\nA;;\n"
    with raising(UnusableFileError):
        read_layer(only_blank.encode(), "a.csv")


def test_new_businesses_join_the_old_ones_by_id(town):
    new = joined(taken(ADDRESSES, town), town, Extent.SAME_ID)
    assert sorted(new.frame["business_id"]) == ["1", "2", "3", "4", "5"]
    change = compare_layer("businesses", town.layer("businesses"), new.frame)
    assert (change.added, change.removed, change.changed, change.unchanged) == (0, 0, 2, 3)


def test_what_is_taken_out_tells_no_number_under_five(town):
    frame = product(Workspace(pack=town), "businesses").frame
    assert frame["employees"].fillna(-1).tolist() == [40, -1, -1, 10, 7]
    assert frame.loc[1, ["employees_low", "employees_high"]].tolist() == [1, 4]


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "csv", "xlsx", "zip"])
def test_every_format_holds_all_of_them(town, ending, tmp_path, capsys):
    out = tmp_path / f"b.{ending}"
    code = main(
        ["layers", "export", "businesses", "--out", str(out), "--pack", str(town.directory)]
    )
    assert code == 0, capsys.readouterr().err
    if ending in {"gpkg", "geojson"}:
        layer = "b" if ending == "gpkg" else None
        assert len(pyogrio.read_dataframe(out, layer=layer)) == 5


def test_zone_figures_have_columns_of_jobs_today(town, tmp_path):
    frame = product(Workspace(pack=town), "zone_figures").frame.set_index("zone_id")
    names = ["firms_today", "firms_today_unknown", "jobs_today_low", "jobs_today_high"]
    assert frame.loc["ost", names].tolist() == [3, 1, 41, 44]
    assert frame.loc["vest", names].tolist() == [1, 0, 10, 10]
    without = own_pack(tmp_path / "uten")
    frame = product(Workspace(pack=without), "zone_figures").frame
    assert frame[names].isna().all(axis=None)


def test_the_command_sets_todays_share_beside_the_rule(town, tmp_path, capsys):
    assert main(["rule", "--json", "--pack", str(town.directory)]) == 0
    today = json.loads(capsys.readouterr().out)["jobs_today"]
    assert today["counted"]["share_low"] == pytest.approx(41 / 58)
    assert today["counted"]["share_high"] == pytest.approx(51 / 61)
    assert today["counted"]["unknown_place"]["jobs_today_low"] == 7
    assert today["unnumbered"] == 1
    assert main(["rule", "--pack", str(town.directory)]) == 0
    said = capsys.readouterr().out
    assert "Av dagens arbeidsplasser: 71" in said
    assert "ukjent antall ansatte, som ikke er med i arbeidsplassene: 1." in said
    without = own_pack(tmp_path / "uten")
    assert main(["rule", "--json", "--pack", str(without.directory)]) == 0
    assert "jobs_today" not in json.loads(capsys.readouterr().out)


def test_the_command_takes_a_table_without_coordinates(town, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACKS", str(tmp_path / "versjoner"))
    file = tmp_path / "bedrifter.csv"
    file.write_text(ADDRESSES, encoding="utf-8")
    code = main(
        ["pack", "import", "businesses", str(file), "--json", "--pack", str(town.directory)]
    )
    out = capsys.readouterr()
    assert code == 0, out.err
    document = json.loads(out.out)
    assert document["features"] == 2
    assert any("2 av 2" in one for one in document["warnings"])
