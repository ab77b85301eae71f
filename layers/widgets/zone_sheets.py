"""The sheets of zones (områdeark) as a page hands them over, and what they follow from kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.growth.terms import EVERYTHING, Terms
from geo.land.rules import ReserveRules
from geo.ledger.calculations import Calculations
from geo.report import page, zone_sheet
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
    from layers.app.heavy.job import Work
    from layers.app.shell import View


def of_zone(view: View, zone: GeoDataFrame) -> None:
    """Offer the sheet of a zone: made on the click, or in two steps where that takes long."""
    if not shell.is_open("report"):
        return
    zone_id, who = str(zone["zone_id"].iloc[0]), login.who()
    author = who.author if who.may_write and view.book.ledger else None
    wanted = _wanted([zone_id], saved=author is not None)
    if work.plots_are_heavy(view.pack):
        label = t("documents.sheet")
        offer(view, [zone_id], ReserveRules(), EVERYTHING, label=label, key="zone_sheet")
        return
    name = texts.of_pack(zone["name"].iloc[0], view.pack.directory)
    # Asked for nothing until the click.
    facts = AllFacts(view.workspace, wanted.rules, wanted.terms)
    st.download_button(
        t("documents.sheet"),
        data=partial(_at_once, view, facts, wanted, author),
        file_name=zone_sheet.file_name(name, zone_id, wanted.language),
        mime=zone_sheet.MIME,
        icon=":material/picture_as_pdf:",
        on_click="ignore",
        key="zone_sheet",
    )


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


def _at_once(view: View, facts: AllFacts, wanted: documents.Sheets, author: str | None) -> bytes:
    if author is not None:
        keep(view, facts, wanted.zones, author)
    return documents.one(facts, wanted.zones[0], wanted).data


def _wanted(
    zone_ids: Sequence[str],
    rules: ReserveRules | None = None,
    terms: Terms = EVERYTHING,
    *,
    saved: bool,
) -> documents.Sheets:
    return documents.Sheets(
        zones=tuple(zone_ids),
        rules=rules or ReserveRules(),
        terms=terms,
        language=texts.language(),
        at=page.now(),
        saved=saved,
        name=f"{t('sheet.file')}.zip",
    )
