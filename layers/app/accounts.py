"""
Land accounts, each kept by a cached function of `cache`; of many plots reckoned in a process.

`kept` gives what is cached, else what it is given a way to make.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

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

    T = TypeVar("T")
    Kept = Callable[[Callable[[], T]], T]


def land(pack: Pack, rules: ReserveRules, kept: Kept[LandAccount]) -> LandAccount:
    """
    Return the account of all business land.

    Raises
    ------
    MissingLayerError
        If the pack lacks one of `geo.land.compute.NEEDS`.
    HeavyWorkError
        If there are many plots, and the reader stopped it or its process was lost.
    """
    if not work.plots_are_heavy(pack):
        return kept(partial(compute.of_pack, pack, rules))
    return waiting.result(work.land_account(pack, rules), kept, _says(pack))


def in_corridor(
    pack: Pack,
    rules: ReserveRules,
    kept: Kept[LandAccount],
    whole: Callable[[], LandAccount],
) -> LandAccount:
    """
    Return the account cut to the corridor of standard width; `whole` gives the whole one.

    Raises
    ------
    MissingLayerError, HeavyWorkError
        As `land`.
    """
    if work.plots_are_heavy(pack):
        return waiting.result(work.corridor_account(pack, rules), kept, _says(pack))

    def cut() -> LandAccount:
        outline = corridor.corridor_polygon(pack.layer("corridor_nodes"))
        return whole().within(outline.geometry.iloc[0])

    return kept(cut)


def sums(
    pack: Pack, variants: tuple[ReserveRules, ...], kept: Kept[list[dict[str, float]]]
) -> list[dict[str, float]]:
    """
    Return the totals of the municipality for each set of rules.

    Raises
    ------
    MissingLayerError, HeavyWorkError
        As `land`.
    """
    if not work.plots_are_heavy(pack):
        return kept(lambda: [totals(pack, rules) for rules in variants])
    return waiting.result(work.sensitivity(pack, variants), kept, t("heavy.sensitivity"))


def _says(pack: Pack) -> str:
    return t("heavy.land", count=texts.num(len(pack.layer("parcels"))))
