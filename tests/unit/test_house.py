"""The layers keep their direction, and nothing is fetched from public networks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCREEN = {"streamlit", "folium", "streamlit_folium", "branca", "altair"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def files(pattern):
    found = sorted(ROOT.glob(pattern))
    assert found, pattern
    return found


@pytest.mark.parametrize("path", files("geo/**/*.py"), ids=lambda path: path.name)
def test_geo_knows_neither_the_screen_nor_the_layers_above(path):
    assert set(imported(path)) & (SCREEN | {"layers", "pages", "app"}) == set()


@pytest.mark.parametrize("path", files("layers/**/*.py"), ids=lambda path: path.name)
def test_layers_do_not_know_the_pages(path):
    assert set(imported(path)) & {"pages", "app"} == set()


@pytest.mark.parametrize("path", [ROOT / "app.py", *files("pages/*.py")], ids=lambda p: p.name)
def test_a_page_holds_widgets_only(path):
    assert set(imported(path)) <= {"streamlit", "layers"}


@pytest.mark.parametrize("path", files("pages/*.py"), ids=lambda path: path.name)
def test_a_page_file_has_an_ascii_name_since_it_is_an_address(path):
    assert path.name.isascii()


@pytest.mark.parametrize("path", files("layers/**/*.py"), ids=lambda path: path.name)
def test_caches_stand_in_one_place(path):
    text = path.read_text(encoding="utf-8")
    assert path.name == "cache.py" or "@st.cache_" not in text


def test_vendored_leaflet_is_the_version_that_folium_expects_and_has_its_licence():
    script = (ROOT / "static/vendor/leaflet/leaflet.js").read_text(encoding="utf-8")
    assert "Leaflet 1.9.3" in script[:200]
    licence = (ROOT / "static/vendor/leaflet/LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("BSD 2-Clause")
