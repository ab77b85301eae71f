"""The sites of the register as this reader may see them: all that the page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.app import cache, login

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.register.store import Register
    from layers.app.shell import View


def sites(view: View) -> GeoDataFrame | None:
    """
    Return the sites as `Workspace.sites`; None where there is no register to read.

    What a reader may not see is not among the columns: nothing else on the page asks for it.
    """
    cache.usual_land(view.pack, view.version)
    return view.workspace.sites


def book(view: View) -> Register | None:
    """Return the register itself, for history and writing; None where there is none."""
    return view.book.register


def may_write(view: View) -> bool:
    """Tell whether this reader may add and change sites."""
    return book(view) is not None and login.who().may_write
