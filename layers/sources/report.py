"""What a build says of itself: which layers there are, and why others are missing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.pack.location import PACK_VARIABLE
from geo.schema import layers as schema
from geo.schema.findings import gathered
from layers.sources.http import identity

if TYPE_CHECKING:
    from layers.sources.assemble import Built, Outcome
    from layers.sources.fetch import Part

_MAX_FINDINGS: Final = 5  # said on screen for one layer; report.json has them all


def document_of(outcome: Outcome, language: str) -> dict[str, Any]:
    """Return the build as JSON has it; the same stands in report.json."""
    return {
        "municipality_no": outcome.place.number,
        "name": outcome.place.name,
        "built": outcome.day,
        "pack": None if outcome.directory is None else str(outcome.directory),
        "layers": [_layer(built, language) for built in outcome.layers],
    }


def _layer(built: Built, language: str) -> dict[str, Any]:
    return {
        "layer": built.layer,
        "features": _count(built),
        "reason": _reason(built, language),
        "services": [_part(part, language) for part in built.parts],
        "findings": [found.say(language) for found in built.findings],
    }


def _count(built: Built) -> int | None:
    return None if built.frame is None else len(built.frame)


def _part(part: Part, language: str) -> dict[str, Any]:
    return {
        "id": part.service.id,
        "source": part.service.source,
        "url": identity.shown_url(part.service),
        "type": part.service.type,
        "filter_of_service": identity.shown_params(part.service),
        "tally": None if part.tally is None else part.tally.as_document(language),
        "reason": None if part.error is None else part.error.say(language),
        "notes": [note.say(language) for note in part.notes],
    }


def _reason(built: Built, language: str) -> str | None:
    """Return why a layer is missing, or lacks a part; None where it is all there."""
    said = [part.error.say(language) for part in built.parts if part.error is not None]
    if said:
        return " ".join(dict.fromkeys(said))
    if built.frame is None:
        return i18n.say(f"build.why_{built.why}", language)
    return None


def lines_of(outcome: Outcome, language: str) -> tuple[str, ...]:
    """Return the build for a person to read."""
    say = partial(i18n.say, language=language)
    shown = [
        built
        for built in outcome.layers
        if built.frame is not None or schema.LAYERS[built.layer].expected
    ]
    there = [built for built in shown if built.frame is not None]
    absent = [built for built in shown if built.frame is None]
    lines = [say("build.pack", name=outcome.place.name, number=outcome.place.number)]
    for built in there:
        lines.append(say("build.layer", layer=say(f"layer.{built.layer}"), count=_count(built)))
        lines += _remarks(built, language)
    if absent:
        lines.append(say("build.missing"))
        lines += [
            say(
                "build.layer_missing",
                layer=say(f"layer.{built.layer}"),
                reason=_reason(built, language),
            )
            for built in absent
        ]
    path = str(outcome.directory)
    variable = PACK_VARIABLE
    return (*lines, say("build.written", path=path), say("build.show", path=path, name=variable))


def _remarks(built: Built, language: str) -> list[str]:
    lacking = [
        i18n.say(
            "build.part_missing",
            language,
            source=part.service.source,
            reason=part.error.say(language),
        )
        for part in built.parts
        if part.error is not None
    ]
    counted = [
        i18n.say(
            "build.part", language, source=part.service.source, counted=counted_of(part, language)
        )
        for part in built.parts
        if part.tally is not None
    ]
    found = [note for part in built.parts for note in part.notes]
    found += [one for one in built.findings if one.severity == "error"]
    said = [one.say(language) for one in gathered(found)]
    lines = [i18n.say("build.remark", language, text=text) for text in said[:_MAX_FINDINGS]]
    if len(said) > _MAX_FINDINGS:
        lines.append(i18n.say("build.more", language, count=len(said) - _MAX_FINDINGS))
    return counted + lacking + lines


def counted_of(part: Part, language: str = i18n.DEFAULT_LANGUAGE) -> str:
    """Say what became of a service's features, and what it was itself asked to leave out."""
    said = "" if part.tally is None else part.tally.say(language)
    if not part.service.params:
        return said
    asked = identity.shown_params(part.service)
    params = "; ".join(f"{name}={value}" for name, value in asked.items())
    return " · ".join(filter(None, [i18n.say("build.tally_params", language, params=params), said]))
