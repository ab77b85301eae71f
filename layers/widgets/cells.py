"""What Streamlit takes longest over in a table: the cells as they read, put together by column."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import TYPE_CHECKING, Any

import pandas as pd
from streamlit.elements.lib import pandas_styler_utils

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

_PLAIN = pandas_styler_utils._use_display_values  # noqa: SLF001  # there is no other way in


def as_read(df: DataFrame, styles: Mapping[str, Any]) -> DataFrame:
    """
    Return a table's cells as they read, as Streamlit's own function does.

    That one writes them over the values, in pandas' own strings: three quarters of the time of a
    table, and tables are a third of a page. What it alone can do, as a table with hidden cells, is
    left to it.

    Parameters
    ----------
    styles
        What `pandas.io.formats.style.Styler._translate` returns.
    """
    written: dict[int, dict[int, str]] = defaultdict(dict)
    for row in styles.get("body", []):
        for cell in row:
            place = str(cell.get("id", ""))
            if not place.startswith("row"):
                continue
            number, _, column = place.removeprefix("row").partition("_col")
            read = cell.get("display_value")
            written[int(column)][int(number)] = str(read.value if isinstance(read, Enum) else read)
    rows, columns = df.shape
    if set(written) != set(range(columns)) or any(len(one) != rows for one in written.values()):
        return _PLAIN(df, styles)
    cells = {column: [written[column][row] for row in range(rows)] for column in range(columns)}
    return pd.DataFrame(cells, index=df.index, dtype=str).set_axis(df.columns, axis=1)


def use() -> None:
    """Let Streamlit put cells together so."""
    pandas_styler_utils._use_display_values = as_read  # noqa: SLF001
