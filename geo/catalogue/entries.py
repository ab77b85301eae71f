"""The catalogue of layers and results that can be taken out; `catalogue.toml` is its text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import ParameterError
from geo.i18n import to_choose
from geo.schema import layers as schema
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.pack.read import Pack
    from geo.workspace import Workspace

FILE: Final = Path(__file__).with_name("catalogue.toml")
GROUPS: Final = ("business", "ground", "limits", "context", "results")


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """
    One line of the catalogue.

    Attributes
    ----------
    name
        The layer's in a pack, or the result's.
    group
        One of `GROUPS`.
    needs
        Layers without which a result cannot be reckoned; none for a layer.
    rests_on
        Further layers that a result uses where they are there.
    style, column, styles
        Name in `geo.styles.STYLES`; where the drawing follows a column, the name for each value.
    illustrative
        Whether its outline is our own assumption, whatever layers it rests on.
    link
        Page on which the result is shown.
    """

    name: str
    group: str
    style: str
    needs: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    column: str | None = None
    styles: Mapping[str, str] = field(default_factory=dict)
    illustrative: bool = False
    link: str | None = None

    @property
    def is_result(self) -> bool:
        """Whether it is reckoned, and not a layer of the pack."""
        return self.name not in schema.LAYERS

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers that it rests on."""
        return (*self.needs, *self.rests_on) if self.is_result else (self.name,)

    def badges(self, pack: Pack | Workspace) -> frozenset[str]:
        """Return the badges that it carries with this pack."""
        own = {"illustrative"} if self.illustrative else set()
        return pack.badges(*self.layers) | own

    def missing(self, pack: Pack | Workspace) -> str | None:
        """
        Return the first layer that a pack lacks for it; None where it can be had.

        The register of sites is in no pack, and can be had of a workspace alone.
        """
        needed = self.needs if self.is_result else (self.name,)
        return next((name for name in needed if not pack.has(name)), None)


@cache
def entries() -> tuple[CatalogueEntry, ...]:
    """Return the catalogue in its order."""
    tables: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["entries"]
    return tuple(
        CatalogueEntry(**table | {key: tuple(table.get(key, ())) for key in ("needs", "rests_on")})
        for table in tables
    )


def entry(name: str) -> CatalogueEntry:
    """
    Return the line with this name.

    Raises
    ------
    ParameterError
        If there is none.
    """
    for one in entries():
        if one.name == name:
            return one
    raise ParameterError(
        "error.unknown_layer",
        layer=quote(name),
        known=to_choose((one.name for one in entries()), "layer.{}"),
    )
