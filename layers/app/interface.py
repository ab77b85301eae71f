"""
What Streamlit itself writes on a page, in the reader's language, and what it leaves out.

Streamlit has no translations and, for most of its words, no parameter. `interface.js` replaces them
in the browser. Their English is the `interface.…` texts of the English catalogue, as Streamlit
writes them; docs/interface.md says what is out of reach.
`assist.js` gives the keyboard and screen readers what Streamlit does not: a landmark around the
links to pages, the focus at a new page's title, and more.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo import i18n

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "interface."
SCRIPT: Final = Path(__file__).with_suffix(".js")
# What else a page's script does: for keyboard and screen reader; for back and forward.
BESIDE: Final = (SCRIPT.with_name("assist.js"), SCRIPT.with_name("history.js"))
PAGES_KEY: Final = "pages"  # of the container of links to pages; assist.js knows it by its class

# What is no good English for a reader either.
WRITTEN: Final[Mapping[str, str]] = {
    "interface.map": "streamlit_folium.st_folium",
    "interface.error": (
        "This app has encountered an error. The original error message is redacted to prevent data "
        "leaks. Full error details have been recorded in the logs (if you're on Streamlit Cloud, "
        "click on 'Manage app' in the lower right of your app)."
    ),
}


@cache
def words(language: str) -> dict[str, str]:
    """
    Return what to show by what stands there.

    That is Streamlit's own text, or the other language's where the reader has just changed.
    """
    ours = i18n.texts(language)
    found: dict[str, str] = {}
    for other in (one for one in i18n.LANGUAGES if one != language):
        theirs = i18n.texts(other)
        names = [msgid.removeprefix(PREFIX) for msgid in theirs if msgid.startswith(PREFIX)]
        said = {theirs[f"interface.{name}"]: ours[f"interface.{name}"] for name in names}
        found |= {written: shown for written, shown in said.items() if written != shown}
    return found | {written: ours[msgid] for msgid, written in WRITTEN.items()}


@cache
def script(language: str) -> str:
    """Return the scripts, for ``st.html``."""
    pairs = _written(list(words(language).items()))
    names = _written({"pages": i18n.texts(language)["interface.sidebar_pages"]})
    beside = "\n".join(path.read_text(encoding="utf-8") for path in BESIDE)
    beside = beside.replace("NAMES", names, 1)
    text = SCRIPT.read_text(encoding="utf-8").replace("LANGUAGE", json.dumps(language), 1)
    return f"<script>{text.replace('WORDS', pairs, 1)}\n{beside}</script>"


def _written(value: object) -> str:
    # "<" could end the script that this is written into.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
