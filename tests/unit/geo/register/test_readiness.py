"""How near sites are to being built on: figures by hand, and knowing less is never better."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.i18n import LANGUAGES
from geo.register.fields import FIELDS, LEVELS
from geo.register.public import PUBLIC, public_sites
from geo.register.readiness import (
    SUPPLIES,
    WHOLE,
    PlanShares,
    ReadinessFacts,
    readiness,
)
from geo.schema.kinds import REQUIRED
from geo.schema.layers import PLAN_TYPES
from geo.screening.context import ground_of
from geo.screening.readiness_facts import readiness_facts, with_readiness
from geo.workspace import Workspace
from tests.support.rows import rows
from tests.support.sites import NORMS, at, barred, pack

CLEAR = dict.fromkeys(sorted(REQUIRED), "clear")
READY = ReadinessFacts(
    plans=PlanShares(covered=1.0, business=1.0, planned=1.0, regulated=1.0),
    constraints=CLEAR,
    vacant=1.0,
    supplied=frozenset(SUPPLIES),
)


def why(found):
    return [one.msgid for one in found.remarks]


# The rule by itself


def shares(**given):
    return PlanShares(
        **({"covered": 1.0, "business": 1.0, "planned": 1.0, "regulated": 1.0} | given)
    )


@pytest.mark.parametrize(
    ("change", "level", "remarks"),
    [
        ({}, "byggeklar", []),
        ({"plans": shares(regulated=WHOLE)}, "byggeklar", []),
        ({"plans": shares(regulated=0.949)}, "kommuneplan", ["readiness.not_regulated"]),
        ({"plans": shares(regulated=0, planned=0.9)}, None, ["readiness.plan_unclear"]),
        ({"plans": shares(regulated=0, planned=0, business=0.5)}, "idé", ["readiness.not_planned"]),
        (
            {"plans": shares(regulated=0, planned=0, business=0, covered=0.9)},
            None,
            ["readiness.plan_uncovered"],
        ),
        ({"plans": None, "no_plans": "missing"}, None, ["readiness.plan_missing"]),
        ({"plans": None, "no_plans": "made_up"}, None, ["readiness.plan_made_up"]),
        ({"plans": None, "no_plans": "untyped"}, None, ["readiness.plan_untyped"]),
        ({"constraints": CLEAR | {"flood": "overlap"}}, "regulert", ["readiness.constrained"]),
        ({"constraints": CLEAR | {"flood": "not_mapped"}}, "regulert", ["readiness.unmapped"]),
        ({"constraints": {}}, "regulert", ["readiness.unmapped"]),
        ({"vacant": None}, "regulert", ["readiness.vacant_unknown"]),
        ({"vacant": 0.5}, "regulert", ["readiness.not_vacant"]),
        ({"supplied": frozenset({"access"})}, "regulert", ["readiness.unsaid"]),
    ],
)
def test_each_level_and_why_it_is_no_better(change, level, remarks):
    found = readiness(replace(READY, **change))
    assert (found.level, why(found)) == (level, remarks)
    for language in LANGUAGES:
        for remark in found.remarks:
            assert "{" not in remark.say(language)


# From a pack


def plan(*areas):
    """Plan areas: shape, code, kind of plan and day."""
    shapes, codes, kinds, days = zip(*areas, strict=True)
    return rows(
        *shapes,
        plan_id=[f"p{n}" for n in range(len(areas))],
        land_use_code=list(codes),
        plan_type=pd.Series(list(kinds), dtype="str"),
        adopted=list(days),
        land_use_status="1",
        utilisation_type=18,
        utilisation_value=100.0,
        max_floors=2.0,
    )


SITE = at(0, 0)
BUSINESS, HOMES = "1300", "1110"


def register(*shapes, **columns):
    empty = dict.fromkeys(FIELDS)
    told = empty | {"name": "T", "availability": "ledig", "published": True} | columns
    made = rows(*shapes, **{k: [v] * len(shapes) for k, v in told.items()})
    return made.assign(site_id=[f"s{n}" for n in range(len(shapes))], revision=1)


def judged(plans, *, manifest=None, shape=SITE, **layers):
    made = pack(manifest, plan_areas=plans, **layers)
    return with_readiness(ground_of(made, NORMS), register(shape)).iloc[0]


@pytest.mark.parametrize(
    ("areas", "level", "why"),
    [
        ([(SITE, BUSINESS, "detaljregulering", "2015")], "regulert", "readiness.vacant_unknown"),
        ([(SITE, BUSINESS, "kommunedelplan", "2015")], "kommuneplan", "readiness.not_regulated"),
        ([(SITE, HOMES, "kommuneplan", "2015")], "idé", "readiness.not_planned"),
        ([(SITE, BUSINESS, None, "2015")], None, "readiness.plan_untyped"),
        # A regulated half and a half in the municipal plan: together all of it.
        (
            [
                (at(0, 0, side=50, height=100), BUSINESS, "reguleringsplan", "2015"),
                (at(50, 0, side=50, height=100), BUSINESS, "kommuneplan", "2015"),
            ],
            "kommuneplan",
            "readiness.not_regulated",
        ),
        # 94 m of 100 m regulated.
        (
            [
                (at(0, 0, side=94, height=100), BUSINESS, "reguleringsplan", "2015"),
                (at(94, 0, side=6, height=100), HOMES, "reguleringsplan", "2015"),
            ],
            "idé",
            "readiness.not_planned",
        ),
        (
            [(at(0, 0, side=90, height=100), HOMES, "kommuneplan", "2015")],
            None,
            "readiness.plan_uncovered",
        ),
        # A newer municipal plan that says the same leaves the regulation in force …
        (
            [
                (SITE, BUSINESS, "områderegulering", "2010"),
                (SITE, BUSINESS, "kommuneplan", "2020"),
            ],
            "regulert",
            "readiness.vacant_unknown",
        ),
        # … and one that says homes does not; an older one does.
        (
            [(SITE, BUSINESS, "områderegulering", "2010"), (SITE, HOMES, "kommuneplan", "2020")],
            "idé",
            "readiness.not_planned",
        ),
        (
            [(SITE, BUSINESS, "områderegulering", "2020"), (SITE, HOMES, "kommuneplan", "2010")],
            "regulert",
            "readiness.vacant_unknown",
        ),
        # Without dates nobody can tell which of the two holds.
        (
            [(SITE, BUSINESS, "områderegulering", None), (SITE, HOMES, "kommuneplan", None)],
            None,
            "readiness.plan_unclear",
        ),
        # A newer regulation to homes under a municipal plan newer still.
        (
            [
                (SITE, BUSINESS, "reguleringsplan", "2010"),
                (SITE, HOMES, "reguleringsplan", "2015"),
                (SITE, BUSINESS, "kommuneplan", "2020"),
            ],
            "kommuneplan",
            "readiness.not_regulated",
        ),
    ],
)
def test_levels_of_a_site_of_one_hectare(areas, level, why):
    row = judged(plan(*areas))
    found = None if pd.isna(row["readiness_rule"]) else row["readiness_rule"]
    assert (found, why in [one.msgid for one in row["readiness_remarks"]]) == (level, True)
    assert row["area_m2"] == pytest.approx(10_000)
    assert row["readiness_by"] == ("ukjent" if level is None else "rule")


REGULATED = plan((SITE, BUSINESS, "detaljregulering", "2015"))


def test_plans_that_are_made_up_or_drawn_by_us_tell_nothing():
    for badge in ("synthetic", "illustrative"):
        row = judged(REGULATED, manifest={"plan_areas": {badge: True}})
        assert pd.isna(row["readiness_rule"])
        assert why_not(row) == ["readiness.plan_made_up"]
    assert why_not(judged(None)) == ["readiness.plan_missing"]
    assert why_not(judged(REGULATED.drop(columns="plan_type"))) == ["readiness.plan_untyped"]


def why_not(row):
    return [one.msgid for one in row["readiness_remarks"]]


def test_a_constraint_and_a_kind_that_is_not_mapped_are_told():
    row = judged(REGULATED, constraints=barred(at(0, 0, side=10), severity="assess"))
    assert "readiness.constrained" in why_not(row)
    row = judged(REGULATED, constraint_coverage=None)
    assert "readiness.unmapped" in why_not(row)


def test_a_level_set_by_hand_goes_before_the_rule_which_is_still_told():
    made = register(SITE, readiness_set="byggeklar", readiness_reason="Befart")
    row = with_readiness(ground_of(pack(plan_areas=REGULATED), NORMS), made).iloc[0]
    assert (row["readiness"], row["readiness_by"]) == ("byggeklar", "hand")
    assert row["readiness_rule"] == "regulert"


def test_the_zone_is_the_one_that_holds_most_unless_somebody_said():
    shapes = at(950, 0), at(920, 200), at(6000, 0)
    found = with_readiness(ground_of(pack(), NORMS), register(*shapes))
    assert found["zone_id"].isna().tolist() == [False, False, True]
    assert found["zone_id"].tolist()[:2] == ["a", "a"]
    said = with_readiness(ground_of(pack(), NORMS), register(*shapes, zone_id="min"))
    assert said["zone_id"].tolist() == ["min"] * 3


def test_an_empty_register_and_none_at_all():
    empty = Workspace(pack=pack(), registers=lambda: register(SITE).iloc[:0])
    assert len(empty.sites) == 0
    assert {"area_m2", "readiness", "readiness_by", "readiness_remarks"} <= set(empty.sites.columns)
    assert Workspace(pack=pack()).sites is None


# Knowing less

AREAS = st.lists(
    st.tuples(
        st.sampled_from([SITE, at(0, 0, side=50, height=100), at(4, 0, side=100)]),
        st.sampled_from([BUSINESS, HOMES]),
        st.sampled_from([*PLAN_TYPES, None]),
        st.sampled_from(["2010", "2015", "2020", None]),
    ),
    min_size=1,
    max_size=4,
)
BUILDABLE = {
    "parcels": rows(SITE, parcel_id="1/1"),
    "zones": rows(at(-500, -500, side=2000), zone_id="a", name="A", abc="A"),
    "buildings": rows(at(3000, 3000, side=10), building_id="b", floors=1.0, gross_area_m2=100.0),
}


TOLD = {"power_text": "2 MW", "water_text": "I vei", "access": "Fra fv."}
# Left out: what no readiness asks for, and takes long to make ready.
ASIDE = dict.fromkeys(("municipality", "growth_areas", "stations", "context", "corridor_nodes"))


def level(told=TOLD, manifest=None, **layers):
    made = pack(manifest, **(ASIDE | {"plan_areas": REGULATED} | BUILDABLE | layers))
    sites = Workspace(pack=made, registers=lambda: register(SITE, **told)).sites
    found = sites["readiness_rule"].iloc[0]
    return None if pd.isna(found) else found


def test_a_site_of_which_all_is_known_is_ready_to_build_and_of_which_less_is_known_is_not():
    assert level() == "byggeklar"
    for name in TOLD:
        assert level({key: value for key, value in TOLD.items() if key != name}) == "regulert"
    for name in ("constraints", "constraint_coverage", *BUILDABLE):
        assert level(**{name: None}) == "regulert"
    for name in ("constraints", "buildings", "parcels"):
        assert level(manifest={name: {"synthetic": True}}) == "regulert"


def level_of_plans(plans, **about):
    """Level of a site of which all is known but the plans."""
    aside = ASIDE | dict.fromkeys(("zones", "buildings"))
    context = ground_of(pack(about, **(aside | {"plan_areas": plans})), NORMS)
    facts = readiness_facts(context, register(SITE))[0]
    return readiness(replace(READY, plans=facts.plans, no_plans=facts.no_plans)).level


def is_better(one, other):
    order = (*LEVELS, None)
    return order.index(one) < order.index(other)


@settings(max_examples=60)
@given(areas=AREAS, data=st.data())
def test_no_site_gets_a_better_level_by_knowing_less_of_plans(areas, data):
    before = level_of_plans(plan(*areas))
    row = data.draw(st.integers(0, len(areas) - 1))
    shape, code, kind, day = areas[row]
    blind = data.draw(st.sampled_from(["type", "day", "types", "days", "layer", "made_up"]))
    about = {"plan_areas": {"synthetic": True}} if blind == "made_up" else {}
    plans = plan(*areas)
    if blind == "type":
        plans = plan(*areas[:row], (shape, code, None, day), *areas[row + 1 :])
    elif blind == "day":
        plans = plan(*areas[:row], (shape, code, kind, None), *areas[row + 1 :])
    elif blind in {"types", "days"}:
        plans = plans.drop(columns={"types": "plan_type", "days": "adopted"}[blind])
    elif blind == "layer":
        plans = None
    assert not is_better(level_of_plans(plans, **about), before)


# What may be shown

INSIDE = "INTERNT-7391"


def test_what_may_be_shown_is_listed_and_holds_nothing_of_the_municipalitys_own():
    inside = dict.fromkeys(("internal_note", "readiness_reason"), INSIDE)
    frame = register(SITE, at(200, 0), readiness_set="regulert", **inside)
    frame.loc[1, ["published", "name"]] = [False, INSIDE]
    frame = frame.assign(author=INSIDE, reason=INSIDE, new_column_of_tomorrow=INSIDE)
    shown = public_sites(with_readiness(ground_of(pack(), NORMS), frame))
    assert list(shown.columns) == [*PUBLIC, "geometry"]
    assert shown["site_id"].tolist() == ["s0"]
    assert INSIDE not in shown.to_json() + repr(shown.attrs)
    assert shown.index.tolist() == [0]
    assert not {"internal_note", "readiness_reason", "revision", "published"} & set(PUBLIC)
    assert set(PUBLIC) - {"area_m2", "readiness", "readiness_by"} <= set(FIELDS)
