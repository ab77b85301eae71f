"""Text from people: cleaned, required, made into ids, and found whatever its spelling."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import FieldError
from geo.schema.coercion import legible, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


import re

_SLUG_LENGTH: Final = 60  # characters; an id is read aloud and stands in addresses


_NORDIC: Final = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ß": "ss"})


def slug(name: str, otherwise: str = "prosjekt") -> str:
    """
    Name as lower-case ASCII words with hyphens, as a pack's ids are: nesaomradet-ost.

    `otherwise` stands in for a name that has no such words.
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_NORDIC))
    ascii_only = plain.encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    return words[:_SLUG_LENGTH].strip("-") or otherwise


def find(given: Iterable[object], synonyms: Sequence[str]) -> str | None:
    """Return the first of the given columns that bears one of the names, best name first."""
    spelled = {spell(column): str(column) for column in reversed(list(given))}
    for synonym in (*synonyms, *(s[:_SHAPEFILE_NAME] for s in synonyms)):
        if synonym in spelled:
            return spelled[synonym]
    return None


def spell(column: object) -> str:
    """A column's name as it is compared: small letters, and underscores for space and hyphen."""
    return "_".join(legible(str(column)).lower().replace("-", " ").split())


def bare(column: object) -> str:
    """A column's name as `spell` has it, without a year, m² or "antall" behind it."""
    spelled = spell(column)
    return _BEHIND.sub("", spelled) if len(spelled) <= _LONGEST_NAME else spelled


_SHAPEFILE_NAME: Final = 10
_LONGEST_NAME: Final = 100
# Other words, as "daa" or "maks", make another figure of it.
_BEHIND: Final = re.compile(
    r"(?:,?(?:_|_?[(\[]_?)(?:i_)?(?:m2|m²|kvm|kvadratmeter|antall|(?:19|20)\d\d)(?:_?[)\]])?)+$"
)


LINE, TEXT = "line", "text"
LIMITS: Final = {LINE: 500, TEXT: 10_000}  # characters


def signature(author: str, reason: str) -> tuple[str, str]:
    """
    Author (a line) and reason (a text) of an entry, cleaned as the fields are.

    Raises
    ------
    FieldError
        If one of them is blank or cannot be stored.
    """
    return required("author", author), required("reason", reason, TEXT)


def required(name: str, value: object, kind: str = LINE) -> str:
    """
    Text that must be there, cleaned as the fields are.

    Raises
    ------
    FieldError
        If it is blank or cannot be stored.
    """
    text = cleaned_text(name, value, kind)
    if text is None:
        raise FieldError("error.field_missing", field=name)
    return text


def is_unknown(value: object) -> bool:
    """Tell whether a value is none at all, in any of the guises that files and frames have."""
    # NaN in any of its guises; a list or an array is no value, and is refused further on.
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))  # type: ignore[call-overload]  # a scalar by then


def cleaned_text(name: str, value: object, kind: str) -> str | None:
    """
    Text without control characters; None where there is nothing to read in it.

    Raises
    ------
    FieldError
        If it cannot be stored.
    """
    if is_unknown(value):
        return None
    if not isinstance(value, str):
        raise FieldError("error.field_text", field=name, value=quote(value))
    text = value if value.isprintable() else "".join(_kept(one, kind) for one in value)
    if any(unicodedata.category(one) == "Cs" for one in text):
        raise FieldError("error.field_text", field=name, value=quote(text))
    if len(text) > LIMITS[kind]:
        raise FieldError("error.field_too_long", field=name, limit=LIMITS[kind], length=len(text))
    return text if text.strip() else None


def _kept(character: str, kind: str) -> str:
    if unicodedata.category(character) != "Cc":
        return character
    if character not in "\t\n":
        return ""
    return character if kind == TEXT else " "
