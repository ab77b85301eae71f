"""Browsers that come to a town hall's server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import sync_playwright

from tests import PATIENCE_S
from tests.browser.conftest import KARTVERKET, launch
from tests.serve import townhall
from tests.support import ledgers, oidc
from tests.support.ports import free_port
from tests.support.programs import needed

# From a page's own address Streamlit asks upwards for where the app begins: one 404 a step.
SEARCH = re.compile(r"/areal/\w+/_stcore/(health|host-config)$")


def out_of_reach(url):
    """Whether it is a tile of Kartverket's, which each map asks for and does without."""
    return url.startswith(KARTVERKET)


def complaints(said):
    """What a browser's console says is wrong."""
    url = said.location["url"]
    if said.type == "error" and not SEARCH.search(url) and not out_of_reach(url):
        yield said.text


def failures(asked):
    """What was asked for in vain."""
    if not out_of_reach(asked.url):
        yield f"{asked.url}: {asked.failure}"


def refusals(got):
    """An answer that is none."""
    if got.status >= 400 and not SEARCH.search(got.url):
        yield f"{got.status} {got.url}"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Two workers and nginx as deploy/ has them, PostgreSQL, and a provider of logins."""
    needed("nginx", "nginx", also=("/usr/sbin",))
    folder = tmp_path_factory.mktemp("town")
    back = f"{townhall.ADDRESS}/oauth2callback"
    with (
        ledgers.server() as server,
        ledgers.database(server) as ledger,
        oidc.running_provider(free_port(), back) as provider,
        townhall.running(folder, ledger, oidc.secrets(provider, back, townhall.GROUPS)) as town,
    ):
        yield town


@pytest.fixture(scope="module")
def chromium(town):
    """A browser for which no name but the server's is anywhere."""
    needed("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = launch(
            playwright,
            f"MAP {townhall.HOST}:443 127.0.0.1:{town.https}",
            f"MAP {townhall.HOST}:80 127.0.0.1:{town.http}",
            f"MAP {townhall.HOST}:{town.workers[0]} 127.0.0.1:{town.workers[0]}",
        )
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium, town):
    """Open a browser of its own, sent to a worker where one is named; it keeps what goes wrong."""
    contexts = []

    def come(worker=None):
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, locale="nb-NO", ignore_https_errors=True
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_S * 1000)
        if worker is not None:
            context.add_cookies([town.cookie_for(worker)])
        page = context.new_page()
        page.faults = faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.extend(complaints(said)))
        page.on("requestfailed", lambda asked: faults.extend(failures(asked)))
        page.on("response", lambda got: faults.extend(refusals(got)))
        return page

    yield come
    for context in contexts:
        context.close()
