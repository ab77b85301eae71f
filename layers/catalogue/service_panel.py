"""The section that tells how a GIS reads the layers as OGC API Features, and whether it can now."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

import httpx
import streamlit as st

from layers.app import cache
from layers.app.texts import t

if TYPE_CHECKING:
    from geo.pack.read import Pack

    State = Literal["running", "other_pack", "behind", "stopped"]

ENVIRONMENT_VARIABLE: Final = "NAERINGSAREAL_API_URL"
DEFAULT_PORT: Final = 5000
DEFAULT_URL: Final = f"http://127.0.0.1:{DEFAULT_PORT}"
PATIENCE_S: Final = 0.5  # a page must not wait for a service that is not there
_PHASE_S: Final = 0.25  # connecting, and each part of the reply
_MOST_BYTES: Final = 1_000_000
_BEHIND: Final = "x-naeringsareal-behind"  # as `layers.publish.following` says it
_START: Final = "make serve-api"


def panel(pack: Pack) -> None:
    """Show the address to copy, whether the service answers there, and the steps in QGIS."""
    st.header(t("published.title"))
    st.markdown(t("published.lead"))
    url = os.environ.get(ENVIRONMENT_VARIABLE, "").strip().rstrip("/") or DEFAULT_URL
    host, port = _parts(url)
    if host is None:
        st.warning(t("published.address"), icon=":material/help:")
        return
    found = cache.api_state(url, pack.sha256, lambda: state(url, pack.sha256))
    if found == "running":
        st.success(t("published.running"), icon=":material/check_circle:")
    elif found == "other_pack":
        st.warning(t("published.other_pack"), icon=":material/sync_problem:")
    elif found == "behind":
        st.warning(t("published.behind"), icon=":material/sync_problem:")
    else:
        st.info(t("published.stopped"), icon=":material/power_settings_new:")
    st.code(url, language=None)
    if found == "stopped":
        st.markdown(t("published.start"))
        command = _START if port in (DEFAULT_PORT, None) else f"{_START} API_PORT={port}"
        st.code(command, language=None)
    if _is_own(host):
        st.caption(t("published.own_machine"))
    st.markdown(t("published.steps"))


def state(url: str, pack_sha256: str) -> State:
    """
    Ask the service who it is: `running` if it serves this version of the pack.

    `behind` if it serves another one because it cannot publish the newest.
    """
    pool = ThreadPoolExecutor(max_workers=1)  # since looking up a name heeds no time limit
    try:
        body, behind = pool.submit(_fetch, url).result(timeout=PATIENCE_S)
        landing = json.loads(body)
        links = [link.get("rel") for link in landing["links"]]
        description = str(landing.get("description"))
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return "stopped"  # nothing there, or not in time (TimeoutError is an OSError)
    except (ValueError, TypeError, KeyError, AttributeError):
        return "stopped"  # something else than an OGC API
    finally:
        pool.shutdown(wait=False)
    if "data" not in links:
        return "stopped"
    if pack_sha256 in description:
        return "running"
    return "behind" if behind else "other_pack"


def _fetch(url: str) -> tuple[bytes, bool]:
    """Return the landing page, b"" where it does not come whole in time, and if it is behind."""
    end = time.monotonic() + PATIENCE_S
    body = b""
    # Not by way of the proxy that the environment may name: the service is near.
    with httpx.stream("GET", url, params={"f": "json"}, timeout=_PHASE_S, trust_env=False) as reply:
        for part in reply.iter_bytes():
            body += part
            if time.monotonic() > end or len(body) > _MOST_BYTES:
                return b"", False
        return body, _BEHIND in reply.headers


def _parts(url: str) -> tuple[str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None, None
    return (parts.hostname if parts.scheme in {"http", "https"} else None), port


def _is_own(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
