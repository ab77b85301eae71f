"""The sheet for Heia, from the front page to the file: three clicks at the most."""

from __future__ import annotations

import io
from functools import partial

import pypdf
import pytest
from playwright.sync_api import expect

from geo import i18n
from tests.browser.test_browser import click_zone, open_page
from tests.browser.test_stories import on_page, spaced, vacant_at_heia
from tests.support.clicks import counted
from tests.support.documents import plain


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_sheet_for_heia(page, server, language):
    say = partial(i18n.say, language=language)
    open_page(page, f"{server}/?lang={language}")
    on_page(page, say("page.overview.title"))
    clicks = counted(page)
    click_zone(page, "Heia")
    page.wait_for_url("**/zones?zone=heia*")
    on_page(page, say("page.zones.title"))
    button = page.get_by_role("button", name=say("documents.sheet"))
    expect(button).to_be_enabled()
    button.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=say("takeout.get", name="")).click()
    file = download.value
    assert file.suggested_filename == f"{say('sheet.file')}-heia.pdf"
    pdf = pypdf.PdfReader(io.BytesIO(file.path().read_bytes()), strict=True)
    said = spaced(" ".join(plain(one) for one in pdf.pages))
    # What the commands and the page of vacant land say, and what it rests on beside it.
    assert f"{say('report.reserve')} {vacant_at_heia(language)}" in said
    assert say("badge.synthetic") in said
    assert len(pdf.pages) == 2
    assert clicks.count <= 3, str(clicks)
    assert page.errors == []
    assert page.public_requests == []
