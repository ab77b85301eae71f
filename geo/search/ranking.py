"""Find a site: which candidates meet a wish, ranked by a score whose every term is shown."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import ParameterError
from geo.formats.provenance import Provenance
from geo.geometry.coverage import Sites
from geo.i18n import to_choose
from geo.jobs import business_key, jobs_from_area
from geo.land import table
from geo.screening.abc import abc_fit
from geo.screening.home import at_most
from geo.search.candidates import RESERVE, candidates
from geo.search.criteria import Relaxation, Weights, rectangles, relaxations, states
from geo.search.survey import Survey, road_key, road_m, survey

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.geometry.overlay import Floats, Geometries
    from geo.land.account import LandAccount
    from geo.pack.read import Pack
    from geo.screening.context import Context
    from geo.search.criteria import Criteria

# A: where nearness to a station or a main road no longer counts, unless the wish says how far.
FAR_M: Final = 2000.0
# A: a term that is not known counts as half, neither for nor against.
NEUTRAL: Final = 0.5
TERMS: Final = tuple(one.name for one in fields_of(Weights))
# Layers that a search rests on beside the plots.
LAYERS: Final = (
    *("parcels", "plan_areas", "buildings", "constraints", "zones", "constraint_coverage"),
    *("stations", "context", "growth_areas", "corridor_nodes"),
)

_ROUNDING: Final = 9  # decimals: scores that differ by less are the same, and the id decides
# So many are tried for the rectangle at once. What is tried beyond the limit is in vain.
_FIRST_CHUNK, _LARGEST_CHUNK = 64, 128


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """
    What a search found.

    Attributes
    ----------
    hits
        The columns of `survey.survey`, with rank (1 is best), road, road_m, abc_fit (fits,
        does_not_fit, unknown; None when no business was named), jobs_low and jobs_high,
        term_NAME for each of `TERMS` (0–1; NaN where it is not known or not counted), score (0–1)
        and unknown (names of the criteria that were let pass unknown). Indexed as the candidates.
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
    """

    hits: GeoDataFrame
    rectangles: Geometries
    counted: dict[str, float]
    candidates: int
    more: bool
    relaxed: tuple[Relaxation, ...]
    not_known: int


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

    - size: least size asked for / size, at most 1; counts where a least size is asked for;
    - station, road: 1 − metres / D, at least 0, with D the distance asked for, else `FAR_M`;
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
    frame = _completed(context, surveyed.frame, wish)
    zones = _zones(context, wish)
    answers = states(frame, wish, zones)
    terms = _terms(frame, wish)
    counted = {name: getattr(wish.weights, name) for name in _counted(wish)}
    frame = frame.assign(
        **{f"term_{name}": terms[name] if name in counted else np.nan for name in TERMS},
        score=_score(terms, counted),
    )
    order = np.lexsort((frame["id"].to_numpy(dtype=str), -frame["score"].round(_ROUNDING)))
    passing = answers.passing(accept_unknown=wish.accept_unknown)
    queue = order[passing[order]]
    boxes = np.full(len(frame), None, dtype=object)
    if wish.rectangle_m is None:
        rows, more = queue[:limit], limit is not None and len(queue) > limit
    else:
        rows, more = _with_rectangle(frame, queue, wish, limit, boxes)
    relaxed = () if len(rows) else relaxations(frame, answers, wish, order)
    names = np.array(answers.names, dtype=object)
    unknown = [", ".join(names[lacking]) for lacking in np.isnan(answers.table[rows])]
    if wish.rectangle_m is not None:
        built = (frame["kind"] != RESERVE).to_numpy()[rows]
        unknown = [
            ", ".join(filter(None, [text, "rectangle"])) if lacking else text
            for text, lacking in zip(unknown, built, strict=True)
        ]
    hits = frame.iloc[rows].assign(unknown=pd.array(unknown, dtype="str"))
    hits.insert(0, "rank", np.arange(1, len(rows) + 1))
    return Result(
        hits=hits,
        rectangles=boxes[rows],
        counted=counted,
        candidates=len(frame),
        more=more,
        relaxed=relaxed,
        not_known=int(answers.passing(accept_unknown=True).sum() - passing.sum()),
    )


def provenance(pack: Pack, wish: Criteria, account: LandAccount) -> Provenance:
    """Return the plots' own source, the badges of all that hits rest on, wish and parameters."""
    rules = account.rules
    used = [
        f"wish={wish.as_json()}",
        *(f"weight.{name}={getattr(wish.weights, name):g}" for name in TERMS),
        f"flood_class={wish.flood_class}",
        f"far_m={FAR_M:g}",
        f"neutral={NEUTRAL:g}",
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
    queue: np.ndarray[tuple[int], np.dtype[np.int64]],
    wish: Criteria,
    limit: int | None,
    boxes: Geometries,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], bool]:
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


