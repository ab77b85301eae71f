"""`python -m layers.build` from start to end: a pack that opens, or none at all."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo import i18n
from geo.__main__ import main as geo
from geo.pack.read import read_pack
from layers import build
from layers.sources import services as catalogues
from tests.support import world
from tests.support.hostile import Reply, arcgis, playing, wfs

ROOT = Path(__file__).parents[2]
PLOTS = world.boxes(30)
STOP = {
    "id": "NSR:StopPlace:1",
    "name": {"value": "Prøve stasjon"},
    "centroid": {"location": {"longitude": 11.05, "latitude": 59.95}},
}


class Country:
    """All services of a municipality on one host; `broken` names those that fail."""

    def __init__(self):
        self.broken = set()
        self.drip_s = 0.0

    def __call__(self, asked):
        service = asked.path.split("/")[1]
        if service in self.broken:
            return Reply(b"oh no", status=500)
        reply = getattr(self, service)(asked)
        return Reply(reply, pause_s=self.drip_s) if self.drip_s and service == "teig" else reply

    def kommuneinfo(self, asked):
        if f"/kommuner/{world.NUMBER}" not in asked.path:
            return Reply(b'{"message": "Ingen kommune"}', status=404)
        about = {"kommunenummer": world.NUMBER, "kommunenavnNorsk": world.NAME}
        if not asked.path.endswith("/omrade"):
            return json.dumps(about)
        area = world.OUTLINE.__geo_interface__
        crs = {"type": "name", "properties": {"name": f"EPSG:{asked.query['utkoordsys']}"}}
        return json.dumps({**about, "omrade": {**area, "crs": crs}})

    def teig(self, asked):
        return wfs(PLOTS)(asked)

    def flom(self, asked):
        return arcgis(world.floods())(asked)

    def dekning(self, asked):
        return arcgis([world.OUTLINE])(asked)

    def stopp(self, asked):
        return json.dumps([STOP] if asked.query["skip"] == "0" else [])


SERVICES = """
extends = false
[renumbered]
"3030" = "3205"
[policy]
attempts = 2
backoff_s = 0.01
[[services]]
id = "kommuneinfo"
layer = "municipality"
type = "kommuneinfo"
url = "{url}/kommuneinfo"
source = "Kartverket, kommuneinfo"
licence = "CC BY 4.0"
[services.columns]
municipality_no = "kommunenummer"
name = "kommunenavn"
[[services]]
id = "teig"
layer = "parcels"
type = "wfs"
url = "{url}/teig"
name = "app:Teig"
source = "Kartverket, teig"
licence = "CC BY 4.0"
accuracy = "0,1 m"
keep = "number"
page_size = 10
per_second = 1000
[services.columns]
parcel_id = "matrikkelnummerTekst"
[services.constants]
synthetic = false
[[services]]
id = "flom"
layer = "constraints"
type = "arcgis"
url = "{url}/flom"
name = 17
source = "NVE, flomsoner"
keep = "intersects"
per_second = 1000
[services.columns]
constraint_id = "OBJECTID"
[services.constants]
kind = "flood"
severity = "assess"
[[services]]
id = "dekning"
layer = "constraint_coverage"
type = "arcgis"
url = "{url}/dekning"
name = 0
source = "NVE, analyseområde"
keep = "intersects"
per_second = 1000
[services.constants]
kind = "flood"
[[services]]
id = "stopp"
layer = "stations"
type = "entur"
url = "{url}/stopp"
source = "Entur"
keep = "near"
margin_m = 5000
[services.columns]
station_id = "id"
name = "name"
[[services]]
id = "planer"
layer = "plan_areas"
type = "none"
source = "Planer"
why = "account"
[[services]]
id = "soner"
layer = "zones"
type = "none"
source = "Kommunen"
why = "own"
"""


@pytest.fixture
def country():
    world_of_services = Country()
    with playing(world_of_services) as (url, asked):
        world_of_services.url = url
        world_of_services.asked = asked
        yield world_of_services


@pytest.fixture
def command(tmp_path, country):
    (tmp_path / "tjenester.toml").write_text(SERVICES.format(url=country.url), encoding="utf-8")
    return [
        *("--services", str(tmp_path / "tjenester.toml")),
        *("--work", str(tmp_path / "svar")),
        *("--out", str(tmp_path / "pakke")),
    ]


def run(command, *more, number=world.NUMBER):
    return build.main(["--municipality", number, *command, *more])


def test_a_pack_is_built_that_opens_with_sources_dates_and_counts(command, tmp_path, capsys):
    assert run(command) == 0
    pack = read_pack(tmp_path / "pakke")
    assert (pack.name, pack.municipality_no) == (world.NAME, world.NUMBER)
    counts = {name: len(frame) for name, frame in pack.layers.items()}
    assert counts == {
        "municipality": 1,
        "parcels": 30,
        "constraints": 23,
        "constraint_coverage": 1,
        "stations": 1,
    }
    about = pack.info("parcels")
    assert (about.source, about.licence, about.features) == ("Kartverket, teig", "CC BY 4.0", 30)
    assert about.accuracy == "0,1 m"
    assert about.date == pack.built
    assert (about.synthetic, about.illustrative) == (False, False)
    assert pack.badges(*pack.layers) == frozenset()
    out = capsys.readouterr().out
    assert "eiendomsteiger: 30 objekter" in out
    assert f"NAERINGSAREAL_PACK={tmp_path / 'pakke'} make run" in out
    assert geo(["pack", "validate", "--pack", str(tmp_path / "pakke")]) == 0


def test_what_is_missing_is_listed_with_its_reason_on_screen_and_in_the_report(
    command, country, tmp_path, capsys
):
    country.broken = {"teig"}
    assert run(command) == 0
    captured = capsys.readouterr()
    assert "eiendomsteiger: 127.0.0.1 avviste forespørselen (HTTP 500" in captured.out
    assert "planformål: Vektordata krever konto hos Norge digitalt" in captured.out
    assert "næringsområder: Dette er kommunens eget" in captured.out
    assert "bygninger: Tjenestekatalogen har ingen tjeneste" in captured.out
    assert not read_pack(tmp_path / "pakke").has("parcels")
    report = json.loads((tmp_path / "pakke" / "report.json").read_text(encoding="utf-8"))
    layers = {one["layer"]: one for one in report["layers"]}
    assert layers["parcels"]["features"] is None
    assert "HTTP 500" in layers["parcels"]["reason"]
    assert layers["stations"] | {"services": []} == {
        "layer": "stations",
        "features": 1,
        "reason": None,
        "services": [],
        "findings": [],
    }


def test_a_mapped_area_is_left_out_when_its_finds_are_missing(command, country, tmp_path):
    # With it, a site in a flood zone that could not be fetched would be called clear.
    country.broken = {"flom"}
    assert run(command) == 0
    pack = read_pack(tmp_path / "pakke")
    assert not pack.has("constraints")
    assert not pack.has("constraint_coverage")


def test_a_layer_from_another_address_is_told_of_with_that_address(
    command, country, tmp_path, capsys
):
    services = tmp_path / "tjenester.toml"
    lines = services.read_text(encoding="utf-8").replace(
        f'url = "{country.url}/teig"',
        f'url = "{country.url}/nede/teig"\nfallbacks = ["{country.url}/teig"]',
    )
    services.write_text(lines, encoding="utf-8")
    country.broken = {"nede"}
    assert run(command, "--only", "parcels") == 0
    about = read_pack(tmp_path / "pakke").info("parcels")
    assert (about.url, about.features) == (f"{country.url}/teig", 30)
    assert about.note is None  # how it was fetched is no news to who reads the pack
    report = json.loads((tmp_path / "pakke" / "report.json").read_text(encoding="utf-8"))
    (parcels,) = [one for one in report["layers"] if one["layer"] == "parcels"]
    (told,) = parcels["services"]
    assert told["url"] == f"{country.url}/teig"
    assert "hentet fra 127.0.0.1/teig, fordi 127.0.0.1/nede/teig ikke ga" in told["notes"][0]
    assert "HTTP 500" in told["notes"][0]
    assert told["notes"][0] in capsys.readouterr().out


def test_what_a_pack_tells_of_its_services_holds_no_secret(command, country, tmp_path, capsys):
    """A pack is passed on: neither keys nor the maker's own folders go with it."""
    plain = country.url.removeprefix("http://")
    services = tmp_path / "tjenester.toml"
    lines = services.read_text(encoding="utf-8").replace(
        f'url = "{country.url}/teig"',
        f'url = "http://kari:hemmelig-1@{plain}/teig?api_key=hemmelig-2&tema=teig"\n'
        'params = { token = "hemmelig-3", kart = "0301" }',
    )
    outline = tmp_path / "hemmelig-4" / "kommune.gpkg"
    outline.parent.mkdir()
    world.frame([world.OUTLINE.boundary], nr=[world.NUMBER]).to_file(outline)
    lines += (
        f'\n[[services]]\nid = "bygg"\nlayer = "context"\ntype = "file"\nurl = "{outline}"\n'
        'source = "Egen fil"\nkeep = "intersects"\nconstants = { kind = "road" }\n'
    )
    services.write_text(lines, encoding="utf-8")
    assert run(command, "--json") == 0
    pack = tmp_path / "pakke"
    told = [
        capsys.readouterr().out,
        *((pack / one).read_text(encoding="utf-8") for one in ("report.json", "manifest.toml")),
    ]
    assert read_pack(pack).info("parcels").url == f"http://{plain}/teig?api_key=…&tema=teig"
    assert read_pack(pack).info("parcels").features == 30
    assert "token=…; kart=0301" in told[2]
    for text in told:
        assert "hemmelig" not in text


