"""
The land account once more, in SQL: a truth of its own, and what two engines take for the same work.

It shares no code of ours: the newest plan by a window function, obstacles united before they are
cut away, parts dissolved and dumped, formulas written out again. It is a row of steps, each a
table of its own, for an engine may work out a common table expression anew wherever it is named.
What both engines understand is written once; `tests.support.engines` knows where they differ.

`measured` is what tests ask for: buffers of buildings are united, built and excluded land are
measured by intersection, and every part is shrunk to see whether it is wide. Otherwise the buffer
is one of all buildings near a piece, built and excluded are what the subtraction took away, and a
part that must have room by its area and perimeter is not shrunk, as in ours: of what was tried the
fastest in both engines.
"""

from __future__ import annotations

import math
import re
from string import Template

# Built land where nothing is built, and the like, come by a union of rows that have an obstacle
# and rows that have none: SedonaDB takes the geometry of a CASE for mere bytes.
STEPS = {
    "plan": """
        SELECT *, row_number() OVER (ORDER BY adopted NULLS FIRST, row) AS age,
               land_use_code IN ($codes) AND land_use_status IN ($statuses) AS business
        FROM plan_areas""",
    "newer": """
        SELECT old.age, ST_Union_Agg(new.geom) AS geom
        FROM plan AS old JOIN plan AS new ON ST_Intersects(old.geom, new.geom)
        WHERE old.business AND new.age > old.age GROUP BY old.age""",
    "land": """
        SELECT plan.age, ST_Difference(plan.geom, newer.geom) AS geom
        FROM plan JOIN newer ON plan.age = newer.age WHERE business
        UNION ALL
        SELECT age, geom FROM plan WHERE business AND age NOT IN (SELECT age FROM newer)""",
    "site": """
        SELECT age, zone_id, ST_Intersection(land.geom, zone.geom) AS geom
        FROM land JOIN zones AS zone ON ST_Intersects(land.geom, zone.geom)""",
    "piece": """
        SELECT row_number() OVER () AS id, parcel_id, zone_id, age, ST_Area(geom) AS gross, geom
        FROM (SELECT parcel_id, zone_id, age, ST_Intersection(parcel.geom, site.geom) AS geom
              FROM parcels AS parcel JOIN site ON ST_Intersects(parcel.geom, site.geom)) AS cut
        WHERE ST_Area(geom) > 0.01""",
    "near": """
        SELECT piece.id, $near AS geom
        FROM piece JOIN buildings AS building ON ST_DWithin(piece.geom, building.geom, $buffer)
        GROUP BY piece.id""",
    "unbuilt": """
        SELECT id, $built AS built, geom
        FROM (SELECT piece.id, gross, piece.geom AS land, near.geom AS taken,
                     ST_Difference(piece.geom, near.geom) AS geom
              FROM piece JOIN near ON piece.id = near.id) AS cut
        UNION ALL
        SELECT id, 0.0 AS built, geom FROM piece WHERE id NOT IN (SELECT id FROM near)""",
    "bound": """
        SELECT unbuilt.id, ST_Union_Agg(bound.geom) AS geom
        FROM unbuilt JOIN (SELECT geom FROM constraints WHERE severity = 'exclude') AS bound
          ON ST_Intersects(unbuilt.geom, bound.geom)
        GROUP BY unbuilt.id""",
    "free": """
        SELECT id, built, $excluded AS excluded, ST_Area(geom) AS free, geom
        FROM (SELECT unbuilt.id, built, unbuilt.geom AS land, bound.geom AS taken,
                     ST_Difference(unbuilt.geom, bound.geom) AS geom
              FROM unbuilt JOIN bound ON unbuilt.id = bound.id) AS cut
        UNION ALL
        SELECT id, built, 0.0 AS excluded, ST_Area(geom) AS free, geom
        FROM unbuilt WHERE id NOT IN (SELECT id FROM bound)""",
    "shared": """
        SELECT piece.id, parcel_id, zone_id, age, gross, built, excluded, free, free.geom,
               sum(gross) OVER (PARTITION BY parcel_id, age) AS plot_m2,
               count(*) OVER (PARTITION BY parcel_id) > 1 AS split
        FROM piece JOIN free ON piece.id = free.id""",
    # Borders cut one by one miss each other by nanometres; on a grid of a millimetre they meet.
    "part": """
        SELECT parcel_id, id, unnest(ST_Dump(geom))['geom'] AS geom FROM shared WHERE NOT split
        UNION ALL
        SELECT parcel_id, NULL AS id, unnest(ST_Dump(geom))['geom'] AS geom
        FROM (SELECT parcel_id, ST_Union_Agg(ST_ReducePrecision(geom, 0.001)) AS geom
              FROM shared WHERE split GROUP BY parcel_id) AS united""",
    "kept": """
        SELECT parcel_id, id, geom FROM part
        WHERE CASE WHEN ST_Area(geom) < $part THEN false
                   WHEN $surely_wide THEN true
                   ELSE NOT ST_IsEmpty(ST_Buffer(geom, 0.001 - $width / 2)) END""",
    "reserve": """
        SELECT id, sum(m2) AS reserve
        FROM (SELECT id, ST_Area(geom) AS m2 FROM kept WHERE id IS NOT NULL
              UNION ALL
              SELECT shared.id, ST_Area(ST_Intersection(shared.geom, kept.geom)) AS m2
              FROM shared JOIN kept ON shared.parcel_id = kept.parcel_id WHERE split) AS found
        GROUP BY id""",
    "standing": """
        SELECT id, sum(m2) AS footprint, sum(bra * m2 / whole) AS existing,
               bool_or(bra IS NULL AND m2 > 0) AS missing
        FROM (SELECT piece.id, bra, whole,
                     ST_Area(ST_Intersection(piece.geom, building.geom)) AS m2
              FROM piece JOIN (
                  SELECT geom, ST_Area(geom) AS whole,
                         coalesce(nullif(gross_area_m2, 0), ST_Area(geom) * nullif(floors, 0))
                             AS bra
                  FROM buildings) AS building
                ON ST_Intersects(piece.geom, building.geom)) AS cut
        GROUP BY id""",
    "account": """
        SELECT shared.parcel_id, shared.zone_id, gross, built, excluded, free,
               coalesce(reserve, 0.0) AS reserve, coalesce(footprint, 0.0) AS footprint,
               CASE WHEN missing THEN NULL ELSE coalesce(existing, 0.0) END AS existing,
               gross / plot_m2 * CASE
                   WHEN utilisation_type IN (14, 18) THEN utilisation_value / 100 * plot_m2
                   WHEN utilisation_type IN (13, 17) THEN utilisation_value
                   WHEN utilisation_type IN (12, 16)
                       THEN utilisation_value / 100 * plot_m2 * max_floors
                   WHEN utilisation_type = 15 THEN utilisation_value * max_floors END AS allowed
        FROM shared JOIN plan ON shared.age = plan.age
             LEFT JOIN reserve ON shared.id = reserve.id
             LEFT JOIN standing ON shared.id = standing.id""",
    "total": """
        SELECT zone_id, sum(gross) AS gross_m2, sum(built) AS built_m2,
               sum(excluded) AS excluded_m2, sum(free) - sum(reserve) AS dropped_m2,
               sum(reserve) AS reserve_m2, sum(footprint) AS footprint_m2,
               sum(CASE WHEN footprint >= 15 AND existing / (allowed * built / gross) < $utilisation
                        THEN allowed * built / gross - existing ELSE 0.0 END)
                   AS densification_bra_m2,
               sum(allowed * reserve / gross) AS reserve_bra_m2,
               count(DISTINCT parcel_id) AS plots,
               count(DISTINCT CASE WHEN footprint >= 15 AND (allowed IS NULL OR existing IS NULL)
                                   THEN parcel_id END) AS unknown_plots
        FROM account GROUP BY zone_id""",
}

