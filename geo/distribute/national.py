"""
Cut national files into partitions: a file a layer, with all municipalities in it.

Workers read a file in chunks and deal its features out by municipality; then each municipality is
put together and cut. So nobody holds more than a chunk or a municipality.
"""

from __future__ import annotations

import tomllib
from concurrent.futures import CancelledError
from dataclasses import fields as fields_of
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.distribute import layout
from geo.distribute.crew import Failure, lost
from geo.distribute.partition import NOBODY_COUNTED, People, write
from geo.errors import FileError
from geo.geometry.crs import union_of
from geo.pack.read import MANIFEST
from geo.schema.coercion import quote
from geo.schema.layers import CRS, LAYERS
from geo.schema.manifest import LayerInfo
from geo.schema.validation import check_layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo.distribute.crew import Crew, Tell

MUNICIPALITY: Final = "municipality"  # the layer, and file, of the municipalities themselves
ENDINGS: Final = (".parquet", ".gpkg", ".fgb")
CHUNKS, CUTS = ("chunks", "cuts")  # the rounds, for who is told how far it is
_CHUNK: Final = 50_000  # A: features read at a time, some 100 MB
_NOBODY: Final = "0000"  # where features go that lie in no municipality


def files(source: Path) -> dict[str, Path]:
    """Return the national files of a folder, by layer; none where municipalities are missing."""
    found = {
        name: path
        for name in (MUNICIPALITY, *layout.LAYERS)
        for ending in ENDINGS
        if (path := source / f"{name}{ending}").exists()
    }
    return found if MUNICIPALITY in found else {}


def cut(  # as `geo.distribute.intake.partition`
    source: Path,
    output: Path,
    draft: Path,
    *,
    people: Mapping[str, People],
    plots: int,
    crew: Crew,
    tell: Tell,
) -> tuple[int, list[str], dict[str, int]]:
    """
    Write partitions of all municipalities of national files.

    Parameters
    ----------
    source
        `municipality` and any of `geo.distribute.layout.LAYERS`, each a file of one of `ENDINGS`
        with the columns of a pack's layer. A feature belongs to the municipality that its column
        `municipality_no` names, or in whose outline a point on it lies. `manifest.toml` says where
        layers are from, as a pack's does. A municipality without a feature of a layer does not have
        the layer, unless none is an answer (constraints, projects).
    output
        Folder of the partitions.
    draft
        An empty folder that workers reach too.
    people, plots, crew, tell
        As `geo.distribute.intake.partition`.

    Returns
    -------
    int, list, dict
        Partitions written, numbers of the municipalities, and by layer how many features lie in
        none.

    Raises
    ------
    FileError
        If a file cannot be read, or a municipality cannot be cut; names it.
    """
    found = files(source)
    outlines = _outlines(found.pop(MUNICIPALITY), draft)
    for name, path in found.items():
        _dealt(name, path, draft, outlines, tell)
    numbers = pd.read_parquet(outlines, columns=[layout.NUMBER])[layout.NUMBER].tolist()
    gather = partial(
        _gather, draft=draft, output=output, outlines=outlines, infos=_infos(source), plots=plots
    )
    asked = [(number, tuple(found), people.get(number, NOBODY_COUNTED)) for number in numbers]
    written = 0
    for done, (at, result) in enumerate(crew(gather, asked), 1):
        if isinstance(result, Failure):
            raise FileError("error.distribute_cut", number=numbers[at], reason=result)
        written += result
        tell(CUTS, done, len(asked))
    unplaced = {name: _count(draft / name / _NOBODY) for name in found}
    return written, numbers, {name: count for name, count in unplaced.items() if count}


def _outlines(path: Path, draft: Path) -> Path:
    try:
        frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    except Exception as error:  # a damaged file fails in many ways
        raise FileError("error.distribute_source", path=quote(path)) from error
    usable, _ = check_layer(MUNICIPALITY, frame)
    if usable is None or usable.empty:
        raise FileError("error.distribute_source", path=quote(path))
    place = draft / "outlines.parquet"
    whole = usable.dissolve(layout.NUMBER, aggfunc="first").reset_index()
    whole[[layout.NUMBER, "name", "geometry"]].to_parquet(place)
    return place


