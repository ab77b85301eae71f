"""A service's columns and codes made into the pack's."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geo.schema import layers as schema
from geo.schema.coercion import to_text
from layers.errors import ServiceError

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
            made[column] = _decoded(values, service, column)
        elif rule.required and len(frame):
            known = ", ".join(str(name) for name in frame.columns[:_LISTED])
            asked = given if isinstance(given, str) else " / ".join(given)
            raise ServiceError(
                "error.service_column",
                source=service.source,
                given=asked or column,
                known=known or "–",
            )
        elif rule.required:
            made[column] = None
    columns = pd.DataFrame(made, index=frame.index)
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.array, crs=frame.crs)


def _first(frame: GeoDataFrame, names: Sequence[str]) -> Series | None:
    """Return the values under the first of the names that the frame has, in any case."""
    known = {str(name).lower(): name for name in frame.columns}
    for name in names:
        fields = [field for _, field, _, _ in string.Formatter().parse(name) if field]
        if not fields and name.lower() in known:
            found: Series = frame[known[name.lower()]]
            return found
        if fields and all(field.lower() in known for field in fields):
            return _joined(frame, name, known)
    return None


def _joined(frame: GeoDataFrame, pattern: str, known: dict[str, object]) -> Series:
    """Put several columns together as a pattern says; unknown where one of them is."""
    whole = pd.Series("", index=frame.index, dtype="str")
    for literal, field, _, _ in string.Formatter().parse(pattern):
        whole = whole + literal
        if field:
            whole = whole + to_text(frame[known[field.lower()]])
    return whole


def _decoded(values: Series, service: Service, column: str) -> Series:
    codes = service.codes.get(column)
    return values if codes is None else to_text(values).map(codes)
