"""What the method page shows beside its texts: formulas, norms, and the state of every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.land.table import demonstration_for
from geo.search.score import FAR_M
from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from geo.pack.read import Pack

# Domain rule: share, headroom, healing, interval; t is the target. Names in capitals are filled in.
_FORMULAS: Final = (
    r"s = \frac{J_{INN}}{J_{INN} + J_{OUT}} \qquad s \ge t = COMMA90",
    r"h = J_{INN}\cdot\frac{1-t}{t} - J_{OUT}",
    r"n = J_{OUT}\cdot\frac{t}{1-t} - J_{INN}",
    r"s_{LOW} = \frac{J_{INN,LOW}}{J_{INN,LOW} + J_{OUT,HIGH}}",
    r"s_{HIGH} = \frac{J_{INN,HIGH}}{J_{INN,HIGH} + J_{OUT,LOW}}",
)


# Jobs that are estimated: A is the area, u the utilisation, m the m² per job.
_ESTIMATES: Final = (
    r"J_{LOW} = A\cdot\frac{u_{LOW}}{m_{HIGH}} \qquad J_{HIGH} = A\cdot\frac{u_{HIGH}}{m_{LOW}}",
    r"J_{MIDDLE} = A\cdot\frac{u_{LOW} + u_{HIGH}}{m_{LOW} + m_{HIGH}}",
)


def search() -> None:
    """Tell how places are ranked, with the distance that counts where none is asked for."""
    st.markdown(t("method.search_text", far=texts.num(FAR_M)))


def demonstration(pack: Pack) -> None:
    """Say what made-up plots are made of and cannot say; nothing where plots are real."""
    name = demonstration_for(pack)
    if name is not None:
        st.markdown(t("method.demonstration", name=texts.plain(name)))


def weaknesses(pack: Pack) -> list[str]:
    """Return the text ids of what is known to be weak in this pack, and of no other."""
    held = {
        "method.weak_outlines": "illustrative" in pack.badges("zones", "growth_areas"),
        "method.weak_synthetic": any("synthetic" in pack.badges(name) for name in pack.layers),
        "method.weak_projects": pack.has("projects"),
        "method.weak_businesses": pack.has("businesses"),
        "method.weak_distances": True,
        "method.weak_roads": "illustrative" in pack.badges("context"),
    }
    return [msgid for msgid, holds in held.items() if holds]


def formulas() -> None:
    """Show the rule's formulas, in the letters of the language."""
    _show(_FORMULAS, key="rule")


def estimates() -> None:
    """Show how jobs are estimated, in the letters of the language."""
    _show(_ESTIMATES, key="estimates")


def _show(formulas: tuple[str, ...], *, key: str) -> None:
    words = {
        "INN": rf"\text{{{t('formula.in')}}}",
        "OUT": rf"\text{{{t('formula.out')}}}",
        "LOW": rf"\text{{{t('formula.low')}}}",
        "MIDDLE": rf"\text{{{t('formula.middle')}}}",
        "HIGH": rf"\text{{{t('formula.high')}}}",
        "COMMA": "0{,}" if texts.language() == "nb" else "0.",
    }
    with st.container(key=f"formulas_{key}"):
        for formula in formulas:
            written = formula
            for name, word in words.items():
                written = written.replace(name, word)
            st.latex(written)
