"""Copies of the embedded pack with one thing changed, for pages and browser to be tried on."""

from __future__ import annotations

import shutil

import pyogrio

from geo.pack.read import DEFAULT_PACK, FILE


def changed_pack(directory, *, drop=(), change=None):
    """
    Copy the embedded pack into `directory`, without the layers in `drop`.

    `change` maps a layer's name to a function that takes its frame and returns another.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.toml", "strategy.toml", "en.po"):
        shutil.copy(DEFAULT_PACK / name, directory / name)
    for layer, _ in pyogrio.list_layers(DEFAULT_PACK / FILE):
        if layer in drop:
            continue
        frame = pyogrio.read_dataframe(DEFAULT_PACK / FILE, layer=layer)
        if change and layer in change:
            frame = change[layer](frame)
        pyogrio.write_dataframe(frame, directory / FILE, layer=layer, driver="GPKG")
    return directory
