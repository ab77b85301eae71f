"""
The land account against an independent engine, on the embedded pack.

The truth here is the SQL of `tests.support.account_sql` in DuckDB spatial, which reads the pack
itself and shares no code of ours.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from geo.land.compute import account
from geo.land.rules import ReserveRules
from tests.support import engines

PACK = Path(__file__).parents[4] / "data" / "lillestrom" / "pack.gpkg"
TOLERANCE = 0.001

AREAS = ["gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2", "footprint_m2"]


LAYERS = ("parcels", "plan_areas", "zones", "buildings", "constraints")


@pytest.fixture(scope="module")
def layers():
    return [gpd.read_file(PACK, layer=name) for name in LAYERS]


@pytest.fixture(scope="module")
def duck(tmp_path_factory):
    engine = engines.Duck(tmp_path_factory.mktemp("duck"))
    for name in LAYERS:
        source = f"st_read('{PACK}', layer = '{name}')"
        engine.keep(name, f"SELECT *, row_number() OVER () AS row FROM {source}")  # noqa: S608  # names of ours
    return engine


@pytest.mark.parametrize(
    "rules",
    [ReserveRules(), ReserveRules(building_buffer_m=5, min_part_m2=3000, min_width_m=35)],
    ids=["usual", "other"],
)
def test_every_total_of_every_zone_is_the_same_in_sql(duck, layers, rules):
    truth = engines.account(duck, rules, measured=True)
    ours = account(*layers, rules).by_zone()
    ours = ours[ours["gross_m2"] > 0]
    assert set(ours.index) == set(truth.index)
    truth = truth.loc[ours.index]
    floors = ["densification_bra_m2", "reserve_bra_m2"]
    for name in [*AREAS, *floors]:
        assert ours[name].fillna(0).to_numpy() == pytest.approx(
            truth[name].to_numpy(), rel=TOLERANCE, abs=1
        ), name
    assert ours[["plots", "unknown_plots"]].to_numpy().tolist() == (
        truth[["plots", "unknown_plots"]].to_numpy().tolist()
    )
