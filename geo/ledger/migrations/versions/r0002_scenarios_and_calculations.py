"""Scenarios, and calculations that were saved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "ledger_scenarios",
        sa.Column("municipality_no", _WORD, primary_key=True),
        sa.Column("name", _WORD, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("ledger_seq", _SEQ, nullable=False),
        sa.Column("overrides", sa.JSON, nullable=False),
    )
    op.create_table(
        "ledger_calculations",
        sa.Column("municipality_no", _WORD, primary_key=True),
        sa.Column("id", _WORD, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
    )
