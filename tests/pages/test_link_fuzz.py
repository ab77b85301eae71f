"""
Whatever stands in a link, a page answers with a sentence or with what it shows without it.

`make fuzz` opens 5 000 links; otherwise each parameter has each kind of value once, and a few links
are made up.
"""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo import i18n
from geo.growth.scenario import Overrides
from geo.ledger.scenarios import Scenarios
from geo.ledger.store import Ledger
from geo.pack.location import PACK_VARIABLE
from geo.screening import screen
from layers.app import login
from layers.app.login_rules import Access, Mode
from tests.pins import smallpack
from tests.support import nasty
from tests.support.links import (
    AS_IT_IS,
    EVERYWHERE,
    NOT_OURS,
    PARAMETERS,
    Browser,
    groups,
    spelled,
    texts_of,
)

ROOT = Path(__file__).parents[2]
LINKS = int(os.environ.get("NAERINGSAREAL_FUZZ_LINKS", "0"))
SAVED = "sentrum"  # the name of a scenario
MADE_UP = 2  # links of each page in `make test`, beside one for each parameter and kind
COVERING = 1_360  # links that give each parameter each of all values: the first part of `make fuzz`
MOST_ELEMENTS = 100  # beyond those of the page as it opens: a site that is screened has 45
MOST_SITES = 100  # that one link may have screened: geo.intake.coordinates.MOST

TITLES = {
    page: {i18n.say(f"page.{page}.title", one) for one in i18n.LANGUAGES} for page in PARAMETERS
}
VALUES = [value for values in nasty.KINDS.values() for value in values]

# Where the name of a parameter is not written beside the call: file and expression → the names.
NAMED_ELSEWHERE = {
    ("layers/app/kept/draft.py", "ADDRESS"): {"kept"},
    ("layers/app/kept/tabs.py", "parameter"): {"tab"},
    ("layers/catalogue/area.py", "ADDRESS"): {"area"},
    ("layers/catalogue/downloads.py", "FORMAT"): {"format"},
    ("layers/catalogue/downloads.py", "CRS"): {"crs"},
    ("layers/catalogue/views.py", "ADDRESS"): {"layer"},
    ("layers/comparison/choices.py", "parameter"): {"measure", "set", "municipality"},
    ("layers/own_data/official/tab.py", "_ADDRESS"): {"fetch"},
    ("layers/register/begun.py", "ADDRESS"): {"new"},
    ("layers/register/begun.py", "_ORIGIN"): {"origin"},
    ("layers/register/begun.py", "_REF"): {"ref"},
    ("layers/register/begun.py", "_SITE"): {"site"},
    ("layers/register/filters.py", "parameter"): {"zone", "ready", "free", "owner", "daa", "mw"},
    ("layers/register/listing.py", "ADDRESS"): {"entry"},
    ("layers/report/account.py", "SINCE"): {"since"},
    ("layers/report/again.py", "PARAMETER"): {"beregning"},
    ("layers/reserve/choices.py", "slider.key"): {"buffer", "part", "minwidth", "util"},
    ("layers/rule/choices.py", "key"): {"adopted", "estimates", "basis", "time", "from", "to"},
    ("layers/rule/choices.py", "name"): {"adopted", "estimates"},
    ("layers/rule/saved.py", "PARAMETER"): {"beregning"},
    ("layers/rule/whatif.py", "key"): {"jobs_low", "jobs", "jobs_high", "jobs_lost"},
    ("layers/screening/site_link.py", "ADDRESS"): {"site"},
    ("layers/search/form.py", "ADDRESS"): {"wish"},
}


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """The small pack; for the strategy, whose places it lacks, the one that comes with the app."""
    small = tmp_path_factory.mktemp("fuzzed") / "small"
    smallpack.write(small)
    return {page: None if page == "strategy" else str(small) for page in PARAMETERS}


@pytest.fixture(scope="module")
def browser(tmp_path_factory, pytestconfig):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("nowhere"))  # where a path in a link would lead from
        with Browser() as opened:
            yield opened
        if LINKS:
            capture = pytestconfig.pluginmanager.getplugin("capturemanager")
            with capture.global_and_fixture_disabled():
                print(f"\n{opened.opened} links opened")  # noqa: T201  # what the run is for


@pytest.fixture
def visit(browser, packs, ledger_file, monkeypatch):
    """Open a link, and hold the page to what every page promises; gives what it showed."""
    screened = []
    usual = {}
    monkeypatch.setattr(screen, "screen", _counted(screen.screen, screened))
    # Whoever may write has more on the page, and more parameters are read.
    desk = Access(Mode.DESK, may_write=True, author="Kari", name="Kari", may_administer=True)
    monkeypatch.setattr(login, "who", lambda: desk)
    ledger = Ledger.open(f"sqlite:///{ledger_file}", "3205")
    # By a name that is a value of `nasty` too: what it is not even looked for cannot go wrong.
    scenarios = Scenarios(ledger.engine, ledger.municipality_no)
    scenarios.save(SAVED, json.loads(Overrides().as_json()), author="Kari", ledger_seq=0)
    ledger.close()

    def opened(page, parameters):
        pack = packs[page]
        if pack:
            monkeypatch.setenv(PACK_VARIABLE, pack)
        else:
            monkeypatch.delenv(PACK_VARIABLE, raising=False)
        if page not in usual:
            browser.open(page, "")  # the first fills caches and may tell of it
            usual[page] = browser.open(page, "")
        screened.clear()
        query = spelled(parameters)
        shown = browser.open(page, query)
        assert not shown.of("exception")
        assert shown.ended
        assert shown.title() in TITLES[page]
        assert shown.asked <= {*EVERYWHERE, *PARAMETERS[page]}
        assert live(shown) == []
        # What a link asks for may cost more than nothing, but not without end.
        assert sum(screened) <= MOST_SITES
        assert len(shown.elements) <= len(usual[page].elements) + MOST_ELEMENTS
        # Streamlit sends the whole address each time that a part of it is taken out.
        assert shown.size <= 5 * usual[page].size + (len(PARAMETERS[page]) + 4) * len(query)
        return shown

    return opened


