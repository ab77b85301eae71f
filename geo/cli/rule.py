"""The command ``rule``: how new jobs stand against the rule, now or in a saved calculation."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo import i18n
from geo.cli.runtime import (
    Answer,
    UsageError,
    basis_of,
    file_arguments,
    pack_of,
    projects_line,
    version_of,
    workspace_of,
)
from geo.errors import MissingLayerError, PackError
from geo.growth.account import account
from geo.growth.calculation import LAYERS, newer_rule, recipe_of, repeat, same_figures
from geo.growth.estimates import Estimating
from geo.growth.open_cases import side_of
from geo.growth.projects import prepared
from geo.growth.rule import SHARES, TARGET_SHARE, Verdict
from geo.growth.share import areas_to_judge_by, effective_sites
from geo.growth.terms import Terms
from geo.intake.sites import SITE_COLUMNS, open_sites, read_areas
from geo.ledger.calculations import Calculations
from geo.ledger.database import default_url
from geo.ledger.store import Ledger
from geo.schema.coercion import quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.cli.runtime import Parser
    from geo.ledger.calculations import Calculation
    from geo.pack.read import Pack
    from geo.workspace import Workspace

_MAX_LISTED: Final = 10

# What counts of a site. A file may have columns of other meanings under the list's names (year).
_READ: Final = frozenset({*SITE_COLUMNS, "project_id", "jobs_source", "effect", "geometry"})

# Options that would change a saved calculation, with what they are when they are not given.
_OWN_OPTIONS: Final[Mapping[str, object]] = {
    "sites": None,
    "file_layer": None,
    "crs": None,
    "growth_areas": None,
    "growth_areas_layer": None,
    "growth_areas_crs": None,
    "target": TARGET_SHARE,
    "adopted_only": False,
    "no_estimates": False,
}

# Options that say how the file of another option is to be read.
_OF_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "sites": {"file_layer": "--layer", "crs": "--crs"},
    "growth_areas": {
        "growth_areas_layer": "--growth-areas-layer",
        "growth_areas_crs": "--growth-areas-crs",
    },
}


def arguments(parser: Parser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the options of ``rule`` to its parser; `text` gives a help text by its name."""
    parser.set_defaults(action=None)
    parser.add_argument("--sites", metavar="F", help=text("sites"))
    file_arguments(parser, text)
    parser.add_argument("--growth-areas", metavar="F", help=text("growth_areas"))
    file_arguments(parser, text, of="growth-areas")
    parser.add_argument(
        "--target", metavar="X", type=number, default=TARGET_SHARE, help=text("target")
    )
    parser.add_argument("--adopted-only", action="store_true", help=text("adopted_only"))
    parser.add_argument("--no-estimates", action="store_true", help=text("no_estimates"))
    parser.add_argument("--beregning", metavar="ID", help=text("beregning"))
    parser.add_argument("--ledger", metavar="URL", help=text("rule_ledger"))


def rule(options: Namespace) -> Answer:
    """Tell how new jobs stand against the rule, with and without the regional areas."""
    if options.beregning is not None:
        return _saved(options)
    if options.ledger is not None and options.sites:
        raise UsageError("cli.usage_ledger_or_sites")
    _require_files(options)
    workspace = workspace_of(options)
    pack = workspace.pack
    sites = _sites(options, workspace)
    areas = _areas(options, pack)
    used = [
        name
        for name, given in (("projects", options.sites), ("growth_areas", options.growth_areas))
        if not given
    ]
    # Sites without jobs are listed by the account itself; the pack knows nothing of a ledger's.
    told = set(used) - ({"projects"} if workspace.seq else set())
    notes = [f for f in pack.findings if f.layer in told and f.msgid != "finding.jobs_unknown"]
    for frame in (sites, areas):
        notes += [] if frame is None else frame.attrs.get("assumptions", [])
    said = [found.say(options.lang) for found in notes]

    state = prepared(
        sites[[name for name in sites if name in _READ]],
        areas_to_judge_by(pack) if areas is None else areas,
        workspace.norms,
        # A file of sites is nobody's pack; what its sites are estimated by are the pack's zones.
        Estimating.of(pack, sites),
    )
    judged = account(state, Terms(target=options.target, estimates=not options.no_estimates))
    badges = sorted(workspace.badges(*used))
    basis = basis_of(workspace) | ({"projects": None} if options.sites else {})
    document = judged.as_dict() | basis | {"badges": badges, "notes": said}
    lines = [
        *_rule_lines(document, pack, options.lang),
        *([] if options.sites else projects_line(workspace, options.lang)),
        *(i18n.say(f"cli.badge_{badge}", options.lang) for badge in badges),
        *(i18n.say("cli.note", options.lang, text=text) for text in said),
    ]
    return Answer(document, tuple(lines))


