"""
Asks whether a pinned package has a known hole: `make audit`.

pip-audit asks PyPI's advisories about every pin in constraints.txt and requirements*.txt. Where
nobody answers, that is said and nothing fails. A hole fails unless `.ci/audit-allowed.toml` lets it
be until a day; a line that has run out fails on any machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINNED = (
    *("constraints.txt", "requirements.txt", "requirements-api.txt"),
    *("requirements-distribute.txt", "requirements-dev.txt"),
)
ALLOWED = ROOT / ".ci" / "audit-allowed.toml"
LONGEST = dt.timedelta(days=180)  # who lets a hole be for longer says why once more
PATIENCE_S = 600

PASSED, FAILED, BROKEN = 0, 1, 2

# What pip-audit and the libraries under it write when nobody answers.
_SILENT = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|timed out|Max retries exceeded|ProxyError"
    r"|SSLError|NameResolutionError|Connection (?:refused|reset|aborted)|HTTPError|ServiceError"
)


@dataclass(frozen=True)
class Allowance:
    """A hole that is let be until a day, and why."""

    id: str
    package: str
    why: str
    until: dt.date


@dataclass(frozen=True)
class Hole:
    """A known hole in a package that is in use."""

    package: str
    version: str
    ids: tuple[str, ...]
    mended_in: tuple[str, ...]

    def allowed_by(self, one: Allowance) -> bool:
        """Whether a line of the list is about this hole."""
        return named(one.package) == named(self.package) and one.id in self.ids


@dataclass(frozen=True)
class Answer:
    """What pip-audit found out; `silent` where nobody answered it about any package."""

    holes: tuple[Hole, ...] = ()
    checked: int = 0
    unchecked: tuple[str, ...] = ()
    silent: bool = False


def named(package: str) -> str:
    """Return a package's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def read_allowed(text: str, today: dt.date) -> tuple[list[Allowance], list[str]]:
    """Return the lines of the list, and what is wrong with it."""
    try:
        lines = tomllib.loads(text).get("allowed", [])
    except tomllib.TOMLDecodeError as error:
        return [], [f"lista over tillatte hull kan ikke leses: {error}"]
    found, wrong = [], []
    for place, line in enumerate(lines, 1):
        until = line.get("until")
        said = [line.get(key) for key in ("id", "package", "why")]
        if not all(isinstance(one, str) and one.strip() for one in said):
            wrong.append(f"linje {place} i lista mangler id, package eller why")
        elif not isinstance(until, dt.date) or isinstance(until, dt.datetime):
            wrong.append(f"linje {place} i lista ({said[0]}) mangler en dato i until")
        elif until < today:
            wrong.append(f"{said[0]} ({said[1]}) var tillatt til {until}; vurder hullet på nytt")
        elif until - today > LONGEST:
            wrong.append(f"{said[0]} ({said[1]}) er tillatt i mer enn {LONGEST.days} dager")
        else:
            found.append(Allowance(*said, until))
    return found, wrong


def read_answer(output: str, errors: str) -> Answer | None:
    """
    Read what pip-audit wrote; None where it did not do its work for another reason than silence.

    A package that PyPI gives no answer about is skipped by pip-audit, which then says «No known
    vulnerabilities found»: here it is a package that was not checked.
    """
    try:
        listed = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Answer(silent=True) if _SILENT.search(errors) else None
    holes = [
        Hole(
            one["name"],
            one["version"],
            (hole["id"], *hole.get("aliases", ())),
            tuple(hole.get("fix_versions", ())),
        )
        for one in listed
        for hole in one.get("vulns", ())
    ]
    unchecked = tuple(one["name"] for one in listed if "skip_reason" in one)
    checked = len(listed) - len(unchecked)
    return Answer(tuple(holes), checked, unchecked, silent=bool(listed) and not checked)


def judged(answer: Answer, allowed: list[Allowance], wrong: list[str]) -> tuple[int, list[str]]:
    """Return what the program ends with, and what it says."""
    said = [f"FEIL: {one}" for one in wrong]
    failed = bool(wrong)
    if answer.silent:
        return (FAILED if failed else PASSED), [
            *said,
            "rådgivningstjenesten svarer ikke; ikke kontrollert",
        ]
    used = set()
    for hole in answer.holes:
        lines = [one for one in allowed if hole.allowed_by(one)]
        used.update(lines)
        known = f"{hole.package} {hole.version}: {', '.join(hole.ids)}"
        mended = f"rettet i {', '.join(hole.mended_in)}" if hole.mended_in else "ikke rettet"
        if lines:
            said.append(f"tillatt til {lines[0].until}: {known} ({lines[0].why})")
        else:
            said.append(f"FEIL: kjent hull i {known}; {mended}")
            failed = True
    said += [
        f"linja om {one.id} ({one.package}) trengs ikke lenger; ta den ut"
        for one in allowed
        if one not in used
    ]
    if answer.unchecked:
        said.append(f"uten svar, ikke kontrollert: {', '.join(answer.unchecked)}")
    said.append(f"{answer.checked} pakker kontrollert, {len(answer.holes)} kjente hull")
    return (FAILED if failed else PASSED), said


def pins(texts: list[str]) -> list[str]:
    """Return every «name==version» of these files once, without extras."""
    found = [
        re.fullmatch(r"([\w.-]+)(?:\[[^]]*\])?(==[^\s;#]+)", line.split("#")[0].strip())
        for text in texts
        for line in text.splitlines()
    ]
    return sorted({f"{named(one[1])}{one[2]}" for one in found if one})


def asked(program: str, folder: Path) -> tuple[str, str]:
    """Run pip-audit on all pins, with a list of them in a folder; returns what it wrote."""
    listed = folder / "pins.txt"
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in PINNED]
    listed.write_text("\n".join(pins(texts)), encoding="utf-8")
    command = [program, "--requirement", str(listed), "--no-deps", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        done = subprocess.run(  # noqa: S603  # the program that make names
            command, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        return "", "timed out"
    return done.stdout, done.stderr


def main(arguments: list[str] | None = None) -> int:
    """Ask, judge and say; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default="pip-audit")
    parser.add_argument("--allowed", type=Path, default=ALLOWED)
    given = parser.parse_args(arguments)
    today = dt.datetime.now(dt.UTC).date()
    allowed, wrong = read_allowed(given.allowed.read_text(encoding="utf-8"), today)
    with tempfile.TemporaryDirectory() as folder:
        output, errors = asked(given.program, Path(folder))
    answer = read_answer(output, errors)
    if answer is None:
        print(f"pip-audit gjorde ikke jobben sin:\n{errors[-2000:]}", file=sys.stderr)
        return BROKEN
    code, said = judged(answer, allowed, wrong)
    print("\n".join(f"audit: {one}" for one in said))
    return code


if __name__ == "__main__":
    sys.exit(main())
