"""Plain files: downloaded or on disk, GeoPackage, GML, GeoJSON, FileGDB, zipped or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from geo.errors import FileError
from geo.intake.job import Limits
from geo.intake.opening import opened
from layers.sources import frames
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

# A municipality's plans or buildings from Norge digitalt are larger than what people upload.
_UNPACKED: Final = 10  # times the file
_FEATURES, _VERTICES = 1_000_000, 50_000_000
_SECONDS, _MEMORY_MEGABYTES = 300, 4_000


def fetch(
    service: Service,
    place: Place,
    transport: Transport,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Read a file, in a process of its own as any file from outside.

    Raises
    ------
    ServiceError
        If it cannot be downloaded.
    FileError
        If it cannot be read.
    """
    address = service.url.replace("{number}", place.number)
    if not address.startswith(("http://", "https://")):
        return read(service, Path(address), Path(address).name, progress)
    request = Request(address)
    shown = Path(httpx.URL(address).path).name
    try:
        return read(service, transport.get(service, request), shown, progress)
    except FileError:
        transport.drop(request)  # what cannot be read is not asked of the disk again
        raise


def read(
    service: Service,
    source: Path | bytes,
    shown: str,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Read the layer that a service names of a file, which is called `shown` in messages.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    limits = Limits(
        megabytes=service.max_megabytes,
        unpacked_megabytes=service.max_megabytes * _UNPACKED,
        features=_FEATURES,
        vertices=_VERTICES,
        seconds=_SECONDS,
        memory_megabytes=_MEMORY_MEGABYTES,
    )
    with opened(source, shown, limits) as file:
        frame = file.read(str(service.name) if service.name is not None else None)
    progress(len(frame), len(frame))
    return frame if len(frame) else frames.empty()