def _counted(real, counts):
    def screening(context, sites, *rest, **more):
        counts.append(len(sites))
        return real(context, sites, *rest, **more)

    return screening


def live(shown):
    """What of the nasty values stands in the page as markdown or HTML, and where."""
    return [
        (where, mark, text[:200])
        for element in shown.elements
        for where, text in texts_of(element)
        if where not in AS_IT_IS
        for mark in nasty.live_in(text, html=where.startswith(("html.", "iframe.")))
    ]


def written(name, value):
    """A parameter as often as its value says."""
    return [(name, one) for one in value] if isinstance(value, list) else [(name, value)]


def covering(page):
    """Links that give each parameter of a page each kind of value: all of them, or one of each."""
    families = [[value] for value in VALUES] if LINKS else list(nasty.KINDS.values())
    for beside, names in groups(page):
        for turn in range(len(families)):
            link = list(beside.items())
            for place, name in enumerate(names):
                family = families[(turn + 5 * place) % len(families)]
                link += written(name, family[(turn + place) % len(family)])
            yield link


@pytest.mark.parametrize("page", PARAMETERS)
def test_each_parameter_may_have_each_kind_of_value(page, visit):
    asked = set()
    for link in covering(page):
        asked |= visit(page, link).asked
    assert asked == {*EVERYWHERE, *PARAMETERS[page]}


def _values():
    anything = st.one_of(
        st.sampled_from(VALUES),
        st.sampled_from(nasty.REAL),
        st.text(max_size=60),
        st.binary(max_size=20).map(lambda raw: "".join(f"%{one:02x}" for one in raw).encode()),
        st.integers().map(str),
        st.floats().map(repr),
        st.dates().map(str),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(st.sampled_from(_WISHES) | st.text(max_size=5), inner, max_size=4)
            ),
        ).map(nasty.as_json),
    )
    # What begins well and ends badly, or the other way round.
    joined = st.tuples(st.sampled_from(nasty.REAL), st.text(max_size=20)).map("".join)
    return (
        anything | joined | st.tuples(st.text(max_size=5), st.sampled_from(nasty.REAL)).map("".join)
    )


_WISHES = (
    "min_daa",
    "max_daa",
    "rectangle_m",
    "zones",
    "avoid",
    "weights",
    "size",
    "growth",
    "road",
)


@st.composite
def links(draw, page):
    beside, names = draw(st.sampled_from(groups(page)))
    of_others = sorted({name for one in PARAMETERS.values() for name in one})
    known = st.sampled_from([*names, *names, *NOT_OURS, *of_others])
    chosen = draw(st.lists(known | st.text(max_size=8), min_size=1, max_size=6))
    link = list(beside.items()) if draw(st.booleans()) else []
    for name in chosen:
        link += written(name, draw(_values()))
    return link


# A search for each page: none is forgotten, and it is seen how far the 5 000 have come.
@pytest.mark.parametrize("page", PARAMETERS)
@given(data=st.data())
@settings(
    max_examples=max(MADE_UP, (LINKS - COVERING) // len(PARAMETERS) + 1),
    # `make fuzz` looks for what is new each time; a search of the suite finds what it found before.
    derandomize=not LINKS,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),  # the fixture is meant to last from link to link
)
def test_a_link_may_hold_anything(page, data, visit):
    visit(page, data.draw(links(page)))


def test_the_list_of_parameters_is_that_of_the_code():
    found = set()
    for path in [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "layers").rglob("*.py")]:
        file = path.relative_to(ROOT).as_posix()
        if file == "layers/app/address.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert "query_params." not in text, f"{file} reads the address by itself"
        for called in _readings(text):
            literal = isinstance(called, ast.Constant)
            names = {called.value} if literal else NAMED_ELSEWHERE.get((file, ast.unparse(called)))
            assert names, f"{file} reads {ast.unparse(called)}: which parameter is that?"
            found |= names
    assert found == {*EVERYWHERE, *(name for one in PARAMETERS.values() for name in one)}


def _readings(text):
    """The first argument of every call that reads the address."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on, of = node.func.value, node.func.attr
            if (
                isinstance(on, ast.Name)
                and on.id == "address"
                and of in {"text", "read", "several"}
            ):
                yield node.args[0]


def test_what_is_looked_for_is_found_where_it_is_not_escaped():
    assert nasty.live_in(nasty.HTML)
    assert nasty.live_in(nasty.MARKDOWN)
    assert nasty.live_in(nasty.DIRECTIVES)
    assert nasty.live_in(nasty.LINES)
    assert nasty.live_in(nasty.SCRIPT)
    assert nasty.live_in(nasty.ATTRIBUTE, html=True)
