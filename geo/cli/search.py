"""The command ``search``: pieces of land that meet a wish, ranked, as a document, text and file."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli import search_lines
from geo.cli.runtime import Answer, UsageError, basis_of, projects_line, workspace_of
from geo.errors import CriteriaError
from geo.formats.write import export_layer
from geo.i18n import to_choose
from geo.land.table import demonstration_for
from geo.register.fields import LEVELS
from geo.schema.coercion import quote
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.flood import FLOOD_CLASSES, USUAL_CLASS
from geo.search.completing import network_basis
from geo.search.criteria import CUT_FROM, INSIDE_SHARE, Criteria, Weights
from geo.search.ranking import LAYERS, provenance, search
from geo.search.score import CUT_FIT, FAR_M, NEUTRAL, TERMS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping

    from geo.pack.read import Pack
    from geo.search.answers import Relaxation
    from geo.search.ranking import LeftOut
    from geo.search.survey import Survey

    Say = Callable[..., str]

# Options that the wish knows under another name.
_OPTIONS: Final[Mapping[str, str]] = {
    "min_daa": "--min-daa",
    "max_daa": "--max-daa",
    "target_daa": "--target-daa",
    "rectangle_m": "--rectangle",
    "max_station_m": "--max-station-m",
    "max_road_m": "--max-road-m",
    "min_bra_m2": "--min-bra",
    "min_mw": "--min-mw",
    "readiness": "--readiness",
    "avoid": "--avoid",
    "flood_class": "--flood-class",
}
_NUMBERS: Final = (
    *("min_daa", "max_daa", "target_daa", "max_station_m", "max_road_m", "min_bra_m2", "min_mw"),
)
_SEVERAL: Final = (
    *(("zone", "Z"), ("avoid", "KIND"), ("weight", "NAME=W"), ("readiness", "LEVEL")),
)
_DISTANCES: Final = ("straight", "road")
_RECTANGLE: Final = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*[xX×*]\s*(\d+(?:[.,]\d+)?)\s*")
_WEIGHT: Final = re.compile(r"\s*(\w+)\s*=\s*(\d+(?:[.,]\d+)?)\s*")
# The layers without which a criterion or term is not known.
_NEEDED: Final = ("stations", "context", "growth_areas", "constraints", "constraint_coverage")


def arguments(parser: ArgumentParser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the options of ``search`` to its parser; `text` gives a help text by its name."""
    parser.set_defaults(action=None)
    for name in _NUMBERS:
        parser.add_argument(
            _OPTIONS[name],
            dest=name,
            metavar="X",
            type=number,
            required=name == "min_daa",
            help=text(f"search_{name}"),
        )
    for option, metavar in (("rectangle", "AxB"), ("road", "NAME"), ("business-type", "T")):
        name = option.replace("-", "_")
        parser.add_argument(f"--{option}", metavar=metavar, help=text(f"search_{name}"))
    for option, metavar in _SEVERAL:
        parser.add_argument(
            f"--{option}",
            metavar=metavar,
            action="append",
            default=[],
            help=text(f"search_{option}"),
        )
    for option in (
        *("exclude-constraints", "accept-unknown", "along-roads", "growth-only"),
        *("growth-prefer", "regional-counts", "corridor-only", "densification", "no-join"),
        *("cut", "include-unplanned", "registered"),
    ):
        name = option.replace("-", "_")
        parser.add_argument(f"--{option}", action="store_true", help=text(f"search_{name}"))
    parser.add_argument(
        "--flood-class", choices=tuple(FLOOD_CLASSES), default=USUAL_CLASS, help=text("flood_class")
    )
    parser.add_argument("--distance", choices=_DISTANCES, help=text("search_distance"))
    parser.add_argument("--ledger", metavar="URL", help=text("ledger"))
    parser.add_argument("--limit", metavar="N", type=int, help=text("search_limit"))
    parser.add_argument("--out", metavar="F", help=text("search_out"))


