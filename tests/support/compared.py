"""Small summaries of municipalities, made by hand."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import shapely

from geo.comparison import fields
from geo.comparison.summary import of_table

# One municipality of which everything is known: 100 daa of business land, 40 of it reserve.
WHOLE = {
    "municipality_no": "9901",
    "parameter_set": "standard",
    "name": "Prøvevik",
    "county_no": "99",
    "building_buffer_m": 15.0,
    "min_part_m2": 1000.0,
    "min_width_m": 20.0,
    "max_utilisation": 0.6,
    "target": 0.9,
    "plots": 10,
    "gross_m2": 100_000.0,
    "built_m2": 30_000.0,
    "excluded_m2": 20_000.0,
    "water_m2": 0.0,
    "dropped_m2": 10_000.0,
    "reserve_m2": 40_000.0,
    "densification_bra_m2": 8_000.0,
    "unknown_plots": 0,
    "reserve_bra_m2": 20_000.0,
    "unknown_reserve_m2": 0.0,
    "unplotted_m2": 0.0,
    "outside_zones_m2": 0.0,
    "balance_error_m2": 0.0,
    "reserve_in_growth_m2": 10_000.0,
    "jobs_total": 100.0,
    "jobs_inside": 95.0,
    "jobs_outside": 5.0,
    "share": 0.95,
    "share_low": 0.92,
    "share_high": 0.97,
    "verdict": "oppfylt",
    "not_estimable": 0,
    "verdict_with_estimates": "oppfylt",
    "inhabitants": 2_000,
    "inhabitants_date": "2026-01-01",
    "jobs_today": 400,
    "jobs_today_date": "2026-01-01",
    "status": "complete",
    "reason": None,
    "constraints_mapped": True,
    "synthetic_layers": None,
    "illustrative_layers": None,
    "missing_layers": None,
    "zones_unaccounted": 0,
}


def row(number="9901", **changed):
    """A municipality with other figures; what the business land went to still adds up."""
    found = WHOLE | {"municipality_no": number, "name": f"Kommune {number}"} | changed
    if "reserve_m2" in changed and changed["reserve_m2"] is not None and "gross_m2" not in changed:
        found["gross_m2"] = 60_000.0 + found["reserve_m2"]
    if "jobs_inside" in changed or "jobs_outside" in changed:
        inside, outside = found["jobs_inside"], found["jobs_outside"]
        found["jobs_total"] = inside + outside
        found["share"] = inside / (inside + outside) if inside + outside else None
    return found


def frame(*rows, drop=()):
    """Rows as a file has them, each a square of 1 km beside the one before."""
    table = pd.DataFrame([*rows]).drop(columns=list(drop))
    at = [
        shapely.box(600_000 + 1000 * n, 6_600_000, 601_000 + 1000 * n, 6_601_000)
        for n in range(len(table))
    ]
    return gpd.GeoDataFrame(table, geometry=at, crs=25832)


def summary(*rows, drop=(), **more):
    return of_table(frame(*rows, drop=drop), "fil", **({"run": {}, "digest": "d"} | more))


def folder(path, *rows, drop=(), run=None):
    """Such a summary as the command leaves it."""
    path.mkdir(parents=True, exist_ok=True)
    frame(*rows, drop=drop).to_parquet(path / fields.MUNICIPALITIES)
    if run is not None:
        (path / fields.RUN).write_text(json.dumps(run), encoding="utf-8")
    return path
