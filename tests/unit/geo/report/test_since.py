"""What has changed since an earlier pack: side by side, subtracted only where it may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from geo.land.rules import ReserveRules
from geo.lists import ProjectList
from geo.pack.location import EMBEDDED
from geo.pack.versions import Signature, VersionStore
from geo.report.account.since import Earlier, since
from geo.report.account_report import gathered
from geo.workspace import Workspace
from tests.support import ownpacks, worddocs
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

AT = datetime(2026, 11, 30, 16, 5, tzinfo=UTC)
RULES = ReserveRules()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A pack of which nothing is made up, and one where Øst has half of its land."""
    folder = tmp_path_factory.mktemp("pakker")
    sound = ownpacks.layers()["parcels"].assign(synthetic=False)
    half = sound.assign(geometry=[square(ownpacks.X, ownpacks.Y, side=100), ownpacks.WEST])
    packs = [_real(folder / name, parcels=one) for name, one in (("a", sound), ("b", half))]
    return tuple(packs)


def _real(folder, **changed):
    ownpacks.own_pack(folder, **changed)
    manifest = folder / "manifest.toml"
    text = manifest.read_text(encoding="utf-8").replace("synthetic = true", "synthetic = false")
    manifest.write_text(text, encoding="utf-8")
    return ownpacks.read_pack(folder)


def held(before, after, **of_list):
    earlier = Earlier(version="20260101T000000Z-aaaaaaaa", at=AT, pack=before)
    return since(Workspace(pack=after, **of_list), earlier, RULES)


def test_a_figure_of_one_kind_is_subtracted(real):
    whole, half = real
    found = held(whole, half).figures["reserve_m2"]
    assert found.then == pytest.approx(50_000, rel=0.001)  # Øst 40 daa and Vest 10
    assert found.now == pytest.approx(20_000, rel=0.001)
    assert found.difference == pytest.approx(found.now - found.then)
    assert found.why_not is None


def test_zones_and_layers_that_are_the_same_are_not_listed(real):
    whole, half = real
    found = held(whole, half)
    assert [one.zone_id for one in found.zones] == ["ost"]
    assert [one.layer for one in found.layers] == ["parcels"]
    (layer,) = found.layers
    assert (layer.added, layer.removed, layer.changed) == (0, 0, 1)
    again = held(whole, whole)
    assert (again.zones, again.layers) == ((), ())
    assert again.figures["reserve_m2"].difference == 0


def test_made_up_land_is_shown_and_never_subtracted(real, tmp_path):
    whole, _ = real
    made_up = ownpacks.own_pack(tmp_path)
    for before, after in ((made_up, whole), (whole, made_up), (made_up, made_up)):
        found = held(before, after).figures["reserve_m2"]
        assert (found.difference, found.why_not) == (None, "synthetic")
        assert found.then is not None
        assert found.now is not None


@pytest.mark.parametrize(
    ("changed", "figure", "why"),
    [
        ({"parcels": None}, "reserve_m2", "unknown"),
        ({"constraints": None}, "reserve_m2", "layer"),
        ({"projects": None}, "rule_share", "unknown"),
        ({"growth_areas": None}, "growth_area_m2", "unknown"),
    ],
)
def test_where_a_layer_is_gone_in_one_of_them_nothing_is_subtracted(
    real, tmp_path, changed, figure, why
):
    whole, _ = real
    sound = {"parcels": ownpacks.layers()["parcels"].assign(synthetic=False)}
    other = _real(tmp_path / "pakke", **(sound | changed))
    for before, after in ((whole, other), (other, whole)):
        found = held(before, after).figures[figure]
        assert (found.difference, found.why_not) == (None, why)
    # What does not rest on the layer is subtracted all the same.
    assert held(other, whole).figures["zones_area_m2"].difference == 0


def test_other_areas_that_count_are_another_rule(real, tmp_path):
    whole, _ = real
    areas = rows(
        ownpacks.EAST,
        ownpacks.WEST,
        area_id=["v", "w"],
        name=["Vekst", "Mer"],
        counts=True,
        illustrative=True,
    )
    sound = ownpacks.layers()["parcels"].assign(synthetic=False)
    other = _real(tmp_path / "pakke", parcels=sound, growth_areas=areas)
    found = held(whole, other).figures["rule_share"]
    assert (found.then, found.now) == (pytest.approx(0.8), pytest.approx(1.0))
    assert (found.difference, found.why_not) == (None, "counted")


