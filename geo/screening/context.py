"""What the screening needs of a pack, worked out once: indexed layers and the rule as it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo.errors import ParameterError
from geo.geometry.coverage import Indexed
from geo.geometry.crs import require_common_crs
from geo.geometry.scale import area_factors
from geo.growth import account as growth_account
from geo.growth.estimates import NOTHING_SAID, made_up_ids
from geo.growth.projects import prepared
from geo.growth.rule import Variants
from geo.growth.share import counts
from geo.growth.terms import EVERYTHING
from geo.land.plans import for_business, newest, off_ground
from geo.land.table import LAYERS as ACCOUNT_LAYERS
from geo.schema import layers as schema
from geo.screening.constraints import LAYERS as CONSTRAINT_LAYERS
from geo.screening.constraints import Constraints, asked_of
from geo.screening.home import Home
from geo.transport import corridor
from geo.transport import network as transport_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Rows
    from geo.growth.account import RuleAccount
    from geo.growth.estimates import Estimating
    from geo.growth.terms import Terms
    from geo.jobs import Norm
    from geo.land.account import LandAccount
    from geo.pack.read import Pack
    from geo.transport.network import Network

# A: how far a hand-drawn outline may be from the border that is meant, where the manifest names no
# single number of metres (the sketches deviate by 100–400 m).
ILLUSTRATIVE_ACCURACY_M: Final = 400.0

LAYERS: Final = (
    *("municipality", "zones", "growth_areas", "plan_areas", "constraints", "constraint_coverage"),
    *("stations", "context", "corridor_nodes", "projects", "buildings", "grid"),
)

_ONE_LENGTH: Final = re.compile(r"[^\d–-]*(\d+(?:[\s\u00a0]\d{3})*(?:[.,]\d+)?)\s*m\b[^\d]*")


@dataclass(frozen=True, eq=False)
class Named:
    """A layer's shapes with the columns that are told of them."""

    index: Indexed
    table: pd.DataFrame

    @classmethod
    def of(cls, frame: GeoDataFrame) -> Named:
        """Index a layer."""
        table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
        return cls(Indexed.of(frame.geometry.to_numpy()), table)


@dataclass(frozen=True, eq=False)
class Growth:
    """
    The growth areas, and their borders as far in and out as they may be wrong.

    Attributes
    ----------
    areas, counts
        Every area, and whether it counts.
    accuracy_m
        How wrong the border may be; None where nothing is known of it.
    borders
        Union of the counted areas and union of all, moved inwards by `accuracy_m`, and the same
        two moved outwards; empty where the accuracy is 0 or not known.
    """

    areas: Named
    counts: NDArray[np.bool_]
    accuracy_m: float | None
    borders: tuple[Variants[Indexed], ...] = ()


@dataclass(frozen=True, eq=False)
class Land:
    """
    The account's pieces and vacant parts, to be cut by a site.

    Of each piece: its area, the plot that it belongs to, its densification (NaN where not known)
    and whether that is among what is not known. `business` (m,) tells which of the plan areas are
    business land by the account's rules; None without the layer.
    """

    pieces: Indexed
    area_m2: Floats
    plot_row: Rows
    densification_bra_m2: Floats
    unknown: NDArray[np.bool_]
    parts: Indexed
    business: NDArray[np.bool_] | None


