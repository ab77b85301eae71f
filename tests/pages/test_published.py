"""The section on QGIS: what it says when the service answers, and when it does not."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from layers.catalogue import service_panel
from layers.publish import following
from tests.pages.test_pages import opened, words
from tests.support.ports import free_port
from tests.support.reading import embedded

VARIABLE = service_panel.ENVIRONMENT_VARIABLE


@pytest.fixture(scope="module")
def sha256():
    return embedded().sha256


@pytest.fixture
def answering():
    """Start a server on loopback that gives every reader the same bytes; yields its address."""
    servers = []

    def start(body, pause_s=0.0, status=200, headers=()):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # http.server's name
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/")
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                for start in range(0, len(body), 10):
                    time.sleep(pause_s)
                    try:
                        self.wfile.write(body[start : start + 10])
                    except OSError:
                        return  # the reader has had enough

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def landing(description):
    return json.dumps({"links": [{"rel": "data"}], "description": description}).encode()


def codes(app):
    return [block.value for block in app.code]


def test_a_service_that_answers_is_shown_with_its_address(answering, monkeypatch, sha256):
    address = answering(landing(f"versjon {sha256}."))
    monkeypatch.setenv(VARIABLE, f"{address}/")
    app = opened("layers")
    assert not app.exception
    assert [one.value for one in app.success] == ["Tjenesten svarer nå. Kopier adressen:"]
    assert codes(app) == [address]
    assert "Legg til WFS / OGC API - Features-lag" in words(app)


def test_a_service_that_is_not_there_is_shown_with_the_command_that_starts_it(monkeypatch):
    port = free_port()
    monkeypatch.setenv(VARIABLE, f"http://127.0.0.1:{port}")
    app = opened("layers", lang="en")
    assert not app.exception
    assert "does not answer" in words(app)
    assert codes(app) == [f"http://127.0.0.1:{port}", f"make serve-api API_PORT={port}"]


def test_a_service_with_another_version_of_the_pack_follows_by_itself(answering, monkeypatch):
    address = answering(landing("versjon 123."))
    monkeypatch.setenv(VARIABLE, address)
    app = opened("layers")
    assert "en annen utgave av datapakken" in words(app)
    assert "følger etter i løpet av noen sekunder" in words(app)
    assert codes(app) == [address]


def test_a_service_that_cannot_publish_the_newest_is_said_to_be_behind(answering, monkeypatch):
    header = (following.BEHIND_HEADER, "error.version_unusable")
    monkeypatch.setenv(VARIABLE, answering(landing("versjon 123."), headers=[header]))
    app = opened("layers")
    assert "kan ikke publisere den nyeste utgaven" in words(app)


def test_an_address_that_is_none_is_said(monkeypatch):
    monkeypatch.setenv(VARIABLE, "file:///etc/passwd")
    app = opened("layers")
    assert not app.exception
    assert "NAERINGSAREAL_API_URL" in words(app)
    assert codes(app) == []


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"links": 1}', b'{"links": []}', b"\xff\xfe"]
)
def test_something_else_on_the_port_is_no_service(answering, body):
    assert service_panel.state(answering(body), "a") == "stopped"


@pytest.mark.parametrize("address", ["http://[::1", "http://127.0.0.1:99999", "http://"])
def test_an_address_that_leads_nowhere_is_no_service(address):
    assert service_panel.state(address, "a") == "stopped"


def test_a_redirect_to_another_place_is_not_followed(answering, sha256):
    assert service_panel.state(answering(b"", status=302), sha256) == "stopped"


def test_a_service_that_drips_keeps_no_page_waiting(answering, sha256):
    address = answering(landing(sha256), pause_s=0.2)
    begun = time.monotonic()
    assert service_panel.state(address, sha256) == "stopped"
    assert time.monotonic() - begun < service_panel.PATIENCE_S + 0.5  # a busy machine's delay
