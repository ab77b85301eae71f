"""
Land accounts, each kept by a cached function of `cache`; of many plots reckoned in a process.

`kept` gives what is cached, else what it is given a way to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from geo.transport import corridor
from layers.app import texts
from layers.app.heavy import under_way, waiting, work
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
    found = waiting.there(kept)
    if found is not None:
        return found
    if not work.plots_are_heavy(pack):
        if tick is not None:
            waiting.calm(tick)
        return kept(lambda: basis().account(rules, measured=measured))
    return _waited_for(_land(pack, rules, usual(), measured=measured), kept, pack, tick)


def land_ahead(
    pack: Pack,
    rules: ReserveRules,
    kept: Kept[LandAccount],
    basis: Callable[[], LandBasis],
    *,
    usual: Callable[[], LandAccount | None],
) -> None:
    """
    Have the account made that may be asked for next, not measured; arguments as `land`.

    Not on a server that makes other pages just now. Of many plots it is made where a process has
    nothing to do, and stopped where it gets something.
    """
    if len(under_way.pages()) > 1:
        return
    if work.plots_are_heavy(pack):
        waiting.ahead(_land(pack, rules, usual(), measured=False), kept)
    else:
        kept(lambda: basis().account(rules, measured=False))


def _land(
    pack: Pack, rules: ReserveRules, like: LandAccount | None, *, measured: bool
) -> Work[LandAccount]:
    outlines = None if like is None else like.pieces.geometry.to_numpy()
    return work.land_account(pack, rules, measured=measured, outlines=outlines)


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
