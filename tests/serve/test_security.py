"""A server with login, and whoever comes to it without meaning well. SECURITY.md tells the rest."""

from __future__ import annotations

import contextlib
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import websockets
from playwright.sync_api import expect, sync_playwright

from layers.app import shell
from layers.app.static_files import MADE, STATIC
from tests import PATIENCE_S
from tests.browser.conftest import KARTVERKET, launch, map_frame, settled
from tests.browser.test_browser import WITHOUT_MAP
from tests.support import nasty
from tests.support.guarded import CLIENT_SECRET, ROOT, SECRET, running
from tests.support.oidc import WRITERS
from tests.support.programs import needed
from tests.support.wire import XSRF, ask, page_of, signed, stream, visited

TOKEN = "2|00000000|61626364|1"  # noqa: S105  # as a browser is given one against forged requests
LOGGED_IN = "Innlogget som"
COMPONENT = "/component/streamlit_folium.st_folium"
NOT_IN = "Logg inn for å lagre endringer"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with running(tmp_path_factory.mktemp("town"), upload_megabytes="3") as server:
        yield server


def claims(**more):
    return {
        "sub": "a1",
        "name": "Kari Nordmann",
        "groups": [WRITERS],
        "exp": time.time() + 600,
        "provider": "default",
        **more,
    }


# --- who somebody is ---------------------------------------------------------------------------


def test_a_cookie_that_the_server_signed_is_a_login(town):
    said = visited(town.address, signed(claims(), SECRET, town.address))
    assert f"{LOGGED_IN} **Kari Nordmann**" in said
    assert NOT_IN not in said


@pytest.mark.parametrize(
    "cookie",
    [
        lambda address: signed(claims(), "another secret of the same length", address),
        lambda _: signed(claims(), SECRET, "https://areal.example.no"),
        lambda address: signed(claims(), SECRET, address)[:-2] + "xx",
        lambda address: signed(claims(), SECRET, address).split(".", 1)[1],
        lambda _: "{}",
        lambda _: "x" * 3_000,
    ],
    ids=["other secret", "other server", "changed", "beheaded", "unsigned", "long"],
)
def test_a_forged_cookie_is_no_login(town, cookie):
    said = visited(town.address, cookie(town.address))
    assert LOGGED_IN not in said
    assert NOT_IN in said


@pytest.mark.parametrize("token", ["", "2|00000000|00|1", "another"])
def test_a_login_counts_only_with_the_token_of_the_same_browser(town, token):
    # Another site's page can open a websocket with the cookies, but cannot read the token.
    cookie = signed(claims(), SECRET, town.address)
    assert LOGGED_IN not in visited(town.address, cookie, token=token)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"exp": time.time() - 1}, "Innloggingen er utløpt"),
        ({"exp": None}, "Innloggingen er utløpt"),
        ({"exp": "9999999999"}, "Innloggingen er utløpt"),
        ({"exp": True}, "Innloggingen er utløpt"),
        ({"sub": ""}, "mangler opplysningen «sub»"),
        ({"sub": 7}, "mangler opplysningen «sub»"),
        ({"groups": 7}, "mangler opplysningen «groups»"),
        ({"groups": {WRITERS: True}}, "mangler opplysningen «groups»"),
        ({"groups": [WRITERS.upper(), f" {WRITERS}", f"{WRITERS},x"]}, "ikke med i en gruppe"),
        ({"groups": [[WRITERS]]}, "ikke med i en gruppe"),
        ({"groups": f"x {WRITERS}"}, "ikke med i en gruppe"),
        ({"is_logged_in": "true"}, NOT_IN),
        ({"is_logged_in": 1}, NOT_IN),
    ],
)
def test_claims_that_are_not_quite_right_give_no_right_to_write(town, more, says):
    said = visited(town.address, signed(claims(**more), SECRET, town.address))
    assert says.replace("«", "").split("»")[0] in said.replace("«", "")


