"""
All texts for people, in Bokmål and English, and numbers the way each language writes them.

A `Remark` is something to say that is kept as an id and figures until the language is known.

Texts live in ``locale/<language>/LC_MESSAGES/naeringsareal.po``, one catalogue per language, under
symbolic ids. A text that is another about one thing («1 arbeidsplass») has two forms, as gettext
writes them; since its id is no text, ``msgid_plural`` names the placeholder that decides. A pack's
own texts (the municipality's words) are Norwegian in the data; a pack may bring ``en.po`` with
their translation, where the Norwegian text is the id. Kinds of constraint have their names in the
table that they are rows of, so that a row is all that a new one takes.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from babel import Locale
from babel.lists import format_list
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import NumberPattern, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


LANGUAGES: Final = ("nb", "en")
DEFAULT_LANGUAGE: Final = "nb"
CATALOGUES: Final = Path(__file__).parent.parent / "locale"
# Kinds of constraint: a row each, whose names stand there by language. They are the texts
# `constraint.KIND` and, as the name of a code, `code.kind.KIND`; a text that lists them all has
# {constraint_kinds} in the list's place, or {constraint_codes} for the ids with their names.
KINDS: Final = Path(__file__).parent / "schema" / "constraint_kinds.toml"
_OF_KINDS: Final = ("constraint", "code.kind")

# No quantity here is this large: it is a slip in a file, and is quoted as such.
_ABSURD: Final = 1e15

_LOCALES: Final = {"nb": "nb_NO", "en": "en_GB"}

# A file of thousands of sites says the same figures, such as 0 and 100 %, over and over.
_FIGURES: Final = 100_000


class _Catalogue(NamedTuple):
    """Texts by id; and of those with two forms, what decides and the text for one."""

    texts: Mapping[str, str]
    for_one: Mapping[str, tuple[str, str]]


@lru_cache(maxsize=16)
def _read(path: Path) -> _Catalogue:
    said: dict[str, str] = {}
    for_one: dict[str, tuple[str, str]] = {}
    with path.open("rb") as file:
        for message in read_po(file, abort_invalid=True):
            ids, forms = _several(message.id), _several(message.string)
            if not ids[0] or "" in forms:
                continue
            said[ids[0]] = forms[-1]
            if message.pluralizable:
                for_one[ids[0]] = (ids[1], forms[0])
    return _Catalogue(said, for_one)


def _several(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, list | tuple) else (str(said or ""),)


def read_catalogue(path: Path) -> Mapping[str, str]:
    """Texts by id from one PO file, for more than one; entries without a translation left out."""
    return _read(path).texts


def texts(language: str) -> Mapping[str, str]:
    """All of the program's texts in `language`, by id; those with two forms for more than one."""
    return _catalogue(language).texts


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> _Catalogue:
    written = _read(_path(language))
    rows = tomllib.loads(KINDS.read_text(encoding="utf-8"))
    kinds = {kind: str(row[language]) for kind, row in rows.items()}
    lists = {
        "{constraint_kinds}": format_list([*kinds.values()], locale=_LOCALES[language]),
        "{constraint_codes}": ", ".join(
            kind if kind == name else f"{kind} ({name})" for kind, name in kinds.items()
        ),
    }
    said = dict(written.texts)
    for msgid, text in written.texts.items():
        for place, listed in lists.items():
            if place in text:
                said[msgid] = text.replace(place, listed)
    named = {f"{family}.{kind}": name for kind, name in kinds.items() for family in _OF_KINDS}
    return _Catalogue({**said, **named}, written.for_one)


@lru_cache(maxsize=len(LANGUAGES))
def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "naeringsareal.po"


def say(msgid: str, language: str = DEFAULT_LANGUAGE, **parts: object) -> str:
    """
    Return the text with this id, its placeholders filled with `parts`.

    Numbers among the parts are written the way the language writes them, None as unknown; what
    can be said itself, as those of a `Remark`, is said in the language; pass text to keep a number
    as it is (a year, an identifier). A text with a form for one takes it where the number that
    decides is shown as 1, whatever it was before rounding. An id without a text is returned as it
    stands, so that a slip shows but breaks nothing; a test finds it.
    """
    catalogue = _catalogue(language)
    template = catalogue.texts.get(msgid, msgid)
    if not parts:
        return template
    shown = {
        name: number(part, language) if part is None or _is_number(part) else _said(part, language)
        for name, part in parts.items()
    }
    if msgid in catalogue.for_one:
        deciding, one = catalogue.for_one[msgid]
        template = one if shown.get(deciding) == "1" else template
    return template.format(**shown)


