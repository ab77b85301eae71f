"""
All figures of zones for documents, gathered once for a pack, a list of projects and parameters.

Nothing is worked out here: the same objects are asked as the pages and commands ask. What cannot
be known is None, and `AllFacts.lacking` says for the want of which layer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo import i18n, jobs
from geo.errors import MadeUpLayerError, ParameterError
from geo.geometry.coverage import Sites
from geo.growth.account import judge, loss_unknown, without_figure
from geo.growth.estimates import ESTIMATED
from geo.growth.projects import known_only
from geo.growth.rule import SHARES, as_document
from geo.growth.share import has_effect
from geo.growth.terms import EVERYTHING
from geo.indicators import of_all_projects, zone_figures
from geo.jobs import site_ids
from geo.jobs_today import DENSITIES, FIGURES, by_area
from geo.land import table
from geo.land.rules import ReserveRules
from geo.report.model import (
    CAPACITY,
    CASE,
    ESTIMATE,
    KNOWN,
    LAND,
    NEEDS,
    NO_JOBS,
    PLANNED,
    RESTS_ON,
    UNKNOWN,
    WEIGHT,
    ZoneFacts,
    marks,
)
from geo.schema.coercion import quote
from geo.screening.constraints import constraints_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.growth.account import RuleAccount
    from geo.growth.terms import Terms
    from geo.land.account import LandAccount
    from geo.pack.read import Pack
    from geo.report.model import Values
    from geo.screening.model import Constraint
    from geo.workspace import Workspace

_USUAL: Final = ReserveRules()


def zone_facts(
    workspace: Workspace,
    zone_id: str,
    *,
    rules: ReserveRules = _USUAL,
    terms: Terms = EVERYTHING,
) -> ZoneFacts:
    """
    Gather the facts of one zone.

    Raises
    ------
    ParameterError
        If there is no such zone.
    NaeringsarealError
        As `AllFacts`.
    """
    return AllFacts(workspace, rules, terms).zone(zone_id)


def zone_id_of(pack: Pack, asked: str) -> str:
    """
    Return the id of the zone that has an id or a name, whatever its case.

    Raises
    ------
    MissingLayerError
        If the pack has no zones.
    ParameterError
        If no zone has it, or several of this name; says which there are.
    """
    zones = _zones(pack)
    wanted = asked.strip().casefold()
    for name in ("zone_id", "name"):
        found = zones["zone_id"][zones[name].astype("str").str.strip().str.casefold() == wanted]
        if len(found) == 1:
            return str(found.iloc[0])
        if len(found) > 1:
            ids = ", ".join(map(quote, found))
            raise ParameterError("error.zone_name_twice", zone=quote(asked), known=ids)
    raise _no_such_zone(asked, zones)


def parameters_of(rules: ReserveRules, terms: Terms) -> dict[str, Any]:
    """Return the parameters of a document as JSON has them, under their usual names."""
    return {name: getattr(rules, name) for name in table.PARAMETERS} | asdict(terms)


@dataclass(frozen=True, eq=False)
class AllFacts:
    """
    The facts of zones, and of the municipality as a whole; each worked out when it is asked for.

    Its properties raise `MissingLayerError` if the pack has no zones, and other errors of
    `geo.errors` if the list of projects cannot be read, or its figures make no sense.

    Attributes
    ----------
    workspace
        Whose figures they are.
    rules, terms
        The parameters used.
    """

    workspace: Workspace
    rules: ReserveRules = _USUAL
    terms: Terms = EVERYTHING

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """Ids of all zones, in the order of the pack."""
        return tuple(map(str, self._frame["zone_id"]))

    @cached_property
    def zones(self) -> tuple[ZoneFacts, ...]:
        """All zones, in the order of the pack."""
        return tuple(self._zone(label) for label in self._frame.index)

    def zone(self, zone_id: str) -> ZoneFacts:
        """
        Return the facts of one zone.

        Raises
        ------
        ParameterError
            If there is no such zone; says which there are.
        """
        labels = self._frame.index[self._frame["zone_id"] == zone_id]
        if not len(labels):
            raise _no_such_zone(zone_id, self._frame)
        return self._zone(labels[0])

    @cached_property
    def area_m2(self) -> float:
        """The zones' areas together."""
        return float(self._figures["area_m2"].sum())

    @cached_property
    def land_account(self) -> LandAccount | None:
        """The land account by these rules; None where a layer is missing."""
        return None if "land" in self.lacking else self.workspace.land(self.rules)

    @cached_property
    def land(self) -> Values | None:
        """
        As `ZoneFacts.land`, a plot that lies in two zones counted once; and outside_zones_m2.

        Made-up plots say nothing of how many jobs the municipality has room for.
        """
        account = self.land_account
        if account is None:
            return None
        rooms = account.jobs(self._norms)
        # What is known, as the page of vacant land sums it up; None where nothing is.
        known = rooms[[*CAPACITY]].sum(min_count=1)
        if table.demonstration_for(self.workspace.pack) is not None:
            known[:] = np.nan
        outside = {"outside_zones_m2": _plain(account.outside_zones_m2)}
        return _values(account.total(), *LAND) | _values(known) | outside

    @cached_property
    def jobs(self) -> Values | None:
        """As `ZoneFacts.jobs`, of all plan cases, also those that name no zone."""
        projects = self.workspace.estimated
        return None if projects is None else _planned(of_all_projects(projects))

    @cached_property
    def unassigned(self) -> tuple[Values, ...] | None:
        """As `ZoneFacts.cases`: those that name no zone of the pack."""
        return self._cases(None)

    @cached_property
    def account(self) -> RuleAccount | None:
        """The rule for all of the list; None where it cannot be judged."""
        return None if "rule" in self.lacking else self.workspace.rule(self.terms)

    @cached_property
    def jobs_today(self) -> dict[str, Values] | None:
        """`geo.jobs_today.FIGURES` of all, of those in no zone and of those without a place."""
        businesses = self.workspace.layer("businesses")
        if businesses is None:
            return None
        found = by_area(businesses, self._frame)
        parts = {"whole": found.whole, "outside": found.outside, "unknown_place": found.unknown}
        return {name: _values(pd.Series(one)) for name, one in parts.items()}

    @cached_property
    def badges(self) -> dict[str, tuple[str, ...]]:
        """By section: which badges its figures carry."""
        return {
            section: tuple(sorted(self.workspace.badges(*layers)))
            for section, layers in RESTS_ON.items()
        }

    @cached_property
    def lacking(self) -> dict[str, str]:
        """By section of which nothing is known: the layer that is missing, or made up."""
        missing = {name: self.workspace.missing(*layers) for name, layers in NEEDS.items()}
        found = {section: layer for section, layer in missing.items() if layer is not None}
        if "rule" not in found:
            try:
                _ = self.workspace.prepared
            except MadeUpLayerError:
                found["rule"] = "growth_areas"
        return found

    def as_dict(self, *zone_ids: str, language: str = i18n.DEFAULT_LANGUAGE) -> dict[str, Any]:
        """Return some zones (all where none is named) and the municipality, as JSON has them."""
        some = [self.zone(one) for one in zone_ids] or self.zones
        return {
            "zones": [one.as_dict(language) for one in some],
            "municipality": {
                "area_m2": self.area_m2,
                "land": self.land,
                "jobs": self.jobs,
                "unassigned": None if self.unassigned is None else list(self.unassigned),
                "rule": None if self.account is None else self.account.as_dict(),
                "jobs_today": self.jobs_today,
                **marks(self.badges, self.lacking),
            },
            "parameters": parameters_of(self.rules, self.terms),
        }

    @cached_property
    def _frame(self) -> GeoDataFrame:
        return _zones(self.workspace.pack)

    @cached_property
    def _figures(self) -> DataFrame:
        at = self.workspace
        others = [at.layer(name) for name in ("stations", "built_land", "businesses")]
        return zone_figures(self._frame, at.layer("growth_areas"), at.estimated, *others)

    @cached_property
    def _norms(self) -> DataFrame:
        return jobs.norm_table(self.workspace.norms)

    @cached_property
    def _land_by_zone(self) -> DataFrame | None:
        account = self.land_account
        return None if account is None else account.by_zone().join(account.jobs(self._norms))

    @cached_property
    def _constraints(self) -> list[dict[str, Constraint]]:
        sites = Sites.of(self._frame.geometry.to_numpy(), self._frame.crs)
        return constraints_of(sites, self.workspace.ground.constraints)[0]

    @cached_property
    def _listed(self) -> DataFrame | None:
        """Plan cases with the columns of `CASE`, and zone_id."""
        projects = self.workspace.estimated
        if projects is None:
            return None
        brings, ids = has_effect(projects, adopted_only=False), site_ids(projects)
        groups = [~brings, projects["basis"].isin(ESTIMATED), projects["jobs"].isna()]
        found = pd.DataFrame(projects.drop(columns=projects.geometry.name)).assign(
            id=ids,
            group=np.select(groups, [NO_JOBS, ESTIMATE, UNKNOWN], default=KNOWN),
            synthetic=ids.isin(self.workspace.estimating.made_up),
        )
        if self.account is not None:
            found = found.assign(**self.workspace.prepared.frame[[*SHARES]])
        return found.reindex(columns=[*CASE, "zone_id"])

    def _zone(self, label: Any) -> ZoneFacts:  # noqa: ANN401  # a label of the zones
        row, figures = self._frame.loc[label], self._figures.loc[label]
        zone_id, by_zone = str(row["zone_id"]), self._land_by_zone
        return ZoneFacts(
            zone_id=zone_id,
            name=_text(row.get("name")) or zone_id,
            **{name: _text(row.get(name)) for name in ("zone_type", "abc", "source")},
            **{name: _text(row.get(name)) for name in ("status_text", "status_chapter")},
            illustrative=bool(row.get("illustrative") or False),
            geometry=row["geometry"],
            area_m2=float(figures["area_m2"]),
            growth=self._of("growth", figures, "growth_share", "growth_share_regional"),
            land=None if by_zone is None else _values(by_zone.loc[zone_id], *LAND, *CAPACITY),
            jobs=None if "cases" in self.lacking else _planned(figures),
            cases=self._cases(zone_id),
            rule=self._weight(zone_id),
            constraints=self._constraints[self._frame.index.get_loc(label)],
            nearest_station=None
            if pd.isna(figures["station_m"])
            else {"name": _text(figures["station"]), "distance_m": float(figures["station_m"])},
            jobs_today=self._of("jobs_today", figures, *FIGURES, *DENSITIES),
            badges=self.badges,
            lacking=self.lacking,
            pack_directory=self.workspace.pack.directory,
        )

    def _of(self, section: str, figures: Series, *names: str) -> Values | None:
        return None if section in self.lacking else _values(figures, *names)

    def _cases(self, zone_id: str | None) -> tuple[Values, ...] | None:
        """Plan cases of a zone; of none where it is None."""
        listed = self._listed
        if listed is None:
            return None
        mine = listed["zone_id"] == zone_id
        if zone_id is None:
            mine = ~listed["zone_id"].isin(self._frame["zone_id"])
        return tuple(_values(row, *CASE) for _, row in listed[mine].iterrows())

    def _weight(self, zone_id: str) -> Values | None:
        whole = self.account
        if whole is None:
            return None
        return weight_of(judge(whole.projects[whole.projects["zone_id"] == zone_id], whole.terms))


