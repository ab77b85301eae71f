"""What can go wrong with versions of the pack, and with a file that is to become a layer."""

from __future__ import annotations

from geo import i18n
from geo.errors import FileError, NaeringsarealError, PackError


class VersionError(PackError):
    """A version of the pack that cannot be used, or not be made."""


class VersionUnusableError(VersionError):
    """
    The version in use is damaged or gone.

    `cause` says why, where there is more to say than that.
    """

    msgid = "error.version_unusable"

    def __init__(self, *, version: str, cause: NaeringsarealError | None = None) -> None:
        self.cause = cause
        super().__init__(version=version)

    def say(self, language: str) -> str:
        """One sentence, with the cause."""
        cause = self.cause
        reason = i18n.say("version.gone", language) if cause is None else cause.say(language)
        return i18n.say(self.msgid, language, **self.parts, reason=reason)


class VersionAlteredError(VersionError):
    """A version's pack.gpkg is not what it was when the version was made."""

    msgid = "error.version_altered"


class ChoiceUnreadableError(VersionError):
    """The file that says which version is in use cannot be read."""

    msgid = "error.version_choice"


class UnknownVersionError(VersionError):
    """No version has this id."""

    msgid = "error.version_unknown"


class VersionConflictError(VersionError):
    """Somebody else has put another version into use since the work began."""

    msgid = "error.version_conflict"


class StoreBusyError(VersionError):
    """Somebody else has been writing for too long."""

    msgid = "error.version_busy"


class PackWithoutLayersError(PackError):
    """A pack without a single layer that can be used."""

    msgid = "error.pack_without_layers"


class LayerFileError(FileError):
    """A file that cannot become the layer that it is meant for."""


class ColumnNotInFileError(LayerFileError):
    """A column is to be taken from one that the file has not."""

    msgid = "error.column_not_in_file"


class MappingTargetError(LayerFileError):
    """A value is meant for a column that the layer has not."""

    msgid = "error.mapping_target"


class MappingFormError(LayerFileError):
    """A mapping on the command line that is not of the form that is asked for."""

    msgid = "error.mapping_form"


class LayerNotValidError(LayerFileError):
    """The layer has errors that must be put right first."""

    msgid = "error.layer_not_valid"

    def __init__(self, *, layer: str, first: object, count: int) -> None:
        self._first = first
        super().__init__(layer=layer, count=count)

    def say(self, language: str) -> str:
        """One sentence, and the first error in its own words."""
        first = self._first.say(language) if hasattr(self._first, "say") else self._first
        return i18n.say(self.msgid, language, **self.parts, first=first)
