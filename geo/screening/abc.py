"""The right business in the right place: the classes A, B and C of business and of places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n import Amount, Remark
from geo.jobs import business_key
from geo.schema.coercion import quote
from geo.screening.model import AbcFit
from geo.transport.network import WALK_FAR_M, WALK_NEAR_M

if TYPE_CHECKING:
    from collections.abc import Mapping

# S (rogfk.no, the ABC principle): A has many jobs or visitors per m² and belongs at a centre and
# transit node, B is in the middle and belongs inside the town, C needs much land for few jobs and
# belongs outside, at a main road.
# A: which class a type of business has, by its m² per job (geo/job_norms.toml): up to 28 m² A, up
# to 60 m² B, more C; a type whose span crosses a limit goes by its middle, except that industry is
# C for the land it takes.
BUSINESS_CLASS: Final[Mapping[str, str]] = {
    "kontor": "A",
    "handel": "A",
    "fou": "B",
    "lett_industri": "B",
    "industri": "C",
    "lager": "C",
    "handel_plasskrevende": "C",
    "industri_lager": "C",
}


def abc_fit(
    business_type: str | None,
    place_class: str | None,
    station_m: float | None,
    *,
    at_most: bool = False,
) -> AbcFit:
    """
    Judge whether a business fits a place.

    An A business in a C area, and a C business in an A area, does not fit; nor does an A business
    farther than `WALK_FAR_M` from a station. Classes next to each other fit. Anything else that is
    needed and not known makes the answer unknown.

    Parameters
    ----------
    business_type
        A key of `BUSINESS_CLASS`, in any case.
    place_class
        A, B or C of the zone with the largest part of the site; None where it is in none.
    station_m
        Straight to the nearest station, metres.
    at_most
        A nearer one may be there: then nothing is too far from a station.
    """
    mine = BUSINESS_CLASS.get(business_key(business_type) or "")
    if mine is None:
        reason = Remark("screen.abc_no_type")
        if business_type is not None:
            reason = Remark("screen.abc_type_unknown", {"type": quote(business_type)})
        return AbcFit(fit="unknown", business_class=None, place_class=place_class, reason=reason)

    def answer(fit: str, msgid: str) -> AbcFit:
        parts = {
            "business": mine,
            "place": place_class,
            "distance": Amount(station_m, "kilometres"),
            "limit": Amount(WALK_FAR_M, "kilometres"),
            "near": Amount(WALK_NEAR_M, "kilometres"),
        }
        return AbcFit(
            fit=fit,  # type: ignore[arg-type]  # one of the three, written out below
            business_class=mine,
            place_class=place_class,
            reason=Remark(msgid, parts),
        )

    far = mine == "A" and station_m is not None and station_m > WALK_FAR_M
    walk = mine == "A" and station_m is not None and station_m > WALK_NEAR_M
    if {mine, place_class} == {"A", "C"}:
        return answer("does_not_fit", "screen.abc_opposite")
    if far:
        known = ("does_not_fit", "screen.abc_far")
        return answer(*(("unknown", "screen.abc_station_at_most") if at_most else known))
    if place_class is None:
        return answer("unknown", "screen.abc_no_place")
    if mine == "A" and station_m is None:
        return answer("unknown", "screen.abc_no_station")
    return answer("fits", "screen.abc_fits_walk" if walk else "screen.abc_fits")
