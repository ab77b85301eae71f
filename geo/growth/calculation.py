"""A calculation of the 90 % rule that can be kept, and the same figures made again from it."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from geo.errors import PackError, ParameterError
from geo.growth.account import account
from geo.growth.estimates import Estimating
from geo.growth.projects import Prepared, prepared
from geo.growth.rule import as_document
from geo.growth.scenario import Overrides, apply
from geo.growth.share import areas_to_judge_by
from geo.growth.terms import EVERYTHING, Terms
from geo.growth.timeline import by_year
from geo.jobs import read_norms, site_ids, with_overrides, with_utilisation
from geo.schema.coercion import quote
from geo.schema.documents import STRICT, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Index

    from geo.jobs import Norm
    from geo.ledger.calculations import Calculation
    from geo.ledger.store import Ledger
    from geo.pack.read import Pack


# What a result means. Raised whenever `calculate` would answer otherwise from the same data, so
# that a saved calculation says by which rule it was made.
RULE_VERSION: Final = 3


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """
    All that a planner can choose in a calculation.

    Attributes
    ----------
    terms
        Which projects are judged, and by what.
    norms
        Own norms by type of business: low and high, m² BRA per job.
    utilisation
        Own utilisation by type of business: low and high, m² BRA for each m² of site.
    profiles
        Type of business of each zone, from which jobs are estimated; none without estimates of
        what has no type of its own.
    made_up
        Ids of the projects that are made up, from which nothing is estimated.
    growth_area_ids
        Areas that count, instead of what the layer says; None to follow the layer.
    """

    __pydantic_config__ = STRICT

    terms: Terms = EVERYTHING
    norms: dict[str, tuple[float, float]] = field(default_factory=dict)
    utilisation: dict[str, tuple[float, float]] = field(default_factory=dict)
    profiles: dict[str, str] = field(default_factory=dict)
    made_up: tuple[str, ...] = ()
    growth_area_ids: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        # One spelling of one choice, so that equal parameters are equal.
        object.__setattr__(self, "made_up", tuple(sorted(set(self.made_up))))
        if self.growth_area_ids is not None:
            object.__setattr__(self, "growth_area_ids", tuple(sorted(set(self.growth_area_ids))))

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as JSON has them."""
        return dict(json.loads(self.as_json()))

    def as_json(self) -> str:
        """Return one text for equal parameters; `parameters_from_json` reads it."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, allow_nan=False)


_READER: Final = TypeAdapter(Parameters)


def parameters_from_json(text: str) -> Parameters:
    """
    Read what `Parameters.as_json` wrote.

    Raises
    ------
    ParameterError
        If it is something else; says where. If a value makes no sense.
    """
    return read(_READER, text, "error.parameters_unreadable")


def calculate(
    projects: GeoDataFrame,
    growth_areas: GeoDataFrame,
    norms: Mapping[str, Norm],
    parameters: Parameters,
) -> dict[str, Any]:
    """
    Judge one state of a ledger, as a document that JSON can hold; no NaN in it.

    The same projects, areas and parameters give the same document to the last digit, whichever
    order the rows come in: they are sorted by id, and jobs are added in exact steps.

    Parameters
    ----------
    projects, growth_areas, norms
        As for `geo.growth.projects.prepared`; project_id and area_id are unique.
    parameters
        What the planner has chosen.

    Returns
    -------
    dict
        rule_version; parameters; gross, with_regional_areas, sites, target, jobs_unknown and, with
        estimates, with_estimates, estimated and not_estimable as the command line's ``rule``,
        always gross; net (None, or counted and with_regional_areas with losses deducted) and
        losses_unknown (ids without a net figure); by_year and by_year_cumulative (rows of
        `geo.growth.timeline.Timeline.table` with year; net if the terms are); undated (count and
        ids of the projects without a year, and both results of theirs).

    Raises
    ------
    PackError
        If the areas have no `area_id`, or the projects no `effect`.
    ParameterError
        If an area was chosen that is not in the layer.
    ParameterError, JobsError
        If an own norm is for no known type, or no interval.
    NaeringsarealError
        As `geo.growth.projects.prepared`.
    """
    terms = parameters.terms
    state = prepared(
        _in_order(projects),
        _areas(growth_areas, parameters.growth_area_ids),
        with_utilisation(with_overrides(norms, parameters.norms), parameters.utilisation),
        Estimating(profiles=parameters.profiles, made_up=frozenset(parameters.made_up)),
    )
    gross = account(state, replace(terms, net=False))
    net = account(state, terms) if terms.net else None
    timeline = by_year(state, terms)
    cumulative = by_year(state, terms, cumulative=True)
    return {
        "rule_version": RULE_VERSION,
        "parameters": parameters.as_dict(),
        **gross.as_dict(),
        "net": None if net is None else as_document(net, "counted"),
        "losses_unknown": [] if net is None else _ids(state, net.loss_unknown),
        "by_year": _records(timeline.table),
        "by_year_cumulative": _records(cumulative.table),
        "undated": {
            "count": timeline.undated.count,
            "ids": _ids(state, timeline.undated.projects.index),
            **as_document(timeline.undated, "counted"),
        },
    }


def _in_order(projects: GeoDataFrame) -> GeoDataFrame:
    order = site_ids(projects).to_numpy().argsort(kind="stable")
    return projects.iloc[order].reset_index(drop=True)


def _areas(growth_areas: GeoDataFrame, chosen: tuple[str, ...] | None) -> GeoDataFrame:
    if "area_id" not in growth_areas:
        raise PackError("error.missing_column", layer="growth_areas", column="area_id")
    areas = growth_areas.sort_values("area_id", kind="stable")
    if chosen is None:
        return areas
    for name in chosen:
        if name not in set(areas["area_id"]):
            known = ", ".join(areas["area_id"])
            raise ParameterError("error.unknown_growth_area", area=quote(name), known=known)
    return areas.assign(counts=areas["area_id"].isin(chosen))


def _ids(state: Prepared, index: Index) -> list[str]:
    return list(state.frame.loc[index, "id"])


def _records(table: DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): None if _is_nan(value) else value for name, value in row.items()}
        for row in table.reset_index().to_dict("records")
    ]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


# Layers that a calculation rests on: their badges are its badges.
LAYERS: Final = ("projects", "growth_areas")

# Keys of a result that are not its numbers.
_NOT_FIGURES: Final = frozenset({"rule_version", "parameters"})

# Two versions of the geometry library may cut a site differently in the last digits.
_ALIKE: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """
    All that a calculation follows from.

    Attributes
    ----------
    rule_version
        `geo.growth.calculation.RULE_VERSION` when it was made.
    parameters
        Terms and norms; all norms in use, so that it does not depend on those that are shipped.
    pack_sha256
        Of the pack with the growth areas.
    ledger_seq, ledger_at
        Newest entry of the ledger, and its time (ISO 8601).
    overrides
        What a scenario assumes on top of the ledger.
    scenario
        Its name; None for the ledger as it is.
    """

    __pydantic_config__ = STRICT

    rule_version: int
    parameters: Parameters
    pack_sha256: str
    ledger_seq: int
    ledger_at: str
    overrides: Overrides
    scenario: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is saved, as JSON has it; equal for equal recipes."""
        return vars(self) | {
            "parameters": self.parameters.as_dict(),
            "overrides": json.loads(self.overrides.as_json()),
        }


