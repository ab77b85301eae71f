"""Who may write, met in the browser: at the desk, through a proxy, and with a real login."""

from __future__ import annotations

import contextlib
import re
import socket
import threading

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE_MS, running_server, settled
from tests.support import oidc
from tests.support.ports import free_port

SIDEBAR = '[data-testid="stSidebar"]'
WRITER_GROUPS = f'writer_groups = ["{oidc.WRITERS}"]'


def open_page(page, address):
    page.goto(address)
    page.wait_for_selector("h1")


def sidebar(page, text):
    """The sidebar once it says `text`; fails where it never does."""
    page.wait_for_selector(f"{SIDEBAR} >> text={text}")
    settled(page)
    return page.inner_text(SIDEBAR)


def log_in(page, user):
    settled(page)
    page.get_by_role("button", name="Logg inn").click()
    page.fill("input[name=login]", user)
    page.press("input[name=login]", "Enter")
    page.fill("input[name=password]", user)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector(f"{SIDEBAR} >> text=Innlogget som")


def back_at(port):
    return f"http://127.0.0.1:{port}/oauth2callback"


@pytest.fixture(scope="module")
def provider():
    """Address of a provider, and two ports of apps that it sends people back to."""
    ports = free_port(), free_port()
    with oidc.running_provider(free_port(), *map(back_at, ports)) as address:
        yield address, *ports


@contextlib.contextmanager
def app_with_login(folder, provider, port, own=WRITER_GROUPS):
    file = folder / "secrets.toml"
    file.write_text(oidc.secrets(provider, back_at(port), own), encoding="utf-8")
    with running_server(f"--secrets.files={file}", port=port) as address:
        yield address


@pytest.fixture(scope="module")
def login_server(tmp_path_factory, provider):
    address, port, _ = provider
    with app_with_login(tmp_path_factory.mktemp("login"), address, port) as app:
        yield app


@pytest.fixture
def page(browser):
    """A page of its own: nobody is logged in, at the app or at the provider."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nb-NO")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_at_the_desk_the_user_gives_their_name_and_keeps_it_on_the_next_page(page, server):
    open_page(page, server)
    assert "Logg inn" not in sidebar(page, "Skrivebordsmodus")
    name = page.get_by_label("Ditt navn i endringsloggen")
    expect(name).not_to_have_value("")  # the field is there a moment before its text
    name.fill("Kari\u202e <sjef> Nordmann")
    name.press("Enter")
    page.click(f"{SIDEBAR} >> text=Ledig areal")
    page.wait_for_selector("h1 >> text=Ledig areal")
    expect(page.get_by_label("Ditt navn i endringsloggen")).to_have_value("Kari sjef Nordmann")


@contextlib.contextmanager
def proxy(target, header):
    """A reverse proxy on loopback that adds one header to the first request of a connection."""

    def pass_on(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def serve(client):
        with client, socket.create_connection(target) as upstream:
            head = b""
            while b"\r\n" not in head and (data := client.recv(65536)):
                head += data
            request_line, _, rest = head.partition(b"\r\n")
            upstream.sendall(b"\r\n".join([request_line, header, rest] if header else [head]))
            back = threading.Thread(target=pass_on, args=(upstream, client), daemon=True)
            back.start()
            pass_on(client, upstream)
            back.join()

    def accept():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (None, "Skrivebordsmodus"),  # what shows that the proxy itself breaks nothing
        (b"X-Forwarded-For: 127.0.0.1", "Lagring er slått av"),
        (b"Via: 1.1 areal.example.no", "Lagring er slått av"),
    ],
)
def test_through_a_reverse_proxy_nothing_can_be_written(page, server, header, says):
    port = int(server.rpartition(":")[2])
    with proxy(("127.0.0.1", port), header) as address:
        open_page(page, address)
        said = sidebar(page, says)
    assert ("Skrivebordsmodus" in said) == (header is None)


def test_a_server_that_others_can_reach_is_for_reading(page):
    with running_server("--server.address=0.0.0.0") as address:
        open_page(page, address)
        said = sidebar(page, "Lagring er slått av")
    assert "server.address" in said
    assert "Skrivebordsmodus" not in said


def test_a_slip_in_the_secrets_closes_instead_of_opening_a_desk(page, tmp_path):
    file = tmp_path / "secrets.toml"
    file.write_text('[auth\nclient_id = "x"', encoding="utf-8")
    with running_server(f"--secrets.files={file}") as address:
        open_page(page, address)
        said = sidebar(page, "secrets.toml ikke kan leses")
    assert "Skrivebordsmodus" not in said


def test_who_is_not_logged_in_may_read_and_is_offered_to_log_in(page, login_server):
    open_page(page, login_server)
    said = sidebar(page, "Logg inn for å lagre endringer")
    assert "Innlogget som" not in said
    assert page.query_selector("h1")


def test_a_writer_logs_in_and_out(page, login_server):
    open_page(page, login_server)
    log_in(page, "kari")
    said = sidebar(page, "Logg ut")
    assert "Innlogget som Kari Nordmann" in said
    assert not re.search("lagre|les alt", said)
    open_page(page, f"{login_server}/reserve")
    assert "Innlogget som Kari Nordmann" in sidebar(page, "Logg ut")
    settled(page)
    page.get_by_role("button", name="Logg ut").click()
    said = sidebar(page, "Logg inn for å lagre endringer")
    assert "Kari" not in said


def test_who_logs_in_comes_back_to_the_page_with_what_was_begun_there(page, login_server):
    open_page(page, f"{login_server}/corridor?width=1500")
    log_in(page, "kari")
    page.wait_for_url(f"{login_server}/corridor?width=1500")
    assert "Innlogget som Kari Nordmann" in sidebar(page, "Logg ut")
    # Once: the front page is the front page after that.
    open_page(page, login_server)
    settled(page)
    assert page.url == f"{login_server}/"


@pytest.mark.parametrize(
    ("user", "name", "why"),
    [
        ("ola", "Ola *Leser* Nordmann", "ikke med i en gruppe som kan lagre"),
        ("gro", "Gro Gruppeløs", "mangler opplysningen «groups»"),
    ],
)
def test_who_is_in_no_writers_group_reads_and_is_told_why(page, login_server, user, name, why):
    open_page(page, login_server)
    log_in(page, user)
    assert f"Innlogget som {name}" in sidebar(page, why)


def test_without_writer_groups_the_screen_names_the_setting(page, tmp_path, provider):
    with app_with_login(tmp_path, provider[0], provider[2], own="") as address:
        open_page(page, address)
        sidebar(page, "writer_groups")
        log_in(page, "kari")
        sidebar(page, "writer_groups")
