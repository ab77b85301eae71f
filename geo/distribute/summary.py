"""
Write what was found: municipalities, zones and the country as GeoParquet, and how it came about.

A sum of the country is of the municipalities whose figure is known, and says of how many it is;
what is unknown is in no sum, and never 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo.comparison import fields
from geo.distribute import layout
from geo.formats import atomic
from geo.schema.layers import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from geo.distribute.municipal import Rows

_COUNTS: Final = (
    "plots",
    "unknown_plots",
    "not_estimable",
    "inhabitants",
    "jobs_today",
    "zones_unaccounted",
)
_TEXTS: Final = (
    *("municipality_no", "parameter_set", "name", "county_no", "verdict", "status", "reason"),
    "verdict_with_estimates",
    *("synthetic_layers", "illustrative_layers", "missing_layers", "zone_id"),
    *("inhabitants_date", "jobs_today_date"),
)
_FLAGS: Final = ("constraints_mapped", "synthetic")
# What a sum over municipalities means something of; shares and verdicts are not added.
SUMMED: Final = (
    *fields.LAND,
    *("jobs_total", "jobs_inside", "jobs_outside", "not_estimable", "inhabitants", "jobs_today"),
)


def write(
    output: Path, found: Iterable[Rows], people: gpd.GeoDataFrame, run: Mapping[str, Any]
) -> Mapping[str, gpd.GeoDataFrame]:
    """
    Write a summary.

    Parameters
    ----------
    output
        A folder that is there.
    found
        Rows of all municipalities.
    people
        `municipalities.parquet` of the input.
    run
        How it came about, with what cannot be said by a column; see `geo.distribute.run`.

    Returns
    -------
    mapping
        The tables by the names of their files.
    """
    everything = list(found)
    rows = pd.DataFrame(
        [row for one in everything for row in one.municipalities], columns=_without_people()
    )
    about = people.set_index(layout.NUMBER)[[*fields.PEOPLE, "geometry"]]
    joined = rows.join(about, on=layout.NUMBER)[list(fields.MUNICIPALITY_COLUMNS)]
    municipalities = gpd.GeoDataFrame(_typed(joined), geometry="geometry", crs=CRS)
    zones = _typed(
        pd.DataFrame(
            [row for one in everything for row in one.zones], columns=list(fields.ZONE_COLUMNS)
        )
    )
    tables = {
        fields.MUNICIPALITIES: municipalities.sort_values(list(fields.KEYS), kind="stable"),
        fields.ZONES: zones,
        fields.NATIONAL: national(municipalities),
    }
    for name, table in tables.items():
        with atomic.draft_file(output / name) as draft:
            table.reset_index(drop=True).to_parquet(draft, index=False)
    layout.write_json(output / fields.RUN, run)
    return tables


def national(municipalities: pd.DataFrame) -> pd.DataFrame:
    """
    Sum each set of parameters over the municipalities.

    Returns
    -------
    DataFrame
        A row a set: the sum of each of `SUMMED` over the municipalities where it is known (null
        where it is in none), and in how many it is not, as `…_unknown_in`; share of the sums;
        municipalities, and how many of them are unknown.
    """
    found = []
    for name, rows in municipalities.groupby("parameter_set", sort=False):
        sums: dict[str, Any] = {"parameter_set": name, "municipalities": len(rows)}
        sums |= {one: rows[one].iloc[0] for one in fields.PARAMETERS}
        sums["municipalities_unknown"] = int(rows["status"].eq(fields.UNKNOWN).sum())
        for column in SUMMED:
            values = rows[column].astype("Float64").astype(float)
            sums[column] = values.sum(min_count=1)
            sums[f"{column}_unknown_in"] = int(values.isna().sum())
        total = sums["jobs_total"]
        sums["share"] = None if pd.isna(total) or not total else sums["jobs_inside"] / total
        for column in ("synthetic_layers", "illustrative_layers"):
            sums[column] = ",".join(_named(rows[column]))
        found.append(sums)
    return _typed(pd.DataFrame(found))


def _named(lists: pd.Series) -> Sequence[str]:
    names = {name for one in lists.dropna() for name in str(one).split(",")}
    return [name for name in layout.LAYERS if name in names]


def _without_people() -> list[str]:
    left = (*fields.PEOPLE, "geometry")
    return [name for name in fields.MUNICIPALITY_COLUMNS if name not in left]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give each column the one type that it has in all summaries, whatever is unknown in this."""
    types: dict[str, Any] = {}
    for name in table.columns:
        if name == "geometry":
            continue
        counted = name in _COUNTS or name.startswith("municipalities") or name.endswith("_in")
        types[name] = (
            "str" if name in _TEXTS else "bool" if name in _FLAGS else "Int64" if counted else float
        )
    return table.astype(types)
