"""Ledgers of a few projects whose account can be worked out in the head."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from hypothesis import strategies as st
from shapely import Point

from geo.growth.account import account
from geo.growth.projects import prepared
from geo.growth.rule import TARGET_SHARE
from geo.growth.terms import Terms
from geo.jobs import read_norms
from geo.ledger.fields import STATUSES
from geo.schema.layers import CRS
from tests.support.shapes import frame, square

NORMS = read_norms()
EAST, NORTH = 600_000, 6_650_000
CENTRE = square(EAST, NORTH, side=1000)  # counts
REGIONAL = square(EAST + 5000, NORTH, side=1000)  # counts only with the regional areas
AREAS = frame(CENTRE, REGIONAL, area_id=["centre", "regional"], counts=[True, False])
INSIDE = Point(EAST + 500, NORTH + 500)
IN_REGIONAL = Point(EAST + 5500, NORTH + 500)
OUTSIDE = Point(EAST - 500, NORTH - 500)
ACROSS = square(EAST + 900, NORTH, side=200)  # half in the centre

DTYPES = {
    "project_id": "str",
    "name": "str",
    "business_type": "str",
    "gross_area_m2": "float64",
    "jobs_low": "float64",
    "jobs": "float64",
    "jobs_high": "float64",
    "jobs_lost": "float64",
    "year": "Int64",
    "status": "str",
    "effect": "str",
}


def project(place, jobs=None, **fields):
    """One project; three jobs are low, middle and high, and it counts unless told otherwise."""
    low, middle, high = jobs if isinstance(jobs, tuple) else (jobs,) * 3
    known = {"jobs_low": low, "jobs": middle, "jobs_high": high, "effect": "counts"}
    return {"geometry": place} | known | fields


def ledger(*projects):
    """State of a ledger, as the ledger gives it; ids p0, p1, … where there are none."""
    rows = [
        {"project_id": f"p{number}", "name": f"Prosjekt {number}"} | one
        for number, one in enumerate(projects)
    ]
    table = pd.DataFrame(rows, columns=[*DTYPES, "geometry"]).astype(DTYPES)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def state(*projects, areas=AREAS):
    """Prepared state of a ledger of these projects."""
    return prepared(ledger(*projects), areas, NORMS)


def judged(sites, areas, *, target=TARGET_SHARE):
    """Account of bare sites, all of which count."""
    return account(prepared(sites.assign(effect="counts"), areas, NORMS), Terms(target=target))


places = st.sampled_from([INSIDE, IN_REGIONAL, OUTSIDE, ACROSS])
numbers = st.just(0.0) | st.floats(0.1, 5000)


@st.composite
def some_projects(draw, *, places=places, least=0, certain=False):
    """A few projects, some of whose jobs, losses, years and statuses are not known."""
    found = []
    for _ in range(draw(st.integers(least, 7))):
        jobs = draw(numbers) if certain else tuple(sorted(draw(st.tuples(*[numbers] * 3))))
        known = certain or draw(st.integers(0, 5)) > 0
        found.append(
            project(
                draw(places),
                jobs if known else None,
                jobs_lost=draw(st.none() | numbers),
                year=draw(st.none() | st.integers(2019, 2040)),
                status=draw(st.none() | st.sampled_from(STATUSES)),
                effect=draw(st.sampled_from(["counts", "counts", "planned", "none"])),
            )
        )
    return found
