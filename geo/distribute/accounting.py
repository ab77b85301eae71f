"""
Account for one partition, and keep the result where the next run finds it.

A result is a file with a row a piece, and what the municipality is judged by beside. It is moved
to its place when it is whole, so that a worker that dies leaves none, and whoever does the work
again writes the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import shapely

from geo.distribute import layout, reading
from geo.distribute.layout import box_of
from geo.distribute.neighbours import on_map
from geo.distribute.reading import SYSTEM
from geo.formats import atomic
from geo.geometry.coverage import Indexed, Sites, inside
from geo.geometry.crs import union_of
from geo.growth.share import counted_areas
from geo.land import compute
from geo.land.account import SUMS, LandAccount
from geo.land.joining import ZONE_FACTS, AccountPart, Judgement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.distribute.neighbours import Task
    from geo.land.rules import ReserveRules

_META: Final = b"naeringsareal"
# Of a piece, what sums are made of: the rest is the plot's, which lies in the input.
_KEPT: Final = ("plot_row", "zone_id", *SUMS, "has_building", "unknown", "synthetic")


def account(task: Task, wanted: Mapping[str, ReserveRules]) -> None:
    """
    Account for a partition by each set of parameters, and write the results.

    Parameters
    ----------
    task
        The partition.
    wanted
        Parameters, by the path of the result.

    Raises
    ------
    FileError
        If a file that is needed is broken; names it.
    """
    if not wanted:
        return
    widest = max(rules.building_buffer_m for rules in wanted.values())
    layers, water, growth = _read(task, widest)
    own = layers["parcels"][layout.PARTITION].eq(task.name).to_numpy(dtype=bool)
    part = AccountPart(own, box_of(task.cell))
    for path, (found, judgement) in zip(
        wanted, compute.parts_of(layers, water, list(wanted.values()), part), strict=True
    ):
        _write(Path(path), found, judgement, None if growth is None else _inside(found, growth))


def read_result(path: Path, rules: ReserveRules) -> tuple[LandAccount, Judgement, float | None]:
    """
    Read the result of a partition.

    Returns
    -------
    LandAccount, Judgement
        As `geo.land.compute.parts_of`, but that pieces have no geometry, and there are no parts.
    float
        Reserve inside the growth areas that count, m²; None without such areas.
    """
    table = pq.read_table(path)
    said = json.loads(table.schema.metadata[_META])
    rows = table.to_pandas()
    nowhere = np.full(len(rows), None, dtype=object)
    elsewhere = gpd.GeoDataFrame(
        {"zone_id": pd.Series(said["elsewhere"][0], dtype=object)},
        geometry=shapely.from_wkb(np.array(said["elsewhere"][1], dtype=object)),
        crs=SYSTEM,
    )
    facts = pd.DataFrame(said["facts"], columns=["zone_row", *ZONE_FACTS]).set_index("zone_row")
    cover = pd.DataFrame(said["cover"], columns=["plan_row", "zone_row", "plotted_m2", "pieces_m2"])
    found = LandAccount(
        pieces=gpd.GeoDataFrame(rows, geometry=nowhere, crs=SYSTEM),
        part_rows=pd.DataFrame(),
        elsewhere=elsewhere,
        zones=pd.DataFrame(),
        faults=pd.DataFrame(said["faults"], columns=["layer", "row", "id", "fault"]),
        notes=(),
        rules=rules,
        constraints_mapped=said["constraints_mapped"],
        crs=elsewhere.crs,
        area_correction=said["area_correction"],
    )
    rows_of = {"plan_row": "int64", "zone_row": "int64"}
    return found, Judgement(facts.astype(bool), cover.astype(rows_of)), said["reserve_in_growth_m2"]


def _read(
    task: Task, buffer_m: float
) -> tuple[dict[str, gpd.GeoDataFrame], gpd.GeoDataFrame | None, gpd.GeoDataFrame | None]:
    reach = on_map(buffer_m)
    found = {
        layer: reading.buildings(files, task.window, reach)
        if layer == "buildings"
        else reading.read(files, layer, task.window)
        for layer, files in task.files.items()
    }
    return found, found.pop(layout.WATER, None), found.pop("growth_areas", None)


def _inside(found: LandAccount, growth: gpd.GeoDataFrame) -> float:
    """Reserve inside the growth areas that count (m²)."""
    parts = found.parts
    union = Indexed.of(np.array([union_of(counted_areas(growth))]))
    share = inside(Sites.of(parts.geometry.to_numpy()), union)
    return float((parts["area_m2"].to_numpy() * share).sum())


def _write(
    path: Path, found: LandAccount, judgement: Judgement, reserve_in_growth_m2: float | None
) -> None:
    elsewhere, cover = found.elsewhere, judgement.cover
    assert elsewhere is not None, "parts are measured"
    assert cover is not None, "parts are measured"
    said: dict[str, Any] = {
        "facts": judgement.facts.astype(int).reset_index().to_numpy().tolist(),
        "cover": cover[["plan_row", "zone_row", "plotted_m2", "pieces_m2"]].to_numpy().tolist(),
        "elsewhere": [
            [None if pd.isna(one) else str(one) for one in elsewhere["zone_id"]],
            [one.hex() for one in elsewhere.geometry.to_wkb()],
        ],
        "faults": [[str(one) for one in row] for row in found.faults.to_numpy()],
        "constraints_mapped": found.constraints_mapped,
        "area_correction": found.area_correction,
        "reserve_in_growth_m2": reserve_in_growth_m2,
    }
    table = pa.Table.from_pandas(
        pd.DataFrame(found.pieces[list(_KEPT)]), preserve_index=False
    ).replace_schema_metadata({_META: json.dumps(said).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic.draft_file(path) as draft:
        pq.write_table(table, draft, compression="zstd")
