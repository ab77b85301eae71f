"""What is wrong with a file, a position or a plot that someone gave us."""

from __future__ import annotations

from geo.errors import FileError, ParameterError


class FileTooLargeError(FileError):
    """The file is larger than the limit."""

    msgid = "error.file_too_large"


class FileTooDemandingError(FileError):
    """Reading the file takes more time or memory than a file may."""

    msgid = "error.file_too_demanding"


class TooManyFeaturesError(FileError):
    """The layer holds more features than the limit."""

    msgid = "error.too_many_features"


class TooManyVerticesError(FileError):
    """The layer's geometries hold more vertices than the limit."""

    msgid = "error.too_many_vertices"


class TooManyColumnsError(FileError):
    """The layer holds more columns than the limit."""

    msgid = "error.too_many_columns"


class ArchiveTooLargeError(FileError):
    """A zip unpacks to more than the limit."""

    msgid = "error.archive_too_large"


class ArchiveRatioError(FileError):
    """A zip is packed tighter than data ever is."""

    msgid = "error.archive_ratio"


class ArchiveMembersError(FileError):
    """A zip holds more files than the limit."""

    msgid = "error.archive_members"


class ArchiveUnsafeError(FileError):
    """A zip holds a file that would be unpacked outside its folder, or a link."""

    msgid = "error.archive_unsafe"


class ArchiveLockedError(FileError):
    """A zip is protected by a password."""

    msgid = "error.archive_locked"


class ArchiveNothingError(FileError):
    """A zip holds no file that can be read."""

    msgid = "error.archive_nothing"


class ArchiveKindError(FileError):
    """An archive of another kind than zip."""

    msgid = "error.archive_kind"


class OldWorkbookError(FileError):
    """A workbook of Excel's old kind, or one with a password."""

    msgid = "error.old_workbook"


class SosiError(FileError):
    """A SOSI file, which no maintained library reads."""

    msgid = "error.sosi"


class XmlEntitiesError(FileError):
    """An XML file that defines entities, which may grow without end or point to other files."""

    msgid = "error.xml_entities"


class LayerNotInFileError(FileError):
    """A layer was asked for that the file does not hold."""

    msgid = "error.layer_not_in_file"


class LimitSettingError(ParameterError):
    """A limit is set to something that is no positive number."""

    msgid = "error.limit_setting"


class PositionTextError(ParameterError):
    """A text that is no pair of coordinates."""

    msgid = "error.position_text"


class TooManyPositionsError(ParameterError):
    """More places in one text than are read from one."""

    msgid = "error.too_many_positions"


class PositionOutsideError(ParameterError):
    """Coordinates that are not in Norway in any reference system that is tried."""

    msgid = "error.position_outside"


class PlotTextError(ParameterError):
    """A text that is no gnr/bnr."""

    msgid = "error.plot_text"


class TooManyPlotsError(ParameterError):
    """More plots written out than anyone reads."""

    msgid = "error.too_many_plots"


class PlotNotFoundError(ParameterError):
    """No plot bears the gnr/bnr."""

    msgid = "error.plot_not_found"


class PlotElsewhereError(ParameterError):
    """The gnr/bnr is of another municipality than the pack's."""

    msgid = "error.plot_elsewhere"
