"""A zone's profile answers how much vacant land it has: as the page of vacant land does."""

from __future__ import annotations

import pytest

from layers.app.heavy import work
from tests.pages.test_pages import opened, spaced, words
from tests.support.reading import embedded

pytestmark = pytest.mark.usefixtures("reads_only")

FIGURES = {
    "nb": ("Ledig areal", "Fortettingspotensial"),
    "en": ("Vacant land", "Densification potential"),
}
ZONES = [*embedded().layer("zones")["zone_id"]]


def figures(app, language="nb"):
    shown = {metric.label: spaced(metric.value) for metric in app.metric}
    return [shown[label] for label in FIGURES[language]]


@pytest.mark.parametrize("zone", ZONES)
def test_the_figures_are_those_of_the_page_of_vacant_land(zone):
    assert figures(opened("zones", zone=zone)) == figures(opened("reserve", zone=zone))


def test_they_are_those_that_were_worked_out_for_heia():
    # 267 daa and 5 660 m² of made-up plots: so it is said beside them, with the badge.
    app = opened("zones", zone="heia")
    assert figures(app) == ["267 daa", "5 660 m² BRA"]
    assert "Demonstrasjonsdata: viser metoden, ikke Lillestrøm" in words(app)
    assert "er satt av oss som inndata, ikke målt" in words(app)


def test_the_page_leads_to_the_plots_of_the_zone():
    links = [link.proto for link in opened("zones", zone="heia").get("page_link")]
    (found,) = (one for one in links if "Ledig areal" in one.label and "Heia" in one.label)
    assert found.query_string == "zone=heia"


@pytest.mark.parametrize("layer", ["parcels", "plan_areas", "buildings"])
def test_without_a_layer_it_is_unknown_and_the_rest_is_shown(use_pack, layer):
    use_pack(drop=(layer,))
    app = opened("zones", zone="heia")
    assert not app.exception
    assert figures(app) == ["ukjent", "ukjent"]
    assert any(metric.label == "Areal" and metric.value != "ukjent" for metric in app.metric)


def test_with_many_plots_it_comes_out_the_same(monkeypatch):
    monkeypatch.setattr(work, "HEAVY_PLOTS", 10)
    app = opened("zones", zone="heia", lang="en")
    assert not app.exception
    assert figures(app, "en") == ["267 daa", "5,660 m² BRA"]
