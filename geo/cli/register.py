"""The commands `register list` and `register export`: the sites that the municipality offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import i18n
from geo.cli.runtime import Answer, pack_of, version_of
from geo.errors import MissingLayerError
from geo.formats.provenance import Provenance
from geo.formats.write import export_layer
from geo.ledger.database import default_url
from geo.register import export
from geo.workspace import REGISTER, Workspace

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import Series

    from geo.cli.runtime import Parser
    from geo.pack.read import Pack


def arguments(add: Callable[[str, str], Parser], text: Callable[[str], str]) -> None:
    """Add `register list` and `register export`, by their names and those of their help."""
    for name in ("list", "export"):
        parser = add(name, f"register_{name}")
        parser.add_argument("--ledger", metavar="URL", help=text("register_ledger"))
        parser.add_argument("--public", action="store_true", help=text("register_public"))
        if name == "export":
            parser.add_argument("--out", metavar="F", required=True, help=text("out"))


def list_sites(options: Namespace) -> Answer:
    """List the sites, with how ready each is."""
    pack = pack_of(options)
    found = _rows(pack, options)
    document = {"pack": version_of(pack), "sites": export.documents(found)}
    lines = [_line(row, options.lang) for _, row in found.iterrows()]
    return Answer(document, tuple(lines) or (i18n.say("cli.register_empty", options.lang),))


def export_sites(options: Namespace) -> Answer:
    """Write the sites to a file."""
    pack = pack_of(options)
    found = _rows(pack, options)
    source = "publish.register" if options.public else "cli.register_source"
    about = Provenance(source=i18n.say(source, options.lang), pack_sha256=pack.sha256)
    export_layer(found, options.out, provenance=about, language=options.lang)
    layer = i18n.say(f"layer.{REGISTER}" if options.public else "cli.register", options.lang)
    said = i18n.say("cli.exported", options.lang, count=len(found), layer=layer, path=options.out)
    return Answer({"sites": len(found), "public": options.public}, (said,))


def _rows(pack: Pack, options: Namespace) -> GeoDataFrame:
    sites = Workspace.of(pack, options.ledger or default_url()).sites
    if sites is None:
        raise MissingLayerError("error.missing_layer", layer=REGISTER)
    return export.rows(sites, options.lang, public=options.public)


def _line(row: Series, language: str) -> str:
    level = row["readiness"]
    known = isinstance(level, str)
    return i18n.say(
        "cli.register_site",
        language,
        id=row["site_id"],
        name=row["name"],
        area=i18n.Amount(row["area_m2"], "daa").say(language),
        availability=i18n.say(f"availability.{row['availability']}", language),
        readiness=i18n.say(f"readiness.{level}" if known else "unknown", language),
        by=i18n.say(f"code.readiness_by.{row['readiness_by']}", language),
    )
