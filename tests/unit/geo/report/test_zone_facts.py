"""A zone's figures for documents: those that can be worked out in the head, and what is unknown."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from geo.growth.terms import Terms
from geo.lists import ProjectList
from geo.report.model import GROUPS, NEEDS, ZoneFacts
from geo.report.zone_facts import AllFacts, zone_facts, zone_id_of
from geo.schema.layers import CONSTRAINT_KINDS
from geo.workspace import Workspace
from tests.support.errors import raising
from tests.support.land import BARE
from tests.support.projects import INSIDE, OUTSIDE, ledger, project
from tests.support.rows import rows
from tests.support.sites import LAYERS, at, barred, pack, spot

# Zone A: a square kilometre in the growth area. Two plots of 10 daa; one has a house of 1 daa.
PLOTS = rows(at(0, 0), at(200, 0), parcel_id=["1/1", "1/2"])
HOUSE = rows(
    at(0, 0, side=50, height=20), building_id=["h"], floors=[2.0], gross_area_m2=[float("nan")]
)
PLANS = LAYERS["plan_areas"].assign(
    land_use_status="1", utilisation_type=18, utilisation_value=100.0, max_floors=3.0
)
ZONES = LAYERS["zones"].assign(
    zone_type="tettsted",
    business_profile=["kontor", "lager", None],
    status_text=["Byen skal vokse.", None, " "],
    status_chapter=["Kapittel 5", None, None],
    illustrative=[True, False, False],
    source="Egen skisse",
)
BUSINESSES = rows(
    spot(500, 500),
    spot(600, 500),
    spot(2500, 500),
    business_id=["x", "y", "z"],
    name=["X", "Y", "Z"],
    industry=["25.110"] * 3,
    employees=[20.0, float("nan"), 7.0],
    employees_low=[float("nan"), 1.0, float("nan")],
    employees_high=[float("nan"), 4.0, float("nan")],
)
CASES = (
    project(INSIDE, 900, zone_id="a", name="Tårnet", year=2028, status="vedtatt"),
    project(OUTSIDE, (40, 60, 80), zone_id="a", status="forslag"),
    project(INSIDE, zone_id="a", status="forslag"),
    project(INSIDE, 500, zone_id="a", effect="none", status="avslått"),
    project(OUTSIDE, 30, zone_id="nowhere"),
)


# Columns of a list that `ledger` does not have.
MORE = {
    **dict.fromkeys(("zone_id", "area_kind", "source", "case_ref", "jobs_source"), "str"),
    **dict.fromkeys(("site_area_m2", "accuracy_m"), "float64"),
}


def listed(*cases):
    """A state of a ledger with the columns that the pack's layer has."""
    more = pd.DataFrame([{name: one.get(name) for name in MORE} for one in cases], columns=[*MORE])
    return ledger(*cases).assign(**more.astype(MORE))


def facts(cases=CASES, terms=None, manifest=None, **layers):
    usual = {"zones": ZONES, "parcels": PLOTS, "plan_areas": PLANS, "buildings": HOUSE}
    made = pack(manifest, **(usual | layers))
    state = None if cases is None else ProjectList(frame=listed(*cases))
    workspace = Workspace(pack=made, lists=lambda: state)
    return AllFacts(workspace, BARE, terms or Terms())


def test_the_land_of_a_zone_by_hand():
    land = facts().zone("a").land
    assert (land["gross_m2"], land["built_m2"], land["reserve_m2"]) == pytest.approx(
        (20_000, 1_000, 19_000), rel=1e-3
    )
    parts = sum(land[name] for name in ("built_m2", "excluded_m2", "dropped_m2", "reserve_m2"))
    assert parts == pytest.approx(land["gross_m2"])
    assert land["unplotted_m2"] == pytest.approx(980_000, rel=1e-3)
    assert land["plots"] == 2
    # A storey is allowed on all of the free land, and an office takes 23–28 m² a job.
    assert land["reserve_bra_m2"] == pytest.approx(19_000, rel=1e-3)
    assert land["reserve_jobs_low"] == pytest.approx(19_000 / 28, rel=1e-3)
    assert land["reserve_jobs_high"] == pytest.approx(19_000 / 23, rel=1e-3)


