"""A GeoPackage that is open in QGIS: changes lie in a file beside it until it is closed."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile

import pytest

from geo.intake.sites import open_sites
from geo.pack.read import layers_in_file
from tests.support.rows import rows
from tests.support.shapes import square

X, Y = 613_800, 6_649_900


@pytest.fixture
def in_use(tmp_path):
    """A GeoPackage with one site, and a second that is not yet saved into it."""
    made = tmp_path / "qgis" / "pack.gpkg"
    made.parent.mkdir()
    rows(square(X, Y), square(X + 200, Y, side=50), id=["a", "b"]).to_file(made, layer="tomter")
    database = sqlite3.connect(made)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 0")
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        database.execute(f'DROP TRIGGER "{trigger}"')
    database.commit()
    database.execute("CREATE TABLE apart AS SELECT * FROM tomter WHERE id = 'b'")
    database.execute("DELETE FROM tomter WHERE id = 'b'")
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("INSERT INTO tomter SELECT * FROM apart")
    database.commit()
    copy = tmp_path / "hjemme" / "pack.gpkg"
    copy.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(f"{made}{ending}", f"{copy}{ending}")
    database.close()
    return copy


def msgids(sites):
    return [one.msgid for one in sites.attrs["assumptions"]]


def test_changes_beside_a_file_are_read_with_it_and_left_as_they_are(in_use):
    wal = in_use.with_name("pack.gpkg-wal")
    before = in_use.read_bytes(), wal.read_bytes()
    sites = open_sites(in_use, layer="tomter")
    assert sites.area.tolist() == [10_000, 2_500]
    assert msgids(sites) == []
    assert (in_use.read_bytes(), wal.read_bytes()) == before


def test_changes_beside_a_file_in_a_zip_are_read_with_it(in_use, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in in_use.parent.iterdir():
            archive.write(file, f"mappe/{file.name}")
    sites = open_sites(tmp_path / "a.zip", layer="tomter")
    assert sites.area.tolist() == [10_000, 2_500]
    assert msgids(sites) == []


def test_a_file_that_was_uploaded_alone_may_lack_changes(in_use, tmp_path):
    sites = open_sites(in_use.read_bytes(), "tomter.gpkg", layer="tomter")
    assert sites.area.tolist() == [10_000]
    assert msgids(sites) == ["finding.changes_apart"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(in_use, "tomter.gpkg")
    assert msgids(open_sites(tmp_path / "a.zip", layer="tomter")) == ["finding.changes_apart"]


def test_a_file_that_keeps_no_changes_apart_is_told_nothing_of(tmp_path):
    rows(square(X, Y), id="a").to_file(tmp_path / "a.gpkg")
    assert msgids(open_sites((tmp_path / "a.gpkg").read_bytes(), "a.gpkg")) == []


def test_a_pack_is_read_with_the_changes_beside_it(in_use):
    assert len(layers_in_file(in_use.parent)["tomter"]) == 2
