"""
What the check of a whole layer did to the features of each service, added to their account.

The layer is checked in one go, so each row is followed by its number.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.i18n import Remark, in_words
from geo.schema.validation import check_layer
from layers.sources.sifting.tally import NAMED, Dropped

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame

    from geo.schema.findings import Finding
    from layers.sources.sifting.tally import Tally

ROW: Final = "row_of_layer"  # in a frame: the number of a row before the check

# What the check leaves a feature out for, and why, in a few words.
_WHY: Final = {
    "finding.geometry_missing": "build.dropped_missing",
    "finding.geometry_type": "build.dropped_type",
    "finding.geometry_collapsed": "build.dropped_collapsed",
    "finding.axes_swapped": "build.dropped_swapped",
    "finding.degrees": "build.dropped_degrees",
    "finding.islands_afar": "build.dropped_afar",
    "finding.outside_norway": "build.dropped_elsewhere",
}


def numbered(whole: GeoDataFrame) -> GeoDataFrame:
    """Give each row of a layer its number."""
    return whole.assign(**{ROW: np.arange(len(whole))})


def after_check(
    layer: str, given: GeoDataFrame, usable: GeoDataFrame, tally: Tally, marks: DataFrame
) -> Tally:
    """
    Return a service's tally with what the check dropped and repaired.

    Parameters
    ----------
    given
        The service's rows as they were before the check, `numbered`.
    usable
        The layer after it, with the rows of other services too.
    marks
        For each of the given rows, whether it is `unsure` or `mended` already.
    """
    kept = usable[usable[ROW].isin(given[ROW])]
    at = given[ROW].isin(kept[ROW]).to_numpy()
    dropped = _reasons(layer, given[~at])
    mended = marks["mended"].to_numpy()[at] | _changed(
        given.geometry.to_numpy()[at], kept.geometry.to_numpy()
    )
    return replace(
        tally,
        dropped=(*tally.dropped, *dropped),
        unsure=int(marks["unsure"].to_numpy()[at].sum()),
        repaired=int(mended.sum()),
        kept=len(kept),
    )


def _changed(before: NDArray[np.object_], after: NDArray[np.object_]) -> NDArray[np.bool_]:
    """
    Tell which shapes were mended.

    A point taken out of a multipoint of one is the same, and so is no place that is still none.
    """
    flat = shapely.force_2d(before)
    alone = shapely.get_type_id(flat) == shapely.GeometryType.MULTIPOINT
    nowhere = shapely.is_missing(flat) & shapely.is_missing(after)
    mended: NDArray[np.bool_] = ~(shapely.equals_exact(flat, after) | alone | nowhere)
    return mended


def _reasons(layer: str, lost: GeoDataFrame) -> tuple[Dropped, ...]:
    """Tell why rows were left out, by checking them alone."""
    if lost.empty:
        return ()
    _, findings = check_layer(layer, lost.drop(columns=ROW), rows_of_file=True)
    counts: dict[tuple[str, object], int] = {}
    names: dict[tuple[str, object], list[str]] = {}
    key: tuple[str, object] | None = None
    for found in findings:
        if found.msgid == "finding.more":  # of what was said just before
            if key is not None:
                counts[key] += int(str(found.parts["count"]))
            continue
        key = _key(found)
        if key is not None:
            counts[key] = counts.get(key, 0) + 1
            names.setdefault(key, []).append(str(found.feature))
    said = [
        Dropped(
            count,
            Remark(why, in_words({} if kind is None else {"type": kind})),
            tuple(names[why, kind][:NAMED]),
        )
        for (why, kind), count in counts.items()
    ]
    rest = len(lost) - sum(counts.values())
    return (*said, Dropped(rest, Remark("build.dropped_other"))) if rest else tuple(said)


def _key(found: Finding) -> tuple[str, object] | None:
    why = _WHY.get(found.msgid)
    return None if why is None else (why, found.parts.get("type"))
