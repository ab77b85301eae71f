"""A pack made by hand: every kind of value that the program tells apart, in a few features."""

from __future__ import annotations

import hashlib
import json
from itertools import starmap

import geopandas as gpd
import pyogrio
import shapely

CRS = "EPSG:25832"
X, Y = 614_000, 6_648_000  # near Lillestrøm stasjon
SOURCE = "Prøvedata"
WITHOUT_GROWTH = ("growth_areas", "places")


def box(x, y, width, height=None):
    """Rectangle whose lower left corner lies x metres east and y north of the origin."""
    height = width if height is None else height
    return shapely.box(X + x, Y + y, X + x + width, Y + y + height)


def point(x, y):
    return shapely.Point(X + x, Y + y)


def line(*corners):
    return shapely.LineString([point(*corner) for corner in corners])


def bow_tie(x, y, side):
    """Polygon that crosses itself; reading repairs it."""
    corners = ((x, y), (x + side, y + side), (x + side, y), (x, y + side))
    return shapely.Polygon(list(starmap(point, corners)))


def frame(columns, *rows):
    """Layer of rows whose last member is the geometry."""
    values = [row[:-1] for row in rows]
    data = {name: [one[place] for one in values] for place, name in enumerate(columns)}
    return gpd.GeoDataFrame(data, geometry=[row[-1] for row in rows], crs=CRS)


OFFICES = "Kontor nær stasjonen."
CENTRE, EAST, WEST = box(0, 0, 1000), box(2000, 0, 1000), box(-2000, -1000, 1000)
NORTH_WEST = box(-2000, -500, 1000, 500)


