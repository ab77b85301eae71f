"""Small tables as HTML: what stands in them is data, whoever wrote it."""

from __future__ import annotations

import math

import pandas as pd

from layers.widgets import html_tables
from tests.support.html_tables import read

TABLE = pd.DataFrame(
    {
        "Sak": ["<img src=x onerror=alert(1)>", 'Nord" onclick="x'],
        "Areal (daa)": [1.5, math.nan],
        "Merknad & mer": ["<b>fet</b>", ""],
    }
)


def written(**options):
    formats = {"Areal (daa)": lambda daa: f"{daa:.1f}".replace(".", ",")}
    return html_tables.written(TABLE, formats, caption='"><script>', missing="ukjent", **options)


def test_nothing_from_a_file_becomes_markup():
    body = written()
    for tag in ("<img", "<b>", "<script", 'Nord" onclick'):
        assert tag not in body
    table = read(body)
    assert list(table["Sak"]) == list(TABLE["Sak"])
    assert list(table["Merknad & mer"]) == ["<b>fet</b>", "ukjent"]


def test_cells_read_as_they_are_to_be_written_and_unknown_is_a_word():
    assert list(read(written())["Areal (daa)"]) == ["1,5", "ukjent"]


def test_the_first_cell_of_a_row_names_it_and_each_other_its_column():
    body = written()
    assert body.count('scope="row"') == len(TABLE)
    assert body.count('scope="col"') == len(TABLE.columns)
    assert body.count('data-label="Merknad &amp; mer"') == len(TABLE)


def test_long_texts_stand_below_their_row_with_what_they_are():
    body = written(below=["Merknad & mer"])
    assert list(read(body).columns) == ["Sak", "Areal (daa)"]
    assert body.count('colspan="2"') == len(TABLE)
    assert "Merknad &amp; mer: &lt;b&gt;fet&lt;/b&gt;" in body
