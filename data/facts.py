"""
The pack's layers of facts and sketches, read from the small files in data/sources.

Nothing is generated here: every row can be found in a source file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

SOURCES: Final = Path(__file__).parent / "sources"
UTM_32N: Final = 25832
CENTIMETRE: Final = 2  # decimals kept; finer is noise, and differs between processors

SKETCH_SOURCE: Final = "Egen skisse, illustrativ avgrensning (2026)"
REGIONAL_CATEGORY: Final = "regionalt næringsområde"

# The regional plan's own designation beside the growth areas; default not counted (a switch).
REGIONAL_ZONES: Final = ("berger", "heia")

CONTEXT_KINDS: Final = {"veg": "road", "bane": "rail", "elv": "river", "innsjo": "lake"}


def rounded(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Bring a layer to EPSG:25832 in two dimensions, with coordinates in whole centimetres.

    Vertices are rounded one by one, so that neighbours keep sharing theirs.
    """
    projected = frame.to_crs(UTM_32N)
    flat = shapely.force_2d(projected.geometry.array)
    projected.geometry = shapely.transform(flat, lambda xy: np.round(xy, CENTIMETRE))
    return projected


def municipality() -> gpd.GeoDataFrame:
    """Lillestrøm and its neighbours, as multipolygons."""
    frame = gpd.read_file(SOURCES / "kommuner.geojson")
    frame["municipality_no"] = frame["municipality_no"].astype(str)
    frame = rounded(frame)
    frame.geometry = [
        geometry if geometry.geom_type == "MultiPolygon" else shapely.MultiPolygon([geometry])
        for geometry in frame.geometry
    ]
    return frame[["municipality_no", "name", "geometry"]]


def zones() -> gpd.GeoDataFrame:
    """Business zones: sketched outlines joined with what zones.csv says about them."""
    outlines = _sketch("naeringsomrade")
    said = pd.read_csv(SOURCES / "zones.csv")
    frame = outlines.merge(said, on="zone_id", how="left", validate="one_to_one")
    frame["illustrative"] = True
    frame["source"] = SKETCH_SOURCE
    frame["anchor_accuracy_m"] = frame["anchor_accuracy_m"].astype(float)
    columns = ["zone_id", "name", "zone_type", "status_text", "status_chapter", "abc"]
    more = ["business_profile", "anchor_accuracy_m", "anchor_accuracy", "illustrative", "source"]
    return frame[[*columns, *more, "geometry"]]


def growth_areas() -> gpd.GeoDataFrame:
    """Prioritised growth areas (counted), and the regional business areas (not counted)."""
    drawn = _sketch("vekstomrade").rename(columns={"zone_id": "area_id", "zone_type": "category"})
    drawn["counts"] = True
    outlines = _sketch("naeringsomrade")
    regional = outlines[outlines["zone_id"].isin(REGIONAL_ZONES)]
    regional = regional.assign(
        area_id="vekst-" + regional["zone_id"], category=REGIONAL_CATEGORY, counts=False
    )
    frame = pd.concat([drawn, regional], ignore_index=True)
    frame = frame.assign(illustrative=True, source=SKETCH_SOURCE)
    columns = ["area_id", "name", "category", "counts", "illustrative", "source", "geometry"]
    return frame[columns]


def stations() -> gpd.GeoDataFrame:
    """Railway stations; the identifier is the national stop register's."""
    places = pd.read_csv(SOURCES / "steder.csv", dtype={"kommune_no": str})
    rows = places[places["kind"] == "station"].reset_index(drop=True)
    rows["station_id"] = rows["source"].str.extract(r"(NSR:StopPlace:\d+)", expand=False)
    rows["municipality_no"] = rows["kommune_no"]
    return _points(rows)[["station_id", "name", "municipality_no", "accuracy_m", "geometry"]]


def projects() -> gpd.GeoDataFrame:
    """Published plan cases; what a source does not say is null, never 0."""
    figures = ["gross_area_m2", "site_area_m2", "jobs_low", "jobs", "jobs_high", "accuracy_m"]
    types = {**dict.fromkeys(figures, "float64"), "year": "Int32"}
    rows = pd.read_csv(SOURCES / "prosjekter.csv", dtype=types)
    return _points(rows).drop(columns=["lon", "lat"])


def places() -> gpd.GeoDataFrame:
    """Places and actors that the strategy names and places, with their zone where they have one."""
    types = {"employees": "Int32", "employees_year": "Int32", "accuracy_m": "float64"}
    rows = pd.read_csv(SOURCES / "places.csv", dtype=types)
    return _points(rows).drop(columns=["lon", "lat"])


def corridor_nodes() -> gpd.GeoDataFrame:
    """Vertices of the axis of innovation, in the order its name tells them."""
    axis = _sketch("korridor").geometry.item()
    names = ["Lørenskog stasjon", "Ahus", "Lillestrøm stasjon", "Kjeller"]
    nodes = pd.DataFrame({"seq": range(1, len(names) + 1), "name": names}).astype({"seq": "int32"})
    vertices = shapely.points(shapely.get_coordinates(axis))
    return gpd.GeoDataFrame(nodes, geometry=vertices, crs=UTM_32N)


def context() -> gpd.GeoDataFrame:
    """Roads, railways, rivers (lines) and the lake (a polygon): the only mixed layer."""
    frame = _sketch("kontekst")
    frame["kind"] = frame["zone_type"].map(CONTEXT_KINDS)
    return frame[["name", "kind", "geometry"]]


def _sketch(layer: str) -> gpd.GeoDataFrame:
    drawn = gpd.read_file(SOURCES / "skisse.geojson")
    rows = drawn[drawn["lag"] == layer].reset_index(drop=True)
    named = rows.rename(columns={"id": "zone_id", "navn": "name", "type": "zone_type"})
    return rounded(named)


def _points(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    geometry = gpd.points_from_xy(rows["lon"], rows["lat"])
    return rounded(gpd.GeoDataFrame(rows, geometry=geometry, crs=4326))