_RECIPE_READER: Final = TypeAdapter(Recipe)


def recipe_of(saved: Calculation) -> Recipe:
    """
    Return what a saved calculation follows from.

    Raises
    ------
    ParameterError
        If it is of a document (`geo.report.recipe`). If something else than this program saved it.
    NaeringsarealError
        If a value in it makes no sense.
    """
    if "kind" in saved.content:
        raise ParameterError("error.calculation_is_document", id=saved.id)
    return read(_RECIPE_READER, json.dumps(dict(saved.content)), "error.parameters_unreadable")


def norms_in_use(norms: Mapping[str, Norm]) -> dict[str, tuple[float, float]]:
    """Return low and high of every norm, as `Parameters.norms` wants them."""
    return {name: (float(norm.low), float(norm.high)) for name, norm in norms.items()}


def utilisation_in_use(norms: Mapping[str, Norm]) -> dict[str, tuple[float, float]]:
    """Return the utilisation of every norm, as `Parameters.utilisation` wants it."""
    return {name: norm.utilisation for name, norm in norms.items()}


def result_of(
    projects: GeoDataFrame, growth_areas: GeoDataFrame, parameters: Parameters, overrides: Overrides
) -> dict[str, Any]:
    """
    Calculate on projects as a scenario has them; what `geo.growth.calculation.calculate` returns.

    Raises
    ------
    NaeringsarealError
        As `geo.growth.calculation.calculate`.
    """
    applied = apply(projects, overrides)
    return calculate(applied.projects, growth_areas, read_norms(), parameters)


def repeat(saved: Calculation, ledger: Ledger, pack: Pack) -> dict[str, Any]:
    """
    Make a saved calculation again, from the ledger as it was and the same pack.

    Raises
    ------
    PackError
        If the pack is another one; says which is needed.
    LedgerError
        If the ledger has lost the entry that the calculation starts from.
    NaeringsarealError
        As `recipe_of` and `geo.growth.calculation.calculate`.
    """
    recipe = recipe_of(saved)
    if recipe.pack_sha256 != pack.sha256:
        raise PackError(
            "error.pack_differs", id=saved.id, needed=recipe.pack_sha256, found=pack.sha256
        )
    projects = ledger.projects(recipe.ledger_seq)
    return result_of(projects, areas_to_judge_by(pack), recipe.parameters, recipe.overrides)


def same_figures(saved: Mapping[str, Any], again: Mapping[str, Any]) -> bool:
    """Whether two results say the same, to a billionth; texts and lists must be equal."""
    names = again.keys() - _NOT_FIGURES
    return names <= saved.keys() and all(_alike(saved[name], again[name]) for name in names)


def newer_rule(recipe: Recipe) -> bool:
    """Whether the calculation was made by another version of the rule than ours."""
    return recipe.rule_version != RULE_VERSION


def _alike(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_ALIKE, abs_tol=_ALIKE)
    return one == other
