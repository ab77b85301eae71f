"""Sets of parameters that a run answers for: all that repeated values make, or those of a file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from geo.comparison.fields import PARAMETERS
from geo.errors import FileError, ParameterError
from geo.growth.rule import TARGET_SHARE
from geo.land.rules import ReserveRules
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STANDARD: Final = "standard"  # the set where nothing is given twice
MOST: Final = 50  # A: more sets than this nobody reads side by side
TARGET: Final = "target"
_USUAL: Final = ReserveRules()
_SETS: Final = "sets"
_LARGEST: Final = 10**15  # of integers that a parameter may be written as


@dataclass(frozen=True)
class ParameterSet:
    """A name, and what the land account and the rule are judged by."""

    name: str
    rules: ReserveRules
    target: float = TARGET_SHARE

    def values(self) -> dict[str, float]:
        """Return the parameters by their names in the summary."""
        return {
            name: self.target if name == TARGET else float(getattr(self.rules, name))
            for name in PARAMETERS
        }


def combined(given: Mapping[str, Sequence[float]]) -> list[ParameterSet]:
    """
    Make a set of every combination of the values given.

    Parameters
    ----------
    given
        Values by the names of `PARAMETERS`; what is not given is as usual.

    Returns
    -------
    list
        Named by what varies; the only one is `STANDARD`.

    Raises
    ------
    ReserveRuleError, ParameterError
        If a value makes no sense, or there are more than `MOST` sets.
    """
    choices = {name: list(dict.fromkeys(values)) for name, values in given.items() if values}
    varies = [name for name, values in choices.items() if len(values) > 1]
    every = [dict(zip(choices, one, strict=True)) for one in product(*choices.values())]
    _few(len(every))
    return [
        _set(", ".join(f"{name}={one[name]:g}" for name in varies) or STANDARD, one)
        for one in every
    ]


def read(path: Path) -> list[ParameterSet]:
    """
    Read sets from a TOML file: a table each, `[sets.NAME]`, with names of `PARAMETERS`.

    Raises
    ------
    FileError
        If it cannot be read, has no sets, or one has a name or value that is no parameter's.
    ReserveRuleError, ParameterError
        As `combined`.
    """
    try:
        sets = tomllib.loads(path.read_text(encoding="utf-8-sig"))[_SETS]
        found = {str(name): dict(values) for name, values in sets.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError("error.distribute_sets", path=quote(path)) from error
    for title, values in found.items():
        if not (title.strip() and title.isprintable()):
            raise FileError("error.distribute_set_name", path=quote(path), name=quote(title))
        for name, value in values.items():
            if name not in PARAMETERS or not _is_number(value):
                raise FileError(
                    "error.distribute_set",
                    path=quote(path),
                    name=quote(name),
                    known=", ".join(PARAMETERS),
                )
    if not found:
        raise FileError("error.distribute_sets", path=quote(path))
    _few(len(found))
    return [_set(name, values) for name, values in found.items()]


def _set(name: str, values: Mapping[str, Any]) -> ParameterSet:
    given = {key: float(value) for key, value in values.items()}
    target = given.pop(TARGET, TARGET_SHARE)
    if not 0 < target <= 1:
        raise ParameterError("error.target_out_of_range", target=f"{target:g}")
    usual = {key: getattr(_USUAL, key) for key in PARAMETERS if key != TARGET}
    return ParameterSet(name, ReserveRules(**(usual | given)), target)


def _is_number(value: Any) -> bool:  # noqa: ANN401  # whatever TOML has
    # An integer of TOML's has any number of digits here.
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < _LARGEST
    return isinstance(value, float)


def _few(count: int) -> None:
    if count > MOST:
        raise ParameterError("error.distribute_many_sets", count=str(count), most=str(MOST))
