"""What a backup says of itself, and of each file in it."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from geo.backup.rows import TABLES
from geo.pack.location import CHOICE, FOLDER, VERSION_ID

NAME: Final = "manifest.json"
FORMAT: Final = "naeringsareal-backup"
# 2 has the register of sites too; a program that knows 1 alone says that a backup is newer.
FORMAT_VERSION: Final = 2
LARGEST: Final = 16_000_000  # bytes of a manifest; that of ten thousand versions is half of it

LEDGER_FOLDER: Final = "ledger"
PACKS_FOLDER: Final = "packs"
# What a version of the pack is made of: the pack, its papers and its translations.
PACK_FILE: Final = re.compile(r"\w[\w-]*\.(gpkg|toml|po)", re.ASCII)


class BackupPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a backup: its name in it, its size in bytes and its checksum."""

    name: str
    size: int
    sha256: str


class LedgerPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    The ledger in a backup.

    Attributes
    ----------
    revision
        Of its tables.
    rows
        Table → rows.
    head
        Number of the newest entry of the projects, 0 without any.
    municipalities
        Those that have entries, scenarios, calculations or sites.
    """

    revision: str
    rows: dict[str, int]
    head: int
    municipalities: list[str]


class PacksPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Versions of the pack in a backup, the damaged ones among them, and the one in use."""

    versions: list[str]
    damaged: list[str]
    in_use: str
    author: str
    at: str


class BackupManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup says of itself; without a ledger or without packs that part is None."""

    format: str
    format_version: int
    at: str
    program: str
    ledger: LedgerPart | None
    packs: PacksPart | None
    parts: list[BackupPart]


def table_part(table: str) -> str:
    """Return the name of a table's file."""
    return f"{LEDGER_FOLDER}/{table}.jsonl"


def version_part(version: str, file: str) -> str:
    """Return the name of a file of one version."""
    return f"{PACKS_FOLDER}/{FOLDER}/{version}/{file}"


def choice_part() -> str:
    """Return the name of the file that says which version is in use."""
    return f"{PACKS_FOLDER}/{CHOICE}"


def is_ours(name: str) -> bool:
    """Whether a backup may hold a file of this name: nothing else is ever unpacked."""
    if name == choice_part() or name in {table_part(one) for one in TABLES}:
        return True
    pieces = name.split("/")
    return (
        len(pieces) == len(version_part("", "").split("/"))
        and name == version_part(pieces[2], pieces[3])
        and VERSION_ID.fullmatch(pieces[2]) is not None
        and PACK_FILE.fullmatch(pieces[3]) is not None
    )
