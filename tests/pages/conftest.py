"""What a page has opened is closed with its test."""

from __future__ import annotations

import pytest

from layers import cache


@pytest.fixture(autouse=True)
def _ledgers_are_closed(ledger_file):  # noqa: ARG001  # before its folder may go
    """The pages share their ledgers by a cache, which would keep them open after the last test."""
    yield
    cache.ledger.clear()
    cache._ledger.clear()
