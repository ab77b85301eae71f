"""What official registers say beside the account: built land (SSB) and buildings as points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.geometry.coverage import Indexed, Sites, overlaps, united
from geo.i18n import Amount
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

# Statuses of a building in the cadastre (Matrikkelen, bygningsstatus). A permit has been given, and
# nothing says that the building is in use.
PERMITTED: Final = frozenset({"RA", "IG", "GR", "MT"})
# It stands: temporary permission to use, certificate of completion, in use, notified and finished,
# exempt from application or from registration.
STANDING: Final = frozenset({"MB", "FA", "TB", "MF", "FS", "IP"})
# It does not, or never will: called off, expired, demolished or burnt, moved.
GONE: Final = frozenset({"BA", "BU", "BR", "BF"})
STATUSES: Final = (*sorted(PERMITTED), *sorted(STANDING), *sorted(GONE))
# SSB's arealbruk, bebyggelsestype; with either spelling.
_BUSINESS: Final = frozenset({"naering", "næring"})

ON_PARTS: Final = ("permits", "standing", "status_unknown")


def built_business_m2(zones: GeoDataFrame, built_land: GeoDataFrame | None) -> Series:
    """
    Land in each zone that SSB has as built for business, counted once, in m² on the ground.

    It is another measure than the account's built land, which is a buffer around buildings on
    plots: the two are shown side by side and never added. NaN without the layer.
    """
    if built_land is None:
        return pd.Series(np.nan, index=zones.index)
    business = built_land[built_land["built_type"].str.strip().str.lower().isin(_BUSINESS)]
    sites = Sites.of(zones.geometry.to_numpy(), zones.crs)
    found = overlaps(sites, Indexed.of(business.geometry.to_numpy()))
    covered = united(found, sites, np.zeros_like(found.row), 1)[:, 0]
    return pd.Series(covered * sites.scale, index=zones.index)


def points_on(parts: GeoDataFrame, points: GeoDataFrame | None) -> DataFrame:
    """
    Count the cadastre's buildings on each vacant part, by what their status says.

    Parameters
    ----------
    parts
        Vacant parts of the account (`LandAccount.parts`), EPSG:25832.
    points
        The layer `building_points`; None where it is missing, which leaves the counts unknown.

    Returns
    -------
    DataFrame
        Indexed as `parts`: permits (a permit has been given: the land may soon be built),
        standing (a building stands there that the layer of buildings has no outline of: the land
        may be built already) and status_unknown. NaN without the layer.
    """
    if points is None:
        return pd.DataFrame(np.nan, index=parts.index, columns=list(ON_PARTS))
    status = points["building_status"].str.strip().str.upper()
    kinds = (
        status.isin(PERMITTED),
        status.isin(STANDING),
        ~status.isin([*PERMITTED, *STANDING, *GONE]),
    )
    part, point = points.sindex.query(parts.geometry.to_numpy(), predicate="intersects")
    # A point on the border of two parts is one building.
    first = ~pd.Series(point).duplicated().to_numpy()
    part, point = part[first], point[first]
    counts = {
        name: np.bincount(part[kind.to_numpy(dtype=bool)[point]], minlength=len(parts))
        for name, kind in zip(ON_PARTS, kinds, strict=True)
    }
    return pd.DataFrame(counts, index=parts.index)


def told(parts: GeoDataFrame, points: GeoDataFrame | None) -> tuple[Finding, ...]:
    """Say how many buildings with a permit, or standing, there are on land taken as vacant."""
    counts = points_on(parts, points)
    said = []
    for name in ON_PARTS:
        count = counts[name].sum()
        if points is not None and count:
            area = float(parts["area_m2"][counts[name] > 0].sum())
            said.append(
                Finding(
                    "building_points",
                    None,
                    f"finding.vacant_{name}",
                    "warning",
                    {"count": int(count), "area": Amount(area, "daa")},
                )
            )
    return tuple(said)
