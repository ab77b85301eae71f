"""Municipalities as a file: the figures of the screen, what they rest on, and nothing that runs."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pandas as pd

from geo import i18n
from geo.comparison.export import content
from geo.formats.write import as_file
from tests.support import compared

HOSTILE = "=HYPERLINK(1)"


def county():
    return compared.summary(
        compared.row("9901", name=HOSTILE, synthetic_layers="parcels"),
        compared.row("9902", reserve_m2=90_000.0, inhabitants=None),
        compared.row("9903", status="unknown", reason="borte"),
        run={"source": "Fylket", "licence": "NLOD"},
    )


def test_geojson_has_figures_places_and_what_they_rest_on():
    file = as_file(content(county(), "reserve_m2", ("standard",), "nb"), "kommuner.geojson")
    found = json.loads(file.data)
    assert (found["source"], found["licence"], found["synthetic"]) == ("Fylket", "NLOD", True)
    assert found["parameters"] == "standard"
    first, second, third = (one["properties"] for one in found["features"])
    assert (first["place"], first["place_first"], first["place_last"]) == (2, 2, 3)
    assert (first["place_best"], first["place_worst"], third["place_best"]) == (2, 2, None)
    assert (first["figure_is"], third["figure_is"]) == ("whole", None)
    assert second["reserve_m2"] == 90_000
    assert second["reserve_m2_per_inhabitant"] is None
    assert third["reserve_m2"] is None
    assert third["status"] == "unknown"
    assert third["reason"] == "borte"
    told = {one["column"]: one["meaning"] for one in found["codebook"]}
    assert set(told) == set(first)
    for language in i18n.LANGUAGES:
        assert {f"comparison_column.{name}" for name in told} <= set(i18n.texts(language))


def test_a_table_runs_nothing_and_has_the_badge_on_every_row():
    file = as_file(content(county(), "reserve_m2", ("standard",), "nb"), "kommuner.csv")
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        table = pd.read_csv(io.BytesIO(archive.read("kommuner.csv")))
    assert table["name"].iloc[0] == f"'{HOSTILE}"
    assert table["synthetic"].all()
    assert table["reserve_m2"].isna().tolist() == [False, False, True]


def test_a_workbook_has_every_set():
    rows = [compared.row(parameter_set=name) for name in ("standard", "trangt")]
    made = content(compared.summary(*rows), "share", ("standard", "trangt"), "en")
    book = openpyxl.load_workbook(io.BytesIO(as_file(made, "kommuner.xlsx").data))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    at = heads.index("parameter_set")
    assert [row[at].value for row in sheet.iter_rows(min_row=2)] == ["standard", "trangt"]
