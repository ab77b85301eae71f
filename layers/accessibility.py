"""The accessibility statement: what is met, what is known not to be, and whom to tell."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from layers.app import texts
from layers.app.cache import settings_loaded
from layers.app.texts import t

if TYPE_CHECKING:
    from datetime import date

FILE: Final = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Deviation:
    """
    Something that is known not to meet WCAG.

    Parameters
    ----------
    id
        Its text is ``accessible.known_`` and this.
    criteria
        Of WCAG, as «2.1.1».
    of
        The library that it is a part of; None where it is the program itself.
    issue
        Where it is reported to those who make that; None where no report was found.
    rule, selector
        Of axe-core, where that finds it; else None.
    """

    id: str
    criteria: tuple[str, ...]
    of: str | None = None
    issue: str | None = None
    rule: str | None = None
    selector: str | None = None


@cache
def deviations() -> tuple[Deviation, ...]:
    """Return what is known not to meet WCAG, in the order of the statement."""
    found = _read()["known"]
    return tuple(Deviation(**{**one, "criteria": tuple(one["criteria"])}) for one in found)


def reviewed() -> date:
    """Return the day on which the list was last gone through."""
    day: date = _read()["reviewed"]
    return day


def listed() -> None:
    """Say what is known not to meet WCAG, each with its criteria and where it is reported."""
    for one in deviations():
        if one.of is None:
            told = t("accessible.ours")
        elif one.issue is None:
            told = t("accessible.not_reported", of=one.of)
        else:
            told = t("accessible.reported", of=one.of, issue=f"[{_short(one.issue)}]({one.issue})")
        criteria = t("accessible.criteria", numbers=", ".join(one.criteria))
        st.markdown(f"- {t(f'accessible.known_{one.id}')} {criteria} {told}")


def owner() -> None:
    """Say where the statement of whoever runs this server is, and how to reach them."""
    settings = settings_loaded()
    statement, contact = settings.accessibility_statement, settings.accessibility_contact
    st.markdown(t("accessible.statement", address=_shown(statement)))
    st.markdown(t("accessible.contact", contact=_shown(contact)))


def _shown(given: str) -> str:
    return texts.contact(given) or t("accessible.not_given")


def _short(issue: str) -> str:
    """Write the address of a report on GitHub as it is written there: «streamlit#13332»."""
    *_, name, _issues, number = issue.split("/")
    return f"{name}#{number}"


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
