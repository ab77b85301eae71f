"""What is to be fetched: of which municipality, and which layers, of those that can be had."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.pack.renewal import COVERAGE, FINDS
from geo.schema import layers as schema
from layers.app import login, texts
from layers.app.texts import num, t
from layers.own_data.official.job import needed_with, to_be_had
from layers.sources.assemble import require_number
from layers.widgets import tables
from layers.widgets.layer_state import state_of

if TYPE_CHECKING:
    from layers.app.shell import View
    from layers.sources.services import Catalogue, Service


def show(view: View, catalogue: Catalogue) -> tuple[str, tuple[str, ...]] | None:
    """Return number and layers when the reader has ordered them, else None."""
    st.markdown(t("data.official_help"))
    number = _municipality(view, catalogue)
    there = to_be_had(catalogue)
    # The two are nothing without each other, and are one choice.
    choices = [name for name in there if name != COVERAGE or FINDS not in there]
    chosen = st.multiselect(
        t("data.official_layers"),
        choices,
        default=choices,
        format_func=name_of,
        key="official_layers",
        help=t("data.official_layers_help"),
    )
    layers = needed_with(chosen, catalogue)
    if layers:
        _sources(view, catalogue, layers, number)
    _not_to_be_had(catalogue)
    if not login.who().may_write:
        said = login.who().why_not(texts.language())
        st.info(texts.plain(said) or t("data.read_only"), icon=":material/lock:")
        return None
    pressed = st.button(
        t("data.official_fetch"),
        type="primary",
        icon=":material/cloud_download:",
        key="official_fetch",
        disabled=number is None,
    )
    if not pressed or number is None:
        return None
    if not layers:
        st.error(t("data.official_no_layers"), icon=":material/error:")
        return None
    return number, layers


def name_of(layer: str) -> str:
    """Name a layer; that of finds with what goes with it."""
    return t("data.official_pair") if layer == FINDS else t(f"layer.{layer}")


def _municipality(view: View, catalogue: Catalogue) -> str | None:
    """Return a number that may be one; None where what is written is none, which is said."""
    known = _names(view)
    written = st.text_input(
        t("data.official_municipality"),
        value=view.pack.municipality_no or "",
        max_chars=60,
        key="official_municipality",
        help=t("data.official_municipality_help"),
    ).strip()
    by_name = {name.casefold(): number for number, name in known.items()}
    try:
        number = require_number(by_name.get(written.casefold(), written), catalogue)
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return None
    if number in known:
        st.caption(texts.plain(f"{number} {known[number]}"))
    if number != view.pack.municipality_no:
        name = texts.plain(view.pack.name)
        st.info(t("data.official_elsewhere", number=number, name=name), icon=":material/info:")
    return number


def _names(view: View) -> dict[str, str]:
    """Return name by number of the municipalities that the pack knows: its own and those beside."""
    if not view.pack.has("municipality"):
        return {}
    frame = view.pack.layer("municipality").dropna(subset=["municipality_no", "name"])
    return dict(zip(frame["municipality_no"].astype(str), frame["name"].astype(str), strict=True))


def _sources(view: View, catalogue: Catalogue, layers: tuple[str, ...], number: str | None) -> None:
    rows = []
    for layer in layers:
        asked = [one for one in catalogue.of(layer) if one.type != "none"]
        needs = dict.fromkeys(_needs(service, number or "") for service in asked)
        rows.append(
            {
                t("table.layer"): t(f"layer.{layer}"),
                t("table.source"): "; ".join(dict.fromkeys(one.source for one in asked)),
                t("data.official_needs"): "; ".join(needs),
                t("data.official_today"): _today(view, layer),
            }
        )
    with st.expander(t("data.official_sources", count=len(rows)), icon=":material/list:"):
        tables.lines(pd.DataFrame(rows))


def _needs(service: Service, number: str) -> str:
    """Say what there must be for a service to answer."""
    if service.login:
        names = [f"NAERINGSAREAL_{service.login}_{part}" for part in ("USER", "PASSWORD")]
        there = all(os.environ.get(name) for name in names)
        parts = {"user": names[0], "password": names[1]}
        return t("data.official_account" if there else "data.official_no_account", **parts)
    if service.type == "file" and not service.url.startswith(("http://", "https://")):
        path = Path(service.url.replace("{number}", number))
        named = "data.official_file" if path.is_file() else "data.official_no_file"
        return t(named, file=path.name)
    return t("data.official_internet")


def _today(view: View, layer: str) -> str:
    state = t(f"state.{state_of(view.pack, layer)}")
    if not view.pack.has(layer):
        return state
    return f"{num(len(view.pack.layer(layer)))} ({state})"


def _not_to_be_had(catalogue: Catalogue) -> None:
    """List the layers that no service gives, each with the reason."""
    there = to_be_had(catalogue)
    rows = [
        {
            t("table.layer"): t(f"layer.{layer}"),
            t("data.official_why"): t(f"build.why_{_why(catalogue, layer)}"),
        }
        for layer in schema.LAYERS
        if layer not in there
    ]
    if rows:
        with st.expander(
            t("data.official_not_to_be_had", count=len(rows)), icon=":material/block:"
        ):
            tables.lines(pd.DataFrame(rows))


def _why(catalogue: Catalogue, layer: str) -> str:
    return next((one.why for one in catalogue.of(layer) if one.why), "none")
