"""A document made again from its calculation id, and whether its figures are those of today."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import NaeringsarealError
from geo.growth.calculation import same_figures
from geo.ledger.calculations import Calculation, Calculations
from geo.pack.versions import VersionStore
from geo.report.recipe import ZONE_SHEET, document_recipe_of, figures_of, remake
from geo.report.zone_facts import AllFacts
from layers.app import address, cache, texts
from layers.app.texts import NORWAY, t
from layers.report import account
from layers.widgets import zone_sheets

if TYPE_CHECKING:
    from geo.ledger.store import Ledger
    from geo.pack.read import Pack
    from geo.report.recipe import DocumentRecipe
    from layers.app.shell import View

PARAMETER: Final = "beregning"  # in the address, as on the page of the rule
_FIELD: Final = "report_id"
_MOST: Final = 64  # characters that are looked for; an id has eight


def shown(view: View) -> None:
    """Let the reader name a document, show what it is, and hand it over again."""
    asked = (address.text(PARAMETER) or "")[:_MOST]
    written = st.text_input(
        t("documents.id"),
        value=address.begin(_FIELD, asked),
        max_chars=_MOST,
        key=_FIELD,
        help=t("documents.id_help"),
    ).strip()
    address.keep(PARAMETER, written or None)
    if not written:
        return
    ledger = view.book.ledger
    if ledger is None:
        st.info(t("documents.no_list"), icon=":material/help:")
        return
    with st.container(border=True), view.part():
        found = Calculations(ledger.engine, ledger.municipality_no).get(written.lower())
        _show(view, ledger, found)


def _show(view: View, ledger: Ledger, found: Calculation) -> None:
    recipe = document_recipe_of(found)
    names = texts.zone_names(view.pack)
    zones = ", ".join(texts.plain(names.get(one, one)) for one in recipe.zones)
    moment = found.at.astimezone(NORWAY).strftime("%d.%m.%Y %H:%M")
    st.markdown(
        t(
            "documents.is",
            kind=t(f"document.{recipe.kind}"),
            zones=zones,
            author=texts.plain(found.author),
            at=moment,
        )
    )
    _today(view, found, recipe)
    pack = _pack_of(view, recipe)
    lands = partial(cache.land_account, pack, pack.sha256)
    facts = remake(found, ledger, pack, lands=lands)
    if not same_figures(found.result, figures_of(facts, recipe)):
        st.warning(t("documents.off"), icon=":material/history:")
    if recipe.kind == ZONE_SHEET:
        zone_sheets.again(facts, recipe.zones, found.id, key="report_again")
    else:
        account.again(facts, recipe, found.id, key="report_again")


def _today(view: View, found: Calculation, recipe: DocumentRecipe) -> None:
    """Say whether the figures of today are those that were saved, and if not, what moved them."""
    now = AllFacts(view.workspace, recipe.rules, recipe.terms)
    try:
        same = same_figures(found.result, figures_of(now, recipe))
    except NaeringsarealError:  # the zone is not in today's pack, for instance
        same = False
    if same:
        st.success(t("documents.same"), icon=":material/check:")
        return
    why = []
    if recipe.pack_sha256 != view.version.pack_sha256:
        why.append(t("documents.other_pack", id=recipe.pack_sha256[:8]))
    if recipe.ledger_seq != view.workspace.seq:
        why.append(t("documents.other_list", seq=str(recipe.ledger_seq)))
    st.info(" ".join([t("documents.other"), *why]), icon=":material/update:")


def _pack_of(view: View, recipe: DocumentRecipe) -> Pack:
    """Return the pack that a document was made with, where it is the one in use or is kept."""
    if recipe.pack_sha256 == view.pack.sha256:
        return view.pack
    version = VersionStore().holding(recipe.pack_sha256)
    return view.pack if version is None else cache.version_pack(version)
