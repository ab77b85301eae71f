"""What a planner meets in the browser, on a desk without internet."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from layers.app import shell, style
from tests.browser.conftest import eventually, map_frame, rerun, running_server, settled, steady
from tests.support.packs import changed_pack

# Streamlit's address of a page is its file's name without the number.
PATHS = {
    page: "" if page == "overview" else Path(file).stem.split("_", 1)[1]
    for page, (file, _) in shell.PAGES.items()
}
WITHOUT_MAP = {"method", "rule", "register", "report", "data", "help", "accessibility"}
TITLES = {
    "overview": "Næringsareal og 90 %-regelen",
    "zones": "Næringsområder",
    "corridor": "Korridoren Lørenskog–Ahus–Lillestrøm–Kjeller",
    "strategy": "Strategi for bærekraftig næringsutvikling 2022–2030",
    "method": "Metode, kilder og datastatus",
    "reserve": "Ledig areal og fortettingspotensial",
    "rule": "90 %-regelen over tid",
    "projects": "Prosjekter",
    "screening": "Vurder en tomt",
    "search": "Finn en tomt",
    "register": "Tomteregister",
    "compare": "Sammenlign kommuner",
    "layers": "Kartlag",
    "data": "Egne data",
    "help": "Hjelp og ordliste",
    "accessibility": "Tilgjengelighetserklæring",
}
SHOWN = r"text=/^\d+ tomter, /"  # the sentence above the table of plots
ZONE_FILL = style.STYLES["zone"].fill


def open_page(page, address):
    page.goto(address)
    page.wait_for_selector("h1")


def has_title(page, title):
    """The page has this heading, with spaces that break or not."""
    expect(page.locator("h1")).to_have_text(re.compile(re.escape(title).replace(r"\ ", r"\s")))


def painted(frame, fill):
    return frame.evaluate(f"() => document.querySelectorAll('path[fill=\"{fill}\"]').length")


def test_the_map_paints_all_zones_without_internet(page, server):
    open_page(page, server)
    frame = map_frame(page)
    assert painted(frame, ZONE_FILL) == 11
    sizes = frame.evaluate(
        f"""() => [...document.querySelectorAll('path[fill="{ZONE_FILL}"]')]
            .map(path => path.getBoundingClientRect()).map(box => box.width * box.height)"""
    )
    assert min(sizes) > 50
    assert frame.evaluate("() => L.version") == "1.9.3"


def test_the_gauges_are_drawn_and_say_their_figure_aloud(page, server):
    open_page(page, server)
    for span in ("46–83", "51–88"):
        said = f"{span}\N{NO-BREAK SPACE}% av nye arbeidsplasser"
        chart = page.locator(f"[data-testid=stVegaLiteChart][aria-label*='{said}']")
        expect(chart).to_have_count(1)


# All of them at once are opened on a fresh server by tests/serve/test_first_visits.py.
@pytest.mark.parametrize("name", ["overview", "reserve", "rule", "screening", "help"])
def test_a_deep_link_works_on_a_fresh_server(page, name):
    with running_server() as address:
        open_page(page, f"{address}/{PATHS[name]}")
        has_title(page, TITLES[name])
        if name not in WITHOUT_MAP:
            map_frame(page)
        settled(page)
        assert page.query_selector("[data-testid=stException]") is None


def test_the_map_paints_below_a_base_path(page):
    with running_server("--server.baseUrlPath=kart/areal") as address:
        open_page(page, address)
        assert painted(map_frame(page), ZONE_FILL) == 11


def click_zone(page, name):
    frame = map_frame(page)
    label = frame.wait_for_selector(f".place-label span:text-is('{name}')")
    box = steady(page, label.bounding_box)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_on_a_zone_opens_its_profile_every_time(page, server):
    open_page(page, server)
    for _ in range(2):
        click_zone(page, "Sørumsand")
        page.wait_for_url("**/zones?zone=sorumsand*")
        page.wait_for_selector("h2:has-text('Sørumsand')")
        settled(page)
        page.click("[data-testid=stSidebar] a:has-text('Oversikt')")
        page.wait_for_selector("h1:has-text('regelen')")


def test_a_link_in_english_stays_english_on_the_next_page(page, server):
    open_page(page, f"{server}/?lang=en")
    page.wait_for_selector("h1:has-text('Business land')")
    settled(page)
    page.click("[data-testid=stSidebar] a:has-text('Business zones'), a:has-text('Zones')")
    page.wait_for_selector("h1:has-text('Business zones')")
    page.wait_for_url("**lang=en*")


def test_the_corridor_widens_without_the_map_being_built_anew(page, server):
    open_page(page, f"{server}/corridor?width=1000")
    frame = map_frame(page)
    fill = style.STYLES["corridor"].fill
    frame.wait_for_function(f"() => document.querySelector('path[fill=\"{fill}\"]')")
    settled(page)
    outline = f"() => document.querySelector('path[fill=\"{fill}\"]')?.getAttribute('d')"
    before = frame.evaluate(outline)
    frame.evaluate("() => { window.map.mark = 'same' }")
    page.focus("input[type=range]")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**width=1100*")
    frame.wait_for_function(f"before => ({outline})() && ({outline})() !== before", arg=before)
    assert frame.evaluate("() => window.map.mark") == "same"


def test_basemaps_can_be_chosen_and_the_sketch_gives_way(page, server):
    open_page(page, server)
    frame = map_frame(page)
    settled(page)
    frame.hover(".leaflet-control-layers")
    choices = frame.eval_on_selector_all(
        ".leaflet-control-layers-base label", "labels => labels.map(l => l.innerText.trim())"
    )
    assert choices == [
        "Enkel bakgrunn (uten internett)",
        "Kartverket gråtone",
        "Kartverket topografisk",
    ]
    lake = style.STYLES["lake"].fill
    assert painted(frame, lake) > 0
    frame.click(".leaflet-control-layers-base label:nth-child(2)")
    frame.wait_for_function(f"() => !document.querySelector('path[fill=\"{lake}\"]')")
    assert painted(frame, ZONE_FILL) == 11
    eventually(page, lambda: any("topograatone" in url for url in page.basemap_requests))
    assert page.public_requests == []


def test_a_narrow_screen_shows_the_map_without_sideways_scrolling(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, server)
    assert painted(map_frame(page), ZONE_FILL) == 11
    settled(page)
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"() => {main}.scrollWidth <= {main}.clientWidth")


def test_markup_in_a_zones_name_does_nothing(page, tmp_path):
    hostile = "<img src=x onerror='top.hacked=1;window.hacked=1'></script><b>fet</b>"
    pack = changed_pack(
        tmp_path / "pack",
        change={"zones": lambda zones: zones.assign(name=hostile, status_text=hostile)},
    )
    with running_server(pack=pack) as address:
        for path in ("", "zones?zone=heia", "corridor", "strategy"):
            open_page(page, f"{address}/{path}")
            frame = map_frame(page)
            settled(page)
            for shape in frame.query_selector_all(f"path[fill='{ZONE_FILL}']")[:2]:
                shape.hover(force=True)
            page.wait_for_timeout(300)
            assert frame.evaluate("() => window.hacked") is None
            assert page.evaluate("() => window.hacked") is None
            assert frame.query_selector(".place-label b") is None


def test_a_pack_that_is_not_there_gets_a_sentence_and_no_traceback(page, tmp_path):
    with running_server(pack=tmp_path / "borte") as address:
        open_page(page, address)
        page.wait_for_selector("[data-testid=stAlert]")
        expect(page.locator("[data-testid=stMain]")).to_contain_text("borte")
        settled(page)
        assert "Traceback" not in page.inner_text("[data-testid=stMain]")


def reserve_painted(page):
    """The frame of the map of vacant land, once its plots have their colours."""
    frame = map_frame(page)
    frame.wait_for_function("() => window.plotClassesShown && document.querySelector('canvas')")
    return frame


def coloured(frame):
    """Numbers of canvas points by colour: what the reader sees of the classes."""
    return frame.evaluate(
        """() => {
            const counts = {};
            for (const canvas of document.querySelectorAll('canvas')) {
                const data = canvas.getContext('2d')
                    .getImageData(0, 0, canvas.width, canvas.height).data;
                for (let i = 0; i < data.length; i += 4 * 16) {
                    if (data[i + 3] > 150) {
                        const key = [data[i], data[i + 1], data[i + 2]].join();
                        counts[key] = (counts[key] || 0) + 1;
                    }
                }
            }
            return counts;
        }"""
    )


def points_of(colours, colour):
    """Points of this colour; a canvas that mixes with transparency rounds by a shade or two."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return sum(
        count
        for shade, count in colours.items()
        if all(abs(int(a) - b) <= 3 for a, b in zip(shade.split(","), wanted, strict=True))
    )


