"""One pack's land made ready for account after account, as a slider asks for them."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.geometry import overlay
from geo.land import compute
from geo.land.ground import business_land, checked, read, unplotted_land
from geo.land.joining import zone_table
from geo.land.naming import judge, named
from geo.land.pieces import BUFFERS_KEPT, KeptPieces
from geo.land.rules import ReserveRules

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.geometry.overlay import Geometries
    from geo.land.account import LandAccount
    from geo.land.ground import Ground
    from geo.land.stages import Obstacles
    from geo.pack.read import Pack

_DEFAULT_RULES = ReserveRules()


class LandBasis:
    """
    The layers of a pack, for the accounts of many rules: what a rule does not change is kept.

    Each account is that of `geo.land.compute.account` to the last digit. Another utilisation,
    minimum part or width is arithmetic on what is there; another buffer takes what is free anew;
    other codes or statuses take all but the plots and buildings anew. The accounts share their
    geometries with each other, but not with the basis. Any thread may ask; they take turns.

    Parameters
    ----------
    parcels, plan_areas, zones, buildings, constraints, water
        As for `geo.land.compute.account`, which also names the errors.
    buffers
        For how many buffers free land is kept, the last ones asked for.
    """

    def __init__(  # a layer each
        self,
        parcels: gpd.GeoDataFrame,
        plan_areas: gpd.GeoDataFrame,
        zones: gpd.GeoDataFrame,
        buildings: gpd.GeoDataFrame,
        constraints: gpd.GeoDataFrame | None,
        *,
        water: gpd.GeoDataFrame | None = None,
        buffers: int = BUFFERS_KEPT,
    ) -> None:
        layers = checked(parcels, plan_areas, zones, buildings, constraints)
        with overlay.quiet():
            self._ground, self._obstacles = read(layers, water)
        self._buffers = buffers
        self._cut: _BusinessCut | None = None
        self._lock = threading.Lock()

    @classmethod
    def of_pack(cls, pack: Pack) -> LandBasis:
        """
        Make a pack's layers ready.

        Raises
        ------
        MissingLayerError
            If one of `geo.land.compute.NEEDS` is not in the pack.
        """
        parcels, plan_areas, zones, buildings, constraints, water = compute.layers_of(pack)
        return cls(parcels, plan_areas, zones, buildings, constraints, water=water)

    def account(
        self, rules: ReserveRules = _DEFAULT_RULES, *, measured: bool = True
    ) -> LandAccount:
        """Return the account by these rules, as `geo.land.compute.account`."""
        with self._lock, overlay.quiet():
            if self._cut is None or not self._cut.holds_for(rules):
                self._cut = _BusinessCut(self._ground, self._obstacles, rules, self._buffers)
            return self._cut.account(rules, measured=measured)


class _BusinessCut:
    """What the account of business land by one choice of purposes and statuses has in common."""

    def __init__(
        self,
        ground: Ground,
        obstacles: Obstacles,
        rules: ReserveRules,
        buffers: int,
    ) -> None:
        self._ground, self._rules = ground, rules
        self._business = business_land(ground, rules)
        self._pieces = KeptPieces(
            ground.plots, self._business.sites, obstacles, scale=ground.scale, buffers=buffers
        )
        self._geometry: Geometries | None = None
        self._unplotted: Geometries | None = None
        self._zones: dict[bool, pd.DataFrame] = {}

    def holds_for(self, rules: ReserveRules) -> bool:
        mine = self._rules
        return (mine.business_codes, mine.plan_statuses) == (
            rules.business_codes,
            rules.plan_statuses,
        )

    def account(self, rules: ReserveRules, *, measured: bool) -> LandAccount:
        ground, business = self._ground, self._business
        result = self._pieces.measure(rules, measured=measured)
        if self._geometry is None:
            # Readers of an account must not hold what the next one is cut from.
            self._geometry = overlay.own(result.geometry)
        result = replace(result, geometry=self._geometry.copy())
        if measured and self._unplotted is None:
            self._unplotted = unplotted_land(business.sites, ground.parcels)
        unplotted = self._unplotted if measured else None
        if measured not in self._zones:
            judgement = judge(ground, business, result, unplotted)
            self._zones[measured] = zone_table(ground.layers["zones"], judgement)
        return named(ground, business, result, self._zones[measured], unplotted, rules)
