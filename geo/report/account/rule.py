"""The chapter of the 90 % rule: both variants, what is known, with estimates, and over time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo.growth.open_cases import dominant_cases
from geo.growth.rule import SUFFIXES
from geo.growth.timeline import by_year
from geo.report.account import charts, picture
from geo.report.content import sentence
from geo.styles import INSIDE, LINE_COLOURS

if TYPE_CHECKING:
    from geo.growth.account import RuleAccount
    from geo.growth.rule import RuleResult, Variants
    from geo.report.account.paper import Paper
    from geo.report.word.elements import Cell, Row


def rule(paper: Paper) -> None:
    """Write what the rule says, by both variants, of what is known and with estimates."""
    word, account = paper.word, paper.facts.account
    target = paper.percent(paper.facts.terms.target)
    word.heading(paper.t("account_report.rule", target=target), new_page=True)
    if account is None:
        word.paragraph(paper.lacking("rule") or paper.t("unknown"))
        return
    word.paragraph(paper.t("account_report.means_rule"))
    word.paragraph(paper.t("rule.variants_help"))
    sets: list[tuple[str, Variants[RuleResult], tuple[str, ...]]] = [("known", account.known, ())]
    if account.terms.estimates:
        sets.append(("with_estimates", account, ("estimated",)))
    rows: list[Row] = [
        [
            paper.t(f"account_report.rule_{name}"),
            paper.t(f"report.rule_{variant}"),
            *_rule_cells(paper, result, marks, judged=bool(marks) or len(sets) == 1),
        ]
        for name, results, marks in sets
        for variant, result in zip(("counted", "regional"), results, strict=True)
    ]
    head = [
        paper.t(f"account_report.{one}")
        for one in ("rule_figures", "rule_areas", "inside", "outside", "share", "verdict", "room")
    ]
    paper.table(
        paper.t("account_report.rule_table", target=target),
        head,
        rows,
        (2.6, 3, 2.6, 2.6, 2.8, 2.6, 2.6),
        numbers={2, 3, 4, 6},
    )
    word.bullets(
        sentence(paper.say(one))
        for one in dominant_cases(account, paper.facts.workspace.pack.directory)
    )
    _over_time(paper, account)


def _rule_cells(
    paper: Paper, result: RuleResult, marks: tuple[str, ...], *, judged: bool
) -> list[Cell]:
    spans = [
        paper.span(getattr(result, f"jobs_{side}_low"), getattr(result, f"jobs_{side}_high"))
        for side in ("inside", "outside")
    ]
    room = result.headroom_outside
    said = paper.number(room) if round(room) >= 0 else paper.t("report.rule_over", over=-room)
    return [
        *(paper.cell(one, "rule", *marks) for one in spans),
        paper.cell(paper.share(result), "rule", *marks),
        paper.cell(paper.verdict(result) if judged else "–", "rule", *marks),
        paper.cell("–" if result.share is None else said, "rule", *marks),
    ]


def _over_time(paper: Paper, account: RuleAccount) -> None:
    found = by_year(paper.facts.workspace.prepared, account.terms, cumulative=True).table
    lines = []
    for variant, suffix, colour in zip(
        ("counted", "regional"), SUFFIXES, (INSIDE, LINE_COLOURS[1]), strict=True
    ):
        ends = [f"share{one}{suffix}" for one in ("_low", "", "_high")]
        points = {year: (low, middle, high) for year, low, middle, high in found[ends].itertuples()}
        name = paper.t(f"report.rule_{variant}")
        lines.append(charts.Line(name=name, colour=colour, points=points))
    if not any(not math.isnan(one[1]) for line in lines for one in line.points.values()):
        return
    heights = {share: paper.percent(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)}
    more = ("estimated",) if account.terms.estimates and len(account.estimated) else ()
    mark = paper.mark(paper.facts.badges["rule"], *more)
    drawn = charts.over_years(lines, account.counted.target, heights, mark)
    caption = paper.with_mark(paper.t("account_report.over_time"), "rule", *more)
    picture.put(paper, drawn, alt=caption, caption=caption)
