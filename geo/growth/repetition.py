"""A saved calculation of the 90 % rule: what it follows from, and the same figures made again."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from geo.calculation_errors import PackDiffersError, ParametersUnreadableError
from geo.growth.calculation import RULE_VERSION, Parameters, calculate
from geo.growth.scenario import Overrides, apply
from geo.jobs import read_norms
from geo.schema.documents import STRICT, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from geo.jobs import Norm
    from geo.ledger.calculations import Calculation
    from geo.ledger.store import Ledger
    from geo.pack.read import Pack

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


_READER: Final = TypeAdapter(Recipe)


def recipe_of(saved: Calculation) -> Recipe:
    """
    Return what a saved calculation follows from.

    Raises
    ------
    ParametersUnreadableError
        If it was saved by something else than this program.
    NaeringsarealError
        If a value in it makes no sense.
    """
    return read(_READER, json.dumps(dict(saved.content)), ParametersUnreadableError)


def norms_in_use(norms: Mapping[str, Norm]) -> dict[str, tuple[float, float]]:
    """Return low and high of every norm, as `Parameters.norms` wants them."""
    return {name: (float(norm.low), float(norm.high)) for name, norm in norms.items()}


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
    PackDiffersError
        If the pack is another one; says which is needed.
    UnknownEntryError
        If the ledger has lost the entry that the calculation starts from.
    NaeringsarealError
        As `recipe_of` and `geo.growth.calculation.calculate`.
    """
    recipe = recipe_of(saved)
    if recipe.pack_sha256 != pack.sha256:
        raise PackDiffersError(id=saved.id, needed=recipe.pack_sha256, found=pack.sha256)
    projects = ledger.projects(recipe.ledger_seq)
    return result_of(projects, pack.layer("growth_areas"), recipe.parameters, recipe.overrides)


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
