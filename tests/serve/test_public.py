"""
Servers on the same data, one for everyone: all that they say is searched for what is internal.

The internal one is the proof that the search finds anything.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from urllib.parse import quote, urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from geo import settings
from geo.pack.read import read_pack
from layers.app import shell, static_files
from layers.publish.collections import select
from tests import PATIENCE_S
from tests.browser.conftest import wait
from tests.serve.townhall import until
from tests.support import marked, published
from tests.support.links import PARAMETERS
from tests.support.ports import free_port
from tests.support.wire import ask, stream

CLOSED = [page for page in shell.PAGES if page not in shell.PUBLIC]
NAMES = {
    page: "" if page == "overview" else file.partition("_")[2].removesuffix(".py")
    for page, (file, _) in shell.PAGES.items()
}
SENTENCE = "Denne siden er ikke i den åpne utgaven."
SENTENCES = {SENTENCE, "This page is not in the open edition."}
OPEN = "public = true\nworkers = 1\ndrain_seconds = 1\n"
# What a page leads a browser to beside it.
ASIDE = re.compile(rb"(?:app/static/made|media|component)/[\w./-]+")
# Of each kind of parameter something that is there, something that is not, and something wrong.
PUBLISHED, HIDDEN = "tomt-ved-ostmarka", marked.marked("hidden_name").lower()
VALUES = (PUBLISHED, HIDDEN, "sentrum", marked.marked("asked"))
# Files that the pages offer: the table of places, and the published sites in three forms.
FILES = {"strategy": 1, "register": 3}
# Collections that have what is internal beside what is not, and so are asked for in every form.
KEPT = {"projects", "site_register"}


class Server:
    """A server, and where it writes what it has to say."""

    def __init__(self, address, process, log):
        self.address, self.process, self._log = address, process, log

    def log(self):
        return self._log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marked")
    marked.write_pack(folder / "pack")
    marked.write_version(folder / "packs")
    marked.fill_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    return folder


def ours(data):
    """What both servers are told."""
    return {
        "NAERINGSAREAL_PACK": str(data / "pack"),
        "NAERINGSAREAL_PACKS": str(data / "packs"),
        "NAERINGSAREAL_LEDGER": f"sqlite:///{data / 'ledger.sqlite'}",
        "NAERINGSAREAL_HEAVY_PROCESSES": "0",
    }


@contextlib.contextmanager
def started(folder, data, text, port):
    """Start a server with a file of settings; it is not waited for."""
    folder.mkdir()
    (folder / "naeringsareal.toml").write_text(f"port = {port}\n{text}", encoding="utf-8")
    log = folder / "log.txt"
    environment = os.environ | ours(data) | {"PYTHONPATH": str(static_files.STATIC.parent)}
    with (
        log.open("wb") as written,
        subprocess.Popen(  # our own command
            [sys.executable, "-m", "layers.serve"],
            cwd=folder,
            env=environment,
            stdout=written,
            stderr=written,
        ) as process,
    ):
        try:
            yield Server(f"http://127.0.0.1:{port}", process, log)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def servers(data, tmp_path_factory):
    """The public one, with a process that watches over it, the internal one, and the OGC API."""
    folder = tmp_path_factory.mktemp("servers")
    setting = {settings.variable("public"): "true"}
    with (  # all three start beside each other
        started(folder / "open", data, OPEN, free_port()) as public,
        started(folder / "own", data, "", free_port()) as internal,
        published.serving(folder, data / "pack", **setting, **ours(data)) as (process, at, log),
    ):
        for server in (public, internal):
            wait(f"{server.address}/readyz", server.process)
        yield public, internal, Server(at, process, log)


@pytest.fixture
def public(servers):
    return servers[0]


@pytest.fixture
def internal(servers):
    return servers[1]


@pytest.fixture
def service(servers):
    return servers[2]


class Visit:
    """A session of one browser: its websocket, and everything that has come by it."""

    def __init__(self, opened):
        self._opened = opened
        self.pages, self.kinds, self.files, self._said = {}, set(), [], []
        self._session = ""

    @property
    def said(self):
        return b"".join(self._said)

    def run(self, page="overview", query="", **more):
        """Run a page; returns the texts of its alerts."""
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string = query
        if NAMES[page] in self.pages:
            state.page_script_hash = self.pages[NAMES[page]]
        else:
            state.page_name = NAMES[page]
        for name, value in more.items():
            setattr(state, name, value)
        self.send(asked)
        alerts = []
        while True:
            raw = self._opened.recv(PATIENCE_S)
            self._said.append(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            self.kinds.add(kind)
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id
            elif kind == "navigation":
                self.pages = {
                    "" if one.is_default else one.url_pathname: one.page_script_hash
                    for one in message.navigation.app_pages
                }
            elif kind == "delta":
                element = message.delta.new_element
                assert not element.HasField("exception"), (page, query)
                alerts += [element.alert.body] if element.HasField("alert") else []
                if element.HasField("download_button"):
                    self.files.append(element.download_button.deferred_file_id)
            elif kind == "script_finished":
                return alerts

    def until(self, *kinds, within_s=PATIENCE_S):
        """Wait for a message of one of these kinds."""
        while True:
            message = ForwardMsg.FromString(self._opened.recv(within_s))
            if message.WhichOneof("type") in kinds:
                return message

    def file(self, file_id):
        """Ask for a file that a page has offered; returns where it lies."""
        asked = BackMsg()
        asked.backend_operation_request.session_id = self._session
        asked.backend_operation_request.request_id = file_id
        asked.backend_operation_request.deferred_file.file_id = file_id
        self.send(asked)
        answer = self.until("backend_operation_response").backend_operation_response
        assert not answer.error_msg
        return answer.deferred_file.url

    def send(self, message):
        self._opened.send(message.SerializeToString())


@contextlib.contextmanager
def visit(server, **how):
    with stream(server.address, **how) as opened:
        yield Visit(opened)


def links(page):
    """
    Links to a page: all its parameters at once, and on a page that is read, each with each value.

    That each page answers each parameter alone is told by tests/pages/test_public_pages.py.
    """
    parameters = PARAMETERS.get(page, {})
    version = "20260101T000000Z-0a1b2c3d"
    turned = {"public": "false", "PUBLIC": "0", "pack": version, "version": version, "lang": "en"}
    yield urlencode(dict.fromkeys(parameters, VALUES[0]) | turned)
    if page in CLOSED:
        return
    yield from ("", "public=0")
    for name, beside in parameters.items():
        values = VALUES if name in {"zone", "entry"} else [HIDDEN]
        yield from (urlencode({**beside, name: value}) for value in values)


def fetched(server, said):
    """All that a page leads a browser to beside it."""
    found = {one.decode() for one in ASIDE.findall(said)}
    answers = [ask(server.address, f"/{one}") for one in sorted(found)]
    return found, b"".join(one.body for one in answers if one.status == 200)


def test_nothing_internal_comes_by_any_page_or_link_of_the_public_server(public):
    with visit(public) as reader:
        for page in shell.PAGES:
            for query in links(page):
                alerts = reader.run(page, query)
                assert bool(SENTENCES.intersection(alerts)) == (page in CLOSED), page
        said = reader.said
    for own in (marked.marked("asked"), HIDDEN):  # what the link itself says
        said = said.replace(quote(own).encode(), b"")
    assert marked.marks_in(said) == set()
    asked, files = fetched(public, reader.said)
    maps = [one for one in asked if one.startswith("app/static/made/")]
    assert maps
    assert all(one.startswith("app/static/made/open/maps/") for one in maps)
    assert marked.SEEN.encode() in files  # what everyone may read is there
    assert marked.marks_in(files) == set()


def test_the_same_search_finds_it_on_the_internal_server(internal):
    with visit(internal) as reader:
        for page in ("overview", "zones", "projects", "layers", "method", "register"):
            reader.run(page)
        reader.run("zones", "zone=sentrum")
        reader.run("projects", "project=butikk")
        reader.run("register", f"entry={PUBLISHED}")
    found = marked.marks_in(reader.said)
    fields = ("source", "jobs_source", "author", "reason", "changed_note", "refused_kind")
    sites = ("internal_note", "readiness_reason", "hidden_name", "gone_site")
    assert {marked.marked(field) for field in (*fields, *sites)} <= found
    assert "the place of a site that is not published" in found


@pytest.mark.parametrize(
    "how",
    [
        {"headers": {"X-Naeringsareal-Public": "false", "X-Public": "0"}},
        {"cookies": {"public": "0", "NAERINGSAREAL_PUBLIC": "false"}},
        {"session": "00000000-0000-0000-0000-000000000000"},
    ],
    ids=["header", "cookie", "session"],
)
def test_no_request_turns_it_off(public, how):
    with visit(public, **how) as reader:
        assert reader.run("projects", "public=false") == [SENTENCE]


def test_no_request_turns_it_on(internal):
    how = {"headers": {"X-Public": "1"}, "cookies": {"public": "true"}}
    with visit(internal, **how) as reader:
        assert SENTENCE not in reader.run("projects", "public=true")


def test_a_page_is_closed_by_its_hash_too_and_by_a_part_of_it(public, internal):
    with visit(internal) as reader:
        reader.run()
        hashes = reader.pages
    with visit(public) as reader:
        reader.run()
        for page in CLOSED:
            said = reader.run(page_script_hash=hashes[NAMES[page]], fragment_id="")
            assert said == [SENTENCE], page


def test_what_a_browser_may_say_beside_reading_is_not_heard(public, internal):
    asked = BackMsg()
    asked.file_urls_request.request_id = "1"
    asked.file_urls_request.file_names.append("a.csv")
    others = [BackMsg(load_git_info=True), BackMsg(clear_cache=True), BackMsg()]
    others[-1].backend_operation_request.install_skills.SetInParent()
    heard = ("git_info_changed", "file_urls_response", "backend_operation_response")
    with visit(internal) as reader:
        reader.run()
        reader.send(asked)
        reader.until(*heard)
    with visit(public) as reader:
        reader.run()
        for message in (*others, asked):
            reader.send(message)
        with pytest.raises(TimeoutError):
            reader.until(*heard, within_s=2)
        assert reader.run("projects") == [SENTENCE]  # the connection is as it was


def unpacked(content):
    """A file's bytes; of a workbook, those of all its parts."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return b"".join(file.read(name) for name in file.namelist())


