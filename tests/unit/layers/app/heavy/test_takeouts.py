"""Files made in a process are those that the server would have made."""

import io
import json
from dataclasses import replace

import openpyxl
import pyogrio
import pytest

from geo.catalogue import entries, selection
from geo.catalogue.results import product
from geo.formats import write
from geo.jobs import norm_table
from geo.land import table as land_table
from geo.ledger import export
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.schema.layers import CRS
from geo.screening import present
from geo.screening.screen import screen
from geo.transport import corridor
from geo.workspace import Workspace
from layers.app.heavy import takeouts, work
from tests.support.exchanging import ORIGIN, state

LONG_S = 120.0


@pytest.fixture(scope="module")
def desk():
    return Workspace(pack=read_pack(DEFAULT_PACK))


def done(pool, one):
    with pool.asked(one) as job:
        assert job.wait(LONG_S)
        return job.value()


def here(one):
    """What the server makes itself, and the shares that it tells on the way."""
    shares = []
    (made,) = one.task(lambda done, total: shares.append(done / total), *one.args)
    return made, shares


def wanted(name, crs=CRS):
    return takeouts.Wanted(name=name, language="nb", crs=crs, width_m=corridor.WIDTH_M)


@pytest.mark.parametrize("name", ["parcels", "reserve_plots"])
def test_a_layer(pool, desk, name):
    asked = wanted(f"{name}.geojson", "EPSG:4326")
    found = done(pool, takeouts.layer(work.desk_at(desk, "own"), name, asked, (name,)))
    content = selection.content(product(desk, name), desk.pack, "nb")
    assert found == write.as_file(content, asked.name, crs=asked.crs)
    same, shares = here(takeouts.layer(desk, name, asked, (name,)))
    assert same == found
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_all_layers(pool, desk, tmp_path):
    asked = wanted("alt.gpkg")
    found = done(pool, takeouts.everything(work.desk_at(desk, "own"), asked, ("all",)))
    same, shares = here(takeouts.everything(desk, asked, ("all",)))
    assert (found.name, found.mime) == (same.name, same.mime)
    paths = [tmp_path / name for name in ("process.gpkg", "server.gpkg")]
    for path, file in zip(paths, (found, same), strict=True):
        path.write_bytes(file.data)
    one, other = (pyogrio.list_layers(path).tolist() for path in paths)
    assert one == other
    there = {entry.name for entry in entries.entries() if entry.missing(desk.pack) is None}
    assert len(one) >= len(there)
    assert shares == sorted(shares)


def test_many_screened_sites(pool, desk, monkeypatch):
    monkeypatch.setattr(takeouts, "BATCH", 2)
    plots = desk.pack.layer("parcels").iloc[:5].reset_index(drop=True)
    found = screen(desk.context, plots.rename(columns={"parcel_id": "id"}))
    origin = present.provenance(desk.context, found, "en")
    asked = takeouts.screened(found, "steder.geojson", origin, desk.context.crs, "en")
    made = done(pool, asked)
    assert made.data == present.as_bytes(found, desk.context, ".geojson", "en")
    assert [one["properties"]["id"] for one in json.loads(made.data)["features"]] == [
        str(name) for name in plots["parcel_id"]
    ]
    same, shares = here(asked)
    assert same == made
    assert shares == sorted(shares)


@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_rows_of_a_page(pool, desk, ending):
    land = desk.usual_land
    rows, norms = land.plots, norm_table(desk.norms)
    origin = land_table.provenance(desk.pack, land.rules, norms)
    made = done(pool, takeouts.frame(rows, f"tomter{ending}", origin))
    assert made.data == write.as_bytes(rows, ending, provenance=origin)


def test_the_list_of_projects(pool):
    listed = state({"jobs": 10}, {"jobs": 20})
    made = done(pool, takeouts.listed(listed, (), ORIGIN, "prosjekter.xlsx", "nb"))
    expected = export.xlsx_bytes(listed, (), ORIGIN, language="nb")
    assert sheets(made.data) == sheets(expected)


def sheets(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}


def test_the_same_entry_of_another_ledger_is_another_list():
    def key(origin):
        return takeouts.listed(state({"jobs": 10}), (), origin, "prosjekter.xlsx", "nb").key

    assert key(ORIGIN) == key(replace(ORIGIN))
    assert key(ORIGIN) != key(replace(ORIGIN, municipality="Annen (0000)"))
