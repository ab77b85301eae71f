"""Badges that say what a figure rests on; pointer, finger and keyboard make them explain it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import streamlit as st

from layers.app import style
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Iterable

# Name in `geo.schema.manifest.BADGES` → icon of the font that Streamlit brings along.
_ICONS: Final = {"illustrative": "draw", "synthetic": "science"}

# The explanation is part of the button, clipped until it is asked for: so a screen reader has it
# as well. It hangs from the row of badges and not from its own, so that it stays on a phone's
# screen. A button takes the focus by tab and by tap; a pointer need only rest on it, and may go on
# to the explanation: the gap between them is its border. Escape closes it, by assist.js.
CSS: Final = """
  .badges {display: flex; flex-wrap: wrap; gap: .3rem .4rem; position: relative;
    margin-bottom: 1rem;}
  .badge {display: inline-flex; align-items: center; gap: .25rem; min-height: 24px;
    padding: 0 .5rem; border: 1px solid transparent; border-radius: .5rem; font: inherit;
    font-size: .83rem; cursor: help;}
  .badge:focus-visible {outline: 2px solid var(--primary); outline-offset: 2px;}
  .badge-icon {font-family: "Material Symbols Rounded"; font-size: 1rem; line-height: 1;
    user-select: none;}
  .badge-tip {position: absolute; top: 100%; left: 0; z-index: 1000; width: 1px;
    height: 1px; border-top: 4px solid transparent; background-clip: padding-box; overflow: hidden;
    clip-path: inset(50%); text-align: left; white-space: normal; font-size: .83rem;
    line-height: 1.4;}
  .badge:hover .badge-tip, .badge:focus .badge-tip {width: max-content;
    max-width: min(26rem, 100%); height: auto; overflow: visible; clip-path: none;
    padding: .5rem .7rem; border-radius: .4rem; background: var(--ink); color: var(--ground);}
  .badge[data-closed] .badge-tip {width: 1px; height: 1px; padding: 0; overflow: hidden;
    clip-path: inset(50%);}
""" + "".join(
    f"  .badge-{name} {{background: {fill}; color: {ink}; border-color: {ink}33;}}\n"
    for name, (fill, ink) in style.BADGE_COLOURS.items()
)


def show(names: Iterable[str]) -> None:
    """Show these badges in a row; nothing where there are none."""
    shown = "".join(_badge(name) for name in names)
    if shown:
        st.markdown(f'<div class="badges">{shown}</div>', unsafe_allow_html=True)


def _badge(name: str) -> str:
    label, meaning = html.escape(t(f"badge.{name}")), html.escape(t(f"badge_meaning.{name}"))
    return (
        f'<button type="button" class="badge badge-{name}">'
        f'<span class="badge-icon" aria-hidden="true">{_ICONS[name]}</span>{label}'
        f'<span class="badge-tip" role="tooltip">{meaning}</span></button>'
    )
