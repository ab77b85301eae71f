"""
Errors that a planner can act on.

Each class names its text in the catalogue (``msgid``) and carries the parts of it as keyword
arguments, so that the page and the command line can say it in the reader's language.
"""

from __future__ import annotations

from typing import ClassVar

from geo import i18n


class NaeringsarealError(Exception):
    """Base of all errors raised on purpose here."""

    msgid: ClassVar[str] = "error.unexpected"

    def __init__(self, **parts: object) -> None:
        self.parts = parts
        super().__init__(self.say(i18n.DEFAULT_LANGUAGE))

    def say(self, language: str) -> str:
        """One sentence: what is wrong and what to do."""
        return i18n.say(self.msgid, language, **self.parts)


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


class CoordinateColumnsError(FileError):
    """A table without columns for east and north."""

    msgid = "error.coordinate_columns"


class GeoJsonCrsError(ParameterError):
    """GeoJSON in another reference system than the standard's."""

    msgid = "error.geojson_crs"


class UnknownCrsError(ParameterError):
    """A reference system that does not exist."""

    msgid = "error.unknown_crs"


class UnknownZoneError(ParameterError):
    """A search names a zone that the pack does not hold."""

    msgid = "error.unknown_zone"


class FieldError(NaeringsarealError):
    """A field holds what it cannot hold; `field` is its name among the texts."""

    def __init__(self, *, field: str, **parts: object) -> None:
        self.field = field
        super().__init__(field=field, **parts)

    def say(self, language: str) -> str:
        """Name the field as the screen does."""
        shown = self.parts | {"field": i18n.say(f"field.{self.field}", language)}
        return i18n.say(self.msgid, language, **shown)


class FieldMissingError(FieldError):
    """A field that must be filled in is not."""

    msgid = "error.field_missing"


class FieldTooLongError(FieldError):
    """A text with more characters than its field takes."""

    msgid = "error.field_too_long"


class FieldTextError(FieldError):
    """A value that is no text, or one with half a character in it."""

    msgid = "error.field_text"
