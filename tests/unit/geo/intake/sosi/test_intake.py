"""SOSI files on their way in: found by what stands in them, a layer for each object type."""

from __future__ import annotations

import re
import zipfile

import pytest
import shapely

from geo.errors import NaeringsarealError
from geo.intake.sites import Limits, UnusableFileError, layers_of, open_sites, read_layer
from tests.support.errors import raising
from tests.support.sosi import EAST, NORTH, document, flate, ids, item, notes, square

PLAN = document(
    square(1, 0, 0, 100, objtype="RpGrense"),
    square(2, 200, 0, 50, objtype="RpGrense"),
    square(3, 200, 0, 10, objtype="RpGrense"),
    flate(4, ":1", objtype="RpOmråde"),
    flate(5, ":2", objtype="RpArealformålOmråde", told="..RPAREALFORMÅL 1300"),
    flate(6, ":1", objtype="RpArealformålOmråde", told="..RPAREALFORMÅL 1310"),
    item("TEKST", 7, (1, 1), objtype="RpPåskrift"),
    item("PUNKT", 8, (1, 1), objtype="RpArealformålOmråde"),
)


def test_each_object_type_is_a_layer():
    layers = layers_of(PLAN.encode(), "plan.sos")
    assert [(one.name, one.kinds, one.features) for one in layers] == [
        ("RpGrense", ("LineString",), 3),
        ("RpOmråde", ("Polygon",), 1),
        ("RpArealformålOmråde", ("Polygon", "Point"), 3),
        ("RpPåskrift", ("Point",), 1),
    ]
    for layer in layers:
        assert len(open_sites(PLAN.encode(), "plan.sos", layer=layer.name)) == layer.features


def test_the_areas_of_which_there_are_most_are_read_and_that_is_told():
    sites = open_sites(PLAN.encode(), "plan.sos")
    assert sites["RPAREALFORMÅL"].dropna().tolist() == ["1300", "1310"]
    (note,) = sites.attrs["assumptions"]
    assert (note.msgid, note.parts) == ("finding.layer_largest", {"chosen": "RpArealformålOmråde"})


def test_objects_without_a_type_are_a_layer_of_their_kind():
    text = document(square(1, 0, 0, 10, objtype=""), flate(2, ":1", objtype=""))
    assert [one.name for one in layers_of(text.encode(), "a.sos")] == ["KURVE", "FLATE"]
    assert open_sites(text.encode(), "a.sos").area.tolist() == [100]


@pytest.mark.parametrize("name", ["plan.sos", "PLAN.SOS", "plan.txt", "plan", "plan.geojson"])
@pytest.mark.parametrize("before", ["", "\ufeff", "! Laget av noen\n!\n  ", "\n\n"])
def test_a_file_is_known_by_its_header(name, before):
    assert len(open_sites((before + PLAN).encode(), name)) == 3


def test_a_zip_may_hold_one(tmp_path):
    path = tmp_path / "plan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Plan/kart.SOS", PLAN.encode())
    assert len(open_sites(path)) == 3
    assert len(open_sites(path, layer="RpGrense")) == 3
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("les meg.txt", "hei")
        archive.writestr("Plan/skrift.sos", document(item("TEKST", 1, (1, 1))))
    assert len(open_sites(path)) == 3
    assert len(open_sites(path, layer="kart: RpGrense")) == 3


def test_a_layer_is_read_as_it_is():
    frame = read_layer(PLAN.encode(), "plan.sos", layer="RpOmråde")
    assert list(frame.columns) == ["OBJTYPE", "geometry"]
    assert frame.geometry.item().equals(shapely.box(EAST, NORTH, EAST + 100, NORTH + 100))
    with raising("error.layer_not_in_file", match="RpGrense, RpOmråde"):
        read_layer(PLAN.encode(), "plan.sos", layer="FLATE")


def test_a_chosen_system_goes_before_the_headers():
    sites = open_sites(PLAN.encode(), "plan.sos", crs="25833")
    assert sites.total_bounds[0] == pytest.approx(951_000, abs=5_000)


def test_definitions_are_no_objects():
    told = ".DEF\n..NAVN T10\n.OBJDEF\n..OBJTYPE RpOmråde\n"
    text = PLAN.replace(".KURVE 1:", f"{told}.KURVE 1:", 1)
    assert len(layers_of(text.encode(), "plan.sos")) == 4


def test_a_kind_of_geometry_that_is_not_known_is_named():
    text = document(item("PUNKT", 1, (1, 1)), item("RASTER", 2, (1, 1)))
    sites = open_sites(text.encode(), "a.sos")
    assert len(sites) == 1
    assert ids(sites) == ["element"]
    assert "RASTER 2 (linje 11)" in sites.attrs["assumptions"][0].say("nb")


def test_a_file_of_which_nothing_can_be_used_says_why():
    text = document(flate(1, ":7"))
    with pytest.raises(UnusableFileError, match="objekt 7, som ikke er i filen"):
        open_sites(text.encode(), "a.sos")


