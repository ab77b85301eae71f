"""Writing to the register: its form, what to think about before, and how it is saved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import streamlit as st

from geo.i18n import Remark
from geo.ledger.entries import KEEP, Keep
from geo.register import fields
from geo.register.filters import SAME_SHARE, overlaps
from geo.schema.layers import CRS, POLYGON
from layers.app import login
from layers.app.kept.forms import Form
from layers.app.texts import t
from layers.maps import place
from layers.register import begun, data, form, listing
from layers.register.unsaved import FORMS
from layers.widgets import site_words as words
from layers.widgets.entries import Desk, Pending

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.register.store import Register
    from layers.app.shell import View

_WAYS: Final = (place.PLOT, place.DRAWN, place.FILE)
_BY_LINK: Final = (place.DRAWN, place.PLOT, place.FILE)


def new(view: View, register: Register) -> None:
    """Show the form of a new site, with what the link brings filled in."""
    st.header(t("register.new"))
    one = Form(begun.form_of(), FORMS)
    start = begun.row(view)
    if start is not None:
        st.caption(t("register.begun_part"))
    where, what = st.columns([5, 7], gap="large")  # in a narrow window the form comes last
    with where:
        ways = _WAYS if start is None else _BY_LINK
        geometry = place.chooser(view, start, one, ways=ways, allowed=POLYGON, new=True)
        if start is not None and geometry is KEEP:
            geometry = start.geometry.iloc[0]
    with what:
        kept = start is not None and geometry is start.geometry.iloc[0]
        origin = _origin(one, start if kept else None)
        filled = form.fill(view, None if start is None else start.iloc[0], one, origin, new=True)
    desk = _desk(view, register)
    if filled:
        desk.send(Pending(one.of, None, {**filled.values, **origin}, geometry, filled.reason))
    desk.settle(one.of)


def existing(view: View, register: Register, row: GeoDataFrame) -> None:
    """Show the form of a site that is there."""
    site_id = str(row["site_id"].iloc[0])
    desk = _desk(view, register)
    base, before = desk.begin(site_id, int(row["revision"].iloc[0]), row)
    one = Form(site_id, FORMS, base)
    where, what = st.columns([5, 7], gap="large")  # in a narrow window the form comes last
    with where:
        ways = place.DRAWN, place.PLOT, place.FILE
        geometry = place.chooser(view, before, one, ways=ways, allowed=POLYGON)
    with what:
        kept = isinstance(geometry, Keep)
        origin = _origin(one, before if kept else None)
        filled = form.fill(view, before.iloc[0], one, origin)
    if filled:
        values = filled.values if kept else {**filled.values, **origin}
        desk.send(Pending(site_id, base, values, geometry, filled.reason))
    desk.settle(site_id)
    desk.removal(site_id, base, title=t("register.remove"), help=t("register.remove_help"))


def _origin(one: Form, kept: GeoDataFrame | None) -> dict[str, Any]:
    """Return where an outline comes from: the one that is kept, or the form's."""
    if kept is not None:
        return {name: kept[name].iloc[0] for name in ("origin", "origin_ref")}
    said = one.noted("place")
    if said.get(place.PLOT):
        return {"origin": fields.PLOT, "origin_ref": said[place.PLOT]}
    return {"origin": fields.DRAWN, "origin_ref": None}


def _desk(view: View, register: Register) -> Desk:
    return Desk(
        forms=FORMS,
        save=partial(_save, register),
        remove=lambda of, base, author, reason: register.remove(
            of, base_revision=base, author=author, reason=reason
        ),
        choose=_choose,
        shown=partial(words.value, view),
        warnings=partial(_warnings, view),
    )


def _choose(site_id: str | None) -> None:
    listing.choose(site_id)
    begun.forget()


def _save(register: Register, pending: Pending) -> tuple[str, str]:
    signed = {"author": login.require_writer().author, "reason": pending.reason}
    values, geometry = pending.values, pending.geometry
    if pending.base is None:
        outline = None if isinstance(geometry, Keep) else geometry
        entry = register.add(values, outline, **signed)
    else:
        entry = register.change(
            pending.of, values, base_revision=pending.base, geometry=geometry, **signed
        )
    return entry.site_id, str(entry.values["name"])


def _warnings(view: View, pending: Pending) -> list[Remark]:
    """Name the sites that a new outline is mostly the same as."""
    sites = data.sites(view)
    if isinstance(pending.geometry, Keep) or pending.geometry is None or sites is None:
        return []
    others = sites[sites["site_id"] != pending.of]
    found = overlaps(gpd.GeoSeries([pending.geometry], crs=CRS), others)
    same = others.loc[found.loc[found["same"] >= SAME_SHARE, "site"], "name"]
    return [Remark("register.twin", {"name": name}) for name in same]
