"""Files handed to the reader: at once, or made first where that takes its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.errors import NaeringsarealError
from layers.app import texts
from layers.app.heavy import waiting
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from geo.formats.write import File
    from layers.app.heavy.job import Work

_MADE: Final = "takeout_made"


def the_file(made: File) -> File:
    """Return what was made."""
    return made


def stepwise(
    make: Callable[[], Work[Any]],
    about: Hashable,
    *,
    heavy: bool,
    key: str,
    label: str | None = None,
    taken: Callable[[Any], File] = the_file,
) -> None:
    """
    Make a file on a click, with a bar that shows how far it has come, then hand it over.

    Parameters
    ----------
    make, heavy
        Gives what is to be done, and whether a process does it.
    about
        Names the file with everything that it depends on.
    key
        Of the buttons; one file is kept under it, until another takes its place.
    label
        Of the button that makes it, where it is not the only one there.
    taken
        Gives the file of what was made. It is called on the page, where it is known who is at
        work, and may save what belongs to the file before anybody is given it.
    """
    at = f"{_MADE}.{key}"
    if st.button(label or t("takeout.make"), key=f"{key}_make", icon=":material/build:"):
        try:
            file = taken(waiting.done(make(), t("takeout.making"), heavy=heavy))
        except NaeringsarealError as error:
            st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
            return
        st.session_state[at] = (about, file)
    made = st.session_state.get(at)
    if made and made[0] == about:
        file = made[1]
        megabytes = texts.num(len(file.data) / 1e6, 1)
        st.caption(t("takeout.ready", name=file.name, megabytes=megabytes))
        button(file.data, file.name, file.mime, key=f"{key}_file")


def button(data: bytes | Callable[[], bytes], name: str, mime: str, *, key: str) -> None:
    """Hand over a file that is made, or made on the click."""
    st.download_button(
        t("takeout.get", name=name),
        data=data,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        type="primary",
        key=key,
    )
