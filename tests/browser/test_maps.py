"""Maps as people know them: what can be read at a glance, and what wheel, fingers and keys do."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import axe_playwright_python
import pytest

from layers.app import style
from tests.browser.conftest import KARTVERKET, eventually, map_frame, rerun, settled, steady

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# One white point: a browser stretches it over the whole tile.
TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg=="
)
BOXES = """() => [...document.querySelectorAll('.place-label span')]
    .filter(one => getComputedStyle(one).visibility === 'visible')
    .map(one => [one.innerText, ...Object.values(one.getBoundingClientRect().toJSON())])
    .map(([name, x, y, width, height]) => [name, x, y, x + width, y + height])"""
# What stands on the map in fixed places.
CONTROLS = """() => [...document.querySelectorAll('.leaflet-control')]
    .map(one => one.getBoundingClientRect()).map(one => [one.x, one.y, one.right, one.bottom])"""
VIEW = "() => [map.getZoom(), map.getCenter().lat, map.getCenter().lng]"
SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
LAKE = f"path[fill='{style.STYLES['lake'].fill}']"


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def middle(frame):
    box = frame.query_selector("#map_div").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def colliding(frame):
    """The names that are seen, and which of them meet another, a control or the map's edge."""
    boxes = frame.evaluate(BOXES)
    width, height = frame.evaluate("() => [innerWidth, innerHeight]")
    controls = frame.evaluate(CONTROLS)
    wrong = [
        (name, other[0])
        for place, (name, *box) in enumerate(boxes)
        for other in boxes[place + 1 :]
        if meet(box, other[1:])
    ]
    wrong += [(name, "a control") for name, *box in boxes if any(meet(box, c) for c in controls)]
    wrong += [
        (name, "the edge")
        for name, left, top, right, bottom in boxes
        if min(left, top) < 0 or right > width or bottom > height
    ]
    return [name for name, *_ in boxes], wrong


@pytest.mark.parametrize(
    ("width", "height", "least"), [(1440, 900, 11), (1024, 768, 9), (390, 844, 5)]
)
def test_names_do_not_collide_and_the_largest_zones_keep_theirs(page, server, width, height, least):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(server)
    frame = map_frame(page)
    steady(page, lambda: frame.evaluate(BOXES))
    names, wrong = colliding(frame)
    assert wrong == []
    assert len(names) >= least
    assert {"Kjeller", "Frogner"} <= set(names)
    for _ in range(2):  # closer, where others have their place
        frame.evaluate("() => map.setZoomAround(map.getCenter(), map.getZoom() + 1)")
        steady(page, lambda: frame.evaluate(BOXES))
        assert colliding(frame)[1] == []
    assert page.errors == []


IN_ITS_OWN = """() => [...document.querySelectorAll('.place-label span')]
    .filter(one => getComputedStyle(one).visibility === 'visible')
    .map(one => {
        const { x, y, width, height } = one.getBoundingClientRect();
        const there = document.elementsFromPoint(x + width / 2, y + height / 2);
        let area;
        map.eachLayer(layer => {
            if (layer.feature && there.includes(layer.getElement?.())) { area = layer; }
        });
        return [one.innerText, area?.feature.properties.tip ?? ''];
    })"""


@pytest.mark.parametrize(("size", "least"), [((1440, 900), 12), ((390, 844), 8)])
def test_names_of_areas_that_fill_a_map_stand_in_their_own(page, server, size, least):
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.goto(f"{server}/compare")
    frame = map_frame(page)
    steady(page, lambda: frame.evaluate(BOXES))
    names, wrong = colliding(frame)
    assert wrong == []
    assert len(names) >= least
    stand = frame.evaluate(IN_ITS_OWN)
    assert [name for name, tip in stand if not tip.startswith(f"<b>{name}</b>")] == []
    frame.evaluate("() => map.setZoom(map.getZoom() - 3)")  # no room for any
    steady(page, lambda: frame.evaluate(BOXES))
    assert frame.evaluate(BOXES) == []


def test_no_name_lies_half_under_a_number(page, server):
    page.goto(f"{server}/search")
    frame = map_frame(page)
    frame.wait_for_selector(".number-label span", state="attached")
    steady(page, lambda: frame.evaluate(BOXES))
    numbers = frame.evaluate(BOXES.replace("place-label", "number-label"))
    assert len(numbers) >= 3
    names, wrong = colliding(frame)
    assert wrong == []
    under = [
        name
        for name, *box in frame.evaluate(BOXES)
        if any(meet(box, other[1:]) for other in numbers)
    ]
    assert names
    assert under == []


