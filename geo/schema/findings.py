"""What is said about a pack's faults: one finding each, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from geo import i18n
from geo.schema.coercion import ambiguous, quote, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import Series

Severity = Literal["error", "warning"]

MAX_SHOWN: Final = 10  # values of one column that say nothing
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
    """

    layer: str
    feature: str | None
    msgid: str
    severity: Severity
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)

    def say(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """One sentence or two: which layer, which feature, what is wrong and what to do."""
        parts = dict(self.parts)
        row = parts.pop("row", None)
        feature = self.feature if row is None else i18n.say("finding.row", language, row=row)
        parts |= {"layer": self.layer, "feature": feature}
        # The manifest names a layer as the file does: that name is kept beside the words for it.
        return i18n.Remark(self.msgid, i18n.in_words(parts) | {"key": self.layer}).say(language)


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

    def rows(self, msgid: str, severity: Severity, rows: Any, **parts: object) -> None:  # noqa: ANN401
        """Name the features in `rows` (labels); a part that is a Series gives each its own."""
        labels = list(dict.fromkeys(rows))
        for label in labels[:MAX_NAMED]:
            own = {name: _own(part, label) for name, part in parts.items()}
            self.findings.append(self._finding(label, msgid, severity, own))
        if len(labels) > MAX_NAMED:
            self.layer_wide("finding.more", severity, count=len(labels) - MAX_NAMED)

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
        lost = after.isna() & to_text(before).notna()
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
