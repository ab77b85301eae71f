"""How far a land account is, for who asks."""

from __future__ import annotations

from geo.land import compute
from geo.land.pieces import telling
from tests.support.reading import embedded


def test_who_asks_is_told_how_many_plots_are_done_and_the_account_is_the_same():
    said = []
    with telling(lambda done, every: said.append((done, every))):
        found = compute.of_pack(embedded())
    plots = len(embedded().layer("parcels"))
    assert [done for done, _ in said] == sorted(done for done, _ in said)
    assert said[-1][0] == plots
    assert {every for _, every in said} == {round(plots * 1.15)}  # tables come after the plots
    told = len(said)
    again = compute.of_pack(embedded())
    assert len(said) == told  # nobody is told outside the block
    assert found.total().equals(again.total())
