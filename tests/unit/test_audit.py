"""`make audit`: a hole fails, one that is let be does not, and silence is never called safety."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 30)
HOLE = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-7"], "fix_versions": ["2.1"]}
SILENCE = "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='pypi.org', port=443)"


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for the types of their fields
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def answer(*packages):
    return json.dumps({"dependencies": list(packages), "fixes": []})


def package(name, *holes):
    return {"name": name, "version": "2.0", "vulns": list(holes)}


def skipped(name):
    return {"name": name, "skip_reason": f"Dependency not found on PyPI: {name} (2.0)"}


def line(until, *, id_="PYSEC-2026-1", name="jinja2", why="malene er våre egne"):
    return f'[[allowed]]\nid = "{id_}"\npackage = "{name}"\nwhy = "{why}"\nuntil = {until}\n'


@pytest.fixture
def run(audit, tmp_path, capsys):
    """Run the program with a pip-audit that answers as told; gives the exit code and what it said.

    The allowances are dated by today's date of the machine, as in real use.
    """

    def doing(output="", errors="", allowed=""):
        stand_in = tmp_path / "pip-audit"
        (tmp_path / "out").write_text(output, encoding="utf-8")
        (tmp_path / "err").write_text(errors, encoding="utf-8")
        stand_in.write_text(f"#!/bin/sh\ncat {tmp_path}/out\ncat {tmp_path}/err >&2\nexit 1\n")
        stand_in.chmod(0o700)
        lines = tmp_path / "allowed.toml"
        lines.write_text(allowed, encoding="utf-8")
        code = audit.main(["--program", str(stand_in), "--allowed", str(lines)])
        told = capsys.readouterr()
        return code, told.out + told.err

    return doing


def from_today(days):
    return dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)


def test_nothing_known_passes_and_says_how_much_was_asked_about(run):
    code, said = run(answer(package("jinja2"), package("click")))
    assert code == 0
    assert "2 pakker kontrollert, 0 kjente hull" in said


def test_a_known_hole_fails_and_says_what_mends_it(run):
    code, said = run(answer(package("jinja2", HOLE), package("click")))
    assert code == 1
    assert "kjent hull i jinja2 2.0: PYSEC-2026-1, CVE-2026-7; rettet i 2.1" in said


@pytest.mark.parametrize(("id_", "name"), [("PYSEC-2026-1", "Jinja2"), ("CVE-2026-7", "jinja2")])
def test_a_hole_that_is_let_be_passes_by_either_id_and_says_until_when(run, id_, name):
    until = from_today(30)
    code, said = run(answer(package("jinja2", HOLE)), allowed=line(until, id_=id_, name=name))
    assert code == 0
    assert f"tillatt til {until}" in said


def test_a_line_lets_no_other_hole_and_no_other_package_be(run):
    other = HOLE | {"id": "PYSEC-2026-2", "aliases": []}
    allowed = line(from_today(30))
    assert run(answer(package("jinja2", HOLE, other)), allowed=allowed)[0] == 1
    assert run(answer(package("click", HOLE)), allowed=allowed)[0] == 1


@pytest.mark.parametrize("reached", [True, False])
def test_a_line_that_has_run_out_fails_whether_anybody_answers_or_not(run, reached):
    given = {"output": answer(package("click"))} if reached else {"errors": SILENCE}
    code, said = run(**given, allowed=line(from_today(-1)))
    assert code == 1
    assert "vurder hullet på nytt" in said


def test_a_line_holds_on_its_last_day(audit):
    assert audit.read_allowed(line(TODAY), TODAY)[1] == []
    assert audit.read_allowed(line(TODAY - dt.timedelta(days=1)), TODAY)[1] != []


@pytest.mark.parametrize(
    "wrong",
    [
        line("2036-01-01"),
        line('"snart"'),
        line("2026-12-01T00:00:00"),
        line("2026-12-31", why=" "),
        '[[allowed]]\nid = "PYSEC-2026-1"\n',
        "[[allowed]\n",
    ],
)
def test_a_line_that_cannot_be_held_to_is_wrong(audit, wrong):
    found, faults = audit.read_allowed(wrong, TODAY)
    assert found == []
    assert len(faults) == 1


def test_a_line_that_is_not_needed_is_told_and_fails_nothing(run):
    code, said = run(answer(package("click")), allowed=line(from_today(30)))
    assert code == 0
    assert "trengs ikke lenger" in said


@pytest.mark.parametrize("errors", [SILENCE, "ServiceError: 503", "ReadTimeout", "timed out"])
def test_silence_passes_and_is_called_what_it_is(run, errors):
    code, said = run(errors=errors)
    assert code == 0
    assert "rådgivningstjenesten svarer ikke; ikke kontrollert" in said
    assert "kjente hull" not in said


def test_packages_that_nobody_knows_anything_about_are_not_called_safe(run):
    # pip-audit itself says «No known vulnerabilities found», and ends with 0.
    code, said = run(answer(skipped("jinja2"), skipped("click")))
    assert code == 0
    assert "ikke kontrollert" in said
    assert "kjente hull" not in said


def test_what_was_not_answered_is_named(run):
    code, said = run(answer(skipped("jinja2"), package("click")))
    assert code == 0
    assert "uten svar, ikke kontrollert: jinja2" in said
    assert "1 pakker kontrollert" in said


def test_a_program_that_fails_for_another_reason_fails(run):
    code, said = run(errors="error: unrecognized arguments: --pins")
    assert code == 2
    assert "unrecognized" in said


def test_the_list_that_is_kept_can_be_read(audit):
    text = (ROOT / ".ci" / "audit-allowed.toml").read_text(encoding="utf-8")
    lines = tomllib.loads(text).get("allowed", [])
    # Whether a line has run out is for `make audit` to say, not for a test that passed yesterday.
    earliest = min((one["until"] for one in lines), default=TODAY)
    assert len(audit.read_allowed(text, earliest)[0]) == len(lines)


def test_every_package_in_use_is_asked_about_once_in_one_version(audit):
    asked = audit.pins([(ROOT / name).read_text(encoding="utf-8") for name in audit.PINNED])
    names = [one.split("==")[0] for one in asked]
    assert len(set(names)) == len(names)
    # One with an extra, one of the linters, one that only another package asks for.
    assert {"psycopg", "types-shapely", "starlette"} <= set(names)
