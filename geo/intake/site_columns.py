"""The columns of sites and of growth areas: under which headings people have them, made ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.errors import JobsError
from geo.schema import layers as schema
from geo.schema.coercion import quote, to_number, to_text
from geo.schema.text import bare, find, spell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.schema.findings import Report

SITE_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "id": ("id", "site_id", "project_id", "prosjekt_id", "lokalid"),
    "name": (
        *("name", "navn", "prosjektnavn", "prosjekt", "tittel"),
        *("plannavn", "feltnavn", "feltbetegnelse", "navn_på_tomt", "tomtenavn"),
    ),
    "jobs": (
        *("jobs", "arbeidsplasser", "antall_arbeidsplasser", "ansatte", "antall_ansatte"),
        "employees",
    ),
    "jobs_low": ("jobs_low", "arbeidsplasser_lav", "arbeidsplasser_min"),
    "jobs_high": ("jobs_high", "arbeidsplasser_høy", "arbeidsplasser_hoy", "arbeidsplasser_maks"),
    "gross_area_m2": (
        *("gross_area_m2", "bra", "bra_m2", "m2_bra", "bruksareal", "gulvareal"),
        "bruksarealtotalt",
    ),
    "business_type": ("business_type", "type", "virksomhetstype", "næringstype", "naeringstype"),
    "zone_id": ("zone_id", "sone"),
    "site_area_m2": ("site_area_m2", "tomteareal_m2", "tomteareal"),
    "area_kind": ("area_kind", "arealtype"),
}
AREA_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "area_id": ("area_id", "id"),
    "name": ("name", "navn"),
    "counts": ("counts", "teller", "medregnet"),
    "category": ("category", "kategori", "type"),
}
NUMBERS: Final = ("jobs_low", "jobs", "jobs_high", "gross_area_m2", "site_area_m2")
_FULL_TIME: Final = frozenset({"årsverk", "aarsverk", "arsverk"})  # which are not jobs
_TEXTS: Final = ("business_type", "zone_id", "area_kind")

_CALLED: Final = frozenset({"id", "area_id", "name"})
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def recognise(
    given: Sequence[str], filled: Sequence[str], wanted: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Tell which of the given columns stand for the wanted ones: {given: wanted}."""
    given = [column for column in given if column != "geometry"]
    taken: dict[str, str] = {}
    for name, synonyms in wanted.items():
        # Formats have columns of their own, such as KML's id, that nobody has filled in.
        column = find(filled, synonyms) or _again(filled, synonyms) or find(given, synonyms)
        if name in NUMBERS and (column is None or column not in filled):
            plain = {bare(one): one for one in sorted(filled, key=_year)}
            column = plain.get(find(plain, synonyms) or "", column)
        if column is not None and column not in taken:
            taken[column] = name
    # A column that already bears a wanted name but is not the one chosen steps aside.
    shadowed = {c: f"{c}_" for c in given if c in taken.values() and taken.get(c) != c}
    return {c: n for c, n in (shadowed | taken).items() if c != n}


def _again(filled: Sequence[str], synonyms: Sequence[str]) -> str | None:
    """Return the first column whose heading stood before it too, over nothing."""
    plain = {_heading(one): one for one in reversed(filled)}
    return plain.get(find(plain, synonyms) or "")


def _heading(column: str) -> str:
    """Heading of a column as it stands in the file, where the second of two got a mark behind."""
    return column.rstrip("_")


def _year(column: str) -> str:
    """Year in a heading, so that the newest column can be the one that counts."""
    return max(_YEAR.findall(column), default="")


