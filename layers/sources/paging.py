"""Pages put together into a whole, and held against the number of hits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from layers.errors import ServiceError
from layers.sources import frames as sources_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import Series

    from layers.sources.services import Service

    Page = Callable[[int], tuple[GeoDataFrame, int | None]]

# Twenty times the plots of Oslo: a service that has more for one municipality goes round in rings.
MAX_FEATURES: Final = 2_000_000

# In a frame's attrs: features that came once more and were left out, and features that have another
# one's name.
REPEATED: Final = "repeated"
TWINS: Final = "twins"


class Gathered:
    """
    Features put together page by page, each once.

    A feature that comes again with the same name and the same content, because pages overlap, is
    one; two that share a name and differ are two.
    """

    def __init__(self) -> None:
        self.repeated = 0
        self._frames: list[GeoDataFrame] = []
        self._seen: set[int] = set()  # contents, but for those of pages that no one asked for yet
        self._unread: list[tuple[GeoDataFrame, Series]] = []
        self._names: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many different features there are."""
        return sum(map(len, self._frames))

    def add(self, frame: GeoDataFrame, names: Series | None) -> bool:
        """
        Add a page; false where it brings nothing new.

        Parameters
        ----------
        names
            By the frame's index. A feature without a name is not known again by its content, since
            two may have the same; for them a page is repeated when all of it is.
        """
        if names is not None and self._are_fresh(names):
            self._keep(frame, names)
            self._unread.append((frame, names))
            return True
        self._seen.update(*(_content(*page) for page in self._unread))
        self._unread.clear()
        named = pd.Series(data=False, index=frame.index) if names is None else names.notna()
        content = _content(frame, names)
        new = ~content.isin(self._seen)
        if not new.any():
            return False
        again = named & (~new | content.duplicated())
        self.repeated += int(again.sum())
        self._seen.update(content)
        self._keep(frame[~again], None if names is None else names[named & ~again])
        return True

    def _are_fresh(self, names: Series) -> bool:
        """Whether names alone tell that features are others than those before, and each other."""
        unknown = names.isna().any() or names.duplicated().any()
        return not unknown and self._names.keys().isdisjoint(names)

    def _keep(self, frame: GeoDataFrame, names: Series | None) -> None:
        self._frames.append(frame)
        self._names.update(() if names is None else names)

    def whole(self) -> GeoDataFrame:
        """Return them all; attrs tell how many came again, and how many share another's name."""
        frame = sources_frames.together(self._frames)
        twins = sum(count - 1 for count in self._names.values())
        frame.attrs.update({REPEATED: self.repeated, TWINS: twins})
        return frame


def names_of(frame: GeoDataFrame, column: str) -> Series | None:
    """Return features' names; None where they have none."""
    found = sources_frames.column(frame, column)
    return None if found is None else sources_frames.text(frame[found])


def _content(frame: GeoDataFrame, names: Series | None) -> Series:
    """
    Return a number for what each feature is: its name, place and values.

    Pages may lack a column that none of their features has a value in, and have whole numbers as
    decimal ones where some are missing.
    """
    total = pd.Series(pd.util.hash_array(frame.geometry.to_wkb(hex=True).to_numpy(object)))
    given = {str(name): frame[name] for name in frame.columns if name != frame.geometry.name}
    if names is not None:
        given[""] = names
    for name, values in given.items():
        said = sources_frames.text(values).to_numpy(object)
        known = ~pd.isna(said)
        mixed = pd.util.hash_array(np.array([f"{name}={one}" for one in said], dtype=object))
        total = total + np.where(known, mixed, np.uint64(0))  # in any order; it may overflow
    return pd.Series(total.to_numpy(), index=frame.index)


def until_empty(
    page: Page,
    hits: int | None,
    service: Service,
    progress: Callable[[int, int | None], None],
    *,
    name: str,
) -> GeoDataFrame:
    """
    Ask for page after page until one is empty or brings nothing new; then all must be there.

    A page that holds fewer than were asked for is not taken for the last one: servers cap their
    replies and still call them complete. A cap may hold for the number of hits as well (MapServer
    with ``wfs_maxfeatures``), and only a later page tells the true one; so what came must be as
    many as the highest number that the service ever says.

    Parameters
    ----------
    page
        From the number of features that have come to those that follow, and the number of all that
        the page says.
    hits
        As the service says when it is asked for that alone; None if it will not.
    name
        Column that names a feature.

    Returns
    -------
    GeoDataFrame
        Each feature once (`Gathered`).

    Raises
    ------
    ServiceError
        If what came is not as much as the service has. If pages come again and it does not say how
        much it has.
    """
    gathered = Gathered()
    expected, received = hits, 0
    while True:
        frame, said = page(received)
        if said is not None:
            expected = max(said, expected or 0)
        if frame.empty:
            break
        if not gathered.add(frame, names_of(frame, name)):
            if expected is None:
                raise ServiceError("error.service_repeated", source=service.source)
            break
        received += len(frame)
        progress(len(gathered), expected)
        if received > MAX_FEATURES:
            raise ServiceError("error.service_repeated", source=service.source)
    require_all(gathered, expected, service)
    return gathered.whole()


def require_all(gathered: Gathered, expected: int | None, service: Service) -> None:
    """
    Hold what came against what the service says that it has, where it says.

    Raises
    ------
    ServiceError
        If it is more or less.
    """
    if expected is not None and len(gathered) != expected:
        raise ServiceError(
            "error.service_incomplete",
            source=service.source,
            received=len(gathered),
            expected=expected,
        )
