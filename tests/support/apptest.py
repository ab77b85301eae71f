"""What Streamlit does anew for each page of a test, and which is the same for all: done once."""

from __future__ import annotations

import contextlib
import functools
from unittest import mock

from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import local_script_runner

COLLECTS = "runner.postScriptGC"


@contextlib.contextmanager
def lean():
    """
    Look for components and compile scripts once, and collect no garbage after a run.

    Each took as long as a small page itself: a page is opened in a server that has looked already
    and keeps a script as long as it runs, and a test's process holds much that is not the page's.
    Python collects as it always does.
    """
    once = functools.cache(manifest_scanner.scan_component_manifests)
    usual = config.get_option(COLLECTS)
    kept = ScriptCache()
    with (
        mock.patch.object(manifest_scanner, "scan_component_manifests", once),
        mock.patch.object(local_script_runner, "ScriptCache", return_value=kept),
    ):
        config.set_option(COLLECTS, value=False)
        try:
            yield
        finally:
            config.set_option(COLLECTS, usual)
