"""What a wish adds to what is known of each candidate: road, plan, use, the business, the jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.errors import ParameterError
from geo.geometry.coverage import Sites
from geo.i18n import to_choose
from geo.jobs import business_key, jobs_from_area
from geo.register.fields import SOLD_SITE
from geo.screening.abc import abc_fit
from geo.screening.home import at_most
from geo.search.candidates import RESERVE
from geo.search.criteria import INSIDE_SHARE
from geo.search.registered import registered
from geo.search.standing import SOLD, standing
from geo.search.survey import road_key, road_m

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.pack.read import Pack
    from geo.screening.context import Context
    from geo.search.criteria import Criteria

_DAA = 1000.0  # m²


def completed(context: Context, frame: GeoDataFrame, wish: Criteria) -> GeoDataFrame:
    """
    Add what depends on the wish and on the list of projects.

    Parameters
    ----------
    frame
        As `geo.search.survey.survey` gives it.

    Returns
    -------
    GeoDataFrame
        With road and road_m of the road that the wish names, the columns of
        `geo.search.standing.standing`, abc_fit, jobs_low, jobs_high, network_basis (the map that
        network_m rests on, `network_basis`; None where it is not known), those of
        `geo.search.registered.registered` where there are any (land that is mostly a sold site is
        left out as `SOLD`), and of the piece that is offered: cut (always false here), part_area_m2
        (of the whole part), rest_m2 and rest_parts (of what is cut; NaN) and offered_m2, the area
        that a wish for the most is judged by.

    Raises
    ------
    ParameterError
        If the wish names a road or a business that is not there.
    """
    if wish.road is not None and context.roads is not None:
        names = context.roads.table["name"].dropna().astype("str")
        if road_key(wish.road) not in set(names.map(road_key)):
            raise ParameterError(
                "error.unknown_road", road=wish.road, known=", ".join(sorted(set(names)))
            )
    if wish.road is not None:
        named = road_m(context, frame, wish.road)
        frame = frame.assign(road=named["road"], road_m=named["road_m"])
    frame = frame.join(standing(context, frame))
    known = registered(context.register, frame, wish)
    if known is not None:
        frame = frame.join(known)
        sold = (frame["site_availability"] == SOLD_SITE) & (frame["site_share"] >= INSIDE_SHARE)
        frame = frame.assign(left_out=frame["left_out"].mask(sold, SOLD))
    area = frame["area_m2"].to_numpy(dtype=float)
    basis = np.full(len(frame), None, dtype=object)
    basis[frame["network_m"].notna().to_numpy()] = network_basis(context.pack)
    frame = frame.assign(
        network_basis=basis,
        cut=False,
        part_area_m2=area,
        rest_m2=np.nan,
        rest_parts=np.nan,
        offered_m2=np.where(to_be_cut(frame, wish), (wish.wished_daa or 0.0) * _DAA, area),
        abc_fit=None,
        jobs_low=np.nan,
        jobs_high=np.nan,
    )
    business = business_key(wish.business_type)
    if business is None:
        return frame
    if business not in context.norms:
        known_types = to_choose(context.norms, "business.{}")
        raise ParameterError(
            "error.unknown_business_type", business_type=wish.business_type, known=known_types
        )
    metres = frame["station_m"].to_numpy(dtype=float)
    sites = Sites.of(frame.geometry.to_numpy(), frame.crs)
    nearer = at_most(sites, context.home, "station", metres)
    fit = [
        abc_fit(business, place, None if np.isnan(far) else far, at_most=bool(some)).fit
        for place, far, some in zip(frame["abc"], metres, nearer, strict=True)
    ]
    types = pd.Series(business, index=frame.index)
    jobs = jobs_from_area(frame["allowed_bra_m2"], types, context.norms)
    return frame.assign(
        abc_fit=np.array(fit, dtype=object), jobs_low=jobs["jobs_low"], jobs_high=jobs["jobs_high"]
    )


def to_be_cut(frame: GeoDataFrame, wish: Criteria) -> NDArray[np.bool_]:
    """(n,) whether a piece of each candidate is to be offered, rather than all of it."""
    if wish.cut_from_daa is None:
        return np.zeros(len(frame), dtype=bool)
    too_large = frame["area_m2"].to_numpy(dtype=float) > wish.cut_from_daa * _DAA
    both: NDArray[np.bool_] = (frame["kind"] == RESERVE).to_numpy() & too_large
    return both


def network_basis(pack: Pack) -> str:
    """Name the kind of map that the roads are from: `mapped`, `illustrative` or `synthetic`."""
    badges = pack.badges("context")
    return next((one for one in ("synthetic", "illustrative") if one in badges), "mapped")


def zones_of(context: Context, wish: Criteria) -> frozenset[str]:
    """Ids of the zones asked for, by id or name in any case."""
    if not wish.zones:
        return frozenset()
    table = context.zones.table if context.zones is not None else pd.DataFrame({"zone_id": []})
    ids = table["zone_id"].astype("str")
    names = table["name"].astype("str") if "name" in table else ids
    called: dict[str, str] = {}
    for names_of in (names, ids):  # an id wins over another zone's name
        called |= dict(zip(names_of.str.casefold(), ids, strict=True))
    for zone in wish.zones:
        if zone.casefold() not in called:
            raise ParameterError("error.unknown_zone", zone=zone, known=", ".join(ids))
    return frozenset(called[zone.casefold()] for zone in wish.zones)
