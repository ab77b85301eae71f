"""The commands of the command line: what each of them answers, as a document and as text."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo import growth, jobs, messages, schema
from geo.cli_reserve import reserve
from geo.command import Answer, pack_of, version_of
from geo.errors import MissingColumnError, UnknownLayerError
from geo.export import Provenance, export_layer, parse_crs
from geo.readers import read_areas, read_sites

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.growth import GrowthAccount, RuleResult
    from geo.pack import Pack

_VARIANTS: Final = ("gross", "with_regional_areas")
_MAX_LISTED: Final = 10


def pack_info(options: Namespace) -> Answer:
    """What the pack is and which layers it holds."""
    say = partial(messages.say, language=options.lang)
    pack = pack_of(options)
    errors, warnings = _counts(pack)
    document = {
        "name": pack.name,
        "municipality_no": pack.municipality_no,
        "built": pack.built,
        "sha256": pack.sha256,
        "layers": _layers(pack),
        "errors": errors,
        "warnings": warnings,
    }
    unknown = say("unknown")
    head = say(
        "cli.pack",
        name=pack.name,
        municipality_no=pack.municipality_no or unknown,
        built=pack.built or unknown,
        sha256=pack.sha256[:12],
    )
    return Answer(document, (head, *_layer_lines(pack, options.lang)))


def pack_validate(options: Namespace) -> Answer:
    """Everything that is wrong with the pack."""
    pack = pack_of(options)
    errors, warnings = _counts(pack)
    said = [(found, found.say(options.lang)) for found in pack.findings]
    document = {
        "pack": version_of(pack),
        "findings": [
            {
                "layer": found.layer,
                "feature": found.feature,
                "severity": found.severity,
                "code": found.msgid,
                "text": text,
            }
            for found, text in said
        ],
        "errors": errors,
        "warnings": warnings,
    }
    lines = tuple(
        messages.say(f"cli.{found.severity}", options.lang, text=text) for found, text in said
    )
    verdict = "cli.pack_wrong" if errors else "cli.pack_usable" if warnings else "cli.pack_right"
    closing = messages.say(verdict, options.lang, name=pack.name, errors=errors, warnings=warnings)
    return Answer(document, lines, closing) if errors else Answer(document, (*lines, closing))


def rule(options: Namespace) -> Answer:
    """Tell how new jobs stand against the rule, with and without the regional areas."""
    pack = pack_of(options)
    sites = _sites(options, pack)
    areas = read_areas(options.growth_areas) if options.growth_areas else None
    used = [
        name
        for name, given in (("projects", options.sites), ("growth_areas", options.growth_areas))
        if not given
    ]
    # Sites without jobs are listed by the account itself.
    notes = [f for f in pack.findings if f.layer in used and f.msgid != "finding.jobs_unknown"]
    for frame in (sites, areas):
        notes += [] if frame is None else frame.attrs.get("assumptions", [])
    said = [found.say(options.lang) for found in notes]

    sites = sites.assign(**jobs.complete_jobs(sites, jobs.read_norms()))
    areas = pack.layer("growth_areas") if areas is None else areas
    account = growth.both_variants(sites, areas, target=options.target)
    badges = sorted(pack.badges(*used))
    document = account.as_dict() | {
        "pack": version_of(pack),
        "badges": badges,
        "notes": said,
    }
    lines = [
        *_rule_lines(account, pack.name, options.lang),
        *(messages.say(f"cli.badge_{badge}", options.lang) for badge in badges),
        *(messages.say("cli.note", options.lang, text=text) for text in said),
    ]
    return Answer(document, tuple(lines))


def layers_list(options: Namespace) -> Answer:
    """Which layers the pack holds, and where they come from."""
    pack = pack_of(options)
    document = {"pack": version_of(pack), "layers": _layers(pack)}
    return Answer(document, tuple(_layer_lines(pack, options.lang)))


def layers_export(options: Namespace) -> Answer:
    """Write one layer to a file."""
    name = options.name
    if name not in schema.LAYERS:
        raise UnknownLayerError(layer=name, known=", ".join(schema.LAYERS))
    crs = parse_crs(options.crs) if options.crs else None
    pack = pack_of(options)
    frame = pack.layer(name)
    provenance = Provenance.of(pack.info(name), pack.badges(name), pack.sha256)
    export_layer(frame, options.out, crs=crs, provenance=provenance)
    said = messages.say(
        "cli.exported", options.lang, count=len(frame), layer=name, path=options.out
    )
    badges = sorted(pack.badges(name))
    marks = (messages.say(f"export.{badge}", options.lang) for badge in badges)
    return Answer({"layer": name, "features": len(frame), "badges": badges}, (said, *marks))


COMMANDS: Final[Mapping[tuple[str, str | None], Callable[[Namespace], Answer]]] = {
    ("pack", "info"): pack_info,
    ("pack", "validate"): pack_validate,
    ("rule", None): rule,
    ("reserve", None): reserve,
    ("layers", "list"): layers_list,
    ("layers", "export"): layers_export,
}


def _counts(pack: Pack) -> tuple[int, int]:
    errors = sum(found.severity == "error" for found in pack.findings)
    return errors, len(pack.findings) - errors


def _sites(options: Namespace, pack: Pack) -> GeoDataFrame:
    if not options.sites:
        return growth.effective_sites(pack.layer("projects"), adopted_only=options.adopted_only)
    sites = read_sites(options.sites)
    if not options.adopted_only:
        return sites
    if "effect" not in sites:
        raise MissingColumnError(layer=Path(options.sites).name, column="effect")
    return growth.effective_sites(sites, adopted_only=True)


def _layers(pack: Pack) -> list[dict[str, Any]]:
    """Return every layer that a pack may hold; its own number of features, or null."""
    return [
        {
            "name": name,
            **asdict(pack.info(name)),
            "features": len(pack.layer(name)) if pack.has(name) else None,
            "badges": sorted(pack.badges(name)),
        }
        for name in schema.LAYERS
    ]


def _layer_lines(pack: Pack, language: str) -> list[str]:
    return [_layer_line(pack, name, language) for name in schema.LAYERS]


def _layer_line(pack: Pack, name: str, language: str) -> str:
    if not pack.has(name):
        return messages.say("cli.layer_missing", language, layer=name)
    badges = sorted(pack.badges(name))
    marks = "".join(f" [{messages.say(f'cli.mark_{badge}', language)}]" for badge in badges)
    source = pack.info(name).source or messages.say("cli.source_unknown", language)
    count = len(pack.layer(name))
    return messages.say("cli.layer", language, layer=name, count=count, source=source, badges=marks)


def _rule_lines(account: GrowthAccount, name: str, language: str) -> list[str]:
    say = partial(messages.say, language=language)
    target = messages.percent(account.gross.target, language)
    lines = [say("cli.rule", name=name, target=target)]
    for variant in _VARIANTS:
        lines += _variant_lines(getattr(account, variant), variant, language)
    unknown = [str(account.ids[index]) for index in account.unknown]
    if unknown:
        listed = ", ".join(unknown[:_MAX_LISTED]) + (" …" if len(unknown) > _MAX_LISTED else "")
        lines.append(say("cli.jobs_unknown", count=len(unknown), listed=listed))
    return lines


def _variant_lines(result: RuleResult, variant: str, language: str) -> list[str]:
    say = partial(messages.say, language=language)
    lines = [
        say(f"cli.{variant}"),
        "  "
        + say(
            "cli.jobs",
            total=result.jobs_total,
            inside=result.jobs_inside,
            outside=result.jobs_outside,
        ),
    ]
    verdict = say(f"cli.verdict_{result.verdict.name.lower()}")
    if result.share is None:
        return [*lines, "  " + verdict]
    share, low, high = (
        messages.percent(value, language, 1)
        for value in (result.share, result.share_low, result.share_high)
    )
    lines.append("  " + say("cli.share", share=share, low=low, high=high, verdict=verdict))
    if result.headroom_outside >= 0:
        lines.append("  " + say("cli.headroom", count=result.headroom_outside))
    elif result.heal_inside is None:
        lines.append("  " + say("cli.heal_impossible"))
    else:
        excess, heal = -result.headroom_outside, result.heal_inside
        lines.append("  " + say("cli.heal", excess=excess, count=heal))
    return lines
