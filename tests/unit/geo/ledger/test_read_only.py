"""Reading needs no right to write."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
import shapely

from tests.support.errors import raising
from tests.support.ledgers import BY, plain_rows, program, run_sql, sqlite_url

BERGER = shapely.Point(620_000, 6_650_000)


# Root may write everywhere. Its folders are closed to others, Python's modules among them, so that
# the program does everything once, elsewhere, before it becomes somebody else.
SOMEBODY_ELSE = """
import os, sys
from geo.errors import LedgerError
from geo.ledger.store import Ledger
if os.geteuid() == 0:
    elsewhere = Ledger.open(sys.argv[2], "3205")
    elsewhere.add({"name": "Berger"}, None, author="a", reason="r")
    elsewhere.projects(), elsewhere.close(), str(LedgerError("error.ledger_read_only", place=""))
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
"""
READER = """
ledger = Ledger.open(sys.argv[1], "3205")
print(len(ledger.projects()), len(ledger.history()), ledger.head().seq)
try:
    ledger.add({"name": "Heia"}, None, author="a", reason="r")
except LedgerError as error:
    print(error.code, flush=True)
sys.stdin.readline()
print(len(ledger.projects()), flush=True)
"""
OPENER = """
try:
    Ledger.open(sys.argv[1], "3205")
except LedgerError as error:
    print(error)
"""


@pytest.fixture
def shared_folder():
    """Folder that every user can look into; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="ledger-shared-") as home:
        folder = Path(home)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.fixture
def as_somebody_else(tmp_path):
    """Run a program for whom file permissions hold."""
    elsewhere = sqlite_url(tmp_path / "elsewhere.sqlite")

    def run(source, url):
        return program(SOMEBODY_ELSE + source, url, elsewhere, stdin=subprocess.PIPE)

    return run


def close_to_writing(folder):
    for path in folder.iterdir():
        path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    folder.chmod(0o555)


def test_a_read_only_file_can_be_read_and_says_that_it_cannot_be_written(
    shared_folder, opened, as_somebody_else
):
    url = sqlite_url(shared_folder / "a.sqlite")
    ledger = opened(url)
    ledger.add({"name": "Berger"}, BERGER, **BY)
    ledger.close()
    close_to_writing(shared_folder)
    reader = as_somebody_else(READER, url)
    assert reader.stdout.readline() == "1 1 1\n"
    assert reader.stdout.readline() == "error.ledger_read_only\n"
    shared_folder.chmod(0o755)
    (shared_folder / "a.sqlite").chmod(0o644)
    opened(url).add({"name": "Hvam"}, None, **BY)
    if os.geteuid() == 0:
        close_to_writing(shared_folder)
    output, error = reader.communicate("\n", timeout=60)
    assert (output, error) == ("2\n", "")


def test_a_read_only_folder_without_a_ledger_says_that_it_cannot_be_written(
    shared_folder, as_somebody_else
):
    close_to_writing(shared_folder)
    opener = as_somebody_else(OPENER, sqlite_url(shared_folder / "a.sqlite"))
    output, error = opener.communicate(timeout=60)
    assert error == ""
    assert "kan ikke skrives" in output
    assert list(shared_folder.iterdir()) == []


def test_a_folder_that_is_closed_to_us_says_so_without_a_traceback(
    shared_folder, opened, as_somebody_else
):
    closed = shared_folder / "closed"
    closed.mkdir()
    opened(sqlite_url(closed / "a.sqlite")).close()
    closed.chmod(0o000)
    output, error = as_somebody_else(OPENER, sqlite_url(closed / "a.sqlite")).communicate(
        timeout=60
    )
    closed.chmod(0o755)
    assert error == ""
    assert "kan ikke skrives" in output


def test_a_role_that_may_only_read_reads_and_is_told_that_it_cannot_write(postgres_url, opened):
    owner = opened(postgres_url)
    owner.add({"name": "Berger"}, BERGER, **BY)
    role = f"reader_{owner.engine.url.database}"
    run_sql(
        postgres_url,
        f"CREATE ROLE {role} LOGIN PASSWORD 'hemmelig'",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    )
    try:
        url = owner.engine.url.set(username=role, password="hemmelig")  # noqa: S106  # of a test
        reader = opened(url.render_as_string(hide_password=False))
        assert list(plain_rows(reader.projects())) == ["berger"]
        with raising("error.ledger_read_only"):
            reader.add({"name": "Heia"}, None, **BY)
        reader.close()
    finally:
        run_sql(postgres_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
