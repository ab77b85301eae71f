"""The pack in use, and a version of it, read: a damaged one is an error that says so."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from geo.errors import NaeringsarealError
from geo.pack import location
from geo.pack.errors import VersionAlteredError, VersionUnusableError
from geo.pack.files import RECORD
from geo.pack.location import EMBEDDED, FOLDER
from geo.pack.read import DEFAULT_PACK, FILE, Pack, default_directory, read_pack
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from pathlib import Path


def current() -> str:
    """Return the id of the version in use; where the environment names a pack, its folder."""
    return version_at(default_directory())


def version_at(directory: Path) -> str:
    """Return the id of the version in a folder; the folder itself where it is no version's."""
    if directory == DEFAULT_PACK:
        return EMBEDDED
    return directory.name if directory.parent == location.home() / FOLDER else str(directory)


def read_current() -> Pack:
    """
    Read the pack in use.

    Raises
    ------
    VersionUnusableError, ChoiceUnreadableError
        If it is one of the versions and damaged or gone.
    PackError
        If it is another pack that cannot be read.
    """
    return read_at(default_directory())


def read_at(directory: Path) -> Pack:
    """Read the pack in a folder; of a version, as `read_version` does."""
    is_version = directory.parent == location.home() / FOLDER
    return read_version(directory) if is_version else read_pack(directory)


def read_version(directory: Path) -> Pack:
    """
    Read a version from its folder, and make sure that it is what was written.

    Raises
    ------
    VersionUnusableError
        If it is damaged or gone.
    """
    if not directory.is_dir():
        raise VersionUnusableError(version=directory.name)
    try:
        pack = read_pack(directory)
        said = tomllib.loads((directory / RECORD).read_text(encoding="utf-8")).get("sha256")
    except NaeringsarealError as error:
        raise VersionUnusableError(version=directory.name, cause=error) from error
    except (OSError, ValueError, RecursionError) as error:
        raise VersionUnusableError(version=directory.name) from error
    if said != pack.sha256:
        cause = VersionAlteredError(path=quote(directory / FILE))
        raise VersionUnusableError(version=directory.name, cause=cause)
    return pack
