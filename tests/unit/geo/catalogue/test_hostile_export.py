"""A pack that means harm, taken out in every format: whole, and nothing in it runs."""

from __future__ import annotations

import csv

import openpyxl
import pyogrio
import pytest

from geo.catalogue import selection
from geo.catalogue.qgis import together_as_file
from geo.catalogue.results import everything
from geo.formats import write
from geo.pack import location
from geo.workspace import Workspace
from tests.support import hostile_pack, nasty

RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """Every layer and result of the pack, as its file would hold it."""
    folder = tmp_path_factory.mktemp("hostile") / "pack"
    hostile_pack.write(folder)
    pack = location.read_at(folder)
    return [
        (entry, selection.content(found, pack, "nb"))
        for entry, found in everything(Workspace(pack=pack))
    ]


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("ending", write.FORMATS)
def test_every_layer_goes_out_in_every_format(ending, contents, tmp_path):
    for entry, content in contents:
        path = tmp_path / f"{entry.name}{ending}"
        write.export_content(content, path)
        assert path.stat().st_size


def test_no_cell_of_a_table_is_a_formula(contents, tmp_path):
    told = set()
    for entry, content in contents:
        path = tmp_path / f"{entry.name}.csv"
        write.export_content(content, path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [one for one in cells if one.startswith(RUNS) and not is_number(one)] == []
        told |= set(cells)
        path = tmp_path / f"{entry.name}.xlsx"
        write.export_content(content, path)
        for sheet in openpyxl.load_workbook(path):
            assert not [
                one for row in sheet for one in row if one.data_type == "f" or one.hyperlink
            ]
    assert {nasty.HTML, "'@SUM(7351)", "{% raw %}{{ broken"} <= told


def test_all_in_one_file_is_text_for_qgis(contents, tmp_path):
    path = tmp_path / "alt.gpkg"
    path.write_bytes(together_as_file(contents, path.name, crs="EPSG:25832").data)
    told = set()
    for layer, _ in pyogrio.list_layers(path):
        frame = pyogrio.read_dataframe(path, layer=layer)
        told |= set(frame["name"]) if "name" in frame else set()
    assert told & {nasty.HTML, nasty.SCRIPT, nasty.ATTRIBUTE}
