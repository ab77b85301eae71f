"""The contract of `python -m geo reserve`: keys, types, sums, files, one sentence of refusal."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest

from geo.__main__ import main
from geo.pack.read import DEFAULT_PACK, FILE
from tests.support.packs import changed_pack
from tests.support.reading import read_once
from tests.support.rows import rows
from tests.support.shapes import square

ZONE_KEYS = [
    "zone_id",
    "gross_m2",
    "built_m2",
    "excluded_m2",
    "dropped_m2",
    "reserve_m2",
    "densification_bra_m2",
    "unknown_plots",
    "synthetic",
    "unplotted_m2",
    "water_m2",
]
EAST, NORTH = 610_000, 6_640_000

# Six plots of 100 m × 100 m in a row, 100 m apart, in one zone and one plan that allows 200 % BRA.
PLOTS = [square(EAST + 200 * n, NORTH) for n in range(6)]
EVERYTHING = square(EAST - 1000, NORTH - 1000, side=5000)
PACK = {
    "zones": rows(EVERYTHING, zone_id="z", name="Sonen", illustrative=True),
    "parcels": rows(*PLOTS, parcel_id=[f"1/{n}" for n in range(6)], synthetic=True),
    "plan_areas": rows(
        EVERYTHING,
        plan_id="p",
        land_use_code="1300",
        land_use_status="1",
        utilisation_type=18,  # %-BRA
        utilisation_value=200.0,
        max_floors=3.0,
    ),
    # Plot 1 is full of a house of one floor; plot 2 likewise, but nobody knows its floors.
    "buildings": rows(
        PLOTS[1],
        PLOTS[2],
        building_id=["b1", "b2"],
        floors=[1.0, None],
        gross_area_m2=[10_000.0, None],
    ),
    # Plot 3 is excluded but for 400 m², which is too little to be a part.
    "constraints": rows(
        square(EAST + 600, NORTH).difference(square(EAST + 600, NORTH, side=20)),
        constraint_id="c",
        kind="flood",
        severity="exclude",
        source="k",
    ),
}


def write_pack(directory, layers):
    directory.mkdir(exist_ok=True)
    for name, frame in layers.items():
        frame.to_file(directory / FILE, layer=name)
    manifest = 'name = "Prøve"\nmunicipality_no = "3205"\n[layers.parcels]\nsource = "Tegnet"\n'
    (directory / "manifest.toml").write_text(manifest, encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    directory = write_pack(tmp_path_factory.mktemp("pakke"), PACK)
    with read_once([directory]):  # no test changes it
        yield directory


@pytest.fixture(autouse=True)
def pack(small, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(small))
    monkeypatch.delenv("NAERINGSAREAL_LANG", raising=False)


def run(capsys, *arguments):
    code = main(["reserve", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys, *arguments):
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_document_has_the_keys_that_others_script_against(capsys):
    result = document(capsys, "--building-buffer", 0)
    (zone,) = result["zones"]
    assert list(zone) == ZONE_KEYS
    assert zone["zone_id"] == "z"
    assert zone["gross_m2"] == pytest.approx(60_000)
    assert zone["built_m2"] == pytest.approx(20_000)
    assert zone["excluded_m2"] == pytest.approx(9_600)
    assert zone["dropped_m2"] == pytest.approx(400)
    assert zone["reserve_m2"] == pytest.approx(30_000)
    assert zone["densification_bra_m2"] == pytest.approx(10_000)  # 20 000 allowed, 10 000 there
    assert (zone["unknown_plots"], zone["synthetic"]) == (1, True)
    assert type(zone["unknown_plots"]) is int
    assert 0 <= result["balance_error_m2"] < 0.1


def test_the_document_says_what_it_rests_on(capsys):
    result = document(capsys)
    assert result["pack"]["name"] == "Prøve"
    assert len(result["pack"]["sha256"]) == 64
    assert result["badges"] == ["illustrative", "synthetic"]
    assert result["parameters"] == {
        "building_buffer_m": 15.0,
        "min_part_m2": 1000.0,
        "min_width_m": 20.0,
        "max_utilisation": 0.6,
    }


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [
        ("--building-buffer", "7,5", "building_buffer_m"),
        ("--min-part", "300", "min_part_m2"),
        ("--min-width", "0", "min_width_m"),
        ("--max-utilisation", "0.4", "max_utilisation"),
    ],
)
def test_each_parameter_is_taken(capsys, option, value, name):
    result = document(capsys, option, value)
    assert result["parameters"][name] == float(value.replace(",", "."))


def test_the_parameters_move_the_figures(capsys):
    def zone(*arguments):
        return document(capsys, *arguments)["zones"][0]

    assert zone("--min-part", 300, "--building-buffer", 0)["dropped_m2"] == pytest.approx(0, abs=1)
    assert zone("--min-width", 101, "--building-buffer", 0)["reserve_m2"] == 0
    assert zone("--max-utilisation", 0.5)["densification_bra_m2"] == 0  # used by exactly half
    assert zone("--building-buffer", 150)["reserve_m2"] < zone()["reserve_m2"]


@pytest.mark.parametrize("buffer", [0, 15, 40])
def test_every_square_metre_of_the_embedded_pack_is_accounted_for(capsys, buffer):
    result = document(capsys, "--pack", DEFAULT_PACK, "--building-buffer", buffer)
    assert len(result["zones"]) > 5
    for zone in result["zones"]:
        shares = ("built_m2", "excluded_m2", "dropped_m2", "reserve_m2")
        assert sum(zone[name] for name in shares) == pytest.approx(zone["gross_m2"], rel=0.001)


def test_the_table_is_in_norwegian_with_two_numbers_and_the_balance(capsys):
    code, out, err = run(capsys, "--building-buffer", 0)
    assert (code, err) == (0, "")
    gap = "\N{NO-BREAK SPACE}"
    (row,) = (line for line in out.splitlines() if line.startswith("Sonen"))
    assert row.split("  ")[-1].strip() == "1"
    assert f"30,0{gap}daa" in row
    assert f"10{gap}000" in row
    balance = f"60,0{gap}daa = 20,0{gap}daa bebygd + 9,6{gap}daa båndlagt + 0,4{gap}daa for smått"
    assert f"{balance} + 30,0{gap}daa ledig. Avvik: under 1 m²." in out
    assert "Ukjente tomter: 1 av 6." in out
    assert out.count("Demonstrasjonsdata: viser metoden, ikke Prøve.") == 1
    assert "Andelen ledig er satt av oss som inndata, ikke målt." in out
    assert "syntetiske data" in out
    assert "illustrative avgrensninger" in out


def test_the_table_in_english(capsys):
    out = run(capsys, "--lang", "en")[1]
    assert "Unknown plots: 1 of 6." in out
    assert "Demonstration data: shows the method, not Prøve." in out


def test_plots_that_are_not_made_up_are_no_demonstration(capsys, tmp_path):
    real = PACK | {"parcels": PACK["parcels"].assign(synthetic=False)}
    code, out, err = run(capsys, "--pack", write_pack(tmp_path / "virkelig", real))
    assert (code, err) == (0, "")
    assert "Sonen" in out
    assert "emonstrasjon" not in out


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".csv"])
def test_the_plots_are_written_and_read_back(capsys, tmp_path, ending):
    target = tmp_path / f"tomter{ending}"
    result = document(capsys, "--building-buffer", 0, "--out", target)
    plots = pd.read_csv(target) if ending == ".csv" else gpd.read_file(target)
    assert list(plots["parcel_id"]) == [f"1/{n}" for n in range(6)]
    classes = ["ledig", "fortetting", "ukjent", "båndlagt", "ledig", "ledig"]
    assert list(plots["class"]) == classes
    for name in ("gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"):
        assert plots[name].sum() == pytest.approx(result["zones"][0][name])
    assert plots["densification_bra_m2"].isna().tolist() == [n == 2 for n in range(6)]
    assert plots["utilisation"][1] == pytest.approx(0.5)
    assert plots["unknown"].astype(bool).tolist() == [n == 2 for n in range(6)]
    assert plots["synthetic"].astype(bool).all()
    assert {"allowed_bra_m2", "existing_bra_m2", "reserve_bra_m2"} <= set(plots)
    if ending != ".csv":
        areas = plots.to_crs(25832).area
        assert areas.tolist() == pytest.approx(plots["gross_m2"].tolist(), rel=1e-4)


def test_the_file_says_which_parameters_made_it(capsys, tmp_path):
    target = tmp_path / "tomter.geojson"
    code, out, err = run(capsys, "--out", target)
    assert (code, err) == (0, "")
    assert str(target) in out
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written["parameters"].startswith(
        "building_buffer_m=15, min_part_m2=1000, min_width_m=20, max_utilisation=0.6, "
        "m2_per_job.kontor=23-28, "
    )
    assert (written["source"], written["synthetic"], written["illustrative"]) == (
        "Tegnet",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--building-buffer", "-5"), "--building-buffer kan ikke være «-5»"),
        (("--building-buffer", "1e9"), "et antall meter fra 0 til 1\N{NO-BREAK SPACE}000."),
        (("--building-buffer", "nan"), "--building-buffer kan ikke være «nan»"),
        (("--min-part", "inf"), "--min-part kan ikke være «inf»"),
        (("--min-part=-inf",), "--min-part kan ikke være «-inf»"),
        (("--min-width", "bred"), "«bred» er ikke en gyldig verdi for --min-width"),
        (("--min-width", ""), "«» er ikke en gyldig verdi for --min-width"),
        (("--min-width",), "--min-width mangler en verdi"),
        (("--max-utilisation", "0"), "--max-utilisation kan ikke være «0»"),
        (("--max-utilisation", "1.1"), "--max-utilisation kan ikke være «1.1»"),
        (("--max-utilisation", "nan"), "--max-utilisation kan ikke være «nan»"),
        (("--out", "tomter.tull"), ".gpkg"),
        (("--out", "borte/tomter.gpkg"), "borte/tomter.gpkg"),
        (("--pack", "borte"), "borte"),
        (("tull",), "«tull»"),
    ],
)
def test_what_is_wrong_is_one_line_and_code_2(capsys, arguments, said):
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("parcels", "eiendomsteiger"),
        ("plan_areas", "planformål"),
        ("zones", "næringsområder"),
        ("buildings", "bygninger"),
    ],
)
def test_a_missing_layer_is_named(capsys, tmp_path, layer, words):
    partial = {name: frame for name, frame in PACK.items() if name != layer}
    code, out, err = run(capsys, "--pack", write_pack(tmp_path / "p", partial))
    assert (code, out) == (2, "")
    assert err == (
        f"Datapakken mangler laget «{words}» ({layer}), som denne beregningen trenger."
        " Legg laget inn i pack.gpkg.\n"
    )


def test_without_constraints_excluded_land_is_unknown_and_not_0(capsys, tmp_path):
    directory = changed_pack(tmp_path / "p", drop=("constraints",))
    target = tmp_path / "tomter.geojson"
    result = document(capsys, "--pack", directory, "--out", target)
    assert {zone["excluded_m2"] for zone in result["zones"]} == {None}
    assert result["zones"][0]["reserve_m2"] > 0
    assert any("constraints" in note for note in result["notes"])
    features = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert {feature["properties"]["excluded_m2"] for feature in features} == {None}
    out = run(capsys, "--pack", directory)[1]
    assert "ukjent båndlagt" in out
    assert "Båndlagt areal er ukjent" in out


def test_geometry_that_was_left_out_is_noted(capsys, tmp_path):
    twice = pd.concat([PACK["parcels"], PACK["parcels"].iloc[:1]], ignore_index=True)
    directory = write_pack(tmp_path / "p", PACK | {"parcels": twice})
    result = document(capsys, "--pack", directory)
    assert result["zones"][0]["gross_m2"] == pytest.approx(60_000)
    assert any("«1/0»" in note and "utelatt" in note for note in result["notes"])


def test_a_leasehold_and_land_on_no_plot_are_told(capsys, tmp_path):
    plots = PACK["parcels"]
    lease = plots.iloc[:1].assign(parcel_id="1/0/5")
    lease = lease.set_geometry(lease.scale(0.5, 0.5))
    both = pd.concat([plots.iloc[:1], lease], ignore_index=True)
    directory = write_pack(tmp_path / "p", PACK | {"parcels": both})
    result = document(capsys, "--pack", directory)
    (zone,) = result["zones"]
    assert zone["gross_m2"] == pytest.approx(plots.area.iloc[0])
    assert result["balance_error_m2"] < 0.001
    assert zone["unplotted_m2"] > 0
    assert any("1/0 + 1/0/5" in note for note in result["notes"])
    assert any("ikke på noen tomt" in note for note in result["notes"])
    assert any(
        "lies on no plot" in note
        for note in document(capsys, "--pack", directory, "--lang", "en")["notes"]
    )
    assert "ikke på noen tomt" in run(capsys, "--pack", directory)[1]


def test_many_notes_are_counted_on_screen_and_listed_in_the_document(capsys, tmp_path):
    many = pd.concat([PACK["parcels"]] * 4, ignore_index=True)
    directory = write_pack(tmp_path / "p", PACK | {"parcels": many})
    notes = document(capsys, "--pack", directory)["notes"]
    assert len(notes) >= 18
    out = run(capsys, "--pack", directory)[1]
    assert f"Merknader som ikke er vist: {len(notes) - 10}." in out


def test_a_zone_without_business_land_is_a_row_of_zeros(capsys, tmp_path):
    far = square(EAST + 50_000, NORTH)
    two = rows(EVERYTHING, far, zone_id=["z", "tom"], name=["Sonen", None])
    result = document(capsys, "--pack", write_pack(tmp_path / "p", PACK | {"zones": two}))
    empty = next(zone for zone in result["zones"] if zone["zone_id"] == "tom")
    assert (empty["gross_m2"], empty["unknown_plots"], empty["synthetic"]) == (0, 0, False)
