"""
Name the columns of a summary of many municipalities.

`geo distribute` writes them and a comparison reads them. Areas are on the ground, in m²; null is
unknown, never 0. A file may lack every column but those of `KEYS`: what needs one that is not
there says so.
"""

from __future__ import annotations

from typing import Final

FORMAT: Final = 1  # of the summary; another number is one that this version cannot read

MUNICIPALITIES: Final = "municipalities.parquet"  # one row a municipality and parameter set
ZONES: Final = "zones.parquet"  # one row a zone, municipality and parameter set
NATIONAL: Final = "national.parquet"  # one row a parameter set
RUN: Final = "run.json"  # how the summary came about; see `geo.distribute.summary`

KEYS: Final = ("municipality_no", "parameter_set")
# What the figures rest on; the same words as the options of the command line.
PARAMETERS: Final = (
    *("building_buffer_m", "min_part_m2", "min_width_m", "max_utilisation", "target"),
)
COMPLETE, UNKNOWN = STATUSES = ("complete", "unknown")  # unknown: a partition of it failed

# Of the land account (`geo.land.account`), summed over the municipality's zones.
LAND: Final = (
    *("plots", "gross_m2", "built_m2", "excluded_m2", "water_m2", "dropped_m2", "reserve_m2"),
    *("densification_bra_m2", "unknown_plots", "reserve_bra_m2", "unknown_reserve_m2"),
    *("unplotted_m2", "outside_zones_m2", "balance_error_m2"),
    "reserve_in_growth_m2",  # reserve inside the growth areas that count; null without such areas
)
# Of the 90 % rule (`geo.growth`), gross, on the growth areas that count: of what is known alone, as
# `gross` of `geo rule`. What a reader may be told as the verdict is that with estimates, which is
# open where the projects in no sum could turn it.
RULE: Final = (
    *("jobs_total", "jobs_inside", "jobs_outside", "share", "share_low", "share_high"),
    *("verdict", "not_estimable", "verdict_with_estimates"),
)
# Of the municipality: what the figures are compared by. null where nobody has said.
PEOPLE: Final = ("inhabitants", "inhabitants_date", "jobs_today", "jobs_today_date")
# What the reader must know of the figures. The two lists are names of layers, joined by commas.
BASIS: Final = (
    *("status", "reason", "constraints_mapped", "synthetic_layers", "illustrative_layers"),
    *("missing_layers", "zones_unaccounted"),  # zones without plots: their vacant land is unknown
)
MUNICIPALITY_COLUMNS: Final = (
    *KEYS,
    *("name", "county_no"),
    *PARAMETERS,
    *LAND,
    *RULE,
    *PEOPLE,
    *BASIS,
    "geometry",  # outline of the municipality, EPSG:25832, made simpler; may be null
)
ZONE_COLUMNS: Final = (
    *KEYS,
    *("zone_id", "name"),
    *LAND[:-3],
    *("balance_error_m2", "synthetic"),
)
