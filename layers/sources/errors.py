"""What goes wrong between us and a service; each says what, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from geo.errors import NaeringsarealError, ParameterError

if TYPE_CHECKING:
    from geo.schema.findings import Finding


class ServiceError(NaeringsarealError):
    """
    A service that did not give what was asked for.

    `passing` tells whether asking again may help.
    """

    passing: ClassVar[bool] = False


class ServiceUnreachableError(ServiceError):
    """No connection, or one that broke."""

    msgid = "error.service_unreachable"
    passing = True


class ServiceCertificateError(ServiceError):
    """The connection cannot be trusted."""

    msgid = "error.service_certificate"


class ServiceStatusError(ServiceError):
    """The service refuses what is asked of it (HTTP 4xx)."""

    msgid = "error.service_status"


class ServiceFailingError(ServiceError):
    """The service says that it fails (HTTP 5xx)."""

    msgid = "error.service_status"
    passing = True


class ServiceBusyError(ServiceError):
    """The service asks us to wait."""

    msgid = "error.service_busy"
    passing = True


class ServiceWaitError(ServiceError):
    """The service asks us to wait for longer than we do."""

    msgid = "error.service_wait"


class ServiceSlowError(ServiceError):
    """An answer that does not come to an end in time."""

    msgid = "error.service_slow"
    passing = True


class ServiceTooLargeError(ServiceError):
    """An answer larger than the limit."""

    msgid = "error.service_too_large"


class ServiceRedirectError(ServiceError):
    """The service sends us to a host that we were not told to trust."""

    msgid = "error.service_redirect"


class ServiceExceptionError(ServiceError):
    """A document about a fault where data was asked for, also with HTTP 200."""

    msgid = "error.service_exception"


class ServiceOverloadedError(ServiceError):
    """The same, where the fault is that there was too much to do."""

    msgid = "error.service_exception"
    passing = True


class ServiceReplyError(ServiceError):
    """An answer that is no data and no fault that we know: a page for people, for one."""

    msgid = "error.service_reply"


class ServiceCutError(ServiceError):
    """An answer that ends before its end."""

    msgid = "error.service_cut"
    passing = True


class ServiceIncompleteError(ServiceError):
    """The pages do not add up to the number of hits."""

    msgid = "error.service_incomplete"


class ServiceRepeatedError(ServiceError):
    """The same feature came on two pages, so others may have been left out."""

    msgid = "error.service_repeated"


class ServiceSystemError(ServiceError):
    """Nothing in the reference system that was asked for, but something in another."""

    msgid = "error.service_system"


class ServiceMisplacedError(ServiceError):
    """What came does not lie where it was asked for."""

    msgid = "error.service_misplaced"


class ServiceColumnError(ServiceError):
    """The service does not have the column that the catalogue names."""

    msgid = "error.service_column"


class ServiceEmptyError(ServiceError):
    """The service has nothing here, where nothing is no answer."""

    msgid = "error.service_empty"


class ServiceUnusableError(ServiceError):
    """Not one feature fits the pack's schema; the finding says why."""

    def __init__(self, *, finding: Finding) -> None:
        self.finding = finding
        super().__init__()

    def say(self, language: str) -> str:
        """Say what is wrong with the layer."""
        return self.finding.say(language)


class CoverageUnfoundedError(ServiceError):
    """A mapped area whose finds could not be had: «no finds» would not be true of it."""

    msgid = "error.service_coverage"


class CatalogueError(ParameterError):
    """A file of services that cannot be used."""

    msgid = "error.catalogue"


class MunicipalityNumberError(ParameterError):
    """Not four digits."""

    msgid = "error.municipality_number"


class MunicipalityRenumberedError(ParameterError):
    """A number that another one has taken the place of."""

    msgid = "error.municipality_renumbered"


class MunicipalityUnknownError(ServiceError):
    """Kartverket knows no municipality by this number."""

    msgid = "error.municipality_unknown"


class NothingBuiltError(NaeringsarealError):
    """No layer could be had, so there is no pack."""

    msgid = "error.build_nothing"


class PackDirectoryError(NaeringsarealError):
    """The folder for the pack holds something else."""

    msgid = "error.build_directory"


class PackBrokenError(NaeringsarealError):
    """The pack as written does not hold what was put in."""

    msgid = "error.build_broken"
