"""Fetches in the background: what is asked, how they end, and what a server keeps."""

from __future__ import annotations

import subprocess
import sys

import pytest

from geo.i18n import LANGUAGES
from layers.own_data.official import job
from layers.own_data.official.job import AskState, Fetch, Fetches, FetchState
from layers.sources import services as catalogues
from tests import PATIENCE_S
from tests.services.test_build import SERVICES, Country
from tests.support import world
from tests.support.errors import raising
from tests.support.hostile import playing


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with playing(Country()) as (url, _):
        file = tmp_path / "tjenester.toml"
        file.write_text(SERVICES.format(url=url), encoding="utf-8")
        monkeypatch.setenv(job.SERVICES_VARIABLE, str(file))
        yield job.read_catalogue()


def test_finds_are_never_asked_for_without_their_coverage(catalogue):
    pair = ("constraints", "constraint_coverage")
    assert job.needed_with(["constraints"], catalogue) == pair
    assert job.needed_with(["constraint_coverage"], catalogue) == pair
    assert job.needed_with(["stations", "parcels"], catalogue) == ("parcels", "stations")


def test_only_what_a_service_gives_can_be_had(catalogue):
    assert job.to_be_had(catalogue) == (
        *("municipality", "parcels", "constraints", "constraint_coverage", "stations"),
    )


def test_a_fetch_ends_with_a_pack_and_a_report_in_each_language(catalogue):
    fetch = Fetch(catalogue, world.NUMBER, ["stations"])
    assert fetch.wait(PATIENCE_S)
    assert fetch.state is FetchState.DONE
    assert [(one.service.id, one.state, one.kept) for one in fetch.asked] == [
        ("kommuneinfo", AskState.DONE, 1),
        ("stopp", AskState.DONE, 1),
    ]
    assert (fetch.pack / "pack.gpkg").is_file()
    for language in LANGUAGES:
        assert fetch.report(language)["municipality_no"] == world.NUMBER
    folder = fetch.folder
    fetch.close()
    assert not folder.exists()


def test_what_asks_the_services_is_not_told_the_ledgers_password(catalogue, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", "postgresql://kart:hemmelig-7351@db/areal")
    started = []
    begin = subprocess.Popen
    monkeypatch.setattr(
        job.subprocess,
        "Popen",
        lambda command, **more: started.append((command, more["env"])) or begin(command, **more),
    )
    fetch = Fetch(catalogue, world.NUMBER, ["stations"])
    assert fetch.wait(PATIENCE_S)
    assert fetch.state is FetchState.DONE
    fetch.close()
    assert started
    assert "hemmelig-7351" not in str(started)


def test_a_fetch_of_no_municipality_says_why_in_each_language(catalogue):
    fetch = Fetch(catalogue, "9999", ["stations"])
    assert fetch.wait(PATIENCE_S)
    assert fetch.state is FetchState.FAILED
    assert fetch.reason["nb"].startswith("Kartverket kjenner ingen kommune med nummer 9999.")
    assert fetch.reason["en"] != fetch.reason["nb"]
    assert [one.state for one in fetch.asked] == [AskState.FAILED, AskState.WAITING]
    assert fetch.asked[0].reason == fetch.reason
    fetch.close()


def test_a_process_that_breaks_down_is_told_in_a_sentence(catalogue, monkeypatch):
    monkeypatch.setattr(job.worker, "__name__", "finnes.ikke")
    fetch = Fetch(catalogue, world.NUMBER, ["stations"])
    assert fetch.wait(PATIENCE_S)
    assert fetch.state is FetchState.FAILED
    assert fetch.reason["nb"].startswith("Hentingen stoppet uventet (")
    fetch.close()


def test_a_key_is_no_good_to_another_person(catalogue):
    fetches = Fetches()
    fetch = fetches.start("k", "Kari", catalogue, world.NUMBER, ["stations"])
    assert fetches.of("k", "Kari") is fetch
    assert fetches.of("k", "Ola") is None
    assert fetches.start("k", "Kari", catalogue, world.NUMBER, ["parcels"]) is fetch
    fetches.close()
    assert fetches.of("k", "Kari") is None


def test_a_server_takes_so_many_and_keeps_so_many(catalogue):
    fetches = Fetches(most_running=1, most_kept=2)
    first = fetches.start("1", "Kari", catalogue, world.NUMBER, ["stations"])
    with raising("error.fetch_busy"):
        fetches.start("2", "Kari", catalogue, world.NUMBER, ["stations"])
    for key in ("2", "3"):
        first.stop()
        assert first.wait(PATIENCE_S)
        first = fetches.start(key, "Kari", catalogue, world.NUMBER, ["stations"])
    assert [fetches.of(key, "Kari") is not None for key in "123"] == [False, True, True]
    fetches.close()


def test_what_asks_the_services_knows_nothing_of_the_screen():
    program = (
        "import sys, layers.own_data.official.worker as one;"
        "assert not {'streamlit', 'folium'} & set(sys.modules), one"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603  # our own program


def test_without_a_file_of_services_the_built_in_ones_are_asked(monkeypatch):
    monkeypatch.delenv(job.SERVICES_VARIABLE, raising=False)
    assert job.read_catalogue() == catalogues.read()
