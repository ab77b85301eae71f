"""Sites of the municipality's register that lie on a site: what the register says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from geo.register.filters import overlaps
from geo.schema.layers import CRS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

_TOLD: Final = (
    *("site_id", "name", "readiness", "readiness_by", "availability", "power_mw", "power_date"),
)


def on_site(geometry: BaseGeometry, register: GeoDataFrame) -> list[dict[str, Any]]:
    """
    Return what the register says of each site that lies on a geometry, the largest overlap first.

    Parameters
    ----------
    geometry
        Point or polygon, EPSG:25832.
    register
        As `geo.workspace.Workspace.sites`.

    Returns
    -------
    list of dict
        site_id, name, readiness, readiness_by, availability, power_mw, power_date (None where it is
        not known) and share: the part of the geometry that it covers, 0–1; 1 of a point.
    """
    found = overlaps(gpd.GeoSeries([geometry], crs=CRS), register)
    rows = register.loc[found["site"], [*_TOLD]].astype(object)
    rows = rows.where(rows.notna(), None)
    told: list[dict[str, Any]] = rows.assign(share=found["share"].to_numpy()).to_dict("records")
    return told