def test_a_name_from_the_provider_is_text_on_one_line(town):
    name = f"Kari\u202e\n# {nasty.MARKDOWN}{nasty.HTML}"
    said = visited(town.address, signed(claims(name=name), SECRET, town.address))
    line = next(one for one in said.splitlines() if LOGGED_IN in one)
    assert nasty.live_in(line) == []
    assert "\u202e" not in line


@pytest.mark.parametrize(
    "name", ["X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Auth-Request-Email", "X-User"]
)
def test_no_header_makes_anybody_somebody(town, name):
    said = visited(town.address, headers={name: "kari"})
    assert LOGGED_IN not in said
    assert NOT_IN in said


# --- where a request comes from, and to which name ---------------------------------------------


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "file://"]
)
def test_another_sites_page_gets_no_websocket(town, origin):
    with pytest.raises(websockets.InvalidStatus), stream(town.address, origin=origin):
        pass


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.no"])
def test_a_foreign_name_that_leads_here_gets_no_websocket(town, host):
    # DNS rebinding: to the browser the page and the server are of one origin.
    port = town.address.rpartition(":")[2]
    named = f"{host}:{port}"
    with (
        pytest.raises(websockets.InvalidStatus),
        stream(town.address, origin=f"http://{named}", host=named),
    ):
        pass


def test_a_session_is_not_taken_over_with_its_id_by_another_person(town):
    mine = signed(claims(), SECRET, town.address)
    other = signed(claims(sub="b2", name="Ola"), SECRET, town.address)
    known = {"cookies": {XSRF: TOKEN, "_streamlit_user": mine}, "token": TOKEN}
    with stream(town.address, **known) as opened:
        session, _ = page_of(opened)
        theirs = known | {"cookies": {XSRF: TOKEN, "_streamlit_user": other}}
        for cookies in (theirs["cookies"], {}):
            with stream(town.address, cookies=cookies, token=TOKEN, session=session) as again:
                found, said = page_of(again)
                assert found != session
                assert "Kari" not in said
    with stream(town.address, **known, session=str(uuid.uuid4())) as opened:
        assert page_of(opened)[0] != session  # an id of one's own choice is not taken either


@pytest.mark.parametrize("frame", ["text", b"\xff" * 100, b"\x00" * 10])
def test_a_message_that_is_none_ends_its_own_connection_alone(town, frame):
    with stream(town.address) as opened:
        opened.send(frame)
        with contextlib.suppress(websockets.ConnectionClosed, TimeoutError):
            opened.recv(5)
    assert ask(town.address, "/healthz").status == 200


# --- uploads -----------------------------------------------------------------------------------


def put(town, session, *, token=True, cookie=True, headers=(), body=b"x"):
    sent = {"Content-Length": str(len(body)), "Content-Type": "multipart/form-data; boundary=b"}
    sent |= ({"X-Xsrftoken": TOKEN} if token else {}) | (
        {"Cookie": f"{XSRF}={TOKEN}"} if cookie else {}
    )
    path = f"/_stcore/upload_file/{session}/{uuid.uuid4()}"
    return ask(town.address, path, "PUT", sent | dict(headers), body)


@pytest.mark.parametrize(("token", "cookie"), [(False, True), (True, False), (False, False)])
def test_another_sites_page_uploads_nothing(town, token, cookie):
    assert put(town, uuid.uuid4(), token=token, cookie=cookie).status == 403


@pytest.mark.parametrize("session", [uuid.uuid4(), "..%2f..%2fetc", "%00", "x" * 5_000])
def test_an_upload_to_a_session_that_one_does_not_know_is_refused(town, session):
    assert put(town, session).status in {400, 404, 414, 431}


def test_an_upload_that_says_it_is_too_large_is_refused_before_it_is_sent(town):
    with stream(town.address) as opened:
        session, _ = page_of(opened)
        # Were it waited for, there would be no answer: nothing of it is sent.
        said = {"Content-Length": str(4 * 2**20), "Expect": "100-continue"}
        assert put(town, session, headers=said, body=b"").status == 413
        assert put(town, session, headers={"Content-Length": "many"}).status in {400, 413}


