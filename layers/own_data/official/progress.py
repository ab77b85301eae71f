"""How far a fetch is, service by service, while it goes on and afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from layers.app import texts
from layers.app.texts import t
from layers.own_data.official.job import AskState
from layers.widgets import tables

if TYPE_CHECKING:
    from layers.own_data.official.job import Fetch, ServiceState

_EVERY_S: Final = 1.0
_ENDED: Final = frozenset({AskState.DONE, AskState.FAILED})


def follow(fetch: Fetch) -> None:
    """Show how far it is, once a second, and let the reader stop it; the page runs when it ends."""
    st.fragment(run_every=_EVERY_S)(_seen)(fetch)


def _seen(fetch: Fetch) -> None:
    if not fetch.running:
        st.rerun()
    done, total = counted(fetch)
    text = t("data.official_progress", done=done, total=total)
    st.progress(done / max(1, total), text=t("data.official_writing") if done == total else text)
    if st.button(t("data.official_stop"), icon=":material/stop:", key="official_stop"):
        fetch.stop()
        fetch.wait(_EVERY_S)
        st.rerun()
    st.caption(t("data.official_leave"))
    services(fetch)


def counted(fetch: Fetch) -> tuple[int, int]:
    """Return how many of the services have been asked to the end, and how many there are."""
    return sum(one.state in _ENDED for one in fetch.asked), len(fetch.asked)


def services(fetch: Fetch) -> None:
    """Show what each service has given, or why it has not."""
    tables.lines(
        pd.DataFrame(
            {
                t("table.layer"): t(f"layer.{one.service.layer}"),
                t("table.source"): one.service.source,
                t("table.state"): _state(one, running=fetch.running),
            }
            for one in fetch.asked
        )
    )


def _state(one: ServiceState, *, running: bool) -> str:
    if one.state is AskState.FAILED:
        reason = one.reason.get(texts.language())
        return t("data.official_service_failed", reason=reason or t("data.official_next_one"))
    if one.state is AskState.DONE:
        return t("data.official_service_done", count=one.kept)
    if one.state is AskState.WAITING:
        return t("data.official_service_waiting" if running else "data.official_service_unasked")
    if one.total:
        return t("data.official_service_part", done=one.done, total=one.total)
    if one.done:
        return t("data.official_service_some", done=one.done)
    return t("data.official_service_asking")
