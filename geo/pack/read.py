"""The data pack: one folder with pack.gpkg and manifest.toml, read, checked and made usable."""

from __future__ import annotations

import hashlib
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, GeometryError

from geo import i18n
from geo.errors import MissingLayerError, PackError
from geo.geometry.crs import union_of
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.manifest import BADGES, LayerInfo
from geo.schema.validation import Finding, check_layer, check_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

DEFAULT_PACK: Final = Path(__file__).parents[2] / "data" / "lillestrom"
FILE: Final = "pack.gpkg"
MANIFEST: Final = "manifest.toml"

_SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_NOT_DATA: Final = frozenset({"layer_styles", "qgis_projects"})  # QGIS keeps these in the file


@dataclass(frozen=True)
class Pack:
    """
    A data pack that has been read.

    Attributes
    ----------
    directory
        Where it was read from.
    name, municipality_no, built
        From the manifest; the name falls back on the directory's, the others may be None.
    sha256
        Of pack.gpkg as it is: the pack's version.
    layers
        Frames in EPSG:25832 with RangeIndex, as `check_layer` returns them. Shared between
        readers: never change or prepare them.
    manifest
        What is known of each layer in the file.
    findings
        Everything that was wrong.
    """

    directory: Path
    name: str
    municipality_no: str | None
    built: str | None
    sha256: str
    layers: Mapping[str, GeoDataFrame]
    manifest: Mapping[str, LayerInfo]
    findings: tuple[Finding, ...]

    def has(self, name: str) -> bool:
        """Whether the pack holds a usable layer of this name."""
        return name in self.layers

    def layer(self, name: str) -> GeoDataFrame:
        """
        Return a layer's frame.

        Raises
        ------
        MissingLayerError
            If the pack holds no usable layer of this name.
        """
        if name not in self.layers:
            raise MissingLayerError("error.missing_layer", layer=name)
        return self.layers[name]

    def info(self, name: str) -> LayerInfo:
        """Return what is known of a layer: an empty LayerInfo where the manifest is silent."""
        return self.manifest.get(name, LayerInfo())

    def badges(self, *names: str) -> frozenset[str]:
        """Which of `BADGES` a figure must carry that rests on these layers."""
        return frozenset(
            badge
            for badge in BADGES
            for name in names
            if name in self.layers and self._is(badge, name)
        )

    def _is(self, badge: str, name: str) -> bool:
        if getattr(self.info(name), badge):
            return True
        # One marked feature is enough, whatever the manifest says of the layer as a whole.
        frame = self.layers[name]
        return badge in frame.columns and bool(frame[badge].eq(other=True).any())

    @property
    def municipality(self) -> GeoDataFrame:
        """
        The rows of the municipality layer with the pack's own number.

        Raises
        ------
        MissingLayerError
            If the pack has no municipality layer.
        """
        frame = self.layer("municipality")
        return frame[frame["municipality_no"] == self.municipality_no]

    def place(self) -> BaseGeometry | None:
        """Where the municipality is (EPSG:25832): what a file's coordinates are expected by."""
        if not self.has("municipality") or self.municipality.empty:
            return None
        return union_of(self.municipality)


def read_pack(directory: Path | str) -> Pack:
    """
    Read and check a pack.

    What is wrong with a layer or feature is among the findings; only a pack that cannot be read
    at all is an error.

    Raises
    ------
    PackError
        If the folder or its pack.gpkg is not there. If pack.gpkg is no GeoPackage. If manifest.toml
        is there but is not valid TOML.
    """
    directory = Path(directory)
    path = directory / FILE
    if not path.exists():
        raise PackError("error.pack_not_found", path=quote(directory))
    manifest = _read_manifest(directory / MANIFEST)
    sha256 = _hash(path)
    frames, findings = _read_layers(path)
    counts = {name: len(frame) for name, frame in frames.items()}
    found = check_manifest(manifest, counts, sha256=sha256) + _check_translations(directory)
    found += findings
    layers = {}
    for name in schema.LAYERS:
        if name in frames:
            usable, about = check_layer(name, frames[name])
            found += about
            if usable is not None:
                layers[name] = usable
    return Pack(
        directory=directory,
        name=_text(manifest.get("name")) or directory.resolve().name,
        municipality_no=_text(manifest.get("municipality_no")),
        built=_text(manifest.get("built")),
        sha256=sha256,
        layers=MappingProxyType(layers),
        manifest=MappingProxyType(_infos(manifest, frames)),
        findings=tuple(found),
    )


