"""
What a reader meets in their own language, also what Streamlit writes itself.

Every page is held to it by `test_every_page`, which is open there anyhow.
"""

from __future__ import annotations

import re
from functools import cache

from geo import i18n
from layers.app import interface
from tests.browser.conftest import settled
from tests.browser.test_browser import PATHS, open_page

# Everything that can be read, pointed at or heard, in a page or a map.
SAID = """() => {
  const said = new Set();
  const hidden = "script, style, noscript, [data-testid=stIconMaterial]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest(hidden)) said.add(node.nodeValue.trim());
  }
  const named = ["aria-label", "title", "placeholder", "alt", "aria-roledescription"];
  for (const element of document.querySelectorAll("*")) {
    for (const name of named) said.add((element.getAttribute(name) || "").trim());
  }
  said.delete("");
  return [...said];
}"""

# As Streamlit, Leaflet, leaflet-draw and Vega write them.
ENGLISH = re.compile(
    r"Browse files|Drag and drop|\bLimit\b|per file|file upload|Choose (an option|options|date)"
    r"|No results|Press Enter|\bDeploy\b|\bRerun\b|Main menu|Settings|Fullscreen|Download as"
    r"|Show/hide|\bSearch\b|Zoom (in|out)\b|^Layers$|Draw a|Edit layers|Delete layers|No layers"
    r"|Leaflet(?!\.draw)|JavaScript library|Help for|Link to heading|sidebar|\bSidebar\b"
    r"|Increment|Decrement"
    r"|Clear (all|value|date)|Vega|-axis|legend for|visualization|st_folium|Running|\bOpen\b"
    r"|Copy to clipboard|encountered an error|\bicon$|Skip to",
)
# docs/interface.md: these follow the browser or are Streamlit's own; with their issues.
OUT_OF_REACH = {
    # streamlit#13500: the list of allowed types, in capitals as Streamlit has them.
    re.compile(r"^• [A-Z, ]+$"),
}


def open_uploader(page, server, language):
    open_page(page, f"{server}/{PATHS['screening']}?way=file&lang={language}")
    page.wait_for_selector("[data-testid=stFileUploaderDropzone] button")
    page.wait_for_selector(f"html[lang={language}]", state="attached")
    settled(page)


def said_by(page):
    return {text for frame in page.frames for text in frame.evaluate(SAID)}


def test_the_file_uploader_is_norwegian(page, server):
    open_uploader(page, server, "nb")
    said = said_by(page)
    assert {"Last opp", "inntil 50MB per fil"} <= said
    assert not {text for text in said if ENGLISH.search(text)}


def test_on_an_english_page_streamlit_keeps_its_own_words(page, server):
    open_uploader(page, server, "en")
    said = said_by(page)
    assert {"Upload", "50MB per file"} <= said
    assert page.evaluate("document.documentElement.lang") == "en"


def test_changing_the_language_changes_streamlits_words_too(page, server):
    open_uploader(page, server, "nb")
    assert "Last opp" in said_by(page)
    page.get_by_role("radio", name="English").click()
    page.wait_for_function("document.documentElement.lang === 'en'")
    settled(page)
    said = said_by(page)
    assert "Upload" in said
    assert "Last opp" not in said


@cache  # Python keeps 512 patterns of its own accord, and these are more
def norwegian():
    """What Norwegian texts say that the English ones do not, by id; too short ones left out."""
    english, found = i18n.texts("en"), []
    for msgid, text in i18n.texts("nb").items():
        fixed = re.split(r"\{\w+\}", text)
        tells = max(len(part) for part in fixed) > 12  # names are shorter
        if text != english[msgid] and tells and not msgid.startswith(interface.PREFIX):
            found.append(re.compile("^" + "(.*)".join(re.escape(part) for part in fixed) + "$"))
    return found


def english_on_a_norwegian_page(page):
    """What is said there in English, whoever wrote it."""
    said = said_by(page)
    assert "Sidefelt" in said  # what Streamlit writes is found, and replaced
    english = {text for text in said if ENGLISH.search(text)}
    return {text for text in english if not any(one.search(text) for one in OUT_OF_REACH)}


def norwegian_on_an_english_page(page):
    """What of our own is said there in Norwegian."""
    return {text for text in said_by(page) if any(one.search(text) for one in norwegian())}
