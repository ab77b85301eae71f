"""
Plots cut by plan areas and zones, and what happens on each piece of land.

A piece is one plot ∩ one plan area with business purpose ∩ one zone; it remembers all three. All
that is measured on it adds up, so a plot, a zone and the municipality are sums of pieces. What is
free is judged by contiguous parts of a plot, across borders of plans and zones.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.geometry import overlay
from geo.land.stages import Measured, PieceBlock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.geometry.overlay import Floats
    from geo.geometry.polygons import PolygonLayer
    from geo.land.rules import ReserveRules
    from geo.land.stages import BusinessLand, FreeLand, Obstacles


def _untold(_done: int, _all: int) -> None:
    return


# Who is told how many plots are done, of how many; nobody, unless somebody asks by `telling`.
_TOLD: Final[ContextVar[Callable[[int, int], None]]] = ContextVar("told", default=_untold)
_AFTERWARDS: Final = 0.15  # A: what comes after the plots, as a part of the time that they take

BUFFERS_KEPT: Final = 3  # A: so many places of the slider are gone back to


@contextmanager
def telling(tell: Callable[[int, int], None]) -> Iterator[None]:
    """Have `tell` told within the block how far an account is: plots done, and of how many."""
    token = _TOLD.set(tell)
    try:
        yield
    finally:
        _TOLD.reset(token)


def measure(
    plots: PolygonLayer,
    sites: BusinessLand,
    ground: Obstacles,
    rules: ReserveRules,
    *,
    scale: Floats | None = None,
    measured: bool = True,
) -> Measured:
    """
    Cut the plots into pieces and share out every piece: built, excluded, dropped, reserve.

    Of land that is built and under water it is built, as it is with land under a constraint.

    Parameters
    ----------
    plots, sites, ground
        In the same metric reference system.
    rules
        Buffer, minimum part and minimum width.
    scale
        (n,) of the plots: what areas in the plane are multiplied by to be those on the ground, on
        which the rules are too (`geo.geometry.scale`); None where the two are the same.
    measured
        Measure built and excluded land by intersections of its own, so that the balance checks
        one computation against another. Otherwise they are what the subtraction took away, which
        takes about half the time.

    Returns
    -------
    Measured
        `pieces` has plot_row, plan_row, zone_row, gross_m2, built_m2, excluded_m2 (with water_m2;
        NaN if no constraints are mapped), water_m2, dropped_m2, reserve_m2, footprint_m2,
        existing_bra_m2 (NaN if a building's floor area is unknown); `parts` has plot_row,
        zone_row, area_m2.
    """
    return KeptPieces(plots, sites, ground, scale=scale, buffers=0).measure(
        rules, measured=measured
    )


class KeptPieces:
    """
    Pieces that are measured by one set of rules after another, and kept in between.

    What rules do not change is not worked out again, and the result is that of `measure` to the
    last digit. One thread at a time.

    Parameters
    ----------
    plots, sites, ground, scale
        As for `measure`.
    buffers
        For how many buffers free land is kept, the last ones asked for; with 0 nothing is kept,
        the pieces neither.
    """

    def __init__(
        self,
        plots: PolygonLayer,
        sites: BusinessLand,
        ground: Obstacles,
        *,
        scale: Floats | None = None,
        buffers: int = BUFFERS_KEPT,
    ) -> None:
        factors = np.ones(len(plots.geometry)) if scale is None else scale
        self._cut = partial(PieceBlock, plots=plots, sites=sites, ground=ground, factors=factors)
        # The last, empty block gives the columns of a result without any land.
        self._rows = [*overlay.blocks(plots.bounds), np.empty(0, dtype=np.int64)]
        self._everything = round(len(plots.geometry) * (1 + _AFTERWARDS))
        self._buffers = buffers
        self._blocks: dict[int, PieceBlock] = {}
        self._free: dict[float, dict[int, FreeLand]] = {}

    def measure(self, rules: ReserveRules, *, measured: bool = True) -> Measured:
        """Share out the pieces by these rules, as `measure` does."""
        tell, lock, done_so_far = _TOLD.get(), threading.Lock(), [0]
        buffer_m = rules.building_buffer_m
        of_buffer = self._free.pop(buffer_m, {})

        def work(number: int) -> Measured:
            block = self._blocks.get(number) or self._cut(self._rows[number], reach_m=buffer_m)
            free = of_buffer.get(number)
            if free is None or (measured and free.covered is None):
                free = block.free(buffer_m, measured=measured, known=free)
            if self._buffers:
                self._blocks[number], of_buffer[number] = block, free
            found = block.judge(free, rules, measured=measured)
            with lock:
                done_so_far[0] += len(self._rows[number])
                tell(done_so_far[0], self._everything)
            return found

        try:
            done = overlay.in_threads(work, range(len(self._rows)))
        finally:  # what is done is kept for who stopped it too
            self._free[buffer_m] = of_buffer  # the last one asked for is the last to go
        for buffer in list(self._free)[: max(len(self._free) - self._buffers, 0)]:
            del self._free[buffer]
        return Measured(
            pd.concat([block.pieces for block in done], ignore_index=True),
            np.concatenate([block.geometry for block in done]),
            pd.concat([block.parts for block in done], ignore_index=True),
            np.concatenate([block.part_wkb for block in done]),
            pd.concat([block.shreds for block in done], ignore_index=True),
        )


PIECE_AREAS: Final[tuple[str, ...]] = (
    "gross_m2",
    "built_m2",
    "excluded_m2",
    "dropped_m2",
    "reserve_m2",
)


# A: parts cut from coordinates in whole centimetres sum to no better than this, and no area here is
# shown to less. What is further off is told as it is.
BALANCE_PRECISION_M2: Final = 1.0


def out_of_reserve_m2(pieces: pd.DataFrame) -> pd.Series:
    """Land that is known not to be free (m²): excluded, or water alone where that is unknown."""
    out: pd.Series = pieces["excluded_m2"].fillna(pieces["water_m2"])
    return out


def balance_error_m2(pieces: pd.DataFrame) -> pd.Series:
    """Gross less its parts (m²) on every piece; excluded land that is not mapped is water alone."""
    taken = pieces["built_m2"] + out_of_reserve_m2(pieces) + pieces["dropped_m2"]
    return pieces["gross_m2"] - (taken + pieces["reserve_m2"])
