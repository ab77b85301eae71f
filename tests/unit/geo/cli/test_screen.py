"""The contract of `python -m geo screen`: keys, values, files, one sentence of refusal."""

from __future__ import annotations

import json
import sys

import geojson_validator
import geopandas as gpd
import pandas as pd
import pytest
from pypdf import PdfReader

from geo.__main__ import main
from geo.intake.sites import open_sites
from geo.pack.location import read_current
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.screen import screen
from geo.workspace import Workspace
from tests.support.packs import changed_pack

PROMISED = [
    "id",
    "area_m2",
    "municipality_no",
    "zones",
    "growth_share",
    "constraints",
    "nearest_station",
    "jobs",
    "abc_fit",
    "rule_before",
    "rule_after",
    "verdict",
    "text",
]
RESULT_KEYS = [
    "jobs_total",
    "jobs_inside",
    "jobs_outside",
    "share",
    "share_low",
    "share_high",
    "headroom_outside",
    "heal_inside",
    "verdict",
]
CENTRE = {"type": "Point", "coordinates": [11.0525, 59.9550]}  # by Lillestrøm stasjon
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[11.0, 59.99], [11.01, 59.99], [11.01, 60.0], [11.0, 60.0], [11.0, 59.99]]],
}


def write(path, *features):
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for geometry, properties in features
        ],
    }
    path.write_text(json.dumps(collection), encoding="utf-8")
    return str(path)


@pytest.fixture
def sites(tmp_path):
    return write(
        tmp_path / "steder.geojson",
        (CENTRE, {"id": "p", "navn": "<b>Sentrum</b>", "arbeidsplasser": 40, "type": "kontor"}),
        (SQUARE, {"id": "s", "navn": "=HYPERLINK(1)", "bra": 20_000, "type": "lager"}),
    )


