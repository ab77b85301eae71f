"""What an entry in the list of projects makes the app reckon anew, and what it leaves."""

from __future__ import annotations

from datetime import UTC, datetime

from layers.app import cache
from tests.support import reading


def version(pack, seq, own_norms=()):
    at = cache.LedgerAt("ledger.sqlite", seq, datetime(2026, 1, seq, tzinfo=UTC))
    return cache.DataVersion(pack.sha256, own_norms, at)


def test_an_entry_leaves_the_ground_of_a_screening_as_it_is_and_other_norms_do_not():
    pack = reading.embedded()
    first, second = (cache.workspace(pack, version(pack, seq)) for seq in (1, 2))
    other = cache.workspace(pack, version(pack, 2, (("kontor", 10.0, 20.0, 0.5, 1.5),)))
    assert first is not second
    assert first.ground is second.ground
    assert other.ground is not second.ground
    assert other.ground.norms["kontor"].low == 10.0
