"""Flood by the safety class of the building (TEK17 § 7-2), and what is told of each find."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import ParameterError
from geo.schema.kinds import INTERVAL
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.flood import FLOOD_CLASSES, USUAL_CLASS, class_of
from geo.screening.model import Light
from geo.screening.present import columns, document, paragraph
from geo.screening.screen import screen
from geo.search.criteria import Criteria
from geo.search.ranking import search
from geo.search.survey import survey
from tests.support.land import land as account_of
from tests.support.land import plans, zones
from tests.support.rows import rows
from tests.support.sites import LAYERS, OWN, at, barred, codes, land, screened
from tests.support.sites import site as one_site

GAP = "\N{NO-BREAK SPACE}"
SITE = at(400, 400)  # 10 000 m²
R, Y, U, G = Light.RED, Light.YELLOW, Light.UNKNOWN, Light.GREEN
WORST_FIRST = (R, Y, U, G)


def mapped(**flood):
    """Every kind mapped everywhere, the flood as said."""
    others = [kind for kind in CONSTRAINT_KINDS if kind != "flood"]
    return pd.concat(
        [
            rows(*[OWN] * len(others), kind=others, recurrence_years=float("nan")),
            rows(OWN, kind="flood", **({"recurrence_years": float("nan")} | flood)),
        ],
        ignore_index=True,
    )


def floods(*widths, years, climate=None, severity="exclude"):
    """Strips of these widths (m) along the site's eastern edge, each within the next."""
    return barred(*(at(500 - width, 400, side=width, height=100) for width in widths)).assign(
        severity=severity,
        recurrence_years=[float("nan") if one is None else float(one) for one in years],
        climate=climate or [None] * len(widths),
    )


NESTED = floods(10, 30, 60, years=[20, 200, 1000], climate=["no", "yes", None])


def by(flood_class, constraints=NESTED, coverage=None, **layers):
    on = land(
        constraints=constraints,
        constraint_coverage=mapped(recurrence_years=1000.0) if coverage is None else coverage,
        **layers,
    )
    return screened(SITE, on=on.for_class(flood_class), remedies=False, jobs=9.0)


@pytest.mark.parametrize(
    ("flood_class", "m2", "light"), [("F1", 1000, Y), ("F2", 3000, Y), ("F3", 6000, R)]
)
def test_a_flood_counts_from_the_class_whose_interval_it_is_within(flood_class, m2, light):
    found = by(flood_class)
    assert found.constraints["flood"].m2 == pytest.approx(m2)
    assert found.verdict.light == light
    assert found.flood_class == flood_class


def test_what_comes_more_seldom_is_told_and_does_not_count():
    found = by("F2", floods(60, years=[1000]))
    flood = found.constraints["flood"]
    assert (flood.status, flood.m2, found.verdict.light) == ("clear", 0.0, G)
    told = document(found)["constraints"]["flood"]["beyond"]
    assert [one["text"] for one in told] == [f"ligger i 1{GAP}000-årsflom, som gjelder F3"]
    assert (
        f"kartlagt uten konflikt: dyrka mark, flom, kvikkleire, natur, kulturminner, "
        f"forurenset grunn, støy; gjelder ikke F2: 1{GAP}000-årsflom; "
        "sikkerhetsklasse for flom: F2." in paragraph(found)
    )


def test_floods_that_there_is_no_room_for_are_counted_and_not_dropped():
    years = [1000, 500, 200, 100, 20, 10]
    strips = floods(10, 20, 30, 40, 50, 60, years=years)
    found = by("F3", strips)
    assert f"flom 6,0{GAP}daa (10-årsflom, 20-årsflom, 100-årsflom, og 3 til)" in paragraph(found)
    few = by("F1", floods(10, 20, 30, 40, 50, years=[1000, 500, 200, 100, 20]))
    told = document(few)["constraints"]["flood"]
    assert (len(told["beyond"]), told["beyond_more"]) == (3, 1)
    assert "gjelder ikke F1: 100-årsflom, 200-årsflom, 500-årsflom, og 1 til;" in paragraph(few)


def test_land_that_is_mapped_for_flood_is_not_said_to_be_mapped_with_climate():
    said = [one.say() for one in by("F2", barred()).assumptions if "assume_class" in one.msgid]
    assert "sier ikke at klimapåslag er regnet med" in said[0]


