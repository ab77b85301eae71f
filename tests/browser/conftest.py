"""A real server on loopback, and a real Chromium that reaches nothing else."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests import PATIENCE_S
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE_MS = PATIENCE_S * 1000
# Streamlit gathers what comes within some hundredths of a second before it draws it.
AT_EASE = """() => new Promise(done =>
    setTimeout(() => requestIdleCallback(done, {timeout: 1000}), 50))"""
KARTVERKET = "https://cache.kartverket.no/v1/wmts/1.0.0/"

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items):
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _chromium_is_here():
    if CHROMIUM is None:
        message = "Chromium is missing: install the package «chromium» to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


@contextlib.contextmanager
def running_server(*options, pack=None, port=None, app="app.py", folder=ROOT, settings=None):
    """Run the app as a user would, and wait until it answers; yields its address."""
    port = port or free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | (settings or {})
    if pack:
        environment["NAERINGSAREAL_PACK"] = str(pack)
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", *options]
    base = next((o.split("=")[1] for o in options if o.startswith("--server.baseUrlPath")), "")
    address = f"http://127.0.0.1:{port}" + (f"/{base}" if base else "")
    with subprocess.Popen(  # noqa: S603  # our own command
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            wait(f"{address}/_stcore/health", process)
            yield address
        finally:
            # Asked to end, it would wait for the page that is still open. It goes with its own.
            os.killpg(process.pid, signal.SIGKILL)


def wait(address, process):
    """Wait until `address` answers; fail if the process ends first or takes too long."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the server ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  # loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer within {PATIENCE_S} s")


@pytest.fixture(scope="session")
def server():
    with running_server() as address:
        yield address


def launch(playwright, *names):
    """Chromium for which no name resolves: it meets what a desk without internet meets.

    Where rules of `names` say so, as «MAP areal.example.no:443 127.0.0.1:8443», those do.
    """
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            f"--host-resolver-rules={', '.join([*names, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'])}",
        ],
    )


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visitor(browser):
    """A browser that keeps what it has fetched: Streamlit's scripts are a second of each visit."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nb-NO")
    yield context
    context.close()


@pytest.fixture
def page(visitor):
    """
    A page 1440 × 900 that keeps its script errors and the public addresses it asked for.

    Every map asks Kartverket for a tile of its own accord (`basemap_requests`), as on a desk with
    internet; nothing else public may be asked for (`public_requests`). What a test leaves in the
    browser goes with its page.
    """
    opened = watched(visitor.new_page())
    opened.set_default_timeout(PATIENCE_MS)
    opened.errors = []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.public_requests, opened.basemap_requests = [], []

    def asked(request):
        if request.url.startswith(KARTVERKET):
            opened.basemap_requests.append(request.url)
        elif request.url.startswith("http") and "127.0.0.1" not in request.url:
            opened.public_requests.append(request.url)

    opened.on("request", asked)
    yield opened
    with contextlib.suppress(Error):  # where it shows no page of ours, there is nothing to forget
        opened.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    opened.close()
    visitor.clear_cookies()


def settled(page):
    """Wait until the page's rerun has ended.

    A button pressed while the page is drawn anew may be taken away under the pointer, and a text
    read then may be of the run before.
    """
    page.wait_for_selector(IDLE)
    page.evaluate(AT_EASE)
    page.wait_for_selector(IDLE)


def watched(page):
    """Count on a page what its server says of its reruns: `begun` and `ended`; for `rerun`.

    Before the page is opened. The page's own sign of a rerun may never be drawn: where the browser
    has much to do, it takes the beginning and the end of a short one together.
    """
    page.begun = page.ended = 0

    def received(frame):
        kind = ForwardMsg.FromString(frame).WhichOneof("type")
        page.begun += kind == "new_session"
        page.ended += kind == "script_finished"

    page.on("websocket", lambda socket: socket.on("framereceived", received))
    return page


@contextlib.contextmanager
def rerun(page):
    """Wait until a rerun that is started inside has begun and ended; of a page that is `watched`.

    For what nothing on the page shows the beginning of: `settled` alone may look before it.
    """
    settled(page)
    begun, ended = page.begun, page.ended
    yield
    eventually(page, lambda: page.begun > begun and page.ended > ended)
    settled(page)


def eventually(page, holds):
    """Wait until `holds()` is true; fail where it never is."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"did not come true within {PATIENCE_S} s")
        page.wait_for_timeout(100)


def steady(page, read):
    """What `read()` gives once it gives the same as a moment before: the map has come to rest."""
    seen = [None]

    def same():
        seen.append(read())
        page.wait_for_timeout(300)
        return seen[-1] == seen[-2]

    settled(page)
    eventually(page, same)
    return seen[-1]


def map_frame(page):
    """The map's frame, once Leaflet has painted in it."""
    page.wait_for_selector("iframe.stCustomComponentV1")
    frame = page.query_selector("iframe.stCustomComponentV1").content_frame()
    frame.wait_for_function("() => window.map && document.querySelectorAll('path').length > 0")
    return frame
