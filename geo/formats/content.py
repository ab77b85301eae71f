"""What a file holds: a layer, its provenance and its codebook, however the format writes them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import shapely

from geo import i18n
from geo.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import pandas as pd
    from geopandas import GeoDataFrame

    from geo.formats.provenance import Provenance

    # Told how much of the file is written, 0–1.
    Progress = Callable[[float], None]

# A millimetre is what may be lost: 1e-9 degrees are a tenth of it, as are four decimals of a metre.
DEGREE_DECIMALS: Final = 9
METRE_DECIMALS: Final = 4

_FAMILIES: Final = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "LinearRing": "line",
    "MultiLineString": "line",
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
}


@dataclass(frozen=True, kw_only=True)
class Content:
    """
    What is to be written.

    Attributes
    ----------
    frame
        In the reference system of the file.
    provenance, codebook
        Written beside it, in the way that the format has.
    title
        The layer's name for people; None where it has none.
    language
        Of words in the file.
    """

    frame: GeoDataFrame
    provenance: Provenance
    codebook: tuple[Column, ...] = ()
    title: str | None = None
    language: str = i18n.DEFAULT_LANGUAGE

    def say(self, msgid: str, **parts: object) -> str:
        """Return a text in the file's language."""
        return i18n.say(msgid, self.language, **parts)

    def marked(self) -> GeoDataFrame:
        """
        Return the frame with the provenance on every row.

        For formats whose readers do not show what is said of the whole, so that no feature is
        parted from its badge. The layer's own columns of the same names stay.
        """
        said = {k: v for k, v in self.provenance.members().items() if k not in self.frame.columns}
        return self.frame.assign(**said)

    def named_apart(self, taken: Collection[str]) -> Content:
        """
        Return the same with columns that can stand side by side in a database.

        One that is called as another one is but for capitals, or as one of `taken`, which the
        format keeps for itself, gets an underscore.
        """
        used = {name.lower() for name in taken}
        names = {}
        for column in self.frame.columns.drop(self.frame.geometry.name):
            name = str(column)
            while name.lower() in used:
                name += "_"
            used.add(name.lower())
            names[column] = name
        return replace(
            self,
            frame=self.frame.rename(columns=names),
            codebook=tuple(
                replace(one, name=names.get(one.name, one.name)) for one in self.codebook
            ),
        )

    def about(self) -> list[tuple[str, str]]:
        """Return what is said of the whole: label and value, for people."""
        return about(self.provenance, self.language, title=self.title)

    def readme(self) -> str:
        """Return the same with the codebook, as one text."""
        lines = [f"{label}: {value}" for label, value in self.about()]
        if self.codebook:
            lines += ["", self.say("codebook.title")]
            lines += [
                f"  {one.name}: {one.meaning or self.say('codebook.own')}"
                + (f" [{one.codes_text}]" if one.codes else "")
                for one in self.codebook
            ]
        return "\n".join(lines)

    def codebook_rows(self) -> list[tuple[str, str, str]]:
        """Return the codebook as column, meaning and codes, for a table."""
        own = self.say("codebook.own")
        return [(one.name, one.meaning or own, one.codes_text) for one in self.codebook]


def about(
    provenance: Provenance, language: str, *, title: str | None = None
) -> list[tuple[str, str]]:
    """Return what is said of a layer or result as label and value, for people."""
    unknown = i18n.say("unknown", language)
    none = i18n.say("about.no_badges", language)
    values: dict[str, str | None] = {
        "layer": title,
        "badges": " ".join(provenance.warnings(language)) or none,
        "source": provenance.source or unknown,
        "licence": provenance.licence or unknown,
        "date": provenance.date or unknown,
        "accuracy": provenance.accuracy or unknown,
        "parameters": provenance.parameters,
        "calculation_id": provenance.calculation_id,
        "pack_sha256": provenance.pack_sha256 or unknown,
    }
    if provenance.calculation_id:
        del values["accuracy"]  # of what is reckoned none is stated; that of its layers is theirs
    return [(i18n.say(f"about.{name}", language), value) for name, value in values.items() if value]


def by_geometry(frame: GeoDataFrame) -> dict[str, GeoDataFrame]:
    """
    Split a layer by `point`, `line` and `polygon`, in this order.

    A row without a place goes with the first kind, so that none is lost; a layer without any
    place is taken for polygons.

    Raises
    ------
    FileError
        For a collection of geometries, which no layer of a pack has.
    """
    kinds = frame.geom_type.map(_FAMILIES)
    strange = frame.geom_type.notna() & kinds.isna()
    if strange.any():
        raise FileError("error.geometry_kind", kind=frame.geom_type[strange].iloc[0])
    found = [kind for kind in ("point", "line", "polygon") if (kinds == kind).any()]
    if len(found) <= 1:
        return {found[0] if found else "polygon": frame}
    kinds = kinds.fillna(found[0])
    return {kind: frame[kinds == kind] for kind in found}


def decimals(frame: GeoDataFrame) -> int:
    """Return how many decimals coordinates are written with, for less than a millimetre's loss."""
    return DEGREE_DECIMALS if frame.crs.is_geographic else METRE_DECIMALS


def wkt(frame: GeoDataFrame) -> list[str | None]:
    """Return each geometry as WKT."""
    places = decimals(frame)
    return [*shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=places, trim=True)]


def points(frame: GeoDataFrame) -> pd.DataFrame:
    """Return a point inside each feature: `easting` and `northing` in the frame's own system."""
    places = 7 if frame.crs.is_geographic else 2  # a centimetre: it only tells where
    inside: pd.DataFrame = frame.geometry.representative_point().get_coordinates()
    named = inside.reindex(frame.index).set_axis(["easting", "northing"], axis=1)
    return named.round(places)


@dataclass(frozen=True)
class Column:
    """
    One column: its name, what it means, and its codes with their words.

    A column that is neither the pack's nor a result's has no meaning here: it is the file's own.
    """

    name: str
    meaning: str | None
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes_text(self) -> str:
        """The codes as one text, for a cell or a line."""
        return "; ".join(f"{code} = {word}" for code, word in self.codes.items())

    def as_dict(self) -> dict[str, Any]:
        """Return the same for JSON."""
        codes = {"codes": dict(self.codes)} if self.codes else {}
        return {"column": self.name, "meaning": self.meaning, **codes}
