"""Streamlit's own words: known as it writes them, and never the page's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import streamlit

from geo import i18n
from layers.app import interface

BUNDLE = Path(streamlit.__file__).parent / "static" / "static" / "js"

# Put together of parts in the browser, or sent by the server.
NOT_WHOLE = {
    "interface.error",
    "interface.page_gone_said",
    "interface.page_gone_named",
    "interface.choose_count",
    "interface.date_chosen",
    "interface.upload_too_large",
    "interface.text_apply",
    "interface.text_submit",
    "interface.text_apply_lines",
    "interface.text_submit_lines",
    "interface.choose_count_one",
    "interface.chart_group",
    *(f"interface.date_{part}" for part in ("year", "month", "day", "yyyy")),
}


@pytest.fixture(scope="module")
def bundle():
    """All that Streamlit's pages may write."""
    return "\n".join(file.read_text(encoding="utf-8") for file in BUNDLE.glob("*.js"))


def english():
    return {
        msgid: interface.WRITTEN.get(msgid, said)
        for msgid, said in i18n.texts("en").items()
        if msgid.startswith(interface.PREFIX) and msgid != "interface.map"
    }


def test_streamlit_still_writes_what_is_replaced(bundle):
    lost = {
        msgid
        for msgid, said in english().items()
        if msgid not in NOT_WHOLE
        for part in re.split(r"\{\w+\}", said)
        if part.strip() and part.strip() not in bundle
    }
    assert lost == set()


def test_norwegian_pages_replace_english_words():
    said = interface.words("nb")
    assert said["Upload"] == "Last opp"
    assert said["Fullscreen"] == "Fullskjerm"
    assert said["streamlit_folium.st_folium"] == "Kart"


def test_english_pages_put_back_what_a_norwegian_page_replaced():
    said = interface.words("en")
    assert said["Last opp"] == "Upload"
    assert "Upload" not in said
    assert said["streamlit_folium.st_folium"] == "Map"


def test_no_word_of_ours_is_taken_for_one_of_streamlits():
    """A label of a Norwegian page that reads as Streamlit's would be changed too."""
    ours = {
        said for msgid, said in i18n.texts("nb").items() if not msgid.startswith(interface.PREFIX)
    }
    assert ours & set(interface.words("nb")) == set()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_script_carries_the_words_and_cannot_be_ended_by_them(language):
    script = interface.script(language)
    assert script.startswith("<script>")
    assert script.count("</script>") == 1
    pairs = re.search(r"const words = (\[.*\]);\n", script)
    assert dict(json.loads(pairs[1])) == interface.words(language)
    assert f'documentElement.lang = "{language}"' in script
