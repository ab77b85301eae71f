"""Where every square metre of business land went, and whether the parts sum to the whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import NaeringsarealError
from geo.geometry.scale import told
from geo.land import registers
from geo.land.notes import of_account
from geo.land.pieces import PIECE_AREAS
from geo.land.table import imbalance
from layers.app import explain, texts
from layers.app.texts import t
from layers.errors import HeavyWorkError
from layers.reserve import charts, views
from layers.reserve.choices import ALL, CORRIDOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.schema.findings import Finding
    from layers.reserve.views import Seen

# A: an account whose parts are further than this from the whole is wrong; rounding is far below.
BALANCE_TOLERANCE: Final = 0.001


def show(what: Seen) -> Callable[[], None]:
    """
    Where every square metre went, as a bar and as a sum with its error.

    Returns what checks the balance, to be called at the end of the page: by then the reader has
    all else. Until then it says that it is being checked.
    """
    rows = views.shares(what.total, t("share.gross_m2"))
    st.html(charts.stacked(rows, colours=views.share_colours()))
    line = st.empty()
    explain.beside("reserve_account", given=partial(views.assumed, what.whole.rules))
    rest = st.empty()

    def say(of: Seen, error: str) -> None:
        names = {name.removesuffix("_m2"): texts.daa(of.total[name]) for name in PIECE_AREAS}
        line.caption(t("reserve.balance", **names, error=error))

    def say_all(of: Seen) -> None:
        say(of, imbalance(of.total["balance_error_m2"], texts.language()))
        with rest.container():
            _found(of)

    def check() -> None:
        if what.is_measured:
            return
        waits = partial(say, what, t("reserve.balance_unchecked"))
        try:
            say_all(views.seen(what.view, what.whole.rules, what.area, measured=True, tick=waits))
        except NaeringsarealError as error:
            say(what, t("reserve.balance_not_checked"))
            if not isinstance(error, HeavyWorkError):  # another pack lies there now
                raise

    if what.is_measured:
        say_all(what)
    else:
        say(what, t("reserve.balance_unchecked"))
        with rest.container():
            _found(what)
    return check


def _found(what: Seen) -> None:
    """Say what is wrong with the account, and what was found of its layers."""
    total = what.total
    if total["balance_error_m2"] > BALANCE_TOLERANCE * total["gross_m2"]:
        st.error(t("reserve.balance_broken"), icon=":material/error:")
    for remark in told(what.account.area_correction):
        st.caption(texts.plain(remark.say(texts.language())))
    if not what.account.constraints_mapped:
        st.warning(t("reserve.not_mapped"), icon=":material/help:")
    faults = what.whole.faults
    if len(faults):
        named = ", ".join(f"{row.layer} {row.id}" for row in faults.head(10).itertuples())
        st.caption(t("reserve.faults", count=len(faults), names=texts.plain(named)))
    if what.area != ALL and total["unplotted_m2"] > 0:
        st.caption(t("reserve.unplotted", area=texts.daa(total["unplotted_m2"])))
    notes = of_account(what.whole)
    if notes and what.area != ALL:
        st.caption(t("reserve.notes_of_whole"))
    for note in (*notes, *_registered(what)):
        st.caption(texts.plain(note.say(texts.language())))


def _registered(what: Seen) -> tuple[Finding, ...]:
    """Return what the cadastre says of buildings on the area's vacant land; not what is made up."""
    points = what.view.workspace.layer("building_points")
    if points is None or "synthetic" in what.view.pack.badges("building_points"):
        return ()
    parts = what.account.parts
    if what.area not in (ALL, CORRIDOR):
        parts = parts[parts["zone_id"] == what.area]
    return registers.told(parts, points)
