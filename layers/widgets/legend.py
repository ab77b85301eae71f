"""The map's legend, drawn in the page from the same styles as the map."""

from __future__ import annotations

import base64
import html
from typing import Final

import streamlit as st

from layers.app import style
from layers.app.texts import t

# The classes of plots, in their order.
CLASSES: Final = tuple(f"class.{name}" for name in style.CLASS_COLOURS)

_POINTS: Final = {"station", "project", "place", "business", "building_point", "axis_node"}
_LINES: Final = {"axis", "grid", "road", "rail", "river"}


def show(*kinds: str) -> None:
    """Write the legend for these kinds, names in style.STYLES."""
    items = "".join(f"<span>{_symbol(kind)}{html.escape(name_of(kind))}</span>" for kind in kinds)
    st.html(f'<div class="legend">{items}</div>')


def name_of(kind: str) -> str:
    """Return what a kind is called, in the reader's language."""
    return t(kind) if kind in CLASSES else t(f"legend.{kind}")


def _symbol(kind: str) -> str:
    drawn = style.STYLES[kind]
    dash = f' stroke-dasharray="{drawn.dash}"' if drawn.dash else ""
    paint = (
        f'stroke="{drawn.stroke}" stroke-width="{drawn.weight}"{dash} '
        f'fill="{drawn.fill or "none"}" fill-opacity="{drawn.fill_opacity}"'
    )
    if kind in _POINTS:
        shape = f'<circle cx="10" cy="7" r="5" {paint}/>'
    elif kind in _LINES:
        shape = f'<line x1="1" y1="7" x2="19" y2="7" {paint}/>'
    else:
        shape = f'<rect x="1.5" y="1.5" width="17" height="11" rx="2" {paint}/>'
    # As a picture by address: the page's sanitiser takes bare <svg> away.
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="14">{shape}</svg>'
    encoded = base64.b64encode(picture.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{encoded}" width="20" height="14" alt="">'
