"""Vacant land and densification potential in two numbers: the same words on every page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

KINDS: Final = ("reserve", "densification")


def values(total: pd.Series) -> dict[str, str]:
    """Write both figures of an area, a row of an account: never added up."""
    return {
        "reserve": texts.daa(total["reserve_m2"]),
        "densification": floor(total["densification_bra_m2"]),
    }


def show(shown: dict[str, str], beside: dict[str, str] | None = None) -> None:
    """
    Show both figures; `beside` each the jobs that it has room for, where they are told.

    Two a line: figures of an area alone, or an area and its jobs.
    """
    cells: list[tuple[str, str, str]] = []
    for kind in KINDS:
        cells.append((t(f"reserve.{kind}"), shown[kind], t(f"reserve.{kind}_help")))
        if beside:
            cells.append((t(f"reserve.{kind}_jobs"), beside[kind], t("reserve.jobs_help")))
    for first in range(0, len(cells), 2):
        _line(cells[first : first + 2])


def _line(cells: Sequence[tuple[str, str, str]]) -> None:
    for column, (label, value, explanation) in zip(st.columns(2), cells, strict=True):
        column.metric(label, value, help=explanation)


def remarks(total: Any) -> None:  # noqa: ANN401  # a row of an account
    """Say of how much of it one or the other is unknown."""
    if total["unknown_plots"]:
        st.caption(t("reserve.unknown", count=total["unknown_plots"], all=total["plots"]))
    if total["unknown_reserve_m2"] > 0:
        st.caption(t("reserve.unknown_reserve", area=texts.daa(total["unknown_reserve_m2"])))


def floor(area_m2: float) -> str:
    """Write a floor area, rounded; unknown is a word alone."""
    return t("unknown") if math.isnan(area_m2) else f"{texts.num(rounded(area_m2))} m² BRA"


def rounded(value: float) -> float | None:
    """
    Round to three figures; None where it is unknown.

    That is what these assumptions carry; the rest would be false precision.
    """
    if math.isnan(value):
        return None
    magnitude = len(str(int(abs(value))))
    return round(float(value), -max(0, magnitude - 3))
