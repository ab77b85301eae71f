"""A check of the services as text for people, as a file to send, and as JSON."""

from __future__ import annotations

import hashlib
import os
import platform
import textwrap
import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from geo import i18n
from geo.schema.coercion import quote
from layers.sources.doctor.secrets import PROXIES, hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.sources.doctor.checkup import Checkup, Diagnosis, Verdict
    from layers.sources.services import Catalogue

NORWAY: Final = ZoneInfo("Europe/Oslo")
WIDTH: Final = 110  # characters of a line: a window of a command line, half of a wide screen
_WIDTHS: Final = (11, 23, 17, 26, 10, 8)  # of the table's columns; the last takes what is left
_ORDER: Final[tuple[Verdict, ...]] = ("fault", "remark", "ok", "not_asked")
_PROJECT: Final = Path(__file__).parents[3] / "pyproject.toml"


def sorted_by_verdict(checkup: Checkup) -> list[Diagnosis]:
    """Return the services, what is wrong first, else in the catalogue's order."""
    return sorted(checkup.services, key=lambda one: _ORDER.index(one.verdict))


def answer_words(one: Diagnosis, language: str) -> str:
    """Say whether a service answered, and how long it took at most."""
    address = one.answering
    if address is None:
        return "–"
    said = i18n.say(f"doctor.answered_{address.answered}", language)
    if address.seconds is None:
        return said
    return f"{said}, {i18n.number(address.seconds, language, 1)} s"


def columns_words(one: Diagnosis, language: str) -> str:
    """Say how many of the columns asked for are there; unknown where the service does not tell."""
    if one.columns is None:
        return "–" if one.verdict == "not_asked" else i18n.say("unknown", language)
    there = len(one.columns)
    total = there + len(one.missing) + len(one.missing_optional)
    return i18n.say("doctor.of", language, there=there, total=total) if total else "–"


def system_words(one: Diagnosis, language: str) -> str:
    """Say whether the service gives the system that it is asked in."""
    if one.verdict == "not_asked":
        return "–"
    known = {True: "yes", False: "no", None: "unknown"}[one.ours]
    return i18n.say(f"doctor.{known}" if one.ours is not None else known, language)


def newest_words(one: Diagnosis, language: str) -> str:
    """Say how new the data are; that the date is of a single feature where it is."""
    if one.verdict == "not_asked":
        return "–"
    if not one.newest:
        return i18n.say("unknown", language)
    said = i18n.say("doctor.one_feature", language, date=one.newest)
    return said if one.newest_of_one else one.newest


def moment_words(checkup: Checkup) -> str:
    """Write when the check was made, in Norway's time."""
    return f"{checkup.at.astimezone(NORWAY):%d.%m.%Y %H:%M}"


def summary(checkup: Checkup, language: str) -> str:
    """Say in one sentence how it went."""
    asked = sum(one.used and one.verdict != "not_asked" for one in checkup.services)
    addresses = [address for one in checkup.services for address in one.addresses]
    if addresses and all(address.answered == "silent" for address in addresses):
        return i18n.say("doctor.offline", language)
    if checkup.wrong:
        return i18n.say("doctor.wrong", language, wrong=checkup.wrong, asked=asked)
    return i18n.say("doctor.well", language, asked=asked)


def place_words(checkup: Checkup, language: str) -> str:
    """Say which municipality the services were asked about."""
    if not checkup.municipality:
        return i18n.say("doctor.nowhere", language)
    # Where the register of municipalities did not answer, the number is all that is known.
    return f"{quote(checkup.municipality)} {quote(checkup.name)}".rstrip()


def lines_of(checkup: Checkup, language: str, *, reasons: bool = False) -> list[str]:
    """
    Return the check as lines of text.

    Parameters
    ----------
    reasons
        With every address, and why those that did not answer did not.
    """
    say = partial(i18n.say, language=language)
    head = ("state", "service", "answered", "found", "columns", "system", "newest")
    lines = [
        say("doctor.head", place=place_words(checkup, language), at=moment_words(checkup)),
        "",
        _row([say(f"doctor.column_{name}") for name in head]),
    ]
    for one in sorted_by_verdict(checkup):
        lines += _lines(one, language, reasons=reasons)
    seconds = i18n.number(checkup.seconds, language, 1)
    lines += ["", summary(checkup, language)]
    if hosts := closed(checkup):
        lines += textwrap.wrap(say("doctor.hosts", hosts=", ".join(hosts)), WIDTH)
    return [*lines, say("doctor.took", seconds=seconds)]