def layers():
    """Every layer but `places`, in the order of the file."""
    return {
        "municipality": frame(
            ("municipality_no", "name"),
            ("3205", "Prøvebygd", box(-4000, -4000, 10_000)),
            ("3222", "Nabobygd", box(6000, -4000, 5000, 10_000)),
        ),
        "zones": frame(
            ("zone_id", "name", "zone_type", "status_text", "abc", "business_profile", "source"),
            (
                "sentrum",
                "Sentrum",
                "regionby",
                OFFICES,
                "A",
                "kontor",
                SOURCE,
                CENTRE,
            ),
            (
                "ost",
                "Østmarka & co",
                "naeringsomrade",
                "Lager.",
                "C",
                "industri_lager",
                SOURCE,
                EAST,
            ),
            ("vest", "Vestsida", "kunnskap", None, "B", None, None, WEST),
        ).assign(illustrative=[False, False, True]),
        "growth_areas": frame(
            ("area_id", "name", "category", "counts", "illustrative", "source"),
            ("vekst-sentrum", "Sentrum", "by", True, False, SOURCE, box(-100, -100, 1200)),
            (
                "vekst-vest",
                "Vestsida, nord",
                "tettsted",
                True,
                True,
                SOURCE,
                box(-2000, -500, 1000, 500),
            ),
            ("regional-ost", "Østmarka", "regional", False, False, SOURCE, EAST),
        ),
        "parcels": frame(
            ("parcel_id", "synthetic"),
            ("1/1", False, box(0, 0, 200)),
            ("1/2", False, box(200, 0, 200)),
            ("1/3", False, box(400, 0, 150, 200)),
            ("1/4", False, box(0, 300, 100)),
            ("1/4", False, box(200, 300, 100)),
            ("1/5", False, box(900, 500, 200)),
            ("2/1", False, box(2000, 0, 300)),
            ("2/2", False, box(2300, 0, 300)),
            ("2/3/0/1", False, box(2600, 0, 300)),
            ("2/4", True, box(2000, 400, 25, 400)),
            ("3/1", False, box(-2000, -700, 300, 400)),
            ("3/2", True, box(-1600, -900, 200)),
            ("9/9", False, box(3500, 2000, 100)),
        ),
        "plan_areas": frame(
            (
                *("plan_id", "land_use_code", "land_use_status", "utilisation_type"),
                *("utilisation_value", "max_floors", "adopted"),
            ),
            ("p01", "1300", 1, 16, 60.0, 4.0, 2018, box(0, 0, 200)),
            ("p02", "1310", 1, 18, 150.0, 5.0, 2015, box(200, 0, 200)),
            ("p03", "1150", 2, 13, 5000.0, None, 2020, box(400, 0, 150, 200)),
            ("p04", "1300", 1, 15, 1000.0, 2.0, 1999, box(0, 300, 300, 100)),
            ("p05", "1130", 3, 14, 90.0, None, 1996, box(900, 500, 200)),
            ("p06", "1340", 1, 12, 40.0, 2.0, 1998, box(2000, 0, 300)),
            ("p07", "1340", 2, 17, 8000.0, None, 2022, box(2300, 0, 300)),
            ("p08", "1350", 1, 3, 0.5, 2.0, 1985, box(2600, 0, 300)),
            ("p09", "1340", 1, None, None, None, None, box(2000, 400, 100, 400)),
            ("p10", "1300", 1, 16, 50.0, None, 2012, box(-2000, -700, 300, 400)),
            ("p11", "1110", 1, 18, 80.0, 3.0, 2010, box(-1600, -900, 200)),
            ("p12", "2010", 1, 99, 10.0, None, 2023, box(150, 0, 100, 50)),
        ),
        "buildings": frame(
            ("building_id", "building_type", "floors", "gross_area_m2"),
            ("b1", "kontor", 4.0, 3200.0, box(20, 20, 40)),
            ("b2", "kontor", 3.0, None, box(230, 60, 30)),
            ("b3", "lager", None, None, box(2050, 50, 60)),
            ("b4", "lager", 1.0, 2500.0, box(2280, 150, 50)),
            ("b5", None, 2.0, None, box(-1950, -650, 40)),
            ("b6", "garasje", 1.0, None, box(520, 100, 5)),
            ("b7", "industri", 1.0, 900.0, bow_tie(2700, 100, 30)),
            ("b8", "bolig", 2.0, 300.0, box(-1500, -850, 12)),
        ),
        "constraints": frame(
            ("constraint_id", "kind", "severity", "source"),
            ("flom-1", "flood", "exclude", SOURCE, box(100, 150, 300, 60)),
            ("leire-1", "quick_clay", "assess", SOURCE, box(380, -50, 120)),
            ("jord-1", "farmland", "exclude", SOURCE, box(2450, 150, 200)),
            ("jord-2", "farmland", "assess", SOURCE, box(2800, 500, 400)),
            ("natur-1", "nature", "assess", None, box(-1850, -600, 100)),
            ("minne-1", "heritage", "exclude", SOURCE, bow_tie(-1990, -690, 40)),
        ),
        "constraint_coverage": frame(
            ("kind",),
            ("flood", box(-4000, -4000, 10_000)),
            ("quick_clay", box(-500, -500, 2000)),
            ("farmland", box(-500, -1000, 4000, 3000)),
        ),
        "stations": frame(
            ("station_id", "name"),
            ("s1", "Sentrum stasjon", point(500, -200)),
            ("s2", "Vestsida holdeplass", point(-1500, -1200)),
        ),
        "projects": frame(
            (
                *("project_id", "name", "zone_id", "business_type", "gross_area_m2"),
                *("site_area_m2", "jobs_low", "jobs", "jobs_high", "year", "status", "effect"),
                *("case_ref", "source", "accuracy_m", "note"),
            ),
            (
                *("kontorhus", "Nytt kontorhus", "sentrum", "kontor", None, 12_000.0),
                *(250.0, 300.0, 350.0, 2024, "vedtatt", "counts"),
                *("PLAN-1", SOURCE, 50.0, "Vedtatt 2024.", point(300, 300)),
            ),
            (
                *("butikk", "Butikk", "sentrum", "handel", 3000.0, None),
                *(None, None, None, 2026, "vedtatt", "counts"),
                *("PLAN-2", SOURCE, 200.0, None, point(950, 600)),
            ),
            (
                *("lager", "Stort lager", "ost", "lager", 20_000.0, 60_000.0),
                *(None, None, None, 2030, "forslag", "planned"),
                *(None, SOURCE, None, None, box(2300, 0, 200)),
            ),
            (
                *("hall", "Hall uten type", "vest", None, 4000.0, None),
                *(None, None, None, None, "forslag", "planned"),
                *(None, SOURCE, 300.0, None, point(-1990, -495)),
            ),
            (
                *("ukjent", "Ingenting kjent", None, None, None, None),
                *(None, None, None, None, None, "planned"),
                *(None, None, None, None, point(3500, 2000)),
            ),
            (
                *("ide", "Bare en idé", "vest", "industri", 1000.0, None),
                *(10.0, 20.0, 30.0, 2035, "idé", "none"),
                *(None, SOURCE, 100.0, None, point(-1500, -900)),
            ),
            (
                *("verksted", "Verksted", None, "industri", None, None),
                *(40.0, 40.0, 40.0, 2025, "under bygging", "counts"),
                *(None, SOURCE, 20.0, None, point(3000, 3000)),
            ),
        ),
        "corridor_nodes": frame(
            ("seq", "name"),
            (1, "Vest", point(-2000, -500)),
            (2, "Midt", point(0, 500)),
            (3, "Øst", point(1500, 500)),
        ),
        "context": frame(
            ("name", "kind"),
            ("E6", "road", line((-4000, -300), (1500, -300), (6000, 200))),
            ("Banen", "rail", line((-1500, -1200), (500, -200))),
            ("Åa", "river", line((1500, -4000), (1700, 6000))),
            ("Tjernet", "lake", box(4000, 3000, 500)),
        ),
    }


