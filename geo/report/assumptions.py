"""What the figures of a document were made with, in words: parameters, terms and norms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n import number, percent, say
from geo.report.words import span, term

if TYPE_CHECKING:
    from geo.growth.terms import Terms
    from geo.land.rules import ReserveRules
    from geo.report.zone_facts import AllFacts

# Each parameter of the land account, and how many of the units that people are shown make one.
_SHOWN_UNITS: Final = {
    "building_buffer_m": 1,
    "min_part_m2": 1,
    "min_width_m": 1,
    "max_utilisation": 100,
}
_NOTHING: Final = "–"


def assumptions(facts: AllFacts, language: str) -> list[str]:
    """Return the parameters that the figures were made with."""
    return [
        say("sheet.rules", language, rules=" · ".join(_rules(facts.rules, language))),
        _terms(facts.terms, language),
        _norms(facts, language),
        _utilisation(facts, language),
    ]


def _rules(rules: ReserveRules, language: str) -> list[str]:
    return [
        f"{say(f'reserve.rule_{name}', language)}: "
        f"{number(getattr(rules, name) * scale, language, _decimals(getattr(rules, name) * scale))}"
        for name, scale in _SHOWN_UNITS.items()
    ]


def _terms(terms: Terms, language: str) -> str:
    said = [
        say("rule.basis_true" if terms.net else "rule.basis_false", language),
        say("rule.adopted_true" if terms.adopted_only else "rule.adopted_false", language),
        say("rule.estimates_true" if terms.estimates else "rule.estimates_false", language),
    ]
    if terms.statuses is not None:
        statuses = ", ".join(term("status", one, language) for one in terms.statuses)
        said.append(f"{say('rule.statuses', language)}: {statuses or _NOTHING}")
    if terms.from_year is not None:
        said.append(say("rule.answer_since", language, year=str(terms.from_year)))
    if terms.to_year is not None:
        said.append(say("rule.answer_until", language, year=str(terms.to_year)))
    said.append(say("calculation.target", language, target=percent(terms.target, language)))
    return say("sheet.terms", language, terms=" · ".join(said))


def _norms(facts: AllFacts, language: str) -> str:
    listed = [
        f"{term('business', name, language)} {span(norm.low, norm.high, language)}"
        for name, norm in facts.workspace.norms.items()
    ]
    return say("sheet.norms", language, norms="; ".join(listed))


def _utilisation(facts: AllFacts, language: str) -> str:
    by_interval: dict[str, list[str]] = {}
    for name, norm in facts.workspace.norms.items():
        interval = span(*norm.utilisation, language, 2)
        by_interval.setdefault(interval, []).append(term("business", name, language))
    if len(by_interval) == 1:
        return say("sheet.utilisation", language, utilisation=next(iter(by_interval)))
    listed = "; ".join(f"{', '.join(names)} {one}" for one, names in by_interval.items())
    return say("sheet.utilisation", language, utilisation=listed)


def _decimals(value: float) -> int:
    return 0 if round(value, 6) == round(value) else 1