@dataclass(frozen=True, eq=False)
class ProjectPlaces:
    """
    Places of the projects that the rule concerns, and the rule without some of them.

    `places`, `names` and `rough` are (m,) in the order of the account's projects; a project without
    a place meets no site. One that is a point with a site area is taken as a circle of that area
    around it, which is `rough` (A); `accuracy_m` is how far its place may be wrong (NaN not known).
    `jobs` (m, 3) are low, middle and high of what each has in the sums (`net` as the terms are), 0
    where it is in none, as `summed` tells. `without` takes rows.
    """

    places: Indexed
    names: tuple[str, ...]
    rough: NDArray[np.bool_]
    accuracy_m: Floats
    jobs: Floats
    summed: NDArray[np.bool_]
    net: bool
    without: Callable[[tuple[int, ...]], RuleAccount]

    @classmethod
    def of(cls, account: RuleAccount, projects: GeoDataFrame) -> ProjectPlaces:
        """Index the projects of an account; `projects` has their geometry, by the same index."""
        rows = account.projects

        @lru_cache(maxsize=256)
        def without(left: tuple[int, ...]) -> RuleAccount:
            return growth_account.judge(rows.drop(rows.index[list(left)]), account.terms)

        shapes = projects.geometry.loc[rows.index].to_numpy()
        scale = area_factors(shapes, projects.crs)
        radius = np.sqrt(rows["site_area_m2"].to_numpy(dtype=float) / scale / np.pi)
        rough = (shapely.get_type_id(shapes) == shapely.GeometryType.POINT) & (radius > 0)
        shapes = np.where(rough, shapely.buffer(shapes, np.nan_to_num(radius)), shapes)
        named = rows["name"].where(rows["name"].notna(), rows["id"])
        names = tuple(str(one) for one in named)
        left = rows.index.isin(account.unknown.union(account.loss_unknown))
        jobs = rows[list(schema.JOBS)].to_numpy(dtype=float)
        if account.terms.net:
            jobs = jobs - rows["jobs_lost"].to_numpy(dtype=float)[:, np.newaxis]
        jobs = np.where(left[:, np.newaxis], 0.0, jobs)
        accuracy = np.full(len(rows), np.nan)
        if "accuracy_m" in projects:
            told = pd.to_numeric(projects["accuracy_m"].loc[rows.index], errors="coerce")
            accuracy = told.to_numpy(dtype=float)
        places = Indexed.of(shapes)
        return cls(places, names, rough, accuracy, jobs, ~left, account.terms.net, without)


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """
    A pack, made ready for screening. To be shared between threads; nothing in it is prepared.

    A layer that the pack lacks is None. `before` is the rule as it stands, by variant, and `listed`
    where its projects lie; None where growth areas or projects are missing. `made_up` names the
    layers that are there but made up: those are no evidence, and are None here as if they were
    missing. `home` is the municipality itself; None where the pack does not tell where it lies.
    `register` is the municipality's own list of sites, as `geo.workspace.Workspace.sites`.
    """

    pack: Pack
    crs: CRS
    norms: Mapping[str, Norm]
    terms: Terms
    municipalities: Named | None
    home: Home | None
    zones: Named | None
    growth: Growth | None
    plans: Named | None
    plan_rank: Rows | None
    constraints: Constraints
    stations: Named | None
    roads: Named | None
    network: Network | None
    grid: Named | None
    corridor: Indexed | None
    buildings: Indexed | None
    land: Land | None
    before: RuleAccount | None
    listed: ProjectPlaces | None
    badges: tuple[str, ...]
    made_up: frozenset[str] = frozenset()
    register: GeoDataFrame | None = None

    def for_class(self, flood_class: str) -> Context:
        """
        Return the same for another safety class of the building.

        Raises
        ------
        ParameterError
            If there is no such class.
        """
        constraints = self.constraints.of_class(flood_class)
        return self if constraints is self.constraints else replace(self, constraints=constraints)


def context_of(
    pack: Pack,
    projects: GeoDataFrame | None,
    norms: Mapping[str, Norm],
    account: LandAccount | None = None,
    *,
    terms: Terms = EVERYTHING,
    border_accuracy_m: float | None = None,
    estimating: Estimating = NOTHING_SAID,
) -> Context:
    """
    Make a pack ready for screening, by the usual safety class (`Context.for_class` has others).

    Parameters
    ----------
    pack
        Any of its layers may be missing.
    projects
        The ledger's or the pack's, as for `geo.growth.projects.prepared`; None where not known.
        A list with any of the pack's made-up plan cases is made up too.
    norms
        Floor area per job, by type of business.
    account
        The pack's land account; None leaves reserve and densification unknown.
    terms
        On which terms the rule is judged.
    border_accuracy_m
        How wrong the growth areas' borders may be; None for what the manifest says.
    estimating
        What estimates of the projects' jobs may rest on.

    Raises
    ------
    ParameterError
        If the accuracy is negative or no number.
    NaeringsarealError
        As `geo.growth.projects.prepared` and `geo.geometry.crs.require_common_crs`.
    """
    ground = ground_of(pack, norms, account, terms=terms, border_accuracy_m=border_accuracy_m)
    return with_projects(ground, projects, estimating)