def test_a_zone_without_plots_knows_nothing_of_vacant_land():
    land = facts().zone("c").land
    assert (land["reserve_m2"], land["densification_bra_m2"]) == (None, None)
    assert land["gross_m2"] == 0


def test_what_stands_in_the_pack():
    zone = facts().zone("a")
    assert (zone.name, zone.abc, zone.illustrative) == ("Byen", "A", True)
    assert (zone.status_text, zone.status_chapter) == ("Byen skal vokse.", "Kapittel 5")
    assert facts().zone("b").status_text is None
    assert zone.area_m2 == pytest.approx(1_000_000, rel=1e-3)
    assert (zone.growth["growth_share"], zone.growth["growth_share_regional"]) == (1, 1)
    assert zone.nearest_station == {"name": "Sentrum stasjon", "distance_m": 100}


def test_plan_cases_are_known_unknown_or_without_jobs():
    zone = facts().zone("a")
    assert [one["group"] for one in zone.cases] == ["known", "known", "unknown", "none"]
    assert {one["group"] for one in zone.cases} < set(GROUPS)
    first = zone.cases[0]
    assert (first["name"], first["jobs"], first["year"]) == ("Tårnet", 900, 2028)
    assert (first["share_inside"], first["status"]) == (1, "vedtatt")
    assert zone.cases[2]["jobs"] is None
    assert (zone.jobs["jobs_low"], zone.jobs["jobs"], zone.jobs["jobs_high"]) == (940, 960, 980)
    assert (zone.jobs["projects"], zone.jobs["projects_unknown"]) == (4, 1)
    assert zone.jobs["estimated_low"] is None


def test_how_the_zone_weighs_in_the_rule():
    rule = facts().zone("a").rule["with_estimates"]["gross"]
    assert (rule["jobs_inside"], rule["jobs_outside"]) == (900, 60)
    assert (rule["jobs_outside_low"], rule["jobs_outside_high"]) == (40, 80)
    # The case without jobs lies inside.
    assert (rule["unknown_inside"], rule["unknown_outside"]) == (1, 0)


def test_zones_and_what_is_in_none_of_them_are_the_whole():
    found = facts()
    assert [one["name"] for one in found.unassigned] == ["Prosjekt 4"]
    known = [one.jobs["jobs"] or 0 for one in found.zones]
    assert sum(known) + 30 == found.jobs["jobs"]
    inside = [one.rule["gross"]["jobs_inside"] for one in found.zones]
    assert sum(inside) == found.account.known.counted.jobs_inside
    land = [one.land["gross_m2"] for one in found.zones]
    assert sum(land) == pytest.approx(found.land["gross_m2"])
    assert sum(one.area_m2 for one in found.zones) == pytest.approx(found.area_m2)


def test_constraints_have_three_answers():
    flood = barred(at(0, 0, side=500), kind="flood")
    found = facts(constraints=flood, constraint_coverage=LAYERS["constraint_coverage"][:2])
    answers = found.zone("a").constraints
    assert answers["flood"].status == "overlap"
    assert answers["flood"].m2 == pytest.approx(250_000, rel=1e-3)
    mapped = set(LAYERS["constraint_coverage"]["kind"][:2])
    assert {kind for kind, one in answers.items() if one.status == "clear"} == mapped - {"flood"}
    assert answers["heritage"].status == "not_mapped"


def test_made_up_constraints_are_no_evidence():
    flood = barred(at(0, 0, side=500), kind="flood")
    found = facts(constraints=flood, manifest={"constraints": {"synthetic": True}}).zone("a")
    answer = found.constraints["flood"]
    assert (answer.status, answer.synthetic, answer.m2) == ("not_mapped", True, None)
    assert "synthetic" in found.badges["constraints"]
    assert "synthetic" in found.badges["land"]
    assert "synthetic" not in found.badges["station"]


