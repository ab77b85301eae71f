"""The commands of the command line: what each of them answers, as a document and as text."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.cli.layers import layer_lines, layers, layers_export, layers_list
from geo.cli.pack import COMMANDS as PACK_COMMANDS
from geo.cli.reserve import reserve
from geo.cli.rule import rule
from geo.cli.runtime import Answer, pack_of, version_of
from geo.cli.screen import screen
from geo.cli.search import find_sites

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from geo.pack.read import Pack


def pack_info(options: Namespace) -> Answer:
    """What the pack is and which layers it holds."""
    say = partial(i18n.say, language=options.lang)
    pack = pack_of(options)
    errors, warnings = _counts(pack)
    document = {
        "name": pack.name,
        "municipality_no": pack.municipality_no,
        "built": pack.built,
        "sha256": pack.sha256,
        "layers": layers(pack),
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
    return Answer(document, (head, *layer_lines(pack, options.lang)))


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
        i18n.say(f"cli.{found.severity}", options.lang, text=text) for found, text in said
    )
    verdict = "cli.pack_wrong" if errors else "cli.pack_usable" if warnings else "cli.pack_right"
    closing = i18n.say(verdict, options.lang, name=pack.name, errors=errors, warnings=warnings)
    return Answer(document, lines, closing) if errors else Answer(document, (*lines, closing))


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
