"""Where the browser finds Leaflet: vendored files, so that maps work without internet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, ClassVar, Final

import folium
from branca.element import MacroElement
from folium.template import Template

from layers.app import cache, static_files, style

VENDOR: Final = f"{static_files.STATIC_URL}/vendor"
MAPS: Final = static_files.MADE / "maps"
# Those of a public server: it may lie in the same folder as another, and gives out no more.
OPEN_MAPS: Final = static_files.OPEN / "maps"
KEPT_MAPS: Final = 200

_HALO: Final = ", ".join(f"0 0 {blur}px {style.PAPER}" for blur in (2, 3, 3, 5))
_CSS: Final = f"""
  html, body {{height: 100%; overflow: hidden;}}
  body {{margin: 0;}}
  body > span {{display: none;}}
  /* As high as the page lets the frame be, which is less on a phone. */
  #map_div {{height: 100vh !important; touch-action: pan-x pan-y !important;}}
  #map_div.map-drawing {{touch-action: none !important;}}
  .leaflet-container {{background: {style.OUTSIDE_LAND}; font: 13px "Source Sans", sans-serif;}}
  .leaflet-container .leaflet-control-attribution {{font-size: 10px; line-height: 1.4;
    color: {style.INK}; background: {style.PAPER}d9;}}
  .leaflet-attribution-flag {{display: none !important;}}
  .leaflet-control-layers {{font-size: 13px;}}
  .leaflet-container a:focus-visible, .leaflet-container:focus-visible {{
    outline: 3px solid {style.PRIMARY}; outline-offset: -3px;}}
  .leaflet-bar a {{color: {style.INK};}}
  .map-home svg {{display: inline-block; vertical-align: -2px;}}
  .leaflet-bottom.leaflet-left {{display: flex; align-items: flex-end;}}
  .leaflet-control-scale {{pointer-events: auto;}}
  .leaflet-control-scale-line {{color: {style.INK}; border-color: {style.INK}; line-height: 1.2;
    text-shadow: none; font-size: 11px;}}
  .map-north {{color: {style.INK}; background: {style.PAPER}cc; border-radius: 3px;
    padding: 2px 3px 0; line-height: 0;}}
  .map-hint {{position: absolute; inset: 0; z-index: 900; display: flex; align-items: center;
    justify-content: center; padding: 0 12%; text-align: center; font-size: 17px; line-height: 1.4;
    color: {style.PAPER}; background: {style.INK}b3; opacity: 0; visibility: hidden;
    pointer-events: none; transition: opacity .25s, visibility .25s;}}
  .map-hint.shown {{opacity: 1; visibility: visible;}}
  .place-label {{font: 600 12px "Source Sans", sans-serif; color: {style.INK}; white-space: nowrap;
    text-shadow: {_HALO}; pointer-events: none;}}
  .place-label span {{position: absolute; transform: translate(-50%, -50%);}}
  .number-label span {{position: absolute; transform: translate(-50%, -50%); min-width: 20px;
    box-sizing: border-box; padding: 1px 4px; border-radius: 10px;
    border: 1.5px solid {style.PAPER}; background: {style.INK}; color: {style.PAPER};
    font: 600 12px/16px "Source Sans", sans-serif;
    text-align: center; box-shadow: 0 0 3px {style.INK}; pointer-events: none;}}
  .count-label span {{position: absolute; left: 50%; top: 50%;
    transform: translate(-50%, -50%); pointer-events: none;
    color: {style.PAPER}; font: 700 11px "Source Sans", sans-serif;}}
  .drawn-point {{border-radius: 50%; background: {style.STYLES["drawn"].stroke};
    border: 2px solid {style.PAPER}; box-shadow: 0 0 3px {style.INK};}}
  .leaflet-draw-tooltip {{background: {style.INK}; color: {style.PAPER};}}
  .leaflet-draw-tooltip:not([style*="transform"]) {{margin: 10px 0 0 70px;}}
  .leaflet-draw-tooltip:not([style*="transform"])::before {{display: none;}}
  @media (max-width: 480px) {{.place-label {{font-size: 11px;}}}}
  @media (prefers-reduced-motion: reduce) {{.map-hint {{transition: none;}}}}
