"""
The elements that a Word document is made of: runs, paragraphs, fields and tables.

Made by themselves and not through python-docx, which looks through the whole document for each
cell that it is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from geo.styles import PANEL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

PAGE_MM: Final = (210, 297)
MARGIN_MM: Final = 20
WIDTH_MM: Final = PAGE_MM[0] - 2 * MARGIN_MM
TWIPS_A_MM: Final = 1440 / 25.4

# Styles of our own, by their names in Word.
CELL, NUMBER, HEAD = "Table text", "Table number", "Table heading"
REMARK, FIGURE, MARK = "Remark", "Picture", "Mark"

Element = Any  # of lxml, which publishes no types

# A table with no more rows than this is kept on one page.
_SHORT: Final = 14
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Cell(NamedTuple):
    """What stands in a cell, and a word that says what the figure rests on."""

    text: str
    mark: str = ""


Row = list[Cell | str]


@dataclass(frozen=True, kw_only=True)
class WordTable:
    """
    A table.

    Attributes
    ----------
    caption
        What it shows; the number comes by itself.
    head, rows
        The header row, and rows as wide as it.
    widths
        Of the columns, in any unit: they share the width of the page.
    numbers
        Columns that are set to the right.
    totals
        How many of the last rows are sums.
    beside
        Whether what a figure rests on stands before it, and not on a line below: for wide columns.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    widths: Sequence[float]
    numbers: Collection[int] = ()
    totals: int = 0
    beside: bool = False


def clean(text: str) -> str:
    """Return a text without the characters that XML, and so Word, cannot hold."""
    return _FORBIDDEN.sub("", text)


def element(
    tag: str, attributes: dict[str, str] | None = None, children: Iterable[Any] = ()
) -> Element:
    """Return an element; names with a colon are those of a namespace."""
    made: Any = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        made.set(qn(name) if ":" in name else name, value)
    made.extend(children)
    return made


def with_value(tag: str, value: str) -> Element:
    """Return an element whose one attribute is `w:val`."""
    return element(tag, {"w:val": value})


def keep_next() -> Element:
    """Return what keeps a paragraph on the page of the next one."""
    return element("w:keepNext")


def spelled(style: str) -> str:
    """Return the id of a style of our own, as python-docx makes it of its name."""
    return style.replace(" ", "")


def run(text: str, style: str | None = None) -> Element:
    """Return a piece of text, in a style of characters where one is named."""
    said = element("w:t")
    said.text = clean(text)
    said.set(qn("xml:space"), "preserve")
    properties = (
        [] if style is None else [element("w:rPr", children=[with_value("w:rStyle", style)])]
    )
    return element("w:r", children=[*properties, said])


def paragraph(style: str, runs: Iterable[Any], more: Iterable[Any] = ()) -> Element:
    """Return a paragraph in a style, by its id, with `more` properties of its own."""
    look = element("w:pPr", children=[with_value("w:pStyle", style), *more])
    return element("w:p", children=[look, *runs])


def field_marks(instruction: str) -> list[Any]:
    """Return the four runs that a field is made of: begin, instruction, what it shows, end."""
    ask = element("w:instrText")
    ask.text = f" {instruction} "
    ask.set(qn("xml:space"), "preserve")
    begin, split, end = (
        element("w:fldChar", {"w:fldCharType": one}) for one in ("begin", "separate", "end")
    )
    return [element("w:r", children=[one]) for one in (begin, ask, split, end)]


def live(instruction: str, shown: str, style: str | None = None) -> list[Any]:
    """Return a field that Word works out, and what stands there until then."""
    *before, end = field_marks(instruction)
    return [*before, run(shown, style), end]


def table_of(table: WordTable) -> Element:
    """Return a table: its header row comes again on each page, and no row is parted by one."""
    whole = WIDTH_MM * TWIPS_A_MM
    widths = [round(whole * one / sum(table.widths)) for one in table.widths]
    caption = clean(table.caption)
    borders = [
        element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "C9D2D6"})
        for side in ("top", "bottom", "insideH")
    ]
    sides = [
        element(f"w:{side}", {"w:w": width, "w:type": "dxa"})
        for side, width in (("top", "40"), ("left", "70"), ("bottom", "40"), ("right", "70"))
    ]
    look = element(
        "w:tblPr",
        children=[
            with_value("w:tblStyle", "TableNormal"),
            element("w:tblW", {"w:w": str(sum(widths)), "w:type": "dxa"}),
            element("w:tblBorders", children=borders),
            element("w:tblLayout", {"w:type": "fixed"}),
            element("w:tblCellMar", children=sides),
            element("w:tblLook", {"w:val": "0020", "w:firstRow": "1"}),
            with_value("w:tblCaption", caption),
        ],
    )
    grid = [element("w:gridCol", {"w:w": str(width)}) for width in widths]
    together = len(table.rows) <= _SHORT
    last = len(table.rows) - 1
    first_total = len(table.rows) - table.totals
    rows = [_row(table, table.head, widths, head=True, keep=True)]
    rows += [
        _row(table, row, widths, total=at >= first_total, keep=together and at < last)
        for at, row in enumerate(table.rows)
    ]
    return element("w:tbl", children=[look, element("w:tblGrid", children=grid), *rows])


def _row(
    table: WordTable,
    cells: Sequence[Cell | str],
    widths: Sequence[int],
    *,
    head: bool = False,
    total: bool = False,
    keep: bool = False,
) -> Element:
    made = [
        _cell(
            Cell(one) if isinstance(one, str) else one,
            width,
            style=HEAD if head else NUMBER if at in table.numbers else CELL,
            number=at in table.numbers,
            strong=total,
            keep=keep,
            beside=table.beside,
        )
        for at, (one, width) in enumerate(zip(cells, widths, strict=True))
    ]
    how = [element("w:cantSplit"), *([element("w:tblHeader")] if head else [])]
    return element("w:tr", children=[element("w:trPr", children=how), *made])


def _cell(
    one: Cell, width: int, *, style: str, number: bool, strong: bool, keep: bool, beside: bool
) -> Element:
    head = style == HEAD
    look = [element("w:tcW", {"w:w": str(width), "w:type": "dxa"})]
    if head or strong:
        ground = {"w:val": "clear", "w:color": "auto", "w:fill": PANEL.lstrip("#")}
        look.append(element("w:shd", ground))
    look.append(with_value("w:vAlign", "bottom" if head else "top"))
    more = [keep_next()] if keep else []
    if head and number:
        more.append(with_value("w:jc", "right"))
    runs = [run(one.text, "Strong" if strong else None)]
    if one.mark and beside and number:
        runs.insert(0, run(f"{one.mark}\N{EM SPACE}", MARK))
    elif one.mark:
        runs += [element("w:r", children=[element("w:br")]), run(one.mark, MARK)]
    cell = [element("w:tcPr", children=look), paragraph(spelled(style), runs, more)]
    return element("w:tc", children=cell)
