"""A file taken in as a layer: its columns, what is wrong with it, and what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.pack.candidate import Extent, Nature, candidate, joined
from geo.schema import layers as schema
from layers.app import cache, texts
from layers.app.texts import t
from layers.own_data import keep, report
from layers.own_data import mapping as data_mapping
from layers.widgets import uploads

if TYPE_CHECKING:
    from geo.pack.candidate import Candidate
    from layers.app.shell import View

# The layers that a municipality asks for first come first.
_FIRST: Final = ("zones", "growth_areas", "parcels", "plan_areas", "buildings", "constraints")
_LAYERS: Final = (*_FIRST, *(name for name in schema.LAYERS if name not in _FIRST))


def show(view: View) -> None:
    """Let the reader choose a layer and a file, and lead on to the new version."""
    layer = st.selectbox(
        t("data.layer"), _LAYERS, format_func=lambda name: t(f"layer.{name}"), key="data_layer"
    )
    kinds = sorted({t(f"geometry.{kind}") for kind in schema.LAYERS[layer].geometry})
    st.caption(t("data.layer_needs", kinds=" / ".join(kinds)))
    if layer == "projects":
        st.info(t("data.projects_elsewhere"), icon=":material/info:")
    st.session_state.setdefault("data_round", 0)
    found = uploads.layer(
        view,
        key=f"data.{layer}.{st.session_state['data_round']}",
        placeless=schema.LAYERS[layer].may_lack_place,
    )
    if found is None:
        return
    read_id, name, frame = found
    existing = view.pack.layer(layer) if view.pack.has(layer) else None
    st.subheader(t("data.columns"))
    st.caption(t("data.columns_help", count=len(frame), file=texts.plain(name)))
    mapping = data_mapping.chooser(layer, frame, existing, key=f"data.{read_id}.{layer}")
    nature, extent = _kind(view, layer, key=f"data.{read_id}.{layer}")
    key = ("own", view.version.pack_sha256, read_id, layer, tuple(mapping.items()), nature, extent)

    def made() -> Candidate:
        return joined(candidate(layer, frame, mapping, view.pack, nature), view.pack, extent)

    new = cache.draft(key, made)
    st.subheader(t("data.report"))
    report.show(new, file=name)
    if new.errors or new.frame is None:
        return
    keep.keep(view, new, nature=nature, extent=extent, key=key, source=name)


def _kind(view: View, layer: str, *, key: str) -> tuple[Nature, Extent]:
    left, right = st.columns(2)
    nature = left.radio(
        t("data.nature"),
        list(Nature),
        format_func=lambda one: t(f"data.nature_{one.value}"),
        key=f"{key}.nature",
    )
    extents = [Extent.ALL]
    if view.pack.has(layer):
        columns = schema.LAYERS[layer].columns.columns
        extents += [Extent.SAME_ID] if schema.LAYERS[layer].id_column else []
        extents += [Extent.SAME_KIND] if "kind" in columns else []
    extent = Extent.ALL
    if len(extents) > 1:
        extent = right.radio(
            t("data.extent"),
            extents,
            format_func=lambda one: t(f"data.extent_{one.value}"),
            key=f"{key}.extent",
        )
    return Nature(nature or Nature.OWN), Extent(extent or Extent.ALL)
