"""The register by the command line and as files: what is internal never stands in what is not."""

from __future__ import annotations

import json
import zipfile

import openpyxl
import pyogrio
import pytest

from geo.__main__ import main
from geo.catalogue.results import product
from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.register.public import PUBLIC
from geo.register.store import Register
from geo.workspace import Workspace
from layers.publish.collections import select
from tests.support.errors import raising
from tests.support.ledgers import sqlite_url
from tests.support.reading import embedded

INTERNAL = "INTERNT-7391"
FORMULA = '=HYPERLINK("http://x","y")'
SITES = {"availability": "ledig", "internal_note": INTERNAL, "readiness_set": "regulert"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A published site and two that are not; one was published before, and has been changed."""
    at = sqlite_url(tmp_path_factory.mktemp("register") / "liste.sqlite")
    register = Register.open(at, embedded().municipality_no)
    by = {"author": INTERNAL, "reason": INTERNAL}
    zone = embedded().layer("zones").geometry.iloc[0].representative_point().buffer(50)
    values = SITES | {"readiness_reason": INTERNAL, "power_text": FORMULA}
    register.add(values | {"name": "Åpen tomt", "published": True}, zone, **by)
    register.add(values | {"name": f"{INTERNAL} tomt"}, zone, **by)
    register.add(values | {"name": "Var åpen", "published": True}, zone, **by)
    register.change(
        "var-apen", {"name": f"{INTERNAL} nå", "published": False}, base_revision=1, **by
    )
    register.close()
    return at


def run(capsys, *arguments):
    code = main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_list_has_all_sites_and_the_public_one_what_may_be_shown(capsys, url):
    code, out, _ = run(capsys, "register", "list", "--ledger", url, "--json")
    sites = json.loads(out)["sites"]
    assert (code, [one["site_id"] for one in sites]) == (
        0,
        ["apen-tomt", sites[1]["site_id"], "var-apen"],
    )
    assert "internt" not in sites[1]["site_id"]
    assert {one["internal_note"] for one in sites} == {INTERNAL}
    assert sites[0]["readiness_rule"] is None  # the embedded pack's plans are made up
    code, out, _ = run(capsys, "register", "list", "--ledger", url, "--json", "--public")
    (site,) = json.loads(out)["sites"]
    assert list(site) == list(PUBLIC)
    assert INTERNAL not in out
    _, out, _ = run(capsys, "register", "list", "--ledger", url)
    assert "apen-tomt: Åpen tomt, 7,8\u00a0daa, ledig. Klarhet: regulert (satt av kommunen)." in out


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "csv", "xlsx"])
@pytest.mark.parametrize("command", ["register", "layers"])
def test_no_file_for_others_holds_what_is_internal(capsys, url, tmp_path, ending, command):
    out = tmp_path / f"tomter.{ending}"
    asked = ["--ledger", url, "--out", out]
    more = ["export", "--public"] if command == "register" else ["export", "site_register"]
    code, said, err = run(capsys, command, *more, *asked)
    assert (code, err) == (0, "")
    held = "".join(text_of(path) for path in sorted(tmp_path.iterdir()))
    assert "Åpen tomt" in held
    assert INTERNAL not in held + said


def text_of(path):
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        values = [str(cell) for sheet in book for row in sheet.values for cell in row]
        with zipfile.ZipFile(path) as file:
            parts = [file.read(name).decode("utf-8", "replace") for name in file.namelist()]
        return "".join((*values, *parts))
    return path.read_bytes().decode("utf-8", "replace")


def test_the_file_for_those_who_keep_it_has_all_and_no_formula(capsys, url, tmp_path):
    code, _, _ = run(capsys, "register", "export", "--ledger", url, "--out", tmp_path / "a.xlsx")
    assert code == 0
    sheets = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert INTERNAL in {cell.value for cell in cells}
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert run(capsys, "register", "export", "--ledger", url, "--out", tmp_path / "a.gpkg")[0] == 0
    assert len(pyogrio.read_dataframe(tmp_path / "a.gpkg")) == 3


def test_what_is_published_is_the_published_site_alone(url, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, url)
    selected = select(embedded())
    by_name = {one.name: one for one in selected.collections}
    found = by_name["site_register"]
    assert found.frame["site_id"].tolist() == ["apen-tomt"]
    said = found.description(embedded(), "nb") + found.title("nb")
    assert INTERNAL not in said + "".join(one.frame.to_json() for one in selected.collections)
    assert "apen-tomt" in found.frame.to_json()


def test_without_published_sites_there_is_no_such_layer(monkeypatch, tmp_path, capsys):
    at = sqlite_url(tmp_path / "tom.sqlite")
    Register.open(at, embedded().municipality_no).close()
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, at)
    selected = select(embedded())
    assert "site_register" not in {one.name for one in selected.collections}
    assert "site_register" not in selected.missing
    with raising("error.missing_layer"):
        product(Workspace(pack=embedded()), "site_register")
    code, out, _ = run(capsys, "register", "list")
    assert (code, out) == (0, "Ingen tomter er ført inn.\n")
    code, _, err = run(capsys, "register", "list", "--ledger", "sqlite:////finnes/ikke.sqlite")
    assert code == 2
    assert "Traceback" not in err
