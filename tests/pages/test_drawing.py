"""What is drawn on a map is taken, repaired or refused alike on every page that has one."""

from __future__ import annotations

import pytest

from layers.app import login
from layers.app.login_rules import Access, Mode
from layers.maps import leaflet
from tests.pages.test_pages import opened, words


def feature(*ring):
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "properties": {}, "geometry": geometry}


# About 220 m across and 220 m high at this latitude.
TIE = feature([11.05, 59.95], [11.054, 59.952], [11.054, 59.95], [11.05, 59.951])
NOTHING = feature([11.05, 59.95], [11.06, 59.95])
BESIDE = feature([11.051, 59.9501], [11.053, 59.9501], [11.053, 59.952])
WHOLE = feature([11.05, 59.95], [11.054, 59.95], [11.054, 59.952])


def project():
    return opened("projects", new="1")


def zone():
    app = opened("data")
    app.session_state["data_tabs"] = "Tegn et område"
    return app.run()


def takeout():
    app = opened("layers")
    return app.segmented_control(key="takeout_way").set_value("drawn").run()


def site():
    return opened("screening")


PAGES = [project, zone, takeout, site]


@pytest.fixture(autouse=True)
def _desk(monkeypatch):
    """Someone at a desk of their own; how that is found out is tested with the rules."""
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


@pytest.fixture
def draw(monkeypatch):
    """Let the map answer with these shapes, as if they had been drawn on it."""

    def drawn(*shapes):
        monkeypatch.setattr(leaflet, "draw", lambda *_, **__: list(shapes))

    return drawn


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("shapes", [(TIE,), (TIE, BESIDE)], ids=["alone", "over another"])
def test_an_outline_that_crosses_itself_is_repaired_and_told(page, shapes, draw):
    draw(*shapes)
    app = page()
    assert not app.exception
    (said,) = [one.value for one in app.info if "krysser seg selv" in one.value]
    assert "objekt «1»" in said


@pytest.mark.parametrize("page", PAGES)
def test_an_outline_without_area_is_refused_by_its_reason(page, draw):
    draw(NOTHING)
    app = page()
    assert not app.exception
    assert "ingenting er igjen" in app.error[0].value


@pytest.mark.parametrize("page", PAGES)
def test_of_a_sound_outline_nothing_is_said(page, draw):
    draw(WHOLE)
    app = page()
    assert not app.exception
    assert "krysser seg selv" not in words(app)
    assert not app.error
