"""Writing to a list that several keep: warnings first, then one entry; conflicts lose nothing."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.ledger.entries import ConflictError
from layers.app import login, texts
from layers.app.texts import t
from layers.widgets import tables
from layers.widgets.form_fields import label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pandas import DataFrame
    from shapely.geometry.base import BaseGeometry
    from streamlit.delta_generator import DeltaGenerator

    from geo.i18n import Remark
    from geo.ledger.duplicates import Warning  # noqa: A004  # a doubt about an entry
    from geo.ledger.entries import Keep
    from layers.app.kept.forms import Forms

# What opens; the header that lies over the page's top is as high as the margin.
_SCROLL: Final = """(name => {
  const found = document.querySelector(".st-key-OPEN");
  if (!found) return;
  found.style.scrollMarginTop = "4.5rem";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const look = () => found.scrollIntoView({behavior: still ? "auto" : "smooth", block: "start"});
  setTimeout(look, 400);  // once what is below has its height
})(NAME);"""


@dataclass(frozen=True)
class Pending:
    """What has been sent of a form (`of`) and is not yet saved; `base` is None for a new entry."""

    of: str
    base: int | None
    values: Mapping[str, Any]
    geometry: BaseGeometry | Keep | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Desk:
    """
    Where one list is written to.

    Attributes
    ----------
    forms
        Its forms; what they are called begins the keys of what is asked here.
    save
        Writes what was sent, and returns the id and the name of its entry.
    remove
        Takes an entry (id, revision) out, with author and reason.
    choose
        Opens an entry; None closes it.
    shown
        Writes the value of a field for people.
    warnings
        What a writer should know before it is saved.
    """

    forms: Forms
    save: Callable[[Pending], tuple[str, str]]
    remove: Callable[[str, int, str, str], object]
    choose: Callable[[str | None], None]
    shown: Callable[[str, object], str]
    warnings: Callable[[Pending], Sequence[Warning | Remark]] = lambda _: ()

    def begin(self, of: str, newest: int, state: DataFrame) -> tuple[int, DataFrame]:
        """
        Return the revision that a form began from, and the entry as it was then.

        Others may write while it stands open.
        """
        opened = _opened(self.forms)
        base, before = opened.setdefault(of, (self.forms.base(of) or newest, state))
        if newest > base:
            st.info(t("conflict.newer"), icon=":material/sync_problem:")
        return base, before

    def send(self, pending: Pending) -> None:
        """Take what was sent; `settle` saves it."""
        st.session_state[self._key("pending")] = pending
        st.session_state[self._key("confirmed")] = False

    def settle(self, of: str) -> None:
        """Warn of what has been sent of a form, save it, or say why not."""
        pending: Pending | None = st.session_state.get(self._key("pending"))
        if pending is None or pending.of != of or not self._confirmed(pending):
            return
        try:
            saved, name = self.save(pending)
        except ConflictError as error:
            self._conflict(pending, error)
            return
        except NaeringsarealError as error:
            refused(error)
            st.session_state.pop(self._key("pending"))
            return
        forget(self.forms, saved)
        if pending.base is None:
            self.forms.drop(of)
        self.choose(saved)
        st.session_state[self._key("saved")] = name
        st.rerun()

    def removal(self, of: str, base: int, *, title: str, help: str) -> None:  # noqa: A002  # as Streamlit calls it
        """Let an entry be taken out of the list, with a reason."""
        with st.expander(title, icon=":material/delete:"):
            st.caption(help)
            reason = st.text_input(label("reason"), key=f"remove.{of}.{base}")
            if not st.button(title, key=f"remove_button.{of}"):
                return
            try:
                self.remove(of, base, login.require_writer().author, reason)
            except NaeringsarealError as error:
                refused(error)
                return
            forget(self.forms, of)
            st.rerun()

    def _confirmed(self, pending: Pending) -> bool:
        warnings = self.warnings(pending)
        confirmed = self._key("confirmed")
        if not warnings or st.session_state.get(confirmed):
            return True
        for warning in warnings:
            st.warning(texts.plain(warning.say(texts.language())), icon=":material/content_copy:")
        yes, no = st.columns(2)
        if no.button(t("form.back"), key=self._key("back")):
            st.session_state.pop(self._key("pending"))
            st.rerun()
        if not yes.button(t("form.save_anyway"), type="primary", key=self._key("anyway")):
            return False
        st.session_state[confirmed] = True
        return True

    def _conflict(self, pending: Pending, error: ConflictError) -> None:
        """Show what the other one saved beside what was sent, and let the reader choose."""
        theirs = error.entry
        st.error(texts.plain(error.say(texts.language())), icon=":material/sync_problem:")
        both = [
            (label(name), self.shown(name, mine), self.shown(name, theirs.values[name]))
            for name, mine in pending.values.items()
        ]
        rows = [row for row in both if row[1] != row[2]]
        if rows and not theirs.removed:
            headings = [t("conflict.field"), t("conflict.mine"), t("conflict.theirs")]
            st.dataframe(pd.DataFrame(rows, columns=headings), hide_index=True)
        mine, other = st.columns(2)
        if other.button(t("conflict.take_theirs"), key="conflict_theirs"):
            forget(self.forms, pending.of)
            st.rerun()
        if not theirs.removed and mine.button(t("conflict.keep_mine"), key="conflict_mine"):
            self.send(replace(pending, base=theirs.revision))
            st.session_state[self._key("confirmed")] = True
            st.rerun()

    def _key(self, name: str) -> str:
        return f"{self.forms.one}_{name}"


def just_saved(forms: Forms) -> str | None:
    """Return the name of what was saved by these forms, once."""
    name = st.session_state.pop(f"{forms.one}_saved", None)
    return None if name is None else str(name)


def forget(forms: Forms, of: str | None = None) -> None:
    """Begin an entry's form anew from the list the next time that it is shown."""
    _opened(forms).pop(of, None)
    st.session_state.pop(f"{forms.one}_pending", None)
    if of is not None:
        forms.drop(of)


def anew(forms: Forms, of: str) -> None:
    """Let an entry's form begin from the list as it is now."""
    _opened(forms).pop(of, None)


def _opened(forms: Forms) -> dict[str | None, tuple[int, DataFrame]]:
    """Entry → the revision and the state that its form began from."""
    found: dict[str | None, tuple[int, DataFrame]] = st.session_state.setdefault(
        f"{forms.part}_opened", {}
    )
    return found


def refused(error: NaeringsarealError) -> None:
    """Say why something was not done."""
    st.error(texts.plain(error.say(texts.language())), icon=":material/error:")


def bring(place: DeltaGenerator, of: str, *, key: str) -> None:
    """Bring the container `key` into view as an entry opens in it, below the list and its map."""
    seen = f"{key}_in_view"
    if st.session_state.get(seen) == of:
        return
    st.session_state[seen] = of
    if of:
        # Of another name each time, or the browser would not run it again.
        script = _SCROLL.replace("OPEN", key).replace("NAME", json.dumps(secrets.token_hex(4)))
        place.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def facts(values: Mapping[str, Any], shown: Callable[[str, object], str]) -> None:
    """Show the fields of an entry, to be read."""
    rows = [
        (label(name), shown(name, None if pd.isna(value) else value))
        for name, value in values.items()
    ]
    tables.plain(pd.DataFrame(rows, columns=[t("conflict.field"), t("projects.value")]), len(rows))
