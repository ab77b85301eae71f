"""A saved calculation made again on the command line: the same figures, or a sentence why not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from geo.growth.calculation import (
    RULE_VERSION,
    Parameters,
    Recipe,
    norms_in_use,
    result_of,
    same_figures,
)
from geo.growth.scenario import Override, Overrides
from geo.growth.terms import Terms
from geo.jobs import read_norms
from geo.ledger.calculations import Calculations
from geo.ledger.store import Ledger
from geo.pack.read import read_pack
from tests.support.rows import rows
from tests.unit.geo.cli.test_cli import INSIDE, document, pack, run  # noqa: F401  # a fixture among them

BY = {"author": "Kari", "reason": "Prøve"}
NOBODY = "Kari Planlegger"


@pytest.fixture
def ledger(ledger_file, pack):  # noqa: F811
    """The pack's projects: 80 jobs in the centre, 20 in the regional area, one not known."""
    found = Ledger.open(f"sqlite:///{ledger_file}", "3205")
    found.seed(read_pack(pack).layer("projects"), **BY)
    yield found
    found.close()


def keep(ledger, pack, *, terms=None, overrides=None, spoil=None, **recipe):  # noqa: F811
    """Save a calculation as the page does; returns its id."""
    read = read_pack(pack)
    parameters = Parameters(terms=terms or Terms(), norms=norms_in_use(read_norms()))
    head = ledger.head()
    made = Recipe(
        **{
            "rule_version": RULE_VERSION,
            "parameters": parameters,
            "pack_sha256": read.sha256,
            "ledger_seq": head.seq,
            "ledger_at": head.at.isoformat(),
            "overrides": overrides or Overrides(),
        }
        | recipe
    )
    result = result_of(
        ledger.projects(), read.layer("growth_areas"), parameters, made.overrides
    ) | (spoil or {})
    store = Calculations(ledger.engine, ledger.municipality_no)
    return store.save(made.as_dict(), result, author=NOBODY).id


def test_the_figures_are_those_of_the_list_as_it_was(capsys, ledger, pack):  # noqa: F811
    short = keep(ledger, pack)
    ledger.change("p", {"jobs": 1000}, base_revision=1, **BY)
    result = document(capsys, "rule", "--beregning", short)
    assert result["gross"]["jobs_inside"] == 80
    assert result["gross"]["jobs_outside"] == 20
    assert result["gross"]["share"] == 0.8
    assert result["with_regional_areas"]["share"] == 1
    assert result["jobs_unknown"] == ["u"]
    assert result["badges"] == ["illustrative"]
    assert result["beregning"]["id"] == short
    assert result["beregning"]["author"] == NOBODY
    assert result["beregning"]["same"] is True
    assert result["beregning"]["ledger_seq"] == 3


def test_people_are_told_who_saved_it_and_that_it_is_the_same(capsys, ledger, pack):  # noqa: F811
    short = keep(ledger, pack)
    code, out, err = run(capsys, "rule", "--beregning", short)
    assert (code, err) == (0, "")
    assert f"Beregning {short}, lagret av {NOBODY}" in out
    assert "Andel: 80,0" in out
    assert "Tallene er de samme som i den lagrede beregningen." in out


def test_a_scenario_and_its_terms_come_with_the_calculation(capsys, ledger, pack):  # noqa: F811
    ledger.change("p", {"jobs_lost": 30}, base_revision=1, **BY)
    overrides = Overrides(changes={"p": Override(jobs=130.0), "q": Override(included=False)})
    short = keep(ledger, pack, terms=Terms(net=True), overrides=overrides, scenario="Større")
    result = document(capsys, "rule", "--beregning", short)
    assert result["gross"]["jobs_inside"] == 130
    assert result["net"]["counted"]["jobs_inside"] == 100  # 130 less 30
    assert result["gross"]["jobs_outside"] == 0
    assert result["beregning"]["scenario"] == "Større"
    _, out, _ = run(capsys, "rule", "--beregning", short)
    assert "Netto tall" in out
    assert "Nye arbeidsplasser: 100, av dem 100 i og 0 utenfor" in out


def test_of_all_years_the_known_are_counted_and_what_has_no_figure_leaves_it_open(
    capsys,
    ledger,
    pack,  # noqa: F811
):
    _, out, _ = run(capsys, "rule", "--beregning", keep(ledger, pack))
    assert "Kjente tall, 2 av 3 saker:" in out
    assert "årstall" not in out


