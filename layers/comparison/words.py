"""How a measure is written, and what a reader must know of a municipality's figures."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.comparison import fields
from geo.schema import layers as schema
from layers.app import texts
from layers.app.texts import t
from layers.widgets import tables, vacancy

if TYPE_CHECKING:
    from pandas import Series

    from geo.comparison.measures import Measure
    from geo.comparison.summary import Summary

_M2_IN_DAA: Final = 1000
_UNREADABLE: Final = "error.distribute_unreadable"  # the reason that a broken partition has
_PER_CENT: Final = ("max_utilisation", "target")  # of the parameters
_AFTER_DIGITS: Final = re.compile(r"\D*$")
_SMALL: Final = 10  # below it a decimal tells figures apart


def value(measure: Measure, amount: Any) -> str:  # noqa: ANN401  # a cell of a frame
    """Write a measure with its unit; unknown is a word."""
    if pd.isna(amount):
        return t("unknown")
    if measure.unit == "daa":
        return texts.daa(amount)
    if measure.unit == "bra":
        return vacancy.floor(amount)
    if measure.unit == "share":
        return texts.pct(amount)
    return f"{number(measure, amount)}\N{NO-BREAK SPACE}m²"


def sure(written: str, certainty: Any) -> str:  # noqa: ANN401  # a cell of a frame
    """Add to a figure that it may be more or less (`measures.certainty`)."""
    said = {"least": "and_unknown", "most": "at_most", "open": "more_or_less"}
    return t(f"compare.{said[certainty]}", value=written) if certainty in said else written


def span_of(measure: Measure, least: Any, most: Any) -> str:  # noqa: ANN401  # cells of a frame
    """Write from which to which figure, with the unit once; one where both read the same."""
    first, last = value(measure, least), value(measure, most)
    unit = _AFTER_DIGITS.search(last)
    assert unit is not None
    return last if first == last else f"{first.removesuffix(unit.group())}–{last}"


def scaled(measure: Measure, amounts: Series) -> Series:
    """Return a measure in the unit of its column's heading: dekar where it is land."""
    return amounts / _M2_IN_DAA if measure.unit == "daa" else amounts


def number(measure: Measure, amount: float) -> str:
    """Write what `scaled` gives without its unit, which stands in the column's heading."""
    if math.isnan(amount):
        return t("unknown")
    if measure.unit == "daa":
        return tables.daa_number(amount)
    if measure.unit == "share":
        return texts.pct(amount)
    decimals = 1 if measure.unit == "each" and amount < _SMALL else 0
    return texts.num(amount, decimals)


def heading(name: str) -> str:
    """Return what the column of a measure is called, with its unit."""
    return t(f"compare.column_{name}")


def verdict(said: Any) -> str:  # noqa: ANN401  # a cell of a frame
    """Write what the 90 % rule says with estimates, which a reader may be told; else unknown."""
    return t("unknown") if pd.isna(said) else t(f"verdict.{said}")


def interval(low: Any, high: Any) -> str:  # noqa: ANN401  # cells of a frame
    """Write an interval of shares; unknown where an end is."""
    return t("unknown") if pd.isna(low) or pd.isna(high) else texts.pct_span(low, high)


def place(first: float, last: float) -> str:
    """Write a place, or from which to which it may be."""
    return t("unknown") if pd.isna(first) else texts.span(first, last)


def place_by_sets(span: Any, sets: int) -> str:  # noqa: ANN401  # a row of `sensitivity.spans`
    """Write from which to which place by all sets, and by how many where some do not know."""
    written = place(span["best"], span["worst"])
    if not 0 < span["known"] < sets:
        return written
    return t("compare.place_by_some", place=written, known=int(span["known"]), count=sets)


def named_sets(summary: Summary) -> dict[str, str]:
    """
    Say what sets of parameters are called to people, by their names in the file.

    One that `geo distribute` has named by what it varies («min_part_m2=3000») is called so in
    words, where the set does have these values and no other is called the same.
    """
    said = {name: _in_words(name, rows.iloc[0]) for name, rows in summary.parameters.items()}
    several = pd.Series(said).duplicated(keep=False)
    return {name: name if several[name] else words for name, words in said.items()}


def _in_words(name: str, row: Any) -> str:  # noqa: ANN401  # a row of a summary
    said = []
    for part in name.split(","):
        parameter, _, written = part.strip().partition("=")
        known = parameter in fields.PARAMETERS and not pd.isna(row[parameter])
        if not known or written != f"{row[parameter]:g}":
            return name
        shown = row[parameter] * 100 if parameter in _PER_CENT else row[parameter]
        said.append(
            t(f"compare.set_{parameter}", value=texts.num(shown, 0 if shown % 1 == 0 else 1))
        )
    return ", ".join(said)


def remarks(row: Any) -> list[str]:  # noqa: ANN401  # a row of a summary
    """Say what is unknown of a municipality's figures and why, as plain text."""
    said = []
    if not pd.isna(row["fault"]):
        said.append(t(f"compare.fault_{row['fault']}"))
    elif row["status"] != fields.COMPLETE and not pd.isna(row["status"]):
        # Written down in the language that the command had, which is Norwegian unless it is told.
        known = not pd.isna(row["reason"])
        reason = texts.again(_UNREADABLE, row["reason"]) if known else t("unknown")
        said.append(t("compare.unknown_because", reason=reason))
    if row["constraints_mapped"] is False:
        said.append(t("compare.not_mapped"))
    elif row["constraints_mapped"] is not True and not said:
        said.append(t("compare.mapped_unknown"))
    if row["jobs_total"] == 0:
        said.append(t("compare.no_new_jobs"))
    said += [
        t(f"compare.{column}", count=int(row[column]))
        for column in ("zones_unaccounted", "unknown_plots", "not_estimable")
        if row[column] > 0
    ]
    if not pd.isna(row["missing_layers"]):
        said.append(t("compare.missing_layers", layers=layers(row["missing_layers"])))
    return said


def basis(row: Any) -> list[str]:  # noqa: ANN401  # a row of a summary
    """Say which of a municipality's layers are made up or drawn by hand, as plain text."""
    return [
        t(f"compare.{column}", layers=layers(row[column]))
        for column in ("synthetic_layers", "illustrative_layers")
        if not pd.isna(row[column])
    ]


def layers(names: str) -> str:
    """Write names of layers, joined by commas in a file, as people call them."""
    parts = filter(None, (one.strip() for one in names.split(",")))
    return ", ".join(t(f"layer.{one}") if one in schema.LAYERS else one for one in parts)
