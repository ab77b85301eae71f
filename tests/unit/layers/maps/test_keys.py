"""A map is drawn anew when what it shows has changed, and not with every entry of the list."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from shapely import Point

from layers.app import cache
from layers.app.cache import DataVersion, LedgerAt
from layers.maps import pages
from tests.support.shapes import frame


def projects(**changed):
    row = {
        "project_id": ["a"],
        "name": ["Alene"],
        "effect": ["counts"],
        "jobs_low": [1.0],
        "jobs_high": [2.0],
        "basis": ["given"],
        "accuracy_m": [50.0],
        "note": ["ingen"],
        "geometry": [Point(614_000, 6_648_000)],
    } | changed
    return frame(*row.pop("geometry"), **row)


def key(found, *, seq=1, pack="p", which="zone"):
    version = DataVersion(pack, (), LedgerAt("ledger", seq, None))
    return pages.key_of(SimpleNamespace(version=version), which, frame=found)


@pytest.fixture(autouse=True)
def _fresh():
    cache.answer.clear()


def test_an_entry_that_concerns_others_leaves_the_map():
    assert key(projects(), seq=1) == key(projects(note=["noe"]), seq=2)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ["En annen"]},
        {"jobs_high": [3.0]},
        {"accuracy_m": [None]},
        {"geometry": [Point(614_001, 6_648_000)]},
        {"geometry": [None]},
    ],
)
def test_what_the_map_says_makes_another(changed):
    assert key(projects(), seq=1) != key(projects(**changed), seq=2)


def test_another_pack_or_map_makes_another():
    assert key(projects(), pack="p") != key(projects(), pack="q", seq=2)
    assert key(projects()) != key(projects(), which="corridor")
    assert key(None, seq=3) != key(projects(), seq=2)
