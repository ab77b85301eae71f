"""The plots of a land account as a file: the same columns and provenance wherever it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.formats.provenance import Provenance
from geo.land.compute import NEEDS

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

    from geo.land.account import LandAccount
    from geo.land.rules import ReserveRules
    from geo.pack.read import Pack

LAYERS: Final = (*NEEDS, "constraints")  # those that an account rests on
PARAMETERS: Final = ("building_buffer_m", "min_part_m2", "min_width_m", "max_utilisation")
COLUMNS: Final = (
    *("parcel_id", "class", "gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"),
    *("allowed_bra_m2", "existing_bra_m2", "utilisation", "densification_bra_m2"),
    *("reserve_bra_m2", "unknown", "synthetic"),
)


def columns(account: LandAccount, norms: pd.DataFrame) -> GeoDataFrame:
    """
    Return what a file holds of each plot, under the names of the account, indexed as its plots.

    `norms` (m² BRA per job) give the jobs that the plot's reserve and densification have room for.
    """
    plots = account.plots
    jobs = account.plot_jobs(norms)
    return plots[[*COLUMNS]].assign(**jobs).set_geometry(plots.geometry)


def provenance(pack: Pack, rules: ReserveRules, norms: pd.DataFrame) -> Provenance:
    """Return the plots' own source, the badges of all that they rest on, and the parameters."""
    used = [f"{name}={getattr(rules, name):g}" for name in PARAMETERS]
    used += [f"m2_per_job.{norm.Index}={norm.low:g}-{norm.high:g}" for norm in norms.itertuples()]
    return Provenance.of(
        pack.info("parcels"),
        pack.badges(*LAYERS),
        pack.sha256,
        parameters=", ".join(used),
    )
