"""Work on packs that are not in use yet: what they would give, and their files."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from geo.formats import atomic
from geo.land.pieces import telling
from geo.pack import location, renewal
from geo.pack import replace as replacing
from geo.pack.read import FILE, Pack
from layers.app.heavy.job import Work, only
from layers.app.heavy.tasks import PackAt

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.pack.replace import Replacement
    from geo.schema.manifest import LayerInfo
    from layers.app.heavy.child import Progress

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class DraftAt:
    """
    A pack that lies nowhere, by what it differs in from one that does.

    Attributes
    ----------
    order
        Its layers.
    frames
        Those that the other has not, or has otherwise.
    """

    base: PackAt
    sha256: str
    order: tuple[str, ...]
    frames: Mapping[str, GeoDataFrame]
    manifest: Mapping[str, LayerInfo]

    def read(self) -> Pack:
        """
        Return the pack.

        Raises
        ------
        PackError
            As `PackAt.read`.
        """
        pack = self.base.read()
        frames = {name: self.frames.get(name, pack.layers.get(name)) for name in self.order}
        return replace(
            pack,
            sha256=self.sha256,
            layers=MappingProxyType(frames),
            manifest=MappingProxyType(dict(self.manifest)),
            findings=(),
        )


def reckoned(
    base: Pack, key: tuple[object, ...], reckon: Callable[..., T], args: Sequence[Any]
) -> Work[T]:
    """
    Return the work of calling a function of `geo`.

    Parameters
    ----------
    base
        A pack that lies somewhere; of drafts among `args`, the one that they differ from.
    key
        Names the calculation and everything that it depends on.
    reckon, args
        A function of a module, and what it is given.
    """
    given = tuple(_at(base, one) if isinstance(one, Pack) else one for one in args)
    return Work(("reckoned", repr(key)), reckon_it, (reckon, given), only)


def asked(key: tuple[object, ...], ask: Callable[..., T], args: Sequence[Any]) -> Work[T]:
    """Return the work of calling a function of `geo` that needs no pack; `key` as in `reckoned`."""
    return Work(("asked", repr(key)), reckon_it, (ask, tuple(args)), only)


def changed(base: Pack, changes: Sequence[Replacement], folder: Path, *, heavy: bool) -> Work[Pack]:
    """Return the work of filling a version's folder with a pack and its new layers."""
    return _filled(folder, replacing.fill, base, tuple(changes), heavy=heavy)


def renewed(
    base: Pack, fetched: Pack, layers: Sequence[str], folder: Path, *, heavy: bool
) -> Work[Pack]:
    """Return the work of filling a version's folder with a pack and layers of a fetched one."""
    return _filled(folder, renewal.fill, base, fetched, tuple(layers), heavy=heavy)


def _filled(folder: Path, filling: Callable[..., None], *args: Any, heavy: bool) -> Work[Pack]:  # noqa: ANN401  # what it is given after the folder
    # In the server the packs are there already.
    given = tuple(_at(one, one) if heavy and isinstance(one, Pack) else one for one in args)
    return Work(("filled", str(folder)), fill, (filling, folder, given), _pack)


def reading(directory: Path, at: Hashable) -> Work[Pack]:
    """Return the work of reading a pack; `at` is its stamp."""
    return Work(("reading", directory, at), read, (directory,), _pack)


def reckon_it(progress: Progress, reckon: Callable[..., T], args: Sequence[Any]) -> Iterator[T]:
    """Call a function; the task of `reckoned`."""
    with telling(progress):
        yield reckon(*map(_read, args))


def fill(
    progress: Progress, filling: Callable[..., None], folder: Path, args: Sequence[Any]
) -> Iterator[Mapping[str, Any]]:
    """
    Fill a folder that the server has made and takes away, and read it back; the task of `changed`.

    Read here, it is there once it is in use, and nobody waits for it then.
    """
    with atomic.unwritable(folder):
        filling(folder, *map(_read, args), progress)
    yield from read(progress, folder)


def read(_progress: Progress, folder: Path) -> Iterator[Mapping[str, Any]]:
    """Read a pack, all but its layers and then each of them; the task of `reading`."""
    pack = location.read_at(folder)
    said = {one.name: getattr(pack, one.name) for one in fields(pack)}
    yield said | {"layers": {}, "manifest": dict(pack.manifest)}
    for name, frame in pack.layers.items():
        yield {name: frame}


def _pack(parts: Sequence[Mapping[str, Any]]) -> Pack:
    said, *frames = parts
    layers = {name: frame for part in frames for name, frame in part.items()}
    proxies = {"layers": MappingProxyType(layers), "manifest": MappingProxyType(said["manifest"])}
    return Pack(**{**said, **proxies})


def _at(base: Pack, pack: Pack) -> PackAt | DraftAt:
    at = PackAt(base.directory.resolve(), location.stamp(base.directory), base.sha256)
    if pack.sha256 == base.sha256:
        return at
    if pack.directory != base.directory and (pack.directory / FILE).is_file():
        return _at(pack, pack)
    frames = {
        name: frame for name, frame in pack.layers.items() if frame is not base.layers.get(name)
    }
    return DraftAt(at, pack.sha256, tuple(pack.layers), frames, dict(pack.manifest))


def _read(one: Any) -> Any:  # noqa: ANN401  # a pack by where it lies, or anything else
    return one.read() if isinstance(one, (PackAt, DraftAt)) else one