def test_of_more_than_a_thousand_years_no_class_is_concerned():
    told = document(by("F3", floods(60, years=[5000])))["constraints"]["flood"]["beyond"]
    assert told[0]["text"] == f"ligger i 5{GAP}000-årsflom, som ikke gjelder noen sikkerhetsklasse"
    assert class_of(200) == "F2"
    assert class_of(200.5) == "F3"


@pytest.mark.parametrize("flood_class", FLOOD_CLASSES)
def test_a_flood_that_names_no_interval_counts_always(flood_class):
    found = by(flood_class, floods(30, years=[None]))
    assert found.constraints["flood"].m2 == pytest.approx(3000)


@pytest.mark.parametrize("coverage", [20.0, 200.0, 1000.0])
@pytest.mark.parametrize(("flood_class", "needed"), FLOOD_CLASSES.items())
def test_what_was_mapped_for_a_shorter_interval_is_not_mapped(flood_class, needed, coverage):
    found = by(flood_class, barred(), mapped(recurrence_years=coverage))
    assert found.constraints["flood"].status == ("clear" if coverage >= needed else "not_mapped")
    assert found.verdict.light == (G if coverage >= needed else U)
    assert found.constraints["nature"].status == "clear"  # the interval is a flood's


@pytest.mark.parametrize(
    ("flood_class", "status"), [("F1", "clear"), ("F2", "clear"), ("F3", None)]
)
def test_a_pack_of_the_agreed_form_is_read_as_before_but_for_f3(flood_class, status):
    found = by(flood_class, barred(), LAYERS["constraint_coverage"])
    assert found.constraints["flood"].status == (status or "not_mapped")
    (said,) = [one.say() for one in found.assumptions if one.msgid == "flood.assume_unstated"]
    assert "ikke for F3" in said


def test_where_some_flood_names_its_interval_coverage_that_does_not_is_not_mapped():
    far = barred(at(900, 900, side=10)).assign(recurrence_years=200.0)
    found = by("F1", far, mapped())
    assert found.constraints["flood"].status == "not_mapped"
    assert found.constraints["flood"].mapped_share is None
    assert "flood.assume_partly_stated" in [one.msgid for one in found.assumptions]


def test_the_class_is_said_with_every_result():
    found = by("F3")
    said = [one.say() for one in found.assumptions]
    assert any(
        f"sikkerhetsklasse F3 (TEK17 § 7-2): flom med gjentaksintervall til og med 1{GAP}000" in one
        for one in said
    )
    assert document(found)["flood_class"] == "F3"
    frame = columns([found], land())
    assert frame["flood_class"].tolist() == ["F3"]
    assert screened(SITE).flood_class == USUAL_CLASS == "F2"


def test_a_class_that_there_is_not_is_refused():
    with pytest.raises(ParameterError) as refused:
        land().for_class("F4")
    assert refused.value.say("nb") == "Det finnes ingen sikkerhetsklasse F4. Velg F1, F2, F3."


# What is told of a find


def test_a_find_is_told_by_its_columns_the_heaviest_first():
    assert [one["text"] for one in document(by("F3"))["constraints"]["flood"]["details"]] == [
        "20-årsflom uten klimapåslag",
        "200-årsflom med klimapåslag",
        f"1{GAP}000-årsflom",
    ]
    assert (
        f"flom 6,0{GAP}daa (20-årsflom uten klimapåslag, 200-årsflom med klimapåslag, "
        f"1{GAP}000-årsflom)" in paragraph(by("F3"))
    )


def test_name_value_and_status_are_told_bounded_and_on_one_line():
    shapes = [at(480, 400), *(at(490, 400, side=30, height=side) for side in (90, 80, 70, 60))]
    nature = barred(*shapes, kind="nature", severity="assess").assign(
        name=["<b>Eng</b>\n" + "x" * 500, "Myr", "Skog", "Hei", "Li"],
        value=["Noe", None, None, None, "Svært stor"],
        status=[None, "Naturreservat", None, None, None],
        recurrence_years=200.0,  # of no flood: not told
    )
    found = by("F2", nature).constraints["nature"]
    assert (len(found.finds), found.more) == (3, 2)
    said = document(by("F2", nature))["constraints"]["nature"]
    assert said["details_more"] == 2
    texts = [one["text"] for one in said["details"]]
    assert all("\n" not in text and len(text) < 200 for text in texts)
    assert not any("årsflom" in text for text in texts)
    assert texts[0] == "Li, verdi: Svært stor"
    assert texts[1].startswith("<b>Eng</b> xxx")
    assert texts[1].endswith("…, verdi: Noe")
    assert texts[2] == "Myr, status: Naturreservat"


