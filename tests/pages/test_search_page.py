"""The page that finds a site: a wish in the address, ranked hits, and what to do without any."""

from __future__ import annotations

import json
import re

import pytest

from layers.maps import leaflet
from layers.maps.offline import OfflineMap
from tests.pages.test_pages import opened, words

pytestmark = pytest.mark.usefixtures("reads_only")


def wish(**asked):
    return {"wish": json.dumps(asked)}


def test_the_usual_wish_gives_ranked_hits_with_their_terms():
    app = opened("search")
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Nr."].tolist() == list(range(1, len(table) + 1))
    assert table["Poeng"].is_monotonic_decreasing
    assert (table["Daa"] >= 10).all()
    assert "Syntetiske data" in words(app)


def test_each_hit_has_its_rank_on_the_map(monkeypatch):
    drawn = []
    monkeypatch.setattr(leaflet, "show", lambda _, **options: drawn.append(options["moving"]))
    app = opened("search")
    assert not app.exception
    leaflet_map = OfflineMap()
    drawn[-1].add_to(leaflet_map)
    script = leaflet.script(leaflet_map).text
    spots = json.loads(re.search(r"spots = (\[\[.*?\]\]);", script)[1])
    assert [rank for _, _, rank, _ in spots] == app.dataframe[0].value["Nr."].tolist()


def test_a_wish_to_avoid_constraints_is_not_met_by_made_up_ones_and_that_is_said():
    app = opened("search", **wish(min_daa=40.0, avoid=["farmland"]))
    assert not app.exception
    assert not app.dataframe
    (said,) = [one.value for one in app.warning]
    assert said.startswith("Ønsket om å unngå hensyn kan ikke oppfylles")
    assert "Ikke vurdert (oppdiktede data): dyrka mark, flom" in words(app)
    passed = opened("search", **wish(min_daa=40.0, avoid=["farmland"], accept_unknown=True))
    table = passed.dataframe[0].value
    assert (table["Daa"] >= 40).all()
    assert set(table["Ikke kjent"]) == {"dyrka mark (ikke vurdert, oppdiktede data)"}


def test_a_link_gives_the_same_search(use_pack):
    use_pack(real=("constraints", "constraint_coverage"))
    app = opened("search", **wish(min_daa=40.0, avoid=["farmland"]))
    assert not app.exception
    assert (app.dataframe[0].value["Daa"] >= 40).all()
    assert json.loads(app.query_params["wish"]) == {"min_daa": 40.0, "avoid": ["farmland"]}


def test_without_hits_the_page_says_which_criterion_to_let_go():
    app = opened("search", **wish(min_daa=100_000.0))
    assert not app.exception
    assert not app.dataframe
    assert "minste størrelse" in words(app)


def test_a_link_that_makes_no_sense_is_said_and_the_page_stands():
    for text in ("{", "[]", '{"min_daa": -1}', '{"<script>": 1}'):
        app = opened("search", wish=text)
        assert not app.exception
        assert app.warning


def pressed(app, label):
    (button,) = [one for one in app.button if label in one.label]
    return button.click().run()


def test_the_columns_that_decide_come_first_and_both_distances_are_told():
    app = opened("search", **wish(min_daa=10.0, cut=True))
    table = app.dataframe[0].value
    first = ["Nr.", "Daa", "Område", "Stasjon (m)", "Langs veg (m)", "Poeng"]
    assert list(table)[:6] == first
    assert "bygger på en illustrativ skisse" in words(app)
    by_road = opened("search", **wish(min_daa=10.0, along_roads=True)).dataframe[0].value
    assert list(by_road)[3:5] == ["Langs veg (m)", "Stasjon (m)"]


def test_land_without_an_adopted_plan_is_told_and_taken_in_by_one_press():
    app = opened("search", **wish(min_daa=40.0, cut=True))
    assert app.dataframe[0].value["Område"].tolist() == ["Heia"]
    assert "Utelatt: 1 del uten vedtatt plan, 554" in words(app)
    assert "Kjeller (kommunedelplan)" in words(app)
    app = pressed(app, "Ta dem med")
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Område"].tolist() == ["Kjeller", "Heia"]
    assert table["Daa"].tolist()[0] == pytest.approx(40, abs=0.01)
    assert table["Hele (daa)"].tolist() == ["554", "–"]
    assert table["Plan og bruk"][0] == "ikke vedtatt plan, under arbeid: Kjeller (kommunedelplan)"
    assert "utsnitt foreslått av oss, ikke en eiendomsgrense" in words(app)
    assert json.loads(app.query_params["wish"])["unplanned"]
    assert "Utelatt" not in words(app)


def test_the_nearest_miss_is_named_and_let_in_by_one_press():
    app = opened("search", **wish(min_daa=40.0, max_station_m=1000.0))
    said = words(app)
    assert "Nærmest er 13,7 daa, ved Nesa syd (902/19)" in said
    assert "Nærmest er 2 437 m, ved Heia" in said
    app = pressed(app, "437")
    assert not app.exception
    assert app.dataframe[0].value["Område"].tolist() == ["Heia"]
    fields = {one.label: one.value for one in app.number_input}
    assert (fields["Minst (daa)"], fields["Stasjon innen (m)"]) == (40, 2437)
    assert json.loads(app.query_params["wish"]) == {"min_daa": 40.0, "max_station_m": 2437.0}


def test_a_wish_that_contradicts_itself_is_said_by_the_name_of_its_field():
    app = opened("search", **wish(min_daa=10.0))
    (most,) = [one for one in app.number_input if one.label == "Høyst (daa)"]
    most.set_value(5.0)
    app = next(one for one in app.button if one.label == "Søk").click().run()
    assert not app.exception
    assert "«Høyst (daa)» kan ikke være 5" in app.error[0].value


def test_a_link_keeps_what_the_form_has_no_field_for():
    asked = {"min_daa": 10.0, "road": "E6", "regional_counts": True, "join": False}
    app = opened("search", **wish(**asked))
    assert not app.exception
    assert json.loads(app.query_params["wish"]) == asked


def test_the_way_the_points_are_reckoned_is_written_out_with_its_weights():
    said = words(opened("search", **wish(min_daa=10.0, weights={"station": 3.0})))
    assert "Σ (vekt · ledd) / Σ vekt" in said
    assert "Nær stasjon 3,0" in said