def metric(page, place):
    return page.locator("[data-testid=stMetricValue]").nth(place).inner_text()


def test_a_slider_moves_figure_and_colours_and_the_link_gives_the_same(page, server):
    open_page(page, f"{server}/reserve?zone=heia")
    frame = reserve_painted(page)
    frame.wait_for_function("() => map.getZoom() >= 14")
    settled(page)
    eventually(page, lambda: points_of(coloured(frame), style.CLASS_COLOURS["ledig"]) > 100)
    frame.evaluate("() => { window.map.mark = 'same' }")
    before, shown = metric(page, 0), frame.evaluate("() => window.plotClassesShown")
    page.get_by_text("Forutsetninger", exact=True).click()
    part = page.get_by_role("slider", name="Minste sammenhengende del")
    part.focus()
    for _ in range(36):  # 250 m² a step, to the largest
        part.press("ArrowRight")
    page.wait_for_url("**part=10000*")
    frame.wait_for_function("was => window.plotClassesShown !== was", arg=shown)
    assert frame.evaluate("() => window.map.mark") == "same"
    page.wait_for_function(
        "was => document.querySelector('[data-testid=stMetricValue]').innerText !== was", arg=before
    )
    colours = steady(page, lambda: coloured(frame))
    figures = [metric(page, place) for place in range(4)]
    link = page.url
    page.goto("about:blank")
    open_page(page, link)
    again = reserve_painted(page)
    for place, figure in enumerate(figures):
        expect(page.locator("[data-testid=stMetricValue]").nth(place)).to_have_text(figure)
    eventually(page, lambda: coloured(again) == colours)
    assert page.errors == []


