"""The land account to the council (arealregnskap) on the page of documents."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import VersionError
from geo.ledger.calculations import Calculations
from geo.pack.location import EMBEDDED, version_at
from geo.pack.versions import VersionStore
from geo.report.page import now
from geo.report.word.document import ENDING
from layers.app import address, login, texts
from layers.app.heavy import account_report, work
from layers.app.texts import NORWAY, t
from layers.report.sheets import Assumed
from layers.widgets import handover

if TYPE_CHECKING:
    from collections.abc import Hashable

    from geo.formats.write import File
    from geo.pack.versions import Version
    from geo.report.recipe import DocumentRecipe
    from geo.report.zone_facts import AllFacts
    from layers.app.heavy.account_report import MadeReport
    from layers.app.heavy.job import Work
    from layers.app.shell import View

SINCE: Final = "since"  # in the address
_SINCE: Final = "report_since"


def offer(view: View, chosen: Assumed) -> None:
    """Let the reader choose an earlier version of the pack, and hand over the land account."""
    st.header(t("documents.account"))
    st.caption(t("documents.account_lead"))
    with view.part():
        view.pack.layer("zones")  # says so where there are none
        earlier = _earlier(view)
        may_save = view.book.ledger is not None and login.who().may_write
        # It takes seconds, whichever pack it is of.
        heavy = work.is_heavy(view.pack, work.HEAVY_PLOTS)
        about = (chosen, earlier, texts.language(), view.version, may_save)

        def make() -> Work[MadeReport]:
            wanted = _wanted(chosen, earlier, saved=may_save)
            desk = work.desk_at(view.workspace, view.version) if heavy else view.workspace
            return account_report.account_report(desk, wanted, about)

        def taken(made: MadeReport) -> File:
            if may_save:
                _save(view, made)
            return made.file

        label = t("documents.make_account")
        key = "report_account"
        handover.stepwise(make, about, heavy=heavy, key=key, label=label, taken=taken)


def again(facts: AllFacts, recipe: DocumentRecipe, about: Hashable, *, key: str) -> None:
    """Hand over a land account that is made again of what was saved."""
    sha256 = recipe.earlier_pack_sha256
    earlier = None if sha256 is None else VersionStore().holding(sha256)
    if earlier is None and sha256 is not None:
        raise VersionError("error.version_gone", sha256=sha256)

    def make() -> Work[MadeReport]:
        wanted = _wanted(Assumed(facts.rules, facts.terms), earlier, saved=True)
        return account_report.account_report(facts.workspace, wanted, about)

    label = t("documents.make_again")
    about = (about, texts.language())
    taken = attrgetter("file")
    handover.stepwise(make, about, heavy=False, key=key, label=label, taken=taken)


def _earlier(view: View) -> str | None:
    """Let the reader choose a version of the pack, none by default; who made it is not said."""
    shown = version_at(view.pack.directory)
    whole = [one for one in VersionStore().versions() if one.fault is None]
    names = {one.id: _name(one) for one in whole} | {EMBEDDED: t("data.embedded")}
    names.pop(shown, None)
    options: list[str | None] = [None, *names]
    asked = address.read(SINCE, address.one_of(names), None)
    chosen = st.selectbox(
        t("documents.since"),
        options,
        index=address.begin_at(_SINCE, options, asked),
        format_func=lambda one: t("documents.since_none") if one is None else names[one],
        key=_SINCE,
        help=t("documents.since_help"),
    )
    address.keep(SINCE, chosen)
    return chosen


def _name(one: Version) -> str:
    made = "" if one.at is None else f"{one.at.astimezone(NORWAY):%d.%m.%Y %H:%M}"
    layers = ", ".join(t(f"layer.{layer}") for layer in one.layers)
    return " · ".join(part for part in (made or one.id, layers) if part)


def _wanted(chosen: Assumed, earlier: str | None, *, saved: bool) -> account_report.WantedReport:
    return account_report.WantedReport(
        rules=chosen.rules,
        terms=chosen.terms,
        earlier=earlier,
        language=texts.language(),
        at=now(),
        saved=saved,
        name=f"{t('documents.account_file')}{ENDING}",
    )


def _save(view: View, made: MadeReport) -> None:
    """Save what the document says is saved; who lost the right to meanwhile is not given it."""
    author, ledger = login.require_writer().author, view.book.ledger
    assert ledger is not None  # asked for before
    store = Calculations(ledger.engine, ledger.municipality_no)
    store.save(made.recipe, made.figures, author=author)
