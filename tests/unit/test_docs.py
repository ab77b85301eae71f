"""What the documents name is there: files, functions, commands, links, settings."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from geo import settings
from geo.intake.job import PREFIX, Limits

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        *(
            ROOT / name
            for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")
        ),
        *ROOT.glob("docs/*.md"),
    ]
)
# Made on the reader's machine, and in no repository.
MADE = {"static/made", ".streamlit/secrets.toml"}
MOST_ROWS = 19

PATH = re.compile(r"[\w.*/-]+")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"python -m ((?:geo|layers|data|tests)[\w.]*)")
SETTING = re.compile(r"NAERINGSAREAL_[A-Z_]*[A-Z]")


def text(document):
    return document.read_text(encoding="utf-8")


def quoted(document):
    return re.findall(r"`([^`\n]+)`", FENCED.sub("", text(document)))


def paths(document):
    """Paths in backticks, each with the name after its colon, or none."""
    top = {path.name for path in ROOT.iterdir()}
    for words in quoted(document):
        path, _, name = words.partition(":")
        path = path.rstrip("/")
        code = "/" in path and path.endswith(".py")
        if PATH.fullmatch(path) and (code or path.partition("/")[0] in top):
            yield path, name


def names(path):
    """Functions, constants and classes of a module, and the parts of a class with its name."""
    for node in ast.parse(text(path)).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield node.target.id
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from (
                f"{node.name}.{part.name}"
                for part in node.body
                if isinstance(part, ast.FunctionDef)
            )


@cache
def anchors(document):
    """Headings as GitHub makes addresses of them."""
    heads = re.findall(r"^#+ (.*)$", FENCED.sub("", text(document)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def rows_under(head, document):
    after = text(document).partition(f"\n{head}\n")[2].splitlines()[1:]
    end = next((at for at, line in enumerate(after) if not line.startswith("|")), len(after))
    return after[:end]


each = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


@each
def test_every_path_is_there(document):
    missing = [path for path, _ in paths(document) if path not in MADE and not any(ROOT.glob(path))]
    assert missing == []


@each
def test_every_function_stands_in_the_file_that_it_is_said_to_stand_in(document):
    missing = [
        f"{path}:{name}"
        for path, name in paths(document)
        if name and name not in set(names(ROOT / path))
    ]
    assert missing == []


@each
def test_every_module_that_is_run_is_there(document):
    modules = set(COMMAND.findall(text(document)))
    assert [one for one in sorted(modules) if importlib.util.find_spec(one) is None] == []


@each
def test_every_link_between_documents_leads_somewhere(document):
    broken = []
    for link in LINK.findall(FENCED.sub("", text(document))):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_table_of_where_to_look_can_be_read_at_a_glance():
    rows = rows_under("| to change | look in |", ROOT / "CONTRIBUTING.md")
    assert 0 < len(rows) <= MOST_ROWS
    assert all(re.search(r"`[^`]+`", row) for row in rows)


def test_every_page_is_in_the_tables_of_pages():
    files = ["app.py", *(f"pages/{path.name}" for path in ROOT.glob("pages/*.py"))]
    listed = [path for path, _ in paths(ROOT / "ARCHITECTURE.md")]
    assert [file for file in files if file not in listed] == []
    pages = rows_under("| page | what a planner does there |", ROOT / "README.md")
    assert len(pages) == len(files)


def test_every_room_is_in_the_architecture():
    named = {path for path, _ in paths(ROOT / "ARCHITECTURE.md")}
    rooms = {
        f"{top}/{path.parent.name}"
        for top in ("geo", "layers")
        for path in (ROOT / top).glob("*/__init__.py")
    }
    assert sorted(rooms - named) == []


def test_every_setting_is_told_and_no_other():
    code = [
        path
        for pattern in ("geo/**/*.py", "layers/**/*.py", "data/**/*.py")
        for path in ROOT.glob(pattern)
    ]
    read = {name for path in code for name in SETTING.findall(text(path))}
    read |= {settings.FILE_VARIABLE, *map(settings.variable, settings.Settings.model_fields)}
    told = set(SETTING.findall(text(ROOT / "docs/settings.md")))
    limits = PREFIX.rstrip("_")  # one by one in the next test
    assert {one for one in read if not one.startswith(limits)} == {
        one for one in told if not one.startswith(limits)
    }


def test_the_table_of_settings_is_what_the_program_reads():
    rows = rows_under(
        "| variable | in the file | can be | without it | what it decides |",
        ROOT / "docs/settings.md",
    )
    told = {cells[1].strip("`"): cells for cells in map(cells_of, rows)}
    limits = {f"limit_{limit.name}": limit.default for limit in fields(Limits)}
    for name, field in settings.Settings.model_fields.items():
        variable, _, allowed, usual, meaning = told.pop(name)
        assert variable == f"`{settings.variable(name)}`"
        assert allowed == settings.allowed(name).say("en")
        if name in limits:
            assert usual == str(limits[name])
        elif field.default not in (None, ""):
            assert usual == f"`{'false' if field.default is False else field.default}`"
        assert usual
        assert meaning
    assert told == {}


def cells_of(row):
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_example_of_a_settings_file_has_every_setting_and_can_be_read(tmp_path, monkeypatch):
    example = text(ROOT / "deploy/naeringsareal.toml")
    keys = re.findall(r"^#? ?(\w+) = ", example, re.MULTILINE)
    assert sorted(keys) == sorted(settings.Settings.model_fields)
    whole = tmp_path / "naeringsareal.toml"
    whole.write_text(re.sub(r"^# (\w+ = )", r"\1", example, flags=re.MULTILINE), encoding="utf-8")
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(settings.variable(name), raising=False)
    monkeypatch.setenv(settings.FILE_VARIABLE, str(whole))
    before = dict(os.environ)
    try:
        read = settings.load()
    finally:
        os.environ.clear()
        os.environ.update(before)
    limits = {f"limit_{limit.name}": limit.default for limit in fields(Limits)}
    assert {name: getattr(read, name) for name in limits} == limits


def test_every_limit_is_told_as_it_is():
    rows = rows_under(
        "| after `NAERINGSAREAL_LIMIT_` | what is limited | usual |", ROOT / "docs/settings.md"
    )
    told = {}
    for row in rows:
        name, _, usual = (cell.strip() for cell in row.strip("|").split("|"))
        told[name.strip("`").lower()] = int(usual.replace(" ", ""))
    assert told == {limit.name: limit.default for limit in fields(Limits)}
