"""The ledger out to GeoPackage and Excel with its origin, and a changed file back as a proposal."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyogrio
import shapely

from geo import i18n
from geo.formats import atomic
from geo.ledger.fields import DTYPES, FIELDS, VALUES
from geo.ledger.headings import REVISION, WKT
from geo.ledger.incoming import PROJECTS
from geo.ledger.proposal import Proposal
from geo.ledger.workbook import Origin, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geo.ledger.entries import Entry


__all__ = [
    "Origin",
    "Proposal",
    "gpkg_bytes",
    "to_gpkg",
    "to_xlsx",
    "xlsx_bytes",
]

HISTORY: Final = "history"
_TYPES: Final = {
    "seq": "int64",
    "project_id": "str",
    "revision": "int64",
    "at": "str",
    "author": "str",
    "reason": "str",
    "kind": "str",
    "undoes": "Int64",
    "removed": "bool",
}


def to_gpkg(
    state: GeoDataFrame, entries: Sequence[Entry], path: Path | str, origin: Origin
) -> None:
    """
    Write the ledger as a GeoPackage.

    Parameters
    ----------
    state
        As `Ledger.projects` returns it, EPSG:25832. Becomes the layer ``projects``, in which
        projects without a place stand too.
    entries
        As `Ledger.history` returns them. Become the table ``history``: all that an entry says,
        its time in ISO 8601 and its place as WKT.
    path
        An existing file is replaced once the new one is complete.
    origin
        Written into the layers' metadata.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    path = Path(path)
    with atomic.unwritable(path), atomic.draft_file(path) as draft:
        common = {"driver": "GPKG", "layer_metadata": origin.members()}
        projects = state[[*FIELDS, REVISION, "geometry"]]
        # Of any type: a polygon must not come back as a multipolygon of one.
        pyogrio.write_dataframe(
            projects,
            draft,
            layer=PROJECTS,
            geometry_type="Unknown",
            promote_to_multi=False,
            layer_options={"DESCRIPTION": origin.provenance.describe()},
            **common,
        )
        pyogrio.write_dataframe(_history(entries), draft, layer=HISTORY, **common)


def to_xlsx(
    state: GeoDataFrame,
    entries: Sequence[Entry],
    path: Path | str,
    origin: Origin,
    *,
    language: str = i18n.DEFAULT_LANGUAGE,
) -> None:
    """
    Write the ledger as an Excel workbook, with sheets for projects, history and the file itself.

    Parameters
    ----------
    state, entries, path, origin
        As in `to_gpkg`. A place is a point's coordinates and WKT in EPSG:25832.
    language
        Of the headings and of the words for status and effect.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    path = Path(path)
    with atomic.unwritable(path), atomic.draft_file(path) as draft:
        write_workbook(state, entries, draft, origin, language)


def gpkg_bytes(state: GeoDataFrame, entries: Sequence[Entry], origin: Origin) -> bytes:
    """Return what `to_gpkg` would write, for a download."""
    return _bytes(lambda path: to_gpkg(state, entries, path, origin), ".gpkg")


def xlsx_bytes(
    state: GeoDataFrame,
    entries: Sequence[Entry],
    origin: Origin,
    *,
    language: str = i18n.DEFAULT_LANGUAGE,
) -> bytes:
    """Return what `to_xlsx` would write, for a download."""
    return _bytes(lambda path: to_xlsx(state, entries, path, origin, language=language), ".xlsx")


def _history(entries: Sequence[Entry]) -> DataFrame:
    signed = {name: [getattr(entry, name) for entry in entries] for name in _TYPES}
    signed["at"] = [entry.at.isoformat() for entry in entries]
    signed["kind"] = [entry.kind.value for entry in entries]
    values = {name: [entry.values[name] for entry in entries] for name in VALUES}
    places = [
        None if one.geometry is None else shapely.to_wkt(one.geometry, rounding_precision=-1)
        for one in entries
    ]
    types = _TYPES | {name: DTYPES[FIELDS[name]] for name in VALUES} | {WKT: "str"}
    columns = {**signed, **values, WKT: places}
    return pd.DataFrame({name: pd.Series(columns[name], dtype=types[name]) for name in types})


def _bytes(write: Callable[[Path], None], ending: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"data{ending}"
        write(path)
        return path.read_bytes()
