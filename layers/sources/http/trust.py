"""The certificates that services are trusted by, read once: it takes longer than most answers."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import ssl


def trusted() -> ssl.SSLContext:
    """
    Return httpx's own context for what the environment names now; clients and threads may share it.

    Read anew where another file or folder is named, or the file has been replaced.
    """
    named = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    return _read(*named, Path(named[0]).stat().st_mtime_ns if named[0] else None)


@lru_cache(maxsize=1)
def _read(_file: str | None, _folder: str | None, _changed_ns: int | None) -> ssl.SSLContext:
    return httpx.create_ssl_context()
