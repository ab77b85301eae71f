"""Links with a site, a draft or a tab: what they hold is shown, and nonsense is a sentence."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely
from streamlit.runtime.state.query_params import QueryParams

from geo.geometry import link
from layers.app import login
from layers.app.kept import store
from layers.app.login_rules import Access, Mode
from layers.projects.unsaved import PART as PROJECTS
from layers.screening.site_link import PART as SCREENING
from tests.pages.test_pages import opened, words

SQUARE = shapely.box(614_000, 6_648_000, 614_100, 6_648_100)  # a hectare in Lillestrøm


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACKS", str(tmp_path / "packs"))


@pytest.fixture
def desk(monkeypatch):
    """Someone who may write."""
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


def area(app):
    return next(one.value for one in app.metric if one.label == "Areal")


def test_a_site_in_a_link_is_screened_with_its_own_area_and_name():
    text = link.pack([SQUARE]).text
    app = opened("screening", site=text, name="Tunet")
    assert not app.exception
    assert app.header[1].value == "Tunet"
    assert area(app).replace("\xa0", " ") == "10,0 daa"
    assert app.query_params["site"] == text
    app.run()
    assert app.query_params["site"] == text
    assert not app.exception


def test_several_sites_are_all_in_the_link():
    other = shapely.affinity.translate(SQUARE, 300, 0)
    text = link.pack([SQUARE, other]).text
    app = opened("screening", site=text)
    assert "2 steder" in app.header[1].value
    assert app.query_params["site"] == text


def test_a_simplified_site_says_so_and_stays_so():
    round_ = shapely.Point(614_000, 6_648_000).buffer(300, quad_segs=400)
    packed = link.pack(link.on_grid([round_]))
    assert packed.off_m > 0
    app = opened("screening", site=packed.text)
    assert "forenklet utgave av tomten (avvik opp til" in words(app)
    assert app.query_params["site"] == packed.text


@pytest.mark.parametrize("text", ["tull", "", "A" * 3_000, "AQAB", "../x", "æ", "<b>"])
def test_a_site_that_cannot_be_read_is_said(text):
    app = opened("screening", site=text)
    assert not app.exception
    assert not app.subheader
    assert "Tomten i lenken kan ikke leses" in words(app)


def test_a_site_far_away_is_answered_and_not_an_error():
    app = opened("screening", site=link.pack([shapely.box(0, 0, 100, 100)]).text)
    assert not app.exception


def test_the_draft_of_a_site_too_large_for_a_link_is_drawn():
    frame = gpd.GeoDataFrame(geometry=[SQUARE], crs=25832).to_crs(4326)
    shapes = frame.__geo_interface__["features"]
    draft = store.write({"part": SCREENING, "values": {"shapes": shapes}})
    app = opened("screening", kept=draft)
    assert area(app).replace("\xa0", " ") == "10,0 daa"


def test_a_site_that_is_taken_away_again_does_not_come_back_with_the_page():
    frame = gpd.GeoDataFrame(geometry=[SQUARE], crs=25832).to_crs(4326)
    shapes = frame.__geo_interface__["features"]
    draft = store.write({"part": SCREENING, "values": {"shapes": shapes}})
    app = opened("screening", kept=draft)
    assert "kept" not in app.query_params  # it fits in the link
    assert app.query_params["site"]
    app.session_state["screen_map.sketch.kept"] = []
    app.run()
    assert not app.exception
    assert "site" not in app.query_params
    assert "kept" not in app.query_params
    assert not app.metric


@pytest.mark.parametrize(
    "shapes",
    [
        [3],
        [{}],
        [{"type": "Feature", "properties": {}, "geometry": None}],
        [{"type": "Feature", "properties": {}, "geometry": {"type": "Point"}}],
        [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": 3}}],
        [{"properties": {}, "geometry": {"type": "Point", "coordinates": ["</script>", 60]}}],
        [{"properties": {}, "geometry": {"type": "Point", "coordinates": [1e999, 60]}}],
        [
            {
                "properties": {},
                "geometry": {"type": "LineString", "coordinates": [[11, 60], [12, 60]]},
            }
        ],
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_draft_with_shapes_that_no_map_makes_is_a_page_without_them(shapes):
    store.folder().mkdir(parents=True)
    forms = {"": {"fields": {"name": "Halv"}, "place": {"way": "draw", "shapes": shapes}}}
    for page, part, values in (
        ("screening", SCREENING, {"shapes": shapes}),
        ("projects", PROJECTS, {"forms": forms}),
    ):
        name = "a" * 16
        written = json.dumps({"part": part, "values": values}).replace("Infinity", "1e999")
        (store.folder() / f"{name}.json").write_text(written)
        app = opened(page, kept=name, **({"new": "1"} if page == "projects" else {}))
        assert not app.exception
        assert not app.metric


def test_a_file_of_sites_is_there_again_and_gone_when_it_is_gone():
    frame = gpd.GeoDataFrame({"navn": ["Fra fil"]}, geometry=[SQUARE], crs=25832)
    digest = store.write_file(frame.to_crs(4326).to_json().encode())
    values = {"file": {"name": "tomt.geojson", "digest": digest}}
    draft = store.write({"part": SCREENING, "values": values})
    app = opened("screening", way="file", kept=draft)
    assert "Filen «tomt.geojson» er lest." in words(app)
    assert app.header[1].value == "Fra fil"
    (store.folder() / f"{digest}.file").unlink()
    app = opened("screening", way="file", kept=draft)
    assert not app.exception
    assert "Utkastet i lenken finnes ikke lenger" in words(app)


@pytest.mark.parametrize(
    "forms",
    [
        {"": {"fields": {"name": "Halv", "jobs": 12.0, "status": "vedtatt"}, "base": 0}},
        {"": {"fields": {"name": "Halv", "jobs": -5, "year": "x", "status": 3, "zone_id": []}}},
        {"": {"fields": {"name": "Halv", "note": "x" * 100_000}, "place": [], "base": "a"}},
        {"": {"fields": {"name": "Halv"}, "place": {"way": "zone", "zone": "tull"}}},
        {"": {"fields": {"name": "Halv"}, "place": {"way": "draw", "shapes": "tull"}}, "x": 3},
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_half_filled_form_is_there_again_whatever_else_the_draft_holds(forms):
    draft = store.write({"part": PROJECTS, "values": {"forms": forms}})
    app = opened("projects", new="1", kept=draft)
    assert not app.exception
    name = next(one for one in app.text_input if one.label == "Navn")
    assert name.value == "Halv"
    assert "endringer som ikke er lagret" in words(app)


def test_who_may_not_write_is_told_of_a_form_in_a_link_and_shown_nothing_of_it(monkeypatch):
    reader = Access(mode=Mode.PROVIDER, may_write=False)
    monkeypatch.setattr(login, "who", lambda: reader)
    forms = {"": {"fields": {"name": "Hemmelig kjøper"}, "base": 0}}
    draft = store.write({"part": PROJECTS, "values": {"forms": forms}})
    app = opened("projects", new="1", kept=draft)
    assert not app.exception
    assert "Et skjema er påbegynt og tatt vare på." in words(app)
    assert "Hemmelig" not in words(app)
    assert not any("Hemmelig" in str(one.value) for one in app.text_input)


@pytest.mark.usefixtures("desk")
def test_a_run_that_changes_nothing_writes_nothing(monkeypatch):
    files, addresses = [], []
    put, send = store._put, QueryParams._send_query_param_msg
    monkeypatch.setattr(store, "_put", lambda *of: files.append(of[0]) or put(*of))
    monkeypatch.setattr(
        QueryParams, "_send_query_param_msg", lambda of: addresses.append(1) or send(of)
    )
    app = opened("projects", new="1")
    next(one for one in app.text_input if one.label == "Navn").set_value("Halv").run()
    assert len(files) == 1
    site = opened("screening", site=link.pack([SQUARE]).text)
    scenario = opened("rule")
    files.clear()
    addresses.clear()
    for one in (app, site, scenario):
        one.run()
        assert not one.exception
    assert files == []
    assert addresses == []


@pytest.mark.usefixtures("desk")
def test_a_form_that_is_given_up_is_blank_and_its_draft_gone():
    app = opened("projects", new="1")
    next(one for one in app.text_input if one.label == "Navn").set_value("Halv").run()
    draft = app.query_params["kept"]
    assert store.read(draft)["values"]["forms"][""]["fields"]["name"] == "Halv"
    next(one for one in app.button if one.label == "Forkast endringene").click().run()
    assert not app.exception
    assert next(one for one in app.text_input if one.label == "Navn").value == ""
    assert store.read(draft) is None
    assert "kept" not in app.query_params


@pytest.mark.usefixtures("desk")
def test_a_form_that_is_only_looked_at_leaves_nothing(tmp_path):
    app = opened("projects", project="kjeller-kdp")
    app.run()
    assert "kept" not in app.query_params
    assert not (tmp_path / "packs").exists()
    assert "endringer som ikke er lagret" not in words(app)


def test_a_link_names_the_open_tab_of_own_data():
    app = opened("data", tab="upload")
    assert app.session_state["data_tabs"] == "Last opp et lag"
    assert app.query_params["tab"] == "upload"
    assert "Lenken oppgir «tull» som fane. Det kan ikke brukes" in words(opened("data", tab="tull"))


def test_an_outline_on_kartlag_is_in_the_link():
    text = link.pack([SQUARE]).text
    app = opened("layers", area=f"drawn:{text}")
    assert not app.exception
    assert app.query_params["area"] == f"drawn:{text}"
    assert "Tegn området" not in words(app)
    app = opened("layers", area="drawn:tull")
    assert not app.exception
    assert "Lenken oppgir «tull» som område. Det kan ikke brukes" in words(app)
    assert "Lenken oppgir «hav» som område" in words(opened("layers", area="hav"))


def test_pages_left_are_linked_to_as_they_were_left():
    app = opened("zones", zone="heia")
    app.switch_page("pages/9_method.py").run()
    links = [one.proto.query_string for one in app.get("page_link")]
    assert "zone=heia" in links
