"""The page of own data: all may read, who may write changes the figures, and can go back."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from geo import i18n
from geo.pack.candidate import Nature, candidate
from geo.pack.location import EMBEDDED, current
from geo.pack.mapping import guess
from geo.pack.read import DEFAULT_PACK
from geo.pack.stories import Story
from geo.pack.versions import VersionStore
from geo.pack.zone_swap import Cut
from geo.schema import layers as schema
from layers.app import login
from layers.app.login_rules import Access, Mode
from layers.maps import leaflet
from layers.own_data.report import csv_bytes, findings, json_bytes
from tests.pages.test_pages import opened, spaced, words
from tests.support.reading import embedded
from tests.support.rows import rows

HOSTILE = '<script>alert(1)</script> **fet** =1+1 "\u202e'


@pytest.fixture
def desk(monkeypatch):
    """Someone at a desk of their own; how that is found out is tested with the rules."""
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


def tab(app, name):
    app.session_state["data_tabs"] = name
    return app.run()


def uploading(frame, name="soner.geojson", layer="zones"):
    """The page with a file taken in."""
    app = tab(opened("data"), "Last opp et lag")
    app.selectbox(key="data_layer").set_value(layer).run()
    content = frame.to_crs(4326).to_json(drop_id=True).encode()
    app.file_uploader[0].set_value((name, content, "application/geo+json"))
    return app.run()


def larger_zones(**columns):
    zones = embedded().layer("zones")
    frame = zones[["name", "geometry"]].rename(columns={"name": "Områdenavn"})
    return frame.assign(geometry=frame.geometry.buffer(100), **columns)


def press(app, label):
    next(button for button in app.button if button.label.startswith(label)).click()
    return app.run()


def fill(app, label, value):
    next(field for field in app.text_input if field.label == label).set_value(value)


def cell(app, row, column):
    """A cell of the table of key figures, by the first cell of its row."""
    for table in app.dataframe:
        frame = table.value
        if column in frame and row in set(frame.iloc[:, 0]):
            return spaced(str(frame[frame.iloc[:, 0] == row][column].iloc[0]))
    return None


def test_the_state_of_every_layer_is_seen_at_a_glance():
    app = opened("data")
    assert not app.exception
    table = app.dataframe[0].value.set_index("Lag")
    assert table.loc["næringsområder", "Tilstand"] == "illustrativ"
    assert table.loc["eiendomsteiger", "Tilstand"] == "syntetisk"
    assert table.loc["togstasjoner", "Tilstand"] == "med kilde"
    assert table.loc["togstasjoner", "Antall"] == 18
    assert len(table) == len(schema.LAYERS)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_states_are_explained_by_the_words_that_the_table_has(language):
    said = i18n.say("data.state_help", language).lower()
    for state in ("sourced", "illustrative", "synthetic"):
        assert i18n.say(f"state.{state}", language) in said


@pytest.mark.parametrize(
    "name", ["Hent offisielle data", "Last opp et lag", "Tegn et område", "Versjoner"]
)
def test_every_tab_opens(name):
    app = tab(opened("data"), name)
    assert not app.exception
    assert not app.error


def test_a_reader_sees_what_would_change_but_cannot_put_it_into_use():
    app = uploading(larger_zones())
    assert not app.exception
    assert cell(app, "Næringsområder, areal", "Nå") == "9 832 daa"
    assert "Ta i bruk som ny versjon" not in [button.label for button in app.button]
    assert current() == EMBEDDED


@pytest.mark.usefixtures("desk")
def test_new_zones_are_put_into_use_seen_on_the_overview_and_taken_back():
    frame = larger_zones()
    app = uploading(frame)
    daa = f"{frame.area.sum() / 1000:,.0f} daa".replace(",", " ")
    assert cell(app, "Næringsområder, areal", "Etter") == daa
    assert words(app).count("Demonstrasjonsdata: viser metoden, ikke Lillestrøm") == 1
    fill(app, "Kilde", "Kommuneplanen 2026")
    fill(app, "Begrunnelse", "Vedtatt")
    press(app, "Ta i bruk som ny versjon")
    assert not app.exception
    assert not app.error
    made = VersionStore().versions()[0]
    assert (current(), made.author, made.reason) == (made.id, "Kari", "Vedtatt")
    # The outlines lose their badge; what rests on other sketches keeps it.
    overview = opened("overview")
    areas = overview.dataframe[0].value
    assert areas["Areal (daa)"].sum() == pytest.approx(frame.area.sum() / 1000)
    assert "Illustrativ avgrensning" in words(overview)
    state = opened("data").dataframe[0].value.set_index("Lag")
    assert state.loc["næringsområder", "Tilstand"] == "eget lag"
    assert state.loc["næringsområder", "Kilde"] == "Kommuneplanen 2026"
    app = tab(opened("data"), "Versjoner")
    assert cell(app, "Næringsområder, areal", "Etter") == "9 832 daa"
    assert cell(app, "næringsområder", "Areal etter (daa)") == "9 832"
    assert cell(app, "togstasjoner", "Areal etter (daa)") == "–"  # points have none, known or not
    press(app, "Ta i bruk: Datapakken som følger med")
    assert current() == EMBEDDED
    back = opened("overview").dataframe[0].value
    assert back["Areal (daa)"].sum() == pytest.approx(9832.058, abs=0.001)
    assert len(VersionStore().versions()) == 1


@pytest.mark.usefixtures("desk")
def test_without_a_reason_nothing_is_put_into_use_and_nothing_typed_is_lost():
    app = uploading(larger_zones())
    fill(app, "Kilde", "Kommuneplanen")
    press(app, "Ta i bruk som ny versjon")
    assert "egrunnelse" in app.error[0].value or "reason" in app.error[0].value
    assert next(f for f in app.text_input if f.label == "Kilde").value == "Kommuneplanen"
    assert VersionStore().versions() == []


@pytest.mark.usefixtures("desk")
def test_the_second_of_two_is_told_that_the_figures_have_moved():
    first, second = uploading(larger_zones()), uploading(larger_zones())
    for app in (first, second):
        fill(app, "Begrunnelse", "x")
    press(first, "Ta i bruk som ny versjon")
    made = current()
    # What the other page showed was worked out from another pack: its button does nothing yet.
    press(second, "Ta i bruk som ny versjon")
    assert not second.exception
    assert second.error[0].value.startswith("En annen har tatt i bruk nye data")
    assert current() == made
    press(second, "Ta i bruk som ny versjon")
    assert [one.parent for one in VersionStore().versions()] == [made, EMBEDDED]


@pytest.mark.usefixtures("desk")
def test_a_version_is_not_chosen_over_one_that_came_since_the_page_was_shown():
    first = uploading(larger_zones())
    fill(first, "Begrunnelse", "x")
    press(first, "Ta i bruk som ny versjon")
    made = current()
    page = tab(opened("data"), "Versjoner")
    VersionStore().activate(EMBEDDED, author="Ola")
    VersionStore().activate(made, author="Ola")
    assert not page.exception
    second = uploading(larger_zones())
    fill(second, "Begrunnelse", "![x](http://127.0.0.1:9/x.png)")
    press(second, "Ta i bruk som ny versjon")
    newest = current()
    press(page, "Ta i bruk: Datapakken")
    assert page.error[0].value.startswith("En annen har tatt i bruk nye data")
    assert current() == newest
    press(page, "Ta i bruk: Datapakken")
    assert current() == EMBEDDED
    page.selectbox(key="data_version").set_value(newest).run()
    press(page, "Ta i bruk: ")
    assert current() == newest
    assert "\\!\\[x\\]" in page.toast[0].value


def test_errors_keep_a_layer_out_and_are_told_with_their_row():
    frame = larger_zones()
    frame.loc[2, "Områdenavn"] = "Kjeller"
    frame.loc[3, "Områdenavn"] = "kjeller"
    app = uploading(frame)
    assert "rettet" in app.error[0].value
    report = next(t.value for t in app.table if "Alvor" in t.value)
    assert (report["Alvor"].iloc[0], report["Rad"].iloc[0]) == ("feil", "4")
    assert not [table for table in app.dataframe if "Nøkkeltall" in table.value]


def test_columns_can_be_chosen_by_hand():
    frame = larger_zones().rename(columns={"Områdenavn": "hva"})
    app = uploading(frame)
    assert app.error  # without a name it is no zone
    for label in ("Navn", "Områdets id"):
        next(box for box in app.selectbox if box.label.startswith(label)).set_value("column:hva")
    app.run()
    assert not app.error
    assert cell(app, "Næringsområder, antall", "Etter") == "11"


@pytest.mark.usefixtures("desk")
def test_hostile_text_stays_text():
    frame = larger_zones(merknad=HOSTILE)
    frame.loc[0, "Områdenavn"] = HOSTILE
    app = uploading(frame, name="<b>a</b>.geojson")
    assert not app.exception
    # Under another name it is another area: the one before it would be gone.
    next(one for one in app.checkbox if "skal bort" in one.label).set_value(True).run()
    fill(app, "Kilde", HOSTILE)
    fill(app, "Begrunnelse", HOSTILE)
    press(app, "Ta i bruk som ny versjon")
    assert not app.exception
    assert VersionStore().versions()[0].reason == HOSTILE
    for page in ("data", "overview", "method"):
        assert not opened(page).exception
    app = tab(opened("data"), "Versjoner")
    assert not app.exception
    assert "<script>" not in words(app).replace("\\<script\\>", "")


def test_what_a_file_says_is_no_picture_in_the_error_that_names_it():
    app = tab(opened("data"), "Last opp et lag")
    app.file_uploader[0].set_value(
        ("c.csv", b"![x](http://127.0.0.1:9/x.png);b\n1;2\n", "text/csv")
    )
    app.run()
    assert "\\!\\[x\\]" in app.error[0].value


def test_the_report_is_taken_along_and_runs_nothing_in_a_spreadsheet():
    pack = embedded()
    frame = rows(shapely.Point(614_000, 6_647_000), navn="=1+1", id="=cmd()")
    new = candidate("zones", frame, guess("zones", frame), pack, Nature.OWN)
    found = findings(new, "nb")
    text = csv_bytes(found).decode("utf-8-sig")
    assert ";'=cmd();" in text
    assert text.splitlines()[0] == "severity;row;feature;code;text"
    told = json.loads(json_bytes(new, "f.gpkg", found))
    assert told["findings"][0]["code"] == "finding.geometry_type"
    assert (told["findings"][0]["row"], told["features"]) == (1, 0)


@pytest.mark.usefixtures("desk")
def test_a_damaged_version_gives_one_sentence_and_the_embedded_pack_is_shown():
    app = uploading(larger_zones())
    fill(app, "Begrunnelse", "x")
    press(app, "Ta i bruk som ny versjon")
    made = current()
    (VersionStore().directory(made) / "pack.gpkg").write_bytes(b"x")
    app = opened("overview")
    assert not app.exception
    assert made[:8] in app.warning[0].value
    assert "følger med programmet" in app.warning[0].value
    assert app.dataframe[0].value["Areal (daa)"].sum() == pytest.approx(9832.058, abs=0.001)
    app = tab(opened("data"), "Versjoner")
    press(app, "Ta i bruk: Datapakken som følger med")
    assert "følger med programmet" not in words(opened("overview"))


@pytest.mark.usefixtures("desk")
def test_a_pack_named_by_the_environment_is_said_to_go_before(monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(DEFAULT_PACK))
    app = uploading(larger_zones())
    assert "NAERINGSAREAL" in words(app)
    assert "Ta i bruk som ny versjon" not in [button.label for button in app.button]


# What is found in a file


TABLE = """Navn;Områdets id;ABC;Nord;Øst

