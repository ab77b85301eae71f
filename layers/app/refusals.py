"""What a link asked for that cannot be shown, said in one line at the top of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.schema.coercion import quote
from layers.app import address, texts
from layers.app.kept import draft, store
from layers.app.texts import t

if TYPE_CHECKING:
    from layers.app.address import InVain


def place() -> None:
    """Set aside where it is said, once a run; what turns out below is said there too."""
    where = st.empty()

    def say() -> None:
        lines = [_said(one) for one in address.refused()]
        where.caption("  \n".join(lines)) if lines else where.empty()

    if address.refused():
        say()
    address.when_refused(say)


def _said(one: InVain) -> str:
    if one.key == draft.ADDRESS:
        return t("link.kept_gone", hours=store.HOURS)
    name = t(f"link.of_{one.key}")
    asked = texts.plain(quote(one.asked))
    if isinstance(one.used, int | float):
        return t("link.refused_used", name=name, asked=asked, used=texts.num(one.used))
    return t("link.refused", name=name, asked=asked)
