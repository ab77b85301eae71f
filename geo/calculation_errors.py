"""Errors of calculations of the 90 % rule, of scenarios, and of having a calculation again."""

from __future__ import annotations

from geo.errors import FileError, PackError, ParameterError


class PeriodError(ParameterError):
    """Years that make no period: not rising, or out of reach."""

    msgid = "error.period"


class ShareInsideError(ParameterError):
    """A share inside the growth areas that is no share, or smaller with more areas."""

    msgid = "error.share_inside"


class UnknownGrowthAreaError(ParameterError):
    """An area was chosen to count that is no growth area."""

    msgid = "error.unknown_growth_area"


class ScenarioUnreadableError(ParameterError):
    """A scenario's text that is not what the program writes."""

    msgid = "error.scenario_unreadable"


class ParametersUnreadableError(ParameterError):
    """A calculation's parameters that are not what the program writes."""

    msgid = "error.parameters_unreadable"


class ScenarioPlaceError(ParameterError):
    """A place in a scenario that is no point or polygon in EPSG:25832."""

    msgid = "error.scenario_place"


class PackDiffersError(PackError):
    """A saved calculation was made with another pack than the one in use."""

    msgid = "error.pack_differs"


class LedgerMissingError(FileError):
    """A ledger is to be read from a file that is not there."""

    msgid = "error.ledger_missing"
