"""Every cache of the app. A cached resource is shared by all sessions: never change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import streamlit as st

from geo import indicators, jobs, settings
from geo.catalogue.public import public_columns, public_pack, published_sites
from geo.errors import NaeringsarealError, VersionError
from geo.growth.terms import Terms
from geo.land import compute
from geo.land.basis import LandBasis
from geo.land.rules import ReserveRules
from geo.ledger.database import default_url
from geo.ledger.store import Ledger
from geo.lists import ProjectList, pack_projects
from geo.pack import location, read
from geo.pack.location import default_directory
from geo.pack.versions import VersionStore
from geo.register.store import Register
from geo.screening.flood import USUAL_CLASS
from geo.search import ranking
from geo.transport import corridor
from geo.workspace import Workspace
from layers.app import accounts, norms
from layers.app.heavy import drafts, tasks, waiting, work
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geo.growth.account import RuleAccount
    from geo.land.account import LandAccount
    from geo.screening.context import Context
    from geo.search.criteria import Criteria
    from geo.search.ranking import Result
    from geo.search.survey import Survey
    from geo.settings import Settings
    from layers.app.map_script import MapScript


T = TypeVar("T")

DRAFT_S: Final = 3600  # longer than anyone looks at a preview
RETRY_S: Final = 30  # until a ledger that could not be opened is tried again
# A: accounts of many plots that are kept; one of 40 000 plots takes 25 to 50 MB.
LARGE_KEPT: Final = 12
API_RETRY_S: Final = 4  # until the published service is asked again whether it is there


class LedgerAt(NamedTuple):
    """
    A state of a ledger: where it is kept, and its newest entry's number and time.

    The time tells it from an entry of the same number in a backup that was restored there.
    """

    place: str
    seq: int
    at: datetime | None


class DataVersion(NamedTuple):
    """What figures depend on beside their own parameters: a part of every cache's key."""

    pack_sha256: str
    norms: norms.Overrides
    ledger: LedgerAt | None = None
    register: LedgerAt | None = None

    @property
    def unlisted(self) -> DataVersion:
        """The same without what people enter, which moves nothing of the land itself."""
        return self._replace(ledger=None, register=None)


@dataclass(frozen=True)
class CorridorView:
    """The corridor of one width and what it covers; a layer that is missing is None."""

    outline: GeoDataFrame
    zones: DataFrame | None
    municipality: DataFrame | None
    places: GeoDataFrame | None
    stations: GeoDataFrame | None
    projects: GeoDataFrame | None


@st.cache_resource(show_spinner=False)
def settings_loaded() -> Settings:
    """Read the settings once, where the app is started by Streamlit alone."""
    return settings.load()


def is_public() -> bool:
    """
    Whether this server shows everyone what everyone may read, and takes in nothing else.

    It is a setting of the server: no link, header or cookie has a say in it.

    Raises
    ------
    SettingsError
        If the settings cannot be used.
    """
    return settings_loaded().public


def current_pack() -> tuple[read.Pack, NaeringsarealError | None]:
    """
    Return the pack in use, read anew when another one is put into use or its files change.

    Where that is a version that is damaged or gone: the embedded pack, and what is wrong.

    Raises
    ------
    PackError
        If it is another pack that cannot be read.
    """
    try:
        return _pack_in(default_directory()), None
    except VersionError as error:
        return _pack_in(read.DEFAULT_PACK), error


def version_pack(version: str) -> read.Pack:
    """
    Return a version of the pack, in use or not; ``embedded`` is the one that we bring.

    Raises
    ------
    PackError
        If there is no such version, or it is damaged.
    HeavyWorkError
        If it is large, and the reader stopped it or the process that read it was lost.
    """
    directory = VersionStore().directory(version)
    if not work.pack_is_heavy(directory):
        return _pack_in(directory)
    stamp = location.stamp(directory)
    reading, kept = drafts.reading(directory, stamp), partial(_read, directory, stamp)
    return waiting.result(reading, kept, t("heavy.read_pack"))


