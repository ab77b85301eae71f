"""
A screening's figures as rows: each one's value, unit and names, and what is said where unknown.

The page, the report, the command line, the comparison, the files and the paragraph for the case
file pick rows and write them: as JSON and columns (`values`), or in words (`cell`, `plainly`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from geo import i18n
from geo.i18n import Amount, Remark
from geo.land.table import LAYERS as ACCOUNT_LAYERS
from geo.schema.coercion import quote
from geo.screening.find_words import details

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from geo.growth.rule import RuleResult
    from geo.i18n import Clauses, Code, Unit, Words
    from geo.screening.model import Constraint, Light, Screening


def label(screening: Screening) -> str:
    """Return what a site is called, fit to stand in a sentence: its name, else its id."""
    return quote(name(screening))


def name(screening: Screening) -> str:
    """Return what a site is called, whole: its name, else its id."""
    return screening.name or screening.id


def light_remark(light: Light) -> Remark:
    """Return the word for a light."""
    return Remark(f"light.{light.name.lower()}")


def _jobs(screening: Screening) -> Amount | Remark:
    jobs = screening.jobs
    if jobs.mid is None or jobs.low == jobs.high:
        return Amount(jobs.mid)
    return Remark("jobs.interval", job_ends(screening))


def job_ends(screening: Screening) -> dict[str, object]:
    """Return the site's jobs as parts of a text: low, mid and high."""
    return {end: Amount(getattr(screening.jobs, end)) for end in ("low", "mid", "high")}


def share_range(result: RuleResult | None) -> Amount | Remark:
    """Return a share with its range where it has one: it is then no surer than that."""
    if result is None or result.share is None or result.share_low == result.share_high:
        return Amount(None if result is None else result.share, "share")
    ends = {"low": result.share_low, "mid": result.share, "high": result.share_high}
    return Remark("share.interval", {name: Amount(one, "share") for name, one in ends.items()})


def _with_site(screening: Screening, result: RuleResult | None) -> Amount | Remark:
    share = share_range(result)
    if result is None or not screening.unmoved:
        return share
    return Remark("screen.rule_same", {"share": share})


def _reserve(screening: Screening) -> Amount | Remark:
    known = Amount(screening.reserve_m2, "daa")
    if screening.reserve_m2 is None or not screening.unaccounted_m2:
        return known
    unknown = cell(screening, "unaccounted_m2")
    return Remark("screen.reserve_partly", {"known": known, "unknown": unknown})


def _land_use_codes(screening: Screening) -> str | None:
    plans = screening.plans
    return None if plans is None else ", ".join(dict.fromkeys(plan.land_use_code for plan in plans))


def _zone_ids(screening: Screening) -> str | None:
    zones = screening.zones
    return None if zones is None else ", ".join(zone.zone_id for zone in zones)


class Figure(NamedTuple):
    """A figure of a screening: its value for JSON and files (None if unknown), unit and names."""

    value: Callable[[Screening], Any]
    unit: Unit = "number"
    text: str = ""  # id of its name
    compared: str = ""  # id of its name where sites stand side by side, if it does there
    unknown: str = "report.no_data"  # id of what the report says; others say «unknown»
    words: Callable[[Screening], Amount | Remark] | None = None  # if not the value with its unit
    layers: tuple[str, ...] = ()  # without which it is not known; a made-up one is no evidence


_WAYS: Final = frozenset({"station", "station_m", "network_m", "road_m"})
_RULE: Final = ("growth_areas", "projects")
_MADE_UP: Final = "screen.not_assessed"

