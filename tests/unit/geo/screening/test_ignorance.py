"""Verdicts do not improve with ignorance: what is taken away makes an answer unknown, at most."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.i18n import Remark
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.model import Light, Reason
from geo.screening.present import file_name, paragraph
from geo.screening.screen import screen
from geo.screening.verdict import PLAN_SLIVER, light_of
from tests.support.land import BARE, plans, zones
from tests.support.land import land as accounted
from tests.support.projects import INSIDE, OUTSIDE, project
from tests.support.rows import rows
from tests.support.sites import CLEAR, LAYERS, TOWN, at, barred, codes, land, screened

GAP = "\N{NO-BREAK SPACE}"
R, Y, U, G = Light.RED, Light.YELLOW, Light.UNKNOWN, Light.GREEN


# The plan's purpose


def planned(*shapes, codes_=None):
    """The small municipality with these plans, for business where nothing else is said."""
    ids = [f"p{number}" for number in range(len(shapes))]
    codes_ = codes_ or ["1300"] * len(shapes)
    return land(plan_areas=rows(*shapes, plan_id=ids, land_use_code=codes_))


@pytest.mark.parametrize(("missing", "light"), [(0, G), (1, G), (2, U), (9, U)])
def test_a_purpose_that_is_unknown_for_more_than_a_sliver_caps_the_light(missing, light):
    # The site is 100 m wide, and the plan ends so many metres from its eastern edge.
    found = screened(at(500, 500), on=planned(at(0, 0, side=600 - missing, height=1000)), jobs=9.0)
    assert PLAN_SLIVER == 0.01
    assert found.verdict.light == light
    if light == U:
        assert codes(found, U) == ["screen.reason_plan_partly"]
        said = [one.say() for one in found.verdict.reasons]
        assert (
            f"{100 - missing}{GAP}% av stedet har næringsformål i planen, men planformålet er "
            f"ukjent for {missing}{GAP}% (mer enn 1{GAP}%)"
        ) in said
    assert any("alt unntatt 1" in one.say() for one in found.assumptions)


def test_another_purpose_that_is_known_is_yellow_though_some_is_unknown():
    on = planned(at(0, 0, side=560, height=1000), at(560, 0, side=20, height=1000))
    known = planned(
        at(0, 0, side=560, height=1000), at(560, 0, side=20, height=1000), codes_=["1300", "1110"]
    )
    assert screened(at(500, 500), on=known, jobs=9.0).verdict.light == Y
    assert screened(at(500, 500), on=on, jobs=9.0).verdict.light == U


# That the rest can be built

FLOOD = barred(at(450, 300, side=20, height=100))  # a fifth of the site


def partly(**layers):
    return screened(CLEAR, on=land(constraints=FLOOD, **layers), jobs=10.0)


def says_rest(found):
    said = [one.say() for one in found.verdict.reasons] + [paragraph(found)]
    return any("resten kan bygges" in one for one in said)


def test_the_rest_can_be_built_only_where_all_of_it_is_assessed():
    found = partly()
    assert says_rest(found)
    assert found.verdict.light == Y
    assert f"20{GAP}% av stedet er båndlagt (flom), resten kan bygges" in paragraph(found)


@pytest.mark.parametrize(
    "layers",
    [
        {"constraint_coverage": None},
        {"constraint_coverage": LAYERS["constraint_coverage"].iloc[:4]},  # no heritage
        {
            "constraint_coverage": rows(
                *[at(450, 0, side=550)] * len(CONSTRAINT_KINDS), kind=list(CONSTRAINT_KINDS)
            )
        },
        {"plan_areas": None},
        {"plan_areas": rows(at(0, 0, side=540, height=900), plan_id="p", land_use_code="1300")},
        {"plan_areas": rows(at(0, 0, side=1000), plan_id="p", land_use_code="1110")},
    ],
    ids=[
        "no coverage",
        "one kind unmapped",
        "mapped all the same",
        "no plan",
        "part of a plan",
        "homes",
    ],
)
def test_otherwise_that_is_not_said(layers, request):
    found = partly(**layers)
    whole = "mapped all the same" in request.node.name
    assert says_rest(found) == whole
    if not whole:
        said = [one.say() for one in found.verdict.reasons]
        assert (
            f"20{GAP}% av stedet er båndlagt (flom), og om resten kan brukes, er ikke avklart"
            in said
        )


def test_land_that_must_be_assessed_is_no_rest_that_can_be_built():
    both = barred(at(450, 300, side=20, height=100), at(500, 300), severity=["exclude", "assess"])
    assert not says_rest(screened(CLEAR, on=land(constraints=both), jobs=10.0))


def test_a_kind_that_overlaps_where_the_rest_is_not_mapped_says_so():
    half = rows(
        *[at(450, 0, side=50, height=1000)] * len(CONSTRAINT_KINDS), kind=list(CONSTRAINT_KINDS)
    )
    found = partly(constraint_coverage=half)
    assert found.constraints["flood"].mapped_share == pytest.approx(0.5)
    assert "screen.reason_partly_mapped" in codes(found, U)
    assert found.verdict.light == U  # more of it may be barred


# The light


def reason(light, msgid="screen.reason_not_mapped"):
    return Reason(light=light, weight=1, remark=Remark(msgid))


PLAN = "screen.reason_plan_missing"


@pytest.mark.parametrize(
    ("reasons", "light"),
    [
        ([reason(G)], G),
        ([reason(G), reason(U)], U),
        ([reason(G), reason(U, PLAN)], U),
        ([reason(Y), reason(U)], U),  # what is not mapped may be barred
        ([reason(Y), reason(U, PLAN)], Y),  # a plan can be no worse
        ([reason(R), reason(U)], R),  # nothing is worse
        ([], U),
    ],
)
def test_the_worst_that_is_known_stands_unless_what_is_not_known_could_be_worse(reasons, light):
    assert light_of(reasons) == light


def test_a_known_conflict_is_told_where_the_light_is_unknown():
    found = screened(CLEAR, on=land(constraints=None), business_type="lager", jobs=10.0)
    assert (found.light, found.verdict.known) == (U, Y)
    said = paragraph(found)
    assert "Samlet vurdering: ukjent; avgjørende er: mangler datagrunnlag" in said
    assert "Kjent imot stedet: en C-virksomhet passer ikke på et A-sted." in said
    (remedy,) = found.remedies  # what is known against it is gone
    assert (remedy.business_type, remedy.light) == ("fou", U)
    assert "ikke alt er kjent" in remedy.remark.say()


def test_a_remedy_that_leaves_a_lesser_conflict_does_not_say_that_nothing_speaks_against():
    flood = barred(at(450, 300, side=60, height=100))
    some = LAYERS["constraint_coverage"].iloc[:2]
    on = land(constraints=flood, constraint_coverage=some)
    found = screened(CLEAR, on=on, business_type="lager", jobs=10.0)
    assert found.verdict.light == R
    outline = next(one for one in found.remedies if one.kind == "outline")
    assert outline.light == U
    assert outline.remark.say() == (
        f"Hva skal til: avgrens stedet til 4,0{GAP}daa. "
        "Etter det som er kjent, blir det da gult lys, men ikke alt er kjent."
    )


def test_a_zones_class_is_that_of_the_place_only_where_it_holds_for_more_than_half():
    zones_ = rows(
        at(0, 0, side=40, height=100),
        at(40, 0, side=60, height=100),
        zone_id=["c", "a"],
        name=["C", "A"],
        abc=["C", "A"],
    )
    both = screened(at(0, 0), on=land(zones=zones_), business_type="lager", jobs=1.0)
    assert both.abc.fit == "does_not_fit"
    less = screened(at(0, 0), on=land(zones=zones_.iloc[:1]), business_type="lager", jobs=1.0)
    assert less.abc.fit == "unknown"


def test_without_a_layer_of_municipalities_the_place_is_unknown():
    found = screened(CLEAR, on=land(municipality=None), jobs=10.0)
    assert codes(found, U) == ["screen.reason_place_unknown"]
    assert found.light == U


def test_where_buildings_are_not_known_they_may_stand_on_either_side():
    plan = rows(at(0, 0, side=2000), plan_id="p", land_use_code="1300")
    on = land(projects=(project(INSIDE, 360),), accuracy=0, plan_areas=plan, buildings=None)
    found = screened(at(960, 400), on=on, jobs=150.0)
    assert found.verdict.light == R
    assert [(one.assumption, one.light) for one in found.sensitivity.flips] == [("split", G)]
    assert "100\N{NO-BREAK SPACE}% innenfor" in found.sensitivity.flips[0].remark.say()


# The property: anything is taken away

KINDS = list(LAYERS["constraint_coverage"]["kind"])
# None overlap: of two plans over each other the newer holds, and without it the older would, which
# is another answer and not less of one.
GROUND = {
    "zones": rows(
        at(0, 0, side=500, height=1000),
        at(500, 0, side=500, height=1000),
        at(2000, 0, side=1000),
        at(4000, 0, side=1000),
        zone_id=["a", "c", "b", "d"],
        name=["Byen", "Skogen", "Midten", "Øst"],
        abc=["A", "C", "B", "C"],
    ),
    "plan_areas": rows(
        at(0, 0, side=330, height=1000),
        at(330, 0, side=10, height=1000),  # a strip
        at(340, 0, side=460, height=1000),
        at(800, 0, side=100, height=1000),
        at(900, 0, side=800, height=1000),
        at(2000, 0, side=1000),
        at(4000, 0, side=1000),
        plan_id=list("pqrstuv"),
        land_use_code=["1300", "1300", "1300", "1110", "1300", "1300", "1110"],
    ),
    "constraints": barred(
        at(0, 100, side=150),
        at(2100, 100, side=300),
        at(2600, 300, side=200),
        kind=["flood", "nature", "flood"],
        severity=["exclude", "exclude", "assess"],
    ),
    "constraint_coverage": rows(
        *[at(x, -500, side=3000, height=3000) for x in (-500, 2500) for _ in KINDS], kind=KINDS * 2
    ),
    "parcels": rows(
        at(0, 0, side=500), at(500, 0, side=500), parcel_id=["1/1", "1/2"], synthetic=False
    ),
}
ACCOUNT = {
    "plan": plans(at(0, 0, side=1000)),
    "zone": zones(at(0, 0, side=1000)),
    "rules": BARE,
}
PROJECTS = {"fulfilled": TOWN, "broken": (project(INSIDE, 10), project(OUTSIDE, 90)), "none": ()}
WHOLE_LAYERS = (
    *("municipality", "zones", "growth_areas", "plan_areas", "constraints", "projects"),
    *("constraint_coverage", "stations", "context", "corridor_nodes", "buildings", "parcels"),
)
PARTS = ("zones", "plan_areas", "constraint_coverage", "parcels", "corridor_nodes")

places = st.builds(at, st.integers(-200, 5000), st.integers(-200, 1000), side=st.integers(20, 600))
# Over the seams between zones and plans, where the growth area is.
seams = st.builds(at, st.integers(160, 560), st.integers(0, 600), side=st.integers(100, 400))
sites = st.tuples(
    places | seams,
    st.none() | st.integers(0, 400),
    st.sampled_from([None, "kontor", "lager", "fou", "handel"]),
)
# Often none, so that the loss of a part alone is tried too.
taken_layers = st.just(set()) | st.sets(st.sampled_from(WHOLE_LAYERS), max_size=3)
taken_rows = st.dictionaries(
    st.sampled_from(PARTS), st.sets(st.integers(0, 6), min_size=1, max_size=3), max_size=3
)


def ground(state, layers=frozenset(), parts=None, made_up=frozenset()):
    """The ground with layers, rows of layers and the evidence of layers taken away."""
    there = GROUND | {}
    for name, numbers in (parts or {}).items():
        frame = (LAYERS | GROUND)[name]
        kept = [number for number in range(len(frame)) if number not in numbers]
        there[name] = frame.iloc[kept].reset_index(drop=True)
    there |= dict.fromkeys(layers - {"projects"})
    plots = there["parcels"]
    account = None
    if plots is not None and len(plots):
        account = accounted(plots, **ACCOUNT)
    projects = None if "projects" in layers else PROJECTS[state]
    manifest = {name: {"synthetic": True} for name in made_up}
    return land(projects=projects, account=account, accuracy=50, manifest=manifest, **there)


def sentences(found):
    """Everything that is said of the site in words."""
    said = [paragraph(found), *(one.say() for one in found.verdict.reasons)]
    said += [one.remark.say() for one in (*found.remedies, *found.sensitivity.flips)]
    return " ".join([*said, *(one.say() for one in found.unknown)])


def _named(reason):
    # That some of the land is barred is one reason, whatever is known of the rest.
    msgid = reason.remark.msgid.replace("partly_barred", "partly_excluded")
    return msgid, reason.light


def clear_kinds(found):
    return {kind for kind, one in found.constraints.items() if one.status == "clear"}


@settings(deadline=None, max_examples=100)
@given(sites, st.sampled_from(list(PROJECTS)), taken_layers, taken_rows, taken_layers)
def test_taking_information_away_makes_a_verdict_unknown_or_leaves_it(
    wanted, state, layers, parts, made_up
):
    shape, jobs, business = wanted
    frame = rows(
        shape, id="1", jobs=float("nan") if jobs is None else float(jobs), business_type=business
    )
    made_up = made_up - {"projects"}
    (before,) = screen(ground(state), frame)
    (after,) = screen(ground(state, layers, parts, made_up), frame)
    # The light by the middle of everything, and the light shown, which may be «uncertain».
    assert after.verdict.light in {before.verdict.light, U}
    assert after.light in {before.light, U, Light.UNCERTAIN}
    # A reason is one that was there, or says that something is not known.
    known = {_named(one) for one in before.verdict.reasons}
    for one in after.verdict.reasons:
        assert one.light == U or _named(one) in known
    # No remedy promises green where none did.
    if G not in {before.verdict.light, *(one.light for one in before.remedies)}:
        assert G not in {one.light for one in after.remedies}
    # No sentence says that something is clear that was not said to be.
    assert clear_kinds(after) <= clear_kinds(before)
    for words in ("uten konflikt", "kan bygges"):
        assert words in sentences(before) or words not in sentences(after)


@settings(deadline=None, max_examples=25)
@given(places, st.sets(st.integers(0, 1), min_size=1))
def test_a_station_fewer_never_makes_a_light_better(shape, gone):
    two = rows(
        *(at(x, -100, side=1).centroid for x in (500, 2500)), station_id=["s", "t"], name=["S", "T"]
    )
    frame = rows(shape, id="1", jobs=20.0, business_type="kontor")
    less = two.iloc[[number for number in range(2) if number not in gone]].reset_index(drop=True)
    (before,) = screen(land(stations=two, accuracy=50), frame)
    (after,) = screen(land(stations=less if len(less) else None, accuracy=50), frame)
    order = (R, Y, U, G)
    assert after.verdict.light == U or order.index(after.verdict.light) <= order.index(
        before.verdict.light
    )


# The file's name


@pytest.mark.parametrize(
    ("name", "nb", "en"),
    [
        (
            "Nye Kjeller øst",
            "vurdering-nye-kjeller-ost-2026-11-29.pdf",
            "assessment-nye-kjeller-ost-2026-11-29.pdf",
        ),
        ("909/27", "vurdering-909-27-2026-11-29.pdf", "assessment-909-27-2026-11-29.pdf"),
        ("../../<b>", "vurdering-b-2026-11-29.pdf", "assessment-b-2026-11-29.pdf"),
        ("東京", "vurdering-sted-2026-11-29.pdf", "assessment-site-2026-11-29.pdf"),
        (None, "vurdering-1-2026-11-29.pdf", "assessment-1-2026-11-29.pdf"),
    ],
)
def test_a_file_is_named_by_its_site_and_day(name, nb, en):
    found = [screened(CLEAR, name=name, remedies=False)]
    assert file_name(found, date(2026, 11, 29), ".pdf") == nb
    assert file_name(found, date(2026, 11, 29), ".pdf", "en") == en


def test_a_file_of_several_sites_is_named_by_their_number():
    found = [screened(CLEAR, remedies=False)] * 3
    assert (
        file_name(found, date(2026, 11, 29), ".geojson") == "vurdering-3-steder-2026-11-29.geojson"
    )