ABOUT = {
    "municipality": {"licence": "CC BY 4.0", "date": "2024", "accuracy": "10 m"},
    "zones": {"date": "2025", "illustrative": False, "note": "Vestsida er en skisse."},
    "growth_areas": {"illustrative": True, "licence": "Egen, fri bruk"},
    "parcels": {"synthetic": False, "url": "https://www.kartverket.no", "date": "2025-06-01"},
    "plan_areas": {"synthetic": True, "date": "2025", "accuracy": "Oppdiktet"},
    "buildings": {"synthetic": False, "date": "2023–2025"},
    "constraints": {"synthetic": True},
    "stations": {"date": "2019-06-12", "own": True},
    "projects": {"date": "2026", "note": "Et utvalg."},
    "context": {"illustrative": True},
}

STRATEGY = """\
title = "Næringsplan for Prøvebygd"
source = "Prøvedata"
note = "Gjengitt med egne ord."

[[goals]]
goal_id = "mål"
title = "90 % i vekstområdene"
text = "Ni av ti nye arbeidsplasser."
source = "Prøvedata"

[[focus_areas]]
number = 1
title = "Klima"
un_goals = [13]
text = "Jordvern."
strategies = ["Fortette."]
source = "Prøvedata"

[[figures]]
figure_id = "folketall"
title = "Folketall"
unit = "innbyggere"
kind = "line"
note = ""
source = "Prøvedata"
values = [{ label = "Nå", value = 1000, year = 2025 }, { label = "Så", value = 1200, year = 2030 }]
"""

TRANSLATIONS = """\
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid OFFICES
msgstr "Offices near the station."
"""


def write(folder, *, drop=()):
    """Write the pack; the same bytes each time, by the same version of GDAL."""
    folder.mkdir(parents=True)
    path = folder / "pack.gpkg"
    kept = {name: one for name, one in layers().items() if name not in drop}
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-02T00:00:00.000Z"})
    try:
        for name, one in kept.items():
            kinds = set(one.geom_type)
            kind = kinds.pop() if len(kinds) == 1 else "Unknown"
            pyogrio.write_dataframe(one, path, layer=name, driver="GPKG", geometry_type=kind)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    top = {"name": "Prøvebygd", "municipality_no": "3205", "built": "2026-01-02", "sha256": digest}
    lines = _toml(top)
    for name, about in ABOUT.items():
        if name in kept:
            told = {"source": SOURCE, **about, "features": len(kept[name])}
            lines += ["", f"[layers.{name}]", *_toml(told)]
    texts = {
        "manifest.toml": "\n".join(lines) + "\n",
        "strategy.toml": STRATEGY,
        "en.po": TRANSLATIONS,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _toml(values):
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