# A proxy never says clear


def test_farmland_found_in_a_proxy_is_to_be_assessed_and_not_found_is_not_clear():
    proxy = barred(at(0, 0, side=300), kind="farmland", severity="assess", source="AR50")
    coverage = LAYERS["constraint_coverage"]
    coverage = coverage[coverage["kind"] != "farmland"].reset_index(drop=True)
    on = land(constraints=proxy, constraint_coverage=coverage)
    inside = screened(at(100, 100), on=on, jobs=9.0).constraints["farmland"]
    assert (inside.status, inside.severity) == ("overlap", "assess")
    outside = screened(SITE, on=on, jobs=9.0)
    assert outside.constraints["farmland"].status == "not_mapped"
    assert outside.verdict.light == U
    pieces = rows(
        at(100, 100), SITE, id=["a", "b"], kind="reserve", zone_id="a", parcel_ids=["1/1", "1/2"],
        plots=1, area_m2=10_000.0, allowed_bra_m2=1.0, synthetic=False,
    )  # fmt: skip
    found = search(on, survey(on, pieces), Criteria(avoid=("farmland",)))
    assert found.hits.empty
    assert found.not_known == 1
    passed = search(on, survey(on, pieces), Criteria(avoid=("farmland",), accept_unknown=True))
    assert passed.hits[["id", "unknown"]].to_numpy().tolist() == [["b", "avoid.farmland"]]


def test_the_land_account_takes_out_no_land_that_is_only_to_be_assessed():
    plot = at(0, 0, side=300)
    proxy = barred(at(0, 0, side=200), kind="farmland", severity="assess")
    zone, plan = zones(plot), plans(plot)
    plots = rows(plot, parcel_id="1/1", synthetic=False)
    told = account_of(plots, plan=plan, zone=zone, excluded=proxy).total()
    without = account_of(plots, plan=plan, zone=zone, excluded=barred()).total()
    assert told["excluded_m2"] == 0
    assert told["reserve_m2"] == without["reserve_m2"] == pytest.approx(90_000)


# The search


def test_a_search_avoids_the_floods_of_its_class():
    pieces = rows(
        SITE, id=["a"], kind="reserve", zone_id="a", parcel_ids="1/1", plots=1,
        area_m2=10_000.0, allowed_bra_m2=1.0, synthetic=False,
    )  # fmt: skip
    base = land(
        constraints=floods(60, years=[1000]),
        constraint_coverage=mapped(recurrence_years=1000.0),
    )

    def hits(flood_class):
        wish = Criteria(avoid=("flood",), flood_class=flood_class)
        on = base.for_class(flood_class)
        return len(search(on, survey(on, pieces), wish).hits)

    assert [hits(one) for one in FLOOD_CLASSES] == [1, 1, 0]


# The properties

years = st.none() | st.sampled_from([10.0, 20.0, 50.0, 200.0, 500.0, 1000.0, 2000.0])
strips = st.lists(
    st.tuples(
        st.integers(300, 600), st.integers(20, 200), years, st.sampled_from(["exclude", "assess"])
    ),
    max_size=4,
)
covers = st.lists(st.tuples(st.integers(0, 2), years), max_size=3)
WHERE = (OWN, at(0, 0, side=450, height=1000), at(450, 0, side=2000))


def ground(strips_, covers_, **layers):
    finds = barred(*(at(x, 400, side=side, height=100) for x, side, _, _ in strips_)).assign(
        severity=[severity for *_, severity in strips_],
        recurrence_years=pd.Series([one for _, _, one, _ in strips_], dtype=float),
    )
    coverage = pd.concat(
        [
            mapped().query("kind != 'flood'"),
            rows(
                *(WHERE[place] for place, _ in covers_),
                kind=["flood"] * len(covers_),
                recurrence_years=[float("nan") if one is None else one for _, one in covers_],
            ),
        ],
        ignore_index=True,
    )
    return land(constraints=finds, constraint_coverage=coverage, **layers)


