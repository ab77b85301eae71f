"""The pages that this server is making just now: Streamlit makes each in a thread of its own."""

from __future__ import annotations

import threading
from typing import Final

_PAGE: Final = "ScriptRunner.scriptThread"  # Streamlit's name for it


def pages() -> list[threading.Thread]:
    """Return their threads."""
    return [thread for thread in threading.enumerate() if thread.name == _PAGE]
