"""What the command ``search`` found, as its document and its text have it."""

from __future__ import annotations

import datetime as dt
import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo import i18n
from geo.i18n import Amount
from geo.register.filters import old
from geo.schema.coercion import quote
from geo.schema.layers import CONSTRAINT_KINDS
from geo.search.score import CUT_FIT, FAR_M, NEUTRAL, TERMS
from geo.search.standing import CASE, OTHER_USE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping

    from geo.pack.read import Pack
    from geo.search.ranking import Result

    Say = Callable[..., str]

_UNITS: Final = {
    **dict.fromkeys(("min_daa", "max_daa"), "daa"),
    **dict.fromkeys(("station", "network", "road"), "m"),
    "min_mw": "MW",
}
_MAX_LISTED: Final = 20  # hits on screen; the document and the file have all of them


def records(result: Result) -> list[dict[str, Any]]:
    """Return the hits as JSON has them."""
    rows = result.hits.drop(columns="geometry").to_dict("records")
    return [_plain(row) for row in rows]


def _plain(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """One hit as JSON has it: constraints and terms together, what is not known null."""
    plain = {str(name): _value(value) for name, value in row.items()}
    constraints = {
        kind: {name: plain.pop(f"{kind}_{name}") for name in ("status", "m2", "synthetic")}
        for kind in CONSTRAINT_KINDS
    }
    terms = {name: plain.pop(f"term_{name}") for name in TERMS}
    ids = {
        "parcel_ids": plain["parcel_ids"].split(", "),
        "unknown": plain["unknown"].split(", ") if plain["unknown"] else [],
    }
    return plain | ids | {"constraints": constraints, "terms": terms}


def _value(value: Any) -> Any:  # noqa: ANN401  # what a column holds
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def left_out(result: Result, pack: Pack, language: str) -> list[str]:
    """Return what meets the wish and is not offered."""
    say = partial(i18n.say, language=language)
    return [
        say(
            f"cli.search_left_out_{one.reason}",
            count=one.count,
            area=Amount(one.area_m2, "daa"),
            names=", ".join(
                say(f"search.use_{name}")
                if one.reason == OTHER_USE
                else quote(i18n.of_pack(name, pack.directory, language))
                for name in one.names
            ),
        )
        for one in result.left_out
    ]


def table(result: Result, pack: Pack, language: str) -> list[str]:
    """Return the best hits, a few lines each, and how the score is reckoned."""
    say = partial(i18n.say, language=language)
    lines = [say("cli.search_more" if result.more else "cli.search_found", count=len(result.hits))]
    if result.not_known:
        lines.append(say("cli.search_not_known", count=result.not_known))
    for hit in records(result)[:_MAX_LISTED]:
        shown = say(
            f"cli.search_hit_{hit['kind']}",
            rank=hit["rank"],
            zone=quote(hit["zone_name"] or hit["zone_id"]),
            parcels=quote(", ".join(hit["parcel_ids"])),
            area=i18n.daa(hit["area_m2"], language),
            bra=i18n.number(hit["allowed_bra_m2"], language),
            station=_distances(hit, say, language),
            road=Amount(hit["road_m"], "kilometres").say(language),
            score=i18n.number(hit["score"], language, 2),
        )
        made_up = {kind for kind, one in hit["constraints"].items() if one["synthetic"]}
        unknown = {"constraints": say("search.not_assessed")} if made_up else {}
        terms = ", ".join(
            f"{say(f'search.term_{name}')} "
            + (
                unknown[name]
                if name in unknown and hit["terms"][name] is None
                else i18n.number(hit["terms"][name], language, 2)
            )
            for name in result.counted
        )
        lines += [shown, f"    {terms}", *_piece(hit, pack, say, language)]
        if hit["unknown"]:
            listed = ", ".join(_criterion(name, say, made_up) for name in hit["unknown"])
            lines.append("    " + say("cli.search_unknown", criteria=listed))
    if len(result.hits) > _MAX_LISTED:
        lines.append(say("cli.search_not_shown", count=len(result.hits) - _MAX_LISTED))
    weights = ", ".join(
        f"{say(f'search.term_{name}')} {i18n.number(weight, language, 1)}"
        for name, weight in result.counted.items()
    )
    neutral = i18n.number(NEUTRAL, language, 1)
    cut = i18n.number(CUT_FIT, language, 1)
    told = say("cli.search_score", weights=weights, far=FAR_M, neutral=neutral, cut=cut)
    return [*lines, told]


def _distances(hit: Mapping[str, Any], say: Say, language: str) -> str:
    """Both distances to the station, and what kind of map the one along roads rests on."""
    straight = Amount(hit["station_m"], "kilometres").say(language)
    if hit["network_m"] is None:
        return say("cli.search_distance_straight", straight=straight)
    along = Amount(hit["network_m"], "kilometres").say(language)
    basis = say(f"search.network_{hit['network_basis']}")
    return say("cli.search_distance_both", straight=straight, road=along, basis=basis)


def _piece(hit: Mapping[str, Any], pack: Pack, say: Say, language: str) -> list[str]:
    """What is to be said of a hit that is cut out, and of one without an adopted plan."""
    lines = []
    if hit["cut"]:
        whole = i18n.daa(hit["part_area_m2"], language)
        rest = i18n.daa(hit["rest_m2"], language)
        lines.append("    " + say("cli.search_cut", whole=whole, rest=rest))
    if hit.get("site_name"):
        site = {
            "name": quote(hit["site_name"]),
            "readiness": _word("readiness", hit["site_readiness"], say),
            "availability": _word("availability", hit["site_availability"], say),
            "power": i18n.number(hit["site_power_mw"], language, 1),
            "date": _power_date(hit["site_power_date"], say),
        }
        lines.append("    " + say("cli.search_site", **site))
    if hit["left_out"] == OTHER_USE:
        lines.append("    " + say("cli.search_use", use=say(f"search.use_{hit['use']}")))
    if hit["plan"] == CASE:
        lines.append(
            "    "
            + say(
                "cli.search_case", name=quote(i18n.of_pack(hit["case"], pack.directory, language))
            )
        )
    return lines


def _power_date(date: str | None, say: Say) -> str:
    if date is None:
        return say("unknown")
    (gone,) = old(pd.Series([date]), dt.datetime.now(tz=dt.UTC).date())
    return say("register.old", date=date) if gone else date


def _word(kind: str, value: str | None, say: Say) -> str:
    return say("unknown") if value is None else say(f"{kind}.{value}")


def nothing(result: Result, language: str) -> list[str]:
    """Return what stands in the way alone."""
    say = partial(i18n.say, language=language)
    if not result.relaxed:
        return [say("cli.search_nothing_alone")]
    lines = [say("cli.search_nothing")]
    for one in result.relaxed:
        part = "at_least" if one.at_least else "exact"
        line = say(
            f"cli.search_relax_{part}", criterion=_criterion(one.criterion, say), count=one.hits
        )
        if one.nearest is not None and one.criterion in _UNITS:
            value = i18n.number(one.nearest, language, 1)
            near = say("cli.search_nearest", value=value, unit=_UNITS[one.criterion])
            line = f"{line} {near}"
        lines.append("  " + line)
    return lines


def _criterion(name: str, say: Say, made_up: Collection[str] = ()) -> str:
    kind = name.removeprefix("avoid.")
    if kind != name and kind in made_up:
        return say("search.criterion_made_up", kind=say(f"constraint.{kind}"))
    if kind != name:
        return say("search.criterion_avoid", kind=say(f"constraint.{kind}"))
    return say(f"search.criterion.{name}")
