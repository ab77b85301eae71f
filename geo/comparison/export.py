"""Municipalities compared, as the rows of a file, with what each column means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geo import i18n
from geo.comparison import fields, measures, ranking, sensitivity
from geo.formats.content import Column, Content
from geo.formats.provenance import Provenance

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geo.comparison.summary import Summary

_TOLD: Final = (
    *(
        "share_low",
        "share_high",
        "verdict",
        "verdict_with_estimates",
        "jobs_total",
        "jobs_inside",
        "jobs_outside",
    ),
    *("not_estimable", "unknown_plots", *fields.PEOPLE, *fields.BASIS, "fault"),
)


def content(summary: Summary, ranked_by: str, sets: tuple[str, ...], language: str) -> Content:
    """
    Return the municipalities by these sets as what a file holds.

    Parameters
    ----------
    ranked_by
        Name of the measure (`measures.MEASURES`) that places and `figure_is` are of.
    """
    spans = sensitivity.spans(summary, measures.MEASURES[ranked_by])
    frame = pd.concat([_rows(summary, name, ranked_by, spans) for name in sets], ignore_index=True)
    badges = summary.badges()
    provenance = Provenance(
        source=summary.source,
        licence=summary.licence,
        synthetic="synthetic" in badges,
        illustrative="illustrative" in badges,
        parameters=", ".join(sets),
    ).calculated("comparison", summary.digest, ranked_by)
    return Content(
        frame=frame,
        provenance=provenance,
        codebook=tuple(
            Column(name, i18n.say(f"comparison_column.{name}", language))
            for name in frame.columns.drop("geometry")
        ),
        title=i18n.say("compare.example" if summary.example else "page.compare.title", language),
        language=language,
    )


def _rows(summary: Summary, name: str, ranked_by: str, spans: DataFrame) -> GeoDataFrame:
    rows = summary.of_set(name)
    measure = measures.MEASURES[ranked_by]
    place = ranking.places(rows, measure).reindex(rows.index)
    by_sets = spans.reindex(rows.index)
    kept = pd.DataFrame(rows[[*fields.KEYS, "name", "county_no", *fields.PARAMETERS]])
    figures = {one: measures.values(rows, by) for one, by in measures.MEASURES.items()}
    ranks = {
        "place": place["place"],
        "place_first": place["first"],
        "place_last": place["last"],
        "place_best": by_sets["best"],
        "place_worst": by_sets["worst"],
        "figure_is": measures.certainty(rows, measure),
    }
    told = kept.assign(**figures, **ranks).join(rows[[*_TOLD]])
    return gpd.GeoDataFrame(told, geometry=rows.geometry)
