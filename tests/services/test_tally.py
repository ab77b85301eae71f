"""What became of every feature of a service: the parts are the whole, in each place it is told."""

from __future__ import annotations

import dataclasses
import json

import pytest
import shapely

from geo.i18n import Remark
from geo.pack.read import read_pack
from layers import build
from layers.errors import BuildError
from layers.sources import assemble, install
from layers.sources.answers import AnswerStore
from layers.sources.http import Transport
from layers.sources.services import Catalogue, Policy
from layers.sources.sifting.tally import Dropped, Tally
from tests.services.conftest import FAST, service
from tests.services.test_build import SERVICES, Country
from tests.support import world
from tests.support.hostile import arcgis, playing

HERE = shapely.Point(world.WEST + 500, world.SOUTH + 500)
BOWTIE = shapely.Polygon(
    [
        (world.WEST + 10, world.SOUTH + 10),
        (world.WEST + 20, world.SOUTH + 20),
        (world.WEST + 20, world.SOUTH + 10),
        (world.WEST + 10, world.SOUTH + 20),
    ]
)


def monuments(tmp_path, shapes, **columns):
    """Monuments as a file, which may mix points, lines and areas."""
    path = tmp_path / "minner.geojson"
    names = [f"M{n}" for n in range(1, len(shapes) + 1)]
    world.frame(shapes, kulturminneId=names, **columns).to_file(path, driver="GeoJSON")
    return str(path)


def built(tmp_path, *services):
    """Build layers as `layers.build` does, from services beside a municipality as a file."""
    outline = tmp_path / "kommune.gpkg"
    world.frame([world.OUTLINE], nr=[world.NUMBER], navn=[world.NAME]).to_file(outline)
    own = service(
        str(outline),
        "file",
        "municipality",
        id="kommune",
        number_column="nr",
        columns={"municipality_no": "nr", "name": "navn"},
    )
    policy = Policy(**FAST)
    transport = Transport(policy, AnswerStore(tmp_path / "svar", 1.0))
    try:
        place, layers = assemble.collect(
            Catalogue(policy=policy, services=(own, *services)),
            world.NUMBER,
            transport,
            [str(one.layer) for one in services],
            lambda *_: None,
        )
    finally:
        transport.close()
    for one in layers:
        kept = sum(part.tally.kept for part in one.parts if part.tally is not None)
        assert kept == (0 if one.frame is None else len(one.frame))
    return place, {one.layer: one for one in layers}


def test_a_tally_whose_parts_are_not_the_whole_is_a_slip_of_ours():
    with pytest.raises(AssertionError, match="5 fetched, 1 left out, 3 kept"):
        Tally(fetched=5, outside=1, kept=3)
    with pytest.raises(AssertionError):
        Tally(fetched=1, kept=1, repaired=2)


def test_a_tally_is_told_in_a_line():
    tally = Tally(
        fetched=415,
        repeated=2,
        filtered={"statusskredomr = 1": 17},
        unsure=4,
        outside=201,
        dropped=(Dropped(5, Remark("build.dropped_missing"), ("a", "b", "c", "d")),),
        repaired=3,
        kept=192,
    )
    assert tally.say("nb") == (
        "hentet 415 · kom om igjen 2 · filtrert 17 (statusskredomr = 1) · utenfor kommunen 201 · "
        "utelatt 5 (uten geometri: «a», «b», «c» …) · rettet 3 · usikre på reglene 4 (beholdt) · "
        "brukt 192"
    )
    assert tally.say("en") == (
        "fetched 415 · came again 2 · filtered 17 (statusskredomr = 1) · "
        "outside the municipality 201 · left out 5 (without geometry: «a», «b», «c» …) · "
        "repaired 3 · unsure of the rules 4 (kept) · used 192"
    )


# Points where areas are expected


def test_points_and_lines_become_areas_of_the_radius_that_is_stated(ask, tmp_path):
    line = shapely.LineString([(HERE.x, HERE.y), (HERE.x + 100, HERE.y)])
    path = monuments(tmp_path, [HERE, line, HERE.buffer(30)])
    part = ask(service(path, "file", "constraints", radius=10.0))
    assert part.error is None
    assert set(part.frame.geom_type) == {"Polygon"}
    # A circle of 10 m is 314 m²; a strip of 100 m by 20 m with round ends is 2314 m².
    areas = part.frame.area.tolist()
    assert areas[:2] == pytest.approx([314.16, 2314.16], rel=0.005)
    assert part.tally == Tally(fetched=3, repaired=2, kept=3)
    assert "2 punkter eller linjer er gjort til flater med 10 m" in part.notes[0].say("nb")