def of_pack(text: str | None, pack_directory: Path, language: str) -> str:
    """
    Return one of the pack's own texts in `language`.

    The municipality writes Norwegian; where the pack brings no translation that can be read,
    Norwegian is shown, since its own words are better than none.
    """
    if text is None:
        return ""
    return (translation(pack_directory, language) or {}).get(text, text)


def translation(pack_directory: Path, language: str) -> Mapping[str, str] | None:
    """The pack's own texts in `language` by the Norwegian ones; None where they cannot be read."""
    path = pack_directory / f"{language}.po"
    if language == DEFAULT_LANGUAGE or not path.is_file():
        return {}
    try:
        return read_catalogue(path)
    except (OSError, UnicodeDecodeError, PoFileError):
        return None


def number(value: object, language: str = DEFAULT_LANGUAGE, decimals: int = 0) -> str:
    """Write a number as the language does (1 234,5 or 1,234.5); unknown is a word, never 0."""
    if value is None or not _is_number(value) or not math.isfinite(float(value)):  # type: ignore[arg-type]  # checked to be a number just before
        return texts(language).get("unknown", "ukjent")
    quantity = float(value)  # type: ignore[arg-type]
    if abs(quantity) >= _ABSURD:
        return f"{quantity:.2e}"
    rounded = round(quantity, decimals) + 0.0  # + 0.0 turns −0 into 0
    return _written(rounded, language, decimals)


@lru_cache(maxsize=_FIGURES)
def _written(quantity: float, language: str, decimals: int) -> str:
    return str(_pattern(decimals).apply(quantity, _locale(language)))


@lru_cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


@lru_cache(maxsize=len(LANGUAGES))
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES[language])


def percent(share: float | None, language: str = DEFAULT_LANGUAGE, decimals: int = 0) -> str:
    """Write a share 0–1 as per cent: «90 %» in Norwegian (with a space), “90%” in English."""
    if share is None:
        return number(None, language)
    gap = "\N{NO-BREAK SPACE}" if language == "nb" else ""
    return f"{number(share * 100, language, decimals)}{gap}%"


def daa(area_m2: float | None, language: str = DEFAULT_LANGUAGE) -> str:
    """Write an area in dekar (1 daa = 1 000 m²): whole from 100 daa, one decimal below."""
    if area_m2 is None or math.isnan(area_m2):
        return number(None, language)
    area_daa = area_m2 / 1000
    decimals = 0 if area_daa >= 100 else 1  # noqa: PLR2004  # domain rule: see the docstring
    return f"{number(area_daa, language, decimals)}\N{NO-BREAK SPACE}daa"


def _is_number(value: object) -> bool:
    # numpy's numbers answer to __float__ as well; text does not, and a bool is not a quantity.
    return hasattr(value, "__float__") and not isinstance(value, bool)


Unit = Literal["daa", "percent", "share", "number", "kilometres", "square_metres", "floor_area"]

_SQUARE_METRES = {"square_metres": "m²", "floor_area": "m² BRA"}
_METRES_PER_KM = 1000.0
_LEAST_DAA_M2 = 50.0  # less would be read as 0,0 daa, and something is not nothing


@dataclass(frozen=True)
class Amount:
    """A figure and how it is written: `percent` whole, `share` with a decimal, lengths m or km."""

    value: float | None
    unit: Unit = "number"

    def say(self, language: str) -> str:
        """Write the figure the way the language does; unknown is a word, never 0."""
        value = None if self.value is None or math.isnan(self.value) else self.value
        return _amount(value, self.unit, language)


@dataclass(frozen=True)
class Words:
    """Words that come with the data in both languages."""

    nb: str
    en: str

    def say(self, language: str) -> str:
        """Return them in the language."""
        return self.en if language == "en" else self.nb


