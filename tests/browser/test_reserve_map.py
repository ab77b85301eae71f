"""The map of vacant land: what the reader sees of plots, on a desk without internet."""

from __future__ import annotations

from playwright.sync_api import expect

from geo import i18n
from geo.workspace import Workspace
from layers.app import style
from tests.browser.conftest import map_frame, steady
from tests.support.reading import embedded

PAINTED = """() => {
    const tiles = [...document.querySelectorAll('canvas.leaflet-tile')];
    return window.plotClassesShown && tiles.length > 0
        && tiles.every(tile => tile.classList.contains('leaflet-tile-loaded'));
}"""
PICTURE = "() => [...document.querySelectorAll('canvas.leaflet-tile')].map(one => one.toDataURL())"


def opened(page, address):
    page.goto(address)
    frame = map_frame(page)
    frame.wait_for_function(PAINTED)
    return frame


def test_a_slider_recolours_the_plots_without_taking_them_away(page, server):
    frame = opened(page, f"{server}/reserve?zone=heia")
    frame.evaluate(
        "() => document.querySelectorAll('canvas.leaflet-tile').forEach(one => { one.mark = 1; })"
    )
    before, shown = frame.evaluate(PICTURE), frame.evaluate("() => window.plotClassesShown")
    page.get_by_text("Forutsetninger", exact=True).click()
    part = page.get_by_role("slider", name="Minste sammenhengende del")
    part.focus()
    part.press("End")  # 10 daa: several vacant plots of this zone are smaller
    frame.wait_for_function("was => window.plotClassesShown !== was", arg=shown)
    assert frame.evaluate(
        "() => [...document.querySelectorAll('canvas.leaflet-tile')].every(one => one.mark === 1)"
    )
    assert frame.evaluate(PICTURE) != before
    assert page.errors == []


def test_a_plot_says_its_number_and_class_under_the_pointer(page, server):
    pack = embedded()
    account = Workspace(pack=pack).land().plots
    row = pack.layer("parcels").index[pack.layer("parcels")["parcel_id"] == "901/63"][0]
    called = i18n.say(f"class.{account.loc[row, 'class']}", "nb")
    frame = opened(page, f"{server}/reserve?plot=901/63")
    selected = frame.query_selector(f"path[stroke='{style.STYLES['plot_selected'].stroke}']")
    plot = steady(page, selected.bounding_box)
    page.mouse.move(plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2)
    tip = frame.locator(".leaflet-tooltip")
    expect(tip).to_have_text(f"Tomt 901/63{called}")
    page.mouse.move(5, 300)
    expect(tip).to_have_count(0)
    assert page.errors == []


def test_an_answer_that_comes_late_does_not_undo_a_newer_one(page, server):
    held = []
    page.route("**/classes/*.json", lambda route: held.append(route))  # noqa: PLW0108  # Playwright cannot mark a built-in
    page.goto(f"{server}/reserve?zone=heia")
    frame = map_frame(page)
    page.get_by_text("Forutsetninger", exact=True).click()
    buffer = page.get_by_role("slider", name="Buffer rundt bygninger")
    buffer.focus()
    buffer.press("End")
    page.wait_for_url("**buffer=50*")
    frame.wait_for_function("() => window.plotClassesAsked")
    while len(held) < 2:
        page.wait_for_timeout(50)
    old, new = held
    new.continue_()
    frame.wait_for_function("() => window.plotClassesShown")
    shown = frame.evaluate("() => window.plotClassesShown")
    assert shown.endswith(new.request.url.rsplit("/", 1)[1])
    old.continue_()
    page.wait_for_timeout(500)
    assert frame.evaluate("() => window.plotClassesShown") == shown


def test_plots_whose_colours_do_not_come_have_none_rather_than_the_old_ones(page, server):
    frame = opened(page, f"{server}/reserve?zone=heia")
    page.get_by_text("Forutsetninger", exact=True).click()
    part = page.get_by_role("slider", name="Minste sammenhengende del")
    part.focus()
    page.route("**/classes/*.json", lambda route: route.abort())
    part.press("End")
    frame.wait_for_function("() => window.plotTiles._map === null")
    page.unroute("**/classes/*.json")
    part.press("Home")
    frame.wait_for_function("() => window.plotTiles._map && window.plotTiles.classes")
    frame.wait_for_function(PAINTED)


def test_the_map_asks_ever_more_rarely_for_the_other_tiles_and_not_for_ever(page, server):
    frame = opened(page, f"{server}/reserve?zone=heia")
    waits, again, address = frame.evaluate("""async () => {
        const real = window.setTimeout, tiles = window.plotTiles, waits = [], whole = tiles._url;
        window.fetch = async () => ({ok: false});
        window.setTimeout = (then, wait, ...given) => {
            if (wait < 1000) { return real(then, wait, ...given); }
            waits.push(wait);
            return real(then, 0, ...given);
        };
        const run = () => {
            tiles.startWith({url: "first/{z}/{x}/{y}.pbf", zoom: 12, whole: "names.json"});
            return new Promise(done => real(done, 1000));
        };
        await run();
        const first = [...waits];
        await run();  // of the page: then it is worth while to look once more
        const again = waits.length > first.length;
        tiles.allThere();
        return [first, again, tiles._url === whole && tiles.options.minNativeZoom === undefined];
    }""")
    assert waits == sorted(set(waits))
    assert 200_000 < sum(waits) < 600_000  # milliseconds
    assert len(waits) < 20
    assert again
    assert address


def test_a_plot_that_a_link_names_is_shown_on_the_map(page, server):
    frame = opened(page, f"{server}/reserve?plot=901/63")
    selected = frame.wait_for_selector(
        f"path[stroke='{style.STYLES['plot_selected'].stroke}']", state="attached"
    )
    plot, seen = selected.bounding_box(), frame.query_selector("#map_div").bounding_box()
    assert plot["width"] > 30
    assert seen["x"] <= plot["x"] <= plot["x"] + plot["width"] <= seen["x"] + seen["width"]
    assert seen["y"] <= plot["y"] <= plot["y"] + plot["height"] <= seen["y"] + seen["height"]
