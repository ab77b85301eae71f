"""A municipality, services on this machine, and patience counted in hundredths of a second."""

from __future__ import annotations

import os

import pytest

from layers.sources import fetch
from layers.sources.answers import AnswerStore
from layers.sources.http import Transport
from layers.sources.municipality import Place
from layers.sources.services import Policy, Service
from tests.support import official, servers, world

FAST = {"attempts": 3, "backoff_s": 0.01, "longest_wait_s": 2.0, "total_s": 5.0, "read_s": 2.0}
COLUMNS = {
    "parcels": {"parcel_id": "matrikkelnummerTekst"},
    "constraints": {"constraint_id": ("kulturminneId", "OBJECTID")},
}
CONSTANTS = {
    "parcels": {"synthetic": False},
    "constraints": {"kind": "flood", "severity": "assess"},
}


def service(url, kind="wfs", layer="parcels", **changes):
    settings = {
        "id": "prøve",
        "layer": layer,
        "type": kind,
        "url": url,
        "source": "Prøvetjeneste",
        "name": "app:Teig" if kind == "wfs" else None,
        "per_second": 10_000,
        "keep": "intersects",
        "columns": COLUMNS.get(layer, {}),
        "constants": CONSTANTS.get(layer, {}),
    }
    return Service(**{**settings, **changes})


@pytest.fixture
def place():
    return Place(world.NUMBER, world.NAME, world.OUTLINE)


@pytest.fixture
def ask(tmp_path, place):
    """Ask one service as a build does; `progress` holds what was told on the way."""
    opened = []

    def run(one, **policy):
        settings = Policy(**{**FAST, **policy})
        transport = Transport(settings, AnswerStore(tmp_path / "svar", settings.max_age_h))
        opened.append(transport)
        return fetch.fetch(one, place, transport, lambda *told: run.progress.append(told))

    run.progress = []
    yield run
    for transport in opened:
        transport.close()


@pytest.fixture(scope="session")
def _needs_mapserver():
    if servers.MAPSERV is None:
        message = "MapServer is not installed: apt install cgi-mapserver"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="session")
def official_wfs(_needs_mapserver, tmp_path_factory):
    with servers.mapserver(tmp_path_factory.mktemp("wfs"), world.teig()) as url:
        yield url


@pytest.fixture(scope="session")
def capped_wfs(_needs_mapserver, tmp_path_factory):
    with servers.mapserver(tmp_path_factory.mktemp("capped"), world.teig(), cap=100) as url:
        yield url


@pytest.fixture(scope="session")
def official_features(tmp_path_factory):
    folder = tmp_path_factory.mktemp("features")
    with servers.pygeoapi(folder, world.heritage(), "enkeltminner", "kulturminneId") as url:
        yield url


@pytest.fixture(scope="session")
def official_build(tmp_path_factory):
    """
    A whole build from the forms, what its report says of each entry, and the paths that were asked.

    One host of two is down, one redirects, and pages overlap.
    """
    with pytest.MonkeyPatch.context() as patch, official.official() as country:
        patch.setenv("NAERINGSAREAL_NORGE_DIGITALT_USER", official.USER)
        patch.setenv("NAERINGSAREAL_NORGE_DIGITALT_PASSWORD", official.PASSWORD)
        country.down = {"kart.nve.no"}
        country.moved = {"kart.miljodirektoratet.no"}
        country.overlapping = {"teig", "heritage"}
        pages = {"teig": 3, "heritage": 4, "started_plans": 2}
        pack, told = official.build_pack(country, tmp_path_factory.mktemp("forms"), **pages)
        return pack, told, [asked.path for asked in country.asked]
