"""Several layers of a pack replaced at once by those of a pack that was fetched, or all of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import geopandas as gpd
import pandas as pd

from geo.pack.read import layers_in_file
from geo.pack.write import copy_pack, rewrite_pack, untold
from geo.schema import layers as schema
from geo.schema.kinds import answers_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack
    from geo.pack.versions import Signature, Version, VersionStore
    from geo.pack.write import Tell
    from geo.schema.manifest import LayerInfo

# What was found, and where it was looked for. Where one of them is replaced, so is the other: old
# coverage beside new finds would call land clear where something was found before, and new coverage
# beside old finds where something new would have been found.
FINDS, COVERAGE = PAIR = ("constraints", "constraint_coverage")
_MUNICIPALITY: Final = "municipality"
_SAID: Final = ("source", "url", "licence", "date", "accuracy")


class Exchange(NamedTuple):
    """Layers that a pack gets new, and those that it loses; in the schema's order."""

    replaced: tuple[str, ...]
    lost: tuple[str, ...]


def exchange(pack: Pack, fetched: Pack, layers: Collection[str]) -> Exchange:
    """
    Settle which of the wanted layers can be replaced.

    Those that were not fetched stay as they are. Finds and coverage follow each other: where the
    finds were fetched and no coverage, the pack's own coverage is lost, so that what is not known
    any more is unknown; coverage without finds is not taken.
    """
    wanted = set(layers) | (set(PAIR) if set(layers) & set(PAIR) else set())
    if not fetched.has(FINDS):
        wanted -= set(PAIR)
    replaced = tuple(name for name in schema.LAYERS if name in wanted and fetched.has(name))
    gone = FINDS in replaced and COVERAGE not in replaced and pack.has(COVERAGE)
    return Exchange(replaced, (COVERAGE,) if gone else ())


def renewed(pack: Pack, fetched: Pack, layers: Collection[str]) -> Pack:
    """
    Return the pack as it would be, with layers of another: for figures; nothing is written.

    Its checksum is not that of a file, but differs from that of every other pack. A layer of the
    municipality keeps the neighbours that the fetched one has not.
    """
    change = exchange(pack, fetched, layers)
    frames = {name: pack.layers[name] for name in pack.layers if name not in change.lost}
    infos = {name: info for name, info in pack.manifest.items() if name not in change.lost}
    for name in change.replaced:
        frames[name] = _frame(pack, fetched, name)
        infos[name] = _info(pack, fetched, name)
    return replace(
        pack,
        layers=MappingProxyType(frames),
        manifest=MappingProxyType(infos),
        sha256="+".join((pack.sha256, fetched.sha256, *change.replaced)),
        findings=(),
    )


def save_renewed(
    store: VersionStore,
    pack: Pack,
    fetched: Pack,
    layers: Collection[str],
    signature: Signature,
    *,
    replaces: str | None,
) -> Version:
    """
    Keep the pack with layers of another as one version.

    The other layers are taken from the pack's file as they stand there, with all their columns.

    Raises
    ------
    VersionError, FileError, FieldError
        As in `VersionStore.add`.
    """
    return store.add(
        lambda folder: fill(folder, pack, fetched, layers), signature, replaces=replaces
    )


def fill(
    folder: Path, pack: Pack, fetched: Pack, layers: Collection[str], tell: Tell = untold
) -> None:
    """Write what `save_renewed` keeps, to an empty folder; `tell` as in `write_pack`."""
    change = exchange(pack, fetched, layers)
    moment = datetime.now(UTC)
    frames = {
        name: frame
        for name, frame in layers_in_file(pack.directory).items()
        if name not in change.lost
    }
    told = {}
    for name in change.replaced:
        frames[name] = _frame(pack, fetched, name)
        told[name] = asdict(_info(pack, fetched, name))
    rewrite_pack(folder, pack, frames, told, moment, tell)


def save_whole(
    store: VersionStore, fetched: Pack, signature: Signature, *, replaces: str | None
) -> Version:
    """
    Keep a fetched pack as it is as a version: nothing of the pack before is in it.

    Raises
    ------
    VersionError, FileError, FieldError
        As in `VersionStore.add`.
    """
    return store.add(
        lambda folder: copy_pack(fetched.directory, folder), signature, replaces=replaces
    )


def _neighbours(pack: Pack, fetched: Pack, name: str) -> GeoDataFrame | None:
    """Return the other municipalities of a pack's layer of municipalities; None for no such."""
    if name != _MUNICIPALITY or not pack.has(name):
        return None
    old, new = pack.layer(name), fetched.layer(name)
    others = old[~old["municipality_no"].isin(new["municipality_no"])]
    return None if others.empty else others


def _asked(pack: Pack, name: str) -> set[str]:
    held = answers_of(pack.layer(name)) if pack.has(name) else frozenset()
    return {*held, *(pack.info(name).answers or ())}


def _frame(pack: Pack, fetched: Pack, name: str) -> GeoDataFrame:
    new, others = fetched.layer(name), _neighbours(pack, fetched, name)
    if others is None:
        return new
    return gpd.GeoDataFrame(pd.concat([new, others], ignore_index=True), crs=new.crs)


def _info(pack: Pack, fetched: Pack, name: str) -> LayerInfo:
    new, old = fetched.info(name), pack.info(name)
    if name in PAIR:
        # What the pack was asked is asked of the new layers too, and is unknown where they are
        # silent: see geo.schema.kinds.answers_of.
        asked = {one for side in (pack, fetched) for part in PAIR for one in _asked(side, part)}
        new = replace(new, answers=tuple(sorted(asked)) or None)
    if _neighbours(pack, fetched, name) is None:
        return new
    both = {
        part: "; ".join(dict.fromkeys(filter(None, (getattr(new, part), getattr(old, part)))))
        for part in _SAID
    }
    flags = {part: bool(getattr(old, part)) for part in ("synthetic", "illustrative")}
    return replace(new, **{part: said or None for part, said in both.items()}, **flags)  # type: ignore[arg-type]  # by name
