"""Sheets of zones on the page of documents: for which zones, and by which assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.growth.terms import Terms
from geo.land.rules import ReserveRules
from geo.report.assumptions import assumptions
from geo.report.zone_facts import AllFacts
from layers.app import address, login, texts
from layers.app.texts import t
from layers.widgets import zone_sheets

if TYPE_CHECKING:
    from layers.app.shell import View

_ZONES: Final = "report_zones"
_ADOPTED: Final = "report_adopted"
_ESTIMATES: Final = "report_estimates"


@dataclass(frozen=True)
class Assumed:
    """The parameters that documents on this page are made with."""

    rules: ReserveRules
    terms: Terms


def assumed(view: View) -> Assumed:
    """Let the reader choose which cases count, and show every parameter in use."""
    adopted = address.read("adopted", {"1": True}.get, default=False)
    estimates = address.read("estimates", {"0": False}.get, default=True)
    left, right = st.columns(2)
    only_adopted = left.toggle(
        t("documents.adopted"), value=address.begin(_ADOPTED, adopted), key=_ADOPTED
    )
    with_estimates = right.toggle(
        t("documents.estimates"), value=address.begin(_ESTIMATES, estimates), key=_ESTIMATES
    )
    address.keep("adopted", "1" if only_adopted else None)
    address.keep("estimates", None if with_estimates else "0")
    chosen = Assumed(ReserveRules(), Terms(adopted_only=only_adopted, estimates=with_estimates))
    facts = AllFacts(view.workspace, chosen.rules, chosen.terms)
    with st.expander(t("report.assumptions")):
        for line in assumptions(facts, texts.language()):
            st.markdown(f"- {texts.plain(line)}")
    return chosen


def offer(view: View, chosen: Assumed) -> None:
    """Let the reader choose zones, and hand over their sheets."""
    names = texts.zone_names(view.pack)
    zones = view.pack.layer("zones")  # says so where there are none
    asked = [one for one in address.several("zone") if one in names]
    if len(asked) < len(address.several("zone")):
        st.warning(t("zone.not_found"), icon=":material/help:")
    picked = st.multiselect(
        t("documents.zones"),
        list(names),
        default=address.begin_with(_ZONES, list(names), asked),
        format_func=names.__getitem__,
        placeholder=t("documents.all_zones", count=zones["zone_id"].nunique()),
        key=_ZONES,
    )
    address.keep("zone", picked or None)
    wanted = picked or list(dict.fromkeys(map(str, zones["zone_id"])))
    saving(view)
    label = (
        t("documents.make_one", zone=texts.plain(names[wanted[0]]))
        if len(wanted) == 1
        else t("documents.make_several", count=len(wanted))
    )
    zone_sheets.offer(view, wanted, chosen.rules, chosen.terms, label=label, key="report_sheets")


def saving(view: View) -> None:
    """Say whether what a document follows from is saved, and if not, why."""
    who = login.who()
    if view.book.ledger is None:
        st.caption(t("documents.no_list"))
    elif not who.may_write:
        st.caption(t("documents.not_saved", reason=texts.plain(who.why_not(texts.language()))))
    else:
        st.caption(t("documents.saved"))
