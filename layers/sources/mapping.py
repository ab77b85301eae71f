"""A service's columns and codes made into the pack's."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geo.schema import layers as schema
from geo.schema.coercion import quote
from layers.errors import ServiceError
from layers.sources import frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

    from layers.sources.services import Service

_LISTED: Final = 12  # columns named in a message


def to_schema(frame: GeoDataFrame, service: Service) -> GeoDataFrame:
    """
    Return the features with the columns of the service's layer, as far as the service has them.

    A column that the schema requires must come from somewhere; others that the service does not
    have are left out, and so unknown.

    Raises
    ------
    ServiceError
        If a required column cannot be had.
    """
    assert service.layer is not None  # those without a layer are never fetched
    wanted = schema.LAYERS[service.layer].columns.columns
    made: dict[str, Series | object] = {}
    for column, rule in wanted.items():
        if column in service.constants:
            made[column] = service.constants[column]
            continue
        given = service.columns.get(column, ())
        values = _first(frame, (given,) if isinstance(given, str) else given)
        if values is not None:
            made[column] = _decoded(values, service, column, rule.metadata["dtype"])
        elif rule.required and len(frame):
            asked = given if isinstance(given, str) else " / ".join(given)
            raise ServiceError(
                "error.service_column",
                source=service.source,
                given=asked or column,
                known=listed(frame),
            )
        elif rule.required:
            made[column] = None
    columns = pd.DataFrame(made, index=frame.index)
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.array, crs=frame.crs)


def listed(frame: GeoDataFrame) -> str:
    """Name the columns that there are, for a message about one that is not."""
    names = [quote(name) for name in frame.columns if name != frame.active_geometry_name]
    return ", ".join(names[:_LISTED]) + (" …" if len(names) > _LISTED else "") or "–"


def _first(frame: GeoDataFrame, names: Sequence[str]) -> Series | None:
    """
    Return each feature's first known value under the names, as far as the frame has them.

    None where it has none of them.
    """
    found: Series | None = None
    for name in names:
        values = _values(frame, name)
        if values is None:
            continue
        if found is None:
            found = values
            continue
        unknown = frames.text(found).isna()
        if not unknown.any():
            break
        found = frames.text(found).where(~unknown, frames.text(values))
    return found


def _values(frame: GeoDataFrame, name: str) -> Series | None:
    """Return what stands under a name, or what a pattern puts together; unknown where a part is."""
    parts = list(string.Formatter().parse(name))
    if not any(field for _, field, _, _ in parts):
        column = frames.column(frame, name)
        return None if column is None else _tidy(frame[column])
    whole = pd.Series("", index=frame.index, dtype="str")
    for literal, field, _, _ in parts:
        whole = whole + literal
        if field:
            column = frames.column(frame, field)
            if column is None:
                return None
            whole = whole + frames.text(frame[column])
    return whole


def _tidy(values: Series) -> Series:
    """Numbers among other things as they are written: 123, and not 123.0."""
    return frames.text(values) if values.dtype == object else values


def _decoded(values: Series, service: Service, column: str, dtype: str) -> Series:
    codes = service.codes.get(column)
    if codes is not None:
        return frames.text(values).map(codes)
    if dtype == "str":  # so that an id of one service stays 123 beside another's K-17
        return frames.text(values)
    if dtype not in {"float64", "Int64"}:
        return values
    numbers = frames.number(values)
    # What is no number stays what it is, so that the check of the layer can name it.
    strange = numbers.isna() & frames.text(values).notna()
    return values.where(strange, numbers) if strange.any() else numbers
