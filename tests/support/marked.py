"""A pack, a list of projects and what lies beside them, with a mark in all that is internal."""

from __future__ import annotations

import base64
import re
from unittest import mock

import geopandas as gpd

from geo.ledger.calculations import Calculations
from geo.ledger.scenarios import Scenarios
from geo.ledger.store import Ledger
from geo.pack import location
from geo.register.store import Register
from tests.pins import smallpack

MARK, END = "Internt7351", "1537"  # nothing in it that markdown or an address would escape
MUNICIPALITY = "3205"
# Everything that a public server shows of a project by its name has this in it.
SEEN = "Nytt kontorhus"
PUBLISHED, PUBLISHED_TEXT = "Tomt ved Østmarka", "Ledig fra 2027."
# A place that nothing else of the pack is near, and how its corner is written in degrees.
HIDDEN = smallpack.box(5123, 4567, 60)
CORNERS = tuple(
    f"{value:.4f}".encode()
    for value in gpd.GeoSeries([HIDDEN], crs=smallpack.CRS).to_crs(4326).total_bounds
)
_FOUND = re.compile(rf"{MARK}[a-z-]*(?:{END})?".encode(), re.IGNORECASE)
# Of a text three bytes at a time: the mark may begin at any of the three.
_PACKED = tuple(
    base64.b64encode(b"\0" * skip + MARK.encode())[4 * bool(skip) : -4].rstrip(b"=")
    for skip in range(3)
)


def marked(field):
    """A text that belongs to the municipality alone, and says which one it is."""
    return f"{MARK}{field.replace('_', '')}{END}"


def marks_in(content):
    """The marks in some bytes, also where they are written as UTF-16 or in base64."""
    found = {one.decode() for one in _FOUND.findall(content)}
    found |= {one.decode() for one in _FOUND.findall(content.replace(b"\0", b""))}
    found |= {"in base64" for one in _PACKED if one in content}
    # One of four numbers may be there by chance.
    corners = sum(one in content for one in CORNERS)
    return found | ({"the place of a site that is not published"} if corners > 1 else set())


def layers():
    """The small pack with columns of the municipality's own, and a feature that is refused."""
    found = smallpack_layers()
    found["projects"] = found["projects"].assign(
        note=marked("pack_note"),
        source=marked("pack_source"),
        jobs_source=marked("pack_jobs_source"),
        case_ref=marked("pack_case"),
        handled_by=marked("pack_handler"),
    )
    for name in ("zones", "parcels", "plan_areas"):
        found[name] = found[name].assign(remark=marked(f"{name}_remark"))
    kinds = found["constraints"]["kind"].to_list()
    kinds[-1] = marked("refused_kind")
    found["constraints"] = found["constraints"].assign(kind=kinds)
    return found


smallpack_layers = smallpack.layers


def write_pack(folder):
    """Write the pack."""
    with mock.patch.object(smallpack, "layers", layers):
        smallpack.write(folder)


def write_version(packs):
    """Keep a version of the pack that is not in use, and a draft that somebody has begun."""
    found = smallpack_layers()
    found["zones"] = found["zones"].assign(name=marked("other_version"))
    with mock.patch.object(smallpack, "layers", return_value=found):
        smallpack.write(packs / location.FOLDER / "20260101T000000Z-0a1b2c3d")
    (packs / "drafts").mkdir(mode=0o700)
    (packs / "drafts" / "draft.json").write_text(marked("draft"), encoding="utf-8")


def fill_register(engine, by):
    """Enter a site that is published, one that is not, and one that is no longer there."""
    register = Register(engine, MUNICIPALITY)
    inside = {
        "availability": "ledig",
        "readiness_set": "regulert",
        "readiness_reason": marked("readiness_reason"),
        "internal_note": marked("internal_note"),
    }
    told = {"power_mw": 12.0, "power_date": "2026-05-01", "public_text": PUBLISHED_TEXT}
    register.add(
        {"name": PUBLISHED, "published": True, **told, **inside},
        smallpack.box(600, 600, 100),
        **by,
    )
    hidden = {
        name: marked(f"hidden_{name}")
        for name in ("name", "power_text", "water_text", "access", "contact_office", "public_text")
    }
    unpublished = register.add({**hidden, **inside}, HIDDEN, **by)
    assert not unpublished.values["published"]
    sold = {"name": marked("gone_site"), "availability": "solgt", "published": True}
    gone = register.add(sold, HIDDEN, **by)
    register.remove(gone.project_id, base_revision=1, **by)


def fill_ledger(url):
    """Write a list of projects in which every word but a name and a status is internal."""
    ledger = Ledger.open(url, MUNICIPALITY)
    by = {"author": marked("author"), "reason": marked("reason")}
    try:
        shown = gpd.GeoDataFrame(smallpack_layers()["projects"]).assign(
            note=marked("note"),
            source=marked("source"),
            jobs_source=marked("jobs_source"),
            case_ref=marked("case"),
        )
        ledger.seed(shown, **by)
        entry = ledger.add({"name": marked("removed_project")}, None, **by)
        ledger.remove(entry.project_id, base_revision=1, **by)
        ledger.change("butikk", {"note": marked("changed_note")}, base_revision=1, **by)
        fill_register(ledger.engine, by)
        head = ledger.head().seq
        Scenarios(ledger.engine, MUNICIPALITY).save(
            marked("scenario"),
            {"projects": {"butikk": {"note": marked("scenario_note")}}},
            author=marked("scenario_author"),
            ledger_seq=head,
        )
        calculation = {"name": marked("calculation"), "seq": head}
        Calculations(ledger.engine, MUNICIPALITY).save(
            calculation, {"said": marked("result")}, author=marked("calculation_author")
        )
    finally:
        ledger.close()
