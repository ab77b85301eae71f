"""Ledgers that are new, older or newer than the program, and QGIS beside it."""

from __future__ import annotations

import os

import pytest
import shapely
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from geo.ledger import database, upgrade
from geo.ledger.calculations import Calculations
from geo.ledger.entries import EntryKind
from geo.ledger.scenarios import Scenarios
from geo.ledger.store import Ledger
from geo.ledger.tables import VERSION_TABLE
from geo.register.fields import FIELDS
from geo.register.public import INTERNAL
from geo.register.store import SITES, Register
from tests.support.errors import raising
from tests.support.ledgers import BY, ROOT, plain_rows, run_sql, sqlite_url

BERGER = shapely.Point(620_000, 6_650_000)


def version(engine):
    with engine.connect() as connection:
        return connection.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608  # our own name


# Created


def test_a_new_ledger_has_the_tables_that_the_program_knows(ledger):
    with ledger.engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SITES.table.metadata) == []


def test_a_ledger_opened_again_is_the_same(ledger_url, opened):
    opened(ledger_url).add({"name": "Berger"}, BERGER, **BY)
    again = opened(ledger_url)
    assert list(plain_rows(again.projects())) == ["berger"]


def test_sqlite_confirms_nothing_before_it_is_on_the_disk(tmp_path, opened):
    engine = opened(sqlite_url(tmp_path / "a.sqlite")).engine
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "busy_timeout": 30_000,
        "foreign_keys": 1,
    }


# Older and newer

ROW_OF_0001 = """
INSERT INTO ledger_entries (seq, municipality_no, project_id, revision, at, author, reason, kind,
                            removed, name, jobs, year, status, effect, geometry)
VALUES (:seq, '3205', 'berger', :seq, :at, 'Kari', 'r', :kind, :removed, 'Berger', :jobs, 2027,
        'vedtatt', 'counts', :geometry)
"""


def test_a_ledger_of_the_first_revision_is_brought_up_to_date_with_all_it_holds(
    ledger_url, opened, tmp_path
):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "ledger.sqlite").touch()
    engine = database.connect(ledger_url)
    upgrade.migrate(engine, "0001")
    assert version(engine) == "0001"
    with engine.connect() as connection:
        assert not sa.inspect(connection).has_table("ledger_scenarios")
    kinds = [(1, "added", 100.0), (2, "changed", 120.5)]
    rows = [
        {"seq": seq, "at": f"2026-01-0{seq} 12:00:00.000000", "kind": kind, "jobs": jobs}
        | {"removed": False, "geometry": BERGER.wkb}
        for seq, kind, jobs in kinds
    ]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        connection.execute(sa.text(ROW_OF_0001), rows)
    engine.dispose()

    ledger = opened(ledger_url)
    assert version(ledger.engine) == "0004"
    history = ledger.history()
    assert [(e.seq, e.kind, e.values["jobs"]) for e in reversed(history)] == [
        (1, EntryKind.ADDED, 100.0),
        (2, EntryKind.CHANGED, 120.5),
    ]
    assert history[0].at.isoformat() == "2026-01-02T12:00:00+00:00"
    assert plain_rows(ledger.projects(1))["berger"]["jobs"] == 100
    assert ledger.projects().geometry.tolist() == [BERGER]
    assert ledger.change("berger", {"jobs": 1}, base_revision=2, **BY).seq == 3
    assert Scenarios(ledger.engine, "3205").list() == ()
    Calculations(ledger.engine, "3205").save({"a": 1}, {"b": 2}, author="Kari")


def test_a_ledger_from_before_the_register_keeps_its_projects_and_takes_sites(
    ledger_url, opened, tmp_path
):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "ledger.sqlite").touch()
    engine = database.connect(ledger_url)
    upgrade.migrate(engine, "0003")
    before = Ledger(engine, "3205")  # as yesterday's program has it
    before.add({"name": "Berger", "area_kind": "new"}, BERGER, **BY)
    entries = before.history()
    engine.dispose()

    register = Register.open(ledger_url, "3205")
    try:
        assert opened(ledger_url).history() == entries
        assert register.head().seq == 0
        site = {"name": "Berger", "availability": "ledig"}
        assert register.add(site, BERGER.buffer(50), **BY).seq == 1
        assert opened(ledger_url).head().seq == 1
    finally:
        register.close()


