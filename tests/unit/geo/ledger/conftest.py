"""The fixtures of `tests.ledgers`, for these tests."""

from tests.ledgers import ledger, ledger_url, opened, postgres, postgres_url

__all__ = ["ledger", "ledger_url", "opened", "postgres", "postgres_url"]
