"""
Errors that a planner can act on.

Each class names its text in the catalogue (``msgid``) and carries the parts of it as keyword
arguments, so that the page and the command line can say it in the reader's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from geo import messages

if TYPE_CHECKING:
    from geo.findings import Finding


class NaeringsarealError(Exception):
    """Base of all errors raised on purpose here."""

    msgid: ClassVar[str] = "error.unexpected"

    def __init__(self, **parts: object) -> None:
        self.parts = parts
        super().__init__(self.say(messages.DEFAULT_LANGUAGE))

    def say(self, language: str) -> str:
        """One sentence: what is wrong and what to do."""
        return messages.say(self.msgid, language, **self.parts)


class PackError(NaeringsarealError):
    """A data pack that cannot be used as it is."""


class PackNotFoundError(PackError):
    """The folder holds no pack.gpkg."""

    msgid = "error.pack_not_found"


class PackUnreadableError(PackError):
    """pack.gpkg is there but is no GeoPackage."""

    msgid = "error.pack_unreadable"


class ManifestUnreadableError(PackError):
    """manifest.toml is not valid TOML."""

    msgid = "error.manifest_unreadable"


class MissingLayerError(PackError):
    """A calculation needs a layer that the pack does not hold."""

    msgid = "error.missing_layer"


class MissingColumnError(PackError):
    """A layer lacks a column that the calculation needs."""

    msgid = "error.missing_column"


class UnknownLayerError(NaeringsarealError):
    """A layer was asked for by a name that no layer has."""

    msgid = "error.unknown_layer"


class CrsError(NaeringsarealError):
    """Geometries that are not in a known, common, metric reference system."""


class CrsMissingError(CrsError):
    """A layer or file does not say which reference system its coordinates are in."""

    msgid = "error.crs_missing"


class CrsMismatchError(CrsError):
    """Two layers are not in the same projected reference system."""

    msgid = "error.crs_mismatch"


class FileError(NaeringsarealError):
    """A file from the user that cannot be used."""


class FileMissingError(FileError):
    """No such file."""

    msgid = "error.file_missing"


class FileUnreadableError(FileError):
    """No driver can read the file."""

    msgid = "error.file_unreadable"


class FileEmptyError(FileError):
    """The file holds no features."""

    msgid = "error.file_empty"


class FormatUnknownError(FileError):
    """A file name whose ending stands for no format that is written here."""

    msgid = "error.format_unknown"


class FileUnwritableError(FileError):
    """The result cannot be written where the user asked."""

    msgid = "error.file_unwritable"


class TooManyRowsError(FileError):
    """More features than a sheet of Excel's has rows."""

    msgid = "error.too_many_rows"


class GeometryKindError(FileError):
    """A geometry of a kind that the format cannot hold."""

    msgid = "error.geometry_kind"


class ParameterError(NaeringsarealError):
    """A parameter outside what makes sense."""


class TargetOutOfRangeError(ParameterError):
    """The rule's target must be a share between 0 and 1."""

    msgid = "error.target_out_of_range"


class ReserveRuleError(ParameterError):
    """A parameter of the land account outside what makes sense."""

    msgid = "error.reserve_rule"


class WidthOutOfRangeError(ParameterError):
    """The corridor's width must be a positive number of metres."""

    msgid = "error.width_out_of_range"


class TooFewNodesError(ParameterError):
    """A corridor needs at least two nodes."""

    msgid = "error.too_few_nodes"


class NegativeJobsError(NaeringsarealError):
    """A site has fewer than no jobs."""

    msgid = "error.negative_jobs"


class JobsIntervalError(NaeringsarealError):
    """A site's low, middle and high numbers of jobs are not in that order."""

    msgid = "error.jobs_interval"


class NormError(NaeringsarealError):
    """A norm for floor area per job that is not a positive, ordered interval."""

    msgid = "error.norm"


class NegativeAreaError(NaeringsarealError):
    """A site has less than no floor area."""

    msgid = "error.negative_area"


class UnknownBusinessTypeError(ParameterError):
    """A type of business that has no norm for floor area per job."""

    msgid = "error.unknown_business_type"


class UnusableFileError(FileError):
    """Not one feature of a file can be used; the finding about the first of them says why."""

    def __init__(self, *, finding: Finding) -> None:
        self.finding = finding
        super().__init__()

    def say(self, language: str) -> str:
        """Say what is wrong with the first feature."""
        return self.finding.say(language)


class CoordinateColumnsError(FileError):
    """A table without columns for east and north."""

    msgid = "error.coordinate_columns"


class GeoJsonCrsError(ParameterError):
    """GeoJSON in another reference system than the standard's."""

    msgid = "error.geojson_crs"


class UnknownCrsError(ParameterError):
    """A reference system that does not exist."""

    msgid = "error.unknown_crs"


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
        reason = messages.say(self.reason, language, **self.parts)
        return messages.say(self.msgid, language, reason=reason)


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


class UnknownZoneError(ParameterError):
    """A search names a zone that the pack does not hold."""

    msgid = "error.unknown_zone"


class UnknownRoadError(ParameterError):
    """A search names a road that the pack does not hold."""

    msgid = "error.unknown_road"
