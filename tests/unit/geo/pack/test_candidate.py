"""A file on its way into a layer: what is found in it names the row where a person finds it."""

from __future__ import annotations

import re

import pytest

from geo.intake.sites import open_sites, read_layer
from geo.pack.candidate import Nature, candidate
from geo.pack.mapping import guess
from tests.support.reading import embedded
from tests.support.spreadsheets import ods

# Two bow-ties, one row without a place, one blank row: what is wrong is in rows 3, 5 and 6.
TIE = "POLYGON ((614000 6647000, 614100 6647100, 614100 6647000, 614000 6647100, 614000 6647000))"
CELLS = [
    ["navn", "wkt"],
    ["Hel", "POLYGON ((614000 6647000, 614100 6647000, 614100 6647100, 614000 6647000))"],
    ["Borte", ""],
    [],
    ["Ene", TIE],
    ["Andre", TIE],
]


def as_csv(folder):
    path = folder / "a.csv"
    path.write_text("\n".join(";".join(row) for row in CELLS), encoding="utf-8")
    return path


def as_workbook(folder):
    path = folder / "a.ods"
    path.write_bytes(ods(Ark1=CELLS))
    return path


def rows_named(findings):
    said = " ".join(one.say("nb") for one in findings)
    return {int(row) for row in re.findall(r"rad (\d+)", said)}


@pytest.mark.parametrize("written", [as_csv, as_workbook])
def test_a_layer_and_sites_name_the_same_rows_of_a_file(written, tmp_path):
    path = written(tmp_path)
    pack = embedded()
    frame = read_layer(path, crs="25832")
    new = candidate("zones", frame, guess("zones", frame), pack, Nature.OWN)
    by_feature = {new.rows[one.feature] for one in new.findings if one.feature in new.rows}
    sites = open_sites(path, crs="25832").attrs["assumptions"]
    assert rows_named(sites) == {3, 5, 6}
    assert by_feature | rows_named(new.findings) == {3, 5, 6}
