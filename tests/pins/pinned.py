"""All that is kept: each pin by its name, how it is made, and the file in which it is expected."""

from __future__ import annotations

from pathlib import Path

from tests.pins import commands, pages

EXPECTED = Path(__file__).parent / "expected"
PINS = commands.pins() | pages.pins()


def expected_file(name):
    return EXPECTED / f"{name}.txt"


def read(path):
    return path.read_bytes().decode("utf-8")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
