"""What the template of a screening's report is given: a list of the sites, and a part for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.i18n import Amount, Remark, say
from geo.report import content, sources
from geo.report.map import Layout, map_svg
from geo.screening.model import Light
from geo.screening.present import paragraph
from geo.screening.rows import cell, light_remark, name, plainly
from geo.styles import LIGHT_COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.pack.read import Pack
    from geo.screening.context import Context
    from geo.screening.model import Reason, Remedy, Screening

# Beside its colour, every light has a sign and a word.
SIGNS: Final = {
    Light.GREEN: "✓",
    Light.YELLOW: "!",
    Light.RED: "×",
    Light.UNKNOWN: "?",
    Light.UNCERTAIN: "±",
}

_LIST_HEAD: Final = ("number", "site", "answer", "area", "growth_short", "first_page")
_GROWTH: Final = ("growth_areas",)
_RULE: Final = ("growth_areas", "projects")
_CONSTRAINTS: Final = ("constraints", "constraint_coverage")


@dataclass
class ScreeningContent:
    """The content of a report as it is gathered, with the pictures that go with it."""

    context: Context
    pack: Pack
    language: str
    pictures: dict[str, bytes] = field(default_factory=dict)

    def content(self, shown: Sequence[Screening], count: int) -> dict[str, Any]:
        """Return what the template sets: a list where there are several, and the sites shown."""
        return {
            "list": self._list(shown, count) if count > 1 else None,
            "sites": [self._site(one, number) for number, one in enumerate(shown)],
        }

    def _say(self, msgid: str, **parts: object) -> str:
        return say(msgid, self.language, **parts)

    def _badges(self, names: Iterable[str]) -> list[str]:
        return sources.badges(names, self.language)

    def _heads(self, names: Iterable[str]) -> list[str]:
        return [self._say(f"report.{one}") for one in names]

    def _list(self, shown: Sequence[Screening], count: int) -> dict[str, Any]:
        notes = [self._say("report.lead")]
        if count > len(shown):
            notes.append(self._say("report.capped", most=len(shown), count=count))
        return {
            "title": self._say("report.list_title", count=count),
            "badges": self._badges({badge for one in shown for badge in one.badges}),
            "notes": notes,
            "head": self._heads(_LIST_HEAD),
            "growth_note": sources.note(self.pack, _GROWTH, self.language),
            "rows": [
                [
                    str(number),
                    name(one),
                    self._light(one.light),
                    plainly(cell(one, "area_m2"), self.language),
                    cell(one, "growth_share").say(self.language),
                ]
                for number, one in enumerate(shown, start=1)
            ],
        }

    def _light(self, light: Light) -> str:
        return f"{SIGNS[light]} {light_remark(light).say(self.language)}"

    def _site(self, screening: Screening, number: int) -> dict[str, Any]:
        language = self.language
        light = screening.light
        own_id = bool(screening.name and screening.own_id)
        reasons = [self._lit(one) for one in screening.verdict.reasons]
        assumed = self._said(screening.assumptions, "report.no_assumptions")
        return {
            "name": name(screening),
            "id": self._say("report.id", id=screening.id) if own_id else "",
            "badges": self._badges(screening.badges),
            "light": {
                "sign": SIGNS[light],
                "word": light_remark(light).say(language).capitalize(),
                "colour": LIGHT_COLOURS[light],
                "middle": self._middle(screening),
            },
            "why": self._part("why", reasons or [self._say("report.no_reasons")]),
            "map": self._map(screening, number),
            "map_nowhere": self._say("report.map_nowhere"),
            "figures": {
                "title": self._say("report.figures"),
                "rows": content.figures(screening, self.context, language),
            },
            "constraints": {
                "title": self._say("report.constraints"),
                "basis": self._basis(_CONSTRAINTS),
                "head": self._heads(content.CONSTRAINT_HEAD),
                "rows": content.constraints(screening, language),
                "note": self._say("report.flood_class", flood_class=screening.flood_class),
            },
            "rule": self._rule(screening),
            "sensitivity": self._part("sensitivity", content.sensitivity(screening, language)),
            "remedies": self._part("remedies", self._remedies(screening)),
            "case": {
                "title": self._say("report.case_text"),
                "text": paragraph(screening, language),
            },
            "rests_on": [
                self._part("unknown", self._said(screening.unknown, "report.nothing_unknown")),
                self._part("assumptions", assumed),
                self._part("sources", sources.sources(self.pack, language, self.context.made_up)),
            ],
        }

    def _middle(self, screening: Screening) -> str:
        if screening.light == screening.verdict.light:
            return ""
        light = light_remark(screening.verdict.light)
        return Remark("report.light_middle", {"light": light}).say(self.language)

    def _map(self, screening: Screening, number: int) -> dict[str, Any] | None:
        site = screening.geometry
        if site is None or site.is_empty:
            return None
        shown = map_svg(
            self.pack, site, {"drawn": [site]}, self.language, layout=Layout(clear=site)
        )
        said, pictures = shown.entry(f"map-{number}", name(screening), self.pack, self.language)
        self.pictures |= pictures
        empty = "" if shown.layers else self._say("report.map_empty")
        return said | {"caption": f"{empty} {said['caption']}".strip()}

    def _rule(self, screening: Screening) -> dict[str, Any]:
        basis = "report.rule_net" if self.context.terms.net else "report.rule_gross"
        target = Amount(self.context.terms.target, "percent").say(self.language)
        rows = content.rule(screening, self.language)
        return {
            "title": self._say(basis, target=target),
            "basis": self._basis(_RULE) if rows else "",
            "head": self._heads(content.RULE_HEAD),
            "rows": rows,
            "note": content.rule_note(screening, self.language),
        }

    def _basis(self, layers: Iterable[str]) -> str:
        """Return the badges of what a table rests on, in clear text; made-up data are not used."""
        used = [one for one in layers if one not in self.context.made_up]
        return " ".join(self._badges(self.context.pack.badges(*used)))

    def _remedies(self, screening: Screening) -> list[Any]:
        text = {
            Light.GREEN: "report.no_remedy_needed",
            Light.UNKNOWN: "report.no_remedy_unknown",
        }.get(screening.light, "report.no_remedy")
        return [self._lit(one) for one in screening.remedies] or [self._say(text)]

    def _lit(self, found: Reason | Remedy) -> dict[str, str]:
        return {
            "sign": SIGNS[found.light],
            "colour": LIGHT_COLOURS[found.light],
            "text": content.sentence(found.remark.say(self.language)),
        }

    def _part(self, heading: str, items: Sequence[Any]) -> dict[str, Any]:
        return {"title": self._say(f"report.{heading}"), "items": items}

    def _said(self, remarks: Sequence[Remark], nothing: str) -> list[str]:
        said = [content.sentence(one.say(self.language)) for one in remarks]
        return said or [self._say(nothing)]
