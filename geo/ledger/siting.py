"""Where a file puts its projects: coordinates, WKT or shapes, made places and compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.errors import ImportRowError, LedgerError, NaeringsarealError
from geo.formats.write import WGS84
from geo.intake.systems.crs import HERE, readings
from geo.intake.systems.projection import bring_home
from geo.ledger.entries import KEEP, Keep
from geo.ledger.headings import EASTING, NORTHING, WKT, continued
from geo.ledger.incoming import PROJECTS, note
from geo.schema.coercion import quote
from geo.schema.findings import Finding, Report
from geo.schema.layers import CRS, MAX_X, MAX_Y, MIN_X, MIN_Y, POINT, POLYGON
from geo.schema.validation import clean_geometry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.intake.systems.projection import Hints
    from geo.ledger.incoming import Table

    Place: TypeAlias = BaseGeometry | Keep | NaeringsarealError | None

# Places are the same when no coordinate differs by more: what a transformation there and back does.
SAME_M: Final = 0.001
# Coordinates in their own columns are written in centimetres.
_ROUNDED_M: Final = 0.01

# Only these, and not a collection of collections of … that would exhaust the reader's stack.
_SHAPE: Final = re.compile(r"\s*(?:MULTI)?(?:POINT|POLYGON)\b", re.IGNORECASE)
_ABSURD: Final = 1e12  # metres
_MAX_LONGITUDE, _MAX_LATITUDE = 180.0, 90.0


def places_of(
    table: Table,
    cells: Sequence[Mapping[str, Any]],
    olds: Sequence[BaseGeometry | None],
    names: Sequence[str],
) -> tuple[list[Place], list[Finding]]:
    """
    Work out each row's place.

    Coordinates and a WKT in one row must agree, but for a point that was moved by its coordinates
    or a place that was changed in its WKT. A file that has no more than a point inside a
    project's area leaves the area as it is.

    Parameters
    ----------
    table, cells
        The file, and its rows' cells with coordinates as numbers.
    olds
        The rows' projects' places in the ledger.
    names
        What each row is called in a message.

    Returns
    -------
    list
        `KEEP` where the file says nothing else than the ledger, a place in EPSG:25832 as the
        ledger would store it, None where it becomes unknown, or what is wrong with it.
    list of Finding
        What had to be assumed or repaired.
    """
    notes: list[Finding] = []
    found: list[Place]
    if table.has_shapes:
        found = [row.shape for row in table.rows]
    elif table.has_places:
        if table.has_points:
            points = [row.shape for row in table.rows]
        else:
            points = _points(cells, table.hints, notes)
        found = [
            _place(one, point, old, name)
            for one, point, old, name in zip(cells, points, olds, names, strict=True)
        ]
    else:
        return [KEEP] * len(cells), notes
    found = [
        new if isinstance(new, Keep | NaeringsarealError) or not same_place(old, new) else KEEP
        for old, new in zip(olds, found, strict=True)
    ]
    return _cleaned(found, olds, names, notes), notes


def same_place(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Whether two places are the same within `SAME_M`, whatever they are wrapped in."""
    if one is None or other is None:
        return one is other
    one, other = _unwrapped(one), _unwrapped(other)
    if one.is_empty or other.is_empty or one.geom_type != other.geom_type:
        return False
    return bool(shapely.equals_exact(one, other, SAME_M, normalize=True))


def _unwrapped(place: BaseGeometry) -> BaseGeometry:
    # Many programs write every area as several, be it of one.
    plain = shapely.force_2d(place)
    alone = plain.geom_type.startswith("Multi") and shapely.get_num_geometries(plain) == 1
    first = shapely.get_geometry(plain, 0) if alone else None
    return plain if first is None else first


def _points(
    cells: Sequence[Mapping[str, Any]], hints: Hints, notes: list[Finding]
) -> list[BaseGeometry | ImportRowError | None]:
    swapped = degrees = False
    said = hints.crs is not None or hints.swap or hints.each is not None
    made: list[BaseGeometry | ImportRowError | None] = []
    transformer = Transformer.from_crs(WGS84, CRS, always_xy=True)
    for one in cells:
        given: list[Any] = [one.get(name) for name in (EASTING, NORTHING)]
        if given == [None, None]:
            made.append(None)
            continue
        if not all(isinstance(value, int | float) and abs(value) < _ABSURD for value in given):
            shown = "; ".join("" if value is None else quote(value) for value in given)
            made.append(ImportRowError("error.import_coordinates", value=shown))
            continue
        x, y = (float(value) for value in given)
        # In Norwegian surveying x is north and y is east; Norway's numbers tell which is meant.
        if not said and _within(y, x):
            x, y, swapped = y, x, True
        elif not said and abs(x) <= _MAX_LONGITUDE and abs(y) <= _MAX_LATITUDE:
            (x, y), degrees = transformer.transform(x, y), True
        made.append(shapely.Point(x, y))
    if swapped:
        notes.append(note("finding.assumed_axes"))
    if degrees:
        notes.append(note("finding.assumed_degrees"))
    return _in_system(made, hints, notes)


