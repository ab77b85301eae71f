"""Which work is heavy, and what each piece of it depends on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from geo.pack import location
from geo.pack.read import FILE
from layers.app.heavy import tasks
from layers.app.heavy.job import Work, only
from layers.app.heavy.pool import processes
from layers.app.heavy.tasks import DeskAt, PackAt

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.geometry.overlay import Geometries
    from geo.land.account import LandAccount
    from geo.land.rules import ReserveRules
    from geo.pack.read import Pack
    from geo.screening.model import Screening
    from geo.search.criteria import Criteria
    from geo.search.ranking import Result
    from geo.workspace import Workspace


# A land account takes about 0.1 ms a plot (docs/benchmarks.md), so this many half a second: as long
# as others can be kept waiting. The embedded pack has 1 500.
HEAVY_PLOTS: Final = 5_000
# A screening takes 1 to 2 ms a site among many.
HEAVY_SITES: Final = 500
# A pack of 18 MB takes 2 s to read; the embedded one has 1.4 MB.
HEAVY_PACK_BYTES: Final = 8_000_000
# A workbook takes 2 to 4 ms a project, each way.
HEAVY_PROJECTS: Final = 200
HEAVY_LIST_BYTES: Final = 200_000
# A file takes up to 0.3 s for each megabyte: a shapefile that is zipped most.
HEAVY_FILE_BYTES: Final = 2_000_000
# A: a step of the land account takes no longer. A slider that moves on stops what it asked for
# before; to kill the process would lose the pack and all that is ready for the next account.
LAND_GRACE_S: Final = 10.0


def plots_are_heavy(pack: Pack) -> bool:
    """Whether what is reckoned of all plots is done in a process."""
    many = pack.has("parcels") and len(pack.layer("parcels")) >= HEAVY_PLOTS
    return many and _has_process(pack)


def is_heavy(pack: Pack, features: int) -> bool:
    """Whether what is done with so many features, or with a pack's plots, is done in a process."""
    return plots_are_heavy(pack) or (features >= HEAVY_PLOTS and _has_process(pack))


def pack_is_heavy(directory: Path) -> bool:
    """Whether a pack is read in a process."""
    path = directory / FILE
    return processes() > 0 and path.is_file() and path.stat().st_size >= HEAVY_PACK_BYTES


def file_is_heavy(content: bytes) -> bool:
    """Whether a file from a reader is read in a process."""
    return processes() > 0 and len(content) >= HEAVY_FILE_BYTES


def list_is_heavy(projects: int, content: bytes = b"") -> bool:
    """Whether a list of so many projects goes out, or this file of one comes in, in a process."""
    return processes() > 0 and (projects >= HEAVY_PROJECTS or len(content) >= HEAVY_LIST_BYTES)


def sites_are_heavy(pack: Pack, sites: GeoDataFrame) -> bool:
    """Whether these sites are screened in a process."""
    return len(sites) >= HEAVY_SITES and _has_process(pack)


def _has_process(pack: Pack) -> bool:
    # A pack that lies nowhere, such as a draft, cannot be read there.
    return processes() > 0 and (pack.directory / FILE).is_file()


def pack_at(pack: Pack) -> PackAt:
    """Say where a pack lies."""
    return PackAt(pack.directory.resolve(), location.stamp(pack.directory), pack.sha256)


def desk_at(workspace: Workspace, key: Hashable) -> DeskAt:
    """Say what a workspace is put together of; `key` names its norms and list of projects."""
    listed = workspace.listed if workspace.seq else None
    norms = dict(workspace.norms)
    return DeskAt(pack_at(workspace.pack), _bare(key), norms, listed, workspace.register)


def _bare(key: Hashable) -> Hashable:
    """Return a key without the app's own types, for which a process would load the screen."""
    return tuple(map(_bare, key)) if isinstance(key, tuple) else key


def land_account(
    pack: Pack,
    rules: ReserveRules,
    *,
    measured: bool = True,
    outlines: Geometries | None = None,
) -> Work[LandAccount]:
    """
    Return the work of reckoning the land account; `measured` as for `geo.land.compute.account`.

    `outlines` are those of the pieces where the server has them, of an account by the same codes
    and statuses: they are not sent again, and all accounts share them.
    """
    at = pack_at(pack)
    task = partial(tasks.land_account, measured=measured, outlined=outlines is None)
    return Work(
        ("land", at, rules, measured),
        task,
        (at, rules),
        partial(_outlined, outlines=outlines),
        grace_s=LAND_GRACE_S,
    )


def _outlined(parts: list[Any], outlines: Geometries | None) -> LandAccount:
    account: LandAccount = parts[0]
    sent = parts[1:]
    shapes = sent[0] if sent else outlines
    return replace(
        account, pieces=gpd.GeoDataFrame(account.pieces, geometry=shapes, crs=account.crs)
    )


def corridor_account(
    pack: Pack, rules: ReserveRules, *, measured: bool = True
) -> Work[LandAccount]:
    """Return the work of reckoning the account of the corridor."""
    at = pack_at(pack)
    task = partial(tasks.corridor_account, measured=measured)
    return Work(("corridor", at, rules, measured), task, (at, rules), only, grace_s=LAND_GRACE_S)


def sensitivity(pack: Pack, variants: tuple[ReserveRules, ...]) -> Work[list[dict[str, float]]]:
    """Return the work of summing up by each set of rules."""
    at = pack_at(pack)
    return Work(
        ("sensitivity", at, variants),
        tasks.sensitivity,
        (at, variants),
        list,
        grace_s=LAND_GRACE_S,
    )


def hits(desk: DeskAt, ground: DeskAt, wish: Criteria, limit: int) -> Work[Result]:
    """Return the work of finding land for a wish; `ground` is the desk without any entries."""
    return Work(("hits", desk, wish, limit), tasks.hits, (desk, ground, wish, limit), only)


def screened(
    desk: DeskAt, sites: GeoDataFrame, digest: str, flood_class: str
) -> Work[list[Screening]]:
    """Return the work of screening sites; `digest` tells them from others."""
    key = ("screened", desk, digest, flood_class)
    return Work(key, tasks.screened, (desk, sites, flood_class), _chained)


def _chained(parts: list[Any]) -> Any:  # noqa: ANN401
    return [one for part in parts for one in part]
