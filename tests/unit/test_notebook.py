"""The notebook runs from top to bottom, and its key figures are those of the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs/notebook.ipynb"
# Written into a last cell, so that what the notebook found comes out as one line.
FOUND = """
import json
print(json.dumps({
    "reserve_daa": reserve_daa, "densification_m2": densification_m2, "error": error,
    "low": result.share_low, "high": result.share_high, "verdict": result.verdict.value,
    "headroom": headroom, "heal": heal, "light": found.light.value, "area_m2": found.area_m2,
    "jobs": [found.jobs.low, found.jobs.mid, found.jobs.high],
    "site": site.to_crs(4326).to_json(), "written": written["features"][0]["properties"]["area_m2"],
}))
"""


def asked(*words):
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "geo", *map(str, words), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The notebook as a reader runs it, from its own folder; returns cells and what they found."""
    read = nbformat.read(NOTEBOOK, as_version=4)
    read.cells.append(nbformat.v4.new_code_cell(FOUND))
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(home / name.lower()))
        client = NotebookClient(
            read,
            timeout=120,
            kernel_name="python3",
            resources={"metadata": {"path": NOTEBOOK.parent}},
        )
        client.execute(env=dict(os.environ))
    return read.cells, json.loads(read.cells[-1].outputs[0].text)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_its_land_account_is_that_of_the_command_line(ran):
    _, found = ran
    zones = asked("reserve")["zones"]
    assert found["reserve_daa"] == pytest.approx(sum(one["reserve_m2"] for one in zones) / 1000)
    known = [one["densification_bra_m2"] or 0 for one in zones]
    assert found["densification_m2"] == pytest.approx(sum(known))
    assert abs(found["error"]) < 1


def test_its_rule_is_that_of_the_command_line(ran):
    _, found = ran
    rule = asked("rule")["with_estimates"]["gross"]
    assert found["low"] == pytest.approx(rule["share_low"])
    assert found["high"] == pytest.approx(rule["share_high"])
    assert found["verdict"] == rule["verdict"]
    assert found["headroom"] == pytest.approx(rule["headroom_outside"])
    assert found["heal"] == pytest.approx(rule["heal_inside"])


def test_its_site_is_screened_as_by_the_command_line(ran, tmp_path):
    _, found = ran
    file = tmp_path / "sted.geojson"
    file.write_text(found["site"], encoding="utf-8")
    [site] = asked("screen", file)["sites"]
    assert site["verdict"] == found["light"]
    assert site["area_m2"] == pytest.approx(found["area_m2"], rel=1e-4)
    assert found["written"] == pytest.approx(found["area_m2"], abs=1)
    assert [site["jobs"][end] for end in ("low", "mid", "high")] == pytest.approx(found["jobs"])


def test_every_cell_says_something_and_nothing_is_stored_with_it(ran):
    cells, _ = ran
    assert all(
        cell.outputs for cell in cells[1:] if cell.cell_type == "code" and "print" in cell.source
    )
    stored = nbformat.read(NOTEBOOK, as_version=4).cells
    assert all(not one.get("outputs") and one.get("execution_count") is None for one in stored)
