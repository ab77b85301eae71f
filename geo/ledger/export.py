"""The ledger out to GeoPackage and Excel with its origin, and a changed file back as a proposal."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geo import i18n
from geo.errors import FileUnwritableError
from geo.formats.provenance import Provenance
from geo.ledger.diff import compare
from geo.ledger.fields import DTYPES, FIELDS, VALUES
from geo.ledger.headings import REVISION, WKT
from geo.ledger.incoming import PROJECTS, read_table
from geo.ledger.proposal import Proposal
from geo.ledger.workbook import write_workbook
from geo.schema.coercion import quote
from geo.schema.manifest import BADGES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geo.ledger.entries import Entry, Head


@dataclass(frozen=True)
class Origin:
    """
    What an exported file says of itself.

    Attributes
    ----------
    municipality
        Name or number, as people shall read it.
    head
        Newest entry of the ledger when it was exported.
    provenance
        Of the figures; its badges and checksum are those of the pack beside the ledger.
    """

    municipality: str
    head: Head
    provenance: Provenance = field(default_factory=Provenance)

    def members(self) -> dict[str, str]:
        """Return the same by name, for programs; what is unknown is not in it."""
        at = None if self.head.at is None else self.head.at.isoformat()
        known = {
            "municipality": self.municipality,
            "ledger_seq": self.head.seq,
            "ledger_at": at,
            **self.provenance.members(),
        }
        return {name: str(value) for name, value in known.items() if value is not None}

    def lines(self, language: str) -> dict[str, object]:
        """Return the same for people, by the last part of the label's id (``about.…``)."""
        said = self.provenance
        unknown = i18n.say("unknown", language)
        badges = [i18n.say(f"export.{one}", language) for one in BADGES if getattr(said, one)]
        return {
            "municipality": self.municipality,
            "seq": self.head.seq,
            "at": unknown if self.head.at is None else self.head.at.isoformat(),
            "source": said.source or unknown,
            "licence": said.licence or unknown,
            "date": said.date or unknown,
            "pack_sha256": said.pack_sha256 or unknown,
            "badges": " ".join(badges) or i18n.say("about.no_badges", language),
            **({"parameters": said.parameters} if said.parameters else {}),
        }


__all__ = [
    "Origin",
    "Proposal",
    "gpkg_bytes",
    "read_changes",
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
    FileUnwritableError
        If the file cannot be written.
    """

    def write(complete: Path) -> None:
        common = {"driver": "GPKG", "layer_metadata": origin.members()}
        projects = state[[*FIELDS, REVISION, "geometry"]]
        # Of any type: a polygon must not come back as a multipolygon of one.
        pyogrio.write_dataframe(
            projects,
            complete,
            layer=PROJECTS,
            geometry_type="Unknown",
            promote_to_multi=False,
            layer_options={"DESCRIPTION": origin.provenance.describe()},
            **common,
        )
        pyogrio.write_dataframe(_history(entries), complete, layer=HISTORY, **common)

    _complete(Path(path), write)


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
    FileUnwritableError
        If the file cannot be written.
    """
    _complete(
        Path(path), lambda complete: write_workbook(state, entries, complete, origin, language)
    )


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


def read_changes(
    source: Path | str | bytes,
    ending: str,
    state: GeoDataFrame,
    *,
    taken: Collection[str] = (),
) -> Proposal:
    """
    Read a GeoPackage or workbook, and say what it would change; nothing is written.

    A field without a column in the file stays as it is; an empty cell in a column makes the field
    unknown. A row without a project id, or with one that is not in the ledger, is a new project.

    Parameters
    ----------
    source
        A file, or its content. Ours, or one with any of the columns that `headings` knows.
    ending
        ``.gpkg`` or ``.xlsx``.
    state
        As `Ledger.projects` returns it: what the file is compared with.
    taken
        Ids that a new project cannot have, since a removed one had them.

    Raises
    ------
    FileMissingError
        If there is no such file.
    ImportFileError
        If it cannot be read, is too large, or has no projects in it.
    CrsMissingError
        If a GeoPackage's layer does not say which reference system it is in.
    """
    return compare(read_table(source, ending), state, taken=taken)


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


def _complete(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside the file, and put it in its place when it is whole."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
            complete = Path(folder) / path.name
            write(complete)
            complete.replace(path)
    except (OSError, DataSourceError, DataLayerError) as error:
        raise FileUnwritableError(path=quote(path)) from error


def _bytes(write: Callable[[Path], None], ending: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"data{ending}"
        write(path)
        return path.read_bytes()
