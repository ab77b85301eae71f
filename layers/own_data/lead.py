"""From a layer that was made of a file or a drawing to its version: the steps that all share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from layers.app.texts import t
from layers.own_data import keep, overlap, report

if TYPE_CHECKING:
    from layers.app.shell import View


def on(view: View, one: keep.Submission, *, changed: bool = True) -> None:
    """
    Show what is wrong with a layer, what it does to its neighbours, and what it changes.

    `changed` tells whether more than an outline is new.
    """
    st.header(t("data.report"))
    report.show(one.new, file=t("data.drawn") if one.drawn else one.source)
    if one.new.errors or one.new.frame is None:
        return
    if one.new.layer == "zones":
        found = overlap.settle(view, one, changed=changed)
        if found is None:
            return
        one = replace(one, new=found.new, key=(*one.key, found.how))
    keep.keep(view, one)
