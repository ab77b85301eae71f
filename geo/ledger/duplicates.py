"""What to think twice about before a project is saved: likely duplicates, overlaps, odd places."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo import i18n
from geo.ledger.fields import REJECTED
from geo.schema.coercion import quote
from geo.schema.layers import POLYGON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.ledger.entries import Entry

# Our assumptions. «Berger næringspark 2» is then found for «Berger næringspark»; so is «Berger sør»
# for «Berger nord», which is the price.
NAME_RATIO: Final = 0.85  # difflib's ratio of two names, 0–1
NEAR_M: Final = 500.0
OVERLAP_SHARE: Final = 0.01  # of the smaller area; less is how outlines are drawn

REMOVED: Final = "removed"

# The same name with and without Norwegian letters: Sørumsand, Soerumsand, Sorumsand.
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "ö": "o", "ä": "ae", "å": "a"})
_PAIRS: Final = (("oe", "o"), ("aa", "a"))


class Doubt(StrEnum):
    """What there is to think about."""

    SAME_CASE = "same_case"  # the same case number
    NAME_NEAR = "name_near"  # nearly the same name, within `NEAR_M`
    NAME_ZONE = "name_zone"  # nearly the same name, in the same zone
    OVERLAP = "overlap"  # two areas
    INSIDE = "inside"  # a point in another's area
    CONTAINS = "contains"  # an area around another's point
    OUTSIDE = "outside"  # an area that lies partly or wholly outside the municipality
    OUTSIDE_POINT = "outside_point"


@dataclass(frozen=True)
class Warning:  # noqa: A001  # always read as similar.Warning
    """
    One thing to think about before a project is saved.

    Attributes
    ----------
    doubt
        What it is.
    project_id, name
        Of the other project; None where there is no other.
    standing
        The other project's status, `REMOVED`, or None where it is unknown.
    distance_m
        Between the two places, for `Doubt.NAME_NEAR`.
    area_m2
        In common with the other's area, or outside the municipality.
    share
        The same as a share of the smaller area, or of the project's own, 0–1.
    reference
        The case number or zone that the two have in common.
    """

    doubt: Doubt
    project_id: str | None = None
    name: str | None = None
    standing: str | None = None
    distance_m: float | None = None
    area_m2: float | None = None
    share: float | None = None
    reference: str | None = None

    def say(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """What it is, and what to do."""
        if self.standing == REMOVED:
            standing = i18n.say("similar.removed", language)
        else:
            msgid = "unknown" if self.standing is None else f"status.{self.standing}"
            standing = i18n.say(msgid, language)
        return i18n.say(
            f"similar.{self.doubt}",
            language,
            project=quote(self.name),
            standing=standing,
            case_ref=quote(self.reference),
            zone=quote(self.reference),
            distance_m=self.distance_m,
            area_m2=self.area_m2,
            share=i18n.percent(self.share, language),
        )


def warnings(
    values: Mapping[str, object],
    geometry: BaseGeometry | None,
    state: GeoDataFrame,
    own_id: str | None = None,
    *,
    removed: Iterable[Entry] = (),
    municipality: BaseGeometry | None = None,
) -> list[Warning]:
    """
    Find what to think twice about before a project is saved; nothing of it forbids saving.

    Parameters
    ----------
    values
        The project's values by field.
    geometry
        Its place, EPSG:25832, or None.
    state
        As `Ledger.projects` returns it. Never changed.
    own_id
        The project's own id, where it is in `state` already.
    removed
        Newest entries of projects that have been removed. They may be duplicates, as rejected
        projects may, but neither occupies land.
    municipality
        Its outline, EPSG:25832; None to let every place be.

    Returns
    -------
    list of Warning
        Duplicates first, one for each other project, then overlaps, the largest first, then
        the municipality's border.
    """
    place = _own(geometry)
    others = _Others(state, own_id)
    gone = [one for one in removed if one.project_id != own_id]
    found = others.alike(values, place)
    found += [one for entry in gone if (one := _alike_removed(values, place, entry))]
    if place is not None and values.get("status") != REJECTED:
        found += others.on_the_same_land(place)
    if place is not None:
        found += _astray(place, municipality)
    return found


@lru_cache(maxsize=20_000)
def plain_name(name: str) -> str:
    """Name without case, punctuation, accents and the ways of writing æ, ø and å."""
    folded = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", folded)
    kept = (one for one in letters if not unicodedata.combining(one))
    words = "".join(one if one.isalnum() else " " for one in kept).split()
    plain = " ".join(words)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


def alike(name: str, others: Sequence[str]) -> list[int]:
    """Positions of the names that are at least `NAME_RATIO` like a name, after `plain_name`."""
    wanted = plain_name(name)
    if not wanted:
        return []
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    found = []
    for position, other in enumerate(map(plain_name, others)):
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() < NAME_RATIO or matcher.quick_ratio() < NAME_RATIO:
            continue
        # difflib's answer depends on the order; with one order, two projects warn of each other.
        pair = min(wanted, other), max(wanted, other)
        if SequenceMatcher(None, *pair, autojunk=False).ratio() >= NAME_RATIO:
            found.append(position)
    return found


def _own(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Copy of a place, repaired as the ledger will; None where nothing is left of it."""
    if geometry is None:
        return None
    flat = shapely.force_2d(geometry)
    sound = shapely.make_valid(flat, method="structure", keep_collapsed=False)
    return None if sound.is_empty else sound


