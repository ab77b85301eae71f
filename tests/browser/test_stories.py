"""
The questions that the tool is for, answered by somebody who has never seen it.

Each begins on the overview, in both languages, without internet; the clicks are counted, and the
outcome is held against what the calculations say of the same pack. Finding land near a station is
in `tests/browser/test_story_search.py`.
"""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from functools import partial
from itertools import takewhile
from urllib.parse import urlsplit

import geopandas as gpd
import pypdf
import pytest
from playwright.sync_api import expect

from geo import i18n
from geo.__main__ import main
from geo.jobs import read_norms
from geo.pack.location import EMBEDDED
from geo.pack.versions import VersionStore
from tests.browser.conftest import (
    PATIENCE_MS,
    eventually,
    rerun,
    running_server,
    settled,
    watched,
)
from tests.browser.test_axe import faults
from tests.browser.test_projects import drawing_frame
from tests.support.clicks import counted
from tests.support.reading import embedded

every_language = pytest.mark.parametrize("language", ["nb", "en"])
MOST_TABS = 150  # presses of Tab until what is looked for must have been passed


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    return VersionStore(tmp_path_factory.mktemp("stories") / "packs")


@pytest.fixture(scope="module")
def desk(versions, tmp_path_factory):
    """A server with a ledger and versions of its own."""
    ledger = tmp_path_factory.mktemp("stories") / "ledger.sqlite"
    settings = {
        "NAERINGSAREAL_LEDGER": f"sqlite:///{ledger}",
        "NAERINGSAREAL_PACKS": str(versions.home),
    }
    with running_server(settings=settings) as address:
        yield address


@pytest.fixture
def begin(page, desk, language):
    """Open the overview and begin to count: the page, its texts by id, and the clicks."""
    page.goto(f"{desk}/?lang={language}")
    on_page(page, i18n.say("page.overview.title", language))
    say = partial(i18n.say, language=language)
    yield page, say, counted(page)
    assert page.errors == []
    assert page.public_requests == []


def on_page(page, title):
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    settled(page)


def go(page, say, name):
    """Follow the link of the sidebar to a page."""
    page.get_by_role("link", name=say(f"page.{name}.link"), exact=True).first.click()
    on_page(page, say(f"page.{name}.title"))


def asked(*arguments):
    """What the command line answers of the embedded pack: another way to the same figures."""
    written = io.StringIO()
    with redirect_stdout(written):
        assert main([*arguments, "--json"]) == 0
    return json.loads(written.getvalue())


def spaced(text):
    return " ".join(text.split())  # also a no-break space


def shown(page):
    return spaced(page.get_by_test_id("stMain").inner_text())


def choice(page, name):
    """A choice of a row of buttons, whatever role Streamlit gives it."""
    return page.get_by_role("radio", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    )


# a: how much vacant land is there at Heia


def vacant_at_heia(language):
    (heia,) = (one for one in asked("reserve")["zones"] if one["zone_id"] == "heia")
    assert heia["synthetic"]
    return spaced(i18n.daa(heia["reserve_m2"], language))


@every_language
def test_vacant_land_at_heia(begin, language):
    page, say, clicks = begin
    go(page, say, "reserve")
    page.get_by_role("combobox", name=say("reserve.area")).click()
    with rerun(page):
        page.get_by_role("option", name="Heia").click()
    answer = page.get_by_test_id("stMetric").filter(has_text=say("reserve.reserve"))
    expect(answer.first).to_contain_text(vacant_at_heia(language))
    # The figure rests on made-up plots, and that stands on the page beside it.
    assert say("badge.synthetic") in shown(page)
    assert clicks.count <= 3, str(clicks)


@every_language
def test_vacant_land_at_heia_by_keyboard(begin, language):
    page, say, clicks = begin
    tab_to(page, "link", say("page.reserve.link"))
    page.keyboard.press("Enter")
    on_page(page, say("page.reserve.title"))
    tab_to(page, "combobox", say("reserve.area"))
    page.keyboard.type("Heia")
    expect(page.get_by_role("option", name="Heia")).to_be_visible()
    for _ in range(page.get_by_role("option").all_inner_texts().index("Heia")):
        page.keyboard.press("ArrowDown")
    with rerun(page):
        page.keyboard.press("Enter")
    answer = page.get_by_test_id("stMetric").filter(has_text=say("reserve.reserve"))
    expect(answer.first).to_contain_text(vacant_at_heia(language))
    assert clicks.count == 0


