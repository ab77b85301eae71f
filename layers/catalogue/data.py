"""The layers and results as the reader has them now: with own norms, ledger and chosen area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.catalogue import selection
from geo.catalogue.results import Product, product
from geo.transport import corridor
from layers.app import cache, texts

if TYPE_CHECKING:
    from geo.catalogue.entries import CatalogueEntry
    from geo.formats.content import Content
    from layers.app.shell import View
    from layers.catalogue.area import Chosen


def get(view: View, entry: CatalogueEntry, *, width_m: float = corridor.WIDTH_M) -> Product:
    """
    Return a layer of the pack, or a result reckoned once for all who ask.

    Raises
    ------
    MissingLayerError
        If the pack lacks what it needs.
    """
    if not entry.is_result:
        return product(view.workspace, entry.name)

    cache.usual_land(view.pack, view.version)

    def reckon() -> Product:
        return product(view.workspace, entry.name, width_m=width_m)

    found: Product = cache.answer(("product", entry.name, view.version, width_m), reckon)
    return found


def rests_on(view: View, entry: CatalogueEntry) -> tuple[object, ...]:
    """Return what a layer depends on, as part of a key: the pack alone, for one of its own."""
    return tuple(view.version) if entry.is_result else (view.version.pack_sha256,)


def content(view: View, entry: CatalogueEntry, chosen: Chosen) -> Content:
    """Return what a file of the layer would hold, in the chosen area."""

    def made() -> Content:
        width_m = chosen.width_m or corridor.WIDTH_M
        of = get(view, entry, width_m=width_m)
        return selection.content(of, view.pack, texts.language(), area=chosen.area)

    key = ("content", entry.name, *rests_on(view, entry), chosen.key, texts.language())
    found: Content = cache.answer(key, made)
    return found
