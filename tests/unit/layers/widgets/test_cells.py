"""The cells of a table as they read: what Streamlit's own function makes of them, only faster."""

from __future__ import annotations

from enum import Enum

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from streamlit.elements.lib import pandas_styler_utils

from layers.widgets import cells, tables


class Light(Enum):
    RED = "rødt"


def table(rows):
    return pd.DataFrame(
        {
            "navn": [f"Sone {row}" for row in range(rows)],
            "daa": [None if row % 3 else row * 1000.5 for row in range(rows)],
            "lys": [Light.RED] * rows,
            "jobber": pd.array([None if row % 2 else row for row in range(rows)], dtype="Int64"),
        },
        index=[f"z{row}" for row in range(rows)],
    )


def translated(styler):
    styler.set_uuid("t")
    styler._compute()
    return styler._translate(sparse_index=False, sparse_cols=False)


def test_it_is_what_streamlit_uses():
    assert tables.cells is cells
    assert pandas_styler_utils._use_display_values is cells.as_read


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_cells_read_as_streamlit_has_them(rows):
    frame = table(rows)
    styles = translated(frame.style.format({"daa": "{:.1f} daa".format, "jobber": str}))
    assert_frame_equal(cells.as_read(frame, styles), cells._PLAIN(frame, styles))


def test_a_table_with_hidden_rows_is_left_to_streamlit():
    frame = table(4)
    styles = translated(frame.style.hide(["z1"]))
    assert_frame_equal(cells.as_read(frame, styles), cells._PLAIN(frame, styles))