def keep_version(version: str, pack: read.Pack) -> None:
    """Keep a version as it was read before it got its place, so that nobody waits for it there."""
    directory = VersionStore().directory(version)
    _read(directory, location.stamp(directory), lambda: replace(pack, directory=directory))


def _pack_in(directory: Path) -> read.Pack:
    stamp = location.stamp(directory)

    def made() -> read.Pack:
        if work.pack_is_heavy(directory):
            # Its first reader asks for its account, which takes its own reading of the pack.
            waiting.pool().warm(partial(tasks.expect, directory.resolve(), stamp))
        return location.read_at(directory)

    return _read(directory, stamp, made)


def _read(
    directory: Path, stamp: tuple[tuple[str, int, int], ...], made: Callable[[], read.Pack]
) -> read.Pack:
    if is_public():
        return _kept_pack(directory, stamp, lambda: public_pack(made()), public=True)
    return _kept_pack(directory, stamp, made, public=False)


@st.cache_resource(show_spinner=False, max_entries=4)
def _kept_pack(
    directory: Path,  # noqa: ARG001  # part of the cache's key
    stamp: tuple[tuple[str, int, int], ...],  # noqa: ARG001  # as above
    _made: Callable[[], read.Pack],
    *,
    public: bool,  # noqa: ARG001  # as above
) -> read.Pack:
    return _made()


@st.cache_resource(show_spinner=False, ttl=DRAFT_S, max_entries=32, scope="session")
def draft(key: tuple[object, ...], _compute: Callable[[], T]) -> T:  # noqa: ARG001  # part of the cache's key
    """Result of one reader's work on data not yet in use; forgotten when they leave, or in time."""
    return _compute()


@st.cache_resource(show_spinner=False, max_entries=4)
def standard_norms() -> dict[str, jobs.Norm]:
    """Norms for floor area per job, as they are shipped."""
    return jobs.read_norms()


@st.cache_resource(show_spinner=False, ttl=RETRY_S, max_entries=4)
def ledger(url: str, municipality_no: str) -> Ledger | NaeringsarealError:
    """Open a ledger, or return why it cannot be opened."""
    try:
        return _ledger(url, municipality_no, read_only=is_public())
    except NaeringsarealError as error:
        return error


# One that makes room for another gives its connections back: nobody else knows of them.
@st.cache_resource(show_spinner=False, max_entries=4, on_release=Ledger.close)
def _ledger(url: str, municipality_no: str, *, read_only: bool) -> Ledger:
    if read_only:
        return Ledger.existing(url, municipality_no, read_only=True)
    return Ledger.open(url, municipality_no)


def ledger_state(pack: read.Pack, at: LedgerAt) -> GeoDataFrame:
    """Projects of the ledger in one state; unlike the pack's, with `revision`, if not public."""
    return _ledger_state(pack, at, public=is_public())


@st.cache_resource(show_spinner=False, max_entries=8)
def _ledger_state(_pack: read.Pack, at: LedgerAt, *, public: bool) -> GeoDataFrame:
    found = ledger(default_url(), _pack.municipality_no or "")
    if isinstance(found, NaeringsarealError):
        raise found
    listed = found.projects(at.seq)
    return public_columns(listed) if public else listed


@st.cache_resource(show_spinner=False, max_entries=8)
def _register(_pack: read.Pack, at: LedgerAt, *, public: bool) -> GeoDataFrame:
    """Sites of the register in one state, as they are kept; the published ones, if public."""
    found = ledger(default_url(), _pack.municipality_no or "")
    if isinstance(found, NaeringsarealError):
        raise found
    sites = Register(found.engine, found.municipality_no).sites(at.seq)
    return published_sites(sites) if public else sites


