"""Errors of the app, of building packs from services, and of what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.errors import NaeringsarealError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.schema.findings import Finding


class TilesUnwritableError(NaeringsarealError):
    """The folder for vector tiles cannot be written."""


class WriteRefusedError(NaeringsarealError):
    """Someone tried to write who may not."""


class HeavyWorkError(NaeringsarealError):
    """Heavy work that came to no end: stopped, or its process was lost."""


class BuildError(NaeringsarealError):
    """A pack that cannot be built from services, or not be put in its place."""


class ServiceError(NaeringsarealError):
    """
    A service that did not give what was asked for.

    `passing` tells whether asking again may help.
    """

    def __init__(self, code: str, /, *, passing: bool = False, **parts: object) -> None:
        self.passing = passing
        super().__init__(code, **parts)


class ServiceStatusError(ServiceError):
    """The service refuses what is asked of it (HTTP 4xx), or says that it fails (passing, 5xx)."""


class ServiceExceptionError(ServiceError):
    """A document about a fault where data was asked for, also with HTTP 200."""


class ServiceAddressesError(ServiceError):
    """None of a service's addresses gave the layer; `reasons` are each host's own."""

    def __init__(self, *, source: str, reasons: Sequence[tuple[str, NaeringsarealError]]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("error.service_addresses", source=source)

    def say(self, language: str) -> str:
        """Say it of each host."""
        said = [f"{host}: {error.say(language)}" for host, error in self.reasons]
        return " ".join([super().say(language), *said])


class ServiceUnusableError(ServiceError):
    """Not one feature fits the pack's schema; the finding says why."""

    def __init__(self, *, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.msgid)

    def say(self, language: str) -> str:
        """Say what is wrong with the layer."""
        return self.finding.say(language)
