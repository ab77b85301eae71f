"""A file taken in as a layer: its columns, what is wrong with it, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.pack.candidate import Nature
from geo.pack.mapping import apply, guess
from geo.pack.stories import Story, reshaped
from geo.pack.taken_in import taken_in
from geo.schema import layers as schema
from layers.app import cache, texts
from layers.app.kept import leaving
from layers.app.texts import num, t
from layers.own_data import keep, lead, story
from layers.own_data import mapping as data_mapping
from layers.own_data.working import worked_out
from layers.widgets import uploads

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.pack.candidate import Candidate
    from geo.pack.mapping import Source
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
    leaving.would_lose()
    read_id, name, frame = found
    existing = view.pack.layer(layer) if view.pack.has(layer) else None
    key = f"data.{read_id}.{layer}"
    guessed = guess(layer, frame, existing)
    mapped = cache.draft(
        ("mapped", view.version.pack_sha256, key), lambda: apply(layer, frame, guessed, existing)
    )
    st.header(t("data.what"))
    left, right = st.columns([7, 5], gap="large")
    with left:
        asked = story.ask(view, layer, mapped, key=key)
    with right:
        nature = st.radio(
            t("data.nature"),
            list(Nature),
            format_func=lambda one: t(f"data.nature_{one.value}"),
            key=f"{key}.nature",
        )
    if not asked.ready:
        st.info(t("data.answer_first"), icon=":material/rule:")
        return
    file = _File(layer, read_id, name, frame, existing)
    follow = _one if asked.story is Story.ONE else _several
    follow(view, file, asked, Nature(nature or Nature.OWN))


@dataclass(frozen=True)
class _File:
    """A file that was read for a layer, and the layer as it is."""

    layer: str
    read_id: str
    name: str
    frame: GeoDataFrame
    existing: GeoDataFrame | None

    @property
    def key(self) -> str:
        """What its widgets are named by."""
        return f"data.{self.read_id}.{self.layer}"

    def version(self, view: View) -> tuple[object, ...]:
        """Name what was read, and the pack that it is for."""
        return ("own", view.version.pack_sha256, self.read_id, self.layer)

    def mapping(self) -> dict[str, Source]:
        """Let the reader say where the layer's columns come from."""
        return data_mapping.chooser(self.layer, self.frame, self.existing, key=self.key)


def _several(view: View, file: _File, asked: story.Asked, nature: Nature) -> None:
    """All stories but the one of one area: the columns, what is wrong, and what it changes."""
    layer, extent = file.layer, asked.story.extent
    st.header(t("data.columns"))
    st.caption(t("data.columns_help", count=len(file.frame), file=texts.plain(file.name)))
    mapping = file.mapping()
    told = tuple(mapping.items())
    key = (*file.version(view), told, nature, asked.story)

    given = len(file.frame)
    new, ids = worked_out(
        view,
        key,
        t("heavy.check", count=num(given)),
        taken_in,
        *(layer, file.frame, mapping, view.pack, nature, asked.story),
        features=given,
    )
    lead.on(view, keep.Submission(new, nature, extent, key, file.name, given, ids))


def _one(view: View, file: _File, asked: story.Asked, nature: Nature) -> None:
    """One area gets another outline: what it is called and said to be stays, unless chosen."""
    layer, column = file.layer, str(schema.LAYERS[file.layer].id_column)
    with st.expander(t("data.columns"), icon=":material/table_rows:"):
        st.caption(t("data.columns_one"))
        mapping = file.mapping()
    told = tuple(mapping.items())
    known = view.pack.layer(layer)
    old = known[known[column].astype("str") == asked.feature]

    def mapped() -> GeoDataFrame:
        found = apply(layer, file.frame, mapping, known)
        return found if asked.row is None else found.loc[[asked.row]]

    key: tuple[object, ...] = (*file.version(view), told, nature, asked)
    outline = cache.draft(("outline", *key), mapped)
    take = story.taken(view, layer, outline, old, key=f"{file.key}.{asked.feature}.{asked.row}")
    told_of = tuple((one.column, str(one.given)) for one in take)

    def made() -> Candidate:
        return reshaped(layer, outline, old, view.pack, nature, source=file.name, take=take)

    key = (*key, told_of)
    new = cache.draft(key, made)
    ids = frozenset({str(asked.feature)})
    given = len(outline)
    one = keep.Submission(new, nature, asked.story.extent, key, file.name, given, ids)
    lead.on(view, one, changed=bool(take))
