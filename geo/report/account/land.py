"""The chapter of the municipality's land: a table by zone that sums to the whole, and charts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geo.errors import NaeringsarealError
from geo.i18n import Remark
from geo.indicators import TOLERANCE
from geo.land import table
from geo.land.pieces import PIECE_AREAS
from geo.report.account import charts, picture
from geo.styles import CLASS_COLOURS, SHARE_COLOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.report.account.paper import Paper
    from geo.report.model import ZoneFacts
    from geo.report.word.elements import Cell, Row

_RESERVE, _FLOOR = "reserve_m2", "densification_bra_m2"


def require_whole(paper: Paper) -> None:
    """
    Hold the zones' land against the municipality's (domain rule: parts are the whole).

    Raises
    ------
    NaeringsarealError
        If they differ by more than a thousandth.
    """
    whole = paper.facts.land
    for figure in (*PIECE_AREAS, _FLOOR) if whole is not None else ():
        parts = [(zone.land or {})[figure] for zone in paper.facts.zones]
        total = whole[figure] if whole is not None else None
        if total is None or not parts:
            continue
        summed = math.fsum(one for one in parts if one is not None)
        if abs(summed - total) > max(1.0, TOLERANCE * abs(total)):
            name = Remark(f"account_report.{figure}")
            raise NaeringsarealError(
                "error.parts_not_whole", figure=name, parts=summed, whole=total
            )


def municipality(paper: Paper) -> None:
    """Write the account of all zones: every column sums to its last row."""
    word, facts = paper.word, paper.facts
    word.heading(paper.t("account_report.whole"), new_page=True)
    picture.of_zones(paper)
    if facts.land is None:
        word.paragraph(paper.lacking("land") or paper.t("unknown"))
    else:
        require_whole(paper)
        _charts(paper, "where")
        _land_table(paper)
        _charts(paper, "beside")
        _capacity_table(paper)
    if facts.jobs is not None:
        _jobs_table(paper)


def _land_table(paper: Paper) -> None:
    facts = paper.facts
    rows: list[Row] = [
        [paper.name(zone.name), *_land_cells(paper, zone.land or {})] for zone in facts.zones
    ]
    rows.append([paper.t("cli.reserve_total"), *_land_cells(paper, facts.land or {})])
    head = [
        paper.t("cli.reserve_zone"),
        *(paper.t(f"cli.reserve_{one}") for one in (*PIECE_AREAS, _FLOOR)),
        paper.t("cli.reserve_unknown_plots"),
    ]
    widths = (3.9, *(2.1,) * len(PIECE_AREAS), 2.5, 1.9)
    caption = paper.t("account_report.land_by_zone")
    numbers = range(1, len(head))
    paper.table(caption, head, rows, widths, numbers=numbers, totals=1)
    land = facts.land or {}
    error = table.imbalance(land["balance_error_m2"], paper.language)
    paper.word.paragraph(paper.t("account_report.balance", error=error))


def _land_cells(paper: Paper, land: dict[str, Any]) -> list[Cell]:
    areas = [paper.cell(paper.area(land[one]), "land") for one in PIECE_AREAS]
    return [
        *areas,
        paper.cell(paper.number(land[_FLOOR]), "land"),
        paper.cell(paper.number(land["unknown_plots"]), "land"),
    ]


def _capacity_table(paper: Paper) -> None:
    """Jobs that vacant land and densification have room for: two columns that are not added."""
    rows: list[Row] = []
    for zone in paper.facts.zones:
        cells = [paper.room(zone.land or {}, kind) for kind in ("reserve", "densification")]
        rows.append([paper.name(zone.name), *(_estimate(paper, one, "land") for one in cells)])
    head = [
        paper.t("cli.reserve_zone"),
        *(paper.t(f"account_report.jobs_{one}") for one in ("reserve", "floor")),
    ]
    caption = paper.t("account_report.capacity_by_zone")
    paper.table(caption, head, rows, (5, 4, 4), numbers={1, 2})


def _estimate(paper: Paper, said: str, section: str) -> Cell:
    return paper.cell(said, section, "estimated")


def _jobs_table(paper: Paper) -> None:
    facts, whole = paper.facts, paper.facts.jobs or {}
    rows: list[Row] = [
        [paper.name(zone.name), *_jobs_cells(paper, zone.jobs or {})] for zone in facts.zones
    ]
    rows.append([paper.t("account_report.all_cases"), *_jobs_cells(paper, whole)])
    head = [
        paper.t("cli.reserve_zone"),
        *(paper.t(f"account_report.{one}") for one in ("cases", "jobs_known", "jobs_estimated")),
        paper.t("account_report.cases_unknown"),
    ]
    caption = paper.t("account_report.jobs_by_zone")
    paper.table(caption, head, rows, (5, 2, 3, 3, 3), numbers=range(1, 5), totals=1)
    if facts.unassigned:
        paper.word.paragraph(paper.t("zone.cases_unassigned", count=len(facts.unassigned)))


def _jobs_cells(paper: Paper, jobs: dict[str, Any]) -> list[Cell]:
    known = paper.span(jobs["jobs_low"], jobs["jobs_high"])
    estimated = paper.span(jobs["estimated_low"], jobs["estimated_high"])
    return [
        paper.cell(paper.number(jobs["projects"]), "cases"),
        paper.cell("–" if jobs["jobs_low"] is None else known, "cases"),
        _estimate(paper, estimated if jobs["projects_estimated"] else "–", "cases"),
        paper.cell(paper.number(jobs["projects_unknown"]), "cases"),
    ]


def _charts(paper: Paper, name: str) -> None:
    """Draw where the land went (`where`), or vacant land beside densification (`beside`)."""
    zones, mark = paper.facts.zones, paper.mark_of("land")
    caption = paper.t(f"account_report.chart_{name}")
    caption = f"{caption} ({mark})" if mark else caption
    alt = paper.t(f"account_report.chart_{name}_alt", caption=caption)
    for start in range(0, len(zones), charts.MOST_BARS):
        some = zones[start : start + charts.MOST_BARS]
        drawn = _where(paper, some, mark) if name == "where" else _beside(paper, some, mark)
        picture.put(paper, drawn, alt=alt, caption=caption)


def _where(paper: Paper, zones: Sequence[ZoneFacts], mark: str) -> bytes:
    parts = {paper.t(f"share.{one}"): colour for one, colour in SHARE_COLOURS.items()}
    return charts.stacked(_bars(paper, zones, [*SHARE_COLOURS], "gross_m2"), parts, mark)


def _beside(paper: Paper, zones: Sequence[ZoneFacts], mark: str) -> bytes:
    heads = paper.t("account_report.reserve_m2"), paper.t(f"account_report.{_FLOOR}")
    colours = CLASS_COLOURS["ledig"], CLASS_COLOURS["fortetting"]
    left, right = (_bars(paper, zones, [one], one) for one in (_RESERVE, _FLOOR))
    return charts.beside(left, right, heads, colours, mark)


def _bars(
    paper: Paper, zones: Sequence[ZoneFacts], names: Sequence[str], said: str
) -> list[charts.Bar]:
    write = paper.number if said == _FLOOR else paper.area
    return [
        charts.Bar(
            name=paper.name(zone.name),
            values=[math.nan if land[one] is None else land[one] for one in names],
            said=write(land[said]),
        )
        for zone, land in ((zone, zone.land or {}) for zone in zones)
    ]
