"""Copies of the embedded pack with one thing changed, for pages and browser to be tried on."""

from __future__ import annotations

import functools
import re
import shutil

import pyogrio

from geo.pack.read import DEFAULT_PACK, FILE


@functools.cache
def _embedded():
    """Return the layers of the embedded pack as they stand in its file, in their order."""
    names = [name for name, _ in pyogrio.list_layers(DEFAULT_PACK / FILE)]
    return {name: pyogrio.read_dataframe(DEFAULT_PACK / FILE, layer=name) for name in names}


def changed_pack(directory, *, drop=(), change=None, real=()):
    """
    Copy the embedded pack into `directory`, without the layers in `drop`.

    `change` maps a layer's name to a function that takes its frame and returns another. `real`
    names layers that the copy says are not made up, so that a screening uses them.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.toml", "strategy.toml", "en.po"):
        shutil.copy(DEFAULT_PACK / name, directory / name)
    manifest = (directory / "manifest.toml").read_text(encoding="utf-8")
    for name in real:
        about = rf"(\[layers\.{name}\][^\[]*?synthetic = )true"
        manifest, changed = re.subn(about, r"\1false", manifest)
        assert changed == 1
    (directory / "manifest.toml").write_text(manifest, encoding="utf-8")
    for layer, frame in _embedded().items():
        if layer in drop:
            continue
        if change and layer in change:
            frame = change[layer](frame.copy())  # noqa: PLW2901
        pyogrio.write_dataframe(frame, directory / FILE, layer=layer, driver="GPKG")
    return directory
