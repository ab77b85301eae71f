"""
The land account of a small made-up town against two engines that share no code of ours.

The same account as SQL, in DuckDB and in SedonaDB, in the form that measures and in the fast one,
which `tests.speed.rivals` times: what is compared there is equal here.
"""

from __future__ import annotations

import numpy as np
import pytest

from geo.land.compute import account
from geo.land.rules import ReserveRules
from tests.speed import reserve_pack
from tests.support import engines

LAYERS = ("parcels", "plan_areas", "zones", "buildings", "constraints")
PLOTS = 600


@pytest.fixture(scope="module")
def town():
    return {name: getattr(reserve_pack.build(PLOTS), name) for name in LAYERS}


@pytest.fixture(scope="module", params=[engines.Duck, engines.Sedona])
def engine(request, town, tmp_path_factory):
    engine = request.param(tmp_path_factory.mktemp("engine"))
    for name, frame in town.items():
        engine.load(name, frame)
    return engine


@pytest.mark.parametrize("measured", [True, False], ids=["measured", "fast"])
def test_every_figure_of_every_zone_is_the_same_in_another_engine(engine, town, measured):
    expected = engines.account(engine, ReserveRules(), measured=measured)
    found = account(*town.values(), ReserveRules(), measured=measured).by_zone()
    assert (expected["gross_m2"] > 0).all()
    found = found.loc[expected.index, expected.columns].fillna(0.0)
    # What is left between parts of a plot that nearly touch is dropped land here and none there.
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1.0)
