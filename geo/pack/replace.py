"""A new layer seen in its pack before anything is written, and kept as a version of the pack."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.pack.candidate import Candidate, Extent, Nature
from geo.pack.diff import facts
from geo.pack.read import layers_in_file
from geo.pack.write import Imprint, copy_beside, write_pack
from geo.schema import layers as schema
from geo.schema.kinds import answers_of
from geo.schema.manifest import LayerInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.pack.read import Pack
    from geo.pack.versions import Signature, Version, VersionStore


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


def with_layer(pack: Pack, new: Candidate, about: About, extent: Extent = Extent.ALL) -> Pack:
    """
    Return the pack as it would be: for figures and maps; nothing is written.

    Its checksum is not that of a file, but differs from that of every other pack.

    Raises
    ------
    FileError
        If the layer has errors.
    """
    frame = new.require_valid()
    layers = {name: pack.layers[name] for name in pack.layers if name != new.layer}
    layers[new.layer] = frame
    known = LayerInfo(**told_of(pack, new, about, extent))
    sha256 = f"{pack.sha256}+{new.layer}:{facts(new.layer, frame).sha256}:{about.nature}"
    return replace(
        pack,
        layers=MappingProxyType(layers),
        manifest=MappingProxyType({**pack.manifest, new.layer: known}),
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
    """
    Keep the pack with its new layer as a version.

    The other layers are taken from the pack's file as they stand there, with all their columns.

    Raises
    ------
    FileError
        If the layer has errors.
    VersionError, FileError, FieldError
        As in `VersionStore.add`.
    """
    frame = new.require_valid()
    moment = datetime.now(UTC)

    def fill(folder: Path) -> None:
        layers = layers_in_file(pack.directory)
        layers[new.layer] = frame
        infos: dict[str, Mapping[str, object]] = {
            name: asdict(pack.info(name)) for name in layers if name in pack.manifest
        }
        infos[new.layer] = told_of(pack, new, about, extent)
        imprint = Imprint(
            name=pack.name,
            municipality_no=pack.municipality_no or "",
            built=moment.date().isoformat(),
            layers=infos,
            stamp=moment,
        )
        copy_beside(pack.directory, folder)
        write_pack(folder, layers, imprint)

    return store.add(fill, signature, replaces=replaces)


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
    if new.layer in {"constraints", "constraint_coverage"}:
        # What the pack was asked is asked of the new layer too: see geo.schema.kinds.answers_of.
        before = answers_of(pack.layer(new.layer)) if pack.has(new.layer) else frozenset()
        now = answers_of(new.frame) if new.frame is not None else frozenset()
        answers = {*(pack.info(new.layer).answers or ()), *before, *now}
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
    return bool(set(old.geometry.to_wkb()) & set(new.frame.geometry.to_wkb()))
