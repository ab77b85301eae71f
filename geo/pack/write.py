"""A data pack written: pack.gpkg, manifest.toml that tells the origin, and copies of both."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyogrio

from geo.formats import atomic
from geo.pack.read import FILE, MANIFEST
from geo.schema import layers as schema
from geo.schema.kinds import answers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack

    Tell = Callable[[int, int], None]

# A setting of the whole process: two packs written at once must not stamp each other's date.
_STAMPING: Final = threading.Lock()
_DATE: Final = "OGR_CURRENT_DATE"
_ANSWERING: Final = frozenset({"constraints", "constraint_coverage"})


@dataclass(frozen=True)
class Imprint:
    """
    What the manifest says of a pack, beside the checksum and the number of features.

    Attributes
    ----------
    name, municipality_no
        Whose pack it is.
    built
        Day of building, ``YYYY-MM-DD``.
    stamp
        Moment that is stamped into the file, UTC; by default the day's beginning, so that the same
        layers with the same day give the same bytes.
    layers
        For each layer the members of `LayerInfo` that are known; None is left out.
    comment
        First line of manifest.toml, for who opens it in an editor.
    """

    name: str
    municipality_no: str
    built: str
    layers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    comment: str | None = None
    stamp: datetime | None = None


def untold(_done: int, _total: int) -> None:
    """Tell nobody how many features are written, and of how many."""


def write_pack(
    directory: Path,
    layers: Mapping[str, GeoDataFrame],
    imprint: Imprint,
    tell: Tell = untold,
) -> str:
    """
    Write pack.gpkg and manifest.toml to a folder, which is made where it is not there.

    Both files are completed beside their places and then moved there, so that a running app never
    meets half a file.

    Parameters
    ----------
    directory
        The pack's folder; other files in it are left alone.
    layers
        Frames in EPSG:25832, in the order that they are to have in the file.
    imprint
        What the manifest says.
    tell
        Told after each layer how many features are written, and of how many.

    Returns
    -------
    str
        SHA-256 of pack.gpkg: the pack's version.

    Raises
    ------
    FileError
        If the folder cannot be written to.
    """
    with atomic.unwritable(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with atomic.draft_file(directory / FILE) as draft:
            _write_layers(draft, layers, imprint, tell)
            sha256 = checksum(draft)
            counts = {name: len(frame) for name, frame in layers.items()}
            answers = {
                name: _answers(name, layers[name], imprint) for name in _ANSWERING & set(layers)
            }
            manifest = _manifest(imprint, sha256, counts, answers)
            draft.with_name(MANIFEST).write_text(manifest, encoding="utf-8")
    return sha256


def _write_layers(
    path: Path, layers: Mapping[str, GeoDataFrame], imprint: Imprint, tell: Tell
) -> None:
    written, everything = 0, sum(map(len, layers.values()))
    day, moment = imprint.built, imprint.stamp
    stamp = f"{day}T00:00:00.000Z" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
    with _STAMPING:
        # GeoPackage stamps each layer with the time of writing, unless told what time it is.
        pyogrio.set_gdal_config_options({_DATE: stamp})
        try:
            for name, frame in layers.items():
                kind = _geometry_type(frame)
                pyogrio.write_dataframe(
                    frame,
                    path,
                    layer=name,
                    driver="GPKG",
                    geometry_type=kind,
                    promote_to_multi=kind.startswith("Multi"),
                )
                written += len(frame)
                tell(written, everything)
        finally:
            pyogrio.set_gdal_config_options({_DATE: None})


def _geometry_type(frame: GeoDataFrame) -> str:
    """Return the one type that all shapes of a layer have or can be given, else Unknown."""
    found = set(frame.geom_type.dropna())
    if len(found) == 1:
        return str(next(iter(found)))
    for kinds in (schema.POLYGON, schema.LINE):
        if found and found <= kinds:
            return min(kinds)  # "Multi…": a single one is one of several too
    return "Unknown"


def _answers(layer: str, frame: GeoDataFrame, imprint: Imprint) -> list[str]:
    """Return what a layer answers for beyond the agreed form: what it was made to, and holds."""
    said: Any = imprint.layers.get(layer, {}).get("answers") or ()
    return sorted({*said, *answers_of(frame)})


def _manifest(
    imprint: Imprint,
    sha256: str,
    counts: Mapping[str, int],
    answers: Mapping[str, list[str]],
) -> str:
    top = {
        "name": imprint.name,
        "municipality_no": imprint.municipality_no,
        "built": imprint.built,
        "sha256": sha256,
    }
    lines = [*([f"# {imprint.comment}"] if imprint.comment else []), *toml_lines(top)]
    for layer, count in counts.items():
        about = {**imprint.layers.get(layer, {}), "features": count}
        about["answers"] = answers.get(layer) or None
        lines += ["", f"[layers.{layer}]", *toml_lines(about)]
    return "\n".join(lines) + "\n"


def toml_lines(values: Mapping[str, object]) -> list[str]:
    """Write values as lines of TOML; null, which there is none of, is left out."""
    # JSON's text, numbers and booleans are TOML's as well, once DEL is written as an escape; null
    # there is none.
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False).replace(chr(127), chr(92) + 'u007f')}"
        for key, value in values.items()
        if value is not None
    ]


RECORD: Final = "version.toml"
# What lies beside pack.gpkg and belongs to it: strategy.toml, en.po.
_BESIDE: Final = frozenset({".toml", ".po"})


def rewrite_pack(
    directory: Path,
    pack: Pack,
    layers: Mapping[str, GeoDataFrame],
    told: Mapping[str, Mapping[str, object]],
    moment: datetime,
    tell: Tell = untold,
) -> None:
    """
    Write a pack anew with other layers, beside what else lies in its folder.

    `told` is what the manifest is to say of some of them; of the others it says what it did.
    """
    kept = {name: asdict(pack.info(name)) for name in layers if name in pack.manifest}
    imprint = Imprint(
        name=pack.name,
        municipality_no=pack.municipality_no or "",
        built=moment.date().isoformat(),
        layers={**kept, **told},
        stamp=moment,
    )
    copy_beside(pack.directory, directory)
    write_pack(directory, layers, imprint, tell)


def copy_beside(source: Path, target: Path) -> None:
    """Copy what belongs to a pack beside its two files, such as its translations."""
    for path in source.iterdir():
        if path.is_file() and path.suffix in _BESIDE and path.name not in {MANIFEST, RECORD}:
            shutil.copyfile(path, target / path.name)


def copy_pack(source: Path, target: Path) -> None:
    """Copy a whole pack, byte by byte."""
    for name in (FILE, MANIFEST):
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    copy_beside(source, target)


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_record(path: Path, values: Mapping[str, object]) -> None:
    """Write values as TOML."""
    path.write_text("\n".join(toml_lines(values)) + "\n", encoding="utf-8")
