"""
A reader without a browser: Streamlit's websocket as its frontend speaks it, many in one process.

It parses what the server sends no further than to widgets, errors and the end of a run, so that a
hundred readers take little of the machine that is measured.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE_S = 120.0
KEPT_RUNS = 2  # the frontend keeps a message for so many runs: global.maxCachedMessageAge
XSRF = "_streamlit_xsrf"
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


@dataclass
class Run:
    """One answer of the server, from what was asked to the end of the page."""

    seconds: float = 0.0
    received: int = 0  # bytes, after compression is undone
    errors: list[str] = field(default_factory=list)


class RunFailedError(Exception):
    """The server gave no answer, or the page has no such widget."""

    def __init__(self, page, what):
        super().__init__(f"{page or 'first page'}: {what}")


class Reader:
    """One session: a tab of a browser, on one page at a time."""

    def __init__(self, address):
        self._address = address.rstrip("/")
        # A connection for each request: the server ends one that waits, just as it is used again.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.AsyncClient(timeout=PATIENCE_S, limits=limits)
        self._socket = None
        self._pages = {}  # name in the address → hash
        self._page = ""
        self.query = ""
        self.session_id = ""
        self.widgets = {}  # id → element on the page
        self._sent = {}  # id → the state that the reader has set
        self._kept = {}  # hash → message and the run that last had it
        self._runs = 0

    @classmethod
    async def open(cls, address):
        """Connect, as a new tab does; a page is still to be asked for."""
        reader = cls(address)
        try:
            await reader._connect()
        except BaseException:
            await reader._http.aclose()
            raise
        return reader

    async def _connect(self):
        # As the frontend does before its websocket; the answer brings the token for uploads.
        answer = await self._http.get(f"{self._address}/_stcore/health")
        answer.raise_for_status()
        token = self._http.cookies.get(XSRF)
        parts = urlsplit(self._address)
        self._socket = await websockets.connect(
            self._address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit", token] if token else ["streamlit"],
            origin=f"{parts.scheme}://{parts.netloc}",
            additional_headers={"Cookie": f"{XSRF}={token}"} if token else None,
            max_size=None,
            ping_interval=None,
            open_timeout=PATIENCE_S,
        )

    async def close(self):
        """Close the tab."""
        await self._socket.close()
        await self._http.aclose()

    async def visit(self, page, query=""):
        """Open a page by its name in the address; the first has an empty name."""
        self._page, self.query, self._sent = page, query, {}
        return await self._rerun()

    async def choose(self, key, **value):
        """Give the widget with this key a value, as `int_value=3`, and wait for the page."""
        state = WidgetState(id=self.widget(key).id, **value)
        self._sent[state.id] = state
        return await self._rerun()

    async def press(self, key):
        """Press a button."""
        return await self._rerun(WidgetState(id=self.widget(key).id, trigger_value=True))

    async def press_starting(self, beginning):
        """Press the button whose key begins so, as those of forms do that end with their label."""
        return await self.press(next(key for key in self.names() if key.startswith(beginning)))

    def write(self, key, **value):
        """Fill a field of a form, which is sent with the form's button."""
        state = WidgetState(id=self.widget(key).id, **value)
        self._sent[state.id] = state

    async def upload(self, key, name, content):
        """Give a file to an uploader, as the frontend does: an address first, then the file."""
        widget = self.widget(key)
        asked = BackMsg()
        asked.file_urls_request.request_id = str(uuid.uuid4())
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.session_id
        start = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        while True:
            message = await self._next()
            if message.WhichOneof("type") == "file_urls_response":
                break
        (urls,) = message.file_urls_response.file_urls
        answer = await self._http.put(
            f"{self._address}{urls.upload_url}",
            files={name: (name, content)},
            headers={"X-Xsrftoken": self._http.cookies.get(XSRF) or ""},
        )
        answer.raise_for_status()
        state = WidgetState(id=widget.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(content), urls.file_id
        info.file_urls.CopyFrom(urls)
        self._sent[state.id] = state
        run = await self._rerun()
        run.seconds = time.perf_counter() - start
        return run

    def widget(self, key):
        """Return the widget with this key, as its protobuf says it."""
        for found, element in self.widgets.items():
            if found.endswith(f"-{key}"):
                return element
        raise RunFailedError(self._page, f"no widget {key}")

    def names(self):
        """Return the keys of all widgets; those without one have the last part of their id."""
        return [found.split("-", 2)[-1] for found in self.widgets]

    def has(self, key):
        """Tell whether the page has a widget with this key."""
        return any(found.endswith(f"-{key}") for found in self.widgets)

    async def _rerun(self, trigger=None):
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string = self.query
        if self._page in self._pages:
            state.page_script_hash = self._pages[self._page]
        else:
            state.page_name = self._page
        for one in self._sent.values():
            state.widget_states.widgets.add().CopyFrom(one)
        if trigger is not None:
            state.widget_states.widgets.add().CopyFrom(trigger)
        state.cached_message_hashes.extend(self._kept)
        run = Run()
        start = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        while not self._take(await self._next(run), run):
            pass
        run.seconds = time.perf_counter() - start
        self._runs += 1
        self._kept = {
            name: kept for name, kept in self._kept.items() if kept[1] > self._runs - KEPT_RUNS
        }
        return run

    async def _next(self, run=None):
        try:
            received = await asyncio.wait_for(self._socket.recv(), PATIENCE_S)
        except (TimeoutError, websockets.WebSocketException) as error:
            raise RunFailedError(self._page, repr(error)) from error
        if run is not None:
            run.received += len(received)
        return ForwardMsg.FromString(received)

    def _take(self, message, run):
        """Take in one message; tell whether the page is finished with it."""
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            if message.ref_hash not in self._kept:
                raise RunFailedError(self._page, f"unknown message {message.ref_hash}")
            message = self._kept[message.ref_hash][0]
            self._kept[message.hash] = (message, self._runs)
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable:
            self._kept[message.hash] = (message, self._runs)
        if kind == "delta":
            self._see(message.delta, run)
        elif kind == "new_session":
            self.widgets = {}
            run.errors = []
            self.session_id = message.new_session.initialize.session_id or self.session_id
        elif kind == "navigation":
            found = message.navigation
            self._pages = {
                "" if one.is_default else one.url_pathname.replace(" ", "_"): one.page_script_hash
                for one in found.app_pages
            }
            # Another page, where the one before has switched to it.
            self._page = next(
                (name for name, one in self._pages.items() if one == found.page_script_hash),
                self._page,
            )
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "page_not_found":
            run.errors.append(f"no page {self._page}")
        elif kind == "session_event":
            run.errors.append(str(message.session_event)[:300])
        return kind == "script_finished" and message.script_finished in DONE

    def _see(self, delta, run):
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind) if kind else None
        if kind == "exception":
            run.errors.append(f"{element.type}: {element.message}"[:300])
        elif kind == "alert":
            if element.format == Alert.ERROR:
                run.errors.append(element.body[:300])
        elif element is not None and getattr(element, "id", ""):
            self.widgets[element.id] = element


def sites_file(places, side):
    """Write a file of square sites, GeoJSON in EPSG:25832, from their south-western corners."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"Tomt {number}", "type": "kontor", "bra": 4000},
            "geometry": {"type": "Polygon", "coordinates": [_ring(east, north, side)]},
        }
        for number, (east, north) in enumerate(places, start=1)
    ]
    system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    return json.dumps({"type": "FeatureCollection", "crs": system, "features": features}).encode()


def _ring(east, north, side):
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return [[east + right, north + up] for right, up in corners]
