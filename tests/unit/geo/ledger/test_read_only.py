"""A ledger that is only read: nothing is created, brought up to date or written."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from geo.ledger import upgrade
from geo.ledger.database import connect, writing
from geo.ledger.store import Ledger
from tests.support.errors import raising
from tests.support.ledgers import BY, run_sql, sqlite_url

NAME = {"name": "Lager på Berger"}


def only_read(url, opened):
    ledger = Ledger.existing(url, "3205", read_only=True)
    opened.callback(ledger.close)
    return ledger


@pytest.fixture
def closing():
    with contextlib.ExitStack() as stack:
        yield stack


def test_it_has_what_the_others_write(ledger, ledger_url, closing):
    shown = only_read(ledger_url, closing)
    ledger.add(NAME, None, **BY)
    assert shown.head().seq == 1
    assert list(shown.projects()["name"]) == ["Lager på Berger"]
    ledger.add({"name": "Kontor"}, None, **BY)
    assert len(shown.projects()) == 2


def test_the_database_refuses_what_would_write(ledger, ledger_url, closing):
    ledger.add(NAME, None, **BY)
    shown = only_read(ledger_url, closing)
    with raising("error.ledger_read_only"):
        shown.add({"name": "Kontor"}, None, **BY)
    assert ledger.head().seq == 1


def test_an_older_one_is_left_as_it_is(ledger_url, closing):
    if ledger_url.startswith("sqlite"):
        path = Path(make_url(ledger_url).database)
        path.parent.mkdir()
        path.touch()
    engine = connect(ledger_url)
    closing.callback(engine.dispose)
    upgrade.migrate(engine, "0001")
    with raising("error.ledger_older"):
        only_read(ledger_url, closing)
    with writing(engine) as connection:
        assert upgrade.revision_of(connection) == "0001"


def test_one_that_is_not_there_is_not_made(tmp_path, closing):
    path = tmp_path / "liste.sqlite"
    with raising("error.ledger_missing"):
        only_read(sqlite_url(path), closing)
    assert not path.exists()


def test_a_file_keeps_each_of_its_bytes(tmp_path, opened, closing):
    path = tmp_path / "liste.sqlite"
    ledger = opened(sqlite_url(path))
    ledger.add(NAME, None, **BY)
    ledger.close()
    before = path.read_bytes()
    assert only_read(sqlite_url(path), closing).head().seq == 1
    closing.close()
    assert path.read_bytes() == before


def test_a_role_that_may_only_read_is_enough(postgres_url, opened, closing):
    opened(postgres_url).add(NAME, None, **BY)
    role = f"leser_{uuid.uuid4().hex[:12]}"
    run_sql(
        postgres_url,
        f"CREATE ROLE {role} LOGIN PASSWORD 'lese'",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    )
    closing.callback(run_sql, postgres_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
    url = make_url(postgres_url).set(username=role, password="lese")  # noqa: S106  # of this test
    shown = only_read(url.render_as_string(hide_password=False), closing)
    assert list(shown.projects()["name"]) == ["Lager på Berger"]
