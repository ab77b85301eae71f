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


# Classes of plots. Chosen to stay apart for colour-blind readers.
CLASS_COLOURS: Final = {
    "ledig": "#2a9d5c",
    "fortetting": "#e0a526",
    "utbygd": "#8c969b",
    "båndlagt": "#8b3fa8",
    "ukjent": "#d7dde0",
}
# Where a plot's land went, in the order of the account.
SHARE_COLOURS: Final = {
    "built_m2": "#8c969b",
    "excluded_m2": "#8b3fa8",
    "dropped_m2": "#d9c39a",
    "reserve_m2": "#2a9d5c",
}

STYLES: Final = {
    "municipality": Style("#7b8a90", "#ffffff", weight=2, fill_opacity=0.75),
    "neighbour": Style("#c3ccd0", weight=1),
    "zone": Style("#8a3b12", "#e08a3c", weight=1.8, fill_opacity=0.5),
    "zone_outline": Style("#8a3b12", weight=3),
    "growth_area": Style("#0b5c6b", "#2b9bb0", weight=1.6, fill_opacity=0.22),
    "regional_area": Style("#0b5c6b", "#2b9bb0", weight=1.6, fill_opacity=0.06, dash="5 4"),
    "corridor": Style("#5b3a8e", "#8d6cc4", weight=1.8, fill_opacity=0.2),
    "axis": Style("#5b3a8e", weight=3, dash="1 7"),
    "station": Style("#ffffff", "#17262b", weight=1.5, fill_opacity=1.0),
    "project": Style("#ffffff", "#b3261e", weight=1.5, fill_opacity=1.0),
    "place": Style("#ffffff", "#5b3a8e", weight=1.5, fill_opacity=1.0),
    "business": Style("#ffffff", "#2f6f3e", weight=1, fill_opacity=0.9),
    "road": Style("#b9a98c", weight=2.2),
    "rail": Style("#6b6f72", weight=1.4, dash="6 3"),
    "river": Style("#9cc6dd", weight=2.4),
    "lake": Style("#9cc6dd", "#c9e2ef", weight=1, fill_opacity=0.9),
    "parcel": Style("#7b8a90", "#ffffff", weight=0.7, fill_opacity=0.45),
    **{
        f"class.{name}": Style("#ffffff", colour, weight=0.6, fill_opacity=0.8)
        for name, colour in CLASS_COLOURS.items()
    },
    "plan_area": Style("#b5651d", "#e8c29a", weight=1, fill_opacity=0.45),
    "coverage": Style("#5c6d73", "#b8c4c9", weight=1, fill_opacity=0.25, dash="2 4"),
    "axis_node": Style("#ffffff", "#5b3a8e", weight=1.5, fill_opacity=1.0),
    "constraint_exclude": Style("#8b3fa8", "#8b3fa8", weight=1.2, fill_opacity=0.4),
    "constraint_assess": Style("#8b3fa8", "#8b3fa8", weight=1.2, fill_opacity=0.15, dash="3 3"),
    "plot_selected": Style("#17262b", weight=3),
    "plot_reserve": Style("#0d6b39", "#2a9d5c", weight=1.5, fill_opacity=0.55, dash="4 3"),
    "better_outline": Style("#0d6b39", "#2a9d5c", weight=1.5, fill_opacity=0.55, dash="4 3"),
    "project_selected": Style("#17262b", weight=3),
    "data_old": Style("#4a4f52", weight=2, dash="5 4"),
    "data_new": Style("#d6246e", "#d6246e", weight=1.5, fill_opacity=0.3),
    "drawn": Style("#d6246e", "#d6246e", weight=2.5, fill_opacity=0.2),
    "building": Style("#4a4f52", "#6d7478", weight=0.5, fill_opacity=0.85),
}
