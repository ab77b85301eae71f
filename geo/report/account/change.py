"""The chapter of what has changed: the figures of an earlier version of the pack beside today's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n import Remark
from geo.pack.location import EMBEDDED
from geo.report import page
from geo.report.word.elements import Cell

if TYPE_CHECKING:
    from geo.pack.diff import LayerFacts
    from geo.report.account.paper import Paper
    from geo.report.account.since import FigureChange, Since, ZoneChange
from geo.report.word.elements import Row

_AREAS: Final = frozenset({"zones_area_m2", "growth_area_m2", "reserve_m2", "area_m2"})
_FLOORS: Final = frozenset({"densification_bra_m2"})
_SHARES: Final = frozenset({"rule_share", "rule_share_regional"})


def write(paper: Paper, found: Since | None) -> None:
    """Write the chapter, or that nothing was chosen to hold the figures against."""
    word = paper.word
    if found is None:
        word.heading(paper.t("account_report.change"))
        word.paragraph(paper.t("account_report.change_none"))
        return
    word.heading(paper.t("account_report.change"), new_page=True)
    at = paper.t("data.embedded") if found.at is None else paper.moment(found.at)
    version = at if found.version == EMBEDDED else f"{at} ({found.version})"
    parts = {"version": version, "hash": found.sha256[: page.HASH_SHOWN]}
    word.paragraph(paper.t("account_report.change_of", **parts))
    same = "account_report.change_list" if found.seq else "account_report.change_own"
    word.paragraph(paper.t(same))
    rows: list[Row] = [
        [Cell(paper.t(f"data.figure_{name}")), *_cells(paper, name, one)]
        for name, one in found.figures.items()
    ]
    head = [paper.t(f"account_report.{one}") for one in ("figure", "then", "now", "difference")]
    caption = paper.t("account_report.change_figures")
    paper.table(caption, head, rows, (5, 3, 3, 4), numbers={1, 2, 3})
    if found.zones:
        _zones(paper, found)
    _layers(paper, found)


def _cells(paper: Paper, name: str, one: FigureChange) -> list[Cell]:
    then = _side(paper, name, one.then, one.badges_then)
    now = _side(paper, name, one.now, one.badges_now)
    return [then, now, _difference(paper, name, one)]


def _side(paper: Paper, name: str, value: float | None, badges: tuple[str, ...]) -> Cell:
    said = _written(paper, name, value)
    return Cell(said, "" if value is None else paper.mark(badges))


def _difference(paper: Paper, name: str, one: FigureChange) -> Cell:
    if one.difference is None:
        return Cell(paper.t("account_report.not_compared"), paper.t(f"since.why_{one.why_not}"))
    if one.then is None or one.now is None or _same(paper, name, one):
        return Cell("–")
    sign = "+" if one.difference > 0 else "\N{MINUS SIGN}"
    if name in _SHARES:
        points = paper.number(100 * abs(one.difference), 1)
        return Cell(sign + paper.t("data.points", points=points))
    return Cell(sign + _written(paper, name, abs(one.difference)), paper.mark(one.badges_now))


def _same(paper: Paper, name: str, one: FigureChange) -> bool:
    return _written(paper, name, one.then) == _written(paper, name, one.now)


def _written(paper: Paper, name: str, value: float | None) -> str:
    if name in _SHARES:
        return paper.percent(value, 1)
    if name in _AREAS:
        return paper.area(value)
    return paper.floor(value) if name in _FLOORS else paper.number(value)


def _zones(paper: Paper, found: Since) -> None:
    rows: list[Row] = [_zone(paper, one) for one in found.zones]
    figures = ("area_m2", "reserve_m2", "densification_bra_m2")
    head = [
        paper.t("cli.reserve_zone"),
        *(paper.t(f"account_report.change_{one}") for one in figures),
    ]
    caption = paper.t("account_report.change_zones")
    paper.table(caption, head, rows, (4, 4, 4, 4), numbers={1, 2, 3})


def _zone(paper: Paper, one: ZoneChange) -> Row:
    state = "changed" if one.there_then and one.there_now else "gone" if one.there_then else "new"
    cells = []
    for name, figure in one.figures.items():
        sides = [
            _written(paper, name, value) if there else "–"
            for value, there in ((figure.then, one.there_then), (figure.now, one.there_now))
        ]
        marks = paper.mark({*figure.badges_then, *figure.badges_now})
        cells.append(Cell(" → ".join(sides), marks))
    return [Cell(paper.name(one.name), paper.t(f"data.zone_{state}")), *cells]


def _layers(paper: Paper, found: Since) -> None:
    if not found.layers:
        paper.word.paragraph(paper.t("account_report.change_no_layers"))
        return
    rows: list[Row] = [
        [
            paper.t(f"layer.{one.layer}").capitalize(),
            _features(paper, one.before),
            _features(paper, one.after),
            *(paper.number(n) for n in (one.added, one.removed, one.changed)),
        ]
        for one in found.layers
    ]
    head = [
        paper.t("account_report.layer"),
        *(paper.t(f"account_report.{one}") for one in ("then", "now")),
        *(paper.t(f"data.{one}") for one in ("added", "removed", "changed")),
    ]
    caption = paper.t("account_report.change_layers")
    paper.table(caption, head, rows, (5, 2, 2, 2, 2, 2), numbers=range(1, 6))


def _features(paper: Paper, side: LayerFacts | None) -> str:
    if side is None:
        return Remark("state.missing").say(paper.language)
    return paper.number(side.features)
