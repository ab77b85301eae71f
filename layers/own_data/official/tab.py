"""Official data fetched on the page: what to fetch, how far it is, and what it came to."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import NaeringsarealError
from layers.app import address, login, texts
from layers.app.texts import t
from layers.own_data.official import choose, outcome, progress
from layers.own_data.official.job import FETCHES, FetchState, read_catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.app.shell import View
    from layers.own_data.official.job import Fetch
    from layers.sources.services import Catalogue

_KEY: Final = "official_key"
_ADDRESS: Final = "fetch"  # a browser that loads the page anew finds its fetch again by it


def begun() -> bool:
    """Tell whether the reader has a fetch, or had one: then the page opens at it."""
    if address.text(_ADDRESS) is not None:
        return True
    return _KEY in st.session_state and FETCHES.of(_key(), _person()) is not None


def show(view: View) -> None:
    """Let the reader choose, follow the fetch, and put what came into use."""
    key, person = _key(), _person()
    fetch = FETCHES.of(key, person)
    catalogue = read_catalogue()
    if fetch is not None:
        address.keep(_ADDRESS, key)
    else:
        if address.text(_ADDRESS) is not None:
            st.info(t("data.official_lost"), icon=":material/cloud_off:")
        chosen = choose.show(view, catalogue)
        if chosen is not None:
            _start(catalogue, *chosen)
        return
    names = ", ".join(t(f"layer.{layer}") for layer in fetch.layers)
    st.markdown(t("data.official_order", number=fetch.number, layers=names))
    if fetch.running:
        progress.follow(fetch)
        return
    again = partial(_start, catalogue, fetch.number, fetch.layers)
    if fetch.state is FetchState.DONE:
        if outcome.show(view, fetch, done=_forget):
            again()
        if st.button(t("data.official_other_choice"), icon=":material/undo:", key="official_new"):
            _forget()
            st.rerun()
        return
    _ended(fetch)
    on, away = st.columns(2)
    if on.button(
        t(f"data.official_again_{fetch.state.value}"),
        type="primary",
        icon=":material/play_arrow:",
        key="official_again",
    ):
        again()
    if away.button(t("data.official_other_choice"), icon=":material/undo:", key="official_new"):
        _forget()
        st.rerun()


def _ended(fetch: Fetch) -> None:
    """Say why there is nothing to put into use."""
    if fetch.state is FetchState.STOPPED:
        done, total = progress.counted(fetch)
        st.info(t("data.official_stopped", done=done, total=total), icon=":material/pause:")
    else:
        reason = texts.plain(fetch.reason.get(texts.language(), ""))
        st.error(t("data.official_failed", reason=reason), icon=":material/error:")
    progress.services(fetch)


def _start(catalogue: Catalogue, number: str, layers: Sequence[str]) -> None:
    try:
        login.require_writer()
        FETCHES.start(_key(), _person(), catalogue, number, layers)
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return
    st.rerun()


def _forget() -> None:
    FETCHES.drop(_key(), _person())
    address.keep(_ADDRESS, None)
    st.session_state.pop(_KEY, None)


def _key() -> str:
    if _KEY not in st.session_state:
        # Nobody can guess it, and who is sent it must be the same person too. A link leads to a
        # fetch that is there; it never names one that is yet to begin.
        asked = address.text(_ADDRESS)
        known = asked is not None and FETCHES.of(asked, _person()) is not None
        st.session_state[_KEY] = asked if known else secrets.token_urlsafe(12)
    return str(st.session_state[_KEY])


def _person() -> str:
    access = login.who()
    return f"{access.mode.value}: {access.author}"
