"""Delimited texts as people save them: any encoding, any delimiter, a title above the headings."""

from __future__ import annotations

import codecs
import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from geo.errors import FileError
from geo.intake.tables.columns import to_frame
from geo.intake.tables.headings import LOOKED_AT, heading_row
from geo.schema.coercion import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pandas import DataFrame

    from geo.intake.job import Job
    from geo.schema.findings import Finding

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# å, ø, Å, Ø as MS-DOS wrote them, at a letter; in Windows' encoding these are quotes and daggers.
_FROM_DOS: Final = re.compile(rb"[A-Za-z][\x86\x9b\x8f\x9d]|[\x86\x9b\x8f\x9d][A-Za-z]")
_FROM_WINDOWS: Final = re.compile(rb"[\xe5\xe6\xf8\xc5\xc6\xd8]")
_DELIMITERS: Final = ";,\t|"
_NAMED_DELIMITER: Final = re.compile(r"\s*sep=(.)\s*\Z", re.IGNORECASE)  # Excel's own way
_SAMPLE: Final = 100_000  # characters, in which headings are looked for
_END: Final = "\x00end\x00"
# A cell may hold the outline of a municipality; how long a file may be is limited elsewhere.
csv.field_size_limit(2**31 - 1)


def read_text(path: Path, job: Job) -> tuple[DataFrame, list[Finding]]:
    """
    Read a delimited text; every column is text.

    Returns
    -------
    DataFrame
        Its index is the row's number less one, as Excel numbers them: also blank ones.
    list of Finding
        What a reader must be told.

    Raises
    ------
    FileError
        If it holds more than the limits allow. If it is no table, or an empty one.
    """
    text = _decode(path.read_bytes())
    head, _, rest = text.partition("\n")
    named = _NAMED_DELIMITER.match(head)
    if named:
        text = rest
    delimiter = named[1] if named else _delimiter(text)
    return to_frame(list(_rows(text, delimiter, job)), job, narrow=True)


def _decode(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    if content[1:4:2] == b"\x00\x00":  # without a mark
        return content.decode("utf-16-le", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        dos = _FROM_DOS.search(content) and not _FROM_WINDOWS.search(content)
        # What Excel saves as CSV in Norway; five of its 256 bytes stand for nothing.
        return content.decode("cp865" if dos else "cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """Return what parts the headings, which need not stand first."""
    lines = text[:_SAMPLE].splitlines(keepends=True)

    def fitness(delimiter: str) -> tuple[int, int]:
        records = (_cells(one) for one in csv.reader(lines, delimiter=delimiter))
        rows = list(islice((one for one in records if any(one)), LOOKED_AT))
        if not rows:
            return 0, len(lines)  # nothing but delimiters
        at, sure = heading_row(rows)
        return sure, sum(cell is not None for cell in rows[at])

    return max(_DELIMITERS, key=fitness)


def _rows(text: str, delimiter: str, job: Job) -> Iterator[tuple[int, list[str | None]]]:
    """Yield number and cells of each row with anything in it."""
    most = job.limits.features + LOOKED_AT
    lines = io.StringIO(f"{text}\n{_END}", newline="")
    reader = csv.reader(_checked(lines, delimiter, job), delimiter=delimiter, skipinitialspace=True)
    number = found = 0
    for number, record in enumerate(reader, 1):
        if record == [_END]:
            return
        cells = _cells(record) if any(record) else []
        if not any(cells):
            continue
        found += 1
        if found > most:
            limit = job.limits.features
            raise FileError("error.too_many_features", path=job.shown, limit=limit)
        if any(_END in cell for cell in cells if cell):
            break
        yield number, cells
    # A quotation mark that is never closed took the end along, and every row before it.
    raise FileError("error.quote_open", path=job.shown, at=number)


def _cells(record: Iterable[str]) -> list[str | None]:
    return [legible(cell) or None for cell in record]


def _checked(lines: Iterable[str], delimiter: str, job: Job) -> Iterator[str]:
    """Yield lines for as long as none has far too many cells."""
    inside = 0  # 1 within quotation marks that an earlier line began
    for line in lines:
        quoted = '"' in line
        if line.count(delimiter) > job.limits.columns:
            outside = line.split('"')[inside::2]
            if sum(part.count(delimiter) for part in outside) > job.limits.columns:
                limit = job.limits.columns
                raise FileError("error.too_many_columns", path=job.shown, limit=limit)
        if quoted:
            inside ^= line.count('"') & 1
        yield line