def test_a_map_has_its_name_its_controls_and_few_stops(page, server):
    page.goto(f"{server}/?lang=en")
    frame = map_frame(page)
    title = "Map: business zones, growth areas and stations"
    assert page.query_selector("iframe.stCustomComponentV1").get_attribute("title") == title
    assert frame.evaluate("() => [document.title, document.documentElement.lang]") == [title, "en"]
    container = frame.query_selector("#map_div")
    assert container.get_attribute("aria-label") == title
    for name in ("Zoom in", "Zoom out", "Show the whole map again", "Map layers"):
        box = frame.get_by_role("button", name=name).bounding_box()
        assert min(box["width"], box["height"]) >= 24, name
    assert frame.get_by_role("img", name="North is up").is_visible()
    assert re.fullmatch(r"\d+ k?m", frame.get_by_role("img", name="Scale").inner_text())
    stops = frame.evaluate(
        """() => [...document.querySelectorAll('*')]
            .filter(one => one.tabIndex >= 0 && one.offsetParent !== null).length"""
    )
    assert stops <= 10
    frame.add_script_tag(path=AXE)
    found = frame.evaluate(
        """async () => (await axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
        })).violations.map(one => [one.id, one.nodes.map(node => node.html)])"""
    )
    assert found == []


def test_home_goes_back_to_where_the_map_began(page, server):
    page.goto(server)
    frame = map_frame(page)
    begun = steady(page, lambda: frame.evaluate(VIEW))
    frame.evaluate("() => map.setView([60.1, 11.3], 14, {animate: false})")
    home = frame.get_by_role("button", name="Vis hele kartet igjen")
    home.focus()
    home.press(" ")
    eventually(page, lambda: frame.evaluate(VIEW) == pytest.approx(begun, abs=1e-6))


def test_the_wheel_scrolls_the_page_until_the_map_is_meant(page, server):
    page.set_viewport_size({"width": 1024, "height": 600})
    page.goto(f"{server}/zones?zone=heia")  # a click on its map leads nowhere else
    frame = map_frame(page)
    steady(page, lambda: [frame.evaluate(VIEW), page.evaluate(SCROLLED)])
    page.query_selector("iframe.stCustomComponentV1").scroll_into_view_if_needed()
    zoom = frame.evaluate("() => map.getZoom()")
    before = page.evaluate(SCROLLED)
    page.mouse.move(*middle(frame))
    page.mouse.wheel(0, 60)
    eventually(page, lambda: page.evaluate(SCROLLED) > before)
    hint = frame.locator(".map-hint.shown")
    assert hint.inner_text() == "Klikk i kartet for å zoome med hjulet, eller hold Ctrl inne"
    assert frame.evaluate("() => map.getZoom()") == zoom

    page.mouse.move(*middle(frame))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    eventually(page, lambda: frame.evaluate("() => map.getZoom()") > zoom)
    page.keyboard.up("Control")
    page.wait_for_timeout(600)

    zoom = steady(page, lambda: frame.evaluate("() => map.getZoom()"))
    page.mouse.click(*middle(frame))
    here = page.evaluate(SCROLLED)
    page.mouse.wheel(0, 120)
    eventually(page, lambda: frame.evaluate("() => map.getZoom()") < zoom)
    assert page.evaluate(SCROLLED) == here
    assert frame.locator(".map-hint.shown").count() == 0

    zoom = steady(page, lambda: frame.evaluate("() => map.getZoom()"))
    page.mouse.move(5, 300)  # away, and back
    page.mouse.move(*middle(frame))
    page.mouse.wheel(0, -60)
    eventually(page, lambda: page.evaluate(SCROLLED) < here)
    assert frame.evaluate("() => map.getZoom()") == zoom
    assert page.errors == []


def test_one_key_leads_past_the_map(page, server):
    page.goto(server)
    map_frame(page)
    settled(page)
    skip = page.get_by_role("link", name="Hopp over kartet")
    skip.focus()
    assert skip.evaluate("one => getComputedStyle(one).clipPath") == "none"
    before = page.evaluate("() => history.length")
    skip.press("Enter")
    assert page.evaluate("() => document.activeElement.className") == "legend"
    assert page.evaluate("() => [history.length, location.hash]") == [before, ""]
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText").endswith(
        "Innholdet i kartet som tabell"
    )


def test_what_the_map_shows_is_a_table_for_whoever_opens_it(page, server):
    page.goto(f"{server}/zones?zone=heia")
    frame = map_frame(page)
    settled(page)
    frame.evaluate("() => { map.mark = 'same' }")
    assert page.locator(".map-table").count() == 0
    with rerun(page):
        page.get_by_text("Innholdet i kartet som tabell").click()
    table = page.locator(".map-table")
    plots = table.locator("tr", has_text="daa")
    tips = frame.evaluate(
        """() => Object.values(map._layers).map(one => one.feature?.properties)
            .filter(one => one?.kind === "parcel").map(one => one.id)"""
    )
    assert plots.count() == len(tips) > 20
    assert table.locator("tr", has_text="Bygning").inner_text().endswith("i kartet")
    assert frame.evaluate("() => map.mark") == "same"


