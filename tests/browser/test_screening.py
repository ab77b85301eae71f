"""A case officer draws a site, reads the verdict, and takes the report along."""

from __future__ import annotations

import io

import pypdf

from tests.browser.conftest import map_frame, settled
from tests.browser.test_projects import draw_rectangle, drawing_frame
from tests.support.reading import embedded


def test_a_drawn_site_gets_a_verdict_and_a_report_that_opens(page, server):
    page.goto(f"{server}/screening?type=kontor&bra=5000")
    frame = drawing_frame(page)
    settled(page)
    frame.click(".leaflet-draw-draw-polygon")
    box = frame.query_selector("#map_div").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for corners, (right, down) in enumerate(((0, 0), (50, 0), (50, 40), (0, 40)), start=1):
        page.mouse.click(x + right, y + down)
        frame.wait_for_function(
            "count => document.querySelectorAll('.leaflet-editing-icon').length === count",
            arg=corners,
        )
        page.wait_for_timeout(400)  # else a double click, which ends the drawing
    page.mouse.click(x, y)
    frame.wait_for_function("() => window.drawnShapes.getLayers().length === 1")
    page.wait_for_selector("text=Tekst til saksfremlegget")
    page.wait_for_selector("text=90 %-regelen før og etter")
    settled(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Rapport (PDF)").click()
    content = waited.value.path().read_bytes()
    report = pypdf.PdfReader(io.BytesIO(content))
    text = "\n".join(sheet.extract_text() for sheet in report.pages)
    assert report.trailer["/Root"]["/MarkInfo"]["/Marked"]  # tagged, for readers aloud
    assert "lys" in text or "sikker" in text or "kjent" in text
    assert "llustrativ" in text
    assert page.errors == []
    assert page.public_requests == []


def test_an_outline_is_still_there_after_a_look_at_coordinates(page, server):
    page.goto(f"{server}/screening")
    frame = drawing_frame(page)
    settled(page)
    draw_rectangle(page, frame, 60, 40)
    page.wait_for_selector("text=Tekst til saksfremlegget")
    drawn = "() => window.drawnShapes.toGeoJSON().features.map(one => one.geometry)"
    before = frame.evaluate(drawn)
    for _ in range(2):
        page.get_by_text("Koordinater", exact=True).click()
        page.wait_for_selector("text=Tekst til saksfremlegget", state="detached")
        settled(page)
        page.get_by_text("Tegn i kartet", exact=True).click()
        page.wait_for_selector("text=Tekst til saksfremlegget")
        frame = drawing_frame(page)
        settled(page)
        assert frame.evaluate(drawn) == before
    # It is on the map as if it had just been drawn: another beside it makes two.
    draw_rectangle(page, frame, -60, -40, there=1)
    page.wait_for_selector("text=Tegnet tomt 2", state="attached")  # in a table, drawn as a picture
    assert page.errors == []
    assert page.public_requests == []


def test_a_plot_clicked_on_the_map_is_screened_and_stands_in_the_address(page, server):
    parcels = embedded().layer("parcels")
    plot = parcels[parcels["parcel_id"] == "909/27"]
    (spot,) = plot.representative_point().to_crs(4326)
    page.goto(f"{server}/screening?way=plot&type=lager&bra=12000")
    frame = map_frame(page)
    frame.wait_for_function("() => window.plotClassesShown")
    settled(page)
    where = "([y, x]) => { const p = map.latLngToContainerPoint([y, x]); return [p.x, p.y]; }"
    across, down = frame.evaluate(where, [spot.y, spot.x])
    box = frame.query_selector("#map_div").bounding_box()
    page.mouse.click(box["x"] + across, box["y"] + down)
    page.wait_for_selector("text=Tekst til saksfremlegget")
    settled(page)
    assert page.get_by_label("Gårds- og bruksnummer", exact=True).input_value() == "909/27"
    assert "plot=909%2F27" in page.url
    assert page.errors == []
    assert page.public_requests == []