def _require_files(options: Namespace) -> None:
    """Refuse an option that says how to read a file, where there is none to read."""
    for file, readings in _OF_FILES.items():
        for name, option in readings.items():
            if not getattr(options, file) and getattr(options, name) is not None:
                raise UsageError("cli.usage_without_file", name=option, file=_option(file))


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _saved(options: Namespace) -> Answer:
    """Make a saved calculation again; a failure where the figures come out otherwise."""
    for name, standard in _OWN_OPTIONS.items():
        if getattr(options, name) != standard:
            raise UsageError("cli.usage_with_calculation", name=_option(name))
    pack = pack_of(options)
    ledger = Ledger.existing(options.ledger or default_url(), pack.municipality_no or "")
    try:
        found = Calculations(ledger.engine, ledger.municipality_no).get(options.beregning)
        again = repeat(found, ledger, pack)
    finally:
        ledger.close()
    same = same_figures(found.result, again)
    badges = found.result.get("badges", sorted(pack.badges(*LAYERS)))
    document = again | {
        "pack": version_of(pack),
        "badges": badges,
        "notes": [],
        "beregning": _identity(found, same=same),
    }
    say = partial(i18n.say, language=options.lang)
    lines = [
        say("cli.calculation", id=found.id, author=quote(found.author), at=_moment(found)),
        *_rule_lines(document, pack, options.lang),
        *_net_lines(document, options.lang),
        *(say(f"cli.badge_{badge}") for badge in badges),
    ]
    if same:
        return Answer(document, (*lines, say("cli.calculation_same")))
    other = "cli.calculation_newer_rule" if newer_rule(recipe_of(found)) else "cli.calculation_off"
    return Answer(document, tuple(lines), say(other, id=found.id))


def _identity(found: Calculation, *, same: bool) -> dict[str, Any]:
    recipe = dict(found.content)
    return {"id": found.id, "at": found.at.isoformat(), "author": found.author, "same": same} | {
        name: recipe.get(name) for name in ("ledger_seq", "ledger_at", "scenario", "overrides")
    }


def _moment(found: Calculation) -> str:
    return found.at.strftime("%Y-%m-%d %H:%M UTC")


def _sites(options: Namespace, workspace: Workspace) -> GeoDataFrame:
    if not options.sites:
        listed = workspace.listed
        if listed is None:
            raise MissingLayerError("error.missing_layer", layer="projects")
        return effective_sites(listed.frame, adopted_only=options.adopted_only)
    place = workspace.pack.place()
    sites = open_sites(options.sites, layer=options.file_layer, crs=options.crs, near=place)
    sites.attrs["assumptions"] += _elsewhere(sites, place)
    sites = _with_unplaced(sites)
    if not options.adopted_only:
        return sites.assign(effect="counts")
    if "effect" not in sites:
        raise PackError("error.missing_column", layer=Path(options.sites).name, column="effect")
    return effective_sites(sites, adopted_only=True)


def _areas(options: Namespace, pack: Pack) -> GeoDataFrame | None:
    if not options.growth_areas:
        return None
    given = {"layer": options.growth_areas_layer, "crs": options.growth_areas_crs}
    areas = read_areas(options.growth_areas, near=pack.place(), **given)
    if "counts" not in areas:
        shown = quote(Path(options.growth_areas).name)
        areas.attrs["assumptions"].append(
            Finding(shown, None, "finding.all_areas_count", "warning")
        )
    return areas