"""


def _render(element: MacroElement, **given: Any) -> None:  # noqa: ANN401  # handed on as it is
    for child in tuple(element._children.values()):  # noqa: SLF001  # as in branca itself
        child.render(**given)


# branca writes every part of a map into a page of HTML as well, each as a Jinja template that is
# compiled and run: a feature named "{{ … }}" would be a program. Nobody sees that page, since a map
# is shown by its script (`layers.maps.leaflet.script`), and it is half of a map's time. What is
# left of `render` are the layers' own preparations, which go on to their children.
MacroElement.render = _render


class OfflineMap(folium.Map):  # type: ignore[misc]  # folium has no types
    """
    A folium map that loads nothing but Leaflet 1.9.3 from this server.

    Stock folium links Leaflet, jQuery, Bootstrap and Awesome Markers on public networks, and one
    script that fails to load leaves the map blank. What needs those (``folium.Icon``) is not used.
    """

    default_js = [("leaflet", f"{VENDOR}/leaflet/leaflet.js")]  # noqa: RUF012  # folium's own way
    draw: ClassVar = [("draw", f"{VENDOR}/leaflet-draw/leaflet.draw.js")]
    vector_tiles: ClassVar = [
        ("vectorgrid", f"{VENDOR}/leaflet-vectorgrid/Leaflet.VectorGrid.bundled.min.js")
    ]
    default_css: ClassVar[list[tuple[str, str]]] = []  # in the page's head instead: see `DrawnMap`


def _css(plugin: str, file: str) -> str:
    sheet = (static_files.STATIC / "vendor" / plugin / file).read_text(encoding="utf-8")
    return re.sub(r"url\((['\"]?)images/", rf"url(\1{VENDOR}/{plugin}/images/", sheet)


_LEAFLET_CSS: Final = _css("leaflet", "leaflet.css") + _CSS
_DRAW_CSS: Final = _css("leaflet-draw", "leaflet.draw.css")
_FRAME: Final = Path(__file__).with_name("frame.js").read_text(encoding="utf-8")

# streamlit-folium waits for scripts but not for linked style sheets, and a map that is laid out
# before its style sheet arrives stays broken. So the styles come by the same script.
_FILE: Final = """(() => {
  const sheet = document.createElement("style");
  sheet.textContent = %s;
  document.body.appendChild(sheet);
})();
%s
window.drawMap = () => {
%s
return map_div;
};
"""


class DrawnMap(OfflineMap):
    """
    A map that is drawn by a script made before; its layers are not there as objects.

    A rerun of the page then costs milliseconds, and sessions share no object that changes. The
    script is a file beside the page, so that the page's message only names it; where that file
    cannot be written, the message carries the script itself.
    """

    _template = Template(
        "{% macro header(this, kwargs) %}{% endmacro %}"
        "{% macro html(this, kwargs) %}{% endmacro %}"
        "{% macro script(this, kwargs) %}{{ this.drawn }}{% endmacro %}"
    )

    def __init__(self, drawn: str) -> None:
        super().__init__(tiles=None)
        self.default_js = list(OfflineMap.default_js)
        if "L.vectorGrid" in drawn:
            self.default_js += OfflineMap.vector_tiles
        css = _LEAFLET_CSS
        if "L.Control.Draw" in drawn:
            self.default_js += OfflineMap.draw
            css += _DRAW_CSS
        text = _FILE % (json.dumps(css), _FRAME, drawn)
        # The name in the comment makes another map another component in the browser.
        call = "/* {} */ var map_div = window.drawMap(); var drawnItems = window.drawnShapes || [];"
        folder, url = MAPS, static_files.MADE_URL
        if cache.is_public():
            folder, url = OPEN_MAPS, static_files.OPEN_URL
        try:
            name = static_files.keep(folder, text, ".js", kept=KEPT_MAPS)
        except OSError:
            self.drawn = text + call.format("here")
            return
        self.drawn = call.format(name.removesuffix(".js"))
        self.default_js.append(("map", f"{url}/maps/{name}"))
