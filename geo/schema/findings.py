"""What is said about a pack's faults: one finding each, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from geo import i18n
from geo.schema.coercion import ambiguous, quote, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pandas import Series

Severity = Literal["error", "warning"]

MAX_SHOWN: Final = 10  # values of one column that say nothing
MAX_LISTED: Final = 10  # features listed after one of which the same is said
MAX_NAMED: Final = 50  # features named one by one for the same fault; the rest are counted


@dataclass(frozen=True)
class Finding:
    """
    One thing that is wrong in a pack, and what was done about it.

    Attributes
    ----------
    layer
        Name of the layer, or ``manifest.toml``.
    feature
        Id of the feature or ``rad 3``; None where the finding is about the whole layer.
    msgid
        Id of the text.
    severity
        ``error`` where something is left out of the figures, else ``warning``.
    parts
        What the text's placeholders stand for.
    others
        Findings that say the same of other features, by `gathered`.
    """

    layer: str
    feature: str | None
    msgid: str
    severity: Severity
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)
    others: tuple[Finding, ...] = ()

    def say(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """One sentence or two: which layer, which feature, what is wrong and what to do."""
        parts = dict(self.parts)
        row = parts.pop("row", None)
        feature = self.feature if row is None else i18n.say("finding.row", language, row=row)
        parts |= {"layer": self.layer, "feature": feature}
        # The manifest names a layer as the file does: that name is kept beside the words for it.
        said = i18n.Remark(self.msgid, i18n.in_words(parts) | {"key": self.layer}).say(language)
        if not self.others:
            return said
        names = list(dict.fromkeys(one.name(language) for one in self.others))
        listed = ", ".join(names[:MAX_LISTED]) + (" …" if len(names) > MAX_LISTED else "")
        more = i18n.say("finding.same", language, count=len(self.others), listed=listed)
        return f"{said} {more}"

    def name(self, language: str) -> str:
        """Name the feature alone, as a list of them does: its id in quotes, or its row."""
        row = self.parts.get("at" if self.msgid in _OF_ROWS else "row")
        if row is not None:
            return i18n.say("finding.row", language, row=row)
        return i18n.say("file_name.own", language, name=self.feature)


# Texts that name their feature by the row it stands in, as {at}.
_OF_ROWS: Final = frozenset(
    {"finding.position_blank", "finding.position_unreadable", "finding.position_valueless"}
)
# Parts that tell which feature it is, or where it stands in its file, and not what is wrong.
_WHICH: Final = frozenset({"row", "line"})


def gathered(findings: Iterable[Finding]) -> list[Finding]:
    """
    Say once what several findings say of a feature each, in the place of the first of them.

    They are of one layer, code and severity, and the other parts are the same in all.
    """
    groups: dict[object, list[Finding]] = {}
    for place, one in enumerate(findings):
        groups.setdefault(place if one.feature is None else _what(one), []).append(one)
    return [replace(first, others=(*first.others, *others)) for first, *others in groups.values()]


def _what(found: Finding) -> tuple[object, ...]:
    """Return what a finding says, whatever feature it says it of."""
    which = _WHICH | ({"at"} if found.msgid in _OF_ROWS else set())
    parts = sorted((name, repr(part)) for name, part in found.parts.items() if name not in which)
    return (found.layer, found.msgid, found.severity, *parts)


ROW_REMARKS: Final = "row_remarks"  # in a frame's attrs: a list of RowRemark


@dataclass(frozen=True)
class RowRemark:
    """
    What is to be said of a row that has no name yet; `row` is its label, the rest as of a Finding.

    An error says why the row has no geometry.
    """

    row: int
    msgid: str
    severity: Severity
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)


def unread(layer: str, msgid: str, values: Series) -> Finding | None:
    """Tell of values that say nothing, how many and which; None where there are none."""
    if values.empty:
        return None
    shown = ", ".join(f"«{quote(one)}»" for one in values.unique()[:MAX_SHOWN])
    return Finding(layer, None, msgid, "warning", {"count": len(values), "values": shown})


class Report:
    """The findings of one layer, and the names of its features."""

    def __init__(self, layer: str, ids: Series) -> None:
        self.layer = layer
        self.findings: list[Finding] = []
        self._ids = ids

    def layer_wide(self, msgid: str, severity: Severity, **parts: object) -> None:
        """Add a finding about the layer as a whole."""
        self.findings.append(Finding(self.layer, None, msgid, severity, parts))

    def rows(self, msgid: str, severity: Severity, rows: Any, **parts: object) -> None:  # noqa: ANN401  # an index, or labels in any order
        """Name the features in `rows` (labels); a part that is a Series gives each its own."""
        labels = list(dict.fromkeys(rows))
        for label in labels[:MAX_NAMED]:
            own = {name: _own(part, label) for name, part in parts.items()}
            self.findings.append(self._finding(label, msgid, severity, own))
        if len(labels) > MAX_NAMED:
            self.layer_wide("finding.more", severity, count=len(labels) - MAX_NAMED)

    def repeated(self, ids: Series, column: str) -> None:
        """Name each id that several rows have, once, with how many they are."""
        twice = ids[ids.duplicated()].drop_duplicates()
        counts = twice.map(ids.value_counts())
        self.rows("finding.duplicate_id", "warning", twice.index, column=column, count=counts)

    def remarks(self, said: Sequence[RowRemark]) -> None:
        """Name the rows that something was to be said of before they had names."""
        for msgid in dict.fromkeys(one.msgid for one in said):
            of = {one.row: one for one in said if one.msgid == msgid}
            names = next(iter(of.values())).parts
            parts = {
                name: pd.Series({row: one.parts[name] for row, one in of.items()}, dtype=object)
                for name in names
            }
            self.rows(msgid, next(iter(of.values())).severity, of, **parts)

    def unread(self, column: str, before: Series, after: Series) -> None:
        """Name the values of a column that were lost when it was made into its type, and why."""
        lost = after.isna() & before.notna()
        if not lost.any():
            return  # nearly every column, and to make texts of it takes longer than all the rest
        lost &= to_text(before).notna()
        twofold = lost & (after.dtype.kind in "fi") & ambiguous(before)
        for msgid, rows in (
            ("finding.value_unreadable", lost & ~twofold),
            ("finding.number_ambiguous", twofold),
        ):
            values = before[rows].map(quote)
            self.rows(msgid, "warning", rows[rows].index, column=column, value=values)

    def _finding(
        self, label: int, msgid: str, severity: Severity, parts: dict[str, object]
    ) -> Finding:
        name = self._ids[label]
        if isinstance(name, str):
            return Finding(self.layer, quote(name), msgid, severity, parts)
        row = str(label + 1)
        return Finding(self.layer, f"rad {row}", msgid, severity, parts | {"row": row})


def _own(part: Any, label: int) -> object:  # noqa: ANN401  # a Series, or one value for all
    value = part[label] if isinstance(part, pd.Series) else part
    return value.item() if isinstance(value, np.generic) else value