def test_a_newer_ledger_is_refused_and_left_alone(ledger_url, opened):
    engine = opened(ledger_url).engine
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))  # noqa: S608  # our own name
    with raising("error.ledger_newer", match="nyere versjon"):
        Ledger.open(ledger_url, "3205")
    assert version(engine) == "9999"


# QGIS


def test_with_postgis_qgis_sees_todays_projects_on_the_map(postgres_url, opened):
    if not run_sql(postgres_url, "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"):
        message = "PostGIS is missing: install «postgresql-postgis» to test the view for QGIS"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    run_sql(postgres_url, "CREATE SCHEMA geo", "CREATE EXTENSION postgis SCHEMA geo")
    # A ledger of yesterday, whose view somebody may read and has built on.
    engine = database.connect(postgres_url)
    upgrade.migrate(engine, "0002")
    engine.dispose()
    run_sql(
        postgres_url,
        "GRANT SELECT ON projects_now TO PUBLIC",
        "CREATE VIEW mine AS SELECT name FROM projects_now",
    )
    ledger = opened(postgres_url)
    granted = "SELECT relacl::text LIKE '%=r/%' FROM pg_class WHERE relname = 'projects_now'"
    assert run_sql(postgres_url, granted) == [(True,)]
    ledger.add({"name": "Berger", "jobs": 100}, BERGER, **BY)
    ledger.change("berger", {"jobs": 120, "area_kind": "new"}, base_revision=1, **BY)
    ledger.add({"name": "Heia"}, None, **BY)
    ledger.add({"name": "Hvam"}, None, **BY)
    ledger.remove("hvam", base_revision=1, **BY)
    query = (
        "SELECT project_id, jobs, area_kind, geo.ST_X(geom), geo.ST_Y(geom), geo.ST_SRID(geom) "
        "FROM projects_now ORDER BY project_id"
    )
    assert run_sql(postgres_url, query) == [
        ("berger", 120.0, "new", 620_000.0, 6_650_000.0, 25832),
        ("heia", None, None, None, None, None),
    ]


def test_with_postgis_qgis_sees_todays_sites_without_what_is_internal(postgres_url, opened):
    if not run_sql(postgres_url, "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"):
        message = "PostGIS is missing: install «postgresql-postgis» to test the view for QGIS"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    run_sql(postgres_url, "CREATE SCHEMA geo", "CREATE EXTENSION postgis SCHEMA geo")
    ledger = opened(postgres_url)
    register = Register(ledger.engine, "3205")
    site = {"name": "Heia", "availability": "ledig", "internal_note": "Bare for oss"}
    heia = register.add(site, shapely.box(620_000, 6_650_000, 620_100, 6_650_100), **BY).site_id
    register.change(heia, {"availability": "solgt"}, base_revision=1, **BY)
    gone = register.add({**site, "name": "Borte"}, BERGER.buffer(50), **BY).site_id
    register.remove(gone, base_revision=1, **BY)
    query = "SELECT site_id, availability, geo.ST_Area(geom) FROM sites_now"
    assert run_sql(postgres_url, query) == [(heia, "solgt", 10_000.0)]
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'sites_now'"
    shown = {name for (name,) in run_sql(postgres_url, columns)}
    assert shown.isdisjoint({*INTERNAL, "author", "reason"})
    assert shown >= {*FIELDS} - {*INTERNAL}


def test_without_postgis_there_is_no_view_and_all_else_works(postgres_url, opened):
    opened(postgres_url).add({"name": "Berger"}, BERGER, **BY)
    assert run_sql(postgres_url, "SELECT to_regclass('projects_now')") == [(None,)]


def test_the_migrations_travel_with_the_program():
    names = {path.name for path in (ROOT / "geo/ledger/migrations").iterdir()}
    assert {"env.py", "versions"} <= names
