"""The page of vacant land: its figures follow the address, and it says what it does not know."""

from __future__ import annotations

import pytest

from geo.errors import PackError
from geo.land.compute import account
from geo.land.rules import ReserveRules
from geo.land.table import imbalance
from layers.app import cache
from layers.errors import HeavyWorkError
from tests.pages.test_pages import opened, spaced, words
from tests.support.reading import embedded

pytestmark = pytest.mark.usefixtures("reads_only")


@pytest.fixture(scope="module")
def pack():
    return embedded()


def account_of(pack, **rules):
    layers = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    return account(*(pack.layer(name) for name in layers), ReserveRules(**rules))


def total(pack, **rules):
    return account_of(pack, **rules).total()


def shown(app, place):
    return spaced(app.metric[place].value)


def test_the_totals_are_those_of_the_account(pack):
    app = opened("reserve")
    expected = total(pack)["reserve_m2"] / 1000
    assert shown(app, 0) == f"{expected:,.0f} daa".replace(",", " ")
    assert "Avvik: under 1 m²." in words(app)


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
    used = app.slider(key="buffer").value
    assert 0 <= used <= 50
    # A reader who is sent such a link must know that the figures are not those it promises.
    assert f"siden viser {used}." in words(app)


def test_a_parameter_that_can_be_used_is_not_remarked_on():
    assert "Lenken oppgir" not in words(opened("reserve", buffer="20", part="0"))


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
    assert f"Tomt {parcel_id}" in [header.value for header in app.header]
    assert "arbeidsplasser i ledig areal" in words(app)


def plot_of_class(pack, name):
    layers = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    plots = account(*(pack.layer(layer) for layer in layers), ReserveRules()).plots
    return plots[plots["class"] == name].iloc[0]


def test_what_is_not_known_of_a_plot_is_called_unknown(pack):
    row = plot_of_class(pack, "ukjent")
    text = words(opened("reserve", plot=row["parcel_id"]))
    assert "Tillatt på bebygd del: ukjent" in text
    assert "Utnytting: ukjent" in text
    assert "None" not in text


def test_a_vacant_plot_says_what_its_vacant_part_may_carry(pack):
    row = plot_of_class(pack, "ledig")
    text = words(opened("reserve", plot=row["parcel_id"]))
    assert row["reserve_bra_m2"] == pytest.approx(918.7, abs=0.1)
    assert "Tillatt på ledig del: 919 m² BRA" in text


def test_an_account_that_does_not_sum_is_not_to_be_used(monkeypatch):
    assert "Ikke bruk tallene" not in words(opened("reserve"))
    # What the page tolerates is made less than nothing: every account is then too far off.
    monkeypatch.setattr("layers.reserve.balance.BALANCE_TOLERANCE", -1.0)
    assert "Ikke bruk tallene" in words(opened("reserve"))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HeavyWorkError("error.heavy_lost"), None),
        (PackError("error.heavy_pack_changed"), "Datapakken ble byttet"),
    ],
)
def test_a_balance_is_called_checked_only_when_it_has_been(monkeypatch, error, told):
    real, said = cache.land_account, []

    def lost(*asked, measured=True, tick=None):
        if measured:
            assert tick is not None
            tick()
            said.append(asked)
            raise error
        return real(*asked, measured=False)

    app = opened("reserve")
    cache._land.clear()
    with monkeypatch.context() as broken:
        broken.setattr(cache, "land_account", lost)
        app.slider(key="buffer").set_value(33).run()
    assert said
    assert "Avvik: ikke kontrollert." in words(app)
    assert "under 1 m²" not in words(app)
    assert [told in one.value for one in app.error] == ([True] if told else [])
    # The figures are there all the same, and the next look checks them.
    assert app.metric[0].value
    app.run()
    assert "Avvik: under 1 m²." in words(app)


def test_a_balance_is_checked_also_where_the_reader_stopped_what_comes_before(monkeypatch):
    def stopped(*_):
        raise HeavyWorkError("error.heavy_stopped")

    app = opened("reserve")
    cache._land.clear()
    monkeypatch.setattr(cache, "sensitivity", stopped)
    app.session_state["reserve_sensitivity"] = True
    app.session_state["reserve_tabs"] = "Følsomhet"
    app.run()
    assert "Utregningen er avbrutt." in words(app)
    assert "Avvik: under 1 m²." in words(app)


def test_what_a_slider_shows_is_a_fresh_account_of_it(pack):
    app = opened("reserve")
    for key, value in (("buffer", 23), ("part", 2500), ("minwidth", 8), ("buffer", 0)):
        app.slider(key=key).set_value(value).run()
    expected = total(pack, building_buffer_m=0, min_part_m2=2500, min_width_m=8)
    assert shown(app, 0) == f"{expected['reserve_m2'] / 1000:,.0f} daa".replace(",", " ")
    assert "Avvik: under 1 m²." in words(app)


def test_a_plot_that_is_not_there_is_said():
    assert "en tomt som ikke finnes" in words(opened("reserve", plot="1/1"))


def test_an_area_that_is_not_there_is_said_and_all_is_shown():
    app = opened("reserve", zone="atlantis")
    assert "et område som ikke finnes" in words(app)
    assert app.selectbox(key="reserve_area").value == "all"


def test_without_constraints_excluded_land_is_unknown_and_not_nought(use_pack):
    use_pack(drop=("constraints",))
    text = words(opened("reserve"))
    assert "ukjent båndlagt" in text
    assert "Ledig areal kan derfor være for høyt" in text