def find_sites(options: Namespace) -> Answer:
    """Tell which pieces of land meet the wish, or what stands in the way."""
    if options.limit is not None and options.limit < 1:
        raise UsageError("cli.search_limit", value=options.limit)
    wish = _wish(options)
    workspace = workspace_of(options)
    pack = workspace.pack
    base = workspace.context_for(wish.flood_class)
    surveyed = workspace.survey(
        join=wish.join, densification=wish.densification, flood_class=wish.flood_class
    )
    if options.exclude_constraints:
        # A kind that is neither mapped nor found anywhere cannot tell one site from another: it is
        # told instead.
        wish = replace(
            wish, avoid=tuple(sorted({*wish.avoid, *(surveyed.kinds or CONSTRAINT_KINDS)}))
        )
    result = search(base, surveyed, wish, limit=options.limit)
    say = partial(i18n.say, language=options.lang)
    badges = sorted(pack.badges(*LAYERS))
    notes = [
        *_notes(pack, surveyed, wish, say),
        *(one.say(options.lang) for one in base.constraints.assumed()),
    ]
    made_up = demonstration_for(pack)
    document = {
        "hits": search_lines.records(result),
        "candidates": result.candidates,
        "more": result.more,
        "not_known": result.not_known,
        "relax": [_relaxed(one) for one in result.relaxed],
        "left_out": [_left_out(one) for one in result.left_out],
        "distance": "road" if wish.along_roads else "straight",
        "road_network": network_basis(pack) if pack.has("context") else None,
        "wish": json.loads(wish.as_json()),
        "flood_class": wish.flood_class,
        "score": {
            "weights": result.counted,
            "far_m": FAR_M,
            "neutral": NEUTRAL,
            "inside_share": INSIDE_SHARE,
            "cut_from": CUT_FROM,
            "cut_fit": CUT_FIT,
            "source": say("search.our_assumption"),
        },
        **basis_of(workspace),
        "badges": badges,
        "notes": notes,
    }
    lines = [
        say("cli.search", name=pack.name, count=result.candidates),
        *([say("cli.search_joined")] if wish.join else []),
        *(
            search_lines.table(result, pack, options.lang)
            if len(result.hits)
            else search_lines.nothing(result, options.lang)
        ),
        *search_lines.left_out(result, pack, options.lang),
        *projects_line(workspace, options.lang),
        *([] if made_up is None else [say("cli.demonstration", name=made_up)]),
        *(say(f"cli.badge_{badge}") for badge in badges),
        *(say("cli.note", text=text) for text in notes),
    ]
    if options.out:
        used = provenance(pack, wish, workspace.land())
        export_layer(result.hits, options.out, provenance=used)
        lines.append(say("cli.search_written", count=len(result.hits), path=options.out))
    return Answer(document, tuple(lines))


def _wish(options: Namespace) -> Criteria:
    rectangle = None
    if options.rectangle is not None:
        sides = _RECTANGLE.fullmatch(options.rectangle)
        if sides is None:
            raise UsageError("cli.search_rectangle", value=quote(options.rectangle))
        rectangle = _number(sides[1]), _number(sides[2])
    try:
        return Criteria(
            **{name: getattr(options, name) for name in _NUMBERS},
            rectangle_m=rectangle,
            zones=tuple(options.zone),
            along_roads=options.along_roads or options.distance == "road",
            road=options.road,
            avoid=tuple(options.avoid),
            flood_class=options.flood_class,
            accept_unknown=options.accept_unknown,
            growth="only" if options.growth_only else "prefer" if options.growth_prefer else "any",
            regional_counts=options.regional_counts,
            corridor_only=options.corridor_only,
            unplanned=options.include_unplanned,
            cut=options.cut,
            business_type=options.business_type,
            densification=options.densification,
            join=not options.no_join,
            registered=options.registered,
            readiness=tuple(options.readiness),
            weights=_weights(options.weight),
        )
    except CriteriaError as error:
        # The user knows the criterion by its option.
        name = str(error.parts["name"])
        option = _OPTIONS.get(name, "--weight")
        msgid, known = {
            "avoid": ("cli.search_kind", to_choose(CONSTRAINT_KINDS, "constraint.{}")),
            "readiness": ("cli.search_readiness", to_choose(LEVELS, "readiness.{}")),
            "rectangle_m": ("cli.search_rectangle", ()),
        }.get(name, ("cli.search_value", ()))
        value = quote(error.parts["value"])
        raise UsageError(msgid, name=option, value=value, known=known) from error


def _weights(given: list[str]) -> Weights:
    values = {}
    for text in given:
        found = _WEIGHT.fullmatch(text)
        if found is None or found[1] not in TERMS:
            raise UsageError("cli.search_weight", value=quote(text), known=", ".join(TERMS))
        values[found[1]] = _number(found[2])
    return replace(Weights(), **values)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _notes(pack: Pack, surveyed: Survey, wish: Criteria, say: Say) -> list[str]:
    missing = [name for name in _NEEDED if not pack.has(name)]
    notes = [say("cli.search_layer_missing", **i18n.in_words({"layer": name})) for name in missing]
    if surveyed.made_up:
        listed = ", ".join(say(f"constraint.{kind}") for kind in surveyed.made_up)
        notes.append(say("search.made_up", kinds=listed))
        if wish.avoid:
            notes.append(say("search.made_up_avoid"))
    known = {*surveyed.mapped, *surveyed.made_up}
    unmapped = [kind for kind in CONSTRAINT_KINDS if kind not in known]
    if unmapped:
        listed = ", ".join(say(f"constraint.{kind}") for kind in unmapped)
        notes.append(say("cli.search_unmapped", kinds=listed))
    return notes


def _relaxed(one: Relaxation) -> dict[str, Any]:
    return {
        "criterion": one.criterion,
        "hits": one.hits,
        "at_least": one.at_least,
        "nearest": one.nearest,
        "zone_name": one.zone,
        "parcel_ids": None if one.plots is None else one.plots.split(", "),
    }


def _left_out(one: LeftOut) -> dict[str, Any]:
    return {
        "reason": one.reason,
        "count": one.count,
        "area_m2": one.area_m2,
        "names": list(one.names),
    }