def test_one_layer_can_be_had_alone(command, country, tmp_path):
    assert run(command, "--only", "stations") == 0
    assert set(read_pack(tmp_path / "pakke").layers) == {"municipality", "stations"}
    assert not any("/teig" in asked.path for asked in country.asked)


def test_what_cannot_go_together_is_said_in_norwegian(command, capsys):
    assert run(command, "--resume", "--fresh") == 2
    said = capsys.readouterr().err
    assert said == "Velg --fresh eller --resume: de kan ikke brukes sammen.\n"


def test_a_build_can_be_told_in_english(command, capsys):
    assert run(command, "--only", "zones", "--lang", "en") == 0
    assert "zones: This is the municipality's own" in capsys.readouterr().out


def test_ctrl_c_is_answered_with_what_to_do_and_no_pack(command, tmp_path, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("layers.sources.install.write_pack", interrupted)
    assert run(command, "--only", "zones") == 130
    assert capsys.readouterr().err.splitlines()[-1].startswith("Avbrutt.")
    assert not any("pakke" in path.name for path in tmp_path.iterdir())


def test_a_full_disk_is_said_of_the_place_that_was_asked_for(
    command, tmp_path, monkeypatch, capsys
):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("geo.pack.write.pyogrio.write_dataframe", full)
    assert run(command, "--only", "stations") == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"Resultatet kan ikke lagres i «{tmp_path / 'pakke'}».")
    assert "at disken har plass" in said
    assert not any("pakke" in path.name or "draft" in path.name for path in tmp_path.iterdir())


