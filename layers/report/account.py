"""The land account to the council (arealregnskap) on the page of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.app.shell import View
    from layers.report.sheets import Assumed


def offer(view: View, chosen: Assumed) -> None:
    """Hand over the land account."""
