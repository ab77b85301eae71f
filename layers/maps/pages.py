"""
The map of each page: which layers lie on it and what their tooltips say.

Each function returns a finished map, made once per pack, language and parameters.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import folium
import geopandas as gpd

from geo.geometry.scale import areas_of
from geo.growth.share import counts
from geo.indicators import in_zone
from geo.schema.layers import KNOWLEDGE_KINDS
from geo.transport.corridor import axis
from layers.app import cache, texts
from layers.app.texts import t
from layers.maps import labels, leaflet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.pack.read import Pack
    from layers.app.cache import CorridorView
    from layers.app.map_script import MapScript
    from layers.app.shell import View


# What a map says of a project.
_OF_PROJECT: Final = (
    "project_id",
    "name",
    "effect",
    "jobs_low",
    "jobs_high",
    "basis",
    "accuracy_m",
)


def key_of(
    view: View,
    *which: object,
    frame: DataFrame | None = None,
    columns: Sequence[str] = _OF_PROJECT,
) -> tuple[object, ...]:
    """
    Return a key for the map `which` of the pack, and of these rows of projects or figures.

    An entry in the list of projects leaves most maps as they are: such a map is not drawn anew, on
    the server or in the browser of whoever looks at it.
    """

    def named() -> str:
        said = "" if frame is None else frame[list(columns)].to_csv()
        shapes = frame.geometry.to_wkb() if isinstance(frame, gpd.GeoDataFrame) else ()
        parts = (said.encode(), *(one or b"-" for one in shapes))
        return hashlib.sha256(b"".join(parts)).hexdigest()

    content = cache.answer(("map_key", *which, view.version), named)
    return (*which, content, view.version.pack_sha256, texts.language())


def overview(view: View) -> MapScript:
    """
    All zones, growth areas, the corridor's axis and the stations.

    Of a pack without zones, as one is that comes straight from the services, the municipality.
    """

    def draw() -> MapScript:
        pack = view.pack
        within = pack.layer("zones") if pack.has("zones") else pack.municipality
        leaflet_map = leaflet.base(pack, bounds_of=within)
        _growth_areas(pack, leaflet_map)
        if pack.has("corridor_nodes"):
            _axis(pack, leaflet_map)
        if pack.has("zones"):
            _zones(pack, cache.zone_figures(pack, view.version), leaflet_map)
        _regional_areas(pack, leaflet_map)
        _stations(pack, leaflet_map)
        _names(pack, leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_overview"))

    figures = cache.zone_figures(view.pack, view.version) if view.pack.has("zones") else None
    columns = [] if figures is None else [str(name) for name in figures]
    return cache.map_script(key_of(view, "overview", frame=figures, columns=columns), draw)


def zone(view: View, zone_row: GeoDataFrame, projects: GeoDataFrame | None) -> MapScript:
    """One zone with its plots, buildings and plan cases."""

    def draw() -> MapScript:
        pack = view.pack
        leaflet_map = leaflet.base(pack, bounds_of=zone_row)
        _growth_areas(pack, leaflet_map)
        leaflet.shapes(zone_row, "zone_outline").add_to(leaflet_map)
        if pack.has("parcels"):
            _parcels(pack, in_zone(pack.layer("parcels"), zone_row), leaflet_map)
        if pack.has("buildings"):
            inside = in_zone(pack.layer("buildings"), zone_row)
            leaflet.shapes(inside, "building", name=t("legend.building")).add_to(leaflet_map)
        _regional_areas(pack, leaflet_map)
        if projects is not None:
            add_projects(pack, projects, leaflet_map)
        _stations(pack, leaflet_map)
        if pack.has("places"):
            named = pack.layer("places")
            _places(pack, named[named["zone_id"] == zone_id], leaflet_map)
        return leaflet.script(
            leaflet_map, t("map.title_zone", zone=_own(pack, zone_row.iloc[0], "name"))
        )

    zone_id = str(zone_row["zone_id"].iloc[0])
    return cache.map_script(key_of(view, "zone", zone_id, frame=projects), draw)


def corridor(view: View, widest: CorridorView) -> MapScript:
    """The zones and institutions along the axis, wide enough for the widest corridor."""

    def draw() -> MapScript:
        pack = view.pack
        leaflet_map = leaflet.base(pack, bounds_of=widest.outline)
        if pack.has("zones"):
            _plain_zones(pack, leaflet_map)
        _axis(pack, leaflet_map)
        _stations(pack, leaflet_map)
        if widest.projects is not None:
            add_projects(pack, widest.projects, leaflet_map)
        if widest.places is not None:
            known = widest.places["kind"].isin(KNOWLEDGE_KINDS)
            _places(pack, widest.places[known], leaflet_map)
        _names(pack, leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_corridor"))

    return cache.map_script(key_of(view, "corridor", frame=widest.projects), draw)


def corridor_outline(seen: CorridorView) -> folium.FeatureGroup:
    """The corridor itself, apart from its map, since it changes with the width."""
    group = folium.FeatureGroup(name=t("legend.corridor"))
    leaflet.shapes(seen.outline, "corridor").add_to(group)
    return group


def places(view: View, named: GeoDataFrame) -> MapScript:
    """The places that the strategy names, over the zones they lead to."""

    def draw() -> MapScript:
        leaflet_map = leaflet.base(view.pack, bounds_of=named)
        if view.pack.has("zones"):
            _plain_zones(view.pack, leaflet_map)
        _places(view.pack, named, leaflet_map)
        _names(view.pack, leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_places"))

    # Which places the strategy names is no part of pack.gpkg, whose hash the version is.
    return cache.map_script(key_of(view, "places", *named["place_id"]), draw)


def ground(view: View, of: GeoDataFrame) -> folium.Map:
    """Return a map of growth areas, zones and stations for something to be put on: `of`."""
    pack = view.pack
    bounds = pack.layer("zones") if of.empty and pack.has("zones") else of
    if bounds.empty:
        bounds = pack.layer("municipality")
    leaflet_map = leaflet.base(pack, bounds_of=bounds)
    _growth_areas(pack, leaflet_map)
    if pack.has("zones"):
        zones = pack.layer("zones")
        leaflet.shapes(zones, "zone_outline", name=t("legend.zone")).add_to(leaflet_map)
    _regional_areas(pack, leaflet_map)
    _stations(pack, leaflet_map)
    _names(pack, leaflet_map)
    return leaflet_map


def _plain_zones(pack: Pack, leaflet_map: folium.Map) -> None:
    leaflet.clickable(
        pack.layer("zones"),
        "zone",
        id_column="zone_id",
        tip=_name_tip(pack, "legend.zone"),
        name=t("legend.zone"),
    ).add_to(leaflet_map)


def _parcels(pack: Pack, parcels: GeoDataFrame, leaflet_map: folium.Map) -> None:
    made_up = "synthetic" in pack.badges("parcels")

    def tip(row: Series) -> str:
        return leaflet.tip_lines(
            t("parcel.title", parcel=row["parcel_id"]),
            texts.daa(row["area_m2"]),
            t("badge.synthetic") if made_up else "",
        )

    leaflet.clickable(
        parcels.assign(area_m2=areas_of(parcels)),
        "parcel",
        id_column="parcel_id",
        tip=tip,
        name=t("legend.parcel"),
    ).add_to(leaflet_map)


def _growth_areas(pack: Pack, leaflet_map: folium.Map) -> None:
    if pack.has("growth_areas"):
        frame = pack.layer("growth_areas")
        _areas(pack, frame[counts(frame)], "growth_area", leaflet_map)


def _regional_areas(pack: Pack, leaflet_map: folium.Map) -> None:
    """Outline areas that do not count; to be put over the zones, whose outline is mostly theirs."""
    if pack.has("growth_areas"):
        frame = pack.layer("growth_areas")
        regional = frame[~counts(frame)]
        group = folium.FeatureGroup(name=t("legend.regional_area"))
        leaflet.casing(regional, "regional_area").add_to(group)
        _areas(pack, regional, "regional_area", group, named=False)
        group.add_to(leaflet_map)


def _areas(
    pack: Pack,
    rows: GeoDataFrame,
    kind: str,
    to: folium.Map | folium.FeatureGroup,
    *,
    named: bool = True,
) -> None:
    leaflet.clickable(
        rows,
        kind,
        id_column="area_id",
        tip=lambda row: leaflet.tip_lines(
            _own(pack, row, "name"),
            t(f"legend.{kind}"),
            _own(pack, row, "category"),
            _sketched(row),
        ),
        name=t(f"legend.{kind}") if named else None,
    ).add_to(to)


def _zones(pack: Pack, figures: DataFrame, leaflet_map: folium.Map) -> None:
    def tip(row: Series) -> str:
        figure: Any = figures.loc[row.name]  # type: ignore[call-overload]  # an index's label
        return leaflet.tip_lines(
            _own(pack, row, "name"),
            texts.term("zone_type", row["zone_type"]),
            f"{t('zone.area')}: {texts.daa(figure['area_m2'])}",
            f"{t('zone.jobs')}: {texts.planned_jobs(figure)}",
            _sketched(row),
            t("map.click"),
        )

    leaflet.clickable(
        pack.layer("zones"), "zone", id_column="zone_id", tip=tip, name=t("legend.zone")
    ).add_to(leaflet_map)


def _names(pack: Pack, leaflet_map: folium.Map) -> None:
    if pack.has("zones"):
        labels.names(pack.layer("zones"), "name").add_to(leaflet_map)


def _stations(pack: Pack, leaflet_map: folium.Map) -> None:
    if pack.has("stations"):
        leaflet.clickable(
            pack.layer("stations"),
            "station",
            id_column="station_id",
            tip=_name_tip(pack, "legend.station"),
            name=t("legend.station"),
            radius=4,
        ).add_to(leaflet_map)


def add_projects(pack: Pack, projects: GeoDataFrame, leaflet_map: folium.Map) -> None:
    """Put projects on a map; those without a place are passed over."""

    def tip(row: Series) -> str:
        return leaflet.tip_lines(
            _own(pack, row, "name"),
            texts.term("effect", row["effect"]),
            f"{t('zone.jobs')}: {texts.jobs(row)}",
            t("map.accuracy", metres=row["accuracy_m"]),
        )

    leaflet.clickable(
        placed(projects),
        "project",
        id_column="project_id",
        tip=tip,
        name=t("legend.project"),
        radius=5,
    ).add_to(leaflet_map)


def placed(projects: GeoDataFrame) -> GeoDataFrame:
    """Return the projects whose place is known."""
    return projects[~(projects.geometry.isna() | projects.geometry.is_empty)]


def _places(pack: Pack, named: GeoDataFrame, leaflet_map: folium.Map) -> None:
    """
    Put places on a map; those of the same point are one marker with their number.

    Where only the town is known several get its point. To draw them apart would say that we know
    where each of them is.
    """
    at = named.geometry.to_wkb()
    here = at.map(at.value_counts())

    def about(row: Series) -> str:
        metres = row["accuracy_m"]
        return t("map.accuracy", metres=metres) if row["status"] == "uncertain" else ""

    def tip(row: Series) -> str:
        if here[row.name] > 1:
            rows = [one for _, one in named[at == at[row.name]].iterrows()]
            lines = [f"{_own(pack, one, 'name')} – {about(one)}".strip(" –") for one in rows]
            return leaflet.tip_lines(t("map.several", count=len(rows)), *lines)
        employees = f"{t('place.employees')}: {texts.num(row['employees'])}"
        known = row["kind"] == "institution"
        return leaflet.tip_lines(_own(pack, row, "name"), employees if known else "", about(row))

    leaflet.clickable(
        named[~at.duplicated()],
        "place",
        id_column="place_id",
        tip=tip,
        name=t("legend.place"),
        radius=8,
    ).add_to(leaflet_map)
    several = named.assign(here=here)[~at.duplicated() & (here > 1)]
    labels.counts(several, "here").add_to(leaflet_map)


def _name_tip(pack: Pack, kind: str) -> leaflet.Tip:
    return lambda row: leaflet.tip_lines(_own(pack, row, "name"), t(kind))


def _own(pack: Pack, row: Series, column: str) -> str:
    return texts.of_pack(row[column], pack.directory)


def _sketched(row: Series) -> str:
    return t("badge.illustrative") if bool(row.get("illustrative")) else ""


def _axis(pack: Pack, leaflet_map: folium.Map) -> None:
    nodes = pack.layer("corridor_nodes")
    line = gpd.GeoDataFrame(geometry=[axis(nodes)], crs=nodes.crs)
    leaflet.shapes(line, "axis", name=t("legend.axis")).add_to(leaflet_map)