# b: does the rule hold in 2030


def says_2030(page, say, language):
    """The answer for 2030 is not surer than its data: no case of the pack has a year."""
    known = asked("rule", "--to-year", "2030")
    verdict = known["with_estimates"]["gross"]["verdict"]
    assert (verdict, known["with_estimates"]["gross"]["share"]) == ("kan ikke avgjøres", None)
    every = len(known["sites"])
    assert len(known["undated"]) == every
    word = say(f"verdict.{verdict}")
    heading = say(
        "rule.answer_period",
        period=say("rule.answer_until", year="2030"),
        verdict=word[:1].lower() + word[1:],
        known=0,
        all=every,
    )
    expect(page.get_by_role("heading", name=spaced(heading))).to_be_visible()
    text = shown(page)
    assert spaced(say("rule.undated_in", count=every, jobs="")).split(":**")[0].strip("*") in text
    assert spaced(say("rule.undated_reach", share=f"0–{i18n.percent(1, language)}")) in text
    assert say("verdict.oppfylt") not in text


@every_language
def test_the_rule_in_2030(begin, browser, language):
    page, say, clicks = begin
    go(page, say, "rule")
    with rerun(page):
        choice(page, "2030").click()
    says_2030(page, say, language)
    assert clicks.count <= 4, str(clicks)

    page.reload()
    on_page(page, say("page.rule.title"))
    says_2030(page, say, language)
    other = watched(browser.new_page())  # a link that is sent on
    other.set_default_timeout(PATIENCE_MS)
    other.goto(page.url)
    on_page(other, say("page.rule.title"))
    says_2030(other, say, language)
    with rerun(other):
        choice(other, say("rule.until_all")).click()
    other.close()
    with rerun(page):
        choice(page, say("rule.basis_true")).click()
    expect(page.get_by_role("heading", name="2030").first).to_be_visible()  # and not all years
    for _ in range(4):  # each choice may be a step of its own; the address goes ahead of the page
        page.go_back()
        if urlsplit(page.url).path == "/":
            break
    on_page(page, say("page.overview.title"))


@every_language
def test_the_rule_in_2030_by_keyboard(begin, language):
    page, say, clicks = begin
    tab_to(page, "link", say("page.rule.link"))
    page.keyboard.press("Enter")
    on_page(page, say("page.rule.title"))
    tab_to(page, "radio", say("rule.until_all"))
    wanted = choice(page, "2030").first
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    with rerun(page):
        page.keyboard.press("Space")
    says_2030(page, say, language)
    assert clicks.count == 0


@every_language
def test_the_rule_in_2030_at_200_per_cent(browser, desk, language):
    say = partial(i18n.say, language=language)
    # A window of 1440 × 900 at 200 % has room for half as many pixels each way.
    page = browser.new_page(viewport={"width": 720, "height": 450}, device_scale_factor=2)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{desk}/growth_rule?lang={language}")
    on_page(page, say("page.rule.title"))
    choice(page, "2030").click()
    page.wait_for_url("**to=2030**")
    says_2030(page, say, language)
    for name in ("2026", "2030", say("rule.until_other")):
        box = choice(page, name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 720
    wide = "() => { const main = document.querySelector('[data-testid=stMain]');"
    assert page.evaluate(f"{wide} return main.scrollWidth - main.clientWidth; }}") <= 0
    page.close()


# c: a site drawn on the map, and its report


def report_of(waited):
    """Text of a report as it is read on: without the heads and feet that its pages repeat."""
    report = pypdf.PdfReader(io.BytesIO(waited.value.path().read_bytes()))
    first, *others = (sheet.extract_text().splitlines() for sheet in report.pages)
    alike = (len(set(lines)) == 1 for lines in zip(first, *others, strict=False))
    head = sum(takewhile(bool, alike))
    body = [*first[:-1], *(line for one in others for line in one[head:-1])]
    return "\n".join([*body, [first, *others][-1][-1]])


def same_answer(page, report):
    """The report says what the page says: the same calculation, as sure, of the same figures."""
    paragraph = spaced(page.get_by_test_id("stCode").inner_text())
    # A line may end anywhere in it, between the ends of an interval too.
    assert "".join(paragraph.split()) in "".join(report.split())
    number = re.search(r"\b[0-9a-f]{10}\b", shown(page)).group()
    assert number in report
    whole, spans = shown(page), re.findall(r"\d+,?\.?\d* ?%–\d+,?\.?\d* ?%", paragraph)
    assert spans  # the share is an interval, on the page too
    for span in spans:
        assert span in whole.replace(paragraph, "")


@every_language
def test_a_drawn_site_becomes_a_report(begin, language):
    page, say, clicks = begin
    norm = read_norms()["kontor"]
    offices = norm.label_en if language == "en" else norm.label
    go(page, say, "screening")
    frame = drawing_frame(page)
    frame.locator(".leaflet-draw-draw-rectangle").click()
    box = frame.locator("#map_div").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    with rerun(page):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y + 30, steps=4)
        page.mouse.up()
    page.get_by_test_id("stCode").wait_for()
    # The answer has come below the map, which fills the window: a link beside it leads there.
    expect(page.get_by_test_id("stMain").locator("a[href$='#site']").first).to_be_in_viewport()
    expect(page.locator("h2#site")).to_be_attached()
    expect(page.locator("h3#report")).to_be_attached()
    area = page.get_by_label(say("screen.gross_area"))
    area.click()
    area.fill("5000")
    area.press("Tab")
    settled(page)
    page.get_by_role("combobox", name=say("table.business_type")).click()
    with rerun(page):
        page.get_by_role("option", name=offices, exact=True).click()
    # 5 000 m² of offices at 23 to 28 m² a job.
    expect(page.get_by_test_id("stMain")).to_contain_text("179–217")
    settled(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name=say("screen.pdf")).click()
    report = report_of(waited)
    same_answer(page, report)
    assert say("verdict.kan ikke avgjøres") in spaced(report)
    assert clicks.count <= 8, str(clicks)


