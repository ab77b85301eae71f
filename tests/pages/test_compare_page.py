"""The page that compares municipalities: figures, what is unknown, links, files of all kinds."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.comparison import fields
from geo.comparison import summary as summaries
from geo.comparison.measures import MEASURES
from layers.maps import offline
from layers.widgets import uploads
from tests.pages.test_pages import opened, spaced, words
from tests.support import compared

THREE_BARE = [compared.row(number) for number in ("9901", "9902", "9903")]
HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:b)"


@pytest.fixture
def county(tmp_path, monkeypatch):
    """Put a summary of these rows in the server's settings."""

    def use(*rows, **more):
        folder = compared.folder(tmp_path / "fylke", *rows, **more)
        monkeypatch.setattr(summaries, "EXAMPLE", folder)
        return folder

    return use


def numbers(app):
    return {one.label: spaced(one.value) for one in app.metric}


THREE = (
    compared.row("9901", reserve_m2=40_000.0),
    compared.row("9902", reserve_m2=190_000.0, inhabitants=None),
    compared.row("9903", status="unknown", reason="parcels/9903-000.parquet: avbrutt"),
)


def test_the_invented_county_says_that_it_is_one():
    app = opened("compare")
    assert not app.exception
    assert "Oppdiktet fylke" in words(app)
    assert "Kommunene finnes ikke" in words(app)


def test_a_sum_says_that_there_is_more_and_a_place_what_it_may_be(county):
    county(*THREE)
    app = opened("compare", municipality="9901")
    assert numbers(app) == {
        "Samlet": "230 daa + ukjent",
        "Kommune 9901": "40,0 daa",
        "Plass": "2–3 av 3",
    }
    assert "Ukjent for 1 av 3 kommuner: Kommune 9903." in words(app)


def test_the_unknown_come_last_with_their_reason_and_never_as_0(county):
    county(*THREE)
    table = opened("compare").dataframe[0].value
    assert table["Kommune"].tolist() == ["Kommune 9902", "Kommune 9901", "Kommune 9903"]
    assert table["Ledig areal (daa)"].tolist()[:2] == [190, 40]
    assert table.iloc[2][["Plass", "Ledig areal (daa)", "Fortetting (m² BRA)"]].isna().all()
    assert table["Forbehold"].iloc[2] == "Ukjent: parcels/9903-000.parquet: avbrutt"


def test_the_reason_of_the_command_is_told_in_the_readers_language():
    caveats = opened("compare", lang="en").dataframe[0].value["Caveats"].iloc[-1]
    assert caveats.startswith("Unknown: The file “parcels/9912-000.parquet” cannot be read")
    assert "Filen" not in caveats


def test_what_is_chosen_stands_in_the_link(county):
    county(*THREE)
    app = opened("compare")
    app.selectbox(key="compare_measure").set_value("reserve_m2_per_inhabitant").run()
    app.selectbox(key="compare_municipality").set_value("9901").run()
    assert app.query_params["measure"] == "reserve_m2_per_inhabitant"
    assert app.query_params["municipality"] == "9901"
    # 40 000 / 2 000; the other two have no inhabitants or no land that is known.
    assert numbers(app)["Samlet"] == "20 m²"
    assert numbers(app)["Plass"] == "1–3 av 3"


def test_the_municipality_of_the_pack_is_marked_where_it_is_there(county):
    county(compared.row("3205", name="Lillestrøm"), THREE[0])
    app = opened("compare")
    assert app.selectbox(key="compare_municipality").value == "3205"
    assert "Lillestrøm (markert)" in app.dataframe[0].value["Kommune"].tolist()


def test_a_share_has_its_range_and_verdict_and_all_together_none(county):
    county(THREE[0], compared.row("9902", jobs_inside=10, jobs_outside=30))
    app = opened("compare", measure="share", municipality="9901")
    assert numbers(app)["Samlet"] == "75 %"  # 105 / 140
    assert numbers(app)["Kommune 9901"] == "92–97 %"
    assert "Oppfylt" in words(app)
    assert "den har ingen dom" in words(app)


def test_sets_of_parameters_stand_side_by_side(county):
    tight = [
        compared.row("9901", parameter_set="trangt", building_buffer_m=30.0, reserve_m2=20_000.0),
        compared.row("9902", parameter_set="trangt", building_buffer_m=30.0, reserve_m2=190_000.0),
    ]
    county(*THREE[:2], *tight)
    app = opened("compare")
    html = spaced("".join(one.proto.body for one in app.get("html")))
    assert "-8,7 %" in html  # 210 / 230
    assert "0 av 2 kommuner" in html
    each = app.dataframe[1].value
    assert each["«trangt»"].tolist() == [190, 20]
    assert opened("compare", set="trangt").dataframe[0].value["Ledig areal (daa)"].sum() == 210


