"""What the reader compares: measure, set of parameters, and whose row is marked; in the address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.comparison import measures, ranking, sensitivity
from layers.app import address, cache, texts
from layers.app.texts import t
from layers.comparison import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    set_names
        What the sets are called, the chosen one first (`words.named_sets`).
    spans
        Figures and places by all sets, indexed as `rows` (`sensitivity.spans`); None of one set.
    """

    summary: Summary
    name: str
    measure: Measure
    set: str
    rows: GeoDataFrame
    places: DataFrame
    chosen: str | None
    lacking: tuple[str, ...]
    set_names: Mapping[str, str]
    spans: DataFrame | None

    @property
    def row(self) -> Series | None:
        """The row of the municipality that is marked."""
        return None if self.chosen is None else self.rows.loc[self.chosen]

    @cached_property
    def certainty(self) -> Series:
        """What each figure is of the whole truth (`measures.certainty`)."""
        return measures.certainty(self.rows, self.measure)

    def has_nothing(self, number: str) -> bool:
        """Tell whether a municipality has no figure, and that is known: nothing to divide by."""
        row = self.rows.loc[[number]]
        return bool(
            pd.isna(self.places["value"][number])
            and not measures.unknown(row, self.measure)[number]
        )

    @property
    def place(self) -> Series | None:
        """The figure and place of the municipality that is marked."""
        if self.chosen is None:
            return None
        found: Series = self.places.loc[self.chosen]  # type: ignore[assignment]  # one number
        return found

    def told_places(self, number: str) -> list[str]:
        """Say which place a municipality has and may have, and by all sets; nothing of none."""
        found: Series = self.places.loc[number]  # type: ignore[assignment]  # one number
        if pd.isna(found["place"]):
            return []
        said = [t("compare.place_now", place=texts.num(found["place"]))]
        if found["first"] != found["last"]:
            may_be = words.place(found["first"], found["last"])
            said.append(t("compare.place_may_be", place=may_be))
        return [*said, *self.told_by_sets(number)]

    def told_by_sets(self, number: str) -> list[str]:
        """Say which places a municipality has by all sets; nothing where there is but one."""
        if self.spans is None:
            return []
        sets = len(self.set_names)
        place = words.place_by_sets(self.spans.loc[number], sets)
        return [t("compare.place_by_sets", place=place, count=sets)]

    def given(self) -> list[tuple[str, str]]:
        """Return what the reader has chosen that figures depend on."""
        named = texts.plain(self.set_names[self.set])
        return [(t("compare.set"), named), *parameters(self.rows)]


def compared(pack: Pack, what: Summary) -> Compared:
    """Let the reader choose, and return what is then compared."""
    names = tuple(measures.MEASURES)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = _one(MEASURE, names, names[0], lambda one: t(f"compare.measure_{one}"))
        named = words.named_sets(what)
        usual_first = sorted(what.sets, key=lambda one: one != what.usual)
        chosen_set = _one(SET, usual_first, what.usual, lambda one: named[one])
        rows = what.of_set(chosen_set)
        chosen = _municipality(pack, rows)
    measure = measures.MEASURES[name]
    spans = None
    if len(what.sets) > 1:
        found = cache.answer(
            ("comparison spans", what.digest, name), partial(sensitivity.spans, what, measure)
        )
        spans = found.reindex(rows.index)
    return Compared(
        summary=what,
        name=name,
        measure=measure,
        set=chosen_set,
        rows=rows,
        places=ranking.places(rows, measure),
        chosen=chosen,
        lacking=measures.lacking(what, measure),
        set_names={one: named[one] for one in sorted(what.sets, key=lambda one: one != chosen_set)},
        spans=spans,
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
