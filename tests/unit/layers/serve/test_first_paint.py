"""The page that a browser is given first: the style is in it, and all else is as it was."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from layers.app import shell
from layers.serve import first_paint
from tests.support import loops

INDEX = Path(get_static_dir(), "index.html")
SCRIPTS = Path(get_static_dir(), first_paint.JS)
STYLE = ".mark {color: red;}"
PLAIN = {"accept-encoding": "identity"}


def page(_):
    return Response(INDEX.read_bytes(), media_type="text/html", headers={"etag": '"theirs"'})


def packed(_):
    headers = {"content-encoding": "gzip"}
    return Response(gzip.compress(b"<html>"), media_type="text/html", headers=headers)


class Client:
    def __init__(self, app):
        self.app = app

    def ask(self, method, path, headers):
        async def asked():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
                return await client.request(method, path, headers=headers)

        return loops.run(asked())

    def get(self, path, headers=None):
        return self.ask("GET", path, headers)

    def head(self, path, headers=None):
        return self.ask("HEAD", path, headers)


@pytest.fixture(scope="module")
def client():
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/under/zones", page),
            Route("/component/index.html", page),
            Route("/packed", packed),
            Route("/gone", lambda _: PlainTextResponse("no", 404)),
            Route("/text", lambda _: PlainTextResponse("some text")),
        ]
    )
    app.add_middleware(first_paint.FirstPaint, style=lambda: STYLE, folder=SCRIPTS)
    return Client(app)


@pytest.mark.parametrize("path", ["/", "/under/zones"])
def test_a_page_has_the_style_once_after_its_root(client, path):
    answer = client.get(path, headers=PLAIN)
    assert answer.text.count(STYLE) == 1
    assert answer.text.index(first_paint.ROOT.decode()) < answer.text.index(STYLE)
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers.get_list("etag") != ['"theirs"']


def test_it_is_packed_for_who_takes_that(client):
    plain = client.get("/", headers=PLAIN)
    answer = client.get("/", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(plain.content) / 2
    assert answer.content == plain.content  # the client has unpacked it


def test_who_has_it_is_not_sent_it_again(client):
    tag = client.get("/").headers["etag"]
    answer = client.get("/", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get("/", headers={"if-none-match": '"theirs"'}).status_code == 200


def test_only_its_head_is_sent_where_that_is_asked_for(client):
    whole = client.get("/", headers=PLAIN)
    head = client.head("/", headers=PLAIN)
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize("path", ["/component/index.html", "/packed", "/gone", "/text"])
def test_what_is_no_page_is_as_it_was(client, path):
    assert STYLE not in client.get(path).text


def test_streamlits_page_is_as_the_style_takes_it_to_be():
    index = INDEX.read_bytes()
    assert index.count(first_paint.ROOT) == 1
    assert index.count(b"</head>") == 1
    written = next(SCRIPTS.glob("index.*.js")).read_text(encoding="utf-8")
    for name in ("stAppViewContainer", "stSidebar", "block-container", "stSkeleton"):
        assert name in written or any(
            name in one.read_text(encoding="utf-8") for one in SCRIPTS.glob("*.js")
        ), name


def test_each_script_that_is_loaded_early_is_there_with_what_it_imports():
    found = first_paint.scripts(SCRIPTS)
    for name in first_paint.EARLY:
        assert any(one.startswith(f"{name}.") for one in found), name
    assert len(found) > len(first_paint.EARLY)
    assert all((SCRIPTS / one).is_file() for one in found)


def test_no_style_of_ours_can_end_the_element_that_it_stands_in():
    assert "</" not in shell.CSS
    assert "<" not in first_paint.BEFORE