def _in_system(
    made: list[BaseGeometry | ImportRowError | None], hints: Hints, notes: list[Finding]
) -> list[BaseGeometry | ImportRowError | None]:
    """Bring points home that are in another system than a list of ours is written in."""
    rows = [row for row, one in enumerate(made) if isinstance(one, shapely.Geometry)]
    frame = gpd.GeoDataFrame(geometry=[made[row] for row in rows], index=rows)
    said = hints.crs is not None or hints.swap or hints.each is not None
    if not rows or not (said or _belongs_elsewhere(frame, hints)):
        return made
    home, told = bring_home(frame, PROJECTS, hints)
    notes += told
    for row in rows:
        found = home.geometry.get(row)
        made[row] = ImportRowError("error.import_row_system") if found is None else found
    return made


def _belongs_elsewhere(frame: gpd.GeoDataFrame, hints: Hints) -> bool:
    """Whether the points are where projects are, but in another system than they stand in."""
    if hints.near is None:
        return False
    x, y = float(frame.geometry.x.median()), float(frame.geometry.y.median())
    found = readings(x, y, hints.near)
    return bool(found) and found[0].rank == HERE and found[0].crs != CRS


def _within(x: float, y: float) -> bool:
    return MIN_X <= x <= MAX_X and MIN_Y <= y <= MAX_Y


def _place(
    cells: Mapping[str, Any],
    point: BaseGeometry | ImportRowError | None,
    old: BaseGeometry | None,
    name: str,
) -> Place:
    if isinstance(point, ImportRowError):
        return point
    text = _wkt(cells)
    if text is None:
        if point is None or old is None:
            return point
        # The point of an area tells nothing new, unless the file had room for the area itself.
        beside = old.geom_type == "Point" or WKT not in cells
        return KEEP if beside and _near(point, old) else point
    shape = shapely.from_wkt(text, on_invalid="ignore") if _SHAPE.match(text) else None
    if shape is None:
        return ImportRowError("error.import_wkt", value=quote(text))
    return shape if point is None else _agreed(shape, point, old, name)


def _agreed(shape: BaseGeometry, point: BaseGeometry, old: BaseGeometry | None, name: str) -> Place:
    """Which of a row's two places counts: the one that was changed."""
    if _near(point, shape):
        return shape
    if old is not None and old.geom_type == "Point" and same_place(shape, old):
        return point
    if old is not None and _near(point, old):
        return shape
    return ImportRowError("error.import_contradiction", project=quote(name))


def _wkt(cells: Mapping[str, Any]) -> str | None:
    parts = []
    number = 1
    while (part := cells.get(continued(number))) is not None:
        parts.append(str(part))
        number += 1
    return "".join(parts) if parts and parts[0].strip() else None


def _near(point: BaseGeometry, place: BaseGeometry) -> bool:
    return bool(shapely.distance(point, place) <= _ROUNDED_M)


def _cleaned(
    found: list[Place],
    olds: Sequence[BaseGeometry | None],
    names: Sequence[str],
    notes: list[Finding],
) -> list[Place]:
    """Check and repair the new places, as the ledger will, all in one go."""
    rows = [number for number, one in enumerate(found) if isinstance(one, shapely.Geometry)]
    if not rows:
        return found
    copies = shapely.force_2d(np.array([found[row] for row in rows], dtype=object))
    report = Report(PROJECTS, pd.Series([names[row] or str(row) for row in rows], index=rows))
    with np.errstate(invalid="ignore"):  # NaN among the coordinates is what is looked for
        frame = gpd.GeoDataFrame(geometry=copies, index=rows, crs=CRS)
        sound = clean_geometry(frame, POINT | POLYGON, report).geometry.to_dict()
    notes += [one for one in report.findings if one.msgid == "finding.geometry_repaired"]
    for row in rows:
        new = sound.get(row)
        if new is None:
            found[row] = LedgerError("error.place", project=quote(names[row]))
        else:
            # What was repaired may turn out to be what the ledger had made of it already.
            found[row] = KEEP if same_place(olds[row], new) else new
    return found
