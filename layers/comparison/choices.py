"""What the reader compares: measure, set of parameters, and whose row is marked; in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.comparison import measures, ranking
from layers.app import address, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.comparison.measures import Measure
    from geo.comparison.summary import Summary
    from geo.pack.read import Pack

MEASURE, SET, MUNICIPALITY = "measure", "set", "municipality"  # in the address
NOBODY: Final = "-"  # in the address, where no municipality is marked


@dataclass(frozen=True)
class Compared:
    """
    What the page shows.

    Attributes
    ----------
    name, measure
        Of `measures.MEASURES`.
    set
        Name of the set of parameters.
    rows
        The municipalities by that set, by municipality_no.
    places
        Their figures and places, best first (`ranking.places`).
    chosen
        Number of the municipality that is marked, if any.
    lacking
        Columns that the measure needs and the file does not have.
    """

    summary: Summary
    name: str
    measure: Measure
    set: str
    rows: GeoDataFrame
    places: DataFrame
    chosen: str | None
    lacking: tuple[str, ...]

    @property
    def row(self) -> Series | None:
        """The row of the municipality that is marked."""
        return None if self.chosen is None else self.rows.loc[self.chosen]

    @property
    def place(self) -> Series | None:
        """The figure and place of the municipality that is marked."""
        if self.chosen is None:
            return None
        found: Series = self.places.loc[self.chosen]  # type: ignore[assignment]  # one number
        return found

    def given(self) -> list[tuple[str, str]]:
        """Return what the reader has chosen that figures depend on."""
        return [(t("compare.set"), texts.plain(self.set)), *parameters(self.rows)]


def compared(pack: Pack, what: Summary) -> Compared:
    """Let the reader choose, and return what is then compared."""
    names = tuple(measures.MEASURES)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = _one(MEASURE, names, names[0], lambda one: t(f"compare.measure_{one}"))
        chosen_set = _one(SET, what.sets, what.usual, str)
        rows = what.of_set(chosen_set)
        chosen = _municipality(pack, rows)
    measure = measures.MEASURES[name]
    return Compared(
        summary=what,
        name=name,
        measure=measure,
        set=chosen_set,
        rows=rows,
        places=ranking.places(rows, measure),
        chosen=chosen,
        lacking=measures.lacking(what, measure),
    )


def choose(number: str) -> None:
    """Mark a municipality, and make the page anew."""
    address.keep(MUNICIPALITY, number)
    address.follow()
    st.rerun()


def parameters(rows: DataFrame) -> list[tuple[str, str]]:
    """Write the parameters of a set: name and value, unknown where the file does not say."""
    return [
        (t("reserve.rule_building_buffer_m"), _number(rows["building_buffer_m"])),
        (t("reserve.rule_min_part_m2"), _number(rows["min_part_m2"])),
        (t("reserve.rule_min_width_m"), _number(rows["min_width_m"])),
        (t("reserve.rule_max_utilisation"), _number(rows["max_utilisation"] * 100)),
        (t("compare.target"), _number(rows["target"] * 100)),
    ]


def _number(column: Series) -> str:
    """Write what all rows have; a set in which they differ is none that can be named."""
    known = column.dropna().unique()
    if len(known) > 1:
        return t("compare.differs")
    return texts.num(known[0] if len(known) else None, 0 if all(known % 1 == 0) else 1)


def _municipality(pack: Pack, rows: DataFrame) -> str | None:
    own = pack.municipality_no or NOBODY
    own = own if own in rows.index else NOBODY
    numbers = (NOBODY, *rows.sort_values("name").index)
    named = {number: f"{name} ({number})" for number, name in rows["name"].items()}
    named[NOBODY] = t("compare.nobody")
    chosen = _one(MUNICIPALITY, numbers, own, lambda one: named[one])
    return None if chosen == NOBODY else chosen


def _one(
    parameter: str, choices: Sequence[str], default: str, written: Callable[[str], Any]
) -> str:
    """Let the reader choose one of several, kept in the address."""
    asked = address.read(parameter, address.one_of(choices), default)
    key = f"compare_{parameter}"
    chosen: str = st.selectbox(
        t(f"compare.{parameter}"),
        choices,
        index=address.begin_at(key, choices, asked),
        format_func=written,
        key=key,
        width=280,
    )
    address.keep(parameter, chosen, default)
    return chosen