@pytest.mark.parametrize(
    "name", ["../../x.csv", "..\\x.csv", "a\x00b.csv", "CON.csv", "x" * 3_000 + ".csv", "", "/"]
)
def test_an_uploads_name_is_never_a_path(town, name, tmp_path):
    before = set(tmp_path.parent.iterdir())
    with stream(town.address) as opened:
        session, _ = page_of(opened)
        shown = name.replace("\\", "\\\\").replace("\x00", "%00")
        body = (
            f'--b\r\nContent-Disposition: form-data; name="f"; filename="{shown}"\r\n'
            "Content-Type: text/html\r\n\r\nnavn;x\r\n--b--\r\n"
        ).encode()
        assert put(town, session, body=body).status in {204, 400}
    assert set(tmp_path.parent.iterdir()) == before
    assert not (ROOT.parent / "x.csv").exists()


# --- files -------------------------------------------------------------------------------------

_UP = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%252f", "..\\", "..%5c", "..%c0%af", ".%2e/")


@pytest.mark.parametrize("up", _UP)
@pytest.mark.parametrize("start", ["/app/static/made/tiles/", "/app/static/", f"{COMPONENT}/", "/"])
def test_no_path_leads_out_of_the_served_folders(town, start, up):
    for levels in (1, 2, 3, 8):
        for target in ("requirements.txt", ".streamlit/config.toml", "etc/passwd"):
            answer = ask(town.address, start + up * levels + target)
            assert answer.status in {200, 400, 404}
            for mark in (b"root:x:", b"streamlit-folium==", b"enableStaticServing"):
                assert mark not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/app/static/made/tiles/%00.pbf",
        "/app/static/made/tiles/C:%5cx.pbf",
        "/app/static//etc/passwd",
        "//etc/passwd",
        "/%5c%5cserver%5cshare",
        "/app/static/%5c%5cserver%5cshare/x.pbf",
        "/app/static/made/tiles/" + "x" * 3_000 + ".pbf",
    ],
)
def test_what_is_no_path_of_ours_is_no_file_and_no_fault(town, path):
    answer = ask(town.address, path)
    assert answer.status in {200, 400, 404}
    assert b"root:x:" not in answer.body
    assert b"Traceback" not in answer.body


def test_a_link_out_of_the_served_folder_is_not_followed(town, tmp_path):
    outside = tmp_path / "secret.json"
    outside.write_text("what nobody may read")
    MADE.mkdir(parents=True, exist_ok=True)
    link = MADE / f"link-{uuid.uuid4()}.json"
    link.symlink_to(outside)
    try:
        answer = ask(town.address, f"/app/static/made/{link.name}")
    finally:
        link.unlink()
    assert b"what nobody may read" not in answer.body


@pytest.mark.parametrize("folder", ["made", "made/maps", "made/tiles", "vendor", ""])
def test_no_folder_is_listed(town, folder):
    there = [one.name for one in (STATIC / folder).glob("*")]
    answer = ask(town.address, f"/app/static/{folder}/")
    assert not any(name.encode() in answer.body for name in there if len(name) > 6)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "TRACE"])
def test_files_are_for_reading(town, method):
    assert ask(town.address, "/app/static/icon.png", method).status in {405, 501}


# --- what is off, and what every answer has ----------------------------------------------------


def test_no_program_may_drive_the_app(town):
    # server.enableAgentApi, which is off unless an operator turns it on.
    sent = {"Content-Type": "application/json", "Content-Length": "2"}
    for path in ("interact", "mcp"):
        answer = ask(town.address, f"/_stcore/agent/{path}", "POST", sent, b"{}")
        assert b"does not serve the agent API" in answer.body
        assert answer.status in {400, 403}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/reserve", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
        ("/app/static/icon.png", 200),
        ("/app/static/vendor/leaflet/leaflet.js", 200),
        ("/app/static/nothing.js", 404),
        (f"{COMPONENT}/index.html", 200),
        ("/app/static/%2e%2e/x", 400),
        ("/media/nothing.csv", 404),
    ],
)
def test_every_answer_has_the_headers(town, path, status):
    answer = ask(town.address, path)
    assert answer.status == status
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    said = headers["content-security-policy"].split(";")
    policy = dict(one.strip().partition(" ")[::2] for one in said)
    assert policy["default-src"] == policy["frame-ancestors"] == "'self'"
    assert policy["object-src"] == "'none'"
    foreign = {word for one in policy.values() for word in one.split() if "." in word}
    assert foreign == {"https://cache.kartverket.no"}
    assert "server" not in headers
    assert "x-powered-by" not in headers