def layers_in_file(directory: Path) -> dict[str, GeoDataFrame]:
    """
    Return a pack's layers with geometry as they stand in its file, unchecked, in their order.

    Raises
    ------
    PackError
        If pack.gpkg is no GeoPackage.
    """
    frames, _ = _read_layers(directory / FILE)
    return {name: frame for name, frame in frames.items() if "geometry" in frame}


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            if file.read(len(_SQLITE_MAGIC)) != _SQLITE_MAGIC:
                raise PackError("error.pack_unreadable", path=quote(path))
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:  # a directory, or a file that we may not read
        raise PackError("error.pack_unreadable", path=quote(path)) from error


def _read_layers(path: Path) -> tuple[dict[str, Any], list[Finding]]:
    """Return each layer as it stands in the file; one that cannot be read is a finding."""
    frames: dict[str, Any] = {}
    findings = []
    with warnings.catch_warnings():
        # What GDAL warns of (odd dates, a newer GeoPackage) is no news to a planner.
        warnings.simplefilter("ignore")
        try:
            names = [str(name) for name, _ in pyogrio.list_layers(path)]
        except (DataSourceError, DataLayerError, GeometryError, UnicodeError) as error:
            raise PackError("error.pack_unreadable", path=quote(path)) from error
        for name in names:
            if name in _NOT_DATA:
                continue
            try:
                frames[name] = pyogrio.read_dataframe(path, layer=name)
            except Exception:  # noqa: BLE001  # a damaged layer fails in many ways; the rest is good
                findings.append(Finding(quote(name), None, "finding.layer_unreadable", "error"))
    return frames, findings


def _check_translations(directory: Path) -> list[Finding]:
    return [
        Finding(f"{language}.po", None, "finding.translation_unreadable", "warning")
        for language in i18n.LANGUAGES
        if i18n.translation(directory, language) is None
    ]


def _read_manifest(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        manifest = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        reason = quote(error)
        raise PackError("error.manifest_unreadable", path=quote(path), reason=reason) from error
    number = manifest.get("municipality_no")
    if isinstance(number, int | str) and str(number).isdigit():
        manifest["municipality_no"] = str(number).zfill(4)
    return manifest


def _infos(manifest: Mapping[str, Any], names: Iterable[str]) -> dict[str, LayerInfo]:
    entries = manifest.get("layers", {})
    entries = entries if isinstance(entries, dict) else {}
    return {name: _info(entries[name]) for name in names if isinstance(entries.get(name), dict)}


def _info(entry: Mapping[str, Any]) -> LayerInfo:
    features = entry.get("features")
    return LayerInfo(
        source=_text(entry.get("source")),
        url=_text(entry.get("url")),
        licence=_text(entry.get("licence")),
        date=_text(entry.get("date")),
        accuracy=_text(entry.get("accuracy")),
        synthetic=_flag(entry.get("synthetic")),
        illustrative=_flag(entry.get("illustrative")),
        features=features if isinstance(features, int) else None,
        note=_text(entry.get("note")),
        own=_flag(entry.get("own")),
        answers=_names(entry.get("answers")),
    )


def _names(value: object) -> tuple[str, ...] | None:
    return tuple(str(one) for one in value) if isinstance(value, list) and value else None


def _text(value: object) -> str | None:
    # TOML knows dates and numbers of its own; they are shown as they are written.
    return None if value is None or value == "" or isinstance(value, dict | list) else str(value)


def _flag(value: object) -> bool | None:
    if value is None:
        return None
    # A synthetic layer must not lose its badge to a slip of writing such as synthetic = "ja".
    return value is True or str(value).strip().lower() in {"true", "1", "ja", "yes"}
