"""A layer's rows as a reader reads them: columns and codes by their names, numbers as written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.formats.content import Column
    from geo.pack.read import Pack

# Says a value of the column with this name.
Said = Callable[[Any, str], str]

_WHOLE_FROM: Final = 10.0  # decimals tell something of a share, little of metres
_UNGROUPED: Final = frozenset({"year", "employees_year", "adopted", "seq"})  # numbers that name


def heading(column: str) -> str:
    """Return what people call a column; one of the reader's own is called as in the file."""
    said = t(f"column.{column}")
    return column if said == f"column.{column}" else said


def of(pack: Pack, codebook: Iterable[Column]) -> Said:
    """Return what says the values of a layer of the pack, or of a result from it."""
    codes = {column.name: column.codes for column in codebook}
    return lambda value, column: _said(pack, value, column, codes.get(column, {}))


def formats(rows: pd.DataFrame, said: Said) -> dict[str, Callable[[Any], str]]:
    """Return how each column of some rows is written."""
    return {str(name): _of_column(said, str(name)) for name in rows.columns}


def _of_column(said: Said, column: str) -> Callable[[Any], str]:
    return lambda value: said(value, column)


def _said(pack: Pack, value: Any, column: str, codes: Mapping[str, str]) -> str:  # noqa: ANN401  # any cell
    if pd.isna(value):
        return t("unknown")
    code = f"{value:g}" if isinstance(value, float) else str(value)
    if code in codes:
        # A number says nothing by itself, and a planner knows it: 1300 næringsbebyggelse.
        return f"{code} {codes[code]}" if code.isdigit() else codes[code]
    if isinstance(value, bool) or code in {"True", "False"}:
        return t("yes" if code == "True" else "no")
    if isinstance(value, str):
        return texts.of_pack(value, pack.directory)
    if column in _UNGROUPED:
        return code
    whole = abs(value) >= _WHOLE_FROM or value == int(value)
    return texts.num(value, 0 if whole else 2)