def ground_of(
    pack: Pack,
    norms: Mapping[str, Norm],
    account: LandAccount | None = None,
    *,
    terms: Terms = EVERYTHING,
    border_accuracy_m: float | None = None,
) -> Context:
    """
    Make ready what no list of projects moves: a screening with it knows of none.

    Parameters and errors as `context_of`.
    """
    made_up = _made_up(pack)
    layers = _layers(pack, made_up)
    if not made_up.isdisjoint(ACCOUNT_LAYERS):
        account = None
    if layers:
        require_common_crs(**layers)
    if "plan_areas" in layers:  # what is planned below or above the ground says nothing of it
        layers["plan_areas"] = layers["plan_areas"][~off_ground(layers["plan_areas"])]
    named = {name: Named.of(frame) for name, frame in layers.items() if name in _TOLD}
    plans = layers.get("plan_areas")
    context = layers.get("context")
    roads = None if context is None else transport_network.road_lines(context)
    roads = None if roads is None or roads.empty else roads
    stations = named.get("stations")
    return Context(
        pack=pack,
        crs=_crs(layers),
        norms=norms,
        terms=terms,
        municipalities=named.get("municipality"),
        home=Home.of(
            layers.get("municipality"),
            pack.municipality_no,
            station=layers.get("stations"),
            road=roads,
            grid=layers.get("grid"),
        ),
        zones=named.get("zones"),
        growth=_growth(pack, layers.get("growth_areas"), border_accuracy_m),
        plans=named.get("plan_areas"),
        plan_rank=None if plans is None else newest(plans),
        constraints=Constraints.of(
            layers.get("constraints"),
            layers.get("constraint_coverage"),
            made_up=not made_up.isdisjoint(CONSTRAINT_LAYERS),
            asked=asked_of(pack),
        ),
        stations=stations,
        roads=None if roads is None else Named.of(roads),
        network=None
        if roads is None or stations is None
        else transport_network.network(roads.geometry.to_numpy(), stations.index.shapes),
        grid=named.get("grid"),
        corridor=_corridor(layers.get("corridor_nodes")),
        buildings=Indexed.of(layers["buildings"].geometry.to_numpy())
        if "buildings" in layers
        else None,
        land=None if account is None else _land(account, plans),
        before=None,
        listed=None,
        badges=_badges(pack, layers, with_account=account is not None),
        made_up=made_up,
    )


def with_projects(
    ground: Context, projects: GeoDataFrame | None, estimating: Estimating = NOTHING_SAID
) -> Context:
    """Return the ground with a list of projects; parameters and errors as `context_of`."""
    pack, made_up = ground.pack, ground.made_up
    if "projects" in made_up and projects is not None:
        if projects is pack.layer("projects") or made_up_ids(pack, projects):
            projects = None
        else:
            made_up -= {"projects"}
    if projects is None:
        return ground
    projects = projects.reset_index(drop=True)  # places are found by the label of a row
    layers = _layers(pack, made_up) | {"projects": projects}
    require_common_crs(**layers)
    before = _before(projects, layers.get("growth_areas"), ground.norms, ground.terms, estimating)
    return replace(
        ground,
        crs=_crs(layers),
        before=before,
        listed=None if before is None else ProjectPlaces.of(before, projects),
        badges=_badges(pack, layers, with_account=ground.land is not None),
        made_up=made_up,
    )


def _layers(pack: Pack, made_up: frozenset[str]) -> dict[str, GeoDataFrame]:
    return {name: pack.layer(name) for name in LAYERS if pack.has(name) and name not in made_up}


