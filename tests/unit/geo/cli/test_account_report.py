"""`python -m geo account-report`: the file, the figures, an id, and one sentence of refusal."""

from __future__ import annotations

import json

import pytest

from geo.__main__ import main
from geo.ledger.store import Ledger
from tests.support import ownpacks, worddocs

BY = {"author": "Kari Planlegger", "reason": "Vedtatt"}


@pytest.fixture(autouse=True)
def pack(tmp_path, monkeypatch):
    worddocs.dots_for_pictures(monkeypatch)
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(tmp_path / "pakke"))
    return ownpacks.own_pack(tmp_path / "pakke")


@pytest.fixture
def url(tmp_path, pack):
    found = f"sqlite:///{tmp_path / 'liste.sqlite'}"
    ledger = Ledger.open(found, pack.municipality_no)
    ledger.seed(pack.layer("projects"), **BY)
    ledger.close()
    return found


def run(capsys, *arguments):
    code = main(["account-report", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_file_opens_and_bears_the_id_that_the_command_says(capsys, tmp_path):
    path = tmp_path / "regnskap.docx"
    code, out, err = run(capsys, "--out", path)
    assert (code, err) == (0, "")
    document = worddocs.opened(path.read_bytes())
    assert document.core_properties.identifier in out
    assert worddocs.headings(document)[5:7] == ["Øst", "Vest"]


def test_the_figures_can_be_had_without_a_file_and_in_either_language(capsys, tmp_path):
    code, out, err = run(capsys, "--json", "--building-buffer", 20)
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert said["parameters"]["building_buffer_m"] == 20
    assert said["municipality"]["land"]["reserve_m2"] == pytest.approx(50_000, rel=0.001)
    assert (said["since"], said["beregning"]["saved"]) == (None, False)
    code, _, _ = run(capsys, "--out", tmp_path / "a.docx", "--lang", "en")
    assert code == 0
    document = worddocs.opened((tmp_path / "a.docx").read_bytes())
    assert worddocs.headings(document)[0] == "Summary"


def test_saved_it_is_made_again_from_its_id_after_the_list_has_changed(capsys, tmp_path, url, pack):
    options = ("--ledger", url, "--since", "embedded")
    _, out, _ = run(capsys, *options, "--save", "--json")
    first = json.loads(out)
    name = first["beregning"]["id"]
    ledger = Ledger.open(url, pack.municipality_no)
    ledger.add({"name": "Nytt", "jobs": 900, "effect": "counts", "zone_id": "vest"}, None, **BY)
    ledger.close()
    path = tmp_path / "igjen.docx"
    code, out, err = run(capsys, "--beregning", name, "--ledger", url, "--json", "--out", path)
    again = json.loads(out)
    assert (code, err) == (0, "")
    assert again["beregning"]["same"]
    for part in ("zones", "municipality", "parameters", "since"):
        assert again[part] == first[part]
    said = [one.text for one in worddocs.opened(path.read_bytes()).paragraphs]
    assert any(f"Beregnings-id {name} er lagret" in one for one in said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--out"),
        (["--out", "regnskap.pdf"], ".docx"),
        (["--out", "/finnes/ikke/regnskap.docx"], "kan ikke lagres"),
        (["--json", "--since", "20200101T000000Z-00000000"], "Det finnes ingen versjon"),
        (["--json", "--save"], "--ledger"),
        (["--json", "--beregning", "abcd2345", "--since", "embedded"], "--since"),
        (["--json", "--max-utilisation", "7"], "--max-utilisation"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(capsys, arguments, words):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
