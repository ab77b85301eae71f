"""The command ``rule``: how new jobs stand against the rule, now or in a saved calculation."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo import i18n
from geo.cli.rule_lines import net_lines, rule_lines, today_lines
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
from geo.growth.doubts import doubts
from geo.growth.estimates import Estimating
from geo.growth.projects import prepared
from geo.growth.rule import TARGET_SHARE
from geo.growth.share import areas_to_judge_by, effective_sites
from geo.growth.terms import Terms
from geo.intake.site_columns import SITE_COLUMNS
from geo.intake.sites import open_sites, read_areas
from geo.ledger.calculations import Calculations
from geo.ledger.database import default_url
from geo.ledger.store import Ledger
from geo.schema.coercion import quote
from geo.schema.findings import Finding, gathered

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.cli.runtime import Parser
    from geo.ledger.calculations import Calculation
    from geo.pack.read import Pack
    from geo.workspace import Workspace

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
    "from_year": None,
    "to_year": None,
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
    parser.add_argument("--from-year", metavar="N", type=int, help=text("from_year"))
    parser.add_argument("--to-year", metavar="N", type=int, help=text("to_year"))
    parser.add_argument("--beregning", metavar="ID", help=text("beregning"))
    parser.add_argument("--ledger", metavar="URL", help=text("rule_ledger"))


def rule(options: Namespace) -> Answer:
    """Tell how new jobs stand against the rule, with and without the regional areas."""
    if options.beregning is not None:
        return _saved(options)
    if options.ledger is not None and options.sites:
        raise UsageError("cli.usage_ledger_or_sites")
    terms = Terms(
        target=options.target,
        estimates=not options.no_estimates,
        from_year=options.from_year,
        to_year=options.to_year,
    )
    if terms.has_period and options.sites:  # a file of sites has no years that we know of
        raise UsageError("cli.usage_years_or_sites")
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
    asked = set(used) - ({"projects"} if workspace.seq else set())
    notes = [f for f in pack.findings if f.layer in asked and f.msgid != "finding.jobs_unknown"]
    for frame in (sites, areas):
        notes += [] if frame is None else frame.attrs.get("assumptions", [])
    said = [found.say(options.lang) for found in notes]
    told = [found.say(options.lang) for found in gathered(notes)]

    state = prepared(
        sites[[name for name in sites if name in _READ or (name == "year" and terms.has_period)]],
        areas_to_judge_by(pack) if areas is None else areas,
        workspace.norms,
        # A file of sites is nobody's pack; what its sites are estimated by are the pack's zones.
        Estimating.of(pack, sites),
    )
    judged = account(state, terms)
    badges = sorted(workspace.badges(*used))
    basis = basis_of(workspace) | ({"projects": None} if options.sites else {})
    document = judged.as_dict() | basis | {"badges": badges, "notes": said}
    today = None if areas is not None else workspace.jobs_today
    if today is not None:
        document["jobs_today"] = {
            "counted": today.counted.as_dict(),
            "with_regional_areas": today.regional.as_dict(),
            "unnumbered": today.counted.unnumbered,
            "badges": sorted(workspace.badges("businesses", "growth_areas")),
        }
    lines = [
        *rule_lines(document, pack, options.lang),
        *today_lines(document, options.lang),
        *([] if options.sites else projects_line(workspace, options.lang)),
        *(i18n.say(f"cli.badge_{badge}", options.lang) for badge in badges),
        *(i18n.say("cli.note", options.lang, text=text) for text in told),
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
        *rule_lines(document, pack, options.lang),
        *net_lines(document, options.lang),
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
    if options.adopted_only and "effect" not in sites:
        raise PackError("error.missing_column", layer=Path(options.sites).name, column="effect")
    counted = effective_sites(sites, adopted_only=True) if options.adopted_only else sites
    sites.attrs["assumptions"] += doubts(counted, place)
    sites = _with_unplaced(sites)
    if not options.adopted_only:
        return sites.assign(effect="counts")
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