Vest;vest;A;59,95;11,05
Borte;borte;B;;
Nord;nord;Q;59,96;11,06
"""


def report(app):
    """The table of findings."""
    return next(one.value for one in app.table if "Hva som er funnet" in one.value)


def test_rows_of_a_table_are_counted_as_a_person_sees_them():
    app = tab(opened("data"), "Last opp et lag")
    app.selectbox(key="data_layer").set_value("zones").run()
    app.file_uploader[0].set_value(("a.csv", TABLE.encode(), "text/csv"))
    app.run()
    assert not app.exception
    found = report(app)
    rows_of = {row: " ".join(found.loc[found["Rad"] == row, "Hva som er funnet"]) for row in "345"}
    assert "Punkt" in rows_of["3"] or "Point" in rows_of["3"]  # zones are areas
    assert "ingen plassering" in rows_of["4"]
    assert "«nord»" in rows_of["5"]


def test_findings_are_read_in_full_and_columns_of_nothing_are_left_out():
    app = uploading(larger_zones(abc=["Q", *["A"] * 10]))
    frame = report(app)
    texts_ = list(frame["Hva som er funnet"])
    assert texts_
    assert all(text.rstrip().endswith(".") for text in texts_)
    for column in frame:
        assert frame[column].ne("").any()


# What becomes of the zones


@pytest.fixture
def draw(monkeypatch):
    """Let the map answer with this shape, as if it had been drawn on it."""

    def drawn(west, south):
        ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.01], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        shape = {"type": "Feature", "properties": {}, "geometry": geometry}
        monkeypatch.setattr(leaflet, "draw", lambda *_, **__: [shape])
        app = tab(opened("data"), "Tegn et område")
        next(field for field in app.text_input if field.label == "Navn").set_value("Ny sone")
        return app.run()

    return drawn


def zones_table(app):
    return next(one.value for one in app.dataframe if "Området er" in one.value).set_index("Område")


def test_of_a_new_zone_without_plots_what_is_vacant_is_unknown_and_before_it_was_nothing(draw):
    app = draw(11.40, 59.80)
    assert not app.exception
    new = zones_table(app).loc["Ny sone"]
    assert new["Området er"] == "nytt"
    assert [new[name] for name in new.index if name.endswith(", nå")] == ["–"] * 3
    assert new["Ledig (daa), etter"] == new["Fortetting (m² BRA), etter"] == "ukjent"
    assert new["Areal (daa), etter"] not in {"–", "ukjent"}


def test_a_zone_that_goes_has_no_figures_after_which_is_not_unknown():
    app = uploading(larger_zones().iloc[1:])
    story = next(one for one in app.radio if one.label == "Hva gjelder filen?")
    story.set_value(Story.ALL).run()
    gone = zones_table(app)
    gone = gone[gone["Området er"] == "fjernet"]
    assert len(gone) == 1
    row = gone.iloc[0]
    assert [row[name] for name in row.index if name.endswith(", etter")] == ["–"] * 3
    assert row["Areal (daa), nå"] not in {"–", "ukjent"}
    assert set(zones_table(app)["Området er"]) == {"fjernet", "endret"}


def test_the_map_of_what_changes_shows_what_is_gone_as_well(monkeypatch):
    fitted = []
    usual = leaflet.base

    def base(pack, *, bounds_of):
        fitted.append(bounds_of.total_bounds)
        return usual(pack, bounds_of=bounds_of)

    monkeypatch.setattr(leaflet, "base", base)
    kept = larger_zones().iloc[:1]
    app = uploading(kept)
    story = next(one for one in app.radio if one.label == "Hva gjelder filen?")
    story.set_value(Story.ALL).run()
    assert not app.exception
    before = embedded().layer("zones")
    both = np.array([before.total_bounds, kept.total_bounds])
    wanted = [*both[:, :2].min(axis=0), *both[:, 2:].max(axis=0)]
    assert fitted[-1] == pytest.approx(wanted, abs=1)


@pytest.mark.usefixtures("desk")
def test_what_is_drawn_by_hand_is_a_sketch_unless_said_otherwise_and_comes_from_no_file(draw):
    app = draw(11.05, 59.95)
    next(one for one in app.radio if one.label == "Hvem skal vike?").set_value(Cut.NEW).run()
    kind = next(one for one in app.radio if one.label == "Hva slags data er det?")
    assert kind.value == Nature.ILLUSTRATIVE
    assert "fil" not in " ".join(one.value for one in app.caption)
    kind.set_value(Nature.OWN).run()
    said = [one.value for one in app.caption if "merke" in one.value]
    assert said
    assert not any("fil" in one for one in said)
