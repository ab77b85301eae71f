"""
What has changed since an earlier version of the pack: key figures then and now, layers, zones.

Two figures that do not mean the same are shown beside each other, and never subtracted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.errors import VersionError
from geo.indicators import BY_ZONE, RESTS_ON, KeyFigures, key_figures
from geo.land import compute
from geo.lists import pack_projects
from geo.pack.diff import compare
from geo.pack.location import EMBEDDED
from geo.workspace import Workspace

if TYPE_CHECKING:
    from datetime import datetime

    from geo.land.rules import ReserveRules
    from geo.pack.diff import LayerChange
    from geo.pack.read import Pack
    from geo.pack.versions import VersionStore

# Why two figures are not subtracted, the first that holds; texts `since.why_…`.
UNKNOWN, PARTLY, SYNTHETIC, BADGES, LAYER, COUNTED, ELSEWHERE = WHY_NOT = (
    *("unknown", "partly", "synthetic", "badges", "layer", "counted", "elsewhere"),
)
_OF_RULE: Final = frozenset({"growth_area_m2", "rule_share", "rule_share_regional"})


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier version of the pack: its id, when it was made (None if unknown), its layers."""

    version: str
    at: datetime | None
    pack: Pack

    @classmethod
    def of(cls, version: str, store: VersionStore) -> Earlier:
        """
        Read a version, or the embedded pack.

        Raises
        ------
        VersionError, PackError
            If there is no such version. If it is damaged.
        """
        at = None if version == EMBEDDED else store.version(version).at
        return cls(version=version, at=at, pack=store.read(version))

    @classmethod
    def holding(cls, sha256: str, store: VersionStore) -> Earlier:
        """
        Read the version with this pack.gpkg.

        Raises
        ------
        VersionError, PackError
            If none that is kept has it. If it is damaged.
        """
        version = store.holding(sha256)
        if version is None:
            raise VersionError("error.version_gone", sha256=sha256)
        return cls.of(version, store)


@dataclass(frozen=True, kw_only=True)
class FigureChange:
    """
    A figure then and now; None is unknown, or of a zone that was not there.

    `difference` is None where the two do not mean the same, and `why_not` says why (`WHY_NOT`).
    """

    then: float | None
    now: float | None
    difference: float | None
    why_not: str | None
    badges_then: tuple[str, ...]
    badges_now: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ZoneChange:
    """A zone whose figures are others: in which of the versions it is, and `BY_ZONE`."""

    zone_id: str
    name: str
    there_then: bool
    there_now: bool
    figures: dict[str, FigureChange]


@dataclass(frozen=True, kw_only=True)
class Since:
    """
    What has changed.

    Attributes
    ----------
    version, at, sha256
        Which version of the pack it is held against.
    figures
        By name, as `geo.indicators.KeyFigures.values`.
    zones
        Those whose figures are others.
    layers
        Those that are different.
    seq
        The entry of the list of projects that both rest on; 0 where each has its own plan cases.
    """

    version: str
    at: datetime | None
    sha256: str
    figures: dict[str, FigureChange]
    zones: tuple[ZoneChange, ...]
    layers: tuple[LayerChange, ...]
    seq: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "version": self.version,
            "at": None if self.at is None else self.at.isoformat(),
            "sha256": self.sha256,
            "figures": {name: asdict(one) for name, one in self.figures.items()},
            "zones": [asdict(one) for one in self.zones],
            "layers": [asdict(one) for one in self.layers],
            "ledger_seq": self.seq,
        }


def since(workspace: Workspace, earlier: Earlier, rules: ReserveRules) -> Since:
    """
    Hold a workspace's pack against an earlier version, by the same norms and parameters.

    A list of projects from the ledger is the same in both; a pack's own plan cases are its own.

    Raises
    ------
    NaeringsarealError
        As `geo.indicators.key_figures`.
    """
    pack, before = workspace.pack, earlier.pack
    listed = workspace.listed if workspace.seq else pack_projects(before)
    then_of = Workspace(pack=before, lists=lambda: listed, norms=workspace.norms)
    then, now = (_figures(one, rules) for one in (then_of, workspace))
    partly = any(_leaves_out_plots(one, rules) for one in (then_of, workspace))
    figures = {
        name: _change(name, then.values[name], now.values[name], then_of, workspace, partly=partly)
        for name in RESTS_ON
    }
    return Since(
        version=earlier.version,
        at=earlier.at,
        sha256=before.sha256,
        figures=figures,
        zones=tuple(_zones(then, now, then_of, workspace, partly=partly)),
        layers=tuple(one for one in compare(before, pack) if not one.same),
        seq=workspace.seq,
    )