# By the key in JSON, which is the column in a file; compared in this order.
FIGURES: Final[Mapping[str, Figure]] = {
    "verdict": Figure(
        lambda s: s.light.value, compared="compare.light", words=lambda s: light_remark(s.light)
    ),
    "light": Figure(lambda s: s.verdict.light.value),
    "area_m2": Figure(lambda s: s.area_m2, "daa", "report.area", "report.area", "report.point"),
    "municipality_no": Figure(lambda s: s.municipality_no, layers=("municipality",)),
    "municipalities": Figure(
        lambda s: s.municipalities, text="report.municipality", layers=("municipality",)
    ),
    "zones": Figure(_zone_ids, text="report.zones", layers=("zones",)),
    "land_use_codes": Figure(_land_use_codes, text="report.plans", layers=("plan_areas",)),
    "growth_share": Figure(
        lambda s: s.growth_share,
        "percent",
        "report.growth",
        "compare.growth",
        layers=("growth_areas",),
    ),
    "growth_share_regional": Figure(
        lambda s: s.growth_share_regional,
        "percent",
        "report.regional",
        "compare.regional",
        layers=("growth_areas",),
    ),
    "reserve_m2": Figure(
        lambda s: s.reserve_m2,
        "daa",
        "report.reserve",
        "report.reserve",
        "unknown",
        _reserve,
        ACCOUNT_LAYERS,
    ),
    "densification_bra_m2": Figure(
        lambda s: s.densification_bra_m2,
        "floor_area",
        "report.densification",
        "compare.densification",
        "unknown",
        layers=ACCOUNT_LAYERS,
    ),
    "unknown_plots": Figure(lambda s: s.unknown_plots, layers=ACCOUNT_LAYERS),
    "unaccounted_m2": Figure(lambda s: s.unaccounted_m2, "daa", layers=ACCOUNT_LAYERS),
    "corridor_share": Figure(
        lambda s: s.corridor_share, "percent", "report.corridor", layers=("corridor_nodes",)
    ),
    "station": Figure(lambda s: s.station and s.station.name, layers=("stations",)),
    "station_m": Figure(
        lambda s: s.station and s.station.distance_m,
        "kilometres",
        "report.station",
        "compare.station",
        layers=("stations",),
    ),
    "network_m": Figure(
        lambda s: s.station and s.station.network_m,
        "kilometres",
        compared="compare.network",
        layers=("stations", "context"),
    ),
    "road_m": Figure(
        lambda s: s.road and s.road.distance_m,
        "kilometres",
        "report.road",
        "compare.road",
        layers=("context",),
    ),
    "grid": Figure(lambda s: s.grid and s.grid.name, layers=("grid",)),
    "grid_kv": Figure(lambda s: s.grid and s.grid.voltage_kv, layers=("grid",)),
    "grid_m": Figure(
        lambda s: s.grid and s.grid.distance_m,
        "kilometres",
        "report.grid",
        "compare.grid",
        layers=("grid",),
    ),
    "business_type": Figure(
        lambda s: s.business_type, text="report.business", unknown="report.not_given"
    ),
    "jobs_low": Figure(lambda s: s.jobs.low),
    "jobs": Figure(lambda s: s.jobs.mid, "number", "report.jobs", "compare.jobs", "unknown", _jobs),
    "jobs_high": Figure(lambda s: s.jobs.high),
    "abc_fit": Figure(
        lambda s: s.abc.fit,
        text="report.abc",
        compared="compare.abc",
        words=lambda s: Remark(f"abc_fit.{s.abc.fit}"),
    ),
    "rule_before": Figure(
        lambda s: s.rule_before and s.rule_before.counted.share,
        "share",
        words=lambda s: share_range(s.rule_before.counted if s.rule_before else None),
        layers=_RULE,
    ),
    "rule_before_regional": Figure(
        lambda s: s.rule_before and s.rule_before.regional.share,
        "share",
        words=lambda s: share_range(s.rule_before.regional if s.rule_before else None),
        layers=_RULE,
    ),
    "rule_after": Figure(
        lambda s: s.rule_after and s.rule_after.counted.share,
        "share",
        compared="compare.rule",
        words=lambda s: _with_site(s, s.rule_after.counted if s.rule_after else None),
        layers=_RULE,
    ),
    "rule_after_regional": Figure(
        lambda s: s.rule_after and s.rule_after.regional.share,
        "share",
        compared="compare.rule_regional",
        words=lambda s: _with_site(s, s.rule_after.regional if s.rule_after else None),
        layers=_RULE,
    ),
}


