"""Every kind of bad input is named: the layer, the feature, and what was done."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from shapely import LineString, MultiPoint, Point, Polygon, box

from geo import i18n
from geo.schema import layers as schema
from geo.schema.findings import MAX_NAMED
from geo.schema.validation import check_layer
from tests.support.projects import judged
from tests.support.rows import rows
from tests.support.shapes import square

X, Y = 610_000, 6_640_000
HERE = Point(X, Y)
PLOT = square(X, Y, side=1000)
BOW_TIE = Polygon([(X, Y), (X + 1000, Y + 1000), (X + 1000, Y), (X, Y + 1000)])


def zones(*geometries, crs=schema.CRS, **columns):
    count = len(geometries)
    whole = {
        "zone_id": [f"z{i}" for i in range(count)],
        "name": "Sone",
        "zone_type": "by",
        "status_text": "tekst",
        "abc": "A",
        "illustrative": True,
        "source": "kilde",
    }
    return rows(*geometries, crs=crs, **(whole | columns))


def projects(*geometries, **columns):
    count = len(geometries)
    whole = {
        "project_id": [f"p{i}" for i in range(count)],
        "name": "Sak",
        "zone_id": "z0",
        "business_type": "kontor",
        "gross_area_m2": np.nan,
        "site_area_m2": np.nan,
        "jobs_low": 1.0,
        "jobs": 2.0,
        "jobs_high": 3.0,
        "year": 2021,
        "status": "vedtatt",
        "effect": "counts",
        "source": "kilde",
        "accuracy_m": 100.0,
    }
    return rows(*geometries, **(whole | columns))


def found(findings):
    return [(finding.msgid, finding.feature) for finding in findings]


def test_a_layer_in_order_has_no_findings():
    usable, findings = check_layer("zones", zones(PLOT))
    assert findings == []
    assert usable.crs.to_epsg() == 25832
    assert usable.index.equals(pd.RangeIndex(1))


def test_the_frame_given_is_not_changed():
    given_frame = zones(BOW_TIE, zone_id=[7])
    before = given_frame.copy()
    check_layer("zones", given_frame)
    pd.testing.assert_frame_equal(pd.DataFrame(given_frame), pd.DataFrame(before))


def test_extra_columns_are_kept():
    usable, _ = check_layer("zones", zones(PLOT, kommentar="ja"))
    assert usable["kommentar"].item() == "ja"


def test_a_layer_without_reference_system_is_missing():
    usable, findings = check_layer("zones", zones(PLOT, crs=None))
    assert usable is None
    assert found(findings) == [("finding.crs_missing", None)]
    assert "«næringsområder» (zones)" in findings[0].say("nb")


def test_an_undefined_reference_system_is_missing():
    undefined = 'ENGCRS["Undefined Cartesian SRS",EDATUM[""],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["m",1]]'  # noqa: E501  # as GDAL writes it
    usable, findings = check_layer("zones", zones(PLOT, crs=undefined))
    assert usable is None
    assert found(findings) == [("finding.crs_missing", None)]


def test_another_reference_system_is_transformed_and_named():
    usable, findings = check_layer("zones", zones(PLOT).to_crs(4326))
    assert found(findings) == [("finding.reprojected", None)]
    assert usable.area.item() == pytest.approx(1_000_000, rel=1e-6)


def test_a_height_system_beside_the_right_one_is_nothing_to_mention():
    usable, findings = check_layer("zones", zones(PLOT).set_crs(5972, allow_override=True))
    assert findings == []
    assert usable.crs.to_epsg() == 25832


def test_a_missing_required_column_makes_the_layer_unusable():
    usable, findings = check_layer("growth_areas", rows(PLOT, area_id="a", name="A"))
    assert usable is None
    assert ("finding.column_required", None) in found(findings)
    assert "«Teller i 90 %-regelen» (counts)" in findings[0].say("nb")


def test_a_missing_optional_column_is_filled_and_named():
    usable, findings = check_layer("zones", zones(PLOT).drop(columns=["abc", "illustrative"]))
    assert usable["abc"].isna().all()
    assert usable["illustrative"].tolist() == [False]
    assert [f.msgid for f in findings] == ["finding.column_missing", "finding.column_default"]


def test_a_table_without_geometry_is_missing():
    usable, findings = check_layer("zones", pd.DataFrame(zones(PLOT).drop(columns="geometry")))
    assert usable is None
    assert found(findings) == [("finding.no_geometry", None)]


def test_empty_geometries_are_left_out_and_named():
    usable, findings = check_layer("zones", zones(None, Polygon(), PLOT))
    assert usable["zone_id"].tolist() == ["z2"]
    assert found(findings) == [
        ("finding.geometry_missing", "z0"),
        ("finding.geometry_missing", "z1"),
    ]


def test_a_self_crossing_polygon_is_repaired_and_its_area_told():
    usable, findings = check_layer("zones", zones(BOW_TIE))
    assert usable.is_valid.all()
    assert usable.area.item() == pytest.approx(500_000)  # two triangles of a quarter each
    assert found(findings) == [("finding.geometry_repaired", "z0")]
    assert findings[0].parts["after_m2"] == pytest.approx(500_000)
    assert "500,000 m²" in findings[0].say("en")


def test_a_polygon_that_is_only_a_line_is_left_out_and_named():
    flat = Polygon([(X, Y), (X + 10, Y), (X, Y)])
    usable, findings = check_layer("zones", zones(flat, PLOT))
    assert usable["zone_id"].tolist() == ["z1"]
    assert found(findings) == [("finding.geometry_collapsed", "z0")]


def test_a_point_among_zones_is_left_out_and_named():
    usable, findings = check_layer("zones", zones(PLOT, HERE, LineString([HERE, (X, Y + 1)])))
    assert len(usable) == 1
    assert found(findings) == [("finding.geometry_type", "z1"), ("finding.geometry_type", "z2")]
    assert "Point" in findings[0].say("nb")


def test_a_multipoint_of_one_is_a_point():
    usable, findings = check_layer(
        "stations", rows(MultiPoint([HERE]), station_id="s", name="Sted")
    )
    assert findings == []
    assert usable.geom_type.tolist() == ["Point"]


@pytest.mark.parametrize(
    ("place", "msgid"),
    [
        (Point(Y, X), "finding.axes_swapped"),
        (Point(11.04, 59.95), "finding.degrees"),
        (Point(0, 0), "finding.degrees"),
        (Point(9e9, 9e9), "finding.outside_norway"),
        (Point(float("nan"), Y), "finding.outside_norway"),
        (Point(float("inf"), Y), "finding.outside_norway"),
    ],
)
def test_coordinates_outside_norway_are_left_out_and_named(place, msgid):
    usable, findings = check_layer("projects", projects(place, HERE))
    assert usable["project_id"].tolist() == ["p1"]
    assert found(findings) == [(msgid, "p0")]
    assert findings[0].severity == "error"


def test_height_is_dropped_without_a_word():
    usable, findings = check_layer("stations", rows(Point(X, Y, 9), station_id="s", name="S"))
    assert findings == []
    assert not usable.has_z.any()


@pytest.mark.parametrize("number", ["301", 301, 301.0])
def test_a_lost_leading_zero_is_repaired_and_named(number):
    usable, findings = check_layer("municipality", rows(PLOT, municipality_no=[number], name="O"))
    assert usable["municipality_no"].tolist() == ["0301"]
    assert found(findings) == [("finding.leading_zero", "301")]


@pytest.mark.parametrize("number", ["32050", "Oslo"])
def test_a_malformed_municipality_number_is_unknown_and_named(number):
    usable, findings = check_layer("municipality", rows(PLOT, municipality_no=number, name="O"))
    assert usable["municipality_no"].isna().all()
    assert found(findings) == [("finding.municipality_no_malformed", number)]


@pytest.mark.parametrize("codes", [[1300, 1130], [1300.0, np.nan], ["1300", None]])
def test_land_use_codes_are_text(codes):
    usable, _ = check_layer("plan_areas", rows(PLOT, PLOT, plan_id="p", land_use_code=codes))
    assert usable["land_use_code"].iloc[0] == "1300"


def test_unknown_jobs_without_floor_area_are_named():
    unknown = {"jobs": np.nan, "jobs_low": np.nan, "jobs_high": np.nan}
    floor = [np.nan, 500.0]
    usable, findings = check_layer("projects", projects(HERE, HERE, gross_area_m2=floor, **unknown))
    assert found(findings) == [("finding.jobs_unknown", "p0")]
    assert usable["jobs"].isna().all()
    assert "bare med i regnestykket hvis det kan anslås" in findings[0].say("nb")


def test_a_project_without_effect_on_jobs_may_leave_them_out():
    nothing = {"jobs": np.nan, "jobs_low": np.nan, "jobs_high": np.nan, "effect": "none"}
    _, findings = check_layer("projects", projects(HERE, **nothing))
    assert findings == []


def test_negative_jobs_are_unknown_and_named():
    usable, findings = check_layer("projects", projects(HERE, jobs=-5.0))
    assert usable["jobs"].isna().all()
    assert found(findings) == [("finding.negative_jobs", "p0")]
    assert findings[0].severity == "error"
    assert "(-5 i" in findings[0].say("nb")


def test_jobs_out_of_order_lose_their_interval():
    usable, findings = check_layer("projects", projects(HERE, jobs_low=9.0))
    assert found(findings) == [("finding.jobs_order", "p0")]
    assert usable["jobs"].tolist() == [2.0]
    assert usable[["jobs_low", "jobs_high"]].isna().all(axis=None)


def test_text_in_a_number_column_is_unknown_and_named():
    usable, findings = check_layer("projects", projects(HERE, HERE, jobs=["mange", "2"]))
    assert found(findings) == [("finding.value_unreadable", "p0")]
    assert usable["jobs"].iloc[1] == 2


def test_a_decimal_comma_is_a_number():
    usable, findings = check_layer("projects", projects(HERE, jobs=["2,5"]))
    assert findings == []
    assert usable["jobs"].item() == 2.5


def test_infinite_jobs_are_unknown_and_named():
    _, findings = check_layer("projects", projects(HERE, jobs=np.inf))
    assert ("finding.value_unreadable", "p0") in found(findings)


def test_an_unknown_category_is_named_and_unknown():
    usable, findings = check_layer("zones", zones(PLOT, abc="D"))
    assert usable["abc"].isna().all()
    assert found(findings) == [("finding.value_unknown", "z0")]


def test_duplicate_ids_are_named_and_kept():
    usable, findings = check_layer("zones", zones(PLOT, PLOT, zone_id="z"))
    assert len(usable) == 2
    assert found(findings) == [("finding.duplicate_id", "z")]


def test_a_feature_without_id_is_called_by_its_row():
    usable, findings = check_layer("zones", zones(PLOT, PLOT, zone_id=["a", None]))
    assert found(findings) == [("finding.id_missing", "rad 2")]
    assert usable["zone_id"].tolist() == ["a", "rad 2"]
    assert "“row 2”" in findings[0].say("en")


def test_a_flag_that_cannot_be_read_counts_as_no_and_is_named():
    areas = rows(PLOT, PLOT, area_id=["a", "b"], name="A", counts=["ja", "kanskje"])
    usable, findings = check_layer("growth_areas", areas)
    assert usable["counts"].tolist() == [True, False]
    assert ("finding.flag_unknown", "b") in found(findings)


def test_a_layer_with_nothing_usable_is_missing():
    usable, findings = check_layer("zones", zones(None))
    assert usable is None
    assert found(findings)[-1] == ("finding.layer_empty", None)


def test_no_constraints_is_an_answer():
    none = rows(constraint_id=[], kind=[], severity=[], source=[])
    usable, findings = check_layer("constraints", none)
    assert findings == []
    assert usable.empty


def test_long_and_odd_values_are_cut_in_messages():
    _, findings = check_layer("zones", zones(PLOT, abc="x\n{layer}" * 1000))
    said = findings[0].say("nb")
    assert len(said) < 400
    assert "\n" not in said


def test_a_fault_of_many_features_is_counted_after_the_first():
    many = [None] * (MAX_NAMED + 7)
    _, findings = check_layer("zones", zones(PLOT, *many))
    assert len(findings) == MAX_NAMED + 1
    assert findings[-1].parts["count"] == 7


def test_ends_out_of_order_are_found_where_the_middle_is_not_known():
    columns = {
        name: pd.Series([value], dtype=object)
        for name, value in zip(schema.JOBS, (1.0, None, 0.0), strict=True)
    }
    _, findings = check_layer("projects", projects(HERE, **columns))
    assert "finding.jobs_order" in [one.msgid for one in findings]


NUMBERS = st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=5), st.booleans())


@given(values=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_whatever_stands_in_the_columns_the_rule_can_use_the_result(values):
    columns = {
        name: pd.Series([value[i] for value in values], dtype=object)
        for i, name in enumerate(schema.JOBS)
    }
    usable, findings = check_layer("projects", projects(*[HERE] * len(values), **columns))
    assert len(usable) == len(values)
    assert judged(usable, rows(PLOT)).counted.jobs_total >= 0
    for finding in findings:
        for language in i18n.LANGUAGES:
            assert finding.say(language) != finding.msgid


def test_a_polygon_far_outside_is_left_out_even_if_it_covers_norway():
    huge = box(-1e9, -1e9, 1e9, 1e9)
    usable, findings = check_layer("zones", zones(huge, PLOT))
    assert usable["zone_id"].tolist() == ["z1"]
    assert found(findings) == [("finding.outside_norway", "z0")]
