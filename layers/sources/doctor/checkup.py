"""What a check of the services found, in a form that is kept and read back."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads it
import string
from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from geo import i18n
from geo.formats import atomic
from geo.pack import location
from geo.schema.coercion import quote
from layers.errors import BuildError

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "doctor.json"  # in the user's data folder, beside the versions of the pack

Answered = Literal["ok", "refused", "silent"]
Verdict = Literal["fault", "remark", "ok", "not_asked"]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Advice(_Kept):
    """
    One sentence of what to do, kept as an id and what fills it until the language is known.

    Attributes
    ----------
    fault
        Whether a build goes without something because of it.
    """

    msgid: str
    parts: dict[str, str | int] = {}
    fault: bool = True

    @model_validator(mode="after")
    def _require_text(self) -> Self:
        text = i18n.texts(i18n.DEFAULT_LANGUAGE).get(self.msgid)
        if text is None or not self.msgid.startswith("doctor."):
            msg = f"no text {self.msgid}"
            raise ValueError(msg)
        wanted = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        if wanted != set(self.parts):
            msg = f"{self.msgid}: {sorted(self.parts)}"
            raise ValueError(msg)
        return self

    def say(self, language: str) -> str:
        """Say it in the reader's language."""
        return i18n.say(self.msgid, language, **self.parts)


class AskedAddress(_Kept):
    """
    One address of a service, and what came of asking it.

    Attributes
    ----------
    seconds
        The longest that it took to answer one question; None where it did not.
    reason
        Why not, in the words of the run's language and of the service.
    """

    host: str
    answered: Answered
    seconds: float | None = None
    reason: str = ""


class Diagnosis(_Kept):
    """
    One entry of the catalogue.

    Attributes
    ----------
    used
        Whether a build asks it.
    addresses
        As the catalogue lists them, the fallbacks last; the first that answers is described here.
    found
        The layer as the service calls it; empty where it is not known to be there.
    columns
        The columns asked for that are there; None where the service does not tell which it has.
    missing, missing_optional
        Those asked for that are not, by whether a pack can do without.
    ours
        Whether it gives the system that it is asked in; None where that is unknown.
    systems
        EPSG codes that it offers.
    newest
        A date (ISO 8601); empty where unknown. Of one feature alone with `newest_of_one`.
    """

    id: str
    source: str
    type: str
    layer: str | None = None
    used: bool = True
    verdict: Verdict
    addresses: tuple[AskedAddress, ...] = ()
    found: str = ""
    columns: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()
    missing_optional: tuple[str, ...] = ()
    ours: bool | None = None
    systems: tuple[int, ...] = ()
    newest: str = ""
    newest_of_one: bool = False
    advice: tuple[Advice, ...] = ()

    @property
    def answering(self) -> AskedAddress | None:
        """The first address that answered, else the first of all; None where none was asked."""
        good = next((one for one in self.addresses if one.answered == "ok"), None)
        return good or next(iter(self.addresses), None)


class Checkup(_Kept):
    """
    All of them at one moment.

    Attributes
    ----------
    municipality
        Number and name of the municipality whose box was asked in; empty where none was.
    seconds
        How long it took.
    """

    at: dt.datetime
    municipality: str = ""
    name: str = ""
    seconds: float
    services: tuple[Diagnosis, ...]

    @property
    def wrong(self) -> int:
        """How many services that a build asks are not as the catalogue has them."""
        return sum(one.verdict == "fault" for one in self.services)


def keep(checkup: Checkup) -> None:
    """
    Keep the result, in place of the one before.

    Raises
    ------
    FileError
        If the disk is full or closed to us.
    """
    path = _path()
    with atomic.unwritable(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic.draft_file(path) as draft:
            draft.write_text(checkup.model_dump_json(indent=1), encoding="utf-8")


def last() -> Checkup | None:
    """
    Return the result that was kept last; None where the services have not been checked.

    Raises
    ------
    BuildError
        If the file with it is damaged.
    """
    path = _path()
    try:
        return Checkup.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValidationError, RecursionError) as error:
        raise BuildError("error.checkup_damaged", path=quote(path.name)) from error


def _path() -> Path:
    return location.home() / FILE