def values(screening: Screening, *rows: str) -> dict[str, Any]:
    """Return the values of some rows, for JSON or a file."""
    return {row: FIGURES[row].value(screening) for row in rows}


def called(name_: str | None) -> str | Remark:
    """Return a station's or a line's name, fit to stand in a sentence; or that it has none."""
    return quote(name_) if name_ else Remark("screen.no_name")


def grid_way(screening: Screening) -> Remark | Amount:
    """Return which line of the grid is nearest, its voltage and how far it is."""
    grid = screening.grid
    if grid is None:
        return cell(screening, "grid_m")
    parts = {
        "name": called(grid.name),
        "voltage": Remark("screen.grid_kv_unknown")
        if grid.voltage_kv is None
        else Remark("screen.grid_kv", {"kv": f"{grid.voltage_kv:g}"}),
        "distance": cell(screening, "grid_m"),
    }
    return Remark("screen.grid_way", parts)


def not_assessed(screening: Screening, row: str) -> bool:
    """Whether a figure is not known because a layer that it rests on is made up."""
    figure = FIGURES[row]
    made_up = not screening.made_up.isdisjoint(figure.layers)
    return made_up and figure.value(screening) in (None, ())


def outside_data(screening: Screening, row: str) -> bool:
    """Whether a figure is not known because the site lies outside what the pack's data cover."""
    return screening.beyond_data and row in _WAYS and FIGURES[row].value(screening) is None


def cell(screening: Screening, row: str) -> Amount | Remark:
    """Return what is said of one row; what is not known, or not assessed, says so."""
    figure = FIGURES[row]
    if not_assessed(screening, row):
        return Remark(_MADE_UP)
    if outside_data(screening, row):
        return Remark("screen.outside_data")
    if figure.words is not None:
        return figure.words(screening)
    return Amount(figure.value(screening), figure.unit)


def plainly(said: Amount | Remark, language: str) -> str:
    """Say a cell as a table does: whole per cent, and dekar for what is small too."""
    if isinstance(said, Amount) and said.unit == "daa":
        return i18n.daa(said.value, language)
    if isinstance(said, Amount) and said.unit == "percent":
        return i18n.percent(said.value, language)
    return said.say(language)


def parts(named: Iterable[tuple[str | Words | Code, float]]) -> tuple[Remark, ...]:
    """Return what the site is parted in, each by its name and its share of the site."""
    return tuple(
        Remark(
            "screen.text_part",
            {
                "name": quote(called) if isinstance(called, str) else called,
                "share": Amount(share, "percent"),
            },
        )
        for called, share in named
    )


class ConstraintRow(NamedTuple):
    """What is said of one kind of constraint; no severity without overlap, nor always details."""

    kind: Remark
    status: Remark
    severity: Remark | None
    overlap: Amount
    excluded: Amount
    mapped: Amount
    source: str | None
    details: Clauses | None


class Constrained(Protocol):
    """What constraints were found for: a site, or a zone."""

    @property
    def constraints(self) -> Mapping[str, Constraint]:
        """By kind."""


def constraints(place: Constrained) -> list[ConstraintRow]:
    """Return a row for every kind of constraint, with one of three answers."""
    return [
        ConstraintRow(
            Remark(f"constraint.{found.kind}"),
            Remark(_MADE_UP if found.synthetic else f"constraint_status.{found.status}"),
            Remark(f"severity.{found.severity}") if found.severity else None,
            Amount(found.m2, "square_metres"),
            Amount(found.exclude_m2, "square_metres"),
            Amount(found.mapped_share, "percent"),
            found.source,
            details(found),
        )
        for found in place.constraints.values()
    ]


def rule(screening: Screening) -> dict[str, tuple[RuleResult, RuleResult]]:
    """Return the rule before and after in both variants; nothing where a layer is missing."""
    before, after = screening.rule_before, screening.rule_after
    if before is None or after is None:
        return {}
    return {
        "counted": (before.counted, after.counted),
        "regional": (before.regional, after.regional),
    }
