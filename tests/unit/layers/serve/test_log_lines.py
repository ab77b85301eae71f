"""A line of the log is one event's, and holds nothing by which a session could be taken over."""

from __future__ import annotations

import json
import logging

import pytest

from geo.settings import Settings
from layers.serve import logs
from layers.serve.headers import ShortNames
from tests.support import loops

FORGED = "x\n2026-01-01T00:00:00Z [error] alt er borte\x1b[31m\u202e"


@pytest.fixture
def written(capsys, monkeypatch):
    """What stands on standard error after something was logged, in a form of the log."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level

    def after(form, do):
        monkeypatch.setenv("NAERINGSAREAL_LOG", form)
        monkeypatch.setenv("NAERINGSAREAL_LOG_LEVEL", "debug")
        logs.begin(Settings())
        do()
        return capsys.readouterr().err

    yield after
    root.handlers = before
    root.setLevel(level)


def requested(path):
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})

    async def send(_):
        pass

    loops.run(logs.RequestLog(app)({"type": "http", "method": "GET", "path": path}, None, send))


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_comes_over_the_wire_begins_no_line(written, form):
    said = written(form, lambda: logging.getLogger("library").warning("bad: %s", FORGED))
    said += written(form, lambda: requested(f"/{FORGED}"))
    lines = said.splitlines()
    assert len(lines) == 2
    assert not any(line.startswith("2026-01-01") for line in lines)
    assert "\x1b" not in said
    assert "\u202e" not in said
    if form == "json":
        assert all(json.loads(line)["level"] for line in lines)


def test_an_uploads_path_is_logged_without_the_session(written):
    said = written("text", lambda: requested("/areal/_stcore/upload_file/SESSION/FILE"))
    assert "/areal/_stcore/upload_file/…" in said
    assert "SESSION" not in said


def test_a_path_without_end_is_cut(written):
    said = written("text", lambda: requested("/" + "x" * 10_000))
    assert logs.LONGEST_PATH <= len(said) <= logs.LONGEST_PATH + 200


@pytest.mark.parametrize(("part", "status"), [("x" * 255, 200), ("x" * 256, 404), ("ø" * 128, 404)])
def test_a_name_longer_than_any_files_is_not_looked_for(part, status):
    sent = []

    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": f"/app/static/{part}/x.png", "headers": []}
    loops.run(ShortNames(app)(scope, None, send))
    assert sent[0]["status"] == status
