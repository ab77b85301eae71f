"""
What every figure is reckoned from: a pack, a list of projects and norms, put together once.

Pages, commands and the published service ask the same object for the land account, the rule and
what a screening needs; so a figure that stands in several places cannot differ, and each can say
which list of projects it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from geo import jobs
from geo.errors import MissingLayerError
from geo.formats.provenance import short_id
from geo.growth.account import account
from geo.growth.estimates import Estimating
from geo.growth.projects import Prepared, all_jobs, prepared
from geo.growth.rule import Variants
from geo.growth.share import areas_to_judge_by, counted_areas
from geo.growth.terms import EVERYTHING, Terms
from geo.indicators import KeyFigures, key_figures
from geo.jobs_today import share_inside
from geo.land import compute
from geo.land.rules import ReserveRules
from geo.lists import ledger_projects, pack_projects, register_sites
from geo.register.public import public_sites
from geo.schema.layers import JOBS
from geo.screening.context import as_if_real, context_of, ground_of, with_projects
from geo.screening.flood import USUAL_CLASS
from geo.screening.readiness_facts import with_readiness
from geo.search.candidates import candidates
from geo.search.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.growth.account import RuleAccount
    from geo.jobs import Norm
    from geo.jobs_today import Share
    from geo.land.account import LandAccount
    from geo.lists import ProjectList
    from geo.pack.read import Pack
    from geo.screening.context import Context
    from geo.screening.model import Screening
    from geo.search.survey import Survey

REGISTER: Final = "site_register"  # in the catalogue; a layer that no pack has
_USUAL: ReserveRules = ReserveRules()


@dataclass(frozen=True, kw_only=True, eq=False)
class Workspace:
    """
    A pack with the projects and norms in use. Threads may share it; nothing in it is changed.

    Attributes
    ----------
    pack
        Any of its layers may be missing.
    lists
        Gives the list of projects that figures rest on, None where none are known; asked when the
        first figure needs it, so that a ledger out of reach keeps nobody from the land account.
        By default the pack's own plan cases.
    norms
        Floor area per job, by type of business.
    lands
        Gives the land account by its parameters, for one who keeps accounts longer than this
        object lives; by default each is made once.
    grounds
        Gives what a screening needs beside the list, for one who keeps it over lists.
    registers
        Gives the sites of the register, as `geo.register.store.Register.sites`, None where there is
        none; asked when sites are asked for, and moves nothing else. By default there is none.
    public
        Whether `sites` are as everyone may see them.
    """

    pack: Pack
    lists: Callable[[], ProjectList | None] | None = None
    norms: Mapping[str, Norm] = field(default_factory=jobs.read_norms)
    lands: Callable[[ReserveRules], LandAccount] | None = None
    grounds: Callable[[], Context] | None = None
    registers: Callable[[], GeoDataFrame | None] | None = None
    public: bool = False

    @classmethod
    def of(cls, pack: Pack, ledger: str | None = None, **others: Any) -> Workspace:  # noqa: ANN401  # the other attributes
        """
        Put together a pack with the list at a ledger's address, else with its own plan cases.

        Raises
        ------
        FileError, LedgerError
            As `geo.lists.ledger_projects`.
        """
        listed = None if ledger is None else ledger_projects(ledger, pack.municipality_no)
        if listed is not None:
            others = {"lists": lambda: listed} | others
        if ledger is not None:
            entered = register_sites(ledger, pack.municipality_no)
            others = {"registers": lambda: entered} | others
        return cls(pack=pack, **others)

    def __post_init__(self) -> None:
        if self.lands is None:
            object.__setattr__(self, "lands", lru_cache(4)(partial(compute.of_pack, self.pack)))

    @cached_property
    def listed(self) -> ProjectList | None:
        """The list of projects that figures rest on; None where none are known."""
        return pack_projects(self.pack) if self.lists is None else self.lists()

    @property
    def seq(self) -> int:
        """Newest entry of the ledger that figures rest on; 0 for the pack's own plan cases."""
        return 0 if self.listed is None else self.listed.seq

    def has(self, name: str) -> bool:
        """Whether the pack has a layer, or the register sites that may be shown outside."""
        if name != REGISTER:
            return self.pack.has(name)
        return self.register is not None and bool(self.register["published"].any())

    @cached_property
    def register(self) -> GeoDataFrame | None:
        """The register's sites as they are kept; None where there is no register."""
        return None if self.registers is None else self.registers()

    def missing(self, *layers: str) -> str | None:
        """Return the first of these layers that is not there; None where all are."""
        return next((name for name in layers if not self._has(name)), None)

    def layer(self, name: str) -> GeoDataFrame | None:
        """Return a layer of the pack; None where it has none."""
        return self.pack.layer(name) if self.pack.has(name) else None

    def land(self, rules: ReserveRules = _USUAL) -> LandAccount:
        """
        Return the land account, shared: not to be changed.

        Raises
        ------
        MissingLayerError
            If the pack lacks one of `geo.land.compute.NEEDS`.
        """
        lands: Any = self.lands
        found: LandAccount = lands(rules)
        return found

    @property
    def usual_land(self) -> LandAccount | None:
        """The land account with the usual parameters; None where a layer is missing."""
        return None if self.missing(*compute.NEEDS) else self.land()

    @cached_property
    def projects(self) -> GeoDataFrame | None:
        """The projects with jobs completed from floor area; None where none are known."""
        if self.listed is None:
            return None
        return self.listed.frame.assign(**jobs.complete_jobs(self.listed.frame, self.norms))

    def with_estimates(self, projects: GeoDataFrame) -> GeoDataFrame:
        """
        Projects with jobs known or estimated, to be shown and not judged: `basis` tells which.

        `why_not` says why jobs are neither (null for the others).
        """
        found = all_jobs(projects, self.norms, self.estimating)
        return projects.assign(**found[[*JOBS, "basis", "why_not"]])

    @cached_property
    def estimated(self) -> GeoDataFrame | None:
        """The projects with jobs known or estimated; None where none are known."""
        return None if self.listed is None else self.with_estimates(self.listed.frame)

    @cached_property
    def prepared(self) -> Prepared:
        """
        What the rule needs to know of each project.

        Raises
        ------
        MissingLayerError
            If projects or growth areas are missing.
        MadeUpLayerError
            If the growth areas are made up.
        """
        lacking = self.missing("projects", "growth_areas")
        if lacking is not None or self.listed is None:
            raise MissingLayerError("error.missing_layer", layer=lacking or "projects")
        areas = areas_to_judge_by(self.pack)
        return prepared(self.listed.frame, areas, self.norms, self.estimating)

    @cached_property
    def estimating(self) -> Estimating:
        """What estimates of jobs may rest on: nothing that is synthetic."""
        return Estimating.of(self.pack, None if self.listed is None else self.listed.frame)

    def badges(self, *layers: str) -> frozenset[str]:
        """
        Which badges a figure must carry that rests on these layers.

        A list of one's own, without any of the pack's made-up plan cases, carries none of theirs.
        """
        if "projects" in layers and self.seq and "synthetic" in self.pack.badges("projects"):
            layers = layers if self.estimating.made_up else _without_projects(layers)
        return self.pack.badges(*layers)

    def rule(self, terms: Terms = EVERYTHING) -> RuleAccount:
        """
        Judge the list of projects by the 90 % rule, in both variants.

        Raises
        ------
        MissingLayerError
            If projects or growth areas are missing.
        """
        return account(self.prepared, terms)

    @cached_property
    def jobs_today(self) -> Variants[Share] | None:
        """
        Share of today's jobs in the growth areas that count, and in all; None without businesses.

        Raises
        ------
        MissingLayerError
            If growth areas are missing.
        MadeUpLayerError
            If the growth areas are made up.
        """
        businesses = self.layer("businesses")
        if businesses is None:
            return None
        areas = areas_to_judge_by(self.pack)
        both = Variants(counted_areas(areas), areas)
        return both.map(lambda some: share_inside(businesses, some))

    @cached_property
    def ground(self) -> Context:
        """What a screening needs and no list of projects moves."""
        if self.grounds is not None:
            return self.grounds()
        return ground_of(self.pack, self.norms, self.usual_land)

    @cached_property
    def context(self) -> Context:
        """What a screening needs, worked out once."""
        frame = None if self.listed is None else self.listed.frame
        found = with_projects(self.ground, frame, self.estimating)
        return replace(found, register=self.sites)

    def context_for(self, flood_class: str) -> Context:
        """
        Return the same for a safety class of the building (`geo.screening.flood`).

        Raises
        ------
        ParameterError
            If there is no such class.
        """
        return self.context.for_class(flood_class)

    @cached_property
    def demonstration(self) -> Context | None:
        """
        What the pack's made-up layers hold of sites: to be shown, never to judge by.

        None where the pack has none.
        """
        if not self.context.made_up:
            return None
        return context_of(as_if_real(self.pack), None, self.norms, self.usual_land)

    def survey(self, *, join: bool, densification: bool, flood_class: str = USUAL_CLASS) -> Survey:
        """
        Survey the pieces of land that someone may build on.

        Raises
        ------
        MissingLayerError
            If the pack lacks one of `geo.land.compute.NEEDS`.
        ParameterError
            If there is no such safety class.
        """
        found = candidates(self.land(), join=join, densification=densification)
        return survey(self.ground.for_class(flood_class), found)

    @cached_property
    def sites(self) -> GeoDataFrame | None:
        """
        The register's sites with what follows from the pack; None where there is no register.

        As `geo.screening.readiness_facts.with_readiness`; shared, not to be changed.
        """
        if self.register is None:
            return None
        found = with_readiness(self.ground, self.register)
        return public_sites(found) if self.public else found

    def calculation_id(self, result: str, *depends_on: object) -> str:
        """Return a short name that the same result has again, from the same data and norms."""
        listed = (0, None) if self.listed is None else (self.listed.seq, self.listed.place)
        return short_id(result, self.pack.sha256, listed, self._norms, *depends_on)

    @cached_property
    def _norms(self) -> tuple[tuple[object, ...], ...]:
        return tuple(
            (name, norm.low, norm.high, *norm.utilisation) for name, norm in self.norms.items()
        )

    def screening_id(self, *screenings: Screening) -> str:
        """Return the short name of a screening: of its sites, data and norms."""
        # The same text as wkb_hex, which takes three times as long.
        sites = (
            (
                *(one.geometry.wkb.hex().upper(), one.business_type, one.jobs, one.counted_as),
                *(() if one.flood_class == USUAL_CLASS else (one.flood_class,)),
            )
            for one in screenings
        )
        return self.calculation_id("screening", *sites)

    def _has(self, name: str) -> bool:
        return self.listed is not None if name == "projects" else self.pack.has(name)


def _without_projects(layers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in layers if one != "projects")


def figures_of(pack: Pack, listed: ProjectList | None, norms: Mapping[str, Norm]) -> KeyFigures:
    """Return a pack's key figures, with a list of projects and norms, as `key_figures` does."""
    desk = Workspace(pack=pack, lists=lambda: listed, norms=norms)
    return key_figures(pack, desk.projects, desk.usual_land)
