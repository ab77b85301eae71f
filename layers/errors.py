"""Errors of the app and of what it publishes."""

from __future__ import annotations

from geo import i18n
from geo.errors import NaeringsarealError, ParameterError


class TilesUnwritableError(NaeringsarealError):
    """The folder for vector tiles cannot be written."""

    msgid = "error.tiles_unwritable"


class ApiMissingError(NaeringsarealError):
    """The server of OGC API Features is not installed."""

    msgid = "error.api_missing"


class PortTakenError(NaeringsarealError):
    """Something else listens on the port, or we may not."""

    msgid = "error.port_taken"


class ApiAddressError(ParameterError):
    """The machine has no such address to listen on."""

    msgid = "error.api_address"


class WriteRefusedError(NaeringsarealError):
    """Someone tried to write who may not; another text says why."""

    msgid = "error.write_refused"

    def __init__(self, *, reason: str, **parts: object) -> None:
        self.reason = reason
        super().__init__(**parts)

    def say(self, language: str) -> str:
        """Say that nothing was saved, why not, and what to do."""
        reason = i18n.say(self.reason, language, **self.parts)
        return i18n.say(self.msgid, language, reason=reason)
