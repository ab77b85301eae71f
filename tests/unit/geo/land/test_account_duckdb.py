"""
The land account against an independent engine, on the embedded pack.

The truth here is one SQL query in DuckDB spatial, which reads the pack itself and shares no code of
ours: the newest plan by a window function, obstacles united before they are cut away, built and
excluded land measured by intersection, parts dissolved and dumped, formulas written out again.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from geo.land.compute import account
from geo.land.rules import BUSINESS_CODES, ReserveRules

PACK = Path(__file__).parents[4] / "data" / "lillestrom" / "pack.gpkg"
TOLERANCE = 0.001

QUERY = """
WITH plan AS (
    SELECT *, row_number() OVER (ORDER BY adopted, row) AS age
    FROM (SELECT *, row_number() OVER () AS row FROM st_read($pack, layer = 'plan_areas'))
), newest AS (
    SELECT old.age,
           CASE WHEN count(new.age) = 0 THEN any_value(old.geom)
                ELSE ST_Difference(any_value(old.geom), ST_Union_Agg(new.geom)) END AS geom
    FROM plan AS old LEFT JOIN plan AS new
      ON new.age > old.age AND ST_Intersects(old.geom, new.geom)
    GROUP BY old.age
), piece AS (
    SELECT row_number() OVER () AS id, parcel_id, zone_id, plan.age,
           utilisation_type AS kind, utilisation_value AS u, max_floors AS n,
           ST_Intersection(ST_Intersection(parcel.geom, newest.geom), zone.geom) AS geom
    FROM st_read($pack, layer = 'parcels') AS parcel
    JOIN newest ON ST_Intersects(parcel.geom, newest.geom)
    JOIN plan USING (age)
    JOIN st_read($pack, layer = 'zones') AS zone ON ST_Intersects(parcel.geom, zone.geom)
    WHERE land_use_code IN (SELECT unnest($codes)) AND land_use_status IN ('1', '2', '3')
      AND ST_Area(ST_Intersection(ST_Intersection(parcel.geom, newest.geom), zone.geom)) > 0.01
), building AS (
    SELECT geom, ST_Area(geom) AS footprint,
           coalesce(nullif(gross_area_m2, 0), ST_Area(geom) * nullif(floors, 0)) AS bra
    FROM st_read($pack, layer = 'buildings')
), buffered AS (
    SELECT piece.id, ST_Union_Agg(ST_Buffer(building.geom, $buffer, 8)) AS geom
    FROM piece JOIN building ON ST_DWithin(piece.geom, building.geom, $buffer)
    GROUP BY piece.id
), bound AS (
    SELECT piece.id, ST_Union_Agg(bound.geom) AS geom
    FROM piece JOIN st_read($pack, layer = 'constraints') AS bound
      ON severity = 'exclude' AND ST_Intersects(piece.geom, bound.geom)
    GROUP BY piece.id
), standing AS (
    SELECT piece.id,
           sum(ST_Area(ST_Intersection(piece.geom, building.geom))) AS footprint,
           sum(bra * ST_Area(ST_Intersection(piece.geom, building.geom)) / building.footprint)
               AS existing,
           bool_or(bra IS NULL AND ST_Area(ST_Intersection(piece.geom, building.geom)) > 0)
               AS missing
    FROM piece JOIN building ON ST_Intersects(piece.geom, building.geom)
    GROUP BY piece.id
), unbuilt AS (
    SELECT piece.*, ST_Area(piece.geom) AS gross,
           coalesce(ST_Area(ST_Intersection(piece.geom, buffered.geom)), 0) AS built,
           CASE WHEN buffered.geom IS NULL THEN piece.geom
                ELSE ST_Difference(piece.geom, buffered.geom) END AS rest
    FROM piece LEFT JOIN buffered USING (id)
), free AS (
    SELECT unbuilt.*, coalesce(ST_Area(ST_Intersection(rest, bound.geom)), 0) AS excluded,
           CASE WHEN bound.geom IS NULL THEN rest
                ELSE ST_Difference(rest, bound.geom) END AS free
    FROM unbuilt LEFT JOIN bound USING (id)
), part AS (
    SELECT parcel_id, zone_id, unnest(ST_Dump(ST_Union_Agg(free))).geom AS geom
    FROM free GROUP BY parcel_id, zone_id
), kept AS (
    SELECT * FROM part
    WHERE ST_Area(geom) >= $part AND NOT ST_IsEmpty(ST_Buffer(geom, 0.001 - $width / 2, 8))
), reserve AS (
    SELECT free.id, sum(ST_Area(ST_Intersection(free.free, kept.geom))) AS m2
    FROM free JOIN kept ON free.parcel_id = kept.parcel_id AND free.zone_id = kept.zone_id
    GROUP BY free.id
), shared AS (
    SELECT free.*, coalesce(reserve.m2, 0) AS reserve, coalesce(footprint, 0) AS footprint,
           CASE WHEN missing THEN NULL ELSE coalesce(existing, 0) END AS existing,
           gross / sum(gross) OVER plot * CASE
               WHEN kind IN (14, 18) THEN u / 100 * sum(gross) OVER plot
               WHEN kind IN (13, 17) THEN u
               WHEN kind IN (12, 16) THEN u / 100 * sum(gross) OVER plot * n
               WHEN kind = 15 THEN u * n END AS allowed
    FROM free LEFT JOIN reserve USING (id) LEFT JOIN standing USING (id)
    WINDOW plot AS (PARTITION BY parcel_id, age)
)
SELECT zone_id, sum(gross) AS gross_m2, sum(built) AS built_m2, sum(excluded) AS excluded_m2,
       sum(ST_Area(free)) - sum(reserve) AS dropped_m2, sum(reserve) AS reserve_m2,
       sum(footprint) AS footprint_m2,
       sum(CASE WHEN footprint >= 15 AND existing / (allowed * built / gross) < 0.6
                THEN allowed * built / gross - existing ELSE 0 END) AS densification_bra_m2,
       sum(allowed * reserve / gross) AS reserve_bra_m2,
       count(DISTINCT parcel_id) AS plots,
       count(DISTINCT CASE WHEN footprint >= 15 AND (allowed IS NULL OR existing IS NULL)
                           THEN parcel_id END) AS unknown_plots
FROM shared GROUP BY zone_id
"""
AREAS = ["gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2", "footprint_m2"]


@pytest.fixture(scope="module")
def layers():
    names = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    return [gpd.read_file(PACK, layer=name) for name in names]


@pytest.mark.parametrize(
    "rules",
    [ReserveRules(), ReserveRules(building_buffer_m=5, min_part_m2=3000, min_width_m=35)],
    ids=["usual", "other"],
)
def test_every_total_of_every_zone_is_the_same_in_sql(database, layers, rules):
    given = {
        "pack": str(PACK),
        "codes": list(BUSINESS_CODES),
        "buffer": rules.building_buffer_m,
        "part": rules.min_part_m2,
        "width": rules.min_width_m,
    }
    truth = database.execute(QUERY, given).df().set_index("zone_id")
    ours = account(*layers, rules).by_zone()
    ours = ours[ours["gross_m2"] > 0]
    assert set(ours.index) == set(truth.index)
    truth = truth.loc[ours.index]
    floors = ["densification_bra_m2", "reserve_bra_m2"]
    for name in [*AREAS, *floors]:
        assert ours[name].fillna(0).to_numpy() == pytest.approx(
            truth[name].to_numpy(), rel=TOLERANCE, abs=1
        ), name
    assert ours[["plots", "unknown_plots"]].to_numpy().tolist() == (
        truth[["plots", "unknown_plots"]].to_numpy().tolist()
    )
