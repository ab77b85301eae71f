"""Official names are recognised, and a person's word goes before the guess."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.intake.sites import read_layer
from geo.pack.mapping import (
    Source,
    Way,
    allowed,
    apply,
    guess,
    is_required,
    targets,
    unknown_values,
)
from geo.schema import layers as schema
from tests.support import sosi
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

SHAPE = square(614_000, 6_647_000)


def file(**columns):
    return rows(SHAPE, **columns)


def columns_of(layer, names, existing=None):
    found = guess(layer, file(**dict.fromkeys(names, "x")), existing)
    return {target: source.columns for target, source in found.items()}


@pytest.mark.parametrize(
    "name",
    [
        *("vedtaksdato", "ikrafttredelsesdato", "IKRAFT", "vedtakEndeligPlanDato", "datoIkraft"),
        *("planvedtaksdato", "Vedtaksår", "vedtatt", "ikrafttred"),  # the last cut to ten letters
    ],
)
def test_the_date_of_a_plan_is_known_by_its_official_names(name):
    assert columns_of("plan_areas", ["PLANID", name])["adopted"] == (name,)


def test_the_date_of_digitising_is_not_the_plans():
    assert "adopted" not in columns_of(
        "plan_areas", ["førsteDigitaliseringsdato", "datafangstdato"]
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([2019, 2020], [2019.0, 2020.0]),  # years stay numbers
        (["2019", "2020.0"], [2019.0, 2020.0]),
        (["12.06.2019", "20200701"], ["2019-06-12", "2020-07-01"]),
        (["2019-06-12T00:00:00", "2020"], ["2019-06-12", "2020"]),
        (pd.to_datetime(["2019-06-12", "2020-07-01"]), ["2019-06-12", "2020-07-01"]),
    ],
)
def test_dates_and_years_of_plans_are_kept(given, kept):
    frame = rows(SHAPE, SHAPE, dato=list(given))
    frame["dato"] = given
    made = apply("plan_areas", frame, {"adopted": Source.column("dato")})
    assert made["adopted"].tolist() == kept


@pytest.mark.parametrize("name", ["vertikalnivå", "vertikalniva", "VERTNIV", "vertikalNivå"])
@pytest.mark.parametrize(
    ("given", "code"),
    [(1, "1"), (2.0, "2"), ("under grunnen", "1"), ("På grunnen", "2"), ("3", "3")],
)
def test_the_level_of_a_plan_is_known_by_name_and_code(name, given, code):
    frame = file(PLANID="p", **{name: [given]})
    made = apply("plan_areas", frame, guess("plan_areas", frame))
    assert made["vertical_level"].tolist() == [code]


@pytest.mark.parametrize(
    ("official", "ours"),
    [
        ("20", "kommuneplan"),
        (21, "kommunedelplan"),
        ("22", "kommuneplan"),
        *((code, "reguleringsplan") for code in ("30", 31.0, "32", "33", "Eldre reguleringsplan")),
        (34, "områderegulering"),
        ("35", "detaljregulering"),
        ("Detaljregulering", "detaljregulering"),
    ],
)
def test_kinds_of_plan_are_read_by_code_and_by_name(official, ours):
    frame = file(lokalId=["p"], arealformål=["1300"], plantype=[official])
    made = apply("plan_areas", frame, guess("plan_areas", frame))
    assert made["plan_type"].tolist() == [ours]


@pytest.mark.parametrize(
    ("layer", "names", "expected"),
    [
        # Matrikkelen, teig: gnr and bnr say more than the teig's own number.
        (
            "parcels",
            ["teigid", "kommunenummer", "gardsnummer", "bruksnummer"],
            {"parcel_id": ("gardsnummer", "bruksnummer")},
        ),
        ("parcels", ["matrikkelnummertekst"], {"parcel_id": ("matrikkelnummertekst",)}),
        # SOSI Plan 5.0 as GML, and by its short names as in a shapefile.
        (
            "plan_areas",
            ["lokalId", "arealformål", "arealbruksstatus", "utnyttingstype", "utnyttingstall"],
            {
                "plan_id": ("lokalId",),
                "land_use_code": ("arealformål",),
                "land_use_status": ("arealbruksstatus",),
                "utilisation_type": ("utnyttingstype",),
                "utilisation_value": ("utnyttingstall",),
            },
        ),
        (
            "plan_areas",
            ["PLANID", "RPAREALFOR", "AREALST", "UTNTYP", "UTNTALL"],
            {
                "plan_id": ("PLANID",),
                "land_use_code": ("RPAREALFOR",),
                "land_use_status": ("AREALST",),
                "utilisation_type": ("UTNTYP",),
                "utilisation_value": ("UTNTALL",),
            },
        ),
        # FKB-Bygning and matrikkelen.
        (
            "buildings",
            ["bygningsnummer", "bygningstype", "antallEtasjer", "bruksarealTotalt"],
            {
                "building_id": ("bygningsnummer",),
                "building_type": ("bygningstype",),
                "floors": ("antallEtasjer",),
                "gross_area_m2": ("bruksarealTotalt",),
            },
        ),
        # OpenStreetMap.
        (
            "buildings",
            ["osm_id", "building", "building:levels"],
            {
                "building_id": ("osm_id",),
                "building_type": ("building",),
                "floors": ("building:levels",),
            },
        ),
        (
            "municipality",
            ["kommunenummer", "kommunenavn"],
            {"municipality_no": ("kommunenummer",), "name": ("kommunenavn",)},
        ),
        # A flattened GML has a path in front of its names.
        (
            "constraints",
            ["identifikasjon.lokalId", "arealtype"],
            {"constraint_id": ("identifikasjon.lokalId",), "kind": ("arealtype",)},
        ),
        ("zones", ["Områdenavn"], {"name": ("Områdenavn",), "zone_id": ("Områdenavn",)}),
    ],
)
def test_official_names_are_recognised(layer, names, expected):
    assert columns_of(layer, names) == expected


@pytest.mark.parametrize("layer", schema.LAYERS)
def test_our_own_names_are_recognised_for_every_layer(layer):
    names = list(schema.LAYERS[layer].columns.columns)
    assert columns_of(layer, names) == {name: (name,) for name in names}


def test_a_column_is_used_for_one_thing_only():
    found = columns_of("growth_areas", ["id", "navn", "type"])
    assert found == {"area_id": ("id",), "name": ("navn",), "category": ("type",)}
    assert len(set(found.values())) == 3


def test_gnr_and_bnr_become_one_text_and_are_unknown_where_one_is():
    frame = rows(SHAPE, SHAPE, gnr=[12.0, 13.0], bnr=[34.0, None])
    made = apply("parcels", frame, guess("parcels", frame))
    assert made["parcel_id"].iloc[0] == "12/34"
    assert pd.isna(made["parcel_id"].iloc[1])


def test_ids_are_found_by_name_where_those_of_the_file_say_nothing():
    existing = rows(SHAPE, zone_id="kjeller", name="Kjeller")
    frame = rows(SHAPE, SHAPE, objid=[1, 2], id=[7, 8], navn=["KJELLER ", "Ny øst"])
    found = guess("zones", frame, existing)
    assert found["zone_id"].way is Way.BY_NAME
    assert apply("zones", frame, found, existing)["zone_id"].tolist() == ["kjeller", "ny-ost"]


def test_ids_of_the_file_are_kept_where_they_are_those_of_before():
    existing = rows(SHAPE, zone_id="7", name="Kjeller")
    frame = rows(SHAPE, id="7", navn="Kjeller")
    assert guess("zones", frame, existing)["zone_id"] == Source.column("id")


@pytest.mark.parametrize(
    ("layer", "column", "given", "expected"),
    [
        ("constraints", "kind", "21", "farmland"),
        ("constraints", "kind", 22.0, "farmland"),
        ("constraints", "kind", "Kvikkleire", "quick_clay"),
        ("constraints", "kind", "FLOOD", "flood"),
        ("constraints", "severity", "Utelukker", "exclude"),
        ("plan_areas", "land_use_status", "Framtidig", "2"),
        ("plan_areas", "utilisation_type", "%-BYA", "16"),
        ("plan_areas", "utilisation_type", "18", "18"),
        ("context", "kind", "Innsjø", "lake"),
    ],
)
def test_official_values_become_our_codes(layer, column, given, expected):
    made = apply(layer, file(verdi=[given]), {column: Source.column("verdi")})
    assert made[column].tolist() == [expected]


def test_a_value_that_stands_for_no_code_is_told_and_can_be_given_one():
    frame = rows(SHAPE, SHAPE, SHAPE, t=["rar", "flom", "rar"])
    source = Source.column("t")
    assert unknown_values("constraints", "kind", frame["t"], source) == ["rar"]
    coded = Source(Way.COLUMN, ("t",), codes=(("rar", "nature"),))
    assert unknown_values("constraints", "kind", frame["t"], coded) == []
    made = apply("constraints", frame, {"kind": coded})
    assert made["kind"].tolist() == ["nature", "flood", "nature"]


def test_a_constant_is_the_same_for_all_and_other_columns_stay_behind():
    frame = rows(SHAPE, SHAPE, a=[1, 2], eier=["Hemmelig", "Navn"])
    made = apply("growth_areas", frame, {"counts": Source.constant("true")})
    assert list(made.columns) == ["counts", "geometry"]
    assert made["counts"].tolist() == ["true", "true"]


def test_a_column_that_the_file_has_not_is_named_with_those_that_it_has():
    with raising("error.column_not_in_file", match=r"«xx».*navn"):
        apply("zones", file(navn="a"), {"name": Source.column("xx")})


def test_the_geometry_is_no_column_to_take_values_from():
    with raising("error.column_not_in_file"):
        apply("zones", file(navn="a"), {"name": Source.column("geometry")})


def test_a_column_that_the_layer_has_not_is_refused():
    with raising("error.mapping_target", match="«eier»"):
        apply("zones", file(navn="a"), {"eier": Source.column("navn")})


def test_what_a_column_may_hold_follows_the_schema():
    assert allowed("zones", "abc") == ("A", "B", "C")
    assert allowed("growth_areas", "counts") == ("true", "false")
    assert allowed("zones", "name") is None
    assert "business_profile" in targets("zones")
    assert is_required("zones", "zone_id")
    assert not is_required("zones", "business_profile")


@pytest.mark.parametrize(
    ("layer", "told", "expected"),
    [
        (
            "plan_areas",
            """..IDENT
