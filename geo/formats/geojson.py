"""GeoJSON after RFC 7946, written in portions so that a large layer shows how far it has come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.formats.content import DEGREE_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.formats.content import Content, Progress

_PORTION: Final = 5_000  # features


def write(content: Content, path: Path, progress: Progress) -> None:
    """Write a FeatureCollection; provenance and codebook are foreign members (section 6.1)."""
    count = len(content.frame)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        head = json.dumps(members(content), ensure_ascii=False)
        file.write(f'{head[:-1]}, "features": [\n')
        for start in range(0, count, _PORTION):
            rows = content.frame.iloc[start : start + _PORTION]
            file.write(",\n" if start else "")
            file.write(",\n".join(_features(rows)))
            progress(min(start + _PORTION, count) / count)
        file.write("\n]}\n")


def members(content: Content) -> dict[str, Any]:
    """Return the members beside the features."""
    said: dict[str, Any] = {"type": "FeatureCollection", **content.provenance.members()}
    if content.title:
        said["title"] = content.title
    if content.codebook:
        said["codebook"] = [one.as_dict() for one in content.codebook]
    return said


def _features(rows: GeoDataFrame) -> Iterator[str]:
    shapes = shapely.orient_polygons(rows.geometry.to_numpy())
    shapes = shapely.transform(shapes, lambda places: places.round(DEGREE_DECIMALS))
    drawn = shapely.to_geojson(shapes)
    records = _plain(rows.drop(columns=rows.geometry.name)).to_dict("records")
    for shape, record in zip(drawn, records, strict=True):
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, default=_text)
        place = "null" if shape is None else shape
        yield f'{{"type": "Feature", "properties": {text}, "geometry": {place}}}'


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with None for all that is missing or infinite, which JSON does not have."""
    numbers = table.select_dtypes("number").columns
    table = pd.DataFrame(table)
    table[numbers] = table[numbers].replace([np.inf, -np.inf], np.nan)
    objects = table.astype(object)
    return objects.where(objects.notna(), None)


def _text(value: object) -> object:
    # A date in ISO 8601, a number of numpy's as a number, anything else as its text.
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else str(value)
