"""Colours and line styles: one place for maps, legends, charts and the printed report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

INK: Final = "#17262b"
MUTED: Final = "#5c6d73"
PRIMARY: Final = "#0b5c6b"
TRACK: Final = "#e3e9eb"
# Verdicts: told apart by text and symbol as well, since one man in twelve is colour-blind.
GOOD: Final = "#1a7f4b"
BAD: Final = "#b3261e"
UNSURE: Final = "#b26a00"
# What cannot be decided has no colour of its own: grey, and dark enough for small text.
UNDECIDED: Final = MUTED
INSIDE: Final = PRIMARY
OUTSIDE: Final = "#c9772b"
# Of several lines in one chart; their points differ in shape as well.
LINE_COLOURS: Final = (PRIMARY, OUTSIDE, "#5b3a8e", "#b3446c")
PAPER: Final = "#ffffff"  # what a sheet is printed on, and what words on a map stand on
PANEL: Final = "#f2f5f6"  # behind what a report frames
OUTSIDE_LAND: Final = "#e6ecee"  # what a map shows where nothing is drawn

VERDICT_COLOURS: Final = {
    "oppfylt": GOOD,
    "ikke oppfylt": BAD,
    "usikker": UNSURE,
    "kan ikke avgjøres": UNDECIDED,
    "ukjent": UNDECIDED,
    "ingen nye arbeidsplasser": MUTED,
    "ikke definert": MUTED,
}

# Of a badge: its ground, and its words, at 4.5:1 or more.
BADGE_COLOURS: Final = {
    "illustrative": ("#fdf1dc", "#6b4100"),
    "synthetic": ("#fde4e1", "#7d1a14"),
}
# Of a site's traffic light, by the values of geo.screening.model.Light.
LIGHT_COLOURS: Final = {
    "grønt lys": GOOD,
    "gult lys": UNSURE,
    "rødt lys": BAD,
    "ukjent": MUTED,
    "usikker": UNSURE,
}


@dataclass(frozen=True)
class Style:
    """How one kind of feature is drawn, on the map and in the legend."""

    stroke: str
    fill: str | None = None
    weight: float = 1.5
    fill_opacity: float = 0.0
    dash: str | None = None

    def leaflet(self) -> dict[str, Any]:
        """Path options of Leaflet."""
        return {
            "color": self.stroke,
            "weight": self.weight,
            "fill": self.fill is not None,
            "fillColor": self.fill or self.stroke,
            "fillOpacity": self.fill_opacity,
            "dashArray": self.dash,
        }


# Classes of plots. Chosen to stay apart for colour-blind readers, by lightness as well as hue; so
# they cannot all be dark enough to be told from the ground, and it is their outline that is.
CLASS_COLOURS: Final = {
    "ledig": "#2a9d5c",
    "fortetting": "#e0a526",
    "utbygd": "#8c969b",
    "båndlagt": "#8b3fa8",
    "ukjent": "#d7dde0",
}
# Where a plot's land went, in the order of the account.
SHARE_COLOURS: Final = {
    "built_m2": CLASS_COLOURS["utbygd"],
    "excluded_m2": CLASS_COLOURS["båndlagt"],
    "dropped_m2": "#d9c39a",
    "reserve_m2": CLASS_COLOURS["ledig"],
}
# Classes of figures on a map, lowest first: one hue, told apart by lightness alone.
STEPS: Final = ("#dcedf0", "#a5d1d9", "#5fa8b5", "#26788a", "#0a4451")

# What has a meaning of its own, its outline or its fill, is told from the ground and from water at
# 3:1 or more (WCAG 2.1, 1.4.11); a class of plots by its outline also from every other class. Only
# the borders between other municipalities are quieter: nothing is read from them.
STYLES: Final = {
    "municipality": Style("#6b7a80", PAPER, weight=2, fill_opacity=0.75),
    "neighbour": Style("#9aa7ad", weight=1),
    "zone": Style("#8a3b12", "#e08a3c", weight=1.8, fill_opacity=0.5),
    "zone_outline": Style("#8a3b12", weight=3),
    "growth_area": Style("#0b5c6b", "#2b9bb0", weight=1.6, fill_opacity=0.22),
    # Told from a counted area without colour: dashed, and not filled, so that the zone below shows.
    "regional_area": Style("#1f3a93", weight=2.6, dash="7 5"),
    "corridor": Style("#5b3a8e", "#8d6cc4", weight=1.8, fill_opacity=0.2),
    "axis": Style("#5b3a8e", weight=3, dash="1 7"),
    "station": Style(PAPER, INK, weight=1.5, fill_opacity=1.0),
    "project": Style(PAPER, "#b3261e", weight=1.5, fill_opacity=1.0),
    "place": Style(PAPER, "#5b3a8e", weight=1.5, fill_opacity=1.0),
    "business": Style(PAPER, "#2f6f3e", weight=1, fill_opacity=0.9),
    "road": Style("#8a7a58", weight=1.8),
    "rail": Style("#6b6f72", weight=1.4, dash="6 3"),
    "river": Style("#3f86ad", weight=1.8),
    "lake": Style("#3f86ad", "#c9e2ef", weight=1, fill_opacity=0.9),
    "parcel": Style("#6b7a80", PAPER, weight=0.8, fill_opacity=0.45),
    **{
        f"class.{name}": Style(INK, colour, weight=0.8, fill_opacity=0.8)
        for name, colour in CLASS_COLOURS.items()
    },
    "other_plot": Style("#6b7a80", weight=0.5),
    "plan_area": Style("#b5651d", "#e8c29a", weight=1, fill_opacity=0.45),
    "coverage": Style("#5c6d73", "#b8c4c9", weight=1, fill_opacity=0.25, dash="2 4"),
    "axis_node": Style(PAPER, "#5b3a8e", weight=1.5, fill_opacity=1.0),
    "constraint_exclude": Style("#8b3fa8", "#8b3fa8", weight=1.2, fill_opacity=0.4),
    "constraint_assess": Style("#8b3fa8", "#8b3fa8", weight=1.2, fill_opacity=0.15, dash="3 3"),
    # Sites of the register, by how ready they are: told apart by the line as well as by colour.
    "register_site": Style("#0d6b39", "#2a9d5c", weight=2, fill_opacity=0.45),
    "site_byggeklar": Style("#0d6b39", "#2a9d5c", weight=2.5, fill_opacity=0.6),
    "site_regulert": Style("#1f5fa8", "#5b9be0", weight=2.5, fill_opacity=0.5, dash="9 4"),
    "site_kommuneplan": Style("#8a5a00", "#e0a526", weight=2.5, fill_opacity=0.45, dash="4 4"),
    "site_ide": Style("#5b3a8e", "#b79be0", weight=2, fill_opacity=0.35, dash="1 5"),
    "site_ukjent": Style("#4a4f52", "#aab2b6", weight=2, fill_opacity=0.35, dash="2 3"),
    "site_selected": Style(INK, weight=3.5),
    "plot_selected": Style(INK, weight=3),
    "plot_reserve": Style("#0d6b39", "#2a9d5c", weight=1.5, fill_opacity=0.55, dash="4 3"),
    "better_outline": Style("#0d6b39", "#2a9d5c", weight=1.5, fill_opacity=0.55, dash="4 3"),
    "project_selected": Style(INK, weight=3),
    "data_old": Style("#4a4f52", weight=2, dash="5 4"),
    "data_new": Style("#d6246e", "#d6246e", weight=1.5, fill_opacity=0.3),
    "overlap": Style("#b3261e", "#b3261e", weight=1.5, fill_opacity=0.6),
    "drawn": Style("#d6246e", "#d6246e", weight=2.5, fill_opacity=0.2),
    "built_land": Style("#a65e2e", "#d9a066", weight=0.8, fill_opacity=0.5),
    "building_point": Style(PAPER, "#4a4f52", weight=1, fill_opacity=1.0),
    # Municipalities by how much they have: darker is more. What is unknown is dashed as well.
    **{
        f"compare_{number}": Style(INK, colour, weight=1, fill_opacity=0.9)
        for number, colour in enumerate(STEPS, 1)
    },
    "compare_none": Style(INK, PAPER, weight=1, fill_opacity=0.9),
    "compare_unknown": Style(MUTED, "#d7dde0", weight=1.6, fill_opacity=0.9, dash="3 4"),
    "compare_chosen": Style("#b3446c", weight=4),
    "grid": Style("#a3195b", weight=1.6, dash="8 3"),
    "building": Style("#4a4f52", "#6d7478", weight=0.5, fill_opacity=0.85),
}