def test_a_calculation_for_a_year_says_which_cases_have_none(capsys, ledger, pack):  # noqa: F811
    short = keep(ledger, pack, terms=Terms(to_year=2030, net=True))
    code, out, err = run(capsys, "rule", "--beregning", short)
    assert (code, err) == (0, "")
    assert "3 saker uten kjent år er ikke regnet med, men kan komme i perioden: p, q, u." in out
    assert "Kjente tall, 0 av 3 saker:" in out
    assert "I sakene som har årstall: 0 nye arbeidsplasser" in out
    assert "kan ikke avgjøres: saker som ikke er regnet med, kan snu svaret" in out


def test_another_pack_is_refused_with_the_one_that_is_needed(capsys, ledger, pack):  # noqa: F811
    short = keep(ledger, pack, pack_sha256="ab" * 32)
    code, out, err = run(capsys, "rule", "--beregning", short, "--json")
    assert (code, out) == (2, "")
    assert "ab" * 32 in err
    assert read_pack(pack).sha256 in err
    assert err.count("\n") == 1


def test_figures_that_come_out_otherwise_are_said(capsys, ledger, pack):  # noqa: F811
    short = keep(ledger, pack, spoil={"jobs_unknown": []})
    code, out, err = run(capsys, "rule", "--beregning", short, "--json")
    assert code == 2
    assert json.loads(out)["beregning"]["same"] is False
    assert json.loads(out)["gross"]["share"] == 0.8
    assert f"ikke de som ble lagret i beregningen «{short}»" in err
    assert "programmert om" not in err


def test_a_calculation_by_an_older_rule_says_so_when_it_differs(capsys, ledger, pack):  # noqa: F811
    short = keep(ledger, pack, spoil={"target": 0.5}, rule_version=0)
    code, _, err = run(capsys, "rule", "--beregning", short)
    assert code == 2
    assert "programmert om" in err


@pytest.mark.usefixtures("ledger")
def test_an_id_that_nobody_has_gets_one_sentence(capsys):
    code, out, err = run(capsys, "rule", "--beregning", "aaaaaaaa")
    assert (code, out) == (2, "")
    assert "ingen lagret beregning med id «aaaaaaaa»" in err


def test_a_list_that_is_not_there_is_said_and_not_made(capsys, tmp_path):
    path = tmp_path / "feil" / "liste.sqlite"
    code, _, err = run(capsys, "rule", "--beregning", "aaaaaaaa", "--ledger", f"sqlite:///{path}")
    assert code == 2
    assert "Det finnes ingen prosjektliste" in err
    assert not path.parent.exists()


@pytest.mark.parametrize(
    "more",
    [
        ("--target", "0.8"),
        ("--adopted-only",),
        ("--sites", "f.csv"),
        ("--growth-areas", "f.geojson"),
    ],
)
def test_a_saved_calculation_takes_no_choices_beside_its_own(capsys, more):
    code, _, err = run(capsys, "rule", "--beregning", "aaaaaaaa", *more)
    assert code == 2
    assert f"{more[0]} kan ikke brukes sammen med --beregning" in err


def test_a_list_of_projects_takes_the_place_of_the_packs_and_is_named(
    capsys,
    ledger,
    ledger_file,
    pack,  # noqa: F811
):
    ledger.add({"name": "Nytt", "jobs": 60, "effect": "counts"}, None, **BY)
    values = {"name": "I sentrum", "jobs": 100, "effect": "counts"}
    ledger.add(values, read_pack(pack).layer("growth_areas").geometry.iloc[0], **BY)
    url = f"sqlite:///{ledger_file}"
    own = document(capsys, "rule", "--pack", pack)
    told = document(capsys, "rule", "--pack", pack, "--ledger", url)
    assert own["projects"] == {"source": "pack", "entry": None, "place": None}
    assert told["projects"]["source"] == "ledger"
    assert told["projects"]["entry"] == ledger.head().seq
    # 80 in the centre and 20 outside; 100 more in the centre, and 60 that have no place.
    assert own["gross"]["jobs_inside"] == pytest.approx(80)
    assert told["gross"]["jobs_inside"] == pytest.approx(180)
    assert told["gross"]["jobs_total"] == pytest.approx(200)
    _, out, _ = run(capsys, "rule", "--pack", pack, "--ledger", url)
    assert f"prosjektlisten, etter endring nr. {ledger.head().seq}" in out
    _, out, _ = run(capsys, "rule", "--pack", pack)
    assert "datapakkens egne plansaker" in out


def test_a_file_of_sites_and_a_list_are_not_both_taken(capsys, ledger_file):
    code, _, err = run(capsys, "rule", "--sites", "a.csv", "--ledger", f"sqlite:///{ledger_file}")
    assert code == 2
    assert "--ledger og --sites" in err


