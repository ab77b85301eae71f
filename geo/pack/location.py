"""Where versions of the pack are kept, which of them is in use, and that one read."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from geo.errors import NaeringsarealError, VersionError
from geo.i18n import Remark
from geo.pack.read import DEFAULT_PACK, FILE, MANIFEST, Pack, read_pack
from geo.pack.write import RECORD
from geo.schema.coercion import quote

PACK_VARIABLE: Final = "NAERINGSAREAL_PACK"
VERSIONS_VARIABLE: Final = "NAERINGSAREAL_PACKS"
EMBEDDED: Final = "embedded"  # the id of the pack that comes with the program
VERSION_ID: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}", re.ASCII)
CHOICE: Final = "active.toml"
FOLDER: Final = "versions"
GONE: Final = Remark("version.gone")  # why a version cannot be used, where no more is known


@dataclass(frozen=True)
class Choice:
    """Which version is in use, and who put it there when; unknown is empty."""

    version: str = EMBEDDED
    author: str = ""
    at: str = ""


def home() -> Path:
    """Return the folder of all versions: the one in the environment, else one of the user's own."""
    named = os.environ.get(VERSIONS_VARIABLE)
    return Path(named) if named else platformdirs.user_data_path("naeringsareal") / "packs"


def directory_of(version: str, folder: Path) -> Path:
    """Return where a version is kept, `folder` being the home of all."""
    return folder / FOLDER / version


def choice(folder: Path) -> Choice:
    """
    Return what is in use: the embedded pack where nothing has been chosen.

    Raises
    ------
    VersionError
        If the file that says so is damaged.
    """
    path = folder / CHOICE
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Choice()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise VersionError("error.version_choice", path=quote(path)) from error
    version = str(said.get("version"))
    # It becomes a part of a path: nothing but an id may stand there.
    if version != EMBEDDED and not VERSION_ID.fullmatch(version):
        raise VersionError("error.version_choice", path=quote(path))
    return Choice(version, str(said.get("author", "")), str(said.get("at", "")))


def current() -> str:
    """Return the id of the version in use; where the environment names a pack, its folder."""
    return version_at(default_directory())


def version_at(directory: Path) -> str:
    """Return the id of the version in a folder; the folder itself where it is no version's."""
    if directory == DEFAULT_PACK:
        return EMBEDDED
    return directory.name if directory.parent == home() / FOLDER else str(directory)


def stamp(directory: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what is another when the files of the pack in a folder have been changed."""
    files = [directory / FILE, directory / MANIFEST]
    return tuple(
        (file.name, file.stat().st_mtime_ns, file.stat().st_size)
        for file in files
        if file.is_file()
    )


def read_current() -> Pack:
    """
    Read the pack in use.

    Raises
    ------
    VersionError
        If it is one of the versions and damaged or gone.
    PackError
        If it is another pack that cannot be read.
    """
    return read_at(default_directory())


def read_at(directory: Path) -> Pack:
    """Read the pack in a folder; of a version, as `read_version` does."""
    is_version = directory.parent == home() / FOLDER
    return read_version(directory) if is_version else read_pack(directory)


def read_version(directory: Path) -> Pack:
    """
    Read a version from its folder, and make sure that it is what was written.

    Raises
    ------
    VersionError
        If it is damaged or gone.
    """
    if not directory.is_dir():
        raise VersionError("error.version_unusable", version=directory.name, reason=GONE)
    try:
        pack = read_pack(directory)
        said = tomllib.loads((directory / RECORD).read_text(encoding="utf-8")).get("sha256")
    except NaeringsarealError as error:
        raise VersionError(
            "error.version_unusable", version=directory.name, reason=error
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise VersionError("error.version_unusable", version=directory.name, reason=GONE) from error
    if said != pack.sha256:
        altered = VersionError("error.version_altered", path=quote(directory / FILE))
        raise VersionError("error.version_unusable", version=directory.name, reason=altered)
    return pack


def default_directory() -> Path:
    """
    Return the pack's folder: what the environment names, else the version in use, else ours.

    Raises
    ------
    VersionError
        If the file is damaged that says which version is in use.
    """
    named = os.environ.get(PACK_VARIABLE)
    if named:
        return Path(named)
    version = choice(home()).version
    return DEFAULT_PACK if version == EMBEDDED else directory_of(version, home())
