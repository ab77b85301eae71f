"""
Jobs of projects that give neither jobs nor floor area and type: estimated, or not estimable.

Every project belongs to one of three groups: known, estimated and not estimable. They are never
mixed without a word: what the rule shows says which of them it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry.scale import areas_of
from geo.growth.share import has_effect
from geo.jobs import FLOOR_AREA, GIVEN, UNKNOWN, business_key, site_ids
from geo.schema.layers import JOBS, NEW_AREA, REREGULATED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame, Series
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats
    from geo.jobs import Norm
    from geo.pack.read import Pack

# How a project's jobs are estimated.
UNTYPED_FLOOR_AREA: Final = "floor_area_untyped"  # floor area whose type of business is not known
SITE_AREA: Final = "site_area"  # the floor area that its site may carry
KNOWN: Final = frozenset({GIVEN, FLOOR_AREA})
ESTIMATED: Final = frozenset({UNTYPED_FLOOR_AREA, SITE_AREA})

# The figures that an estimate was made of, as `estimated` names them.
FIGURES: Final = (
    *("area_m2", "utilisation_low", "utilisation_high", "m2_per_job_low", "m2_per_job_high"),
    *JOBS,
)

# Why a project's jobs cannot be estimated; each has a text (`why_not.…`).
NO_AREA: Final = "no_area"
AREA_KIND_UNKNOWN: Final = "area_kind_unknown"
SYNTHETIC: Final = "synthetic"
NO_PLACE: Final = "no_place"
NO_EFFECT: Final = "no_effect"  # it brings no new jobs, so that there are none to estimate

# A: how far a corner may move in a file that is written and read again.
_SAME_PLACE_M: Final = 0.01


@dataclass(frozen=True, kw_only=True)
class Estimating:
    """
    What estimates may rest on.

    Attributes
    ----------
    profiles
        Type of business of each zone, by zone_id.
    made_up
        Ids (`geo.jobs.site_ids`) of the projects that are made up: nothing is estimated from them.
    """

    profiles: Mapping[str, str]
    made_up: frozenset[str] = frozenset()

    @classmethod
    def of(cls, pack: Pack, projects: GeoDataFrame | None) -> Estimating:
        """Take zones' profiles from a pack, unless they are synthetic, for a list of projects."""
        profiles: dict[str, str] = {}
        if pack.has("zones") and "synthetic" not in pack.badges("zones"):
            zones = pack.layer("zones")
            if "business_profile" in zones:
                given = zones.loc[zones["business_profile"].notna()]
                profiles = dict(zip(given["zone_id"], given["business_profile"], strict=True))
        made_up = frozenset() if projects is None else made_up_ids(pack, projects)
        return cls(profiles=profiles, made_up=made_up)


NOTHING_SAID: Final = Estimating(profiles={})


def made_up_ids(pack: Pack, projects: GeoDataFrame) -> frozenset[str]:
    """
    Return the ids of the projects that are plan cases of a pack whose plan cases are made up.

    By id and place, whichever list they stand in: a ledger begins with the pack's own, and a
    made-up case does not come true by being copied. One that has been given another place is
    someone's own.
    """
    if not pack.has("projects") or "synthetic" not in pack.badges("projects"):
        return frozenset()
    own = pack.layer("projects")
    places = dict(zip(site_ids(own), own.geometry.to_numpy(), strict=True))
    listed = zip(site_ids(projects), projects.geometry.to_numpy(), strict=True)
    return frozenset(
        name for name, place in listed if name in places and _same_place(place, places[name])
    )


