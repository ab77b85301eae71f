"""Two packs compared layer by layer: how many features, how much land, and what is different."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.geometry.scale import areas_of
from geo.schema import layers as schema

if TYPE_CHECKING:
    from collections.abc import Collection

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.pack.read import Pack

_BETWEEN: Final = "\x1f"  # stands in no text that a person writes


@dataclass(frozen=True)
class LayerFacts:
    """
    One layer of one pack.

    Attributes
    ----------
    features
        Their number.
    area_m2
        Sum of their areas, EPSG:25832; None for layers of points and lines.
    sha256
        Of what stands in the layer, whatever the order of its features and columns.
    """

    features: int
    area_m2: float | None
    sha256: str


@dataclass(frozen=True)
class LayerChange:
    """
    What has become of a layer; a side is None where that pack has no such layer.

    `added`, `removed`, `changed` and `unchanged` count features, told apart by their id. Where
    several features bear one id, or a layer has no ids, a feature that differs is one removed and
    one added.
    """

    layer: str
    before: LayerFacts | None
    after: LayerFacts | None
    added: int
    removed: int
    changed: int
    unchanged: int

    @property
    def same(self) -> bool:
        """Whether nothing is different."""
        return self.before is not None and not (self.added or self.removed or self.changed)


def compare(
    before: Pack, after: Pack, only: Collection[str] = tuple(schema.LAYERS)
) -> list[LayerChange]:
    """Compare two packs; those of the layers that either of them has, in the schema's order."""
    return [
        compare_layer(
            name,
            before.layer(name) if before.has(name) else None,
            after.layer(name) if after.has(name) else None,
        )
        for name in schema.LAYERS
        if name in only and (before.has(name) or after.has(name))
    ]


def compare_layer(
    name: str, before: GeoDataFrame | None, after: GeoDataFrame | None
) -> LayerChange:
    """Compare two frames of one layer, as `geo.schema.validation.check_layer` returns them."""
    column = schema.LAYERS[name].id_column
    old, new = _contents(before, column), _contents(after, column)
    alike = old & new
    old_ids = Counter(one for one, _ in (old - alike).elements())
    new_ids = Counter(one for one, _ in (new - alike).elements())
    lone = _lone(old) & _lone(new) if column else set()
    changed = sum(one in lone for one in old_ids.keys() & new_ids.keys())
    change = LayerChange(
        layer=name,
        before=facts(name, before) if before is not None else None,
        after=facts(name, after) if after is not None else None,
        added=new_ids.total() - changed,
        removed=old_ids.total() - changed,
        changed=changed,
        unchanged=alike.total(),
    )
    # The parts are the whole, on either side.
    kept = change.unchanged + change.changed
    assert kept + change.removed == old.total()
    assert kept + change.added == new.total()
    return change


def facts(name: str, frame: GeoDataFrame) -> LayerFacts:
    """Return number, area and checksum of a layer."""
    flat = schema.LAYERS[name].geometry <= schema.POLYGON
    digest = hashlib.sha256()
    for line in sorted(_lines(frame)):
        digest.update(line)
    area = float(areas_of(frame).sum()) if flat else None
    return LayerFacts(len(frame), area, digest.hexdigest())


def _contents(frame: GeoDataFrame | None, column: str | None) -> Counter[tuple[str, bytes]]:
    """Count the features by id and content."""
    if frame is None:
        return Counter()
    ids = frame[column].astype("str") if column else [""] * len(frame)
    return Counter(zip(ids, _lines(frame), strict=True))


def _lone(contents: Counter[tuple[str, bytes]]) -> set[str]:
    """Ids that one feature alone bears."""
    features: Counter[str] = Counter()
    for (one, _), count in contents.items():
        features[one] += count
    return {one for one, count in features.items() if count == 1}


def _lines(frame: GeoDataFrame) -> list[bytes]:
    """Return each feature's content as one checksum; a column that is empty is no column."""
    texts = np.full(len(frame), "", dtype=object)
    for name in sorted(str(column) for column in frame.columns if column != "geometry"):
        values = frame[name]
        known = values.notna().to_numpy()
        written = (f"{name}=" + values[known].astype("str") + _BETWEEN).to_numpy(dtype=object)
        texts[known] += written
    shapes = shapely.to_wkb(shapely.normalize(_singles(frame.geometry.to_numpy())))
    shapes[shapely.is_missing(frame.geometry.to_numpy())] = b""
    return [
        hashlib.sha256(text.encode("utf-8", "surrogatepass") + shape).digest()
        for text, shape in zip(texts, shapes, strict=True)
    ]


def _singles(shapes: NDArray[Any]) -> NDArray[Any]:
    """Take the part out of a shape of one part: a file holds either for the same land."""
    kinds = shapely.get_type_id(shapes)
    lone = (kinds >= shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    found: NDArray[Any] = np.where(lone, shapely.get_geometry(shapes, 0), shapes)
    return found
