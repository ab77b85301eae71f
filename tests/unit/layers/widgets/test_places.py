"""Places and actors that the strategy names: what is told of each, and how they are chosen."""

from __future__ import annotations

import pytest
from shapely import Point

from layers.app.strategy import Strategy
from layers.widgets import places
from tests.support.shapes import frame

LAYER = frame(
    Point(614_000, 6_648_000),
    Point(615_000, 6_649_000),
    place_id=["verk", "senter"],
    name=["Verket", "Senteret"],
    kind=["company", "culture"],
    zone_id=["by", None],
    accuracy_m=[1000.0, None],
    note=["Bare byen er oppgitt.", None],
)
TOLD = [
    {"place_id": "verk", "text": "Lager ting.", "chapter": "Kapittel 1, Lang tittel"},
    {"place_id": "sky", "name": "Skyen", "kind": "company", "planned": True, "placing": "Ukjent."},
    {"place_id": "borte", "text": "Verken navn eller punkt."},
    {"place_id": "senter", "chapter": ["Kapittel 1, Lang tittel", "Kapittel 2"]},
]


class Pack:
    """Enough of a pack: its folder, and perhaps the layer."""

    def __init__(self, directory, layer=LAYER):
        self.directory, self._layer = directory, layer

    def has(self, name):
        return name == "places" and self._layer is not None

    def layer(self, _name):
        return self._layer


@pytest.fixture
def named(tmp_path):
    return places.named(Pack(tmp_path), Strategy(tmp_path, {"places": TOLD}))


def test_a_place_is_told_with_its_point_or_why_it_has_none_and_else_not_at_all(named):
    assert named["place_id"].tolist() == ["verk", "sky", "senter"]
    assert named["placed"].tolist() == [True, False, True]
    assert named["zone_id"].tolist() == ["by", places.NO_ZONE, places.NO_ZONE]
    accuracy = "± 1\N{NO-BREAK SPACE}000 m. Bare byen er oppgitt."
    assert named["placing"].tolist() == [accuracy, "Ukjent.", "ukjent"]
    assert named["chapter"].tolist() == [
        "Kapittel 1, Lang tittel",
        "",
        "Kapittel 1, Lang tittel · Kapittel 2",
    ]


def test_without_the_layer_only_those_with_a_name_of_their_own_are_told(tmp_path):
    told = places.named(Pack(tmp_path, None), Strategy(tmp_path, {"places": TOLD}))
    assert told["place_id"].tolist() == ["sky"]


def test_two_points_of_one_id_are_one_place(tmp_path):
    twice = LAYER.assign(place_id="verk")
    told = places.named(Pack(tmp_path, twice), Strategy(tmp_path, {"places": TOLD}))
    assert told["name"].tolist() == ["Verket", "Skyen"]


@pytest.mark.parametrize(
    ("kinds", "zones", "left"),
    [
        ([], [], ["verk", "sky", "senter"]),
        (["company"], [], ["verk", "sky"]),
        ([places.PLANNED], [], ["sky"]),
        (["culture", places.PLANNED], [], ["sky", "senter"]),
        ([], ["by"], ["verk"]),
        (["company"], [places.NO_ZONE], ["sky"]),
        (["culture"], ["by"], []),
    ],
)
def test_category_and_zone_both_hold_and_nothing_chosen_is_all(kinds, zones, left, named):
    assert places.selected(named, kinds=kinds, zones=zones)["place_id"].tolist() == left


def test_a_category_that_the_schema_does_not_know_stands_as_it_is(named):
    row = named.iloc[0].copy()
    row["kind"] = "x.y"
    assert places.category(row) == "x.y"


def test_planned_is_said_with_the_category(named):
    assert places.category(named.iloc[1]) == "bedrift, planlagt"
