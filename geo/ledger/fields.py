"""The fields of a project: names, what they may hold, how a value or a place is made to fit."""

from __future__ import annotations

from datetime import date
from numbers import Real
from typing import TYPE_CHECKING, Final, TypeGuard

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import FieldError, JobsError, LedgerError
from geo.i18n import Remark, to_choose
from geo.schema.coercion import quote
from geo.schema.findings import Report
from geo.schema.layers import AREA_KINDS, CRS, EFFECTS, JOBS, POINT, POLYGON
from geo.schema.text import LINE, TEXT, cleaned_text, is_unknown
from geo.schema.validation import clean_geometry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry


IDEA, PROPOSED, ADOPTED, BUILDING, FINISHED = "idé", "forslag", "vedtatt", "under bygging", "ferdig"
REJECTED: Final = "avslått"
STATUSES: Final = (IDEA, PROPOSED, ADOPTED, BUILDING, FINISHED, REJECTED)

COUNTS, PLANNED, NONE = EFFECTS
EFFECT_OF_STATUS: Final[Mapping[str | None, str]] = {
    None: NONE,  # what is not known to be planned is not counted
    IDEA: NONE,
    PROPOSED: PLANNED,
    ADOPTED: COUNTS,
    BUILDING: COUNTS,
    FINISHED: COUNTS,
    REJECTED: NONE,
}

NUMBER, YEAR, DATE, FLAG = "number", "year", "date", "flag"
FIELDS: Final[Mapping[str, str]] = {
    "project_id": LINE,
    "name": LINE,
    "zone_id": LINE,
    "business_type": LINE,
    "gross_area_m2": NUMBER,
    "site_area_m2": NUMBER,
    "area_kind": LINE,
    "jobs_low": NUMBER,
    "jobs": NUMBER,
    "jobs_high": NUMBER,
    "jobs_lost": NUMBER,
    "jobs_source": LINE,
    "year": YEAR,
    "status": LINE,
    "effect": LINE,
    "source": TEXT,
    "accuracy_m": NUMBER,
    "note": TEXT,
    "case_ref": LINE,
}
_CHOICES: Final = {"status": STATUSES, "area_kind": AREA_KINDS}
VALUES: Final = tuple(name for name in FIELDS if name != "project_id")
DTYPES: Final = {
    LINE: "str",
    TEXT: "str",
    NUMBER: "float64",
    YEAR: "Int64",
    DATE: "str",  # ISO 8601
    FLAG: "bool",
}

MAX_NUMBER: Final = 1e12  # beyond any square metre or job, and sums of it stay finite
FIRST_YEAR, LAST_YEAR = 1900, 2200

Value = str | float | int | None


def cleaned(values: Mapping[str, object]) -> dict[str, Value]:
    """
    Check one project's values and make them what the ledger stores.

    Parameters
    ----------
    values
        Any of `FIELDS`; what is absent, None, NaN or blank text is unknown. Without `effect` it
        follows from `status` (`EFFECT_OF_STATUS`).

    Returns
    -------
    dict
        Every one of `VALUES`, unknown ones as None, and `project_id` where it was given. Text
        stays as it is but for control characters: a line break or tab becomes a space in a field
        of one line, and all others but those two go.

    Raises
    ------
    LedgerError
        If a name is none of `FIELDS`.
    FieldError
        If a value cannot stand in its field; one code for each way.
    JobsError
        If the known ones of `jobs_low`, `jobs` and `jobs_high` are not in that order.
    """
    found = checked(values, FIELDS)
    for name, words in _CHOICES.items():
        require_choice(name, found[name], words)
    if found["project_id"] is None:
        del found["project_id"]
    found["effect"] = found["effect"] or EFFECT_OF_STATUS[_status(found)]
    require_choice("effect", found["effect"], EFFECTS)
    known = [found[name] for name in JOBS if found[name] is not None]
    if known != sorted(known):  # type: ignore[type-var]  # numbers, as checked above
        raise JobsError("error.jobs_interval", site=quote(found["name"]))
    return found


def merged(old: Mapping[str, Value], new: Mapping[str, object]) -> dict[str, Value]:
    """
    Put a partial change on top of a project's values, cleaned.

    A new status takes the effect with it, unless the change names the effect or it had been set
    by hand to something else than the old status' own. A project that is rejected counts for
    nothing whatever was set before.

    Raises
    ------
    LedgerError, FieldError, JobsError
        As in `cleaned`.
    """
    both: dict[str, object] = {**old, **new}
    if new.get("status", old["status"]) != old["status"] and "effect" not in new:
        by_hand = old["effect"] != EFFECT_OF_STATUS[_status(old)]
        if not by_hand or new["status"] == REJECTED:
            both["effect"] = None
    return cleaned(both)


def checked(values: Mapping[str, object], fields: Mapping[str, str]) -> dict[str, Value]:
    """
    Clean the values of a list's fields, each by the kind of its field; `name` must be there.

    Parameters
    ----------
    values
        Any of the fields; what is absent is unknown.
    fields
        Kind of each.

    Raises
    ------
    LedgerError
        If a name is none of the fields.
    FieldError
        If a value cannot stand in its field.
    """
    for name in values:
        if name not in fields:
            raise LedgerError(
                "error.unknown_field", field=quote(name), known=to_choose(fields, "field.{}")
            )
    found = {name: _value(name, values.get(name), kind) for name, kind in fields.items()}
    require(found, "name")
    return found