def by_sets(**areas):
    """Rows of sets by buffer, with the vacant land in daa of each municipality by each."""
    return [
        compared.row(
            number,
            parameter_set=f"building_buffer_m={buffer}",
            building_buffer_m=float(buffer),
            reserve_m2=None if daa is None else 1000.0 * daa,
            gross_m2=None if daa is None else 60_000.0 + 1000 * daa,
            reserve_in_growth_m2=0.0,
        )
        for number, amounts in areas.items()
        for buffer, daa in zip((15, 5, 30), amounts, strict=True)
    ]


def test_a_place_is_told_by_all_sets_where_the_reader_looks(county):
    rows = by_sets(**{"9901": (40, 90, 10), "9902": (30, 100, 5), "9903": (20, None, 8)})
    county(*rows)
    app = opened("compare", municipality="9901")
    table = app.dataframe[0].value
    assert table["Plass i settene"].tolist() == ["1–2", "1–3", "2–3 (2 av 3 sett)"]
    assert "Plass i de 3 parametersettene: 1–2" in words(app).replace("\\", "")
    chart = app.get("vega_lite_chart")[0].proto.SerializeToString().decode(errors="replace")
    assert "Den vannrette linjen er det Kommune 9901 får" in words(app)
    assert "parametersettene: 2–3 (2 av 3 sett)" in chart


def test_sets_that_the_command_has_named_are_called_so_in_words(county):
    county(*by_sets(**{"9901": (40, 90, 10)}))
    app = opened("compare")
    (chosen,) = (one for one in app.selectbox if one.key == "compare_set")
    assert list(map(spaced, chosen.options)) == ["Buffer 15 m", "Buffer 5 m", "Buffer 30 m"]
    assert "Minste bredde (m): 20" in words(app).replace("\\", "")


def test_a_set_that_does_not_hold_what_its_name_says_keeps_its_name(county):
    county(compared.row(parameter_set="building_buffer_m=5"))
    app = opened("compare")
    assert app.selectbox(key="compare_set").options == ["building_buffer_m=5"]


def test_more_sets_than_can_be_read_across_are_told_by_their_ends(county):
    daa = [40, 10, 70, *range(20, 51)]
    county(
        *(
            compared.row("9901", parameter_set=f"s{n}", reserve_m2=1000.0 * one)
            for n, one in enumerate(daa)
        )
    )
    app = opened("compare")
    assert not app.exception
    *_, whole, each = (one.value for one in app.dataframe)
    assert len(whole) == len(daa)
    (row,) = each.to_dict("records")
    assert (row["«s0»"], row["Minst av settene"], row["Mest av settene"]) == (40, 10, 70)


def test_a_figure_that_may_be_less_says_so_where_it_stands_alone(county):
    county(
        compared.row("9901", constraints_mapped=False, reserve_m2=40_000.0),
        compared.row("9902", reserve_m2=50_000.0),
    )
    app = opened("compare", municipality="9901")
    assert numbers(app)["Kommune 9901"] == "høyst 40,0 daa"
    assert numbers(app)["Samlet"] == "høyst 90,0 daa"
    assert "Hule streker" in words(app)


def test_the_unknown_are_named_until_there_are_too_many(county):
    county(*(compared.row(str(9900 + n), status="unknown") for n in range(30)))
    said = words(opened("compare"))
    assert "Kommune 9911 og 18 til" in said
    assert "30 kommuner er ukjente" not in said  # no chart of nothing
    assert "Ingen av kommunene har et kjent tall." in said


def test_one_set_alone_is_said_to_be(county):
    county(*THREE)
    assert "bare ett parametersett" in words(opened("compare"))


@pytest.mark.parametrize(
    "gone",
    [
        ("name", "county_no", *fields.PARAMETERS),
        (*fields.LAND, "constraints_mapped"),
        (*fields.RULE, *fields.PEOPLE),
        ("status", "reason", "synthetic_layers", "missing_layers", "zones_unaccounted"),
        tuple(set(fields.MUNICIPALITY_COLUMNS) - {*fields.KEYS, "geometry"}),
    ],
    ids=len,
)
def test_columns_that_are_not_there_are_named_and_the_page_goes_on(county, gone):
    county(*THREE[:2], drop=gone)
    app = opened("compare")
    assert not app.exception
    assert not app.error
    said = words(app).replace("\\", "")
    assert [one for one in gone if one not in said] == []


