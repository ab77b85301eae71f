"""What is worked out of data not yet in use, and its way to a version: in a process where much."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from geo.pack.versions import VersionStore
from layers.app import cache
from layers.app.heavy import drafts, waiting, work
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from geo.pack.read import Pack
    from geo.pack.replace import Replacement
    from geo.pack.versions import Signature, Version
    from layers.app.heavy.job import Work
    from layers.app.shell import View

T = TypeVar("T")


def worked_out(
    view: View,
    key: tuple[object, ...],
    says: str,
    reckon: Callable[..., T],
    *args: Any,  # noqa: ANN401  # the calculation's own
    features: int = 0,
) -> T:
    """
    Return what a calculation of `geo` gives, kept for this reader.

    Parameters
    ----------
    key
        Names the calculation and everything that it depends on.
    says
        What is being done, for the reader.
    reckon, args
        A function of a module, and what it is given; packs among it may be drafts of that in use.
    features
        How many it is about, beside the pack's plots.

    Raises
    ------
    HeavyWorkError
        If there is much to do, and the reader stopped it or its process was lost.
    NaeringsarealError
        What the calculation raises.
    """
    if not work.is_heavy(view.pack, features):
        return cache.draft(key, partial(reckon, *args))
    return waiting.result(
        drafts.reckoned(view.pack, key, reckon, args), partial(cache.draft, key), says
    )


def changed(
    view: View, changes: Sequence[Replacement], signature: Signature, parent: str
) -> Version:
    """
    Put a pack with new layers into use as a version; until it is whole, the reader may stop it.

    It is written beside the others and moved among them in one step, as `VersionStore.add` does.

    Raises
    ------
    HeavyWorkError
        If its process was lost.
    VersionError, FileError, FieldError
        As in `VersionStore.add`.
    """
    heavy = work.is_heavy(view.pack, max(len(one.new.require_valid()) for one in changes))
    writing = partial(drafts.changed, view.pack, changes, heavy=heavy)
    return _put_into_use(writing, signature, parent, heavy=heavy)


def renewed(
    view: View, fetched: Pack, layers: Sequence[str], signature: Signature, parent: str
) -> Version:
    """Put a pack with layers of a fetched one into use, as `changed` does."""
    heavy = work.is_heavy(view.pack, max(map(len, fetched.layers.values()), default=0))
    writing = partial(drafts.renewed, view.pack, fetched, layers, heavy=heavy)
    return _put_into_use(writing, signature, parent, heavy=heavy)


def _put_into_use(
    writing: Callable[[Path], Work[Pack]], signature: Signature, parent: str, *, heavy: bool
) -> Version:
    read = []

    def fill(folder: Path) -> None:
        read.append(waiting.done(writing(folder), t("heavy.write"), heavy=heavy))

    made = VersionStore().add(fill, signature, replaces=parent)
    cache.keep_version(made.id, read[0])
    return made
