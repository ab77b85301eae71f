"""The sheet of a zone (områdeark): two pages as a rule, with the figures of screen and commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.growth.share import counts
from geo.i18n import percent, say
from geo.report import content, zone_content
from geo.report.assumptions import assumptions
from geo.report.frame import Size
from geo.report.labels import Label
from geo.report.map import Layout, map_svg
from geo.report.model import RESTS_ON
from geo.report.page import head_and_foot
from geo.report.sources import badges, own, together
from geo.report.typesetting import pdf
from geo.schema.manifest import BADGES
from geo.schema.text import slug

if TYPE_CHECKING:
    from datetime import datetime

    from geo.report.map import Map
    from geo.report.model import ZoneFacts
    from geo.report.recipe import DocumentRecipe
    from geo.report.zone_facts import AllFacts

ENDING: Final = ".pdf"
MIME: Final = "application/pdf"
_MAP: Final = Size(174.0, 76.0)
_SURROUNDINGS: Final = 1.25
_ON_MAP: Final = frozenset({"municipality", "context"})


@dataclass(frozen=True, kw_only=True)
class Made:
    """
    When a document was made, and what it can be made again from.

    Attributes
    ----------
    recipe
        What its figures follow from; its id is the document's.
    at
        With a time zone, in which it is written.
    saved
        Whether the recipe is saved, so that the id alone is enough.
    """

    recipe: DocumentRecipe
    at: datetime
    saved: bool = False


def file_name(name: str, zone_id: str, language: str) -> str:
    """Return what the sheet of a zone of this name is called as a file."""
    called = slug(name, otherwise=slug(zone_id, otherwise="zone"))
    return f"{say('sheet.file', language)}-{called}{ENDING}"


def sheet_bytes(facts: AllFacts, zone_id: str, language: str, made: Made) -> bytes:
    """
    Return a zone's sheet as PDF. The same facts and time give the same bytes.

    Raises
    ------
    ParameterError
        If there is no such zone.
    NaeringsarealError
        As `geo.report.zone_facts.AllFacts`.
    """
    zone = facts.zone(zone_id)
    said, pictures = _content(facts, zone, language, made)
    title = say("sheet.title", language, zone=zone.own(zone.name, language))
    return pdf("zone_sheet", said, title=title, language=language, at=made.at, pictures=pictures)


def _content(
    facts: AllFacts, zone: ZoneFacts, language: str, made: Made
) -> tuple[dict[str, Any], dict[str, bytes]]:
    pack = facts.workspace.pack
    name = zone.own(zone.name, language)
    drawn = _map(facts, zone, language)
    entry, pictures = drawn.entry("map", name, pack, language, names=_legend(zone, language))
    text, chapter = zone_content.says(zone, language)
    figures = zone_content.key_figures(zone, language)
    carried = {badge for found in zone.badges.values() for badge in found}
    said = {
        "frame": head_and_foot(
            say("sheet.kind", language), pack, language, made.at, made.recipe.calculation_id
        ),
        "badges": badges([one for one in BADGES if one in carried], language),
        "name": name,
        "kind": zone_content.kind_of(zone, language),
        "says": {"heading": say("table.strategy_says", language), "text": text, "source": chapter},
        "map": entry,
        "figures": {
            "heading": say("report.figures", language),
            "rows": [one._asdict() for one in figures],
        },
        "land": _land(zone, language),
        "cases": _cases(zone, language),
        "constraints": _constraints(zone, language),
        "rule": _rule(facts, zone, language),
        "today": None if zone.jobs_today is None else _today(zone, language),
        "lists": [
            {
                "heading": say("report.assumptions", language),
                "rows": assumptions(facts, language),
            },
            {
                "heading": say("report.unknown", language),
                "rows": zone_content.unknowns(zone, language),
            },
            {"heading": say("report.sources", language), "rows": _sources(facts, language)},
        ],
        "again": {"heading": say("sheet.again", language), "text": again(facts, made, language)},
    }
    return said, pictures


def again(facts: AllFacts, made: Made, language: str) -> str:
    """Say how a document is made again, and what its figures follow from."""
    recipe = made.recipe
    listed = facts.workspace.listed
    parts = {
        "id": recipe.calculation_id,
        "hash": recipe.pack_sha256,
        "projects": "" if listed is None else listed.say(language),
    }
    return say("sheet.again_saved" if made.saved else "sheet.again_unsaved", language, **parts)


def _map(facts: AllFacts, zone: ZoneFacts, language: str) -> Map:
    at = facts.workspace
    front: dict[str, Any] = {}
    if facts.land_account is not None:
        parts = facts.land_account.parts
        front["plot_reserve"] = [*parts.geometry[parts["zone_id"] == zone.zone_id]]
    labels = []
    front["zone_outline"] = [zone.geometry]
    if at.estimated is not None:
        cases = at.estimated[at.estimated["zone_id"] == zone.zone_id]
        placed = cases[cases.geometry.notna() & ~cases.geometry.is_empty]
        front["project"] = [*placed.geometry.representative_point()]
        labels = [
            Label(own(str(name), at.pack, language), spot, heavy=False)
            for name, spot in zip(placed["name"], front["project"], strict=True)
        ]
    layout = Layout(size=_MAP, surroundings=_SURROUNDINGS, labels=tuple(labels))
    return map_svg(at.pack, zone.geometry, front, language, layout=layout)


def _legend(zone: ZoneFacts, language: str) -> dict[str, str]:
    """Name what on the map is not to be taken for fact."""
    names = {"plot_reserve": ("share.reserve_m2", "land"), "zone_outline": ("table.zone", "zone")}
    said = {}
    for kind, (text, section) in names.items():
        tags = ", ".join(zone_content.tags(zone, section, language)).lower()
        said[kind] = f"{say(text, language)} ({tags})" if tags else say(text, language)
    said["project"] = say("sheet.case_roughly", language)
    return said


def _section(
    zone: ZoneFacts, section: str, heading: str, language: str, **filled: object
) -> dict[str, Any]:
    """Return a section: its heading, what its figures rest on, or for what nothing is known."""
    about = {"heading": heading, "tags": zone_content.tags(zone, section, language)}
    if section in zone.lacking:
        said = zone_content.lacking(zone, section, language)
        return about | {"tags": [], "missing": said}
    return about | filled | {"missing": ""}


def _land(zone: ZoneFacts, language: str) -> dict[str, Any]:
    heading = say("sheet.land", language)
    if zone.land is None:
        return _section(zone, "land", heading, language)
    return _section(
        zone,
        "land",
        heading,
        language,
        head=[say(one, language) for one in ("sheet.part", "report.area", "table.inside_share")],
        rows=[one._asdict() for one in zone_content.land_parts(zone.land, language)],
        notes=zone_content.land_notes(zone.land, language),
    )


def _cases(zone: ZoneFacts, language: str) -> dict[str, Any]:
    cases = zone.cases or ()
    return _section(
        zone,
        "cases",
        say("zone.cases", language),
        language,
        head=[say(f"table.{one}", language) for one in zone_content.CASE_HEAD],
        rows=zone_content.case_rows(cases, zone.pack_directory, language),
        note=zone_content.jobs_note(zone, language) if cases else say("zone.no_cases", language),
    )


def _constraints(zone: ZoneFacts, language: str) -> dict[str, Any]:
    # Answers are there without layers too: «mangler datagrunnlag». Kinds with one are one row.
    by_answer: dict[tuple[str, ...], list[str]] = {}
    for kind, *answer in content.constraints(zone, language):
        by_answer.setdefault(tuple(answer), []).append(kind)
    rows = [
        (", ".join([first, *(one.lower() for one in others)]), *answer)
        for answer, (first, *others) in by_answer.items()
    ]
    return {
        "heading": say("report.constraints", language),
        "tags": [],
        "missing": "",
        "head": [say(f"report.{one}", language) for one in content.CONSTRAINT_HEAD],
        "rows": rows,
        "note": say("sheet.constraints_note", language),
    }


def _rule(facts: AllFacts, zone: ZoneFacts, language: str) -> dict[str, Any]:
    target = percent(facts.terms.target, language)
    heading = say("sheet.rule", language, target=target)
    if facts.account is None or zone.rule is None:
        return _section(zone, "rule", heading, language)
    names = _variants(facts, language)
    about = _section(
        zone,
        "rule",
        heading,
        language,
        head=[say(f"sheet.rule_{one}", language) for one in zone_content.RULE_HEAD],
        rows=zone_content.rule_rows(zone.rule, facts.account, names, language),
        note=say("sheet.rule_note", language),
    )
    estimates = facts.terms.estimates and bool(len(facts.account.estimated))
    return about | {"tags": zone_content.tags(zone, "rule", language, estimate=estimates)}


def _variants(facts: AllFacts, language: str) -> tuple[str, str]:
    """Name both variants: the second by the areas that only it counts."""
    pack = facts.workspace.pack
    areas = pack.layer("growth_areas")
    others = [own(str(one), pack, language) for one in areas["name"][~counts(areas)]]
    if not others:
        return say("rule.gross", language), say("rule.all_areas", language)
    named = f" {say('and', language)} ".join(others)
    return say("rule.gross", language), say("rule.with_regional", language, names=named)


def _today(zone: ZoneFacts, language: str) -> dict[str, Any]:
    return _section(
        zone,
        "jobs_today",
        say("jobs_today.heading", language),
        language,
        rows=[one._asdict() for one in zone_content.jobs_today_rows(zone, language)],
        note=say("jobs_today.jobs_help", language),
    )


def _sources(facts: AllFacts, language: str) -> list[str]:
    used = {layer for layers in RESTS_ON.values() for layer in layers} | _ON_MAP
    said = together(facts.workspace.pack, used, language)
    listed = facts.workspace.listed
    return said if listed is None else [*said, listed.say(language)]
