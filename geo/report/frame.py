"""What every page of a report has: its head, the badges in clear text, and its foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.i18n import say
from geo.report import sources
from geo.report.sheet import HEIGHT, INNER, MARGIN, WIDTH, line_height
from geo.styles import MUTED, TRACK, UNSURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.pack.read import Pack
    from geo.report.sheet import Sheet
    from geo.screening.context import Ground

_TOP: Final = 18.0  # below the page's head
_BADGE_FILL: Final = "#fdf1dc"
_BADGE_INK: Final = "#6b4100"


@dataclass(frozen=True)
class Pages:
    """What is the same on every page."""

    sheet: Sheet
    ground: Ground
    pack: Pack
    language: str
    foot: str
    pages: int

    def say(self, msgid: str, **parts: object) -> str:
        """Say a text in the report's language."""
        return say(msgid, self.language, **parts)

    def begin(self, badges: Sequence[str]) -> float:
        """Begin a page with its head, badges and foot; return where there is room."""
        sheet = self.sheet
        sheet.add_page()
        sheet.shortened = False
        title = self.say("report.title")
        sheet.put((MARGIN, 9.0), title, 8, colour=MUTED)
        name = sheet.fitted(self.pack.name, INNER / 2, 8)
        sheet.put((WIDTH - MARGIN, 9.0), name, 8, colour=MUTED, align="R")
        sheet.rule(14.0, colour=TRACK)
        said = sources.badges(badges, self.language)
        y = _TOP
        if said:
            lines = sheet.lines(" ".join(said), INNER - 6, 8.5, bold=True)
            height = len(lines) * line_height(8.5) + 2.4
            sheet.set_fill_color(_BADGE_FILL)
            sheet.set_draw_color(UNSURE)
            sheet.set_line_width(0.25)
            sheet.rect(MARGIN, y - 1.5, INNER, height, style="FD")
            sheet.put_lines((MARGIN + 3, y - 0.3), lines, 8.5, bold=True, colour=_BADGE_INK)
            y += height + 1.0
        return y

    def end(self) -> None:
        """Write the page's foot, last, as it is read."""
        sheet = self.sheet
        sheet.rule(HEIGHT - 15.5, colour=TRACK)
        number = self.say("report.page", page=str(sheet.page_no()), pages=str(self.pages))
        foot = sheet.fitted(self.foot, INNER - 26, 7.5)
        sheet.put((MARGIN, HEIGHT - 14.0), foot, 7.5, colour=MUTED)
        if sheet.shortened:
            note = sheet.fitted(self.say("report.shortened"), INNER, 7.5)
            sheet.put((MARGIN, HEIGHT - 10.4), note, 7.5, colour=MUTED)
        sheet.put((WIDTH - MARGIN, HEIGHT - 14.0), number, 7.5, colour=MUTED, align="R")
