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
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries
    from geo.screening.context import Context

    Names = NDArray[np.object_]

IN_FORCE: Final = "in_force"
CASE: Final = "case"
UNKNOWN: Final = "unknown"
NO_PLAN: Final = "no_plan"
OTHER_USE: Final = "other_use"
SOLD: Final = "sold"  # by the register of sites: `geo.search.completing`
REASONS: Final = (OTHER_USE, NO_PLAN, SOLD)
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
    land = frame.geometry.to_numpy()
    case, case_share = _cases(context, land)
    use, use_share = _uses(context, land)
    covered = case_share >= INSIDE_SHARE
    plan = np.full(len(frame), UNKNOWN if context.plans is None else IN_FORCE, dtype=object)
    if context.plans is None:
        plan[covered] = CASE
    left_out = np.full(len(frame), None, dtype=object)
    left_out[plan == CASE] = NO_PLAN
    left_out[use_share >= INSIDE_SHARE] = OTHER_USE
    return pd.DataFrame(
        {
            "plan": plan,
            "case": case,
            "case_share": case_share,
            "use": use,
            "use_share": use_share,
            "left_out": left_out,
        },
        index=frame.index,
    )


def _cases(context: Context, land: Geometries) -> tuple[Names, Floats]:
    """
    Name and share of the case under way that covers most of each site.

    A case that is known as a point and an area is taken as a circle; where its place is rougher
    than that circle is wide, it does not tell which land it covers, and is left out of this.
    """
    count = len(land)
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
    return _most(land, shapes[rows], np.array(listed.names, dtype=object)[rows])


def _uses(context: Context, land: Geometries) -> tuple[Names, Floats]:
    """Name and share of the other use of each site's land; NaN where no map tells of any."""
    count = len(land)
    pack = context.pack
    if not pack.has("context") or "context" in context.made_up:
        return np.full(count, None, dtype=object), np.full(count, np.nan)
    layer = pack.layer("context")
    layer = layer[layer["kind"].isin(USES)]
    if layer.empty:
        return np.full(count, None, dtype=object), np.full(count, np.nan)
    return _most(land, layer.geometry.to_numpy(), layer["kind"].to_numpy(dtype=object))


def _most(land: Geometries, shapes: Geometries, names: Names) -> tuple[Names, Floats]:
    """Name of the shape that covers most of each piece of land, and how much of it."""
    name, share = np.full(len(land), None, dtype=object), np.zeros(len(land))
    layer = Indexed.of(shapes)
    near = np.unique(layer.tree.query(land)[0])  # the few that are looked at
    if not near.size:
        return name, share
    sites = Sites.of(land[near])
    found = overlaps(sites, layer)
    each = united(found, sites, found.row, len(shapes)) / sites.size[:, np.newaxis]
    row = each.argmax(axis=1)
    most = np.clip(np.nan_to_num(each[np.arange(len(near)), row]), 0.0, 1.0)
    share[near] = most
    name[near[most > 0]] = names[row[most > 0]]
    return name, share