def _dealt(name: str, path: Path, draft: Path, outlines: Path, tell: Tell) -> None:
    """Deal a file out by municipality."""
    import dask  # noqa: PLC0415  # the app does without
    import dask_geopandas  # noqa: PLC0415  # dask, which the app has not

    (draft / name).mkdir()
    try:
        if path.suffix == ".parquet":
            chunks = dask_geopandas.read_parquet(path, split_row_groups=True).to_delayed()
        else:
            chunks = dask_geopandas.read_file(path, chunksize=_CHUNK).to_delayed()
            # No features are an answer of some layers, and in no chunk.
            chunks = chunks or [dask.delayed(gpd.read_file)(path)]
        deal = dask.delayed(_deal)
        tell(CHUNKS, 0, len(chunks))
        dask.compute(
            *(deal(chunk, number, draft / name, outlines) for number, chunk in enumerate(chunks))
        )
    except CancelledError as error:  # what was waited for is gone with the scheduler
        from distributed import default_client  # noqa: PLC0415  # as above

        raise lost(default_client()) from error
    except Exception as error:  # as above
        raise FileError("error.distribute_source", path=quote(path)) from error
    tell(CHUNKS, len(chunks), len(chunks))


def _deal(frame: gpd.GeoDataFrame, number: int, folder: Path, outlines: Path) -> None:
    """Write the features of each municipality to a folder of its own, in the order of the file."""
    frame = frame.to_crs(CRS)
    if layout.NUMBER in frame:
        home = frame[layout.NUMBER].astype("str").str.zfill(4)
    else:
        places = gpd.read_parquet(outlines)
        points = shapely.point_on_surface(frame.geometry.to_numpy())
        point, place = places.sindex.query(points, predicate="intersects")
        # On a border it is the first's.
        first = pd.Series(place, index=point).groupby(level=0).first()
        home = pd.Series(_NOBODY, index=range(len(frame)))
        home[first.index] = places[layout.NUMBER].to_numpy()[first]
    known = set(pd.read_parquet(outlines, columns=[layout.NUMBER])[layout.NUMBER])
    home = pd.Series(home.to_numpy()).where(lambda all_homes: all_homes.isin(known), _NOBODY)
    frame = frame.reset_index(drop=True)
    frame.iloc[:0].to_parquet(folder / f"none-{number:06}.parquet")
    for name, rows in frame.groupby(home.to_numpy()):
        (folder / str(name)).mkdir(exist_ok=True)
        rows.to_parquet(folder / str(name) / f"{number:06}.parquet")


def _gather(  # noqa: PLR0913  # as `cut`
    number: str,
    layers: Sequence[str],
    people: People,
    *,
    draft: Path,
    output: Path,
    outlines: Path,
    infos: Mapping[str, LayerInfo],
    plots: int,
) -> int:
    """Put a municipality together and cut it; returns how many partitions."""
    frames = {}
    for name in layers:
        paths = sorted((draft / name / number).glob("*.parquet"))
        if not paths and LAYERS[name].may_be_empty:
            paths = sorted((draft / name).glob("none-*.parquet"))[:1]
        if paths:
            whole = pd.concat([gpd.read_parquet(path) for path in paths], ignore_index=True)
            usable, _ = check_layer(name, gpd.GeoDataFrame(whole, crs=CRS))
            if usable is not None:
                frames[name] = usable
    place = gpd.read_parquet(outlines)
    mine = place[place[layout.NUMBER] == number]
    facts = {name: infos.get(name, LayerInfo()) for name in frames}
    outline = union_of(mine)
    name = str(mine["name"].iloc[0])
    written = write(
        output, number, name, frames, facts, people=people, outline=outline, plots=plots
    )
    return len(written.partitions)


def _infos(source: Path) -> dict[str, LayerInfo]:
    path = source / MANIFEST
    if not path.exists():
        return {}
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))["layers"]
        known = {one.name for one in fields_of(LayerInfo)} - {"answers", "features"}
        return {
            name: LayerInfo(**{key: said[key] for key in said if key in known})
            for name, said in tables.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError("error.distribute_source", path=quote(path)) from error


def _count(folder: Path) -> int:
    return sum(len(pd.read_parquet(path, columns=[])) for path in folder.glob("*.parquet"))