def _crs(layers: Mapping[str, GeoDataFrame]) -> CRS:
    return next(iter(layers.values())).crs if layers else CRS.from_user_input(schema.CRS)


def _badges(pack: Pack, layers: Iterable[str], *, with_account: bool) -> tuple[str, ...]:
    used = {*layers, *(["parcels"] if with_account else [])}
    if "projects" in _made_up(pack):  # the list in use is not the pack's
        used.discard("projects")
    return tuple(sorted(pack.badges(*used)))


_MARK: Final = "synthetic"
_TOLD: Final = ("municipality", "zones", "plan_areas", "stations", "grid")


def as_if_real(pack: Pack) -> Pack:
    """Return the pack with its made-up layers taken for real: to show what they hold, no more."""
    layers = {
        name: frame.drop(columns=_MARK, errors="ignore") for name, frame in pack.layers.items()
    }
    manifest = {name: replace(info, synthetic=False) for name, info in pack.manifest.items()}
    return replace(pack, layers=layers, manifest=manifest)


def _made_up(pack: Pack) -> frozenset[str]:
    """Names of the pack's made-up layers, of those that a screening would rest on."""
    return frozenset(name for name in (*LAYERS, *ACCOUNT_LAYERS) if _MARK in pack.badges(name))


def stated_accuracy_m(text: str | None) -> float | None:
    """Return the metres that a manifest names («Om lag 50 m»); None for a span or other words."""
    found = _ONE_LENGTH.fullmatch(text or "")
    if found is None:
        return None
    return float(re.sub(r"[\s\u00a0]", "", found[1]).replace(",", "."))


def _growth(pack: Pack, areas: GeoDataFrame | None, accuracy_m: float | None) -> Growth | None:
    if areas is None:
        return None
    if accuracy_m is not None and not 0 <= accuracy_m < np.inf:
        raise ParameterError("error.border_accuracy", accuracy=f"{accuracy_m:g}")
    if accuracy_m is None:
        accuracy_m = stated_accuracy_m(pack.info("growth_areas").accuracy)
    if accuracy_m is None and "illustrative" in pack.badges("growth_areas"):
        accuracy_m = ILLUSTRATIVE_ACCURACY_M
    table, counted = Named.of(areas), counts(areas).to_numpy()
    borders: tuple[Variants[Indexed], ...] = ()
    if accuracy_m:
        shapes = table.index.shapes
        unions = [shapely.union_all(some) for some in (shapes[counted], shapes)]
        borders = tuple(
            Variants(Indexed.of(moved[:1]), Indexed.of(moved[1:]))
            for moved in (shapely.buffer(unions, way * accuracy_m) for way in (-1, 1))
        )
    return Growth(table, counted, accuracy_m, borders)


def _corridor(nodes: GeoDataFrame | None) -> Indexed | None:
    if nodes is None:
        return None
    try:
        band = corridor.corridor_polygon(nodes)
    except ParameterError:  # too few nodes make no corridor
        return None
    return Indexed.of(band.geometry.to_numpy())


def _land(account: LandAccount, plans: GeoDataFrame | None) -> Land:
    pieces = account.pieces
    index = Indexed.of(pieces.geometry.to_numpy())
    return Land(
        pieces=index,
        area_m2=shapely.area(index.shapes),
        plot_row=pieces["plot_row"].to_numpy(),
        densification_bra_m2=pieces["densification_bra_m2"].to_numpy(dtype=float),
        unknown=pieces["unknown"].to_numpy(dtype=bool),
        parts=Indexed.of(account.parts.geometry.to_numpy()),
        business=None if plans is None else for_business(plans, account.rules),
    )


def _before(
    projects: GeoDataFrame | None,
    areas: GeoDataFrame | None,
    norms: Mapping[str, Norm],
    terms: Terms,
    estimating: Estimating,
) -> RuleAccount | None:
    if projects is None or areas is None:
        return None
    return growth_account.account(prepared(projects, areas, norms, estimating), terms)
