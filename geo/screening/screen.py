"""
Screening of sites: whether one may be built, and what it does to the rule.

`context_of` prepares a pack once; `screen` answers for one site or thousands; `compare` sets a few
side by side. What comes back is described in `geo.screening.model`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import i18n
from geo.errors import ParameterError
from geo.geometry.crs import require_common_crs
from geo.i18n import Amount, say
from geo.screening.assess import assess
from geo.screening.facts import figures
from geo.screening.remedies import remedies
from geo.screening.rows import FIGURES, cell, constraints, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from geo.i18n import Remark
    from geo.screening.context import Context
    from geo.screening.model import Screening

MAX_COMPARED: Final = 5  # side by side on a screen
_SKETCHED: Final = {"compare.network": "compare.network_sketched"}


def screen(
    context: Context,
    sites: GeoDataFrame,
    *,
    utilisation: float | None = None,
    with_remedies: bool = True,
) -> list[Screening]:
    """
    Screen sites: many at once give what each gives by itself, in the same order.

    Parameters
    ----------
    context
        The pack, made ready. Not changed; may be shared between threads.
    sites
        Points, lines or polygons in the context's reference system (EPSG:25832), with whichever
        are known of id, name, jobs, jobs_low, jobs_high, jobs_lost, gross_area_m2 and
        business_type (as `geo.intake.sites.open_sites` gives them).
    utilisation
        Floor area to expect on a site of which only area and type of business are known: BRA as a
        part of the site (1.0 is 100 %-BRA). None leaves the jobs unknown.
    with_remedies
        Whether to look for what would better the light.

    Raises
    ------
    CrsError
        If the sites are not in the context's reference system.
    JobsError
        If a site's figures make no sense; names the site.
    UtilisationError
        If the utilisation is not above 0.
    """
    require_common_crs(sites=sites)
    if sites.crs != context.crs:
        sites = sites.to_crs(context.crs)
    if sites.empty:
        return []
    known = figures(context, sites, utilisation=utilisation)
    found = assess(context, known, utilisation=utilisation)
    if not with_remedies:
        return found
    offered = remedies(context, sites, known, found, utilisation=utilisation)
    return [replace(one, remedies=some) for one, some in zip(found, offered, strict=True)]


def compare(screenings: Sequence[Screening], language: str) -> pd.DataFrame:
    """
    Set up to `MAX_COMPARED` sites side by side.

    Returns
    -------
    DataFrame
        Text in the language: a row for each figure, a column for each site, under its name (with
        its number in the list where two are called the same).

    Raises
    ------
    ParameterError
        If there are more.
    """
    if len(screenings) > MAX_COMPARED:
        raise ParameterError("error.too_many_to_compare", count=len(screenings), most=MAX_COMPARED)
    names = [label(screening) for screening in screenings]
    heads = [
        name if names.count(name) == 1 else f"{name} ({number})"
        for number, name in enumerate(names, start=1)
    ]
    columns = [
        {
            say(text, language): _in_one_unit(said, language)
            for text, said in _cells(screening).items()
        }
        for screening in screenings
    ]
    return pd.DataFrame(columns, index=heads).T


def _in_one_unit(said: Amount | Remark, language: str) -> str:
    """Say a cell so that sites can be compared: areas in dekar, lengths in metres, all of them."""
    if isinstance(said, Amount) and said.value is not None:
        if said.unit == "daa":
            return i18n.daa(said.value, language)
        if said.unit == "kilometres":
            return f"{i18n.number(said.value, language)}\N{NO-BREAK SPACE}m"
    return said.say(language)


def _cells(screening: Screening) -> dict[str, Amount | Remark]:
    rows = [(figure.compared, row) for row, figure in FIGURES.items() if figure.compared]
    cells = {text: cell(screening, row) for text, row in rows}
    if screening.roads_sketched:
        cells = {_SKETCHED.get(text, text): said for text, said in cells.items()}
    cells["compare.densification"] = Amount(screening.densification_bra_m2)  # m² by its heading
    return cells | {row.kind.msgid: row.status for row in constraints(screening)}
