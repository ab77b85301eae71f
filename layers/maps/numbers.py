"""Numbers on a map that do not pile up: those that would are one, with how many more there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branca.element import MacroElement
from folium.template import Template

from layers.app.texts import t

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


class Numbers(MacroElement):  # type: ignore[misc]  # folium has no types
    """
    The rank of each in a round marker, at a point inside it; the best on top.

    Numbers that would lie on each other at the zoom in use are one marker, with the best of them
    and how many more there are: «2 +3». A click on it goes so near that they part; a click on a
    number that stands alone is one on its hit, which may be smaller than the number.

    Goes into the group that may change: with it the numbers leave the map, and stop listening.
    """

    _template = Template(
        """{% macro script(this, kwargs) %}
        (() => {
          const group = {{ this._parent.get_name() }}, spots = {{ this.spots|tojson }};
          const written = L.layerGroup(), NEAR = 30;
          const draw = () => {
            written.clearLayers();
            const kept = [];
            for (const [lat, lng, number, id] of spots) {
              const at = map_div.latLngToLayerPoint([lat, lng]);
              const near = kept.find(one => Math.hypot(one.at.x - at.x, one.at.y - at.y) < NEAR);
              if (near) near.others.push([lat, lng]);
              else kept.push({at, number, id, place: [lat, lng], others: []});
            }
            kept.forEach((one, row) => {
              const more = one.others.length;
              const text = more ? `${one.number} +${more}` : `${one.number}`;
              // Without a size the icon is where it points, and the number around it.
              const style = "pointer-events: auto; cursor: pointer";
              const marker = L.marker(one.place, {
                icon: L.divIcon({html: `<span style="${style}">${text}</span>`,
                                 className: "number-label", iconSize: [0, 0]}),
                keyboard: false, zIndexOffset: 10000 * (kept.length - row),
                title: more ? {{ this.closer|tojson }} : "",
              });
              marker.on("click", () => {
                if (more) {
                  map_div.fitBounds([one.place, ...one.others],
                                    {padding: [40, 40], maxZoom: map_div.getZoom() + 4});
                } else {
                  map_div.eachLayer(layer => {
                    if (layer.feature?.properties?.id === one.id) {
                      layer.fire("click", {latlng: L.latLng(one.place), layer}, true);
                    }
                  });
                }
              });
              marker.addTo(written);
            });
          };
          map_div.on("zoomend", draw);
          group.on("remove", () => { map_div.off("zoomend", draw); written.remove(); });
          written.addTo(map_div);
          draw();
        })();
        {% endmacro %}"""
    )

    def __init__(self, hits: GeoDataFrame) -> None:
        super().__init__()
        places = hits.geometry.representative_point().to_crs(4326)
        self.spots = [
            [round(spot.y, 5), round(spot.x, 5), int(rank), str(hit)]
            for spot, rank, hit in zip(places, hits["rank"], hits["id"], strict=True)
        ]
        self.closer = t("search.closer")
