"""Which column of a file becomes which column of the layer: guessed, and changed by the reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.pack.mapping import Source, Way, allowed, guess, is_required, targets, unknown_values
from geo.schema.coercion import quote, to_text
from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NOTHING, CONSTANT, GUESSED, COLUMN = "none", "constant", "guessed", "column:"
MOST_VALUES: Final = 20  # of a column, that can be given a code one by one
_SAMPLES: Final = 3


def chooser(
    layer: str, frame: GeoDataFrame, existing: GeoDataFrame | None, *, key: str
) -> dict[str, Source]:
    """Let the reader say where each column of the layer comes from."""
    guessed = guess(layer, frame, existing)
    mapping = {}
    columns = st.columns(3)
    for number, target in enumerate(targets(layer)):
        with columns[number % len(columns)]:
            source = _one(layer, target, frame, guessed.get(target), key=f"{key}.{target}")
        if source is not None:
            mapping[target] = source
    return mapping


def _one(
    layer: str, target: str, frame: GeoDataFrame, guessed: Source | None, *, key: str
) -> Source | None:
    given = [str(column) for column in frame.columns if column != "geometry"]
    # An id made of the name, or of two columns, cannot be said by naming one column.
    special = guessed is not None and guessed.way in {Way.BY_NAME, Way.JOINED}
    options = [*([GUESSED] if special else []), NOTHING, CONSTANT, *(COLUMN + c for c in given)]
    start = NOTHING
    if guessed is not None:
        start = GUESSED if special else COLUMN + guessed.columns[0]
    label = texts.plain(t(f"column.{target}"))
    chosen = st.selectbox(
        t("data.column_required", column=label) if is_required(layer, target) else label,
        options,
        index=options.index(start),
        format_func=lambda option: _shown(option, guessed),
        key=f"{key}.from",
        help=f"`{target}`",
    )
    if chosen == NOTHING:
        return None
    if chosen == CONSTANT:
        return _constant(layer, target, key=key)
    source = guessed if chosen == GUESSED else Source.column(chosen.removeprefix(COLUMN))
    if source is None or source.way is not Way.COLUMN:
        return source
    values = to_text(frame[source.columns[0]])
    samples = [quote(value) for value in values.dropna().unique()[:_SAMPLES]]
    st.caption(texts.plain(", ".join(samples)) or t("data.no_values"))
    return _coded(layer, target, frame, source, key=key)


def _shown(option: str, guessed: Source | None) -> str:
    if option == GUESSED and guessed is not None:
        columns = " / ".join(quote(column) for column in guessed.columns)
        return t(f"data.from_{guessed.way.value}", columns=columns)
    if option in {NOTHING, CONSTANT}:
        return t(f"data.from_{option}")
    return quote(option.removeprefix(COLUMN))


def _constant(layer: str, target: str, *, key: str) -> Source | None:
    codes = allowed(layer, target)
    if codes is None:
        value = st.text_input(t("data.value"), key=f"{key}.value", max_chars=200).strip()
        return Source.constant(value) if value else None
    code = st.selectbox(
        t("data.value"), codes, format_func=lambda one: _word(target, one), key=f"{key}.value"
    )
    return Source.constant(code)


def _coded(layer: str, target: str, frame: GeoDataFrame, source: Source, *, key: str) -> Source:
    """Let the reader say what values stand for that are none of the codes."""
    unknown = unknown_values(layer, target, frame[source.columns[0]], source)
    codes = allowed(layer, target)
    if not unknown or codes is None:
        return source
    given = []
    with st.expander(t("data.codes", count=len(unknown)), icon=":material/rule:"):
        for value in unknown[:MOST_VALUES]:
            code = st.selectbox(
                texts.plain(quote(value)),
                [None, *codes],
                format_func=lambda one: t("unknown") if one is None else _word(target, one),
                key=f"{key}.code.{value}",
            )
            if code is not None:
                given.append((value, code))
        if len(unknown) > MOST_VALUES:
            st.caption(t("data.codes_more", count=len(unknown) - MOST_VALUES))
    return replace(source, codes=tuple(given))


def _word(target: str, code: str) -> str:
    """Return a code with its meaning, where the catalogue has one."""
    word = texts.term(f"code.{target}", code)
    return word if word == code else f"{word} ({code})"
