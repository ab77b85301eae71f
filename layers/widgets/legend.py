"""The map's legend, drawn in the page from the same styles as the map."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Final

import streamlit as st

from layers.app import style
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The classes of plots, in their order.
CLASSES: Final = tuple(f"class.{name}" for name in style.CLASS_COLOURS)
# What lies under all maps, unless the reader has chosen another background.
BACKGROUND: Final = ("municipality", "neighbour", "lake", "river", "road", "rail")

_POINTS: Final = {"station", "project", "place", "business", "building_point", "axis_node"}
_LINES: Final = {"axis", "grid", "neighbour", "road", "rail", "river"}
# What a reader has chosen or drawn comes first, then what is judged, then what it lies in.
_FIRST: Final = (
    *("drawn", "plot_selected", "project_selected", "site_selected", "better_outline"),
    "plot_reserve",
)
_ORDER: Final = tuple(dict.fromkeys((*_FIRST, *CLASSES, *style.STYLES)))


def show(*kinds: str) -> None:
    """Write the legend for these kinds, names in style.STYLES."""
    st.html(written(kinds))


def written(
    kinds: Iterable[str], *, anchor: str = "", names: Mapping[str, str] | None = None
) -> str:
    """
    Return the legend for these kinds as HTML, the background's apart.

    `anchor` is an id by which the keyboard can be sent here, past the map. `names` are what kinds
    are called on this map alone, as the class of a figure by the figures in it.
    """
    drawn = set(kinds)
    own = [kind for kind in _ORDER if kind in drawn and kind not in BACKGROUND]
    behind = [kind for kind in BACKGROUND if kind in drawn]
    called = names or {}
    items = "".join(_item(kind, called.get(kind)) for kind in own)
    if behind:
        lead = f"<em>{html.escape(t('legend.background'))}</em>"
        items += f'<div class="legend-behind">{lead}{"".join(map(_item, behind))}</div>'
    label = html.escape(t("legend.label"))
    reached = f' id="{html.escape(anchor)}" tabindex="-1"' if anchor else ""
    return f'<div class="legend" role="group" aria-label="{label}"{reached}>{items}</div>'


def _item(kind: str, name: str | None = None) -> str:
    return f"<span>{_symbol(kind)}{html.escape(name or name_of(kind))}</span>"


def name_of(kind: str) -> str:
    """Return what a kind is called, in the reader's language."""
    return t(kind) if kind in CLASSES else t(f"legend.{kind}")


def _symbol(kind: str) -> str:
    drawn = style.STYLES[kind]
    dash = f' stroke-dasharray="{drawn.dash}"' if drawn.dash else ""
    paint = (
        f'stroke="{drawn.stroke}" stroke-width="{drawn.weight}" stroke-linecap="round"{dash} '
        f'fill="{drawn.fill or "none"}" fill-opacity="{drawn.fill_opacity}"'
    )
    if kind in _POINTS:
        shape = f'<circle cx="12" cy="9" r="5" {paint}/>'
    elif kind in _LINES:
        shape = f'<line x1="2" y1="9" x2="22" y2="9" {paint}/>'
    else:
        shape = f'<rect x="3.5" y="3.5" width="17" height="11" rx="2" {paint}/>'
    # As a picture by address: the page's sanitiser takes bare <svg> away. On paper of its own, for
    # a map is as light in a dark theme.
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="18">'
        f'<rect width="24" height="18" rx="2" fill="{style.PAPER}"/>{shape}</svg>'
    )
    encoded = base64.b64encode(picture.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{encoded}" width="24" height="18" alt="">'