@pytest.mark.parametrize("language", ["nb"])
def test_a_plot_becomes_a_report_by_keyboard(begin):
    """Nothing is drawn without a mouse: the plot's number is the other way."""
    page, say, clicks = begin
    tab_to(page, "link", say("page.screening.link"))
    page.keyboard.press("Enter")
    on_page(page, say("page.screening.title"))
    tab_to(page, "radio", say("screen.way_draw"))
    with rerun(page):
        page.keyboard.press("ArrowRight")
    tab_to(page, "textbox", say("screen.plot"))
    page.keyboard.type("909/27")
    with rerun(page):
        page.keyboard.press("Enter")
    tab_to(page, "spinbutton", say("screen.gross_area"))
    page.keyboard.type("5000")
    with rerun(page):
        page.keyboard.press("Enter")
    tab_to(page, "combobox", say("table.business_type"), back=True)
    page.keyboard.type(read_norms()["kontor"].label)
    with rerun(page):
        page.keyboard.press("Enter")
    expect(page.get_by_test_id("stMain")).to_contain_text("179–217")
    settled(page)
    tab_to(page, "button", say("screen.pdf"))
    with page.expect_download() as waited:
        page.keyboard.press("Enter")
    same_answer(page, report_of(waited))
    assert clicks.count == 0


# e: another outline for Berger


@pytest.fixture
def outline(tmp_path, versions):
    """Berger grown by 100 m on all sides, in a file without a name in it."""
    zones = embedded().layer("zones")
    berger = zones[zones["zone_id"] == "berger"]
    berger[["geometry"]].assign(geometry=berger.buffer(100)).to_file(
        tmp_path / "omriss.gpkg", driver="GPKG"
    )
    yield tmp_path / "omriss.gpkg"
    versions.activate(EMBEDDED, author="Prøve")


def berger_is_replaced(versions, outline):
    made = versions.versions()[0]
    zones = versions.read(made.id).layer("zones").set_index("zone_id")
    before = embedded().layer("zones").set_index("zone_id")
    wanted = gpd.read_file(outline).geometry.iloc[0]
    assert zones.loc["berger"].geometry.symmetric_difference(wanted).area < 1
    same = before.index.drop("berger")
    assert zones.loc[same].geometry.geom_equals(before.loc[same].geometry).all()
    assert not zones.loc["berger", "illustrative"]  # own data, and not a sketch any more
    assert zones.loc[same, "illustrative"].all()
    assert zones.loc["berger", "name"] == "Berger"
    return wanted.area


