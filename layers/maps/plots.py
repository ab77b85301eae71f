"""The map of vacant land: plots as vector tiles, coloured by class, and the chosen plot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import folium
import numpy as np
import streamlit as st
from folium.elements import MacroElement
from folium.template import Template

from geo.land.account import CLASSES
from layers.app import cache, static_files, style, texts
from layers.app.heavy import tasks, waiting, work
from layers.app.texts import t
from layers.maps import first_tiles, labels, leaflet, tiles

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.land.account import LandAccount
    from geo.pack.read import Pack
    from layers.app.map_script import MapScript
    from layers.app.shell import View

TILES_URL: Final = f"{static_files.MADE_URL}/tiles"
# One letter a plot: its place in CLASSES, or this where it has no business land.
NO_BUSINESS: Final = "-"
PANE: Final = "plots"  # above the background, below outlines and names
CLOSE_ZOOM: Final = tiles.FIRST_ZOOM["buildings"]  # from here plots have borders as well
SMALLEST_SEEN_PX: Final = 12  # corner to corner; a chosen plot smaller than this is zoomed in to
_PAINTER: Final = (Path(__file__).parents[1] / "maps" / "plots.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class PlotGround:
    """
    The tiles that a map of plots has.

    Attributes
    ----------
    folder
        Name of the folder of all tiles.
    first
        The one level that is there, while the others are cut; None where all are.
    """

    folder: str
    first: int | None = None


class _Tiles(MacroElement):  # type: ignore[misc]  # folium has no types
    """The plots' tiles, which wait for their colours, and the buildings' tiles on top."""

    _template = Template(
        """{% macro script(this, kwargs) %}
        // A map without limits of its own zooms in to the closest layer's limit.
        map_div.setMinZoom({{ this.first }});
        {{ this.painter }}
        window.plotTiles = new PlotTiles({{ this.plots|tojson }}, Object.assign({
          styles: {{ this.styles|tojson }}, closeZoom: {{ this.close }},
        }, {{ this.options|tojson }}, {minZoom: {{ this.first }}}));
        const buildings = L.vectorGrid.protobuf({{ this.buildings|tojson }}, Object.assign({
          vectorTileLayerStyles: {buildings: {{ this.building|tojson }}},
        }, {{ this.options|tojson }}, {
          minZoom: {{ this.close }}, zIndex: 2, rendererFactory: L.canvas.tile,
        })).addTo(map_div);
        window.plotTiles.on("whole", () => buildings.redraw());
        namePlots(map_div, window.plotTiles, {{ this.said|tojson }});
        {% endmacro %}"""
    )

    def __init__(self, folder: str, bounds: list[list[float]]) -> None:
        super().__init__()
        self.plots, self.buildings = (
            f"{TILES_URL}/{folder}/{name}/{{z}}/{{x}}/{{y}}.pbf" for name in ("plots", "buildings")
        )
        self.styles = {NO_BUSINESS: style.STYLES["other_plot"].leaflet()} | {
            str(place): style.STYLES[f"class.{name}"].leaflet()
            for place, name in enumerate(CLASSES)
        }
        called = {str(place): t(f"class.{name}") for place, name in enumerate(CLASSES)}
        self.said = {
            "names": f"{TILES_URL}/{folder}/{tiles.NAMES}",
            "title": t("parcel.title", parcel="{parcel}"),
            "words": called | {NO_BUSINESS: t("legend.other_plot")},
        }
        self.building = style.STYLES["building"].leaflet()
        self.painter = _PAINTER
        self.first, self.close = tiles.ZOOMS.start, CLOSE_ZOOM
        # Clicks are the map's own, and their plot is found on the server.
        self.options = {
            "interactive": False,
            "pane": PANE,
            "maxNativeZoom": tiles.ZOOMS.stop - 1,
            "maxZoom": 19,
            "bounds": bounds,
        }


class _Recolour(MacroElement):  # type: ignore[misc]
    """
    Fetches the plots' classes and paints them; on one level's tiles until all are there.

    Moves the map once for each chosen area, and to a chosen plot (its number and bounds) that
    would not be seen.
    """

    _template = Template(
        """{% macro script(this, kwargs) %}
        if (window.areaShown !== {{ this.area|tojson }}) {
          window.areaShown = {{ this.area|tojson }};
          window.homeArea = {{ this.bounds|tojson }};
          window.showArea({{ this.bounds|tojson }});
        }
        {% if this.plot %}
        if (window.plotShown !== {{ this.plot[0]|tojson }}) {
          const bounds = L.latLngBounds({{ this.plot[1]|tojson }});
          const size = map_div.latLngToLayerPoint(bounds.getNorthEast())
            .distanceTo(map_div.latLngToLayerPoint(bounds.getSouthWest()));
          // A plot clicked on the map stays where it is; one from the table or a link is fetched.
          if (!map_div.getBounds().contains(bounds) || size < {{ this.smallest }}) {
            map_div.fitBounds(bounds, {maxZoom: {{ this.close + 2 }}, animate: false});
          }
        }
        {% endif %}
        window.plotShown = {{ (this.plot or [none])[0]|tojson }};
        {% if this.first %}window.plotTiles.startWith({{ this.first|tojson }});
        {% else %}window.plotTiles.allThere();{% endif %}
        window.plotTiles.addTo(map_div);
        window.plotClassesAsked = {{ this.url|tojson }};
        fetch({{ this.url|tojson }}).then(answer => answer.json()).then(classes => {
          // An answer that comes late must not undo a newer one.
          if (window.plotClassesAsked !== {{ this.url|tojson }}) { return; }
          window.plotTiles.colour(classes);
          window.plotClassesShown = {{ this.url|tojson }};
        }).catch(() => {
          if (window.plotClassesAsked === {{ this.url|tojson }}) { window.plotTiles.bare(); }
        });
        {% endmacro %}"""
    )

    def __init__(
        self,
        url: str,
        area: str,
        bounds: list[list[float]],
        plot: tuple[str, list[list[float]]] | None,
        first: dict[str, object] | None,
    ) -> None:
        super().__init__()
        self.url, self.area, self.bounds, self.plot = url, area, bounds, plot
        self.first = first
        self.smallest, self.close = SMALLEST_SEEN_PX, CLOSE_ZOOM


def script(view: View, ground: PlotGround) -> MapScript:
    """Background, zones, plots and buildings; nothing of it depends on the parameters."""

    def draw() -> MapScript:
        pack = view.pack
        zones = pack.layer("zones")
        leaflet_map = leaflet.base(pack, bounds_of=zones)
        leaflet.shapes(zones, "zone_outline", name=t("legend.zone")).add_to(leaflet_map)
        folium.map.CustomPane(PANE, z_index=380, pointer_events=False).add_to(leaflet_map)
        parcels = pack.layer("parcels")
        cut = _Tiles(ground.folder, leaflet.corners(parcels))
        cut.kinds = () if pack.layer("buildings").empty else ("building",)
        cut.add_to(leaflet_map)
        labels.names(zones, "name").add_to(leaflet_map)
        # The page's own tables have every plot.
        return leaflet.script(leaflet_map, t("map.title_reserve"), table=False)

    key = ("reserve", ground.folder, view.version.pack_sha256, texts.language())
    return cache.map_script(key, draw)


def begin(pack: Pack) -> None:
    """Have the tiles of a large pack cut, while the page asks for other work."""
    if work.plots_are_heavy(pack) and pack.has("buildings"):  # else the page says what it lacks
        first_tiles.begin(pack, _zoom(pack))


def expect(pack: Pack) -> None:
    """Have tiles and land of a large pack made ready behind the pages, for who opens the map."""
    if work.plots_are_heavy(pack) and pack.has("zones"):
        at = work.pack_at(pack)
        waiting.pool().warm(partial(tasks.expect, at.directory, at.stamp))
        begin(pack)


def ready(pack: Pack) -> None:
    """
    Have the tiles of a pack there before its first reader; of a large pack those in sight.

    Raises
    ------
    TilesUnwritableError, HeavyWorkError, MissingLayerError
        As the map does.
    """
    if work.plots_are_heavy(pack):
        begin(pack)
        _first(pack, t("reserve.building_tiles"))
    else:
        tiles.ensure(pack.sha256, tiles.layers_of(pack), lambda _: None)


def _zoom(pack: Pack) -> int:
    return first_tiles.start_zoom(pack.layer("zones"))


def _first(pack: Pack, says: str) -> PlotGround:
    if tiles.are_whole(pack.sha256):
        return PlotGround(tiles.name_of(pack.sha256))
    zoom = _zoom(pack)
    cutting = first_tiles.cutting(work.pack_at(pack), first_tiles.FIRST_SET, zoom)
    there = partial(first_tiles.kept, pack.sha256, zoom)
    return PlotGround(waiting.result(cutting, there, says), zoom)


def prepare(view: View) -> PlotGround:
    """
    Return the tiles of this pack; where none are there, the reader waits for them.

    Of a large pack that is one level, and the others come behind the page.
    """
    pack, says = view.pack, t("reserve.building_tiles")
    if work.plots_are_heavy(pack):
        return _first(pack, says)
    bar = st.empty()

    def progress(share: float) -> None:
        bar.progress(share, text=says)

    try:
        return PlotGround(tiles.ensure(pack.sha256, tiles.layers_of(pack), progress))
    finally:
        bar.empty()


def moving(
    view: View,
    ground: PlotGround,
    account: LandAccount,
    *,
    area: str,
    bounds_of: GeoDataFrame,
    chosen: GeoDataFrame | None,
) -> folium.FeatureGroup:
    """What changes with parameters and choices: colours, the view, and the chosen plot."""
    group = folium.FeatureGroup(name="moving", control=False)
    plot = None
    if chosen is not None:
        plot = (str(chosen["parcel_id"].iloc[0]), leaflet.corners(chosen))
    shown = letters(account, len(view.pack.layer("parcels")))
    first = None
    if ground.first is None:
        url = f"{TILES_URL}/{tiles.write_classes(ground.folder, shown)}"
    else:
        below = f"{static_files.MADE_URL}/{tiles.LEVELS}"
        url = f"{below}/{tiles.write_classes(ground.folder, shown, first_tiles.folder())}"
        first = {
            "url": f"{below}/{ground.folder}/{first_tiles.FIRST_SET}/{{z}}/{{x}}/{{y}}.pbf",
            "zoom": ground.first,
            "whole": f"{TILES_URL}/{ground.folder}/{tiles.NAMES}",
        }
    colours = _Recolour(url, area, leaflet.corners(bounds_of), plot, first)
    colours.kinds = tuple(
        f"class.{name}" for place, name in enumerate(CLASSES) if str(place) in shown
    ) + (("other_plot",) if NO_BUSINESS in shown else ())
    colours.add_to(group)
    if chosen is not None:
        leaflet.shapes(chosen, "plot_selected").add_to(group)
        parts = account.parts
        own = parts[parts["parcel"].isin(chosen.index)]
        if not own.empty:
            leaflet.shapes(own, "plot_reserve").add_to(group)
    return group


def letters(account: LandAccount, count: int) -> str:
    """One letter for each row of the parcels layer: the number of its class in CLASSES."""
    found = np.full(count, NO_BUSINESS, dtype="<U1")
    plots = account.plots
    number = plots["class"].map({name: str(place) for place, name in enumerate(CLASSES)})
    found[plots.index.to_numpy()] = number.to_numpy(dtype="<U1")
    return "".join(found.tolist())
