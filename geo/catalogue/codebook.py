"""The codebook of a layer: what each column means and what its codes stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo import i18n, jobs
from geo.formats.content import Column
from geo.growth.estimates import (
    AREA_KIND_UNKNOWN,
    NO_AREA,
    NO_EFFECT,
    SITE_AREA,
    SYNTHETIC,
    UNTYPED_FLOOR_AREA,
)
from geo.land import registers
from geo.register import fields as register_fields
from geo.register.readiness import BY
from geo.schema import layers as schema
from geo.styles import CLASS_COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

# What a coded column may hold, by column, or by layer and column. Its words are `code.COLUMN.CODE`
# in the catalogue of texts, or a family of their own.
_CODES: Final[Mapping[str, tuple[object, ...]]] = {
    "abc": schema.ABC_CLASSES,
    "class": tuple(CLASS_COLOURS),
    "effect": schema.EFFECTS,
    "severity": schema.SEVERITIES,
    "climate": schema.YES_NO,
    "land_use_status": schema.LAND_USE_STATUSES,
    "utilisation_type": schema.UTILISATION_TYPES,
    "vertical_level": ("1", "2", "3", "4", "5"),  # SOSI Plan, vertikalnivå
    "basis": (*(jobs.GIVEN, jobs.FLOOR_AREA, UNTYPED_FLOOR_AREA, SITE_AREA, jobs.UNKNOWN),),
    "area_kind": schema.AREA_KINDS,
    "why_not": (NO_AREA, schema.REREGULATED, AREA_KIND_UNKNOWN, SYNTHETIC, NO_EFFECT),
    "constraints.kind": schema.CONSTRAINT_KINDS,
    "constraint_coverage.kind": schema.CONSTRAINT_KINDS,
    "building_status": registers.STATUSES,
    "plan_type": schema.PLAN_TYPES,
    "origin": register_fields.ORIGINS,
    "availability": register_fields.AVAILABILITIES,
    "owner_type": register_fields.OWNER_TYPES,
    "readiness": register_fields.LEVELS,
    "readiness_by": BY,
    "context.kind": schema.CONTEXT_KINDS,
    "places.kind": schema.PLACE_KINDS,
}
# Of these lists only the codes that a layer holds are told.
_OPEN: Final = frozenset(
    {
        ("plan_areas", "land_use_code"),
        ("zones", "zone_type"),
        ("zone_figures", "zone_type"),
        ("projects", "status"),
        ("projects_rule", "status"),
    }
)
_FAMILIES: Final = {
    name: name
    for name in (
        *("abc", "class", "basis", "area_kind", "why_not"),
        *("origin", "availability", "owner_type", "readiness"),
    )
}
_BUSINESS: Final = ("business_type", "business_profile")


def codebook(
    frame: pd.DataFrame, layer: str, language: str = i18n.DEFAULT_LANGUAGE
) -> tuple[Column, ...]:
    """Return the codebook of a layer or result, a line for each column beside the geometry."""
    names = [str(name) for name in frame.columns if name != "geometry"]
    return tuple(
        Column(name, meaning(name, layer, language), _codes(frame, name, layer, language))
        for name in names
    )


def meaning(column: str, layer: str, language: str) -> str | None:
    """Return what a column means, in this layer or everywhere; None where nobody has said."""
    texts = i18n.texts(language)
    return texts.get(f"codebook.{layer}.{column}") or texts.get(f"codebook.{column}")


def _codes(frame: pd.DataFrame, column: str, layer: str, language: str) -> dict[str, str]:
    """Words for the codes that the column may hold, or for those of an open list that it does."""
    if column in _BUSINESS:
        return _business(frame[column], language)
    if (layer, column) in _OPEN:
        return _held(frame[column], column, language)
    known = _CODES.get(f"{layer}.{column}") or _CODES.get(column, ())
    family = _FAMILIES.get(column, f"code.{column}")
    return {str(code): i18n.say(f"{family}.{code}", language) for code in known}


def _held(values: pd.Series, column: str, language: str) -> dict[str, str]:
    held = sorted({str(value) for value in values.dropna()})
    words = i18n.texts(language)
    named = {
        code: words.get(f"code.{column}.{code}") or words.get(f"{column}.{code}") for code in held
    }
    return {code: word for code, word in named.items() if word is not None}


def _business(values: pd.Series, language: str) -> dict[str, str]:
    norms = jobs.read_norms()
    held = [str(value) for value in values.dropna().unique()]
    return {
        name: norm.label_en if language == "en" else norm.label
        for name, norm in norms.items()
        if name in held
    }
