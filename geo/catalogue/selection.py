"""A layer or result made ready for a file: cut to an area, named and explained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import shapely

from geo import i18n
from geo.catalogue.codebook import codebook
from geo.errors import ParameterError
from geo.formats.content import Content
from geo.geometry.crs import own_shapes, require_common_crs, union_of
from geo.schema.coercion import quote
from geo.transport import corridor

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.catalogue.results import Product
    from geo.formats.provenance import Provenance
    from geo.pack.read import Pack


def within(frame: GeoDataFrame, area: GeoDataFrame) -> GeoDataFrame:
    """
    Return the features that lie in an area or reach into it, whole.

    A neighbour that only touches its border is not in it; a point or line on the border is. No
    feature is cut, so that its figures stay those of the whole of it.

    Parameters
    ----------
    frame, area
        In the same projected reference system. Of `area` the union counts.

    Raises
    ------
    CrsError
        If the two are not in one projected system.
    """
    require_common_crs(layer=frame, area=area)
    place = union_of(area)  # a copy of our own, so that it may be prepared
    shapely.prepare(place)
    shapes = own_shapes(frame)
    found = shapely.intersects(place, shapes)
    flat = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004  # polygons
    rows = (found & flat).nonzero()[0]
    found[rows] = ~shapely.touches(place, shapes[rows])
    return frame[found]


@dataclass(frozen=True)
class Area:
    """
    Where features are taken from.

    Attributes
    ----------
    outline
        Polygons, EPSG:25832.
    parameter
        How the file tells of it: ``area=zone:heia``.
    """

    outline: GeoDataFrame
    parameter: str

    @classmethod
    def of_zone(cls, pack: Pack, zone_id: str) -> Self:
        """
        Return a zone of the pack.

        Raises
        ------
        MissingLayerError
            If the pack has no zones.
        ParameterError
            If it has none with this id.
        """
        zones = pack.layer("zones")
        found = zones[zones["zone_id"] == zone_id]
        if found.empty:
            known = ", ".join(quote(one) for one in zones["zone_id"])
            raise ParameterError("error.unknown_zone", zone=quote(zone_id), known=known)
        return cls(found, f"area=zone:{zone_id}")

    @classmethod
    def of_corridor(cls, pack: Pack, width_m: float = corridor.WIDTH_M) -> Self:
        """
        Return the corridor.

        Raises
        ------
        MissingLayerError
            If the pack has no axis.
        ParameterError
            If the width makes no sense.
        """
        outline = corridor.corridor_polygon(pack.layer("corridor_nodes"), width_m=width_m)
        return cls(outline, f"area=corridor:{width_m:g}m")

    @classmethod
    def drawn(cls, outline: GeoDataFrame) -> Self:
        """Return an area that was drawn, in any known reference system."""
        placed = outline.to_crs(25832)
        west, south, east, north = (round(one) for one in placed.total_bounds)
        return cls(placed, f"area=drawn:{west},{south},{east},{north}")


def title(name: str, language: str) -> str:
    """Return what a layer or result is called, with a capital letter."""
    words = i18n.say(f"layer.{name}", language)
    return words[:1].upper() + words[1:]


def content(
    product: Product,
    pack: Pack,
    language: str = i18n.DEFAULT_LANGUAGE,
    *,
    area: Area | None = None,
) -> Content:
    """Return what a file is to hold: the features in the area, and all that is said of them."""
    frame, origin = product.frame, said(product.provenance, pack, language)
    if area is not None:
        frame = within(frame, area.outline)
        used = ", ".join(part for part in (origin.parameters, area.parameter) if part)
        origin = replace(origin, parameters=used)
        if origin.calculation_id:  # another selection is another result
            origin = origin.calculated(product.name)
    return Content(
        frame=frame,
        provenance=origin,
        codebook=codebook(product.frame, product.name, language),
        title=title(product.name, language),
        language=language,
    )


def said(provenance: Provenance, pack: Pack, language: str) -> Provenance:
    """Return the provenance with the pack's own words in a language, where it has them in it."""

    def own(text: str | None) -> str | None:
        return i18n.of_pack(text, pack.directory, language) or None

    return replace(
        provenance,
        source=own(provenance.source),
        licence=own(provenance.licence),
        accuracy=own(provenance.accuracy),
    )
