"""The contract of the command line: exit 0, or 2 with one sentence; JSON and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from geo.__main__ import main
from tests.support.rows import rows
from tests.support.shapes import square

INSIDE = square(610_000, 6_640_000, side=1000)
REGIONAL = square(620_000, 6_640_000, side=1000)
SITE_INSIDE = square(610_100, 6_640_100, side=100)
SITE_REGIONAL = square(620_100, 6_640_100, side=100)
RULE_KEYS = {
    "jobs_total",
    "jobs_inside",
    "jobs_outside",
    "share",
    "share_low",
    "share_high",
    "headroom_outside",
    "heal_inside",
    "verdict",
}


@pytest.fixture(autouse=True)
def pack(tmp_path_factory, monkeypatch):
    directory = tmp_path_factory.mktemp("pakke")
    areas = {"area_id": ["i", "r"], "name": "A", "counts": [True, False], "illustrative": True}
    rows(INSIDE, REGIONAL, **areas).to_file(directory / "pack.gpkg", layer="growth_areas")
    projects = {"project_id": ["p", "q", "u"], "name": "P", "jobs": [80.0, 20.0, None]}
    effects = ["counts", "planned", "counts"]
    shapes = (SITE_INSIDE, SITE_REGIONAL, SITE_INSIDE)
    frame = rows(*shapes, effect=effects, **projects)
    frame.to_file(directory / "pack.gpkg", layer="projects")
    manifest = 'name = "Prøve"\nmunicipality_no = "3205"\n'
    (directory / "manifest.toml").write_text(manifest, encoding="utf-8")
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(directory))
    monkeypatch.delenv("NAERINGSAREAL_LANG", raising=False)
    return directory


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys, *arguments):
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_rule_gives_both_variants(capsys):
    result = document(capsys, "rule")
    assert set(result["gross"]) == set(result["with_regional_areas"]) == RULE_KEYS
    assert result["gross"]["share"] == pytest.approx(0.8)  # 80 inside of 100
    assert result["gross"]["verdict"] == "ikke oppfylt"
    assert result["with_regional_areas"]["share"] == 1
    assert result["target"] == 0.9
    assert result["sites"][0] == {"id": "p", "jobs": 80.0, "share_inside": 1.0}
    assert result["jobs_unknown"] == ["u"]
    assert result["badges"] == ["illustrative"]
    assert result["pack"]["name"] == "Prøve"
    assert len(result["pack"]["sha256"]) == 64


def test_planned_projects_can_be_left_out(capsys):
    assert document(capsys, "rule", "--adopted-only")["gross"]["jobs_total"] == 80


@pytest.mark.parametrize("target", ["0.8", "0,8"])
def test_the_target_can_be_chosen(capsys, target):
    result = document(capsys, "rule", "--target", target)
    assert result["target"] == 0.8
    assert result["gross"]["verdict"] == "oppfylt"


def test_the_rule_on_own_sites_and_areas(capsys, tmp_path):
    sites = tmp_path / "steder.csv"
    sites.write_text("id;øst;nord;arbeidsplasser\na;610150;6640150;9\nb;630000;6640000;1\n")
    areas = tmp_path / "omrader.geojson"
    rows(INSIDE, id="x").to_crs(4326).to_file(areas)
    result = document(capsys, "rule", "--sites", sites, "--growth-areas", areas)
    assert result["gross"]["share"] == pytest.approx(0.9)
    assert result["gross"]["verdict"] == "oppfylt"
    assert result["badges"] == []
    assert "EPSG:25832" in result["notes"][0]


def test_what_a_file_may_count_twice_is_told_and_counted(capsys, tmp_path):
    sites = tmp_path / "steder.csv"
    text = "navn;øst;nord;arbeidsplasser\nBerger;610150;6640150;40\nSum;610150;6640150;40\n"
    sites.write_text(text)
    result = document(capsys, "rule", "--sites", sites)
    assert result["gross"]["jobs_total"] == 80
    told = " ".join(result["notes"])
    assert "i samme punkt eller inne i hverandre: Berger + Sum." in told
    assert "Raden «Sum» er trolig summen av andre rader" in told


def test_a_site_across_the_border_is_told_and_counted_in_full(capsys, tmp_path, pack):
    known = {"municipality_no": "3205", "name": "Prøve"}
    rows(INSIDE, **known).to_file(pack / "pack.gpkg", layer="municipality")
    half = square(610_500, 6_640_000, side=1000)
    rows(half, id="stor", jobs=100).to_file(tmp_path / "steder.gpkg")
    result = document(capsys, "rule", "--sites", tmp_path / "steder.gpkg")
    assert result["gross"]["jobs_total"] == 100
    assert any("stor (50\xa0% utenfor)" in one for one in result["notes"])


def test_a_note_of_many_features_is_a_line_and_stands_whole_in_the_document(capsys, tmp_path):
    sites = tmp_path / "steder.csv"
    lines = [f"{name};610{at}50;6640150;1" for at, name in enumerate("aabbcc")]
    sites.write_text("\n".join(["id;øst;nord;arbeidsplasser", *lines]))
    for command in (("rule", "--sites"), ("screen",)):
        _, out, _ = run(capsys, *command, sites)
        told = [line for line in out.splitlines() if "er brukt på 2 objekter" in line]
        assert len(told) == 1
        assert told[0].endswith("Det samme gjelder 2 til: «b», «c».")
        notes = document(capsys, *command, sites)["notes"]
        assert sum("er brukt på 2 objekter" in one for one in notes) == 3


def test_the_rule_for_people(capsys):
    code, out, err = run(capsys, "rule")
    assert (code, err) == (0, "")
    assert "80,0\N{NO-BREAK SPACE}%" in out
    # The one without a number lies inside: what it brings could lift 80 % above the target.
    assert "Om regelen er oppfylt, kan ikke avgjøres" in out
    assert "1 sak kan ikke anslås:" in out
    assert "ikke oppfylt" not in out
    assert "illustrative avgrensninger" in out


@pytest.mark.parametrize("arguments", [("--lang", "en", "rule"), ("rule", "--lang=en")])
def test_english_before_and_after_the_command(capsys, arguments):
    assert "cannot be decided" in run(capsys, *arguments)[1]


def test_english_by_the_environment(capsys, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_LANG", "en")
    assert "cannot be decided" in run(capsys, "rule")[1]


def test_what_is_known_is_told_apart_from_what_is_estimated_and_what_is_neither(capsys):
    result = document(capsys, "rule")
    assert set(result["with_estimates"]) == {"gross", "with_regional_areas"}
    assert set(result["with_estimates"]["gross"]) == RULE_KEYS
    assert result["with_estimates"]["gross"]["verdict"] == "kan ikke avgjøres"
    (case,) = result["not_estimable"]
    assert (case["id"], case["inside"], case["reason"]) == ("u", True, "area_kind_unknown")
    assert set(case) >= {"id", "name", "zone", "site_area_m2", "inside"}


def test_estimates_can_be_left_out(capsys):
    bare, whole = document(capsys, "rule", "--no-estimates"), document(capsys, "rule")
    assert {"with_estimates", "not_estimable"}.isdisjoint(bare)
    assert bare["gross"] == whole["gross"]
    out = run(capsys, "rule", "--no-estimates")[1]
    assert "dette er ingen dom over regelen" in out
    assert "1 (u)" in out


def test_a_row_without_a_place_may_lie_on_either_side(capsys, tmp_path):
    sites = tmp_path / "steder.csv"
    sites.write_text("id;øst;nord;arbeidsplasser\na;610150;6640150;100\nb;;;500\n")
    areas = tmp_path / "omrader.geojson"
    rows(INSIDE, id="x").to_crs(4326).to_file(areas)
    result = document(capsys, "rule", "--sites", sites, "--growth-areas", areas)
    assert result["gross"]["jobs_inside"] == 100
    assert result["with_estimates"]["gross"]["verdict"] == "kan ikke avgjøres"
    (case,) = result["not_estimable"]
    assert (case["inside"], case["reason"]) == (None, "no_place")


def test_a_site_that_is_most_of_a_sum_needs_no_name(capsys, tmp_path):
    sites = tmp_path / "steder.csv"
    sites.write_text("id;øst;nord;arbeidsplasser\na;610150;6640150;100\n")
    areas = tmp_path / "omrader.geojson"
    rows(INSIDE, id="x").to_crs(4326).to_file(areas)
    result = document(capsys, "rule", "--sites", sites, "--growth-areas", areas)
    assert [(one["id"], one["share"]) for one in result["dominant"]] == [("a", 1)]
    assert "nan" not in run(capsys, "rule", "--sites", sites, "--growth-areas", areas)[1]


def test_sites_of_a_file_are_estimated_by_their_site_area(capsys, tmp_path):
    sites = tmp_path / "steder.csv"
    sites.write_text(
        "id;øst;nord;tomteareal;arealtype;type\n"
        "a;630000;6640000;10000;nytt;kontor\n"
        "b;630000;6640000;10000;omregulert;kontor\n"
        "c;630000;6640000;10000;noe annet;kontor\n"
    )
    result = document(capsys, "rule", "--sites", sites)
    (one,) = result["estimated"]
    assert one["id"] == "a"
    assert one["jobs_low"] == pytest.approx(10_000 * 0.25 / 28)
    assert one["jobs_high"] == pytest.approx(10_000 * 0.60 / 23)
    reasons = {case["id"]: case["reason"] for case in result["not_estimable"]}
    assert reasons == {"b": "reregulated", "c": "area_kind_unknown"}
    assert any("noe annet" in note for note in result["notes"])


def test_the_pack_tells_what_it_holds(capsys):
    result = document(capsys, "pack", "info")
    layers = {layer["name"]: layer for layer in result["layers"]}
    assert layers["growth_areas"]["features"] == 2
    assert layers["zones"]["features"] is None
    assert "mangler datagrunnlag" in run(capsys, "pack", "info")[1]
    assert document(capsys, "layers", "list")["layers"] == result["layers"]


def test_warnings_do_not_make_a_pack_wrong(capsys):
    code, out, err = run(capsys, "pack", "validate")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("Datapakken «Prøve» kan brukes")
    result = document(capsys, "pack", "validate")
    assert result["errors"] == 0
    assert result["warnings"] == len(result["findings"]) > 0


def test_errors_make_a_pack_wrong(capsys, pack):
    rows(None, SITE_INSIDE, station_id=["s", "t"], name="S").to_file(
        pack / "pack.gpkg", layer="stations"
    )
    code, out, err = run(capsys, "pack", "validate", "--json")
    assert code == 2
    assert len(err.splitlines()) == 1
    texts = [f["text"] for f in json.loads(out)["findings"] if f["severity"] == "error"]
    assert any("«togstasjoner» (stations)" in text and "«s»" in text for text in texts)


def test_a_layer_is_written_where_asked(capsys, tmp_path):
    target = tmp_path / "lag.geojson"
    code, out, err = run(capsys, "layers", "export", "growth_areas", "--out", target)
    assert (code, err) == (0, "")
    assert "Illustrativ" in out
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written["illustrative"] is True
    assert len(written["features"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--help"),
        (("tull",), "«tull»"),
        (("pack",), "--help"),
        (("pack", "tull"), "validate"),
        (("rule", "--tull"), "--tull"),
        (("rule", "--sites"), "--sites"),
        (("rule", "--target", "mye"), "«mye»"),
        (("rule", "--target", "2"), "0 og høyst 1"),
        (("rule", "--target", "nan"), "0 og høyst 1"),
        (("rule", "--sites", "borte.gpkg"), "borte.gpkg"),
        (("rule", "--growth-areas", "borte.gpkg"), "borte.gpkg"),
        (("rule", "--pack", "borte"), "borte"),
        (("layers", "export", "zones", "--out", "a.gpkg"), "zones"),
        (("layers", "export", "tull", "--out", "a.gpkg"), "growth_areas"),
        (("layers", "export", "growth_areas"), "--out"),
        (("layers", "export", "growth_areas", "--out", "a.tull"), ".gpkg"),
        (("layers", "export", "growth_areas", "--out", "a.geojson", "--crs", "25832"), "4326"),
        (("layers", "export", "growth_areas", "--out", "a.gpkg", "--crs", "x"), "EPSG"),
        (("rule", "--lang", "fr"), "«fr»"),
    ],
)
def test_what_is_wrong_is_one_line_and_code_2(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err


def test_the_module_runs_from_a_shell(pack):
    command = [sys.executable, "-m", "geo", "rule", "--json", "--pack", str(pack)]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603  # our own command
    assert done.stderr == ""
    assert json.loads(done.stdout)["gross"]["jobs_inside"] == 80


def test_a_file_that_is_no_pack_is_one_line_without_traceback(tmp_path):
    (tmp_path / "pack.gpkg").write_text("ikke en pakke")
    command = [sys.executable, "-m", "geo", "pack", "validate", "--pack", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [[], ["screen"], ["rule"], ["layers", "export"]])
def test_help_is_text_though_a_text_has_a_per_cent_sign(command, capsys):
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "option_strings" not in said
    assert "%%" not in said
    assert ("90 %-regelen" in said) == (command in ([], ["screen"]))