def closed(checkup: Checkup) -> list[str]:
    """Return the hosts that could not be reached, for whoever keeps the firewall."""
    return sorted(
        {
            quote(address.host)
            for one in checkup.services
            for address in one.addresses
            if address.answered == "silent"
        }
    )


def _lines(one: Diagnosis, language: str, *, reasons: bool) -> list[str]:
    cells = [
        i18n.say(f"doctor.verdict_{one.verdict}", language),
        quote(one.id),
        answer_words(one, language),
        quote(one.found) or "–",
        columns_words(one, language),
        system_words(one, language),
        newest_words(one, language),
    ]
    address = one.answering
    about = quote(one.source) if address is None else f"{quote(one.source)} · {quote(address.host)}"
    lines = [_row(cells), *_indented(about)]
    if reasons:
        layer = i18n.say("doctor.no_layer" if one.layer is None else f"layer.{one.layer}", language)
        lines += _indented(f"{one.type} · {layer}")
    for advice in one.advice:
        lines += _indented(f"→ {advice.say(language)}")
    if reasons:
        for address in one.addresses:
            answered = i18n.say(f"doctor.answered_{address.answered}", language)
            lines += _indented(f"{quote(address.host)}: {answered}. {hidden(address.reason)}")
    return lines


def _row(cells: Sequence[str]) -> str:
    fitted = [
        (cell if len(cell) <= width - 1 else cell[: width - 2] + "…").ljust(width)
        for cell, width in zip(cells[:-1], _WIDTHS, strict=True)
    ]
    return ("".join(fitted) + cells[-1]).rstrip()


def _indented(text: str) -> list[str]:
    indent = " " * 4
    follows = indent + ("  " if text.startswith("→") else "")
    return textwrap.wrap(text.strip(), WIDTH, initial_indent=indent, subsequent_indent=follows)


def file_lines(checkup: Checkup, catalogue: Catalogue, language: str) -> list[str]:
    """Return the check as a file to send: what it was made with, and all reasons."""
    say = partial(i18n.say, language=language)
    told = program(catalogue)
    return [
        say("doctor.file_title"),
        say("doctor.file_program", version=told["version"], catalogue=told["catalogue"]),
        say("doctor.file_platform", python=told["python"], platform=told["platform"]),
        say("doctor.file_proxy", proxy=say("doctor.yes" if told["proxy"] else "doctor.no")),
        say("doctor.file_root", set=say("doctor.yes" if told["ssl_cert_file"] else "doctor.no")),
        "",
        *lines_of(checkup, language, reasons=True),
    ]


def program(catalogue: Catalogue) -> dict[str, Any]:
    """Return what a check was made with; of settings only whether they are set."""
    entries = catalogue.model_dump_json().encode()
    return {
        "version": _version(),
        "catalogue": hashlib.sha256(entries).hexdigest()[:12],
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "proxy": any(os.environ.get(name) for name in PROXIES),
        "ssl_cert_file": bool(os.environ.get("SSL_CERT_FILE")),
    }


def _version() -> str:
    try:
        said = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))
        return str(said["project"]["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return "–"


def document_of(checkup: Checkup, catalogue: Catalogue, language: str) -> dict[str, Any]:
    """Return the check as JSON has it, with the advice in the reader's language."""
    return {
        **checkup.model_dump(mode="json", exclude={"services"}),
        "wrong": checkup.wrong,
        "program": program(catalogue),
        "services": [
            {
                **one.model_dump(mode="json"),
                "advice": [
                    {"code": advice.msgid, "fault": advice.fault, "text": advice.say(language)}
                    for advice in one.advice
                ],
            }
            for one in checkup.services
        ],
    }
