"""
Rules of the catalogue (`Service.where`) in CQL, and which features fulfil them.

The grammar is that of CQL2 text (OGC 21-065r2) for a column compared with fixed values, with AND
before OR. (That of pygeofilter 0.4 reads ``a OR b AND c`` as ``(a OR b) AND c``, and knows neither
æ, ø and å nor NOT before brackets.)
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from geo.schema.coercion import quote, to_flag
from layers.sources import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

_GRAMMAR: Final = r"""
?start: _either
_either: both | any
any: both (_OR both)+
?both: one | all
all: one (_AND one)+
?one: predicate | _NOT one -> not | "(" start ")"
?predicate: column COMPARISON literal -> compare
    | column _IN "(" literal ("," literal)* ")" -> in
    | column _NOT _IN "(" literal ("," literal)* ")" -> not_in
    | column _LIKE TEXT -> like
    | column _NOT _LIKE TEXT -> not_like
    | column _BETWEEN literal _AND literal -> between
    | column _NOT _BETWEEN literal _AND literal -> not_between
    | column _IS _NULL -> null
    | column _IS _NOT _NULL -> not_null
?column: NAME | QUOTED
?literal: NUMBER | TEXT | FLAG
COMPARISON: "<>" | "!=" | "<=" | ">=" | "=" | "<" | ">"
FLAG.2: /(true|false)\b/i
_OR.2: /or\b/i
_AND.2: /and\b/i
_NOT.2: /not\b/i
_IN.2: /in\b/i
_LIKE.2: /like\b/i
_BETWEEN.2: /between\b/i
_IS.2: /is\b/i
_NULL.2: /null\b/i
NAME: /[^\W\d][\w.:]*/
QUOTED: /"[^"]+"/
TEXT: /'(?:[^']|'')*'/
NUMBER: /[-+]?\d+(?:\.\d+)?/
%ignore /\s+/
"""
_PARSER: Final = Lark(_GRAMMAR, parser="lalr")
AT_ITS_END: Final = "…"  # what a `RuleSyntaxError` says where a rule stops too soon
_SHOWN: Final = 30  # signs of a rule from where it cannot be read

_COMPARED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUALITY: Final = frozenset({"=", "<>", "!="})
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?")


class RuleSyntaxError(ValueError):
    """A rule that cannot be read; its text is the place where it stops making sense."""


@lru_cache(maxsize=256)
def parsed(rule: str) -> Tree[Token]:
    """
    Return a rule taken apart.

    Raises
    ------
    RuleSyntaxError
        If it cannot be read.
    """
    try:
        tree = _PARSER.parse(rule)
    except UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        at = error.pos_in_stream or 0
        rest = "" if ended else rule[at : at + _SHOWN]
        raise RuleSyntaxError(f"«{quote(rest)}»" if rest else AT_ITS_END) from error
    for part in tree.iter_subtrees():
        if part.data == "compare":
            sign, literal = str(part.children[1]), part.children[2]
            if getattr(literal, "type", "") == "FLAG" and sign not in _EQUALITY:
                msg = f"«{sign} {literal}»"
                raise RuleSyntaxError(msg)
    return tree


def columns(rule: str) -> tuple[str, ...]:
    """Name the columns that a rule asks for, each once."""
    tokens = parsed(rule).scan_values(lambda one: getattr(one, "type", "") in {"NAME", "QUOTED"})
    return tuple(dict.fromkeys(_name(token) for token in tokens))


def missing(frame: GeoDataFrame, rule: str) -> tuple[str, ...]:
    """Name the columns that a rule asks for and the features do not have."""
    return tuple(name for name in columns(rule) if frames.column(frame, name) is None)


def fulfilled(frame: GeoDataFrame, rule: str) -> Series:
    """
    Tell for each feature whether it fulfils a rule, in three-valued logic.

    A number is compared with what can be read as one, a text with a text (without the “.0” of a
    code that was taken for a number), in the letters' own case; ``%`` and ``_`` stand for any signs
    and any one sign after LIKE. Columns are found in any case, and nested ones by their path. All
    columns of the rule must be there (`missing`).

    Returns
    -------
    Series of boolean
        Null where it is not known: the value is not there, or cannot be compared.
    """
    return _verdict(frame, parsed(rule))


@dataclass(frozen=True, eq=False)
class Sieved:
    """
    Features by a list of rules; all masks are by the features' index.

    Attributes
    ----------
    kept
        Those of which no rule is known not to be fulfilled.
    filtered
        How many each rule takes away of those that the rules before it left.
    unsure
        By rule, those that it is not known of.
    """

    kept: Series
    filtered: Mapping[str, int]
    unsure: Mapping[str, Series]


def sieve(frame: GeoDataFrame, wanted: Sequence[str]) -> Sieved:
    """Hold features against rules, one after the other."""
    kept = pd.Series(data=True, index=frame.index)
    filtered: dict[str, int] = {}
    unsure: dict[str, Series] = {}
    for rule in dict.fromkeys(wanted) if len(frame) else ():
        verdict = fulfilled(frame, rule)
        fails = (~verdict).fillna(value=False).astype(bool)
        filtered[rule] = int((kept & fails).sum())
        unsure[rule] = verdict.isna()
        kept &= ~fails
    return Sieved(kept, filtered, unsure)


def _verdict(frame: GeoDataFrame, tree: Tree[Token]) -> Series:
    if tree.data in {"any", "all", "not"}:
        first, *others = [_verdict(frame, part) for part in tree.children]  # type: ignore[arg-type]
        for other in others:
            first = first | other if tree.data == "any" else first & other
        return ~first if tree.data == "not" else first
    column, *given = tree.children
    values = frame[frames.column(frame, _name(column))]
    found = _predicate(values, str(tree.data).removeprefix("not_"), given)
    return ~found if tree.data.startswith("not_") else found


def _predicate(values: Series, kind: str, given: list[Any]) -> Series:
    if kind == "compare":
        return _compared(values, _COMPARED[given[0]], given[1])
    if kind == "between":
        low, high = given
        return _compared(values, operator.ge, low) & _compared(values, operator.le, high)
    if kind == "like":
        return _like(values, _literal(given[0]))
    if kind == "null":
        return frames.text(values).isna().astype("boolean")
    found = _compared(values, operator.eq, given[0])
    for literal in given[1:]:
        found = found | _compared(values, operator.eq, literal)
    return found


def _compared(values: Series, compare: Callable[[Any, Any], Any], literal: Token) -> Series:
    wanted = _literal(literal)
    if literal.type == "FLAG":
        known = to_flag(values)
    elif literal.type == "NUMBER" or _reads_as_number(values, wanted):
        known, wanted = frames.number(values), float(wanted)
    else:
        known = frames.text(values)
    return _known_only(known, lambda some: compare(some, wanted))


def _like(values: Series, pattern: str) -> Series:
    parts = {"%": ".*", "_": "."}
    expression = "".join(parts.get(sign, re.escape(sign)) for sign in pattern)
    matched = re.compile(expression, re.DOTALL).fullmatch
    return _known_only(frames.text(values), lambda some: [matched(one) is not None for one in some])


def _known_only(values: Series, tell: Callable[[Series], Any]) -> Series:
    found = pd.Series(pd.NA, index=values.index, dtype="boolean")
    known = values.notna().to_numpy(dtype=bool)
    found[known] = pd.array(tell(values[known]), dtype="boolean")
    return found


def _reads_as_number(values: Series, wanted: Any) -> bool:  # noqa: ANN401  # text or a flag
    """Whether a number in quotes stands against a column of numbers."""
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return numeric and isinstance(wanted, str) and _NUMBER.fullmatch(wanted.strip()) is not None


def _name(token: object) -> str:
    return str(token).strip('"')


def _literal(token: Token) -> Any:  # noqa: ANN401  # text, number as text, or flag
    if token.type == "FLAG":
        return token.lower() == "true"
    if token.type == "TEXT":
        return str(token)[1:-1].replace("''", "'")
    return str(token)
