"""Which reference system each row of a table says that it is in: by a column, or in its WKT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.intake.systems.declared import code
from geo.intake.tables.headings import EWKT, SHAPE
from geo.schema.coercion import to_text
from geo.schema.text import find, spell

if TYPE_CHECKING:
    from pandas import DataFrame, Series

# What people call the column, first choice first.
SYSTEM: Final = (
    *("epsg", "epsg_kode", "epsgkode", "epsg_code", "srid", "koordinatsystem", "koordsys"),
    *("koordinatsystem_kode", "crs", "srs", "utm_sone", "utmsone", "utm_zone"),
)


def by_column(table: DataFrame) -> Series | None:
    """Return what a column says of each row's system, as `code` has it; None without a column."""
    column = find(table.columns, SYSTEM)
    if column is None:
        return None
    texts = to_text(table[column])
    said = texts.map({one: code(one) for one in texts.dropna().unique()})
    each: Series = said.astype("str").where(said.notna(), None)
    return None if said.isna().all() else each


def by_wkt(table: DataFrame) -> Series | None:
    """Return the system that each row's EWKT begins with; None where no row's does."""
    for column in table.columns:
        values: Any = table[column]
        if spell(column) in SHAPE and pd.api.types.is_string_dtype(values):
            found = values.str.extract(EWKT, expand=False).replace("0", None)
            if found.notna().any():
                each: Series = ("EPSG:" + found).where(found.notna(), None)
                return each
    return None


def of_rows(table: DataFrame) -> Series | None:
    """Return each row's system: its WKT's, else the column's; None where neither says any."""
    wkt, column = by_wkt(table), by_column(table)
    if wkt is None or column is None:
        return column if wkt is None else wkt
    return wkt.where(wkt.notna(), column)
