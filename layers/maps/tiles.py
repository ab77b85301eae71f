"""
Vector tiles of plots and buildings: built once per pack version, kept on disk, served from here.

As GeoJSON, 40 000 plots are 20 MB over the websocket; as tiles the browser fetches what it shows.
A tile knows a plot only by its row number; what it is called lies beside the tiles. What colours
the plots depends on the reader's parameters and travels apart, as one letter a plot
(`write_classes`). Of a large pack the tiles in sight are cut before the others
(`layers.maps.first_tiles`).
"""

from __future__ import annotations

import json
import shutil
import threading
from typing import TYPE_CHECKING, Final

import pyogrio

from geo.formats import atomic
from layers.app import static_files
from layers.app.heavy.job import Work
from layers.errors import TilesUnwritableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack
    from layers.app.heavy.child import Progress
    from layers.app.heavy.tasks import PackAt

TILES: Final = static_files.MADE / "tiles"
LEVELS: Final = "first_tiles"  # beside `TILES`: levels that are there before all are
FORMAT_VERSION: Final = 3  # a part of the folder's name: a new way of cutting makes new tiles
ZOOMS: Final = range(9, 16)  # Leaflet enlarges the last level beyond it
# Buildings are too small to be seen on the levels before.
FIRST_ZOOM: Final = {"buildings": 14}
NAMES: Final = "names.json"  # what a plot is called, by its row number
_TILE_CRS: Final = 3857  # that of the tiles; to reproject once is half of the work saved
KEPT_VERSIONS: Final = 4  # packs whose tiles stay on disk
KEPT_CLASSES: Final = 200  # parameter sets of one pack whose colours stay on disk

_STEPS: Final = 1000  # of a share, told as whole numbers
# One builder at a time: two sessions that open the page together must not cut the same tiles.
_LOCK: Final = threading.Lock()


def ensure(
    version: str,
    layers: dict[str, GeoDataFrame],
    progress: Callable[[float], None],
    root: Path | None = None,
) -> str:
    """
    Cut the tiles of a pack version if they are not on disk, and return their folder's name.

    Parameters
    ----------
    version
        Hash of the pack.
    layers
        Name of the tile set → polygons in a known reference system; `plots` by row number.
    progress
        Called with the share done, 0–1; never where the tiles are there already.
    root
        Folder of all tiles; None for `TILES`.

    Raises
    ------
    TilesUnwritableError
        If the folder for tiles cannot be written.
    """
    name = name_of(version)
    root = TILES if root is None else root
    if (root / name).is_dir():
        return name
    with _LOCK:
        if not (root / name).is_dir():
            try:
                root.mkdir(parents=True, exist_ok=True)
                _build(root / name, layers, progress)
                static_files.forget(root, KEPT_VERSIONS)
            except OSError as error:
                raise TilesUnwritableError("error.tiles_unwritable", path=str(root)) from error
    return name


def layers_of(pack: Pack) -> dict[str, GeoDataFrame]:
    """Return what a pack's tiles are cut of."""
    return {"plots": pack.layer("parcels"), "buildings": pack.layer("buildings")}


def cutting(at: PackAt) -> Work[str]:
    """Return the work of cutting a pack's tiles in a process; gives their folder's name."""
    return Work(("tiles", at, TILES), cut, (at, TILES), "".join)


def cut(tell: Progress, at: PackAt, root: Path) -> Iterator[str]:
    """Cut a pack's tiles; the task of `cutting`."""

    def progress(share: float) -> None:
        tell(round(share * _STEPS), _STEPS)

    yield ensure(at.sha256, layers_of(at.read()), progress, root)


def kept(version: str, made: Callable[[], str]) -> str:
    """Return the name of a pack's tiles where they are on disk, else have them made."""
    return name_of(version) if are_whole(version) else made()


def are_whole(version: str) -> bool:
    """Whether all tiles of a pack are on disk."""
    return (TILES / name_of(version)).is_dir()


