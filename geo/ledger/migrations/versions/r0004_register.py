"""The register of sites, and where PostGIS is, a view of today's sites for QGIS."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# {0} is the schema that PostGIS was installed in. Without the internal note, the reason for a level
# set by hand, and who wrote it: whoever may read the view need not read those.
_VIEW = """
CREATE VIEW sites_now AS
SELECT seq, municipality_no, site_id, name, zone_id, origin, origin_ref, availability,
       readiness_set, owner_type, power_mw, power_text, power_date, water_text, water_date, access,
       contact_office, public_text, published, revision, at,
       {0}.ST_SetSRID({0}.ST_GeomFromWKB(geometry), 25832)::{0}.geometry(Geometry, 25832) AS geom
FROM register_entries AS entry
WHERE NOT removed AND NOT EXISTS (
    SELECT FROM register_entries AS newer
    WHERE newer.municipality_no = entry.municipality_no
      AND newer.site_id = entry.site_id AND newer.revision > entry.revision
)
"""
_POSTGIS = """
SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = 'postgis'
"""


def upgrade() -> None:
    """Make the table, and the view where it can be."""
    op.create_table(
        "register_entries",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
        sa.Column("municipality_no", _WORD, nullable=False),
        sa.Column("site_id", _WORD, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("undoes", _SEQ, sa.ForeignKey("register_entries.seq")),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("zone_id", sa.Text),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("origin_ref", sa.Text),
        sa.Column("availability", sa.Text, nullable=False),
        sa.Column("readiness_set", sa.Text),
        sa.Column("readiness_reason", sa.Text),
        sa.Column("owner_type", sa.Text),
        sa.Column("power_mw", sa.Double),
        sa.Column("power_text", sa.Text),
        sa.Column("power_date", sa.Text),
        sa.Column("water_text", sa.Text),
        sa.Column("water_date", sa.Text),
        sa.Column("access", sa.Text),
        sa.Column("contact_office", sa.Text),
        sa.Column("public_text", sa.Text),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("internal_note", sa.Text),
        sa.Column("geometry", sa.LargeBinary),
        sa.UniqueConstraint("municipality_no", "site_id", "revision"),
    )
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        schema = connection.scalar(sa.text(_POSTGIS))
        if schema:
            op.execute(_VIEW.format(schema))
