"""The contract of `python -m geo search`: keys, hits, files, and one sentence of refusal."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import pytest
import shapely

from geo.__main__ import main
from geo.pack.read import DEFAULT_PACK, FILE
from geo.register.store import Register
from geo.schema.kinds import REQUIRED
from geo.schema.layers import CONSTRAINT_KINDS
from tests.support.packs import changed_pack
from tests.support.reading import read_once
from tests.support.searching import layers

HIT_KEYS = {
    *("rank", "id", "kind", "zone_id", "zone_name", "abc", "parcel_ids", "plots", "area_m2"),
    *("allowed_bra_m2", "synthetic", "station", "station_m", "network_m", "road", "road_m"),
    *("growth_share", "growth_share_regional", "corridor_share", "constrained_share"),
    *("abc_fit", "jobs_low", "jobs_high", "score", "terms", "constraints", "unknown"),
    *("network_basis", "cut", "part_area_m2", "rest_m2", "rest_parts"),
    *("plan", "case", "case_share", "use", "use_share", "left_out"),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    directory = tmp_path_factory.mktemp("pakke")
    for name, frame in layers().items():
        frame.to_file(directory / FILE, layer=name)
    manifest = 'name = "Prøve"\nmunicipality_no = "3205"\n[layers.parcels]\nsource = "Tegnet"\n'
    (directory / "manifest.toml").write_text(manifest, encoding="utf-8")
    with read_once([directory]):  # no test changes it
        yield directory


@pytest.fixture(autouse=True)
def pack(small, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(small))
    monkeypatch.delenv("NAERINGSAREAL_LANG", raising=False)


def run(capsys, *arguments):
    code = main(["search", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys, *arguments):
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def plots(found):
    return [hit["parcel_ids"] for hit in found["hits"]]


# The account's usual rules take 15 m around the one building, and nothing else here.


@pytest.mark.parametrize(("flood_class", "found"), [("F1", True), ("F2", True), ("F3", False)])
def test_flood_is_avoided_by_the_class_asked_for(capsys, flood_class, found):
    asked = ("--min-daa", 5, "--avoid", "flood", "--flood-class", flood_class)
    answer = document(capsys, *asked)
    assert answer["flood_class"] == flood_class
    assert bool(answer["hits"]) == found  # the pack names no interval: it says nothing of F3
    assert bool(answer["not_known"]) or found
    assert any(f"sikkerhetsklasse {flood_class} (TEK17" in note for note in answer["notes"])


def test_a_kind_that_is_found_and_mapped_nowhere_is_excluded_too(capsys):
    """Official farmland and heritage are so, and every flood for a class that is not mapped."""
    asked = ("--min-daa", 9.9, "--exclude-constraints", "--flood-class", "F3")
    strict = document(capsys, *asked)
    assert "flood" in strict["wish"]["avoid"]
    assert strict["hits"] == []  # none of it is mapped for F3
    found = document(capsys, *asked, "--accept-unknown")
    assert sorted(plots(found)) == [["1/1", "1/2"], ["1/3"]]  # 2/2 lies in the flood
    assert any("flom" in note and "der ingenting er funnet" in note for note in found["notes"])


def test_a_class_that_there_is_not_is_one_sentence(capsys):
    code, _, err = run(capsys, "--min-daa", 5, "--flood-class", "F4")
    assert code == 2
    assert "F1" in err
    assert err.count("\n") == 1


def test_the_document_has_the_keys_that_others_script_against(capsys):
    found = document(capsys, "--min-daa", 30)
    assert set(found) == {
        *("hits", "candidates", "more", "not_known", "relax", "wish", "score"),
        *("pack", "projects", "badges", "notes", "flood_class"),
        *("left_out", "distance", "road_network"),
    }
    (hit,) = found["hits"]
    assert set(hit) == HIT_KEYS
    assert (hit["rank"], hit["parcel_ids"], hit["zone_id"]) == (1, ["2/2"], "o")
    assert hit["area_m2"] == pytest.approx(40_000)
    assert set(hit["constraints"]) == set(CONSTRAINT_KINDS)
    assert hit["constraints"]["flood"] == {
        "status": "overlap",
        "m2": pytest.approx(10_000),
        "synthetic": False,
    }
    assert hit["constraints"]["heritage"] == {
        "status": "not_mapped",
        "m2": None,
        "synthetic": False,
    }
    assert hit["terms"]["size"] == pytest.approx(0.75)
    assert hit["terms"]["growth"] is None  # not asked for
    assert (found["more"], found["relax"]) == (False, [])


def test_the_document_says_what_it_rests_on(capsys):
    found = document(capsys, "--min-daa", 5, "--max-road-m", 200, "--weight", "road=2")
    assert found["badges"] == ["illustrative", "synthetic"]
    assert found["pack"]["name"] == "Prøve"
    assert found["wish"]["max_road_m"] == 200
    assert found["wish"]["weights"]["road"] == 2
    assert found["score"]["weights"] == {"size": 1, "station": 1, "road": 2, "constraints": 1}
    assert found["score"]["source"] == "vår antakelse"
    assert any("kulturminner" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("options", "truth"),
    [
        (["--max-daa", 10], [["1/4"], ["1/3"]]),
        (["--rectangle", "190x150"], [["2/2"]]),
        (["--rectangle", "190,5 × 99,5", "--zone", "vestsida"], [["1/1", "1/2"]]),
        (["--max-station-m", 500], [["1/1", "1/2"]]),
        (["--max-road-m", 99, "--road", "rv1"], []),
        (["--zone", "o"], [["2/2"]]),
        (["--avoid", "flood", "--avoid", "farmland"], [["1/1", "1/2"], ["1/3"]]),
        # The kinds that are mapped somewhere; those that are mapped nowhere are told.
        (["--exclude-constraints"], [["1/1", "1/2"], ["1/3"]]),
        (["--min-bra", 15_000], [["1/1", "1/2"], ["2/2"]]),
        (["--growth-only"], [["1/1", "1/2"]]),
        (["--growth-only", "--regional-counts"], [["1/1", "1/2"], ["2/2"]]),
        (["--corridor-only"], [["1/1", "1/2"], ["1/3"]]),
        (["--no-join", "--max-station-m", 450], [["1/1"]]),
        (["--densification", "--zone", "o"], [["2/2"], ["2/4"]]),
    ],
)
def test_each_option_finds_what_it_says(capsys, options, truth):
    found = document(capsys, "--min-daa", 9.9, *options)
    assert sorted(plots(found)) == sorted(truth)


def test_what_is_too_large_is_cut_where_that_is_asked_for(capsys):
    whole = document(capsys, "--min-daa", 10, "--zone", "o")
    assert (whole["hits"][0]["area_m2"], whole["hits"][0]["cut"]) == (pytest.approx(40_000), False)
    assert (whole["hits"][0]["rest_m2"], whole["hits"][0]["rest_parts"]) == (None, None)
    cut = document(capsys, "--min-daa", 10, "--zone", "o", "--cut")
    (hit,) = cut["hits"]
    assert (hit["cut"], hit["area_m2"]) == (True, pytest.approx(10_000))
    assert (hit["part_area_m2"], hit["rest_parts"]) == (pytest.approx(40_000), 1)
    assert (cut["score"]["cut_from"], cut["score"]["cut_fit"], hit["terms"]["size"]) == (
        2,
        0.5,
        0.5,
    )
    _, out, _ = run(capsys, "--min-daa", 10, "--zone", "o", "--cut")
    assert "Utsnitt av 40,0\N{NO-BREAK SPACE}daa, foreslått av oss og ingen eiendomsgrense." in out
    # Preferably 15: then up to 30 is taken as it is, and 40 is cut to 15.
    target = document(capsys, "--min-daa", 10, "--zone", "o", "--cut", "--target-daa", 15)
    assert target["hits"][0]["area_m2"] == pytest.approx(15_000)


def test_the_distance_that_counts_is_chosen_and_both_are_told(capsys):
    straight = document(capsys, "--min-daa", 5)
    assert (straight["distance"], straight["road_network"]) == ("straight", "mapped")
    road = document(capsys, "--min-daa", 5, "--distance", "road")
    assert road["distance"] == "road"
    assert road["hits"] == document(capsys, "--min-daa", 5, "--along-roads")["hits"]
    known = [hit for hit in road["hits"] if hit["network_m"] is not None]
    assert len(known) > 1
    for hit in known:
        assert hit["network_m"] >= hit["station_m"]
        near = max(0, 1 - hit["network_m"] / 2000)
        assert hit["terms"]["station"] == pytest.approx(near)
    _, out, _ = run(capsys, "--min-daa", 30)
    # Down to the road, along it, and up to the station: 2 650 to 2 850 m.
    said = r"2,4 km i luftlinje og 2,[789] km langs veg \(etter kartlagte veger\) til stasjon"
    assert re.search(said.replace(" km", "\\skm"), out)


def test_the_airfield_whose_plan_is_under_way_is_left_out_unless_it_is_asked_for(capsys):
    found = document(capsys, "--min-daa", 40, "--pack", DEFAULT_PACK)
    assert [hit["zone_id"] for hit in found["hits"]] == ["heia"]
    (left_out,) = found["left_out"]
    assert (left_out["reason"], left_out["count"]) == ("no_plan", 1)
    assert left_out["names"] == ["Kjeller (kommunedelplan)"]
    assert left_out["area_m2"] == pytest.approx(554_274, abs=1)
    _, out, _ = run(capsys, "--min-daa", 40, "--pack", DEFAULT_PACK, "--lang", "en")
    assert "Left out without an adopted plan: 1 (554\N{NO-BREAK SPACE}daa)." in out
    assert "Kjeller (municipal sub-plan)" in out
    asked = ("--min-daa", 40, "--cut", "--include-unplanned", "--pack", DEFAULT_PACK)
    taken_in = document(capsys, *asked)
    assert taken_in["left_out"] == []
    (kjeller,) = [hit for hit in taken_in["hits"] if hit["zone_id"] == "kjeller"]
    assert (kjeller["plan"], kjeller["left_out"], kjeller["cut"]) == ("case", "no_plan", True)
    assert kjeller["network_basis"] == "illustrative"


def test_the_limit_takes_the_best(capsys):
    whole = document(capsys, "--min-daa", 5)
    part = document(capsys, "--min-daa", 5, "--limit", 2)
    assert part["hits"] == whole["hits"][:2]
    assert part["more"]


def test_a_business_shows_whether_it_fits_and_its_jobs(capsys):
    found = document(capsys, "--min-daa", 30, "--business-type", "lager")
    (hit,) = found["hits"]
    assert hit["abc_fit"] == "fits"
    assert (hit["jobs_low"], hit["jobs_high"]) == pytest.approx((40_000 / 95, 40_000 / 70))


def test_nothing_found_is_no_failure_and_says_what_would_help(capsys):
    found = document(capsys, "--min-daa", 30, "--max-station-m", 500)
    assert found["hits"] == []
    assert {one["criterion"]: one["hits"] for one in found["relax"]} == {"min_daa": 1, "station": 1}
    code, out, err = run(capsys, "--min-daa", 30, "--max-station-m", 500)
    assert (code, err) == (0, "")
    assert "minste størrelse: 1 treff. Nærmest er 20,0 daa." in out
    _, english, _ = run(capsys, "--min-daa", 30, "--max-station-m", 500, "--lang", "en")
    assert "distance to a station: 1 hit. The nearest is 2,400.0 m." in english


def test_where_no_single_criterion_helps_that_is_said(capsys):
    code, out, _ = run(capsys, "--min-daa", 99, "--max-station-m", 1)
    assert code == 0
    assert "det hjelper ikke å sløyfe bare ett av dem" in out


def test_people_get_the_hits_the_terms_the_score_and_the_badges(capsys):
    code, out, err = run(capsys, "--min-daa", 20, "--accept-unknown", "--avoid", "quick_clay")
    assert (code, err) == (0, "")
    assert "1. Vestsida, 1/1, 1/2: 20,0\N{NO-BREAK SPACE}daa ledig" in out
    assert "slått sammen" in out
    assert "Ukjent, men godtatt: hensynet kvikkleire." in out
    assert "Vekter og grenser er vår antakelse." in out
    assert "syntetiske data" in out
    assert "nan" not in out.lower()


def test_a_missing_layer_is_told(capsys, tmp_path):
    for name, frame in layers(stations=None).items():
        frame.to_file(tmp_path / FILE, layer=name)
    found = document(capsys, "--min-daa", 5, "--max-station-m", 900, "--pack", tmp_path)
    assert found["hits"] == []
    assert [one["criterion"] for one in found["relax"]] == ["station", "unknown"]
    assert any("«togstasjoner» (stations)" in note for note in found["notes"])


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".csv", ".fgb"])
def test_the_hits_go_to_a_file_that_reads_again(capsys, tmp_path, ending):
    path = tmp_path / f"treff{ending}"
    code, out, _ = run(capsys, "--min-daa", 5, "--out", path)
    assert code == 0
    assert str(path) in out
    frame = gpd.read_file(path)
    assert len(frame) == len(document(capsys, "--min-daa", 5)["hits"])
    assert "score" in frame


def test_a_file_says_what_it_rests_on(capsys, tmp_path):
    path = tmp_path / "treff.geojson"
    assert run(capsys, "--min-daa", 30, "--out", path)[0] == 0
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert (collection["synthetic"], collection["illustrative"]) == (True, True)
    assert '"min_daa": 30.0' in collection["parameters"]


def test_a_file_without_hits_is_written_too(capsys, tmp_path):
    path = tmp_path / "treff.geojson"
    code, _, err = run(capsys, "--min-daa", 999, "--out", path)
    assert (code, err) == (0, "")
    assert json.loads(path.read_text(encoding="utf-8"))["features"] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--min-daa"),
        (["--min-daa", "mye"], "--min-daa"),
        (["--min-daa", "-1"], "--min-daa"),
        (["--min-daa", "nan"], "--min-daa"),
        (["--min-daa", 5, "--max-daa", 4], "--max-daa"),
        (["--min-daa", 5, "--target-daa", 4], "--target-daa"),
        (["--min-daa", 5, "--distance", "fly"], "straight"),
        (["--min-daa", 5, "--rectangle", "40"], "60x40"),
        (["--min-daa", 5, "--rectangle", "0x40"], "60x40"),
        (["--min-daa", 5, "--avoid", "støy"], "farmland"),
        (["--min-daa", 5, "--zone", "Bergen"], "Bergen"),
        (["--min-daa", 5, "--road", "E18"], "E18"),
        (["--min-daa", 5, "--business-type", "romfart"], "romfart"),
        (["--min-daa", 5, "--weight", "støy=1"], "constraints"),
        (["--min-daa", 5, "--weight", "road=1e9"], "constraints"),
        (["--min-daa", 5, "--weight", "road=9999999"], "--weight"),
        (["--min-daa", 5, "--limit", 0], "--limit"),
        (["--min-daa", 5, "--limit", "to"], "--limit"),
        (["--min-daa", 5, "--out", "treff.xls"], ".geojson"),
        (["--min-daa", 5, "--pack", "finnes/ikke"], "finnes/ikke"),
    ],
)
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_bad_input_gives_one_sentence_and_code_2(capsys, options, said, lang):
    code, out, err = run(capsys, *options, "--lang", lang)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_the_embedded_pack_answers_the_example_of_the_guide(capsys, tmp_path):
    asked = (
        *("--min-daa", 10, "--max-road-m", 3000, "--road", "E6", "--avoid", "farmland"),
        *("--rectangle", "60x40"),
    )
    real = changed_pack(tmp_path / "pakke", real=("constraints", "constraint_coverage"))
    found = document(capsys, *asked, "--pack", real)
    assert found["hits"]
    for hit in found["hits"]:
        assert hit["area_m2"] >= 10_000
        assert (hit["road"], hit["constraints"]["farmland"]["status"]) == ("E6", "clear")
        assert hit["road_m"] <= 3000


@pytest.mark.parametrize("option", [["--avoid", "farmland"], ["--exclude-constraints"]])
def test_a_wish_to_avoid_constraints_is_not_met_by_made_up_ones(capsys, option):
    found = document(capsys, "--min-daa", 30, *option, "--pack", DEFAULT_PACK)
    assert found["hits"] == []
    assert any("kan ikke oppfylles" in note for note in found["notes"])
    assert any("ikke vurdert (oppdiktede data)" in note.lower() for note in found["notes"])
    (unknown,) = [one for one in found["relax"] if one["criterion"] == "unknown"]
    passed = document(capsys, "--min-daa", 30, *option, "--accept-unknown", "--pack", DEFAULT_PACK)
    assert len(passed["hits"]) == unknown["hits"] > 0
    for hit in passed["hits"]:
        assert hit["synthetic"]
        assert (hit["constrained_share"], hit["terms"]["constraints"]) == (None, None)
        for kind, constraint in hit["constraints"].items():
            # What the pack was never asked for is not mapped; the rest is there, and made up.
            made_up = kind in REQUIRED
            assert constraint == {"status": "not_mapped", "m2": None, "synthetic": made_up}


def test_people_are_told_of_each_hit_that_made_up_constraints_are_not_assessed(capsys):
    asked = ("--min-daa", 30, "--avoid", "flood", "--accept-unknown", "--pack", DEFAULT_PACK)
    _, out, _ = run(capsys, *asked)
    assert "Ukjent, men godtatt: flom (ikke vurdert, oppdiktede data)." in out
    assert "hensyn ikke vurdert" in out  # the term of the score
    assert "kartlagt" not in out


def test_the_file_holds_the_shapes_of_the_hits(capsys, tmp_path):
    path = tmp_path / "treff.gpkg"
    run(capsys, "--min-daa", 30, "--out", path)
    (shape,) = gpd.read_file(path).geometry
    assert shapely.equals(shape, layers()["parcels"].geometry[5])


def test_power_is_asked_of_the_register_in_the_ledger(capsys, tmp_path):
    out = tmp_path / "hits.geojson"
    assert run(capsys, "--min-daa", 1, "--out", out)[0] == 0
    hit = gpd.read_file(out).to_crs(25832).iloc[0]
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    register = Register.open(url, "3205")
    given = {"name": "Nord", "availability": "ledig", "power_mw": 12, "power_date": "2024-09-01"}
    register.add(given, hit["geometry"], author="Kari", reason="meldt inn")
    register.close()

    found = document(capsys, "--min-daa", 1, "--min-mw", 12, "--ledger", url)
    (only,) = found["hits"]
    assert (only["site_name"], only["site_power_mw"]) == ("Nord", 12.0)
    assert only["site_readiness"] is None
    # Nothing is known of the others, and that is counted and never a hit.
    assert found["not_known"] == found["candidates"] - 1
    assert document(capsys, "--min-daa", 1, "--min-mw", 13, "--ledger", url)["hits"] == []
    said = run(capsys, "--min-daa", 1, "--ledger", url)[1]
    assert "i tomteregisteret som «Nord»: ledig" in said
    assert "(oppgitt 2024-09-01, over et år gammelt)" in said


def test_a_readiness_that_there_is_not_is_refused(capsys):
    code, out, err = run(capsys, "--min-daa", 1, "--readiness", "klar")
    assert (code, out) == (2, "")
    assert "«klar» er ikke en klarhet" in err
    assert "byggeklar" in err
