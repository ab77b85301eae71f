"""The fixtures of `tests.support.ledgers`, for these tests."""

from tests.support.ledgers import ledger, ledger_url, opened, postgres, postgres_url

__all__ = ["ledger", "ledger_url", "opened", "postgres", "postgres_url"]
