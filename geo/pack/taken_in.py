"""A file taken in as a whole layer, by what it is about: all stories but that of one area."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from geo.pack.candidate import candidate, joined
from geo.pack.stories import Story, added, filled
from geo.schema import layers as schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from geo.pack.candidate import Candidate, Nature
    from geo.pack.mapping import Source
    from geo.pack.read import Pack


def taken_in(
    layer: str,
    frame: GeoDataFrame,
    mapping: Mapping[str, Source],
    pack: Pack,
    nature: Nature,
    story: Story,
) -> tuple[Candidate, frozenset[str]]:
    """
    Return a candidate for the whole layer, and the ids of the features that the file has.

    Parameters and errors are those of `geo.pack.candidate.candidate`.
    """
    keeps = partial(filled, layer, pack=pack) if story is Story.SAME_ID else None
    new = candidate(layer, frame, mapping, pack, nature, complete=keeps)
    column = schema.LAYERS[layer].id_column
    ids: frozenset[str] = frozenset()
    if new.frame is not None and column is not None:
        ids = frozenset(new.frame[column].astype(str))
    if story is Story.ADD:
        return added(new, pack), ids
    return joined(new, pack, story.extent), ids
