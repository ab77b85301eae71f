"""Forms of entries that are begun and not sent: kept in the session, on the server and by link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st

from layers.app.kept import draft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Value = TypeVar("_Value")

NEW: Final = ""  # no entry's id: the form of a new one
_BASE, _FIELDS, _PLACE = "base", "fields", "place"
_SHAPES: Final = "shapes"


@dataclass(frozen=True)
class Forms:
    """
    The forms of one list.

    Attributes
    ----------
    part
        What its draft is called.
    one
        What the names of a form's widgets begin with, of an entry that is there.
    new
        The same of a new one.
    """

    part: str
    one: str
    new: str

    def follow(self, put_back: Callable[[str, object], None]) -> None:
        """
        Take over what a link brings; to be called before the forms are shown.

        `put_back` is given the name of a form's map and what the link says is drawn on it.
        """
        values = draft.opened(self.part)
        brought = None if values is None else values.get("forms")
        if not isinstance(brought, dict):
            return
        forms = self.begun()
        for of, form in brought.items():
            if not isinstance(form, dict):
                continue
            forms[of] = form
            self.again_from(of)
            base = form.get(_BASE)
            one = Form(of, self, base if isinstance(base, int) else 0)
            put_back(one.map_key, one.noted(_PLACE).get(_SHAPES))

    def waiting(self) -> bool:
        """Tell whether a form is begun and not saved, on the page or not."""
        return bool(self.begun())

    def base(self, of: str) -> int | None:
        """Return the revision that the unsaved form of an entry began from, if there is one."""
        found = self.begun().get(of, {}).get(_BASE)
        return found if isinstance(found, int) else None

    def drop(self, of: str) -> None:
        """Forget a form that was saved or given up; it begins anew the next time."""
        if self.begun().pop(of, None) is not None:
            self.write()
        self.again_from(of)

    def again_from(self, of: str) -> None:
        """Let the widgets of a form be others, which begin from what they are given."""
        rounds = st.session_state.setdefault(f"{self.one}_rounds", {})
        rounds[of] = rounds.get(of, 0) + 1

    def round(self, of: str) -> int:
        """Tell how often the widgets of a form were made others."""
        found: int = st.session_state.get(f"{self.one}_rounds", {}).get(of, 0)
        return found

    def begun(self) -> dict[str, dict[str, Any]]:
        """Return what is noted of each form that is not saved, by the entry's id."""
        found: dict[str, dict[str, Any]] = st.session_state.setdefault(f"{self.one}_unsaved", {})
        return found

    def write(self) -> None:
        """Keep what is noted on the server too."""
        if forms := self.begun():
            draft.put(self.part, {"forms": forms})
        else:
            draft.drop(self.part)


@dataclass(frozen=True)
class Form:
    """
    A form on the page.

    Attributes
    ----------
    of
        The entry's id, or `NEW`.
    forms
        Whose it is.
    base
        The revision that it began from; 0 for a new entry.
    """

    of: str
    forms: Forms
    base: int = 0

    @property
    def key(self) -> str:
        """What its widgets are named by; another one after it was given up."""
        name = f"{self.forms.one}.{self.of}.{self.base}" if self.of else self.forms.new
        again = self.forms.round(self.of)
        return f"{name}.again{again}" if again else name

    @property
    def map_key(self) -> str:
        """What its map is named by."""
        return f"{self.key}.map"

    @property
    def changed(self) -> bool:
        """Whether something in it is not saved."""
        return self.of in self.forms.begun()

    @property
    def kept(self) -> bool:
        """Whether the server has what is not saved, for whoever opens the link."""
        return draft.is_kept(self.forms.part)

    def begun(self, name: str, default: _Value, fits: Callable[[Any], bool]) -> _Value:
        """Return what a field begins from: what was typed before, where that can stand there."""
        fields = self.noted(_FIELDS)
        value: _Value = fields[name] if name in fields and fits(fields[name]) else default
        return value

    def begun_place(self, name: str, default: _Value, fits: Callable[[Any], bool]) -> _Value:
        """Return what a choice of the place begins from, as `begun`."""
        place = self.noted(_PLACE)
        value: _Value = place[name] if name in place and fits(place[name]) else default
        return value

    def note(self, fields: Mapping[str, Any], untouched: Mapping[str, Any]) -> None:
        """Remember what stands in the fields, where that is not what they began from."""
        self._note(_FIELDS, {} if fields == untouched else dict(fields))

    def note_place(self, way: str, untouched: str, **told: Any) -> None:  # noqa: ANN401  # as a draft holds it
        """Remember how the place is given, and what is told of it; ``shapes`` is what is drawn."""
        place: dict[str, Any] = {}
        if way != untouched or any(one is not None for one in told.values()):
            place = {"way": way, **told}
        self._note(_PLACE, place)

    def noted(self, part: str) -> dict[str, Any]:
        """Return what is remembered of a part of it."""
        found = self.forms.begun().get(self.of, {}).get(part)
        return found if isinstance(found, dict) else {}

    def _note(self, part: str, values: dict[str, Any]) -> None:
        forms = self.forms.begun()
        if forms.get(self.of, {}).get(part, {}) == values:
            if forms:
                draft.put(self.forms.part, {"forms": forms})
            return
        form = forms.setdefault(self.of, {})
        form |= {_BASE: self.base, part: values}
        if not form.get(_FIELDS) and not form.get(_PLACE):
            del forms[self.of]
        self.forms.write()
