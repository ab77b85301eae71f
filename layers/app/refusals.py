"""What a link asked for that cannot be shown, said in one line at the top of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.schema.coercion import quote
from layers.app import address, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from layers.app.address import Refused


def place() -> None:
    """Set aside where it is said; to be called once a run. What is known later is said there too."""
    where = st.empty()

    def say() -> None:
        where.caption("  \n".join(_said(one) for one in address.refused()))

    if address.refused():
        say()
    address.when_refused(say)


def _said(one: Refused) -> str:
    name = t(f"link.of_{one.key}")
    asked = texts.plain(quote(one.asked))
    if isinstance(one.used, int | float):
        return t("link.refused_used", name=name, asked=asked, used=texts.num(one.used))
    return t("link.refused", name=name, asked=asked)
