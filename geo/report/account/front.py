"""The first and the last chapters: what the document is, what it rests on, how it is made again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.growth.open_cases import open_cases
from geo.i18n import Remark
from geo.land import table
from geo.land.notes import of_account
from geo.report import page
from geo.report.content import sentence
from geo.report.sources import badges as badge_sentences
from geo.report.word.elements import Cell
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from geo.report.account.paper import Paper
    from geo.report.recipe import DocumentRecipe
    from geo.report.word.elements import Row

_RESERVE, _FLOOR = "reserve_m2", "densification_bra_m2"
_UNITS: Final = {
    "building_buffer_m": "m",
    "min_part_m2": "m²",
    "min_width_m": "m",
    "max_utilisation": "%",
}
# Parameters that are read in a source; the others are our assumptions (A).
_SOURCED: Final = frozenset({"building_buffer_m", "min_part_m2"})


def front(paper: Paper, calculation_id: str) -> None:
    """Write the title page, with what the figures rest on in clear text."""
    word, desk = paper.word, paper.facts.workspace
    pack = desk.pack
    word.front(paper.t("account_report.title"), "Title")
    word.front(quote(pack.name), "Subtitle")
    word.front(paper.moment(word.at), "Subtitle")
    parts = {
        "pack": quote(pack.name),
        "built": quote(pack.built) if pack.built else Remark("unknown"),
        "hash": pack.sha256[: page.HASH_SHOWN],
        "id": calculation_id,
    }
    word.paragraph(Remark("account_report.rests_on", parts).say(paper.language))
    if desk.listed is not None:
        word.paragraph(sentence(desk.listed.say(paper.language)))
    name = table.demonstration_for(pack)
    if name is not None:
        word.remark(paper.t("account_report.demonstration", name=quote(name)))
    held = {one for found in paper.facts.badges.values() for one in found}
    for said in badge_sentences(held, paper.language):
        word.remark(said)
    word.contents()


def summary(paper: Paper) -> None:
    """Write the main figures in words, and what is not known."""
    word, facts = paper.word, paper.facts
    word.heading(paper.t("account_report.summary"), new_page=True)
    land, count = facts.land, len(facts.zones)
    if land is None:
        word.paragraph(paper.lacking("land") or paper.t("unknown"))
    else:
        parts = {
            "reserve": paper.with_mark(paper.area(land[_RESERVE]), "land"),
            "gross": paper.area(land["gross_m2"]),
        }
        word.paragraph(paper.t("account_report.said_reserve", count=count, **parts))
        floor = paper.with_mark(paper.densification(land), "land")
        word.paragraph(paper.t("account_report.said_floor", floor=floor))
    account = facts.account
    if account is None:
        word.paragraph(paper.lacking("rule") or paper.t("unknown"))
    else:
        estimated = ("estimated",) if account.terms.estimates and len(account.estimated) else ()
        for variant, result in zip(("counted", "regional"), account, strict=True):
            parts = {
                "share": paper.with_mark(paper.share(result), "rule", *estimated),
                "verdict": paper.verdict(result),
            }
            word.paragraph(paper.t(f"account_report.said_rule_{variant}", **parts))
    word.heading(paper.t("account_report.unknown"), 2)
    word.bullets(unknowns(paper) or [paper.t("account_report.nothing_unknown")])


def unknowns(paper: Paper) -> list[str]:
    """Say in a line each what the figures leave open."""
    facts, said = paper.facts, []
    land, account = facts.land, facts.account
    if land is not None:
        if land["unknown_plots"]:
            parts = {"count": land["unknown_plots"], "all": paper.number(land["plots"])}
            said.append(paper.t("reserve.unknown", **parts))
        if land["excluded_m2"] is None:
            said.append(paper.t("reserve.not_mapped"))
        if land["unknown_reserve_m2"]:
            area = paper.area(land["unknown_reserve_m2"])
            said.append(paper.t("reserve.unknown_reserve", area=area))
        said += [paper.say(one) for one in of_account(facts.workspace.land(facts.rules))]
    if account is not None and len(account.not_estimable):
        said.append(paper.t("account_report.not_estimable", count=len(account.not_estimable)))
    if facts.unassigned:
        said.append(paper.t("zone.cases_unassigned", count=len(facts.unassigned)))
    gaps = (paper.lacking(section) for section in facts.lacking)
    return [*said, *dict.fromkeys(gap for gap in gaps if gap)]


def method(paper: Paper) -> None:
    """Write what the words mean, and every parameter with its value and whose it is."""
    word, facts = paper.word, paper.facts
    word.heading(paper.t("account_report.method"), new_page=True)
    word.bullets(
        paper.t(f"account_report.means_{one}")
        for one in ("account", "reserve", "floor", "rule", "groups", "constraints", "areas")
    )
    rows: list[Row] = [_parameter(paper, name) for name in table.PARAMETERS]
    terms, chosen = facts.terms, paper.t("account_report.chosen")
    target = paper.t("account_report.target"), paper.percent(terms.target)
    rows.append([*target, paper.t("account_report.of_strategy")])
    said = {"estimates": terms.estimates, "basis": terms.net, "adopted": terms.adopted_only}
    for name, is_so in said.items():
        shown = paper.t(f"rule.{name}_{str(is_so).lower()}")
        rows.append([paper.t(f"rule.{name}"), shown, chosen])
    years = "–".join("" if one is None else str(one) for one in (terms.from_year, terms.to_year))
    period = years if terms.has_period else paper.t("account_report.all_years")
    rows.append([paper.t("account_report.period"), period, chosen])
    if terms.statuses is not None:
        listed = ", ".join(paper.t(f"status.{one}") for one in terms.statuses)
        rows.append([paper.t("rule.statuses"), listed, chosen])
    head = [paper.t(f"account_report.{one}") for one in ("parameter", "value", "whose")]
    paper.table(paper.t("account_report.parameters"), head, rows, (6, 3, 4))
    _norms(paper)


def _parameter(paper: Paper, name: str) -> Row:
    value, unit = getattr(paper.facts.rules, name), _UNITS[name]
    shown = f"{paper.number(value, 1 if value % 1 else 0)} {unit}"
    whose = paper.t(f"account_report.{'sourced' if name in _SOURCED else 'assumed'}")
    said = paper.percent(value) if unit == "%" else shown
    return [paper.t(f"account_report.{name}"), said, whose]


def _norms(paper: Paper) -> None:
    rows: list[Row] = []
    for norm in paper.facts.workspace.norms.values():
        source = norm.source_en if paper.language == "en" else norm.source
        whose = paper.t("account_report.assumed") if norm.mark == "A" else ""
        ends = [paper.number(one, 1 if one % 1 else 0) for one in (norm.low, norm.high)]
        used = [paper.number(one, 2) for one in norm.utilisation]
        rows.append(
            [
                paper.business(norm.business_type),
                Cell("–".join(dict.fromkeys(ends)), whose),
                Cell("–".join(dict.fromkeys(used)), paper.t("account_report.assumed")),
                " ".join([norm.basis, f"({norm.year})" if norm.year else ""]).strip(),
                source,
            ]
        )
    head = [
        paper.t(f"account_report.{one}")
        for one in ("business", "m2_per_job", "utilisation", "basis", "source")
    ]
    caption = paper.t("account_report.norms")
    paper.table(caption, head, rows, (4, 2.6, 2.6, 3, 6), numbers={1, 2})


def open_ends(paper: Paper) -> None:
    """Write all cases in no sum, with why, and all else that is not known."""
    word, facts = paper.word, paper.facts
    word.heading(paper.t("account_report.open"), new_page=True)
    word.bullets(unknowns(paper) or [paper.t("account_report.nothing_unknown")])
    if facts.account is None:
        return
    account, directory = facts.account, facts.workspace.pack.directory
    cases = open_cases(account, {z.zone_id: z.name for z in facts.zones}, directory)
    if cases:
        word.heading(paper.t("account_report.open_cases"), 2)
        word.bullets(sentence(paper.say(one)) for one in cases)


def sources(paper: Paper) -> None:
    """Write where each layer comes from, its licence, date, accuracy and badges."""
    word, pack = paper.word, paper.facts.workspace.pack
    word.heading(paper.t("account_report.sources"), new_page=True)
    unknown = paper.t("unknown")
    rows: list[Row] = []
    for layer in pack.layers:
        info = pack.info(layer)
        said = [paper.own(one) for one in (info.source, info.licence, info.date, info.accuracy)]
        marked = paper.mark(pack.badges(layer)) or "–"
        rows.append(
            [paper.t(f"layer.{layer}").capitalize(), *(one or unknown for one in said), marked]
        )
    head = [
        paper.t(f"account_report.{one}")
        for one in ("layer", "source", "licence", "date", "accuracy", "marked")
    ]
    caption = paper.t("account_report.sources_table")
    paper.table(caption, head, rows, (3, 5, 3, 2, 3.4, 2.4))


def again(paper: Paper, recipe: DocumentRecipe, *, saved: bool) -> None:
    """Write how the same document is made again; `saved` is whether its id alone is enough."""
    word, listed = paper.word, paper.facts.workspace.listed
    word.heading(paper.t("sheet.again"))
    parts = {
        "id": recipe.calculation_id,
        "hash": recipe.pack_sha256,
        "projects": "" if listed is None else sentence(listed.say(paper.language)),
    }
    said = "account_report.again_saved" if saved else "sheet.again_unsaved"
    word.paragraph(paper.t(said, **parts))
    if recipe.earlier_pack_sha256 is not None:
        word.paragraph(paper.t("account_report.again_earlier", hash=recipe.earlier_pack_sha256))
