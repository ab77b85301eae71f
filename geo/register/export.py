"""The register as rows of a file: all of it for those who keep it, or what may be shown outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.register.public import public_sites

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

REMARKS: Final = "readiness_remarks"


def rows(sites: GeoDataFrame, language: str, *, public: bool) -> GeoDataFrame:
    """
    Return the sites as a file has them, by `geo.formats.write`.

    Parameters
    ----------
    sites
        As `Workspace.sites`.
    language
        Of the remarks.
    public
        Whether the file goes out of the municipality.
    """
    if public:
        return public_sites(sites)
    said = [" ".join(one.say(language) for one in remarks) for remarks in sites[REMARKS]]
    return sites.assign(**{REMARKS: said})


def documents(sites: GeoDataFrame) -> list[dict[str, Any]]:
    """Return the rows of `rows` as JSON has them, without geometry; unknown is null."""
    plain = sites.drop(columns=sites.geometry.name).astype(object)
    found: list[dict[str, Any]] = plain.where(plain.notna(), None).to_dict("records")
    return found
