"""Every figure on screen has formula, inputs, source and doubt, and they are those of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from geo import i18n
from geo.schema import layers as schema
from layers.app import explain

ROOT = Path(__file__).parents[4]
FIGURES = explain.all_of_them()
SHOWN = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("layers/**/*.py")]


def source(path):
    return path.read_text(encoding="utf-8")


def calls(name):
    """Calls of a method or function of this name in what is shown, with the file."""
    for path in SHOWN:
        for node in ast.walk(ast.parse(source(path))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == name:
                yield path.relative_to(ROOT).as_posix(), node


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_has_its_words(figure, language):
    said, row = i18n.texts(language), FIGURES[figure]
    needed = [
        row.name,
        *(f"figure.{figure}.{part}" for part in explain.PARTS),
        *(f"figure_rule.{one}" for one in row.rules),
        f"figure_certainty.{row.certainty}",
        f"method.{row.section}",
    ]
    assert [one for one in needed if not said.get(one)] == []
    assert row.rules


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_names_what_it_is_made_of_and_where(figure):
    row = FIGURES[figure]
    assert [one for one in row.layers if one not in schema.LAYERS] == []
    path, _, name = row.code.partition(":")
    tree = ast.parse(source(ROOT / path))
    for part in name.split("."):
        tree = next(
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part
        )
    assert f'anchor="{row.section}"' in source(ROOT / "pages/9_method.py")


def test_no_words_are_of_a_figure_that_is_not_there():
    told = {
        msgid.split(".")[1]
        for msgid in i18n.texts("nb")
        if re.fullmatch(r"figure\.\w+\.(formula|doubt|name)", msgid)
    }
    assert told == set(FIGURES)
    rules = {one.removeprefix("figure_rule.") for one in i18n.texts("nb") if "figure_rule." in one}
    assert rules == {rule for row in FIGURES.values() for rule in row.rules}


def test_every_figure_is_shown_somewhere_and_nothing_else_is():
    written = "\n".join(source(path) for path in SHOWN)
    assert [one for one in FIGURES if f'"{one}"' not in written] == []
    asked = {
        argument.value
        for _, call in calls("beside")
        for argument in ast.walk(call)
        if isinstance(argument, ast.Constant) and argument.value in FIGURES
    }
    assert asked
    for file, call in calls("beside"):
        first = [one for one in call.args if isinstance(one, ast.Constant)]
        assert {one.value for one in first} <= set(FIGURES), file


# One button tells of these, beside a row of them.
TOLD_TOGETHER = {"layers/zones.py": "zone_plots", "layers/strategy.py": "strategy_figures"}


def test_no_number_is_shown_without_its_button():
    bare = {
        file
        for file, call in calls("metric")
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "explain")
    }
    assert bare == {*TOLD_TOGETHER, "layers/app/explain.py"}
    for file, figure in TOLD_TOGETHER.items():
        assert f'beside("{figure}"' in source(ROOT / file)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_thresholds_in_the_words_are_those_of_the_calculation(language, monkeypatch):
    monkeypatch.setattr(explain.texts, "language", lambda: language)
    said = explain._said("search_score", "formula")
    assert "{" not in said
    assert "2000" in re.sub(r"[\s,]", "", said)
    for figure in FIGURES:
        for part in explain.PARTS:
            assert "{" not in explain._said(figure, part)
