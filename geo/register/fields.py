"""The fields of a site: names, what they may hold, how a value or an outline is made to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import LedgerError
from geo.ledger.fields import (
    DATE,
    FLAG,
    NUMBER,
    checked,
    cleaned_places,
    number,
    require,
    require_choice,
)
from geo.schema.coercion import quote
from geo.schema.layers import POLYGON
from geo.schema.text import LINE, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.ledger.fields import Value

# Where the outline comes from: a vacant part of the land account, a plot, or somebody's hand.
PART, PLOT, DRAWN = "part", "plot", "drawn"
ORIGINS: Final = (PART, PLOT, DRAWN)
SOLD_SITE: Final = "solgt"
AVAILABILITIES: Final = ("ledig", "reservert", SOLD_SITE)
OWNER_TYPES: Final = ("kommunal", "fylkeskommunal", "statlig", "privat", "delt")
READY, REGULATED, IN_MUNICIPAL_PLAN, IDEA = "byggeklar", "regulert", "kommuneplan", "idé"
LEVELS: Final = (READY, REGULATED, IN_MUNICIPAL_PLAN, IDEA)  # the best first

FIELDS: Final[Mapping[str, str]] = {
    "site_id": LINE,
    "name": LINE,
    "zone_id": LINE,
    "origin": LINE,
    "origin_ref": LINE,
    "availability": LINE,
    "readiness_set": LINE,
    "readiness_reason": TEXT,
    "owner_type": LINE,
    "power_mw": NUMBER,
    "power_text": TEXT,
    "power_date": DATE,
    "water_text": TEXT,
    "water_date": DATE,
    "access": TEXT,
    "contact_office": LINE,
    "public_text": TEXT,
    "published": FLAG,
    "internal_note": TEXT,
}
REQUIRED: Final = ("name", "origin", "availability", "published")

# Field → its words, and what the ids of their texts begin with.
_CHOICES: Final = {
    "origin": (ORIGINS, "origin"),
    "availability": (AVAILABILITIES, "availability"),
    "readiness_set": (LEVELS, "readiness"),
    "owner_type": (OWNER_TYPES, "owner_type"),
}
# A (assumption): the largest that one site can ask for. Statnett's largest single applications are
# of some hundred MW; what is above this is kW written as MW.
MAX_POWER_MW: Final = 10_000


def cleaned(values: Mapping[str, object]) -> dict[str, Value]:
    """
    Check one site's values and make them what the register stores.

    Parameters
    ----------
    values
        Any of `FIELDS`; what is absent, None, NaN or blank text is unknown. Without `origin` the
        outline was drawn, without `published` the site is not shown outside.

    Returns
    -------
    dict
        Every field but `site_id`, unknown ones as None, and `site_id` where it was given. The date
        of a power that is unknown, and the reason for a level that nobody set, are dropped.

    Raises
    ------
    LedgerError
        If a name is none of `FIELDS`.
    FieldError
        If a value cannot stand in its field. If availability is unknown; power has no date; or a
        level is set without a reason.
    """
    found = checked(values, FIELDS)
    for name, (words, text) in _CHOICES.items():
        require_choice(name, found[name], words, text)
    if found["site_id"] is None:
        del found["site_id"]
    found["origin"] = found["origin"] or DRAWN
    require(found, "availability")
    number("power_mw", found["power_mw"], MAX_POWER_MW)
    for value, why in (("power_mw", "power_date"), ("readiness_set", "readiness_reason")):
        if found[value] is None:
            found[why] = None
        else:
            require(found, why)
    return found


def merged(old: Mapping[str, Value], new: Mapping[str, object]) -> dict[str, Value]:
    """
    Put a partial change on top of a site's values, cleaned.

    Raises
    ------
    LedgerError, FieldError
        As in `cleaned`.
    """
    return cleaned({**old, **new})


def outlines(
    geometries: Sequence[BaseGeometry | None], names: Sequence[str]
) -> list[BaseGeometry | None]:
    """
    Check outlines as `geo.ledger.fields.cleaned_places` does; each must be a polygon.

    Raises
    ------
    LedgerError
        If one is unknown, no polygon, or cannot be stored.
    """
    for geometry, name in zip(geometries, names, strict=True):
        if geometry is None:
            raise LedgerError("error.site_outline", project=quote(name))
    return cleaned_places(geometries, names, POLYGON, "error.site_outline")
