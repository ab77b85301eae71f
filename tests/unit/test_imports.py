"""Every module can be imported, and every page read, with warnings as errors, on this Python."""

from __future__ import annotations

import importlib

import pytest

from tests.unit.test_house import PAGES, ROOT, files, where

BY_ALEMBIC = ROOT / "geo" / "ledger" / "migrations" / "env.py"  # which runs it itself
MODULES = [
    one for one in files("geo/**/*.py", "layers/**/*.py", "data/**/*.py") if one != BY_ALEMBIC
]
SCRIPTS = (*PAGES, BY_ALEMBIC, *files("tests/**/*.py"))


def module(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("name", [module(path) for path in MODULES])
def test_a_module_is_imported(name):
    importlib.import_module(name)


@pytest.mark.parametrize("path", SCRIPTS, ids=where)
def test_what_is_no_module_is_read(path):
    compile(path.read_bytes(), str(path), "exec")
