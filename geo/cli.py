"""The commands of the command line: what each of them answers, as a document and as text."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import messages, schema
from geo.cli_pack import COMMANDS as PACK_COMMANDS
from geo.cli_reserve import reserve
from geo.cli_rule import rule
from geo.cli_screen import screen
from geo.cli_search import find_sites
from geo.command import Answer, pack_of, version_of
from geo.errors import UnknownLayerError
from geo.export import Provenance, export_layer, parse_crs

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from geo.pack import Pack


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
    **PACK_COMMANDS,
    ("rule", None): rule,
    ("reserve", None): reserve,
    ("screen", None): screen,
    ("search", None): find_sites,
    ("layers", "list"): layers_list,
    ("layers", "export"): layers_export,
}


def _counts(pack: Pack) -> tuple[int, int]:
    errors = sum(found.severity == "error" for found in pack.findings)
    return errors, len(pack.findings) - errors


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
