"""Where a ledger is, and what is said where there is none."""

from __future__ import annotations

import shutil
import sqlite3
import traceback
from pathlib import Path

import pytest
import shapely
from sqlalchemy import event

from geo.i18n import LANGUAGES
from geo.ledger import database
from geo.ledger.store import Ledger
from geo.pack.read import DEFAULT_PACK, FILE
from tests.support.errors import raising
from tests.support.ledgers import BY, sqlite_url
from tests.support.ports import free_port

BERGER = shapely.Point(620_000, 6_650_000)


# Where it is


def test_the_environment_names_the_ledger(monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", "postgresql://a@b/c")
    assert database.default_url() == "postgresql://a@b/c"


def test_without_a_name_it_is_a_file_of_the_users_own(monkeypatch, tmp_path):
    monkeypatch.delenv("NAERINGSAREAL_LEDGER", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "100 % ø#?"))
    ledger = Ledger.open(database.default_url(), "3205")
    ledger.add({"name": "Berger"}, None, **BY)
    ledger.close()
    path = tmp_path / "100 % ø#?" / "naeringsareal" / "ledger.sqlite"
    assert path.is_file()
    assert ledger.place == str(path)[:79] + "…" if len(str(path)) > 80 else str(path)


# A server that says nothing


@pytest.mark.parametrize(("asked", "most"), [("", 10_000), ("?tcp_user_timeout=500", 500)])
def test_a_server_that_was_switched_off_is_not_waited_for_by_every_page(asked, most):
    engine, told = database.connect(f"postgresql://user@host/db{asked}"), {}

    @event.listens_for(engine, "do_connect")
    def connected(_, __, ___, parameters):
        told.update(parameters)
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        engine.connect()
    assert int(told["tcp_user_timeout"]) == most
    assert told["connect_timeout"] <= 10
    assert told["keepalives_idle"] + 2 * told["keepalives_interval"] <= 30


# No ledger


def said(error):
    """Everything that a screen or a log could show of an error."""
    shown = [error.say(language) for language in LANGUAGES]
    return " ".join([*shown, str(error), repr(error), *traceback.format_exception(error)])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://user:hemmelig@host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://user:hemmelig@host",
        "postgresql+asyncpg://user:hemmelig@host/db",
        "postgresql://user:hemmelig@host:port/db",
    ],
)
def test_an_address_of_another_kind_is_refused_without_its_password(url):
    with raising("error.ledger_address") as caught:
        Ledger.open(url, "3205")
    assert "sqlite:///" in caught.value.say("nb")
    assert "hemmelig" not in said(caught.value)


@pytest.mark.parametrize(
    "rest",
    ["user:hemmelig@127.0.0.1:{port}/db", "user:a@hemmelig@127.0.0.1:{port}/db",
     "user@127.0.0.1:{port}/db?password=hemmelig"],
)  # fmt: skip
def test_a_server_that_does_not_answer_is_named_without_its_password(rest):
    with raising("error.ledger_unreachable") as caught:
        Ledger.open("postgresql://" + rest.format(port=free_port()), "3205")
    assert "«127.0.0.1/db»" in caught.value.say("nb")
    assert "hemmelig" not in said(caught.value)


def test_a_database_that_is_not_on_the_server_is_unreachable(postgres_url):
    with raising("error.ledger_unreachable") as caught:
        Ledger.open(postgres_url + "_gone", "3205")
    assert "_gone" in caught.value.say("nb")
    assert "hemmelig" not in said(caught.value)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Møtereferat " * 100, encoding="utf-8")
    with raising("error.ledger_unreadable", match=r"notes\.txt"):
        Ledger.open(sqlite_url(path), "3205")
    assert path.read_text(encoding="utf-8") == "Møtereferat " * 100


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    path = shutil.copy(DEFAULT_PACK / FILE, tmp_path)
    before = Path(path).read_bytes()
    with raising("error.ledger_unreadable", match=r"pack\.gpkg"):
        Ledger.open(sqlite_url(path), "3205")
    assert Path(path).read_bytes() == before


def test_a_damaged_ledger_is_said_to_be_so(tmp_path, opened):
    path = tmp_path / "a.sqlite"
    ledger = opened(sqlite_url(path))
    ledger.write([], **BY)
    ledger.add({"name": "Berger", "note": "x" * 9_000}, None, **BY)
    ledger.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with raising("error.ledger_unreadable"):
        Ledger.open(sqlite_url(path), "3205").projects()


def test_a_folder_is_no_ledger(tmp_path):
    with raising("error.ledger_unreadable"):
        Ledger.open(sqlite_url(tmp_path), "3205")


def test_a_ledger_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with raising("error.ledger_read_only"):
        Ledger.open(sqlite_url(tmp_path / "file" / "a.sqlite"), "3205")


def test_another_who_writes_for_too_long_is_waited_for_and_named(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE_S", 0.2)
    path = tmp_path / "a.sqlite"
    ledger = opened(sqlite_url(path))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with raising("error.ledger_busy"):
        ledger.add({"name": "Berger"}, None, **BY)
    assert len(ledger.projects()) == 0
    other.execute("ROLLBACK")
    other.close()
    assert ledger.add({"name": "Berger"}, None, **BY).seq == 1