def test_jobs_today_are_between_the_ends_of_the_bands():
    found = facts(businesses=BUSINESSES)
    today = found.zone("a").jobs_today
    assert (today["firms_today"], today["jobs_today_low"], today["jobs_today_high"]) == (2, 21, 24)
    assert today["jobs_per_daa_low"] == pytest.approx(0.021, rel=1e-2)
    assert found.jobs_today["whole"]["jobs_today_low"] == 28


def test_badges_are_those_of_the_layers_of_a_section():
    found = facts(manifest={"growth_areas": {"illustrative": True}}).zone("c")
    assert found.badges["rule"] == ("illustrative",)
    assert found.badges["cases"] == ()
    # One zone that is drawn by hand marks the layer, and what is measured by it.
    assert found.badges["zone"] == found.badges["station"] == ("illustrative",)


@pytest.mark.parametrize(
    "layer",
    ["parcels", "plan_areas", "buildings", "growth_areas", "stations", "constraints", "businesses"],
)
def test_without_a_layer_what_needs_it_is_unknown_and_says_so(layer):
    lacking = {layer: None} if layer != "businesses" else {}
    zone = facts(**lacking).zone("a")
    there = {
        "growth": zone.growth,
        "land": zone.land,
        "rule": zone.rule,
        "station": zone.nearest_station,
        "jobs_today": zone.jobs_today,
    }
    for section, values in there.items():
        if layer in NEEDS[section]:
            assert zone.lacking[section] == layer
            assert values is None
        elif section != "jobs_today":
            assert section not in zone.lacking
            assert values is not None
    json.dumps(zone.as_dict(), allow_nan=False)
    if layer == "constraints":
        statuses = {one.status for one in zone.constraints.values()}
        assert (statuses, len(zone.constraints)) == ({"not_mapped"}, len(CONSTRAINT_KINDS))


def test_without_projects_nothing_of_them_is_known():
    found = facts(cases=None)
    zone = found.zone("a")
    assert (zone.cases, zone.jobs, zone.rule, found.unassigned) == (None,) * 4
    assert {zone.lacking[one] for one in ("cases", "rule")} == {"projects"}


def test_made_up_growth_areas_judge_nothing():
    found = facts(manifest={"growth_areas": {"synthetic": True}})
    assert found.account is None
    assert found.zone("a").lacking["rule"] == "growth_areas"


def test_without_estimates_they_are_in_no_sum():
    site = project(INSIDE, zone_id="a", site_area_m2=10_000.0, area_kind="new")
    with_ = facts(cases=(site,)).zone("a")
    assert with_.cases[0]["group"] == "estimated"
    assert with_.rule["gross"]["jobs_inside"] == 0
    assert with_.rule["with_estimates"]["gross"]["jobs_inside"] > 0
    assert "with_estimates" not in facts(cases=(site,), terms=Terms(estimates=False)).zone("a").rule


@pytest.mark.parametrize("asked", ["a", "A", "Byen", " byEN "])
def test_a_zone_is_found_by_id_or_name_whatever_its_case(asked):
    assert zone_id_of(pack(), asked) == "a"


def test_a_zone_that_is_not_there_is_answered_with_those_that_are():
    with raising("error.no_such_zone", match="a, c, b"):
        zone_id_of(pack(), "Månen")
    with raising("error.no_such_zone", match="a, c, b"):
        zone_facts(facts().workspace, "Byen")


def test_of_two_zones_of_one_name_the_id_is_asked_for():
    twins = ZONES.assign(name=["Byen", "byen", "Midten"])
    with raising("error.zone_name_twice", match="a, c"):
        zone_id_of(pack(zones=twins), "Byen")
    assert zone_id_of(pack(zones=twins), "c") == "c"


def test_one_zone_alone_has_the_figures_that_it_has_among_all():
    found = facts()
    alone = zone_facts(found.workspace, "a", rules=BARE)
    assert isinstance(alone, ZoneFacts)
    assert alone.as_dict() == found.zones[0].as_dict()
