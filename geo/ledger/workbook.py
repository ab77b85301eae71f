"""The ledger as an Excel workbook: projects, history, and a sheet on what the file is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import shapely
from openpyxl import Workbook

from geo import i18n
from geo.formats.excel import MAX_ROWS, add_sheet, in_cells
from geo.formats.provenance import Provenance
from geo.ledger.fields import FIELDS, FIRST_YEAR, LAST_YEAR, MAX_NUMBER, STATUSES, VALUES
from geo.ledger.headings import COLUMNS, EASTING, NORTHING, PLACE, REVISION, WKT, continued, heading
from geo.schema.layers import AREA_KINDS, EFFECTS
from geo.schema.manifest import BADGES
from geo.schema.text import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.ledger.entries import Entry, Head

_CODED: Final[Mapping[str, Sequence[str]]] = {
    "status": STATUSES,
    "effect": EFFECTS,
    "area_kind": AREA_KINDS,
}
_WIDE, _NORMAL = 40, 16  # characters
_LONG: Final = frozenset({"name", "note", "source", "reason", WKT})  # columns that are wide
_DECIMALS: Final = 2  # of metres: the point tells where, the outline is beside it
_HISTORY: Final = ("seq", "at", "author", "reason", "kind", "undoes", "removed", "project_id")


def write_workbook(
    state: GeoDataFrame, entries: Sequence[Entry], path: Path, origin: Origin, language: str
) -> None:
    """
    Write the workbook; of a history too long for a sheet the newest entries are there.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    book = Workbook(write_only=True)

    def add(title: str, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
        heads = [heading(column, language) for column in columns]
        widths = [_WIDE if column in _LONG else _NORMAL for column in columns]
        add_sheet(book, i18n.say(title, language), heads, rows, widths)

    # WKT with all decimals.
    wkt = [
        in_cells(None if one is None else shapely.to_wkt(one, rounding_precision=-1))
        for one in state.geometry
    ]
    parts = max(map(len, wkt), default=1)
    columns = [*COLUMNS, *(continued(part) for part in range(2, parts + 1))]
    rows = (
        [*values, *_position(place), *cells]
        for values, place, cells in zip(
            _table(state, (*FIELDS, REVISION), language), state.geometry, wkt, strict=True
        )
    )
    add("sheet.projects", columns, rows)
    columns = [*_HISTORY, REVISION, *VALUES, *PLACE[:2]]
    made = (_entry(entry, language) for entry in islice(entries, MAX_ROWS - 1))
    add("sheet.history", columns, made)
    widths = (_NORMAL, _WIDE, _WIDE, _WIDE)
    add_sheet(book, i18n.say("sheet.about", language), (), _about(origin, language), widths)
    book.save(path)


@cache
def words(column: str, language: str) -> Mapping[object, str]:
    """What the coded values of a column are called on the screen, by code; none for other ones."""
    codes = _CODED.get(column, ())
    return {code: i18n.say(f"{column}.{code}", language) for code in codes}


@cache
def codes(column: str) -> Mapping[str, str]:
    """The coded values of a column by all their words, without case; none for other columns."""
    return {
        said.casefold(): str(code)
        for language in i18n.LANGUAGES
        for code, word in words(column, language).items()
        for said in (word, str(code))
    }


def _table(state: GeoDataFrame, columns: Sequence[str], language: str) -> Iterable[Any]:
    plain = state[list(columns)].astype(object)
    plain = plain.where(plain.notna(), None)
    for row in plain.itertuples(index=False, name=None):
        yield _worded(zip(columns, row, strict=True), language)


def _worded(values: Iterable[tuple[str, object]], language: str) -> list[object]:
    return [words(name, language).get(value, value) for name, value in values]


def _entry(entry: Entry, language: str) -> list[object]:
    kind = i18n.say(f"history.kind_{entry.kind}", language)
    signed = [entry.seq, entry.at.isoformat(), entry.author, entry.reason, kind]
    values = _worded(((name, entry.values[name]) for name in VALUES), language)
    done = [entry.undoes, entry.removed, entry.project_id, entry.revision]
    return [*signed, *done, *values, *_position(entry.geometry)]


def _position(place: BaseGeometry | None) -> tuple[float | None, float | None]:
    if place is None:
        return None, None
    point = shapely.force_2d(place).representative_point()
    return round(point.x, _DECIMALS), round(point.y, _DECIMALS)


def _about(origin: Origin, language: str) -> Iterable[list[object]]:
    def said(msgid: str, **parts: object) -> str:
        return i18n.say(msgid, language, **parts)

    for name, value in origin.lines(language).items():
        yield [said(f"about.{name}"), value]
    yield []
    yield [said("about.how")]
    for msgid in ("about.how_rows", "about.how_cells", "about.how_revision"):
        yield [None, said(msgid)]
    yield []
    yield [said(f"about.{name}") for name in ("heading", "meaning", "field", "allowed")]
    for column in COLUMNS:
        meaning = said(f"field_meaning.{column}")
        yield [heading(column, language), meaning, column, _allowed(column, language)]


def _allowed(column: str, language: str) -> str:
    if column in _CODED:
        return "; ".join(words(column, language).values())
    limits = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
    special = {REVISION: "revision_number", EASTING: "coordinate", NORTHING: "coordinate"}
    msgid = {**special, WKT: "wkt"}.get(column) or FIELDS[column]
    limit = LIMITS.get(FIELDS.get(column, ""), 0)
    return i18n.say(f"about.{msgid}", language, limit=limit, highest=MAX_NUMBER, **limits)


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
