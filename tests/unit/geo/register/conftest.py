"""Empty registers of sites, on each of the two databases."""

import pytest

from geo.register.store import Register
from tests.support.ledgers import ledger, ledger_url, opened, postgres, postgres_url

__all__ = ["ledger", "ledger_url", "opened", "postgres", "postgres_url", "register"]


@pytest.fixture
def register(ledger):
    """Lillestrøm's empty register, in the database of its ledger."""
    return Register(ledger.engine, ledger.municipality_no)
