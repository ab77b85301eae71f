"""
Tiles of a large pack in the order in which they are looked at: where a map opens, then the rest.

A reader meets the map when one level is there; the map enlarges it, or makes it smaller, until all
are. Each level is work of its own, so that what somebody waits for comes between two of them.
"""

from __future__ import annotations

import logging
import math
import threading
from typing import TYPE_CHECKING, Final

from geo.errors import NaeringsarealError
from layers.app import static_files
from layers.app.heavy import waiting, work
from layers.app.heavy.job import Work
from layers.maps import tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack
    from layers.app.heavy.child import Progress
    from layers.app.heavy.tasks import PackAt

FIRST_SET: Final = "plots"
SEEN_PX: Final = (
    560,
    700,
)  # A: height of the map and a usual width; another size is a level beside
MARGIN_PX: Final = 12  # on each side, as the map leaves it (`layers.maps.leaflet.Fit`)
KEPT_PACKS: Final = 2  # whose single levels stay, for those who are looking at them
_TILE_PX: Final = 256
_WORLD_M: Final = 2 * math.pi * 6_378_137  # round the equator of Web Mercator

_LOG: Final = logging.getLogger(__name__)
_LOCK: Final = threading.Lock()
_UNDER_WAY: Final[set[str]] = set()  # packs whose tiles a thread of this server has cut


def start_zoom(area: GeoDataFrame) -> int:
    """Return the level on which a map of usual size shows an area, of those that tiles have."""
    west, south, east, north = area.to_crs(3857).total_bounds
    room = (SEEN_PX[0] - 2 * MARGIN_PX, SEEN_PX[1] - 2 * MARGIN_PX)
    spans = (north - south, east - west)
    scales = [
        math.log2(pixels * _WORLD_M / (_TILE_PX * span))
        for pixels, span in zip(room, spans, strict=True)
        if span > 0  # neither of no zone at all
    ]
    zoom = math.floor(min(scales, default=tiles.ZOOMS.stop - 1))
    return min(max(zoom, tiles.ZOOMS.start), tiles.ZOOMS.stop - 1)


def order(zoom: int) -> list[tuple[str, int]]:
    """Return all tile sets and levels, those nearest to a level first."""
    steps = [(name, level) for name in ("plots", "buildings") for level in tiles.levels(name)]
    return sorted(steps, key=lambda step: (abs(step[1] - zoom), -step[1], step[0] != FIRST_SET))


def address(version: str) -> str:
    """Return the address of a pack's first tiles below what is made."""
    return f"{tiles.LEVELS}/{tiles.name_of(version)}"


def folder() -> Path:
    """Return the folder of the levels that are cut one by one."""
    return tiles.levels_in(tiles.TILES)


def cutting(at: PackAt, name: str, zoom: int) -> Work[str]:
    """Return the work of cutting one level of a tile set in a process; gives its folder's name."""
    place = folder()
    return Work(("level", at, place, name, zoom), cut, (at, place, name, zoom), "".join)


def cut(_tell: Progress, at: PackAt, place: Path, name: str, zoom: int) -> Iterator[str]:
    """Cut one level; the task of `cutting`."""
    made = tiles.name_of(at.sha256)
    tiles.cut_level(place / made, name, tiles.layers_of(at.read())[name], zoom)
    yield made


def kept(version: str, zoom: int, made: Callable[[], str]) -> str:
    """Return the folder of a pack's first tiles where they are on disk, else have them made."""
    name = tiles.name_of(version)
    return name if (folder() / name / FIRST_SET / str(zoom)).is_dir() else made()


def begin(pack: Pack, zoom: int) -> None:
    """
    Have all tiles of a large pack cut behind the pages, those of a level first; once in a server.

    Nobody waits for them here: what goes wrong is told in the log, and the next page tries again.
    """
    if tiles.are_whole(pack.sha256):
        return
    with _LOCK:
        if pack.sha256 in _UNDER_WAY:
            return
        _UNDER_WAY.add(pack.sha256)
    threading.Thread(target=_cut_all, args=(pack, zoom), name="tiles", daemon=True).start()


def _cut_all(pack: Pack, zoom: int) -> None:
    try:
        at = work.pack_at(pack)
        levels = [cutting(at, name, level) for name, level in order(zoom)]
        for one in (*levels, tiles.cutting(at)):
            with waiting.pool().asked(one) as job:
                job.wait()
                job.value()
        static_files.forget(folder(), KEPT_PACKS)
    except (NaeringsarealError, OSError) as error:
        _LOG.warning("The tiles of a pack were not cut: %s", error)
    finally:
        with _LOCK:
            _UNDER_WAY.discard(pack.sha256)
