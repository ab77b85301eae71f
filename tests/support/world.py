"""A made-up municipality in the official schemas' columns: what the servers of the tests serve."""

from __future__ import annotations

import geopandas as gpd
import shapely

NUMBER = "0301"  # a number that begins with a zero
NAME = "Prøvekommune Øst"
CRS = 25832
WEST, SOUTH = 613_000, 6_647_000
SIDE = 3_000
OUTLINE = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
PLOTS = 250  # of the municipality; PLOTS_BESIDE of its neighbour lie in the same box
PLOTS_BESIDE = 7
FLOODS = 23


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def boxes(count, side=28, step=30, row=50, west=WEST + 100, south=SOUTH + 100):
    return [
        shapely.box(x, y, x + side, y + side)
        for x, y in ((west + step * (i % row), south + step * (i // row)) for i in range(count))
    ]


def teig(count=PLOTS, beside=PLOTS_BESIDE):
    """Plots as Kartverket's Teig has them."""
    total = count + beside
    return frame(
        boxes(total, row=max(50, int(total**0.5))),
        teigid=[1000 + i for i in range(total)],
        kommunenummer=[NUMBER] * count + ["3222"] * beside,
        matrikkelnummerTekst=[f"{1 + i // 100}/{i}" for i in range(total)],
        lagretBeregnetAreal=28.0 * 28.0,
        navnPåÅsen="Ærlig & <Ås>",
    )


def heritage():
    """Sites as Riksantikvaren has them."""
    return frame(
        boxes(12, west=WEST + 1700),
        kulturminneId=[f"{700 + i}-1" for i in range(12)],
        navn="Gravfelt på Øya",
    )


def floods(count=FLOODS):
    return boxes(count, side=60, step=70, row=10, west=WEST + 1700, south=SOUTH + 1500)
