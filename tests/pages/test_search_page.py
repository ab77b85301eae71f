"""The page that finds a site: a wish in the address, ranked hits, and what to do without any."""

from __future__ import annotations

import json
import re

from layers.maps import leaflet
from layers.maps.offline import OfflineMap
from tests.pages.test_pages import opened, words


def wish(**asked):
    return {"wish": json.dumps(asked)}


def test_the_usual_wish_gives_ranked_hits_with_their_terms():
    app = opened("search")
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Nr."].tolist() == list(range(1, len(table) + 1))
    assert table["Poeng (0–100)"].is_monotonic_decreasing
    assert (table["Areal (daa)"] >= 10).all()
    assert "Syntetiske data" in words(app)


def test_each_hit_has_its_rank_on_the_map(monkeypatch):
    drawn = []
    monkeypatch.setattr(leaflet, "show", lambda _, **options: drawn.append(options["moving"]))
    app = opened("search")
    assert not app.exception
    leaflet_map = OfflineMap()
    drawn[-1].add_to(leaflet_map)
    script = leaflet.script(leaflet_map).text
    ranks = re.findall(r"\\u003cspan\\u003e(\d+)\\u003c/span|<span>(\d+)</span>", script)
    shown = sorted(int(one or other) for one, other in ranks)
    assert shown == app.dataframe[0].value["Nr."].tolist()


def test_a_wish_to_avoid_constraints_is_not_met_by_made_up_ones_and_that_is_said():
    app = opened("search", **wish(min_daa=40.0, avoid=["farmland"]))
    assert not app.exception
    assert not app.dataframe
    (said,) = [one.value for one in app.warning]
    assert said.startswith("Ønsket om å unngå hensyn kan ikke oppfylles")
    assert "Ikke vurdert (oppdiktede data): dyrka mark, flom" in words(app)
    passed = opened("search", **wish(min_daa=40.0, avoid=["farmland"], accept_unknown=True))
    table = passed.dataframe[0].value
    assert (table["Areal (daa)"] >= 40).all()
    assert set(table["Ikke kjent"]) == {"dyrka mark (ikke vurdert, oppdiktede data)"}


def test_a_link_gives_the_same_search(use_pack):
    use_pack(real=("constraints", "constraint_coverage"))
    app = opened("search", **wish(min_daa=40.0, avoid=["farmland"]))
    assert not app.exception
    assert (app.dataframe[0].value["Areal (daa)"] >= 40).all()
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
