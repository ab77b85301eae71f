"""What a screening does not know, and what it takes for granted: said with every result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.geometry import scale
from geo.i18n import Amount, Remark, Words
from geo.jobs import EXPECTED, FLOOR_AREA, business_key
from geo.land.table import LAYERS as ACCOUNT_LAYERS
from geo.pack.words import quoted
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.screening.rule_words import home_remark
from geo.screening.verdict import EXCLUDED_RED, PLAN_FOLLOWED, PLAN_SLIVER, kind_remarks
from geo.transport.corridor import WIDTH_M
from geo.transport.network import WALK_FAR_M, WALK_NEAR_M

if TYPE_CHECKING:
    from geo.screening.context import Context
    from geo.screening.model import Screening


def unknown(found: Screening, context: Context) -> tuple[Remark, ...]:
    """Return what is not known about the site, the layers that are missing first."""
    layers = {
        "municipality": context.municipalities,
        "zones": context.zones,
        "growth_areas": context.growth,
        "projects": context.before if context.growth is not None else True,
        "plan_areas": context.plans,
        "constraints": context.constraints.shapes,
        "constraint_coverage": context.constraints.mapped,
        "stations": context.stations,
        "context": context.roads,
        "corridor_nodes": context.corridor,
    }
    said = [
        Remark("screen.unknown_layer", {"layer": Remark(f"layer.{name}")})
        for name, there in layers.items()
        if there is None and name not in context.made_up
    ]
    if context.made_up:
        names = tuple(Remark(f"layer.{name}") for name in schema.LAYERS if name in context.made_up)
        said.append(Remark("screen.unknown_made_up", {"layers": names}))
    if found.synthetic:
        said.append(Remark("screen.unknown_outline"))
    unmapped = [
        c for c in found.constraints.values() if c.status == "not_mapped" and not c.synthetic
    ]
    for msgid, asked in (("screen.unknown_mapped", True), ("screen.unknown_never", False)):
        kinds = kind_remarks(c.kind for c in unmapped if c.asked == asked)
        if kinds:
            said.append(Remark(msgid, {"kinds": kinds}))
    said += [
        Remark("screen.unknown_partly", {"kind": Remark(f"constraint.{c.kind}"), "share": share})
        for c in found.constraints.values()
        if c.mapped_share is not None and 0 < c.mapped_share < 1
        for share in [Amount(c.mapped_share, "percent")]
    ]
    lacking = {
        "screen.unknown_area": found.area_m2 is None,
        "screen.unknown_jobs": found.jobs.mid is None,
        "screen.unknown_type": found.business_type is None,
        "screen.unknown_account": context.land is None
        and context.made_up.isdisjoint(ACCOUNT_LAYERS),
    }
    said += [Remark(msgid) for msgid, lacks in lacking.items() if lacks]
    if context.land is not None:
        said += _reserve(found)
    if found.unknown_plots:
        said.append(Remark("screen.unknown_plots", {"count": found.unknown_plots}))
    said += _ways(found, context)
    if found.station is not None and found.station.reason is not None and context.roads is not None:
        said.append(found.station.reason)
    return tuple(said)


def _ways(found: Screening, context: Context) -> list[Remark]:
    """Tell that stations and roads are not known outside the municipality, where that matters."""
    if found.beyond_data and not (context.stations is None and context.roads is None):
        return [Remark("screen.unknown_ways_outside")]
    nearer = (
        (found.station, "screen.unknown_nearer_station"),
        (found.road, "screen.unknown_nearer_road"),
    )
    return [
        Remark(msgid, {"name": quote(one.name) if one.name else Remark("unknown")})
        for one, msgid in nearer
        if one is not None and one.at_most
    ]


def _reserve(found: Screening) -> list[Remark]:
    """Tell of which land on the site the account says nothing, and why."""
    if found.reserve_m2 is None:
        no_plot = found.zones and found.area_m2 is not None
        return [Remark("screen.unknown_reserve_plots" if no_plot else "screen.unknown_reserve")]
    if found.unaccounted_m2:
        area = Amount(found.unaccounted_m2, "daa")
        return [Remark("screen.unknown_partly_reserve", {"area": area})]
    return []


def assumptions(
    found: Screening, context: Context, utilisation: float | None
) -> tuple[Remark, ...]:
    """Return what the figures and the light rest on that someone has chosen, with its source."""
    said = [_jobs(found, context, utilisation), *scale.told(found.area_correction)]
    share = found.growth_share
    if share is not None and 0 < share < 1:
        said.append(Remark("screen.assume_split"))
    said.append(home_remark(found))
    growth = context.growth
    if growth is not None:
        said.append(_border(growth.accuracy_m))
    estimated = 0 if context.before is None else len(context.before.estimated)
    if estimated:
        said.append(Remark("screen.assume_estimates", {"count": estimated}))
    if found.abc.business_class is not None:
        near, far = Amount(WALK_NEAR_M, "kilometres"), Amount(WALK_FAR_M, "kilometres")
        said.append(Remark("screen.assume_abc", {"near": near, "far": far}))
    if found.station is not None and found.station.network_m is not None:
        stated = context.pack.info("context").accuracy or Remark("unknown")
        said.append(Remark("screen.assume_network", {"accuracy": stated}))
    if found.corridor_share is not None:
        width = Amount(WIDTH_M, "kilometres")
        said.append(Remark("screen.assume_corridor", {"width": width}))
    if found.counted_beside:
        beside = tuple(quoted(name, found.pack_directory) for name in found.counted_beside)
        said.append(Remark("screen.assume_beside", {"projects": beside}))
    if found.counted_roughly:
        said.append(Remark("screen.assume_extent"))
    said += context.constraints.assumed()
    followed, excluded = Amount(PLAN_FOLLOWED, "percent"), Amount(EXCLUDED_RED, "percent")
    target = Amount(context.terms.target, "percent")
    sliver = Amount(PLAN_SLIVER, "percent")
    parts = {"followed": followed, "excluded": excluded, "target": target, "sliver": sliver}
    said.append(Remark("screen.assume_light", parts))
    return tuple(one for one in said if one is not None)


def _border(accuracy_m: float | None) -> Remark:
    if accuracy_m is None:
        return Remark("screen.assume_border_untried")
    return Remark("screen.assume_border", {"accuracy": Amount(accuracy_m, "kilometres")})


def _jobs(found: Screening, context: Context, utilisation: float | None) -> Remark | None:
    norm = context.norms.get(business_key(found.business_type) or "")
    if norm is None or found.jobs.basis not in {FLOOR_AREA, EXPECTED}:
        return None
    parts: dict[str, object] = {
        "low": norm.low,
        "high": norm.high,
        "source": Words(norm.source, norm.source_en) if norm.source else Remark("screen.norm_own"),
    }
    if found.jobs.basis == FLOOR_AREA:
        return Remark("screen.assume_jobs", parts)
    parts["utilisation"] = Amount(utilisation, "percent")
    return Remark("screen.assume_utilisation", parts)
