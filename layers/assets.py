"""Where the browser finds Leaflet: vendored files, so that maps work without internet."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

import folium
from folium.template import Template

# Streamlit serves ./static at <base>/app/static. The map lives in a component's frame at
# <base>/component/<name>/index.html, so a relative address also survives server.baseUrlPath.
STATIC: Final = Path(__file__).parent.parent / "static"
VENDOR: Final = "../../app/static/vendor"

_CSS: Final = """
  body {margin: 0;}
  .leaflet-container {background: #e6ecee; font: 13px "Source Sans", sans-serif;}
  .leaflet-container .leaflet-control-attribution {font-size: 10px; line-height: 1.4;}
  .leaflet-attribution-flag {display: none !important;}
  .leaflet-control-layers {font-size: 13px;}
  .place-label {font: 600 12px "Source Sans", sans-serif; color: #17262b; white-space: nowrap;
    text-shadow: 0 0 3px #fff, 0 0 3px #fff, 0 0 5px #fff; pointer-events: none;}
  .place-label span {position: absolute; transform: translate(-50%, -50%);}
  @media (max-width: 480px) {.place-label {font-size: 11px;}}
"""


class OfflineMap(folium.Map):  # type: ignore[misc]  # folium has no types
    """
    A folium map that loads nothing but Leaflet 1.9.3 from this server.

    Stock folium links Leaflet, jQuery, Bootstrap and Awesome Markers on public networks, and one
    script that fails to load leaves the map blank. What needs those (``folium.Icon``) is not used.
    """

    default_js = [("leaflet", f"{VENDOR}/leaflet/leaflet.js")]  # noqa: RUF012  # folium's own way
    vector_tiles: ClassVar = [
        ("vectorgrid", f"{VENDOR}/leaflet-vectorgrid/Leaflet.VectorGrid.bundled.min.js")
    ]
    default_css: ClassVar[list[tuple[str, str]]] = []  # in the page's head instead: see `DrawnMap`


def _leaflet_css() -> str:
    sheet = (STATIC / "vendor" / "leaflet" / "leaflet.css").read_text(encoding="utf-8")
    return sheet.replace("url(images/", f"url({VENDOR}/leaflet/images/")


class DrawnMap(OfflineMap):
    """
    A map that is drawn by a script made before; its layers are not there as objects.

    A rerun of the page then costs milliseconds, and sessions share no object that changes.
    Leaflet's style sheet is written into the head: streamlit-folium does not wait for a linked one,
    and a map that is laid out before it arrives stays broken.
    """

    _template = Template(
        "{% macro header(this, kwargs) %}<style>{{ this.css }}</style>{% endmacro %}"
        "{% macro html(this, kwargs) %}{% endmacro %}"
        "{% macro script(this, kwargs) %}{{ this.drawn }}{% endmacro %}"
    )
    css = _leaflet_css() + _CSS

    def __init__(self, drawn: str) -> None:
        super().__init__(tiles=None)
        self.drawn = drawn
        if "L.vectorGrid" in drawn:
            self.default_js = [*OfflineMap.default_js, *OfflineMap.vector_tiles]
