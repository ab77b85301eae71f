"""
The draft of a page, as its session and its address know it.

The address carries its id (?kept=). Whoever opens the link begins from a copy, which gets an id of
its own at the first change: two tabs do not write over one another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from layers.app import address, cache
from layers.app.kept import store

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS: Final = "kept"
_STATE: Final = "kept_drafts"
_PART, _VALUES = "part", "values"


@dataclass(frozen=True)
class _Known:
    """
    What a session knows of the draft of a part.

    `id` is None where the draft could not be kept. `own` tells whether it may be written over:
    what came by a link may not. `text` is what it holds.
    """

    id: str | None
    own: bool
    text: str


def opened(part: str) -> dict[str, Any] | None:
    """
    Return what a link's draft holds, once for each link; None where the address names none.

    One that is not there any more is said at the top of the page. To be called before the widgets
    that it fills.
    """
    asked = address.text(ADDRESS)
    if not address.news(f"{ADDRESS}.{part}") or asked is None:
        return None
    known = _known().get(part)
    if known is not None and known.id == asked:
        return None
    found = None if cache.is_public() else store.read(asked)
    values = None if found is None or found.get(_PART) != part else found.get(_VALUES)
    if not isinstance(values, dict):
        address.refuse(ADDRESS, asked)
        address.keep(ADDRESS, None)
        return None
    _known()[part] = _Known(asked, own=False, text=_written(values))
    return values


def put(part: str, values: Mapping[str, Any]) -> bool:
    """
    Keep a draft, where it is another than before, and name it in the address.

    Tells whether it is kept: one that is too large, or that the server cannot write, is not.
    """
    text = _written(values)
    known = _known().get(part)
    if known is None or known.text != text:
        over = known.id if known is not None and known.own else None
        kept = None if cache.is_public() else {_PART: part, _VALUES: json.loads(text)}
        draft = None if kept is None else store.write(kept, over)
        known = _known()[part] = _Known(draft, own=True, text=text)
    address.keep(ADDRESS, known.id)
    return known.id is not None


def put_one(part: str, name: str, value: object) -> bool:
    """Keep one of several things that a draft holds, as `put`; None takes it out."""
    known = _known().get(part)
    values: dict[str, Any] = {} if known is None else json.loads(known.text)
    if value is None:
        values.pop(name, None)
    else:
        values[name] = value
    if values:
        return put(part, values)
    drop(part)
    return True


def is_kept(part: str) -> bool:
    """Tell whether the draft of a part is on the server; one that there is none of is."""
    known = _known().get(part)
    return known is None or known.id is not None


def drop(part: str) -> None:
    """Forget a draft that is finished or given up; one that came by a link stays for its sender."""
    known = _known().pop(part, None)
    if known is not None and known.own and known.id is not None:
        store.remove(known.id)
    if known is not None and address.text(ADDRESS) == known.id:
        address.keep(ADDRESS, None)


def _known() -> dict[str, _Known]:
    found: dict[str, _Known] = st.session_state.setdefault(_STATE, {})
    return found


def _written(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, allow_nan=False)
