"""What a manifest says of each layer: source, licence, date, accuracy, and its badges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BADGES: Final = ("synthetic", "illustrative")


@dataclass(frozen=True)
class LayerInfo:
    """
    What the manifest says of a layer; what it does not say is None.

    `own` is whether the municipality brought it itself, through the page of its own data. `answers`
    is what a layer of constraints or of coverage was made to answer for beyond the agreed form
    (`geo.schema.kinds.answers_of`), whether anything of it is in the layer or not.
    """

    source: str | None = None
    url: str | None = None
    licence: str | None = None
    date: str | None = None
    accuracy: str | None = None
    synthetic: bool | None = None
    illustrative: bool | None = None
    features: int | None = None
    note: str | None = None
    own: bool | None = None
    answers: tuple[str, ...] | None = None
