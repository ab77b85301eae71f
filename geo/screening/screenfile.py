"""Screenings as a file: one feature a site, the same columns and provenance wherever it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd

from geo import i18n
from geo.formats import write
from geo.formats.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.screening.context import Ground
    from geo.screening.model import RuleState, Screening


def columns(
    screenings: Sequence[Screening], ground: Ground, language: str = i18n.DEFAULT_LANGUAGE
) -> gpd.GeoDataFrame:
    """Return what a file holds of each site; the changed outlines of remedies are not in it."""
    rows = [_row(one, language) for one in screenings]
    shapes = [one.geometry for one in screenings]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=ground.crs)


def provenance(ground: Ground) -> Provenance:
    """Return where the figures come from, the badges of all they rest on, and the parameters."""
    used = [f"target={ground.terms.target:g}"]
    if ground.growth is not None and ground.growth.accuracy_m is not None:
        used.append(f"border_accuracy_m={ground.growth.accuracy_m:g}")
    used += [f"m2_per_job.{name}={n.low:g}-{n.high:g}" for name, n in ground.norms.items()]
    return Provenance(
        source=i18n.say("screen.file_source", name=ground.pack.name),
        synthetic="synthetic" in ground.badges,
        illustrative="illustrative" in ground.badges,
        pack_sha256=ground.pack.sha256,
        parameters=", ".join(used),
    )


def as_bytes(
    screenings: Sequence[Screening],
    ground: Ground,
    ending: str,
    language: str = i18n.DEFAULT_LANGUAGE,
) -> bytes:
    """Return the file that `write` would write, for a download."""
    frame = columns(screenings, ground, language)
    return write.as_bytes(frame, ending, provenance=provenance(ground))


def _row(found: Screening, language: str) -> dict[str, Any]:
    station, road = found.station, found.road
    return {
        "id": found.id,
        "name": found.name,
        "verdict": found.light.value,
        "light": found.verdict.light.value,
        "reasons": "; ".join(one.say(language) for one in found.verdict.reasons),
        "area_m2": found.area_m2,
        "municipality_no": found.municipality_no,
        "zones": None if found.zones is None else ", ".join(one.zone_id for one in found.zones),
        "growth_share": found.growth_share,
        "growth_share_regional": found.growth_share_regional,
        **{
            column: value
            for kind, one in found.constraints.items()
            for column, value in ((kind, one.status), (f"{kind}_m2", one.m2))
        },
        "station": None if station is None else station.name,
        "station_m": None if station is None else station.distance_m,
        "network_m": None if station is None else station.network_m,
        "road_m": None if road is None else road.distance_m,
        "land_use_codes": None
        if found.plans is None
        else ", ".join(dict.fromkeys(one.land_use_code for one in found.plans)),
        "reserve_m2": found.reserve_m2,
        "densification_bra_m2": found.densification_bra_m2,
        "unknown_plots": found.unknown_plots,
        "unaccounted_m2": found.unaccounted_m2,
        "corridor_share": found.corridor_share,
        "business_type": found.business_type,
        "jobs_low": found.jobs.low,
        "jobs": found.jobs.mid,
        "jobs_high": found.jobs.high,
        "abc_fit": found.abc.fit,
        "rule_before": _share(found.rule_before),
        "rule_after": _share(found.rule_after),
        "remedies": "; ".join(one.remark.say(language) for one in found.remedies),
        "text": found.text(language),
    }


def _share(state: RuleState | None) -> float | None:
    return None if state is None else state.counted.share
