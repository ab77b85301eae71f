"""Errors of the ledger; like those in `geo.errors`, each says what is wrong and what to do."""

from __future__ import annotations

from geo.errors import FieldError, NaeringsarealError


class LedgerError(NaeringsarealError):
    """The ledger cannot do what it was asked to."""


class LedgerAddressError(LedgerError):
    """The address names no SQLite file and no PostgreSQL database."""

    msgid = "error.ledger_address"


class LedgerUnreachableError(LedgerError):
    """The server does not answer or does not let us in, or the disk fails."""

    msgid = "error.ledger_unreachable"


class LedgerUnreadableError(LedgerError):
    """The file is no ledger, or it is broken."""

    msgid = "error.ledger_unreadable"


class LedgerReadOnlyError(LedgerError):
    """We may not write here."""

    msgid = "error.ledger_read_only"


class LedgerBusyError(LedgerError):
    """Somebody else has been writing for longer than we wait."""

    msgid = "error.ledger_busy"


class LedgerNewerError(LedgerError):
    """A newer version of the program has written the ledger."""

    msgid = "error.ledger_newer"


class NothingChangedError(LedgerError):
    """A change that leaves the project as it is."""

    msgid = "error.ledger_nothing_changed"


class UnknownProjectError(LedgerError):
    """No project in the ledger has this id."""

    msgid = "error.ledger_unknown_project"


class TakenProjectError(LedgerError):
    """A project has, or has had, the id that was given for a new one."""

    msgid = "error.ledger_taken_project"


class UnknownEntryError(LedgerError):
    """No entry has this number."""

    msgid = "error.ledger_unknown_entry"


class UnknownScenarioError(LedgerError):
    """No scenario has this name."""

    msgid = "error.unknown_scenario"


class UnknownCalculationError(LedgerError):
    """No saved calculation has this id."""

    msgid = "error.unknown_calculation"


class FieldNumberError(FieldError):
    """A value that is no number within its limits."""

    msgid = "error.field_number"


class FieldYearError(FieldError):
    """A value that is no year within its limits."""

    msgid = "error.field_year"


class FieldChoiceError(FieldError):
    """A value that is none of those to choose from."""

    msgid = "error.field_choice"


class UnknownFieldError(LedgerError):
    """A project has no field of this name."""

    msgid = "error.unknown_field"


class PlaceError(LedgerError):
    """A geometry that cannot be a project's place."""

    msgid = "error.place"


class ImportFileError(LedgerError):
    """A file that cannot be read into the ledger."""


class ImportFormatError(ImportFileError):
    """A file name's ending stands for nothing that is read here."""

    msgid = "error.import_format"


class ImportTooLargeError(ImportFileError):
    """A file with more bytes than anyone's list of projects has."""

    msgid = "error.import_too_large"


class ImportUnpackedError(ImportFileError):
    """A workbook that is small only as long as it is packed."""

    msgid = "error.import_unpacked"


class ImportRowsError(ImportFileError):
    """More rows than are read at once."""

    msgid = "error.import_rows"


class WorkbookUnreadableError(ImportFileError):
    """The file is no Excel workbook, or it is broken."""

    msgid = "error.import_workbook"


class WorkbookLockedError(ImportFileError):
    """The workbook is encrypted."""

    msgid = "error.import_locked"


class GeoPackageUnreadableError(ImportFileError):
    """The file is no GeoPackage, or it is broken."""

    msgid = "error.import_geopackage"


class ImportEmptyError(ImportFileError):
    """There is not one project in the file."""

    msgid = "error.import_empty"


class ImportColumnsError(ImportFileError):
    """No column of the file says which projects it is about."""

    msgid = "error.import_columns"


class ImportRowError(LedgerError):
    """A row of a file that cannot be used."""


class RowRepeatedError(ImportRowError):
    """Several rows have the same project id."""

    msgid = "error.import_repeated"


class RowRevisionError(ImportRowError):
    """A revision that is no whole number."""

    msgid = "error.import_revision"


class RowCoordinatesError(ImportRowError):
    """Coordinates of which one is missing, or is no number."""

    msgid = "error.import_coordinates"


class RowWktError(ImportRowError):
    """A place that is no WKT of a point or an area."""

    msgid = "error.import_wkt"


class RowPlaceError(ImportRowError):
    """A row's coordinates and its WKT show two places."""

    msgid = "error.import_contradiction"
