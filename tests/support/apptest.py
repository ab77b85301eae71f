"""What Streamlit does anew for each page of a test, and which is the same for all: done once."""

from __future__ import annotations

import contextlib
import functools
from unittest import mock

from streamlit import config
from streamlit.components.v2 import manifest_scanner

COLLECTS = "runner.postScriptGC"


@contextlib.contextmanager
def lean():
    """
    Look through the installed packages for components once, and collect no garbage after a run.

    Each took as long as a small page itself: a page is opened in a server that has looked already,
    and a test's process holds much that is not the page's. Python collects as it always does.
    """
    once = functools.cache(manifest_scanner.scan_component_manifests)
    usual = config.get_option(COLLECTS)
    with mock.patch.object(manifest_scanner, "scan_component_manifests", once):
        config.set_option(COLLECTS, value=False)
        try:
            yield
        finally:
            config.set_option(COLLECTS, usual)
