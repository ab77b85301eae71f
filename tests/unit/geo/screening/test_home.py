"""The municipality itself: its rule is of its own land, and its pack knows no ways elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, box

from geo.geometry.coverage import Sites
from geo.growth.terms import Terms
from geo.i18n import LANGUAGES
from geo.report.content import figures, rule_note
from geo.screening.context import context_of
from geo.screening.home import Home, home_shares
from geo.screening.model import Light
from geo.screening.present import columns, document, paragraph
from geo.screening.screen import compare, screen
from tests.support.projects import NORMS, ledger, project
from tests.support.rows import rows
from tests.support.sites import LAYERS, NEIGHBOUR, TOWN, at, codes, land, pack, screened, spot

GAP = "\N{NO-BREAK SPACE}"
NOWHERE = at(-9000, 500)  # in no municipality of the pack
THERE = at(9000, 500)  # in the neighbour
OFFICE = {"business_type": "kontor", "gross_area_m2": 5000.0}


def outside(found):
    return found.rule_before.counted.jobs_outside, found.rule_after.counted.jobs_outside


# Another municipality's site


@pytest.mark.parametrize("place", [THERE, NOWHERE, spot(9000, 500), at(8000, 0)])
@pytest.mark.parametrize("business", [{"jobs": 300.0}, OFFICE, {}])
def test_a_site_elsewhere_does_nothing_to_the_municipalitys_rule(place, business):
    found = screened(place, **business)
    assert (found.home_share, found.elsewhere) == (0, True)
    assert found.rule_after == found.rule_before
    assert not found.rule_left_out  # whatever its jobs are: none of them counts
    assert "screen.rule_elsewhere" in codes(found, Light.GREEN)
    assert found.light == Light.UNKNOWN
    assert "jobs_inside" not in [one.kind for one in found.remedies]


@pytest.mark.parametrize("language", LANGUAGES)
def test_wherever_the_effect_is_shown_it_is_said_that_there_is_none_and_why(language):
    on = land()
    found = screened(THERE, on=on, jobs=300.0)
    why = {"nb": "ingen av arbeidsplassene der (antall: 300)", "en": "none of the jobs there"}
    told = document(found, language)
    assert told["rule_after"] == told["rule_before"]
    assert told["home_share"] == 0
    file = columns([found], on, language).iloc[0]
    assert file["rule_after"] == file["rule_before"]
    for text in (paragraph(found, language), rule_note(found, language), told["text"]):
        assert why[language] in text
    assert why[language] in file["text"]
    table = compare([found, screened(at(4000, 500), on=on, jobs=10.0)], language)
    same = {"nb": "uendret: utenfor kommunen", "en": "unchanged: outside the municipality"}
    assert (
        sum(same[language] in cell for cell in table.iloc[:, 0]) == 2
    )  # without and with regional
    assert not any(same[language] in cell for cell in table.iloc[:, 1])


def test_without_projects_or_areas_it_is_still_known_to_do_nothing():
    for lacking in ({"growth_areas": None}, {"projects": None}):
        found = screened(THERE, on=land(**lacking), jobs=300.0)
        assert "screen.rule_elsewhere" in codes(found, Light.GREEN)
        assert "ingen av arbeidsplassene der" in paragraph(found)
        assert "ingen av arbeidsplassene der" in rule_note(found, "nb")


def test_one_that_replaces_a_project_of_the_list_takes_that_away_and_brings_nothing():
    listed = (TOWN[0], project(at(8900, 400, side=400), 90))
    found = screened(THERE, on=land(projects=listed), jobs=30.0, counted_as="replaces")
    assert outside(found) == (90, 0)
    assert "antall: 30" in paragraph(found)
    assert "screen.rule_replaces" in codes(found)


few = settings(deadline=None, max_examples=25)
amounts = st.none() | st.integers(0, 5000)
kinds = st.sampled_from([None, "kontor", "lager", "ukjent type"])
east = st.integers(-1900, 7000)
north = st.integers(-1900, 7000)


@few
@given(
    st.integers(8000, 17_000),
    north,
    st.integers(0, 900),
    amounts,
    kinds,
    st.booleans(),
    st.integers(0, 200),
)
def test_no_site_elsewhere_moves_the_rule(x, y, side, jobs, kind, net, lost):
    context = context_of(pack(), ledger(*TOWN), NORMS, terms=Terms(net=net))
    place = at(x, y, side=side) if side else spot(x + 1, y)
    row = {"jobs": [np.nan if jobs is None else float(jobs)], "jobs_lost": [float(lost)]}
    found = screen(context, rows(place, id="1", business_type=kind, **row))[0]
    assert found.rule_after == found.rule_before
    assert found.elsewhere
    rules = [code for code in codes(found) if code.startswith("screen.rule")]
    assert rules == ["screen.rule_elsewhere"]


@few
@given(east, north, st.integers(0, 900), amounts, kinds)
def test_of_a_site_in_the_municipality_the_border_changes_nothing(x, y, side, jobs, kind):
    place = at(x, y, side=side) if side else spot(x, y)
    row = rows(place, id="1", business_type=kind, jobs=[np.nan if jobs is None else float(jobs)])
    one = screen(land(accuracy=100), row)[0]
    other = screen(land(accuracy=100, municipality=None), row)[0]
    assert (one.home_share, other.home_share) == (1, None)
    assert one.rule_after == other.rule_after
    assert one.rule_left_out == other.rule_left_out


@pytest.mark.parametrize("municipality", [None, LAYERS["municipality"].iloc[1:]])
def test_where_the_municipality_is_not_known_all_jobs_are_counted_as_before(municipality):
    found = screened(THERE, on=land(municipality=municipality), jobs=300.0)
    assert (found.home_share, found.elsewhere, found.beyond_data) == (None, False, False)
    assert outside(found) == (60, 360)
    assert found.station is not None


# Across the border


def test_of_a_site_across_the_border_the_part_inside_is_counted_and_that_is_told():
    found = screened(at(7930, 500), jobs=100.0)  # 70 of 100 m are ours
    assert found.home_share == pytest.approx(0.7)
    assert outside(found) == (60, pytest.approx(130))
    said = f"Bare den delen av stedet som ligger i kommunen (70{GAP}%), regnes med"
    assert said in paragraph(found)
    assert said in rule_note(found, "nb")
    assert any(said in one.say() for one in found.assumptions)


@few
@given(st.integers(1, 99), st.integers(1, 3000), st.booleans())
def test_its_jobs_are_split_by_the_part_whatever_the_shape(part, jobs, line):
    ours = LineString([spot(8000 - part, 500), spot(8100 - part, 500)])
    found = screened(ours if line else at(8000 - part, 500), jobs=float(jobs))
    before, after = outside(found)
    assert after - before == pytest.approx(jobs * part / 100)


def test_points_across_the_border_are_split_by_their_number():
    found = screened(MultiPoint([spot(7000, 0), spot(7500, 0), spot(8500, 0)]), jobs=90.0)
    assert outside(found) == (60, pytest.approx(120))


def test_a_growth_area_over_the_border_counts_only_on_our_side():
    # Half of the site is ours, outside the area; the other half is in it, and the neighbour's.
    areas = rows(at(8000, 0, side=1000), area_id="x", name="Over", counts=True)
    found = screened(at(7950, 500), on=land(growth_areas=areas), jobs=100.0)
    assert found.growth_share == pytest.approx(0.5)
    before, after = found.rule_before.counted, found.rule_after.counted
    assert after.jobs_inside == before.jobs_inside
    assert after.jobs_outside - before.jobs_outside == pytest.approx(50)


def test_all_of_our_part_in_a_growth_area_is_said_so_and_not_all_of_the_site():
    areas = rows(at(7000, 0, side=1000), area_id="x", name="Til grensa", counts=True)
    found = screened(at(7950, 500), on=land(growth_areas=areas), jobs=100.0)
    assert "screen.rule_inside_part" in codes(found, Light.GREEN)
    assert "screen.rule_inside" not in codes(found)
    after = found.rule_after.counted
    assert after.jobs_inside - found.rule_before.counted.jobs_inside == pytest.approx(50)


def test_a_point_on_the_border_is_inside():
    found = screened(spot(8000, 500), jobs=100.0)
    assert outside(found) == (60, 160)


@pytest.mark.parametrize(("missing", "share"), [(0, 1), (0.5, 1), (2, 0.98), (60, 0.4)])
def test_no_more_than_a_sliver_in_no_municipality_is_taken_as_ours(missing, share):
    own = rows(at(-2000, -2000, side=10_000), municipality_no="3205", name="Vår")
    sites = Sites.of(np.array([at(7900 + missing, 500)]))
    home = Home.of(own, "3205")
    there = (("3205", 1 - missing / 100),)
    assert home_shares(sites, home, [there]).tolist() == pytest.approx([share])
    assert home_shares(sites, home, [()]).tolist() == [0]


# Stations and roads


@pytest.mark.parametrize("place", [THERE, NOWHERE, spot(9000, 500), at(2000, -90_000, side=500)])
def test_outside_the_municipality_no_station_or_road_is_known_to_be_the_nearest(place):
    on = land()
    found = screened(place, on=on, business_type="kontor", jobs=10.0)
    assert found.beyond_data
    assert (found.station, found.road) == (None, None)
    assert found.abc.fit == "unknown"
    told = document(found)
    assert (told["nearest_station"], told["main_road"]) == (None, None)
    why = "stedet ligger utenfor området som datapakken dekker"
    assert f"Avstand til stasjon og hovedveg er ukjent, for {why}" in paragraph(found)
    assert "screen.unknown_ways_outside" in [one.msgid for one in found.unknown]
    report = [cell for row in figures(found, on, "nb") for cell in row.values()]
    assert report.count(f"ukjent: {why}") == 2
    table = compare([found], "nb").iloc[:, 0]
    assert (table == f"ukjent: {why}").sum() == 3  # straight, along the roads, and to the road
    assert "Sentrum" not in paragraph(found)


def test_a_site_that_touches_the_municipality_has_its_ways():
    found = screened(at(7999, 500), business_type="kontor")
    assert not found.beyond_data
    assert found.station.name == "Sentrum stasjon"


def test_a_station_farther_off_than_the_border_is_the_nearest_known_and_no_more():
    # 7 400 m to the only station; the border with the neighbour is 0–100 m off.
    found = screened(at(7900, -150), business_type="kontor", jobs=10.0)
    assert found.station.at_most
    assert "screen.unknown_nearer_station" in [one.msgid for one in found.unknown]
    assert found.abc.reason.msgid == "screen.abc_station_at_most"
    assert not found.road.at_most  # the road goes on into the neighbour
    near = screened(at(700, 0), business_type="kontor", jobs=10.0)
    assert not near.station.at_most


def test_where_the_pack_has_the_neighbours_stations_the_nearest_known_is_the_nearest():
    stations = rows(
        spot(500, -100), spot(15_000, 0), station_id=["s", "n"], name=["Sentrum", "Nabo"]
    )
    found = screened(at(7500, -150), on=land(stations=stations), business_type="kontor")
    assert not found.station.at_most
    assert found.abc.reason.msgid == "screen.abc_far"


@few
@given(east, north)
def test_another_station_across_the_border_never_proves_a_known_distance_wrong(x, y):
    """What is not said to be «at most» stays, wherever the neighbour may have a station."""
    found = screened(at(x, y), remedies=False)
    if found.station.at_most:
        return
    edge = box(*at(-2000, -2000, side=10_000).bounds).boundary
    assert found.station.distance_m <= edge.distance(at(x, y)) + 1e-6
    assert NEIGHBOUR.distance(at(x, y)) >= found.station.distance_m - 1e-6


# A sketch of the roads


def test_a_distance_along_roads_drawn_by_hand_is_told_as_such():
    drawn = {"context": {"illustrative": True, "source": "Skisse"}}
    on = land(manifest=drawn)
    place = spot(100, 500)
    found = screened(place, on=on)
    assert "1,0 km langs veg (etter en håndtegnet skisse av vegene)" in paragraph(found).replace(
        GAP, " "
    )
    assert "håndtegnet skisse" in str(figures(found, on, "nb"))
    assert any("håndtegnet skisse" in name for name in compare([found], "nb").index)
    mapped = screened(place)
    assert "håndtegnet" not in paragraph(mapped)
    assert not any("håndtegnet" in name for name in compare([mapped], "nb").index)


def test_at_the_station_the_way_along_a_road_far_off_is_not_known():
    stations = rows(spot(500, 541), station_id="s", name="Sentrum stasjon")
    found = screened(spot(500, 541), on=land(stations=stations))
    assert (found.station.distance_m, found.station.network_m) == (0, None)
    assert "screen.network_off_road" in [one.msgid for one in found.unknown]
