"""
Errors that a planner can act on.

Each carries the id of its text in the catalogues, `code`, and the parts that fill it, so that the
page and the command line can say it in the reader's language. A class of its own is for what
callers act on, or for one kind of errors.
"""

from __future__ import annotations

from geo import i18n


class NaeringsarealError(Exception):
    """
    Base of all errors raised on purpose here.

    Attributes
    ----------
    code
        Id of the text.
    parts
        What fills the text; those that can be said (another error, a remark, a finding) are said
        in the language of the whole, and layers and columns by the names that people have for them.
    """

    def __init__(self, code: str, /, **parts: object) -> None:
        self.code = code
        self.parts = parts
        super().__init__(self.say(i18n.DEFAULT_LANGUAGE))

    def say(self, language: str) -> str:
        """One sentence: what is wrong and what to do."""
        return i18n.Remark(self.code, i18n.in_words(self.parts)).say(language)


class PackError(NaeringsarealError):
    """A data pack that cannot be used as it is."""


class MissingLayerError(PackError):
    """A calculation needs a layer that the pack does not hold."""


class MadeUpLayerError(PackError):
    """A layer that a judgement would rest on is made up, and is no evidence."""


class VersionError(PackError):
    """A version of the pack that cannot be used, or not be made."""


class CrsError(NaeringsarealError):
    """Geometries that are not in a known, common, metric reference system."""


class FileError(NaeringsarealError):
    """A file from the user that cannot be used, or one for the user that cannot be written."""


class TooDemandingError(FileError):
    """Reading the file costs more than a file may; no other part of it is tried."""


class ParameterError(NaeringsarealError):
    """A parameter outside what makes sense, or a name that nothing has."""


class NamedParameterError(ParameterError):
    """A parameter whose `name` among the parts is that of our programs, and not said."""

    def say(self, language: str) -> str:
        """Say it with the name that people have for the parameter."""
        name = str(self.parts["name"]).partition(".")[0]
        parts = {**self.parts, "name": i18n.Remark(f"parameter.{name}")}
        return i18n.Remark(self.code, parts).say(language)


class ReserveRuleError(NamedParameterError):
    """A parameter of the land account outside what makes sense."""


class UtilisationError(ParameterError):
    """A utilisation that is no positive number."""


class CriteriaError(NamedParameterError):
    """A criterion or weight of a search outside what makes sense."""


class LinkError(NaeringsarealError):
    """A part of a link that cannot be read, or leads to what is not there any more."""


class PositionTextError(ParameterError):
    """A text that is no pair of coordinates."""


class JobsError(NaeringsarealError):
    """Jobs, floor area, or a norm for the one from the other, that cannot be right."""


class FieldError(NaeringsarealError):
    """A field holds what it cannot hold; `field` is its name among the texts."""

    def __init__(self, code: str, /, *, field: str, **parts: object) -> None:
        self.field = field
        super().__init__(code, field=i18n.Remark(f"field.{field}"), **parts)


class LedgerError(NaeringsarealError):
    """The ledger cannot do what it was asked to."""


class ImportFileError(LedgerError):
    """A file that cannot be read into the ledger."""


class ImportRowError(LedgerError):
    """A row of a file that cannot be used."""


class SettingsError(NaeringsarealError):
    """A setting, or the file of settings, that cannot be used."""


class BackupError(NaeringsarealError):
    """A backup that cannot be made, or not be restored."""


class NotInstalledError(NaeringsarealError):
    """A part of the program is not there as it is installed."""
