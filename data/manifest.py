"""What manifest.toml says of the embedded pack: where each layer comes from."""

from __future__ import annotations

import tomllib
from typing import Final

from data.facts import SOURCES
from geo.pack.write import Imprint

NAME: Final = "Lillestrøm"
MUNICIPALITY_NO: Final = "3205"

# A constant, not the clock: two builds of the same sources are the same pack.
BUILT: Final = "2026-11-23"


def imprint() -> Imprint:
    """Return what data/sources/layers.toml says, with the pack's name and day."""
    said = tomllib.loads((SOURCES / "layers.toml").read_text(encoding="utf-8"))
    return Imprint(
        name=NAME,
        municipality_no=MUNICIPALITY_NO,
        built=BUILT,
        layers=said,
        comment="Written by data/build.py; edit data/sources/layers.toml.",
    )
