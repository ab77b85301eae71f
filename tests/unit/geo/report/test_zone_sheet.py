"""A zone's sheet as another program reads it: the numbers of the command line, and nothing cut."""

from __future__ import annotations

import datetime as dt
import functools
import io
import json
import re
from zoneinfo import ZoneInfo

import pypdf
import pytest

from geo import i18n
from geo.__main__ import main
from geo.growth.rule import Verdict
from geo.lists import ProjectList
from geo.report.recipe import ZONE_SHEET, recipe_for
from geo.report.words import rounded
from geo.report.zone_facts import AllFacts
from geo.report.zone_sheet import Made, file_name, sheet_bytes
from geo.workspace import Workspace
from tests.support import reading
from tests.support.documents import elements, plain
from tests.support.projects import INSIDE, project
from tests.unit.geo.report.test_zone_facts import CASES, ZONES, facts, listed

AT = dt.datetime(2026, 11, 30, 17, 0, tzinfo=ZoneInfo("Europe/Oslo"))
SOME = ("heia", "frogner")


@functools.cache
def embedded():
    return AllFacts(Workspace.of(reading.embedded()))


def made(found, zone, language="nb", **more):
    how = Made(recipe=recipe_for(found, ZONE_SHEET, zone), at=AT, **more)
    return pypdf.PdfReader(io.BytesIO(sheet_bytes(found, zone, language, how)), strict=True)


def text(pdf):
    return " ".join(plain(page) for page in pdf.pages).replace("\N{NO-BREAK SPACE}", " ")


@functools.cache
def sheet(zone, language="nb"):
    return text(made(embedded(), zone, language))


@functools.cache
def command(*arguments):
    """The JSON of a command on the embedded pack."""
    with reading.read_once(), pytest.MonkeyPatch.context() as patch:
        written = io.StringIO()
        patch.setattr("sys.stdout", written)
        assert main([*arguments, "--json"]) == 0
    return json.loads(written.getvalue())


def typed(written):
    return written.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("zone", SOME)
def test_the_land_is_that_of_the_command_reserve(zone, language):
    (land,) = (one for one in command("reserve")["zones"] if one["zone_id"] == zone)
    said = sheet(zone, language)
    for name in ("gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"):
        row = f"{i18n.say(f'share.{name}', language)} {typed(i18n.daa(land[name], language))}"
        assert row in said
    floor = i18n.number(rounded(land["densification_bra_m2"]), language)
    more = f" + {i18n.say('unknown', language)}" if land["unknown_plots"] else ""
    assert f"{typed(floor)} m² BRA{more}" in said
    assert typed(i18n.daa(land["unplotted_m2"], language)) in said


@pytest.mark.parametrize("zone", SOME)
def test_the_rule_is_that_of_the_command_rule(zone):
    said, judged = sheet(zone), command("rule")["with_estimates"]
    for variant in ("gross", "with_regional_areas"):
        found = judged[variant]
        shares = [
            typed(i18n.percent(found[name], "nb", 1))
            for name in ("share", "share_low", "share_high")
        ]
        verdict = i18n.say(f"verdict.{Verdict(found['verdict'])}")
        assert f"{shares[0]} ({shares[1]} til {shares[2]}): {verdict}" in said
        for side in ("inside", "outside"):
            assert typed(i18n.number(found[f"jobs_{side}"])) in said


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("zone", SOME)
def test_the_rest_is_that_of_the_commands_own_json(zone, language):
    said, document = sheet(zone, language), command("sheet", zone, "--lang", language)
    known = document["zone"]
    assert typed(i18n.daa(known["area_m2"], language)) in said
    assert known["nearest_station"]["name"] in said
    kilometres = i18n.number(known["nearest_station"]["distance_m"] / 1000, language, 1)
    assert f"{kilometres} km" in said
    for case in known["cases"]:
        if case["jobs_low"] is not None:
            assert typed(i18n.number(case["jobs_low"], language)) in said
    weight = known["rule"]["with_estimates"]["gross"]
    assert typed(i18n.number(weight["jobs_inside"], language)) in said
    assert document["beregning"]["id"] in said
    assert document["pack"]["sha256"] in said
    for badge in document["badges"]:
        assert i18n.say(f"badge.{badge}", language) in said