class _Others:
    """The other projects, with what is asked of them all at once."""

    def __init__(self, state: GeoDataFrame, own_id: str | None) -> None:
        self._state = state
        self._places: NDArray[Any] = np.asarray(state.geometry.array, dtype=object)
        self._other = (state["project_id"] != own_id).to_numpy()
        self._status = state["status"].to_numpy(dtype=object)

    def alike(self, values: Mapping[str, object], place: BaseGeometry | None) -> list[Warning]:
        """Likely duplicates, by case number first."""
        case = _reference(values.get("case_ref"))
        cases = self._state["case_ref"].map(_reference, na_action="ignore")
        same = self._other & (cases == case).to_numpy(dtype=bool, na_value=False)
        if not case:
            same[:] = False
        found = [
            self._warn(row, Doubt.SAME_CASE, reference=values["case_ref"])
            for row in np.flatnonzero(same)
        ]
        zone = values.get("zone_id")
        near = self._rows_near(place)
        zones = (self._state["zone_id"] == zone).to_numpy(dtype=bool, na_value=False)
        candidates = self._other & (near | zones) & ~same if zone else self._other & near & ~same
        rows = np.flatnonzero(candidates)
        names = self._state["name"].iloc[rows].tolist()
        for row in rows[alike(str(values.get("name") or ""), names)]:
            if near[row]:
                away = float(shapely.distance(place, self._places[row]))
                found.append(self._warn(row, Doubt.NAME_NEAR, distance_m=away))
            else:
                found.append(self._warn(row, Doubt.NAME_ZONE, reference=zone))
        return found

    def on_the_same_land(self, place: BaseGeometry) -> list[Warning]:
        """Projects whose area the place shares, and projects whose point lies in its area."""
        rows = self._state.sindex.query(place, predicate="intersects")
        active = self._other[rows] & (self._status[rows] != REJECTED)
        rows = rows[active]
        areal = np.isin([one.geom_type for one in self._places[rows]], list(POLYGON))
        if place.geom_type not in POLYGON:
            return [self._warn(row, Doubt.INSIDE) for row in sorted(rows[areal])]
        found = [self._warn(row, Doubt.CONTAINS) for row in sorted(rows[~areal])]
        rows = rows[areal]
        # Copies, since the state's geometries may be another thread's as well.
        theirs = shapely.force_2d(self._places[rows])
        common = shapely.area(shapely.intersection(place, theirs))
        share = common / np.minimum(shapely.area(theirs), place.area)
        for number in np.argsort(-common, kind="stable"):
            if share[number] > OVERLAP_SHARE:
                shared = {"area_m2": float(common[number]), "share": float(share[number])}
                found.append(self._warn(rows[number], Doubt.OVERLAP, **shared))
        return found

    def _rows_near(self, place: BaseGeometry | None) -> NDArray[np.bool_]:
        near = np.zeros(len(self._state), dtype=bool)
        if place is not None:
            near[self._state.sindex.query(place, predicate="dwithin", distance=NEAR_M)] = True
        return near

    def _warn(self, row: Any, doubt: Doubt, **more: Any) -> Warning:  # noqa: ANN401
        status = self._status[row]
        return Warning(
            doubt,
            str(self._state["project_id"].iat[row]),
            str(self._state["name"].iat[row]),
            status if isinstance(status, str) else None,
            **more,
        )


def _alike_removed(
    values: Mapping[str, object], place: BaseGeometry | None, entry: Entry
) -> Warning | None:
    other = (entry.project_id, str(entry.values["name"]), REMOVED)
    case = _reference(values.get("case_ref"))
    if case and case == _reference(entry.values["case_ref"]):
        return Warning(Doubt.SAME_CASE, *other, reference=str(values["case_ref"]))
    if not alike(str(values.get("name") or ""), other[1:2]):
        return None
    if place is not None and entry.geometry is not None:
        away = float(shapely.distance(place, entry.geometry))
        if away <= NEAR_M:
            return Warning(Doubt.NAME_NEAR, *other, distance_m=away)
    zone = values.get("zone_id")
    if zone and zone == entry.values["zone_id"]:
        return Warning(Doubt.NAME_ZONE, *other, reference=str(zone))
    return None


def _astray(place: BaseGeometry, municipality: BaseGeometry | None) -> Sequence[Warning]:
    if municipality is None:
        return []
    home = shapely.force_2d(municipality)
    if place.geom_type not in POLYGON:
        return [] if shapely.intersects(home, place) else [Warning(Doubt.OUTSIDE_POINT)]
    outside = float(shapely.area(shapely.difference(place, home)))
    share = outside / place.area
    return [Warning(Doubt.OUTSIDE, area_m2=outside, share=share)] if share > OVERLAP_SHARE else []


def _reference(case_ref: object) -> str:
    """Case number without case, spaces and the kind of its dashes; empty where unknown."""
    text = case_ref if isinstance(case_ref, str) else ""
    plain = ("-" if unicodedata.category(one) == "Pd" else one for one in text.casefold())
    return "".join("".join(plain).split())
