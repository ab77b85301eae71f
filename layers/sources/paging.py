"""Pages put together into a whole, and held against the number of hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from layers.errors import ServiceError
from layers.sources import frames as sources_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from layers.sources.services import Service

    Page = Callable[[int], tuple[GeoDataFrame, int | None]]

# Twenty times the plots of Oslo: a service that has more for one municipality goes round in rings.
MAX_FEATURES: Final = 2_000_000

# In a frame's attrs: features that came once more and were left out, and features that have another
# one's name.
REPEATED: Final = "repeated"
TWINS: Final = "twins"


def until_empty(
    page: Page,
    hits: int | None,
    service: Service,
    progress: Callable[[int, int | None], None],
    *,
    name: str,
) -> GeoDataFrame:
    """
    Ask for page after page until one is empty; then all must be there, each once.

    A page that holds fewer than were asked for is not taken for the last one: servers cap their
    replies and still call them complete. A cap may hold for the number of hits as well (MapServer
    with ``wfs_maxfeatures``), and only a later page tells the true one; so what came must be as
    many as the highest number that the service ever says.

    Parameters
    ----------
    page
        From the number of features that are there already to those that follow, and the number of
        all that the page says.
    hits
        As the service says when it is asked for that alone; None if it will not.
    name
        Column that names a feature.

    Raises
    ------
    ServiceError
        If what came is not as much as the service has. If a feature came twice: pages overlapped,
        so that another may have fallen between them.
    """
    frames: list[GeoDataFrame] = []
    seen: set[str] = set()
    expected, received = hits, 0
    while True:
        frame, said = page(received)
        if said is not None:
            expected = max(said, expected or 0)
        if frame.empty:
            break
        if not add_new(frame, seen, name):
            raise ServiceError("error.service_repeated", source=service.source)
        frames.append(frame)
        received += len(frame)
        progress(received, expected)
        if received > MAX_FEATURES:
            raise ServiceError("error.service_repeated", source=service.source)
    if expected is not None and received != expected:
        raise ServiceError(
            "error.service_incomplete", source=service.source, received=received, expected=expected
        )
    return sources_frames.together(frames)


def add_new(frame: GeoDataFrame, seen: set[str], name: str) -> bool:
    """
    Add a page's features to those seen; false where one of them came before.

    Features without a name are known by their shape, and two may have the same; for them a page is
    repeated when all of its shapes are.
    """
    if name in frame and frame[name].notna().all():
        ids = frame[name].astype("str")
        again = ids.duplicated().any() or ids.isin(seen).any()
        seen.update(ids)
        return not again
    shapes = set(frame.geometry.to_wkb(hex=True).astype("str"))
    again = shapes <= seen
    seen |= shapes
    return not again
