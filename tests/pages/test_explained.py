"""On every page each number, table and chart of figures has a button that explains it."""

from __future__ import annotations

import pytest

from layers.app import explain
from tests.pages.test_jobs_today_page import town  # noqa: F401  # a fixture
from tests.pages.test_pages import opened, spaced, words

# Pages whose tables tell of layers, files and sources; no figure there is worked out.
NO_FIGURES = {"layers", "data", "method", "help"}
DATA = {"arrow_data_frame", "arrow_table", "arrow_vega_lite_chart", "table", "dataframe"}
HEADINGS = {"title", "header", "subheader"}
BARS = 'class="bars"'
PLOT = {"way": "plot", "plot": "909/27", "type": "lager", "bra": "12000"}
# Lists of texts: what is in them was written down by somebody.
LISTS = {"history_table", "places_table"}


def flat(block):
    """Elements in the order of the page, with what they lie in."""
    for node in block.children.values():
        kind = getattr(node, "type", "")
        proto = getattr(node, "proto", None)
        if kind == "popover" and explain.KEY in proto.id:
            yield "explained", proto.id.partition(explain.KEY)[2], block
        elif kind == "html" and BARS in proto.body:
            yield "data", "bars", block
        elif kind in DATA:
            yield "data", getattr(proto, "id", "") or kind, block
        elif kind in HEADINGS or kind == "metric":
            yield (
                kind if kind == "metric" else "heading",
                node.label if kind == "metric" else "",
                block,
            )
        if hasattr(node, "children"):
            yield from flat(node)


def sections(app):
    """What stands under each heading."""
    found = [[]]
    for kind, name, _ in flat(app.main):
        if kind == "heading":
            found.append([])
        else:
            found[-1].append((kind, name))
    return found


def unexplained(app):
    lacking = []
    for section in sections(app):
        beside = [name for kind, name in section if kind == "explained" and name[:6] == "table_"]
        own = [name for kind, name in section if kind == "explained" and name[:7] == "number_"]
        metrics = [name for kind, name in section if kind == "metric"]
        tables = [
            name
            for kind, name in section
            if kind == "data" and not any(one in name for one in LISTS)
        ]
        if (metrics and len(own) < len(metrics) and not beside) or (tables and not beside):
            lacking.append((metrics, tables, own))
    return lacking


VIEWS = [
    ("overview", {}),
    ("zones", {"zone": "heia"}),
    ("corridor", {}),
    ("reserve", {"zone": "heia"}),
    ("reserve", {"plot": "903/1"}),
    ("rule", {}),
    ("rule", {"time": "period"}),
    ("projects", {}),
    ("screening", PLOT),
    ("search", {}),
    ("strategy", {}),
    ("compare", {"municipality": "9904"}),
    ("compare", {"measure": "share"}),
]


@pytest.mark.parametrize(("page", "asked"), VIEWS, ids=lambda one: str(one)[:40])
def test_nothing_stands_without_its_explanation(page, asked):
    app = opened(page, **asked)
    assert not app.exception
    assert any(kind == "explained" for section in sections(app) for kind, _ in section)
    assert unexplained(app) == []


@pytest.mark.parametrize("page", ["zones", "corridor", "rule"])
@pytest.mark.usefixtures("town")
def test_nor_does_what_comes_with_businesses(page):
    app = opened(page)
    assert not app.exception
    assert unexplained(app) == []


def test_the_walk_finds_a_number_that_stands_alone(monkeypatch):
    monkeypatch.setattr(explain, "_button", lambda *_: None)
    assert unexplained(opened("reserve", zone="heia"))
    assert unexplained(opened("overview"))


def told(app, figure):
    """Press the button of a number, and return what it then says."""
    app.session_state[f"{explain.KEY}{figure}"] = True
    return spaced(words(app.run()))


def test_the_button_tells_formula_layers_choices_source_and_doubt():
    app = opened("reserve", zone="heia", buffer="20")
    assert "KDD" not in words(app)
    said = told(app, "number_reserve_land")
    assert "− bebygd (bygninger med buffer) −" in said
    assert "planformål: **Syntetiske data**, Syntetisk, egen generering, 2026" in said
    assert "Buffer rundt bygninger (m): **20**" in said
    assert "KDD, Arealregnskap i kommuneplan, kapittel 4" in said
    assert "fanen Følsomhet" in said
    assert "(method?lang=nb#reserve)" in said


def test_it_tells_the_same_in_english_and_names_norms_of_the_readers_own():
    app = opened("zones", zone="heia", lang="en")
    said = told(app, "number_zone_jobs")
    assert "plan cases" in said
    assert "office 23–28" in said
    assert "You have changed" not in said


def test_a_layer_that_is_missing_is_said_to_be(use_pack):
    use_pack(drop=("stations",))
    said = told(opened("zones", zone="heia"), "number_zone_station")
    assert "togstasjoner: **mangler**" in said


def test_jobs_rest_on_the_list_of_projects_where_there_is_one():
    said = told(opened("zones", zone="kjeller"), "number_zone_jobs")
    _, _, rests = said.partition("**Bygger på**")
    assert "- Prosjekter: prosjektlisten, etter endring nr. " in rests.partition("**Hvem")[0]
    assert "plansaker: " not in rests.partition("**Hvem")[0]
