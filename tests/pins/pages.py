"""Pages whose text is kept, as they open and in states that a reader brings them into."""

from __future__ import annotations

import json
import time
from functools import partial

from streamlit.testing.v1 import AppTest

from tests import PATIENCE_S
from tests.pins import screen
from tests.pins.desk import BARE, FILES, LILLESTROM, ROOT, SMALL
from tests.pins.varying import plain

START = "app.py"
ALL = (START, *sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("[0-9]*.py")))
STRATEGY, PROJECTS, ACCESSIBILITY, HELP, REGISTER, REPORT, COMPARE = ALL[1:8]
ZONES, CORRIDOR, RESERVE, RULE, SCREENING, SEARCH, LAYERS, DATA, METHOD = ALL[8:]

# A login as it is set up in secrets.toml, and one who may write.
SECRETS = {
    "auth": {
        "redirect_uri": "http://127.0.0.1/oauth2callback",
        "cookie_secret": "0" * 32,
        "client_id": "id",
        "client_secret": "secret",
        "server_metadata_url": "http://127.0.0.1/.well-known/openid-configuration",
    },
    "naeringsareal": {"writer_groups": ["skrivere"]},
}
WRITER = {"is_logged_in": True, "sub": "a1", "name": "Kari", "groups": ["skrivere"]}


# What a reader does once the page is open.
def tab(key, label):
    def do(app):
        app.session_state[key] = label
        app.run()

    return do


def upload(name):
    def do(app):
        app.file_uploader[0].set_value((name, FILES[name].encode(), "text/csv")).run()

    return do


def put(kind, key, value):
    def do(app):
        getattr(app, kind)(key=key).set_value(value).run()

    return do


def press(key):
    def do(app):
        app.button(key=key).click().run()

    return do


def adopted(app):
    app.segmented_control[0].set_value(True).run()


def layer_of_file(app):
    app.selectbox(key="data_layer").set_value("stations").run()
    upload("stations.csv")(app)


def wish(**asked):
    return {"wish": json.dumps(asked)}


# The same for every pack: name → page, address, and what is done then. {zone} and {plot} are of
# the pack.
STATES = {
    "overview-adopted": (START, {}, adopted),
    "zones-one": (ZONES, {"zone": "{zone}"}),
    "zones-unknown": (ZONES, {"zone": "atlantis"}),
    "corridor-wide": (CORRIDOR, {"width": "2000"}),
    "compare-share": (COMPARE, {"measure": "share", "municipality": "9903"}),
    "reserve-changed": (
        RESERVE,
        {"zone": "{zone}", "buffer": "10", "part": "500", "minwidth": "10", "util": "40"},
    ),
    "reserve-plot": (RESERVE, {"plot": "{plot}"}),
    "reserve-plots": (RESERVE, {"zone": "corridor"}, tab("reserve_tabs", "Tomter")),
    "reserve-sensitivity": (
        RESERVE,
        {},
        tab("reserve_tabs", "Følsomhet"),
        put("toggle", "reserve_sensitivity", value=True),
    ),
    "rule-until": (RULE, {"to": "2030"}),
    "rule-net": (RULE, {"basis": "net", "time": "year", "from": "2020", "to": "2030"}),
    "rule-period": (RULE, {"time": "period", "periods": "2020, 2025", "adopted": "1"}),
    "rule-whatif": (
        RULE,
        {"place": "{zone}", "jobs_low": "500", "jobs": "700", "jobs_high": "900"},
    ),
    "rule-wrong": (RULE, {"from": "2030", "to": "2024"}),
    "projects-one": (PROJECTS, {"project": "{project}"}),
    "projects-history": (PROJECTS, {"project": "{project}"}, tab("project_tabs", "Historikk")),
    "projects-exchange": (PROJECTS, {}, tab("ledger_tabs", "Hent inn og ta ut")),
    "screening-plot": (
        SCREENING,
        {"way": "plot", "plot": "{plot}", "type": "lager", "bra": "12000"},
    ),
    "screening-plot.en": (
        SCREENING,
        {"way": "plot", "plot": "{plot}", "jobs": "900", "lang": "en"},
    ),
    "screening-point": (SCREENING, {"way": "point", "point": "59.955, 11.05; 59.91, 10.75"}),
    "screening-wrong": (SCREENING, {"way": "point", "point": "hei"}),
    "screening-file": (
        SCREENING,
        {"way": "file"},
        upload("plots.csv"),
        put("multiselect", "screen_compare", [0, 1, 2]),
    ),
    "search-asked": (
        SEARCH,
        wish(min_daa=5.0, avoid=["farmland"], growth="prefer", business_type="kontor"),
    ),
    "search-built": (SEARCH, wish(min_daa=2.0, densification=True, accept_unknown=True)),
    "search-cut": (SEARCH, wish(min_daa=4.0, cut=True, max_station_m=3000.0, distance="road")),
    "search-nothing": (SEARCH, wish(min_daa=100_000.0, max_station_m=10.0)),
    "layers-part": (
        LAYERS,
        {"layer": "reserve_plots", "area": "zone:{zone}", "format": "csv", "crs": "25833"},
    ),
    "layers-corridor": (LAYERS, {"layer": "corridor", "area": "corridor:2000", "format": "kml"}),
    "data-upload": (DATA, {}, tab("data_tabs", "Last opp et lag"), layer_of_file),
    "data-draw": (DATA, {}, tab("data_tabs", "Tegn et område")),
    "data-versions": (DATA, {}, tab("data_tabs", "Versjoner")),
}
# As one who may write; each with a ledger of its own, since it may be written.
WRITERS = {
    "rule-kept": (RULE, {"adopted": "1"}, press("rule_keep")),
    "projects-new": (PROJECTS, {"new": "1"}),
    "projects-edit": (PROJECTS, {"project": "{project}"}),
    "data-upload-writer": (DATA, {}, tab("data_tabs", "Last opp et lag"), layer_of_file),
}
# With what stands in the files that are offered.
TAKEN = ("layers-part", "projects-exchange", "rule-net", "screening-plot", "search-asked")
WITH_LAYERS = ("projects", "plan_areas", "zone_figures", "reserve_zones", "projects_rule")

