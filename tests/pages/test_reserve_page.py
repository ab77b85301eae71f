"""The page of vacant land: its figures follow the address, and it says what it does not know."""

from __future__ import annotations

import pytest

from geo.account import account
from geo.pack import DEFAULT_PACK, read_pack
from geo.reserve import ReserveRules
from tests.pages.test_pages import opened, spaced, use_pack, words  # noqa: F401  # a fixture


@pytest.fixture(scope="module")
def pack():
    return read_pack(DEFAULT_PACK)


def total(pack, **rules):
    layers = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    return account(*(pack.layer(name) for name in layers), ReserveRules(**rules)).total()


def shown(app, place):
    return spaced(app.metric[place].value)


def test_the_totals_are_those_of_the_account(pack):
    app = opened("reserve")
    expected = total(pack)["reserve_m2"] / 1000
    assert shown(app, 0) == f"{expected:,.0f} daa".replace(",", " ")
    assert "Avvik: 0,0 m²" in words(app)


def test_a_slider_moves_the_figure_and_the_address_and_the_address_gives_it_again(pack):
    app = opened("reserve")
    before = shown(app, 0)
    app.slider(key="buffer").set_value(30).run()
    moved = shown(app, 0)
    assert moved != before
    assert app.query_params["buffer"] == "30"
    assert shown(opened("reserve", buffer="30"), 0) == moved
    expected = total(pack, building_buffer_m=30)["reserve_m2"] / 1000
    assert moved == f"{expected:,.0f} daa".replace(",", " ")


def test_the_defaults_are_not_in_the_address():
    app = opened("reserve", buffer="15", util="60")
    assert "buffer" not in app.query_params
    assert "util" not in app.query_params


def test_the_reset_button_brings_the_defaults_back():
    app = opened("reserve", buffer="30", part="5000")
    reset = next(button for button in app.button if "standard" in button.label)
    reset.click().run()
    assert app.slider(key="buffer").value == 15
    assert app.slider(key="part").value == 1000


@pytest.mark.parametrize("buffer", ["abc", "-1", "9999", "1e9", "٣"])
def test_a_parameter_that_makes_no_sense_is_brought_into_range(buffer):
    app = opened("reserve", buffer=buffer)
    assert not app.exception
    assert 0 <= app.slider(key="buffer").value <= 50


def test_a_zone_has_less_than_the_municipality_and_the_corridor_is_an_area_too(pack):
    whole = float(total(pack)["gross_m2"])
    for area in ("heia", "corridor"):
        app = opened("reserve", zone=area)
        assert not app.exception
        first = words(app).split("Avvik")[0].split("\n")[-1]
        gross = float(first.split(" daa")[0].replace(" ", "").replace(",", "."))
        assert 0 < gross * 1000 < whole


def test_a_plot_in_the_address_shows_its_account(pack):
    parcel_id = pack.layer("parcels")["parcel_id"].iloc[0]
    app = opened("reserve", plot=parcel_id)
    assert f"Tomt {parcel_id}" in [header.value for header in app.subheader]
    assert "arbeidsplasser i ledig areal" in words(app)


def test_a_plot_that_is_not_there_is_said():
    assert "en tomt som ikke finnes" in words(opened("reserve", plot="1/1"))


def test_an_area_that_is_not_there_is_said_and_all_is_shown():
    app = opened("reserve", zone="atlantis")
    assert "et område som ikke finnes" in words(app)
    assert app.selectbox(key="reserve_area").value == "all"


def test_without_constraints_excluded_land_is_unknown_and_not_nought(use_pack):  # noqa: F811
    use_pack(drop=("constraints",))
    text = words(opened("reserve"))
    assert "ukjent båndlagt" in text
    assert "Ledig areal kan derfor være for høyt" in text


def test_without_plans_the_page_says_that_data_are_missing(use_pack):  # noqa: F811
    use_pack(drop=("plan_areas",))
    text = words(opened("reserve"))
    assert "Mangler datagrunnlag: laget «planformål»" in text


def test_every_figure_carries_its_badges():
    text = words(opened("reserve"))
    assert text.count("Syntetiske data") >= 3


def open_tab(app, label):
    app.session_state["reserve_tabs"] = label
    return app.run()


def test_a_tab_is_written_only_when_it_is_opened():
    app = opened("reserve")
    assert not [table for table in app.dataframe if "Tomt" in table.value.columns]
    open_tab(app, "Tomter")
    (plots,) = (table.value for table in app.dataframe if "Tomt" in table.value.columns)
    assert {"Arb.pl. ledig", "Arb.pl. fortetting"} <= set(plots.columns)


def test_classes_filter_the_table_of_plots():
    app = open_tab(opened("reserve"), "Tomter")
    app.button_group(key="reserve_classes").set_value(["ledig"]).run()
    assert not app.exception
    plots = next(table.value for table in app.dataframe if "Tomt" in table.value.columns)
    assert set(plots["Klasse"]) == {"Ledig"}


def test_the_sensitivity_is_computed_when_it_is_asked_for():
    app = open_tab(opened("reserve"), "Følsomhet")
    before = len(app.get("vega_lite_chart"))
    app.toggle(key="reserve_sensitivity").set_value(True).run()
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == before + 2
