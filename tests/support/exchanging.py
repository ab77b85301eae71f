"""States of a ledger, and files that people might have made of them."""

from __future__ import annotations

import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
from hypothesis import strategies as st

from geo.formats.provenance import Provenance
from geo.ledger.entries import Entry, EntryKind, Head
from geo.ledger.fields import DTYPES, FIELDS, NUMBER, STATUSES, TEXT, YEAR, cleaned
from geo.ledger.workbook import Origin
from geo.schema.layers import AREA_KINDS, CRS, EFFECTS

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORIGIN = Origin(
    "Lillestrøm (3205)",
    Head(7, NOON),
    Provenance("Kommunen", "CC BY 4.0", "2026", synthetic=True, pack_sha256="ab12"),
)

HOSTILE = [
    "=1+1",
    "=",
    "+47 64 00 00 00",
    "-5",
    "@SUM(A1)",
    "#N/A",
    "007",
    "TRUE",
    "NaN",
    "None",
    "'apostrof",
    "_x0041_",
    "_x005F_x0041_",
    "abcx005F_def",
    "\ufffe\uffff",
    "\u202eredrum\u202c",
    "👩‍🏭 🇳🇴",
    "<b>&amp;</b>",
    "  rom rundt  ",
    "«sitat»\u00a0\u2028",
]


def state(*projects):
    """State as the ledger gives it; ids p0, p1, … and revision 1 where nothing else is said."""
    rows = []
    for number, given in enumerate(projects):
        one = {"project_id": f"p{number}", "name": f"Prosjekt {number}"} | given
        extra = {"place": one.pop("place", None), "revision": one.pop("revision", 1)}
        rows.append(cleaned(one) | extra)
    made = {
        name: pd.Series([row[name] for row in rows], dtype=DTYPES[kind])
        for name, kind in FIELDS.items()
    }
    made["revision"] = pd.Series([row["revision"] for row in rows], dtype="int64")
    places = np.array([row["place"] for row in rows] or [], dtype=object)
    return gpd.GeoDataFrame(made, geometry=gpd.GeoSeries(places, crs=CRS))


def entries(frame, **more):
    """One entry for each project of a state, newest first."""
    plain = frame.drop(columns="geometry").astype(object)
    plain = plain.where(plain.notna(), None).to_dict("records")
    made = []
    for seq, (values, place) in enumerate(zip(plain, frame.geometry, strict=True), 1):
        project_id, revision = values.pop("project_id"), values.pop("revision")
        signed = (NOON, "Kari", "Vedtatt", EntryKind.ADDED)
        made.append(Entry(seq, project_id, revision, *signed, values, place, **more))
    return made[::-1]


def workbook(*rows, title="Ark1", **more_sheets):
    """Content of a workbook whose first sheet has these rows."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, lines in more_sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def edited(content, change):
    """Workbook of ours after somebody has changed its sheet of projects."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def geopackage(frame, layer="projects"):
    """Content of a GeoPackage with one layer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.gpkg"
        pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG")
        return path.read_bytes()


def cell(sheet, heading, row):
    """Cell under a heading."""
    return next(one for one in sheet[1] if one.value == heading).parent.cell(
        row, next(one.column for one in sheet[1] if one.value == heading)
    )


_characters = st.characters(exclude_categories=["Cs", "Cc"])
words = st.sampled_from(HOSTILE) | st.text(_characters, min_size=1, max_size=12)
texts = words | st.lists(words, max_size=3).map("\n\t".join)
numbers = st.floats(0, 1e12) | st.integers(0, 5000).map(float)


@st.composite
def some_states(draw, places):
    """States of a few projects with anything that the ledger may hold."""
    ids = draw(st.lists(words.filter(str.strip), unique=True, max_size=4))
    rows = []
    for project_id in ids:
        jobs = sorted(draw(st.tuples(numbers, numbers, numbers)))
        one = dict(zip(("jobs_low", "jobs", "jobs_high"), jobs, strict=True))
        for name, kind in FIELDS.items():
            kinds = {NUMBER: numbers, YEAR: st.integers(1900, 2200), TEXT: texts}
            if name not in one:
                one[name] = draw(st.none() | kinds.get(kind, words))
        for name in ("jobs_low", "jobs_high"):
            one[name] = draw(st.sampled_from([one[name], None]))
        one |= {
            "project_id": project_id,
            "name": draw(words.filter(str.strip)),
            "status": draw(st.none() | st.sampled_from(STATUSES)),
            "effect": draw(st.sampled_from(EFFECTS)),
            "area_kind": draw(st.none() | st.sampled_from(AREA_KINDS)),
            "revision": draw(st.integers(1, 5)),
            "place": draw(places),
        }
        rows.append(one)
    return state(*rows)