def test_a_file_that_a_page_offers_can_be_had_and_holds_nothing_internal(public):
    had, offered = [], {}
    with visit(public) as reader:
        for page in shell.PUBLIC:
            reader.files.clear()
            reader.run(page)
            offered[page] = len(reader.files)
            had += [ask(public.address, reader.file(one)) for one in reader.files]
    assert offered == dict.fromkeys(shell.PUBLIC, 0) | FILES
    assert {one.status for one in had} == {200}
    said = [unpacked(one.body) for one in had]
    assert sum(marked.PUBLISHED.encode() in one for one in said) == FILES["register"]
    assert marked.marks_in(b"".join(said)) == set()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/_stcore/upload_file/a/b", 405),
        ("POST", "/_stcore/upload_file/a/b", 405),
        ("DELETE", "/_stcore/upload_file/a/b", 405),
        ("POST", "/", 405),
        ("POST", "/_stcore/agent/interact", 405),
        ("GET", "/_stcore/agent/openapi.json", 404),
        ("GET", "/_stcore/metrics", 404),
        ("GET", "/_stcore/script-health-check", 404),
        ("GET", "/_stcore/upload_file/a/b", 404),
        ("GET", "/_stcore/../_stcore/metrics", 404),
        ("GET", "//_stcore/metrics", 404),
        ("GET", "/auth/login", 404),
        ("GET", "/oauth2callback", 404),
        ("GET", "/app/static/made/maps/x.js", 404),
        ("GET", "/app/static/made/open/../maps/x.js", 404),
        ("GET", "/", 200),
        ("GET", "/zones", 200),
        ("GET", "/projects", 200),
        ("HEAD", "/", 200),
        ("GET", "/healthz", 200),
        ("GET", "/_stcore/health", 200),
        ("GET", "/_stcore/host-config", 200),
        ("GET", "/app/static/vendor/SHA256SUMS", 200),
        ("GET", "/component/streamlit_folium.st_folium/index.html", 200),
    ],
)
def test_a_request_gets_a_page_or_nothing(public, method, path, status):
    answer = ask(public.address, path, method)
    refused = {400, 404} if status == 404 else {status}
    assert answer.status in refused
    assert marked.marks_in(answer.body) == set()


