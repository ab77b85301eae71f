"""
A Word document of a small set of building blocks: headings, paragraphs, tables, pictures.

Everything is what Word calls it itself, so that colleagues can go on writing: styles, real tables
whose header row comes again on the next page, captions that number themselves, a table of contents.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import docx
from docx.oxml.ns import qn
from docx.oxml.shape import CT_Inline
from docx.shared import Mm

from geo.i18n import say
from geo.report.word.elements import (
    FIGURE,
    REMARK,
    WIDTH_MM,
    Element,
    clean,
    element,
    field_marks,
    keep_next,
    live,
    paragraph,
    run,
    spelled,
    table_of,
)
from geo.report.word.styles import LANGUAGES, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from geo.report.word.elements import WordTable

MIME: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDING: Final = ".docx"

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # that a zip file can tell


@dataclass
class WordDocument:
    """
    A document that grows from its beginning to its end.

    Attributes
    ----------
    title, subject, identifier
        What the file says of itself; it names no person.
    foot
        At the foot of every page but the first, before the page number.
    language
        nb or en.
    at
        When it was made, with its time zone.
    """

    title: str
    subject: str
    identifier: str
    foot: str
    language: str
    at: datetime
    _document: Any = field(init=False, repr=False)
    _entries: list[tuple[int, str, str]] = field(default_factory=list, init=False)
    _contents: Any = field(default=None, init=False, repr=False)
    _counts: dict[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._document = docx.Document()
        self._end = self._document.element.body.sectPr
        set_up(self._document, self.language)
        self._say_what_it_is()
        self._write_foot()

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """Begin a chapter (level 1) or a part of one."""
        name = f"_Toc{len(self._entries) + 1:06d}"
        number = str(len(self._entries) + 1)
        text = clean(text)
        runs = [
            element("w:bookmarkStart", {"w:id": number, "w:name": name}),
            run(text),
            element("w:bookmarkEnd", {"w:id": number}),
        ]
        self._entries.append((level, text, name))
        more = [element("w:pageBreakBefore")] if new_page else []
        self._add(paragraph(f"Heading{level}", runs, more))

    def front(self, text: str, style: str) -> None:
        """Write a line of the title page: `Title` or `Subtitle`."""
        self._add(paragraph(style, [run(text)]))

    def paragraph(self, text: str) -> None:
        """Write a paragraph."""
        self._add(paragraph("Normal", [run(text)]))

    def remark(self, text: str) -> None:
        """Write what must not be overlooked, in a box."""
        self._add(paragraph(REMARK, [run(text)]))

    def bullets(self, lines: Iterable[str]) -> None:
        """Write a list."""
        for line in lines:
            self._add(paragraph("ListBullet", [run(line)]))

    def table(self, table: WordTable) -> None:
        """Write a table below its caption."""
        assert all(len(row) == len(table.head) == len(table.widths) for row in table.rows)
        self._add(paragraph("Caption", self._caption("table", table.caption), [keep_next()]))
        self._add(table_of(table))
        self._add(paragraph("NoSpacing", []))

    def picture(self, png: bytes, *, alt: str, caption: str, width_mm: float = WIDTH_MM) -> None:
        """Show a picture above its caption; `alt` says what it shows to who cannot see it."""
        part = self._document.part
        relation, image = part.get_or_add_image(io.BytesIO(png))
        width = Mm(width_mm)
        height = round(width * image.px_height / image.px_width)
        runs = self._caption("figure", caption)
        number = self._counts["figure"]
        inline = CT_Inline.new_pic_inline(number, relation, image.filename, width, height)
        name = f"{say('word.figure', self.language)} {number}"
        for side in "TBLR":  # else LibreOffice leaves room on each
            inline.set(f"dist{side}", "0")
        for one in (inline.docPr, *inline.iter(qn("pic:cNvPr"))):
            one.set("name", name)
            one.set("descr", clean(alt))
        drawing = element("w:r", children=[element("w:drawing", children=[inline])])
        self._add(paragraph(spelled(FIGURE), [drawing], [keep_next()]))
        self._add(paragraph("Caption", runs))

    def contents(self) -> None:
        """Put the table of contents here; it lists all chapters, those that follow too."""
        title = [run(say("word.contents", self.language))]
        self._add(paragraph("TOCHeading", title, [element("w:pageBreakBefore")]))
        self._contents = paragraph("toc1", [])
        self._add(self._contents)

    def as_bytes(self) -> bytes:
        """Return the file; the same blocks and time give the same bytes."""
        if self._contents is not None:
            self._fill_contents()
        written = io.BytesIO()
        self._document.save(written)
        return _without_clock(written)

    def _add(self, made: Element) -> None:
        self._end.addprevious(made)

    def _caption(self, kind: str, text: str) -> list[Any]:
        self._counts[kind] = number = self._counts.get(kind, 0) + 1
        word = say(f"word.{kind}", self.language)
        seq = live(f"SEQ {word} \\* ARABIC", str(number), "Strong")
        return [run(f"{word} ", "Strong"), *seq, run(". ", "Strong"), run(text)]

    def _fill_contents(self) -> None:
        # Word puts the page numbers in when it opens the file; what else shows the list as it is.
        begin, ask, split, end = field_marks('TOC \\o "1-1" \\h \\z \\u')
        shown = [one for one in self._entries if one[0] == 1]  # as the field asks
        lines = []
        for level, text, name in shown:
            link = element("w:hyperlink", {"w:anchor": name, "w:history": "1"})
            link.append(run(text))
            lines.append(paragraph(f"toc{level}", [link]))
        if lines:
            place = lines[0].find(qn("w:hyperlink"))
            for one in (begin, ask, split):
                place.addprevious(one)
            lines[-1].append(end)
        for line in lines:
            self._contents.addprevious(line)
        self._contents.getparent().remove(self._contents)
        self._contents = None

    def _say_what_it_is(self) -> None:
        said = self._document.core_properties
        moment = self.at.replace(tzinfo=None) - (self.at.utcoffset() or self.at - self.at)
        said.title, said.subject = clean(self.title)[:255], clean(self.subject)[:255]
        said.identifier, said.language = self.identifier, LANGUAGES[self.language]
        said.author = said.last_modified_by = said.comments = said.keywords = ""
        said.created = said.modified = moment.replace(microsecond=0)
        said.revision = 1

    def _write_foot(self) -> None:
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        foot = section.footer.paragraphs[0]._p  # noqa: SLF001  # the element itself
        page, pages = (live(name, "1") for name in ("PAGE", "NUMPAGES"))
        of = f" {say('word.of', self.language)} "
        word = f"{say('word.page', self.language)} "
        tab = element("w:r", children=[element("w:tab")])
        foot.extend([run(self.foot), tab, run(word), *page, run(of), *pages])


def _without_clock(written: io.BytesIO) -> bytes:
    """Write the parts anew with one time, for python-docx stamps each with the clock."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(written) as old,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EARLIEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return whole.getvalue()
