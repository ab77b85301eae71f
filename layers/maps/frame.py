"""What a page has around a map: a link past it, its height kept free, legend, and a table."""

from __future__ import annotations

import html
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import streamlit as st

from layers.app import style
from layers.app.texts import t
from layers.maps import contents
from layers.widgets import legend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from folium.elements import MacroElement

    from layers.app.map_script import MapScript

# The frame has its height before Leaflet is there: what comes after does not move when it is. On a
# phone the map leaves room for the words that it belongs to.
_CSS: Final = f"""
.NAME {{--map: HEIGHTpx;}}
@media (max-width: 640px) {{.NAME {{--map: min(HEIGHTpx, 340px, 60vh);}}}}
.NAME > :nth-child(2) {{min-height: var(--map);}}
.NAME iframe {{height: var(--map); box-sizing: border-box; display: block;
  border: 1px solid {style.MUTED}; border-radius: .3rem; background: {style.OUTSIDE_LAND};
  color-scheme: light;}}
.NAME [data-testid="stSkeleton"] {{display: none;}}
.NAME .map-skip {{position: absolute; left: .5rem; top: .5rem; z-index: 10; padding: .4rem .8rem;
  border-radius: .3rem; background: {style.INK}; color: {style.PAPER}; clip-path: inset(50%);}}
.NAME .map-skip:focus {{clip-path: none; outline: 3px solid {style.PAPER};}}
.NAME .legend {{color: inherit; margin: .5rem 0 .3rem;}}
.NAME .legend-behind {{display: flex; flex-wrap: wrap; gap: .25rem 1rem; flex-basis: 100%;}}
.NAME .legend em {{font-style: normal;}}
.NAME .map-table {{max-height: 22rem; overflow: auto; font-size: .85rem;}}
.NAME .map-table table {{border-collapse: collapse; width: 100%;}}
.NAME .map-table :is(th, td) {{text-align: left; vertical-align: top;
  padding: .25rem .6rem .25rem 0; border-bottom: 1px solid {style.MUTED}66;}}
"""

# What maps are high: those of these heights have them before their own style is there, too.
HEIGHTS: Final = range(300, 641, 10)
CSS: Final = (
    "\n".join(f'[class*="_frame_{one}"] {{--map: {one}px;}}' for one in HEIGHTS)
    + "@media (max-width: 640px) {"
    + '[class*="_frame_"] {--map: min(340px, 60vh);}}\n'
    + '[class*="_frame_"] > :nth-child(2) {min-height: var(--map);}\n'
    + '[class*="_frame_"] > :nth-child(-n + 2) [data-testid="stSkeleton"] {display: none;}\n'
)


@contextmanager
def around(
    drawn: MapScript,
    moving: MacroElement | None,
    *,
    key: str,
    height: int,
    names: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """
    Put around a map what belongs to it; the map itself is to be shown inside.

    Parameters
    ----------
    drawn
        The map.
    moving
        What lies on it beside that.
    key
        Name of the map, once in a page.
    height
        Pixels, where the screen is wide.
    names
        What the legend calls kinds of this map otherwise than of others.
    """
    name = re.sub(r"[^\w-]", "-", f"{key}_frame_{height}")
    anchor = f"after-{name}"
    with st.container(key=name, gap=None):
        st.html(_opening(name, anchor, height))
        yield
        kinds = [*drawn.kinds, *contents.kinds_of(moving)]
        st.html(legend.written(kinds, anchor=anchor, names=names))
        if any(name for _, name, _ in drawn.rows) or contents.named(moving):
            _table(drawn, moving, key)


def _opening(name: str, anchor: str, height: int) -> str:
    css = _CSS.replace("NAME", f"st-key-{name}").replace("HEIGHT", str(height))
    skip = html.escape(t("map.skip"))
    return f'<style>{css}</style><a class="map-skip" href="#{anchor}">{skip}</a>'


def _table(drawn: MapScript, moving: MacroElement | None, key: str) -> None:
    """Offer what is on the map as a table, written only for whoever opens it."""
    with st.expander(
        t("map.table"), icon=":material/table_rows:", key=f"{key}.table", on_change="rerun"
    ) as opened:
        if opened.open:
            rows = [*contents.rows_of(moving), *drawn.rows]
            st.html(contents.table(rows, drawn.title))