# The core alone: buildings buffered, united and subtracted from whole plots.
CORE = {
    "piece": "SELECT row AS id, ST_Area(geom) AS gross, geom FROM parcels",
    **{name: STEPS[name] for name in ("near", "unbuilt")},
    "total": "SELECT 'all' AS zone_id, sum(built) AS built_m2 FROM unbuilt",
}


def steps(rules, *, measured, core=False):
    """
    Yield name, query and which tables nobody asks for any more, step by step; the last is `total`.

    Asked of the tables parcels, plan_areas, zones, buildings and constraints, whose shapes are in
    `geom` and whose order is in `row`.
    """
    radius = rules.min_width_m / 2
    circle = math.pi * radius**2
    values = {
        "buffer": rules.building_buffer_m,
        "part": rules.min_part_m2,
        "width": rules.min_width_m,
        "utilisation": rules.max_utilisation,
        "codes": ", ".join(f"'{code}'" for code in rules.business_codes),
        "statuses": ", ".join(f"'{status}'" for status in rules.plan_statuses),
        "near": f"ST_Buffer(ST_Collect_Agg(building.geom), {rules.building_buffer_m})",
        "built": "gross - ST_Area(geom)",
        "excluded": "ST_Area(land) - ST_Area(geom)",
        # Sz.-Nagy, Über Parallelmengen nichtkonvexer ebener Bereiche (1959).
        "surely_wide": f"ST_Area(geom) >= {circle} AND ST_Area(geom) >= {radius} *"
        f" ST_Perimeter(geom) + {circle} * (ST_NumInteriorRings(geom) - 1)",
    }
    if measured:
        values |= dict.fromkeys(("built", "excluded"), "ST_Area(ST_Intersection(land, taken))")
        values["near"] = f"ST_Union_Agg(ST_Buffer(building.geom, {rules.building_buffer_m}))"
        values["surely_wide"] = "false"
    queries = CORE if core else STEPS
    asked = list(queries.items())
    for place, (name, query) in enumerate(asked):
        rest = " ".join(later for _, later in asked[place + 1 :])
        done = [
            other
            for other, _ in asked[:place]
            if re.search(rf"\b{other}\b", query) and not re.search(rf"\b{other}\b", rest)
        ]
        yield name, Template(query).substitute(values), done