@every_language
def test_another_outline_for_berger(begin, versions, outline, language):
    page, say, clicks = begin
    go(page, say, "data")
    page.get_by_role("tab", name=say("data.upload")).click()
    page.locator("input[type=file]").wait_for(state="attached")
    settled(page)
    clicks.also("the file, in the system's own box")
    page.set_input_files("input[type=file]", outline)
    expect(page.get_by_role("combobox", name=say("data.which_area"))).to_have_value("Berger")
    page.get_by_role("button", name=say("data.put_into_use")).wait_for()
    settled(page)
    reason = page.get_by_label(say("data.reason"), exact=True)
    reason.click()
    reason.fill("Vedtatt plan")
    reason.press("Tab")
    settled(page)
    eventually(page, page.get_by_role("button", name=say("data.put_into_use")).is_enabled)
    page.get_by_role("button", name=say("data.put_into_use")).click()
    page.get_by_test_id("stToast").wait_for()
    settled(page)
    area = berger_is_replaced(versions, outline)
    assert clicks.count <= 6, str(clicks)
    page.goto(f"{page.url.split('/data')[0]}/zones?zone=berger&lang={language}")
    on_page(page, say("page.zones.title"))
    size = page.get_by_test_id("stMetric").filter(has_text=re.compile(f"^{say('zone.area')}"))
    expect(size.first).to_contain_text(i18n.daa(area, language))


@pytest.mark.parametrize("language", ["nb"])
def test_another_outline_for_berger_by_keyboard(begin, versions, outline):
    page, say, clicks = begin
    tab_to(page, "link", say("page.data.link"))
    page.keyboard.press("Enter")
    on_page(page, say("page.data.title"))
    tab_to(page, "tab", say("data.state"))
    upload = page.get_by_role("tab", name=say("data.upload"))
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        if upload.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")  # or the arrows have opened it
    page.locator("input[type=file]").wait_for(state="attached")
    settled(page)
    with page.expect_file_chooser() as waited:  # asked for in good time: it takes a moment
        tab_to(page, "button", say("interface.upload"))
        page.keyboard.press("Enter")
    waited.value.set_files(outline)
    expect(page.get_by_role("combobox", name=say("data.which_area"))).to_have_value("Berger")
    page.get_by_role("button", name=say("data.put_into_use")).wait_for()
    settled(page)
    tab_to(page, "textbox", say("data.reason"))
    page.keyboard.type("Vedtatt plan")
    tab_to(page, "button", say("data.put_into_use"))
    page.keyboard.press("Enter")
    page.get_by_test_id("stToast").wait_for()
    settled(page)
    berger_is_replaced(versions, outline)
    assert clicks.count == 0


# By keyboard alone


def tab_to(page, role, name, *, back=False):
    """Press Tab until the focus is on what has this role and name, as a reader without a mouse."""
    wanted = page.get_by_role(role, name=name, exact=True)
    if role == "radio":
        wanted = wanted.or_(page.get_by_role("button", name=name, exact=True))
    wanted.first.wait_for()
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.first.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"Tab never comes to «{name}»")


# j: what have you got for us: a site with 12 MW is entered by one, and found by the next


@every_language
def test_a_site_with_12_mw_is_entered_and_found(begin, language):
    page, say, clicks = begin
    # The server keeps what the other language entered, and would warn of a twin.
    plot = {"nb": "903/1", "en": "903/2"}[language]
    called = f"Heia {plot}"
    go(page, say, "register")
    with rerun(page):
        page.get_by_role("button", name=say("register.new"), exact=True).click()
    form = page.locator(".st-key-site_open")
    typed(page, form.get_by_label(say("screen.plot"), exact=True), plot)
    typed(page, field(form, say, "name"), called)
    typed(page, field(form, say, "power_mw"), "12")
    # Where the Tab that left the field before has brought the keyboard.
    field(form, say, "power_date").get_by_role("spinbutton").first.focus()
    page.keyboard.type("15092026")
    settled(page)
    typed(page, field(form, say, "reason"), "meldt inn av eieren")
    with rerun(page):
        form.get_by_role("button", name=say("register.add"), exact=True).click()
    expect(page.get_by_role("heading", level=2, name=called)).to_be_visible()

    typed(page, page.get_by_label(say("register.filter_min_mw"), exact=True), "12")
    page.keyboard.press("Enter")
    settled(page)
    assert "mw=12" in page.url
    said = shown(page)
    assert f"12 MW ({'15.09.2026'})" in said
    assert re.search(say("register.count", shown=r"\d", all=r"\d")[:20], said)
    assert clicks.count <= 8, clicks
    assert faults(page) == []


def field(form, say, name):
    label = say(f"field.{name}")
    return form.get_by_label(label[:1].upper() + label[1:], exact=True)


def typed(page, box, text):
    box.click()
    box.fill(text)
    with rerun(page):
        page.keyboard.press("Tab")