def test_json_is_the_only_thing_on_standard_output(command, capsys):
    assert run(command, "--json") == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["municipality_no"] == world.NUMBER
    assert "eiendomsteiger: 30 av 30 objekter" in captured.err


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("9999", "Kartverket kjenner ingen kommune med nummer 9999."),
        ("301", "«301» er ikke et kommunenummer."),
        ("3030", "Kommunenummer 3030 gjelder ikke lenger. Bruk 3205."),
    ],
)
def test_a_number_that_is_none_is_said_in_one_sentence(command, tmp_path, capsys, number, sentence):
    assert run(command, number=number) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "spør" not in line]
    assert len(said) == 1
    assert said[0].startswith(sentence)
    assert not (tmp_path / "pakke").exists()


@pytest.mark.parametrize("arguments", [["--only", "tull"], ["--services", "finnes-ikke.toml"]])
def test_a_choice_that_is_none_is_said_in_one_sentence(command, tmp_path, capsys, arguments):
    assert run(command, *arguments) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert ("tull" in err) or ("finnes-ikke" in err)
    assert not (tmp_path / "pakke").exists()


def test_without_the_municipality_there_is_no_pack(command, country, tmp_path, capsys):
    country.broken = {"kommuneinfo"}
    assert run(command) == 2
    assert "HTTP 500" in capsys.readouterr().err
    assert not (tmp_path / "pakke").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(command, tmp_path, capsys):
    (tmp_path / "pakke").mkdir()
    (tmp_path / "pakke" / "bilde.png").write_bytes(b"1")
    assert run(command) == 2
    assert "annet enn en datapakke" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "pakke").iterdir()] == ["bilde.png"]


def test_an_older_pack_is_replaced_and_what_lay_beside_it_is_kept(command, tmp_path):
    assert run(command, "--only", "stations") == 0
    (tmp_path / "pakke" / "strategy.toml").write_text("", encoding="utf-8")
    before = read_pack(tmp_path / "pakke").sha256
    assert run(command) == 0
    after = read_pack(tmp_path / "pakke")
    assert after.sha256 != before
    assert after.has("parcels")
    assert (tmp_path / "pakke" / "strategy.toml").exists()
    assert sorted(path.name for path in tmp_path.iterdir() if "pakke" in path.name) == ["pakke"]


def test_fresh_asks_for_everything_again_and_otherwise_nothing_is(command, country):
    assert run(command) == 0
    first = len(country.asked)
    assert run(command) == 0
    assert len(country.asked) == first
    assert run(command, "--fresh") == 0
    assert len(country.asked) == 2 * first


