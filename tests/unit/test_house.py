"""What keeps the house in order beside the floors, which `make lint` holds by import-linter."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.conftest import LONG

ROOT = Path(__file__).parents[2]
MOST_MODULES = 20  # in a folder; more is a shelf that nobody looks through


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def files(*patterns):
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    assert found, patterns
    return found


PAGES = files("app.py", "pages/*.py")
MODULES = files("geo/**/*.py", "layers/**/*.py")


def where(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=where)
def test_a_page_holds_widgets_only(path):
    assert set(imported(path)) <= {"streamlit", "layers"}


@pytest.mark.parametrize("path", PAGES, ids=where)
def test_a_page_imports_everything_in_one_place_before_all_else_of_ours(path):
    # Two pages that import different ends of one circle at the same moment wait for each other.
    names = [
        alias.name if isinstance(node, ast.Import) else node.module
        for node in tree(path).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    ours = [name for name in names if name.partition(".")[0] == "layers"]
    assert ours[0] == "layers.whole"


def test_no_module_knows_the_pages():
    # The linter cannot say so: pages are scripts, not a package.
    assert [where(path) for path in MODULES if {"pages", "app"} & set(imported(path))] == []


def test_a_field_for_a_number_says_how_it_is_written():
    # Streamlit's own way is «0.00», a decimal point in every language and false precision.
    bare = [
        f"{where(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", None) == "number_input"
        and "format" not in {keyword.arg for keyword in node.keywords}
    ]
    assert bare == []


@pytest.mark.parametrize("path", PAGES, ids=where)
def test_a_page_file_has_an_ascii_name_since_it_is_an_address(path):
    assert path.name.isascii()


def test_caches_stand_in_one_place():
    caching = [where(p) for p in MODULES if "st.cache_" in p.read_text(encoding="utf-8")]
    assert caching == ["layers/app/cache.py"]


def test_no_folder_holds_more_modules_than_one_looks_through():
    counts = Counter(where(path.parent) for path in MODULES if path.name != "__init__.py")
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_no_public_class_name_stands_twice():
    homes = defaultdict(list)
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(where(path))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_vendored_leaflet_is_the_version_that_folium_expects_and_has_its_licence():
    script = (ROOT / "static/vendor/leaflet/leaflet.js").read_text(encoding="utf-8")
    assert "Leaflet 1.9.3" in script[:200]
    licence = (ROOT / "static/vendor/leaflet/LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("BSD 2-Clause")


def test_what_is_said_to_take_long_is_there():
    assert [name for name in LONG if not (ROOT / name).is_file()] == []
