"""
Areas against an independent engine.

The truth here is SQL in DuckDB spatial: ST_Union_Agg, ST_Intersection and ST_Area on the shapes as
WKB. It shares no code of ours: neither the repair of geometries, nor the short cuts for shapes
wholly inside or outside, nor the alignment of rows. The embedded pack is read by DuckDB itself.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.growth.share import inside_fraction
from geo.transport.corridor import corridor_polygon, coverage
from tests.support.projects import judged
from tests.support.shapes import frame, square

PACK = Path(__file__).parents[4] / "data" / "lillestrom" / "pack.gpkg"

MEASURE = """
    WITH whole AS (SELECT ST_Union_Agg(shape) AS shape FROM areas)
    SELECT sites.row, ST_Area(sites.shape) AS area_m2,
           coalesce(ST_Area(ST_Intersection(sites.shape, whole.shape)), 0) AS inside_m2
    FROM sites, whole ORDER BY sites.row
"""


def load(database, name, shapes):
    rows = pd.DataFrame({"row": np.arange(len(shapes)), "wkb": shapes.geometry.to_wkb()})
    database.register("given", rows)
    database.execute(
        f"CREATE OR REPLACE TABLE {name} AS "  # noqa: S608  # a name from this file
        "SELECT row, ST_GeomFromWKB(wkb) AS shape FROM given"
    )
    database.unregister("given")


def measured(database, sites, areas):
    load(database, "sites", sites)
    load(database, "areas", areas)
    return database.sql(MEASURE).df().set_index(sites.index)


def assert_agrees(database, sites, areas):
    truth = measured(database, sites, areas)
    fraction = inside_fraction(sites, areas)
    covered = coverage(sites, areas)
    assert fraction.to_numpy() == pytest.approx(truth["inside_m2"] / truth["area_m2"], abs=1e-9)
    assert covered["area_m2"].to_numpy() == pytest.approx(truth["area_m2"], rel=1e-9)
    assert covered["inside_m2"].to_numpy() == pytest.approx(truth["inside_m2"], rel=1e-9, abs=1e-6)


def blobs(random, count, *, size):
    """Irregular polygons in a field of 5 × 5 km, by the coordinates of Lillestrøm."""
    # One corner in each twelfth of the circle, so that no ring crosses itself.
    angles = (np.arange(12) + random.uniform(0, 0.9, (count, 12))) * np.pi / 6
    radii = random.uniform(0.3, 1, (count, 12)) * size
    centres = random.uniform(0, 5000, (count, 1, 2)) + np.array([610_000, 6_645_000])
    rings = centres + np.stack([np.cos(angles), np.sin(angles)], axis=2) * radii[..., None]
    return shapely.polygons(rings)


def test_the_engine_agrees_with_figures_worked_out_by_hand(database):
    # 200 × 200 m with half its width in the first area, and 50 m of that in the second as well.
    sites = frame(square(900, 0, side=200))
    areas = frame(square(0, 0, side=1000), square(950, 0, side=50))
    assert measured(database, sites, areas).iloc[0].to_dict() == pytest.approx(
        {"row": 0, "area_m2": 40_000, "inside_m2": 20_000}
    )
    assert_agrees(database, sites, areas)


def test_holes_parts_and_shared_borders(database):
    ring = square(0, 0, side=1000).difference(square(400, 400, side=200))
    parts = shapely.MultiPolygon([square(450, 450), square(2000, 0), square(900, 900, side=200)])
    assert_agrees(
        database,
        frame(parts, square(350, 350), square(1000, 0), ring),
        frame(ring, square(1000, 1000), square(1000, 0, side=50)),
    )


@pytest.mark.parametrize("seed", range(5))
def test_random_polygons_that_overlap(database, seed):
    random = np.random.default_rng(seed)
    sites = frame(*blobs(random, 60, size=400))
    areas = frame(*blobs(random, 12, size=1500))
    assert_agrees(database, sites, areas)
    assert 0 < inside_fraction(sites, areas).mean() < 1  # the comparison is not about nothing


def test_slivers_and_wholly_covered_polygons(database):
    random = np.random.default_rng(7)
    areas = frame(*blobs(random, 4, size=1500))
    inner = areas.buffer(-1).to_list()
    outer = areas.buffer(0.001).to_list()
    assert_agrees(database, frame(*inner, *outer), areas)


# The embedded pack

pack_is_built = pytest.mark.skipif(not PACK.exists(), reason="the data pack is not built")


def layer(name):
    return gpd.read_file(PACK, layer=name)


def read_by_duckdb(database, name):
    database.execute(
        f"CREATE OR REPLACE TABLE {name} AS "  # noqa: S608  # a name from this file
        "SELECT * FROM ST_Read(?, layer = ?)",
        [str(PACK), name],
    )


@pack_is_built
@pytest.mark.parametrize("condition", ["counts", "true"])
def test_zones_in_growth_areas(database, condition):
    zones, areas = layer("zones"), layer("growth_areas")
    read_by_duckdb(database, "zones")
    read_by_duckdb(database, "growth_areas")
    truth = database.sql(
        f"""
        WITH whole AS (SELECT ST_Union_Agg(geom) AS geom FROM growth_areas WHERE {condition})
        SELECT zone_id, ST_Area(ST_Intersection(zones.geom, whole.geom)) / ST_Area(zones.geom)
        FROM zones, whole
        """  # noqa: S608  # a condition from this file
    ).fetchall()
    counted = areas if condition == "true" else areas[areas["counts"].astype(bool)]
    ours = inside_fraction(zones, counted).set_axis(zones["zone_id"])
    assert ours.to_dict() == pytest.approx(dict(truth), abs=1e-9)


@pack_is_built
def test_zones_in_the_corridor(database):
    zones, nodes = layer("zones"), layer("corridor_nodes")
    band = corridor_polygon(nodes, width_m=1000)
    read_by_duckdb(database, "zones")
    load(database, "band", band)
    truth = database.sql(
        "SELECT zone_id, ST_Area(ST_Intersection(geom, shape)) FROM zones, band"
    ).fetchall()
    ours = coverage(zones, band).set_axis(zones["zone_id"])["inside_m2"]
    assert ours.to_dict() == pytest.approx(dict(truth), rel=1e-9, abs=1e-6)


@pack_is_built
def test_the_axis_and_its_band_measure_what_the_engine_says(database):
    band = corridor_polygon(layer("corridor_nodes"), width_m=1000).iloc[0]
    read_by_duckdb(database, "corridor_nodes")
    length, area = database.sql(
        """
        WITH axis AS (SELECT ST_MakeLine(list(geom ORDER BY seq)) AS line FROM corridor_nodes)
        SELECT ST_Length(line), ST_Area(ST_Buffer(line, 500, 32)) FROM axis
        """
    ).fetchone()
    assert band["length_m"] == pytest.approx(length)
    assert band["area_m2"] == pytest.approx(area)


@pack_is_built
def test_jobs_at_points_of_the_pack(database):
    # One job at every project: the share is the number of those that the union of areas covers.
    projects, areas = layer("projects"), layer("growth_areas")
    points = projects[projects.geom_type == "Point"].assign(jobs=1.0, jobs_low=1.0, jobs_high=1.0)
    read_by_duckdb(database, "projects")
    read_by_duckdb(database, "growth_areas")
    inside = database.sql(
        """
        SELECT count(*) FROM projects,
               (SELECT ST_Union_Agg(geom) AS shape FROM growth_areas WHERE counts) AS whole
        WHERE ST_GeometryType(projects.geom) = 'POINT' AND ST_Covers(whole.shape, projects.geom)
        """
    ).fetchone()
    assert judged(points, areas).counted.jobs_inside == inside[0]
