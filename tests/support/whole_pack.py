"""The embedded pack with the layers that it lacks: all of the catalogue can be taken out."""

from dataclasses import replace

import geopandas as gpd
import shapely

from geo.ledger.fields import DTYPES
from geo.register.fields import FIELDS
from geo.schema.validation import check_layer
from geo.workspace import Workspace
from tests.support import registered
from tests.support.firms import firms
from tests.support.reading import embedded

# What only official registers hold; the embedded pack has none of it.
MORE = {
    "businesses": firms,
    "built_land": registered.built_land,
    "building_points": registered.building_points,
    "grid": registered.grid,
}


def whole_pack():
    """Read it, and add the others."""
    pack = embedded()
    more = {name: check_layer(name, made())[0] for name, made in MORE.items()}
    return replace(pack, layers={**pack.layers, **more})


def whole_desk(pack):
    """Put a pack together with a published site in the register, which no pack holds."""
    outline = shapely.box(614_400, 6_648_300, 614_500, 6_648_400)
    told = dict.fromkeys(FIELDS) | {"site_id": "heia", "name": "Heia", "origin": "drawn"}
    told |= {"availability": "ledig", "owner_type": "kommunal", "published": True}
    told |= {"power_mw": 2.5, "power_date": "2026-11-30", "power_text": "Fra trafo"}
    # In the types that the database gives: text that is unknown is no object.
    types = {name: DTYPES[kind] for name, kind in FIELDS.items()}
    sites = gpd.GeoDataFrame([told], geometry=[outline], crs=pack.layer("zones").crs).astype(types)
    return Workspace(pack=pack, registers=lambda: sites)
