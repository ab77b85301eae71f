"""Commands whose answers are kept, with the files that they write."""

from __future__ import annotations

import shlex
from functools import partial

from tests.pins import dumps
from tests.pins.desk import BARE, LILLESTROM, SMALL
from tests.pins.varying import plain

ZONE = {LILLESTROM: "kjeller", SMALL: "ost", BARE: "ost"}

ASKED = {
    "pack-info": "pack info",
    "pack-validate": "pack validate",
    "pack-versions": "pack versions",
    "rule": "rule",
    "rule-target": "rule --target 0,8 --adopted-only",
    "rule-sites": "rule --sites plots.csv",
    "rule-areas": "rule --growth-areas growth.geojson",
    "rule-both": "rule --sites points.csv --growth-areas growth.geojson --target 0.5",
    "reserve": "reserve",
    "reserve-changed": (
        "reserve --building-buffer 5 --min-part 250 --min-width 10 --max-utilisation 0.6"
    ),
    "reserve-bare": "reserve --building-buffer 0 --min-part 0 --min-width 0",
    "screen-plots": "screen plots.csv",
    "screen-points": "screen points.csv --utilisation 0.8",
    "search": "search --min-daa 10",
    "search-near": (
        "search --min-daa 5 --max-daa 30 --max-station-m 1500 --exclude-constraints"
        " --accept-unknown --growth-prefer --weight station=3 --limit 5"
    ),
    "search-rectangle": "search --min-daa 5 --rectangle 60x40 --zone {zone} --no-join",
    "search-built": (
        "search --min-daa 2 --densification --business-type lager --growth-only --min-bra 500"
        " --limit 10"
    ),
    "search-road": (
        "search --min-daa 5 --max-road-m 1500 --road E6 --avoid flood --along-roads"
        " --corridor-only --regional-counts"
    ),
    "search-nothing": "search --min-daa 100000 --max-station-m 10",
    "layers-list": "layers list",
}  # fmt: skip
# Not as JSON only: in words of every pack, and in both languages of the small one.
IN_WORDS = (
    "pack-info",
    "pack-validate",
    "rule",
    "reserve",
    "screen-plots",
    "search",
    "layers-list",
)
WITHOUT_AREAS = (*IN_WORDS, "rule-areas", "search-near")

NAMES = (
    *("zones", "growth_areas", "projects", "places", "corridor_nodes", "parcels", "plan_areas"),
    *("buildings", "constraints", "constraint_coverage", "municipality", "stations", "context"),
    *("zone_figures", "reserve_zones", "reserve_plots", "reserve_parts", "projects_rule"),
    "corridor",
)
ENDINGS = ("gpkg", "zip", "kml", "xlsx", "fgb", "parquet")
IN_ALL_FORMATS = {
    LILLESTROM: ("reserve_zones",),
    SMALL: ("zones", "projects_rule", "reserve_zones"),
}

WRITTEN = {
    "all": "layers export all --out all.gpkg",
    "all-zone": "layers export all --out all.gpkg --zone {zone} --crs 25833 --lang en",
    "kinds": "layers export context --out f.zip",
    "crs": "layers export stations --out f.csv --crs 25833",
    "crs-degrees": "layers export projects --out f.gpkg --crs EPSG:4326",
    "zone": "layers export buildings --out f.geojson --zone {zone}",
    "corridor-part": "layers export projects_rule --out f.csv --corridor",
    "english": "layers export zone_figures --out f.xlsx --lang en",
    "reserve": "reserve --out f.geojson",
    "reserve-changed": "reserve --out f.gpkg --building-buffer 5 --min-part 250",
    "screen": "screen plots.csv --out f.geojson",
    "screen-points": "screen points.csv --out f.csv --lang en",
    "search": "search --min-daa 5 --out f.geojson",
    "search-built": "search --min-daa 1 --densification --accept-unknown --out f.xlsx --limit 10",
}
REPORTS = {
    "report": "screen plots.csv --report f.pdf",
    "report-english": "screen plots.csv --report f.pdf --lang en",
    "report-points": "screen points.csv --report f.pdf --utilisation 0.5",
    "sheet": "sheet {zone} --out f.pdf",
    "account-report": "account-report --json",
}

