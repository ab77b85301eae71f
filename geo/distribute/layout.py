"""
What lies in a folder that `geo distribute` reads: names of files, and what is known of them.

A municipality is cut into partitions, `3205-000`, `3205-001` …. A partition is a file a layer,
`parcels/3205-000.parquet`, with the features whose representative point is in its cell; a layer
without any there has no file. `municipalities/3205.json` says which there should be, so that a
file that is gone is missed and not taken for land without buildings.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import shapely

from geo.errors import FileError
from geo.formats import atomic
from geo.schema.coercion import quote
from geo.schema.layers import CRS
from geo.schema.manifest import LayerInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geo.distribute.cells import Box

FORMAT: Final = 1  # of the folder; another number is one that this version cannot read
DATASET: Final = "dataset.json"
MUNICIPALITIES: Final = "municipalities.parquet"
FACTS: Final = "municipalities"  # a JSON file a municipality

# Layers that are cut, by the names they have in a pack; of `context` only lakes and rivers.
WATER: Final = "context"
LAYERS: Final = (
    *("parcels", "plan_areas", "zones", "growth_areas", "buildings", "constraints", WATER),
    "projects",
)
# Of these, what lies across the border concerns the neighbour too.
SHARED: Final = ("buildings", "constraints", WATER)
ROW: Final = (
    "row"  # of a feature in the municipality's layer: ties between plots and plans go by it
)
NUMBER: Final = "municipality_no"


@dataclass(frozen=True)
class Contents:
    """How many features a file has, and where they are (metres); `largest` is of one feature."""

    features: int
    bounds: tuple[float, float, float, float]
    largest_m: float

    def near(self, window: Box, margin_m: float = 0.0) -> bool:
        """Whether a feature of the file may meet a window with so much around it."""
        minx, miny, maxx, maxy = self.bounds
        return (
            minx <= window[2] + margin_m
            and maxx >= window[0] - margin_m
            and miny <= window[3] + margin_m
            and maxy >= window[1] - margin_m
        )


@dataclass(frozen=True)
class Partition:
    """A cell of a municipality, and of each layer in it what there is."""

    name: str
    cell: Box
    layers: Mapping[str, Contents]


@dataclass(frozen=True)
class Municipality:
    """
    What is known of a municipality's files.

    `layers` says of each layer that the municipality has where it comes from, whether or not it has
    features; one that is not there is not known. `reasons` says why a municipality has none.
    """

    municipality_no: str
    name: str | None
    layers: Mapping[str, LayerInfo]
    partitions: tuple[Partition, ...] = field(default=())

    def badged(self, badge: str) -> list[str]:
        """Return the layers that are, or have features that are, synthetic or illustrative."""
        return [name for name, info in self.layers.items() if getattr(info, badge)]


def file_of(folder: Path, layer: str, partition: str) -> Path:
    """Return where a layer of a partition lies."""
    return folder / layer / f"{partition}.parquet"


def box_of(cell: Box) -> BaseGeometry:
    """Return a cell as a polygon."""
    polygon: BaseGeometry = shapely.box(*cell)
    return polygon


def write_facts(folder: Path, municipality: Municipality) -> None:
    """Write what is known of a municipality's files."""
    write_json(folder / FACTS / f"{municipality.municipality_no}.json", asdict(municipality))


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document that nobody meets half written."""
    with atomic.draft_file(path) as draft:
        draft.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def dataset(folder: Path) -> Mapping[str, Any]:
    """
    Return what is said of a folder as a whole.

    Raises
    ------
    FileError
        If the folder is not one that `--partition` has finished, or of another format.
    """
    try:
        said: dict[str, Any] = json.loads((folder / DATASET).read_text(encoding="utf-8"))
        form, crs = said["format"], said["crs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError("error.distribute_input", path=quote(folder)) from error
    if form != FORMAT or crs != CRS:
        raise FileError("error.distribute_format", path=quote(folder), format=str(FORMAT), crs=CRS)
    return said


def read_facts(folder: Path, municipality_no: str) -> Municipality:
    """
    Read what is known of a municipality's files.

    Raises
    ------
    FileError
        If it is not there or makes no sense; names the file.
    """
    path = folder / FACTS / f"{municipality_no}.json"
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Municipality(
            municipality_no,
            said["name"],
            {name: LayerInfo(**info) for name, info in said["layers"].items()},
            tuple(
                Partition(
                    str(one["name"]),
                    _box(one["cell"]),
                    {
                        name: Contents(there["features"], _box(there["bounds"]), there["largest_m"])
                        for name, there in one["layers"].items()
                    },
                )
                for one in said["partitions"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError("error.distribute_file", path=quote(path)) from error


def _box(numbers: list[float]) -> Box:
    minx, miny, maxx, maxy = (float(one) for one in numbers)
    return minx, miny, maxx, maxy
