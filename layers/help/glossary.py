"""The glossary: what the words on the pages mean, each with an address of its own."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st

from layers.app.texts import t

FILE: Final = Path(__file__).with_suffix(".toml")
CSS: Final = """
  .st-key-glossary h4 {font-size: 1rem; padding: .4rem 0 .1rem;}
  .st-key-glossary p {max-width: 40rem; margin-bottom: .4rem;}
"""


@cache
def groups() -> dict[str, dict[str, str]]:
    """Return the terms of each group, by id, with the id of the text that is their name."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        group: {term: name or f"glossary.{term}.name" for term, name in terms.items()}
        for group, terms in told.items()
    }


def show() -> None:
    """Show all terms, in two columns where there is room."""
    st.html(f"<style>{CSS}</style>")
    st.markdown(" · ".join(f"[{t(f'glossary.{name}')}](#{name})" for name in groups()))
    with st.container(key="glossary"):
        _groups()


def _groups() -> None:
    for group, terms in groups().items():
        st.subheader(t(f"glossary.{group}"), anchor=group)
        for column, half in zip(st.columns(2, gap="large"), _halves(list(terms)), strict=True):
            # A heading for each, so that a link can lead to the word: its address is the word.
            said = (f"#### {t(terms[one])}\n\n{t(f'glossary.{one}.text')}" for one in half)
            column.markdown("\n\n".join(said))


def _halves(terms: list[str]) -> tuple[list[str], list[str]]:
    middle = (len(terms) + 1) // 2
    return terms[:middle], terms[middle:]