def test_without_plans_the_page_says_that_data_are_missing(use_pack):
    use_pack(drop=("plan_areas",))
    text = words(opened("reserve"))
    assert "Mangler datagrunnlag: laget «planformål»" in text


def test_every_figure_carries_its_badges():
    text = words(opened("reserve"))
    assert text.count("Syntetiske data") >= 3


DEMONSTRATION = "Demonstrasjonsdata: viser metoden, ikke Lillestrøm"


def metrics(app):
    return [metric.label for metric in app.metric]


def real(frame):
    return frame.assign(synthetic=False) if "synthetic" in frame else frame


def of_real_plots(directory):
    """The pack as if its plots, plans and buildings were the municipality's own."""
    path = directory / "manifest.toml"
    text = path.read_text(encoding="utf-8")
    for layer in ("parcels", "plan_areas", "buildings"):
        head, tail = text.split(f"[layers.{layer}]\n")
        text = f"{head}[layers.{layer}]\n{tail.replace('synthetic = true', 'synthetic = false', 1)}"
    path.write_text(text, encoding="utf-8")


def test_made_up_plots_are_said_once_to_show_the_method_alone():
    for app in (opened("reserve"), opened("reserve", zone="heia")):
        assert words(app).count(DEMONSTRATION) == 1
        assert "satt av oss som inndata, ikke målt" in words(app)
    english = opened("reserve", lang="en")
    assert words(english).count("Demonstration data: shows the method, not Lillestrøm") == 1


@pytest.mark.parametrize("area", ["all", "corridor"])
def test_made_up_plots_have_no_job_totals(area):
    app = opened("reserve", zone=area)
    assert metrics(app) == ["Ledig areal", "Fortettingspotensial"]
    assert "Arbeidsplasser summeres derfor ikke for kommunen." in words(app)


def test_a_zone_shows_its_jobs_with_what_they_are_reckoned_by():
    app = opened("reserve", zone="heia")
    assert metrics(app).count("Arbeidsplasser der") == 2
    # Badges stand beside them, and the norms say what their square metres are.
    assert "Industri og lager 36–95 (NIA/GEA)" in words(app)
    assert "Kontor 23–28 (BTA)" in words(app)


def test_real_plots_have_totals_and_no_demonstration(use_pack):
    of_real_plots(use_pack(change={"parcels": real}))
    app = opened("reserve")
    assert metrics(app).count("Arbeidsplasser der") == 2
    assert "Demonstrasjonsdata" not in words(app)
    assert "inndata" not in words(app)
    assert "Demonstrasjonsdata" not in words(opened("zones", zone="heia"))


def test_jobs_of_a_zone_say_when_a_part_of_them_is_unknown(pack):
    app = opened("reserve")
    table = next(one.value for one in app.dataframe if "Arb.pl. ledig" in one.value.columns)
    layers = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    zones = account(*(pack.layer(layer) for layer in layers), ReserveRules()).by_zone()
    names = pack.layer("zones").set_index("zone_id")["name"]
    partly = set(names[zones.index[zones["unknown_reserve_m2"] > 0]])
    assert 0 < len(partly) < len(names)
    said = table.set_index("Område")["Arb.pl. ledig"]
    assert set(said.index[said.str.endswith(" + ukjent")]) == partly


def test_a_norm_of_sales_area_says_so_where_jobs_are_reckoned_by_it(use_pack):
    use_pack(change={"zones": lambda zones: zones.assign(business_profile="handel")})
    assert "Handel 15–20 (salgsareal)" in words(opened("reserve"))
    assert "Retail 15–20 (sales area)" in words(opened("reserve", lang="en"))


def test_an_imbalance_that_the_data_carry_is_told():
    assert spaced(imbalance(0.0, "nb")) == "under 1 m²"
    assert spaced(imbalance(0.999, "nb")) == "under 1 m²"
    assert spaced(imbalance(1.0, "nb")) == "1 m²"
    assert spaced(imbalance(1234.4, "nb")) == "1 234 m²"
    assert spaced(imbalance(1234.4, "en")) == "1,234 m²"


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


def test_what_a_plot_may_carry_is_not_drawn_as_nothing_where_it_is_unknown(pack):
    plots = account_of(pack).plots
    row = plots[plots["built_bra_m2"].isna() & plots["existing_bra_m2"].gt(0)].iloc[0]
    app = opened("reserve", plot=row["parcel_id"])
    drawn = " ".join(one.proto.body for one in app.get("html"))
    assert "Tillatt på bebygd del: ukjent</em>" in drawn
    assert "nan" not in drawn


def test_a_zone_without_plots_has_unknown_vacant_land(use_pack, pack):
    heia = pack.layer("zones").set_index("zone_id").geometry["heia"]
    use_pack(change={"parcels": lambda parcels: parcels[~parcels.intersects(heia)]})
    app = opened("reserve", zone="heia")
    assert not app.exception
    assert [metric.value for metric in app.metric[::2]] == ["ukjent", "ukjent"]


def test_in_a_zone_what_is_said_of_the_whole_municipality_says_so_in_the_same_unit():
    app = opened("reserve", zone="heia")
    said = [spaced(one.value) for one in app.caption]
    whole = next(place for place, one in enumerate(said) if "I alle sonene i kommunen" in one)
    assert "1 046 daa" in said[whole]
    assert any("hele kommunen, ikke bare området" in one for one in said[:whole])
    assert not any("m² næringsareal" in one for one in said)
    of_all = [one.value for one in opened("reserve").caption]
    assert not any("ikke bare området" in one for one in of_all)
