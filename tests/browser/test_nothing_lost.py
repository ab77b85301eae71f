"""A refresh, another language, a new tab, the way back: nothing that was begun is lost."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import (
    PATIENCE_MS,
    eventually,
    map_frame,
    rerun,
    running_server,
    settled,
    watched,
)
from tests.browser.test_projects import draw_rectangle, drawing_frame

SITE = re.compile(r"[?&]site=([A-Za-z0-9_-]+)")
KEPT = re.compile(r"[?&]kept=([A-Za-z0-9_-]{16})")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A server with a list of projects and a folder of drafts of its own."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NAERINGSAREAL_LEDGER", f"sqlite:///{folder / 'ledger.sqlite'}")
        patch.setenv("NAERINGSAREAL_PACKS", str(folder / "packs"))
        with running_server() as address:
            yield address


@pytest.fixture
def another(browser):
    """Opens an address as somebody else would: nothing is shared but the address."""
    contexts = []

    def opened(url):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nb-NO")
        contexts.append(context)
        page = watched(context.new_page())
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


def numbers(page):
    """Every number of the case's paragraph, which is the whole answer in words."""
    page.wait_for_selector("[data-testid=stCode]")
    settled(page)
    text = page.locator("[data-testid=stCode]").first.inner_text()
    return re.findall(r"\d+", re.sub(r"(?<=\d)[\s,.](?=\d)", "", text))


def test_a_drawn_site_survives_and_goes_on_the_way_back(page, desk, another):
    page.goto(f"{desk}/screening?type=kontor&bra=5000")
    frame = drawing_frame(page)
    settled(page)
    name = page.get_by_label("Navn på saken")
    with rerun(page):
        name.fill("Søndre tun")
        name.press("Enter")
    draw_rectangle(page, frame, 60, 40)
    before = numbers(page)
    assert len(before) > 10
    eventually(page, lambda: SITE.search(page.url))
    link = page.url
    assert len(SITE.search(link).group(1)) < 100

    page.reload()
    assert numbers(page) == before
    expect(page.get_by_label("Navn på saken")).to_have_value("Søndre tun")
    there = another(link)
    assert numbers(there) == before
    assert SITE.search(there.url).group(1) == SITE.search(link).group(1)

    with rerun(page):
        page.get_by_text("English", exact=True).click()
    page.wait_for_selector("h1:has-text('Screen')")
    assert set(before) & set(numbers(page)) == set(before)
    page.go_back()
    page.wait_for_selector("text=Tekst til saksfremlegget")
    assert numbers(page) == before
    # The reader's own steps: the page opened by the reload, with the site, the language.
    assert SITE.search(page.url)
    assert page.errors == []
    assert page.public_requests == []


def test_back_from_a_drawn_site_is_the_map_before_it(page, desk):
    page.goto(f"{desk}/screening")
    frame = drawing_frame(page)
    settled(page)
    draw_rectangle(page, frame, 60, 40)
    page.wait_for_selector("text=Tekst til saksfremlegget")
    settled(page)
    page.go_back()
    page.wait_for_selector("text=Tekst til saksfremlegget", state="detached")
    settled(page)
    assert not SITE.search(page.url)
    page.go_forward()
    page.wait_for_selector("text=Tekst til saksfremlegget")
    assert SITE.search(page.url)
    assert page.errors == []


def test_one_press_of_back_is_one_choice(page, desk):
    page.goto(desk)
    page.wait_for_selector("h1:has-text('Næringsareal')")
    settled(page)
    page.get_by_role("link", name="Områder").first.click()
    page.wait_for_selector("h1:has-text('Næringsområder')")
    settled(page)
    map_frame(page)  # the list would close where the page still moves
    settled(page)
    box = page.get_by_label("Velg område")
    first = box.input_value()
    with rerun(page):
        box.press("ArrowDown")
        page.get_by_role("option").nth(3).click()
    second = box.input_value()
    assert second != first
    page.go_back()
    expect(box).to_have_value(first)
    settled(page)
    page.go_forward()
    expect(box).to_have_value(second)
    settled(page)
    page.go_back()
    expect(box).to_have_value(first)
    settled(page)
    page.go_back()
    page.wait_for_selector("h1:has-text('90 %')")
    # And the sidebar leads back to what was chosen.
    settled(page)
    page.get_by_role("link", name="Områder").first.click()
    page.wait_for_selector("h1:has-text('Næringsområder')")
    expect(page.get_by_label("Velg område")).to_have_value(first)

    page.goto(f"{desk}/growth_rule")
    page.wait_for_selector("text=Hva om vi godkjenner")
    settled(page)
    jobs = page.get_by_label("Arbeidsplasser, midt", exact=True)
    was = jobs.input_value()
    with rerun(page):
        jobs.fill("333")
        jobs.press("Enter")
    page.go_back()
    expect(jobs).to_have_value(was)
    assert page.errors == []


def test_a_key_held_down_on_a_slider_is_one_choice(page, desk):
    page.goto(f"{desk}/corridor")
    slider = page.locator("[data-testid=stSlider] input[type=range]").first
    slider.wait_for(state="attached")
    settled(page)
    was, steps = slider.input_value(), page.evaluate("history.length")
    with rerun(page):
        slider.focus()
        for _ in range(12):
            page.keyboard.down("ArrowRight")
            page.wait_for_timeout(80)
        page.keyboard.up("ArrowRight")
    eventually(page, lambda: f"width={int(was) + 1200}" in page.url)
    assert page.evaluate("history.length") == steps + 1
    with rerun(page):
        page.go_back()
    expect(slider).to_have_value(was)
    assert page.errors == []