def test_the_cookies_of_the_app_are_not_sent_along_from_other_sites(town):
    cookie = ask(town.address, "/_stcore/health").headers["set-cookie"].lower()
    assert "samesite=lax" in cookie


def test_metrics_and_health_tell_of_nobody(town):
    cookie = signed(claims(), SECRET, town.address)
    visited(town.address, cookie)
    for path in ("/_stcore/metrics", "/healthz", "/readyz", "/_stcore/host-config"):
        assert b"Kari" not in ask(town.address, path).body


# --- a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium():
    needed("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def _looks_for_the_app(url):
    # Streamlit's frontend asks below the page's own name first where the app lies: /zones/_stcore/…
    before, _, after = url.partition("/_stcore/")
    return after in {"health", "host-config"} and urlsplit(before).path != ""


@pytest.fixture(scope="module")
def visitor(chromium):
    """A browser that keeps the scripts it has fetched: a second of each page's visit."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="nb-NO")
    yield context
    context.close()


@pytest.fixture
def page(visitor):
    opened = visitor.new_page()
    opened.set_default_timeout(PATIENCE_S * 1000)
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on(
        "console",
        lambda said: (
            opened.faults.append(f"{said.text} {said.location['url']}")
            if said.type == "error"
            and not _looks_for_the_app(said.location["url"])
            and not said.location["url"].startswith(KARTVERKET)  # out of reach here
            else None
        ),
    )
    opened.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.blockedURI))"
    )
    yield opened
    opened.close()
    visitor.clear_cookies()


@pytest.mark.browser
@pytest.mark.parametrize("name", shell.PAGES)
def test_a_browser_finds_nothing_to_complain_of_on_a_page(page, town, name):
    file = shell.PAGES[name][0]
    path = "" if file == "app.py" else Path(file).stem.split("_", 1)[1]
    page.goto(f"{town.address}/{path}")
    page.wait_for_selector("h1")
    settled(page)
    # As they open, these have no map.
    if name not in WITHOUT_MAP | {"screening"}:
        map_frame(page)
    if name in {"overview", "rule"}:
        page.wait_for_selector("[data-testid=stVegaLiteChart] :is(canvas, svg)")
    assert page.faults == []


@pytest.mark.browser
def test_a_file_goes_up_and_comes_down_again(page, town):
    page.goto(f"{town.address}/screening?way=file")
    settled(page)
    rows = b"navn,lat,lon,arbeidsplasser\n<img src=x onerror=alert(7351)>,59.955,11.05,10\n"
    page.set_input_files(
        "[data-testid=stFileUploader] input",
        {"name": "tomt.csv", "mimeType": "text/csv", "buffer": rows},
    )
    map_frame(page)
    button = page.get_by_role("button", name="PDF").first
    expect(button).to_be_visible()
    settled(page)
    with page.expect_download() as download:
        button.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert page.query_selector("img[src=x]") is None
    assert page.faults == []


# --- what is left in the log; last, since it is about all that went before ------------------------


def test_the_log_holds_no_secret_no_person_no_session_and_no_traceback(town):
    with stream(town.address) as opened:
        session, _ = page_of(opened, "point=59.955,11.05&zone=hemmelig")
        put(town, session)
    ask(town.address, "/%0a2026-01-01%20%5berror%5d%20forged")
    said = town.log()
    assert "upload_file/…" in said
    for word in (SECRET, CLIENT_SECRET, "Kari", "hemmelig", session, "Traceback"):
        assert word not in said, word
    assert not any(line.startswith("2026-01-01 [error] forged") for line in said.splitlines())
