"""A4 pages for print: one font that is always there, text that always fits, nothing but text."""

from __future__ import annotations

import unicodedata
from importlib import resources
from typing import TYPE_CHECKING, Final, Self

from fpdf import FPDF, ViewerPreferences
from fpdf.fonts import TTFFont

from geo.styles import INK

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

WIDTH, HEIGHT = 210.0, 297.0  # millimetres
MARGIN: Final = 18.0
INNER: Final = WIDTH - 2 * MARGIN
BOTTOM: Final = HEIGHT - 18.0  # what stands below is the page's foot

# The archive format that municipalities ask for (Riksarkivaren: PDF/A); 2U has text as Unicode.
COMPLIANCE: Final = "PDF/A-2U"
LANGUAGE_TAGS: Final = {"nb": "nb-NO", "en": "en-GB"}

ELLIPSIS: Final = "…"
MISSING: Final = "\N{BALLOT BOX}"  # stands visibly where the font lacks a character
MOST_CHARACTERS: Final = 4000  # of one text: a page holds no more
LEADING: Final = 1.3  # distance between lines, in sizes of the font

_FONT: Final = "source"
_FONT_PACKAGE: Final = "font_source_sans_pro"
_FONT_FILES: Final = {"": "SourceSansPro-Regular.ttf", "B": "SourceSansPro-Semibold.ttf"}
_UNIT_SIZE: Final = 10.0  # points, in which widths are measured once
_MM_PER_POINT: Final = 25.4 / 72
_BASELINE: Final = 0.36  # from the middle of a line down to its baseline, in sizes of the font


