"""Reads profiles.toml: how plots, plans and buildings look in each zone."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PROFILES: Final = Path(__file__).parent / "profiles.toml"


@dataclass(frozen=True)
class LargeSite:
    """A rectangle along the streets that is kept as a few large future plots, of one purpose."""

    east: float
    north: float
    length_m: float
    width_m: float
    parts: int
    land_use: str


@dataclass(frozen=True)
class Profile:
    """Parameters of one zone; profiles.toml says what each of them means."""

    gnr: int
    angle_deg: float | None
    bend_m: float
    wave_m: float
    street_m: float
    block_length_m: float
    block_depth_m: float
    plot_m2: float
    min_plot_m2: float
    max_plot_m2: float
    vacancy: float
    vacancy_towards_deg: float
    cover: tuple[float, float]
    floors: tuple[int, int]
    building_cell_m: float
    building_types: dict[str, float]
    plan_m2: float
    land_use: dict[str, float]
    utilisation: tuple[str, ...]
    bya: tuple[int, int]
    bra: tuple[int, int]
    plan_floors: tuple[int, int]
    newer_plans: int
    large_site: LargeSite | None


def read() -> dict[str, Profile]:
    """Profiles by zone_id; what a zone does not say is taken from the ``common`` table."""
    content = tomllib.loads(PROFILES.read_text(encoding="utf-8"))
    common = content["common"]
    return {zone: _profile({**common, **own}) for zone, own in content["zones"].items()}


def _profile(values: dict[str, Any]) -> Profile:
    site = values.get("large_site")
    return Profile(
        **{
            **values,
            "angle_deg": values.get("angle_deg"),
            "cover": tuple(values["cover"]),
            "floors": tuple(values["floors"]),
            "utilisation": tuple(values["utilisation"]),
            "bya": tuple(values["bya"]),
            "bra": tuple(values["bra"]),
            "plan_floors": tuple(values["plan_floors"]),
            "large_site": LargeSite(**site) if site else None,
        }
    )
