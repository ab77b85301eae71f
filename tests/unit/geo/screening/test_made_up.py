"""Made-up layers are no evidence: neither of a conflict nor of there being none."""

from __future__ import annotations

import json

import pytest

from geo.i18n import LANGUAGES, say
from geo.report.sources import sources
from geo.screening.context import as_if_real, context_of
from geo.screening.model import Light
from geo.screening.present import columns, document, paragraph, provenance
from geo.screening.rows import FIGURES, cell, constraints, not_assessed
from geo.screening.screen import compare
from tests.support.land import BARE, plans, zones
from tests.support.land import land as accounted
from tests.support.projects import NORMS, ledger
from tests.support.rows import rows
from tests.support.sites import CLEAR, GRID, TOWN, at, barred, codes, land, pack, screened

MADE_UP = {"synthetic": True}
TOLD = {"nb": "ikke vurdert (oppdiktede data)", "en": "not assessed (made-up data)"}
# What may be said of land that someone has looked at, and of no other.
CLEAR_WORDS = ("fritt", "uten konflikt", "kan bygges", "clear", "without conflict", "can be built")


def made_up(*names, **layers):
    """The small municipality, with some of its layers made up."""
    return land(manifest=dict.fromkeys(names, MADE_UP), **layers)


@pytest.mark.parametrize(
    "names",
    [("constraints",), ("constraint_coverage",), ("constraints", "constraint_coverage")],
)
def test_made_up_constraints_are_not_mapped_and_the_light_is_unknown(names):
    real = screened(CLEAR, jobs=10.0)
    assert real.light == Light.GREEN
    found = screened(CLEAR, on=made_up(*names), jobs=10.0)
    assert {(one.status, one.m2, one.synthetic) for one in found.constraints.values()} == {
        ("not_mapped", None, True)
    }
    assert found.light == Light.UNKNOWN
    assert "screen.reason_made_up" in codes(found, Light.UNKNOWN)
    assert "screen.reason_not_mapped" not in codes(found)
    assert "screen.reason_clear" not in codes(found)


def test_a_made_up_conflict_speaks_neither_for_nor_against_and_is_no_ground_for_an_outline():
    flood = barred(at(450, 300, side=60, height=100))
    assert screened(CLEAR, on=land(constraints=flood), jobs=10.0).verdict.light == Light.RED
    found = screened(CLEAR, on=made_up("constraints", constraints=flood), jobs=10.0)
    assert (found.verdict.light, found.remedies) == (Light.UNKNOWN, ())
    assert found.constraints["flood"].source is None


def test_a_real_conflict_stands_where_only_what_is_mapped_is_made_up():
    flood = barred(at(450, 300, side=60, height=100))
    on = made_up("constraint_coverage", constraints=flood)
    found = screened(CLEAR, on=on, jobs=10.0)
    assert found.verdict.light == Light.RED
    assert found.constraints["flood"].m2 == pytest.approx(6000)
    assert not found.constraints["flood"].synthetic
    assert found.constraints["nature"].synthetic


def test_a_made_up_plan_leaves_the_purpose_unknown():
    found = screened(CLEAR, on=made_up("plan_areas"), jobs=10.0)
    assert found.plans is None
    assert found.light == Light.UNKNOWN
    assert "screen.reason_plan_made_up" in codes(found, Light.UNKNOWN)


@pytest.mark.parametrize("name", ["parcels", "buildings", "plan_areas", "constraints", "zones"])
def test_the_land_account_is_no_evidence_where_a_layer_of_it_is_made_up(name):
    plots = rows(at(0, 0), parcel_id="1/1", synthetic=False)
    account = accounted(
        plots, plan=plans(at(0, 0, side=1000)), zone=zones(at(0, 0, side=1000)), rules=BARE
    )
    assert screened(at(0, 0), on=land(account=account, parcels=plots)).reserve_m2 is not None
    found = screened(at(0, 0), on=made_up(name, account=account, parcels=plots))
    assert (found.reserve_m2, found.densification_bra_m2, found.unknown_plots) == (None,) * 3
    assert cell(found, "reserve_m2").say("nb") == TOLD["nb"]
    assert "screen.unknown_account" not in [one.msgid for one in found.unknown]


def test_one_made_up_feature_makes_the_layer_so():
    flood = barred(at(2000, 0), at(3000, 0)).assign(synthetic=[False, True])
    assert land(constraints=flood).made_up == {"constraints"}


