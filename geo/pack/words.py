"""The pack's own texts in a sentence: in both languages, until the reader's is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import i18n
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from pathlib import Path


def quoted(text: str, pack_directory: Path | None) -> i18n.Words:
    """
    Return a name or another text of the pack's, fit to stand in a sentence of either language.

    English is as the pack translates it, else as it stands; so too where there is no pack.
    """
    english = text if pack_directory is None else i18n.of_pack(text, pack_directory, "en")
    return i18n.Words(quote(text), quote(english))
