"""
Pages opened by links, many and cheaply, and everything that a browser is then told.

Streamlit's AppTest builds its own world anew for every run and makes a tree of what came; here one
world serves all links, and the messages are looked at as they are.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from unittest.mock import MagicMock
from urllib.parse import quote_plus

from google.protobuf.descriptor import FieldDescriptor
from streamlit import config
from streamlit.runtime import Runtime
from streamlit.runtime.caching.storage.dummy_cache_storage import MemoryCacheStorageManager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from layers.app import address, shell
from tests import PATIENCE_S
from tests.pages.test_pages import ROOT

# What every page reads of its address.
EVERYWHERE = ("lang",)
# What Streamlit reads for itself, and what nobody reads.
NOT_OURS = ("embed", "embed_options", "__class__", "\N{NULL}")

_OUTLINE = "AQABAQSgq8g6wNzb-QQAoJwBn5wBAACfnAE"  # a square of 100 m, by `geo.geometry.link`

# Page → parameter → other parameters with which it is read. A test holds it against the code.
PARAMETERS = {
    "overview": {"adopted": {}, "estimates": {}},
    "zones": {"zone": {}},
    "reserve": {
        "zone": {},
        "plot": {},
        "buffer": {},
        "part": {},
        "minwidth": {},
        "util": {},
    },
    "corridor": {"width": {}},
    "rule": {
        "adopted": {},
        "estimates": {},
        "basis": {},
        "time": {},
        "status": {},
        "from": {},
        "to": {},
        "periods": {"time": "period"},
        "place": {},
        "jobs_low": {},
        "jobs": {},
        "jobs_high": {},
        "jobs_lost": {"basis": "net"},
        "scenario": {},
        "kept": {},
        "beregning": {},
    },
    "projects": {"project": {}, "at": {}, "new": {}, "kept": {}},
    "screening": {
        "way": {},
        "site": {},
        "kept": {},
        "name": {},
        "plot": {"way": "plot"},
        "point": {"way": "point"},
        "type": {},
        "bra": {},
        "jobs": {},
        "flood": {"way": "plot", "plot": "1/5"},
        "counted": {"way": "plot", "plot": "1/5"},
    },
    "search": {"wish": {}},
    "register": {
        "zone": {},
        "ready": {},
        "free": {},
        "owner": {},
        "daa": {},
        "mw": {},
        "entry": {},
        "kept": {},
        "new": {},
        "site": {"new": "1"},
        "ref": {"new": "1", "site": _OUTLINE},
        "origin": {"new": "1", "site": _OUTLINE},
    },
    "strategy": {"kind": {}, "zone": {}},
    "compare": {"measure": {}, "set": {}, "municipality": {}},
    "report": {"zone": {}, "adopted": {}, "estimates": {}, "since": {}, "beregning": {}},
    "layers": {"layer": {}, "format": {}, "crs": {}, "area": {}},
    "data": {"fetch": {}, "tab": {}},
    "method": {},
    "help": {},
    "accessibility": {},
}

# Links between two collections of garbage. What a run leaves behind holds its session in circles:
# uncollected, 5 000 links took 3 GB.
_COLLECT_EVERY = 50


@dataclass
class Shown:
    """What a browser is told by a run of a page: elements in their order, and bytes in all."""

    elements: list = field(default_factory=list)
    size: int = 0
    ended: bool = False
    query: str = ""
    asked: set = field(default_factory=set)

    def of(self, kind):
        return [getattr(one, kind) for one in self.elements if one.WhichOneof("type") == kind]

    def title(self):
        return next((one.body for one in self.of("heading") if one.tag == "h1"), None)


class Browser:
    """Opens links, each in a session of its own, in one world that is made once."""

    def __init__(self):
        self._app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
        self._scripts = ScriptCache()
        self._runtime = MagicMock(spec=Runtime)
        self._runtime.media_file_mgr = MediaFileManager(MemoryMediaFileStorage("/mock/media"))
        self._runtime.cache_storage_manager = MemoryCacheStorageManager()
        self._asked = set()
        self.opened = 0

    def __enter__(self):
        # Once as AppTest does it: what a component needs of the world is found that way.
        self._app.run()
        files = {page: file for page, (file, _) in shell.PAGES.items()}
        self._hashes = {
            page: self._app.switch_page(file)._page_hash for page, file in files.items()
        }
        self._runtime.bidi_component_registry = self._app._bidi_component_manager
        self._collects = config.get_option("runner.postScriptGC")
        config.set_option("runner.postScriptGC", value=False)
        self._read = address.text, address.several
        address.text, address.several = map(self._noted, self._read)
        gc.collect()
        gc.freeze()
        gc.disable()  # it took half of every run: once for so many is enough
        return self

    def __exit__(self, *_):
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # as tests/conftest.py had it
        gc.enable()
        address.text, address.several = self._read
        config.set_option("runner.postScriptGC", self._collects)
        Runtime._instance = None

    def _noted(self, read):
        def noted(key):
            self._asked.add(key)
            return read(key)

        return noted

    def open(self, page, query):
        """Open a page by the part of its link behind the question mark."""
        self.opened += 1
        if self.opened % _COLLECT_EVERY == 0:
            self._runtime.reset_mock()  # it remembers every call, and with what
            gc.collect()
        self._asked = set()
        Runtime._instance = self._runtime
        PagesManager.uses_pages_directory = None
        pages = PagesManager(str(ROOT / "app.py"), self._scripts, setup_watcher=False)
        state = SafeSessionState(SessionState(), lambda: None)
        runner = LocalScriptRunner(str(ROOT / "app.py"), state, pages)
        runner._script_cache = self._scripts
        runner.request_rerun(RerunData(query_string=query, page_script_hash=self._hashes[page]))
        runner.start()
        runner._script_thread.join(PATIENCE_S)
        Runtime._instance = None
        return self._shown(runner)

    def _shown(self, runner):
        shown = Shown(asked=self._asked)
        for message in runner.forward_msgs():
            shown.size += message.ByteSize()
            if message.WhichOneof("type") == "delta":
                delta = message.delta
                if delta.WhichOneof("type") == "new_element":
                    shown.elements.append(delta.new_element)
        shown.ended = ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS in runner.events
        shown.query = runner.event_data[-1]["client_state"].query_string
        return shown


def groups(page):
    """Parameters of a page that are read together, and those that must stand beside them."""
    found = {(): list(EVERYWHERE)}
    for name, beside in PARAMETERS[page].items():
        found.setdefault(tuple(beside.items()), []).append(name)
    return [(dict(beside), names) for beside, names in found.items()]


def spelled(parameters):
    """The part of a link behind the question mark; bytes stand there as they are."""
    parts = []
    for name, value in parameters:
        written = value.decode("latin-1") if isinstance(value, bytes) else quote_plus(value)
        parts.append(f"{quote_plus(name)}={written}")
    return "&".join(parts)


# Where Streamlit shows a text as it is. All other texts are read as markdown or HTML.
AS_IT_IS = {
    "text.body",
    "code.code_text",
    "text_input.default",
    "text_input.value",
    "text_input.placeholder",
    "text_area.default",
    "text_area.value",
    "selectbox.options",
    "multiselect.options",
    "multiselect.raw_values",
    "selectbox.raw_value",
    "page_link.query_string",
    "component_instance.json_args",
}


def texts_of(message, path=""):
    """Every text in a message, with where it stands: «heading.body»."""
    for descriptor, value in message.ListFields():
        here = f"{path}.{descriptor.name}" if path else descriptor.name
        single = isinstance(value, str | bytes) or not hasattr(value, "__len__")
        several = [value] if single else value
        if descriptor.type == FieldDescriptor.TYPE_STRING:
            yield from ((here, one) for one in several)
        elif descriptor.type == FieldDescriptor.TYPE_MESSAGE and not _is_map(descriptor):
            for one in several:
                yield from texts_of(one, here)


def _is_map(descriptor):
    return descriptor.message_type.GetOptions().map_entry
