"""What the method page says of a pack is of that pack."""

from __future__ import annotations

from dataclasses import replace

from geo.schema.manifest import LayerInfo
from layers import method
from tests.support.reading import embedded


def test_of_the_embedded_pack_its_sketches_and_made_up_plots_are_told():
    said = method.weaknesses(embedded())
    assert {"method.weak_outlines", "method.weak_synthetic", "method.weak_roads"} <= set(said)
    assert "method.weak_businesses" not in said


def test_of_official_data_it_is_not_said_that_they_are_made_up():
    whole = embedded()
    real = {
        name: frame.drop(columns=["synthetic", "illustrative"], errors="ignore")
        for name, frame in whole.layers.items()
        if name not in {"zones", "growth_areas"}
    }
    told = {name: LayerInfo(source="Kartverket") for name in real}
    pack = replace(whole, layers={**real, "businesses": real["stations"]}, manifest=told)
    assert method.weaknesses(pack) == [
        "method.weak_projects",
        "method.weak_businesses",
        "method.weak_distances",
    ]
