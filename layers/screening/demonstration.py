"""What the pack's made-up layers hold at a site: for a demonstration, and beside the assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.i18n import Remark
from geo.schema import layers as schema
from geo.screening import rows
from geo.screening.rows import FIGURES, cell
from geo.screening.screen import screen
from layers.app import badges, cache, texts
from layers.app.texts import t
from layers.widgets import tables

if TYPE_CHECKING:
    from geo.i18n import Amount
    from geo.screening.model import Screening
    from layers.app.shell import View

_FIGURES: Final = ("land_use_codes", "reserve_m2", "densification_bra_m2")


def show(view: View, screening: Screening) -> None:
    """Show what made-up layers hold at the site, under a heading of its own, if there are any."""
    ground = cache.demonstration(view.pack, view.version)
    if ground is None:
        return
    site = gpd.GeoDataFrame({"id": [screening.id]}, geometry=[screening.geometry], crs=schema.CRS)
    (found,) = screen(ground.for_class(screening.flood_class), site, with_remedies=False)
    lines = [*_figures(screening, found), *_constraints(screening, found)]
    if not lines:
        return
    with st.expander(t("screen.demonstration"), icon=":material/science:"):
        badges.show(["synthetic"])
        st.markdown(t("screen.demonstration_lead"))
        tables.lines(pd.DataFrame(lines, columns=[t("screen.measure"), t("projects.value")]))


def _figures(screening: Screening, found: Screening) -> list[tuple[str, str]]:
    """Return those figures that the assessment leaves out."""
    return [
        (
            t(FIGURES[row].text),
            _plans(found) if row == "land_use_codes" else _said(cell(found, row)),
        )
        for row in _FIGURES
        if rows.not_assessed(screening, row)
    ]


def _plans(found: Screening) -> str:
    shares: dict[str, float] = {}
    for plan in found.plans or ():
        shares[plan.land_use_code] = shares.get(plan.land_use_code, 0.0) + plan.share
    parts = rows.parts(shares.items())
    return ", ".join(part.say(texts.language()) for part in parts) or t("screen.demonstration_none")


def _constraints(screening: Screening, found: Screening) -> list[tuple[str, str]]:
    return [
        (_said(Remark(f"constraint.{kind}")).capitalize(), _answer(found, kind))
        for kind, constraint in screening.constraints.items()
        if constraint.synthetic
    ]


def _answer(found: Screening, kind: str) -> str:
    """Return what is there; never that the site is clear, for nothing real has been mapped."""
    constraint = found.constraints[kind]
    if constraint.status == "not_mapped":
        return t("constraint_status.not_mapped")
    if constraint.status == "clear":
        return t("screen.demonstration_none")
    (row,) = (one for one in rows.constraints(found) if one.kind.msgid == f"constraint.{kind}")
    answer = [one for one in (row.status, row.severity) if one is not None]
    area = [f"{_said(row.overlap)}"] if row.overlap.value else []
    return ", ".join([*(_said(one) for one in answer), *area])


def _said(words: Amount | Remark) -> str:
    return words.say(texts.language())
