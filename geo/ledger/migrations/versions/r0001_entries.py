"""The entries, and where PostGIS is, a view of today's projects for QGIS."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# {0} is the schema that PostGIS was installed in. A QGIS layer needs a key (seq) and one type of
# reference system.
_VIEW = """
CREATE VIEW projects_now AS
SELECT seq, municipality_no, project_id, name, zone_id, business_type, gross_area_m2, site_area_m2,
       jobs_low, jobs, jobs_high, jobs_lost, year, status, effect, source, accuracy_m, note,
       case_ref, revision, at, author,
       {0}.ST_SetSRID({0}.ST_GeomFromWKB(geometry), 25832)::{0}.geometry(Geometry, 25832) AS geom
FROM ledger_entries AS entry
WHERE NOT removed AND NOT EXISTS (
    SELECT FROM ledger_entries AS newer
    WHERE newer.municipality_no = entry.municipality_no
      AND newer.project_id = entry.project_id AND newer.revision > entry.revision
)
"""
_POSTGIS = """
SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = 'postgis'
"""


def upgrade() -> None:
    """Make the table, and the view where it can be."""
    op.create_table(
        "ledger_entries",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
        sa.Column("municipality_no", _WORD, nullable=False),
        sa.Column("project_id", _WORD, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("undoes", _SEQ, sa.ForeignKey("ledger_entries.seq")),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("zone_id", sa.Text),
        sa.Column("business_type", sa.Text),
        sa.Column("gross_area_m2", sa.Double),
        sa.Column("site_area_m2", sa.Double),
        sa.Column("jobs_low", sa.Double),
        sa.Column("jobs", sa.Double),
        sa.Column("jobs_high", sa.Double),
        sa.Column("jobs_lost", sa.Double),
        sa.Column("year", sa.Integer),
        sa.Column("status", sa.Text),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("accuracy_m", sa.Double),
        sa.Column("note", sa.Text),
        sa.Column("case_ref", sa.Text),
        sa.Column("geometry", sa.LargeBinary),
        sa.UniqueConstraint("municipality_no", "project_id", "revision"),
    )
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        schema = connection.scalar(sa.text(_POSTGIS))
        if schema:
            op.execute(_VIEW.format(schema))
