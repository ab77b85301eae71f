"""The score of a candidate: the weighted mean of terms that are each shown."""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.search.completing import to_be_cut
from geo.search.criteria import CUT_FROM, Weights

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.geometry.overlay import Floats
    from geo.search.criteria import Criteria

# A: where nearness to a station or a main road no longer counts, unless the wish says how far.
FAR_M: Final = 2000.0
# A: a term that is not known counts as half, neither for nor against.
NEUTRAL: Final = 0.5
# A: a piece that is to be cut out of more fits as well as the largest land that is taken as it is:
# somebody has to divide it first.
CUT_FIT: Final = 1 / CUT_FROM
TERMS: Final = tuple(one.name for one in fields_of(Weights))


def scored(frame: GeoDataFrame, wish: Criteria) -> GeoDataFrame:
    """
    Add term_NAME for each of `TERMS` (0–1; NaN where not known or not counted) and score (0–1).

    `geo.search.ranking.search` says what each term is.
    """
    terms = _terms(frame, wish)
    counted = weights_of(wish)
    return frame.assign(
        **{f"term_{name}": terms[name] if name in counted else np.nan for name in TERMS},
        score=_score(terms, counted),
    )


def weights_of(wish: Criteria) -> dict[str, float]:
    """Return the terms that count for a wish, with their weights."""
    asked = {
        "size": wish.wished_daa is not None,
        "station": True,
        "road": True,
        "constraints": True,
        "growth": wish.growth != "any",
        "abc": wish.business_type is not None,
    }
    return {name: getattr(wish.weights, name) for name in TERMS if asked[name]}


def _terms(frame: GeoDataFrame, wish: Criteria) -> dict[str, Floats]:
    straight = _near(frame["station_m"].to_numpy(dtype=float), wish.max_station_m)
    station = straight
    if wish.along_roads:  # no road is shorter than the straight line: too far for that is known
        along = _near(frame["network_m"].to_numpy(dtype=float), wish.max_station_m)
        station = np.where(np.isnan(along) & (straight == 0), 0.0, along)
    wished = (wish.wished_daa or 0.0) * 1000
    area = frame["area_m2"].to_numpy(dtype=float)
    size = np.minimum(area, wished) / np.maximum(area, wished)
    growth = "growth_share_regional" if wish.regional_counts else "growth_share"
    fit = frame["abc_fit"].map({"fits": 1.0, "does_not_fit": 0.0})
    return {
        "size": np.where(frame["cut"] | to_be_cut(frame, wish), CUT_FIT, size),
        "station": station,
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
