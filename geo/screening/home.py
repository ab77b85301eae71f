"""
The municipality itself: which part of a site lies in it, and how far what its pack knows reaches.

The 90 % rule is the municipality's own, so it counts no job elsewhere. And a pack has the stations
and roads in and around its municipality: how far it is to the nearest one elsewhere, it cannot say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.geometry.coverage import Sites
from geo.geometry.overlay import own
from geo.schema.layers import JOBS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats

# A: so much of a site may lie in no municipality, for borders that should meet seldom do; it is
# then taken to lie where the rest does.
NOWHERE_SLIVER: Final = 0.01
_SAME: Final = 1e-9  # a part that differs by less is the same
_COUNTED: Final = (*JOBS, "jobs_lost")


@dataclass(frozen=True, eq=False)
class Home:
    """
    The municipality that a pack is of. Shared by all; never prepared.

    Attributes
    ----------
    number
        As in the layer of municipalities.
    area, border
        All of it as one shape, and its outline.
    beyond
        Of the layers ``station`` and ``road`` those that hold something outside it too: then the
        neighbours' are taken to be in the pack.
    """

    number: str
    area: BaseGeometry
    border: BaseGeometry
    beyond: frozenset[str]

    @classmethod
    def of(
        cls,
        municipalities: GeoDataFrame | None,
        number: str | None,
        **known: GeoDataFrame | None,
    ) -> Home | None:
        """Find it among the municipalities; None where they are not known, or it is not there."""
        if municipalities is None or number is None:
            return None
        ours = municipalities["municipality_no"].astype("str") == number
        if not ours.any():
            return None
        area = shapely.force_2d(shapely.union_all(municipalities.geometry[ours].make_valid()))
        beyond = {
            kind
            for kind, frame in known.items()
            if frame is not None and not frame.geometry.covered_by(area).all()
        }
        return cls(number, area, shapely.boundary(area), frozenset(beyond))


def home_shares(
    sites: Sites, home: Home | None, municipalities: Sequence[tuple[tuple[str, float], ...]]
) -> Floats:
    """
    (n,) which part of each site (0–1) lies in the municipality; NaN where that is not known.

    Parameters
    ----------
    municipalities
        (n,) each site's parts by municipality. What lies in none is elsewhere, but for a sliver.
    """
    if home is None:
        return np.full(len(municipalities), np.nan)
    found = np.zeros(len(municipalities))
    for number, parts in enumerate(municipalities):  # told site by site
        share = dict(parts).get(home.number, 0.0)
        nowhere = 1 - sum(part for _, part in parts)
        if share > 0:
            found[number] = share + (nowhere if 0 < nowhere <= NOWHERE_SLIVER else 0.0)
    found[found >= 1 - _SAME] = 1.0
    return np.where(sites.dimension < 0, np.nan, found)


def at_home(sites: Sites, home: Home | None, shares: Floats, crs: CRS | None) -> Sites:
    """Return the part of each site that lies in the municipality; all of one that is elsewhere."""
    crossing = np.flatnonzero((shares > 0) & (shares < 1))
    if home is None or not crossing.size:
        return sites
    shapes = sites.shapes.copy()
    cut = shapely.intersection(shapes[crossing], home.area)
    shapes[crossing] = list(map(_of_dimension, cut, sites.dimension[crossing]))
    return Sites.of(shapes, crs)


def jobs_at_home(columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """
    Return the columns of sites with those jobs alone that the municipality's rule counts.

    They are split by the part of the site that lies in it; elsewhere there are none of them,
    however many there may be. Where the part is not known, all are counted.
    """
    part = np.nan_to_num(columns["home_share"], nan=1.0)
    ours = {name: np.where(part > 0, columns[name] * part, 0.0) for name in _COUNTED}
    return {**columns, **ours}


def of_site(share: float, home_share: float) -> float:
    """Turn a share of the part in the municipality into one of the whole site."""
    return share if np.isnan(home_share) else share * home_share


def is_elsewhere(columns: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """(n,) whether no part of a site lies in the municipality; not where that is not known."""
    elsewhere: NDArray[np.bool_] = columns["home_share"] == 0
    return elsewhere


def beyond_data(sites: Sites, home: Home | None, shares: Floats) -> NDArray[np.bool_]:
    """(n,) whether a site is wholly outside the municipality, and does not even touch it."""
    apart: NDArray[np.bool_] = shares == 0
    elsewhere = np.flatnonzero(apart)
    if home is not None and elsewhere.size:
        apart[elsewhere] = shapely.disjoint(_ready(home.area), sites.shapes[elsewhere])
    return apart


def at_most(sites: Sites, home: Home | None, kind: str, metres: Floats) -> NDArray[np.bool_]:
    """
    (n,) whether something nearer of a kind may lie outside the municipality, where none is known.

    So it is where the border is nearer than the nearest known, and the pack has none beyond it; and
    where the municipality is not known, since the site may then be one of elsewhere.
    """
    if home is None:
        return np.isfinite(metres)
    if kind in home.beyond:
        return np.zeros(len(sites.shapes), dtype=bool)
    border = shapely.distance(_ready(home.border), sites.shapes) * np.sqrt(sites.scale)
    nearer: NDArray[np.bool_] = metres > border
    return nearer


def _ready(shape: BaseGeometry) -> BaseGeometry:
    """Copy a shape that is shared by all, made ready to be asked many times."""
    mine: BaseGeometry = own(np.array([shape]))[0]
    shapely.prepare(mine)
    return mine


def _of_dimension(shape: BaseGeometry, dimension: int) -> BaseGeometry:
    """Keep of a shape what has the dimension that its site is measured in."""
    parts = shapely.get_parts(shapely.get_parts(shape))  # a collection may hold collections
    return shapely.union_all(parts[shapely.get_dimensions(parts) == dimension])