def asked(capsys, *arguments):
    assert main(["screen", *arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def test_every_key_of_the_contract_is_there(sites, capsys):
    document = asked(capsys, sites)
    assert [one["id"] for one in document["sites"]] == ["p", "s"]
    for one in document["sites"]:
        assert [key for key in PROMISED if key not in one] == []
        assert list(one["constraints"]) == list(CONSTRAINT_KINDS)
        for constraint in one["constraints"].values():
            assert constraint["status"] in {"overlap", "clear", "not_mapped"}
            assert "m2" in constraint
        assert {"name", "distance_m"} <= set(one["nearest_station"])
        assert list(one["jobs"]) == ["low", "mid", "high"]
        for state in (one["rule_before"], one["rule_after"]):
            assert list(state) == ["gross", "with_regional_areas"]
            assert [list(result) for result in state.values()] == [RESULT_KEYS] * 2
        assert one["abc_fit"] in {"fits", "does_not_fit", "unknown"}
        assert one["verdict"] in {"grønt lys", "gult lys", "rødt lys", "ukjent", "usikker"}


def test_the_figures_are_those_of_the_places(sites, capsys):
    point, square = asked(capsys, sites)["sites"]
    assert point["area_m2"] is None
    assert point["growth_share"] == 1
    assert point["nearest_station"]["name"] == "Lillestrøm stasjon"
    assert point["zones"][0]["zone_id"] == "lillestrom-by"
    assert square["municipality_no"] == "3205"
    # 0.01° by 0.01° at 60° north: 111.4 km · 0.01 · 0.557 km … about 62 ha.
    assert square["area_m2"] == pytest.approx(557 * 1114, rel=0.01)
    assert square["jobs"]["low"] == pytest.approx(20_000 / 95)
    assert point["constraints"]["heritage"] == {
        "status": "not_mapped",
        "m2": None,
        "exclude_m2": None,
        "severity": None,
        "source": None,
        "mapped_share": None,
        "synthetic": True,  # the layer is made up
        "asked": True,
        "details": [],
        "details_more": 0,
        "beyond": [],
        "beyond_more": 0,
    }


def test_a_utilisation_gives_jobs_where_only_the_area_is_known(tmp_path, capsys):
    path = write(tmp_path / "s.geojson", (SQUARE, {"type": "lager"}))
    assert asked(capsys, path)["sites"][0]["jobs"]["mid"] is None
    found = asked(capsys, path, "--utilisation", "0,5")["sites"][0]
    assert found["jobs"]["low"] == pytest.approx(found["area_m2"] * 0.5 / 95)


def test_without_constraints_and_coverage_nothing_is_clear(sites, tmp_path, capsys):
    pack = changed_pack(tmp_path / "pakke", drop=("constraints", "constraint_coverage"))
    for one in asked(capsys, sites, "--pack", str(pack))["sites"]:
        assert {c["status"] for c in one["constraints"].values()} == {"not_mapped"}
        assert one["verdict"] != "grønt lys"


def test_people_are_told_in_their_language(sites, capsys):
    assert main(["screen", sites, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "<b>Sentrum</b>: " in said
    assert "The nearest station is Lillestrøm stasjon" in said
    assert (
        "Note: not assessed, for the data are made by a program and not measured: " in said
    )  # nothing is said to rest on synthetic data, since nothing does
    assert "the figures rest on synthetic data" not in said


def test_many_sites_are_counted_rather_than_told(tmp_path, capsys):
    path = write(tmp_path / "s.geojson", *[(CENTRE, {"id": str(n)}) for n in range(13)])
    assert main(["screen", path]) == 0
    assert "3 steder til" in capsys.readouterr().out
    assert len(asked(capsys, path)["sites"]) == 13


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".csv", ".fgb"])
def test_the_file_holds_every_site_with_provenance(ending, sites, tmp_path, capsys):
    out = tmp_path / f"ut{ending}"
    assert main(["screen", sites, "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    frame = pd.read_csv(out) if ending == ".csv" else gpd.read_file(out)
    assert sorted(frame["id"]) == ["p", "s"]
    assert set(frame["verdict"]) <= {"gult lys", "rødt lys", "ukjent", "usikker"}
    told = {one["id"]: one for one in asked(capsys, sites)["sites"]}
    for name in ("reserve_m2", "unknown_plots", "unaccounted_m2"):
        written = dict(zip(frame["id"], frame[name].astype(float), strict=True))
        wanted = {
            key: float("nan") if one[name] is None else one[name] for key, one in told.items()
        }
        assert written == pytest.approx(wanted, nan_ok=True)
    text = out.read_bytes()
    assert b"pack_sha256" in text
    assert b"m2_per_job.lager=70-95" in text


def test_a_formula_in_a_name_is_not_run_by_a_spreadsheet(sites, tmp_path):
    out = tmp_path / "ut.csv"
    assert main(["screen", sites, "--out", str(out)]) == 0
    assert pd.read_csv(out)["name"].tolist()[1] == "'=HYPERLINK(1)"


def test_without_the_library_for_reports_that_is_said(sites, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "geo.report.write", None)  # importing it fails
    assert main(["screen", sites, "--report", str(tmp_path / "r.pdf")]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)


def test_a_report_is_a_pdf(sites, tmp_path, capsys):
    path = tmp_path / "r.pdf"
    assert main(["screen", sites, "--report", str(path)]) == 0
    assert path.read_bytes().startswith(b"%PDF")
    assert str(path) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ingen.geojson"], "ingen.geojson"),
        ([], "FIL"),
        (["{sites}", "--utilisation", "mye"], "--utilisation"),
        (["{sites}", "--utilisation", "0"], "--utilisation"),
        (["{sites}", "--out", "ut.docx"], "ut.docx"),
        (["{sites}", "--pack", "ingen"], "ingen"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(arguments, said, sites, capsys):
    assert main(["screen", *(one.replace("{sites}", sites) for one in arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err
    assert "Traceback" not in captured.err


def turned(exported):
    """The same document with the ring of its polygon the wrong way round."""
    document = json.loads(json.dumps(exported))
    document["features"][1]["geometry"]["coordinates"][0].reverse()
    return document


def test_an_independent_validator_finds_the_exported_geojson_to_follow_rfc_7946(sites, tmp_path):
    out = tmp_path / "svar.geojson"
    assert main(["screen", sites, "--out", str(out)]) == 0
    exported = json.loads(out.read_text(encoding="utf-8"))
    assert geojson_validator.validate_structure(exported, check_crs=True) == {}
    assert geojson_validator.validate_geometries(exported)["invalid"] == {}
    # The validator would have said so.
    wrong = geojson_validator.validate_geometries(turned(exported))["invalid"]
    assert list(wrong) == ["exterior_not_ccw"]
    assert geojson_validator.validate_structure(exported | {"crs": {}}, check_crs=True) != {}


def test_a_site_has_the_calculation_id_of_the_page_and_of_its_pdf(capsys, tmp_path):
    path = tmp_path / "punkt.csv"
    path.write_text("lon;lat;arbeidsplasser\n11.05;59.96;40\n", encoding="utf-8")
    report = tmp_path / "ut.pdf"
    assert main(["screen", str(path), "--json", "--report", str(report)]) == 0
    (site,) = json.loads(capsys.readouterr().out)["sites"]
    workspace = Workspace.of(read_current())
    (screening,) = screen(workspace.context, open_sites(path))
    assert site["calculation_id"] == workspace.screening_id(screening)
    said = "".join(page.extract_text() for page in PdfReader(report).pages)
    assert site["calculation_id"] in said