def _figures(desk: Workspace, rules: ReserveRules) -> KeyFigures:
    land = None if desk.missing(*compute.NEEDS) else desk.land(rules)
    return key_figures(desk.pack, desk.projects, land)


def _leaves_out_plots(desk: Workspace, rules: ReserveRules) -> bool:
    """Whether the floor area of some built plots is unknown: another day, of other plots."""
    return not desk.missing(*compute.NEEDS) and bool(desk.land(rules).total()["unknown_plots"])


def _change(
    name: str,
    then: float | None,
    now: float | None,
    before: Workspace,
    after: Workspace,
    *,
    partly: bool,
) -> FigureChange:
    layers = RESTS_ON[name]
    badges = [tuple(sorted(desk.badges(*layers))) for desk in (before, after)]
    why = _why_not(name, then, now, before, after)
    if why is None and partly and name == "densification_bra_m2":
        why = PARTLY
    return FigureChange(
        then=then,
        now=now,
        difference=now - then if why is None and then is not None and now is not None else None,
        why_not=why,
        badges_then=badges[0],
        badges_now=badges[1],
    )


def _why_not(
    name: str, then: float | None, now: float | None, before: Workspace, after: Workspace
) -> str | None:
    layers, desks = RESTS_ON[name], (before, after)
    badges = [desk.badges(*layers) for desk in desks]
    held = [{one for one in layers if desk.missing(one) is None} for desk in desks]
    reasons = {
        ELSEWHERE: before.pack.municipality_no != after.pack.municipality_no,
        UNKNOWN: then is None or now is None,
        SYNTHETIC: "synthetic" in badges[0] | badges[1],
        BADGES: badges[0] != badges[1],
        LAYER: held[0] != held[1],
        COUNTED: name in _OF_RULE and _counted(before.pack) != _counted(after.pack),
    }
    return next((why for why, holds in reasons.items() if holds), None)


def _counted(pack: Pack) -> dict[str, bool]:
    """Which growth areas count; none where there is no such layer."""
    if not pack.has("growth_areas"):
        return {}
    areas = pack.layer("growth_areas")
    return dict(zip(areas["area_id"].astype("str"), areas["counts"].astype("bool"), strict=True))


def _zones(
    then: KeyFigures, now: KeyFigures, before: Workspace, after: Workspace, *, partly: bool
) -> list[ZoneChange]:
    ids = list(dict.fromkeys([*now.zones.index, *then.zones.index]))
    old, new = (one.zones.reindex(ids) for one in (then, now))
    left, right = (frame[list(BY_ZONE)].to_numpy(float) for frame in (old, new))
    differs = ~np.isclose(left, right, rtol=0, atol=0.5, equal_nan=True).all(axis=1)
    found = []
    for zone_id in pd.Index(ids)[differs]:
        there = [zone_id in one.zones.index for one in (then, now)]
        values = [
            {name: None if pd.isna(row[name]) else float(row[name]) for name in BY_ZONE}
            for row in (old.loc[zone_id], new.loc[zone_id])
        ]
        name = new["name"][zone_id] if there[1] else old["name"][zone_id]
        figures = {
            one: _change(_WHOLE[one], values[0][one], values[1][one], before, after, partly=partly)
            for one in BY_ZONE
        }
        found.append(
            ZoneChange(
                zone_id=str(zone_id),
                name=str(zone_id if pd.isna(name) else name),
                there_then=there[0],
                there_now=there[1],
                figures=figures,
            )
        )
    return found


# A zone's figure, and the municipality's that it is a part of.
_WHOLE: Final = {
    "area_m2": "zones_area_m2",
    "reserve_m2": "reserve_m2",
    "densification_bra_m2": "densification_bra_m2",
}