def test_a_build_that_is_killed_leaves_no_pack_and_goes_on_where_it_was(command, country, tmp_path):
    country.drip_s = 0.01
    arguments = [sys.executable, "-m", "layers.build", "--municipality", world.NUMBER, *command]
    process = subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, text=True)  # noqa: S603
    for line in process.stderr:
        if "10 av 30" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stderr.close()
    assert not (tmp_path / "pakke").exists()
    country.drip_s = 0.0
    time.sleep(0.1)  # until the server has seen that its client is gone
    before = len(country.asked)
    assert run(command) == 0
    assert len(read_pack(tmp_path / "pakke").layer("parcels")) == 30
    later = [asked for asked in country.asked[before:] if "/teig" in asked.path]
    assert [asked.query.get("startindex") for asked in later] == ["10", "20", "30"]


def test_a_disk_that_fails_while_the_pack_is_written_leaves_the_old_one(
    command, tmp_path, monkeypatch, capsys
):
    assert run(command, "--only", "stations") == 0
    before = read_pack(tmp_path / "pakke").sha256

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("layers.sources.install.write_pack", full)
    assert run(command) == 2
    assert "kan ikke lagres" in capsys.readouterr().err
    assert read_pack(tmp_path / "pakke").sha256 == before
    assert sorted(path.name for path in tmp_path.iterdir() if "pakke" in path.name) == ["pakke"]


def test_the_example_in_the_documents_brings_plans_in_from_a_file(country, tmp_path):
    document = (ROOT / "docs/services.md").read_text(encoding="utf-8")
    example = document.partition("```toml\n")[2].partition("```")[0]
    services = SERVICES.format(url=country.url).partition('[[services]]\nid = "planer"')[0]
    (tmp_path / "mine.toml").write_text(services + example, encoding="utf-8")
    plans = world.frame(
        world.boxes(3),
        lokalId=["a", "b", "c"],
        arealformål=["1340", "1300", "1169"],
        utnyttingstype=["16", "18", "16"],
        utnyttingstall=["43", "104", None],
    )
    plans.to_file(
        tmp_path / f"reguleringsplaner_{world.NUMBER}.gml",
        driver="GML",
        layer="RpArealformålOmråde",
    )
    arguments = ["--services", str(tmp_path / "mine.toml"), "--work", str(tmp_path / "svar")]
    assert run([*arguments, "--out", str(tmp_path / "pakke")], "--only", "plan_areas") == 0
    found = read_pack(tmp_path / "pakke").layer("plan_areas")
    assert list(found["land_use_code"]) == ["1340", "1300", "1169"]
    assert list(found["utilisation_type"]) == [16, 18, 16]
    assert found["utilisation_value"].isna().tolist() == [False, False, True]


def test_every_service_of_the_catalogue_can_be_asked_or_says_why_not():
    catalogue = catalogues.read()
    for one in catalogue.services:
        assert one.source
        if one.layer is not None and one.type == "none":
            assert f"build.why_{one.why}" in i18n.texts("nb")
        elif one.layer is not None:
            assert one.url.startswith("https://")
            assert one.licence
            assert one.accuracy


def test_a_file_of_services_takes_the_place_of_the_built_in_ones_for_its_layers(tmp_path):
    (tmp_path / "mine.toml").write_text(
        '[[services]]\nid = "mine"\nlayer = "parcels"\ntype = "file"\nurl = "p.gpkg"\n'
        'source = "Vår"\n[services.columns]\nparcel_id = "nr"\n',
        encoding="utf-8",
    )
    catalogue = catalogues.read(tmp_path / "mine.toml")
    assert [one.url for one in catalogue.of("parcels")] == [str(tmp_path / "p.gpkg")]
    assert catalogue.of("stations") == catalogues.read().of("stations")
    assert catalogue.renumbered["3030"] == "3205"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[[services]]\nid = "x"', "source"),
        ('[[services]]\nid = "x"\nsource = "y"\ntype = "tull"', "type"),
        ('[[services]]\nid = "x"\nsource = "y"\ntype = "file"\nlayer = "tull"', "tull"),
        ('[[services]]\nid = "x"\nsource = "y"\ntype = "file"\nlaget = "z"', "laget"),
        ("[policy]\nattempts = 0", "attempts"),
        ("dette er ikke TOML", "linje 1"),
    ],
)
def test_a_file_of_services_with_a_slip_is_said_where(tmp_path, capsys, text, reason):
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    assert run(["--services", str(tmp_path / "mine.toml")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Tjenestefilen")
    assert reason in err
    assert err.count("\n") == 1
