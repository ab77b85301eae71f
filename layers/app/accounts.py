"""
Land accounts, each kept by a cached function of `cache`; of many plots reckoned in a process.

`kept` gives what is cached, else what it is given a way to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from geo.transport import corridor
from layers.app import texts
from layers.app.heavy import waiting, work
from layers.app.heavy.tasks import totals
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.land.account import LandAccount
    from geo.land.basis import LandBasis
    from geo.land.rules import ReserveRules
    from geo.pack.read import Pack
    from layers.app.heavy.job import Work

    T = TypeVar("T")
    Kept = Callable[[Callable[[], T]], T]
    Tick = Callable[[], None] | None


def land(
    pack: Pack,
    rules: ReserveRules,
    kept: Kept[LandAccount],
    basis: Callable[[], LandBasis],
    *,
    usual: Callable[[], LandAccount | None],
    measured: bool = True,
    tick: Tick = None,
) -> LandAccount:
    """
    Return the account of all business land.

    Parameters
    ----------
    basis
        Gives the pack's land, made ready; asked where the server reckons itself.
    usual
        Gives an account by the same codes and statuses, if one is kept: it has the same pieces.
    measured
        As for `geo.land.compute.account`.
    tick
        Called meanwhile, where the reader has what they wait for already (`waiting.behind`).

    Raises
    ------
    MissingLayerError
        If the pack lacks one of `geo.land.compute.NEEDS`.
    HeavyWorkError
        If there are many plots, and the reader stopped it or its process was lost.
    """
    if not work.plots_are_heavy(pack):
        return kept(lambda: basis().account(rules, measured=measured))
    found = waiting.there(kept)
    if found is not None:
        return found
    like = usual()
    outlines = None if like is None else like.pieces.geometry.to_numpy()
    asked = work.land_account(pack, rules, measured=measured, outlines=outlines)
    return _waited_for(asked, kept, pack, tick)


def _waited_for(
    asked: Work[LandAccount], kept: Kept[LandAccount], pack: Pack, tick: Tick
) -> LandAccount:
    if tick is not None:
        return waiting.behind(asked, kept, tick)
    said = t("heavy.land", count=texts.num(len(pack.layer("parcels"))))
    return waiting.result(asked, kept, said)


def in_corridor(
    pack: Pack,
    rules: ReserveRules,
    kept: Kept[LandAccount],
    whole: Callable[[], LandAccount],
    *,
    measured: bool = True,
    tick: Tick = None,
) -> LandAccount:
    """
    Return the account cut to the corridor of standard width; `whole` gives the whole one.

    Raises
    ------
    MissingLayerError, HeavyWorkError
        As `land`.
    """
    if work.plots_are_heavy(pack):
        return _waited_for(work.corridor_account(pack, rules, measured=measured), kept, pack, tick)

    def cut() -> LandAccount:
        outline = corridor.corridor_polygon(pack.layer("corridor_nodes"))
        return whole().within(outline.geometry.iloc[0])

    return kept(cut)


def sums(
    pack: Pack,
    variants: tuple[ReserveRules, ...],
    kept: Kept[list[dict[str, float]]],
    basis: Callable[[], LandBasis],
) -> list[dict[str, float]]:
    """
    Return the totals of the municipality for each set of rules; `basis` as in `land`.

    Raises
    ------
    MissingLayerError, HeavyWorkError
        As `land`.
    """
    if not work.plots_are_heavy(pack):
        return kept(lambda: [totals(basis().account(one, measured=False)) for one in variants])
    return waiting.result(work.sensitivity(pack, variants), kept, t("heavy.sensitivity"))