def weight_of(account: RuleAccount) -> Values:
    """
    Return the jobs of some projects inside and outside, as `ZoneFacts.rule`.

    `unknown_inside` and `unknown_outside` count those in no sum that may add to the side.
    """
    names = tuple(as_document(account))

    def weights(results: Any, rows: DataFrame) -> Values:  # noqa: ANN401  # both variants
        left = without_figure(rows) | loss_unknown(rows, account.terms)
        return {
            name: {key: float(getattr(one, key)) for key in WEIGHT}
            | {
                "unknown_inside": int((left & ~(rows[share] <= 0)).sum()),
                "unknown_outside": int((left & ~(rows[share] >= 1)).sum()),
            }
            for name, one, share in zip(names, results, SHARES, strict=True)
        }

    found = weights(account.known, known_only(account.projects))
    if account.terms.estimates:
        found["with_estimates"] = weights(account, account.projects)
    return found


def _zones(pack: Pack) -> GeoDataFrame:
    """Return the zones of a pack, one row an id: the first holds, as in the land account."""
    return pack.layer("zones").drop_duplicates("zone_id")


def _no_such_zone(asked: str, zones: GeoDataFrame) -> ParameterError:
    known = ", ".join(map(quote, zones["zone_id"]))
    return ParameterError("error.no_such_zone", zone=quote(asked), known=known)


def _values(row: Any, *names: str) -> Values:  # noqa: ANN401  # a row of a frame
    """Return a row, or some of its columns, as JSON has it."""
    return {str(name): _plain(row[name]) for name in names or row.index}


def _planned(row: Any) -> Values:  # noqa: ANN401  # a row of a frame
    """Return `PLANNED`, counts as whole numbers."""
    found = _values(row, *PLANNED)
    return {name: int(one) if name.startswith("projects") else one for name, one in found.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401  # a cell of a frame
    """Return a cell as JSON has it: what is unknown is None, numbers are Python's own."""
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _text(value: object) -> str | None:
    return None if pd.isna(value) or not str(value).strip() else str(value)  # type: ignore[call-overload]  # a cell of a frame
