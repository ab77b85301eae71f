"""The plots of a land account as a file: the same columns and provenance wherever it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.formats.provenance import Provenance
from geo.land.compute import NEEDS
from geo.land.pieces import BALANCE_PRECISION_M2

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

    from geo.land.account import LandAccount
    from geo.land.rules import ReserveRules
    from geo.pack.read import Pack

# Those that an account rests on; of the context, its water.
LAYERS: Final = (*NEEDS, "constraints", "context")
PLOTS: Final = ("parcels", "plan_areas", "buildings")  # what vacancy and densification are found on
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


def demonstration_for(pack: Pack) -> str | None:
    """
    Name the municipality that made-up plots stand for; None where the plots are real.

    Figures of vacancy and densification then show the method and say nothing of the municipality:
    what is vacant was put in by whoever made the plots. One made-up layer of the three is enough.
    """
    return pack.name if "synthetic" in pack.badges(*PLOTS) else None


def imbalance(error_m2: float, language: str) -> str:
    """Write how far the account's parts are from the whole: under 1 m² is all that data carry."""
    precision = i18n.number(BALANCE_PRECISION_M2, language)
    if error_m2 < BALANCE_PRECISION_M2:
        return i18n.say("share.within", language, precision=precision)
    return f"{i18n.number(error_m2, language)} m²"


def provenance(pack: Pack, rules: ReserveRules, norms: pd.DataFrame) -> Provenance:
    """Return the plots' own source, the badges of all that they rest on, and the parameters."""
    used = [f"{name}={getattr(rules, name):g}" for name in PARAMETERS]
    used += [f"m2_per_job.{norm.Index}={norm.low:g}-{norm.high:g}" for norm in norms.itertuples()]
    return Provenance.of(
        pack.info("parcels"),
        pack.badges(*LAYERS),
        pack.sha256,
        parameters=", ".join(used),
        demonstration_for=demonstration_for(pack),
    )
