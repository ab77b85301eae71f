"""What of the register may be shown outside the municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

# Named one by one: a field that comes later stays inside until it is written here. The note, why a
# level was set by hand, and who wrote what and when are the municipality's own.
PUBLIC: Final = (
    "site_id",
    "name",
    "zone_id",
    "origin",
    "origin_ref",
    "availability",
    "owner_type",
    "power_mw",
    "power_text",
    "power_date",
    "water_text",
    "water_date",
    "access",
    "contact_office",
    "public_text",
    # Of `Workspace.sites`, where it has been asked.
    "area_m2",
    "readiness",
    "readiness_by",
)

INTERNAL: Final = ("readiness_reason", "internal_note")  # texts that are never shown outside


def public_sites(frame: GeoDataFrame) -> GeoDataFrame:
    """
    Return the sites that may be shown, and of them what may be shown.

    Parameters
    ----------
    frame
        From `Register.sites` or `Workspace.sites`; whatever else stands in it is left out.

    Returns
    -------
    GeoDataFrame
        Rows with `published`, those of `PUBLIC` that the frame has, and geometry; numbered anew,
        so that nothing tells how many are left out.
    """
    columns = [name for name in PUBLIC if name in frame.columns]
    shown = frame[[*columns, frame.geometry.name]]
    if "published" in frame:  # not in what this function has given before
        shown = shown[frame["published"].eq(True)]  # noqa: FBT003  # pandas' own
    return shown.reset_index(drop=True).copy()
