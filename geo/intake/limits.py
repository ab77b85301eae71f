"""How much a file may hold and cost, and the settings that change it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from geo.intake.errors import LimitSettingError
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "NAERINGSAREAL_LIMIT_"
MEGABYTE: Final = 1_000_000  # bytes


@dataclass(frozen=True)
class Limits:
    """
    What a file may hold, and what reading it may cost.

    Each is set by an environment variable of its name in capitals after ``NAERINGSAREAL_LIMIT_``.

    Attributes
    ----------
    megabytes
        Size of the file.
    unpacked_megabytes
        Size of all that a zip holds, both as it says and as it turns out.
    ratio
        Times that a zip may grow; asked of zips that unpack to more than `RATIO_MATTERS` MB.
    members
        Files in a zip.
    features, vertices, columns
        Of one layer.
    seconds
        For opening the file and reading a layer.
    memory_megabytes
        For the process that reads it. Held to on Linux; Windows and macOS have no such limit for
        a process, and there only `seconds` and the sizes hold.
    """

    megabytes: int = 50
    unpacked_megabytes: int = 200
    ratio: int = 100
    members: int = 1000
    features: int = 100_000
    vertices: int = 2_000_000
    columns: int = 500
    seconds: int = 4
    memory_megabytes: int = 700

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """
        Return the limits as they are set.

        Raises
        ------
        LimitSettingError
            If a limit is set to anything but a whole number above 0.
        """
        chosen = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            text = environment.get(name, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit()) or int(text) == 0:
                raise LimitSettingError(name=name, value=quote(text))
            chosen[field.name] = int(text)
        return cls(**chosen)