class Sheet(FPDF):
    """
    A document of A4 pages, measured in millimetres from the upper left corner.

    It holds text and lines only: no link, script or file. Text is set as it stands, whatever it
    looks like. There is no structure tree: fpdf2 could tag some parts only, and a reader aloud
    would then pass over the rest. Its language, title and bookmarks are there, and the text stands
    in the order in which it is to be read.

    To be used with ``with``, which closes the fonts.
    """

    def __init__(self, title: str, *, language: str, made_at: dt.datetime) -> None:
        super().__init__(unit="mm", format="A4", enforce_compliance=COMPLIANCE)
        files = resources.files(_FONT_PACKAGE) / "files"
        for emphasis, name in _FONT_FILES.items():
            with resources.as_file(files / name) as path:
                self.add_font(_FONT, emphasis, path)
        self._drawable = self._characters()
        self.shortened = False  # whether text was cut since this was last set
        self._widths: dict[str, dict[str, float]] = {one: {} for one in _FONT_FILES}
        self._wrapped: dict[tuple[str, float, float, bool], list[str]] = {}
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        # Else «{nb}» in a name would become the number of pages.
        self.alias_nb_pages(None)  # type: ignore[arg-type]  # so its documentation says
        self.set_lang(LANGUAGE_TAGS[language])
        self.set_title(self.printable(title, 200))
        self.set_creator("Næringsareal")
        self.set_creation_date(made_at)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The library closes its fonts when it writes; a document that is never written keeps them.
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def _characters(self) -> frozenset[int]:
        found = []
        for emphasis in _FONT_FILES:
            self.set_font(_FONT, emphasis)
            if isinstance(self.current_font, TTFFont):
                found.append(frozenset(self.current_font.cmap))
        return frozenset.intersection(*found)

    def printable(self, text: object, most: int = MOST_CHARACTERS) -> str:
        """
        Return text as one line that the font can draw.

        Control characters and marks of direction go; a character that the font lacks becomes
        `MISSING`; more than `most` characters are cut, and end in `ELLIPSIS`.
        """
        # Cut before it is looked at, since composing a text takes time by its length.
        whole = str(text)
        composed = unicodedata.normalize("NFC", whole[: 2 * most])
        drawn = "".join(self._drawn(one) for one in composed)
        line = " ".join(part for part in drawn.split(" ") if part)  # keeps no-break spaces
        cut = len(line) > most or len(whole) > 2 * most
        self.shortened |= cut
        return line[: most - 1].rstrip() + ELLIPSIS if cut else line

    def _drawn(self, character: str) -> str:
        kind = unicodedata.category(character)
        if character in "\t\n\r\v\f" or kind in {"Zl", "Zp"}:
            return " "
        if kind in {"Cc", "Cf"}:
            return ""
        if ord(character) in self._drawable:
            return character
        return " " if kind == "Zs" else MISSING

    def lines(
        self, text: str, width: float, size: float, *, bold: bool = False, most: int | None = None
    ) -> list[str]:
        """Break any text into printable lines of a width (mm) in a size (points)."""
        key = (text, round(width, 2), size, bold)
        if key not in self._wrapped:
            self._wrapped[key] = self._wrap(self.printable(text), width, size, bold=bold)
        found = self._wrapped[key]
        if most is None or len(found) <= most:
            return found
        return [*found[: most - 1], self.cut(found[most - 1], width, size, bold=bold)]

    def _wrap(self, text: str, width: float, size: float, *, bold: bool) -> list[str]:
        """Fill lines word by word; a word wider than a line is broken where the line ends."""
        space = self.width_of(" ", size, bold=bold)
        lines, line, used = [], "", 0.0
        for word in text.split(" "):
            wide = self.width_of(word, size, bold=bold)
            if line and used + space + wide <= width:
                line, used = f"{line} {word}", used + space + wide
                continue
            if line:
                lines.append(line)
            line, used = word, wide
            while used > width and len(line) > 1:
                fits = self._fits(line, width, size, bold=bold)
                lines.append(line[:fits])
                line = line[fits:]
                used = self.width_of(line, size, bold=bold)
        return [*lines, line]

    def _fits(self, text: str, width: float, size: float, *, bold: bool) -> int:
        """How many characters fit a width; one at least, so that there is an end to it."""
        used = 0.0
        for number, character in enumerate(text):
            used += self.width_of(character, size, bold=bold)
            if used > width:
                return max(number, 1)
        return len(text)

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width (mm) of printable text; the font is set without kerning."""
        known = self._widths["B" if bold else ""]
        for character in text:
            if character not in known:
                self.set_font(_FONT, "B" if bold else "", _UNIT_SIZE)
                known[character] = self.get_string_width(character) / _UNIT_SIZE
        return sum(known[character] for character in text) * size

    def cut(self, line: str, width: float, size: float, *, bold: bool = False) -> str:
        """Return a line that ends in `ELLIPSIS`, no wider than the width."""
        self.shortened = True
        room = width - self.width_of(ELLIPSIS, size, bold=bold)
        return line[: self._fits(line, room, size, bold=bold)].rstrip(" .,;:") + ELLIPSIS

    def fitted(self, text: object, width: float, size: float, *, bold: bool = False) -> str:
        """Return any text as one printable line no wider than the width, cut where it must be."""
        return self.lines(str(text), width, size, bold=bold, most=1)[0]

    def put(
        self,
        place: tuple[float, float],
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: str = "L",
    ) -> None:
        """Draw one line of printable text; `place` is its upper corner, right if aligned R."""
        x, y = place
        if align != "L":
            x -= self.width_of(text, size, bold=bold) * (1.0 if align == "R" else 0.5)
        self.set_font(_FONT, "B" if bold else "", size)
        self.set_text_color(colour)
        self.text(x, y + line_height(size) / 2 + _BASELINE * size * _MM_PER_POINT, text)

    def put_lines(
        self,
        place: tuple[float, float],
        lines: Iterable[str],
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Draw lines below each other; `place` is the upper left corner."""
        x, y = place
        for number, line in enumerate(lines):
            self.put((x, y + number * line_height(size)), line, size, bold=bold, colour=colour)

    def rule(self, y: float, x: float = MARGIN, width: float = INNER, *, colour: str) -> None:
        """Draw a thin line across."""
        self.set_draw_color(colour)
        self.set_line_width(0.2)
        self.line(x, y, x + width, y)

    def bookmark(self, name: str, level: int, y: float = MARGIN) -> None:
        """Let the reader's list of contents lead here."""
        self.set_xy(MARGIN, y)
        self.start_section(self.printable(name, 80), level=level)


def line_height(size: float) -> float:
    """Return the height of a line (mm) in a size (points)."""
    return size * _MM_PER_POINT * LEADING
