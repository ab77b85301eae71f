"""
What everyone may read: a pack and a list of projects without what is for the municipality alone.

A public server and a public service take in nothing else, so they have nothing else to give away.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.catalogue.results import PUBLIC
from geo.register.fields import FIELDS
from geo.register.public import INTERNAL
from geo.schema import layers as schema
from geo.schema.findings import Finding
from geo.schema.manifest import BADGES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.lists import ProjectList
    from geo.pack.read import Pack

# Whom a number of jobs is from may be a person.
PROJECT_COLUMNS: Final = tuple(name for name in PUBLIC if name != "jobs_source")


def public_pack(pack: Pack) -> Pack:
    """
    Return a pack without columns of its own, notes on projects, and what its findings quote.

    Its version stays: the figures are those of the whole pack.
    """
    layers = {name: _public_layer(name, frame) for name, frame in pack.layers.items()}
    manifest = {name: info for name, info in pack.manifest.items() if name in layers}
    return replace(
        pack,
        layers=MappingProxyType(layers),
        manifest=MappingProxyType(manifest),
        findings=tuple(_counted(one, layers) for one in pack.findings),
    )


def public_projects(listed: ProjectList) -> ProjectList:
    """Return a list of projects as everyone may read it."""
    return replace(listed, frame=public_columns(listed.frame))


def public_columns(projects: GeoDataFrame) -> GeoDataFrame:
    """Return of a list of projects the columns that everyone may read, and the place."""
    return _only(projects, PROJECT_COLUMNS)


def published_sites(sites: GeoDataFrame) -> GeoDataFrame:
    """
    Return the sites of a register that may be shown outside, without what is written inside.

    Whether a site is ready is still to be reckoned: `geo.register.public.public_sites` comes after.
    """
    kept = sites.loc[sites["published"], [*FIELDS, "geometry"]]
    return kept.reset_index(drop=True).assign(**dict.fromkeys(INTERNAL))


def _public_layer(name: str, frame: GeoDataFrame) -> GeoDataFrame:
    if name == "projects":
        return public_columns(frame)
    return _only(frame, tuple(schema.LAYERS[name].columns.columns))


def _only(frame: GeoDataFrame, columns: tuple[str, ...]) -> GeoDataFrame:
    # A feature that is made up says so, whatever else is left of it.
    known = [name for name in dict.fromkeys((*columns, *BADGES)) if name in frame]
    return frame[[*known, "geometry"]]


def _counted(finding: Finding, layers: dict[str, GeoDataFrame]) -> Finding:
    """Keep of a finding that there is one: its words quote what stands in the file."""
    layer = finding.layer if finding.layer in layers else ""
    return Finding(layer, None, finding.msgid, finding.severity)