def test_a_click_on_a_plot_shows_its_account(page, server):
    open_page(page, f"{server}/reserve?zone=heia")
    frame = reserve_painted(page)
    frame.wait_for_function("() => map.getZoom() >= 14")
    steady(page, lambda: [frame.evaluate("() => map.getBounds().toBBoxString()"), coloured(frame)])
    box = frame.query_selector("#map_div").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.38)
    page.wait_for_url("**plot=910*")
    page.wait_for_selector("h2:has-text('Tomt 910/')")
    selected = style.STYLES["plot_selected"].stroke
    frame.wait_for_selector(f"path[stroke='{selected}']", state="attached")


def test_the_table_of_plots_is_downloaded_as_it_is_shown(page, server):
    open_page(page, f"{server}/reserve?zone=heia")
    page.get_by_role("tab", name="Tomter").click()
    page.wait_for_selector(SHOWN)
    with rerun(page):
        page.get_by_role("button", name="Ledig", exact=True).click()
    said = page.inner_text(SHOWN)
    with page.expect_download() as waiting:
        page.click("button:has-text('CSV')")
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert said.startswith(f"{len(rows)} tomter")
    assert {row["class"] for row in rows} == {"ledig"}
    assert {row["synthetic"] for row in rows} == {"True"}
    assert "building_buffer_m=15" in rows[0]["parameters"]


def test_a_map_that_is_made_out_of_sight_shows_its_area_when_it_is_seen(page, server):
    shown = "() => [window.map.getZoom(), window.map.getCenter().lat, window.map.getCenter().lng]"
    page.goto(f"{server}/overview")
    usual = map_frame(page).evaluate(shown)
    page.add_init_script(
        """if (window === top) document.addEventListener("DOMContentLoaded", () => {
            const hide = document.createElement("style");
            hide.textContent = "iframe.stCustomComponentV1 {width: 0 !important}";
            hide.id = "hide";
            document.head.append(hide);
        })"""
    )
    page.goto(f"{server}/overview")
    page.wait_for_selector("iframe.stCustomComponentV1", state="attached")
    frame = page.query_selector("iframe.stCustomComponentV1").content_frame()
    # Not by wait_for_function, which asks at each picture: a frame out of sight may have none.
    eventually(page, lambda: frame.evaluate("() => !!window.map"))
    settled(page)
    assert frame.evaluate("() => window.map.getSize().x") == 0
    page.evaluate("() => document.getElementById('hide').remove()")
    frame.wait_for_function("() => document.querySelectorAll('path').length > 0")
    frame.wait_for_function("() => window.map.getSize().x > 0")
    eventually(page, lambda: frame.evaluate(shown) == pytest.approx(usual, abs=1e-3))
    assert page.errors == []