def _completed(context: Context, frame: GeoDataFrame, wish: Criteria) -> GeoDataFrame:
    """Add what depends on the wish: the road, whether the business fits, the jobs."""
    if wish.road is not None and context.roads is not None:
        known = context.roads.table["name"].dropna().astype("str")
        if road_key(wish.road) not in set(known.map(road_key)):
            raise ParameterError(
                "error.unknown_road", road=wish.road, known=", ".join(sorted(set(known)))
            )
    frame = frame.join(road_m(context, frame, wish.road))
    frame = frame.assign(abc_fit=None, jobs_low=np.nan, jobs_high=np.nan)
    business = business_key(wish.business_type)
    if business is None:
        return frame
    if business not in context.norms:
        known_types = to_choose(context.norms, "business.{}")
        raise ParameterError(
            "error.unknown_business_type", business_type=wish.business_type, known=known_types
        )
    metres = frame["station_m"].to_numpy(dtype=float)
    sites = Sites.of(frame.geometry.to_numpy(), frame.crs)
    nearer = at_most(sites, context.home, "station", metres)
    fit = [
        abc_fit(business, place, None if np.isnan(far) else far, at_most=bool(some)).fit
        for place, far, some in zip(frame["abc"], metres, nearer, strict=True)
    ]
    types = pd.Series(business, index=frame.index)
    jobs = jobs_from_area(frame["allowed_bra_m2"], types, context.norms)
    return frame.assign(
        abc_fit=np.array(fit, dtype=object), jobs_low=jobs["jobs_low"], jobs_high=jobs["jobs_high"]
    )


def _zones(context: Context, wish: Criteria) -> frozenset[str]:
    """Ids of the zones asked for, by id or name in any case."""
    if not wish.zones:
        return frozenset()
    table = context.zones.table if context.zones is not None else pd.DataFrame({"zone_id": []})
    ids = table["zone_id"].astype("str")
    names = table["name"].astype("str") if "name" in table else ids
    called: dict[str, str] = {}
    for names_of in (names, ids):  # an id wins over another zone's name
        called |= dict(zip(names_of.str.casefold(), ids, strict=True))
    for zone in wish.zones:
        if zone.casefold() not in called:
            raise ParameterError("error.unknown_zone", zone=zone, known=", ".join(ids))
    return frozenset(called[zone.casefold()] for zone in wish.zones)


def _counted(wish: Criteria) -> list[str]:
    asked = {
        "size": bool(wish.min_daa),
        "station": True,
        "road": True,
        "constraints": True,
        "growth": wish.growth != "any",
        "abc": wish.business_type is not None,
    }
    return [name for name in TERMS if asked[name]]


def _terms(frame: GeoDataFrame, wish: Criteria) -> dict[str, Floats]:
    station = frame["network_m" if wish.along_roads else "station_m"].to_numpy(dtype=float)
    least = (wish.min_daa or 0.0) * 1000
    growth = "growth_share_regional" if wish.regional_counts else "growth_share"
    fit = frame["abc_fit"].map({"fits": 1.0, "does_not_fit": 0.0})
    return {
        "size": np.minimum(1.0, least / frame["area_m2"].to_numpy(dtype=float)),
        "station": _near(station, wish.max_station_m),
        "road": _near(frame["road_m"].to_numpy(dtype=float), wish.max_road_m),
        "constraints": 1 - frame["constrained_share"].to_numpy(dtype=float),
        "growth": frame[growth].to_numpy(dtype=float),
        "abc": fit.to_numpy(dtype=float),
    }


def _near(metres: Floats, farthest: float | None) -> Floats:
    limit = farthest or FAR_M
    near: Floats = 1 - np.minimum(metres, limit) / limit  # not clipped: a tiny limit overflows
    return near


def _score(terms: dict[str, Floats], counted: dict[str, float]) -> Floats:
    weights = sum(counted.values())
    known = {name: np.where(np.isnan(terms[name]), NEUTRAL, terms[name]) for name in counted}
    if not weights:  # only terms without weight are counted here: all candidates are alike
        return np.full(len(terms["size"]), NEUTRAL)
    total: Floats = np.sum([counted[name] * known[name] for name in counted], axis=0)
    return total / weights