@pytest.mark.parametrize("zone", SOME)
def test_what_a_figure_rests_on_stands_beside_it(zone):
    said = sheet(zone)
    area = re.search(r"Areal [\d ,]+ daa \(([^)]*)\)", said)
    assert area.group(1) == "illustrativ avgrensning"
    vacant = re.search(r"Ledig næringsareal [\d ,]+ daa \(([^)]*)\)", said)
    assert vacant.group(1) == "syntetiske data; illustrativ avgrensning"
    assert "Ikke vurdert (oppdiktede data)" in said
    assert "mangler datagrunnlag: laget «bedrifter med ansatte» er ikke i datapakken" in said


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_usual_sheet_has_two_pages_that_are_read_aloud_in_their_order(language):
    pdf = made(embedded(), "heia", language)
    assert len(pdf.pages) == 2
    titles = [one.title for one in pdf.outline if not isinstance(one, list)]
    assert titles == ["Heia"]
    assert pdf.metadata.title == f"{i18n.say('sheet.kind', language)}: Heia"
    (figure,) = [one for kind, one in elements(pdf) if kind == "/Figure"]
    assert "Heia" in figure["/Alt"]


def test_the_same_sheet_has_the_same_bytes():
    how = Made(recipe=recipe_for(embedded(), ZONE_SHEET, "heia"), at=AT)
    twice = [sheet_bytes(embedded(), "heia", "nb", how) for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_sheet_that_is_saved_tells_how_it_is_made_again():
    name = recipe_for(embedded(), ZONE_SHEET, "heia").calculation_id
    saved = text(made(embedded(), "heia", saved=True))
    assert f"Beregnings-id {name} er lagret." in saved
    assert f"--beregning {name}" in saved
    assert f"Beregnings-id {name} er ikke lagret." in sheet("heia")


LONG = "Nøstegårdsmoen" * 9
HOSTILE = '#image("x") $a$ <script>*_`{}[]\\ "'


@pytest.mark.parametrize("name", [LONG, HOSTILE, "=1+1", "  ", "\N{ZERO WIDTH SPACE}", "🏭 Æø"])
def test_any_name_is_text_and_nothing_else(name):
    zones = ZONES.assign(name=[name, "Skogen", "Midten"], status_text=[name] * 3)
    cases = (project(INSIDE, 900, zone_id="a", name=name or "x", source=name),)
    said = text(made(facts(cases, zones=zones), "a"))
    assert "1 000 daa" in said
    found = file_name(name, "a", "nb")
    assert re.fullmatch(r"omradeark-[a-z0-9-]+\.pdf", found)
    if name == LONG:  # nothing is cut
        assert LONG in said.replace(" ", "")


def test_sixty_plan_cases_go_on_over_the_pages_and_none_is_lost():
    cases = tuple(
        project(INSIDE, 10 + n, zone_id="a", name=f"Sak nummer {n:02d}", source="Kommunen")
        for n in range(60)
    )
    pdf = made(facts(cases), "a")
    said = text(pdf)
    assert len(pdf.pages) > 2
    assert all(f"Sak nummer {n:02d}" in said for n in range(60))
    assert typed(i18n.number(sum(10 + n for n in range(60)))) in said


def test_a_zone_without_plots_and_without_cases_says_that_it_is_unknown():
    said = text(made(facts(), "c"))
    assert "Ledig næringsareal ukjent" in said
    assert "Ingen tomter ligger på næringsarealet i området" in said
    assert "Ingen publiserte plansaker er registrert i dette området." in said


@pytest.mark.parametrize(
    "layer",
    [
        *("parcels", "growth_areas", "stations", "constraints", "context", "municipality"),
    ],
)
def test_without_a_layer_there_is_a_sheet_and_no_zero_in_its_place(layer):
    said = text(made(facts(**{layer: None}), "a"))
    assert "900" in said
    if layer == "parcels":
        assert "Ledig næringsareal ukjent" in said
    if layer == "stations":
        assert "Til nærmeste stasjon ukjent" in said
    if layer == "constraints":
        assert "Fritt" not in said.replace("Fritt betyr", "")


def test_without_projects_it_says_so():
    said = text(made(facts(cases=None), "a"))
    assert "laget «plansaker» er ikke i datapakken" in said


def test_jobs_that_are_not_known_are_no_zero_in_the_rule():
    said = text(made(facts((project(INSIDE, zone_id="a"), CASES[4])), "a"))
    assert "Kommunens andel og svar Vekstområder" not in said
    assert re.search(r"Prioriterte vekstområder ukjent 0 ukjent 30", said)


def test_a_list_of_ones_own_is_named():
    mine = ProjectList(frame=listed(*CASES), seq=14, place="x", at=AT)
    workspace = Workspace(pack=facts().workspace.pack, lists=lambda: mine)
    said = text(made(AllFacts(workspace), "a"))
    assert "Prosjekter: prosjektlisten, etter endring nr. 14." in said
