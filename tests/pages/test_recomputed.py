"""Nothing is worked out anew that did not change: calculations are counted, not timed."""

from __future__ import annotations

from contextlib import closing

import pytest
import shapely

from geo import indicators
from geo.growth import account, effect, timeline
from geo.ledger.store import Ledger
from geo.register.store import Register
from geo.transport import corridor
from layers.app import cache
from tests.pages.test_pages import opened

# What rests on the pack alone; what rests on the list of projects as well.
OF_THE_PACK = [
    (indicators, "ground_figures"),
    (corridor, "corridor_polygon"),
    (corridor, "coverage"),
]
OF_THE_LIST = [
    (indicators, "with_projects"),
    (account, "account"),
    (timeline, "by_year"),
    (effect, "heaviest"),
]
PAGES = ("overview", "zones", "corridor", "rule")


@pytest.fixture
def calls(monkeypatch):
    """How often each calculation was asked for."""
    made = {}

    def count(module, name):
        real = getattr(module, name)

        def counting(*args, **options):
            made[name] = made.get(name, 0) + 1
            return real(*args, **options)

        monkeypatch.setattr(module, name, counting)

    for module, name in (*OF_THE_PACK, *OF_THE_LIST):
        count(module, name)
    for kept in (cache.answer, cache.zone_figures, cache.corridor_view, cache.growth_account):
        kept.clear()
    yield made
    for kept in (cache.answer, cache.zone_figures, cache.corridor_view, cache.growth_account):
        kept.clear()


def look(language="nb"):
    for page in PAGES:
        opened(page, lang=language)


def test_another_language_works_nothing_out_anew(calls):
    look()
    first = dict(calls)
    assert set(first) == {name for _, name in (*OF_THE_PACK, *OF_THE_LIST)}
    look("en")
    look()
    assert calls == first


def test_an_entry_in_the_list_moves_only_what_rests_on_the_list(calls, ledger_file):
    look()
    first = dict(calls)
    with closing(Ledger.open(f"sqlite:///{ledger_file}", "3205")) as ledger:
        change = {"jobs": 4000}
        ledger.change("kjeller-kdp", change, base_revision=1, author="Ola", reason="Prøve")
    look()
    assert {name for name in calls if calls[name] != first[name]} == {
        name for _, name in OF_THE_LIST
    }


def test_a_site_that_is_entered_in_the_register_moves_nothing_of_it(calls, ledger_file):
    look()
    first = dict(calls)
    with closing(Register.open(f"sqlite:///{ledger_file}", "3205")) as register:
        outline = shapely.box(615_000, 6_648_000, 615_100, 6_648_100)
        site = {"name": "Heia", "availability": "ledig", "published": True}
        register.add(site, outline, author="Ola", reason="Prøve")
    look()
    assert calls == first
