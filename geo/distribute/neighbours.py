"""What each partition needs: its window, and the files, own and neighbours', that meet it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.distribute import layout
from geo.distribute.layout import box_of
from geo.land.compute import NEEDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.distribute.cells import Box
    from geo.distribute.layout import Municipality
    from geo.land.rules import ReserveRules

# To be raised when the account, or what is kept of it in a partition's result, changes.
RESULTS: Final = 1
# Layers that a partition is judged by, beside its own plots.
_AROUND: Final = ("parcels", "plan_areas", "zones", "growth_areas", *layout.SHARED)
# A building's ground follows from two rounds of those that it overlaps.
_ROUNDS: Final = 2
# A metre on the ground is at most this long on the map (`geo.geometry.scale`), in Norway.
_LONGER_ON_MAP: Final = 1.02


@dataclass(frozen=True)
class NamedFile:
    """A file by its path, and how many features it should have."""

    path: str
    features: int


@dataclass(frozen=True)
class Task:
    """
    A partition to account for, by what lies around it.

    `window` is the cell and all of its own plots; `files` are those that may meet it, by layer; a
    layer that the municipality does not have is not in it.
    """

    name: str
    municipality_no: str
    cell: Box
    window: Box
    files: Mapping[str, tuple[NamedFile, ...]]

    def stamp(self, rules: ReserveRules, digests: Mapping[str, str]) -> str:
        """Return what names a result: of the content of its files, and of its parameters."""
        files = {
            layer: [(Path(one.path).name, digests.get(one.path)) for one in there]
            for layer, there in self.files.items()
        }
        said = [RESULTS, self.name, self.cell, self.window, files, asdict(rules)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


def tasks(folder: Path, municipalities: Iterable[Municipality], buffer_m: float) -> list[Task]:
    """
    Return what is to be done for the land account, with the widest buffer that will be asked for.

    A municipality without the layers that the account needs has no tasks: nothing is known there.
    """
    known = list(municipalities)
    index = {layer: _Index.of(folder, known, layer) for layer in _AROUND}
    largest = max((one.largest_m for one in index["buildings"].largest), default=0.0)
    margins = {"buildings": on_map(buffer_m) + _ROUNDS * largest}
    found = []
    for one in known:
        if not all(name in one.layers for name in NEEDS):
            continue
        layers = [name for name in _AROUND if name in one.layers]
        for partition in one.partitions:
            plots = partition.layers.get("parcels")
            window = partition.cell if plots is None else _both(partition.cell, plots.bounds)
            files = {
                layer: index[layer].near(
                    window,
                    margins.get(layer, 0.0),
                    None if layer in layout.SHARED else one.municipality_no,
                )
                for layer in layers
            }
            found.append(Task(partition.name, one.municipality_no, partition.cell, window, files))
    return found


def on_map(metres: float) -> float:
    """Return how long at most a distance on the ground is on the map (m)."""
    return metres * _LONGER_ON_MAP


def files_of(folder: Path, municipality: Municipality, layer: str) -> tuple[NamedFile, ...]:
    """Return all files of a municipality's layer."""
    return tuple(
        NamedFile(str(layout.file_of(folder, layer, one.name)), one.layers[layer].features)
        for one in municipality.partitions
        if layer in one.layers
    )


def digests(paths: Sequence[str]) -> dict[str, str | None]:
    """Return a digest of each file's content; None where it cannot be read."""
    return {path: _digest(path) for path in paths}


def _digest(path: str) -> str | None:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


@dataclass(frozen=True)
class _Index:
    """Files of one layer by where their features are."""

    files: Sequence[NamedFile]
    owners: Sequence[str]
    largest: Sequence[layout.Contents]
    tree: shapely.STRtree

    @classmethod
    def of(cls, folder: Path, municipalities: Sequence[Municipality], layer: str) -> _Index:
        rows = [
            (NamedFile(str(layout.file_of(folder, layer, part.name)), there.features), one, there)
            for one in municipalities
            for part in one.partitions
            if (there := part.layers.get(layer)) is not None
        ]
        boxes = np.array([box_of(there.bounds) for _, _, there in rows], dtype=object)
        return cls(
            [file for file, _, _ in rows],
            [one.municipality_no for _, one, _ in rows],
            [there for _, _, there in rows],
            shapely.STRtree(boxes),
        )

    def near(
        self, window: Box, margin_m: float, municipality_no: str | None
    ) -> tuple[NamedFile, ...]:
        minx, miny, maxx, maxy = window
        wider = shapely.box(minx - margin_m, miny - margin_m, maxx + margin_m, maxy + margin_m)
        rows = sorted(self.tree.query(wider))
        return tuple(
            self.files[row]
            for row in rows
            if municipality_no is None or self.owners[row] == municipality_no
        )


def _both(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