def tell_unused(
    given: DataFrame,
    chosen: Mapping[str, str],
    wanted: Mapping[str, Sequence[str]],
    report: Report,
    axes: Sequence[str] = (),
) -> None:
    """
    Name columns that say what another is read for, and say it otherwise; and more that look so.

    Parameters
    ----------
    given
        The columns as they came.
    chosen, wanted
        As of `recognise`.
    axes
        Columns that say where the rows are.
    """
    known = {word: name for name in NUMBERS for word in wanted.get(name, ())}
    columns: list[str] = list(given.columns)
    used = {name: column for column in columns if (name := chosen.get(column, column)) in wanted}
    taken = {*used.values(), *axes}
    for column in columns:
        if column == "geometry" or column in taken or given[column].isna().all():
            continue
        heading = _heading(column)
        name = re.split(r"_?[(\[]", bare(heading), maxsplit=1)[0]
        twin = next((one for one in taken if spell(_heading(one)) == spell(heading)), None)
        rival = twin or _rival(heading, used, wanted)
        if rival is not None:
            if _says_more(given[column], given[rival]):
                parts = {"column": quote(heading), "used": quote(_heading(rival))}
                msgid = "finding.column_rival" if twin is None else "finding.column_twice"
                report.layer_wide(msgid, "warning", **parts)
        elif "jobs" in wanted and _FULL_TIME & set(re.findall(r"[^\W_]+", spell(column))):
            report.layer_wide("finding.column_full_time", "warning", column=quote(column))
        elif name in known and name != spell(column):
            parts = {"column": quote(column), "name": known[name]}
            report.layer_wide("finding.column_unused", "warning", **parts)


def _rival(
    heading: str, used: Mapping[str, str], wanted: Mapping[str, Sequence[str]]
) -> str | None:
    """Return the column that is read for what this one, by its heading, stands for too."""
    for name, column in used.items():
        # What a thing is called may well be told twice: nothing is reckoned from it.
        if name not in _CALLED and find([heading], wanted[name]) is not None:
            return column
    return None


def _says_more(column: Series, used: Series) -> bool:
    """Whether a column has a value that the one that is used has not, in the same row."""
    value, other = to_text(column), to_text(used)
    same = (value == other) | (to_number(column) == to_number(used))
    return bool((value.notna() & ~same.fillna(value=False)).any())


def typed(frame: GeoDataFrame, report: Report) -> GeoDataFrame:
    """
    Return sites with their known columns as numbers, texts and codes; what cannot be read is told.

    Raises
    ------
    JobsError
        If a site's numbers make no sense.
    """
    for column in NUMBERS:
        if column in frame:
            frame[column] = _numbers(frame[column], column, report)
    for column in _TEXTS:
        if column in frame:
            frame[column] = to_text(frame[column])
    if "area_kind" in frame:
        frame["area_kind"] = _area_kinds(frame["area_kind"], report)
    _require_sense(frame)
    return frame


def _numbers(values: Series, column: str, report: Report) -> Series:
    numbers = to_number(values)
    report.unread(column, values, numbers)
    return numbers


def _area_kinds(values: Series, report: Report) -> Series:
    """Codes of `schema.AREA_KINDS` for the words that people have for them; else null."""
    words = {
        said.casefold(): code
        for code in schema.AREA_KINDS
        for said in (code, *(i18n.say(f"area_kind.{code}", one) for one in i18n.LANGUAGES))
    }
    codes = values.str.strip().str.casefold().map(words)
    lost = values.notna() & codes.isna()
    parts = {"column": "area_kind", "value": values[lost].map(quote)}
    report.rows(schema.VALUE_UNKNOWN, "warning", lost[lost].index, **parts)
    return codes.astype("str").where(codes.notna(), None)


def _require_sense(frame: GeoDataFrame) -> None:
    for column in set(NUMBERS) & set(frame.columns):
        wrong = frame[frame[column] < 0]
        if not wrong.empty:
            first, shown = wrong.iloc[0], f"{wrong[column].iloc[0]:g}"
            if column == "site_area_m2":
                raise JobsError("error.negative_site_area", site=quote(first["id"]), area=shown)
            if column == "gross_area_m2":
                raise JobsError("error.negative_area", site=quote(first["id"]), area=shown)
            raise JobsError("error.negative_jobs", site=quote(first["id"]), jobs=shown)
    jobs = frame.reindex(columns=list(schema.JOBS)).astype("float64")
    wrong = frame[~schema.jobs_in_order(jobs)]
    if not wrong.empty:
        raise JobsError("error.jobs_interval", site=quote(wrong["id"].iloc[0]))
