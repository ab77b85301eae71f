"""A new layer seen in its pack before anything is written, and kept as a version of the pack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.pack.candidate import Candidate, Extent, Nature
from geo.pack.diff import facts
from geo.pack.read import layers_in_file
from geo.pack.renewal import COVERAGE, FINDS, PAIR
from geo.pack.searched import with_searched
from geo.pack.write import rewrite_pack, untold
from geo.schema import layers as schema
from geo.schema.kinds import answers_of
from geo.schema.manifest import LayerInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.pack.read import Pack
    from geo.pack.versions import Signature, Version, VersionStore
    from geo.pack.write import Tell


@dataclass(frozen=True)
class About:
    """What is said of a new layer; it stands in the manifest."""

    source: str
    licence: str = ""
    date: str = ""
    accuracy: str = ""
    url: str = ""
    note: str = ""
    nature: Nature = Nature.OWN


@dataclass(frozen=True)
class Replacement:
    """A layer that goes into use together with another, what is said of it, and what gives way."""

    new: Candidate
    about: About
    extent: Extent = Extent.SAME_ID


def with_layer(pack: Pack, new: Candidate, about: About, extent: Extent = Extent.ALL) -> Pack:
    """
    Return the pack as it would be: for figures and maps; nothing is written.

    Its checksum is not that of a file, but differs from that of every other pack. Where finds give
    way, so does the coverage of their land (`geo.pack.searched.narrowed`).

    Raises
    ------
    FileError
        If the layer has errors.
    """
    frame = new.require_valid()
    layers = {name: pack.layers[name] for name in pack.layers if name != new.layer}
    layers[new.layer] = frame
    if new.layer == FINDS:
        layers = with_searched(pack, layers)
    known = LayerInfo(**told_of(pack, new, about, extent))
    sha256 = f"{pack.sha256}+{new.layer}:{facts(new.layer, frame).sha256}:{about.nature}:{extent}"
    return replace(
        pack,
        layers=MappingProxyType(layers),
        manifest=MappingProxyType(
            {name: info for name, info in pack.manifest.items() if name in layers}
            | {new.layer: known}
        ),
        sha256=sha256,
        findings=(),
    )


def save(
    store: VersionStore,
    pack: Pack,
    new: Candidate,
    about: About,
    signature: Signature,
    *,
    extent: Extent = Extent.ALL,
    replaces: str | None,
) -> Version:
    """Keep the pack with its new layer as a version, as `save_changes` does."""
    return save_changes(
        store, pack, [Replacement(new, about, extent)], signature, replaces=replaces
    )


def save_changes(
    store: VersionStore,
    pack: Pack,
    changes: Sequence[Replacement],
    signature: Signature,
    *,
    replaces: str | None,
) -> Version:
    """
    Keep the pack with its new layers as one version.

    The other layers are taken from the pack's file as they stand there, with all their columns;
    of coverage, see `with_layer`.

    Raises
    ------
    FileError
        If a layer has errors.
    VersionError, FileError, FieldError
        As in `VersionStore.add`.
    """
    for one in changes:
        one.new.require_valid()
    return store.add(lambda folder: fill(folder, pack, changes), signature, replaces=replaces)


def fill(folder: Path, pack: Pack, changes: Sequence[Replacement], tell: Tell = untold) -> None:
    """Write what `save_changes` keeps, to an empty folder; `tell` as in `write_pack`."""
    frames = {one.new.layer: one.new.require_valid() for one in changes}
    moment = datetime.now(UTC)
    layers = layers_in_file(pack.directory) | frames
    if FINDS in frames and COVERAGE not in frames:
        layers = with_searched(pack, layers)
    told = {one.new.layer: told_of(pack, one.new, one.about, one.extent) for one in changes}
    rewrite_pack(folder, pack, layers, told, moment, tell)


def told_of(pack: Pack, new: Candidate, about: About, extent: Extent) -> dict[str, Any]:
    """Return what the manifest is to say of the new layer."""
    members: dict[str, Any] = {
        name: getattr(about, name) or None
        for name in ("source", "url", "licence", "date", "accuracy", "note")
    }
    flags = {
        "synthetic": about.nature is Nature.SYNTHETIC,
        "illustrative": about.nature is Nature.ILLUSTRATIVE,
    }
    if extent is not Extent.ALL and new.frame is not None and _remain(pack, new, extent):
        # Old features stand beside the new ones: what was said of them is still said.
        old = pack.info(new.layer)
        for name in ("source", "licence", "date", "accuracy"):
            both = [getattr(old, name), members[name]]
            members[name] = "; ".join(dict.fromkeys(str(one) for one in both if one)) or None
        for name, chosen in flags.items():
            column = new.frame.get(name)
            # Where each feature says it itself, the layer need not.
            told = bool(getattr(old, name)) if column is None else bool(column.any())
            flags[name] = chosen or told
    if new.layer in PAIR:
        # What the pack was asked is asked of the new layer too: see geo.schema.kinds.answers_of.
        here = [name for name in PAIR if pack.has(name)]
        before = [answers_of(pack.layer(name)) for name in here]
        now = answers_of(new.frame) if new.frame is not None else frozenset()
        said = [pack.info(name).answers or () for name in PAIR]
        answers = frozenset().union(now, *before, *said)
        members["answers"] = tuple(sorted(answers)) or None
    return {**members, **flags, "own": True}


def _remain(pack: Pack, new: Candidate, extent: Extent) -> bool:
    """Tell whether features of the old layer stand in the new one."""
    if new.frame is None or not pack.has(new.layer):
        return False
    old = pack.layer(new.layer)
    column = schema.LAYERS[new.layer].id_column if extent is Extent.SAME_ID else "kind"
    if column not in old:
        return False
    # A feature of before that is there unchanged.
    mine, theirs = (set(one.geometry.dropna().to_wkb()) for one in (new.frame, old))
    return bool(mine & theirs)
