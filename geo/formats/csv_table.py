"""CSV: a table with a point and the outline of each feature, and what it means beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.formats.content import Content, points, wkt

if TYPE_CHECKING:
    from pathlib import Path

    from geo.formats.content import Progress

# A spreadsheet takes a cell that begins like this for a formula and runs it.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_ENCODING: Final = "utf-8-sig"  # its mark tells Excel that it is UTF-8
SIDECAR: Final = "-metadata.json"  # W3C, Tabular Data on the Web, 5.3: found by its name


def neutralise(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before text that a spreadsheet would run."""

    def safe(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

    text = {
        column: table[column].map(safe)
        for column in table.columns
        if not pd.api.types.is_numeric_dtype(table[column])
    }
    return table.assign(**text).rename(columns=safe)


def as_bytes(table: pd.DataFrame, *, separator: str = ",") -> bytes:
    """Return a table as CSV that Excel opens as UTF-8, with nothing that it would run."""
    written: str = neutralise(table).to_csv(index=False, sep=separator)
    return written.encode(_ENCODING)


def write_csv(content: Content, path: Path, progress: Progress) -> None:
    """
    Write the table; with a codebook also its description, `NAME.csv-metadata.json`.

    The description is the W3C's CSV on the Web, for a table has no place for it.
    """
    frame = content.frame
    table = neutralise(
        pd.DataFrame(content.marked().drop(columns=frame.geometry.name)).assign(
            **points(frame),
            crs=f"EPSG:{frame.crs.to_epsg()}",
            wkt=pd.Series(wkt(frame), index=frame.index, dtype=object),
        )
    )
    progress(0.5)
    table.to_csv(path, index=False, encoding=_ENCODING)
    if content.codebook:
        described = json.dumps(_description(content, path.name, table), ensure_ascii=False)
        path.with_name(path.name + SIDECAR).write_text(described + "\n", encoding="utf-8")


def _description(content: Content, name: str, table: pd.DataFrame) -> dict[str, Any]:
    known = {one.name: one for one in content.codebook}
    columns = []
    for column in table.columns:
        one = known.get(column)
        texts = [] if one is None else [one.meaning or content.say("codebook.own"), one.codes_text]
        said = " ".join(text for text in texts if text)
        columns.append({"titles": str(column), **({"dc:description": said} if said else {})})
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": content.language}],
        "url": name,
        "dc:title": content.title or name,
        "dc:description": "\n".join(f"{label}: {value}" for label, value in content.about()),
        "dc:source": content.provenance.source,
        "dc:license": content.provenance.licence,
        "tableSchema": {"columns": columns},
    }
