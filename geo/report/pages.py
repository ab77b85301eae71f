"""The pages of a screening's report, drawn: head, foot, the list of sites, two pages for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.i18n import Amount, Remark, say
from geo.report import content, sources
from geo.report.blocks import GAP, Columns, Item, TableBlock, Texts, draw_stack, fit, stack_height
from geo.report.map_drawn import DOTS, LAYER_OF, draw_map
from geo.report.map_marks import DrawnFrame, draw_symbol
from geo.report.sheet import BOTTOM, HEIGHT, INNER, MARGIN, WIDTH, line_height
from geo.screening.model import Light
from geo.screening.present import paragraph
from geo.screening.rows import cell, light_remark, name, plainly
from geo.styles import (
    BADGE_COLOURS,
    INK,
    LIGHT_COLOURS,
    MUTED,
    PAPER,
    PRIMARY,
    STYLES,
    TRACK,
    UNSURE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.pack.read import Pack
    from geo.report.blocks import Block
    from geo.report.sheet import Sheet
    from geo.screening.context import Context
    from geo.screening.model import Reason, Remedy, Screening


# Beside its colour, every light has a sign and a word.
SIGNS: Final = {
    Light.GREEN: "✓",
    Light.YELLOW: "!",
    Light.RED: "×",
    Light.UNKNOWN: "?",
    Light.UNCERTAIN: "±",
}

_LEAST_MAP: Final = 82.0  # mm
_LEGEND: Final = 4.6  # mm, a row of it
_LEGEND_ROWS: Final = 2
_SMALL: Final = 7.0  # points
_NAME_SIZE: Final = 18.0
_CAPTION_LINES: Final = 3
_NUMBER_SHARES: Final = (0.06, 0.44, 0.14, 0.14, 0.14, 0.08)


def draw_list(
    pages: Pages, shown: Sequence[Screening], count: int, *, first_page: int, pages_a_site: int
) -> None:
    """Draw the page that lists the sites, and says how many are left out."""
    sheet = pages.sheet
    y = pages.begin(sorted({badge for screening in shown for badge in screening.badges}))
    title = pages.say("report.list_title", count=count)
    sheet.bookmark(title, 0)
    sheet.put((MARGIN, y), title, _NAME_SIZE, bold=True)
    y += line_height(_NAME_SIZE) + 2
    notes = [pages.say("report.lead")]
    if count > len(shown):
        notes.append(pages.say("report.capped", most=len(shown), count=count))
    columns = ("number", "site", "answer", "area", "growth_short", "first_page")
    rows = [
        (
            str(number),
            name(screening),
            light_word(pages, screening.light),
            plainly(cell(screening, "area_m2"), pages.language),
            cell(screening, "growth_share").say(pages.language),
            str(first_page + (number - 1) * pages_a_site),
        )
        for number, screening in enumerate(shown, start=1)
    ]
    blocks: list[Block] = [
        Texts("", [Item(note) for note in notes]),
        TableBlock(
            "",
            pages.heads(columns),
            rows,
            _NUMBER_SHARES,
            size=8.0,
            most=1 if len(rows) > 20 else 2,  # noqa: PLR2004  # two lines each still fit the page
        ),
    ]
    scale = fit(sheet, blocks, INNER, BOTTOM - y)
    draw_stack(sheet, blocks, (MARGIN, y), INNER, scale)
    pages.end()


def draw_site(pages: Pages, screening: Screening) -> None:
    """Draw the two pages of a site."""
    _first(pages, screening)
    _second(pages, screening)


def light_word(pages: Pages, light: Light) -> str:
    """Return a light's sign and name."""
    return f"{SIGNS[light]} {light_remark(light).say(pages.language)}"


