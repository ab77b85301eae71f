"""Small tables as HTML: cells wrap, so that all columns are seen; on a phone each row is a card."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.formats import csv_table
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pandas import DataFrame

MOST_ROWS: Final = 30  # a longer table is for `tables.show`, which scrolls and sorts
LONG: Final = 40  # characters; a longer text has a line of its own on a card


def show(
    table: DataFrame,
    formats: Mapping[str, Callable[[Any], str]],
    *,
    caption: str,
    missing: str | None = None,
    below: Sequence[str] = (),
    ends: Sequence[str] = (),
    file: str | None = None,
) -> None:
    """
    Show a table of a few rows with nothing cut off.

    Parameters
    ----------
    formats
        How the cells of a column are written; such columns stand to the right, as numbers do.
    caption
        What the table is of, for whoever does not see what stands around it.
    missing
        What stands in an empty cell, which is else unknown.
    below
        Columns of long texts, which stand in a line under each row, with what they are.
    ends
        Columns that end a line on a card, which has room for three.
    file
        Name of the table as a file without ending, where it is to be downloaded.
    """
    st.html(
        written(
            table,
            formats,
            caption=caption,
            missing=missing or t("unknown"),
            below=below,
            ends=ends,
        )
    )
    if file is not None:
        st.download_button(
            t("table.csv"),
            data=partial(csv_table.as_bytes, table),
            file_name=f"{file}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            key=f"{file}_csv",
            on_click="ignore",
        )


def written(
    table: DataFrame,
    formats: Mapping[str, Callable[[Any], str]],
    *,
    caption: str,
    missing: str,
    below: Sequence[str] = (),
    ends: Sequence[str] = (),
) -> str:
    """Return the HTML; everything in it is escaped, since names come from files."""
    names = [str(name) for name in table.columns if name not in below]
    # With the roles said: as cards the rows are no table to the browser.
    heads = "".join(
        f'<th role="columnheader" scope="col"{_class(number=name in formats)}>'
        f"{html.escape(name)}</th>"
        for name in names
    )
    led = ' class="led"' if below else ""
    rows = "".join(
        f'<tr role="row"{led}>{_cells(names, row, formats, missing, ends)}</tr>'
        + (_below(below, row, len(names)) if below else "")
        for row in table.to_dict("records")
    )
    said = html.escape(caption, quote=True)
    return (
        f'<div class="rows" role="region" aria-label="{said}" tabindex="0">'
        f'<table role="table"><caption>{html.escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _cells(
    names: Sequence[str],
    row: Mapping[Any, Any],
    formats: Mapping[str, Callable[[Any], str]],
    missing: str,
    ends: Sequence[str],
) -> str:
    cells: list[str] = []
    for name in names:
        text = missing if _empty(row[name]) else formats.get(name, str)(row[name])
        said = html.escape(text)
        if not cells:
            cells.append(f'<th role="rowheader" scope="row">{said}</th>')
            continue
        kind = _class(number=name in formats, long=len(text) > LONG, ends=name in ends)
        label = html.escape(name, quote=True)
        cells.append(f'<td role="cell" data-label="{label}"{kind}>{said}</td>')
    return "".join(cells)


def _below(names: Sequence[str], row: Mapping[Any, Any], width: int) -> str:
    said = " · ".join(
        html.escape(f"{name}: {row[name]}") for name in names if not _empty(row[name])
    )
    return f'<tr role="row" class="below"><td role="cell" colspan="{width}">{said}</td></tr>'


def _empty(value: Any) -> bool:  # noqa: ANN401  # any cell
    return bool(pd.isna(value)) or value == ""


def _class(*, number: bool, long: bool = False, ends: bool = False) -> str:
    held = {"number": number, "long": long, "ends": ends}
    names = " ".join(name for name, holds in held.items() if holds)
    return f' class="{names}"' if names else ""