def test_each_point_has_the_radius_of_its_own_accuracy(ask, tmp_path):
    path = monuments(tmp_path, [HERE, HERE], noyaktighet=["5", "50.5"])
    part = ask(service(path, "file", "constraints", radius="Noyaktighet"))
    sides = part.frame.bounds
    assert (sides.maxx - sides.minx).tolist() == pytest.approx([10, 101])
    assert "5–50,5 m" in part.notes[0].say("nb")


def test_a_point_outside_whose_circle_reaches_in_concerns_the_municipality(ask, tmp_path):
    outside = shapely.Point(world.WEST - 20, world.SOUTH + 500)
    path = monuments(tmp_path, [HERE, outside])
    assert ask(service(path, "file", "constraints", radius=30)).tally.kept == 2
    assert ask(service(path, "file", "constraints", radius=10)).tally.kept == 1


def test_points_without_a_radius_are_left_out_and_listed(tmp_path):
    path = monuments(tmp_path, [HERE, HERE, HERE.buffer(9)], radius=[None, 25.0, None])
    _, layers = built(tmp_path, service(path, "file", "constraints", radius="radius"))
    (part,) = layers["constraints"].parts
    assert list(layers["constraints"].frame["constraint_id"]) == ["M2", "M3"]
    (dropped,) = part.tally.dropped
    assert (dropped.count, dropped.names) == (1, ("M1",))
    assert part.tally.say("nb") == (
        "hentet 3 · utelatt 1 («punkter» (Point), som laget ikke kan ha: «M1») · rettet 1 · brukt 2"
    )


def test_a_radius_of_nought_or_a_column_that_is_not_there_makes_no_circle(tmp_path):
    path = monuments(tmp_path, [HERE, HERE, HERE.buffer(9)], radius=[0, -5, 1])
    for radius in ("radius", "finnes_ikke"):
        _, layers = built(tmp_path, service(path, "file", "constraints", radius=radius))
        assert layers["constraints"].parts[0].tally.lost == 2


def test_points_stay_points_where_the_layer_has_use_for_them(ask, tmp_path):
    path = monuments(tmp_path, [HERE])
    columns = {"station_id": "kulturminneId", "name": "kulturminneId"}
    part = ask(service(path, "file", "stations", radius=10, columns=columns))
    assert list(part.frame.geom_type) == ["Point"]
    assert part.tally == Tally(fetched=1, kept=1)


# The check of the layer


def test_what_the_check_drops_and_mends_is_counted_for_the_service_it_came_from(tmp_path):
    mixed = shapely.GeometryCollection([HERE.buffer(20), HERE])
    first = monuments(tmp_path, [BOWTIE, HERE, HERE.buffer(5), mixed])
    (tmp_path / "to").mkdir()
    second = monuments(tmp_path / "to", [HERE.buffer(5), None, None, HERE])
    _, layers = built(
        tmp_path,
        service(first, "file", "constraints", id="en"),
        service(second, "file", "constraints", id="to"),
    )
    one, two = (part.tally for part in layers["constraints"].parts)
    assert (one.fetched, one.lost, one.repaired, one.kept) == (4, 1, 2, 3)
    assert (two.fetched, two.lost, two.repaired, two.kept) == (4, 3, 0, 1)
    assert {(d.count, d.why.msgid, d.names) for d in two.dropped} == {
        (2, "build.dropped_missing", ("M2", "M3")),
        (1, "build.dropped_type", ("M4",)),
    }
    assert "row_of_layer" not in layers["constraints"].frame


def test_more_than_can_be_named_are_counted_all_the_same(tmp_path):
    path = monuments(tmp_path, [HERE] * 73 + [HERE.buffer(5)])
    _, layers = built(tmp_path, service(path, "file", "constraints"))
    (dropped,) = layers["constraints"].parts[0].tally.dropped
    assert dropped.count == 73
    assert dropped.names == tuple(f"M{n}" for n in range(1, 11))


def test_a_layer_of_which_nothing_is_left_is_missing_and_accounted_for(tmp_path):
    path = monuments(tmp_path, [HERE, HERE])
    one = service(path, "file", columns={"parcel_id": "kulturminneId"})
    _, layers = built(tmp_path, one)
    (part,) = layers["parcels"].parts
    assert layers["parcels"].frame is None
    assert part.error is not None
    assert (part.tally.lost, part.tally.kept) == (2, 0)


def test_numbers_of_one_service_stay_ids_beside_the_texts_of_another(tmp_path):
    first = tmp_path / "en.gpkg"
    world.frame([HERE.buffer(5), HERE.buffer(6)], nr=[101.0, None]).to_file(first)
    second = monuments(tmp_path, [HERE.buffer(7)])
    columns = {"constraint_id": "nr"}
    _, layers = built(
        tmp_path,
        service(str(first), "file", "constraints", id="en", columns=columns),
        service(second, "file", "constraints", id="to"),
    )
    assert list(layers["constraints"].frame["constraint_id"]) == ["101", "rad 2", "M1"]


