"""
The heavy work itself, as a process does it: the same calls as in the server, and nothing else.

The process reads the pack by itself and keeps it, so that a job's arguments are small. Each task
gives back its result in parts.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import NaeringsarealError, PackError
from geo.land.basis import LandBasis
from geo.land.pieces import telling
from geo.lists import ProjectList, pack_projects
from geo.pack import location
from geo.screening import screen
from geo.search import ranking
from geo.transport import corridor
from geo.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.jobs import Norm
    from geo.land.account import LandAccount
    from geo.land.rules import ReserveRules
    from geo.pack.read import Pack
    from geo.search.criteria import Criteria
    from geo.search.survey import Survey
    from layers.app.heavy.child import Progress

BATCH: Final = 250  # sites between two steps of the bar
MEASURES: Final = ("reserve_m2", "densification_bra_m2")
_KEPT: Final = 2  # packs, and what was put together of each, that a process keeps


@dataclass(frozen=True)
class PackAt:
    """
    A pack by where it lies.

    Attributes
    ----------
    stamp
        Of its files: another stamp is another pack.
    sha256
        What the server read there.
    """

    directory: Path
    stamp: Hashable
    sha256: str

    def read(self) -> Pack:
        """
        Return the pack, read once.

        Raises
        ------
        PackError
            If another one lies there now, or none that can be read.
        """
        pack = _read(self.directory, self.stamp)
        if pack.sha256 != self.sha256:
            raise PackError("error.heavy_pack_changed")
        return pack


@dataclass(frozen=True, eq=False)
class DeskAt:
    """
    A workspace by what it is put together of; `key` tells one from another.

    `listed` is the ledger's list of projects, None for the pack's own plan cases; `register` its
    sites, None for none.
    """

    pack: PackAt
    key: Hashable
    norms: Mapping[str, Norm]
    listed: ProjectList | None
    register: GeoDataFrame | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeskAt) and (self.pack, self.key) == (other.pack, other.key)

    def __hash__(self) -> int:
        return hash((self.pack, self.key))


@lru_cache(_KEPT)
def _read(directory: Path, stamp: Hashable) -> Pack:  # noqa: ARG001  # part of the cache's key
    return location.read_at(directory)


@lru_cache(_KEPT)
def _basis(directory: Path, stamp: Hashable) -> LandBasis:
    return LandBasis.of_pack(_read(directory, stamp))


@lru_cache(2 * _KEPT)  # measured and not
def _account(at: PackAt, rules: ReserveRules, *, measured: bool) -> LandAccount:
    at.read()  # another pack may lie there now
    return _basis(at.directory, at.stamp).account(rules, measured=measured)


def expect(directory: Path, stamp: Hashable) -> None:
    """Read a pack and have its land ready, before anybody asks for an account of it."""
    with contextlib.suppress(NaeringsarealError):  # whoever asks is told
        _basis(directory, stamp).account(measured=False)


@lru_cache(_KEPT)
def _workspace(at: DeskAt) -> Workspace:
    pack = at.pack.read()
    listed = pack_projects(pack) if at.listed is None else at.listed
    return Workspace(
        pack=pack,
        lists=lambda: listed,
        norms=at.norms,
        lands=partial(_account, at.pack, measured=True),
        registers=lambda: at.register,
    )


def desk_of(at: DeskAt | Workspace) -> Workspace:
    """Return a workspace, put together once; in the server it is there already."""
    return at if isinstance(at, Workspace) else _workspace(at)


def land_account(
    progress: Progress, at: PackAt, rules: ReserveRules, *, measured: bool, outlined: bool
) -> Iterator[Any]:
    """
    Reckon the land account; `measured` as for `geo.land.compute.account`.

    The outlines of its pieces, which no distance changes, are a part of their own; left out unless
    `outlined`.
    """
    with telling(progress):
        found = _account(at, rules, measured=measured)
    yield replace(_bare(found), pieces=pd.DataFrame(found.pieces.drop(columns="geometry")))
    if outlined:
        yield found.pieces.geometry.to_numpy()


def corridor_account(
    progress: Progress, at: PackAt, rules: ReserveRules, *, measured: bool
) -> Iterator[LandAccount]:
    """Reckon the land account and cut it to the corridor of standard width."""
    outline = corridor.corridor_polygon(at.read().layer("corridor_nodes"))
    with telling(progress):
        whole = _account(at, rules, measured=measured)
    yield _bare(whole.within(outline.geometry.iloc[0]))


def sensitivity(
    progress: Progress, at: PackAt, variants: tuple[ReserveRules, ...]
) -> Iterator[dict[str, float]]:
    """Sum the municipality up for each set of rules."""
    for done, rules in enumerate(variants):
        progress(done, len(variants))
        # Not measured twice: the balance is checked on the account that the page shows.
        yield totals(_account(at, rules, measured=False))
    progress(len(variants), len(variants))


def totals(account: LandAccount) -> dict[str, float]:
    """Return the municipality's `MEASURES` by an account."""
    found = account.total()
    return {name: float(found[name]) for name in MEASURES}


@lru_cache(_KEPT)
def _surveyed(at: DeskAt, flood_class: str, *, join: bool, densification: bool) -> Survey:
    return _workspace(at).survey(join=join, densification=densification, flood_class=flood_class)


def hits(
    progress: Progress, at: DeskAt, ground: DeskAt, wish: Criteria, limit: int
) -> Iterator[ranking.Result]:
    """Survey the land and rank what meets the wish; `ground` is the desk without any entries."""
    with telling(progress):
        found = _surveyed(
            ground, wish.flood_class, join=wish.join, densification=wish.densification
        )
    context = _workspace(at).context_for(wish.flood_class)
    yield ranking.search(context, found, wish, limit=limit)


def screened(
    progress: Progress, at: DeskAt, sites: GeoDataFrame, flood_class: str
) -> Iterator[object]:
    """Screen sites, a batch a part."""
    context = _workspace(at).context_for(flood_class)
    for start in range(0, len(sites), BATCH):
        progress(start, len(sites))
        yield screen.screen(context, sites.iloc[start : start + BATCH])
    progress(len(sites), len(sites))


def _bare(account: LandAccount) -> LandAccount:
    """Return the account without what was worked out of it, which the server does in no time."""
    return replace(account)
