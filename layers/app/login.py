"""Who is at work in this session, and whether they may write; the rules are login_rules'."""

from __future__ import annotations

import functools
import getpass
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit.errors import StreamlitAuthError

from geo.i18n import Remark
from layers.app import login_rules, texts
from layers.app.cache import settings_loaded
from layers.app.login_rules import Access, Mode
from layers.app.texts import t
from layers.errors import WriteRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = "desk_name"
NAME_KEY: Final = "desk_name_input"


def who() -> Access:
    """Settle who is at work in this session, now; on a public server nobody may write."""
    if settings_loaded().public:
        return Access(Mode.CLOSED, reason="access.public")
    headers = st.context.headers
    return login_rules.decide(
        login_rules.read_settings(secrets()),
        st.user.to_dict(),
        {name: headers.get_all(name) for name in headers},
        st.context.ip_address,
        st.get_option("server.address"),
        now=time.time(),
        desk_name=str(st.session_state.get(_NAME, "")) or _system_user(),
    )


def require_writer() -> Access:
    """
    Return who is at work; to be called at the moment of every write.

    Raises
    ------
    WriteRefusedError
        They may not write, or no longer: a login runs out while a page stands open.
    """
    access = who()
    if not access.may_write:
        raise WriteRefusedError(
            "error.write_refused", reason=Remark(str(access.reason), access.parts)
        )
    return access


def box() -> None:
    """Say who is at work and whether they may write; let them log in, log out or give a name."""
    access = who()
    if access.mode is Mode.DESK:
        st.caption(t("access.desk"))
        st.text_input(
            t("access.desk_name"),
            value=access.name,
            max_chars=login_rules.MAX_NAME,
            key=NAME_KEY,
            on_change=_named,
        )
        return
    if access.logged_in and access.name:
        st.markdown(t("access.logged_in", name=texts.plain(access.name)))
    if access.reason:
        st.caption(texts.plain(access.why_not(texts.language())))
    if access.mode is Mode.CLOSED:
        return
    if access.logged_in:
        if st.button(t("access.log_out"), icon=":material/logout:", key="log_out"):
            st.logout()
        return
    _login_buttons()


def _login_buttons() -> None:
    providers = login_rules.read_settings(secrets()).providers
    for provider in providers:
        one = len(providers) == 1
        label = t("access.log_in") if one else t("access.log_in_with", provider=provider)
        if st.button(label, icon=":material/login:", key=f"log_in_{provider}"):
            try:
                st.login(provider)
            except StreamlitAuthError:
                st.error(t("access.login_unavailable"), icon=":material/error:")


def _named() -> None:
    # Kept beside the widget, which forgets its text when the page changes.
    st.session_state[_NAME] = login_rules.clean(st.session_state[NAME_KEY], login_rules.MAX_NAME)


def secrets() -> Mapping[str, object] | None:
    """Return what secrets.toml says: nothing where there is none, None where it cannot be read."""
    try:
        said: Mapping[str, object] = st.secrets.to_dict()
    except (OSError, ValueError):  # Streamlit's error for no file and for a bad one is an OSError
        there = any(Path(path).exists() for path in st.get_option("secrets.files"))
        return None if there else {}
    return said


@functools.cache  # reads a file each time it is asked
def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, as in some containers
        return ""