OF_PACK = {
    LILLESTROM: {"zone": "kjeller", "plot": "909/58", "project": "kjeller-kdp"},
    SMALL: {"zone": "vest", "plot": "1/2", "project": "butikk"},
}
OF_PACK[BARE] = OF_PACK[SMALL]


def shown(desk, pack, state, *, writer=False, take=False):
    """Return the text of a page in a state."""
    file, asked, *steps = state
    folder = desk.fresh()
    # Who only reads leaves the ledger as it began, so that each pack needs but one.
    ledger = None if writer else desk.home / f"{pack}.sqlite"
    with desk.at(folder, pack, ledger=ledger), screen.taken() as files:
        app = AppTest.from_file(str(ROOT / START), default_timeout=PATIENCE_S)
        for name, values in SECRETS.items():
            app.secrets[name] = dict(values)
        app.user = WRITER | {"exp": time.time() + 600} if writer else {"is_logged_in": False}
        if file != START:
            app.switch_page(file)
        for name, value in asked.items():
            for word, own in OF_PACK[pack].items():
                value = value.replace(f"{{{word}}}", own)  # noqa: PLW2901
            app.query_params[name] = value
        app.run()
        for step in steps:
            files.clear()
            step(app)
        said = [one.value for one in app.exception]
        assert not said, said
        text = screen.text(app) + (screen.files_text(files) if take else "")
    text = plain(text)
    for path, name in ((folder, "<folder>"), (desk.home, "<home>")):
        # On a page as it is, or kept from being Markdown.
        for written in (str(path), str(path).replace("_", r"\_")):
            text = text.replace(written, name)
    return text


def pins():
    """Every pin by its name: from the desk to the text."""
    found = {}
    for pack in (LILLESTROM, SMALL, BARE):
        for file in ALL:
            name = file.removesuffix(".py").rpartition("/")[2].partition("_")
            opened = f"pages/{pack}/{name[2] or name[0]}"
            found[opened] = partial(shown, pack=pack, state=(file, {}))
            if pack != BARE:
                english = (file, {"lang": "en"})
                found[f"{opened}.en"] = partial(shown, pack=pack, state=english)
    for pack in (LILLESTROM, SMALL):
        for name, state in STATES.items():
            take = pack == SMALL and name in TAKEN
            found[f"pages/{pack}/+{name}"] = partial(shown, pack=pack, state=state, take=take)
    for name, state in WRITERS.items():
        found[f"pages/{SMALL}/+{name}"] = partial(shown, pack=SMALL, state=state, writer=True)
    for name in WITH_LAYERS:
        state = (LAYERS, {"layer": name, "format": "xlsx"})
        found[f"pages/{SMALL}/+layers-{name}"] = partial(shown, pack=SMALL, state=state)
    return found
