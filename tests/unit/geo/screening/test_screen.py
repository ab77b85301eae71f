"""Every field of a screening by hand, and what a missing layer does to it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, MultiPoint

from geo.i18n import LANGUAGES
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening import present
from geo.screening.model import Light, ZonePart
from geo.screening.present import document, paragraph
from geo.screening.screen import compare, screen
from tests.support.errors import raising
from tests.support.land import BARE, plans, zones
from tests.support.land import land as accounted
from tests.support.projects import AREAS
from tests.support.rows import rows
from tests.support.sites import CLEAR, LAYERS, at, barred, codes, land, screened, site, spot

GAP = "\N{NO-BREAK SPACE}"

TOWNLAND = {
    "plan": plans(at(0, 0, side=1000)),
    "zone": zones(at(0, 0, side=1000)),
    "rules": BARE,
}

# Area and place


def test_a_clear_site_in_the_centre_has_green_light():
    found = screened(CLEAR, business_type="kontor", jobs=300.0)
    assert found.light == Light.GREEN
    assert codes(found) == [
        "screen.rule_inside",
        "screen.reason_plan_follows",
        "screen.reason_abc_fits",
        "screen.reason_clear",
    ]
    assert found.remedies == ()


def test_area_and_municipality_are_the_sites_own():
    found = screened(CLEAR)
    assert found.area_m2 == pytest.approx(10_000)
    assert (found.municipality_no, found.crosses) == ("3205", False)


def test_a_site_across_the_municipal_border_belongs_where_most_of_it_lies():
    found = screened(at(7970, 500))
    assert found.municipality_no == "3209"
    assert found.municipalities == (
        ("3209", pytest.approx(0.7)),
        ("3205", pytest.approx(0.3)),
    )
    assert found.crosses
    assert "screen.reason_other_municipality" in codes(found, Light.UNKNOWN)
    mostly_ours = screened(at(7930, 500))
    assert mostly_ours.municipality_no == "3205"
    assert "screen.reason_crosses" in codes(mostly_ours, Light.YELLOW)


def test_a_site_outside_all_municipalities_is_in_none():
    found = screened(at(-9000, 0))
    assert (found.municipality_no, found.municipalities) == (None, ())
    assert found.light == Light.UNKNOWN
    assert "screen.reason_other_municipality" in codes(found, Light.UNKNOWN)


def test_a_site_across_two_zones_has_the_larger_part_first():
    touching = rows(at(0, 0), at(100, 0), zone_id=["one", "two"], name=["En", "To"], abc="A")
    found = screened(at(70, 0), on=land(zones=touching))
    assert found.zones == (
        ZonePart(zone_id="two", name="To", share=pytest.approx(0.7), abc="A"),
        ZonePart(zone_id="one", name="En", share=pytest.approx(0.3), abc="A"),
    )


def test_where_zones_overlap_the_later_one_holds():
    over = rows(at(0, 0), at(50, 0), zone_id=["one", "two"], name=["En", "To"], abc=None)
    found = screened(at(0, 0), on=land(zones=over))
    assert [(zone.zone_id, zone.share) for zone in found.zones] == [
        ("one", pytest.approx(0.5)),
        ("two", pytest.approx(0.5)),
    ]


def test_a_point_on_the_border_of_two_zones_is_in_one():
    touching = rows(at(0, 0), at(100, 0), zone_id=["one", "two"], name=["En", "To"], abc="A")
    found = screened(spot(100, 50), on=land(zones=touching))
    assert [(zone.zone_id, zone.share) for zone in found.zones] == [("two", 1.0)]


def test_the_area_of_a_point_is_not_known_and_never_zero():
    found = screened(spot(500, 300), on=land(constraints=barred(at(450, 250))))
    assert found.area_m2 is None
    assert found.reserve_m2 is None
    flood = found.constraints["flood"]
    assert (flood.status, flood.m2, flood.exclude_m2) == ("overlap", None, None)
    clear = found.constraints["nature"]
    assert (clear.status, clear.m2) == ("clear", None)
    assert found.light == Light.RED
    assert "screen.unknown_area" in [one.msgid for one in found.unknown]


def test_a_line_is_shared_by_its_length():
    found = screened(LineString([spot(900, 500), spot(1300, 500)]))
    assert found.area_m2 is None
    assert found.growth_share == pytest.approx(0.25)


def test_points_are_shared_by_their_number():
    found = screened(MultiPoint([spot(900, 500), spot(950, 500), spot(1300, 500)]))
    assert found.growth_share == pytest.approx(2 / 3)


# Growth areas, corridor, ways


def test_growth_shares_are_by_area_and_regional_areas_are_told_apart():
    found = screened(at(975, 0))  # a quarter in the centre
    assert (found.growth_share, found.growth_share_regional) == (pytest.approx(0.25),) * 2
    regional = screened(at(5500, 500))
    assert (regional.growth_share, regional.growth_share_regional) == (0, 1)


def test_overlapping_growth_areas_count_once():
    twice = pd.concat([AREAS, AREAS.iloc[:1]], ignore_index=True).assign(name="x")
    assert screened(at(975, 0), on=land(growth_areas=twice)).growth_share == pytest.approx(0.25)


def test_the_corridor_is_a_kilometre_wide():
    # Its axis lies at 500 m north; the band ends at 1 000 m north.
    assert screened(at(200, 400)).corridor_share == 1
    assert screened(at(200, 975)).corridor_share == pytest.approx(0.25)


def test_the_station_is_measured_straight_and_along_the_road():
    found = screened(spot(100, 500)).station
    assert found.name == "Sentrum stasjon"
    assert found.distance_m == pytest.approx(52**0.5 * 100)  # 400 m east, 600 m south
    assert found.network_m == pytest.approx(600 + 400)
    assert found.reason is None


def test_the_main_road_is_named_and_measured_from_the_outline():
    found = screened(at(100, 500)).road
    assert (found.name, found.distance_m) == ("E6", pytest.approx(600))


def test_a_station_on_the_site_is_no_way_off():
    found = screened(at(450, -150)).station
    assert (found.distance_m, found.network_m) == (0, pytest.approx(0, abs=60))


# Plan and land


def test_the_newest_plan_holds_where_plans_overlap():
    plans = rows(
        at(0, 0, side=1000),
        at(50, 0),
        plan_id=["old", "new"],
        land_use_code=["1300", "1110"],
        adopted=[1990, 2020],
    )
    found = screened(at(0, 0), on=land(plan_areas=plans))
    assert [(p.plan_id, p.land_use_code, p.share) for p in found.plans] == [
        ("new", "1110", pytest.approx(0.5)),
        ("old", "1300", pytest.approx(0.5)),
    ]
    assert "screen.reason_plan_other" in codes(found, Light.YELLOW)
    older = plans.assign(adopted=[2021, 2020])
    assert screened(at(0, 0), on=land(plan_areas=older)).plans[0].share == pytest.approx(1)


def test_land_without_a_plan_is_not_known_to_be_for_business():
    found = screened(at(1000, 500))
    assert found.plans == ()
    assert "screen.reason_plan_missing" in codes(found, Light.UNKNOWN)
    said = [reason.say() for reason in found.verdict.reasons]
    assert f"planformålet er ukjent for 100{GAP}% av stedet" in said


def test_land_partly_without_a_plan_says_for_how_much_and_never_that_the_rest_is_no_business():
    # Of the site, 80 m wide, a plan for business covers 20 m; nothing is known of the others.
    on = land(plan_areas=rows(at(0, 0, side=1000), plan_id="p", land_use_code="1300"))
    found = screened(at(980, 500, side=80), on=on)
    said = [reason.say() for reason in found.verdict.reasons]
    assert f"planformålet er ukjent for 75{GAP}% av stedet" in said
    assert not any("næring" in one for one in said if "plan" in one)


@pytest.mark.parametrize(("inside", "follows"), [(91, True), (89, False)])
def test_a_plan_is_followed_from_nine_tenths_of_the_site(inside, follows):
    # A strip of the site lies outside zone A's plan, where there is another purpose.
    plans = rows(
        at(0, 0, side=1000),
        at(1000, 0, side=1000),
        plan_id=["p", "q"],
        land_use_code=["1300", "1110"],
    )
    found = screened(at(1000 - inside, 500), on=land(plan_areas=plans))
    assert ("screen.reason_plan_follows" in codes(found, Light.GREEN)) == follows
    assert ("screen.reason_plan_other" in codes(found, Light.YELLOW)) != follows


def test_reserve_and_densification_are_the_sites_part_of_the_account():
    # Plot 1 (1 ha) is vacant; plot 2 has a house of 2 500 m² where 100 %-BRA is allowed.
    plots = (at(0, 0), at(100, 0))
    house = rows(at(100, 0, side=50), building_id=["b"], floors=[1.0], gross_area_m2=[2500.0])
    account = accounted(plots, house, **TOWNLAND)
    # Without buffer only the house's own 2 500 m² are built; the rest of the plot is vacant.
    context = land(account=account)
    half = screened(at(50, 0), on=context)
    assert half.reserve_m2 == pytest.approx(5000 + 2500)
    whole = screened(at(100, 0), on=context)
    assert whole.reserve_m2 == pytest.approx(7500)
    assert whole.densification_bra_m2 == pytest.approx(
        account.total()["densification_bra_m2"], abs=1e-6
    )
    assert whole.unknown_plots == 0
    assert screened(at(1200, 500), on=context).reserve_m2 is None  # no zone: not accounted for


def test_more_reserve_than_the_site_is_large_is_a_fault_of_ours():
    account = accounted((at(0, 0),), **TOWNLAND)
    rows_ = account.part_rows
    twice = replace(account, part_rows=pd.concat([rows_, rows_]))
    with raising("error.reserve_over_site") as caught:
        screened(at(0, 0), on=land(account=twice))
    assert caught.value.parts == {
        "reserve": pytest.approx(20_000),
        "site": pytest.approx(10_000),
    }
    for language, said in zip(
        LANGUAGES, ("feil i programmet", "fault in the program"), strict=True
    ):
        assert said in caught.value.say(language)
    assert screened(at(0, 0), on=land(account=account)).reserve_m2 == pytest.approx(10_000)


def test_a_leasehold_on_the_site_is_not_reserve_twice():
    account = accounted((at(0, 0), at(0, 0, side=60)), **TOWNLAND)
    found = screened(at(0, 0), on=land(account=account))
    assert (found.reserve_m2, found.unaccounted_m2) == (pytest.approx(10_000), 0)


def test_a_tunnel_under_the_site_is_not_its_plan():
    plan = plans(
        at(0, 0, side=1000),
        at(0, 0, side=1000),
        plan_id=["ground", "tunnel"],
        land_use_code=["1300", "2010"],
        adopted=["2010", "2020-05-01"],
        vertical_level=["2", "1"],
    )
    found = screened(at(0, 0), on=land(plan_areas=plan))
    assert [part.plan_id for part in found.plans] == ["ground"]


def test_business_land_without_a_plot_is_unknown_and_not_none():
    # Plot 1 (1 ha) is vacant; east of it the zone and its plan go on, without plots.
    context = land(account=accounted((at(0, 0),), **TOWNLAND))
    half = screened(at(50, 0), on=context)
    assert (half.reserve_m2, half.unaccounted_m2) == (pytest.approx(5000), pytest.approx(5000))
    assert "ledig næringsareal 5,0\N{NO-BREAK SPACE}daa (ukjent for 5,0\N{NO-BREAK SPACE}daa)" in (
        paragraph(half, "nb")
    )
    assert "screen.unknown_partly_reserve" in [one.msgid for one in half.unknown]
    assert document(half)["unaccounted_m2"] == pytest.approx(5000)
    whole = screened(at(0, 0), on=context)
    assert (whole.reserve_m2, whole.unaccounted_m2) == (pytest.approx(10_000), 0)
    assert "ukjent for" not in paragraph(whole, "nb")
    none = screened(at(100, 0), on=context)
    assert (none.reserve_m2, none.densification_bra_m2, none.unknown_plots) == (None,) * 3
    assert none.unaccounted_m2 == pytest.approx(10_000)
    assert "screen.unknown_reserve_plots" in [one.msgid for one in none.unknown]


def test_land_that_is_not_for_business_needs_no_plot_to_have_no_reserve():
    # The site's northern half is for homes by a newer plan; the plot is the southern half.
    plan = plans(
        at(0, 0, side=1000),
        at(0, 50, side=1000),
        land_use_code=["1300", "1110"],
        adopted=[1990, 2020],
    )
    account = accounted((at(0, 0, height=50),), **TOWNLAND | {"plan": plan})
    found = screened(at(0, 0), on=land(account=account, plan_areas=plan))
    assert (found.reserve_m2, found.unaccounted_m2) == (pytest.approx(5000), 0)
    homes = screened(at(0, 100), on=land(account=account, plan_areas=plan))
    assert (homes.reserve_m2, homes.unaccounted_m2) == (0, 0)


def test_business_land_outside_the_zones_is_not_accounted_for():
    plan = plans(at(0, 0, side=2000))
    account = accounted((at(900, 0, side=200),), **TOWNLAND | {"plan": plan})
    found = screened(at(950, 0), on=land(account=account, plan_areas=plan))
    assert (found.reserve_m2, found.unaccounted_m2) == (pytest.approx(5000), pytest.approx(5000))


def test_a_plan_of_a_status_that_does_not_count_is_no_business_land():
    plan = plans(at(0, 0, side=1000), land_use_status="9")
    account = accounted((at(0, 0),), **TOWNLAND | {"plan": plan})
    found = screened(at(0, 0), on=land(account=account, plan_areas=plan))
    assert (found.reserve_m2, found.unaccounted_m2) == (0, 0)


def test_a_plot_that_is_there_twice_does_not_hide_land_without_one():
    account = accounted((at(0, 0, height=50), at(0, 0, height=50)), **TOWNLAND)
    found = screened(at(0, 0), on=land(account=account))
    assert found.unaccounted_m2 == pytest.approx(5000)


def test_without_an_account_reserve_is_not_known():
    found = screened(CLEAR)
    assert (found.reserve_m2, found.densification_bra_m2, found.unknown_plots) == (None,) * 3


def test_a_plot_whose_floor_area_is_not_known_is_counted():
    house = rows(at(100, 0, side=50), building_id=["b"], floors=[None], gross_area_m2=[None])
    context = land(account=accounted((at(100, 0),), house, **TOWNLAND))
    found = screened(at(100, 0), on=context)
    assert (found.densification_bra_m2, found.unknown_plots) == (None, 1)


# Jobs


def test_jobs_that_are_given_win():
    found = screened(CLEAR, jobs=50.0, gross_area_m2=9500.0, business_type="lager").jobs
    assert (found.low, found.mid, found.high, found.basis) == (50, 50, 50, "given")


def test_jobs_come_from_floor_area_by_the_norm():
    found = screened(CLEAR, gross_area_m2=6650.0, business_type="Lager").jobs
    assert (found.low, found.high) == (pytest.approx(70), pytest.approx(95))
    assert found.mid == pytest.approx(6650 / 82.5)


def test_a_sites_area_alone_says_nothing_about_jobs():
    found = screened(CLEAR, business_type="lager")
    assert (found.jobs.low, found.jobs.mid, found.jobs.high) == (None, None, None)
    assert found.jobs.basis == "unknown"


def test_with_a_utilisation_the_sites_area_gives_jobs():
    found = screened(CLEAR, business_type="lager", utilisation=0.665).jobs
    assert (found.low, found.high) == (pytest.approx(70), pytest.approx(95))
    assert found.basis == "utilisation"
    assert screened(spot(500, 300), business_type="lager", utilisation=1.0).jobs.mid is None


@pytest.mark.parametrize("utilisation", [0, -1, float("nan"), float("inf")])
def test_a_utilisation_that_is_none_is_refused(utilisation):
    with raising("error.utilisation"):
        screened(CLEAR, utilisation=utilisation)


def test_a_site_whose_figures_make_no_sense_is_named():
    with raising("error.negative_jobs", match="Hvam"):
        screened(CLEAR, id="Hvam", jobs=-1.0)


def test_sites_without_a_reference_system_are_refused():
    with raising("error.crs_missing"):
        screen(land(), rows(CLEAR, crs=None, id="1"))


def test_sites_in_another_projected_system_are_brought_to_the_packs():
    moved = site(CLEAR).to_crs("EPSG:25833")
    assert screen(land(), moved)[0].area_m2 == pytest.approx(10_000, rel=1e-3)


# Missing layers


@pytest.mark.parametrize(
    ("layer", "field"),
    [
        ("municipality", "municipality_no"),
        ("zones", "zones"),
        ("growth_areas", "growth_share"),
        ("plan_areas", "plans"),
        ("stations", "station"),
        ("context", "road"),
        ("corridor_nodes", "corridor_share"),
    ],
)
def test_a_missing_layer_leaves_its_field_unknown_and_says_so(layer, field):
    found = screened(CLEAR, on=land(**{layer: None}), business_type="kontor", jobs=10.0)
    assert getattr(found, field) is None
    said = [one.say("en") for one in found.unknown]
    assert any("lacks" in line for line in said)
    assert json.dumps(document(found), allow_nan=False)


@pytest.mark.parametrize("layer", ["constraints", "constraint_coverage"])
def test_without_a_layer_about_constraints_nothing_is_clear(layer):
    found = screened(CLEAR, on=land(**{layer: None}))
    assert {one.status for one in found.constraints.values()} == {"not_mapped"}
    assert {one.m2 for one in found.constraints.values()} == {None}
    assert found.light == Light.UNKNOWN


@pytest.mark.parametrize("missing", ["growth_areas", "projects"])
def test_without_growth_areas_or_projects_the_rule_is_not_known(missing):
    found = screened(at(2500, 500), on=land(**{missing: None}), jobs=10.0)
    assert (found.rule_before, found.rule_after) == (None, None)
    assert "screen.rule_no_layer" in codes(found, Light.UNKNOWN)
    assert found.light == Light.UNKNOWN


def test_a_pack_without_any_layer_knows_nothing_and_breaks_nothing():
    found = screened(CLEAR, on=land(projects=None, **dict.fromkeys(LAYERS)))
    assert found.light == Light.UNKNOWN
    assert set(found.constraints) == set(CONSTRAINT_KINDS)
    assert found.area_m2 == pytest.approx(10_000)
    assert json.dumps(document(found), allow_nan=False)


# Many, and in words


def test_no_sites_give_no_screenings():
    assert screen(land(), site(CLEAR).iloc[:0]) == []


def test_a_ground_is_shared_between_threads_without_harm():
    context = land(constraints=barred(at(200, 200, side=300)))
    many = rows(*(at(x, 100, side=150) for x in range(0, 3000, 50)), jobs=40.0, business_type="fou")
    alone = [document(one) for one in screen(context, many)]
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: screen(context, many), range(8)):
            assert [document(one) for one in found] == alone


def test_the_caller_keeps_unprepared_geometries():
    shapes = site(CLEAR)
    found = screen(land(), shapes)[0]
    assert not shapely.is_prepared(shapes.geometry.iloc[0])
    assert not shapely.is_prepared(found.geometry)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paragraph_has_four_to_eight_sentences_with_the_figures(language):
    found = screened(at(975, 0), business_type="lager", jobs=40.0, name="Nord <b>{x}</b>")
    said = paragraph(found, language)
    sentences = said.count(". ") + 1
    assert 4 <= sentences <= 8
    assert said.endswith(".")
    for figure in ("Nord <b>{x}</b>", "10", "3205", "25", "40", "1300", "Sentrum stasjon"):
        assert figure in said


def test_the_paragraph_says_what_is_not_known():
    said = paragraph(screened(spot(500, 300), on=land(constraint_coverage=None)), "nb")
    assert "uten kjent areal" in said
    assert "mangler datagrunnlag: dyrka mark, flom" in said
    assert "Antall nye arbeidsplasser er ukjent" in said


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"jobs": 50.0}, "Stedet gir 50 arbeidsplasser, "),
        (
            {"gross_area_m2": 6650.0, "business_type": "lager"},
            "Stedet gir 81 (70–95) arbeidsplasser, ",
        ),
    ],
)
@pytest.mark.parametrize("left_out", [{}, {"growth_areas": None}])
def test_the_text_gives_an_interval_of_jobs_where_there_is_one(columns, said, left_out):
    assert said in paragraph(screened(CLEAR, on=land(**left_out), **columns), "nb")


@pytest.mark.parametrize("left_out", ["growth_areas", "projects"])
def test_the_text_says_once_that_jobs_are_unknown_where_the_rule_is_too(left_out):
    said = paragraph(screened(at(0, 0), on=land(**{left_out: None})), "nb")
    assert "Antall nye arbeidsplasser er ukjent, og virkningen på 90 %-regelen" in said
    assert "ukjent arbeidsplasser" not in said
    assert said.count("Antall nye arbeidsplasser") == 1


def test_a_file_of_sites_is_in_the_readers_language_throughout():
    context, found = land(), screened(at(0, 0), jobs=40.0)
    written = json.loads(present.as_bytes([found], context, ".geojson", "en"))
    (feature,) = written["features"]
    assert written["source"] == f"Screening with the data pack {context.pack.name}"
    assert feature["properties"]["text"] == paragraph(found, "en")
    reasons = "; ".join(reason.say("en") for reason in found.verdict.reasons)
    assert feature["properties"]["reasons"] == reasons


def test_sites_side_by_side_have_one_unit_in_a_row():
    """Both in metres, where a sentence would say 2,8 km of the second."""
    near, far = (screened(at(x, 500), name=str(x)) for x in (1000, 2600))
    row = compare([near, far], "nb").loc["Til stasjon, langs veg"]
    assert row.tolist() == [
        "1\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}m",
        "2\N{NO-BREAK SPACE}800\N{NO-BREAK SPACE}m",
    ]


def test_five_sites_are_compared_and_namesakes_are_told_apart():
    context = land()
    sites = rows(*(at(x, 500) for x in range(0, 500, 100)), name=["Nord", "Nord", "C", "D", "E"])
    table = compare(screen(context, sites), "nb")
    assert list(table.columns) == ["Nord (1)", "Nord (2)", "C", "D", "E"]
    assert table.loc["Areal"].tolist() == ["10,0\N{NO-BREAK SPACE}daa"] * 5
    assert table.loc["Arbeidsplasser"].tolist() == ["ukjent"] * 5
    given = compare(screen(context, sites.assign(jobs=40.0)), "nb")
    assert given.loc["Arbeidsplasser"].tolist() == ["40"] * 5
    built = sites.assign(gross_area_m2=6650.0, business_type="lager")
    assert (
        compare(screen(context, built), "nb").loc["Arbeidsplasser"].tolist() == ["81 (70–95)"] * 5
    )
    with raising("error.too_many_to_compare"):
        compare(screen(context, pd.concat([sites, sites])), "nb")