def test_a_file_that_was_cut_is_told():
    text = PLAN[: PLAN.index(".TEKST")]
    assert ids(open_sites(text.encode(), "plan.sos")) == ["no_end"]


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        (Limits(features=2), "error.too_many_features"),
        (Limits(vertices=9), "error.too_many_vertices"),
        (Limits(columns=1), "error.too_many_columns"),
    ],
)
def test_a_layer_keeps_to_the_limits(limits, error):
    with raising(error):
        open_sites(PLAN.encode(), "plan.sos", limits=limits)


def track(number, refs):
    return item("TRASE", number, objtype="Spor", told=f"..REF {refs}")


HOSTILE = {
    "a million references": document(square(1, 0, 0, 1), flate(2, ":1 " * 1_000_000)),
    "a million islands": document(square(1, 0, 0, 1), flate(2, ":1" + " (:1)" * 300_000)),
    "tracks that are each other": document(track(1, ":2"), track(2, ":1"), flate(3, ":1")),
    "a long chain of tracks": document(
        item("KURVE", 1, (0, 0), (1, 1)), *(track(n, f":{n - 1}") for n in range(2, 20_000))
    ),
    "tracks that double": document(
        square(1, 0, 0, 1), *(track(n, f":{n - 1} :{n - 1}") for n in range(2, 60))
    ),
    "an area that is its own island": document(square(1, 0, 0, 1), flate(2, ":1 (:2)")),
    "deep groups": document(item("PUNKT", 1, told="." * 5_000 + "A 1")),
    "many groups": document(
        item("PUNKT", 1, told="\n".join("." * n + "A" for n in range(2, 3_000)))
    ),
    "many properties": document(
        item("PUNKT", 1, (1, 1), told="\n".join(f"..A{n} 1" for n in range(50_000)))
    ),
    "huge numbers": document(item("PUNKT", 1, told=f"..NØ\n{'9' * 30} {'9' * 30}")),
    "huge unit": document(item("PUNKT", 1, (1, 1)), unit="1e300"),
    "tiny unit": document(item("PUNKT", 1, (1, 1)), unit="1e-320"),
    "huge radius": document(item("SIRKEL", 1, (0, 0), told="..RADIUS 1e300"), flate(2, ":1")),
    "nothing but zeros": ".HODE\n" + "\x00" * 1_000_000,
    "nothing but dots": ".HODE\n" + "." * 1_000_000,
    "nothing but lines": ".HODE\n" + "\n" * 1_000_000,
    "nothing but objects": ".HODE\n" + ".KURVE 1:\n" * 300_000,
    "an open quote": document(item("PUNKT", 1, (1, 1), told='..NAVN "' + "a\n" * 100_000)),
    "many spaces": document(item("PUNKT", 1, (1, 1), told="..NAVN" + " " * 1_000_000)),
}


def outcome(content):
    """What is said of a file, each with its code."""
    try:
        told = open_sites(content, "a.sos").attrs["assumptions"]
    except NaeringsarealError as error:
        return {error.code}, [error.say("nb")]
    return {one.msgid for one in told}, [one.say("nb") for one in told]


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_in_sites_or_a_true_sentence(case):
    codes, said = outcome(HOSTILE[case].encode())
    assert not codes & {"error.file_unreadable", "error.file_too_demanding"}
    assert all(one.endswith(".") and "\n" not in one for one in said)


def test_names_may_be_written_in_any_case():
    shouted = open_sites(PLAN.encode(), "plan.sos")
    names = re.compile(r"^\.+[\w-]+", re.MULTILINE)
    quiet = open_sites(names.sub(lambda name: name[0].lower(), PLAN).encode(), "plan.sos")
    assert quiet.area.tolist() == shouted.area.tolist()
    assert ids(quiet) == ids(shouted) == []
    assert quiet["rparealformål"].tolist() == shouted["RPAREALFORMÅL"].tolist()


@pytest.mark.parametrize("cut", [".", ".FLA"])
def test_an_object_that_is_cut_at_its_name_is_said_to_be(cut):
    sites = open_sites(document(square(1, 0, 0, 10), flate(2, ":1"), end=cut).encode(), "a.sos")
    assert ids(sites) == ["no_end", "cut"]
    assert "linje 21 begynner et objekt" in notes(sites)[1].say("nb")


def test_a_type_is_quoted_once():
    borders = document(square(1, 0, 0, 10, objtype="RpGrense"))
    (note,) = open_sites(borders.encode(), "a.sos").attrs["assumptions"]
    assert "typen «RpGrense» lukker" in note.say("nb")


def test_several_files_in_a_zip_are_told_as_files(tmp_path):
    path = tmp_path / "plan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.sos", document(square(1, 0, 0, 10), flate(2, ":1")))
        archive.writestr("b.sos", document(square(1, 0, 0, 10), flate(2, ":1")))
    told = {one.msgid: one.say("nb") for one in open_sites(path).attrs["assumptions"]}
    assert "«a» er lest" in told["finding.files_left"]
