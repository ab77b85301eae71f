"""Pages put together into a whole, and held against the number of hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from layers.sources import reading
from layers.sources.errors import ServiceIncompleteError, ServiceRepeatedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from layers.sources.catalogue import Service

# Twenty times the plots of Oslo: a service that has more for one municipality goes round in rings.
MAX_FEATURES: Final = 2_000_000


def until_empty(
    page: Callable[[int], GeoDataFrame],
    expected: int | None,
    service: Service,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Ask for page after page until one is empty; then all must be there, each once.

    A page that holds fewer than were asked for is not taken for the last one: servers cap their
    replies and still call them complete.

    Parameters
    ----------
    page
        From the number of features that are there already to those that follow.
    expected
        Number of hits, as the service says when it is asked for that alone; None if it will not.

    Raises
    ------
    ServiceIncompleteError
        If what came is not as much as the service has.
    """
    frames, received = [], 0
    while True:
        frame = page(received)
        if frame.empty:
            break
        frames.append(frame)
        received += len(frame)
        progress(received, expected)
        if received > (MAX_FEATURES if expected is None else expected):
            break
    if expected is not None and received != expected:
        raise ServiceIncompleteError(source=service.source, received=received, expected=expected)
    if received > MAX_FEATURES:
        raise ServiceRepeatedError(source=service.source)
    return reading.together(frames)


def require_once(frame: GeoDataFrame, column: str, service: Service) -> None:
    """
    Check that no feature came twice, where features have a name.

    Raises
    ------
    ServiceRepeatedError
        If one did: pages overlapped, so that another may have fallen between them.
    """
    if column in frame and frame[column].dropna().duplicated().any():
        raise ServiceRepeatedError(source=service.source)
