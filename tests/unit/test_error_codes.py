"""Every code of an error has its text in both languages, with the parts it is raised with."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import NamedTuple

import pytest

from geo.errors import FieldError, JobsError, VersionError
from geo.i18n import LANGUAGES, Remark, say, texts

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for top in ("geo", "layers", "data") for path in ROOT.glob(f"{top}/**/*.py"))
CODE = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")

# Keywords that are no part of the text: whether to ask again, and when.
NOT_SAID = {"passing"}
FOR_CALLERS = {"error.service_busy": {"seconds"}}


class Raised(NamedTuple):
    """One place where an error is made; `open` where more parts may come from a mapping."""

    code: str
    family: str
    parts: frozenset[str]
    open: bool
    where: str


def _is_code(node):
    return isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)) is not None


def _family(call, classes):
    """The class that is made: by its name, or by its own `super().__init__`."""
    called = call.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    if name == "__init__":
        around = [one for one in classes if one.lineno <= call.lineno <= one.end_lineno]
        return around[-1].name if around else ""
    return name if name.endswith("Error") else ""


def _raised():
    for path in SOURCES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        for node in nodes:
            if isinstance(node, ast.Call) and node.args and _is_code(node.args[0]):
                family = _family(node, classes)
                names = {keyword.arg for keyword in node.keywords}
                if family:
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    parts = frozenset(names - {None} - NOT_SAID)
                    yield Raised(node.args[0].value, family, parts, None in names, where)


def _written_out():
    """All codes that stand in the source, in tables and as arguments too."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if _is_code(node) and node.value.startswith("error."):
                yield node.value


RAISED = list(_raised())
CODES = {one.code for one in RAISED}
ERRORS = sorted(msgid for msgid in texts("nb") if msgid.startswith("error."))

# What a function is given to raise, or a table holds, with what it is raised with there; the last
# is said without being raised.
HANDED_ON = {
    "error.ledger_unreachable": {"place"},
    "error.parameters_unreadable": {"where"},
    "error.wish_unreadable": {"where"},
    "error.unexpected": set(),
}
ENDS_IN_OTHERS_WORDS = {
    *("error.layer_not_valid", "error.service_exception", "error.service_reply"),
    "error.write_refused",
}

# What whoever catches them adds: which object of which file it is.
WHICH = {"layer", "feature", "line"}
ADDED = {"ObjectError": WHICH, "GapError": WHICH}

# Their constructors take something else apart into the parts.
TAKEN_APART = {
    "ConflictError": {"entry": {"project", "author", "reason"}},
    "_FaultError": {"row": {"layer", "feature"}},  # which a finding has
}


def parts_of(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_all_errors_were_found():
    assert len(RAISED) > 200
    assert len(CODES) > 130


@pytest.mark.parametrize("code", sorted(CODES | set(_written_out())))
def test_a_code_has_a_text_with_the_same_parts_in_both_languages(code):
    norwegian, english = (parts_of(texts(language)[code]) for language in LANGUAGES)
    assert norwegian == english


@pytest.mark.parametrize("one", RAISED, ids=lambda one: f"{one.where}-{one.code}")
def test_the_text_uses_the_parts_that_the_error_is_raised_with(one):
    given = set(one.parts) - FOR_CALLERS.get(one.code, set()) | ADDED.get(one.family, set())
    for name, parts in TAKEN_APART.get(one.family, {}).items():
        given = given - {name} | parts
    wanted = parts_of(texts("nb")[one.code])
    assert given <= wanted if one.open else given == wanted


def test_a_code_is_raised_by_one_class_only():
    families = {}
    for one in RAISED:
        if one.code.startswith("error."):
            families.setdefault(one.code, set()).add(one.family)
    assert {code: found for code, found in families.items() if len(found) > 1} == {}


def test_every_text_of_an_error_is_used():
    assert set(ERRORS) - set(_written_out()) == set()


def test_codes_that_are_handed_on_are_raised_with_what_their_texts_need():
    assert {code: parts_of(texts("nb")[code]) for code in ERRORS if code not in CODES} == HANDED_ON


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_says_all_its_parts_in_whole_sentences(code, language):
    text = texts(language)[code]
    said = say(code, language, **dict.fromkeys(parts_of(text), "xyz"))
    assert said.endswith("xyz" if code in ENDS_IN_OTHERS_WORDS else ".")
    assert said.count("xyz") == len(re.findall(r"\{\w+\}", text))
    assert "{" not in said


def test_what_can_be_said_is_said_in_the_language_of_the_whole():
    cause = JobsError("error.jobs_interval", site="Nesa")
    error = VersionError("error.version_unusable", version="v", reason=cause)
    gone = VersionError("error.version_unusable", version="v", reason=Remark("version.gone"))
    for language in LANGUAGES:
        assert cause.say(language) in error.say(language)
        assert say("version.gone", language) in gone.say(language)


def test_a_field_is_named_in_the_readers_language():
    error = FieldError("error.field_missing", field="name")
    for language in LANGUAGES:
        assert say("field.name", language) in error.say(language)
