"""A document is made again from its calculation id, with the figures that it had."""

from __future__ import annotations

import functools

import pytest

from geo.growth.calculation import recipe_of, same_figures
from geo.growth.terms import Terms
from geo.jobs import read_norms, with_overrides
from geo.land import compute
from geo.land.rules import ReserveRules
from geo.ledger.calculations import Calculation, Calculations, calculation_id_of
from geo.ledger.store import Ledger
from geo.lists import list_at
from geo.report.recipe import (
    ACCOUNT_REPORT,
    ZONE_SHEET,
    document_recipe_of,
    figures_of,
    recipe_for,
    remake,
)
from geo.report.zone_facts import AllFacts
from geo.workspace import Workspace
from tests.support import reading
from tests.support.errors import raising

BY = {"author": "Kari Planlegger", "reason": "Vedtatt"}
RULES = ReserveRules(building_buffer_m=10)
TERMS = Terms(target=0.85, adopted_only=True)


@pytest.fixture(scope="module")
def pack():
    return reading.embedded()


@pytest.fixture
def book(tmp_path, pack):
    """A ledger that begins with the pack's plan cases."""
    found = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}", pack.municipality_no)
    found.seed(pack.layer("projects"), **BY)
    yield found
    found.close()


@functools.cache
def land(rules):
    return compute.of_pack(reading.embedded(), rules)


def facts_at(pack, book, **parameters):
    listed = list_at(book)
    norms = with_overrides(read_norms(), {"kontor": (20.0, 30.0)})
    workspace = Workspace(pack=pack, lists=lambda: listed, norms=norms, lands=land)
    return AllFacts(workspace, **({"rules": RULES, "terms": TERMS} | parameters))


def saved(pack, book, zone="heia"):
    facts = facts_at(pack, book)
    recipe = recipe_for(facts, ZONE_SHEET, zone)
    store = Calculations(book.engine, book.municipality_no)
    return recipe, store.save(recipe.as_dict(), figures_of(facts, recipe), author="Kari Planlegger")


def test_made_again_from_the_id_after_the_list_has_changed_it_has_the_same_figures(pack, book):
    recipe, kept = saved(pack, book)
    zone = pack.layer("zones").set_index("zone_id").geometry["heia"]
    values = {"name": "Nytt lager", "jobs": 500, "effect": "counts", "zone_id": "heia"}
    book.add(values, zone.representative_point(), **BY)
    found = Calculations(book.engine, book.municipality_no).get(kept.id)
    assert document_recipe_of(found) == recipe
    again = remake(found, book, pack, lands=land)
    assert same_figures(found.result, figures_of(again, recipe))
    assert again.zone("heia").jobs["projects"] == 0
    # Of the list of today the figures are others, and so is the id.
    now = facts_at(pack, book)
    other = recipe_for(now, ZONE_SHEET, "heia")
    assert now.zone("heia").jobs["jobs"] == 500
    assert not same_figures(found.result, figures_of(now, other))
    assert other.calculation_id != kept.id


def test_the_id_is_known_before_it_is_saved(pack, book):
    recipe, kept = saved(pack, book)
    assert recipe.calculation_id == calculation_id_of(kept.content) == kept.id


@pytest.mark.parametrize(
    "change",
    [
        {"rules": ReserveRules(building_buffer_m=11)},
        {"terms": Terms(target=0.85)},
        {"terms": Terms(target=0.86, adopted_only=True)},
    ],
)
def test_other_parameters_are_another_document(pack, book, change):
    first = recipe_for(facts_at(pack, book), ZONE_SHEET, "heia")
    assert (
        first.calculation_id
        != recipe_for(facts_at(pack, book, **change), ZONE_SHEET, "heia").calculation_id
    )


def test_another_kind_or_zone_is_another_document(pack, book):
    facts = facts_at(pack, book)
    recipes = [
        recipe_for(facts, ZONE_SHEET, "heia"),
        recipe_for(facts, ZONE_SHEET, "hvam"),
        recipe_for(facts, ACCOUNT_REPORT),
        recipe_for(facts, ACCOUNT_REPORT, earlier=pack),
    ]
    assert len({one.calculation_id for one in recipes}) == len(recipes)


def test_another_pack_is_refused_and_the_one_that_is_needed_named(pack, book):
    _, kept = saved(pack, book)
    other = Calculation(
        kept.id, kept.at, kept.author, {**kept.content, "pack_sha256": "0" * 64}, kept.result
    )
    with raising("error.pack_differs", match="0" * 64):
        remake(other, book, pack)


def test_a_document_is_no_calculation_of_the_rule_and_the_other_way_round(pack, book):
    _, kept = saved(pack, book)
    with raising("error.calculation_is_document", match="siden Rapport"):
        recipe_of(kept)
    rule = Calculation("abcdefgh", kept.at, "Kari", {"rule_version": 3}, {})
    with raising("error.calculation_is_of_rule", match="abcdefgh"):
        document_recipe_of(rule)


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "zone_sheet"},
        {"kind": "poem"},
        {"kind": None},
    ],
)
def test_what_something_else_saved_is_refused_with_a_sentence(pack, book, content):
    _, kept = saved(pack, book)
    strange = Calculation(kept.id, kept.at, "Kari", content, {})
    with raising("error.parameters_unreadable"):
        document_recipe_of(strange)


def test_without_a_ledger_it_rests_on_the_packs_own_plan_cases(pack, book):
    facts = AllFacts(Workspace.of(pack))
    recipe = recipe_for(facts, ZONE_SHEET, "kjeller")
    assert (recipe.ledger_seq, recipe.ledger_at) == (0, "")
    kept = Calculations(book.engine, book.municipality_no).save(
        recipe.as_dict(), figures_of(facts, recipe), author="Kari"
    )
    assert same_figures(kept.result, figures_of(remake(kept, book, pack, lands=land), recipe))
