"""Databases for ledgers to be tried on: SQLite files, and a PostgreSQL server of our own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from geo.ledger.store import Ledger
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
BY = {"author": "Kari Planlegger", "reason": "Vedtatt i kommunestyret"}
SERVER_VARIABLE = "NAERINGSAREAL_TEST_POSTGRES"


def programs():
    """Folder with initdb and pg_ctl; None where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in found if (one / "pg_ctl").exists()), None)


@contextlib.contextmanager
def server():
    """Address of a server where databases may be created: the one named, else one of our own."""
    named = os.environ.get(SERVER_VARIABLE)
    if named:
        yield named
        return
    folder = programs()
    if folder is None:
        message = (
            f"PostgreSQL is missing: install «postgresql», or name a server: {SERVER_VARIABLE}"
        )
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # PostgreSQL refuses to run as root.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def run(program, *arguments):
        command = [*user, str(folder / program), *arguments]
        with (cluster.parent / "run.log").open("a") as log:
            subprocess.run(command, check=True, cwd="/", stdout=log, stderr=log)  # noqa: S603

    with tempfile.TemporaryDirectory(prefix="ledger-postgres-") as home:
        if user:
            shutil.chown(home, "postgres")
        cluster, port = Path(home) / "cluster", free_port()
        run(
            "initdb",
            "-D",
            str(cluster),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        )
        # This server itself is never killed, so it need not wait for the disk.
        options = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = str(Path(home) / "server.log")
        run("pg_ctl", "-D", str(cluster), "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql://postgres:hemmelig@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", str(cluster), "-m", "immediate", "stop")


def plain_url(url):
    """The address as PostgreSQL's own programs have it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def run_sql(url, *statements):
    """Run statements on a PostgreSQL server, each on its own; returns the last one's rows."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


@contextlib.contextmanager
def database(server_url):
    """Address of an empty database on the server, dropped afterwards."""
    name = f"ledger_{uuid.uuid4().hex[:12]}"
    run_sql(server_url, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        run_sql(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def sqlite_url(path):
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres():
    with server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres):
    with database(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request, tmp_path):
    """Where there is no ledger yet, on each of the two databases."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "folder" / "ledger.sqlite")
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def opened():
    """Open ledgers that are closed when the test ends."""
    with contextlib.ExitStack() as stack:

        def open_ledger(url, municipality_no="3205"):
            ledger = Ledger.open(url, municipality_no)
            stack.callback(ledger.close)
            return ledger

        yield open_ledger


@pytest.fixture
def ledger(ledger_url, opened):
    """Empty ledger of Lillestrøm, on each of the two databases."""
    return opened(ledger_url)


def program(source, *arguments, **options):
    """Start a Python program of its own with the project on its path."""
    return subprocess.Popen(  # noqa: S603  # our own source
        [sys.executable, "-c", source, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def plain_rows(frame):
    """A ledger's frame as {project_id: {field: value or None}}, to be compared with a dict."""
    rows = frame.drop(columns="geometry").astype(object)
    rows = rows.where(rows.notna(), None)
    return {row.pop("project_id"): row for row in rows.to_dict("records")}


def jobs_of(ledger, at=None):
    """{project_id: jobs} of a ledger's projects, now or earlier."""
    return {name: row["jobs"] for name, row in plain_rows(ledger.projects(at)).items()}
