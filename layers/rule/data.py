"""What the page of the 90 % rule shows, worked out once for each state of the list and choice."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.errors import MissingLayerError
from geo.growth import account as growth_account
from geo.growth import calculation as growth_calculation
from geo.growth import effect, projects, scenario
from geo.growth import timeline as growth_timeline
from geo.growth.calculation import Parameters
from geo.growth.share import areas_to_judge_by
from layers.app import cache, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.growth.account import RuleAccount
    from geo.growth.effect import WhatIf
    from geo.growth.projects import Prepared
    from geo.growth.scenario import Applied, Overrides
    from geo.growth.terms import Terms
    from geo.growth.timeline import Timeline
    from layers.app.shell import View

YEAR, CUMULATIVE, PERIOD = "year", "cumulative", "period"
TIMES: Final = (CUMULATIVE, YEAR, PERIOD)

AS_LISTED: Final = scenario.Overrides()


@dataclass(frozen=True)
class Choices:
    """
    What the reader has chosen: which projects are judged, and how time is cut.

    `periods` are the years in which periods begin; they matter for `PERIOD` only.
    """

    terms: Terms
    time: str
    periods: tuple[int, ...]


def listed(view: View) -> GeoDataFrame:
    """Projects as they stand in the list, else in the pack."""
    found = view.workspace.listed
    if found is None:
        raise MissingLayerError("error.missing_layer", layer="projects")
    return found.frame


def names(view: View) -> Series:
    """Name of each project in the reader's language, by its id; not to be changed."""

    def compute() -> Series:
        found = listed(view).drop_duplicates("project_id").set_index("project_id")["name"]
        said: Series = found.map(lambda name: texts.of_pack(name, view.pack.directory))
        return said

    key = ("names", view.pack.directory, texts.language(), *_key(view, AS_LISTED))
    return cache.answer(key, compute)


def applied(view: View, overrides: Overrides = AS_LISTED) -> Applied:
    """Projects as a scenario has them."""
    key = ("applied", *_key(view, overrides))
    return cache.answer(key, lambda: scenario.apply(listed(view), overrides))


def state(view: View, overrides: Overrides = AS_LISTED) -> Prepared:
    """What the rule needs to know of each project."""

    def compute() -> Prepared:
        areas = areas_to_judge_by(view.pack)
        workspace = view.workspace
        return projects.prepared(
            applied(view, overrides).projects, areas, workspace.norms, workspace.estimating
        )

    return cache.answer(("state", *_key(view, overrides)), compute)


def account(view: View, terms: Terms, overrides: Overrides = AS_LISTED) -> RuleAccount:
    """Both results of the rule."""
    key = ("account", terms, *_key(view, overrides))
    return cache.answer(key, lambda: growth_account.account(state(view, overrides), terms))


def timeline(view: View, choices: Choices, overrides: Overrides = AS_LISTED) -> Timeline:
    """Return the rule over time, cut as the reader has chosen."""

    def compute() -> Timeline:
        found = state(view, overrides)
        if choices.time == PERIOD:
            return growth_timeline.by_period(found, choices.periods, choices.terms)
        return growth_timeline.by_year(found, choices.terms, cumulative=choices.time == CUMULATIVE)

    key = ("timeline", choices.terms, choices.time, choices.periods, *_key(view, overrides))
    return cache.answer(key, compute)


def heaviest(view: View, terms: Terms, count: int) -> DataFrame:
    """Projects of the list that weigh most in the share."""
    key = ("heaviest", terms, count, *_key(view, AS_LISTED))
    return cache.answer(key, lambda: effect.heaviest(state(view), count, terms))


def imagined(
    view: View,
    terms: Terms,
    jobs: tuple[float, float, float],
    shares: tuple[float, float],
    jobs_lost: float | None,
) -> WhatIf:
    """Return what one more site does to the rule; `shares` inside, and with all areas counted."""

    def compute() -> WhatIf:
        inside, regional = shares
        return effect.what_if(
            state(view),
            jobs,
            inside,
            share_inside_regional=regional,
            jobs_lost=jobs_lost,
            terms=terms,
            name=texts.t("whatif.name"),
        )

    key = ("imagined", terms, jobs, shares, jobs_lost, *_key(view, AS_LISTED))
    return cache.answer(key, compute)


def chart(
    view: View,
    choices: Choices,
    suffix: str,
    shown: tuple[tuple[str, Overrides], ...],
    draw: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Return a chart of these scenarios in one variant, drawn once; the copy is the caller's."""
    named = tuple((name, one.as_json()) for name, one in shown)
    key = ("chart", texts.language(), choices, suffix, named, view.version)
    return deepcopy(cache.answer(key, draw))


def parameters(view: View, terms: Terms) -> Parameters:
    """What a calculation is made by: the choices, and all norms in use."""
    norms, estimating = view.workspace.norms, view.workspace.estimating
    return Parameters(
        terms=terms,
        norms=growth_calculation.norms_in_use(norms),
        utilisation=growth_calculation.utilisation_in_use(norms),
        profiles=dict(estimating.profiles),
        made_up=tuple(sorted(estimating.made_up)),
    )


def calculation(view: View, given: Parameters, overrides: Overrides) -> dict[str, Any]:
    """Return the document of a calculation on the list of today; not to be changed."""

    def compute() -> dict[str, Any]:
        areas = areas_to_judge_by(view.pack)
        return growth_calculation.result_of(listed(view), areas, given, overrides)

    return cache.answer(("calculation", given.as_json(), *_key(view, overrides)), compute)


def _key(view: View, overrides: Overrides) -> tuple[object, ...]:
    return (view.version, overrides.as_json())
