"""
Documents set by Typst: tagged PDF for readers aloud and archives, and pictures for other writers.

A document is a template in `templates/`, which says how it looks, and its content as data, which is
never read as markup. Nothing is fetched, and no font but ours is used.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst

from geo.i18n import say
from geo.report import typeface
from geo.styles import BADGE_COLOURS, INK, MUTED, PANEL, PRIMARY, TRACK, UNSURE

if TYPE_CHECKING:
    from datetime import datetime

# The archive format that municipalities ask for (Riksarkivaren: PDF/A), with structure (2a), and
# the standard of accessible PDF.
STANDARDS: Final = ("a-2a", "ua-1")
TEMPLATES: Final = Path(__file__).parent / "templates"

AUTHOR: Final = "Næringsareal"

_BADGE, _BADGE_INK = BADGE_COLOURS["illustrative"]
COLOURS: Final = {
    "ink": INK,
    "muted": MUTED,
    "primary": PRIMARY,
    "track": TRACK,
    "panel": PANEL,
    "unsure": UNSURE,
    "badge": _BADGE,
    "badge_ink": _BADGE_INK,
}

_REGIONS: Final = {"nb": "NO", "en": "GB"}


def pdf(
    template: str,
    content: Mapping[str, Any],
    *,
    title: str,
    language: str,
    at: datetime,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """
    Return a document as PDF/A-2a and PDF/UA-1.

    The same content, pictures and time give the same bytes. Other threads run meanwhile.

    Parameters
    ----------
    template
        Name of a file in `templates/`, without its ending. It reads «content.json», which has
        `about` (title, language, region) and `content`.
    content
        Texts, numbers, lists and dictionaries. Texts become one line each, of what the font can
        draw.
    title
        Of the document, as its window and readers aloud say it.
    language
        nb or en.
    at
        When it was made, with its time zone.
    pictures
        SVG or PNG by the file names that the template finds them under.
    """
    said = _Said()
    about = {
        "title": said.printable(title) or "–",
        "language": language,
        "region": _REGIONS[language],
    }
    data: dict[str, Any] = {"about": about, "content": said.printable(content)}
    data["colours"] = COLOURS
    about |= {"font": typeface.FAMILY, "author": AUTHOR}
    about["note"] = say("report.shortened", language) if said.shortened else ""
    files = {
        "main.typ": _templates()[f"{template}.typ"],
        **_templates(),
        **(pictures or {}),
        "content.json": json.dumps(data).encode(),
    }
    return _compiled(files, pdf_standards=list(STANDARDS), timestamp=int(at.timestamp()))


def png(svg: bytes, *, width_px: int) -> bytes:
    """Return an SVG picture as PNG of a width in pixels, in the font of the documents."""
    main = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg", width: 72pt)'
    return _compiled({"main.typ": main, "picture.svg": svg}, format="png", ppi=float(width_px))


def _compiled(files: Mapping[str, bytes], **options: Any) -> bytes:  # noqa: ANN401  # of typst
    made, warned = typst.compile_with_warnings(
        dict(files), font_paths=_fonts(), ignore_system_fonts=True, **options
    )
    for one in warned:  # of a template, which is to have none
        warnings.warn(one, stacklevel=2)
    assert isinstance(made, bytes)  # one page of one picture, or a PDF
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(typeface.directory())],
    )


@lru_cache(maxsize=1)
def _templates() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ")}


class _Said:
    """Content made printable, with whether any text of it was longer than a document takes."""

    def __init__(self) -> None:
        self.shortened = False

    def printable(self, value: Any) -> Any:  # noqa: ANN401  # what JSON holds
        if isinstance(value, str):
            self.shortened |= typeface.too_long(value)
            return typeface.printable(value)
        if isinstance(value, Mapping):
            return {key: self.printable(one) for key, one in value.items()}
        if isinstance(value, Sequence):
            return [self.printable(one) for one in value]
        return value
