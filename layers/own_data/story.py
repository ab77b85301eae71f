"""What a file is about, asked before anything gives way: one area, new ones, some, or all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.geometry.scale import areas_of
from geo.pack.candidate import LOOKED_UP
from geo.pack.stories import Difference, Story, differing, guessed, likely, possible
from geo.schema import layers as schema
from geo.schema.coercion import quote
from layers.app import cache, texts
from layers.app.texts import num, t
from layers.widgets import tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from layers.app.shell import View

_TOGETHER: Final = -1  # stands for all features of the file, united


@dataclass(frozen=True)
class Asked:
    """
    The reader's answer.

    Attributes
    ----------
    feature
        Id of the area that gets another outline; None for the other stories.
    row
        The one feature of the file that is its outline, by the frame's index; None for all of it.
    ready
        Whether nothing more is to be answered.
    """

    story: Story
    feature: str | None = None
    row: int | None = None
    ready: bool = True


def ask(view: View, layer: str, mapped: GeoDataFrame, *, key: str) -> Asked:
    """Ask what a file is about; `mapped` as `geo.pack.mapping.apply` guesses its columns."""
    stories = possible(layer, view.pack)
    if len(stories) == 1:
        st.caption(t("data.story_first"))
        return Asked(stories[0])
    old = view.pack.layer(layer)
    start = cache.draft(
        ("likely", view.version.pack_sha256, key), lambda: likely(layer, mapped, view.pack)
    )
    chosen = st.radio(
        t("data.about"),
        stories,
        index=stories.index(start),
        format_func=lambda one: t(f"data.story_{one.value}"),
        captions=[
            t(f"data.story_{one.value}_says{_whole(one, layer)}", given=len(mapped), there=len(old))
            for one in stories
        ],
        key=f"{key}.story",
        label_visibility="collapsed",
    )
    return _one(view, layer, mapped, key=key) if chosen is Story.ONE else Asked(Story(chosen))


def _whole(story: Story, layer: str) -> str:
    """Return what tells the words for areas apart, of which more is said than an outline."""
    return "_areas" if layer in LOOKED_UP and story in {Story.SAME_ID, Story.ALL} else ""


def _one(view: View, layer: str, mapped: GeoDataFrame, *, key: str) -> Asked:
    old, column = view.pack.layer(layer), str(schema.LAYERS[layer].id_column)
    ordered = old.sort_values("name")
    ids, names = ordered[column].astype(str), ordered["name"]
    shown = texts.labels(dict(zip(ids, names, strict=True)), view.pack.directory)
    guess = cache.draft(
        ("guessed", view.version.pack_sha256, key), lambda: guessed(layer, mapped, old)
    )
    left, right = st.columns(2) if len(mapped) > 1 else (st.container(), st.container())
    with left:
        feature = st.selectbox(
            t("data.which_area"),
            list(shown),
            index=None if guess is None else list(shown).index(guess.feature),
            format_func=lambda one: shown[one],
            placeholder=t("data.choose_area"),
            key=f"{key}.feature",
        )
        if guess is not None and guess.feature == feature:
            st.caption(t(f"data.guess_{guess.by}"))
    row = None
    if len(mapped) > 1:
        with right:
            row = _row(mapped, key=key)
        if row is None:
            return Asked(Story.ONE, feature, ready=False)
    return Asked(Story.ONE, feature, None if row == _TOGETHER else row, ready=feature is not None)


def _row(mapped: GeoDataFrame, *, key: str) -> int | None:
    """Let the reader say which of several features is the outline, or that all of them are."""
    sizes = areas_of(mapped)
    told = mapped["name"] if "name" in mapped else pd.Series(None, index=mapped.index, dtype=object)
    labels = {_TOGETHER: t("data.unite", count=len(mapped))}
    for row, name, size in zip(mapped.index, told, sizes, strict=True):
        where = {"row": str(int(row) + 1), "area": texts.daa(size)}
        if isinstance(name, str):
            labels[int(row)] = t("data.one_row", name=quote(name), **where)
        else:
            labels[int(row)] = t("data.one_row_nameless", **where)
    found: int | None = st.selectbox(
        t("data.which_row", count=len(mapped)),
        list(labels),
        index=None,
        format_func=lambda one: labels[one],
        placeholder=t("data.choose_row"),
        key=f"{key}.row",
    )
    return found


def taken(
    view: View, layer: str, mapped: GeoDataFrame, old: GeoDataFrame, *, key: str
) -> list[Difference]:
    """Show what the file says of an area other than what is said now, and ask what to take."""
    found = differing(layer, mapped, old)
    if not found:
        st.caption(t("data.nothing_differs"))
        return []
    said = pd.DataFrame(
        {
            t("data.column"): t(f"column.{one.column}"),
            t("data.now"): _word(view, one.column, one.now),
            t("data.in_file"): _word(view, one.column, one.given),
        }
        for one in found
    )
    tables.lines(said)
    names = {one.column: one for one in found}
    chosen = st.multiselect(
        t("data.take"),
        list(names),
        format_func=lambda name: t(f"column.{name}"),
        placeholder=t("data.take_none"),
        key=f"{key}.take",
    )
    return [names[name] for name in chosen]


def _word(view: View, column: str, value: Any) -> str:  # noqa: ANN401  # a cell of any kind
    if value is None:
        return t("unknown")
    if isinstance(value, bool):
        return t(f"flag.{str(value).lower()}")
    if isinstance(value, str):
        word = texts.term(column, value)
        return texts.of_pack(value, view.pack.directory) if word == value else word
    return num(value)
