"""The commands `layers list` and `layers export`: what can be taken out, and taking it out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.catalogue import entries
from geo.catalogue.qgis import export_together
from geo.catalogue.results import everything, product
from geo.catalogue.selection import Area, content, title
from geo.cli.runtime import Answer, UsageError, pack_of, version_of
from geo.formats.write import export_content, parse_crs
from geo.schema import layers as schema
from geo.workspace import Workspace

if TYPE_CHECKING:
    from argparse import Namespace

    from geo.cli.runtime import Parser
    from geo.formats.content import Content
    from geo.pack.read import Pack

ALL: Final = "all"  # in place of a name: everything, as one GeoPackage


def arguments(parser: Parser, text: Any) -> None:  # noqa: ANN401  # says a help text by its name
    """Add what `layers export` understands."""
    parser.add_argument("name", metavar="NAME", help=text("layer"))
    parser.add_argument("--out", metavar="F", required=True, help=text("out"))
    parser.add_argument("--crs", metavar="EPSG", help=text("crs"))
    parser.add_argument("--ledger", metavar="URL", help=text("ledger"))
    parser.add_argument("--zone", metavar="ID", help=text("export_zone"))
    parser.add_argument("--corridor", action="store_true", help=text("export_corridor"))


def layers_list(options: Namespace) -> Answer:
    """Which layers the pack holds, where they come from, and which results it allows."""
    pack = pack_of(options)
    results = [one for one in entries.entries() if one.is_result]
    document = {
        "pack": version_of(pack),
        "layers": layers(pack),
        "results": [
            {
                "name": one.name,
                "missing": one.missing(pack),
                "badges": sorted(one.badges(pack)),
            }
            for one in results
        ],
    }
    heading = i18n.say("cli.results", options.lang)
    said = (_result_line(pack, one, options.lang) for one in results)
    return Answer(document, (*layer_lines(pack, options.lang), heading, *said))


def layers_export(options: Namespace) -> Answer:
    """Write one layer or result to a file, or all of them to one GeoPackage."""
    if options.zone and options.corridor:
        raise UsageError("cli.usage_one_area")
    if options.name != ALL:
        entries.entry(options.name)
    crs = parse_crs(options.crs) if options.crs else None
    pack = pack_of(options)
    area = _area(pack, options)
    if options.name == ALL:
        return _all(pack, options, crs, area)
    desk = Workspace.of(pack, options.ledger)
    found = content(product(desk, options.name), pack, options.lang, area=area)
    export_content(found, options.out, crs=crs)
    return _answer(options, found)


def _all(pack: Pack, options: Namespace, crs: str | None, area: Area | None) -> Answer:
    items = [
        (one, content(found, pack, options.lang, area=area))
        for one, found in everything(Workspace.of(pack, options.ledger))
    ]
    export_together(items, options.out, crs=crs)
    said = i18n.say("cli.exported_all", options.lang, count=len(items), path=options.out)
    names = [entry.name for entry, _ in items]
    badges = sorted({badge for _, one in items for badge in one.provenance.badges})
    marks = (i18n.say(f"export.{badge}", options.lang) for badge in badges)
    return Answer({"layers": names, "badges": badges}, (said, *marks))


def _area(pack: Pack, options: Namespace) -> Area | None:
    if options.zone:
        return Area.of_zone(pack, options.zone)
    return Area.of_corridor(pack) if options.corridor else None


def _answer(options: Namespace, found: Content) -> Answer:
    count, badges = len(found.frame), list(found.provenance.badges)
    layer = i18n.say(f"layer.{options.name}", options.lang)
    said = i18n.say("cli.exported", options.lang, count=count, layer=layer, path=options.out)
    document = {"layer": options.name, "features": count, "badges": sorted(badges)}
    return Answer(document, (said, *found.provenance.warnings(options.lang)))


def layers(pack: Pack) -> list[dict[str, Any]]:
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


def layer_lines(pack: Pack, language: str) -> list[str]:
    """Return a line for people on each layer."""
    return [_layer_line(pack, name, language) for name in schema.LAYERS]


def _layer_line(pack: Pack, name: str, language: str) -> str:
    # The name that the commands take comes first.
    layer = i18n.FileName(name, f"layer.{name}", write=True).say(language)
    if not pack.has(name):
        return i18n.say("cli.layer_missing", language, layer=layer)
    source = pack.info(name).source or i18n.say("cli.source_unknown", language)
    marks = _marks(pack.badges(name), language)
    count = len(pack.layer(name))
    return i18n.say("cli.layer", language, layer=layer, count=count, source=source, badges=marks)


def _result_line(pack: Pack, one: entries.CatalogueEntry, language: str) -> str:
    lacking = one.missing(pack)
    if lacking:
        layer = i18n.say(f"layer.{lacking}", language)
        return i18n.say("cli.result_missing", language, result=one.name, layer=layer)
    marks = _marks(one.badges(pack), language)
    words = title(one.name, language)
    return i18n.say("cli.result", language, result=one.name, title=words, badges=marks)


def _marks(badges: frozenset[str], language: str) -> str:
    said = (i18n.say(f"cli.mark_{badge}", language) for badge in sorted(badges))
    return "".join(f" [{one}]" for one in said)
