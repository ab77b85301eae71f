"""One server, asked by HTTP and by websocket: health, headers, its log, how it starts and stops."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from geo.pack.read import DEFAULT_PACK
from tests import PATIENCE_S
from tests.browser.conftest import ROOT, wait
from tests.speed.websocket import Reader
from tests.support import loops
from tests.support.ports import free_port

WRITTEN = "Kari Nordmann, kari@example.no"
HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy")
# A page that fails as no page should: with what somebody wrote in its words.
FAILING = f"""
import sys
from layers.serve import __main__ as program, warm
def fail(_):
    raise ValueError({WRITTEN!r})
begin = warm.begin
def begin_and_break(tell):
    begin(tell)
    from layers import strategy
    strategy.read = fail
warm.begin = begin_and_break
sys.exit(program.main())
"""


class Serving:
    """A server that runs, and what it has written."""

    def __init__(self, address, process, log):
        self.address = address
        self.process = process
        self.log = log

    def get(self, path):
        return httpx.get(f"{self.address}{path}", timeout=PATIENCE_S)

    def entries(self):
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def environment(folder, **more):
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NAERINGSAREAL_", "STREAMLIT_"))
    }
    return plain | {
        "NAERINGSAREAL_LEDGER": f"sqlite:///{folder / 'ledger.sqlite'}",
        "NAERINGSAREAL_PACKS": str(folder / "packs"),
        "PYTHONPATH": str(ROOT),
        **more,
    }


@contextlib.contextmanager
def serving(folder, *command, **more):
    port, log = free_port(), folder / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, *command, "--port", str(port), "--base-path", "/kart/areal/"],
            cwd=ROOT,
            env=environment(folder, **more),
            stdout=written,
            stderr=written,
        )
    address = f"http://127.0.0.1:{port}/kart/areal"
    try:
        wait(f"{address}/healthz", process)
        yield Serving(address, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("serving")
    shutil.copytree(DEFAULT_PACK, folder / "pack")
    with serving(
        folder,
        *("-c", FAILING),
        NAERINGSAREAL_LOG="json",
        NAERINGSAREAL_LOG_LEVEL="debug",
        NAERINGSAREAL_PACK=str(folder / "pack"),
        NAERINGSAREAL_FRAME_ANCESTORS="https://intranett.example.no",
    ) as found:
        found.pack = folder / "pack"
        yield found


async def visited(address, page, query=""):
    reader = await Reader.open(address)
    run = await reader.visit(page, query)
    await reader.close()
    return run


def test_it_is_alive_and_ready_with_the_pack_and_the_ledger_that_it_shows(server):
    assert server.get("/healthz").text == "ok"
    answer = server.get("/readyz")
    assert answer.status_code == 200
    said = answer.json()
    assert said["ready"] is True
    assert said["ledger"] > 0
    assert re.fullmatch("[0-9a-f]{8}", said["pack"])
    assert said["reason"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/reserve", 200),
        ("/healthz", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
        ("/app/static/vendor/leaflet/leaflet.js", 200),
        ("/app/static/made/tiles/x/plots/1/1/1.pbf", 200),
        ("/app/static/none.js", 404),
        ("/component/streamlit_folium.st_folium/index.html", 200),
        ("/component/none/index.html", 404),
        ("/media/none.pdf", 404),
        ("/app/static/%2e%2e/app.py", 400),
    ],
)
def test_every_answer_has_the_headers(server, path, status):
    answer = server.get(path)
    assert answer.status_code == status
    assert all(name in answer.headers for name in HEADERS)
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://intranett.example.no")
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


def test_a_tile_that_is_not_there_is_empty_and_another_file_is_missing(server):
    tile = server.get("/app/static/made/tiles/x/plots/1/1/1.pbf")
    assert (tile.content, tile.headers["cache-control"]) == (b"", "no-store")
    assert server.get("/app/static/made/tiles/x/classes/none.json").status_code == 404


def test_a_page_that_fails_says_a_number_that_the_log_explains(server):
    run = loops.run(visited(server.address, "strategy"))
    (said,) = run.errors
    assert WRITTEN not in said
    (entry,) = [one for one in server.entries() if one["event"] == "page failed"]
    assert entry["number"] in said
    assert entry["kind"] == "ValueError"
    assert re.search(r"\d+$", entry["at"])


def test_the_log_names_nobody(server):
    mark = "lete-etter-noe"
    server.get(f"/reserve?zone={mark}")
    server.get("/finnes%0Aikke")
    loops.run(visited(server.address, "reserve", f"zone={mark}"))
    end = time.monotonic() + PATIENCE_S  # the server hears a little later that the tab is closed
    while "session closed" not in server.log.read_text("utf-8") and time.monotonic() < end:
        time.sleep(0.05)
    entries = server.entries()
    requests = [one for one in entries if one["event"] == "request"]
    assert {"method", "path", "status", "s", "process"} <= set(requests[0])
    assert any(one["path"] == "/kart/areal/finnes\\nikke" for one in requests)
    assert any(one["event"] == "session closed" for one in entries)
    text = server.log.read_text(encoding="utf-8")
    assert mark not in text
    assert "127.0.0.1" not in text
    assert WRITTEN not in text


def test_the_start_is_told_step_by_step(server):
    said = " ".join(one["event"] for one in server.entries())
    steps = ("Laster programmet", "Leser datapakken", "Regner ut", "Klar etter", "svarer på")
    places = [said.index(step) for step in steps]
    assert places == sorted(places)


def test_without_a_pack_it_is_alive_and_not_ready(server):
    manifest = server.pack / "manifest.toml"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"name = ")
    try:
        answer = server.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["ready"] is False
        assert answer.json()["reason"].startswith("error.")
        assert server.get("/healthz").status_code == 200
    finally:
        manifest.write_bytes(whole)
    assert server.get("/readyz").status_code == 200


def test_it_stops_when_told(server):
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE_S) in {0, -signal.SIGTERM}
    assert server.entries()[-1]["event"] == "stopped"


def run(folder, *options, **more):
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "layers.serve", *options],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def starting(folder, *options):
    return subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "layers.serve", *options],
        cwd=folder,
        env=environment(folder),
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(done):
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_port_that_is_taken_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in refused(run(tmp_path, "--address", "127.0.0.1", "--port", port))


@pytest.mark.parametrize(
    ("options", "more", "says"),
    [
        (("--port", "mange"), {}, "NAERINGSAREAL_PORT"),
        ((), {"NAERINGSAREAL_WORKERS": "100"}, "fra 0 til 32"),
        ((), {"NAERINGSAREAL_FRAME_ANCESTORS": "https://rådhuset.no"}, "FRAME_ANCESTORS"),
        ((), {"NAERINGSAREAL_FRAME_ANCESTORS": "'none'; script-src *"}, "FRAME_ANCESTORS"),
        ((), {"NAERINGSAREAL_LEDGER": "mysql://areal:x@vert/areal"}, "postgresql://"),
        (("--settings", "finnes-ikke.toml"), {}, "finnes-ikke.toml"),
        (("--nei",), {}, "--nei"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path, options, more, says):
    assert says in refused(run(tmp_path, *options, **more))


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ((), {"NAERINGSAREAL_LOG": "json", "NAERINGSAREAL_WORKERS": "100"}),
        (("--json", "--settings", "finnes-ikke.toml"), {}),
        ((), {"NAERINGSAREAL_LOG": "json", "NAERINGSAREAL_LEDGER": "mysql://areal:x@vert/areal"}),
    ],
)
def test_a_log_in_json_has_no_line_that_is_none(tmp_path, options, more):
    entry = json.loads(refused(run(tmp_path, *options, **more)))
    assert entry["level"] == "error"
    assert entry["code"].startswith("error.")


def test_who_comes_to_listen_at_the_same_port_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        with starting(tmp_path, "--address", "127.0.0.1", "--port", port) as second:
            assert second.stderr.readline()  # it has the port, and begins to get warm
            taken.listen()
            said = second.stderr.read()
            assert second.wait(PATIENCE_S) == 2
    assert port in said.splitlines()[-1]
    assert "Traceback" not in said


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_when_told_while_it_gets_warm(tmp_path, told):
    with starting(tmp_path, "--port", str(free_port())) as server:
        assert server.stderr.readline()
        server.send_signal(told)
        said = server.stderr.read()
        assert server.wait(PATIENCE_S) == 0
    assert "Klar etter" not in said
    assert "stopped" in said.splitlines()[-1]


def test_a_setting_that_is_misspelt_is_told(tmp_path):
    done = run(tmp_path, "--check", NAERINGSAREAL_LEDGR="x")
    assert done.returncode == 0
    assert "NAERINGSAREAL_LEDGR" in done.stderr


def test_a_check_says_what_would_be_used_and_makes_nothing(tmp_path):
    (tmp_path / "secrets.toml").write_text('[auth]\nclient_id = "x"\n', encoding="utf-8")
    done = run(tmp_path, "--check")
    assert done.returncode == 0
    assert "Lillestrøm" in done.stderr
    assert "ledger.sqlite" in done.stderr
    assert not (tmp_path / "ledger.sqlite").exists()
    assert "bare den som sitter ved denne maskinen" in done.stderr
    everywhere = {"NAERINGSAREAL_ADDRESS": "0.0.0.0", "NAERINGSAREAL_LOG": "json"}  # noqa: S104
    reached = run(tmp_path, "--check", **everywhere)
    assert "ingen kan lagre" in reached.stderr
    assert "{" not in reached.stderr  # for whoever sits there
    wrong = run(tmp_path, "--check", STREAMLIT_SECRETS_FILES=str(tmp_path / "secrets.toml"))
    assert wrong.returncode == 2
    assert "redirect_uri" in wrong.stderr


def test_a_ledger_that_cannot_be_reached_is_told_by_the_check(tmp_path):
    nowhere = f"postgresql://areal:hemmelig@127.0.0.1:{free_port()}/areal"
    done = run(tmp_path, "--check", NAERINGSAREAL_LEDGER=nowhere)
    assert done.returncode == 2
    assert "hemmelig" not in done.stderr
