"""
The report of a screening as PDF, to be read without the program.

A site's first page has the light with its reasons, the map and the key figures; the next have the
constraints, the rule, what decides the answer and what would better it, the text for the case file,
and what it all rests on. Several sites have a list of them in front.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.errors import FileError, ParameterError
from geo.formats import atomic
from geo.i18n import say
from geo.report import typesetting
from geo.report.page import head_and_foot
from geo.report.screening import ScreeningContent
from geo.schema.coercion import quote
from geo.screening.rows import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.pack.read import Pack
    from geo.screening.context import Context
    from geo.screening.model import Screening

ENDING: Final = ".pdf"
# More would be a stack that nobody reads.
MOST_SITES: Final = 50


def write_report(
    screenings: Sequence[Screening],
    context: Context,
    path: Path | str,
    language: str = "nb",
    *,
    calculation_id: str | None = None,
    pack: Pack | None = None,
    at: datetime | None = None,
) -> None:
    """
    Write the report to a file; an existing one is replaced once the new one is complete.

    Parameters
    ----------
    screenings
        In the order of the report; the first `MOST_SITES` of them are in it, and it says so.
    context
        What they were screened on.
    path
        Ends in .pdf.
    language
        nb or en.
    calculation_id
        Of a saved calculation that the report belongs to.
    pack
        Whose layers the maps show and whose sources are named; None for the ground's own.
    at
        When it was made, with its time zone; None for now.

    Raises
    ------
    FileError
        If the file is to be something else. If the file cannot be written.
    ParameterError
        If there are no sites.
    """
    path = Path(path)
    if path.suffix.lower() != ENDING:
        raise FileError("error.format_unknown", path=quote(path), known=ENDING)
    document = report_bytes(
        screenings, context, language, calculation_id=calculation_id, pack=pack, at=at
    )
    with atomic.unwritable(path), atomic.draft_file(path) as draft:
        draft.write_bytes(document)


def report_bytes(
    screenings: Sequence[Screening],
    context: Context,
    language: str = "nb",
    *,
    calculation_id: str | None = None,
    pack: Pack | None = None,
    at: datetime | None = None,
) -> bytes:
    """
    Return the report as `write_report` would write it.

    The same screenings, pack and time give the same bytes.

    Raises
    ------
    ParameterError
        If there are no sites.
    """
    if not screenings:
        raise ParameterError("error.nothing_to_report")
    pack = pack or context.pack
    at = at or datetime.now(UTC)
    shown = screenings[:MOST_SITES]
    if len(screenings) > 1:
        title = say("report.list_title", language, count=len(screenings))
    else:
        title = say("report.title_of", language, site=name(shown[0]))
    report = ScreeningContent(context, pack, language)
    frame = head_and_foot(say("report.title", language), pack, language, at, calculation_id)
    return typesetting.pdf(
        "screening",
        report.content(shown, len(screenings)) | {"frame": frame},
        title=title,
        language=language,
        at=at,
        pictures=report.pictures,
    )
