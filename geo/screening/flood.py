"""
Flood by the safety class of the building (TEK17 § 7-2): which zones and coverage count for it.

A building is to stand safe from, or bear, the flood that its class names: F1 the 20-year, F2 the
200-year, F3 the 1000-year flood, with what the climate adds where that is mapped. The columns
`recurrence_years` and `climate` of constraints and their coverage say which flood is meant; the
agreed form has neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import ParameterError
from geo.i18n import Remark
from geo.schema.coercion import quote
from geo.schema.kinds import INTERVAL, RECURRENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pandas import DataFrame

# S (TEK17 § 7-2, second paragraph): the largest yearly probability is 1/20, 1/200 and 1/1000.
FLOOD_CLASSES: Final[Mapping[str, float]] = {"F1": 20.0, "F2": 200.0, "F3": 1000.0}
# S (its guidance): F2 is most buildings for people, offices, industry, shops and storage with
# people in them.
USUAL_CLASS: Final = "F2"
# A: the longest interval that a zone or coverage of the agreed form, which names none, is taken to
# answer for. NVE's flood zone maps are of 200 years, and seldom of more.
UNSTATED_YEARS: Final = FLOOD_CLASSES["F2"]


def interval_of(flood_class: str) -> float:
    """
    Return the interval in years of a safety class.

    Raises
    ------
    ParameterError
        If there is no such class.
    """
    if flood_class not in FLOOD_CLASSES:
        raise ParameterError(
            "error.flood_class", value=quote(flood_class), known=", ".join(FLOOD_CLASSES)
        )
    return FLOOD_CLASSES[flood_class]


def class_of(years: float) -> str | None:
    """Return the first class that a flood of this interval counts for; None where none does."""
    return next((name for name, most in FLOOD_CLASSES.items() if years <= most), None)


def finds_that_count(frame: DataFrame, flood_class: str) -> NDArray[np.bool_]:
    """
    Return which constraints count for the class: all but floods that come back more seldom.

    The zone of a 20-year flood lies within that of a 200-year one. A flood that does not name its
    interval counts always.
    """
    beyond: NDArray[np.bool_] = _recurrent(frame) & (_years(frame) > interval_of(flood_class))
    return ~beyond


def coverage_that_counts(frame: DataFrame, flood_class: str, *, stated: bool) -> NDArray[np.bool_]:
    """
    Return which coverage is mapped for the class: all but that of floods that come back sooner.

    Coverage of flood that does not name its interval answers for `UNSTATED_YEARS` in a pack that
    names none, as in the agreed form; where some of the pack's floods do (`stated`), nobody knows
    what the others are of, and they answer for nothing.
    """
    needed = interval_of(flood_class)
    unstated = -np.inf if stated else UNSTATED_YEARS
    years = np.where(np.isnan(_years(frame)), unstated, _years(frame))
    short: NDArray[np.bool_] = _recurrent(frame) & (years < needed)
    return ~short


def assumed(flood_class: str, *, stated: bool, unsaid: bool) -> tuple[Remark, ...]:
    """
    Return what to say with a result: the class, and where the pack does not name intervals.

    `stated` where the pack names one, `unsaid` where some flood of it does not.
    """
    said = [
        Remark(
            "flood.assume_class", {"flood_class": flood_class, "years": interval_of(flood_class)}
        )
    ]
    if unsaid:
        msgid = "flood.assume_partly_stated" if stated else "flood.assume_unstated"
        said.append(Remark(msgid, {"flood_class": flood_class}))
    return tuple(said)


def leaves_unsaid(*frames: DataFrame | None) -> bool:
    """Whether some flood of these layers does not name its interval."""
    return any(
        bool((_recurrent(frame) & np.isnan(_years(frame))).any())
        for frame in frames
        if frame is not None
    )


def _recurrent(frame: DataFrame) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = frame["kind"].isin(RECURRENT).to_numpy(dtype=bool)
    return found


def _years(frame: DataFrame) -> NDArray[np.float64]:
    if INTERVAL not in frame:
        return np.full(len(frame), np.nan)
    return frame[INTERVAL].to_numpy(dtype=float, na_value=np.nan)
