"""Whether a project's area is new or re-regulated, and whose the number of jobs is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# The view of r0001 with the two columns at its end, where a view may get new ones and keep those
# who may read it and what rests on it; {0} is the schema that PostGIS was installed in.
_VIEW = """
CREATE OR REPLACE VIEW projects_now AS
SELECT seq, municipality_no, project_id, name, zone_id, business_type, gross_area_m2, site_area_m2,
       jobs_low, jobs, jobs_high, jobs_lost, year, status, effect, source, accuracy_m, note,
       case_ref, revision, at, author,
       {0}.ST_SetSRID({0}.ST_GeomFromWKB(geometry), 25832)::{0}.geometry(Geometry, 25832) AS geom,
       area_kind, jobs_source
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
    """Add the columns, unknown in every entry that was made before; renew the view."""
    op.add_column("ledger_entries", sa.Column("area_kind", sa.Text))
    op.add_column("ledger_entries", sa.Column("jobs_source", sa.Text))
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        schema = connection.scalar(sa.text(_POSTGIS))
        if schema:
            op.execute(_VIEW.format(schema))