def _first(pages: Pages, screening: Screening) -> None:
    sheet, language = pages.sheet, pages.language
    y = pages.begin(screening.badges)
    sheet.bookmark(name(screening), 0)
    lines = sheet.lines(name(screening), INNER, _NAME_SIZE, bold=True, most=2)
    sheet.put_lines((MARGIN, y), lines, _NAME_SIZE, bold=True)
    y += len(lines) * line_height(_NAME_SIZE)
    if screening.name and screening.own_id:
        told = sheet.fitted(pages.say("report.id", id=screening.id), INNER, 8.5)
        sheet.put((MARGIN, y), told, 8.5, colour=MUTED)
        y += line_height(8.5)
    y = _light(pages, screening, y + 2.5)

    reasons = [_lit(pages, reason) for reason in screening.verdict.reasons]
    why = Texts(pages.say("report.why"), reasons or [Item(pages.say("report.no_reasons"))])
    figures = TableBlock(
        pages.say("report.figures"),
        (),
        content.figures(screening, pages.context, language),
        (0.17, 0.33, 0.17, 0.33),
        quiet=(0, 2),
        size=8.6,
    )
    beside = 2 * GAP + _LEGEND_ROWS * _LEGEND + _CAPTION_LINES * line_height(_SMALL) + 2.5
    scale = fit(sheet, [why, figures], INNER, BOTTOM - y - beside - _LEAST_MAP)
    why.draw(sheet, (MARGIN, y), INNER, scale)
    y += why.height(sheet, INNER, scale) + GAP
    height = stack_height(sheet, [figures], INNER, scale)
    _map(pages, screening, y, BOTTOM - y - beside - height + GAP)
    figures.draw(sheet, (MARGIN, BOTTOM - height), INNER, scale)
    pages.end()


def _light(pages: Pages, screening: Screening, y: float) -> float:
    sheet = pages.sheet
    colour = LIGHT_COLOURS[screening.light]
    sheet.set_fill_color(colour)
    sheet.circle(MARGIN + 4.5, y + 4.5, 4.5, style="F")
    sheet.put(
        (MARGIN + 4.5, y + 1.1), SIGNS[screening.light], 15, bold=True, colour=PAPER, align="C"
    )
    word = light_remark(screening.light).say(pages.language).capitalize()
    sheet.put((MARGIN + 12, y + 0.8), word, 16, bold=True, colour=colour)
    if screening.light != screening.verdict.light:
        light = light_remark(screening.verdict.light)
        middle = Remark("report.light_middle", {"light": light}).say(pages.language)
        beside = MARGIN + 12 + sheet.width_of(word, 16, bold=True) + 4
        sheet.put((beside, y + 2.6), middle, 9.5, colour=INK)
    return y + 9 + GAP


def _map(pages: Pages, screening: Screening, y: float, height: float) -> None:
    sheet = pages.sheet
    if screening.geometry is None or screening.geometry.is_empty:
        sheet.put((MARGIN, y), pages.say("report.map_nowhere"), 9)
        return
    shown = DrawnFrame.around(screening.geometry, (MARGIN, y), INNER, height)
    kinds = draw_map(sheet, shown, screening.geometry, pages.pack, pages.language)
    y += height + 1.2
    x = MARGIN
    for kind in reversed(kinds):
        name = pages.say("legend.site" if kind == "drawn" else f"legend.{kind}")
        said = sheet.fitted(name, 60, _SMALL)
        width = 8 + sheet.width_of(said, _SMALL) + 4
        if x + width > WIDTH - MARGIN + 4:
            x, y = MARGIN, y + _LEGEND
        dot = kind == "station" or (kind == "drawn" and not screening.geometry.length)
        style = DOTS.get(kind, STYLES[kind]) if dot else STYLES[kind]
        draw_symbol(sheet, style, (x, y + 0.4), dot=dot)
        sheet.put((x + 7.5, y + 0.3), said, _SMALL)
        x += width
    y += _LEGEND
    layers = list(dict.fromkeys(LAYER_OF[kind] for kind in kinds if kind in LAYER_OF))
    if not layers:
        sheet.put((MARGIN, y), pages.say("report.map_empty"), _SMALL, bold=True)
        y += line_height(_SMALL)
    told = pages.say(
        "report.map_caption",
        scale=f"1:{Amount(shown.scale).say(pages.language)}",
        sources=sources.of_layers(pages.pack, layers, pages.language),
    )
    lines = sheet.lines(told, INNER, _SMALL, most=_CAPTION_LINES)
    sheet.put_lines((MARGIN, y), lines, _SMALL, colour=MUTED)