def test_what_an_internal_server_has_drawn_is_not_given_out(public, internal):
    file = static_files.MADE / "maps" / f"{free_port()}-{os.getpid()}.js"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(marked.marked("drawn"), encoding="utf-8")
    path = f"/app/static/made/maps/{file.name}"
    ways = (path, path.replace("/made/", "/made/open/../"), path.replace("maps", "%6daps"))
    try:
        assert marked.marks_in(ask(internal.address, path).body)
        for way in ways:
            assert marked.marks_in(ask(public.address, way).body) == set(), way
    finally:
        file.unlink()


def test_whether_it_is_ready_is_all_that_is_told(public, internal):
    assert ask(public.address, "/readyz").body == b'{"ready":true}'
    assert b"ledger" in ask(internal.address, "/readyz").body


def test_a_public_server_writes_nothing_of_its_own(data, public):
    with visit(public) as reader:
        reader.run()
    assert not (data / "packs" / "active.toml").exists()
    assert (data / "packs" / "drafts" / "draft.json").exists()
    assert "Traceback" not in public.log()


def answers(address):
    """What a published service says: its pages, and each collection; `KEPT` in each form."""

    def get(way, form="json", language="nb"):
        limit = 1000 if form == "json" else 5
        return ask(address, f"{way}?{urlencode({'f': form, 'lang': language, 'limit': limit})}")

    found = get("/collections")
    yield from (found, get("/", "html"), get("/openapi"))
    names = {one["id"] for one in json.loads(found.body)["collections"]}
    assert names > KEPT
    for name in sorted(names):
        way = f"/collections/{name}"
        yield from (get(f"{way}/items"), get(f"{way}/schema"))
        if name in KEPT:
            yield from (get(f"{way}/items", form) for form in ("jsonld", "csv", "html"))
            yield from (get(way, "html", "en"), get(f"{way}/queryables"))
            yield from (get(f"{way}/items/0", form) for form in ("json", "html"))


def test_the_published_service_gives_out_no_more_under_the_same_setting(service):
    found = [*answers(service.address)]
    assert "Åpen utgave" in service.log()
    whole = b"".join(one.body + str(one.headers).encode() for one in found)
    assert marked.SEEN.encode() in whole
    assert marked.PUBLISHED.encode() in whole
    assert marked.marks_in(whole) == set()


def test_without_the_setting_the_same_collections_have_the_packs_own_columns(data, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", ours(data)["NAERINGSAREAL_LEDGER"])
    pack = read_pack(data / "pack")

    frames = [one.frame.drop(columns="geometry") for one in select(pack).collections]
    found = marked.marks_in("".join(one.to_csv() for one in frames).encode())
    assert {marked.marked("pack_handler"), marked.marked("zones_remark")} <= found


def test_processes_that_are_replaced_stay_public(public):
    # The last test: the servers are others afterwards.
    assert "replaced" not in public.log()
    public.process.send_signal(signal.SIGHUP)
    until(lambda: "replaced" in public.log() and "stopped" in public.log())
    with visit(public) as reader:
        assert reader.run("projects") == [SENTENCE]
