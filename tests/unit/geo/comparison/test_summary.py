"""What is taken from a file of municipalities, and what is refused in a sentence."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.comparison import fields, summary
from geo.comparison.measures import MEASURES, lacking, values
from geo.errors import FileError
from tests.support import compared


def refused(code, run):
    with pytest.raises(FileError) as caught:
        run()
    assert caught.value.code == code
    return caught.value.say("nb")


def test_the_embedded_county_is_read_and_made_up():
    county = summary.read(summary.EXAMPLE)
    assert county.example
    assert county.badges()[0] == "synthetic"
    assert county.rows["synthetic_layers"].notna().all()
    assert county.lacking == ()
    assert len(county.sets) > 1
    assert county.usual == "standard"
    assert county.rows["fault"].isna().all()
    assert set(county.rows["status"]) == {fields.COMPLETE, fields.UNKNOWN}


def test_a_folder_is_read_with_what_its_run_says(tmp_path):
    run = {"format": 1, "source": "Fylket", "licence": "NLOD", "failures": []}
    found = summary.read(compared.folder(tmp_path / "x", compared.row(), run=run))
    assert (found.source, found.licence, found.example) == ("Fylket", "NLOD", False)
    assert found.rows["reserve_m2"].tolist() == [40_000.0]
    assert found.badges() == ()


def test_a_file_without_outlines_is_read(tmp_path):
    pd.DataFrame([compared.row()]).to_parquet(tmp_path / fields.MUNICIPALITIES)
    found = summary.read(tmp_path)
    assert found.lacking == ("geometry",)
    assert found.rows.geometry.isna().all()


def test_what_is_no_summary_is_refused(tmp_path):
    said = refused("error.comparison_none", lambda: summary.read(tmp_path))
    assert str(tmp_path) in said
    (tmp_path / fields.MUNICIPALITIES).write_bytes(b"PAR1 but no more")
    refused("error.comparison_parquet", lambda: summary.read(tmp_path))


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 5000])
def test_a_run_that_cannot_be_read_is_refused(tmp_path, text):
    compared.folder(tmp_path, compared.row())
    (tmp_path / fields.RUN).write_text(text, encoding="utf-8")
    refused("error.comparison_run", lambda: summary.read(tmp_path))


@pytest.mark.parametrize("number", [2, "1", None])
def test_another_format_is_refused(tmp_path, number):
    compared.folder(tmp_path, compared.row(), run={"format": number})
    refused("error.comparison_format", lambda: summary.read(tmp_path))


@pytest.mark.parametrize("key", fields.KEYS)
def test_without_a_key_there_is_no_telling_whose_a_figure_is(key):
    said = refused("error.comparison_column", lambda: compared.summary(compared.row(), drop=(key,)))
    assert key in said
    refused("error.comparison_key", lambda: compared.summary(compared.row(**{key: None})))


def test_no_rows_are_refused():
    empty = compared.frame(compared.row()).iloc[:0]
    refused("error.comparison_empty", lambda: summary.of_table(empty, "fil", run={}, digest=""))


def test_a_municipality_that_stands_twice_in_a_set_is_refused():
    once = compared.row()
    said = refused("error.comparison_twice", lambda: compared.summary(once, once))
    assert "9901" in said
    other = compared.row(parameter_set="trangt")
    assert compared.summary(once, other).sets == ("standard", "trangt")


@pytest.mark.parametrize("value", [-1.0, np.inf, -np.inf, "mye", "1e999"])
@pytest.mark.parametrize("column", ["reserve_m2", "inhabitants", "jobs_inside", "share_low"])
def test_a_number_that_cannot_be_is_refused_by_column_and_municipality(column, value):
    table = compared.frame(compared.row())
    table[column] = pd.Series([value], dtype=object)
    said = refused(
        "error.comparison_value", lambda: summary.of_table(table, "fil", run={}, digest="")
    )
    assert column in said
    assert "9901" in said


def test_a_share_above_one_is_refused():
    refused("error.comparison_value", lambda: compared.summary(compared.row(share_high=1.2)))


def test_a_missing_number_is_unknown():
    found = compared.summary(compared.row(inhabitants=None)).rows
    assert np.isnan(found["inhabitants"].iloc[0])


@pytest.mark.parametrize("status", ["unknown", None, "COMPLETE!", "<b>"])
def test_a_municipality_that_is_not_complete_has_no_figures(status):
    found = compared.summary(compared.row(status=status, reason="ødelagt fil")).rows
    assert found[[*fields.LAND, *fields.RULE]].isna().all(axis=None)
    assert found["reason"].iloc[0] == "ødelagt fil"
    assert found["inhabitants"].iloc[0] == 2_000


def test_without_the_column_of_status_figures_are_as_they_stand():
    found = compared.summary(compared.row(), drop=("status",))
    assert found.rows["reserve_m2"].iloc[0] == 40_000
    assert found.lacking == ("status",)


def test_a_column_that_is_not_there_is_named_by_what_needs_it():
    found = compared.summary(compared.row(), drop=("inhabitants", "reserve_in_growth_m2"))
    needs = {name for name, one in MEASURES.items() if lacking(found, one)}
    assert needs == {
        "reserve_m2_per_inhabitant",
        "densification_m2_per_inhabitant",
        "reserve_in_growth_m2",
        "reserve_in_growth_share",
    }
    assert lacking(found, MEASURES["reserve_in_growth_share"]) == ("reserve_in_growth_m2",)
    for name in needs:
        assert values(found.rows, MEASURES[name]).isna().all()


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        ("parts", {"gross_m2": 100_002.0}),
        ("growth", {"reserve_in_growth_m2": 40_002.0}),
        ("jobs", {"jobs_total": 103.0}),
        ("jobs", {"share": 0.5}),
    ],
)
def test_figures_that_contradict_each_other_are_no_figures(fault, changed):
    found = compared.summary(compared.row() | changed).rows.iloc[0]
    assert found["fault"] == fault
    assert pd.isna(found["reserve_m2"])


def test_a_part_that_is_unknown_contradicts_nothing():
    found = compared.summary(compared.row(excluded_m2=None)).rows.iloc[0]
    assert pd.isna(found["fault"])
    assert found["reserve_m2"] == 40_000


def test_a_number_of_a_municipality_keeps_its_zero():
    found = compared.summary(compared.row(municipality_no=301)).rows
    assert found["municipality_no"].tolist() == ["0301"]


def test_cells_of_any_kind_are_each_read_as_they_are():
    rows = [compared.row("9901"), compared.row("9902"), compared.row("9903")]
    table = compared.frame(*rows)
    table["name"] = pd.Series([1, True, " A "], dtype=object)
    table["plots"] = pd.Series(["3", None, 2.0], dtype=object)
    table["reserve_m2"] = pd.Series([40_000, None, 40_000], dtype="Int64")
    found = summary.of_table(table, "fil", run={}, digest="d").rows
    assert found["name"].tolist() == ["1", "True", "A"]
    assert found["plots"].tolist()[::2] == [3, 2]
    assert found["plots"].isna().tolist() == [False, True, False]
    assert found["reserve_m2"].isna().tolist() == [False, True, False]


def test_an_unknown_verdict_and_flag_are_unknown():
    found = compared.summary(compared.row(verdict="kanskje", constraints_mapped="vet ikke")).rows
    assert found["verdict"].iloc[0] is None
    assert found["constraints_mapped"].iloc[0] is None


@pytest.mark.parametrize(
    ("cases", "verdict", "told"),
    [(0, "oppfylt", "oppfylt"), (2, "oppfylt", "kan ikke avgjøres"), (None, "usikker", None)],
)
def test_a_verdict_of_what_is_known_is_not_told_where_more_could_turn_it(cases, verdict, told):
    rows = [compared.row(not_estimable=cases, verdict=verdict)]
    found = compared.summary(*rows, drop=("verdict_with_estimates",)).rows
    said = found["verdict_with_estimates"].iloc[0]
    assert said == (told or "kan ikke avgjøres")


def test_outlines_come_home_and_what_is_no_area_is_left_out():
    table = compared.frame(*(compared.row(f"990{n}") for n in range(1, 5)))
    shapes = table.geometry.to_crs(4326).to_list()
    shapes[1:] = [shapely.Point(10, 60), None, shapely.Polygon()]
    away = gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=shapes, crs=4326)
    found = summary.of_table(away, "fil", run={}, digest="").rows
    assert found.crs.to_epsg() == 25832
    assert found.geometry.iloc[0].area == pytest.approx(1e6, rel=1e-6)
    assert found.geometry.iloc[1:].isna().all()


def test_what_is_sent_is_read_in_a_process_of_its_own(tmp_path):
    hostile = compared.row(name="<script>alert(1)</script>", reason="=1+1")
    path = compared.folder(tmp_path, hostile) / fields.MUNICIPALITIES
    found = summary.uploaded(path.read_bytes(), "kommuner.parquet")
    assert found.rows["name"].iloc[0] == "<script>alert(1)</script>"
    assert found.rows.geometry.iloc[0].area == pytest.approx(1e6)
    assert not found.example
    whole = path.read_bytes()
    refused(
        "error.comparison_parquet", lambda: summary.uploaded(whole[:-40] + b"PAR1", "x.parquet")
    )


def test_a_run_may_say_anything_of_itself(tmp_path):
    odd = {"source": ["x"], "licence": 4, "parameter_sets": None}
    found = summary.read(compared.folder(tmp_path, compared.row(), run=odd))
    assert found.source is None
    assert found.licence is None
    assert json.loads((tmp_path / fields.RUN).read_text(encoding="utf-8"))


def test_more_than_a_page_can_set_side_by_side_is_refused():
    rows = [compared.row(parameter_set=f"sett {n}") for n in range(51)]
    with pytest.raises(FileError, match="51 parametersett og 1 kommuner"):
        compared.summary(*rows)
    assert len(compared.summary(*rows[:50]).sets) == 50
