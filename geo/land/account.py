"""The land account: where every square metre of business land went, and the class of each plot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.geometry.overlay import dissolve, polygonal, quiet
from geo.geometry.scale import areas_of
from geo.land import densification
from geo.land.pieces import PIECE_AREAS, balance_error_m2, out_of_reserve_m2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo.land.rules import ReserveRules
    from geo.schema.findings import Finding

    Codes = NDArray[np.int64]

VACANT: Final = "ledig"
DENSIFY: Final = "fortetting"
BUILT_OUT: Final = "utbygd"
BOUND: Final = "båndlagt"
UNKNOWN: Final = "ukjent"
CLASSES: Final = (VACANT, DENSIFY, BUILT_OUT, BOUND, UNKNOWN)

DOMINATES: Final = 0.5  # A: land of one kind dominates a plot when it is more than half of it


def classify(plots: pd.DataFrame) -> pd.Series:
    """
    Name the class of each plot from its account. The first that fits is taken.

    1. ``ukjent``: has a building, but its allowed or existing floor area is unknown. First, so
       that not knowing never hides behind another class.
    2. ``ledig``: has reserve, and no building, or reserve on more than half of the plot.
    3. ``båndlagt``: more than half of the plot is excluded by constraints, or water.
    4. ``fortetting``: has unused floor area on built land, with utilisation below the threshold.
    5. ``utbygd``: everything else, also unbuilt land without a large enough part.

    Parameters
    ----------
    plots
        Columns unknown, has_building, gross_m2, reserve_m2, excluded_m2 (NaN = not mapped: water
        alone may dominate), water_m2 and densification_bra_m2.

    Returns
    -------
    Series
        One of `CLASSES`, indexed as `plots`.
    """
    gross, saved = plots["gross_m2"], plots["reserve_m2"]
    vacant = (saved > 0) & (~plots["has_building"] | (saved > DOMINATES * gross))
    conditions = [
        plots["unknown"],
        vacant,
        out_of_reserve_m2(plots) > DOMINATES * gross,
        plots["densification_bra_m2"] > 0,
    ]
    names = np.select(conditions, [UNKNOWN, VACANT, BOUND, DENSIFY], default=BUILT_OUT)
    return pd.Series(names, index=plots.index, name="class", dtype="str")


# Columns that add up over pieces.
SUMS: Final = (
    *PIECE_AREAS,
    "water_m2",
    "footprint_m2",
    "existing_bra_m2",
    "allowed_bra_m2",
    "built_bra_m2",
    "densification_bra_m2",
    "reserve_bra_m2",
)
# What the account is asked for: unknown where there are no plots to find it on.
ANSWERS: Final = ("reserve_m2", "densification_bra_m2", "reserve_bra_m2")
# Where a floor area is a question at all: on pieces with some of this.
_STANDS_ON: Final[Mapping[str, str]] = {
    "existing_bra_m2": "footprint_m2",
    "built_bra_m2": "built_m2",
    "densification_bra_m2": "has_building",
    "reserve_bra_m2": "reserve_m2",
}
# Keys of a zone in the command line's JSON, in order.
_ZONE_KEYS: Final = (
    *PIECE_AREAS,
    *("densification_bra_m2", "unknown_plots", "synthetic", "unplotted_m2", "water_m2"),
)


@dataclass(frozen=True)
class LandAccount:
    """
    The account of all business land in the zones. Frames are not to be changed.

    Attributes
    ----------
    pieces
        One row for each plot ∩ plan area ∩ zone, with its geometry: parcel (label in the parcels
        frame), parcel_id, plan_id, zone_id, plot_row, synthetic, the measures of `SUMS` and the
        columns of `geo.land.densification.densify`.
    part_rows
        What `parts` is made of, the polygons as WKB.
    elsewhere
        Business land that is in no piece: zone_id and geometry; on no plot of the zone, or in no
        zone where that is None. None where it was not measured.
    zones
        Indexed by zone_id; columns business_profile (None where the layer has none),
        cover_error_m2: how far the pieces and the land on no plot are from all business land of
        the zone, measured by the union of the plots (m²), and accounted: false where no plot lies
        on the zone's business land, so that nothing is known of what is vacant there.
    faults
        Geometries that were repaired or left out: layer, row (label), id, fault.
    notes
        What was found in the layers and does not concern one geometry alone.
    rules
        The parameters used.
    constraints_mapped
        False where there is no constraints layer: excluded land is then unknown, never 0.
    crs
        Reference system of all geometries.
    area_correction
        The largest correction of a plot's areas for the map projection, as a share; 0 for none.
    """

    pieces: gpd.GeoDataFrame
    part_rows: pd.DataFrame
    elsewhere: gpd.GeoDataFrame | None
    zones: pd.DataFrame
    faults: pd.DataFrame
    notes: tuple[Finding, ...]
    rules: ReserveRules
    constraints_mapped: bool
    crs: CRS
    area_correction: float = 0.0

    @cached_property
    def parts(self) -> gpd.GeoDataFrame:
        """Reserve as single polygons: parcel, parcel_id, zone_id, area_m2, geometry."""
        rows = self.part_rows
        shapes = shapely.from_wkb(rows["wkb"].to_numpy())
        return gpd.GeoDataFrame(rows.drop(columns="wkb"), geometry=shapes, crs=self.crs)

    @cached_property
    def plots(self) -> gpd.GeoDataFrame:
        """
        One row for each plot with business land, indexed by the label in the parcels frame.

        Columns: parcel_id, the measures of `SUMS`, balance_error_m2, utilisation, has_building,
        unknown, synthetic, class; the geometry is the plot's business land in the zones.
        Floor areas and utilisation are NaN where a part of them is unknown.
        """
        pieces = self.pieces
        # By row, for labels may repeat; so the plots come in the order of the parcels.
        _, first, code = np.unique(pieces["plot_row"], return_index=True, return_inverse=True)
        labels = pd.Index(pieces["parcel"].to_numpy()[first])
        plots = _sums(pieces, code, len(labels), strict=True).set_axis(labels, axis=0)
        for name in ("has_building", "unknown", "synthetic"):
            plots[name] = np.bincount(code, weights=pieces[name], minlength=len(labels)) > 0
        # Of all built land of the plot, so that it is the ratio of the two figures beside it.
        share = np.full(len(labels), np.nan)
        existing, allowed = plots["existing_bra_m2"], plots["built_bra_m2"]
        there = plots["has_building"].to_numpy() & (allowed > 0).to_numpy()
        np.divide(existing.to_numpy(), allowed.to_numpy(), out=share, where=there)
        plots["utilisation"] = share
        plots.insert(0, "parcel_id", pieces["parcel_id"].to_numpy()[first])
        plots["class"] = classify(plots)
        order = np.argsort(code, kind="stable")
        shapes = pieces.geometry.to_numpy()
        land = np.empty(len(labels), dtype=object)
        land[:] = shapes[first]
        many = np.bincount(code, minlength=len(labels)) > 1
        rows = order[many[code[order]]]
        if rows.size:
            land[many] = dissolve(shapely.force_2d(shapes[rows]), code[rows])[1]
        return gpd.GeoDataFrame(plots, geometry=land, crs=pieces.crs)

    def by_zone(self) -> pd.DataFrame:
        """
        Sum the account by zone.

        Returns
        -------
        DataFrame
            Indexed by zone_id, every zone of the layer, with its business_profile. Columns:

            - the measures of `SUMS` and balance_error_m2. A plot on a zone border is shared by
              its pieces. excluded_m2 is NaN where constraints are not mapped; floor areas sum
              what is known, and are NaN where there is something and none of it is known. In a
              zone that is not `accounted`, `ANSWERS` are NaN: no plots is not no vacant land;
            - unplotted_m2: business land on no plot, which is in none of the other measures; NaN
              where it was not measured;
            - plots, and unknown_plots (built, but what they allow or have is unknown);
            - unknown_reserve_m2: reserve whose allowed floor area is unknown;
            - synthetic: rests on synthetic plots.
        """
        return self._by_zone.copy()

    @cached_property
    def _by_zone(self) -> pd.DataFrame:
        code = self.zones.index.get_indexer(self.pieces["zone_id"])
        table = self._summed(code, self.zones.index)
        table["unplotted_m2"] = np.nan
        if self.elsewhere is not None:
            inside = self.elsewhere[self.elsewhere["zone_id"].notna()]
            place = self.zones.index.get_indexer(inside["zone_id"])
            table["unplotted_m2"] = np.bincount(place, areas_of(inside), len(table))
        table["balance_error_m2"] += self.zones["cover_error_m2"].fillna(0.0)
        table.loc[~self.zones["accounted"].to_numpy(), list(ANSWERS)] = np.nan
        return table.join(self.zones["business_profile"])

    def total(self) -> pd.Series:
        """Sum the account over all zones: as a row of `by_zone`, a plot counted once."""
        return self._total.copy()

    @cached_property
    def _total(self) -> pd.Series:
        code = np.zeros(len(self.pieces), dtype=np.int64)
        row = self._summed(code, pd.Index(["total"])).astype(object).iloc[0]
        row["unplotted_m2"] = self._by_zone["unplotted_m2"].sum(skipna=False)
        row["balance_error_m2"] = self.balance_error_m2
        return row.rename("total")

    @property
    def outside_zones_m2(self) -> float:
        """Business land in no zone (m²); NaN where it was not measured."""
        if self.elsewhere is None:
            return np.nan
        return float(areas_of(self.elsewhere[self.elsewhere["zone_id"].isna()]).sum())

    @property
    def balance_error_m2(self) -> float:
        """
        How far the parts are from the whole (m²).

        Over all pieces |gross − built − excluded − dropped − reserve|, and over all zones how far
        the pieces are from the union of business land and plots: land that is in two pieces, or
        in none.
        """
        pieces = float(balance_error_m2(self.pieces).abs().sum())
        return pieces + float(self.zones["cover_error_m2"].sum())

    def within(self, area: BaseGeometry) -> LandAccount:
        """
        Cut the account to an area, such as a corridor.

        Parameters
        ----------
        area
            Polygon in the account's reference system.

        Returns
        -------
        LandAccount
            Each piece keeps the share of its figures that its land inside the area is of all its
            land; the parts are clipped. Shares add up: two areas that split the zones between
            them have accounts that sum to the whole.
        """
        pieces, share = _clipped(self.pieces, area)
        figures = [*SUMS]
        pieces[figures] = pieces[figures].mul(share, axis=0)
        parts, left = _clipped(self.parts, area)
        parts["area_m2"] *= left
        rows = pd.DataFrame(parts.drop(columns="geometry")).assign(wkb=parts.geometry.to_wkb())
        elsewhere = None if self.elsewhere is None else _clipped(self.elsewhere, area)[0]
        return replace(self, pieces=pieces, part_rows=rows, elsewhere=elsewhere)

    def jobs(self, norms: pd.DataFrame) -> pd.DataFrame:
        """
        Jobs that the reserve and the densification have room for: two numbers, never one.

        Parameters
        ----------
        norms
            m² BRA per job: indexed by business profile, columns `low` and `high`.

        Returns
        -------
        DataFrame
            Indexed by zone_id: reserve_jobs_low, reserve_jobs_high, densification_jobs_low,
            densification_jobs_high. NaN for a zone without a profile that has a norm.
        """
        zones = self.by_zone()
        return _jobs(zones, zones["business_profile"], norms)

    def plot_jobs(self, norms: pd.DataFrame) -> pd.DataFrame:
        """Return the same four numbers for each plot, indexed as `plots`; unknown if a part is."""
        pieces = self.pieces
        profile = self.zones["business_profile"].reindex(pieces["zone_id"].to_numpy())
        each = _jobs(pieces, profile, norms).groupby(pieces["plot_row"].to_numpy())
        return each.sum(min_count=0, skipna=False).set_axis(self.plots.index, axis=0)

    def as_dict(self) -> dict[str, Any]:
        """
        Give the command line's JSON; what is unknown is None.

        `zones`, `balance_error_m2` and `outside_zones_m2`.
        """
        rows = self.by_zone()[list(_ZONE_KEYS)]
        return {
            "zones": [
                {"zone_id": str(zone), **{key: _plain(row[key]) for key in _ZONE_KEYS}}
                for zone, row in zip(rows.index, rows.to_dict("records"), strict=True)
            ],
            "balance_error_m2": self.balance_error_m2,
            "outside_zones_m2": _plain(self.outside_zones_m2),
        }

    def _summed(self, code: Codes, labels: pd.Index) -> pd.DataFrame:
        pieces = self.pieces
        table = _sums(pieces, code, len(labels), strict=False).set_axis(labels, axis=0)
        if not self.constraints_mapped:  # also where a zone has no land at all
            table["excluded_m2"] = np.nan
        pairs = pd.DataFrame(
            {"code": code, "plot": pieces["plot_row"], "unknown": pieces["unknown"]}
        )
        each = pairs.groupby(["code", "plot"])["unknown"].any().groupby(level="code")
        counts = each.agg(["size", "sum"]).reindex(range(len(labels)), fill_value=0)
        table["plots"], table["unknown_plots"] = counts["size"].array, counts["sum"].array
        blank = pieces["reserve_m2"].where(pieces["reserve_bra_m2"].isna(), 0.0)
        table["unknown_reserve_m2"] = np.bincount(code, weights=blank, minlength=len(labels))
        table["synthetic"] = np.bincount(code, pieces["synthetic"], len(labels)) > 0
        return table


def _jobs(areas: pd.DataFrame, profile: pd.Series, norms: pd.DataFrame) -> pd.DataFrame:
    kinds = {
        kind: densification.jobs(areas[f"{kind}_bra_m2"], profile, norms)
        for kind in ("reserve", "densification")
    }
    columns = {
        f"{kind}_jobs_{end}": table[end] for kind, table in kinds.items() for end in ("low", "high")
    }
    return pd.DataFrame(columns, index=areas.index)


def _sums(pieces: pd.DataFrame, code: Codes, count: int, *, strict: bool) -> pd.DataFrame:
    """
    Sum the measures by code 0…count−1.

    Floor areas may be unknown. If `strict`, one unknown piece makes the sum unknown; else what is
    known is summed, and the sum is unknown only where there is something and none of it is known.
    """
    table = pd.DataFrame(index=range(count))
    for name in SUMS:
        values = pieces[name].to_numpy(dtype=float)
        missing = np.isnan(values)
        sums = np.bincount(code, np.where(missing, 0.0, values), minlength=count)
        lacking = np.bincount(code, missing, minlength=count) > 0
        if not strict:
            here = ~missing & (pieces[_STANDS_ON.get(name, "gross_m2")].to_numpy() > 0)
            lacking &= np.bincount(code, here, minlength=count) == 0
        table[name] = np.where(lacking, np.nan, sums)
    error = balance_error_m2(pieces).abs().to_numpy(dtype=float)
    table["balance_error_m2"] = np.bincount(code, error, minlength=count)
    return table


def _clipped(
    frame: gpd.GeoDataFrame, area: BaseGeometry
) -> tuple[gpd.GeoDataFrame, NDArray[np.float64]]:
    """Rows that overlap the area, cut to it, and the share of each that is left."""
    whole = shapely.force_2d(frame.geometry.to_numpy())
    with quiet():
        cut = polygonal(shapely.intersection(whole, shapely.force_2d(area)))
    left = shapely.area(cut)
    rows = np.flatnonzero(left > 0)
    return frame.iloc[rows].set_geometry(cut[rows]), left[rows] / shapely.area(whole[rows])


def _plain(value: Any) -> Any:  # noqa: ANN401  # a number or a bool, as JSON has them
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and isnan(value) else value
