"""Errors of screening a site, of its report, and of searching for one."""

from __future__ import annotations

from geo.errors import NaeringsarealError, ParameterError


class BorderAccuracyError(ParameterError):
    """The accuracy of a border must be a number of metres, 0 or more."""

    msgid = "error.border_accuracy"


class UtilisationError(ParameterError):
    """A utilisation that is no positive number."""

    msgid = "error.utilisation"


class TooManyToCompareError(ParameterError):
    """More sites to compare than fit side by side."""

    msgid = "error.too_many_to_compare"


class ReportMissingError(NaeringsarealError):
    """Reports cannot be written by the program as it is installed."""

    msgid = "error.report_missing"


class NothingToReportError(ParameterError):
    """A report was asked for of no sites."""

    msgid = "error.nothing_to_report"


class WishError(ParameterError):
    """A criterion or weight of a search outside what makes sense."""

    msgid = "error.wish"


class WishUnreadableError(ParameterError):
    """A saved search that is not what the program writes."""

    msgid = "error.wish_unreadable"


class UnknownRoadError(ParameterError):
    """A search names a road that the pack does not hold."""

    msgid = "error.unknown_road"
