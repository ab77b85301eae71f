"""Work on documents: the sheets of zones, of the pack that a process has read by itself."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.formats.write import File
from geo.land.pieces import telling
from geo.report import zone_sheet
from geo.report.recipe import ZONE_SHEET, recipe_for
from geo.report.zone_facts import AllFacts
from geo.report.zone_sheet import Made
from layers.app.heavy.job import Work, only
from layers.app.heavy.tasks import DeskAt, desk_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from datetime import datetime

    from geo.growth.terms import Terms
    from geo.land.rules import ReserveRules
    from geo.workspace import Workspace
    from layers.app.heavy.child import Progress

_ZIP: Final = "application/zip"
_ACCOUNT: Final = 4  # A: how many sheets take as long as the land account


@dataclass(frozen=True)
class Sheets:
    """
    Which sheets are wanted, and how.

    Attributes
    ----------
    zones
        Ids; of several the file is a zip, called `name`.
    at
        When they are made, with a time zone.
    saved
        Whether what they follow from is saved.
    """

    zones: tuple[str, ...]
    rules: ReserveRules
    terms: Terms
    language: str
    at: datetime
    saved: bool
    name: str


def sheets(desk: DeskAt | Workspace, wanted: Sheets, key: Hashable) -> Work[File]:
    """Return the work of making sheets; `key` names the pack, list and norms they rest on."""
    return Work(("sheets", key, wanted), write_sheets, (desk, wanted), only)


def write_sheets(progress: Progress, at: DeskAt | Workspace, wanted: Sheets) -> Iterator[File]:
    """Make sheets; the task of `sheets`."""
    facts = AllFacts(desk_of(at), wanted.rules, wanted.terms)
    total = _ACCOUNT + len(wanted.zones)
    with telling(lambda done, of: progress(round(_ACCOUNT * done / max(1, of)), total)):
        _ = facts.land_account
    made = []
    for number, zone in enumerate(wanted.zones):
        progress(_ACCOUNT + number, total)
        made.append(one(facts, zone, wanted))
    yield made[0] if len(made) == 1 else _zipped(made, wanted)


def one(facts: AllFacts, zone_id: str, wanted: Sheets) -> File:
    """Make one sheet."""
    recipe = recipe_for(facts, ZONE_SHEET, zone_id)
    how = Made(recipe=recipe, at=wanted.at, saved=wanted.saved)
    data = zone_sheet.sheet_bytes(facts, zone_id, wanted.language, how)
    zone = facts.zone(zone_id)
    name = zone_sheet.file_name(zone.own(zone.name, wanted.language), zone_id, wanted.language)
    return File(name, data, zone_sheet.MIME)


def _zipped(made: list[File], wanted: Sheets) -> File:
    content = io.BytesIO()
    names: set[str] = set()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(made):
            # Two zones of one name are told apart.
            stem = file.name.removesuffix(zone_sheet.ENDING)
            name = f"{stem}-{number}{zone_sheet.ENDING}" if file.name in names else file.name
            names.add(name)
            info = zipfile.ZipInfo(name, wanted.at.timetuple()[:6])
            archive.writestr(info, file.data, zipfile.ZIP_DEFLATED)
    return File(wanted.name, content.getvalue(), _ZIP)
