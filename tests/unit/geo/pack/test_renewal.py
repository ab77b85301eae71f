"""Several layers exchanged at once: what follows what, what stays, and nothing clear for want."""

from __future__ import annotations

import shapely

from geo.pack.location import EMBEDDED
from geo.pack.renewal import exchange, renewed, save_renewed
from geo.pack.versions import Signature, VersionStore
from geo.screening import screen
from geo.workspace import Workspace
from tests.support.ownpacks import EAST, TOWN, own_pack
from tests.support.rows import rows

HERE = {"municipality": rows(TOWN, municipality_no="3205", name="Hentet")}
NOTHING = dict.fromkeys(
    ("zones", "growth_areas", "parcels", "plan_areas", "buildings", "constraints", "projects")
)
FINDS = rows(EAST, constraint_id="x", kind="flood", severity="assess")
COVERAGE = rows(TOWN, kind="flood")


def packs(tmp_path, **fetched):
    old = own_pack(tmp_path / "old", constraint_coverage=rows(TOWN, TOWN, kind=["flood", "nature"]))
    return old, own_pack(tmp_path / "new", **(NOTHING | HERE | fetched))


def test_what_was_not_fetched_or_not_wanted_stays(tmp_path):
    old, new = packs(tmp_path, buildings=rows(EAST, building_id="b2"))
    assert exchange(old, new, ["parcels"]) == ((), ())
    assert exchange(old, new, ["parcels", "buildings"]) == (("buildings",), ())
    after = renewed(old, new, ["buildings"])
    assert list(after.layer("buildings")["building_id"]) == ["b2"]
    assert after.layer("parcels") is old.layer("parcels")
    assert (after.name, after.municipality_no) == (old.name, "3205")
    assert after.sha256 not in {old.sha256, new.sha256}


def test_finds_and_coverage_follow_each_other(tmp_path):
    old, new = packs(tmp_path, constraints=FINDS, constraint_coverage=COVERAGE)
    both = ("constraints", "constraint_coverage")
    for wanted in ("constraints", "constraint_coverage"):
        assert exchange(old, new, [wanted]) == (both, ())


def test_coverage_is_lost_with_finds_that_come_without(tmp_path):
    # The pack's own says that nature was looked for; the new finds do not.
    old, new = packs(tmp_path, constraints=FINDS)
    assert exchange(old, new, ["constraints"]) == (("constraints",), ("constraint_coverage",))
    assert not renewed(old, new, ["constraints"]).has("constraint_coverage")


def test_coverage_without_finds_is_not_taken(tmp_path):
    old, new = packs(tmp_path, constraint_coverage=COVERAGE)
    assert exchange(old, new, ["constraint_coverage"]) == ((), ())


def test_neighbours_stay_beside_a_new_outline_with_the_sources_of_both(tmp_path):
    beside = shapely.affinity.translate(TOWN, 10_000)
    old = own_pack(
        tmp_path / "old",
        municipality=rows(TOWN, beside, municipality_no=["3205", "3222"], name=["Gammel", "Nabo"]),
    )
    new = own_pack(tmp_path / "new", **(NOTHING | HERE))
    after = renewed(old, new, ["municipality"])
    assert sorted(after.layer("municipality")["name"]) == ["Hentet", "Nabo"]
    assert after.info("municipality").source == "Prøve"  # both say so, and it stands once


def test_a_kind_that_was_asked_for_is_unknown_and_not_forgotten(tmp_path):
    old = own_pack(
        tmp_path / "old",
        constraints=rows(EAST, constraint_id="c", kind="contaminated_ground", severity="assess"),
        constraint_coverage=rows(TOWN, kind="contaminated_ground"),
    )
    new = own_pack(
        tmp_path / "new",
        **(NOTHING | HERE | {"constraints": FINDS, "constraint_coverage": COVERAGE}),
    )
    after = renewed(old, new, ["constraints"])
    for name in ("constraints", "constraint_coverage"):
        assert after.info(name).answers == ("contaminated_ground",)
    saved = save_renewed(
        VersionStore(), old, new, ["constraints"], Signature("Kari", "Hentet"), replaces=EMBEDDED
    )
    found = VersionStore().read(saved.id)
    assert found.info("constraints").answers == ("contaminated_ground",)
    judged = screen_of(found)
    assert judged["contaminated_ground"].status == "not_mapped"
    assert judged["flood"].status == "overlap"


def screen_of(pack):
    (found,) = screen.screen(Workspace.of(pack).context, rows(EAST, id="t"))
    return found.constraints
