"""When a page has come to rest: what is measured or pictured before shows half of it."""

from tests.browser.conftest import IDLE

# A page at rest: its script has ended, no skeleton is left, every chart has a picture, and every
# map that is in the window has painted.
AT_REST = f"""(title) => {{
    const heading = document.querySelector('h1');
    if (!document.querySelector('{IDLE}') || !heading) return false;
    if (title && heading.innerText.trim() !== title) return false;
    if (document.querySelector('[data-testid=stSkeleton]')) return false;
    const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
    if (!charts.every(one => one.querySelector('svg, canvas'))) return false;
    const frames = [...document.querySelectorAll('iframe.stCustomComponentV1')];
    return frames.filter(one => one.getBoundingClientRect().top < innerHeight).every(one => {{
        const inside = one.contentDocument;
        return inside?.querySelector('.leaflet-pane path, .leaflet-pane canvas, .leaflet-tile');
    }});
}}"""


def at_rest(page, title=None):
    """Wait until a page is at rest."""
    page.wait_for_function(AT_REST, arg=title, polling=25)