@settings(deadline=None, max_examples=40)
@given(strips, covers)
def test_a_safer_class_makes_a_light_worse_or_unknown_and_nothing_clear(strips_, covers_):
    on = ground(strips_, covers_)
    found = [
        screened(SITE, on=on.for_class(one), remedies=False, jobs=9.0) for one in FLOOD_CLASSES
    ]
    for before, after in pairwise(found):
        light, was = after.verdict.light, before.verdict.light
        assert light == U or WORST_FIRST.index(light) <= WORST_FIRST.index(was)
        assert (after.constraints["flood"].m2 or 0) >= (before.constraints["flood"].m2 or 0) - 1e-6
        if after.constraints["flood"].status == "clear":
            assert before.constraints["flood"].status == "clear"


@settings(deadline=None, max_examples=40)
@given(
    strips,
    covers,
    st.sampled_from(list(FLOOD_CLASSES)),
    st.sets(st.integers(0, 2)),
    st.sets(st.sampled_from(["contaminated_ground", "noise"])),
    st.sampled_from(["exclude", "assess"]),
)
def test_nothing_that_a_pack_forgets_makes_a_light_better(
    strips_, covers_, flood_class, gone, kinds, severity
):
    # The manifest keeps what the pack was made to answer for (geo.schema.kinds.answers_of).
    answers = {"contaminated_ground", "noise"}
    answers |= {INTERVAL} & {INTERVAL for _, one in covers_ if one is not None}
    answers |= {INTERVAL} & {INTERVAL for _, _, one, _ in strips_ if one is not None}
    kept = {"constraints": {"answers": tuple(sorted(answers))}}
    frame = one_site(SITE, jobs=9.0)

    def judged(covers_, kinds):
        on = ground(strips_, covers_, manifest=kept)
        finds, coverage = on.constraints.layers
        others = barred(SITE, at(480, 400), kind=["noise", "contaminated_ground"]).assign(
            severity=severity, recurrence_years=float("nan")
        )
        whole = pd.concat([finds, others], ignore_index=True)
        whole = whole[~whole["kind"].isin(kinds)].reset_index(drop=True)
        left = coverage[~coverage["kind"].isin(kinds)].reset_index(drop=True)
        on = land(constraints=whole, constraint_coverage=left, manifest=kept)
        (found,) = screen(on.for_class(flood_class), frame, with_remedies=False)
        return found

    before = judged(covers_, set())
    after = judged([one for at_, one in enumerate(covers_) if at_ not in gone], kinds)
    assert after.verdict.light in {before.verdict.light, U}
    clear = {kind for kind, one in before.constraints.items() if one.status == "clear"}
    assert {kind for kind, one in after.constraints.items() if one.status == "clear"} <= clear


# Kinds that are asked for where the pack speaks of them

FIVE = LAYERS["constraint_coverage"].iloc[:5].reset_index(drop=True)


def test_a_pack_of_the_agreed_form_can_be_green_and_says_what_it_knows_nothing_of():
    found = screened(SITE, on=land(constraint_coverage=FIVE), jobs=9.0)
    assert found.verdict.light == G
    assert "screen.reason_clear_but" in codes(found, G)
    assert {kind for kind, one in found.constraints.items() if not one.asked} == {
        "contaminated_ground",
        "noise",
    }
    said = [one.say() for one in (*found.verdict.reasons, *found.unknown)]
    assert any("(den har ingen om forurenset grunn, støy)" in one for one in said)
    assert any(
        one.startswith("Datapakken har ingen opplysninger om forurenset grunn, støy.")
        for one in said
    )
    assert "mangler datagrunnlag: forurenset grunn, støy" in paragraph(found)


def test_a_find_of_such_a_kind_counts_and_elsewhere_the_kind_is_not_clear():
    noise = barred(at(400, 400, side=50), kind="noise", severity="assess")
    on = land(constraints=noise, constraint_coverage=FIVE)
    found = screened(SITE, on=on, jobs=9.0)
    assert (found.verdict.light, found.verdict.known) == (U, Y)  # the rest of the site is unmapped
    assert codes(found, Y) == ["screen.reason_assess"]
    elsewhere = screened(at(700, 700), on=on, jobs=9.0)
    assert elsewhere.constraints["noise"].status == "not_mapped"
    assert elsewhere.verdict.light == U
    assert not elsewhere.constraints["contaminated_ground"].asked


def test_a_pack_whose_noise_was_lost_is_not_taken_for_one_that_never_was_asked():
    manifest = {"constraint_coverage": {"answers": ("noise",)}}
    found = screened(SITE, on=land(constraint_coverage=FIVE, manifest=manifest), jobs=9.0)
    assert found.verdict.light == U
    assert codes(found, U) == ["screen.reason_not_mapped"]