def _same_place(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    nowhere = one is None or one.is_empty, other is None or other.is_empty
    return all(nowhere) or bool(shapely.equals_exact(one, other, _SAME_PLACE_M))


def estimated(
    projects: GeoDataFrame,
    known: DataFrame,
    norms: Mapping[str, Norm],
    basis: Estimating = NOTHING_SAID,
) -> DataFrame:
    """
    Estimate jobs of the projects whose number is not known.

    Floor area without a type: area / m² per job. Site area: area × m² BRA for each m² of site / m²
    per job. Both by the norm of the project's type; without a type by that of its zone's profile;
    without either, or of a type that has no norm, by the spread of all norms. The low end takes the
    lowest utilisation and the most m² per job, the high end the other way round, the middle the
    middles of both.

    A site is estimated only where its area is new: what a re-regulation of built-up land brings
    does not follow from its whole area. A project that brings no jobs (`effect` none) is not
    estimated, whatever is known of its area.

    Parameters
    ----------
    projects
        As the pack's layer; `area_kind` tells whether its area is new or re-regulated. Of a
        project without `site_area_m2` the area of its polygon is taken.
    known
        Their jobs and `basis`, by `geo.jobs.complete_jobs`.
    norms
        Floor area per job and utilisation, by type of business.
    basis
        What estimates may rest on.

    Returns
    -------
    DataFrame
        Indexed as `projects`: jobs_low, jobs, jobs_high and basis, known ones as they are; norm
        (the type that was used; null for the spread of all, and where nothing was estimated);
        area_m2, utilisation_low and utilisation_high (1 for floor area), m2_per_job_low and
        m2_per_job_high (all that were used, NaN where nothing was estimated); site_area_m2 (the
        site's, NaN unknown); why_not (why it is not
        estimable; null for the others).
    """
    count = len(projects)
    unknown = (known["basis"] == UNKNOWN).to_numpy()
    floor, site = _numbers(projects, "gross_area_m2"), _site_area(projects)
    kinds = projects["area_kind"].to_numpy() if "area_kind" in projects else np.full(count, None)
    by_floor = unknown & (floor > 0)
    by_site = unknown & ~by_floor & (site > 0) & (kinds == NEW_AREA)
    made_up = site_ids(projects).isin(basis.made_up).to_numpy()
    without = _without_effect(projects)
    by_floor &= ~(made_up | without)
    by_site &= ~(made_up | without)

    types = _types(projects, norms, basis.profiles)
    utilisation, per_job = _norms_of(types, norms)
    area = np.where(by_floor, floor, np.where(by_site, site, np.nan))
    used = by_floor | by_site
    utilisation = np.where(by_site, utilisation, np.where(used, 1.0, np.nan))
    per_job = np.where(used, per_job, np.nan)
    numbers = area * utilisation / per_job
    jobs = np.where(used, numbers, known[list(JOBS)].to_numpy(dtype=float).T)

    how = known["basis"].to_numpy(dtype=object, copy=True)
    how[by_floor], how[by_site] = UNTYPED_FLOOR_AREA, SITE_AREA
    why = np.full(count, None, dtype=object)
    left = unknown & ~used
    # The last that holds is said: without an area, its kind does not matter.
    why[left] = AREA_KIND_UNKNOWN
    why[left & (kinds == REREGULATED)] = REREGULATED
    why[left & ~(site > 0)] = NO_AREA
    why[left & made_up] = SYNTHETIC
    why[left & without] = NO_EFFECT
    return pd.DataFrame(
        {
            **dict(zip(JOBS, jobs, strict=True)),
            "basis": how,
            "norm": pd.Series(types, index=projects.index, dtype=object).where(used, None),
            "area_m2": area,
            "utilisation_low": utilisation[0],
            "utilisation_high": utilisation[2],
            "m2_per_job_low": per_job[2],
            "m2_per_job_high": per_job[0],
            "site_area_m2": site,
            "why_not": why,
        },
        index=projects.index,
    )


def why_not(row: Series) -> str:
    """Return why a project of `Prepared.frame` is in no sum; the want of a place comes first."""
    reason = row["why_not"]
    return NO_PLACE if pd.isna(row["share_inside"]) else str(reason)


def _without_effect(projects: DataFrame) -> NDArray[np.bool_]:
    if "effect" not in projects:
        return np.zeros(len(projects), dtype=bool)
    found: NDArray[np.bool_] = ~has_effect(projects, adopted_only=False).to_numpy(dtype=bool)
    return found


def _types(
    projects: DataFrame, norms: Mapping[str, Norm], profiles: Mapping[str, str]
) -> NDArray[np.object_]:
    """(n,) type of business whose norm is taken; None for the spread of all."""
    own = _texts(projects, "business_type")
    zones = _texts(projects, "zone_id")
    found = np.full(len(projects), None, dtype=object)
    for row, (one, zone) in enumerate(zip(own, zones, strict=True)):
        # A type that has no norm is another than the zone's: the spread of all is taken for it.
        said = one if one and one.strip() else profiles.get(zone) if zone else None
        key = business_key(said)
        found[row] = key if key in norms else None
    return found


def _norms_of(types: NDArray[np.object_], norms: Mapping[str, Norm]) -> tuple[Floats, Floats]:
    """(3, n) m² BRA for each m² of site, and m² per job, at the low, middle and high of jobs."""
    spread = (
        min((one.utilisation_low for one in norms.values()), default=np.nan),
        max((one.utilisation_high for one in norms.values()), default=np.nan),
        min((one.low for one in norms.values()), default=np.nan),
        max((one.high for one in norms.values()), default=np.nan),
    )
    table: dict[object, tuple[float, float, float, float]] = {
        name: (*norm.utilisation, norm.low, norm.high) for name, norm in norms.items()
    }
    ends = np.array([table.get(one, spread) for one in types], dtype=float).reshape(-1, 4).T
    thin, dense, least, most = ends
    return (
        np.stack([thin, (thin + dense) / 2, dense]),
        np.stack([most, (least + most) / 2, least]),
    )


def _site_area(projects: GeoDataFrame) -> Floats:
    """(n,) m² of site as given, else of the polygon; NaN where neither says."""
    given = _numbers(projects, "site_area_m2")
    drawn: Floats = areas_of(projects).to_numpy()
    return np.where(np.isnan(given), np.where(drawn > 0, drawn, np.nan), given)


def _numbers(projects: DataFrame, column: str) -> Floats:
    if column not in projects:
        return np.full(len(projects), np.nan)
    numbers: Floats = projects[column].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _texts(projects: DataFrame, column: str) -> Sequence[str | None]:
    given: Series = projects.get(column, pd.Series(None, index=projects.index, dtype=object))
    return [one if isinstance(one, str) else None for one in given]