def name_of(version: str) -> str:
    """Return the name of the folder that a pack's tiles have."""
    return f"{version[:16]}-{FORMAT_VERSION}"


def levels_in(root: Path) -> Path:
    """Return the folder of levels that are cut one by one, for the tiles that get to `root`."""
    return root.with_name(LEVELS)


def cut_level(folder: Path, name: str, frame: GeoDataFrame, zoom: int) -> None:
    """
    Cut one level of a tile set into ``folder/name/zoom``, if it is not there; whole or not at all.

    Raises
    ------
    TilesUnwritableError
        If the folder cannot be written.
    """
    place = folder / name / str(zoom)
    if place.is_dir():
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with atomic.draft_folder(place.parent) as draft:
            _cut(draft, name, _shapes(frame), zoom)
            made = draft / name / str(zoom)
            made.mkdir(
                exist_ok=True
            )  # also where there is nothing: then nothing is to be waited for
            if not place.is_dir():
                atomic.put(made, place)
    except OSError as error:
        raise TilesUnwritableError("error.tiles_unwritable", path=str(folder)) from error


def write_classes(folder: str, letters: str, root: Path | None = None) -> str:
    """
    Keep one letter a plot beside the tiles, and return the file's address below their root.

    Equal parameters share a file.

    Raises
    ------
    TilesUnwritableError
        If the file cannot be written.
    """
    path = (TILES if root is None else root) / folder / "classes"
    try:
        name = static_files.keep(path, f'"{letters}"', ".json", kept=KEPT_CLASSES)
    except OSError as error:
        raise TilesUnwritableError("error.tiles_unwritable", path=str(path)) from error
    return f"{folder}/classes/{name}"


def _build(
    target: Path, layers: dict[str, GeoDataFrame], progress: Callable[[float], None]
) -> None:
    with atomic.draft_folder(target.parent) as draft:
        there = levels_in(target.parent) / target.name
        shapes = {name: _shapes(frame) for name, frame in layers.items()}
        steps = [(name, zoom) for name in layers for zoom in levels(name)]
        for done, (name, zoom) in enumerate(steps):
            progress(done / len(steps))
            level = there / name / str(zoom)
            if level.is_dir():
                shutil.copytree(level, draft / name / str(zoom))
            else:
                _cut(draft, name, shapes[name], zoom)
        if "parcel_id" in layers.get("plots", ()):
            names = layers["plots"]["parcel_id"].astype(str).tolist()
            (draft / NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        progress(1.0)
        # Another server on the same folder may have cut the same tiles meanwhile.
        if not target.is_dir():
            atomic.put(draft, target)


def levels(name: str) -> range:
    """Zoom levels of a tile set."""
    return range(FIRST_ZOOM.get(name, ZOOMS.start), ZOOMS.stop)


def _shapes(frame: GeoDataFrame) -> GeoDataFrame:
    return frame[["geometry"]].to_crs(_TILE_CRS).rename_axis("n").reset_index()


def _cut(draft: Path, name: str, shapes: GeoDataFrame, zoom: int) -> None:
    # Level by level, for GDAL's tile writer says nothing while it works.
    level = draft / f"{name}-{zoom}"
    if not shapes.empty:
        pyogrio.write_dataframe(
            shapes,
            level,
            driver="MVT",
            layer=name,
            FORMAT="DIRECTORY",
            COMPRESS="NO",
            MINZOOM=zoom,
            MAXZOOM=zoom,
            # Whole municipalities in one tile: better a large tile than plots left out.
            MAX_SIZE=20_000_000,
            MAX_FEATURES=2_000_000,
        )
    (draft / name).mkdir(exist_ok=True)
    if (level / str(zoom)).is_dir():
        (level / str(zoom)).replace(draft / name / str(zoom))
    shutil.rmtree(level, ignore_errors=True)