@pytest.mark.parametrize("command", [["rule"], ["screen", "a.csv"], ["search", "--min-daa", "5"]])
def test_a_list_that_is_not_there_is_refused_and_not_made(capsys, tmp_path, pack, command):  # noqa: F811
    (tmp_path / "a.csv").write_text("lon,lat\n11.1,59.95\n", encoding="utf-8")
    command = [str(tmp_path / one) if one == "a.csv" else one for one in command]
    url = f"sqlite:///{tmp_path / 'nei.sqlite'}"
    code, _, err = run(capsys, *command, "--pack", pack, "--ledger", url)
    assert code == 2
    assert "ingen prosjektliste" in err
    assert not (tmp_path / "nei.sqlite").exists()


def test_equal_recipes_give_one_calculation(ledger, pack):  # noqa: F811
    assert keep(ledger, pack) == keep(ledger, pack)
    assert keep(ledger, pack) != keep(ledger, pack, terms=replace(Terms(), net=True))


@pytest.mark.parametrize(
    ("again", "same"),
    [
        ({"gross": {"share": 0.8}}, True),
        ({"gross": {"share": 0.8 + 1e-12}}, True),  # another version of the geometry library
        ({"gross": {"share": 0.8001}}, False),
        ({"gross": {"share": None}}, False),
        ({"gross": {}}, False),
        ({"gross": {"share": 0.8}, "undated": {}}, False),
        ({"gross": {"share": "0.8"}}, False),
    ],
)
def test_two_results_are_the_same_or_not(again, same):
    assert same_figures({"gross": {"share": 0.8}, "badges": []}, again) is same


@pytest.mark.parametrize(
    ("option", "named", "file"),
    [
        (("--crs", "25833"), "--crs", "--sites"),
        (("--layer", "a"), "--layer", "--sites"),
        (("--file-layer", "a"), "--layer", "--sites"),
        (("--growth-areas-crs", "25833"), "--growth-areas-crs", "--growth-areas"),
        (("--growth-areas-layer", "a"), "--growth-areas-layer", "--growth-areas"),
    ],
)
def test_how_to_read_a_file_that_is_not_given_is_refused(capsys, pack, option, named, file):  # noqa: F811
    other = {"--sites": "--growth-areas", "--growth-areas": "--sites"}[file]
    for more in ((), (other, str(pack / "pack.gpkg"))):
        code, out, err = run(capsys, "rule", *option, *more)
        assert (code, out) == (2, "")
        assert err.startswith(f"{named} sier hvordan filen i {file} skal leses")
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("columns", "told"), [({}, True), ({"teller": "ja"}, False), ({"counts": True}, False)]
)
def test_areas_that_all_count_for_want_of_a_column_are_told_of(capsys, tmp_path, columns, told):
    path = tmp_path / "omrader.geojson"
    rows(INSIDE, id="x", **columns).to_crs(4326).to_file(path)
    notes = document(capsys, "rule", "--growth-areas", path)["notes"]
    said = [one for one in notes if "omrader.geojson" in one]
    assert bool(said) == told
    assert all("«teller»" in one for one in said)


def test_a_year_is_asked_of_the_list_and_what_has_none_leaves_the_answer_open(
    capsys,
    ledger,
    ledger_file,
):
    ledger.change("p", {"year": 2028}, base_revision=1, **BY)
    asked = ("rule", "--ledger", f"sqlite:///{ledger_file}", "--to-year", "2030")
    result = document(capsys, *asked)
    # 80 inside by 2028; the 20 outside, of unknown year, may come by 2030: 80 to 100 %.
    gross = result["gross"]
    assert (gross["jobs_inside"], gross["jobs_outside"], gross["share"]) == (80, 0, 1)
    assert (gross["share_low"], gross["share_high"]) == (0.8, 1)
    assert gross["verdict"] == "kan ikke avgjøres"
    assert result["period"] == {"from_year": None, "to_year": 2030}
    assert result["undated"] == ["q", "u"]
    code, out, _ = run(capsys, *asked)
    assert code == 0
    assert "Til og med 2030." in out
    assert "2 saker uten kjent år er ikke regnet med, men kan komme i perioden: q, u." in out
    assert "Kjente tall, 1 av 3 saker" in out
    assert "saker som ikke er regnet med, kan snu svaret" in out
    assert "undated" not in document(capsys, *asked[:-2])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to-year", "2030", "--sites", "steder.csv"], "oppgi ikke --sites"),
        (["--from-year", "2031", "--to-year", "2030"], "2031"),
        (["--to-year", "i fjor"], "--to-year"),
    ],
)
def test_years_that_mean_nothing_get_one_sentence(capsys, options, said):
    code, out, err = run(capsys, "rule", *options)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