def test_another_municipality_is_not_held_against(real, tmp_path):
    whole, _ = real
    other = _real(tmp_path / "pakke")
    manifest = tmp_path / "pakke" / "manifest.toml"
    text = manifest.read_text(encoding="utf-8").replace("3205", "3222")
    manifest.write_text(text, encoding="utf-8")
    other = ownpacks.read_pack(tmp_path / "pakke")
    assert {one.why_not for one in held(other, whole).figures.values()} == {"elsewhere"}


def test_a_list_of_ones_own_is_the_same_in_both_and_plan_cases_are_each_packs(real, tmp_path):
    whole, _ = real
    cases = ownpacks.layers()["projects"].assign(jobs=[20.0, 80.0])
    sound = ownpacks.layers()["parcels"].assign(synthetic=False)
    other = _real(tmp_path / "pakke", parcels=sound, projects=cases)
    own = held(other, whole).figures["rule_share"]
    assert (own.then, own.now) == (pytest.approx(0.2), pytest.approx(0.8))
    listed = ProjectList(frame=whole.layer("projects"), seq=7)
    found = held(other, whole, lists=lambda: listed)
    assert found.figures["rule_share"].then == found.figures["rule_share"].now
    assert found.seq == 7


def test_a_version_is_found_by_its_id_and_by_what_it_holds(tmp_path):
    store = VersionStore()
    source = tmp_path / "kilde"
    ownpacks.own_pack(source)

    def fill(folder):
        for path in source.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())

    made = store.add(fill, Signature("Kari Planlegger", "Første"), replaces=None)
    found = Earlier.of(made.id, store)
    assert (found.at, found.pack.sha256) == (made.at, made.sha256)
    assert Earlier.holding(made.sha256, store).version == made.id
    assert Earlier.of(EMBEDDED, store).at is None
    with raising("error.version_unknown"):
        Earlier.of("20200101T000000Z-00000000", store)
    with raising("error.version_gone"):
        Earlier.holding("0" * 64, store)


def test_the_chapter_says_why_two_figures_are_not_compared(real, monkeypatch, tmp_path):
    worddocs.dots_for_pictures(monkeypatch)
    whole, half = real
    earlier = Earlier(version="20260101T000000Z-aaaaaaaa", at=AT, pack=whole)
    document = worddocs.opened(gathered(Workspace(pack=half), earlier).as_word("nb", AT))
    found = worddocs.tables(document)
    rows_ = {row[0]: row[1:] for row in found["Nøkkeltall da og nå"]}
    then, now, change = (cell.split("\n")[0] for cell in rows_["Ledig areal"])
    plain = [one.replace("\N{NO-BREAK SPACE}", " ") for one in (then, now, change)]
    assert plain == ["50,0 daa", "20,0 daa", "\N{MINUS SIGN}30,0 daa"]
    assert found["Lag som er endret, antall objekter"][1][0] == "Eiendomsteiger"
    earlier = Earlier(version="embedded", at=None, pack=ownpacks.own_pack(tmp_path))
    document = worddocs.opened(gathered(Workspace(pack=half), earlier).as_word("nb", AT))
    rows_ = {row[0]: row[1:] for row in worddocs.tables(document)["Nøkkeltall da og nå"]}
    assert rows_["Ledig areal"][2] == (
        "ikke sammenlignet\nsyntetiske data i minst én av versjonene"
    )
    said = "\n".join(one.text for one in document.paragraphs)
    assert "Kari" not in said


def test_floor_area_that_leaves_plots_out_is_not_subtracted(real, tmp_path):
    parcels, plan = real[0].layer("parcels"), real[0].layer("plan_areas")
    houses = parcels.representative_point().buffer(10, quad_segs=1)
    building = real[0].layer("buildings").iloc[[0, 0]].reset_index(drop=True)
    buildings = building.assign(building_id=["b", "c"], geometry=houses.to_numpy())
    plans = plan.iloc[[0, 0]].reset_index(drop=True).assign(geometry=parcels.geometry.to_numpy())
    silent = plans.assign(utilisation_value=[100.0, float("nan")])
    known, partly = (
        _real(tmp_path / name, parcels=parcels, buildings=buildings, plan_areas=areas)
        for name, areas in (("a", plans), ("b", silent))
    )
    assert Workspace(pack=partly).land(RULES).total()["unknown_plots"] == 1
    for pair in ((known, partly), (partly, known), (partly, partly)):
        found = held(*pair).figures["densification_bra_m2"]
        assert (found.difference, found.why_not) == (None, "partly")
    assert held(known, known).figures["densification_bra_m2"].difference == 0