@st.cache_resource(show_spinner=False, max_entries=8)
def workspace(_pack: read.Pack, version: DataVersion) -> Workspace:
    """
    Return the pack with the projects and norms in use; an empty ledger leaves the pack's own.

    Land accounts are kept by pack alone: neither projects nor norms move them.
    """
    at, register, public = version.ledger, version.register, is_public()

    def listed() -> ProjectList | None:
        if not (at and at.seq):
            return pack_projects(_pack)
        return ProjectList(frame=ledger_state(_pack, at), seq=at.seq, place=at.place, at=at.at)

    return Workspace(
        pack=_pack,
        lists=listed,
        norms=norms.with_own(standard_norms(), version.norms),
        lands=partial(land_account, _pack, version.pack_sha256),
        grounds=lambda: _unlisted(_pack, version.unlisted).ground,
        registers=None if register is None else partial(_register, _pack, register, public=public),
        public=public,
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _unlisted(_pack: read.Pack, version: DataVersion) -> Workspace:
    """Return the pack with the norms in use and no list of projects: what no entry moves."""
    return Workspace(
        pack=_pack,
        lists=lambda: None,
        norms=norms.with_own(standard_norms(), version.norms),
        lands=partial(land_account, _pack, version.pack_sha256),
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def growth_account(
    _pack: read.Pack,
    version: DataVersion,
    *,
    adopted_only: bool,
    estimates: bool,
) -> RuleAccount:
    """How the pack's projects stand against the 90 % rule, both variants."""
    terms = Terms(adopted_only=adopted_only, estimates=estimates)
    return workspace(_pack, version).rule(terms)


@st.cache_resource(show_spinner=False, max_entries=8)
def zone_figures(_pack: read.Pack, version: DataVersion) -> DataFrame:
    """Key figures per zone, indexed as the pack's zones."""
    at, zones = workspace(_pack, version), _pack.layer("zones")
    others = ("growth_areas", "stations", "built_land", "businesses")
    ground = answer(
        ("zone ground", version.pack_sha256),  # no entry in a list of projects moves it
        lambda: indicators.ground_figures(zones, *map(at.layer, others)),
    )
    return indicators.with_projects(ground, zones["zone_id"], at.estimated)


@st.cache_data(show_spinner=False, max_entries=128)
def map_script(key: tuple[object, ...], _draw: Callable[[], MapScript]) -> MapScript:  # noqa: ARG001  # part of the cache's key
    """Return a finished map; `key` names the map and everything that it depends on."""
    return _draw()


@st.cache_data(show_spinner=False, max_entries=64)
def plot_figures(_pack: read.Pack, pack_sha256: str, *, zone_id: str) -> dict[str, float]:  # noqa: ARG001  # part of the cache's key
    """Count and size of the plots of one zone."""
    all_zones = _pack.layer("zones")
    zone = all_zones[all_zones["zone_id"] == zone_id]
    buildings = _pack.layer("buildings") if _pack.has("buildings") else None
    return indicators.plot_figures(indicators.in_zone(_pack.layer("parcels"), zone), buildings)


@st.cache_resource(show_spinner=False, max_entries=32)
def corridor_view(_pack: read.Pack, version: DataVersion, *, width_m: int) -> CorridorView:
    """Return the corridor of this width and what lies in it."""
    at = workspace(_pack, version)
    ground = answer(  # no entry in a list of projects moves it
        ("corridor ground", version.pack_sha256, width_m),
        lambda: _corridor_ground(_pack, width_m=width_m),
    )
    return replace(ground, projects=_marked(at.estimated, ground.outline))


def _marked(frame: GeoDataFrame | None, outline: GeoDataFrame) -> GeoDataFrame | None:
    return None if frame is None else frame.assign(inside=corridor.lies_inside(frame, outline))


def _corridor_ground(pack: read.Pack, *, width_m: int) -> CorridorView:
    outline = corridor.corridor_polygon(pack.layer("corridor_nodes"), width_m=width_m)

    def covered(name: str) -> DataFrame | None:
        return corridor.coverage(pack.layer(name), outline) if pack.has(name) else None

    def marked(name: str) -> GeoDataFrame | None:
        return _marked(pack.layer(name) if pack.has(name) else None, outline)

    return CorridorView(
        outline=outline,
        zones=covered("zones"),
        municipality=covered("municipality"),
        places=marked("places"),
        stations=marked("stations"),
        projects=None,
    )


@st.cache_resource(show_spinner=False, max_entries=48)
def _land(key: tuple[object, ...], _made: Callable[[], LandAccount]) -> LandAccount:  # noqa: ARG001  # part of the cache's key
    return _made()


@st.cache_resource(show_spinner=False, max_entries=LARGE_KEPT)
def _large_land(key: tuple[object, ...], _made: Callable[[], LandAccount]) -> LandAccount:  # noqa: ARG001  # part of the cache's key
    return _made()


def _land_kept(
    pack: read.Pack, key: tuple[object, ...], *, measured: bool
) -> Callable[[Callable[[], LandAccount]], LandAccount]:
    keeps = _large_land if work.plots_are_heavy(pack) else _land
    return partial(keeps, (*key, measured))


@st.cache_resource(show_spinner=False, max_entries=2)
def _basis(_pack: read.Pack, pack_sha256: str) -> LandBasis:  # noqa: ARG001  # part of the cache's key
    return LandBasis.of_pack(_pack)


@st.cache_data(show_spinner=False, max_entries=24)
def _sums(
    key: tuple[object, ...],  # noqa: ARG001  # part of the cache's key
    _made: Callable[[], list[dict[str, float]]],
) -> list[dict[str, float]]:
    return _made()


def land_account(
    pack: read.Pack,
    pack_sha256: str,
    rules: ReserveRules,
    *,
    measured: bool = True,
    tick: Callable[[], None] | None = None,
) -> LandAccount:
    """
    Account of all business land: every plot's built, excluded, dropped and vacant land.

    Where it need not be `measured` on its own (`geo.land.compute.account`), it may be all the same.
    `tick` is called meanwhile, if the reader waits for nothing (`layers.app.heavy.waiting.behind`).
    """
    key = ("whole", pack_sha256, rules)
    found = None if measured else waiting.there(_land_kept(pack, key, measured=True))
    return found or accounts.land(
        pack,
        rules,
        _land_kept(pack, key, measured=measured),
        partial(_basis, pack, pack_sha256),
        usual=partial(_usual, pack, pack_sha256, rules),
        measured=measured,
        tick=tick,
    )


def land_ahead(pack: read.Pack, pack_sha256: str, rules: ReserveRules) -> None:
    """Have the land account made that the reader may ask for next; they do not wait for it."""
    key = ("whole", pack_sha256, rules)
    if waiting.there(_land_kept(pack, key, measured=True)) is None:
        accounts.land_ahead(
            pack,
            rules,
            _land_kept(pack, key, measured=False),
            partial(_basis, pack, pack_sha256),
            usual=partial(_usual, pack, pack_sha256, rules),
        )


def _usual(pack: read.Pack, pack_sha256: str, rules: ReserveRules) -> LandAccount | None:
    usual = ReserveRules(business_codes=rules.business_codes, plan_statuses=rules.plan_statuses)
    key = ("whole", pack_sha256, usual)
    kept = (_land_kept(pack, key, measured=measured) for measured in (True, False))
    return next(filter(None, map(waiting.there, kept)), None)


def corridor_account(
    pack: read.Pack,
    pack_sha256: str,
    rules: ReserveRules,
    *,
    measured: bool = True,
    tick: Callable[[], None] | None = None,
) -> LandAccount:
    """Return the same account, cut to the corridor of standard width."""
    key = ("corridor", pack_sha256, rules)
    found = None if measured else waiting.there(_land_kept(pack, key, measured=True))
    return found or accounts.in_corridor(
        pack,
        rules,
        _land_kept(pack, key, measured=measured),
        partial(land_account, pack, pack_sha256, rules, measured=measured),
        measured=measured,
        tick=tick,
    )


def sensitivity(
    pack: read.Pack, pack_sha256: str, variants: tuple[ReserveRules, ...]
) -> list[dict[str, float]]:
    """Totals of the municipality for each set of rules."""
    kept = partial(_sums, (pack_sha256, variants))
    return accounts.sums(pack, variants, kept, partial(_basis, pack, pack_sha256))


@st.cache_resource(show_spinner=False, max_entries=256)
def answer(key: tuple[object, ...], _compute: Callable[[], T]) -> T:  # noqa: ARG001  # part of the cache's key
    """Result of a calculation; `key` names it and everything that it depends on."""
    return _compute()


@st.cache_data(show_spinner=False, ttl=API_RETRY_S, max_entries=8)
def api_state(url: str, pack_sha256: str, _ask: Callable[[], T]) -> T:  # noqa: ARG001  # part of the cache's key
    """Return what the published service at an address answered, for a few seconds."""
    return _ask()


@st.cache_resource(show_spinner=False, max_entries=8)
def _surveyed(
    _pack: read.Pack, version: DataVersion, *, join: bool, densification: bool, flood_class: str
) -> Survey:
    return _unlisted(_pack, version).survey(
        join=join, densification=densification, flood_class=flood_class
    )


@st.cache_resource(show_spinner=False, max_entries=32)
def _hits(version: DataVersion, wish: Criteria, limit: int, _made: Callable[[], Result]) -> Result:  # noqa: ARG001  # part of the cache's key
    return _made()


def hits(pack: read.Pack, version: DataVersion, wish: Criteria, *, limit: int) -> Result:
    """
    Return the best pieces of land for a wish.

    Raises
    ------
    HeavyWorkError
        As `layers.app.accounts.land`.
    """
    kept = partial(_hits, version, wish, limit)
    if work.plots_are_heavy(pack):
        desk = work.desk_at(workspace(pack, version), version)
        # No entry says anything of vacant land: what is known of it stays known with the next.
        ground = work.desk_at(_unlisted(pack, version.unlisted), version.unlisted)
        return waiting.result(work.hits(desk, ground, wish, limit), kept, t("heavy.search"))

    def found() -> Result:
        surveyed = _surveyed(
            pack,
            version.unlisted,  # no entry says anything of vacant land
            join=wish.join,
            densification=wish.densification,
            flood_class=wish.flood_class,
        )
        return ranking.search(context(pack, version, wish.flood_class), surveyed, wish, limit=limit)

    return kept(found)


def context(pack: read.Pack, version: DataVersion, flood_class: str = USUAL_CLASS) -> Context:
    """
    Return the pack made ready for screening; one session makes it, and others wait.

    Raises
    ------
    HeavyWorkError
        As `layers.app.accounts.land`.
    """
    usual_land(pack, version)
    return _context(pack, version, flood_class)


def usual_land(pack: read.Pack, version: DataVersion) -> None:
    """
    Have the usual land account ready, where it is heavy, before a cached function asks for it.

    Inside one, a page can neither show that it waits nor let go.

    Raises
    ------
    HeavyWorkError
        As `layers.app.accounts.land`.
    """
    if work.plots_are_heavy(pack) and all(pack.has(name) for name in compute.NEEDS):
        land_account(pack, version.pack_sha256, ReserveRules())


@st.cache_resource(show_spinner=False, max_entries=8)
def _context(_pack: read.Pack, version: DataVersion, flood_class: str) -> Context:
    return workspace(_pack, version).context_for(flood_class)


def demonstration(pack: read.Pack, version: DataVersion) -> Context | None:
    """
    Return what the pack's made-up layers hold of sites, as `Workspace.demonstration`.

    Raises
    ------
    HeavyWorkError
        As `layers.app.accounts.land`.
    """
    if not context(pack, version).made_up:
        return None
    return _unlisted(pack, version.unlisted).demonstration
