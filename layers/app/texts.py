"""Texts and numbers in the language of this session; the catalogue itself is geo.i18n'."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo import i18n
from geo.report import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pandas import Series

    from geo.pack.read import Pack

_STATE = "language"
# What can be written as a link as it stands; anything else is shown as plain text.
_PAGE: Final = re.compile(r"https?://[\w.:/?=&%~#+-]+", re.ASCII)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
_MARKDOWN = frozenset(r"\`*_{}[]<>#+!|$~:")


class _Now(threading.local):
    """The language of the page that this thread makes: asked for hundreds of times, found once."""

    page: object = None
    language: str = i18n.DEFAULT_LANGUAGE


_NOW: Final = _Now()


def language() -> str:
    """Return the language of this session: nb or en."""
    page = get_script_run_ctx(suppress_warning=True)
    if page is None or page is not _NOW.page:
        # Each look into the session's state waits for a lock, and lets others go first.
        _NOW.language = str(st.session_state.get(_STATE, i18n.DEFAULT_LANGUAGE))
        _NOW.page = page
    return _NOW.language


def choose(chosen: str | None) -> None:
    """Make `chosen` the language of this session; what is no language is passed over."""
    if chosen in i18n.LANGUAGES:
        st.session_state[_STATE] = chosen
        _NOW.page = None  # to be found anew


def t(msgid: str, **parts: object) -> str:
    """Return the text with this id in the session's language."""
    return i18n.say(msgid, language(), **parts)


def again(msgid: str, said: str) -> str:
    """Say in the session's language what the program once wrote down in Norwegian as `msgid`."""
    parts = re.split(r"\{(\w+)\}", i18n.texts(i18n.DEFAULT_LANGUAGE)[msgid])
    pattern = "".join(
        f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    found = re.fullmatch(pattern, said)
    return said if found is None else t(msgid, **found.groupdict())


def term(kind: str, value: object) -> str:
    """Return the word for a coded value in the session's language, as `words.term` does."""
    return words.term(kind, value, language())


def num(value: object, decimals: int = 0) -> str:
    """Write a number in the session's language; unknown is a word."""
    return i18n.number(value, language(), decimals)


def pct(share: float | None, decimals: int = 0) -> str:
    """Write a share 0–1 as per cent in the session's language."""
    return i18n.percent(share, language(), decimals)


def pct_span(low: float | None, high: float | None, decimals: int = 0) -> str:
    """Write an interval of shares («46–83 %»), or one where both ends read the same."""
    return words.percent_span(low, high, language(), decimals)


def daa(area_m2: float | None) -> str:
    """Write an area in m² as dekar in the session's language."""
    return i18n.daa(area_m2, language())


def span(low: object, high: object) -> str:
    """Write an interval, or one number where both ends read the same."""
    return words.span(low, high, language())


def jobs(row: Series) -> str:
    """Write a project's jobs as an interval, and how they are known; unknown is a word."""
    return words.jobs(row, language())


def jobs_today(figures: Mapping[str, float] | Series) -> str:
    """Write today's jobs (`geo.jobs_today.FIGURES`) as an interval, and what is unknown."""
    return words.jobs_today(figures, language())


def or_more(written: str, figures: Mapping[str, float] | Series) -> str:
    """Add that there are more of today's jobs that are not known; unknown is a word."""
    return words.or_more(written, figures, language())


def planned_jobs(zone: Series) -> str:
    """Write the jobs of a zone's projects, known, estimated and unknown (`words.planned_jobs`)."""
    return words.planned_jobs(zone, language())


def of_pack(text: object, pack_directory: Path) -> str:
    """Return one of the pack's own texts in the session's language, as `messages.of_pack` does."""
    missing = text is None or (isinstance(text, float) and math.isnan(text))
    return i18n.of_pack(None if missing else str(text), pack_directory, language())


def labels(names: Mapping[str, object], pack_directory: Path) -> dict[str, str]:
    """
    Return what a list of choices shows for each id: its name, told apart where two share one.

    Streamlit knows a choice by its label: of two that read the same it would take the first.
    """
    shown = {key: of_pack(name, pack_directory) for key, name in names.items()}
    twice = {name for name, count in Counter(shown.values()).items() if count > 1}
    return {key: f"{name} ({key})" if name in twice else name for key, name in shown.items()}


def plain(text: str) -> str:
    """Escape markdown, so that text from a file is shown as text and does nothing."""
    return "".join(f"\\{char}" if char in _MARKDOWN else char for char in text)


def contact(given: str) -> str:
    """Write an address of a page or an e-mail as a link, all else as it is; as markdown."""
    given = given.strip()
    if _PAGE.fullmatch(given):
        return f"[{given}]({given})"
    return f"[{given}](mailto:{given})" if _MAIL.fullmatch(given) else plain(given)


def unescaped(text: str) -> str:
    """Return text with what `plain` has escaped, for where markdown is not read."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


NORWAY: Final = ZoneInfo("Europe/Oslo")


def zone_names(pack: Pack) -> dict[str, str]:
    """Return zone_id → name in the reader's language, told apart where two share one."""
    if not pack.has("zones"):
        return {}
    zones = pack.layer("zones").sort_values("name")
    return labels(
        dict(zip(zones["zone_id"].astype(str), zones["name"], strict=True)), pack.directory
    )