REFUSED = {
    "nothing": "",
    "command": "dans",
    "option": "rule --tull",
    "value-missing": "reserve --building-buffer",
    "number": "rule --target mye",
    "target": "rule --target 7",
    "pack": "pack info --pack borte",
    "pack-words": "rule --pack words.txt",
    "sites": "rule --sites borte.geojson",
    "sites-broken": "screen broken.geojson",
    "sites-empty": "screen empty.geojson",
    "sites-words": "screen words.txt",
    "sites-negative": "rule --sites negative.csv",
    "sites-effect": "rule --sites plots.csv --adopted-only",
    "growth-areas": "rule --growth-areas plots.csv",
    "buffer": "reserve --building-buffer -1",
    "utilisation": "reserve --max-utilisation 2",
    "screen-utilisation": "screen plots.csv --utilisation 0",
    "report-ending": "screen plots.csv --report f.docx --pack small",
    "search-size": "search --min-daa -1",
    "search-without-size": "search",
    "search-limit": "search --min-daa 5 --limit 0",
    "search-kind": "search --min-daa 5 --avoid drager",
    "search-weight": "search --min-daa 5 --weight hei",
    "search-rectangle": "search --min-daa 5 --rectangle stor",
    "search-type": "search --min-daa 5 --business-type tull",
    "search-zone": "search --min-daa 5 --zone atlantis",
    "layer": "layers export tull --out f.csv",
    "layer-missing": "layers export places --out f.csv --pack small",
    "result-missing": "layers export projects_rule --out f.csv --pack bare",
    "format": "layers export zones --out f.dwg",
    "all-format": "layers export all --out f.csv --pack small",
    "crs": "layers export zones --out f.gpkg --crs 1",
    "crs-geojson": "layers export zones --out f.geojson --crs 25833",
    "zone": "layers export zones --out f.csv --zone atlantis",
    "two-areas": "layers export zones --out f.csv --zone kjeller --corridor",
    "folder": "layers export zones --out borte/f.csv",
    "rule-bare": "rule --pack bare",
    "calculation": "rule --beregning aaaaaaaa",
    "activate": "pack activate 20200101T000000Z-abcdef",
    "compare": "pack compare embedded borte",
    "import": "pack import zones stations.csv",
    "import-layer": "pack import tull stations.csv",
    "import-map": "pack import stations stations.csv --map hei",
    "add": "pack add borte",
}
REFUSED_IN_ENGLISH = ("nothing", "command", "pack", "sites-broken", "buffer", "layer", "rule-bare")

STORIES = {
    "versions": (
        "pack import stations stations.csv --reason Prøve --source Oss --activate",
        "pack import zones growth.geojson --set zone_type=lokal --extent same_id --json",
        "pack versions",
        "pack versions --json",
        "pack compare embedded active",
        "pack compare embedded active --json",
        "pack add small --reason Bygd",
        "pack versions --lang en",
        "pack activate embedded",
        "pack versions",
    ),
    "compare": (
        "pack compare embedded small",
        "pack compare small bare --json",
        "pack compare small bare --lang en",
    ),
    "help": (
        *("pack --help", "pack info --help", "rule --help", "reserve --help"),
        *("screen --help", "search --help", "layers --help", "layers export --help"),
        *("pack import --help", "pack add --help", "rule --help --lang en"),
    ),
}


def told(desk, pack, commands):
    """Return what commands say that are run one after the other, and the files they leave."""
    folder = desk.fresh()
    with desk.at(folder, pack):
        said = "".join(desk.run(*shlex.split(one.format(zone=ZONE[pack]))) for one in commands)
        return plain(said + dumps.folder(folder)).replace(str(folder), "<folder>")


def pins():
    """Every pin by its name: from the desk to the text."""
    listed = (*_answers(), *_refusals(), *_files())
    return {name: partial(told, pack=pack, commands=commands) for name, pack, *commands in listed}


def _answers():
    for name, command in ASKED.items():
        for pack in (LILLESTROM, SMALL, BARE):
            if pack != BARE or name in WITHOUT_AREAS:
                yield f"cli/{pack}/{name}.json", pack, f"{command} --json"
                if pack == SMALL or name in IN_WORDS:
                    yield f"cli/{pack}/{name}", pack, command
        if name in IN_WORDS:
            yield f"cli/{SMALL}/{name}.en", SMALL, f"{command} --lang en"
    for name, commands in STORIES.items():
        yield f"cli/stories/{name}", LILLESTROM, *commands


def _refusals():
    for name, command in REFUSED.items():
        again = (f"{command} --lang en",) if name in REFUSED_IN_ENGLISH else ()
        yield f"cli/refused/{name}", LILLESTROM, command, *again


def _files():
    for pack in (LILLESTROM, SMALL):
        for name in NAMES:
            written = f"layers export {name} --out {name}"
            yield f"exports/{pack}/{name}", pack, f"{written}.geojson", f"{written}.csv"
        for name in IN_ALL_FORMATS[pack]:
            each = (f"layers export {name} --out {name}.{ending}" for ending in ENDINGS)
            yield f"exports/{pack}/{name}.formats", pack, *each
        for name, command in WRITTEN.items():
            yield f"exports/{pack}/+{name}", pack, command
        for name, command in REPORTS.items():
            yield f"reports/{pack}/{name}", pack, command