def test_a_maps_place_is_kept_free_while_it_comes(page, server):
    page.add_init_script(
        """if (window === top) {
            window.seen = new Set();
            const look = () => {
                const frame = document.querySelector("[class*='st-key-overview_map_frame']");
                const legend = frame?.querySelector(".legend");
                if (legend) {
                    window.seen.add(
                        Math.round(legend.getBoundingClientRect().top
                            - frame.getBoundingClientRect().top));
                }
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    for width, height, high in ((1440, 900, 560), (390, 844, 340)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{server}/overview")
        frame = map_frame(page)
        settled(page)
        (below,) = page.evaluate("() => [...window.seen]")
        assert below == pytest.approx(high, abs=12)
        iframe = page.query_selector("iframe.stCustomComponentV1").bounding_box()
        assert iframe["height"] == high
        assert frame.evaluate("() => map.getSize().y") == pytest.approx(high, abs=2)


def touching(browser, width=390, height=844):
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="nb-NO", has_touch=True, is_mobile=True
    )
    opened = context.new_page()
    opened.errors = []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    return opened


def fingers(page, *paths, steps=8):
    """Move one finger or more along straight lines, as the screen reports them."""
    asked = page.context.new_cdp_session(page)

    def at(share):
        return [
            {"x": a + (c - a) * share, "y": b + (d - b) * share, "id": number}
            for number, ((a, b), (c, d)) in enumerate(paths)
        ]

    def send(kind, points):
        asked.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", at(0))
    for step in range(1, steps + 1):
        send("touchMove", at(step / steps))
        page.wait_for_timeout(30)
    send("touchEnd", [])


def test_one_finger_scrolls_the_page_and_two_move_the_map(browser, server):
    page = touching(browser)
    page.goto(f"{server}/zones?zone=heia")
    frame = map_frame(page)
    settled(page)
    page.query_selector("iframe.stCustomComponentV1").scroll_into_view_if_needed()
    view = steady(page, lambda: frame.evaluate(VIEW))
    before = page.evaluate(SCROLLED)
    x, y = middle(frame)
    fingers(page, ((x, y), (x, y - 120)))
    eventually(page, lambda: page.evaluate(SCROLLED) > before)
    assert frame.evaluate(VIEW) == view
    x, y = middle(frame)
    fingers(page, ((x - 20, y), (x - 120, y)), ((x + 20, y), (x + 120, y)))
    eventually(page, lambda: frame.evaluate("() => map.getZoom()") > view[0])
    assert page.errors == []
    page.context.close()


def test_a_site_is_drawn_with_a_finger(browser, server):
    page = touching(browser)
    page.goto(f"{server}/screening")
    frame = map_frame(page)
    settled(page)
    page.query_selector("iframe.stCustomComponentV1").scroll_into_view_if_needed()
    steady(page, lambda: frame.evaluate(VIEW))
    frame.tap(".leaflet-draw-draw-rectangle")
    before = page.evaluate(SCROLLED)
    x, y = middle(frame)
    fingers(page, ((x - 60, y - 30), (x + 60, y + 60)))
    frame.wait_for_function("() => window.drawnShapes.getLayers().length === 1")
    assert page.evaluate(SCROLLED) == before
    assert page.errors == []
    page.context.close()


def test_kartverkets_grey_map_comes_by_itself_where_it_answers(page, server):
    page.route(f"{KARTVERKET}**", lambda route: route.fulfill(body=TILE, content_type="image/png"))
    page.goto(server)
    frame = map_frame(page)
    frame.wait_for_selector("img.leaflet-tile-loaded[src*=topograatone]", state="attached")
    assert frame.query_selector(LAKE) is None
    assert "Kartverket" in frame.inner_text(".leaflet-control-attribution")
    frame.hover(".leaflet-control-layers")
    chosen = frame.eval_on_selector_all(
        ".leaflet-control-layers-base label:has(input:checked)",
        "all => all.map(one => one.innerText)",
    )
    assert [one.strip() for one in chosen] == ["Kartverket gråtone"]
    # Tiles that fail later: a reader who has chosen nothing has a map all the same.
    page.unroute(f"{KARTVERKET}**")
    page.route(f"{KARTVERKET}**", lambda route: route.abort())
    frame.evaluate("() => map.setView([60.5, 12.0], 13, {animate: false})")
    frame.wait_for_selector(LAKE, state="attached")
    assert page.public_requests == []
    assert page.errors == []


def test_a_map_that_is_slow_to_answer_leaves_the_sketch(page, server):
    held = []
    page.route(f"{KARTVERKET}**", lambda route: held.append(route))  # noqa: PLW0108  # Playwright cannot mark a built-in
    page.goto(server)
    frame = map_frame(page)
    eventually(page, lambda: held)
    page.wait_for_timeout(3300)
    assert len(held) == 1  # one tile was asked for, and no more is
    held[0].fulfill(body=TILE, content_type="image/png")
    page.wait_for_timeout(500)
    assert frame.query_selector(LAKE) is not None
    assert frame.query_selector("img.leaflet-tile") is None
    # Nor is the next map kept waiting.
    page.get_by_test_id("stSidebar").get_by_role("link", name="Korridoren").click()
    page.wait_for_selector("h1:has-text('Korridoren')")
    map_frame(page)
    page.wait_for_timeout(500)
    assert len(held) == 1
    assert page.errors == []
