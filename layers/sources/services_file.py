"""What is wrong with a file of services, in one sentence: typos are what such files have."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from geo.i18n import Remark
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LINE: Final = re.compile(r"at line (\d+)")
_IN_ENTRY: Final = 3  # steps to a key of a service: services, its number, the key


def unread(error: Exception) -> Remark:
    """Say why a file is no TOML."""
    if isinstance(error, FileNotFoundError):
        return Remark("services_file.not_there")
    if isinstance(error, UnicodeDecodeError):
        return Remark("services_file.encoding")
    line = _LINE.search(str(error))
    if isinstance(error, tomllib.TOMLDecodeError) and line is not None:
        return Remark("services_file.line", {"line": line[1]})
    return Remark("services_file.unreadable", {"said": quote(error)})


def misfit(fault: ErrorDetails, given: dict[str, Any]) -> Remark:
    """Say what of a file is no entry of a catalogue, and in which entry."""
    place = fault["loc"]
    where = Remark("services_file.part", {"name": quote(place[0])})
    if len(place) >= _IN_ENTRY and isinstance(place[1], int):
        name = quote(given["services"][place[1]].get("id") or place[1] + 1)
        where = Remark("services_file.service", {"name": name})
    parts = {"key": quote(place[:_IN_ENTRY][-1]), "where": where}
    if fault["type"] == "extra_forbidden":
        return Remark("services_file.unknown_key", parts)
    if fault["type"] == "missing":
        return Remark("services_file.missing_key", parts)
    if fault["type"] == "literal_error":
        choices = str(fault["ctx"]["expected"]).replace(" or ", ", ").replace("'", "")
        return Remark("services_file.choice", {**parts, "known": choices})
    return Remark("services_file.value", {**parts, "said": quote(fault["input"])})