def _elsewhere(sites: GeoDataFrame, place: BaseGeometry | None) -> list[Finding]:
    """Name the sites that lie in no part of the municipality; they count all the same."""
    if place is None:
        return []
    afar = sites.loc[~sites.intersects(place), "id"].map(quote).tolist()
    parts = {"count": len(afar), "listed": _listed(afar)}
    return [Finding("projects", None, "finding.elsewhere", "warning", parts)] if afar else []


def _with_unplaced(sites: GeoDataFrame) -> GeoDataFrame:
    """
    Sites of a file with those that could not be placed, as rows of which nothing is known.

    A row that was left out for its place may hold any number of jobs, on either side.
    """
    notes = sites.attrs.get("assumptions", [])
    lost = [note.feature for note in notes if note.severity == "error" and note.feature]
    if not lost:
        return sites
    more = gpd.GeoDataFrame({"id": lost}, geometry=[None] * len(lost), crs=sites.crs)
    both = pd.concat([sites, more], ignore_index=True)
    both.attrs["assumptions"] = notes
    return both


def _rule_lines(document: Mapping[str, Any], pack: Pack, language: str) -> list[str]:
    """Say what is known, then what is estimated with its verdict, then what nobody knows."""
    say = partial(i18n.say, language=language)
    zones = _zone_names(pack)
    document = _translated(document, pack, language)
    lines = [say("cli.rule", name=pack.name, target=i18n.percent(document["target"], language))]
    unknown, whole = document["jobs_unknown"], len(document["sites"])
    if not unknown:
        said = [_dominant_line(one, language) for one in document["dominant"]]
        return [*lines, *_both_lines(document, language), *said]
    lines.append(say("cli.known", known=whole - len(unknown), all=whole))
    lines += _both_lines(document, language, verdict=False)
    if "with_estimates" not in document:
        lines.append(say("cli.jobs_unknown", count=len(unknown), listed=_listed(unknown)))
        return [*lines, *(_dominant_line(one, language) for one in document["dominant"])]
    estimated = document["estimated"]
    heading = "cli.estimated" if estimated else "cli.nothing_estimated"
    lines.append(say(heading, count=len(estimated)))
    lines += [f"  {_estimate_line(one, zones, language)}" for one in estimated[:_MAX_LISTED]]
    lines += _both_lines(document["with_estimates"], language, spread=bool(estimated))
    open_ = document["not_estimable"]
    if open_:
        lines.append(say("cli.not_estimable", count=len(open_)))
        lines += [f"  {_open_line(one, zones, language)}" for one in open_[:_MAX_LISTED]]
    lines += [_dominant_line(one, language) for one in document["dominant"]]
    if max(len(estimated), len(open_)) > _MAX_LISTED:
        lines.append(say("cli.more_in_json", limit=_MAX_LISTED))
    return lines


def _both_lines(
    document: Mapping[str, Any], language: str, *, verdict: bool = True, spread: bool = False
) -> list[str]:
    # `spread`: the jobs are intervals even where the share is the same at both ends.
    told = {"verdict": verdict, "spread": spread}
    return [
        line
        for heading in ("gross", "with_regional_areas")
        for line in _variant_lines(f"cli.{heading}", document[heading], language, **told)
    ]


def _translated(document: Mapping[str, Any], pack: Pack, language: str) -> Mapping[str, Any]:
    """Put the pack's own texts in the language, where it brings a translation."""

    def told(one: dict[str, Any]) -> dict[str, Any]:
        said = {
            name: i18n.of_pack(one[name], pack.directory, language)
            for name in ("name", "jobs_source")
            if one.get(name)
        }
        return one | said

    lists = ("estimated", "not_estimable", "dominant")
    return {**document, **{name: [told(one) for one in document.get(name, [])] for name in lists}}


def _zone_names(pack: Pack) -> dict[str, str]:
    if not pack.has("zones"):
        return {}
    zones = pack.layer("zones")
    return dict(zip(zones["zone_id"], zones["name"], strict=True))


def _estimate_line(one: Mapping[str, Any], zones: Mapping[str, str], language: str) -> str:
    kind = one["business_type"]
    return i18n.say(
        f"cli.estimate_{one['basis']}",
        language,
        place=_placed(one, zones, language),
        jobs=_span(one, "jobs", language),
        area=i18n.number(one["area_m2"], language),
        utilisation=_span(one, "utilisation", language, 2),
        per_job=_span(one, "m2_per_job", language),
        type=i18n.say(f"business.{kind}" if kind else "estimate.any_type", language),
    )


