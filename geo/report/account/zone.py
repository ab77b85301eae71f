"""The chapter of a zone: map, the strategy's words, account, plan cases, constraints, the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.i18n import Amount, Remark
from geo.land.pieces import PIECE_AREAS
from geo.report import words
from geo.report.account import picture
from geo.report.account.paper import jobs_of
from geo.report.word.elements import Cell
from geo.schema.coercion import quote
from geo.screening.find_words import details

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.report.account.paper import Paper
    from geo.report.model import ZoneFacts
    from geo.report.word.elements import Row
    from geo.screening.model import Constraint

_FLOOR: Final = "densification_bra_m2"
_DETAILS: Final = 300  # characters of what is said of single constraints; a register may say pages


def write(paper: Paper, zone: ZoneFacts) -> None:
    """Write the chapter of one zone, on a page of its own."""
    word = paper.word
    word.heading(paper.name(zone.name), new_page=True)
    word.paragraph(_kind(paper, zone))
    if zone.illustrative:
        word.remark(paper.t("export.illustrative"))
    picture.of_zone(paper, zone)
    word.heading(paper.t("account_report.strategy"), 2)
    word.paragraph(paper.own(zone.status_text) or paper.t("zone.no_status_text"))
    if zone.status_chapter:
        word.paragraph(paper.t("strategy.chapter", chapter=paper.name(zone.status_chapter)))
    _place(paper, zone)
    _land(paper, zone)
    _cases(paper, zone)
    _constraints(paper, zone)


def _kind(paper: Paper, zone: ZoneFacts) -> str:
    codes = {"zone_type": zone.zone_type, "abc": zone.abc}
    said = [paper.term(kind, code) for kind, code in codes.items() if code]
    said.append(paper.with_mark(paper.area(zone.area_m2), "zone"))
    return " · ".join(said)


def _land(paper: Paper, zone: ZoneFacts) -> None:
    """Write where the zone's business land went, and densification apart from it."""
    word, land = paper.word, zone.land
    word.heading(paper.t("account_report.land"), 2)
    if land is None:
        word.paragraph(paper.lacking("land") or paper.t("unknown"))
        return
    whole, *parts = PIECE_AREAS
    rows: list[Row] = [_part(paper, land, one, whole) for one in (*parts, whole)]
    head = [paper.t(f"account_report.{one}") for one in ("part", "area", "of_whole")]
    caption = paper.t("account_report.land_of", zone=paper.name(zone.name))
    paper.table(caption, head, rows, (4, 4, 4), numbers={1, 2}, totals=1, beside=True)
    floor: list[Row] = [
        [paper.t(f"account_report.{one}"), cell]
        for one, cell in (
            (_FLOOR, paper.cell(paper.densification(land), "land")),
            ("unknown_plots_of", _plots(paper, land)),
            ("jobs_reserve", _room(paper, land, "reserve")),
            ("jobs_floor", _room(paper, land, "densification")),
        )
    ]
    head = [paper.t(f"account_report.{one}") for one in ("figure", "value")]
    caption = paper.t("account_report.floor_of", zone=paper.name(zone.name))
    paper.table(caption, head, floor, (6, 6), numbers={1}, beside=True)
    word.paragraph(paper.t("sheet.rounded"))
    if land["excluded_m2"] is None:
        word.paragraph(paper.t("reserve.not_mapped"))
    for name in ("unplotted_m2", "water_m2"):
        if land[name]:
            said = paper.with_mark(paper.amount(land[name], "daa"), "land")
            word.paragraph(paper.t(f"account_report.{name}", area=said))


def _part(paper: Paper, land: dict[str, Any], name: str, whole: str) -> Row:
    share = None if land[name] is None or not land[whole] else land[name] / land[whole]
    said = "–" if not land[whole] else paper.amount(share, "percent")
    return [
        Cell(paper.t(f"account_report.{name}")),
        paper.cell(paper.area(land[name]), "land"),
        paper.cell(said, "land"),
    ]


def _plots(paper: Paper, land: dict[str, Any]) -> Cell:
    counts = (paper.number(land[one]) for one in ("unknown_plots", "plots"))
    return paper.cell(
        paper.t("account_report.of_all", **dict(zip(("some", "all"), counts, strict=True))), "land"
    )


def _room(paper: Paper, land: dict[str, Any], kind: str) -> Cell:
    return paper.cell(paper.room(land, kind), "land", "estimated")


def _cases(paper: Paper, zone: ZoneFacts) -> None:
    word = paper.word
    word.heading(paper.t("zone.cases"), 2)
    if zone.cases is None:
        word.paragraph(paper.lacking("cases") or paper.t("unknown"))
        return
    if not zone.cases:
        word.paragraph(paper.t("zone.no_cases"))
        return
    rows: list[Row] = [
        [
            _case_name(paper, one),
            _status(paper, one),
            _size(paper, one),
            jobs_of(paper, one),
            paper.t("unknown") if one["year"] is None else str(int(one["year"])),
            _source(paper, one),
        ]
        for one in zone.cases
    ]
    head = [
        paper.t(f"account_report.{one}")
        for one in ("case", "status", "size", "jobs", "year", "source")
    ]
    caption = paper.t("account_report.cases_of", zone=paper.name(zone.name))
    paper.table(caption, head, rows, (4, 2.4, 2.7, 2.9, 1.5, 3.5), numbers={2, 3, 4})


