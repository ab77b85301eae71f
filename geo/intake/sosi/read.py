"""A SOSI file listed by object type, and one type read into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import shapely

from geo.intake.sosi.document import AREA, CURVE, POINT, POINTS, Document
from geo.intake.sosi.faults import Notes, ObjectError
from geo.intake.sosi.properties import PropertyTable, properties
from geo.intake.sosi.shapes import Shapes
from geo.intake.sosi.surfaces import closed, may_border, outlines, polygons

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(AREA, "Polygon"),
    **dict.fromkeys(CURVE, "LineString"),
    **dict.fromkeys(POINTS, "MultiPoint"),
    **dict.fromkeys(POINT, "Point"),
}
_GEOMETRY: Final = "geometry"


def list_types(path: str, shown: str, most: int) -> list[dict[str, Any]]:
    """
    List the object types of a file: name, kinds of geometry, number of objects.

    Raises
    ------
    RefusedError
        If it cannot be read.
    """
    document = Document(path, shown, Notes())
    areas = any(document.elements[number] in AREA for number in document.shaped)
    shapes = None
    found = []
    for name, members in _by_type(document).items():
        kinds = list(dict.fromkeys(_KINDS[document.elements[number]] for number in members))
        count = len(members)
        if not areas and _borders(document, name, members):
            shapes = shapes or Shapes(document, most)
            faces, _ = closed(_curves(shapes, members, Notes()))
            kinds, count = (["Polygon"], len(faces)) if len(faces) else (kinds, count)
        found.append({"name": name, "kinds": kinds, "features": count, "fields": []})
    return found


def read_type(
    path: str, shown: str, most: int, layer: str | None, most_columns: int
) -> tuple[Any, dict[str, Any]]:
    """
    Read the objects of a type.

    Parameters
    ----------
    most, most_columns
        Points that may be put together for borders, and properties that a type may have.

    Returns
    -------
    tuple
        An Arrow table, its last column WKB; and `crs` and `notes`.

    Raises
    ------
    RefusedError, TooManyError
        If it cannot be read, or is too much.
    """
    notes = Notes()
    document = Document(path, shown, notes)
    shapes = Shapes(document, most)
    document.unknown()
    types = _by_type(document)
    members = types.get(layer, []) if layer is not None else document.shaped
    areas = any(document.elements[number] in AREA for number in document.shaped)
    table = None
    if not areas and layer is not None and _borders(document, layer, members):
        table = _of_borders(shapes, members, layer)
    if table is None:
        table = _of_objects(shapes, members, most_columns)
    epsg = shapes.header.epsg
    return table, {"crs": None if epsg is None else f"EPSG:{epsg}", "notes": notes.answer}


def _by_type(document: Document) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number in document.shaped:
        found.setdefault(document.types[number], []).append(number)
    return found


def _borders(document: Document, name: str, members: Sequence[int]) -> bool:
    return may_border(name) and all(document.elements[number] in CURVE for number in members)


def _of_objects(shapes: Shapes, members: Sequence[int], most: int) -> Any:  # noqa: ANN401  # pyarrow is untyped
    document = shapes.document
    kept, outlined = [], []
    geometries: list[Any] = []
    for number in members:
        try:
            if document.elements[number] in AREA:
                outlined.append(outlines(shapes, number))
                geometries.append(None)  # all of them are made at once below
            else:
                geometries.append(_geometry(shapes, number))
            kept.append(number)
        except ObjectError as error:
            _left_out(document, number, error, document.notes)
    column = np.array(geometries, object)
    column[[document.elements[number] in AREA for number in kept]] = polygons(outlined)
    return _table(document, kept, column, PropertyTable(most))


def _left_out(document: Document, number: int, error: ObjectError, notes: Notes) -> None:
    notes.add(
        error.msgid, document.name(number), "error", line=document.line(number), **error.parts
    )


def _geometry(shapes: Shapes, number: int) -> Any:  # noqa: ANN401  # a geometry of any kind
    element = shapes.document.elements[number]
    if element in CURVE:
        return shapely.LineString(shapes.curve(number))
    points = shapes.own(number)
    if not len(points):
        raise ObjectError("finding.sosi_few_points", count=0, needed=1)
    return shapely.MultiPoint(points) if element in POINTS else shapely.Point(points[0])


def _curves(shapes: Shapes, members: Sequence[int], notes: Notes) -> list[NDArray[Any]]:
    found = []
    for number in members:
        try:
            found.append(shapes.curve(number))
        except ObjectError as error:
            _left_out(shapes.document, number, error, notes)
    return found


def _of_borders(shapes: Shapes, members: Sequence[int], layer: str) -> Any | None:  # noqa: ANN401
    """Areas between borders that no area refers to; None where they close none."""
    document = shapes.document
    faces, idle = closed(_curves(shapes, members, Notes()))
    if not len(faces):
        return None
    _curves(shapes, members, document.notes)
    document.notes.add("finding.sosi_closed", kind=layer, count=len(faces))
    if idle:
        document.notes.add("finding.sosi_idle", None, "error", kind=layer, count=idle)
    names = pa.array([layer] * len(faces), pa.string())
    return pa.table({"OBJTYPE": names, _GEOMETRY: pa.array(shapely.to_wkb(faces), pa.binary())})


def _table(
    document: Document, members: Sequence[int], geometries: NDArray[Any], columns: PropertyTable
) -> Any:  # noqa: ANN401
    for row, number in enumerate(members):
        for path, value in properties(document.told(number).values()):
            if path.upper() != "REF":
                columns.add(row, path, value)
    names = columns.named()
    arrays = [pa.array(columns.values(path, len(members)), pa.string()) for path in names]
    shapes = pa.array(shapely.to_wkb(geometries), pa.binary())
    return pa.table([*arrays, shapes], names=[*names.values(), _GEOMETRY])
