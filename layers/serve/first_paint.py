"""
The page that a browser is given first: Streamlit's, with our style in it from the start.

Streamlit's page is empty. What it looks like comes later, element by element: the width, the room
of the sidebar, the size of the headings; and with each of them all that stands there already moves.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# As Streamlit has them, in index.html and in its page; a test looks whether it still does.
ROOT: Final = b'<div id="root"></div>'
PAGE: Final = '[data-testid="stAppViewContainer"]'
SIDEBAR: Final = '[data-testid="stSidebar"]'
SIDEBAR_PX: Final = 300
_SIDEBAR_FROM_PX: Final = 769  # narrower, the sidebar lies over the page and needs no room
_WIDE_FROM_PX: Final = 864  # from here on a wide page has room on both sides

# What Streamlit does itself once the first words have come.
JS: Final = "static/js"
BEFORE: Final = f"""
  @media (min-width: {_SIDEBAR_FROM_PX}px) {{
    {PAGE}:not(:has({SIDEBAR})) {{padding-left: {SIDEBAR_PX}px;}} }}
  @media (min-width: {_WIDE_FROM_PX}px) {{
    .block-container {{padding-left: 5rem; padding-right: 5rem;}} }}
"""
# What nearly every page shows. Streamlit loads each kind of element when the first one has come,
# and till then there stands something of another height.
EARLY: Final = (
    "Html",
    "PageLink",
    "TextInput",
    "ComponentInstance",
    "Button",
    "ButtonGroup",
    "Metric",
    "Selectbox",
    "ArrowVegaLiteChart",
    "DataFrame",
)
_HEAD_END: Final = b"</head>"
_IMPORT: Final = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")
_ONLY_OF_FILE: Final = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


class FirstPaint:
    """
    Adds a style to the page that Streamlit serves, and to nothing else.

    Parameters
    ----------
    app
        What answers.
    style
        Returns the CSS of every page, without the tags around it; called for the first page, since
        it comes with the pages' own modules, which are imported in one place and not before.
    folder
        Where Streamlit has its scripts.
    """

    def __init__(self, app: ASGIApp, style: Callable[[], str], folder: Path) -> None:
        self._app = app
        self._css = style
        self._scripts = scripts(folder)

    @cached_property
    def _style(self) -> bytes:
        # After what Streamlit adds to the head: of equal rules the last one holds.
        return f"<style>{BEFORE}{self._css()}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, a page with the style in it."""
        if not _may_be_page(scope):
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        parts: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif held:
                parts.append(message.get("body", b""))
            else:
                await send(message)

        kept = [one for one in scope["headers"] if one[0] not in _ONLY_OF_FILE]
        await self._app({**scope, "method": "GET", "headers": kept}, receive, hold)
        if held:
            page = _styled(b"".join(parts), self._style, self._scripts)
            await _answer(page, Headers(scope=scope))(scope, receive, send)


def scripts(folder: Path) -> tuple[str, ...]:
    """Return the scripts of what nearly every page shows, with those that they import."""
    left = [one.name for name in EARLY for one in folder.glob(f"{name}.*.js")]
    found: dict[str, None] = {}
    while left:
        name = left.pop()
        if name not in found and (folder / name).is_file():
            found[name] = None
            text = (folder / name).read_text(encoding="utf-8")
            left += _IMPORT.findall(text)
    return tuple(found)


class _Page(NamedTuple):
    body: bytes
    packed: bytes
    tag: str


@lru_cache(maxsize=2)
def _styled(body: bytes, style: bytes, names: tuple[str, ...]) -> _Page:
    more = (one for one in (f"./{JS}/{name}" for name in names) if one.encode() not in body)
    links = "".join(f'<link rel="modulepreload" crossorigin href="{one}">' for one in more).encode()
    whole = body.replace(ROOT, ROOT + style, 1).replace(_HEAD_END, links + _HEAD_END, 1)
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)  # with the head of gzip
    packed = packer.compress(whole) + packer.flush()
    return _Page(whole, packed, f'W/"{hashlib.sha256(whole).hexdigest()[:32]}"')


def _answer(page: _Page, asked: Headers) -> Response:
    # Asked for again each time, as Streamlit has it, and sent only where it has changed.
    headers = {"cache-control": "no-cache", "etag": page.tag, "vary": "Accept-Encoding"}
    if page.tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = page.body
    if "gzip" in asked.get("accept-encoding", ""):
        body, headers["content-encoding"] = page.packed, "gzip"
    return Response(body, headers=headers, media_type="text/html")


def _may_be_page(scope: Scope) -> bool:
    """Whether it asks for a name without an ending, as those of pages are."""
    return (
        scope["type"] == "http"
        and scope["method"] in {"GET", "HEAD"}
        and "." not in scope["path"].rpartition("/")[2]
    )


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return bool(
        message["status"] == 200  # noqa: PLR2004  # OK
        and headers.get("content-type", "").startswith("text/html")
        and "content-encoding" not in headers
    )
