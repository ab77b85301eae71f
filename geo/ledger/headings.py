"""What the columns of a file are called: the fields' names, their headings, and other words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.intake.site_columns import SITE_COLUMNS
from geo.intake.tables.headings import EAST, NORTH
from geo.ledger.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REVISION: Final = "revision"
EASTING, NORTHING, WKT = "easting", "northing", "geometry_wkt"
PLACE: Final = (EASTING, NORTHING, WKT)
COLUMNS: Final = (*FIELDS, REVISION, *PLACE)

# Beside the fields' names and their headings in every language; first choice first.
_OTHER_WORDS: Final[Mapping[str, Sequence[str]]] = {
    "project_id": SITE_COLUMNS["id"],
    **{name: words for name, words in SITE_COLUMNS.items() if name in FIELDS},
    "zone_id": ("sone", "næringsområde", "naeringsomraade", "omrade"),
    "site_area_m2": ("tomteareal", "tomteareal_m2", "tomt_m2", "tomt"),
    "area_kind": ("arealtype", "nytt_areal", "arealets_art"),
    "jobs_source": ("kilde_arbeidsplasser", "arbeidsplasser_kilde"),
    "jobs_lost": ("arbeidsplasser_tapt", "tapte_arbeidsplasser"),
    "year": ("år", "ar", "ferdigår", "ferdigstilt", "byggeår"),
    "status": ("planstatus",),
    "source": ("kilder",),
    "accuracy_m": ("nøyaktighet", "nøyaktighet_m", "noyaktighet"),
    "note": ("merknader", "kommentar", "notat", "beskrivelse"),
    "case_ref": ("saksnr", "sak", "plan_id", "planid"),
    EASTING: EAST,
    NORTHING: NORTH,
    WKT: ("wkt", "geometri", "geometry"),
}
_CONTINUED: Final = re.compile(rf"{WKT}_(\d{{1,2}})")


def heading(column: str, language: str) -> str:
    """Heading of a column for people; a continued WKT keeps its name."""
    return column if _CONTINUED.fullmatch(column) else i18n.say(f"field.{column}", language)


def continued(part: int) -> str:
    """Name of the column for part 1, 2, 3 … of a WKT that is too long for one cell."""
    return WKT if part == 1 else f"{WKT}_{part}"


def is_place(column: str) -> bool:
    """Whether a column says where a project is."""
    return column in PLACE or _CONTINUED.fullmatch(column) is not None


def recognise(given: Sequence[object]) -> dict[int, str]:
    """
    Which of the given headings stand for our columns.

    Returns
    -------
    dict
        Number of the heading, from 0, to the column's name. Case, spaces and hyphens do not
        matter; of several headings for one column the likeliest word counts, then the first.
    """
    spelled: dict[str, int] = {}
    for number, one in enumerate(given):
        if one is not None:
            spelled.setdefault(_spell(one), number)
    found: dict[int, str] = {}
    for column in COLUMNS:
        headings = (_spell(heading(column, language)) for language in i18n.LANGUAGES)
        for word in (column, *headings, *_OTHER_WORDS.get(column, ())):
            number = spelled.get(word, -1)
            if number >= 0 and number not in found:
                found[number] = column
                break
    more = {n: word for word, n in spelled.items() if _CONTINUED.fullmatch(word)}
    return found | more


def _spell(given: object) -> str:
    return "_".join(str(given).strip().lower().replace("-", " ").split())
