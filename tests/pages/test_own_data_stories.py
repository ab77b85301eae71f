"""Own data, story by story: one outline, a new area, all areas, plots; counted in choices."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.geometry.scale import areas_of
from geo.pack.location import EMBEDDED, current
from geo.pack.stories import Story
from geo.pack.versions import VersionStore
from geo.pack.zone_swap import Cut
from layers.app import login, texts
from layers.app.login_rules import Access, Mode
from layers.maps import leaflet
from tests.pages.test_pages import opened, spaced, words
from tests.support.reading import embedded
from tests.support.rows import rows

MOST_CHOICES = 6  # from a file to a version that is in use, for one outline


class Reader:
    """Someone at the page, whose every choice counts; what is there already costs nothing."""

    def __init__(self, layer="zones"):
        self.choices = 0
        self.app = opened("data")
        self.app.session_state["data_tabs"] = "Last opp et lag"
        self.app.run()
        if layer != "zones":
            self.choices += 1
            self.app.selectbox(key="data_layer").set_value(layer).run()

    def upload(self, frame, name="fil.geojson"):
        content = frame.to_crs(4326).to_json(drop_id=True).encode()
        return self._done(self.app.file_uploader[0].set_value((name, content, "x")))

    def widget(self, kind, label):
        return next(one for one in getattr(self.app, kind) if one.label == label)

    def choose(self, kind, label, value):
        return self._done(self.widget(kind, label).set_value(value))

    def tick(self, start):
        box = next(one for one in self.app.checkbox if spaced(one.label).startswith(start))
        return self._done(box.set_value(True))

    def activate(self, reason="Vedtatt avgrensning"):
        self.widget("text_input", "Begrunnelse").set_value(reason)
        self.choices += 1
        return self._done(self.button().click())

    def button(self):
        return next(one for one in self.app.button if one.label == "Ta i bruk som ny versjon")

    def table(self, column):
        tables = [one.value for one in [*self.app.dataframe, *self.app.table]]
        return next(one for one in tables if column in one)

    def findings(self):
        return " ".join(self.table("Hva som er funnet")["Hva som er funnet"])

    def said(self):
        return words(self.app).replace("\\", "")

    def _done(self, widget):
        self.choices += 1
        widget.run()
        assert not self.app.exception
        return self


@pytest.fixture(autouse=True)
def _desk(monkeypatch):
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


def zones():
    return embedded().layer("zones").set_index("zone_id")


def in_use():
    assert current() != EMBEDDED
    return VersionStore().read(current())


def berger(east=0.0):
    """The old outline, moved: a file that has no name for it."""
    return shapely.affinity.translate(zones().geometry["berger"], xoff=east)


def test_one_outline_is_replaced_in_a_few_choices_and_the_rest_of_the_zone_stays():
    was = zones()
    reader = Reader().upload(rows(berger(200), objekt=7))
    assert reader.widget("radio", "Hva gjelder filen?").value == "one"
    assert reader.widget("selectbox", "Hvilket område?").value == "berger"
    assert "Gjettet ut fra hvor omrisset ligger" in reader.said()
    reader.activate()
    assert reader.choices <= MOST_CHOICES
    now = in_use().layer("zones").set_index("zone_id")
    assert set(now.index) == set(was.index)
    assert now.geometry["berger"].equals_exact(berger(200), 0.05)
    kept = ["name", "zone_type", "abc", "business_profile", "status_text", "status_chapter"]
    assert now.loc["berger", kept].equals(was.loc["berger", kept])
    others = was.index.drop("berger")
    assert now.loc[others].geometry.geom_equals_exact(was.loc[others].geometry, 1e-6).all()
    assert not now.loc["berger", "illustrative"]
    assert now.loc[others, "illustrative"].all()
    assert now.loc["berger", "source"] == "fil.geojson"
    assert pd.isna(now.loc["berger", "anchor_accuracy_m"])  # it was of the sketch


def test_what_the_outline_keeps_and_loses_is_said_and_adds_up():
    reader = Reader().upload(rows(berger(200)))
    shape, old = berger(200), berger()
    kept = shape.intersection(old).area
    parts = (shape.area, old.area, kept, old.area - kept, shape.area - kept)
    given, before, kept_daa, gone, added = (f"{x / 1000:,.0f}".replace(",", " ") for x in parts)
    assert f"Det nye omrisset er **{given} daa**. Av de {before} daa som var" in reader.said()
    assert f"beholdes **{kept_daa} daa**" in reader.said()
    assert f"**{gone} daa** faller bort. **{added} daa** kommer til" in reader.said()


def test_what_the_file_says_otherwise_is_shown_and_taken_by_choice_only():
    def uploaded():
        return Reader().upload(rows(berger(200), navn="Berger", abc="B", type="tettsted"))

    reader = uploaded()
    assert "Gjettet ut fra navnet" in reader.said()
    shown = reader.table("I filen")
    assert len(shown) == 2
    reader.activate()
    now = in_use().layer("zones").set_index("zone_id").loc["berger"]
    assert (now["abc"], now["zone_type"]) == ("C", "regionalt_naeringsomrade")
    reader = uploaded().choose("multiselect", "Ta dette fra filen", ["abc"]).activate()
    now = in_use().layer("zones").set_index("zone_id").loc["berger"]
    assert (now["abc"], now["zone_type"]) == ("B", "regionalt_naeringsomrade")


def test_a_file_of_one_never_drops_the_others_without_a_number_and_a_tick():
    reader = Reader().upload(rows(berger(200), navn="Berger"))
    reader.choose("radio", "Hva gjelder filen?", Story.ALL)
    said = reader.said()
    assert "Objekter i filen: 1. I laget «næringsområder» nå: 11. 10 forsvinner:" in said
    assert "Heia" in said
    assert reader.button().disabled
    reader.tick("Ja, 10 objekter skal bort")
    assert not reader.button().disabled
    reader.activate()
    assert list(in_use().layer("zones")["zone_id"]) == ["berger"]


def test_several_features_are_one_outline_only_when_the_reader_says_which():
    berger = zones().geometry["berger"]
    (x, south, _, north), middle = berger.bounds, berger.centroid.x
    west = berger.intersection(shapely.box(x, south, middle, north))
    east = berger.difference(west)
    west = west.buffer(20).difference(east)  # other than the outline is now
    reader = Reader().upload(rows(west, east))
    assert reader.widget("radio", "Hva gjelder filen?").value == "one"
    assert "Svar på spørsmålet over" in reader.said()
    assert not [one for one in reader.app.button if one.label.startswith("Ta i bruk")]
    label = "Filen har 2 objekter. Hva er det nye omrisset?"
    reader.choose("selectbox", label, -1).activate()
    shape = in_use().layer("zones").set_index("zone_id").geometry["berger"]
    assert shape.area == pytest.approx(west.area + east.area, abs=1)


def test_overlap_with_a_neighbour_has_to_be_settled_and_the_areas_add_up():
    kjeller = zones().geometry["kjeller"]
    west, south, _, north = kjeller.bounds
    across = shapely.box(west - 300, south, west + 300, north)
    shared = across.intersection(kjeller).area
    reader = Reader().upload(rows(across, navn="Kjeller vest"))
    assert reader.widget("radio", "Hva gjelder filen?").value == "add"
    assert "To områder kan ikke ha det samme landet" in reader.said()
    assert not [one for one in reader.app.button if one.label.startswith("Ta i bruk")]
    table = reader.table("Overlapper").iloc[0]
    assert table["Overlapper"] == "Kjeller"
    assert spaced(table["Areal"]).replace("\\", "").startswith(f"{shared / 1000:.0f} daa")
    reader.choose("radio", "Hvem skal vike?", Cut.NEW).activate()
    now = in_use().layer("zones").set_index("zone_id")
    assert len(now) == 12
    assert now.geometry["kjeller-vest"].area == pytest.approx(across.area - shared, abs=1)
    assert now.geometry["kjeller"].area == pytest.approx(kjeller.area, abs=1)
    assert now.geometry["kjeller"].intersection(now.geometry["kjeller-vest"]).area < 1


def test_the_others_may_give_way_instead():
    kjeller = zones().geometry["kjeller"]
    middle = kjeller.representative_point().buffer(100, cap_style="square")
    assert kjeller.contains(middle)
    reader = Reader().upload(rows(middle, navn="Kjeller indre"))
    reader.choose("radio", "Hva gjelder filen?", Story.ADD)
    assert "ligger helt inne i" in reader.said()
    assert len(reader.widget("radio", "Hvem skal vike?").options) == 1
    reader.choose("radio", "Hvem skal vike?", Cut.OTHERS).activate()
    now = in_use().layer("zones").set_index("zone_id")
    assert now.geometry["kjeller"].area == pytest.approx(kjeller.area - 40_000, abs=1)


def test_an_area_is_added_and_the_projects_in_it_are_named():
    point = embedded().layer("projects").set_index("project_id").geometry["bjorkemoen"]
    box = point.buffer(150, cap_style="square")
    reader = Reader().upload(rows(box, navn="Bjørkemoen"))
    assert reader.widget("radio", "Hva gjelder filen?").value == "add"
    table = reader.table("Hva skjer").set_index("Navn")
    row = table.loc["Bjørkemoen, Sørum"]
    assert row["Hva skjer"] == "ligger i, hører til et annet"
    assert (row["Hører til"], row["Område som endres"]) == ("Frogner", "Bjørkemoen")
    reader.activate()
    assert reader.choices <= MOST_CHOICES
    assert len(in_use().layer("zones")) == 12


def test_projects_that_fall_outside_are_named_with_their_zone():
    old = berger()
    west, south, east, north = old.bounds
    half = old.intersection(shapely.box(west, south, east, (south + north) / 2))
    reader = Reader().upload(rows(half, navn="Berger"))
    table = reader.table("Hva skjer").set_index("Navn")
    assert table.loc["Trondheimsveien 187", "Hva skjer"] == "hører til, ligger utenfor nå"
    assert "Gneisveien / Berger grustak" not in table.index
    assert "usikkert" in spaced(table.loc["Trondheimsveien 187", "Plassering"])


def test_the_growth_area_of_the_same_outline_follows_only_when_it_is_asked_to():
    reader = Reader().upload(rows(berger(200)))
    table = reader.table("Med regionale, etter").iloc[0]
    share = berger(200).intersection(berger()).area / berger(200).area
    assert spaced(table["Med regionale, nå"]) == "100 %"
    assert spaced(table["Med regionale, etter"]) == f"{100 * share:.0f} %"
    assert spaced(table["Som teller, etter"]) == "0 %"
    reader.tick("Gi også vekstområdet")
    assert spaced(reader.table("Med regionale, etter")["Med regionale, etter"].iloc[0]) == "100 %"
    reader.activate()
    assert reader.choices <= MOST_CHOICES
    area = in_use().layer("growth_areas").set_index("area_id").loc["vekst-berger"]
    assert area.geometry.equals_exact(berger(200), 0.05)
    assert (area["name"], bool(area["counts"])) == ("Berger", False)
    assert in_use().info("growth_areas").own
    assert len(in_use().layer("growth_areas")) == 7


def test_all_areas_are_replaced_without_a_question_where_none_of_them_goes():
    frame = zones()[["name", "geometry"]].rename(columns={"name": "Områdenavn"})
    frame = frame.assign(geometry=frame.buffer(10)).reset_index(drop=True)
    reader = Reader().upload(frame)
    assert reader.widget("radio", "Hva gjelder filen?").value == "same_id"
    reader.activate()
    assert reader.choices <= MOST_CHOICES
    kept, was = in_use().layer("zones").set_index("zone_id"), zones()
    for said in ("zone_type", "abc", "status_text"):  # of which the file says nothing
        assert kept[said].to_dict() == was[said].to_dict()
    assert len(in_use().layer("zones")) == 11
    assert areas_of(in_use().layer("zones")).sum() == pytest.approx(frame.area.sum(), rel=1e-6)


def test_own_plots_leave_vacant_land_on_made_up_buildings_and_plans_and_it_is_said():
    old = embedded().layer("parcels")
    own = old.iloc[:3][["geometry"]].assign(gnr=["1", "1", "1"], bnr=["1", "2", "3"])
    reader = Reader("parcels").upload(own)
    said = reader.said()
    assert "Objekter i filen: 3. I laget «eiendomsteiger» nå: 1 509." in said
    assert "Ledig areal bygger fortsatt på oppdiktede lag" in said
    assert "bygninger (" in said
    assert reader.button().disabled
    reader.tick("Ja, 1 509 objekter skal bort").activate()
    pack = in_use()
    assert sorted(pack.layer("parcels")["parcel_id"]) == ["1/1", "1/2", "1/3"]
    assert "synthetic" not in pack.badges("parcels")
    assert "synthetic" in pack.badges("buildings")


def test_own_plots_beside_made_up_ones_are_told_apart():
    old = embedded().layer("parcels")
    own = old.iloc[:2][["geometry"]].assign(gnr=["1", "1"], bnr=["1", "2"])
    reader = Reader("parcels").upload(own)
    reader.choose("radio", "Hva gjelder filen?", Story.SAME_ID)
    assert "fortsatt 1 509 oppdiktet" in reader.said()


# What is no outline


def bow_tie():
    return shapely.Polygon([(0, 0), (400, 400), (400, 0), (0, 400)])


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (rows(shapely.Point(615000, 6655500), navn="Berger"), "geometrien er av typen"),
        (rows(shapely.Polygon(), navn="Berger"), "tom"),
        (rows(berger(), navn="Berger"), "Omrisset er det samme som før"),
        (
            rows(shapely.box(500_000, 6_700_000, 500_500, 6_700_500), navn="Berger"),
            "ingen av objektene ligger i kommunen",
        ),
        (
            rows(shapely.affinity.translate(bow_tie(), 614900, 6655400), navn="Berger"),
            "krysser seg selv",
        ),
    ],
    ids=["point", "empty", "same", "elsewhere", "bow-tie"],
)
def test_what_is_no_good_outline_is_said_in_a_sentence(frame, sentence):
    reader = Reader().upload(frame)
    told = [*reader.app.error, *reader.app.warning, *reader.app.info]
    tables = [str(cell) for table in reader.app.table for cell in table.value.to_numpy().ravel()]
    assert sentence in spaced(" ".join([one.value for one in told] + tables))


def test_a_name_that_another_area_has_is_refused():
    frame = rows(shapely.box(620_000, 6_655_000, 620_300, 6_655_300), navn="Heia", id="ny")
    reader = Reader().upload(frame)
    reader.choose("radio", "Hva gjelder filen?", Story.ADD)
    box = next(one for one in reader.app.selectbox if one.label.startswith("Områdets id"))
    box.set_value("column:id").run()
    assert "navnet «Heia» er brukt av et annet område" in reader.findings()
    frame = frame.rename(columns={"id": "nummer"})
    reader = Reader().upload(frame)
    reader.choose("radio", "Hva gjelder filen?", Story.ADD)
    assert "området «heia» er der fra før" in reader.findings()


def test_in_english_as_well(monkeypatch):
    monkeypatch.setattr(texts, "language", lambda: "en")  # also where the widgets are asked
    app = opened("data")
    app.session_state["data_tabs"] = "Upload a layer"
    app.run()
    content = rows(berger(200), name="Berger").to_crs(4326).to_json(drop_id=True).encode()
    app.file_uploader[0].set_value(("a.geojson", content, "x")).run()
    assert not app.exception
    assert "What follows from it?" in words(app)


# Drawn by hand


def test_a_drawn_outline_follows_the_same_rules(monkeypatch):
    shape = gpd.GeoSeries([zones().geometry["kjeller"].buffer(1000)], crs=25832).to_crs(4326)
    feature = {"type": "Feature", "properties": {}, "geometry": shape.iloc[0].__geo_interface__}
    monkeypatch.setattr(leaflet, "draw", lambda *_, **__: [feature])
    app = opened("data")
    app.session_state["data_tabs"] = "Tegn et område"
    app.run()
    app.selectbox(key="data_zone").set_value("kjeller").run()
    assert not app.exception
    assert "To områder kan ikke ha det samme landet" in words(app)
    next(one for one in app.radio if one.label == "Hvem skal vike?").set_value(Cut.NEW).run()
    assert not app.exception
    assert "Hva følger av det?" in words(app)
    assert not next(one for one in app.button if one.label.startswith("Ta i bruk som")).disabled
