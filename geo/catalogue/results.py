"""Layers and results of the catalogue, each as one frame with what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from geo import i18n, indicators, jobs
from geo.catalogue.entries import entry
from geo.errors import MissingLayerError
from geo.formats.provenance import Provenance
from geo.growth import share
from geo.land import compute as account
from geo.land import table as land_table
from geo.land.rules import ReserveRules
from geo.transport import corridor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.land.account import LandAccount
    from geo.pack.read import Pack

# Of a list of projects, what everyone may read: the project as it is, not who entered it and why.
PUBLIC: Final = (
    *("project_id", "name", "zone_id", "business_type", "gross_area_m2", "site_area_m2"),
    *("jobs_low", "jobs", "jobs_high", "year", "status", "effect", "accuracy_m"),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    What results are reckoned with; by default as the program comes.

    Attributes
    ----------
    rules
        Of the land account.
    norms
        Floor area per job, by type of business.
    corridor_width_m
        Full width of the corridor.
    projects
        A ledger's projects and its newest entry; None for the pack's own plan cases.
    account
        The pack's land account, where it has been made with `rules` already.
    """

    rules: ReserveRules = field(default_factory=ReserveRules)
    norms: Mapping[str, jobs.Norm] = field(default_factory=jobs.read_norms)
    corridor_width_m: float = corridor.WIDTH_M
    projects: tuple[GeoDataFrame, int] | None = None
    account: LandAccount | None = None


@dataclass(frozen=True)
class Product:
    """
    One layer or result, ready to be taken out.

    Attributes
    ----------
    name
        In the catalogue.
    frame
        EPSG:25832, to be left as it is: of a layer it is the pack's own.
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


def product(pack: Pack, name: str, settings: Settings | None = None) -> Product:
    """
    Return a layer of the pack, or reckon a result.

    Raises
    ------
    UnknownLayerError
        If the catalogue has no such name.
    MissingLayerError
        If the pack lacks the layer, or one that the result needs.
    """
    one = entry(name)
    lacking = one.missing(pack)
    if lacking:
        raise MissingLayerError(layer=lacking)
    if one.is_result:
        return _RESULTS[name](pack, settings or Settings())
    origin = Provenance.of(pack.info(name), pack.badges(name), pack.sha256)
    return Product(name, pack.layer(name), origin, pack.info(name).note)


def _reserve_plots(pack: Pack, settings: Settings) -> Product:
    norms = jobs.norm_table(settings.norms)
    frame = land_table.columns(_account(pack, settings), norms).reset_index(drop=True)
    return Product("reserve_plots", frame, _reserve_origin(pack, settings, "reserve_plots"))


def _reserve_parts(pack: Pack, settings: Settings) -> Product:
    parts = _account(pack, settings).parts
    frame = parts[["parcel_id", "zone_id", "area_m2", "geometry"]].reset_index(drop=True)
    return Product("reserve_parts", frame, _reserve_origin(pack, settings, "reserve_parts"))


def _reserve_zones(pack: Pack, settings: Settings) -> Product:
    found = _account(pack, settings)
    layer = pack.layer("zones")
    # As the account has them: of zones that share an id, the first.
    first = layer[~layer["zone_id"].duplicated()].set_index("zone_id")
    room = found.jobs(jobs.norm_table(settings.norms))
    table = found.by_zone().drop(columns="business_profile").join(room)
    frame = first[["name", "geometry"]].join(table).rename_axis("zone_id").reset_index()
    return Product("reserve_zones", frame, _reserve_origin(pack, settings, "reserve_zones"))


def _zone_figures(pack: Pack, settings: Settings) -> Product:
    layer = pack.layer("zones")
    projects, seq = _projects(pack, settings)
    figures = indicators.zone_figures(
        layer, _optional(pack, "growth_areas"), projects, _optional(pack, "stations")
    )
    kept = layer[["zone_id", "name", "zone_type", "abc", "geometry"]]
    origin = _origin(pack, "zone_figures", "zones", settings, seq)
    return Product("zone_figures", kept.join(figures), origin, ledger_seq=seq)


def _projects_rule(pack: Pack, settings: Settings) -> Product:
    """Projects as the app shows them to all, with their share inside the growth areas."""
    areas = pack.layer("growth_areas")
    frame, seq = _projects(pack, settings)
    if frame is None:
        raise MissingLayerError(layer="projects")
    known = [name for name in (*PUBLIC, "basis") if name in frame]
    frame = frame[[*known, "geometry"]].assign(
        share_inside=share.inside_fraction(frame, share.counted_areas(areas)),
        share_inside_regional=share.inside_fraction(frame, areas),
    )
    origin = _origin(pack, "projects_rule", "projects", settings, seq)
    if seq:
        words = i18n.say("publish.ledger", seq=str(seq))
        origin = replace(origin, source=words, date=None, accuracy=None)
    note = None if seq else pack.info("projects").note
    return Product("projects_rule", frame.reset_index(drop=True), origin, note, seq)


def _corridor(pack: Pack, settings: Settings) -> Product:
    width_m = settings.corridor_width_m
    outline = corridor.corridor_polygon(pack.layer("corridor_nodes"), width_m=width_m)
    used = f"width_m={width_m:g}"
    info = pack.info("corridor_nodes")
    badges = entry("corridor").badges(pack)
    origin = Provenance.of(info, badges, pack.sha256, parameters=used)
    origin = replace(origin, accuracy=None)  # that of the nodes, not of the outline
    return Product("corridor", outline, origin.calculated("corridor"), info.note)


_RESULTS: Final[Mapping[str, Callable[[Pack, Settings], Product]]] = {
    "zone_figures": _zone_figures,
    "reserve_zones": _reserve_zones,
    "reserve_plots": _reserve_plots,
    "reserve_parts": _reserve_parts,
    "projects_rule": _projects_rule,
    "corridor": _corridor,
}


def _account(pack: Pack, settings: Settings) -> LandAccount:
    return settings.account or account.of_pack(pack, settings.rules)


def _projects(pack: Pack, settings: Settings) -> tuple[GeoDataFrame | None, int]:
    frame, seq = settings.projects or (_optional(pack, "projects"), 0)
    if frame is None:
        return None, 0
    return frame.assign(**jobs.complete_jobs(frame, settings.norms)), seq


def _reserve_origin(pack: Pack, settings: Settings, name: str) -> Provenance:
    norms: Any = jobs.norm_table(settings.norms)
    origin = land_table.provenance(pack, settings.rules, norms)
    return replace(origin, accuracy=None).calculated(name)


def _origin(pack: Pack, name: str, layer: str, settings: Settings, seq: int) -> Provenance:
    used = [f"m2_per_job.{key}={n.low:g}-{n.high:g}" for key, n in settings.norms.items()]
    if seq:
        used.append(f"ledger_seq={seq}")
    badges = entry(name).badges(pack)
    origin = Provenance.of(pack.info(layer), badges, pack.sha256, parameters=", ".join(used))
    return origin.calculated(name)


def _optional(pack: Pack, name: str) -> GeoDataFrame | None:
    return pack.layer(name) if pack.has(name) else None
