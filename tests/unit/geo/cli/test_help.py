"""The help of every command is plain, and in the language that was asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from geo.__main__ import COMMANDS, main
from layers import build
from layers.publish import __main__ as publish

PATHS = [[], *([one] for one in {path[0] for path in COMMANDS})] + [
    [one for one in path if one] for path in COMMANDS if path[1]
]
# What argparse says by itself, and what stands for a value in English.
ENGLISH = (
    "usage:",
    "options:",
    "positional",
    "optional",
    "show this",
    "FILE",
    "NAME",
    "DIR",
    "SITES",
)
NORWEGIAN = ("bruk:", "valg:", "vis denne", "FIL ", "NAVN", "MAPPE", "OMRÅDE")
CODE = ("{", "}", "option_strings", "%%", "%(", "None", "==SUPPRESS==")


def helped(run, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("path", sorted(PATHS), ids=" ".join)
def test_help_is_plain_and_in_one_language(path, language, capsys, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_LANG", language)
    said = helped(main, path, capsys)
    for one in (*CODE, *(ENGLISH if language == "nb" else NORWEGIAN)):
        assert one not in said
    headings = [line for line in said.splitlines() if line.endswith(":") and line[:1] != " "]
    assert len(headings) == len(set(headings))
    assert said.startswith("bruk:" if language == "nb" else "usage:")


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("run", [build.main, publish.main])
def test_the_other_programs_help_in_one_language_too(run, language, capsys, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_LANG", language)
    said = helped(run, [], capsys)
    for one in (*CODE, *(ENGLISH if language == "nb" else NORWEGIAN)):
        assert one not in said


@pytest.mark.parametrize(("module", "name"), sorted(set(COMMANDS.values())), ids="-".join)
def test_every_command_that_help_names_is_there(module, name):
    assert callable(getattr(import_module(f"geo.cli.{module}"), name))


def test_a_command_loads_no_other_command():
    # Each worker process of `distribute` loads it too.
    asked = (
        "import sys, geo.__main__, geo.cli.distribute; "
        "print(*{'sqlalchemy', 'openpyxl', 'networkx', 'dask', 'geo.cli.pack'} & {*sys.modules})"
    )
    found = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", asked], capture_output=True, check=True, text=True
    )
    assert found.stdout.split() == []