def _second(pages: Pages, screening: Screening) -> None:
    sheet, language = pages.sheet, pages.language
    y = pages.begin(screening.badges)
    room = INNER - 30
    sheet.put((MARGIN, y), sheet.fitted(name(screening), room, 12, bold=True), 12, bold=True)
    word = light_word(pages, screening.light)
    place = (WIDTH - MARGIN, y)
    sheet.put(place, word, 11, bold=True, colour=LIGHT_COLOURS[screening.light], align="R")
    y += line_height(12) + 2
    blocks: list[Block] = [
        TableBlock(
            pages.say("report.constraints"),
            pages.heads(content.CONSTRAINT_HEAD),
            content.constraints(screening, language),
            (0.15, 0.32, 0.12, 0.12, 0.1, 0.19),
            size=8.6,
        ),
        Texts("", [Item(pages.say("report.flood_class", flood_class=screening.flood_class))]),
        *_rule(pages, screening),
        Columns(
            [_items(pages, "sensitivity", content.sensitivity(screening, language))],
            [_remedies(pages, screening)],
        ),
        Texts(pages.say("report.case_text"), [Item(paragraph(screening, language))], framed=True),
        Columns(
            [
                _items(pages, "unknown", _said(pages, screening.unknown, "report.nothing_unknown")),
                _items(
                    pages,
                    "assumptions",
                    _said(pages, screening.assumptions, "report.no_assumptions"),
                ),
            ],
            [
                _items(
                    pages, "sources", sources.sources(pages.pack, language, pages.context.made_up)
                )
            ],
        ),
    ]
    scale = fit(sheet, blocks, INNER, BOTTOM - y)
    draw_stack(sheet, blocks, (MARGIN, y), INNER, scale)
    pages.end()


def _rule(pages: Pages, screening: Screening) -> list[Block]:
    basis = "report.rule_net" if pages.context.terms.net else "report.rule_gross"
    target = Amount(pages.context.terms.target, "percent").say(pages.language)
    title = pages.say(basis, target=target)
    rows = content.rule(screening, pages.language)
    note = content.rule_note(screening, pages.language)
    blocks: list[Block] = []
    if rows:
        head = pages.heads(content.RULE_HEAD)
        blocks.append(TableBlock(title, head, rows, (0.2, 0.25, 0.25, 0.14, 0.16), size=8.6))
        title = ""
    if note:
        blocks.append(Texts(title, [Item(note)], size=8.6))
    return blocks


def _remedies(pages: Pages, screening: Screening) -> Texts:
    items = [_lit(pages, remedy) for remedy in screening.remedies]
    if not items:
        text = {
            Light.GREEN: "report.no_remedy_needed",
            Light.UNKNOWN: "report.no_remedy_unknown",
        }.get(screening.light, "report.no_remedy")
        items = [Item(pages.say(text))]
    return Texts(pages.say("report.remedies"), items, size=8.6)


def _lit(pages: Pages, found: Reason | Remedy) -> Item:
    said = content.sentence(found.remark.say(pages.language))
    return Item(said, SIGNS[found.light], LIGHT_COLOURS[found.light])


def _items(pages: Pages, heading: str, said: Sequence[str]) -> Texts:
    size = _SMALL + 0.8 if heading in {"unknown", "assumptions", "sources"} else 8.6
    items = [Item(one, "·", PRIMARY) for one in said]
    return Texts(pages.say(f"report.{heading}"), items, size=size)


def _said(pages: Pages, remarks: Sequence[Remark], nothing: str) -> list[str]:
    said = [content.sentence(one.say(pages.language)) for one in remarks]
    return said or [pages.say(nothing)]


_TOP: Final = 18.0  # below the page's head
_BADGE_FILL, _BADGE_INK = BADGE_COLOURS["illustrative"]


@dataclass(frozen=True)
class Pages:
    """What is the same on every page."""

    sheet: Sheet
    context: Context
    pack: Pack
    language: str
    foot: str
    pages: int

    def say(self, msgid: str, **parts: object) -> str:
        """Say a text in the report's language."""
        return say(msgid, self.language, **parts)

    def heads(self, names: Sequence[str]) -> list[str]:
        """Say the headings of a table."""
        return [self.say(f"report.{name}") for name in names]

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
