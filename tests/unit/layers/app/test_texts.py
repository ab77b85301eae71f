"""Every text exists in both languages, says the same things, and is used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from geo import i18n, jobs
from geo.growth.rule import Verdict
from geo.schema import layers as schema
from geo.schema.manifest import BADGES
from layers import strategy
from layers.app import shell, style, texts
from layers.app.texts import plain
from layers.widgets.legend import CLASSES
from tests.support.reading import embedded

ROOT = Path(__file__).parents[4]
SOURCES = [
    ROOT / "app.py",
    *sorted(ROOT.glob("pages/*.py")),
    *sorted(ROOT.glob("layers/**/*.py")),
    *sorted(ROOT.glob("geo/**/*.py")),
]
# A text is asked for by its id written out, or with its last part filled in: t(f"legend.{kind}").
WRITTEN_OUT = re.compile(r"""["']([a-z_]+\.[a-z_0-9.]+)["']""")
BEGUN = re.compile(r"""f["']([a-z_]+\.[a-z_.]*)\{|term\(["']([a-z_]+)["']""")

PREFIXES = {
    "abc.": schema.ABC_CLASSES,
    "badge.": BADGES,
    "basis.": (jobs.GIVEN, jobs.FLOOR_AREA, jobs.UNKNOWN),
    "effect.": schema.EFFECTS,
    "layer.": tuple(schema.LAYERS),
    "mark.": ("S", "A"),
    "rule.answer.": tuple(Verdict),
    "verdict.": tuple(Verdict),
}


def entries(language):
    path = i18n.CATALOGUES / language / "LC_MESSAGES" / "naeringsareal.po"
    with path.open("rb") as file:
        return [message for message in read_po(file, abort_invalid=True) if message.id]


def ids(language):
    return {msgid(message) for message in entries(language)}


def msgid(message):
    return message.id[0] if message.pluralizable else message.id


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts():
    assert ids("nb") == ids("en")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_text_is_empty_or_marked_as_unsure(language):
    for message in entries(language):
        forms = message.string if message.pluralizable else [message.string]
        assert all(forms), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_id_stands_twice(language):
    path = i18n.CATALOGUES / language / "LC_MESSAGES" / "naeringsareal.po"
    found = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(found) == sorted(set(found))


def test_both_languages_fill_in_the_same_things():
    english = i18n.texts("en")
    differing = [
        msgid
        for msgid, text in i18n.texts("nb").items()
        if placeholders(text) != placeholders(english[msgid])
    ]
    assert differing == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_text_for_one_is_another_and_fills_in_the_same_things(language):
    two_forms = [message for message in entries(language) if message.pluralizable]
    assert len(two_forms) > 40
    for message in two_forms:
        deciding = message.id[1]
        one, more = message.string
        assert one != more, message.id
        assert deciding in placeholders(more), message.id
        # «Den beste» need not be called the 1 best, nor «1 av dem» be said of one project.
        spared = {deciding, "known"} if message.id[0] == "rule.undated" else {deciding}
        assert placeholders(more) - spared <= placeholders(one) <= placeholders(more), message.id


FILE_ENDINGS = (".toml", ".py", ".po", ".gpkg", ".json", ".js")


def test_every_text_that_the_code_asks_for_exists():
    known = ids("nb")
    families = {msgid.split(".")[0] for msgid in known}
    asked = {
        (msgid, source.name)
        for source in SOURCES
        for msgid in WRITTEN_OUT.findall(source.read_text(encoding="utf-8"))
        if msgid.split(".")[0] in families and not msgid.endswith(FILE_ENDINGS)
    }
    assert len(asked) > 100
    assert {(msgid, name) for msgid, name in asked if msgid not in known} == set()


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_every_coded_value_has_its_word(prefix):
    assert [value for value in PREFIXES[prefix] if f"{prefix}{value}" not in ids("nb")] == []


def test_every_kind_on_a_legend_and_every_page_has_its_words():
    pages = [f"page.{page}.{part}" for page in shell.PAGES for part in ("link", "title", "lead")]
    legend = [kind if kind in CLASSES else f"legend.{kind}" for kind in style.STYLES]
    assert set(pages + legend) - ids("nb") == set()


def test_every_text_is_used_somewhere():
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    begun = {first or f"{second}." for first, second in BEGUN.findall(source)}
    unused = [
        msgid
        for msgid in ids("nb")
        if msgid not in source and not any(msgid.startswith(prefix) for prefix in begun)
    ]
    assert unused == []


def test_the_coded_values_of_the_embedded_pack_have_words():
    pack = embedded()
    asked = {f"zone_type.{kind}" for kind in pack.layer("zones")["zone_type"]}
    asked |= {f"status.{status}" for status in pack.layer("projects")["status"]}
    plan = strategy.read(pack)
    asked |= {f"un_goal.{goal}" for area in plan.parts("focus_areas") for goal in area["un_goals"]}
    assert asked - ids("nb") == set()


def test_text_from_a_file_cannot_become_markdown():
    assert plain("**[x](javascript:alert(1))** <b> :red[x] `y` $z$") == (
        r"\*\*\[x\](javascript\:alert(1))\*\* \<b\> \:red\[x\] \`y\` \$z\$"
    )


@pytest.mark.parametrize(
    ("written", "english"),
    [
        (
            "Første innhold, fra datapakken bygd 2026-11-23.",
            i18n.say("ledger.seed_reason", "en", built="2026-11-23"),
        ),
        ("Vedtatt i kommunestyret", "Vedtatt i kommunestyret"),  # a person's own words
    ],
)
def test_what_the_program_wrote_in_norwegian_is_said_again_in_english(
    monkeypatch, written, english
):
    monkeypatch.setattr(texts, "language", lambda: "en")
    assert texts.again("ledger.seed_reason", written) == english


@pytest.mark.parametrize("name", ["min_fil.gpkg", "a\\_b\\", "**<b>** $x$ [a](b) `c`\n~d~"])
def test_what_is_escaped_for_markdown_is_spoken_as_it_was(name):
    assert texts.unescaped(texts.plain(name)) == name
