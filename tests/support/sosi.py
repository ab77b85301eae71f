"""SOSI files written by hand: a header, and objects by their points in metres."""

from __future__ import annotations

from geo.intake.sites import open_sites

EAST, NORTH = 613_800, 6_649_900  # metres, EPSG:25832: in Lillestrøm


def header(*, charset="UTF-8", system=22, unit="0.01", origin="0 0"):
    """A header; without what is None."""
    said = {"KOORDSYS": system, "ORIGO-NØ": origin, "ENHET": unit}
    lines = [f"...{name} {value}" for name, value in said.items() if value is not None]
    charset = [] if charset is None else [f"..TEGNSETT {charset}"]
    return "\n".join([".HODE", *charset, "..TRANSPAR", *lines, "..SOSI-VERSJON 4.5"]) + "\n"


def places(*points, unit=0.01, key="NØ", at=(EAST, NORTH)):
    """A list of coordinates, given as (east, north) from `at`."""
    rows = [f"{round((at[1] + y) / unit)} {round((at[0] + x) / unit)}" for x, y in points]
    return "\n".join([f"..{key}", *rows]) + "\n"


def item(element, number, *points, objtype="", told="", **options):
    """An object; `told` are its other properties, each with its dots."""
    objtype = f"..OBJTYPE {objtype}\n" if objtype else ""
    told = told and told + "\n"
    return f".{element} {number}:\n{objtype}{told}{places(*points, **options) if points else ''}"


def flate(number, refs, *, objtype="Areal", told=""):
    """An area; its own point says nothing of where it is."""
    told = f"{told}\n..REF {refs}" if told else f"..REF {refs}"
    return item("FLATE", number, (7, 7), objtype=objtype, told=told)


def square(number, x, y, side, objtype="Grense"):
    """A closed border, anticlockwise."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return item("KURVE", number, *corners, objtype=objtype)


def document(*objects, end=".SLUTT\n", **head):
    return header(**head) + "".join(objects) + end


def opened(*objects, layer=None, encoding="utf-8", **head):
    """The sites of a file."""
    return open_sites(document(*objects, **head).encode(encoding), "plan.sos", layer=layer)


def notes(frame):
    """What is told of a frame, but for the choice of the layer."""
    told = frame.attrs["assumptions"]
    return [one for one in told if one.msgid != "finding.layer_largest"]


def ids(frame):
    return [one.msgid.removeprefix("finding.sosi_") for one in notes(frame)]