def test_a_feature_in_another_system_than_the_rest_is_counted_and_named(ask, tmp_path):
    turned = [shapely.transform(one, lambda xy: xy[:, ::-1]) for one in world.boxes(5)]
    (other,) = world.frame(world.boxes(1)).to_crs(25833).geometry
    path = tmp_path / "minner.gpkg"
    names = ["a", "b", "c", "d", "e", "f"]
    world.frame([*turned, other], kulturminneId=names).to_file(path)
    part = ask(service(str(path), "file", "constraints"))
    assert (part.tally.fetched, part.tally.kept) == (6, 5)
    (dropped,) = part.tally.dropped
    assert (dropped.count, dropped.names) == (1, ("f",))


def test_swapped_features_among_sound_ones_are_not_counted_as_of_elsewhere(tmp_path):
    turned = [shapely.transform(one, lambda xy: xy[:, ::-1]) for one in world.boxes(2)]
    path = monuments(tmp_path, [*turned, HERE.buffer(5)])
    _, layers = built(tmp_path, service(path, "file", "constraints"))
    (part,) = layers["constraints"].parts
    assert (part.tally.outside, part.tally.lost, part.tally.kept) == (0, 2, 1)
    assert part.tally.dropped[0].why.msgid == "build.dropped_swapped"


# Mapped areas


def coverage(tmp_path, finds, recurrence=None, **mapped):
    """Build finds and the mapped area of flood; finds are services' changes."""
    (tmp_path / "dekning").mkdir(exist_ok=True)
    area = tmp_path / "dekning" / "område.gpkg"
    world.frame([world.OUTLINE]).to_file(area)
    services = []
    for n, changes in enumerate(finds):
        years = changes.pop("years", None)
        kind = changes.pop("kind", "flood")
        constants = {"kind": kind, "severity": "assess"}
        constants |= {"climate": changes.pop("climate")} if "climate" in changes else {}
        constants |= {} if years is None else {"recurrence_years": years}
        settings = {"id": f"funn{n}", "constants": constants, **changes}
        services.append(service(settings.pop("path"), "file", "constraints", **settings))
    constants = {"kind": "flood"} | ({} if recurrence is None else {"recurrence_years": recurrence})
    whole = service(
        str(area), "file", "constraint_coverage", id="d", columns={}, constants=constants, **mapped
    )
    _, layers = built(tmp_path, *services, whole)
    one = layers["constraint_coverage"]
    (part,) = one.parts
    return one.frame is not None, part.error and part.error.code


def test_a_mapped_area_says_too_much_where_a_find_was_dropped(tmp_path):
    sound = monuments(tmp_path, [HERE.buffer(9)])
    assert coverage(tmp_path, [{"path": sound}]) == (True, None)
    path = monuments(tmp_path, [HERE.buffer(9), HERE])
    assert coverage(tmp_path, [{"path": path}]) == (False, "error.service_coverage_dropped")
    # A point that is made a circle is no loss, and neither is a find of another kind.
    assert coverage(tmp_path, [{"path": path, "radius": 10}]) == (True, None)
    other = {"path": path, "kind": "quick_clay"}
    (tmp_path / "hel").mkdir()
    sound = monuments(tmp_path / "hel", [HERE.buffer(9)])
    assert coverage(tmp_path, [{"path": sound}, other]) == (True, None)


def test_a_mapped_area_of_an_interval_needs_its_own_finds_and_not_rarer_ones(tmp_path):
    sound = {"path": monuments(tmp_path, [HERE.buffer(9)])}
    gone = {"path": str(tmp_path / "finnes-ikke.gpkg")}
    failed = (False, "error.service_coverage")

    def of(*finds, recurrence):
        return coverage(tmp_path, [{**path, "years": y} for path, y in finds], recurrence)

    assert of((sound, 200), (gone, 1000), recurrence=200) == (True, None)
    assert of((sound, 200), (gone, 20), recurrence=200) == failed
    assert of((gone, 200), (sound, 1000), recurrence=200) == failed
    assert of((sound, 200), (gone, None), recurrence=200) == failed
    assert of((sound, 200), (gone, 1000), recurrence=None) == failed
    # Nothing was asked that tells of 200 years.
    assert of((sound, 20), recurrence=200) == (False, "error.service_coverage_alone")


def test_floods_without_climate_alone_leave_nothing_clear(tmp_path):
    sound = {"path": monuments(tmp_path, [HERE.buffer(9)]), "years": 200}
    without, with_it = {**sound, "climate": "no"}, {**sound, "climate": "yes"}
    refused = (False, "error.service_coverage_climate")
    assert coverage(tmp_path, [dict(without)], 200) == refused
    assert coverage(tmp_path, [dict(without), {**with_it, "years": 20}], 200) == refused
    assert coverage(tmp_path, [dict(without)]) == refused
    assert coverage(tmp_path, [dict(without), dict(with_it)], 200) == (True, None)
    assert coverage(tmp_path, [dict(sound)], 200) == (True, None)  # which does not say


