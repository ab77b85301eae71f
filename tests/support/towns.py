"""Packs of a made-up town in place of the embedded pack's plots."""

from __future__ import annotations

from shapely.affinity import translate

from geo.pack.read import DEFAULT_PACK, read_pack
from tests.speed.reserve_pack import build
from tests.support.packs import changed_pack


def town_pack(directory, plots):
    """Write the embedded pack with its plots, plans, zones and buildings replaced by a town."""
    town = build(plots)
    embedded = read_pack(DEFAULT_PACK)
    there = embedded.municipality.geometry.union_all().centroid
    here = town.zones.geometry.union_all().centroid
    zones = town.zones.assign(
        name=[f"Sone {zone}" for zone in town.zones["zone_id"]],
        zone_type="næringsområde",
        abc="C",
        illustrative=True,
        source="laget av et program",
    )

    def moved(frame):
        # To where the municipality's own layers are, so that all of it is on one map.
        shapes = [translate(shape, there.x - here.x, there.y - here.y) for shape in frame.geometry]
        return lambda _: frame.set_geometry(shapes, crs=frame.crs)

    layers = {
        "parcels": town.parcels,
        "plan_areas": town.plan_areas,
        "zones": zones,
        "buildings": town.buildings,
        "constraints": town.constraints,
    }
    changed_pack(directory, change={name: moved(frame) for name, frame in layers.items()})
    return directory