def test_a_half_filled_form_is_there_again_and_two_tabs_have_one_each(page, desk, another):
    page.goto(f"{desk}/projects?new=1")
    page.wait_for_selector("text=Begrunnelse")
    settled(page)
    draw_rectangle(page, drawing_frame(page), 40, 30)
    for label, text in (("Navn", "Halvferdig"), ("Begrunnelse", "Midt i")):
        with rerun(page):
            field = page.get_by_label(label, exact=True).first
            field.fill(text)
            field.press("Tab")
    eventually(page, lambda: KEPT.search(page.url))
    link = page.url

    page.reload()
    page.wait_for_selector("text=Begrunnelse")
    expect(page.get_by_label("Navn", exact=True)).to_have_value("Halvferdig")
    expect(page.get_by_label("Begrunnelse").first).to_have_value("Midt i")
    frame = drawing_frame(page)
    frame.wait_for_function("() => window.drawnShapes.getLayers().length === 1")

    there = another(link)
    there.wait_for_selector("text=Begrunnelse")
    settled(there)
    field = there.get_by_label("Navn", exact=True)
    expect(field).to_have_value("Halvferdig")
    field.fill("En annen")
    field.press("Tab")
    eventually(there, lambda: KEPT.search(there.url).group(1) != KEPT.search(link).group(1))
    # The first tab is not written over.
    expect(another(link).get_by_label("Navn", exact=True)).to_have_value("Halvferdig")

    settled(page)
    with rerun(page):
        page.get_by_text("English", exact=True).click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Halvferdig")
    page.get_by_role("link", name="Method and data").first.click()
    page.wait_for_selector("h1:has-text('Method')")
    settled(page)
    page.get_by_role("link", name="Projects").first.click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Halvferdig")
    settled(page)
    page.get_by_role("button", name="Add the project").click()
    page.wait_for_function("() => location.search.includes('project=halvferdig')")
    eventually(page, lambda: not KEPT.search(page.url))
    assert page.errors == []


def test_a_scenario_that_is_not_saved_is_there_again(page, desk, another):
    page.goto(f"{desk}/growth_rule")
    page.wait_for_selector("text=Navn på nytt scenario")
    settled(page)
    with rerun(page):
        page.get_by_label("Navn på nytt scenario").first.fill("Uten noe")
        page.get_by_role("button", name="Kopier listen").click()
    eventually(page, lambda: KEPT.search(page.url))
    said = page.get_by_text(re.compile(r"Prosjekter som er endret fra listen: \d"))
    grid = page.locator("[class*=st-key-rule_editor]").first
    grid.scroll_into_view_if_needed()
    settled(page)
    box = grid.locator("canvas").first.bounding_box()
    with rerun(page):
        page.mouse.click(box["x"] + 30, box["y"] + 52)
        page.keyboard.press("Space")
    expect(said).to_contain_text("endret fra listen: 1")
    link = page.url
    page.reload()
    expect(said).to_contain_text("endret fra listen: 1")
    settled(page)
    with rerun(page):
        page.get_by_text("English", exact=True).click()
    expect(page.get_by_text(re.compile("changed from the list: 1"))).to_be_visible()
    expect(another(link).get_by_text("endret fra listen: 1")).to_be_visible()
    assert page.errors == []


def asked(page, url):
    """Whether the browser asks its reader before it goes from this page."""
    heard = []
    page.on("dialog", lambda dialog: (heard.append(dialog.type), dialog.accept()))
    page.goto(url)
    return "beforeunload" in heard


def test_the_browser_asks_before_a_file_is_lost_and_nowhere_else(page, desk, tmp_path):
    ring = [[11.05, 59.95], [11.06, 59.95], [11.06, 59.96], [11.05, 59.95]]
    zone = {
        "type": "Feature",
        "properties": {"navn": "Ny sone"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "soner.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}))

    page.goto(f"{desk}/data?tab=upload")
    page.wait_for_selector("[data-testid=stFileUploader]")
    settled(page)
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_selector("text=Hva gjelder filen?", state="attached")
    settled(page)
    # Another language keeps the tab and the file.
    with rerun(page):
        page.get_by_text("English", exact=True).click()
    page.wait_for_selector("text=soner.geojson")
    page.wait_for_selector(".would-be-lost", state="attached")
    settled(page)
    assert "tab=upload" in page.url
    # So does a look at another page.
    page.get_by_role("link", name="Method and data").first.click()
    page.wait_for_selector("h1:has-text('Method')")
    settled(page)
    page.get_by_role("link", name="Your own data").first.click()
    page.wait_for_selector("text=soner.geojson")
    settled(page)
    assert asked(page, f"{desk}/screening")

    # What is drawn is in the link: nobody is asked.
    frame = drawing_frame(page)
    settled(page)
    draw_rectangle(page, frame, 60, 40)
    page.wait_for_selector("[data-testid=stCode]")
    settled(page)
    assert not asked(page, f"{desk}/zones")
    assert page.errors == []


def test_a_page_that_there_is_not_is_said_in_the_readers_language(page, desk):
    page.goto(f"{desk}/finnes_ikke")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Siden finnes ikke")
    expect(dialog).to_contain_text("i lenken finnes ikke. Forsiden vises i stedet.")


def test_what_a_link_asks_in_vain_is_said(page, desk):
    page.goto(f"{desk}/corridor?width=abc")
    said = page.get_by_text("Lenken oppgir «abc» som bredde (m). Det kan ikke brukes")
    expect(said).to_be_visible()
    page.goto(f"{desk}/projects?kept=abcdefghijklmnop")
    gone = page.get_by_text("Utkastet i lenken finnes ikke lenger på tjeneren.")
    expect(gone).to_be_visible()
    page.goto(f"{desk}/screening?site=tull")
    expect(page.get_by_text("Tomten i lenken kan ikke leses")).to_be_visible()
