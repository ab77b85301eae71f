"""Find a site: which candidates meet a wish, ranked by a score whose every term is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.formats.provenance import Provenance
from geo.land import table
from geo.search.answers import Relaxation, rectangles, relaxations, states
from geo.search.candidates import RESERVE, candidates
from geo.search.completing import completed, network_basis, zones_of
from geo.search.criteria import CUT_FROM
from geo.search.offers import offered
from geo.search.score import CUT_FIT, FAR_M, NEUTRAL, TERMS, scored, weights_of
from geo.search.standing import NO_PLAN, OTHER_USE, REASONS, SOLD
from geo.search.survey import Survey, survey

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.geometry.overlay import Geometries, Rows
    from geo.land.account import LandAccount
    from geo.pack.read import Pack
    from geo.screening.context import Context
    from geo.search.criteria import Criteria

# Layers that a search rests on beside the plots.
LAYERS: Final = (
    *("parcels", "plan_areas", "buildings", "constraints", "zones", "constraint_coverage"),
    *("stations", "context", "growth_areas", "corridor_nodes"),
)

_ROUNDING: Final = 9  # decimals: scores that differ by less are the same, and the id decides
# So many are tried for the rectangle at once. What is tried beyond the limit is in vain.
_FIRST_CHUNK, _LARGEST_CHUNK = 64, 128
# Reason why land is left out → the column that names what says so.
_NAMED: Final = {OTHER_USE: "use", NO_PLAN: "case", SOLD: "site_name"}


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """
    Land that meets a wish and is left out for its plan, its use, or because it is sold.

    Attributes
    ----------
    reason
        One of `geo.search.standing.REASONS`.
    count, area_m2
        How many pieces, and all their land.
    names
        The cases under way, kinds of use, or sites of the register, that say so.
    """

    reason: str
    count: int
    area_m2: float
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """
    What a search found.

    Attributes
    ----------
    hits
        The columns of `survey.survey` and of `completing.completed`, with rank (1 is best),
        term_NAME for each of `TERMS` (0–1; NaN where it is not known or not counted), score (0–1)
        and unknown (names of the criteria that were let pass unknown). Indexed as the candidates.
        A piece that was cut out has figures of its own; `part_area_m2` is that of its part.
    rectangles
        (n,) where the rectangle fits in each hit; None where it was not asked for or not known.
    counted
        Terms that the score counts in this search, with their weights.
    candidates
        How many pieces of land were looked at.
    more
        The search stopped at its limit; there may be more hits.
    relaxed
        Without hits: criteria that stand in the way alone, the most helpful first.
    not_known
        How many pieces meet all that is known of them and are left out for what is not; those that
        a rectangle may not fit in are among them.
    left_out
        What meets the wish and is left out for its plan or its use; empty where it is asked for.
    """

    hits: GeoDataFrame
    rectangles: Geometries
    counted: dict[str, float]
    candidates: int
    more: bool
    relaxed: tuple[Relaxation, ...]
    not_known: int
    left_out: tuple[LeftOut, ...] = ()


def find(
    context: Context, account: LandAccount, wish: Criteria, *, limit: int | None = None
) -> Result:
    """Survey the pack's candidates and search them; see `search`."""
    pieces = candidates(account, join=wish.join, densification=wish.densification)
    context = context.for_class(wish.flood_class)
    return search(context, survey(context, pieces), wish, limit=limit)


def search(
    context: Context, surveyed: Survey, wish: Criteria, *, limit: int | None = None
) -> Result:
    """
    Rank the candidates that meet a wish.

    The score is the weighted mean Σ w·t / Σ w of the terms that count, each 0–1:

    - size: the smaller of size and wished size / the larger; of what is cut `CUT_FIT`. The wished
      size is the one named, else the least; counts where there is one;
    - station, road: 1 − metres / D, at least 0, with D the distance asked for, else `FAR_M`; to the
      station straight, or along the roads where the wish says so;
    - constraints: 1 − the mean share of the piece under each kind that is mapped here;
    - growth: share inside growth areas; counts unless growth areas do not matter;
    - abc: 1 where the business fits the place, else 0; counts where a business is named.

    A term that is not known counts as `NEUTRAL`. Equal scores are ranked by id.

    Parameters
    ----------
    context, surveyed
        Of one pack; `surveyed` with the wish's own `join`, `densification` and `flood_class`.
    wish
        What is asked for.
    limit
        So many of the best; None for all. The rectangle, which takes time, is tried in order of
        score until there are enough.

    Raises
    ------
    ParameterError
        If the wish names something that is not there.
    """
    frame = scored(completed(context, surveyed.frame, wish), wish)
    zones = zones_of(context, wish)
    answers = states(frame, wish, zones)
    order = _order(frame)
    passing = answers.passing(accept_unknown=wish.accept_unknown)
    barred = frame["left_out"].notna().to_numpy() & (not wish.unplanned)
    free = order[~barred[order]]
    queue = free[passing[free]]
    boxes = np.full(len(frame), None, dtype=object)
    if wish.rectangle_m is None:
        rows, more = queue[:limit], limit is not None and len(queue) > limit
    else:
        rows, more = _with_rectangle(frame, queue, wish, limit, boxes)
    hits, boxes = frame.iloc[rows], boxes[rows]
    if wish.cut:
        hits, boxes = offered(context, hits, wish, zones, boxes)
        hits = scored(hits, wish)
        again = _order(hits)
        hits, boxes = hits.iloc[again], boxes[again]
    left_out = _left_out(frame[passing & barred])
    count = sum(one.count for one in left_out)
    relaxed = () if len(hits) else relaxations(frame, answers, wish, free, count)
    hits = hits.assign(unknown=_unknown(hits, wish, zones)).drop(columns="offered_m2")
    hits.insert(0, "rank", np.arange(1, len(hits) + 1))
    lacking = answers.passing(accept_unknown=True) & ~barred
    return Result(
        hits=hits,
        rectangles=boxes,
        counted=weights_of(wish),
        candidates=len(frame),
        more=more,
        relaxed=relaxed,
        not_known=int(lacking.sum() - (passing & ~barred).sum()),
        left_out=left_out,
    )