def require(values: Mapping[str, Value], *names: str) -> None:
    """
    Refuse values of which one of these is unknown.

    Raises
    ------
    FieldError
        For the first that is.
    """
    for name in names:
        if values[name] is None:
            raise FieldError("error.field_missing", field=name)


def _value(name: str, value: object, kind: str) -> Value:
    if kind == NUMBER:
        return number(name, value)
    if kind == YEAR:
        return _year(name, value)
    if kind == DATE:
        return _date(name, value)
    if kind == FLAG:
        return _flag(name, value)
    return cleaned_text(name, value, kind)


def _status(values: Mapping[str, Value]) -> str | None:
    status = values["status"]
    return None if status is None else str(status)


def require_choice(name: str, value: Value, known: Sequence[str], text: str | None = None) -> None:
    """
    Refuse a value that is none of a few words; unknown is not refused.

    `text` is what the ids of the words' texts begin with, the field's name by default.

    Raises
    ------
    FieldError
        If it is none of them.
    """
    if value is not None and value not in known:
        said = tuple(Remark(f"{text or name}.{one}") for one in known)
        raise FieldError("error.field_choice", field=name, value=quote(value), known=said)


def number(name: str, value: object, highest: float = MAX_NUMBER) -> float | None:
    """
    Return a number that is not negative; None where it is unknown.

    Raises
    ------
    FieldError
        If it is no such number, or above the highest.
    """
    if is_unknown(value):
        return None
    if not _is_number(value) or not 0 <= value <= highest:
        raise FieldError("error.field_number", field=name, value=quote(value), highest=highest)
    return float(value) + 0.0  # −0 is 0


def _year(name: str, value: object) -> int | None:
    if is_unknown(value):
        return None
    if not _is_number(value) or not FIRST_YEAR <= value <= LAST_YEAR or value % 1:
        limits = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
        raise FieldError("error.field_year", field=name, value=quote(value), **limits)
    return int(value)


def _date(name: str, value: object) -> str | None:
    if is_unknown(value) or (isinstance(value, str) and not value.strip()):
        return None
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise FieldError("error.field_date", field=name, value=quote(value))
    return f"{found:%Y-%m-%d}"


def _flag(name: str, value: object) -> bool:
    """Whether something is so; what is unknown is not."""
    if is_unknown(value):
        return False
    if not isinstance(value, bool | np.bool_):
        raise FieldError("error.field_flag", field=name, value=quote(value))
    return bool(value)


def _is_number(value: object) -> TypeGuard[float]:
    # numpy's numbers are Real as well; True is, too, but is no quantity.
    return isinstance(value, Real) and not isinstance(value, bool)


def cleaned_places(
    geometries: Sequence[BaseGeometry | None],
    names: Sequence[str],
    kinds: frozenset[str] = POINT | POLYGON,
    refusal: str = "error.place",
) -> list[BaseGeometry | None]:
    """
    Check places and make them what the ledger stores.

    Parameters
    ----------
    geometries
        In EPSG:25832; None where the place is unknown.
    names
        What each project is called in a message.
    kinds
        Of geometry that may be.
    refusal
        Code of the error, with the name as `project`.

    Returns
    -------
    list
        Points, polygons and multipolygons of our own in two dimensions, invalid polygons repaired
        as a pack's are.

    Raises
    ------
    LedgerError
        If one is empty, of another type, a collection of several types, not finite, outside Norway
        or nothing after repair.
    """
    places: list[BaseGeometry | None] = [None] * len(geometries)
    rows = [row for row, geometry in enumerate(geometries) if geometry is not None]
    if not rows:
        return places
    copies = shapely.force_2d(np.array([geometries[row] for row in rows], dtype=object))
    report = Report("projects", pd.Series([str(row) for row in rows], index=rows))
    with np.errstate(invalid="ignore"):  # NaN among the coordinates is what is looked for
        sound = clean_geometry(
            gpd.GeoDataFrame(geometry=copies, index=rows, crs=CRS), kinds, report
        )
    parts, owner = shapely.get_parts(copies, return_index=True)
    dimension = shapely.get_dimensions(parts)
    for at, row in enumerate(rows):
        # A place has one meaning: of an area and a point together, none would be told as left out.
        if row not in sound.index or np.unique(dimension[owner == at]).size > 1:
            raise LedgerError(refusal, project=quote(names[row]))
        places[row] = sound.geometry[row]
    return places


def to_bytes(geometry: BaseGeometry | None) -> bytes | None:
    """WKB of a place; None where it is unknown."""
    return None if geometry is None else bytes(shapely.to_wkb(geometry))


def from_bytes(wkb: bytes | None) -> BaseGeometry | None:
    """Place that `to_bytes` was given."""
    return None if wkb is None else shapely.from_wkb(wkb)
