"""Where finds give way, their land is not mapped any more: never a «clear» that nobody has said."""

from __future__ import annotations

import pytest
import shapely

from geo.pack.candidate import Extent, Nature, candidate, joined
from geo.pack.location import EMBEDDED
from geo.pack.mapping import guess
from geo.pack.renewal import COVERAGE, FINDS
from geo.pack.replace import About, save, with_layer
from geo.pack.searched import narrowed, unsearched
from geo.pack.versions import Signature, VersionStore
from tests.support.ownpacks import TOWN, X, Y, own_pack
from tests.support.rows import rows
from tests.support.shapes import square

FLOOD = square(X, Y, side=100)
CLAY = square(X + 1000, Y, side=200)
ABOUT = About("Eget arkiv")


def finds(*shapes, kind, **more):
    ids = [f"f{row}" for row in range(len(shapes))]
    return rows(*shapes, constraint_id=ids, kind=kind, severity="assess", **more)


@pytest.fixture
def pack(tmp_path):
    return own_pack(
        tmp_path / "kilde",
        constraints=finds(FLOOD, CLAY, kind=["flood", "quick_clay"]),
        constraint_coverage=rows(TOWN, TOWN, kind=["flood", "quick_clay"]),
    )


def replaced(pack, frame, extent=Extent.ALL):
    new = candidate(FINDS, frame, guess(FINDS, frame, pack.layer(FINDS)), pack, Nature.OWN)
    assert not new.errors
    return joined(new, pack, extent)


def area(pack, kind):
    frame = pack.layer(COVERAGE)
    return frame[frame["kind"] == kind].area.sum()


def test_land_of_finds_that_are_gone_is_not_mapped_any_more(pack):
    after = with_layer(pack, replaced(pack, finds(FLOOD, kind=["flood"])), ABOUT)
    assert area(after, "flood") == pytest.approx(TOWN.area)
    assert area(after, "quick_clay") == pytest.approx(TOWN.area - 200 * 200)
    assert unsearched(pack, after) == {"quick_clay": pytest.approx(40_000, rel=2e-3)}
    assert after.info(COVERAGE) == pack.info(COVERAGE)


def test_of_a_smaller_outline_only_what_is_gone_counts(pack):
    half = shapely.box(*CLAY.bounds[:2], CLAY.centroid.x, CLAY.bounds[3])
    after = with_layer(
        pack, replaced(pack, finds(FLOOD, half, kind=["flood", "quick_clay"])), ABOUT
    )
    assert unsearched(pack, after) == {"quick_clay": pytest.approx(20_000, rel=2e-3)}


def test_finds_that_stay_or_come_beside_take_nothing_away(pack):
    new = replaced(pack, finds(FLOOD.buffer(50), kind=["flood"]), Extent.SAME_KIND)
    assert unsearched(pack, with_layer(pack, new, ABOUT, Extent.SAME_KIND)) == {}


def test_a_flood_that_comes_more_seldom_does_not_stand_for_one_that_comes_often():
    coverage = rows(TOWN, kind=["flood"])

    def mapped(old, new):
        before = finds(FLOOD, kind=["flood"], recurrence_years=[old])
        after = finds(FLOOD, kind=["flood"], recurrence_years=[new])
        return narrowed(coverage, before, after).area.sum()

    whole, less = pytest.approx(TOWN.area), pytest.approx(TOWN.area - 100 * 100)
    assert mapped(200.0, 200.0) == mapped(200.0, 20.0) == whole
    assert mapped(200.0, 1000.0) == less


def test_a_version_says_the_same_as_its_preview_and_what_was_asked_is_still_asked(pack):
    new = replaced(pack, finds(FLOOD, kind=["flood"]))
    by = Signature("Kari", "Vedtatt", EMBEDDED, (FINDS,))
    version = save(VersionStore(), pack, new, ABOUT, by, replaces=None)
    kept = VersionStore().read(version.id)
    assert area(kept, "quick_clay") == pytest.approx(TOWN.area - 200 * 200)
    assert area(kept, "flood") == pytest.approx(TOWN.area)


def test_coverage_of_which_nothing_is_left_is_gone_from_the_pack_and_asked_for_yet(tmp_path):
    pack = own_pack(
        tmp_path / "kilde",
        constraints=finds(CLAY, kind=["noise"]),
        constraint_coverage=rows(CLAY, kind=["noise"]),
    )
    new = replaced(pack, finds(FLOOD, kind=["flood"]))
    after = with_layer(pack, new, ABOUT)
    assert not after.has(COVERAGE)
    assert "noise" in after.info(FINDS).answers
    by = Signature("Kari", "Vedtatt", EMBEDDED, (FINDS,))
    kept = VersionStore().read(save(VersionStore(), pack, new, ABOUT, by, replaces=None).id)
    assert not kept.has(COVERAGE)
    assert "noise" in kept.info(FINDS).answers


def test_own_coverage_that_comes_afterwards_is_taken_as_it_is(pack):
    after = with_layer(pack, replaced(pack, finds(FLOOD, kind=["flood"])), ABOUT)
    coverage = rows(TOWN, TOWN, kind=["flood", "quick_clay"])
    new = candidate(COVERAGE, coverage, guess(COVERAGE, coverage), after, Nature.OWN)
    assert area(with_layer(after, new, ABOUT), "quick_clay") == pytest.approx(TOWN.area)
