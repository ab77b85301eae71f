"""
Which plots stand without a building.

How many is an input: each zone's `vacancy` in profiles.toml, our assumption. What the land account
finds in the generated town is therefore what was put into it, and says nothing of Lillestrøm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from data.synthetic.seeds import generator

if TYPE_CHECKING:
    from data.synthetic.plots import Layout
    from data.synthetic.profiles import Profile

SCATTER = 0.45  # how far vacancy strays from its side of the zone: 0 = one edge, 1 = anywhere


def vacant_plots(zone_id: str, layout: Layout, profile: Profile) -> list[bool]:
    """
    Choose vacant plots until they hold the profile's share of the zone's plot area.

    Large sites come first; the rest gathers towards one side of the zone, as it does where an
    area is built out from its entrance.
    """
    rng = generator(zone_id, "vacancy")
    area = shapely.area(layout.plots)
    centres = shapely.get_coordinates(shapely.centroid(layout.plots))
    towards = np.radians(profile.vacancy_towards_deg - layout.frame.angle_deg)
    along = centres @ np.array([np.cos(towards), np.sin(towards)])
    along = (along - along.min()) / np.ptp(along)
    score = along + rng.normal(0, SCATTER, len(area)) + 10 * np.array(layout.large)
    vacant = np.zeros(len(area), dtype=bool)
    left = profile.vacancy * area.sum()
    # One plot at a time: whether the next still fits depends on those before it.
    for plot in np.argsort(-score, kind="stable"):
        if layout.large[plot] or area[plot] <= left:
            vacant[plot] = True
            left -= area[plot]
    return vacant.tolist()
