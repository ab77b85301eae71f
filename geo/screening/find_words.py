"""What is said of a single constraint on a site, from its columns: never the source's own text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.i18n import Clauses, Remark
from geo.schema.coercion import quote
from geo.screening.flood import class_of

if TYPE_CHECKING:
    from geo.screening.model import Constraint, Find


def of_find(find: Find) -> Remark:
    """Say which flood it is, its name, its value and its status, as far as they are known."""
    said: list[str | Remark] = []
    if find.recurrence_years is not None or find.climate is not None:
        said.append(_flood(find))
    if find.name is not None:
        said.append(quote(find.name))
    for name in ("value", "status"):
        value = getattr(find, name)
        if value is not None:
            said.append(Remark(f"screen.find_{name}", {name: quote(value)}))
    return Remark("screen.find", {"parts": tuple(said)})


def beyond(find: Find) -> Remark:
    """Say of a flood that comes more seldom which safety class it concerns."""
    concerned = None if find.recurrence_years is None else class_of(find.recurrence_years)
    if concerned is None:
        return Remark("flood.beyond_all", {"find": of_find(find)})
    return Remark("flood.beyond", {"find": of_find(find), "flood_class": concerned})


def more(count: int) -> tuple[Remark, ...]:
    """Say how many more there are than those that are told; nothing where there are none."""
    return (Remark("screen.finds_more", {"count": count}),) if count else ()


def details(constraint: Constraint) -> Clauses | None:
    """Say the heaviest finds of a kind, how many more there are, and floods beyond the class."""
    said = [*(of_find(one) for one in constraint.finds), *more(constraint.more)]
    said += [*(beyond(one) for one in constraint.beyond), *more(constraint.beyond_more)]
    return Clauses(tuple(said)) if said else None


def as_dicts(constraint: Constraint, language: str) -> dict[str, Any]:
    """Return the finds as JSON has them, each with what is said of it."""
    return {
        "details": [
            _fields(one) | {"text": of_find(one).say(language)} for one in constraint.finds
        ],
        "details_more": constraint.more,
        "beyond": [_fields(one) | {"text": beyond(one).say(language)} for one in constraint.beyond],
        "beyond_more": constraint.beyond_more,
    }


def _fields(find: Find) -> dict[str, Any]:
    names = ("severity", "name", "recurrence_years", "climate", "value", "status")
    return {name: getattr(find, name) for name in names}


def _flood(find: Find) -> Remark:
    if find.recurrence_years is None:
        return Remark(f"flood.with_climate_{find.climate}")
    kind = "" if find.climate is None else f"_climate_{find.climate}"
    return Remark(f"flood.find{kind}", {"years": find.recurrence_years})
