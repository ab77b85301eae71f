"""The head and foot of a document's pages: what it is, which pack it rests on, when it was made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from geo.i18n import say
from geo.report import typeface

if TYPE_CHECKING:
    from geo.pack.read import Pack

HASH_SHOWN: Final = 12  # characters in the foot; the sources have all of them

_NORWAY: Final = ZoneInfo("Europe/Oslo")
_MOMENT: Final = {
    "nb": ("d. MMMM y 'kl.' HH.mm", "nb_NO"),
    "en": ("d MMMM y 'at' HH:mm", "en_GB"),
}
# A name that is longer would leave little of each page; it is whole among the sources.
_MOST: Final = 200


def head_and_foot(
    title: str, pack: Pack, language: str, at: datetime, calculation_id: str | None = None
) -> dict[str, Any]:
    """
    Return what a template gives to `pages` as its frame.

    Parameters
    ----------
    title
        Of the kind of document.
    at
        When it was made, with its time zone.
    calculation_id
        Of the saved calculation that the document belongs to.
    """
    name = typeface.printable(pack.name, _MOST)
    parts = {"pack": name, "hash": pack.sha256[:HASH_SHOWN], "at": moment(at, language)}
    if calculation_id is None:
        foot = say("report.foot", language, **parts)
    else:
        known = typeface.printable(calculation_id, _MOST)
        foot = say("report.foot_calculation", language, id=known, **parts)
    number, count = say("report.page", language, page="\n", pages="\n").split("\n")[:2]
    return {"title": title, "pack": name, "foot": foot, "page": [number, count]}


def now() -> datetime:
    """Return the time in Norway, where documents are read."""
    return datetime.now(_NORWAY).replace(microsecond=0)


def moment(at: datetime, language: str) -> str:
    """Return a time as it is in Norway, in words."""
    pattern, locale = _MOMENT[language]
    return format_datetime(at.astimezone(_NORWAY), pattern, locale=locale)
