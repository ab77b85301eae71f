"""Where versions of the pack are kept, and which of them is in use."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from geo.pack.errors import ChoiceUnreadableError
from geo.schema.coercion import quote

ENVIRONMENT_VARIABLE: Final = "NAERINGSAREAL_PACKS"
EMBEDDED: Final = "embedded"  # the id of the pack that comes with the program
VERSION_ID: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}", re.ASCII)
CHOICE: Final = "active.toml"
FOLDER: Final = "versions"


@dataclass(frozen=True)
class Choice:
    """Which version is in use, and who put it there when; unknown is empty."""

    version: str = EMBEDDED
    author: str = ""
    at: str = ""


def home() -> Path:
    """Return the folder of all versions: the one in the environment, else one of the user's own."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(named) if named else platformdirs.user_data_path("naeringsareal") / "packs"


def directory_of(version: str, folder: Path) -> Path:
    """Return where a version is kept, `folder` being the home of all."""
    return folder / FOLDER / version


def choice(folder: Path) -> Choice:
    """
    Return what is in use: the embedded pack where nothing has been chosen.

    Raises
    ------
    ChoiceUnreadableError
        If the file that says so is damaged.
    """
    path = folder / CHOICE
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Choice()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ChoiceUnreadableError(path=quote(path)) from error
    version = str(said.get("version"))
    # It becomes a part of a path: nothing but an id may stand there.
    if version != EMBEDDED and not VERSION_ID.fullmatch(version):
        raise ChoiceUnreadableError(path=quote(path))
    return Choice(version, str(said.get("author", "")), str(said.get("at", "")))