@dataclass(frozen=True)
class Clauses:
    """Remarks that are sentences in themselves, said one after the other."""

    remarks: tuple[Remark, ...]

    def say(self, language: str) -> str:
        """Say them with a semicolon between, for they may have commas inside."""
        return "; ".join(remark.say(language) for remark in self.remarks)


@dataclass(frozen=True)
class Remark:
    """
    One text from the catalogues, with the parts that its placeholders stand for.

    Parts may be text, numbers, what can be said itself (`Amount`, `Words`, `Clauses`, `FileName`,
    other remarks, an error), or a tuple of these, which is said as a list.
    """

    msgid: str
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)

    def say(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say it in the language, all its parts too."""
        return say(self.msgid, language, **self.parts)


# Parts that hold a name as files have it, and the texts that say it. Elsewhere it stands as it is.
_NAMED: Final[Mapping[str, Callable[[str], str]]] = {
    "layer": lambda name: f"layer.{name}",
    "column": lambda name: f"column.{name}",
    "type": lambda name: f"geometry.{name}",
    "kind": lambda name: f"geometry.{name}",
    "default": lambda name: f"flag.{name}",
}


@dataclass(frozen=True)
class FileName:
    """
    What a file calls something, said as people call it; `msgid` is the id of that text.

    The name in the file follows it, for whoever is to mend the file: «plansaker» (projects). A name
    that we have no words for (a column of the reader's own) is quoted. Where the reader is to
    `write` one of several names, the name comes first: projects (plansaker).
    """

    name: str
    msgid: str
    write: bool = False

    def say(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say it in the language."""
        words = texts(language).get(self.msgid)
        if self.write:
            return self.name if words in (None, self.name) else f"{self.name} ({words})"
        if words is None:
            return say("file_name.own", language, name=self.name)
        return say("file_name.ours", language, words=words, name=self.name)


@dataclass(frozen=True)
class Code:
    """A code of a column with its name, where the catalogue has one: 1300 næringsbebyggelse."""

    column: str
    code: str

    def say(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say the code and its name."""
        words = texts(language).get(f"code.{self.column}.{self.code}")
        return self.code if words is None else f"{self.code} {words}"


def to_choose(names: Iterable[str], msgid: str) -> tuple[FileName, ...]:
    """Return names that the reader is to write one of; `msgid` has {} in the name's place."""
    return tuple(FileName(name, msgid.format(name), write=True) for name in names)


def in_words(parts: Mapping[str, object]) -> dict[str, object]:
    """Return the parts of a complaint about a file, with what it calls things said in words."""
    return {
        part: FileName(name, _NAMED[part](name))
        if part in _NAMED and isinstance(name, str)
        else name
        for part, name in parts.items()
    }


def _said(part: object, language: str) -> object:
    if hasattr(part, "say"):
        return part.say(language)
    if isinstance(part, tuple):
        return ", ".join(str(_said(one, language)) for one in part)
    return part


@lru_cache(maxsize=_FIGURES, typed=True)
def _amount(value: float | None, unit: Unit, language: str) -> str:
    if unit == "daa":
        return _area(value, language)
    if unit == "percent":
        return _percent(value, language)
    if unit == "share":
        return percent(value, language, 1)
    if unit == "kilometres":
        return _distance(value, language)
    if unit in _SQUARE_METRES and value is not None:
        return f"{number(value, language)} {_SQUARE_METRES[unit]}"
    return number(value, language)


def _area(value: float | None, language: str) -> str:
    if value is not None and 0 < value < _LEAST_DAA_M2:
        return f"{number(max(value, 1.0), language)} m²"
    return daa(value, language)


def _percent(share: float | None, language: str) -> str:
    # What is not all is never written as all, nor what is something as nothing.
    decimals = 0
    if share is not None and (0 < share < 0.005 or 0.995 <= share < 1):  # noqa: PLR2004
        decimals = 1
    return percent(share, language, decimals)


def _distance(metres: float | None, language: str) -> str:
    gap = "\N{NO-BREAK SPACE}"
    if metres is None:
        return number(None, language)
    if metres < _METRES_PER_KM:
        return f"{number(metres, language)}{gap}m"
    return f"{number(metres / _METRES_PER_KM, language, 1)}{gap}km"