def test_without_outlines_there_is_no_map_and_the_rest_is_shown(county):
    folder = county(*THREE)
    frame = compared.frame(*THREE).drop(columns="geometry")
    frame.to_parquet(folder / fields.MUNICIPALITIES)
    app = opened("compare")
    assert not app.exception
    assert "ingen omriss" in words(app)
    assert len(app.dataframe[0].value) == 3


def test_a_measure_whose_column_is_not_there_is_no_figure(county):
    county(*THREE, drop=("inhabitants",))
    app = opened("compare", measure="reserve_m2_per_inhabitant", municipality="9901")
    assert "Ledig areal per innbygger: mangler datagrunnlag" in words(app)
    assert numbers(app) == {}
    assert "Ledig per innbygger (m²)" not in app.dataframe[0].value


def test_what_cannot_be_read_is_one_sentence(county, tmp_path, monkeypatch):
    folder = county(*THREE)
    (folder / fields.MUNICIPALITIES).write_bytes(b"no")
    app = opened("compare")
    assert not app.exception
    assert len(app.error) == 1
    assert "kan ikke leses som Parquet" in words(app)
    monkeypatch.setattr(summaries, "EXAMPLE", tmp_path / "borte")
    assert "Det ligger ingen sammenstilling" in words(opened("compare"))


def test_names_of_a_file_do_nothing(county):
    rows = [
        compared.row(
            "9901",
            name=HOSTILE,
            parameter_set=HOSTILE,
            reason=HOSTILE,
            missing_layers=HOSTILE,
            status="unknown",
        )
    ]
    county(*rows, run={"source": HOSTILE})
    app = opened("compare", municipality="9901")
    assert not app.exception
    assert "<img src=x" not in words(app).replace("\\<img", "")
    assert "<img src=x" not in "".join(one.proto.body for one in app.get("html"))


def test_a_file_of_the_readers_own_is_shown_in_its_place(county, tmp_path):
    county(*THREE)
    own = compared.folder(tmp_path / "egen", compared.row("9907", reserve_m2=70_000.0))
    app = opened("compare")
    content = (own / fields.MUNICIPALITIES).read_bytes()
    file = uploads.Given("egen.parquet", content, "digest")
    app.session_state["compare.given"] = ("id", file)
    app.run()
    assert not app.exception
    assert numbers(app)["Samlet"] == "70,0 daa"
    app.session_state["compare.given"] = ("id", uploads.Given("x.parquet", b"PAR1xPAR1", "d2"))
    app.run()
    assert not app.exception
    assert len(app.error) == 1


def square(**changed):
    """Three municipalities as a file has them, with other columns."""
    return compared.frame(*THREE_BARE).assign(**changed)


def without_figures():
    table = square()
    kept = (*fields.KEYS, "name", "geometry")
    return table.assign(**{one: np.nan for one in table.columns if one not in kept})


def no_geometry(frame):
    return pd.DataFrame(frame.drop(columns="geometry"))


def placed(shapes, crs=25832):
    return square().set_geometry(gpd.GeoSeries(shapes, crs=crs))


TWICE = compared.frame(*THREE_BARE[:2], THREE_BARE[0])
REFUSED = {
    "no columns": (pd.DataFrame(index=range(3)), "mangler kolonnen «Kommunenummer»"),
    "no rows": (square().iloc[:0], "har ingen kommuner"),
    "twice": (TWICE, "har kommunen 9901 to ganger"),
    "twice but for a zero": (
        square(municipality_no=["0301", "301", "1"]),
        "har kommunen 0301 to ganger",
    ),
    "a set without a name": (square(parameter_set=[None, "a", "a"]), "parameter_set» er tom"),
    "a set of blanks": (square(parameter_set=["  ", "a", "a"]), "parameter_set» er tom"),
    "no number": (square(municipality_no=[None, "1", "2"]), "(municipality_no) er tom"),
    "a word for a number": (square(reserve_m2=["mye", "1", "2"]), "har verdien mye"),
    "a day for a number": (square(reserve_m2=pd.Timestamp("2026-01-01")), "som ikke kan stemme"),
}


