"""The user guide calls pages, buttons and headings what they are called on screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo import i18n
from layers.app import shell
from tests.screenshots import STORIES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/brukerveiledning.md").read_text(encoding="utf-8")
# Words that are quoted from the answers, names, and what is typed.
QUOTED = {"Heia", "90 %-regelen", "+ ukjent", "Ukjent", "ukjent"}


def said():
    """All Norwegian texts, with what is filled in as anything."""
    for text in i18n.texts("nb").values():
        parts = re.split(r"\{\w+\}", text)
        yield re.compile("(.+)".join(re.escape(part) for part in parts))


def named():
    prose = re.sub(r"`[^`]*`|!\[[^\]]*\]", "", GUIDE.replace("\n", " "))
    prose = re.sub(r"\*\*[^*]+\*\*", "", re.sub(r"\s+", " ", prose))
    return sorted({*re.findall(r"\*([^*]+)\*", prose), *re.findall(r"«([^»]+)»", prose)} - QUOTED)


PATTERNS = list(said())


@pytest.mark.parametrize("words", named())
def test_what_the_guide_names_stands_on_a_page(words):
    spaced = words.replace("\N{NO-BREAK SPACE}", " ")
    texts = [one for one in PATTERNS if one.pattern.replace("\\", "").strip("(.+)")]
    assert any(one.fullmatch(spaced) or one.fullmatch(spaced.capitalize()) for one in texts)


def test_every_story_of_the_screenshots_is_shown_in_it_and_no_other():
    shown = set(re.findall(r"screenshots/story-(\w+)\.webp", GUIDE))
    assert shown == set(STORIES)


def test_it_says_where_each_of_the_five_questions_is_answered():
    headings = re.findall(r"^## (\d)\. (.+)$", GUIDE, re.MULTILINE)
    assert [number for number, _ in headings] == list("12345")
    for page in ("reserve", "screening", "search", "data", "help", "layers", "method"):
        assert i18n.say(f"page.{page}.link", "nb") in GUIDE, page
    assert len(shell.PAGES) > 12
