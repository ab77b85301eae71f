"""Layers and results of the catalogue, each as one frame with what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from geo import i18n, indicators, jobs, jobs_today
from geo.catalogue.entries import CatalogueEntry, entries, entry
from geo.errors import MissingLayerError
from geo.formats.provenance import Provenance
from geo.growth.estimates import ESTIMATED
from geo.growth.rule import SHARES
from geo.growth.share import inside_fractions
from geo.land import registers
from geo.land import table as land_table
from geo.register.public import public_sites
from geo.transport import corridor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack
    from geo.workspace import Workspace

# Of a list of projects, what everyone may read: the project as it is, not who entered it and why.
PUBLIC: Final = (
    *("project_id", "name", "zone_id", "business_type", "gross_area_m2", "site_area_m2"),
    *("area_kind", "jobs_low", "jobs", "jobs_high", "jobs_source", "year", "status", "effect"),
    "accuracy_m",
)


@dataclass(frozen=True)
class Product:
    """
    One layer or result, ready to be taken out.

    Attributes
    ----------
    name
        In the catalogue.
    frame
        EPSG:25832, to be left as it is: of a layer it is the pack's own, of businesses without
        the numbers of those under five employees.
    provenance
        What is said of the whole, with its badges.
    note
        The pack's own remark on the layer, in Norwegian.
    ledger_seq
        Newest entry of the ledger that it comes from; 0 where it does not.
    """

    name: str
    frame: GeoDataFrame
    provenance: Provenance
    note: str | None = None
    ledger_seq: int = 0


def product(workspace: Workspace, name: str, *, width_m: float = corridor.WIDTH_M) -> Product:
    """
    Return a layer of the pack, or reckon a result with the usual parameters.

    Parameters
    ----------
    workspace
        Pack, projects and norms in use.
    name
        In the catalogue.
    width_m
        Full width of the corridor.

    Raises
    ------
    ParameterError
        If the catalogue has no such name.
    MissingLayerError
        If the pack lacks the layer, or one that the result needs.
    """
    pack, asked = workspace.pack, entry(name)
    lacking = asked.missing(workspace)
    if lacking:
        raise MissingLayerError("error.missing_layer", layer=lacking)
    if name == "corridor":
        return _corridor(pack, width_m)
    if asked.is_result:
        return _RESULTS[name](workspace)
    origin = Provenance.of(pack.info(name), pack.badges(name), pack.sha256)
    frame = pack.layer(name)
    if name == "businesses":
        frame = jobs_today.shown(frame)
    return Product(name, frame, origin, pack.info(name).note)


def everything(workspace: Workspace) -> list[tuple[CatalogueEntry, Product]]:
    """Return all of the catalogue that the pack allows."""
    return [
        (one, product(workspace, one.name)) for one in entries() if one.missing(workspace) is None
    ]


def _reserve_plots(workspace: Workspace) -> Product:
    norms = jobs.norm_table(workspace.norms)
    frame = land_table.columns(workspace.land(), norms).reset_index(drop=True)
    return Product("reserve_plots", frame, _reserve_origin(workspace, "reserve_plots"))


def _reserve_parts(workspace: Workspace) -> Product:
    parts = workspace.land().parts
    counts = registers.points_on(parts, workspace.layer("building_points"))
    kept = parts[["parcel_id", "zone_id", "area_m2", "geometry"]]
    frame = kept.join(counts.astype("Int64")).reset_index(drop=True)
    return Product("reserve_parts", frame, _reserve_origin(workspace, "reserve_parts"))


def _reserve_zones(workspace: Workspace) -> Product:
    account = workspace.land()
    layer = workspace.pack.layer("zones")
    # As the account has them: of zones that share an id, the first.
    first = layer[~layer["zone_id"].duplicated()].set_index("zone_id")
    room = account.jobs(jobs.norm_table(workspace.norms))
    table = account.by_zone().drop(columns="business_profile").join(room)
    # As exact as the areas are: a millionth of a square metre is the computer's rounding.
    table["balance_error_m2"] = table["balance_error_m2"].round()
    frame = first[["name", "geometry"]].join(table).rename_axis("zone_id").reset_index()
    return Product("reserve_zones", frame, _reserve_origin(workspace, "reserve_zones"))


def _zone_figures(workspace: Workspace) -> Product:
    layer = workspace.pack.layer("zones")
    figures = indicators.zone_figures(
        layer,
        workspace.layer("growth_areas"),
        workspace.estimated,
        workspace.layer("stations"),
        workspace.layer("built_land"),
        workspace.layer("businesses"),
    )
    kept = layer[["zone_id", "name", "zone_type", "abc", "geometry"]]
    origin = _origin(workspace, "zone_figures", "zones")
    return Product("zone_figures", kept.join(figures), origin, ledger_seq=workspace.seq)


def _projects_rule(workspace: Workspace) -> Product:
    """
    Projects as the app shows them to all, with their share inside the growth areas.

    Jobs are what is known; what is estimated stands in columns of its own, so that nobody adds
    the two without knowing.
    """
    areas, frame = workspace.pack.layer("growth_areas"), workspace.projects
    if frame is None or workspace.estimated is None:
        raise MissingLayerError("error.missing_layer", layer="projects")
    every = workspace.estimated
    guessed = every["basis"].isin(ESTIMATED)
    known = [name for name in (*PUBLIC, "basis") if name in frame]
    frame = frame[[*known, "geometry"]].assign(
        basis=every["basis"],
        estimated_low=every["jobs_low"].where(guessed),
        estimated_high=every["jobs_high"].where(guessed),
        why_not=every["why_not"],
        **dict(zip(SHARES, inside_fractions(frame, areas), strict=True)),
    )
    origin, seq = _origin(workspace, "projects_rule", "projects"), workspace.seq
    if seq:
        words = i18n.say("publish.ledger", seq=str(seq))
        origin = replace(origin, source=words, date=None, accuracy=None)
    note = None if seq else workspace.pack.info("projects").note
    return Product("projects_rule", frame.reset_index(drop=True), origin, note, seq)


def _site_register(workspace: Workspace) -> Product:
    """Return the register's sites as they may be shown outside, to whoever asks."""
    if workspace.sites is None:
        raise MissingLayerError("error.missing_layer", layer="site_register")
    frame = public_sites(workspace.sites)
    origin = Provenance(
        source=i18n.say("publish.register"), pack_sha256=workspace.pack.sha256
    ).calculated("site_register", frame.to_wkb(hex=True).to_csv())
    return Product("site_register", frame, origin)


