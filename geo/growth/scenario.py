"""Scenarios: a ledger's projects with some of them changed, left out or added."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass, field
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely
from pydantic import TypeAdapter

from geo.errors import ParameterError
from geo.growth.effect import require_shares
from geo.growth.projects import GIVEN_SHARE, GIVEN_SHARE_REGIONAL
from geo.jobs import site_ids
from geo.ledger.fields import DTYPES, FIELDS, NONE, NUMBER, PLANNED, STATUSES, cleaned, merged
from geo.schema.coercion import quote
from geo.schema.documents import STRICT, read
from geo.schema.layers import CRS, JOBS, MAX_X, MAX_Y, MIN_X, MIN_Y

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from geopandas import GeoDataFrame
    from pandas import Series
    from shapely.geometry.base import BaseGeometry


_SHAPES: Final = ("Point", "Polygon", "MultiPolygon")


@dataclass(frozen=True, kw_only=True)
class Override:
    """
    What a scenario assumes about one project of the ledger; None leaves it as it is.

    Attributes
    ----------
    included
        False takes the project out. True lets one without effect count as planned.
    jobs
        Low, middle and high, or one number that is certain.
    jobs_lost, year, status
        As the ledger's fields. With a new status comes its effect, as in the ledger.
    share_inside, share_inside_regional
        Part inside the areas that count, and inside all (as the first where None), instead of
        what the place says; 0–1.

    Raises
    ------
    FieldError, JobsError
        If a value cannot stand in the ledger.
    ParameterError
        If the shares are none, or the second is smaller than the first.
    """

    included: bool | None = None
    jobs: float | tuple[float, float, float] | None = None
    jobs_lost: float | None = None
    year: int | None = None
    status: str | None = None
    share_inside: float | None = None
    share_inside_regional: float | None = None

    def __post_init__(self) -> None:
        cleaned({"name": "-"} | self.fields)
        _require_shares(self.share_inside, self.share_inside_regional)

    @property
    def fields(self) -> dict[str, object]:
        """What is assumed, as fields of the ledger."""
        given = {"jobs_lost": self.jobs_lost, "year": self.year, "status": self.status}
        return _jobs(self.jobs) | {name: one for name, one in given.items() if one is not None}


@dataclass(frozen=True, kw_only=True)
class AddedProject:
    """
    A project that only the scenario has; fields as the ledger's, shares as in `Override`.

    `place` is well-known text (a point or polygon, EPSG:25832). A project without a place counts
    only if its share is given. Without a status it counts as planned.

    Raises
    ------
    FieldError, JobsError, ParameterError
        As in `Override`.
    ParameterError
        If `place` is no point or polygon within reach.
    """

    project_id: str
    name: str
    business_type: str | None = None
    gross_area_m2: float | None = None
    jobs: float | tuple[float, float, float] | None = None
    jobs_lost: float | None = None
    year: int | None = None
    status: str | None = None
    share_inside: float | None = None
    share_inside_regional: float | None = None
    place: str | None = None

    def __post_init__(self) -> None:
        _ = self.fields, self.geometry
        _require_shares(self.share_inside, self.share_inside_regional)

    @property
    def fields(self) -> dict[str, Any]:
        """All fields of the ledger, cleaned."""
        given: dict[str, object] = {
            one.name: getattr(self, one.name)
            for one in fields_of(self)
            if one.name in FIELDS and one.name not in JOBS
        }
        effect = PLANNED if self.status is None else None
        return dict(cleaned(given | _jobs(self.jobs) | {"effect": effect}))

    @property
    def geometry(self) -> BaseGeometry | None:
        """The place; None where it has none."""
        if self.place is None:
            return None
        try:
            shape = shapely.from_wkt(self.place)
        except (shapely.errors.GEOSException, UnicodeEncodeError):
            shape = None
        west, south, east, north = (math.nan,) * 4 if shape is None else shape.bounds
        reached = MIN_X <= west <= east <= MAX_X and MIN_Y <= south <= north <= MAX_Y
        if shape is None or shape.geom_type not in _SHAPES or not reached:
            raise ParameterError(
                "error.scenario_place", project=quote(self.name), place=quote(self.place)
            )
        return shapely.make_valid(shape)


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """
    All that a scenario assumes: changes by the ledger's project_id, and projects of its own.

    Raises
    ------
    ParameterError
        If two of its own have the same id.
    """

    __pydantic_config__ = STRICT

    changes: dict[str, Override] = field(default_factory=dict)
    added: tuple[AddedProject, ...] = ()

    def __post_init__(self) -> None:
        often = Counter(one.project_id for one in self.added).most_common(1)
        if often and often[0][1] > 1:
            raise ParameterError("error.scenario_unreadable", where=quote(often[0][0]))

    def as_json(self) -> str:
        """Return one text for equal scenarios; `from_json` reads it."""
        content = {
            "changes": {name: _without_none(one) for name, one in self.changes.items()},
            "added": [_without_none(one) for one in self.added],
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)


_READER: Final = TypeAdapter(Overrides)


def from_json(text: str) -> Overrides:
    """
    Read what `Overrides.as_json` wrote.

    Raises
    ------
    ParameterError
        If it is something else; says where.
    FieldError, JobsError, ParameterError
        If a value makes no sense.
    """
    return read(_READER, text, "error.scenario_unreadable")


@dataclass(frozen=True, kw_only=True, eq=False)
class Applied:
    """
    A ledger's projects as a scenario has them.

    Attributes
    ----------
    projects
        The projects, those added last.
    removed
        Ids that the scenario changes but the ledger no longer has; ignored.
    overtaken
        Ids of added projects that have since come into the ledger; the ledger's is used, so that
        none is counted twice.
    """

    projects: GeoDataFrame
    removed: tuple[str, ...]
    overtaken: tuple[str, ...]


def apply(projects: GeoDataFrame, overrides: Overrides) -> Applied:
    """
    Make a ledger's projects what a scenario assumes; `projects` is left as it is.

    With nothing assumed they come back unchanged. A changed row keeps its label in the index;
    with projects added, the index is numbered anew.
    """
    frame = projects.copy()
    ids = site_ids(projects)
    rows = {name: row for row, name in enumerate(ids)}
    known = {name: one for name, one in overrides.changes.items() if name in rows}
    cells: dict[str, dict[int, object]] = {}
    for name, change in known.items():
        for column, value in _changed(projects.iloc[rows[name]], change).items():
            cells.setdefault(column, {})[rows[name]] = value
    for column, values in cells.items():
        frame[column] = _replaced(frame, column, values)
    added = [one for one in overrides.added if one.project_id not in rows]
    if added:
        frame = _with_added(frame, added)
    return Applied(
        projects=frame,
        removed=tuple(name for name in overrides.changes if name not in known),
        overtaken=tuple(one.project_id for one in overrides.added if one not in added),
    )


def _changed(old: Series, change: Override) -> dict[str, object]:
    """Columns of one project that a scenario changes, with their new values."""
    new = change.fields
    if change.status is not None:
        before = {"name": "-", "effect": old["effect"], "status": old.get("status")}
        if before["status"] not in STATUSES:  # a pack's own word
            before["status"] = None
        new["effect"] = merged(before, {"status": change.status})["effect"]
    if change.included is False:
        new["effect"] = NONE
    elif change.included and new.get("effect", old["effect"]) == NONE:
        new["effect"] = PLANNED
    return new | _shares(change)


def _replaced(frame: GeoDataFrame, column: str, values: dict[int, object]) -> Series:
    dtype = DTYPES[FIELDS.get(column, NUMBER)]
    series = pd.Series(None, index=frame.index, dtype=dtype)
    if column in frame:
        series = frame[column].copy()
    series.iloc[list(values)] = list(values.values())
    return series


def _with_added(frame: GeoDataFrame, added: Sequence[AddedProject]) -> GeoDataFrame:
    rows = pd.DataFrame([one.fields | _shares(one) for one in added])
    rows = rows.astype({name: DTYPES[FIELDS.get(str(name), NUMBER)] for name in rows})
    rows = rows[[name for name in rows if name in frame or rows[name].notna().any()]]
    shapes = gpd.GeoSeries([one.geometry for one in added], crs=CRS)
    more = gpd.GeoDataFrame(rows.assign(**{frame.geometry.name: shapes}))
    more = more.set_geometry(frame.geometry.name)
    return pd.concat([frame, more], ignore_index=True)


def _shares(one: Override | AddedProject) -> dict[str, object]:
    given = {GIVEN_SHARE: one.share_inside, GIVEN_SHARE_REGIONAL: one.share_inside_regional}
    return {name: share for name, share in given.items() if share is not None}


def _jobs(jobs: float | tuple[float, float, float] | None) -> dict[str, object]:
    if jobs is None:
        return {}
    return dict(zip(JOBS, jobs if isinstance(jobs, tuple) else (jobs,) * 3, strict=True))


def _require_shares(share: float | None, regional: float | None) -> None:
    if share is None and regional is None:
        return
    share = math.nan if share is None else share
    require_shares(share, share if regional is None else regional)


def _without_none(one: Override | AddedProject) -> dict[str, object]:
    return {name: value for name, value in asdict(one).items() if value is not None}
