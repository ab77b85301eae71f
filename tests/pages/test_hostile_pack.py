"""A pack that means harm, and the list of projects made of it: on every page all of it is text."""

from __future__ import annotations

import json
import re

import pytest

from geo.ledger.store import Ledger
from geo.pack import location
from geo.pack.location import PACK_VARIABLE
from layers.app import login
from layers.app.login_rules import Access, Mode
from layers.maps import offline
from tests.support import hostile_pack, nasty
from tests.support.links import AS_IT_IS, PARAMETERS, Browser, spelled, texts_of

# Vega draws a text as it is, and its tooltips escape what they show.
DRAWN_AS_IT_IS = {*AS_IT_IS, "vega_lite_chart.spec"}
TIP = re.compile(r'"(?:tip|html|attribution)": ("(?:[^"\\]|\\.)*")')
OURS = re.compile(
    r"""</?(?:b|br|span|div)(?: class=[\w\\"' -]+| data-degrees="[\d.]+")?/?>""",
)


@pytest.fixture(scope="module")
def browser():
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    hostile_pack.write(folder / "listed")
    hostile_pack.write(folder / "unlisted", sound_status=False)
    return folder


@pytest.fixture
def hostile(written, monkeypatch):
    monkeypatch.setenv(PACK_VARIABLE, str(written / "listed"))
    desk = Access(Mode.DESK, may_write=True, author="Kari", name="Kari", may_administer=True)
    monkeypatch.setattr(login, "who", lambda: desk)
    return written


def live(shown):
    """What stands in a page as it could do harm there, and where."""
    found = []
    for element in shown.elements:
        for where, text in texts_of(element):
            if hostile_pack.PRODUCT in text:
                found.append((where, "a template", text[:200]))
            # An element's own id is shown to nobody.
            if where in DRAWN_AS_IT_IS or where.endswith((".id", ".form_id")):
                continue
            html = where.startswith(("html.", "iframe."))
            # In HTML the marks of markdown are nothing.
            marks = [one for one in nasty.live_in(text, html=html) if not html or one[0] in '<"']
            found += [(where, mark, text[:200]) for mark in marks]
    return found


def links(pack):
    """Links of every page, and of what every page can be about in this pack."""
    ids = {
        ("zones", "zone"): pack.layer("zones")["zone_id"],
        ("reserve", "zone"): pack.layer("zones")["zone_id"][:1],
        ("strategy", "zone"): pack.layer("zones")["zone_id"][:1],
        ("report", "zone"): pack.layer("zones")["zone_id"],
        ("projects", "project"): pack.layer("projects")["project_id"],
        ("layers", "layer"): list(hostile_pack.layers()),
    }
    yield from ((page, {}) for page in PARAMETERS)
    for (page, name), values in ids.items():
        yield from ((page, {name: str(value)}) for value in values)
    for plot in pack.layer("parcels")["parcel_id"][:6]:
        yield "screening", {"way": "plot", "plot": str(plot)}
        yield "reserve", {"plot": str(plot)}
    yield "screening", {"way": "point", "point": "59.955,11.05"}
    yield "search", {"wish": '{"min_daa": 1, "join": false}'}
    yield "projects", {"new": "1"}


def test_nothing_in_a_pack_is_more_than_text(hostile, browser, ledger_file):
    pack = location.read_at(hostile / "listed")
    found = {}
    for number, (page, parameters) in enumerate(links(pack)):
        language = ("nb", "en")[number % 2]
        shown = browser.open(page, spelled([*parameters.items(), ("lang", language)]))
        assert not shown.of("exception"), (page, parameters)
        assert shown.ended
        for one in live(shown):
            found.setdefault(one, (page, parameters))
    assert found == {}
    # The list of projects was begun with the pack's, word by word.
    ledger = Ledger.existing(f"sqlite:///{ledger_file}", "3205")
    names = set(ledger.projects()["name"])
    ledger.close()
    assert names & {nasty.HTML, nasty.SCRIPT, nasty.ATTRIBUTE, "x" * 400}

    told = [
        json.loads(tip)
        for map_ in offline.MAPS.glob("*.js")
        for tip in TIP.findall(map_.read_text(encoding="utf-8"))
    ]
    assert any("&lt;img src=x" in one for one in told)
    assert not [one for one in told if "<" in OURS.sub("", one)]
    assert not [one for one in told if hostile_pack.PRODUCT in one]


@pytest.mark.parametrize("page", ["overview", "zones", "rule", "projects"])
def test_a_status_that_no_list_takes_is_text(page, hostile, browser, monkeypatch):
    monkeypatch.setenv(PACK_VARIABLE, str(hostile / "unlisted"))
    shown = browser.open(page, "")
    assert not shown.of("exception")
    assert any("7351" in one.body for one in shown.of("alert"))  # why there is no list
    assert live(shown) == []