def _case_name(paper: Paper, case: dict[str, Any]) -> Cell:
    made_up = paper.t("state.synthetic") if case["synthetic"] else ""
    return Cell(paper.name(case["name"]) or quote(case["id"]), made_up)


def _status(paper: Paper, case: dict[str, Any]) -> Cell:
    effect = case["effect"]
    return Cell(
        paper.term("status", case["status"]), paper.term("effect", effect) if effect else ""
    )


def _size(paper: Paper, case: dict[str, Any]) -> Cell:
    """Write floor area where it is known, and the site's area."""
    floor, site = case["gross_area_m2"], case["site_area_m2"]
    said = [paper.floor(floor)] if floor is not None else []
    said += [paper.t("account_report.site", area=paper.area(site))] if site is not None else []
    made_up = paper.t("state.synthetic") if case["synthetic"] else ""
    return Cell("; ".join(said), made_up) if said else Cell(paper.t("unknown"))


def _source(paper: Paper, case: dict[str, Any]) -> str:
    said = [paper.name(one) for one in (case["source"], case["case_ref"]) if one]
    if case["accuracy_m"] is not None:
        said.append(f"± {paper.number(case['accuracy_m'])} m")
    return "; ".join(said) or paper.t("report.unknown_source")


def _constraints(paper: Paper, zone: ZoneFacts) -> None:
    """Write one of three answers for every kind; what is made up is not assessed."""
    paper.word.heading(paper.t("report.constraints"), 2)
    rows: list[Row] = [_constraint(paper, one) for one in zone.constraints.values()]
    head = [paper.t(f"report.{one}") for one in ("kind", "answer", "overlap", "mapped", "source")]
    caption = paper.t("account_report.constraints_of", zone=paper.name(zone.name))
    paper.table(caption, head, rows, (3.2, 5, 2.4, 1.9, 4), numbers={2, 3})


def _constraint(paper: Paper, found: Constraint) -> Row:
    answer = "screen.not_assessed" if found.synthetic else f"constraint_status.{found.status}"
    said = [Remark(answer).say(paper.language)]
    if found.severity:
        said.append(paper.t(f"severity.{found.severity}"))
    text = ", ".join(said).capitalize()
    told = details(found)
    if told is not None:
        more = told.say(paper.language)
        text += f": {more if len(more) <= _DETAILS else more[: _DETAILS - 1] + '…'}"
    overlap = Amount(found.m2, "square_metres").say(paper.language)
    return [
        paper.t(f"constraint.{found.kind}").capitalize(),
        text,
        paper.cell(overlap, "constraints") if found.m2 else overlap,
        paper.amount(found.mapped_share, "percent"),
        paper.name(found.source) or "–",
    ]


def _place(paper: Paper, zone: ZoneFacts) -> None:
    """Write growth areas, station, planned jobs and jobs today."""
    paper.word.heading(paper.t("account_report.place"), 2)
    head = [paper.t(f"account_report.{one}") for one in ("figure", "value")]
    caption = paper.t("account_report.place_of", zone=paper.name(zone.name))
    rows: list[Row] = [[label, cell] for label, cell in _figures(paper, zone)]
    paper.table(caption, head, rows, (6, 6), numbers={1}, beside=True)


def _figures(paper: Paper, zone: ZoneFacts) -> Iterable[tuple[str, Cell]]:
    growth = zone.growth or {}
    for name, label in (("growth_share", "growth"), ("growth_share_regional", "regional")):
        said = paper.amount(growth.get(name), "percent")
        yield paper.t(f"report.{label}"), paper.cell(said, "growth")
    station = zone.nearest_station
    if station is None:
        yield paper.t("report.station"), Cell(paper.t("report.no_data"))
    else:
        way = paper.amount(station["distance_m"], "kilometres")
        name = quote(station["name"]) if station["name"] else paper.t("screen.no_name")
        said = paper.t("account_report.station", name=name, distance=way)
        yield paper.t("report.station"), paper.cell(said, "station")
    today = zone.jobs_today
    if today is None:
        yield paper.t("jobs_today.heading"), Cell(paper.t("report.no_data"))
        return
    said = words.jobs_today(today, paper.language)
    yield paper.t("jobs_today.heading"), paper.cell(said, "jobs_today")
    firms = paper.number(today["firms_today"])
    yield paper.t("jobs_today.firms"), paper.cell(firms, "jobs_today")
    if today["firms_today_unknown"]:
        number = paper.number(today["firms_today_unknown"])
        yield paper.t("account_report.firms_unknown"), paper.cell(number, "jobs_today")


def unassigned(paper: Paper) -> None:
    """Write the plan cases that name no zone."""
    cases = paper.facts.unassigned
    if not cases:
        return
    rows: list[Row] = [
        [_case_name(paper, one), _status(paper, one), jobs_of(paper, one), _source(paper, one)]
        for one in cases
    ]
    head = [paper.t(f"account_report.{one}") for one in ("case", "status", "jobs", "source")]
    caption = paper.t("account_report.unassigned")
    paper.table(caption, head, rows, (4, 3, 3, 5), numbers={2})
