"""What a document rests on, in words: the pack, the source of each layer, and their badges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.i18n import Remark, say
from geo.schema.manifest import BADGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from geo.pack.read import Pack


# Layers that the screening does not look at.
_NOT_USED: Final = frozenset({"places", "businesses", "built_land", "building_points"})


def sources(pack: Pack, language: str, made_up: Collection[str] = ()) -> list[str]:
    """Return where each layer comes from, with its badges; the made-up ones are not used."""
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
        # Made-up plan cases that a screening does not name so stand back for a list of one's own.
        elsewhere = layer == "projects" and "synthetic" in pack.badges(layer)
        if layer in _NOT_USED or layer in made_up or elsewhere:
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
    if made_up:
        names = tuple(Remark(f"layer.{layer}") for layer in pack.layers if layer in made_up)
        said.append(Remark("report.sources_made_up", {"layers": names}).say(language))
    return said


def badges(names: Iterable[str], language: str) -> list[str]:
    """Return the badges in clear text, one sentence each."""
    return [say(f"export.{one}", language) for one in BADGES if one in set(names)]


def note(pack: Pack, layers: Iterable[str], language: str) -> str:
    """Return which badges a figure from some layers carries, to stand beside it."""
    there = pack.badges(*layers)
    return ", ".join(_badge(one, language) for one in BADGES if one in there)


def _badge(name: str, language: str) -> str:
    said = say(f"badge.{name}", language)
    return said[:1].lower() + said[1:]


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


def together(pack: Pack, layers: Iterable[str], language: str) -> list[str]:
    """Return the pack and the sources of those of some layers that it has, each source once."""
    unknown = say("unknown", language)
    by_source: dict[tuple[str, ...], list[str]] = {}
    for layer in (one for one in pack.layers if one in set(layers)):
        info = pack.info(layer)
        source = own(info.source, pack, language) or say("report.unknown_source", language)
        licence = own(info.licence, pack, language) or unknown
        carried = ", ".join(say(f"badge.{one}", language) for one in _badges_of(pack, layer))
        name = say(f"layer.{layer}", language)
        by_source.setdefault((source, info.date or unknown, licence, carried), []).append(name)
    built = pack.built or unknown
    parts = {"pack": pack.name, "built": built, "hash": pack.sha256}
    said = [say("report.sources_pack", language, **parts)]
    for (source, date, licence, carried), names in by_source.items():
        listed = ", ".join(names)
        parts = {"layer": listed[:1].upper() + listed[1:], "source": source}
        parts |= {"date": date, "licence": licence, "badges": carried}
        said.append(
            say("report.source_badged" if carried else "report.source_of", language, **parts)
        )
    return said


def _badges_of(pack: Pack, *layers: str) -> list[str]:
    there = pack.badges(*layers)
    return [one for one in BADGES if one in there]
