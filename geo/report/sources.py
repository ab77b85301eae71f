"""Where the figures of a report come from, and its badges, in clear text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.formats.provenance import BADGES
from geo.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.pack.read import Pack

# Layers that the screening does not look at.
_NOT_USED: Final = frozenset({"places"})


def sources(pack: Pack, language: str) -> list[str]:
    """Return where each layer comes from, with its badges."""
    unknown = say("unknown", language)
    said = [
        say(
            "report.sources_pack",
            language,
            pack=pack.name,
            built=pack.built or unknown,
            hash=pack.sha256,
        )
    ]
    for layer in pack.layers:
        if layer in _NOT_USED:
            continue
        info = pack.info(layer)
        badges = [say(f"badge.{one}", language) for one in BADGES if one in pack.badges(layer)]
        parts = {
            "layer": say(f"layer.{layer}", language).capitalize(),
            "source": own(info.source, pack, language) or say("report.unknown_source", language),
            "date": info.date or unknown,
            "licence": own(info.licence, pack, language) or unknown,
        }
        if badges:
            said.append(say("report.source_badged", language, badges=", ".join(badges), **parts))
        else:
            said.append(say("report.source_of", language, **parts))
    return said


def badges(names: Iterable[str], language: str) -> list[str]:
    """Return the badges in clear text, one sentence each."""
    return [say(f"export.{one}", language) for one in BADGES if one in set(names)]


def own(text: str | None, pack: Pack, language: str) -> str:
    """Return one of the pack's own texts in the language where it brings a translation."""
    return i18n.of_pack(text, pack.directory, language)


def of_layers(pack: Pack, layers: Iterable[str], language: str) -> str:
    """Return the sources of some layers as a list, each once."""
    said = [
        own(pack.info(layer).source, pack, language) or say("report.unknown_source", language)
        for layer in layers
    ]
    return "; ".join(dict.fromkeys(said)) or say("report.no_layers", language)
