"""Vacant land and densification potential in two numbers: the same words on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.report import words
from layers.app import explain, texts
from layers.app.texts import t

if TYPE_CHECKING:
    import pandas as pd

# Kind → the figure that it is, and that of the jobs it has room for.
KINDS: Final = {
    "reserve": ("reserve_land", "reserve_land_jobs"),
    "densification": ("reserve_densification", "reserve_densification_jobs"),
}


def values(total: pd.Series) -> dict[str, str]:
    """Write both figures of an area, a row of an account: never added up."""
    return {
        "reserve": texts.daa(total["reserve_m2"]),
        "densification": floor(total["densification_bra_m2"]),
    }


def show(
    shown: dict[str, str],
    beside: dict[str, str] | None = None,
    *,
    given: explain.Given | None = None,
    reckoned: bool = True,
) -> None:
    """
    Show both figures; `beside` each the jobs that it has room for, where they are told.

    Two a line: figures of an area alone, or an area and its jobs. `given` is what the reader has
    chosen that they depend on; `reckoned` is false of what stands there until they have come.
    """
    cells: list[tuple[str, str, str, str | None]] = []
    for kind, (figure, of_jobs) in KINDS.items():
        cells.append((figure, t(f"reserve.{kind}"), shown[kind], None))
        if beside:
            said = t("reserve.jobs_help")
            cells.append((of_jobs, t(f"reserve.{kind}_jobs"), beside[kind], said))
    for first in range(0, len(cells), 2):
        for column, (figure, label, value, particular) in zip(
            st.columns(2), cells[first : first + 2], strict=True
        ):
            known = figure if reckoned else None
            explain.metric(column, label, value, figure=known, help=particular, given=given)


def remarks(total: Any) -> None:  # noqa: ANN401  # a row of an account
    """Say of how much of it one or the other is unknown."""
    if total["unknown_plots"]:
        st.caption(t("reserve.unknown", count=total["unknown_plots"], all=total["plots"]))
    if total["unknown_reserve_m2"] > 0:
        st.caption(t("reserve.unknown_reserve", area=texts.daa(total["unknown_reserve_m2"])))


def floor(area_m2: float) -> str:
    """Write a floor area, rounded; unknown is a word alone."""
    return words.floor_area(area_m2, texts.language())
