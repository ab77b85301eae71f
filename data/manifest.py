"""Writes manifest.toml: where each layer of the pack comes from, and the file's checksum."""

from __future__ import annotations

import hashlib
import json
import tomllib
from typing import TYPE_CHECKING, Final

from data.facts import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME: Final = "Lillestrøm"
MUNICIPALITY_NO: Final = "3205"

# A constant, not the clock: two builds of the same sources are the same pack.
BUILT: Final = "2026-11-23"


def write(path: Path, package: Path, features: Mapping[str, int]) -> None:
    """
    Write the manifest of a finished package.

    Parameters
    ----------
    path
        Where to write.
    package
        The GeoPackage, closed, for its checksum.
    features
        Number of features by layer, in the package's order.
    """
    said = tomllib.loads((SOURCES / "layers.toml").read_text(encoding="utf-8"))
    top = {
        "name": NAME,
        "municipality_no": MUNICIPALITY_NO,
        "built": BUILT,
        "sha256": hashlib.sha256(package.read_bytes()).hexdigest(),
    }
    sections = ["# Written by data/build.py; edit data/sources/layers.toml.", *_lines(top)]
    for layer, count in features.items():
        sections += ["", f"[layers.{layer}]", *_lines({**said[layer], "features": count})]
    path.write_text("\n".join(sections) + "\n", encoding="utf-8")


def _lines(values: Mapping[str, object]) -> list[str]:
    # JSON's text, numbers and booleans are TOML's as well.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
