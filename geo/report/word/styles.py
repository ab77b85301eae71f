"""How a Word document looks: page, fonts, styles, and what Word is told of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from geo.report.word.elements import (
    CELL,
    FIGURE,
    HEAD,
    MARGIN_MM,
    MARK,
    NUMBER,
    PAGE_MM,
    REMARK,
    TWIPS_A_MM,
    WIDTH_MM,
    Element,
    element,
    with_value,
)
from geo.styles import INK, MUTED, PANEL, PRIMARY

# On every office PC; LibreOffice puts Liberation Sans, which is as wide, in its place.
FONT: Final = "Arial"
LANGUAGES: Final = {"nb": "nb-NO", "en": "en-GB"}

_OLD_STYLES: Final = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"

Word = Any  # a document of python-docx, or a part of it


def set_up(document: Word, language: str) -> None:
    """Give a new document its page, its styles and its settings."""
    _lay_out(document)
    _style(document, LANGUAGES[language])
    _settings(document, language)


def _lay_out(document: Word) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(one) for one in PAGE_MM)
    section.left_margin = section.right_margin = Mm(MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(22), Mm(22)
    section.header_distance = section.footer_distance = Mm(10)


@dataclass(frozen=True)
class _Look:
    size: float
    colour: str = INK
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    line: float = 1.0


_LOOKS: Final = {
    "Normal": _Look(10.5, after=7, line=1.25),
    "No Spacing": _Look(6),
    "Title": _Look(34, PRIMARY, bold=True, before=150, after=6),
    "Subtitle": _Look(15, MUTED, after=4),
    "Heading 1": _Look(20, PRIMARY, bold=True, before=20, after=8),
    "Heading 2": _Look(13.5, PRIMARY, bold=True, before=14, after=5),
    "Heading 3": _Look(11, INK, bold=True, before=10, after=3),
    "TOC Heading": _Look(16, PRIMARY, bold=True, before=24, after=6),
    "List Bullet": _Look(10.5, after=3, line=1.2),
    "Caption": _Look(9, INK, before=8, after=4),
    "Footer": _Look(8.5, MUTED),
    CELL: _Look(8.5),
    NUMBER: _Look(8.5),
    HEAD: _Look(8.5, PRIMARY, bold=True),
    REMARK: _Look(10, before=4, after=9, line=1.15),
    FIGURE: _Look(10, before=8, after=2),
    "toc 1": _Look(10.5, before=5),
    "toc 2": _Look(9.5, MUTED),
}
_OWN: Final = (CELL, NUMBER, HEAD, REMARK, FIGURE, "toc 1", "toc 2")
_KEPT: Final = frozenset({"TableNormal", "TableGrid"})
_THEMED: Final = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def _style(document: Word, language: str) -> None:
    styles = document.styles
    root = styles.element
    # The template's table styles are nine tenths of the file.
    for one in root.findall(qn("w:style")):
        if one.get(qn("w:type")) == "table" and one.get(qn("w:styleId")) not in _KEPT:
            root.remove(one)
    for name in _OWN:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, look in _LOOKS.items():
        _look(styles[name], look)
    mark = styles.add_style(MARK, WD_STYLE_TYPE.CHARACTER)
    mark.font.size, mark.font.italic = Pt(7.5), True
    mark.font.color.rgb = RGBColor.from_string(MUTED.lstrip("#"))
    _set(styles[NUMBER], with_value("w:jc", "right"))
    _set(styles["toc 1"], _tab("dot"))
    _set(styles["toc 2"], _tab("dot"), element("w:ind", {"w:left": "280"}))
    for name in ("Heading 1", "Heading 2", "Heading 3", "TOC Heading"):
        styles[name].paragraph_format.keep_with_next = True
    for name in (CELL, NUMBER, HEAD):
        _set(styles[name], element("w:suppressAutoHyphens"))
    _set(styles[REMARK], *_box())
    _set(styles["Footer"], _tab())
    _set(styles["Title"], None, drop="w:pBdr")
    defaults = root.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _font(defaults)
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(element("w:lang", {"w:val": language, "w:eastAsia": language}))


def _look(style: Word, look: _Look) -> None:
    font, lines = style.font, style.paragraph_format
    font.name, font.size = FONT, Pt(look.size)
    font.bold, font.italic = look.bold, look.italic
    font.color.rgb = RGBColor.from_string(look.colour.lstrip("#"))
    _font(style.element.get_or_add_rPr())
    lines.space_before, lines.space_after = Pt(look.before), Pt(look.after)
    lines.line_spacing = look.line
    for old in style.element.rPr.findall(qn("w:spacing")):  # the title's letters lie apart
        style.element.rPr.remove(old)


def _font(properties: Word) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("w:rFonts")
        properties.insert(0, fonts)
    for name in _THEMED:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _tab(leader: str = "none") -> Element:
    """Return a place at the right margin, with what leads there."""
    at = str(round(WIDTH_MM * TWIPS_A_MM))
    stop = element("w:tab", {"w:val": "right", "w:leader": leader, "w:pos": at})
    return element("w:tabs", children=[stop])


def _box() -> tuple[Any, ...]:
    side = {"w:val": "single", "w:sz": "24", "w:space": "8", "w:color": PRIMARY.lstrip("#")}
    ground = {"w:val": "clear", "w:color": "auto", "w:fill": PANEL.lstrip("#")}
    return (
        element("w:pBdr", children=[element("w:left", side)]),
        element("w:shd", ground),
        element("w:ind", {"w:left": "200", "w:right": "100"}),
    )


def _set(style: Word, *properties: Word, drop: str | None = None) -> None:
    """Give a style paragraph properties that python-docx has no name for."""
    look = style.element.get_or_add_pPr()
    for one in [*look]:
        if one.tag in {qn(drop) if drop else None, *(p.tag for p in properties if p is not None)}:
            look.remove(one)
    look.extend(one for one in properties if one is not None)
    look[:] = sorted(look, key=lambda one: _ORDER.index(one.tag))


# The order that Word wants paragraph properties in (ECMA-376, 17.3.1.26).
_ORDER: Final = [
    qn(f"w:{name}")
    for name in (
        *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr"),
        *("pBdr", "shd", "tabs", "suppressAutoHyphens", "spacing", "ind", "contextualSpacing"),
        *("jc", "outlineLvl"),
    )
]


def _settings(document: Word, language: str) -> None:
    settings = document.settings.element
    settings.find(qn("w:compat")).addprevious(with_value("w:updateFields", "true"))
    for name, value in (
        ("decimalSymbol", "," if language == "nb" else "."),
        ("listSeparator", ";"),
    ):
        settings.find(qn(f"w:{name}")).set(qn("w:val"), value)
    fonts = settings.find(qn("w:themeFontLang"))
    fonts.set(qn("w:val"), LANGUAGES[language])
    fonts.attrib.pop(qn("w:eastAsia"), None)
    # As Word of today writes it: below 15 it opens in a mode for older documents.
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")
    # A picture of another document, and styles for the Word of 2010.
    for rels, kinds in (
        (document.part.package.rels, (RT.THUMBNAIL,)),
        (document.part.rels, (_OLD_STYLES,)),
    ):
        for name in [name for name, one in rels.items() if one.reltype in kinds]:
            del rels[name]
