"""Forms of projects that are begun and not sent: kept in the session, on the server and by link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st

from layers.app.kept import draft
from layers.maps import sketch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Value = TypeVar("_Value")

PART: Final = "projects"
NEW: Final = ""  # no project's id: the form of a new one
_FORMS: Final = "project_unsaved"
_ROUNDS: Final = "project_rounds"
_BASE, _FIELDS, _PLACE = "base", "fields", "place"
_SHAPES: Final = "shapes"


@dataclass(frozen=True)
class Form:
    """
    A form on the page.

    Attributes
    ----------
    of
        The project's id, or `NEW`.
    base
        The revision that it began from; 0 for a new project.
    """

    of: str
    base: int = 0

    @property
    def key(self) -> str:
        """What its widgets are named by; another one after it was given up."""
        name = f"project.{self.of}.{self.base}" if self.of else "new"
        again = st.session_state.get(_ROUNDS, {}).get(self.of, 0)
        return f"{name}.again{again}" if again else name

    @property
    def map_key(self) -> str:
        """What its map is named by."""
        return f"{self.key}.map"

    @property
    def changed(self) -> bool:
        """Whether something in it is not saved."""
        return self.of in _forms()

    @property
    def kept(self) -> bool:
        """Whether the server has what is not saved, for whoever opens the link."""
        return draft.is_kept(PART)

    def begun(self, name: str, default: _Value, fits: Callable[[Any], bool]) -> _Value:
        """Return what a field begins from: what was typed before, where that can stand there."""
        fields = _part(self.of, _FIELDS)
        value: _Value = fields[name] if name in fields and fits(fields[name]) else default
        return value

    def begun_place(self, name: str, default: _Value, fits: Callable[[Any], bool]) -> _Value:
        """Return what a choice of the place begins from, as `begun`."""
        place = _part(self.of, _PLACE)
        value: _Value = place[name] if name in place and fits(place[name]) else default
        return value

    def note(self, fields: Mapping[str, Any], untouched: Mapping[str, Any]) -> None:
        """Remember what stands in the fields, where that is not what they began from."""
        self._note(_FIELDS, {} if fields == untouched else dict(fields))

    def note_place(self, way: str, untouched: str, zone: str | None) -> None:
        """Remember how the place is given, and what is drawn."""
        shapes = sketch.now_on(self.map_key)
        place: dict[str, Any] = {}
        if way != untouched or shapes is not None:
            place = {"way": way, "zone": zone, _SHAPES: shapes}
        self._note(_PLACE, place)

    def _note(self, part: str, values: dict[str, Any]) -> None:
        forms = _forms()
        if forms.get(self.of, {}).get(part, {}) == values:
            if forms:
                draft.put(PART, {"forms": forms})
            return
        form = forms.setdefault(self.of, {})
        form |= {_BASE: self.base, part: values}
        if not form.get(_FIELDS) and not form.get(_PLACE):
            del forms[self.of]
        _write()


def follow() -> None:
    """Take over what a link brings; to be called before the forms are shown."""
    values = draft.opened(PART)
    brought = None if values is None else values.get("forms")
    if not isinstance(brought, dict):
        return
    forms = _forms()
    for of, form in brought.items():
        if not isinstance(form, dict):
            continue
        forms[of] = form
        again_from(of)
        base = form.get(_BASE)
        one = Form(of, base if isinstance(base, int) else 0)
        shapes = sketch.told(_part(of, _PLACE).get(_SHAPES))
        if shapes is not None:
            sketch.put(one.map_key, shapes)


def waiting() -> bool:
    """Tell whether a form is begun and not saved, on the page or not."""
    return bool(_forms())


def base(of: str) -> int | None:
    """Return the revision that the unsaved form of a project began from, if there is one."""
    found = _forms().get(of, {}).get(_BASE)
    return found if isinstance(found, int) else None


def drop(of: str) -> None:
    """Forget a form that was saved or given up; it begins anew the next time."""
    if _forms().pop(of, None) is not None:
        _write()
    again_from(of)


def again_from(of: str) -> None:
    """Let the widgets of a form be others, which begin from what they are given."""
    rounds = st.session_state.setdefault(_ROUNDS, {})
    rounds[of] = rounds.get(of, 0) + 1


def _write() -> None:
    if forms := _forms():
        draft.put(PART, {"forms": forms})
    else:
        draft.drop(PART)


def _forms() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = st.session_state.setdefault(_FORMS, {})
    return found


def _part(of: str, part: str) -> dict[str, Any]:
    found = _forms().get(of, {}).get(part)
    return found if isinstance(found, dict) else {}
