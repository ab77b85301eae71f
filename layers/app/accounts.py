"""Land accounts, kept; those of packs with many plots are reckoned in a process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.land import compute
from geo.transport import corridor
from layers.app import texts
from layers.app.heavy import waiting, work
from layers.app.heavy.tasks import totals
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.land.account import LandAccount
    from geo.land.rules import ReserveRules
    from geo.pack.read import Pack


@st.cache_resource(show_spinner=False, max_entries=24)
def _land(pack_sha256: str, rules: ReserveRules, _made: Callable[[], LandAccount]) -> LandAccount:  # noqa: ARG001  # part of the cache's key
    return _made()


@st.cache_resource(show_spinner=False, max_entries=24)
def _corridor_land(
    pack_sha256: str,  # noqa: ARG001  # part of the cache's key
    rules: ReserveRules,  # noqa: ARG001
    _made: Callable[[], LandAccount],
) -> LandAccount:
    return _made()


@st.cache_data(show_spinner=False, max_entries=24)
def _totals(
    pack_sha256: str,  # noqa: ARG001  # part of the cache's key
    variants: tuple[ReserveRules, ...],  # noqa: ARG001
    _made: Callable[[], list[dict[str, float]]],
) -> list[dict[str, float]]:
    return _made()


def land_account(pack: Pack, pack_sha256: str, rules: ReserveRules) -> LandAccount:
    """
    Account of all business land: every plot's built, excluded, dropped and vacant land.

    Raises
    ------
    HeavyWorkError
        If there are many plots, and the reader stopped it or its process was lost.
    """
    kept = partial(_land, pack_sha256, rules)
    if not work.plots_are_heavy(pack):
        return kept(partial(compute.of_pack, pack, rules))
    return waiting.result(work.land_account(pack, rules), kept, _says(pack))


def corridor_account(pack: Pack, pack_sha256: str, rules: ReserveRules) -> LandAccount:
    """
    Return the same account, cut to the corridor of standard width.

    Raises
    ------
    HeavyWorkError
        As `land_account`.
    """
    kept = partial(_corridor_land, pack_sha256, rules)
    if work.plots_are_heavy(pack):
        return waiting.result(work.corridor_account(pack, rules), kept, _says(pack))

    def cut() -> LandAccount:
        outline = corridor.corridor_polygon(pack.layer("corridor_nodes"))
        return land_account(pack, pack_sha256, rules).within(outline.geometry.iloc[0])

    return kept(cut)


def sensitivity(
    pack: Pack, pack_sha256: str, variants: tuple[ReserveRules, ...]
) -> list[dict[str, float]]:
    """
    Totals of the municipality for each set of rules.

    Raises
    ------
    HeavyWorkError
        As `land_account`.
    """
    kept = partial(_totals, pack_sha256, variants)
    if not work.plots_are_heavy(pack):
        return kept(lambda: [totals(pack, rules) for rules in variants])
    return waiting.result(work.sensitivity(pack, variants), kept, t("heavy.sensitivity"))


def _says(pack: Pack) -> str:
    return t("heavy.land", count=texts.num(len(pack.layer("parcels"))))
