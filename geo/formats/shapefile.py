"""A zipped shapefile, with what its names and fields cannot hold in a text beside it."""

from __future__ import annotations

import tempfile
import unicodedata
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyogrio

from geo.formats import csv_table
from geo.formats.content import Content, by_geometry
from geo.formats.ogr import writable

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.formats.content import Progress

NAME_LENGTH: Final = 10  # characters of a field's name in dBASE
TEXT_BYTES: Final = 254  # of a text field
LARGEST: Final = 1e15  # of a number that a field has room for, with its decimals
README: Final = "LESMEG.txt"
CODEBOOK: Final = "kodebok.csv"


def write(content: Content, path: Path, progress: Progress) -> None:
    """
    Write a zip with a shapefile for each kind of geometry, a text on it, and the codebook.

    Field names are shortened to ten letters of ASCII, each of its own; the codebook has both. A
    text longer than the format holds is cut, and the text tells how many.
    """
    frame = _texts(writable(content.marked()))
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
    short = short_names(columns)
    cut = {name: _too_long(frame[name]) for name in columns}
    frame = frame.assign(**{name: _shortened(frame[name]) for name in columns if cut[name]})
    parts = by_geometry(frame.rename(columns=short))
    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".shp-") as folder,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for kind, part in parts.items():
            name = f"{path.stem}_{kind}" if len(parts) > 1 else path.stem
            pyogrio.write_dataframe(
                part, Path(folder) / f"{name}.shp", driver="ESRI Shapefile", encoding="UTF-8"
            )
        progress(0.8)
        for file in sorted(Path(folder).iterdir()):
            archive.write(file, file.name)
        archive.writestr(README, _readme(content, short, cut))
        archive.writestr(CODEBOOK, _codebook(content, short))


def short_names(names: list[str]) -> dict[str, str]:
    """Return for each name one of at most ten letters, digits and underscores, unlike the rest."""
    taken: set[str] = set()
    found = {}
    for name in names:
        plain = name.replace("ø", "o").replace("Ø", "O").replace("æ", "ae").replace("Æ", "AE")
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
        plain = "".join(one if one.isalnum() else "_" for one in plain) or "felt"
        stem, number = plain[:NAME_LENGTH], 1
        while stem.lower() in taken:  # dBASE does not tell capitals from small letters
            number += 1
            stem = f"{plain[: NAME_LENGTH - len(str(number))]}{number}"
        taken.add(stem.lower())
        found[name] = stem
    return found


def _texts(frame: GeoDataFrame) -> GeoDataFrame:
    """Return as text what the format's fields cannot hold: moments in time, and huge numbers."""
    moments = frame.select_dtypes(["datetime", "datetimetz"]).columns
    numbers = frame.select_dtypes("float").columns
    huge = [name for name in numbers if (frame[name].abs() >= LARGEST).any()]
    told = {
        str(name): pd.Series(
            [None if pd.isna(value) else _text(value) for value in frame[name]],
            index=frame.index,
            dtype="str",
        )
        for name in (*moments, *huge)
    }
    return frame.assign(**told)


def _text(value: Any) -> str:  # noqa: ANN401  # a moment or a number
    return str(value.isoformat()) if hasattr(value, "isoformat") else repr(float(value))


def _too_long(column: pd.Series) -> int:
    return sum(isinstance(v, str) and len(v.encode()) > TEXT_BYTES for v in column)


def _shortened(column: pd.Series) -> pd.Series:
    # By bytes, but never through the middle of a letter.
    return column.map(
        lambda value: (
            value.encode()[:TEXT_BYTES].decode(errors="ignore") if isinstance(value, str) else value
        )
    )


def _readme(content: Content, short: dict[str, str], cut: dict[str, int]) -> bytes:
    lines = [content.readme(), "", content.say("codebook.shapefile")]
    lines += [f"  {new} = {old}" for old, new in short.items() if old != new]
    lines += [
        content.say("codebook.cut", column=name, count=count)
        for name, count in cut.items()
        if count
    ]
    return "\r\n".join("\n".join(lines).split("\n")).encode("utf-8-sig")


def _codebook(content: Content, short: dict[str, str]) -> bytes:
    heads = [
        content.say(f"codebook.head_{name}") for name in ("field", "column", "meaning", "codes")
    ]
    rows = [(short[row[0]], *row) for row in content.codebook_rows()]
    return csv_table.as_bytes(pd.DataFrame(rows, columns=heads))
