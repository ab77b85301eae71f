"""Whether land may be offered as a site: which plan it rests on, and what it is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry.coverage import Indexed, Sites, overlaps, united
from geo.search.criteria import INSIDE_SHARE

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.geometry.overlay import Floats
    from geo.screening.context import Context

IN_FORCE: Final = "in_force"
CASE: Final = "case"
UNKNOWN: Final = "unknown"
NO_PLAN: Final = "no_plan"
OTHER_USE: Final = "other_use"
REASONS: Final = (OTHER_USE, NO_PLAN)
# Features of the context whose land is in a use that nobody builds in.
USES: Final = ("airfield",)


def standing(context: Context, frame: GeoDataFrame) -> pd.DataFrame:
    """
    Tell what is known of each candidate's plan and use.

    Parameters
    ----------
    context
        With the list of projects in use.
    frame
        Candidates.

    Returns
    -------
    DataFrame
        Indexed as the frame:

        - plan: ``in_force`` where the pack's plan areas are real, for candidates lie in those with
          business purpose; ``case`` where they are made up, which is no evidence, and a case under
          way covers the land; else ``unknown``;
        - case, case_share: the name of the case under way that covers most of the land, and how
          much (0–1); None and 0 without one, NaN where no list of projects is known;
        - use, use_share: what the land is used for today, where a map tells it, and how much of it
          (0–1); None and NaN where nothing tells it;
        - left_out: `OTHER_USE`, `NO_PLAN`, or None. From `INSIDE_SHARE` of the land on.
    """
    sites = Sites.of(frame.geometry.to_numpy(), frame.crs)
    case, case_share = _cases(context, sites)
    use, use_share = _uses(context, sites)
    covered = case_share >= INSIDE_SHARE
    real = context.plans is not None
    plan = np.where(real, IN_FORCE, np.where(covered, CASE, UNKNOWN))
    used = use_share >= INSIDE_SHARE
    left_out = np.where(used, OTHER_USE, np.where(plan == CASE, NO_PLAN, None))
    return pd.DataFrame(
        {
            "plan": plan.astype(object),
            "case": case,
            "case_share": case_share,
            "use": use,
            "use_share": use_share,
            "left_out": left_out.astype(object),
        },
        index=frame.index,
    )


def _cases(context: Context, sites: Sites) -> tuple[np.ndarray, Floats]:
    """
    Name and share of the case under way that covers most of each site.

    A case that is known as a point and an area is taken as a circle; where its place is rougher
    than that circle is wide, it does not tell which land it covers, and is left out of this.
    """
    count = len(sites.shapes)
    name = np.full(count, None, dtype=object)
    if context.listed is None or context.before is None:
        return name, np.full(count, np.nan)
    listed = context.listed
    under_way = (context.before.projects["effect"] == "planned").to_numpy()
    shapes = listed.places.shapes
    area = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & (shapely.area(shapes) > 0)
    radius = np.sqrt(np.where(area, shapely.area(shapes), 0.0) / np.pi)
    told = ~listed.rough | (listed.accuracy_m < radius)
    rows = np.flatnonzero(under_way & area & told)
    return _most(sites, shapes[rows], np.array(listed.names, dtype=object)[rows])


def _uses(context: Context, sites: Sites) -> tuple[np.ndarray, Floats]:
    """Name and share of the other use of each site's land; NaN where no map tells of any."""
    count = len(sites.shapes)
    pack = context.pack
    if not pack.has("context") or "context" in context.made_up:
        return np.full(count, None, dtype=object), np.full(count, np.nan)
    layer = pack.layer("context")
    layer = layer[layer["kind"].isin(USES)]
    if layer.empty:
        return np.full(count, None, dtype=object), np.full(count, np.nan)
    return _most(sites, layer.geometry.to_numpy(), layer["kind"].to_numpy(dtype=object))


def _most(sites: Sites, shapes: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, Floats]:
    """Name of the shape that covers most of each site, and how much of it."""
    count = len(sites.shapes)
    name, share = np.full(count, None, dtype=object), np.zeros(count)
    if not len(shapes):
        return name, share
    found = overlaps(sites, Indexed.of(shapes))
    each = united(found, sites, found.row, len(shapes)) / sites.size[:, np.newaxis]
    row = each.argmax(axis=1)
    share = np.clip(np.nan_to_num(each[np.arange(count), row]), 0.0, 1.0)
    name[share > 0] = names[row[share > 0]]
    return name, share