def test_a_mapped_area_says_too_much_where_a_rule_took_every_find(tmp_path):
    """Whoever numbers what is current anew would have every zone taken for one that is gone."""
    path = monuments(tmp_path, [HERE.buffer(9), HERE.buffer(5)], status=[7, 7])
    ruled = {"path": path, "where": ("status = 1",)}
    assert coverage(tmp_path, [dict(ruled)]) == (False, "error.service_coverage_filtered")
    (tmp_path / "noen").mkdir()
    some = monuments(tmp_path / "noen", [HERE.buffer(9), HERE.buffer(5)], status=[7, 1])
    assert coverage(tmp_path, [{**ruled, "path": some}]) == (True, None)


def test_finds_whose_kind_is_not_known_may_be_of_any(tmp_path):
    sound = {"path": monuments(tmp_path, [HERE.buffer(9)])}
    gone = {
        "path": str(tmp_path / "finnes-ikke.gpkg"),
        "constants": {"severity": "assess"},
        "columns": {"constraint_id": "id", "kind": "type"},
    }
    assert coverage(tmp_path, [dict(sound), dict(gone)]) == (False, "error.service_coverage")
    others = {"codes": {"kind": {"1": "heritage"}}}
    assert coverage(tmp_path, [dict(sound), {**gone, **others}]) == (True, None)


# The build


FLOODS = """
[services.columns]
constraint_id = "OBJECTID"
[services.constants]
kind = "flood"
"""
FILTERED = """
where = "status = 1"
params = { where = "kommune = '{number}'" }
[services.columns]
constraint_id = "OBJECTID"
[services.constants]
kind = "flood"
"""


class _WithStatus(Country):
    def flom(self, asked):
        return arcgis(world.floods(), status=[1] * 20 + [2, 2, None])(asked)


def run(tmp_path, *more):
    country = _WithStatus()
    with playing(country) as (url, _):
        before, there, after = SERVICES.format(url=url).partition(FLOODS)
        assert there
        text = before + FILTERED + after
        (tmp_path / "tjenester.toml").write_text(text, encoding="utf-8")
        arguments = ["--services", str(tmp_path / "tjenester.toml"), "--work", str(tmp_path / "s")]
        arguments += ["--municipality", world.NUMBER, "--out", str(tmp_path / "pakke"), *more]
        return build.main(arguments)


def test_a_build_tells_what_became_of_everything_on_screen_in_report_and_manifest(tmp_path, capsys):
    assert run(tmp_path) == 0
    line = (
        "NVE, flomsoner: filter hos tjenesten: where=kommune = '0301' · "
        "hentet 23 · filtrert 2 (status = 1) · usikre på reglene 1 (beholdt) · brukt 21"
    )
    assert f"\n    {line}\n" in capsys.readouterr().out
    pack = read_pack(tmp_path / "pakke")
    assert line in pack.info("constraints").note
    assert "hentet" not in (pack.info("parcels").note or "")  # nothing became of them
    report = json.loads((tmp_path / "pakke" / "report.json").read_text(encoding="utf-8"))
    for layer in report["layers"]:
        tallies = [one["tally"] for one in layer["services"] if one["tally"]]
        assert sum(one["kept"] for one in tallies) == (layer["features"] or 0)
        for one in tallies:
            gone = sum(one["filtered"].values()) + one["outside"]
            gone += sum(dropped["count"] for dropped in one["dropped"])
            assert one["fetched"] == gone + one["kept"]
    (flood,) = next(one for one in report["layers"] if one["layer"] == "constraints")["services"]
    assert flood["filter_of_service"] == {"where": "kommune = '0301'"}
    assert flood["tally"]["filtered"] == {"status = 1": 2}


def test_a_build_tells_it_in_english(tmp_path, capsys):
    assert run(tmp_path, "--lang", "en") == 0
    assert "fetched 23 · filtered 2 (status = 1) · unsure of the rules 1" in capsys.readouterr().out


def test_a_layer_that_does_not_agree_with_its_count_is_never_published(tmp_path):
    path = monuments(tmp_path, [HERE.buffer(5), HERE.buffer(9)])
    place, layers = built(tmp_path, service(path, "file", "constraints"))
    one = layers["constraints"]
    short = dataclasses.replace(one, frame=one.frame.iloc[:1])
    out = tmp_path / "pakke"
    with pytest.raises(BuildError) as caught:
        install.publish(place, [layers["municipality"], short], out, lambda _: "")
    assert caught.value.code == "error.build_uncounted"
    assert not out.exists()
