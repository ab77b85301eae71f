"""What documents tell of a zone, in sections, and which layers each section rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.growth.rule import SHARES, SIDES
from geo.land import compute, table
from geo.land.pieces import PIECE_AREAS
from geo.schema.layers import JOBS
from geo.screening.constraints import LAYERS as CONSTRAINT_LAYERS
from geo.screening.present import constraints_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geo.screening.model import Constraint

Values = dict[str, Any]

# Sections of a document, and the layers that every figure of one rests on: whose badges it carries.
RESTS_ON: Final[dict[str, tuple[str, ...]]] = {
    "zone": ("zones",),
    "growth": ("zones", "growth_areas"),
    "land": table.LAYERS,
    "cases": ("projects",),
    "rule": ("projects", "growth_areas"),
    "constraints": ("zones", *CONSTRAINT_LAYERS),
    "station": ("zones", "stations"),
    "jobs_today": ("zones", "businesses"),
}
# Without which of them nothing of a section is known.
NEEDS: Final = RESTS_ON | {"land": compute.NEEDS, "constraints": ("constraints",)}

LAND: Final = (
    *(*PIECE_AREAS, "balance_error_m2", "water_m2", "unplotted_m2"),
    *("densification_bra_m2", "reserve_bra_m2", "unknown_reserve_m2"),
    *("plots", "unknown_plots", "synthetic"),
)
# Jobs that the reserve and the densification have room for: two numbers, never one.
CAPACITY: Final = tuple(
    f"{kind}_jobs_{end}" for kind in ("reserve", "densification") for end in ("low", "high")
)
# Whether the jobs of a plan case are known, estimated or neither; or it brings none.
KNOWN, ESTIMATE, UNKNOWN, NO_JOBS = GROUPS = ("known", "estimated", "unknown", "none")
CASE: Final = (
    *("id", "name", "status", "effect", "group", "basis", "why_not", "business_type"),
    *("gross_area_m2", "site_area_m2", *JOBS, "jobs_source", "year", *SHARES),
    *("source", "case_ref", "accuracy_m", "synthetic"),
)
PLANNED: Final = (
    *("projects", "projects_estimated", "projects_unknown"),
    *(*JOBS, "estimated_low", "estimated_high"),
)
# What `geo.growth.rule.RuleResult` says of a zone; a share and a verdict are the municipality's.
WEIGHT: Final = ("jobs_total", *SIDES)

_IN_JSON: Final = (
    *("zone_id", "name", "zone_type", "abc", "status_text", "status_chapter", "source"),
    *("illustrative", "area_m2"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class ZoneFacts:
    """
    Everything that documents tell of one zone. What is not known is None, never 0.

    Attributes
    ----------
    zone_id, name, zone_type, abc, status_text, status_chapter, source
        As in the pack: hostile text, Norwegian (`own` says the pack's translation).
    illustrative, geometry
        Whether the outline is drawn by hand, and the outline (EPSG:25832).
    area_m2
        On the ground.
    growth
        growth_share and growth_share_regional (0–1): without and with the regional areas.
    land
        `LAND` of `geo.land.account.LandAccount.by_zone` and `CAPACITY`.
    jobs
        `PLANNED` of `geo.indicators.zone_figures`: known and estimated jobs apart.
    cases
        `CASE` of each plan case of the zone, as the list has them. `group` is one of `GROUPS`;
        `synthetic` marks a made-up case.
    rule
        How the zone's jobs weigh in the rule: `gross` and `with_regional_areas` (what is known
        alone), and with estimates `with_estimates` of both; `WEIGHT` in each, and unknown_inside
        and unknown_outside: how many cases in no sum may add to the side.
    constraints
        By kind, every kind there is; made-up layers are no evidence.
    nearest_station
        name and distance_m, in a straight line from the outline.
    jobs_today
        `geo.jobs_today.FIGURES` and ``DENSITIES``; under five employees as a band.
    badges
        By section: which badges its figures carry.
    lacking
        By section of which nothing is known: the layer that is missing, or made up.
    pack_directory
        Of the pack, which has its texts in other languages.
    """

    zone_id: str
    name: str
    zone_type: str | None
    abc: str | None
    status_text: str | None
    status_chapter: str | None
    source: str | None
    illustrative: bool
    geometry: BaseGeometry
    area_m2: float
    growth: Values | None
    land: Values | None
    jobs: Values | None
    cases: tuple[Values, ...] | None
    rule: Values | None
    constraints: Mapping[str, Constraint]
    nearest_station: Values | None
    jobs_today: Values | None
    badges: Mapping[str, tuple[str, ...]]
    lacking: Mapping[str, str]
    pack_directory: Path

    def own(self, text: str | None, language: str) -> str:
        """Return one of the pack's own texts in the language where it brings a translation."""
        return i18n.of_pack(text, self.pack_directory, language)

    def of_group(self, group: str) -> tuple[Values, ...]:
        """Return the plan cases of one of `GROUPS`."""
        return tuple(one for one in self.cases or () if one["group"] == group)

    def as_dict(self, language: str = i18n.DEFAULT_LANGUAGE) -> dict[str, Any]:
        """Return the zone as JSON has it; figures have the names that other commands give them."""
        return {
            **{name: getattr(self, name) for name in _IN_JSON},
            **(self.growth or dict.fromkeys(("growth_share", "growth_share_regional"))),
            **{name: getattr(self, name) for name in ("land", "jobs", "rule")},
            "cases": None if self.cases is None else list(self.cases),
            "constraints": constraints_document(self.constraints, language),
            "nearest_station": self.nearest_station,
            "jobs_today": self.jobs_today,
            **marks(self.badges, self.lacking),
        }


def marks(badges: Mapping[str, tuple[str, ...]], lacking: Mapping[str, str]) -> dict[str, Any]:
    """Return which badges each section carries, and what is missing, as JSON has them."""
    carried = {section: list(found) for section, found in badges.items()}
    return {"badges": carried, "lacking": dict(lacking)}
