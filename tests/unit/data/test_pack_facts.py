"""Facts and sketches in the pack are those of the sources."""

import pytest

BUSINESS_TYPES = {
    "kontor",
    "lett_industri",
    "industri",
    "industri_lager",
    "lager",
    "handel",
    "handel_plasskrevende",
    "fou",
}


def by_id(frame, column):
    return frame.set_index(column)


def test_every_layer_is_valid_flat_and_in_utm_32(layers):
    for name, frame in layers.items():
        assert frame.crs.to_epsg() == 25832, name
        assert not frame.geometry.isna().any(), name
        assert not frame.geometry.is_empty.any(), name
        assert frame.geometry.is_valid.all(), name
        assert not frame.geometry.has_z.any(), name


def test_every_layer_but_context_holds_one_geometry_type(layers):
    mixed = {name for name, frame in layers.items() if frame.geom_type.nunique() > 1}
    assert mixed == {"context"}


def test_lillestrom_is_457_square_kilometres(layers):
    municipality = by_id(layers["municipality"], "municipality_no")
    assert municipality.loc["3205"].geometry.area / 1e6 == pytest.approx(457, abs=1)


def test_numbers_of_2024_keep_their_leading_zero(layers):
    names = by_id(layers["municipality"], "municipality_no")["name"]
    assert names["0301"] == "Oslo"
    assert names["3222"] == "Lørenskog"
    assert len(names) == 11


def test_zones_lie_in_the_municipality_and_apart_from_each_other(layers):
    own = by_id(layers["municipality"], "municipality_no").loc["3205"].geometry
    zones = layers["zones"]
    assert len(zones) == 11
    assert zones.within(own).all()
    assert zones.area.sum() == pytest.approx(zones.union_all().area)


def test_every_zone_says_what_the_strategy_says_and_which_business_fits(layers):
    zones = layers["zones"]
    assert not zones[["status_text", "abc", "business_profile", "zone_type"]].isna().any(axis=None)
    assert set(zones["abc"]) == {"A", "B", "C"}
    assert set(zones["business_profile"]) <= BUSINESS_TYPES


def test_only_berger_and_heia_do_not_count(layers):
    areas = by_id(layers["growth_areas"], "area_id")
    assert set(areas.index[~areas["counts"]]) == {"vekst-berger", "vekst-heia"}
    assert areas["counts"].sum() == 5


def test_sketches_are_marked_illustrative(layers, manifest):
    for name in ("zones", "growth_areas"):
        assert layers[name]["illustrative"].all()
        assert manifest["layers"][name]["illustrative"]


def test_stations_carry_their_number_in_the_national_register(layers):
    stations = by_id(layers["stations"], "name")
    assert stations.loc["Lillestrøm stasjon", "station_id"] == "NSR:StopPlace:451"
    assert stations.loc["Høybråten stasjon", "municipality_no"] == "0301"
    assert stations["station_id"].is_unique


def test_corridor_runs_from_lorenskog_to_kjeller(layers):
    nodes = layers["corridor_nodes"]
    assert nodes["seq"].tolist() == [1, 2, 3, 4]
    assert nodes["name"].tolist() == ["Lørenskog stasjon", "Ahus", "Lillestrøm stasjon", "Kjeller"]


def test_fetsund_lenser_stands_at_its_published_point(layers):
    point = by_id(layers["places"], "place_id").loc["fetsund-lenser"].geometry
    assert (point.x, point.y) == pytest.approx((620295, 6644601), abs=1)


def test_all_places_but_ahus_lie_in_the_municipality(layers):
    own = by_id(layers["municipality"], "municipality_no").loc["3205"].geometry
    places = layers["places"]
    assert set(places.loc[~places.within(own), "place_id"]) == {"ahus"}


@pytest.mark.parametrize("layer", ["projects", "places"])
def test_zone_that_is_named_exists(layer, layers):
    assert set(layers[layer]["zone_id"].dropna()) <= set(layers["zones"]["zone_id"])


def test_cases_lie_in_their_zone_or_say_that_they_do_not(layers):
    outlines = by_id(layers["zones"], "zone_id").geometry
    cases = layers["projects"]
    inside = cases.within(outlines.loc[cases["zone_id"]].set_axis(cases.index))
    assert set(cases.loc[~inside, "project_id"]) == {"bjorkemoen"}
    assert not cases.geometry.duplicated().any()


def test_unknown_figures_of_a_case_are_null_and_not_zero(layers):
    cases = layers["projects"]
    figures = cases[["gross_area_m2", "site_area_m2", "jobs_low", "jobs", "jobs_high", "year"]]
    assert not (figures == 0).any(axis=None)
    assert by_id(cases, "project_id")["jobs"].dropna().to_dict() == {"kjeller-kdp": 4500}


def test_case_without_legal_effect_does_not_count(layers):
    case = by_id(layers["projects"], "project_id").loc["frogner-naeringspark"]
    assert (case["status"], case["effect"]) == ("vedtatt", "none")
    assert "rettsvirkning" in case["note"]


def test_business_types_of_cases_are_known_or_empty(layers):
    assert set(layers["projects"]["business_type"].dropna()) <= BUSINESS_TYPES


def test_neighbours_that_share_a_vertex_still_share_it_after_rounding(layers):
    own = by_id(layers["municipality"], "municipality_no").geometry
    assert own["3205"].distance(own["3222"]) == 0