...LOKALID a-b
...NAVNEROM http://data.geonorge.no
..NASJONALAREALPLANID
...KOMM 3205
...PLANID 0231_12
..RPAREALFORMÅL 1300
..AREALST 2
..UTNYTTING
...UTNTYP 16
...UTNTALL 50
..IKRAFT 20200131""",
            {
                "plan_id": "PLANID",
                "land_use_code": "RPAREALFORMÅL",
                "land_use_status": "AREALST",
                "utilisation_type": "UTNTYP",
                "utilisation_value": "UTNTALL",
                "adopted": "IKRAFT",
            },
        ),
        (
            "plan_areas",
            "..PLANID 0231_12\n..KPAREALFORMÅL 1130\n..AREALST 1",
            {
                "plan_id": "PLANID",
                "land_use_code": "KPAREALFORMÅL",
                "land_use_status": "AREALST",
            },
        ),
        (
            "parcels",
            "..MATRIKKELNUMMER\n...KOMM 3205\n...GNR 12\n...BNR 34",
            {"parcel_id": ("GNR", "BNR")},
        ),
        (
            "buildings",
            "..BYGGNR 0123456\n..BYGGTYP_NBR 211",
            {"building_id": "BYGGNR", "building_type": "BYGGTYP_NBR"},
        ),
    ],
)
def test_the_names_of_sosi_are_known(layer, told, expected):
    objects = (sosi.square(1, 0, 0, 50), sosi.flate(2, ":1", objtype="Område", told=told))
    frame = read_layer(sosi.document(*objects).encode(), "plan.sos", layer="Område")
    found = {target: source.columns for target, source in guess(layer, frame).items()}
    wanted = {
        target: columns if isinstance(columns, tuple) else (columns,)
        for target, columns in expected.items()
    }
    assert {target: found.get(target) for target in wanted} == wanted
