"""The sheets of zones (områdeark) as a page hands them over, and what they follow from kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.growth.terms import EVERYTHING
from geo.land.rules import ReserveRules
from geo.ledger.calculations import Calculations
from geo.report import page
from geo.report.recipe import ZONE_SHEET, figures_of, recipe_for
from geo.report.zone_facts import AllFacts
from layers.app import login, shell, texts
from layers.app.heavy import documents, work
from layers.app.texts import t
from layers.widgets import handover

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from geopandas import GeoDataFrame

    from geo.formats.write import File
    from geo.growth.terms import Terms
    from layers.app.heavy.job import Work
    from layers.app.shell import View


def of_zone(view: View, zone: GeoDataFrame) -> None:
    """Make the sheet of a zone on a click, and hand it over."""
    if not shell.is_open("report"):
        return
    # Not made by a download of its own: there nobody knows who may still write.
    wanted = [str(zone["zone_id"].iloc[0])]
    label = t("documents.sheet")
    offer(view, wanted, ReserveRules(), EVERYTHING, label=label, key="zone_sheet")


def offer(
    view: View,
    zone_ids: Sequence[str],
    rules: ReserveRules,
    terms: Terms,
    *,
    label: str,
    key: str,
) -> None:
    """Make the sheets of some zones on a click, several as a zip, and hand them over."""
    heavy = work.is_heavy(view.pack, len(zone_ids) * work.HEAVY_PLOTS // 4)
    may_save = view.book.ledger is not None and login.who().may_write
    about = (tuple(zone_ids), rules, terms, texts.language(), view.version, may_save)

    def make() -> Work[File]:
        facts = AllFacts(view.workspace, rules, terms)
        if may_save:
            keep(view, facts, zone_ids, login.require_writer().author)
        wanted = _wanted(zone_ids, rules, terms, saved=may_save)
        desk = work.desk_at(view.workspace, view.version) if heavy else view.workspace
        return documents.sheets(desk, wanted, about)

    handover.stepwise(make, about, heavy=heavy, key=key, label=label)


def again(facts: AllFacts, zone_ids: Sequence[str], about: Hashable, *, key: str) -> None:
    """Hand over sheets that are made again of what was saved."""

    def make() -> Work[File]:
        wanted = _wanted(zone_ids, facts.rules, facts.terms, saved=True)
        return documents.sheets(facts.workspace, wanted, about)

    label = t("documents.make_again")
    handover.stepwise(make, (about, texts.language()), heavy=False, key=key, label=label)


def keep(view: View, facts: AllFacts, zone_ids: Sequence[str], author: str) -> None:
    """Save what sheets follow from, with their figures, so that they can be made again."""
    ledger = view.book.ledger
    assert ledger is not None  # asked for before
    store = Calculations(ledger.engine, ledger.municipality_no)
    for zone_id in zone_ids:
        recipe = recipe_for(facts, ZONE_SHEET, zone_id)
        store.save(recipe.as_dict(), figures_of(facts, recipe), author=author)


def _wanted(
    zone_ids: Sequence[str],
    rules: ReserveRules,
    terms: Terms,
    *,
    saved: bool,
) -> documents.Sheets:
    return documents.Sheets(
        zones=tuple(zone_ids),
        rules=rules,
        terms=terms,
        language=texts.language(),
        at=page.now(),
        saved=saved,
        name=f"{t('sheet.file')}.zip",
    )