@pytest.mark.parametrize(
    ("row", "layer"), [(row, layer) for row, one in FIGURES.items() for layer in one.layers]
)
def test_every_figure_that_rests_on_a_made_up_layer_says_so(row, layer):
    plots = rows(at(0, 0), parcel_id="1/1", synthetic=False)
    account = accounted(
        plots, plan=plans(at(0, 0, side=1000)), zone=zones(at(0, 0, side=1000)), rules=BARE
    )
    whole = land(account=account, parcels=plots, grid=GRID)
    known = screened(at(0, 0), on=whole, jobs=10.0)
    assert not not_assessed(known, row)
    assert FIGURES[row].value(known) not in (None, ())
    base = pack({layer: MADE_UP}, parcels=plots, projects=ledger(*TOWN), grid=GRID)
    made = context_of(base, base.layer("projects"), NORMS, account)
    found = screened(at(0, 0), on=made, jobs=10.0)
    assert FIGURES[row].value(found) in (None, ())
    assert cell(found, row).say("en") == TOLD["en"]


def test_the_readers_own_list_of_projects_is_used_though_the_packs_is_made_up():
    base = pack({"projects": MADE_UP}, projects=ledger())
    own = context_of(base, ledger(*TOWN), NORMS)
    assert own.before is not None
    assert (own.made_up, own.badges) == (set(), ())
    # The report names the pack's plan cases neither as a source nor as made up and left out.
    assert not any("plansaker" in one.lower() for one in sources(base, "nb", own.made_up))
    assert context_of(base, base.layer("projects"), NORMS).before is None


def test_a_list_with_one_of_the_packs_made_up_plan_cases_is_no_evidence_in_whichever_list():
    base = pack({"projects": MADE_UP}, projects=ledger(*TOWN[:1]))
    found = context_of(base, ledger(*TOWN), NORMS)  # one of them is the pack's
    assert (found.before, found.listed, found.made_up) == (None, None, {"projects"})


EVERYTHING = ("plan_areas", "parcels", "buildings", "constraints", "constraint_coverage")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_says_that_made_up_land_is_clear(language):
    found = screened(CLEAR, on=made_up(*EVERYTHING), jobs=10.0, business_type="kontor")
    said = [paragraph(found, language), *map(str, document(found, language)["reasons"])]
    said += document(found, language)["unknown"] + document(found, language)["assumptions"]
    said += [remedy.remark.say(language) for remedy in found.remedies]
    said += compare([found], language).to_numpy().ravel().tolist()
    for words in CLEAR_WORDS:
        assert not any(words in one for one in said)
    assert said[0].count(TOLD[language]) == 4  # plan and constraints, and again as reasons
    for row in constraints(found):
        assert row.status.say(language) == TOLD[language]
        assert say("unknown", language) == row.overlap.say(language) == row.mapped.say(language)


def test_the_document_keeps_its_words_and_says_why():
    found = screened(CLEAR, on=made_up(*EVERYTHING), jobs=10.0)
    told = json.loads(json.dumps(document(found), allow_nan=False))
    assert told["made_up"] == ["buildings", "constraint_coverage", "constraints", "plan_areas"]
    for constraint in told["constraints"].values():
        assert (constraint["status"], constraint["m2"], constraint["synthetic"]) == (
            "not_mapped",
            None,
            True,
        )
    assert told["badges"] == []  # nothing that is said rests on them


def test_a_file_holds_the_same():
    on = made_up(*EVERYTHING)
    found = screened(CLEAR, on=on, jobs=10.0)
    (row,) = columns([found], on).to_dict("records")
    assert (row["flood"], row["flood_m2"], row["flood_synthetic"]) == ("not_mapped", None, True)
    assert TOLD["nb"] in row["reasons"]
    assert not provenance(on, [found]).synthetic


def test_a_site_that_is_itself_a_made_up_plot_carries_the_badge():
    on = made_up(*EVERYTHING)
    found = screened(CLEAR, on=on, jobs=10.0, synthetic=True)
    assert (found.synthetic, found.badges) == (True, ("synthetic",))
    assert "screen.unknown_outline" in [one.msgid for one in found.unknown]
    assert provenance(on, [found]).synthetic
    for written in ("true", 1, 1.0):
        assert screened(CLEAR, synthetic=written).synthetic
    for written in (False, None, "nei", float("nan"), 0):
        assert not screened(CLEAR, synthetic=written).synthetic


def test_what_the_made_up_layers_hold_can_be_seen_but_is_another_ground():
    flood = barred(at(450, 300, side=60, height=100))
    base = pack(dict.fromkeys(EVERYTHING, MADE_UP), constraints=flood)
    shown = screened(CLEAR, on=context_of(as_if_real(base), None, NORMS))
    assert shown.constraints["flood"].m2 == pytest.approx(6000)
    assert context_of(base, None, NORMS).made_up == set(EVERYTHING) - {"parcels"}
