"""The embedded pack with the layers that it lacks: all of the catalogue can be taken out."""

from dataclasses import replace

from geo.schema.validation import check_layer
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