def _order(frame: GeoDataFrame) -> Rows:
    """Rows by score, the best first, and of equal scores by id."""
    ids = frame["id"].to_numpy(dtype=str)
    order: Rows = np.lexsort((ids, -frame["score"].to_numpy(dtype=float).round(_ROUNDING)))
    return order


def _unknown(hits: GeoDataFrame, wish: Criteria, zones: frozenset[str]) -> pd.Series:
    """Names of the criteria that each hit was let pass with unknown."""
    answers = states(hits, wish, zones)
    names = np.array(answers.names, dtype=object)
    found = [names[lacking].tolist() for lacking in np.isnan(answers.table)]
    if wish.rectangle_m is not None:
        built = (hits["kind"] != RESERVE).to_numpy()
        found = [[*one, "rectangle"] if b else one for one, b in zip(found, built, strict=True)]
    return pd.Series([", ".join(one) for one in found], index=hits.index, dtype="str")


def _left_out(frame: GeoDataFrame) -> tuple[LeftOut, ...]:
    found = []
    for reason in REASONS:
        rows = frame[frame["left_out"] == reason]
        if len(rows):
            names = rows[_NAMED[reason]].dropna().astype(str)
            area = float(rows["area_m2"].sum())
            every = tuple(dict.fromkeys(names))
            found.append(LeftOut(reason=reason, count=len(rows), area_m2=area, names=every))
    return tuple(found)


def provenance(pack: Pack, wish: Criteria, account: LandAccount) -> Provenance:
    """Return the plots' own source, the badges of all that hits rest on, wish and parameters."""
    rules = account.rules
    used = [
        f"wish={wish.as_json()}",
        *(f"weight.{name}={getattr(wish.weights, name):g}" for name in TERMS),
        f"flood_class={wish.flood_class}",
        f"far_m={FAR_M:g}",
        f"neutral={NEUTRAL:g}",
        f"cut_from={CUT_FROM:g}",
        f"cut_fit={CUT_FIT:g}",
        f"network={network_basis(pack)}",
        f"building_buffer_m={rules.building_buffer_m:g}",
        f"min_part_m2={rules.min_part_m2:g}",
        f"min_width_m={rules.min_width_m:g}",
    ]
    return Provenance.of(
        pack.info("parcels"),
        pack.badges(*LAYERS),
        pack.sha256,
        parameters=", ".join(used),
        demonstration_for=table.demonstration_for(pack),
    )


def _with_rectangle(
    frame: GeoDataFrame,
    queue: Rows,
    wish: Criteria,
    limit: int | None,
    boxes: Geometries,
) -> tuple[Rows, bool]:
    """Rows in which the rectangle fits, the best first, until there are enough."""
    assert wish.rectangle_m is not None
    # On a built plot no one knows where the houses leave room.
    open_land = (frame["kind"] == RESERVE).to_numpy()
    shapes = frame.geometry.to_numpy()
    kept: list[int] = []
    start, size = 0, len(queue) if limit is None else _FIRST_CHUNK
    while start < len(queue) and (limit is None or len(kept) <= limit):
        chunk = queue[start : start + size]
        free = chunk[open_land[chunk]]
        boxes[free] = rectangles(shapes[free], frame.crs, wish.rectangle_m)
        fits = ~shapely.is_missing(boxes[chunk])
        if wish.accept_unknown:
            fits |= ~open_land[chunk]
        kept += chunk[fits].tolist()
        start, size = start + size, min(2 * size, _LARGEST_CHUNK)
    more = limit is not None and len(kept) > limit
    return np.array(kept[:limit], dtype=np.int64), more