def _corridor(pack: Pack, width_m: float) -> Product:
    outline = corridor.corridor_polygon(pack.layer("corridor_nodes"), width_m=width_m)
    info = pack.info("corridor_nodes")
    badges = entry("corridor").badges(pack)
    origin = Provenance.of(info, badges, pack.sha256, parameters=f"width_m={width_m:g}")
    origin = replace(origin, accuracy=None)  # that of the nodes, not of the outline
    return Product("corridor", outline, origin.calculated("corridor"), info.note)


_RESULTS: Final[Mapping[str, Callable[[Workspace], Product]]] = {
    "zone_figures": _zone_figures,
    "reserve_zones": _reserve_zones,
    "reserve_plots": _reserve_plots,
    "reserve_parts": _reserve_parts,
    "projects_rule": _projects_rule,
    "site_register": _site_register,
}


def _reserve_origin(workspace: Workspace, name: str) -> Provenance:
    norms: Any = jobs.norm_table(workspace.norms)
    origin = land_table.provenance(workspace.pack, workspace.land().rules, norms)
    return replace(origin, accuracy=None).calculated(name)


def _origin(workspace: Workspace, name: str, layer: str) -> Provenance:
    pack, norms = workspace.pack, list(workspace.norms.items())
    used = [f"m2_per_job.{key}={n.low:g}-{n.high:g}" for key, n in norms]
    used += [f"utilisation.{key}={n.utilisation_low:g}-{n.utilisation_high:g}" for key, n in norms]
    if workspace.seq:
        used.append(f"ledger_seq={workspace.seq}")
    badges = entry(name).badges(workspace)
    origin = Provenance.of(pack.info(layer), badges, pack.sha256, parameters=", ".join(used))
    return origin.calculated(name)
