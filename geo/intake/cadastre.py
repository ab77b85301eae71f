"""Plots by gnr/bnr, as people write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import geopandas as gpd

from geo.errors import PackError, ParameterError
from geo.schema.coercion import quote, to_text

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

# The official spelling (Matrikkelforskriften § 4) is kommunenr-gnr/bnr/fnr/snr; fnr and snr are
# left out or 0 where there is no leasehold and no section.
_WRITTEN: Final = re.compile(
    r"(?:(?:KNR\.?\s*)?(?P<municipality>\d{4})\s*[-–\s]\s*)?(?:(?:GNR|G)\.?\s*)?(?P<gnr>\d{1,5})"
    r"\s*(?:[/,;]|\s)\s*(?:(?:BNR|B)\.?\s*)?(?P<bnr>\d{1,5})"
    r"(?:\s*(?:/|,?\s*(?:FNR|F)\.?)\s*(?P<fnr>\d{1,5}))?"
    r"(?:\s*(?:/|,?\s*(?:SNR|S)\.?)\s*(?P<snr>\d{1,5}))?"
)
_LONGEST: Final = 60  # characters
_BETWEEN: Final = re.compile(r"[,;+&\n]|\b(?:og|and)\b", re.IGNORECASE)
MOST_PLOTS: Final = 50  # written out; more come as a file
_NUMBERS: Final = ("gnr", "bnr", "fnr", "snr")


def find(text: str, parcels: GeoDataFrame, municipality_no: str | None = None) -> GeoDataFrame:
    """
    Return the rows of a plot: several, where it lies in several pieces (teiger).

    Parameters
    ----------
    text
        "12/34", "gnr 12 bnr 34", "3205-12/34/0/0".
    parcels
        With `parcel_id`, spelled in any of these ways.
    municipality_no
        The pack's, four digits; None where it is not known.

    Raises
    ------
    ParameterError
        If it is no gnr/bnr. If it names another municipality. If there is no such plot.
    """
    if "parcel_id" not in parcels:
        raise PackError("error.missing_column", layer="parcels", column="parcel_id")
    wanted = _read(text)
    if wanted is None:
        raise ParameterError("error.plot_text", text=quote(text))
    municipality, numbers = wanted
    shown = _spell(numbers)
    if municipality and municipality_no and municipality != municipality_no:
        parts = {"number": municipality, "own": municipality_no}
        raise ParameterError("error.plot_elsewhere", plot=shown, **parts)
    known = to_text(parcels["parcel_id"]).map(_read, na_action="ignore")
    rows = parcels[[_same(one, municipality, numbers) for one in known]]
    if rows.empty:
        raise ParameterError("error.plot_not_found", plot=shown)
    return rows


def find_each(
    text: str, parcels: GeoDataFrame, municipality_no: str | None = None
) -> list[GeoDataFrame]:
    """
    Return the rows of each of the plots that a text names, in its order, each plot once.

    Plots are set apart by a comma, semicolon, plus, «og» or “and”: "12/34, 12/35 og 12/36".

    Raises
    ------
    ParameterError
        If there are more than `MOST_PLOTS`. As `find`, of the first that is wrong.
    """
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) > MOST_PLOTS:
        raise ParameterError("error.too_many_plots", count=len(parts), most=MOST_PLOTS)
    # "12, 34" is one plot in another spelling.
    if len(parts) < 2 or _read(text) is not None:  # noqa: PLR2004  # one plot is not several
        return [find(text, parcels, municipality_no)]
    found = [find(part, parcels, municipality_no) for part in parts]
    once = {tuple(rows.index): rows for rows in found}
    return list(once.values())


def at(longitude: float, latitude: float, parcels: GeoDataFrame) -> str | None:
    """
    Return the `parcel_id` of the plot at a place; None where there is none, or it has none.

    Parameters
    ----------
    longitude, latitude
        Degrees, EPSG:4326.
    parcels
        With `parcel_id`, in any known reference system. On a common border the first row counts.
    """
    spot = gpd.GeoSeries.from_xy([longitude], [latitude], crs=4326).to_crs(parcels.crs)
    rows = parcels.sindex.query(spot.iloc[0], predicate="intersects")
    known = to_text(parcels["parcel_id"].iloc[sorted(rows)]).dropna()
    return None if known.empty else str(known.iloc[0])


def _read(text: str) -> tuple[str | None, tuple[int, ...]] | None:
    """Municipality and the four numbers; None for a text that is something else."""
    found = _WRITTEN.fullmatch(text.strip().upper()) if len(text) <= _LONGEST else None
    if found is None:
        return None
    return found["municipality"], tuple(int(found[name] or 0) for name in _NUMBERS)


def _same(known: object, municipality: str | None, numbers: tuple[int, ...]) -> bool:
    if not isinstance(known, tuple):
        return False
    there, theirs = known
    return theirs == numbers and (not municipality or not there or there == municipality)


def _spell(numbers: tuple[int, ...]) -> str:
    gnr, bnr, *rest = numbers
    return f"{gnr}/{bnr}" + ("/" + "/".join(map(str, rest)) if any(rest) else "")