def _dominant_line(one: Mapping[str, Any], language: str) -> str:
    """Say that one project is most of a sum, and what is known of its figure."""
    return i18n.say(
        f"rule.dominant_{one['side']}",
        language,
        name=quote(one["name"] or one["id"]),
        jobs=_span(one, "jobs", language),
        share=i18n.percent(one["share"], language),
        how=one["jobs_source"] or i18n.say(f"basis.{one['basis']}", language),
        year=i18n.say("rule.year_unknown", language) if one["year"] is None else str(one["year"]),
    )


def _span(one: Mapping[str, Any], name: str, language: str, decimals: int = 0) -> str:
    ends = (i18n.number(one[f"{name}_{end}"], language, decimals) for end in ("low", "high"))
    return "–".join(dict.fromkeys(ends))


def _open_line(one: Mapping[str, Any], zones: Mapping[str, str], language: str) -> str:
    why = i18n.say(f"why_not.{one['reason']}", language)
    return i18n.say("cli.open", language, place=_placed(one, zones, language), why=why)


def _placed(one: Mapping[str, Any], zones: Mapping[str, str], language: str) -> str:
    """Name a project, its size, its zone, and which side of the border it is on."""
    area, zone = one["site_area_m2"], zones.get(one["zone"])
    counted, regional = (
        i18n.say(f"side.{side_of(math.nan if one[share] is None else one[share])}", language)
        for share in SHARES
    )
    both = i18n.say("rule.side_both", language, counted=counted, regional=regional)
    parts = [
        quote(one["name"] or one["id"]),
        None if area is None else i18n.daa(area, language),
        None if zone is None else quote(zone),
        counted if counted == regional else both,
    ]
    return ", ".join(part for part in parts if part)


def _net_lines(document: Mapping[str, Any], language: str) -> list[str]:
    net = document["net"]
    if net is None:
        return []
    say = partial(i18n.say, language=language)
    lines = [
        say("cli.rule_net"),
        *_variant_lines("cli.gross", net["counted"], language),
        *_variant_lines("cli.with_regional_areas", net["with_regional_areas"], language),
    ]
    unknown = document["losses_unknown"]
    if unknown:
        lines.append(say("cli.losses_unknown", count=len(unknown), listed=_listed(unknown)))
    return lines


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_MAX_LISTED]) + (" …" if len(ids) > _MAX_LISTED else "")


def _variant_lines(
    heading: str,
    result: Mapping[str, Any],
    language: str,
    *,
    verdict: bool = True,
    spread: bool = False,
) -> list[str]:
    """Say what one variant's numbers are; without a verdict where they are not the whole."""
    say = partial(i18n.say, language=language)
    counts = {name: result[f"jobs_{name}"] for name in ("total", "inside", "outside")}
    lines = [say(heading), "  " + say("cli.jobs", **counts)]
    said = say(f"cli.verdict_{Verdict(result['verdict']).name.lower()}")
    if result["share"] is None:
        return [*lines, *(["  " + said] if verdict else [])]
    share, low, high = (
        i18n.percent(result[name], language, 1) for name in ("share", "share_low", "share_high")
    )
    if not verdict:
        return [*lines, "  " + say("cli.share_known", share=share, low=low, high=high)]
    if result["verdict"] == Verdict.UNDECIDED:
        lines.append("  " + say("cli.share_undecided", share=share, low=low, high=high))
    else:
        lines.append("  " + say("cli.share", share=share, low=low, high=high, verdict=said))
    if result["verdict"] == Verdict.UNDECIDED:
        lines.append("  " + say("cli.of_the_sums"))
    elif spread or low != high:
        lines.append("  " + say("cli.by_the_middle"))
    headroom, heal = result["headroom_outside"], result["heal_inside"]
    if headroom >= 0:
        lines.append("  " + say("cli.headroom", count=headroom))
    elif heal is None:
        lines.append("  " + say("cli.heal_impossible"))
    else:
        lines.append("  " + say("cli.heal", excess=-headroom, count=heal))
    return lines