@pytest.mark.parametrize("whose", ["the server's", "the reader's own"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_compared_is_refused_in_one_sentence(county, case, whose):
    table, said = REFUSED[case]
    folder = county(*THREE)
    own = whose == "the reader's own"
    content = file_of(table, folder.parent if own else folder)
    app = opened("compare")
    if own:
        app.session_state["compare.given"] = ("id", uploads.Given("egen.parquet", content, case))
        app.run()
    assert not app.exception
    (error,) = app.error
    assert said in error.value.replace("\\", "")


def file_of(table, folder):
    path = folder / fields.MUNICIPALITIES
    table.to_parquet(path)
    return path.read_bytes()


@pytest.mark.parametrize("content", [b"", b"PAR1", b"municipality_no;name\n9901;x\n"])
def test_a_file_of_the_readers_own_that_is_no_parquet_is_called_so(county, content):
    county(*THREE)
    app = opened("compare")
    given = uploads.Given("egen.parquet", content, str(len(content)))
    app.session_state["compare.given"] = ("id", given)
    app.run()
    assert not app.exception
    (error,) = app.error
    assert ("kan ikke leses som Parquet" if content else "ingen objekter") in error.value


@pytest.mark.parametrize("number", [2, "<b>", None])
def test_a_summary_of_another_version_is_refused(county, number):
    county(*THREE, run={"format": number})
    app = opened("compare")
    assert not app.exception
    (error,) = app.error
    assert "denne utgaven av programmet leser format 1" in error.value
    assert "<b>" not in error.value.replace("\\<b\\>", "")


def test_without_one_figure_all_is_unknown_and_nothing_0(county):
    folder = county(*THREE)
    file_of(without_figures(), folder)
    for measure in MEASURES:
        app = opened("compare", measure=measure, municipality="9901")
        assert not app.exception
        assert set(numbers(app).values()) == {"ukjent", "ukjent av 3"}
        assert app.dataframe[0].value["Plass"].isna().all()
        assert "Ingen av kommunene har et kjent tall." in words(app)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("measure", MEASURES)
def test_few_municipalities_are_compared_too(county, count, measure):
    county(*(compared.row(str(9901 + n), reserve_m2=20_000.0 * (n + 1)) for n in range(count)))
    app = opened("compare", measure=measure, municipality="9901")
    assert not app.exception
    assert not app.error
    assert numbers(app)["Plass"].endswith(f"av {count}")


BOX = shapely.box(600_000, 6_600_000, 640_000, 6_640_000)
NOWHERE = {
    "no outline": placed([None] * 3),
    "empty": placed([shapely.Polygon()] * 3),
    "points": placed([shapely.Point(600_000, 6_600_000)] * 3),
    "degrees called metres": square().to_crs(4326).set_crs(25832, allow_override=True),
    "in no system": square().set_crs(None, allow_override=True),
    "text": no_geometry(square()).assign(geometry="POLYGON EMPTY"),
    "bytes": no_geometry(square()).assign(geometry=[shapely.to_wkb(BOX)] * 3),
}


@pytest.mark.parametrize("case", NOWHERE)
def test_outlines_that_lie_nowhere_are_no_map(county, case):
    file_of(NOWHERE[case], county(*THREE))
    app = opened("compare")
    assert not app.exception
    assert not app.error
    assert "ingen omriss av kommuner i et kjent koordinatsystem" in words(app)
    assert numbers(app)["Samlet"] == "120 daa"


BOWTIE = shapely.Polygon([(6e5, 66e5), (64e4, 664e4), (64e4, 66e5), (6e5, 664e4)])
SOMEWHERE = {
    "degrees": square().to_crs(4326),
    "another zone": square().to_crs(25833),
    "one alone": placed([BOX, None, None]),
    "over each other": placed([BOX] * 3),
    "crossing themselves": placed([BOWTIE, BOX, BOX]),
}


@pytest.mark.parametrize("case", SOMEWHERE)
def test_outlines_of_any_system_and_quality_are_drawn(county, case):
    file_of(SOMEWHERE[case], county(*THREE))
    app = opened("compare")
    assert not app.exception
    assert "ingen omriss" not in words(app)
    assert ("2 kommuner har ikke noe omriss" in words(app)) == (case == "one alone")


def test_no_new_jobs_anywhere_are_no_unknown_share(county):
    county(*(compared.row(one, jobs_inside=0, jobs_outside=0) for one in ("9901", "9902")))
    app = opened("compare", measure="share", municipality="9901")
    assert numbers(app) == {
        "Samlet": "ingen nye arbeidsplasser",
        "Kommune 9901": "ingen nye arbeidsplasser",
        "Plass": "ingen plass",
    }
    assert "Ingen nye arbeidsplasser" in app.dataframe[0].value["Forbehold"].iloc[0]


def test_a_name_that_is_a_program_is_text_on_the_map_too(county):
    program = "<script>alert(1)</script>"
    county(compared.row("9901", name=program), compared.row("9902", name=f"{program}2"))
    app = opened("compare", municipality="9901")
    assert not app.exception
    assert program not in words(app).replace("\\<script\\>", "")
    (drawn,) = (one.proto for one in app.get("component_instance"))
    (file,) = re.findall(r"maps/(\w+\.js)", drawn.json_args)
    script = (offline.MAPS / file).read_text(encoding="utf-8")
    assert "alert(1)" in script
    assert "<script" not in script
