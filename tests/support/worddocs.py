"""A Word document as other programs read it: python-docx, and LibreOffice by way of a PDF."""

from __future__ import annotations

import io
import subprocess

import docx
from docx.oxml.ns import qn

from geo.report.account import picture
from geo.report.typesetting import png


def opened(data):
    """Open a document by python-docx."""
    return docx.Document(io.BytesIO(data))


def headings(document, level=1):
    """Texts of the headings of a level, in order."""
    return [one.text for one in document.paragraphs if one.style.name == f"Heading {level}"]


def captions(document):
    """Texts below pictures and above tables, in order."""
    return [one.text for one in document.paragraphs if one.style.name == "Caption"]


def tables(document):
    """Tables by their captions, without the number: rows of cells, the header row first."""
    found = {}
    for table in document.tables:
        said = table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        found[said] = [[cell.text for cell in row.cells] for row in table.rows]
    return found


def figure(cell):
    """What a cell says first, without what it rests on."""
    return cell.split("\n")[0].split("\N{EM SPACE}")[-1]


def pictures(document):
    """Alternative texts of all pictures."""
    return [one.get("descr") for one in document.element.body.iter(qn("wp:docPr"))]


def as_pdf(soffice, data, folder):
    """Have LibreOffice open a document and print it; return the PDF's path."""
    path = folder / "document.docx"
    path.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(  # noqa: S603  # LibreOffice
        [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, path],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return path.with_suffix(".pdf")


def dots_for_pictures(monkeypatch):
    """Let maps and charts be a dot each, where nobody looks at them: drawing takes most time."""
    dot = png(b'<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"/>', width_px=8)
    monkeypatch.setattr(picture, "png", lambda *_, **__: dot)
