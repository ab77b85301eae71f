"""PDF documents as another program reads them: their text, and the structure for readers aloud."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pypdf
from defusedxml import ElementTree
from pypdf.generic import ArrayObject, DictionaryObject, NullObject

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = {
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://www.aiim.org/pdfua/ns/id/": "pdfuaid",
}


def read(document: bytes) -> pypdf.PdfReader:
    """Open a document as a program that forgives nothing."""
    return pypdf.PdfReader(io.BytesIO(document), strict=True)


def plain(page: pypdf.PageObject) -> str:
    """Text of a page on one line, with plain spaces."""
    return " ".join(page.extract_text().split())


def elements(pdf: pypdf.PdfReader) -> Iterator[tuple[str, DictionaryObject]]:
    """Elements of the structure in the order that they are read aloud, with their kind."""
    left = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while left:
        one = left.pop().get_object()
        if isinstance(one, ArrayObject):
            left += reversed(one)
        elif isinstance(one, DictionaryObject):
            if "/S" in one:
                yield one["/S"], one
            children = one.get("/K", NullObject())
            left += [children] if isinstance(children, ArrayObject | DictionaryObject) else []


def xmp(pdf: pypdf.PdfReader) -> dict[str, str]:
    """What the document says of its standards."""
    text = pdf.trailer["/Root"]["/Metadata"].get_data()
    said = {}
    for one in ElementTree.fromstring(text).iter():
        space, _, name = one.tag.removeprefix("{").partition("}")
        if space in _NAMES:
            said[f"{_NAMES[space]}:{name}"] = one.text or ""
    return said
