"""Lists the Norwegian texts of a pack, so that en.po can be checked to translate them all."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

import pyogrio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Columns whose values people read. Codes, identifiers and case numbers are the same in English.
COLUMNS: Final = {
    "zones": ("status_text", "status_chapter", "anchor_accuracy", "source"),
    "growth_areas": ("name", "category", "source"),
    "buildings": ("building_type",),
    "constraints": ("source",),
    "projects": ("name", "jobs_source", "note", "source"),
    "places": ("name", "note", "source"),
}
MANIFEST_KEYS: Final = ("source", "licence", "accuracy", "note")
STRATEGY_KEYS: Final = (
    *("title", "text", "about", "points", "chapter", "source", "note"),  # of every part
    *("unit", "label", "measures"),  # of figures
    *("name", "placing"),  # of places without a point
)


def texts(pack: Path) -> list[str]:
    """Every distinct text of the pack in `pack`, in the order of its layers and files."""
    return list(dict.fromkeys(text for text in _all(pack) if text))


def _all(pack: Path) -> Iterator[str]:
    for layer, columns in COLUMNS.items():
        frame = pyogrio.read_dataframe(pack / "pack.gpkg", layer=layer, read_geometry=False)
        for column in columns:
            yield from frame[column].dropna()
    manifest = tomllib.loads((pack / "manifest.toml").read_text(encoding="utf-8"))
    for layer in manifest["layers"].values():
        yield from (layer[key] for key in MANIFEST_KEYS)
    yield from _strings(tomllib.loads((pack / "strategy.toml").read_text(encoding="utf-8")))


def _strings(table: dict[str, object]) -> Iterator[str]:
    for key, value in table.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _strings(item)
            elif isinstance(item, str) and key in STRATEGY_KEYS:
                yield item
